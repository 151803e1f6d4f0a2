"""A whole month in a currency without decimals and in one with three: the same breaks are found, no others, and no sheet cuts an amount."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import NOW, ROOT, tieout
from openpyxl import load_workbook

from ledger.money import decimals


def closed(home: Path, currency: str, *width: str) -> Path:
    """The sample month made anew in one currency, and its night."""
    made = home.parent / "made"
    call = [sys.executable, ROOT / "sample_data" / "make.py", "--out", made, *width]
    subprocess.run(call, env={**os.environ, "SAMPLE_CURRENCY": currency}, check=True, capture_output=True)
    shutil.copytree(made / "books", home)
    tieout("init", home)
    for act in (("propose",), ("approve", "--all")):
        tieout("mapping", *act, "--home", home, "--as", "jane")
    tieout("run", "--home", home, "--as-of", "2026-10-01", env={"TIEOUT_NOW": NOW})
    return home


@pytest.mark.parametrize(("currency", "width"), [("JPY", ("--orders", "324")), *(pytest.param(currency, (), marks=pytest.mark.drill) for currency in ("JPY", "KWD"))])
def test_a_month_has_its_own_exceptions_and_no_others(currency: str, width: tuple[str, ...], tmp_path: Path) -> None:
    home = closed(tmp_path / "books", currency, *width)
    places = decimals(currency)
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        found = con.execute("SELECT code, abs(difference) FROM exception WHERE state = 'open' AND severity <> 'low' AND currency = $c ORDER BY ALL", {"c": currency}).fetchall()
        causes = [row[0] for row in con.execute("SELECT cause FROM exception").fetchall()]
        proofs = con.execute("SELECT payout_amount, lines_net, residual, bank_amount FROM payout_proof").fetchall()
        clearing = con.execute("SELECT residual FROM clearing_proof").fetchall()
    with (tmp_path / "made" / "answers.csv").open(encoding="utf-8", newline="") as file:
        listed = sorted((row["code"], Decimal(row["amount"])) for row in csv.DictReader(file))
    assert found == listed and len(listed) > 40
    assert clearing and all(row == (0,) for row in clearing)
    assert {value.quantize(Decimal(1).scaleb(-places)) == value for row in proofs for value in row if value is not None} == {True}
    assert not [cause for cause in causes if places == 0 and ".0000" in cause]
    sums_are_whole(home, currency, places)


def sums_are_whole(home: Path, currency: str, places: int) -> None:
    """Every amount of the workbook is the amount of the books and is shown at its currency's decimals."""
    form = "#,##0" + (f".{'0' * places}" if places else "")
    book = load_workbook(next((home / "reports").glob("*/exceptions.xlsx")))
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        buckets = con.execute("SELECT sum(amount) FROM payout_bucket").fetchall()[0][0]
        whole = dict(con.execute("SELECT replace(source, '_', ' '), amount FROM completeness WHERE currency = $c", {"c": currency}).fetchall())
    proofs = list(book["Proofs"].iter_rows(min_row=2))
    titles = [cell.value for cell in book["Proofs"][1]]
    first, last = titles.index("Sales"), titles.index("Unknown")
    shown = [cell for row in proofs for cell in row[first : last + 1] if cell.value is not None]
    assert sum(Decimal(str(cell.value)) for cell in shown) == buckets
    assert {cell.number_format for cell in shown if cell.value} == {f"{form};[Red]-{form}"}
    summary = {row[0].value: row for row in book["Summary"].iter_rows() if row[0].value in whole and row[1].value == currency}
    assert {name: Decimal(str(row[8].value)) for name, row in summary.items()} == {name: whole[name] for name in summary} and summary
