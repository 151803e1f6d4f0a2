"""A customer who paid in a currency of his own: what a settlement line shows in it counts, an equal figure in another currency does not."""

from __future__ import annotations

import csv
from pathlib import Path

import _shop
import duckdb
from conftest import tieout


def test_a_payment_in_another_currency_needs_a_line_that_shows_it(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "books")
    paid, settled = home / "inbox" / "shop" / "transactions_export_1.csv", home / "inbox" / "stripe" / "payout_reconciliation.csv"
    # the first figure is its line's, in dollars; what the second paid in dollars is what its line shows beside 40.00 EUR
    paid.write_text(paid.read_text(encoding="utf-8").replace("success,61.50,EUR", "success,61.50,USD").replace("success,40.00,EUR", "success,45.20,USD"), encoding="utf-8")
    with settled.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    shown = {"txn_2": ["45.20", "usd"]}
    settled.write_text(_shop.text_of(",".join([*header, "customer_facing_amount", "customer_facing_currency"]), [[*row, *shown.get(row[2], ["", ""])] for row in rows]), encoding="utf-8")
    for act in (("propose",), ("approve", "--all")):
        tieout("mapping", *act, "--home", home, "--as", "jane")
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        found = con.execute("SELECT code, subject_key, difference, currency, cause FROM exception WHERE code <> 'UNSETTLED_OVERDUE'").fetchall()
        states = con.execute("SELECT currency, proven, in_exception FROM completeness WHERE source = 'order_transaction' ORDER BY currency").fetchall()
    assert [(code, key, str(difference), currency) for code, key, difference, currency, _ in found] == [("SETTLED_AMOUNT_DIFF", "skerry/#101/1", "61.5000", "USD")]
    assert found[0][4] == "Captured 61.50 USD, settled 61.50 EUR; no rate between the two is stated."
    assert states == [("EUR", 3, 1), ("USD", 1, 1)]
