"""The defects, by what they befall; importing this registers all of them."""

from planted.defects import banks, further, orders, payouts

__all__ = ["banks", "further", "orders", "payouts"]
