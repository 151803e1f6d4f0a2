"""The macros that read most columns, as expressions of Polars: each takes only texts of which it is sure, and gives NULL for all others.

What a translation leaves NULL although there is text goes through the macro itself, each distinct text once (`_frames`); so a translation has to be
right where it answers, and may be as narrow as it likes. Money is a decimal from the text on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"  # what DuckDB's trim takes away
_GAP = "[ .\u00a0-]"
_END = "(?:[^0-9]|$)"  # what goes on with further digits is no card's number
PRIVATE = (  # more than what `private_text` masks: an @, a live key, and whatever has the shape of a card's number
    rf"@|_live_|(?:^|[^0-9])(?:(?:[24-6][0-9]{{3}}|35[0-9]{{2}})(?:{_GAP}?[0-9]{{4}}){{3}}[0-9]{{0,3}}{_END}"
    rf"|3[47][0-9]{{2}}{_GAP}?[0-9]{{6}}{_GAP}?[0-9]{{5}}{_END}|3[068][0-9]{{2}}{_GAP}?[0-9]{{6}}{_GAP}?[0-9]{{4}}{_END})"
)
_DAY = "[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = f"^{_DAY} {_TIME} [+-](?:0[0-9]|1[0-4])[0-5][0-9]$"
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}

Translation = Callable[[pl.Expr], pl.Expr]


def trimmed(text: pl.Expr) -> pl.Expr:
    """The text without outer blanks."""
    return text.str.strip_chars(BLANKS)


def is_blank(text: pl.Expr) -> pl.Expr:
    """True where there is no text, or nothing but blanks."""
    return text.is_null() | (trimmed(text) == "")


def _only(text: pl.Expr, pattern: str, value: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(pattern)).then(value)


def _plain(text: pl.Expr) -> pl.Expr:
    return pl.when(~text.str.contains(PRIVATE)).then(trimmed(text)).replace("", None)


def _lower(text: pl.Expr) -> pl.Expr:
    bare = _plain(text)
    return pl.when(bare.str.len_bytes() == bare.str.len_chars()).then(bare.str.to_lowercase())


def _decimal(whole: int, places: int, precision: int, scale: int) -> Translation:
    pattern = rf"^-?[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{places}}})?$"
    return lambda text: _only(text, pattern, text).cast(pl.Decimal(precision, scale), strict=False)


def _day(text: pl.Expr) -> pl.Expr:
    return _only(text, rf"^{_DAY}(?:[ T][ -~]*)?$", text.str.head(10)).str.to_date("%Y-%m-%d", strict=False)


def _moment(text: pl.Expr) -> pl.Expr:
    return text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")


def _local(text: pl.Expr, day: str = _DAY) -> pl.Expr:
    return _moment(_only(text, f"^{day}[ T]{_TIME}$", text.str.replace("T", " ", literal=True)))


def _offset_moment(text: pl.Expr) -> pl.Expr:
    sure = _only(text, _OFFSET, text)
    minutes = sure.str.slice(21, 2).cast(pl.Int64) * 60
    sign = pl.when(sure.str.slice(20, 1) == "-").then(-1).otherwise(1)
    # as the macro has it: the sign is that of the hours
    return _moment(sure.str.head(19)) - pl.duration(minutes=sign * minutes + sign * sure.str.slice(23, 2).cast(pl.Int64))


TRANSLATIONS: Mapping[str, Translation] = {
    "plain_text": _plain,
    "lower_text": _lower,
    "digits_text": lambda text: pl.when(text.str.contains("^'?[0-9]+$") | ~text.str.contains(PRIVATE)).then(_only(text, "^'?[A-Za-z0-9_#./:-]+$", text.str.strip_chars_start("'"))),
    "upper_text": lambda text: _only(text, "^[A-Za-z]{3}$", text.str.to_uppercase()),
    "amount_text": _decimal(13, 4, 18, 4),
    "fine_text": _decimal(13, 8, 24, 8),
    "number_text": _decimal(11, 6, 18, 6),
    "float_text": _decimal(13, 3, 18, 4),
    "float_number": _decimal(11, 6, 18, 6),
    "whole_number": lambda text: _only(text, "^-?[0-9]{1,17}$", text).cast(pl.Int64, strict=False),
    "iso_day": _day,
    "offset_day": lambda text: _only(text, _OFFSET, text.str.head(10)).str.to_date("%Y-%m-%d", strict=False),
    "offset_moment": _offset_moment,
    "utc_moment": _local,
    "truth": lambda text: text.str.to_lowercase().replace_strict(list(_TRUTHS), list(_TRUTHS.values()), default=None, return_dtype=pl.Boolean),
}
