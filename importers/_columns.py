"""What a format's columns are: each declaration names the header, the value's contract and whether it must be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

TYPES = {
    "amount_text": "DECIMAL(18,4)",
    "float_text": "DECIMAL(18,4)",
    "whole_number": "BIGINT",
    "iso_day": "DATE",
    "offset_day": "DATE",
    "offset_moment": "TIMESTAMP",
    "utc_moment": "TIMESTAMP",
    "zone_moment": "TIMESTAMP",
    "truth": "BOOLEAN",
}
_BLANKS = re.compile(r"[\s\u00a0]+")


def normal(header: str) -> str:
    """A header as it is compared: without byte order mark, blanks folded, in lower case."""
    return _BLANKS.sub(" ", header.replace("\ufeff", "")).strip().casefold()


@dataclass(frozen=True)
class Column:
    """One canonical column: the headers that may carry it and the macro that reads its text."""

    headers: tuple[str, ...]
    macro: str
    filled: bool = False
    optional: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    zone: bool = False
    default: str | None = None
    unquote: bool = False
    lenient: bool = False

    @property
    def type(self) -> str:
        """What its values are in the database."""
        return TYPES.get(self.macro, "VARCHAR")

    def header_in(self, present: Mapping[str, str]) -> str | None:
        """The present header (as the raw relation names it) that carries this column."""
        return next((present[normal(h)] for h in self.headers if normal(h) in present), None)

    def value(self, raw: str, zone: str) -> Expression:
        """The typed value; NULL where the text breaks the contract."""
        text: Expression = ColumnExpression(raw)
        if self.unquote:
            text = FunctionExpression("regexp_replace", text, ConstantExpression("^'([=+-])"), ConstantExpression(r"\1"))
        if self.codes:
            return self._coded(text)
        if self.zone:
            return FunctionExpression(self.macro, text, ConstantExpression(zone))
        typed = FunctionExpression(self.macro, text)
        if self.default is not None:
            blank = FunctionExpression("blank_text", text)
            return CaseExpression(blank, FunctionExpression(self.macro, ConstantExpression(self.default))).otherwise(typed)
        return typed

    def _coded(self, text: Expression) -> Expression:
        low = FunctionExpression("lower_text", text)
        case: Expression | None = None
        for label, code in self.codes:
            test = low == ConstantExpression(label.casefold())
            case = CaseExpression(test, ConstantExpression(code)) if case is None else case.when(test, ConstantExpression(code))
        assert case is not None
        return case

    def broken(self, raw: str, zone: str) -> Expression:
        """True where the text is there and not readable, or has to be there and is not."""
        if self.lenient:
            return ConstantExpression(False)
        missing = FunctionExpression("blank_text", ColumnExpression(raw))
        unreadable = self.value(raw, zone).isnull()
        return unreadable if self.filled else unreadable & (missing == ConstantExpression(False))


def text(*headers: str, filled: bool = False, optional: bool = False, unquote: bool = False) -> Column:
    """Text as it stands, outer blanks removed."""
    return Column(headers, "plain_text", filled, optional, unquote=unquote)


def ident(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """An identifier: never a number in scientific notation, one leading apostrophe removed."""
    return Column(headers, "digits_text", filled, optional)


def lenient_ident(*headers: str, optional: bool = False) -> Column:
    """An identifier that may be damaged at the source: empty where it is not readable, never a reason to refuse."""
    return Column(headers, "digits_text", False, optional, lenient=True)


def lower(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """A code in lower case."""
    return Column(headers, "lower_text", filled, optional)


def currency(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """ISO 4217, any case."""
    return Column(headers, "upper_text", filled, optional)


def amount(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """Decimal with a point, at most four decimals and no finer than its currency; no thousands separators, no exponent."""
    return Column(headers, "amount_text", filled, optional)


def float_amount(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """A float printed as text, read to the decimal it stands for; refused where it is more than a millionth off."""
    return Column(headers, "float_text", filled, optional)


def whole(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """A whole number."""
    return Column(headers, "whole_number", filled, optional)


def day(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """YYYY-MM-DD, with or without a time behind it."""
    return Column(headers, "iso_day", filled, optional)


def offset_day(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """The local day of YYYY-MM-DD HH:MM:SS ±HHMM."""
    return Column(headers, "offset_day", filled, optional)


def offset_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """UTC of YYYY-MM-DD HH:MM:SS ±HHMM."""
    return Column(headers, "offset_moment", filled, optional)


def utc_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """YYYY-MM-DD HH:MM:SS that is UTC already."""
    return Column(headers, "utc_moment", filled, optional)


def zone_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """UTC of YYYY-MM-DD HH:MM:SS in the feed's time zone."""
    return Column(headers, "zone_moment", filled, optional, zone=True)


def truth(*headers: str, optional: bool = False) -> Column:
    """True or false; empty is false."""
    return Column(headers, "truth", False, optional, default="false")


def code(*headers: str, codes: Mapping[str, str], filled: bool = True, optional: bool = False) -> Column:
    """A closed vocabulary: label → code; the codes themselves are read too."""
    pairs = {**{value.casefold(): value for value in codes.values()}, **{label.casefold(): value for label, value in codes.items()}}
    return Column(headers, "lower_text", filled, optional, codes=tuple(pairs.items()))


def optional(column: Column) -> Column:
    """The same column where its header may be missing."""
    return replace(column, optional=True)
