"""Files whose columns a feed declares: the settings refuse what cannot be meant, and cells are read with the declared signs only."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pydantic import ValidationError

from importers._declared import DeclaredCsv, plain
from importers._probe import Probe
from ledger.errors import FileRefusedError, SettingsError
from tieout.books.settings import load

KINDS = {"amount": "DECIMAL(18,4)", "booked_on": "DATE", "booked_at": "TIMESTAMP"}


def declared(**more: object) -> DeclaredCsv:
    return DeclaredCsv.model_validate({"table": "bank_line", "columns": {"amount": "Betrag", "booked_on": "Datum"}, **more})


def read(tmp_path: Path, data: bytes, settings: DeclaredCsv) -> list[list[str]]:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    with plain(Probe(path, path.name), settings, KINDS).path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_german_bank_file(tmp_path: Path) -> None:
    settings = declared(decimal=",", thousands=".", date="%d.%m.%Y", delimiter=";", encoding="windows-1252", skip_rows=2, constants={"currency": "EUR"})
    data = "Konto;1\r\n\r\nDatum;Text;Betrag\r\n31.12.2026;Gebühr;-1.234,50\r\n01.01.2027;x;7\r\n".encode("cp1252")
    assert read(tmp_path, data, settings) == [["amount", "booked_on", "currency"], ["-1234.50", "2026-12-31", "EUR"], ["7", "2027-01-01", "EUR"]]


@pytest.mark.parametrize(
    ("cell", "signs", "text"),
    [
        ("1234.56", {"decimal": ","}, "?1234.56"),  # thousands were not declared
        ("1.234", {"decimal": ",", "thousands": "."}, "1234"),
        ("12.34", {"decimal": ",", "thousands": "."}, "?12.34"),  # no group of three
        ("1,5", {}, "?1,5"),
        ("1e3", {}, "?1e3"),
        ("−5", {}, "?−5"),  # U+2212
        ("5-", {}, "?5-"),
        ("1 234,5", {"decimal": ",", "thousands": " "}, "1234.5"),
        ("1\u202f234,5", {"decimal": ",", "thousands": " "}, "1234.5"),
        ("3.20", {"negate": ["amount"]}, "-3.20"),
        ("-3.20", {"negate": ["amount"]}, "3.20"),
        ("", {}, ""),
    ],
)
def test_numbers_are_read_as_declared_or_not_at_all(cell: str, signs: dict[str, object], text: str) -> None:
    assert declared(**signs).reader("amount", "DECIMAL(18,4)")(cell) == text


def test_times_and_codes(tmp_path: Path) -> None:
    settings = declared(moment="%Y-%m-%dT%H:%M:%S%z", date="%m/%d/%Y", codes={"amount": {"Yes": "1"}})
    assert settings.reader("booked_at", "TIMESTAMP")("2026-03-29T01:30:00+0100") == "2026-03-29 00:30:00 +0000"
    assert settings.reader("booked_on", "DATE")("03/04/2026") == "2026-03-04"
    assert settings.reader("booked_on", "DATE")("2026-03-04") == "?2026-03-04"
    assert settings.reader("amount", "VARCHAR")("yes") == "1"
    assert settings.reader("amount", "VARCHAR")("maybe") == "?maybe"


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"Datum,Betrag\n2026-01-01,1\n2026-01-02\n", "CSV_SHAPE", 3),
        (b"Datum,Betrag\n2026-01-01,1\n\n2026-01-02,2\n", "CSV_SHAPE", 3),
        (b"Datum,Amount\n2026-01-01,1\n", "SCHEMA_DRIFT", 1),
        (b'Datum,Betrag\n2026-01-01,"1\n', "CSV_SHAPE", 2),
        (b"Datum,Betrag\n2026-01-01,\xff\n", "ENCODING", 1),
        (b"\n\n", "EMPTY", 1),
    ],
)
def test_what_is_refused(tmp_path: Path, data: bytes, code: str, row: int) -> None:
    with pytest.raises(FileRefusedError) as caught:
        read(tmp_path, data, declared())
    assert (caught.value.code, caught.value.row) == (code, row)
    assert not list(tmp_path.glob("*.plain"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"decimal": ",", "thousands": ","},
        {"constants": {"amount": "1"}},
        {"negate": ["fee"]},
        {"codes": {"state": {"a": "b"}}},
        {"skip_rows": -1},
        {"delimiter": "~"},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be_meant(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        declared(**wrong)


def test_settings_are_read_with_their_place(tmp_path: Path) -> None:
    text = 'environment = "test"\nname = "x"\n[[feed]]\nname = "bank"\nbank_account = "b"\n[feed.csv]\ntable = "bank_line"\ndecimal = ","\nthousands = ","\n[feed.csv.columns]\namount = "Betrag"\n'
    (tmp_path / "tieout.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"feed\.0\.csv"):
        load(tmp_path)
    (tmp_path / "tieout.toml").write_text(text.replace('thousands = ","', 'thousands = "."'), encoding="utf-8")
    assert load(tmp_path).feed[0].csv == declared(decimal=",", thousands=".", columns={"amount": "Betrag"})
