"""Closing a month: refused with the list of what is open, held entries afterwards, opened again by an approver."""

from __future__ import annotations

from pathlib import Path

from conftest import tieout
from test_month import published
from test_rules import empty_books, put

from ledger.sqltext import sql
from rules._life import life

OPEN = {"class": "BUSINESS", "cause": "c", "suggestion": "s", "evidence": "[]", "age_days": "0", "rule": "r", "state": "open", "entity": "e1", "first_seen_on": "2026-09-30", "last_seen_on": "2026-09-30"}


def blockers(tmp_path: Path, rows: dict[str, list[dict[str, str | None]]], period: str = "2026-09") -> list[str]:
    con = empty_books(tmp_path)
    for name, listed in rows.items():
        put(con, name, listed)
    found = [row[1] for row in con.execute(sql("tieout", "period_blockers"), {"entity": "e1", "period": period}).fetchall()]
    con.close()
    return found


def test_serious_exceptions_above_materiality_keep_it_open_by_the_day_of_their_subject(tmp_path: Path) -> None:
    orders = [{"store": "s", "entity": "e1", "order_name": name, "created_on": day} for name, day in (("#1", "2026-09-07"), ("#2", "2026-10-01"))]
    rows = [
        {**OPEN, "exception_id": "block", "code": "SO_DUPLICATE", "severity": "block", "subject_kind": "order", "subject_key": "s/#1", "difference": "1.00"},
        {**OPEN, "exception_id": "later", "code": "SO_DUPLICATE", "severity": "block", "subject_kind": "order", "subject_key": "s/#2", "difference": "1.00"},
        {**OPEN, "exception_id": "small", "code": "SO_TOTAL_DIFF", "severity": "high", "subject_kind": "order", "subject_key": "s/#1", "difference": "-9.99"},
        {**OPEN, "exception_id": "large", "code": "SO_TOTAL_DIFF", "severity": "high", "subject_kind": "order", "subject_key": "s/#1", "difference": "-10.01"},
        {**OPEN, "exception_id": "medium", "code": "FEE_OVERCHARGED", "severity": "medium", "subject_kind": "order", "subject_key": "s/#1", "difference": "99.00"},
        {**OPEN, "exception_id": "review", "code": "FEED_MISSING", "severity": "high", "subject_kind": "feed", "subject_key": "f", "difference": None, "state": "review"},
        {**OPEN, "exception_id": "other", "code": "SO_DUPLICATE", "severity": "block", "subject_kind": "order", "subject_key": "s/#1", "difference": "1.00", "entity": "e2"},
    ]
    policy = [{"entity": "e1", "policy": "materiality", "value": "10.00", "valid_from": "2026-01-01", "valid_to": "9999-12-31"}]
    found = blockers(tmp_path, {"order_fact": orders, "exception": rows, "map_policy": policy})
    assert found == ["exception block SO_DUPLICATE s/#1", "exception large SO_TOTAL_DIFF s/#1", "exception review FEED_MISSING f"]


def test_payouts_that_are_not_proven_and_entries_that_have_not_gone_out_keep_it_open(tmp_path: Path) -> None:
    proof = {"account": "a", "entity": "e1", "currency": "EUR", "lines_net": "1.00", "order_lines": "1", "unexplained_lines": "0", "why": "w", "status": "paid"}
    proofs = [
        {**proof, "payout_id": "p1", "paid_on": "2026-09-30", "state": "in_transit"},
        {**proof, "payout_id": "p2", "paid_on": "2026-09-29", "state": "proven"},
        {**proof, "payout_id": "p3", "paid_on": "2026-09-28", "state": "broken"},
        {**proof, "payout_id": "p4", "paid_on": "2026-10-01", "state": "broken"},
        {**proof, "payout_id": "p5", "paid_on": "2026-09-27", "state": "broken", "status": "failed"},
    ]
    signed = [{**OPEN, "exception_id": "x", "code": "PAYOUT_NOT_DECOMPOSED", "severity": "block", "subject_kind": "payout", "subject_key": "a/p3", "difference": "1.00", "state": "resolved"}]
    entry = {"subject_kind": "payout", "subject_key": "a/p2", "account": "a", "entity": "e1", "journal": "SPO", "ref": "p2", "kind": "J-02", "known_at": "2026-10-01", "run_id": "r", "rule_sha256": "x", "currency": "EUR"}
    entries = [{**entry, "entry_id": name, "booked_on": "2026-09-29"} for name in ("sent", "waits", "known")]
    sent, known = [{"export_id": "1", "entry_id": "sent"}], [{"entry_id": "known", "entity": "e1", "reason": "in_odoo", "detail": "d"}]
    found = blockers(tmp_path, {"payout_proof": proofs, "exception": signed, "journal_entry": entries, "export_entry": sent, "held_entry": known})
    assert found == ["payout a/p1 of 2026-09-30 is in_transit", "entry waits has not gone out"]


