"""Polars reads what the strict reader reads, and the same: over every sample, per macro, and where a file is not plain."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import _shop
import duckdb
import polars as pl
import pyarrow as pa
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_importers import CASES, HERE, expectation, stage, tables_of_the_ledger

from importers import _columns as c
from importers import _framed, _frames, _kit, _quick, _records, _registry
from importers._declared import DeclaredCsv
from importers._framed import VALUE, by_macro, translation
from importers._kit import Context, CsvImporter
from importers._odoo import OdooImporter
from importers._odoo_extract import extract
from importers._records import NotPlainError, Plain
from importers._steps import Steps
from importers._translated import TRANSLATIONS, is_blank
from importers._typed import know_macros, typed_rows
from importers._unpack import looked_into
from ledger.segments import BATCH, PIECE, even
from ledger.sqltext import sql

FOLDERS = sorted({path.parent.name for path in CASES if path.suffix == ".csv"})
MONTH = sorted((ROOT / "sample_data" / "books" / "inbox").glob("*/*.csv"))
PLAIN = {  # importers whose samples Polars reads, but for those that are not plain
    "odoo_journal_item", "odoo_move", "odoo_payment", "odoo_sale_order", "shopify_orders", "shopify_payments", "shopify_payouts", "shopify_transactions", "stripe_reconciliation",
}


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are short, and Polars is for long files."""
    monkeypatch.setattr(_quick, "SMALL", 0)


@contextmanager
def strictly() -> Iterator[None]:
    """Every file by the strict reader."""
    before = _kit.quickly
    _kit.quickly = lambda *_: None
    try:
        yield
    finally:
        _kit.quickly = before


def compared(path: Path, context: dict[str, Any]) -> str:
    """Every table of a file by Polars and by the strict reader: values and types. The importer, where Polars reads the file."""
    con = tables_of_the_ledger()
    con.execute(sql("importers", "fresh_stage"))
    know_macros(con)
    with looked_into(path, context.get("headers")) as probe:
        importer = _registry.identify(probe, DeclaredCsv.model_validate(context["csv"]) if "csv" in context else None, "feed")
        if not isinstance(importer, CsvImporter) or probe.encoding != "utf-8":
            return ""
        probe = extract(probe, importer.model) if isinstance(importer, OdooImporter) else probe
        frames = importer.quick(probe)
        if frames is None:
            return ""
        style = {k: context[k] for k in ("numbers", "days", "words") if k in context}
        given = Context("feed", "store", "owner", context.get("time_zone", "UTC"), context.get("facts", {}), secret=b"golden cases", **style)
        for lands in importer.landed():
            typed, rows = frames.typed(con, probe, given, lands), Steps.of(con, importer.raw(con, probe, given))
            quick = typed.relation()
            for number in sorted({*lands.every[:3], *lands.every[-1:]}) or (0,):
                strict = typed_rows(rows, probe, given, lands, number).relation()
                mine = quick.filter(f"{lands.numbered} = {number}") if lands.numbered else quick
                mine = mine.project(*(f'"{name}"' for name in strict.columns))
                assert [str(kind) for kind in mine.types] == [str(kind) for kind in strict.types]
                assert mine.order("row_no").fetchall() == strict.order("row_no").fetchall()
        return importer.module_name()


def read_in(folder: str, most: int | None = None) -> set[str]:
    """The importers whose samples in a folder Polars reads, all of them or the first; each was compared."""
    known = {path: json.loads(expectation(path).read_text(encoding="utf-8")) for path in sorted((HERE / folder).glob("*.csv"))}
    landing = [(path, outcome.get("context", {})) for path, outcome in known.items() if "refused" not in outcome]
    return {compared(path, context) for path, context in landing[:most]}


@pytest.mark.parametrize("folder", sorted(PLAIN))
def test_the_rows_of_samples_are_those_of_the_strict_reader(folder: str) -> None:
    assert folder in read_in(folder, 2)


@pytest.mark.drill
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_rows_of_every_sample_are_those_of_the_strict_reader(folder: str) -> None:
    assert folder in read_in(folder) or folder not in PLAIN


