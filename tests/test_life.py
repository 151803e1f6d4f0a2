"""The life of an exception: the statements around the rules say what they read and make, and no event is one that the table of states does not list."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlglot
from sqlglot import exp
from test_rules import CASES

from ledger.errors import NotFoundError
from ledger.sqltext import execute
from rules._life import AS_FOUND, after, life, states_for, steps, transitions
from tieout.ask.rule_cases import given_books, run_case, shown, tables

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


def test_the_days_of_a_calendar_reach_as_far_as_any_source_may() -> None:
    """An extract of Odoo that was taken long after the day that is judged is complete up to then: a rule that looks for that day in the calendar must find it."""
    days = "SELECT min(day), max(day), max(ordinal) FILTER (WHERE day <= DATE '2026-03-31') FROM fact.business_day"
    with given_books("") as con:
        execute(con, life("run"), {"as_of": "2026-03-04", "known_at": "2026-11-30 06:00:00", "environment": "test", "first_day": "2026-02-01", "run_id": "r"})
        execute(con, life("context"))
        assert con.execute(days).fetchall() == [(date(2026, 2, 1), date(2027, 1, 29), 42)]
