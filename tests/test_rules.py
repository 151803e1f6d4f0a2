"""Every check runs its Markdown case: given rows in, exactly the expected findings out."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ledger.rows import typed
from ledger.sqltext import schema, sql
from rules._rules import load

CASES = Path(__file__).parent / "rules"
CHECKS = {rule.name: rule for rule in load() if rule.header.kind == "check"}
ENTITY = "e1"


def empty_books(path: Path) -> duckdb.DuckDBPyConnection:
    """Every table and fact of the books, typed and empty."""
    (path / "ledger.duckdb").write_bytes(made_empty())
    con = duckdb.connect(str(path / "ledger.duckdb"))
    con.execute(sql("tieout", "search_path"))
    return con


@cache
def made_empty() -> bytes:
    """The bytes of such a database, made once: every case has a copy."""
    with tempfile.TemporaryDirectory() as folder:
        _make_empty(Path(folder)).close()
        return (Path(folder) / "ledger.duckdb").read_bytes()


def _make_empty(path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(path / "ledger.duckdb"))
    for part in ("sources", "judgement", "books", "governance", "cache", "current_views"):
        con.execute(schema(part))
    con.execute(sql("tieout", "search_path"))
    con.execute(sql("tieout", "in_force"))
    con.execute(sql("tieout", "judge_run"), {"as_of": date(2026, 10, 1), "known_at": "2026-10-01", "environment": "test", "first_day": date(2026, 8, 1)})
    con.execute("INSERT INTO fact.map_entity (entity) VALUES ('e1')")
    defaults = [(r.id, n, p.default, p.meaning) for r in load() for n, p in r.header.parameters.items()]
    con.executemany("INSERT INTO rule_parameter_default VALUES (?, ?, ?, ?)", defaults)
    con.execute(sql("tieout", "judge_context"))
    con.execute(sql("tieout", "feed_table"))
    for rule in load():
        if rule.header.kind in ("fact", "match"):
            con.sql(rule.text).create(f"ledger.fact.{rule.name}")
    con.execute(sql("tieout", "judge_found"))
    con.execute(sql("tieout", "judge_blocked"))
    return con


def tables(text: str) -> tuple[list[tuple[str, list[dict[str, str | None]]]], list[dict[str, str | None]]]:
    """The Given tables by name and the Expect table of a case."""
    given, expect = [], []
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in body.splitlines() if line.startswith("|")]
        rows = [{name: cell or None for name, cell in zip(lines[0], line, strict=True)} for line in lines[2:]] if lines else []
        if title.startswith("Given "):
            given.append((title.removeprefix("Given ").strip(), rows))
        elif title.startswith("Expect"):
            expect = rows
    return given, expect


def put(con: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, str | None]]) -> None:
    """Rows into a fact or a table; columns that the case leaves out are empty."""
    place = f"ledger.fact.{name}" if con.execute("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'fact' AND table_name = ?", [name]).fetchall()[0][0] else f"loose_{name}"
    if place.startswith("loose_"):
        target = con.view(name) if name.endswith("_current") else con.table(name)
        target.limit(0).create(f"ledger.fact.{name}")   # the facts come first in no search path: the case's table has to be found before the books'
        place = f"ledger.fact.{name}"
        con.execute("SET search_path = 'ledger.fact,ledger.main'")
    target = con.table(place)
    unknown = {c for row in rows for c in row} - set(target.columns)
    assert not unknown, f"{name} has no column {unknown}"
    always = {"valid_from": "1900-01-01", "valid_to": "9999-12-31"} if name.startswith("map_") else {}  # as the books fill them
    arrow = pa.table({c: pa.array([row.get(c) or always.get(c) for row in rows], pa.string()) for c in target.columns})
    typed(con.from_arrow(arrow), target).insert_into(place)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda p: p.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    rule = CHECKS[case.stem.split("--")[0]]
    given, expect = tables(case.read_text(encoding="utf-8"))
    con = empty_books(tmp_path)
    for name, rows in given:
        put(con, name, rows)
    cursor = con.execute(rule.text)
    names = [d[0] for d in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert {"entity", "store", "subject_key", "expected", "actual", "difference", "currency", "due_on", "cause", "evidence", "candidates"} <= set(names)
    columns = list(expect[0]) if expect else ["subject_key"]
    shown = [{c: None if row[c] is None else f"{row[c]:.2f}" if c in ("difference", "expected", "actual") else str(row[c]) for c in columns} for row in found]
    assert shown == expect
    con.close()


def test_every_check_has_a_case() -> None:
    assert {p.stem.split("--")[0] for p in CASES.glob("*.md")} == set(CHECKS)


def test_every_case_expects_something_and_leaves_something() -> None:
    for case in CASES.glob("*.md"):
        given, expect = tables(case.read_text(encoding="utf-8"))
        assert given and expect, case.name
