"""Every rule runs its Markdown cases: given rows in, exactly the expected rows out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import tieout
from sqlglot import exp, parse_one

from rules._life import steps
from rules._rules import Rule, load
from tieout.ask.rule_cases import empty_books, put, run_case, tables

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


def not_portable(text: str) -> set[str]:
    """What another engine, or Parquet, reads otherwise in a statement; for each there is something that all read alike."""
    tree = parse_one(text, read="duckdb")
    found = {"regexp_full_match" for _ in tree.find_all(exp.RegexpFullMatch)}  # regexp_matches with ^ and $
    # a day and a number of days; moments from the context
    found |= {"to_days and its like" for call in tree.find_all(exp.Func) if re.match(r"to_(micro|milli)?(seconds|minutes|hours|days|weeks|months|quarters|years|decades|centuries|millennia)$", call_name(call))}
    found |= {"something over unnest" for row in tree.find_all(exp.Explode) if not isinstance(row.parent, exp.Alias | exp.Select)}  # unnest in a query of its own
    for call in tree.find_all(exp.RegexpReplace):
        told = call.args["replacement"]
        if not told.is_string or re.search(r"\\[0-9]", told.this):
            found.add("a group in a replacement")  # regexp_extract, or what stands around it
    found |= {"a group in a pattern" for word in tree.find_all(exp.Literal) if word.is_string and re.search(r"\\[1-9]", word.this) and isinstance(word.parent, exp.RegexpLike | exp.RegexpExtract | exp.RegexpExtractAll)}
    # whole numbers of 128 bits are for division alone, and their sums for nothing that is kept: the types of what comes out are looked at below
    found |= {"HUGEINT" for cast in tree.find_all(exp.Cast) if cast.to.is_type("int128", "uint128") and not cast.find_ancestor(exp.IntDiv)}
    return found


def call_name(call: exp.Func) -> str:
    return (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_a_rule_says_nothing_that_other_engines_read_otherwise(rule: Rule) -> None:
    assert not_portable(rule.text) == set()


def test_what_is_not_portable_is_seen() -> None:
    seen = {
        "regexp_full_match(a, 'x')": "regexp_full_match", "d + to_days(3)": "to_days and its like", "at + to_hours(b)": "to_days and its like", "at + to_seconds(b)": "to_days and its like",
        "upper(unnest(a))": "something over unnest", "upper(trim(unnest(a), '._'))": "something over unnest", "CAST(unnest(a) AS DATE)": "something over unnest", "unnest(a) || 'x'": "something over unnest",
        r"regexp_replace(a, '(x)', '_\1_')": "a group in a replacement", r"regexp_replace(a, '(x)', concat('\', '1'), 'g')": "a group in a replacement",
        r"regexp_matches(a, '(x)\1')": "a group in a pattern", "CAST(sum(n) AS HUGEINT)": "HUGEINT", "n::HUGEINT + 1": "HUGEINT",
    }  # fmt: skip
    assert {text: not_portable(f"SELECT {text} FROM t") for text in seen} == {text: {name} for text, name in seen.items()}
    alike = "SELECT upper(w), d + 3, regexp_replace(w, '^0+', '', 'g'), regexp_extract(w, '(x)', 1), CAST(n AS HUGEINT) // CAST(m AS HUGEINT) FROM (SELECT unnest(a) AS w, d, n, m FROM t)"
    assert not_portable(alike) == set()


NOT_KEPT = {"HUGEINT", "UHUGEINT", "DOUBLE", "FLOAT", "INTERVAL"}


def test_nothing_that_a_rule_returns_is_a_number_that_parquet_does_not_keep(tmp_path: Path) -> None:
    """A sum of whole numbers is a HUGEINT, which Parquet writes as a floating-point number."""
    with empty_books(tmp_path) as con:
        found = [(rule.name, column[0]) for rule in RULES.values() for column in con.execute(rule.text).description if NOT_KEPT & set(re.findall(r"\w+", str(column[1])))]
        assert str(con.execute("SELECT sum(1)").description[0][1]) in NOT_KEPT
    assert found == []


def test_no_fact_has_a_number_that_parquet_does_not_keep(tmp_path: Path) -> None:
    with empty_books(tmp_path) as con:
        found = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND data_type IN (SELECT unnest(?))", [sorted(NOT_KEPT)]).fetchall()
    assert found == []
