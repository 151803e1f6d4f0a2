"""What holds for every file of payments, whatever is in it: no cent is lost, again is nothing, order and cut do not matter, the log only grows."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import _drill
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from ledger.store import open_store
from tieout.night import nightly

HEADER = ["Transaction Date", "Type", "Order", "Card Brand", "Card Source", "Payout Status", "Payout Date", "Payout ID", "Available On", "Amount", "Fee", "Net", "Checkout", "Payment Method Name", "Presentment Amount", "Presentment Currency", "Currency", "Business Entity Name", "Business Entity ID"]
# The long drill in as many parts, each with examples of its own, for as many processes as there are.
PARTS = 8
PROVENANCE = {"file_id", "row_no", "known_at", "version"}


@st.composite
def payments(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Order, amount and fee in cents; refunds are negative and cost nothing."""
    rows = draw(st.lists(st.tuples(st.integers(1, 999_999), st.integers(-10**9, 10**9).filter(bool), st.integers(0, 10**6)), min_size=1, max_size=12, unique_by=lambda row: row[0]))
    return [(order, amount, fee if amount > 0 else 0) for order, amount, fee in rows]


def line(row: tuple[int, int, int]) -> list[str]:
    order, amount, fee = row
    gross, cost = Decimal(amount) / 100, Decimal(fee) / 100
    kind = "charge" if amount > 0 else "refund"
    moment = f"2026-09-{order % 28 + 1:02d} {order % 24:02d}:{order % 60:02d}:{order % 59:02d} -0700"
    return [moment, kind, f"#{order}", "visa", "online", "paid", "2026-09-30", "123207551622", "2026-09-30", f"{gross:.2f}", f"{cost:.2f}", f"{gross - cost:.2f}", f"#{order}",
            "card", f"{gross:.2f}", "USD", "USD", "Harbour & Pine Inc", "gid://shopify/BusinessEntity/31"]  # fmt: skip


def land(home: Path, name: str, rows: list[tuple[int, int, int]]) -> None:
    with (home / "inbox" / "pdx-shopify" / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADER, *(line(row) for row in rows)])


def landed(home: Path) -> list[tuple[Any, ...]]:
    """What the books hold of the payments now, without where it came from."""
    with open_store(home) as store:
        table = store.con.view("settlement_line_current")
        names = [name for name in table.columns if name not in PROVENANCE]
        return sorted(table.project(", ".join(names)).fetchall(), key=repr)


def run(home: Path) -> nightly.Night:
    return nightly.run(home, date(2026, 10, 1), lambda _: None, only_land=True)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = _drill.small(tmp_path_factory.mktemp("properties") / "books")
    for path in (home / "inbox").glob("*/*"):
        path.unlink()
    os.environ["TIEOUT_NOW"] = _drill.NOW
    yield home
    del os.environ["TIEOUT_NOW"]


def holds(opened: Path, rows: list[tuple[int, int, int]], shuffled: list[tuple[int, int, int]], cut: int) -> None:
    whole, parts = opened.with_name("whole"), opened.with_name("parts")
    for home in (whole, parts):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(opened, home)
    land(whole, "a.csv", rows)
    assert run(whole).landed.refused == []
    wanted = landed(whole)
    # No cent is lost.
    with open_store(whole) as store:
        total = store.con.view("settlement_line_current").sum("net_stated").fetchall()[0][0]
    assert total == sum((Decimal(amount - fee) / 100 for _, amount, fee in rows), Decimal(0))
    assert len(wanted) == len(rows)
    # In another order, in two files, one of them twice: the same rows.
    for name, part in (("1.csv", shuffled[:cut]), ("2.csv", shuffled[cut:]), ("3.csv", shuffled[cut:])):
        if part:
            land(parts, name, part)
    run(parts)
    assert landed(parts) == wanted
    # Again is nothing, and the log only grows.
    before = _drill.tree(whole / "ledger" / "manifests")
    land(whole, "again.csv", list(reversed(rows)))
    done = run(whole)
    assert (done.landed.new, done.landed.versions) == (0, 0)
    assert landed(whole) == wanted
    assert before.items() <= _drill.tree(whole / "ledger" / "manifests").items()


def examples(count: int, derandomize: bool = True) -> Any:
    return settings(max_examples=count, deadline=None, database=None, derandomize=derandomize, suppress_health_check=list(HealthCheck))


CASES = st.tuples(payments(), st.randoms(use_true_random=False), st.integers(0, 12))


def tried(opened: Path, case: Any) -> None:
    rows, rng, cut = case
    shuffled = list(rows)
    rng.shuffle(shuffled)
    holds(opened, rows, shuffled, cut % (len(rows) + 1))


def test_one_file(opened: Path) -> None:
    """Charges and refunds, of one cent too; cut into two files that begin with the last row."""
    rows = [(7, 61_50, 1_17), (8, -25_00, 0), (411_000, 1, 0), (9, 9_999_999_99, 3_100_00), (10, -1, 0)]
    holds(opened, rows, rows[::-1], 2)


@pytest.mark.drill
@pytest.mark.parametrize("part", range(PARTS))
def test_many_files(opened: Path, record_property: Callable[[str, int], None], part: int) -> None:
    count = -(-_drill.count("examples") // PARTS)
    seed(part)(examples(count, derandomize=False)(given(CASES)(lambda case: tried(opened, case))))()
    record_property("files of payments of which every property holds", count)
