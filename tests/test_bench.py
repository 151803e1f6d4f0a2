"""The measurements run at a tiny size, and a wrong answer gets no time. No figure is asserted."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import _shop
import pytest
from conftest import ROOT

BENCH = ROOT / "benchmarks" / "bench.py"
PEER = ROOT / "build" / "peer" / "bin" / "python"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop as a month that was made already, and answers in which its only finding is a cent off."""
    folder = tmp_path_factory.mktemp("bench")
    _shop.books(folder / "month" / "books")
    (folder / "month" / "answers.csv").write_text("code,subject_kind,subject_key,amount,currency\nUNSETTLED_OVERDUE,order_transaction,skerry/#105/1,33.01,EUR\n", encoding="utf-8")
    return folder


def bench(work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, BENCH, "--pairs", "1", "--orders", "600", "--work", work, *words], capture_output=True, text=True, check=False)


def test_it_measures(work: Path) -> None:
    done = bench(work, "--only", "B11,B7", "--rows", "100")
    assert done.returncode == 0, done.stderr
    assert re.search(r"B11 +start +[\d.]+ s / +[\d.]+ s = +[\d.]+x .*target 2.4x.*, wall [\d.]+ s, peak \d+ MiB, ceiling \d+ MiB", done.stdout)
    assert re.search(r"B7 +workbook of 100 exceptions", done.stdout)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month as the floors and the peer read it."""
    folder = tmp_path_factory.mktemp("month")
    subprocess.run([sys.executable, ROOT / "sample_data" / "make.py", "--orders", "324", "--out", folder], check=True)
    return folder


def answers(folder: Path) -> set[tuple[str, ...]]:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["subject_key"], row["amount"], row["currency"]) for row in csv.DictReader(file)}


def script(python: str | Path, name: str, month: Path, out: Path) -> set[tuple[str, ...]]:
    told = subprocess.run([python, BENCH.with_name(name), month / "books", "2026-10-01", out], capture_output=True, text=True, check=True).stdout
    return {tuple(line.split("\t")) for line in told.splitlines()}


def test_the_floors_find_every_code_of_the_answers(wide: Path, tmp_path: Path) -> None:
    assert len(answers(wide)) > 40
    assert script(sys.executable, "floor_month.py", wide, tmp_path / "floor.xlsx") == answers(wide)


@pytest.mark.skipif(not PEER.exists(), reason="`make peer` was not asked for: pandas is in no environment of the product")
def test_the_peer_looks_for_every_code_of_the_answers(wide: Path, tmp_path: Path) -> None:
    found = script(PEER, "peer_pandas.py", wide, tmp_path / "peer.xlsx")
    assert {code for code, *_ in found} == {code for code, *_ in answers(wide)}
    assert (tmp_path / "peer.xlsx").stat().st_size > 5000


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmarks' own module of books."""
    monkeypatch.syspath_prepend(BENCH.parent)
    return importlib.import_module("_books")


def test_what_the_peer_says_wrongly_is_counted(books: ModuleType, wide: Path) -> None:
    month = books.Month(wide / "books", wide / "answers.csv", date(2026, 10, 1), 324)
    told = ["\t".join(answer) for answer in sorted(answers(wide))]
    assert books.wrong(month, "\n".join(["peer_pandas.py:22: DtypeWarning: mixed types", *told])) == (0, 0)
    assert books.wrong(month, "\n".join(["SO_MISSING\tus/#1\t1.00\tUSD", *told[2:]])) == (1, 2)


def test_a_settled_month_ends_with_nothing_open(tmp_path: Path) -> None:
    """An earlier month: no break in it, everything paid out, booked by the bank and posted by its end."""
    make = [sys.executable, ROOT / "sample_data" / "make.py", "--orders", "600", "--out", tmp_path]
    subprocess.run(make, check=True, env={**os.environ, "SAMPLE_SETTLED": "1"})
    facts = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert answers(tmp_path) == set() and facts["as_of"] == "2026-07-01"
    assert {payout["state"] for payout in facts["payouts"].values()} == {"proven"}
    assert all(payout["odoo_entries"] == 1 and payout["bank_amount"] == payout["payout_amount"] for payout in facts["payouts"].values())
    lines = [row for path in (tmp_path / "books" / "inbox").glob("*/payment_transactions_export_1.csv") for row in csv.DictReader(path.open(encoding="utf-8"))]
    assert lines and {row["Payout Status"] for row in lines} == {"paid"}
    assert max(row["Transaction Date"] for row in lines) < "2026-06-30"


def test_the_small_shop_has_thirty_orders_in_eleven_files_and_its_breaks_are_found(tmp_path: Path) -> None:
    subprocess.run([sys.executable, BENCH.with_name("small_shop.py"), tmp_path], check=True)
    files = [path for path in (tmp_path / "books" / "inbox").rglob("*") if path.is_file()]
    assert len(files) == 11 and (tmp_path / "books" / "inbox" / "dub-orders" / "orders_export_1.csv").read_text(encoding="utf-8").count(",paid,") == 30
    floor = [sys.executable, BENCH.with_name("floor_month.py"), tmp_path / "books", "2026-09-15", tmp_path / "floor.xlsx"]
    told = subprocess.run(floor, capture_output=True, text=True, check=True).stdout
    assert len(told.splitlines()) == 3 == len((tmp_path / "answers.csv").read_text(encoding="utf-8").splitlines()) - 1


@pytest.mark.drill
def test_a_small_shop_is_measured(work: Path) -> None:
    done = bench(work, "--only", "S1,S2")
    assert done.returncode == 0, done.stderr
    assert re.search(r"S1 +a small shop's first night +[\d.]+ s .*\nS2 +and one with nothing new +[\d.]+ s", done.stdout)


def test_a_further_night_is_of_orders_that_no_month_has() -> None:
    renamed = runpy.run_path(str(BENCH.with_name("_night.py")))["renamed"]
    assert renamed("#601000,2026-10-05 09:00,r123456789012", date(2026, 11, 2)) == "#90000601000,2026-11-02 09:00,r9123456789012"


def test_the_page_ends_with_the_notes() -> None:
    page = BENCH.parents[1] / "docs" / "performance.md"
    assert page.read_text(encoding="utf-8").endswith(BENCH.with_name("notes.md").read_text(encoding="utf-8")), "what is added to one of them is added to the other: `--write` makes the page anew"


def test_an_unknown_workload_is_named(work: Path) -> None:
    done = bench(work, "--only", "B4,B99")
    assert done.returncode == 1
    assert "no such workload: B99" in done.stderr


@pytest.mark.drill
def test_a_night_into_settled_books_is_held_against_the_same_into_empty_ones(tmp_path: Path) -> None:
    done = bench(tmp_path, "--only", "B3o")
    assert done.returncode == 0, done.stderr
    assert re.search(r"B3o +599 orders into 598 settled +[\d.]+ s / +[\d.]+ s = +[\d.]+x", done.stdout)


def test_a_history_with_something_open_has_no_time(books: ModuleType, closed_shop: Path) -> None:
    with pytest.raises(SystemExit, match="the history is not settled: . too many .*UNSETTLED_OVERDUE.*skerry/#105/1"):
        books.check_settled(closed_shop)


@pytest.mark.drill
def test_a_wrong_answer_has_no_time(work: Path) -> None:
    done = bench(work, "--only", "B13")
    assert done.returncode == 1
    assert "wrong answer: 1 too many [('UNSETTLED_OVERDUE', 'skerry/#105/1', '33.00', 'EUR')], 1 missing" in done.stderr
    assert "target" not in done.stdout
