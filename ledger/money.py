"""What is known about currencies: how many decimals an amount may have (ISO 4217), and how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK
    DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG
    SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
# Every currency in which people are paid, with its decimals.
CURRENCIES = {code: places for places, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()}


def decimals(currency: str) -> int:
    """Decimals of an amount in this currency: 0 for JPY, 3 for KWD, 4 for CLF, else 2."""
    return CURRENCIES.get(currency.upper(), 2)


def units() -> Iterator[tuple[str, int, Decimal]]:
    """Every currency with its decimals and its smallest unit, for the rules to join."""
    for code, places in sorted(CURRENCIES.items()):
        yield code, places, Decimal(1).scaleb(-places)


def text(amount: Decimal, currency: str, *, grouped: bool = False) -> str:
    """The amount at its currency's decimals, e.g. `1234.50`, or `1,234.50`; never rounded: finer amounts keep their digits."""
    places = max(decimals(currency), -int(amount.normalize().as_tuple().exponent))
    return f"{amount:{',' if grouped else ''}.{places}f}"
