"""Opening positions: a file of them counts once people approved it; then it explains a bank line and a settlement line, raises nothing and books nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import _shop
import duckdb
import pytest
from conftest import tieout
from test_month import published
from test_people import Office, office, template  # noqa: F401
from test_rules import empty_books, put

from rules._rules import load
from tieout.ask.rule_cases import make

RULES = {rule.name: rule for rule in load()}
FEED = '\n[[feed]]\nname = "opening"\nentity = "skerry-ltd"\ntime_zone = "Europe/Dublin"\n'
HEADER = "kind,account,reference,due_on,amount,currency\n"
OPEN = {"entity": "e1", "kind": "unpaid_payout", "account": "a", "due_on": "2026-08-30", "amount": "50.00", "currency": "EUR", "cutover_on": "2026-09-01", "bank_account": "b", "processor": "stripe"}
LINE = {"bank_account": "b", "amount": "50.00", "currency": "EUR", "processor": "stripe", "standing": "booked", "booked_on": "2026-09-02", "file_id": "s"}


def column(con: duckdb.DuckDBPyConnection, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(con.sql(RULES[name].text).project(*(f'"{c}"' for c in columns)).fetchall())


def matched(path: Path, positions: list[dict[str, str]], lines: list[dict[str, str]], payouts: list[dict[str, str]] | None = None) -> list[tuple[Any, ...]]:
    con = empty_books(path)
    put(con, "payout_fact", [{"entity": "e1", "account": "a", "currency": "EUR", "bank_account": "b", "processor": "stripe", "status": "paid", **p} for p in payouts or []])
    put(con, "opening_fact", [{**OPEN, **one} for one in positions])
    put(con, "bank_line_current", [{**LINE, "row_no": str(n), **one} for n, one in enumerate(lines)])
    make(con, ("payout_due", "bank_said", "bank_name", "bank_return", "bank_pair", "bank_open"))
    found = column(con, "match_bank_line", "account", "payout_id", "bank_key", "pass")
    con.close()
    return [(f"{account}/{payout}", key, how) for account, payout, key, how in found]


def test_a_position_counts_in_the_last_version_that_was_approved(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    put(con, "cutover", [{"entity": "e1", "cutover_on": "2026-09-01"}])
    put(con, "map_processor_account", [{"account": "a", "processor": "stripe", "entity": "e1", "bank_account": "b"}])
    row = {"entity": "e1", "kind": "reserve", "account": "a", "currency": "EUR", "row_no": "2", "version": "1", "known_at": "2026-09-01"}
    put(con, "opening_position", [
        {**row, "reference": "corrected", "amount": "1", "file_id": "first"}, {**row, "reference": "corrected", "amount": "2", "version": "2", "file_id": "second"},
        {**row, "reference": "corrected", "amount": "3", "version": "3", "file_id": "waits"}, {**row, "reference": "only waits", "amount": "4", "file_id": "waits"},
        {**row, "reference": "taken back", "amount": "5", "file_id": "first"}, {**row, "reference": "taken back", "amount": "0", "version": "2", "file_id": "second"},
        {**row, "reference": "endorsed", "amount": "6", "file_id": "half"}, {**row, "entity": "e2", "reference": "no cut-over", "amount": "7", "file_id": "first"},
        {**row, "kind": "gift_card", "account": "", "reference": "all", "amount": "8", "file_id": "first"}, {**row, "kind": "clearing", "reference": "nothing", "amount": "0", "file_id": "first"},
    ])  # fmt: skip
    said = {"kind": "opening", "actor": "jane", "reason": "OPENING", "at": "2026-09-01"}
    put(con, "decision", [{**said, "decision_id": f, "subject_key": f, "action": a} for f, a in (("first", "approved"), ("second", "approved"), ("half", "endorsed"))])
    assert [(k, a, r, f"{m:f}", b) for k, a, r, m, b in column(con, "opening_fact", "kind", "account", "reference", "amount", "bank_account")] == [
        ("clearing", "a", "nothing", "0.0000", "b"), ("gift_card", None, "all", "8.0000", None), ("reserve", "a", "corrected", "2.0000", "b"),
    ]  # fmt: skip
    con.close()


def test_an_unpaid_payout_finds_its_bank_line_by_reference_else_by_amount(tmp_path: Path) -> None:
    lines = [{"bank_reference": "k1", "descriptor": "Stripe payout po_0"}, {"bank_reference": "k2", "descriptor": "Stripe", "amount": "7.00"}]
    assert matched(tmp_path, [{"reference": "po_0"}, {"reference": "po_x", "amount": "7.00"}], lines) == [("a/po_0", "k1", "bank reference"), ("a/po_x", "k2", "amount, currency and window")]


@pytest.mark.parametrize("line", [{"amount": "49.00"}, {"currency": "USD"}, {"booked_on": "2026-08-31"}, {"standing": "announced"}, {"bank_account": "other"}])
def test_what_is_not_the_same_money_is_no_match(tmp_path: Path, line: dict[str, str]) -> None:
    assert matched(tmp_path, [{"reference": "po_0"}], [{"bank_reference": "k1", "descriptor": "payout po_0", **line}]) == []


def test_two_ways_are_no_match(tmp_path: Path) -> None:
    lines = [{"bank_reference": "k1", "descriptor": "Stripe"}]
    assert matched(tmp_path, [{"reference": "po_0"}, {"reference": "po_1"}], lines) == []
    (tmp_path / "more").mkdir()
    assert matched(tmp_path / "more", [{"reference": "po_0"}], [*lines, {"bank_reference": "k2", "descriptor": "Stripe"}]) == []


def test_a_payout_that_the_processor_lists_counts_once(tmp_path: Path) -> None:
    payout = {"payout_id": "po_0", "payout_amount": "50.00", "bank_reference": "po_0", "paid_on": "2026-08-30"}
    lines = [{"bank_reference": "k1", "descriptor": "payout po_0"}]
    assert matched(tmp_path, [{"reference": "po_0"}], lines, [payout]) == [("a/po_0", "k1", "bank reference")]


def test_a_captured_position_names_its_line_by_order_or_payment(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    put(con, "opening_fact", [{**OPEN, "kind": "captured_unsettled", "amount": "20.00", "reference": r, "file_id": "o"} for r in ("#1", "pay_2", "#3/ch_3", "#4", "#5", "#6")])
    line = {"account": "a", "bucket": "sale", "currency": "EUR", "gross": "20.00"}
    put(con, "settlement_line_current", [
        {**line, "line_id": "l1", "order_name": "#1"}, {**line, "line_id": "l2", "payment_id": "pay_2"}, {**line, "line_id": "l3", "order_name": "#3", "processor_ref": "ch_3"},
        {**line, "line_id": "other amount", "order_name": "#4", "gross": "21.00"}, {**line, "line_id": "other bucket", "order_name": "#5", "bucket": "refund"},
        {**line, "line_id": "one of two", "order_name": "#6"}, {**line, "line_id": "the other", "order_name": "#6"},
    ])  # fmt: skip
    assert column(con, "opening_line", "line_id", "reference") == [("l1", "#1"), ("l2", "pay_2"), ("l3", "#3/ch_3")]
    con.close()


def stripe_of_an_older_order() -> str:
    """A payout of one charge whose order no export has."""
    header = ("automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,"
              "description,payment_method_type,payment_metadata[order_id]")
    charge = ["po_Z", "2026-09-08 06:00:00", "txn_99", "2026-09-02 09:00:06", "2026-09-02 09:00:06", "eur", "20.00", "0.55", "19.45", "charge", "ch_99", "Skerry Wool #99", "card", "6999"]
    return _shop.text_of(header, [charge])


def test_from_the_file_to_the_exceptions_that_it_removes(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "skerry", _shop.TOML + FEED)
    (home / "inbox" / "bank" / "statement_0903.xml").write_text(_shop.statement("2026-09-03", "950.00", "1000.00", [("2026-09-03", "50.00", "Stripe payout po_0", "SKB0000")], 40), encoding="utf-8")
    (home / "inbox" / "stripe" / "older.csv").write_text(stripe_of_an_older_order(), encoding="utf-8")
    (home / "inbox" / "opening" / "positions.csv").write_text(
        f"{HEADER}unpaid_payout,stripe-eur,po_0,2026-08-31,50.00,EUR\ncaptured_unsettled,stripe-eur,#99,,20.00,EUR\nreserve,stripe-eur,rolling,,12.50,EUR\n", encoding="utf-8"
    )
    by = ("--home", home, "--as", "jane")
    policies = home / "mappings" / "policies.csv"
    policies.write_text(policies.read_text(encoding="utf-8") + "skerry-ltd,cutover_on,2026-09-01,2026-01-01,\n", encoding="utf-8")
    tieout("mapping", "propose", *by)
    tieout("mapping", "approve", "--all", *by)
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    file_id = published(home, "SELECT DISTINCT file_id FROM opening_position")[0][0]
    explained = "SELECT code, state FROM exception WHERE subject_key IN ('current/SKB0000', 'stripe-eur/txn_99') ORDER BY code"
    assert published(home, explained) == [("BANK_UNEXPLAINED", "open"), ("LINE_WITHOUT_ORDER", "open")]
    assert tieout("opening", "list", "--home", home).stdout.count("waiting") == 3
    entries = published(home, "SELECT entry_id FROM journal_entry ORDER BY 1")

    assert "no landed file" in tieout("opening", "approve", "feed", *by, code=65).stderr
    assert tieout("opening", "approve", "positions.csv", "--reason", "as the auditor closed it", *by).stdout == "positions.csv: 3 opening positions are in force\n"
    assert published(home, explained) == [("BANK_UNEXPLAINED", "gone"), ("LINE_WITHOUT_ORDER", "gone")]
    assert published(home, "SELECT DISTINCT reason LIKE 'removed by decision %: the opening position was approved by jane' FROM exception_event WHERE action = 'gone'") == [(True,)]
    assert published(home, "SELECT entry_id FROM journal_entry ORDER BY 1") == entries
    assert published(home, "SELECT unexplained_lines FROM payout_proof WHERE payout_id = 'po_Z'") == [(0,)]
    assert published(home, "SELECT proven FROM completeness WHERE source = 'bank_line'") == [(3,)]
    assert [tuple(line.split(",")[1:2] + line.split(",")[-1:]) for line in tieout("opening", "list", "--format", "csv", "--home", home).stdout.splitlines()[1:]] == [
        ("in force", "stripe-eur/txn_99"), ("in force", ""), ("in force", "current/SKB0000"),
    ]  # fmt: skip
    assert "in force already" in tieout("opening", "approve", file_id, *by, code=65).stderr
    assert tieout("check", "--home", home).stdout == ""


@pytest.mark.drill
def test_books_that_go_live_in_the_middle_of_a_month_tie_out_to_the_cent(month: Path) -> None:
    """Odoo's balance of the day before, approved, starts the proof of each account; one that nobody confirmed is not evaluated."""
    day, by = "2026-09-15", ("--home", month, "--as", "jane")
    before = "SELECT s.account, sum(i.debit - i.credit), s.currency FROM clearing_scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted' WHERE s.entity = 'hp-us'"
    balances = published(month, f"{before} AND i.booked_on < DATE '{day}' GROUP BY s.account, s.currency HAVING sum(i.debit - i.credit) <> 0 ORDER BY 1")  # nothing stands on PayPal's, which pays out by the day
    proofs = published(month, "SELECT account, ledger_balance FROM clearing_proof WHERE entity = 'hp-us' AND account <> 'pdx-paypal' ORDER BY 1")
    taxes = published(month, f"SELECT t.jurisdiction, sum(i.credit - i.debit) FROM odoo_journal_item_current AS i JOIN map_tax AS t ON t.entity = i.entity AND t.odoo_tax = i.tax_name WHERE i.entity = 'hp-us' AND i.booked_on < DATE '{day}' GROUP BY ALL ORDER BY 1")
    rolled = "SELECT kind, account, closing FROM roll_forward WHERE entity = 'hp-us' AND kind IN ('payouts_in_transit', 'disputed_funds', 'tax_payable') ORDER BY ALL"
    closings, otherwise = published(month, rolled), {"US-WA": Decimal("1.27")}  # an order of the time before whose invoice has another tax: the approved balance is what Odoo has
    [sent] = published(month, f"SELECT account, payout_id, paid_on, payout_amount FROM payout_proof WHERE entity = 'hp-us' AND status = 'paid' AND bank_amount IS NULL AND paid_on < DATE '{day}'")
    assert len(balances) == 2 and len(taxes) == 3 and all(amount for _, amount, _ in balances)
    with (month / "mappings" / "policies.csv").open("a", encoding="utf-8") as file:
        file.write(f"hp-us,cutover_on,{day},2025-01-01,\n")
    tieout("mapping", "propose", *by)
    tieout("mapping", "approve", "--all", *by)
    rows = "".join(f"clearing,{account},balance,,{amount:.2f},{currency}\n" for account, amount, currency in balances)
    rows += "".join(f"tax,,{authority},,{amount:.2f},USD\n" for authority, amount in taxes) + "unpaid_payout,{},{},{},{:.2f},USD\n".format(*sent)
    (month / "inbox" / "hp-us-odoo" / "opening.csv").write_text(HEADER + rows, encoding="utf-8")
    tieout("run", "--only", "land", "--home", month, "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    with duckdb.connect(str(month / "ledger" / "ledger.duckdb"), read_only=True) as con:
        [(file_id,)] = con.execute("SELECT DISTINCT file_id FROM opening_position").fetchall()
    tieout("opening", "approve", file_id, *by, env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    assert published(month, "SELECT account, ledger_balance FROM clearing_proof WHERE entity = 'hp-us' AND residual = 0 ORDER BY 1") == proofs, "PayPal's is not evaluated"
    assert published(month, rolled) == [(kind, account, closing + otherwise.get(account, 0)) for kind, account, closing in closings]
    assert published(month, f"{rolled.replace('closing FROM', 'closing - stated FROM')}") == [(kind, account, 0) for kind, account, _ in closings], "payouts that were booked twice were so before"
    assert published(month, f"SELECT count(*) FROM exception AS e JOIN payout_fact AS p ON concat(p.account, '/', p.payout_id) = e.subject_key WHERE p.entity = 'hp-us' AND p.paid_on < DATE '{day}' AND e.state = 'open'") == [(0,)]


def test_outside_test_two_people_sign_one_of_them_an_approver(office: Office) -> None:  # noqa: F811
    for path in (office.home / "inbox").rglob("*.*"):
        path.unlink()
    with (office.home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(FEED)
    (office.home / "inbox" / "opening").mkdir()
    (office.home / "inbox" / "opening" / "opening.csv").write_text(f"{HEADER}gift_card,,all,,310.00,EUR\n", encoding="utf-8")
    (office.home / "inbox" / "opening" / "other.csv").write_text(f"{HEADER}clearing,nowhere,all,,1.00,EUR\n", encoding="utf-8")
    office.do("run", "--as-of", "2026-10-01", "--only", "land")
    with duckdb.connect(str(office.home / "ledger" / "ledger.duckdb"), read_only=True) as con:
        ids = dict(con.execute("SELECT kind, file_id FROM opening_position").fetchall())
    one = ids["gift_card"]
    assert "has no policy cutover_on" in office.do("opening", "approve", one, by="jane", code=65)
    (office.home / "mappings" / "policies.csv").write_text("entity,policy,value,valid_from,valid_to\nskerry-ltd,cutover_on,2026-09-01,2026-01-01,\n", encoding="utf-8")
    office.do("mapping", "propose", by="jane")
    office.do("mapping", "approve", "--all", by="bob")
    assert "none of skerry-ltd" in office.do("opening", "approve", ids["clearing"], by="jane", code=65)
    assert "may not approve_opening" in office.do("opening", "approve", one, by="olaf", code=77)
    assert "1 of 2 approvals" in office.do("opening", "approve", one, by="jane")
    assert published(office.home, "SELECT count(*) FROM opening_fact") == [(0,)]
    assert "another person has to" in office.do("opening", "approve", one, by="jane", code=77)
    assert "are in force" in office.do("opening", "approve", one, by="bob")
    assert published(office.home, "SELECT reference FROM opening_fact") == [("all",)]
    assert [row[0] for row in published(office.home, "SELECT action FROM decision ORDER BY rowid")] == ["endorsed", "approved"]
    assert office.do("audit", "verify") == ""
