"""The defects, by what they befall; importing this registers all of them."""

from planted.defects import banks, further, orders, packed, packs, payouts, sides

__all__ = ["banks", "further", "orders", "packed", "packs", "payouts", "sides"]
