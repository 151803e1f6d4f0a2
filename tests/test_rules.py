"""Every rule runs its Markdown cases: given rows in, exactly the expected rows out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import tieout

from rules._life import steps
from rules._rules import Rule, load
from tieout.rule_cases import empty_books, put, run_case, tables

CASES = Path(__file__).parent / "rules"
RULES = {rule.name: rule for rule in load()}
FINDING = {"entity", "store", "subject_key", "expected", "actual", "difference", "currency", "due_on", "cause", "evidence", "candidates"}
WITHOUT_A_CASE: set[str] = set()
__all__ = ["empty_books", "put"]


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda p: p.stem)
def test_case(case: Path) -> None:
    assert run_case(case) == []


def test_every_rule_and_every_fact_has_a_case() -> None:
    cases = {p.stem.split("--")[0] for p in CASES.glob("*.md")}
    assert RULES.keys() - cases == WITHOUT_A_CASE
    assert cases <= RULES.keys() | {step.name for step in steps()}


def test_every_case_expects_something_and_leaves_something() -> None:
    for case in CASES.glob("*.md"):
        given, expect = tables(case.read_text(encoding="utf-8"))
        assert given and expect, case.name


def test_every_check_returns_what_an_exception_is_made_of(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    for rule in RULES.values():
        if rule.header.kind == "check":
            assert {column[0] for column in con.execute(rule.text).description} >= FINDING, rule.name
    con.close()


def test_a_case_that_does_not_hold_says_what_differs(tmp_path: Path) -> None:
    case = tmp_path / "type_unknown--mine.md"
    case.write_text((CASES / "type_unknown.md").read_text(encoding="utf-8").replace("## Expect", "## Was").rstrip() + "\n\n## Expect\n\n| subject_key |\n|---|\n| a/none |\n", encoding="utf-8")
    done = tieout("rule", "test", case, code=1)
    assert "- {'subject_key': 'a/none'}" in done.stdout and "+ {'subject_key'" in done.stdout


def test_the_command_runs_the_cases_of_one_rule() -> None:
    assert "1 cases hold" in tieout("rule", "test", "FILE_DUPLICATE").stdout
    tieout("rule", "test", "NO_SUCH_RULE", code=65)


NOT_PORTABLE = {  # what another engine, or Parquet, reads otherwise; each with what stands for it
    "regexp_full_match": r"\bregexp_full_match\b",  # regexp_matches with ^ and $
    "to_days and its like": r"\bto_(days|hours|minutes|weeks|months|years)\b",  # a day and a number of days
    "a function over unnest": r"\b\w+\((?:[^()]|\([^()]*\))*\bunnest\(",  # unnest in a query of its own
    "a group in a replacement": r"\bregexp_replace\([^;]*?'[^']*\\[0-9][^']*'\s*(,\s*'g'\s*)?\)",
}


def not_portable(text: str) -> list[str]:
    statement = text.partition("*/")[2]
    return [name for name, pattern in NOT_PORTABLE.items() if re.search(pattern, statement, re.I)]


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_a_rule_says_nothing_that_other_engines_read_otherwise(rule: Rule) -> None:
    assert not_portable(rule.text) == []


def test_what_is_not_portable_is_seen() -> None:
    texts = ("regexp_full_match(a, 'x')", "d + to_days(3)", "upper(trim(unnest(a), '._'))", r"regexp_replace(a, '(x)', '_\1_')")
    assert [not_portable("/**/ SELECT " + text) for text in texts] == [[name] for name in NOT_PORTABLE]
    assert not_portable("/**/ SELECT upper(w) FROM (SELECT unnest(a) AS w FROM t)") == []


def test_no_fact_has_a_number_that_parquet_does_not_keep(tmp_path: Path) -> None:
    with empty_books(tmp_path) as con:
        found = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND data_type IN ('HUGEINT', 'UHUGEINT', 'DOUBLE', 'FLOAT', 'INTERVAL')").fetchall()
    assert found == []
