"""What keeps an entry from going out as it must not: another currency than the books', an id that Odoo would not read back."""

from __future__ import annotations

from pathlib import Path

from test_rules import empty_books, put

from ledger.sqltext import sql
from rules._rules import load

ENTRY = {"subject_kind": "payout", "booked_on": "2026-09-09", "entity": "e1", "journal": "SPO", "ref": "p", "kind": "J-02", "known_at": "2026-10-01", "run_id": "r", "rule_sha256": "x"}


def test_an_entry_in_a_foreign_currency_waits_and_says_so(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    con.execute("DELETE FROM fact.map_entity")
    con.execute("INSERT INTO fact.map_entity (entity, base_currency) VALUES ('e1', 'EUR')")
    rows = [{**ENTRY, "entry_id": name, "subject_key": f"a/{name}", "account": "a", "currency": coin} for name, coin in (("home", "EUR"), ("abroad", "USD"))]
    columns = con.table("ledger.main.journal_entry").columns
    put(con, "journal_entry", [{name: row[name] for name in columns if name in row} for row in rows])
    put(con, "watermark_fact", [{"source": "odoo_move", "owner_key": "e1", "complete_until": "2026-09-30", "known_at": "2026-10-01"}])
    con.execute(sql("tieout", "hold_entries"))
    held = con.execute("SELECT entry_id, reason FROM held_entry").fetchall()
    assert held == [("abroad", "foreign_currency")]
    con.close()


def test_odoos_own_lock_dates_hold_an_entry(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    con.execute("DELETE FROM fact.map_entity")
    con.execute("INSERT INTO fact.map_entity (entity, base_currency) VALUES ('e1', 'EUR')")
    days = {"locked": "2026-08-31", "hard": "2026-09-05", "free": "2026-09-06"}
    rows = [{**ENTRY, "entry_id": name, "booked_on": day, "subject_key": f"a/{name}", "account": "a", "currency": "EUR"} for name, day in days.items()]
    columns = con.table("ledger.main.journal_entry").columns
    put(con, "journal_entry", [{name: row[name] for name in columns if name in row} for row in rows])
    put(con, "watermark_fact", [{"source": "odoo_move", "owner_key": "e1", "complete_until": "2026-09-30", "known_at": "2026-10-01"}])
    put(con, "odoo_lock_date_current", [{"entity": "e1", "odoo_id": "1", "company": "Co", "all_until": "2026-08-31", "hard_until": "2026-09-05"}])
    put(con, "locked_through", [{"entity": entity, "through": str(day)} for entity, day in con.execute(next(r.text for r in load() if r.name == "locked_through")).fetchall()])
    con.execute(sql("tieout", "hold_entries"))
    held = con.execute("SELECT entry_id, reason FROM held_entry ORDER BY entry_id").fetchall()
    assert held == [("hard", "period_locked"), ("locked", "period_locked")]
    con.close()


def test_ids_of_payouts_become_ids_that_odoo_reads_back(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    payouts = [("po_1", "10.00"), ("2026-09-09/EUR ref", "20.00"), ("2026-09-09/EUR-ref", "30.00")]
    common = {"account": "a", "entity": "e1", "currency": "EUR", "status": "paid", "paid_on": "2026-09-09", "lines": "1", "unknown_lines": "0"}
    put(con, "payout_fact", [{**common, "payout_id": name, "payout_amount": amount, "lines_net": amount} for name, amount in payouts])
    for role, sign in (("clearing", "-"), ("payouts_in_transit", "")):
        accounts = {"account": "a", "entity": "e1", "role": role, "currency": "EUR", "lines": "1", "odoo_account": role, "odoo_journal": "SPO"}
        put(con, "payout_account", [{**accounts, "payout_id": name, "amount": sign + amount} for name, amount in payouts])
    rule = next(rule for rule in load() if rule.id == "J-02")
    ids = {row[0] for row in con.execute(rule.text).fetchall()}
    assert "tieout.test_e1_payout_a_po_1" in ids
    assert len(ids) == 3
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") for name in ids)
    con.close()
