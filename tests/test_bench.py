"""The measurements run at a tiny size, and a wrong answer gets no time. No figure is asserted."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BENCH = ROOT / "benchmarks" / "bench.py"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    subprocess.run([sys.executable, ROOT / "sample_data" / "make.py", "--orders", "600", "--out", folder / "month"], check=True)
    return folder


def bench(work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, BENCH, "--pairs", "1", "--orders", "600", "--work", work, *words], capture_output=True, text=True, check=False)


def test_it_measures(work: Path) -> None:
    done = bench(work, "--only", "B11,B7", "--rows", "100")
    assert done.returncode == 0, done.stderr
    assert re.search(r"B11 +start +[\d.]+ s / +[\d.]+ s = +[\d.]+x .*target 2.4x.*, wall [\d.]+ s, peak \d+ MiB, ceiling \d+ MiB", done.stdout)
    assert re.search(r"B7 +workbook of 100 exceptions", done.stdout)


def test_the_floors_find_every_code_of_the_answers(work: Path) -> None:
    floor = [sys.executable, BENCH.with_name("floor_month.py"), work / "month" / "books", "2026-10-01", work / "floor.xlsx"]
    told = subprocess.run(floor, capture_output=True, text=True, check=True).stdout
    with (work / "month" / "answers.csv").open(encoding="utf-8", newline="") as file:
        wanted = {(row["code"], row["subject_key"], row["amount"], row["currency"]) for row in csv.DictReader(file)}
    assert {tuple(line.split("\t")) for line in told.splitlines()} == wanted


def test_an_unknown_workload_is_named(work: Path) -> None:
    done = bench(work, "--only", "B4,B99")
    assert done.returncode == 1
    assert "no such workload: B99" in done.stderr


def test_a_wrong_answer_has_no_time(work: Path) -> None:
    answers = work / "month" / "answers.csv"
    lines = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text("".join(line for line in lines if not line.startswith("SO_MISSING")), encoding="utf-8")
    done = bench(work, "--only", "B13")
    assert done.returncode == 1
    assert "wrong answer: 2 too many" in done.stderr
    assert "target" not in done.stdout
