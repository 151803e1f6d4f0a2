"""Payouts and bank lines through all passes: what is joined, what waits together, and that neither the order of rows nor their number tells."""

from __future__ import annotations

import random
import re
from pathlib import Path

import duckdb
import pytest
from test_rules import empty_books, put

from ledger.sqltext import sql
from rules._rules import load
from tieout.ask.rule_cases import make

FACTS = ("allowance", "payout_due", "bank_said", "bank_name", "bank_stranger", "bank_return", "bank_pair", "bank_open", "bank_group", "bank_sum", "bank_tie", "match_bank_line", "bank_delta", "bank_early")
CHECKS = ("bank_unexplained_amount", "bank_fee_unexpected", "latency_breach", "bank_ambiguous", "bank_unexplained", "payout_not_in_bank")
Row = dict[str, str | None]


def payout(name: str, day: str, amount: str, reference: str | None = None, status: str = "paid") -> Row:
    return {"account": "a", "payout_id": name, "entity": "e1", "currency": "EUR", "bank_account": "b", "processor": "stripe", "paid_on": f"2026-09-{day}", "payout_amount": amount,
            "lines_net": amount, "bank_reference": reference, "status": status, "file_id": "p", "row_no": "1"}  # fmt: skip


def line(name: str, day: str, amount: str, words: str = "STRIPE") -> Row:
    return {"bank_account": "b", "bank_reference": name, "currency": "EUR", "processor": "stripe", "booked_on": f"2026-09-{day}", "amount": amount, "descriptor": words,
            "standing": "booked", "file_id": "s", "row_no": "1"}  # fmt: skip


def books(path: Path, payouts: list[Row], lines: list[Row], said: list[Row] | None = None) -> duckdb.DuckDBPyConnection:
    con = empty_books(path)
    put(con, "payout_fact", payouts)
    put(con, "bank_line_current", lines)
    put(con, "match_said", said or [])
    accounts = {one["account"]: one["bank_account"] for one in payouts}
    put(con, "map_processor_account", [{"account": a, "processor": "stripe", "entity": "e1", "bank_account": b} for a, b in accounts.items()])
    put(con, "map_bank_account", [{"bank_account": b, "entity": "e1"} for b in accounts.values()])
    put(con, "watermark_fact", [{"source": source, "owner_key": key, "complete_until": "2026-09-30"} for one in accounts.items() for source, key in zip(("payout", "bank_line"), one, strict=True)])
    make(con, FACTS)
    return con


def pairs(con: duckdb.DuckDBPyConnection, account: str = "a") -> list[str]:
    rows = con.execute("SELECT payout_id, bank_key, difference FROM fact.main.match_bank_line WHERE account = $account ORDER BY ALL", {"account": account}).fetchall()
    return [f"{payout} {key}" + (f" {difference.normalize():f}" if difference else "") for payout, key, difference in rows]


