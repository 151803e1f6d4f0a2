"""The defects, by what they befall; importing this registers all of them."""

from planted.defects import banks, clearing, further, missing, orders, packed, packs, payouts, sides

__all__ = ["banks", "clearing", "further", "missing", "orders", "packed", "packs", "payouts", "sides"]
