"""How lines find their orders and events their lines: by which key, and where two candidates are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_rules import empty_books, put

from rules._rules import load

RULES = {rule.name: rule for rule in load()}
ORDERS = [
    {"store": "s", "order_name": "#1", "order_id": "11", "payment_ids": "rPAY1"},
    {"store": "s", "order_name": "#2", "order_id": "22", "payment_ids": "rPAY2 + rPAY3"},
    {"store": "s", "order_name": "#3", "order_id": "33", "payment_ids": "rPAY3"},
]


def line(line_id: str, **given: str) -> dict[str, str | None]:
    return {"account": "a", "line_id": line_id, "bucket": "sale", "native_type": "charge", "currency": "EUR", "gross": "10.00", "booked_on": "2026-09-08",
            "occurred_at": "2026-09-08 10:00:00", "file_id": "f", "row_no": "2", **given}


def orders_of(con: duckdb.DuckDBPyConnection, lines: list[dict[str, str | None]]) -> dict[str, str | None]:
    put(con, "account_store", [{"account": "a", "store": "s", "entity": "e1"}])
    put(con, "sales_order_current", ORDERS)
    put(con, "settlement_line_current", lines)
    rows: list[Any] = con.execute(RULES["line_fact"].text).fetchall()
    names = [column[0] for column in con.description or []]
    return {row[names.index("line_id")]: row[names.index("order_name")] for row in rows}


def test_a_line_finds_its_order_by_the_first_key_that_the_file_has(tmp_path: Path) -> None:
    found = orders_of(
        empty_books(tmp_path),
        [
            line("by name", order_name="#1"),
            line("by number", order_id="22"),
            line("by payment", payment_id="rPAY2"),
            line("by reference as payment", merchant_ref="rPAY1"),
            line("by reference as name", merchant_ref="#3"),
            line("taken back", bucket="refund", parent_ref="by payment"),
            line("taken back by native id", bucket="refund", parent_ref="ch_9"),
            line("the charge", order_name="#1", processor_ref="ch_9"),
            line("a reference nobody knows", merchant_ref="INV-7"),
        ],
    )
    assert found == {
        "by name": "#1", "by number": "#2", "by payment": "#2", "by reference as payment": "#1", "by reference as name": "#3",
        "taken back": "#2", "taken back by native id": "#1", "the charge": "#1", "a reference nobody knows": None,
    }  # fmt: skip


def test_two_candidates_are_no_order(tmp_path: Path) -> None:
    found = orders_of(empty_books(tmp_path), [line("in two orders", payment_id="rPAY3"), line("contradiction", payment_id="rPAY1", merchant_ref="#3")])
    assert found == {"in two orders": None, "contradiction": None}


def test_a_line_is_not_its_own_parent(tmp_path: Path) -> None:
    assert orders_of(empty_books(tmp_path), [line("ch_1", processor_ref="ch_1", parent_ref="ch_1")]) == {"ch_1": None}


@pytest.mark.parametrize(
    ("captured", "settled", "matched"),
    [
        (["52.50"], ["40.00", "7.60", "4.90"], 3),  # price, tax and shipping of a marketplace order
        (["100.00"], ["60.00", "40.00"], 2),  # one payment captured in two parts
        (["52.50"], ["40.00", "7.60"], 0),  # a part is missing
        (["30.00", "22.50"], ["40.00", "7.60", "4.90"], 0),  # two events: which lines are whose is not said
        (["50.00"], ["50.00", "50.00"], 1),  # settled twice
    ],
)
def test_one_event_and_several_lines(tmp_path: Path, captured: list[str], settled: list[str], matched: int) -> None:
    con = empty_books(tmp_path)
    common = {"store": "s", "order_name": "#1", "account": "a", "entity": "e1", "currency": "EUR"}
    put(con, "tender", [{**common, "side": "sale", "by_processor": "true", "amount": amount, "ordinal": str(n), "subject_key": f"s/#1/{n}", "created_at": "2026-09-08"} for n, amount in enumerate(captured, 1)])
    put(con, "line_fact", [{**common, "bucket": "sale", "gross": amount, "line_id": f"l{n}", "occurred_at": "2026-09-08"} for n, amount in enumerate(settled)])
    rows = con.execute(RULES["match_settlement_line"].text).fetchall()
    names = [column[0] for column in con.description or []]
    assert len(rows) == matched
    assert all(row[names.index("difference")] == 0 for row in rows)
