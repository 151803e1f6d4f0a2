"""What is written in a declared form is read back as what it was: money, days, moments and ids, ten thousand values of each; anything else is refused."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import ConstantExpression

from importers import _columns as c
from ledger.sqltext import sql

MANY = 10_000


@cache
def connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(sql("importers", "macros"))
    return con


def read(column: c.Column, texts: list[str], zone: str = "UTC") -> list[object]:
    """The values that a declared column makes of texts, in their order."""
    import pyarrow as pa

    rows = connection().from_arrow(pa.table({"n": range(len(texts)), "x": pa.array(texts, pa.string())}))
    return [row[1] for row in rows.project("n", column.value("x", ConstantExpression(zone)).alias("v")).order("n").fetchall()]


def grouped(digits: str, mark: str) -> str:
    head = len(digits) % 3
    return mark.join(filter(None, [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]))


def written(value: Decimal, mark: str, group: str) -> str:
    whole, _, part = f"{abs(value):f}".partition(".")
    return ("-" if value < 0 else "") + (grouped(whole, group) if group else whole) + (mark + part if part else "")


def amounts(decimals: int = 2) -> list[Decimal]:
    chance = random.Random(decimals)
    return [Decimal(chance.randrange(-(10 ** chance.randrange(1, 14)), 10 ** chance.randrange(1, 14))).scaleb(-decimals) for _ in range(MANY)]


@pytest.mark.parametrize(
    ("locale", "mark", "group"),
    [(c.POINT, ".", ""), (c.COMMA, ",", ""), (c.POINT_GROUPED, ".", ","), (c.COMMA_GROUPED, ",", "."), (c.COMMA_SPACED, ",", "\u202f"), (c.SWISS, ".", "'")],
    ids=["1234.56", "1234,56", "1,234.56", "1.234,56", "1 234,56", "1'234.56"],
)
def test_money(locale: c.Locale, mark: str, group: str) -> None:
    for decimals in (0, 2, 3):
        values = amounts(decimals)
        assert read(c.amount("x", locale=locale), [written(v, mark, group) for v in values]) == values


def test_money_with_a_sign_of_its_currency() -> None:
    values = amounts()
    for form in ("${}", "£{}", "EUR {}", "{} €"):
        texts = [("-" if v < 0 else "") + form.format(written(abs(v), ".", ",")) for v in values]
        assert read(c.amount("x", locale=c.POINT_SIGNED), texts) == values
    texts = [f"(${written(-v, '.', ',')})" if v < 0 else f"${written(v, '.', ',')}" for v in values]
    assert read(c.amount("x", locale=c.POINT_SIGNED), texts) == values


def test_hundredths_and_turned_signs() -> None:
    values = [abs(v) for v in amounts()]
    assert read(c.hundredths("x"), [f"{int(v * 100)}" for v in values]) == values
    assert read(c.amount("x", negate=True), [f"{v:f}" for v in values]) == [-v for v in values]


@pytest.mark.parametrize("text", ["1_000", "1e3", "1,00", "1.2.3", "--5", "5-", "€", "1.234.56", "12,34.56", "1,234", "0,123.45", "1,23.45", "1234,567.89", "1,234,56", "1,234.", "1 234", "0x10", "½", "١٢٣", "1.23456", "NaN", "Infinity", "+5", ""])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert read(c.amount("x"), [text]) == [None]


@pytest.mark.parametrize("text", ["1,234.5.6", "1.234.56", "12.34,56", "1.23.456,00", "1.234,", "-€-5", "1,234.56"])
def test_a_number_of_another_locale_is_none(text: str) -> None:
    assert read(c.amount("x", locale=c.COMMA_GROUPED), [text]) == [None]


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y", "%d %B, %Y", "%d-%b-%y"])
def test_days(form: str) -> None:
    chance = random.Random(form)
    earliest = date(1990, 1, 1) if "%Y" in form else date(1991, 1, 1)
    values = [earliest + timedelta(days=chance.randrange(365 * 70)) for _ in range(MANY)]
    values = [v if "%Y" in form or v.year < 2069 else date(2026, 1, 1) for v in values]
    assert read(c.day("x", form=form), [v.strftime(form) for v in values]) == values


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "26-01-01", "31/12/25", "2026-1", "0026-01-01", "soon", "2026-01-01 junk", "45000", "46023.5", "1767225600", "1767225600000", "03/04/26", "\uff12026-01-01"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read(c.day("x", form=("%Y-%m-%d", "%d/%m/%Y")), [text]) == [None]


def test_moments_with_an_offset_and_in_a_zone() -> None:
    chance = random.Random("moments")
    utc = [datetime(1991, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(2_000_000_000)) for _ in range(MANY)]
    zones = [timezone(timedelta(minutes=chance.choice((-480, -210, 0, 60, 330, 765)))) for _ in utc]
    form = "%Y/%m/%d %H:%M:%S %z"
    assert read(c.moment("x", form=form), [v.astimezone(z).strftime(form) for v, z in zip(utc, zones, strict=True)]) == [v.replace(tzinfo=None) for v in utc]
    place = ZoneInfo("America/New_York")
    clear = [v for v in utc if v.astimezone(place).fold == 0 and v.astimezone(place).replace(fold=1).utcoffset() == v.astimezone(place).utcoffset()]
    plain = [v.astimezone(place).strftime("%d.%m.%Y %H:%M:%S") for v in clear]
    assert read(c.moment("x", form="%d.%m.%Y %H:%M:%S"), plain, "America/New_York") == [v.replace(tzinfo=None) for v in clear]


@pytest.mark.parametrize("text", ["1767225600", "1767225600000", "46023.5", "2026-01-02 10:00", "2026-01-02", "2026-01-02 25:00:00", "2026-01-02 23:59:60", "26-01-02 10:00:00", "2026-01-02 10:00:00 EST"])
def test_what_is_no_moment_is_none(text: str) -> None:
    """No zone is guessed, no number of seconds or of a spreadsheet's days is taken for a day."""
    assert read(c.moment("x", form="%Y-%m-%d %H:%M:%S"), [text]) == read(c.offset_moment("x"), [text]) == read(c.offset_day("x"), [text]) == [None]
    assert read(c.offset_moment("x"), ["2026-01-02 10:00:00", "2026-01-02 10:00:00 +2500", "2026-01-02 10:00:00 -0575", "2026-01-02 10:00:00 -05:00"]) == [None] * 4


def test_ids_stay_as_they_are() -> None:
    chance = random.Random("ids")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_#./:-"
    values = ["".join(chance.choice(letters) for _ in range(chance.randrange(1, 40))) for _ in range(MANY)]
    values += ["000123", "0001E", "#1001", "1234567.2609.01"]
    assert read(c.ident("x"), values) == values
    assert read(c.ident("x"), ["'0012", "ABC", "abc"]) == ["0012", "ABC", "abc"], "the mark by which a spreadsheet keeps zeros is none of the id"
    assert read(c.ident("x"), ["5.37E+12", "1.2302E+022", "1,234", "two words", " 000123", "000123 ", "E\u0301-1", "a@b.example", ""]) == [None] * 9