def findings(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = []
    for rule in (r for r in load() if r.name in CHECKS):
        rows = con.sql(rule.text).project("subject_key, difference").fetchall()
        found += [f"{rule.header.code} {key} {difference.normalize():f}" for key, difference in rows]
    return sorted(found)


REFS = [payout("p1", "02", "10.01", "SHPQ003141870"), payout("p2", "03", "20.02", "SHPQ003246599"), payout("p3", "04", "40.04", "SHPQ003351328")]
CASES: dict[str, tuple[list[Row], list[Row], list[str], list[str]]] = {
    "a bank that never prints the reference": (
        REFS, [line("k1", "03", "10.01"), line("k2", "04", "20.02"), line("k3", "07", "40.04")], ["p1 k1", "p2 k2", "p3 k3"], []),
    "the same amount once more, with the reference of another": (
        [payout("p1", "02", "10.00", "REF-ONE"), payout("p2", "03", "10.00", "REF-TWO")], [line("k1", "03", "10.00", "STRIPE REF-TWO")], ["p2 k1"], ["PAYOUT_NOT_IN_BANK a/p1 10"]),
    "a line of another known payout is not taken by its amount, though that one failed": (
        [payout("p1", "02", "10.00", "REF-ONE"), payout("f1", "02", "10.00", "REF-TWO", "failed")], [line("k1", "03", "10.00", "STRIPE REF-TWO")], [],
        ["BANK_UNEXPLAINED b/k1 10", "PAYOUT_NOT_IN_BANK a/p1 10"]),
    "neighbours, with a sum that is another's way to nothing": (
        REFS, [line("k1", "04", "30.03"), line("k2", "07", "40.04")], ["p1 k1", "p2 k1", "p3 k2"], []),
    "not neighbours": (REFS, [line("k1", "07", "50.05"), line("k2", "04", "20.02")], ["p1 k1", "p2 k2", "p3 k1"], []),
    "one payout on three days": (
        REFS[:1], [line("k1", "03", "5.00"), line("k2", "04", "5.00"), line("k3", "07", "0.01")], ["p1 k1", "p1 k2", "p1 k3"], []),
    "the first part alone has the reference": (
        REFS[:1], [line("k1", "03", "5.00", "STRIPE SHPQ003141870"), line("k2", "04", "5.01")], ["p1 k1", "p1 k2"], []),
    "two together, named after the first": (
        REFS[:2], [line("k1", "04", "30.03", "STRIPE SHPQ003141870")], ["p1 k1", "p2 k1"], []),
    "two together less a charge": (
        REFS[:2], [line("k1", "04", "29.53", "STRIPE SHPQ003141870 SHPQ003246599")], ["p1 k1", "p2 k1 0.5"], ["BANK_FEE_UNEXPECTED b/k1 0.5"]),
    "two parts less a charge": (
        REFS[2:], [line("k1", "04", "20.00", "STRIPE SHPQ003351328"), line("k2", "07", "19.04", "STRIPE SHPQ003351328")], ["p3 k1", "p3 k2 1"], ["BANK_FEE_UNEXPECTED b/k2 1"]),
    "a charge of its own": (
        REFS[2:], [line("k1", "04", "40.04", "STRIPE SHPQ003351328"), line("k2", "07", "-1.50", "FEE STRIPE SHPQ003351328")], ["p3 k1", "p3 k2 1.5"], ["BANK_FEE_UNEXPECTED b/k2 1.5"]),
    "failed, came and went back": (
        [payout("f1", "02", "10.01", "REF-ONE", "failed")], [line("k1", "03", "10.01", "STRIPE REF-ONE"), line("k2", "09", "-10.01", "RETURN STRIPE REF-ONE")], ["f1 k1", "f1 k2"], []),
    "failed, came and went back without a word": (
        [payout("f1", "02", "10.01", "REF-ONE", "failed"), payout("p2", "09", "15.00")], [line("k1", "03", "10.01"), line("k2", "09", "-10.01"), line("k3", "10", "15.00")], ["f1 k1", "f1 k2", "p2 k3"], []),
    "went back, and the processor does not know": (
        REFS[:1], [line("k1", "03", "10.01", "STRIPE SHPQ003141870"), line("k2", "09", "-10.01", "STRIPE")], ["p1 k1", "p1 k2"], ["PAYOUT_NOT_IN_BANK a/p1 10.01"]),
    "went back and came again": (
        REFS[:1], [line(k, day, amount, "STRIPE SHPQ003141870") for k, day, amount in (("k1", "03", "10.01"), ("k2", "04", "-10.01"), ("k3", "08", "10.01"))], ["p1 k1", "p1 k2", "p1 k3"], []),
    "twins": ([payout("p1", "02", "10.00"), payout("p2", "03", "10.00")], [line("k1", "03", "10.00"), line("k2", "04", "10.00")], [], ["BANK_AMBIGUOUS b/k1 20"]),
    "more payouts than lines": ([payout("p1", "02", "10.00"), payout("p2", "03", "10.00")], [line("k1", "03", "10.00")], [], ["BANK_AMBIGUOUS b/k1 10"]),
    "more lines than payouts": ([payout("p1", "02", "10.00")], [line("k1", "03", "10.00"), line("k2", "04", "10.00")], [], ["BANK_AMBIGUOUS b/k1 20"]),
    "paid twice under one reference": (
        [payout("p1", "02", "10.00", "REF-ONE")], [line("k1", "03", "10.00", "STRIPE REF-ONE"), line("k2", "04", "10.00", "STRIPE REF-ONE")], ["p1 k1"], ["BANK_UNEXPLAINED b/k2 10"]),
    "paid twice under one reference on one day": (
        [payout("p1", "02", "10.00", "REF-ONE")], [line("k1", "03", "10.00", "STRIPE REF-ONE"), line("k2", "03", "10.00", "STRIPE REF-ONE")], [], ["BANK_AMBIGUOUS b/k1 20"]),
    "of one amount, a month apart": ([payout("p1", "01", "10.00"), payout("p2", "22", "10.00")], [line("k1", "02", "10.00"), line("k2", "23", "10.00")], ["p1 k1", "p2 k2"], []),
    "a week later, without a reference": (REFS[:1], [line("k1", "14", "10.01")], [], ["BANK_UNEXPLAINED b/k1 10.01", "PAYOUT_NOT_IN_BANK a/p1 10.01"]),
    "a week later, with it": (REFS[:1], [line("k1", "14", "10.01", "STRIPE SHPQ003141870")], ["p1 k1"], []),
    "twins told apart by what is left of their references": (
        [payout("p1", "02", "10.00", "SHPQ003141870"), payout("p2", "02", "10.00", "SHPQ003246599")], [line("k1", "03", "10.00", "STRIPE SHPQ00324"), line("k2", "03", "10.00", "STRIPE SHPQ003141807")],
        ["p1 k2", "p2 k1"], []),
    "a stranger's reference and an amount of nobody": (REFS[:1], [line("k1", "03", "10.02", "STRIPE SHPQ009999999")], [], ["BANK_UNEXPLAINED b/k1 10.02", "PAYOUT_NOT_IN_BANK a/p1 10.01"]),
    "older than its payout": ([payout("p1", "22", "10.00", "REF-ONE")], [line("k1", "10", "10.00", "STRIPE REF-ONE")], ["p1 k1"], ["LATENCY_BREACH b/k1 10"]),
    "two days older": ([payout("p1", "22", "10.00", "REF-ONE")], [line("k1", "20", "10.00", "STRIPE REF-ONE")], ["p1 k1"], []),
    "the other way round": ([payout("p1", "02", "10.00", "REF-ONE")], [line("k1", "03", "-10.00", "STRIPE REF-ONE")], ["p1 k1 20"], ["BANK_UNEXPLAINED b/k1 -20"]),
    "a reference that is not as the others are": (
        [*REFS, payout("p4", "10", "5.00", "SHPQ003456789")], [*(line(f"k{n}", "07", one["payout_amount"] or "", "STRIPE") | {"end_to_end": one["bank_reference"]} for n, one in enumerate(REFS)), line("k9", "11", "5.00") | {"end_to_end": "AM-7012"}],
        ["p1 k0", "p2 k1", "p3 k2"], ["BANK_UNEXPLAINED b/k9 5", "PAYOUT_NOT_IN_BANK a/p4 5"]),
}  # fmt: skip


@pytest.mark.drill
@pytest.mark.parametrize("name", CASES)
def test_payouts_find_their_bank_lines(tmp_path: Path, name: str) -> None:
    payouts, lines, wanted, told = CASES[name]
    con = books(tmp_path, payouts, lines)
    assert (pairs(con), findings(con)) == (wanted, told)
    con.close()


def test_everything_at_once_in_any_order(tmp_path: Path) -> None:
    """Each case on bank and processor accounts of its own: what it has alone; rows shuffled, one answer."""
    payouts: list[Row] = []
    lines: list[Row] = []
    for number, (paid, booked, _, _) in enumerate(CASES.values()):
        payouts += [{**p, "account": f"a{number}", "bank_account": f"b{number}"} for p in paid]
        lines += [{**b, "bank_account": f"b{number}"} for b in booked]
    answers = []
    told: set[str] = set()
    for seed in range(3):
        random.Random(seed).shuffle(payouts)
        random.Random(seed).shuffle(lines)
        (tmp_path / str(seed)).mkdir()
        con = books(tmp_path / str(seed), payouts, lines)
        con.execute(f"SET threads = {seed % 2 + 1}")
        make(con, FACTS)
        answers.append([con.execute(f"FROM fact.main.{name} ORDER BY ALL").fetchall() for name in FACTS])
        if not seed:
            for number, (name, (_, _, wanted, _)) in enumerate(CASES.items()):
                assert pairs(con, f"a{number}") == wanted, name
            told = set(findings(con))
        con.close()
    assert answers[0] == answers[1] == answers[2]
    assert told == {re.sub(r" ([ab])/", rf" \g<1>{number}/", one) for number, (_, _, _, found) in enumerate(CASES.values()) for one in found}


def test_what_speaks_against_a_pair_is_known(tmp_path: Path) -> None:
    """Before a person joins a payout with the line of another one."""
    con = books(tmp_path, [payout("p1", "02", "10.00", "REF-ONE"), payout("p2", "02", "12.00", "REF-TWO")], [line("k1", "03", "10.00", "STRIPE REF-ONE"), line("k2", "03", "7.00")])
    for pair, told in ((("a/p2", "b/k1"), ("12", "10", "a/p1")), (("a/p1", "b/k1"), ("10", "10", None)), (("a/p2", "b/k2"), ("12", "7", None))):
        amount, booked, _, _, _, others = con.execute(sql("tieout", "match_doubts"), dict(zip(("left", "right"), pair, strict=True))).fetchall()[0]
        assert (f"{amount.normalize():f}", f"{booked.normalize():f}", others) == told
    con.close()


def test_what_a_person_undid_stays_apart(tmp_path: Path) -> None:
    undone: Row = {"left_kind": "payout", "left_key": "a/p1", "right_kind": "bank_line", "right_key": "b/k1", "action": "undone"}
    con = books(tmp_path, REFS[:1], [line("k1", "03", "10.01")], [undone])
    assert (pairs(con), findings(con)) == ([], ["BANK_UNEXPLAINED b/k1 10.01", "PAYOUT_NOT_IN_BANK a/p1 10.01"])
    con.close()
    (tmp_path / "more").mkdir()
    con = books(tmp_path / "more", [payout("p1", "02", "10.00"), payout("p2", "02", "10.00")], [line("k1", "03", "10.00")], [undone])
    assert pairs(con) == ["p2 k1"]
    con.close()