def test_a_month_of_which_files_are_still_to_come_is_kept_open(tmp_path: Path) -> None:
    paid = {"store": "s", "entity": "e1", "order_name": "#1", "ordinal": "1", "subject_key": "s/#1/1", "side": "sale", "by_processor": "true", "amount": "5.00", "currency": "EUR"}
    tenders = [
        {**paid, "account": "never", "created_on": "2026-09-07"},
        {**paid, "account": "late", "created_on": "2026-09-20"},
        {**paid, "account": "late", "created_on": "2026-09-21"},
        {**paid, "account": "late", "created_on": "2026-10-01"},
        {**paid, "account": "there", "created_on": "2026-09-30"},
        {**paid, "account": "cash", "created_on": "2026-09-30", "by_processor": "false"},
        {**paid, "account": "never", "created_on": "2026-09-07", "entity": "e2"},
    ]
    marks = [{"source": "settlement_line", "owner_key": key, "complete_until": day, "known_at": "2026-10-01"} for key, day in (("late", "2026-09-20"), ("there", "2026-09-30"))]
    found = blockers(tmp_path, {"tender": tenders, "watermark_fact": marks})
    assert found == ["payments of s by late (1) were looked at by nobody: its settlement lines end on 2026-09-20", "payments of s by never (1) were looked at by nobody: its settlement lines never landed"]


def test_a_payout_without_lines_and_a_month_that_is_not_over_keep_it_open(tmp_path: Path) -> None:
    proof = {"account": "a", "entity": "e1", "currency": "EUR", "lines_net": "1.00", "order_lines": "0", "unexplained_lines": "0", "why": "w", "status": "paid", "payout_id": "p1", "paid_on": "2026-09-30", "state": "unlooked"}
    con = empty_books(tmp_path)
    put(con, "payout_proof", [proof])
    found = []
    for day in ("2026-09-30", "2026-10-01"):
        con.execute(f"CREATE OR REPLACE TABLE fact.run_context AS SELECT DATE '{day}' AS as_of")
        found.append([row[1] for row in con.execute(sql("tieout", "period_blockers"), {"entity": "e1", "period": "2026-09"}).fetchall()])
    con.close()
    assert found == [["the month ends on 2026-09-30; the books were judged as of 2026-09-30", "payout a/p1 of 2026-09-30 is unlooked"], ["payout a/p1 of 2026-09-30 is unlooked"]]


def test_an_entry_of_a_closed_month_waits_and_says_who_closed_it(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    decision = {"subject_key": "e1/2026-09", "actor": "jane", "at": "2026-10-01", "reason": "CLOSE_PERIOD"}
    put(con, "decision", [{**decision, "decision_id": "1", "kind": "close_period", "action": "close_period"}])
    entry = {"subject_kind": "payout", "subject_key": "a/p2", "account": "a", "entity": "e1", "journal": "SPO", "ref": "p2", "kind": "J-02", "known_at": "2026-10-01", "run_id": "r", "rule_sha256": "x", "currency": "EUR"}
    put(con, "journal_entry", [{**entry, "entry_id": "old", "booked_on": "2026-09-30"}, {**entry, "entry_id": "new", "booked_on": "2026-10-01"}])
    put(con, "watermark_fact", [{"source": "odoo_move", "owner_key": "e1", "complete_until": "2026-10-01", "known_at": "2026-10-01"}])
    con.execute(life("periods"))
    con.execute(sql("tieout", "hold_entries"))
    assert con.execute("SELECT entry_id, reason, detail LIKE '%closed by jane%' FROM ledger.main.held_entry").fetchall() == [("old", "period_closed", True)]
    con.close()


def test_a_month_with_open_things_is_refused_with_the_list(month: Path) -> None:
    done = tieout("period", "close", "2026-09", "--entity", "hp-us", "--home", month, "--as", "jane", code=77)
    assert "things keep the month open" in done.stderr and "PAYOUT_NOT_DECOMPOSED" in done.stderr and "is broken" in done.stderr
    assert ("hp-us", "2026-09", "open") in published(month, "SELECT entity, period, state FROM period")


def test_close_and_open_again(shop: Path) -> None:
    month, by = ("2026-10", "--entity", "skerry-ltd"), ("--home", shop, "--as", "jane")
    key = published(shop, "SELECT exception_id FROM exception WHERE code = 'UNSETTLED_OVERDUE'")[0][0]
    tieout("exception", "resolve", key, "--reason", "ERP_CORRECTED", *by)
    assert "the month ends on 2026-10-31; the books were judged as of 2026-10-01" in tieout("period", "close", *month, *by, code=77).stderr
    tieout("run", "--home", shop, "--as-of", "2026-11-01", env={"TIEOUT_NOW": "2026-11-01T04:00:00"})
    assert "closed by jane" in tieout("period", "close", *month, *by).stdout
    tieout("period", "close", *month, *by, code=77)
    state = "SELECT period, state, closed_by FROM period WHERE entity = 'skerry-ltd' ORDER BY period"
    assert published(shop, state) == [("2026-09", "open", None), ("2026-10", "closed", "jane"), ("2026-11", "open", None)]
    assert "closed" in tieout("period", "list", "--home", shop).stdout
    tieout("period", "reopen", *month, *by, "--reason", "a late payout")
    assert published(shop, state) == [("2026-09", "open", None), ("2026-10", "open", None), ("2026-11", "open", None)]
    tieout("period", "close", "2026-13", "--entity", "skerry-ltd", *by, code=65)
    tieout("check", "--home", shop)
