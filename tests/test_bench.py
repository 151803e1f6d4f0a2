"""The measurements run at a tiny size, and a wrong answer gets no time. No figure is asserted."""

from __future__ import annotations

import csv
import re
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import _shop
import pytest
from conftest import ROOT

BENCH = ROOT / "benchmarks" / "bench.py"


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


def test_the_floors_find_every_code_of_the_answers(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "sample_data" / "make.py", "--orders", "324", "--out", tmp_path], check=True)
    floor = [sys.executable, BENCH.with_name("floor_month.py"), tmp_path / "books", "2026-10-01", tmp_path / "floor.xlsx"]
    told = subprocess.run(floor, capture_output=True, text=True, check=True).stdout
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        wanted = {(row["code"], row["subject_key"], row["amount"], row["currency"]) for row in csv.DictReader(file)}
    assert len(wanted) > 40
    assert {tuple(line.split("\t")) for line in told.splitlines()} == wanted


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


def test_an_unknown_workload_is_named(work: Path) -> None:
    done = bench(work, "--only", "B4,B99")
    assert done.returncode == 1
    assert "no such workload: B99" in done.stderr


@pytest.mark.drill
def test_a_wrong_answer_has_no_time(work: Path) -> None:
    done = bench(work, "--only", "B13")
    assert done.returncode == 1
    assert "wrong answer: 1 too many [('UNSETTLED_OVERDUE', 'skerry/#105/1', '33.00', 'EUR')], 1 missing" in done.stderr
    assert "target" not in done.stdout