@pytest.mark.parametrize("files", [pytest.param({path.name: path for path in MONTH}.values(), id="one of each kind"), pytest.param(MONTH, marks=pytest.mark.drill, id="all")])
def test_the_rows_of_the_sample_month_are_those_of_the_strict_reader(files: Iterable[Path]) -> None:
    seen = {compared(path, {"time_zone": "America/New_York"}) for path in files}
    assert seen - {""} >= {"odoo_journal_item", "odoo_move", "shopify_orders", "shopify_payments", "shopify_transactions", "stripe_reconciliation"}


@pytest.mark.parametrize("most", [3, 1 << 20])
def test_texts_that_repeat_over_batches_are_read_as_each_by_itself(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every column as one of few texts, in batches of some records: new texts come in later ones, and with `most` there are too many of them."""
    for module, name, value in ((_framed, "MANY", 1), (_framed, "FEW", 1 << 20), (_framed, "MOST", most), (_records, "PIECE", 1 << 13), (_frames, "PIECE", 1 << 13), (_frames, "BATCH", 1)):
        monkeypatch.setattr(module, name, value)
    batches: list[int] = []
    rows = _framed.Table.rows
    monkeypatch.setattr(_framed.Table, "rows", lambda table, text: batches.append(text.height) or rows(table, text))
    files = {path.name: path for path in MONTH}.values()
    assert {compared(path, {"time_zone": "America/New_York"}) for path in files} >= {"odoo_journal_item", "shopify_orders", "shopify_payments", "shopify_transactions"}
    assert len([height for height in batches if height]) > 5 * len(files)


def test_a_file_that_has_only_some_of_the_numbered_columns_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "orders_export_1.csv"
    for header, row in (("", ""), (",Tax 2 Name,Tax 2 Value", ",Local,0.50"), (",Tax 3 Name,Tax 3 Value", ",Local,0.50")):
        head, *lines = _shop.orders().splitlines()
        path.write_text("\n".join([head + header, *(line + row for line in lines)]) + "\n", encoding="utf-8")
        assert compared(path, {}) == "shopify_orders"


# texts as they come and as they should not: each drawn from a form, and then damaged
DIGITS = st.text("0123456789", min_size=1, max_size=19)
FORMS = st.one_of(
    st.text(max_size=8),
    st.text(" \t\u00a0\u2003'\"=+-.,:/#@_TZaZéßİΣıſKçŒ０１²١\x00\n\r\x85\u2028\ufeff", max_size=6),
    st.builds(lambda sign, whole, part: f"{sign}{whole}{part}", st.sampled_from(["", "-", "+", "'", " "]), DIGITS, st.one_of(st.just(""), st.just("."), DIGITS.map(lambda d: f".{d}"))),
    st.sampled_from(["true", "YES", "No", "0", "FALSE", "falsch", "usd", "EUR", "U$D", "1e-05", "12.340000000000002", "0.30000000000000004", ".5", "5.", "-0", "-0.00", "1_0", "NaN", "inf"]),
    st.sampled_from(["a@b.example", "sk_live_0123456789ab", "4111 1111 1111 1111", "x 4111111111111111", "no 3782 822463 10005", "(30569309025904)", "__export__.account_move_line_352026_54435761"]),
    st.builds(
        lambda moment, form: moment.strftime(form),
        st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
        st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S +0530", "%Y-%m-%d %H:%M:%S -0930", "%Y-%m-%d %H:%M:%S +0000", "%Y-%m-%d later", "%d.%m.%Y"]),
    ),
    st.sampled_from(["2026-02-30", "2026-02-29 10:00:00", "2024-02-29", "0000-01-01", "9999-12-31", "2026-01-01 24:00:00", "2026-01-01 23:59:60", "2026-13-01", "1000-01-01 00:00:00 +0000"]),
)
TEXTS = st.lists(st.one_of(FORMS, st.builds(lambda text, place, mark: text[:place] + mark + text[place:], FORMS, st.integers(0, 20), st.sampled_from([" ", "\u00a0", "0", "-", ".", "T", "'", "\n", "é"]))), min_size=1, max_size=60)


def beside_the_macro(macro: str, texts: list[str]) -> pl.DataFrame:
    """Each text with what the translation makes of it, and what the macro does, as VALUE."""
    known = by_macro(pl.DataFrame({"x": texts}), duckdb.FunctionExpression(macro, duckdb.ColumnExpression("x")))
    return known.with_columns(made=TRANSLATIONS[macro](pl.col("x")), blank=is_blank(pl.col("x")))


@pytest.mark.parametrize("macro", sorted(TRANSLATIONS))
@given(texts=TEXTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_a_translation_says_what_its_macro_says_or_nothing(macro: str, texts: list[str]) -> None:
    both = beside_the_macro(macro, [text.replace("\x00", "") for text in texts])
    assert both["made"].dtype == both[VALUE].dtype
    assert both.filter(pl.col("made").is_not_null() & ~pl.col("made").eq_missing(pl.col(VALUE)))["x"].to_list() == []
    if macro != "truth":  # a blank text has no value, so it never needs its macro
        assert both.filter(pl.col("blank") & pl.col(VALUE).is_not_null())["x"].to_list() == []


SURE = {
    "plain_text": "Öl, 2 l", "lower_text": "Visa", "digits_text": "'007", "upper_text": "usd", "amount_text": "-1234.5", "fine_text": "0.12345678", "number_text": "1.5", "float_text": "12.34",
    "float_number": "0.125", "whole_number": "-12", "iso_day": "2026-09-01 10:00", "offset_day": "2026-09-01 23:30:00 -0930", "offset_moment": "2026-09-01 23:30:00 -0930", "utc_moment": "2026-09-01T10:00:00",
    "truth": "Yes",
}


@pytest.mark.parametrize("macro", sorted(TRANSLATIONS))
def test_a_translation_answers_what_files_are_full_of(macro: str) -> None:
    both = beside_the_macro(macro, [SURE[macro]])
    assert both["made"][0] is not None and both["made"][0] == both[VALUE][0]


def test_a_gate_that_reads_the_records_has_them() -> None:
    """Polars keeps no records: an importer whose gate reads them keeps them, and is read by the strict reader."""
    reading = {path.stem for path in (ROOT / "importers" / "sql").glob("gate_*.sql") if re.search(r"stage\.raw\b(?!_)", path.read_text(encoding="utf-8"))}
    asking = {i.module_name() for i in _registry.importers() if reading & set(re.findall(r"gate_\w+", Path(inspect.getfile(type(i))).read_text(encoding="utf-8")))}
    assert asking >= {"adyen_accounting", "adyen_settlement"}
    assert [i.module_name() for i in _registry.importers() if i.module_name() in asking and not i.keeps_raw] == []


def test_the_rules_of_zones_are_those_of_one_table() -> None:
    """Two tables of zones differ as soon as a country decides anew: only UTC needs none."""
    column, texts = c.zone_moment("Date"), ["2026-11-12 23:30:00", "2026-03-08T02:30:00", "2026-01-01 24:00:00", "12.11.2026", ""]
    utc = translation(column, "UTC")
    assert utc is not None and translation(column, "America/Vancouver") is None
    said = by_macro(pl.DataFrame({"x": texts}), duckdb.FunctionExpression("zone_moment", duckdb.ColumnExpression("x"), duckdb.ConstantExpression("UTC"))).with_columns(v=utc(pl.col("x")))
    assert said.filter(pl.col("v").is_not_null() & (pl.col("v") != pl.col(VALUE))).height == 0 and said["v"].count() == 2


def test_what_is_masked_is_never_taken_as_it_stands() -> None:
    """The net for private texts is wider than the masks; ids that Odoo mints are not caught in it."""
    texts = ["4111 1111 1111 1111", "a 4111-1111-1111-1111 b", "x5500000000000004", "(30569309025904)", "3782 822463 10005", "3056 930902 5904", "6011 1111 1111 1117 123", "me@home.example"]
    made = pl.DataFrame({"x": texts}).select(v=TRANSLATIONS["plain_text"](pl.col("x")))["v"].to_list()
    assert made == [None] * len(texts)
    minted = "__export__.account_move_line_352026_54435761"
    assert pl.DataFrame({"x": [minted]}).select(v=TRANSLATIONS["plain_text"](pl.col("x")))["v"].to_list() == [minted]
    assert by_macro(pl.DataFrame({"x": [minted, "4111 1111 1111 1111 x"]}), duckdb.FunctionExpression("may_hold_card", duckdb.ColumnExpression("x"))).sort("x")[VALUE].to_list() == [True, False]


NUMBERS = ("4111111111111111", "4000000000000000006", "5555555555554444", "2223000048400011", "378282246310005", "3530111333300000", "30569309025904", "38520000023237", "6011111111111117", "6304000000000000")


@given(
    number=st.sampled_from(NUMBERS), gaps=st.lists(st.integers(1, 18), max_size=4), gap=st.sampled_from([" ", "-", ".", "\u00a0", "_", "/"]),
    before=st.text("0127x_ (:é", max_size=4), after=st.text("0127x_ ).é", max_size=4), more=st.sampled_from(["", "4", "352026_54435761"]),
)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_no_card_slips_through_the_first_look(number: str, gaps: list[int], gap: str, before: str, after: str, more: str) -> None:
    """Whatever `cards_in` finds has the shape that `may_hold_card` and the translation look for."""
    cut = "".join(gap * (place in gaps) + digit for place, digit in enumerate(number))
    texts = [text for text in (f"{before}{cut}{after}{more}", f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}{after}{more}") if not text.isdigit()]
    found = duckdb.FunctionExpression("len", duckdb.FunctionExpression("cards_in", duckdb.ColumnExpression("x"))) > duckdb.ConstantExpression(0)
    looked = duckdb.FunctionExpression("may_hold_card", duckdb.ColumnExpression("x"))
    both = by_macro(pl.DataFrame({"x": texts}), found & (looked == duckdb.ConstantExpression(False)))
    assert both.filter(pl.col(VALUE))["x"].to_list() == []
    plain = by_macro(pl.DataFrame({"x": texts}), found).with_columns(made=TRANSLATIONS["plain_text"](pl.col("x")))
    assert plain.filter(pl.col(VALUE) & pl.col("made").is_not_null())["x"].to_list() == []


HEADER = "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type"
ROW = '7001,"#101",sale,stripe,2026-09-01 10:00:05 +0100,success,61.50,EUR,visa'
NASTY: dict[str, bytes] = {
    "plain": f"{HEADER}\n{ROW}\n".encode(),
    "no end": f"{HEADER}\n{ROW}\n{ROW.replace('7001', '7002')}".encode(),
    "mark": b"\xef\xbb\xbf" + f"{HEADER}\n{ROW}\n".encode(),
    "crlf": f"{HEADER}\r\n{ROW}\r\n".encode(),
    "crlf within quotes": f"{HEADER}\r\n{ROW.replace('visa', chr(34) + 'vi' + chr(13) + chr(10) + 'sa' + chr(34))}\r\n".encode(),
    "mixed ends": f"{HEADER}\r\n{ROW}\n{ROW}\r\n".encode(),
    "lone carriage return": f"{HEADER}\n{ROW}\r{ROW}\n".encode(),
    "nul": f"{HEADER}\n{ROW}\n".encode().replace(b"visa", b"vi\x00sa"),
    "short": f"{HEADER}\n{ROW}\n{ROW.removesuffix(',visa')}\n{ROW}\n".encode(),
    "long": f"{HEADER}\n{ROW}\n{ROW},more\n".encode(),
    "trailing marks": f"{HEADER},\n{ROW},\n".encode(),
    "trailing marks of one record": f"{HEADER}\n{ROW},\n".encode(),
    "line end within quotes": f"{HEADER}\n{ROW.replace('visa', chr(34) + 'vi' + chr(10) + 'sa' + chr(34))}\n".encode(),
    "doubled quotes": f'{HEADER}\n{ROW.replace("visa", chr(34) + "5" + chr(34) * 2 + " visa" + chr(34))}\n'.encode(),
    "stray quote": f'{HEADER}\n{ROW.replace("visa", "5" + chr(34) + " visa")}\n'.encode(),
    "stray quotes around a mark": f'{HEADER}\n{ROW.replace("success,61.50", "succ" + chr(34) + "ess,61" + chr(34) + ".50")}\n'.encode(),
    "text behind a quote": f'{HEADER}\n{ROW.replace("visa", chr(34) + "vi" + chr(34) + "sa")}\n'.encode(),
    "open quote": f'{HEADER}\n{ROW.replace("visa", chr(34) + "visa")}\n{ROW}\n'.encode(),
    "empty line": f"{HEADER}\n{ROW}\n\n{ROW.replace('7001', '7002')}\n".encode(),
    "empty lines at the end": f"{HEADER}\n{ROW}\n\n\n".encode(),
    "line of blanks": f"{HEADER}\n{ROW}\n   \n".encode(),
    "header alone": f"{HEADER}\n".encode(),
    "header without end": HEADER.encode(),
    "no utf-8 in a needed column": f"{HEADER}\n{ROW}\n".encode().replace(b"visa", b"vis\xe9"),
    "no utf-8 far behind": f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 5000 + ROW.encode().replace(b"visa", b"vis\xe9") + b"\n",
    "empty against nothing": f'{HEADER}\n{ROW.replace("visa", chr(34) * 2)}\n{ROW.replace("visa", "").replace("7001", "7002")}\n{ROW.replace("visa", chr(34) + " " + chr(34)).replace("7001", "7003")}\n'.encode(),
    "huge value": f"{HEADER}\n{ROW.replace('visa', 'v' * 1_500_000)}\n".encode(),
    "monstrous value": f"{HEADER}\n{ROW.replace('visa', 'v' * 4_500_000)}\n".encode(),
    "monstrous value of many lines": f"{HEADER}\n{ROW.replace('visa', chr(34) + ('v' * 900 + chr(10)) * 5000 + chr(34))}\n{ROW}\n".encode(),
    "broken amount": f"{HEADER}\n{ROW}\n{ROW.replace('61.50', '61,50x').replace('61,50x', '61.5x')}\n".encode(),
    "finer than its currency": f"{HEADER}\n{ROW.replace('61.50', '61.505')}\n".encode(),
    "card in a text": f"{HEADER}\n{ROW.replace('visa', 'visa 4111 1111 1111 1111')}\n".encode(),
}


@pytest.mark.parametrize("name", NASTY)
def test_what_is_not_plain_has_the_outcome_of_the_strict_reader(name: str, tmp_path: Path) -> None:
    path = tmp_path / "transactions_export_1.csv"
    path.write_bytes(NASTY[name])
    quick = stage(path, {})
    with strictly():
        assert quick == stage(path, {})


def records(path: Path, data: bytes, width: int, delimiter: str = ",") -> list[bytes]:
    """The records that the grammar takes, line ends as they are."""
    path.write_bytes(data)
    return b"".join(Plain(path, width, delimiter).pieces()).splitlines()


@pytest.mark.parametrize(
    "body", [b"1,2\n", b"1,2,3,4\n", b"1,2,3\n\n", b'1,2,5"\n', b'1,"2"x,3\n', b'1,"2,3\n', b"1,2,3\r\n", b"1,2\r,3\n", b"\n", b"1,2,\xff\n", b'"1","2"\n"","",""\n'], ids=repr
)
def test_records_of_another_width_or_kind_are_given_up(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotPlainError):
        records(tmp_path / "file", b"a,b,c\n1,2,3\n" + body, 3)


def test_pieces_end_where_a_record_ends(tmp_path: Path) -> None:
    """Quoted line ends stand where pieces are cut; every record comes once, in order, whatever the file's length."""
    text = b'"' + b"x" * 60 + b'\n, ""y"" \n' + b"z" * 60 + b'"'
    whole = b"".join(b"%d,%s,\n" % (n, text) for n in range(40_000))
    assert records(tmp_path / "file", b"a,b,c\n" + whole, 3) == whole.splitlines()
    assert records(tmp_path / "file", b"\xef\xbb\xbfa;b\r\n1;2\r\n3;", 2, ";") == [b"1;2", b"3;"]
    with pytest.raises(NotPlainError):
        records(tmp_path / "file", b"a,b,c\n" + whole + b"1,2\n" + whole, 3)


@given(sizes=st.lists(st.integers(0, 3 * BATCH), max_size=5))
@settings(max_examples=20, deadline=None)
def test_batches_of_a_segment_do_not_depend_on_those_of_the_source(sizes: list[int]) -> None:
    """The row root is over batches of 122,880 rows: of a file that was read in pieces it is the same."""
    rows, batches = 0, []
    for size in sizes:
        batches.append(pa.record_batch({"n": pa.array(range(rows, rows + size), pa.int64())}))
        rows += size
    found = list(even(batches))
    assert [b.num_rows for b in found] == [BATCH] * (rows // BATCH) + [rows % BATCH] * bool(rows % BATCH)
    assert [n for b in found for n in b["n"].to_pylist()] == list(range(rows))
    assert all(len(piece) == PIECE for b in found for piece in b["n"].chunks[:-1])


def test_only_reading_a_file_imports_polars() -> None:
    code = "import sys, tieout.cli, tieout.night.nightly, importers._registry as r; r.importers(); sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
