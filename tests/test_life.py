"""The life of an exception: the statements around the rules say what they read and make, and no event is one that the table of states does not list."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from test_rules import CASES

from ledger.errors import NotFoundError
from ledger.sqltext import execute
from rules._life import AS_FOUND, after, life, states_for, steps, transitions
from tieout.ask.rule_cases import empty_books, given_books, put, run_case, shown, tables

EVENTS = CASES / "60_events.md"


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.name)
def test_a_step_names_what_it_reads_and_makes(step) -> None:
    read = {one for statement in sqlglot.parse(step.text, read="duckdb") if statement for one in sources(statement)}
    assert read - set(step.header.makes) == set(step.header.reads)
    assert list(dict.fromkeys(re.findall(r"^(?:CREATE OR REPLACE TABLE|INSERT INTO) (?:fact\.)?(\w+)", step.text, re.M))) == list(step.header.makes)


def sources(statement: exp.Expression) -> set[str]:
    own = {part.alias for part in statement.find_all(exp.CTE)}
    return {t.name for t in statement.find_all(exp.Table) if isinstance(t.this, exp.Identifier) and (t.db or t.name not in own)}


def test_every_event_of_the_night_is_listed_and_each_listed_one_happens() -> None:
    text = EVENTS.read_text(encoding="utf-8")
    before = {row["exception_id"]: row["state"] or "" for row in tables(text)[0][0][1]}
    with given_books(text) as con:
        events = shown(con, next(step for step in steps() if step.name == "60_events"), ["exception_id", "action", "state"])
    found = {(before.get(str(e["exception_id"]), ""), e["action"], e["state"]) for e in events}
    listed = [t for t in transitions() if t.by == "night"]
    assert [one for one in found if not any((t.state, t.event) == one[:2] and t.after in (one[2], AS_FOUND) for t in listed)] == []
    assert {(t.state, t.event) for t in listed} == {one[:2] for one in found}


def test_no_state_has_two_outcomes_of_one_event() -> None:
    assert len({(t.state, t.event, t.by) for t in transitions()}) == len(transitions())


def test_what_a_person_may_do_follows_from_the_table() -> None:
    assert set(states_for("resolved")) == set(states_for("written_off")) == set(states_for("assigned")) == {"open", "review", "in_transit"}
    assert set(states_for("reopened")) == {"resolved", "written_off", "gone"}
    assert after("review", "assigned") == "review"
    with pytest.raises(KeyError):
        after("gone", "resolved")


def test_a_case_of_a_step_that_does_not_hold_says_what_differs(tmp_path) -> None:
    case = tmp_path / "60_events--mine.md"
    case.write_text(EVENTS.read_text(encoding="utf-8").replace("| d1 | due |", "| d1 | changed |"), encoding="utf-8")
    assert any("'due'" in line for line in run_case(case))
    with pytest.raises(NotFoundError):
        run_case(tmp_path / "61_nothing.md")


FOUND = """
Amounts have the decimals of the currency behind them, else of the finding's own; what is finer stays.

## Given finding

| rule | code | severity | entity | subject_kind | subject_key | currency | cause |
|---|---|---|---|---|---|---|---|
| S-01 | A | high | e1 | order | s/#1 | EUR | Sale order S1 is 52.7000, the order 46.3000. |
| S-01 | A | high | e1 | order | s/#2 | JPY | Sale order S1 is 5270.0000, the order 4630.0000; 5.0000 EUR and 1.2340 KWD of it. |
| S-01 | A | high | e1 | order | s/#3 | KWD | Sale order S1 is 5.2700, the order 4.6305; 900.0000 JPY of it. |
| S-01 | A | high | e1 | order | s/#4 | EUR | The customer paid 900.0000 JPY and 1.2300 KWD, of which 0.1250 stay. |
| S-01 | A | high | e1 | order | s/#5 | CLF | It is 1.2300. |
| S-01 | A | high | e1 | order | s/#6 | | It is 1.2300 of 10 rows. |
"""


def test_amounts_in_sentences_have_the_decimals_of_their_currency() -> None:
    with given_books(FOUND) as con:
        execute(con, life("found"))
        found = con.table("fact.main.found").project("subject_key, told").order("subject_key").fetchall()
    assert [told for _, told in found] == [
        "Sale order S1 is 52.70, the order 46.30.", "Sale order S1 is 5270, the order 4630; 5.00 EUR and 1.234 KWD of it.", "Sale order S1 is 5.270, the order 4.6305; 900 JPY of it.",
        "The customer paid 900 JPY and 1.230 KWD, of which 0.1250 stay.", "It is 1.2300.", "It is 1.23 of 10 rows."]


BROKEN = """
What a proof says of a difference has the decimals of its currency.

## Given payout_fact

| account | payout_id | entity | currency | status | paid_on | payout_amount | lines_net | order_lines | unexplained_lines | foreign_lines | unknown_lines | is_lineless |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
| a | p1 | e1 | EUR | paid | 2026-09-10 | 100.00 | 90.50 | 1 | 0 | 0 | 0 | false |
| a | p2 | e1 | JPY | paid | 2026-09-10 | 1000 | 900 | 1 | 0 | 0 | 0 | false |
| a | p3 | e1 | KWD | paid | 2026-09-10 | 1.500 | 1.250 | 1 | 0 | 0 | 0 | false |
| a | p4 | e1 | JPY | paid | 2026-09-10 | 1000 | 1000 | 1 | 0 | 0 | 0 | false |

## Given match_bank_line

| account | payout_id | left_key | right_key | right_amount |
|---|---|---|---|---|
| a | p4 | a/p4 | b/1 | 980 |
"""


def test_a_proof_says_amounts_with_the_decimals_of_their_currency(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    for name, rows in tables(BROKEN)[0]:
        put(con, name, rows)
    execute(con, life("proof"))
    found = con.table("payout_proof").project("payout_id, why").order("payout_id").fetchall()
    con.close()
    assert found == [("p1", "The lines miss 9.50 EUR of the payout."), ("p2", "The lines miss 100 JPY of the payout."), ("p3", "The lines miss 0.250 KWD of the payout."), ("p4", "The bank booked -20 JPY of difference.")]


def test_the_days_of_a_calendar_reach_as_far_as_any_source_may() -> None:
    """An extract of Odoo that was taken long after the day that is judged is complete up to then: a rule that looks for that day in the calendar must find it."""
    days = "SELECT min(day), max(day), max(ordinal) FILTER (WHERE day <= DATE '2026-03-31') FROM fact.business_day"
    with given_books("") as con:
        execute(con, life("run"), {"as_of": "2026-03-04", "known_at": "2026-11-30 06:00:00", "environment": "test", "first_day": "2026-02-01", "run_id": "r"})
        execute(con, life("context"))
        assert con.execute(days).fetchall() == [(date(2026, 2, 1), date(2027, 1, 29), 42)]
