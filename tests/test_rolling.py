"""Balances that roll forward, end to end: receipts that Odoo has imported move nothing, entries of nobody are told once each, and what takes them back ends them."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from conftest import tieout
from test_month import published

MOVE, ITEM = "Journal Entry (account.move)", "Journal Item (account.move.line)"
ROLLED = "SELECT kind, account, closing, stated, residual FROM roll_forward WHERE entity = 'hp-ie' AND period = '2026-09' AND kind IN ('payouts_in_transit', 'disputed_funds', 'tax_payable') ORDER BY ALL"
OPEN = "SELECT subject_key, difference, candidates FROM exception WHERE code IN ('GL_BALANCE_DIFF', 'TAX_ROLLFORWARD_DIFF') AND state = 'open' ORDER BY ALL"

Entry = tuple[int, str, str, str, list[tuple[str, str]]]  # id, day, reference, id of what it takes back; account and debit less credit


def extract(home: Path, entries: list[Entry], moment: str) -> None:
    """The entries as Odoo exports them, in its own columns."""
    inbox = home / "inbox" / "hp-ie-odoo"
    for name, rows in ((MOVE, [_move(entry, moment) for entry in entries]), (ITEM, [row for entry in entries for row in _items(entry, moment)])):
        with (inbox / f"{name} {moment[:10]}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)


def _move(entry: Entry, moment: str) -> dict[str, str]:
    number, day, ref, back, items = entry
    total = str(sum(max(Decimal(amount), Decimal(0)) for _, amount in items))
    return {
        "External ID": f"__export__.account_move_{number}", "ID": str(number), "Number": f"MISC/{number}", "Type": "Journal Entry", "Status": "Posted", "Payment Status": "Not Paid", "Company": "Harbour & Pine Ltd",
        "Journal/Sequence Prefix": "MISC", "Date": day, "Invoice/Bill Date": "", "Partner/ID": "", "Partner/Email": "", "Reference": ref, "Payment Reference": "", "Origin": "", "Reversal of/ID": back,
        "Currency": "EUR", "Untaxed Amount": "0.0", "Tax": "0.0", "Total": total, "Amount Due": "0.0", "Total Signed": total, "Last Updated on": moment,
    }  # fmt: skip


def _items(entry: Entry, moment: str) -> list[dict[str, str]]:
    number, day, ref, _, items = entry
    return [
        {
            "External ID": f"__export__.account_move_line_{number}{place}", "ID": f"{number}{place}", "Journal Entry/External ID": f"__export__.account_move_{number}", "Journal Entry/ID": str(number),
            "Journal Entry/Number": f"MISC/{number}", "Type": "Journal Entry", "Status": "Posted", "Date": day, "Company": "Harbour & Pine Ltd", "Journal/Sequence Prefix": "MISC", "Account/Code": account, "Partner/ID": "",
            "Reference": ref, "Label": ref, "Debit": str(max(Decimal(amount), Decimal(0))), "Credit": str(max(-Decimal(amount), Decimal(0))), "Balance": amount, "Amount in Currency": amount, "Currency": "EUR",
            "Residual Amount": "0.0", "Originator Tax": "", "Quantity": "1.0", "Display Type": "Product", "Reconciled": "", "Matching #": "", "Originator Payment": "", "Last Updated on": moment,
        }
        for place, (account, amount) in enumerate(items)
    ]  # fmt: skip


def receipts(home: Path) -> list[Entry]:
    """What Tieout wrote for the bank's receipts, as an Odoo that has imported it holds it."""
    rows = published(home, "SELECT e.entry_id, e.booked_on, e.ref, l.odoo_account, l.debit - l.credit FROM journal_entry AS e JOIN journal_line AS l ON l.entry_id = e.entry_id WHERE e.kind = 'J-03' AND e.entity = 'hp-ie' ORDER BY ALL")
    names = list(dict.fromkeys(row[0] for row in rows))
    return [(5000 + place, str(day), ref, "", [(account, str(amount)) for other, _, _, account, amount in rows if other == name]) for place, name in enumerate(names) for day, ref in [next((r[1], r[2]) for r in rows if r[0] == name)]]


def test_receipts_move_nothing_and_entries_of_nobody_are_told_until_they_are_taken_back(month: Path) -> None:
    before = published(month, ROLLED)
    imported = receipts(month)
    assert len(imported) > 10 and published(month, OPEN) == []
    strange: list[Entry] = [
        (7001, "2026-09-18", "somebody", "", [("131710", "50.00"), ("131799", "-50.00")]),
        (7002, "2026-09-19", "more", "", [("131740", "8.00"), ("131799", "-8.00")]),
        (7003, "2026-09-17", "by hand", "", [("310000", "9.00"), ("226500", "-9.00")]),
        (7004, "2026-09-18", "a return", "", [("226500", "400.00"), ("131200", "-400.00")]),
        (7005, "2026-09-18", "a loss", "", [("740400", "12.00"), ("131740", "-12.00")]),
    ]
    extract(month, imported + strange, "2026-10-02 05:20:00")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T06:00:00"})
    after = {(kind, account): (closing, stated, residual) for kind, account, closing, stated, residual in published(month, ROLLED)}
    changed = {("payouts_in_transit", "131710"): (0, -50), ("disputed_funds", "131740"): (-12, -8), ("tax_payable", "226500"): (-400, -9)}
    for kind, account, closing, _, residual in before:
        moved, left = changed.get((kind, account), (0, 0))
        assert after[kind, account] == (closing + moved, closing + moved - residual - left, residual + left), (kind, account)
    assert after["tax_payable", "226500"] == (-400, -391, -9), "what carries no tax stands under the number of the account"
    told = published(month, OPEN)
    assert [(key, difference) for key, difference, _ in told] == [("hp-ie/disputed_funds/131740/EUR", 8), ("hp-ie/payouts_in_transit/131710/EUR", 50), ("hp-ie/tax_payable/226500/EUR", 9)]
    assert all(f"MISC/{number}" in names for number, (_, _, names) in zip((7002, 7001, 7003), told, strict=True))
    back: list[Entry] = [(number + 100, day, f"Reversal of {ref}", str(number), [(account, str(-Decimal(amount))) for account, amount in items]) for number, day, ref, _, items in strange[:3]]
    extract(month, back, "2026-10-03 05:20:00")
    tieout("run", "--home", month, "--as-of", "2026-10-03", env={"TIEOUT_NOW": "2026-10-03T06:00:00"})
    assert published(month, OPEN) == []
    assert {(kind, account): residual for kind, account, _, _, residual in published(month, ROLLED)} == {(kind, account): residual for kind, account, _, _, residual in before} | {("tax_payable", "226500"): 0}
