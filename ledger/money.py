"""What is known about currencies: how many decimals an amount may have (ISO 4217)."""

from __future__ import annotations

from decimal import Decimal

_ZERO = frozenset(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"])
_THREE = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_FOUR = frozenset(["CLF", "UYW"])


def decimals(currency: str) -> int:
    """Decimals of an amount in this currency: 0 for JPY, 3 for KWD, 4 for CLF, else 2."""
    code = currency.upper()
    return 0 if code in _ZERO else 3 if code in _THREE else 4 if code in _FOUR else 2


def text(amount: Decimal, currency: str) -> str:
    """The amount at its currency's decimals, e.g. `1234.50`; never rounded: finer amounts keep their digits."""
    places = max(decimals(currency), -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}"
