"""What is known of the rules without running them: a rule is left out where it can say nothing, and only there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from docs.drained import over
from rules._rules import load, outline
from tieout.ask.rule_cases import cases, empty_books, given_books
from tieout.night.judging import silent
from tieout.night.unchanged import idle


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("SELECT x FROM a", ["a"]),
        ("SELECT a.x FROM a JOIN b ON a.x = b.x LEFT JOIN c ON c.x = a.x", ["a", "b"]),
        ("SELECT a.x FROM a ANTI JOIN b ON a.x = b.x", ["a"]),
        ("SELECT a.x FROM a SEMI JOIN b ON a.x = b.x", ["a", "b"]),
        ("SELECT a.x FROM a CROSS JOIN b", ["a", "b"]),
        ("SELECT a.x FROM a, b", ["a", "b"]),
        ("SELECT a.x FROM a RIGHT JOIN b ON a.x = b.x", ["b"]),
        ("SELECT a.x FROM a FULL JOIN b ON a.x = b.x JOIN c ON c.x = b.x", ["c"]),
        ("SELECT x FROM a UNION ALL SELECT x FROM b", []),
        ("SELECT a.x FROM a JOIN c ON c.x = a.x UNION SELECT b.x FROM b JOIN c ON c.x = b.x", ["c"]),
        ("WITH d AS (SELECT x FROM a), e AS (SELECT d.x FROM d JOIN b ON b.x = d.x) SELECT x FROM e", ["a", "b"]),
        ("WITH a AS (SELECT x FROM b) SELECT x FROM a", ["b"]),
        ("WITH RECURSIVE r AS (SELECT x FROM a UNION ALL SELECT x + 1 FROM r) SELECT x FROM r JOIN b ON b.x = r.x", ["b"]),
        ("SELECT count(*) FROM a", []),
        ("SELECT max(x) + 1 FROM a", []),
        ("SELECT some_sum(x) FROM a", []),
        ("SELECT x, count(*) FROM a GROUP BY x", ["a"]),
        ("SELECT x, count(*) FROM a GROUP BY ROLLUP (x)", []),
        ("SELECT x FROM (SELECT count(*) AS x FROM a) AS d JOIN b ON b.x = d.x", ["b"]),
        ("SELECT count(*) OVER (PARTITION BY x) FROM a", ["a"]),
        ("SELECT a.x, (SELECT max(b.x) FROM b) FROM a", ["a"]),
        ("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x) AND a.x IN (SELECT x FROM c) AND NOT EXISTS (SELECT 1 FROM d WHERE d.x = a.x)", ["a", "b", "c"]),
        ("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.x = a.x) OR a.x = 1", ["a"]),
        ("SELECT x FROM a WHERE NOT a.x IN (SELECT x FROM c)", ["a"]),
        ("SELECT x FROM unnest([1, 2]) AS t(x)", []),
        ("SELECT x FROM generate_series(1, 2) AS t(x)", []),
        ("SELECT 1", []),
    ],
)
def test_without_which_relations_a_statement_says_nothing(text: str, needed: list[str]) -> None:
    assert over(text) == needed


@pytest.mark.drill
@pytest.mark.parametrize("path", cases([]), ids=lambda path: path.stem)
def test_a_rule_says_nothing_without_what_it_is_over(path: Path) -> None:
    rule = next(rule for rule in load() if rule.name == path.stem.split("--")[0])
    with given_books(path.read_text(encoding="utf-8")) as con:
        for name in outline(rule).over:
            con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM "{name}" LIMIT 0')
            assert con.execute(rule.text).fetchall() == [], name
            con.execute(f'DROP TABLE temp."{name}"')


def test_most_rules_are_over_something() -> None:
    assert sum(not outline(rule).over for rule in load()) < 25


def test_a_rule_that_was_changed_since_always_runs() -> None:
    from dataclasses import replace

    rule = next(rule for rule in load() if rule.name == "line_without_order")
    assert idle(rule, {"line_fact"})
    assert not idle(rule, {"payout_fact"})
    assert not idle(replace(rule, text=rule.text + "\n"), {"line_fact"})


def test_a_fact_that_is_left_out_has_its_columns() -> None:
    with tempfile.TemporaryDirectory() as place, empty_books(Path(place)) as con:
        for rule in (rule for rule in load() if rule.header.kind in ("fact", "match")):
            table = con.execute(f"DESCRIBE fact.main.{rule.name}").fetchall()
            silent(con, rule)
            assert con.execute(f"DESCRIBE fact.main.{rule.name}").fetchall() == table, rule.name
