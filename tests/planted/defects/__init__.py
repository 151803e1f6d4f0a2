"""The defects, by what they befall; importing this registers all of them."""

from planted.defects import orders, payouts

__all__ = ["orders", "payouts"]
