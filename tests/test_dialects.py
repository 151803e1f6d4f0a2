"""How banks and processors write beside the standard: one spelling of numbers, one table of encodings, and no reading without its proof."""

from __future__ import annotations

import codecs
import re
from decimal import Decimal
from pathlib import Path

import pytest
from test_banks import Books, mt940
from test_formats import read

from importers import _columns as c
from importers._declared import DeclaredCsv
from importers._dialects import DIALECTS, ENCODINGS, OFX_ENDS, OFX_FIELDS, codec_of
from ledger.errors import FileRefusedError
from ledger.private import quoted


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


LOCALES = [(c.POINT, "."), (c.COMMA, ","), (c.POINT_GROUPED, "."), (c.COMMA_GROUPED, ","), (c.COMMA_SPACED, ","), (c.SWISS, "."), (c.POINT_SIGNED, "."), (c.COMMA_SIGNED, ",")]


@pytest.mark.parametrize(("locale", "mark"), LOCALES, ids=lambda value: value.words if isinstance(value, c.Locale) else value)
@pytest.mark.parametrize("fine", [False, True])
def test_a_number_may_begin_with_its_mark_and_never_ends_with_it(locale: c.Locale, mark: str, fine: bool) -> None:
    given = [f"{mark}11", f"-{mark}11", f"0{mark}11", f"11{mark}", mark, f"-{mark}", f"{mark}1{mark}1", f"{'.' if mark == ',' else ','}11"]
    assert read(c.amount("x", locale=locale, fine=fine), given) == [Decimal("0.11"), Decimal("-0.11"), Decimal("0.11"), None, None, None, None, None]


def test_every_kind_of_number_is_spelt_alike() -> None:
    for column in (c.float_amount("x"), c.float_number("x"), c.Column(("x",), "number_text"), c.rate("x")):
        assert read(column, [".25", "0.25", "1.", ".", ""]) == [Decimal("0.25"), Decimal("0.25"), None, None, None], column.macro
    assert read(c.rate("x"), ["-.25", "-0.25"]) == [None, None], "a rate has no sign"


def test_a_sign_beside_a_number_without_its_zero() -> None:
    assert read(c.amount("x", locale=c.POINT_SIGNED), ["$.11", "-$.11", "($.11)", ".11 €"]) == [Decimal("0.11"), Decimal("-0.11"), Decimal("-0.11"), Decimal("0.11")]
    declared = DeclaredCsv(table="bank_line", columns={"amount": "A"}, decimal=",", thousands=".")
    said = declared.reader("amount", "DECIMAL(18,4)")
    assert [said(cell) for cell in (",11", "-,11", "1.234,5", "11,", ",", ".11")] == [".11", "-.11", "1234.5", "?11,", "?,", "?.11"]


def test_names_of_encodings_are_one_table() -> None:
    same = {
        "ascii": ["ASCII", "US-ASCII", "USASCII", "us-ascii", "ISO646-US", "ANSI_X3.4-1968"],
        "iso-8859-1": ["latin1", "Latin-1", "ISO-8859-1", "ISO8859-1", "8859-1", "ISO_8859-1", "L1"],
        "windows-1252": ["CP1252", "WINDOWS-1252", "1252", "windows1252"],
        "utf-8": ["UTF8", "UTF-8", "utf_8"],
    }
    assert {name: codec_of(name) for names in same.values() for name in names} == {name: codec for codec, names in same.items() for name in names}
    assert codec_of("EBCDIC") is None
    assert {codecs.lookup(codec).name for codec in ENCODINGS.values()}, "Python knows every one of them"
    assert [name for name in ENCODINGS if not re.fullmatch("[A-Z0-9]+", name)] == []
    assert DeclaredCsv(table="t", columns={}, encoding="Latin 1").encoding == "iso-8859-1"
    with pytest.raises(ValueError, match="no encoding is known"):
        DeclaredCsv(table="t", columns={}, encoding="klingon")


def test_the_table_of_dialects_is_whole() -> None:
    assert all(d.format and d.seen and d.read and d.proof for d in DIALECTS.values())
    assert not OFX_FIELDS & OFX_ENDS.keys(), "a list is no field"
    assert not OFX_FIELDS & {name for ends in OFX_ENDS.values() for name in ends - {"CASHADVBALAMT", "MKTGINFO"}}


@pytest.mark.parametrize(
    ("opening", "closing", "entries", "amounts"),
    [
        ("100,", "660,", ["500NTRFNONREF//A1", "60NTRFNONREF//A2"], ["500.0000", "60.0000"]),
        ("100,", "105,60", ["500NTRFNONREF//A1", "60NTRFNONREF//A2"], None),
        ("100", "560", ["500NTRFNONREF//A1", "60NTRFNONREF//A2"], None),
        ("100", "120", ["10,50NTRFNONREF//A1", "9,50NTRFNONREF//A2"], ["10.5000", "9.5000"]),
        ("0", "500,", ["500NTRFNONREF//A1"], ["500.0000"]),
        ("0,", "1,05", [",80NTRFNONREF//A1", ",25NTRFNONREF//A2"], ["0.2500", "0.8000"]),
    ],
)
def test_whole_amounts_without_a_comma_need_a_sum_that_has_one(books: Books, opening: str, closing: str, entries: list[str], amounts: list[str] | None) -> None:
    if amounts is None:
        with pytest.raises(FileRefusedError) as caught:
            books.deliver(mt940(opening, closing, *entries))
        assert caught.value.code in ("BALANCE", "MONEY_FORMAT")
        assert caught.value.code == "BALANCE" or '"' in caught.value.message
    else:
        books.deliver(mt940(opening, closing, *entries))
        assert books.amounts() == amounts


@pytest.mark.parametrize("text", [".11", "-.11", "12,3x4", "1.234,56 €", "EUR 12.00", "GMT+02:00", "02/11/2026 10:00:00", "2026-13-45", "T0401", "n/a", "--", "261002C500NTRF", "partially_refunded"])
def test_amounts_days_and_codes_are_quoted(text: str) -> None:
    assert quoted(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["Miller", "MILLER", "Anna Miller", "0170 1234567", "+49 170 1234567", "01701234567", "10 Main St", "a@b.example", "4111 1111 1111 1111", "DE89370400440532013000"])
def test_what_may_be_a_customers_is_not(text: str) -> None:
    said = quoted(text)
    assert text not in said and str(len(text)) in said
