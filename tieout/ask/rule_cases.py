"""Runs the Markdown cases of the rules: the rows that a case gives go into empty books, and the rule has to return exactly what the case expects.

`## Made fact, fact` has facts between the two made by their own rules; `## Given only TABLE` has no rows of the books beside those of the case; a `|` within a cell is written `\\|`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from ledger import money
from ledger.errors import NotFoundError
from ledger.rows import relation
from ledger.session import connect
from ledger.sqltext import lay_tables, named, sql
from rules._life import life, steps
from rules._rules import Rule, load
from tieout.night import judging

Row = dict[str, str | None]
MONEY = ("difference", "expected", "actual")
AS_OF, RUN = date(2026, 10, 1), "case"


def folder() -> Path:
    """The cases, beside the packages of a checkout."""
    return Path(__file__).resolve().parents[2] / "tests" / "rules"


def cases(names: Sequence[str]) -> list[Path]:
    """The cases of rules by name, id or code (all of them where none is asked for), or files; NotFoundError for what is neither."""
    everything = sorted(folder().glob("*.md"))
    if not everything and not names:
        raise NotFoundError("the cases are not part of this installation", hint="They lie in tests/rules of the source checkout; a file of yours can be named.")
    found: list[Path] = [] if names else everything
    for name in names:
        wanted = {r.name for r in (*load(), *steps()) if name in (r.name, r.id, r.header.code)}
        listed = [Path(name)] if name.endswith(".md") and Path(name).exists() else [p for p in everything if p.stem.split("--")[0] in wanted]
        if not listed:
            raise NotFoundError("no case and no rule with a case is known by this", where=name)
        found += listed
    return found


def run_case(path: Path) -> list[str]:
    """What differs, one line each; nothing where the rule returns what the case expects. Checks are compared in their order, others as sets of rows."""
    rule = next((r for r in (*load(), *steps()) if r.name == path.stem.split("--")[0]), None)
    if rule is None:
        raise NotFoundError("the case is named after no rule", where=path.name)
    text = path.read_text(encoding="utf-8")
    expect = tables(text)[1]
    with given_books(text) as con:
        found = shown(con, rule, list(expect[0]) if expect else ["subject_key"])
    if rule.header.kind != "check":
        found, expect = sorted(found, key=str), sorted(expect, key=str)
    return [] if found == expect else [f"- {row}" for row in expect if row not in found] + [f"+ {row}" for row in found if row not in expect] or ["the order differs" if len(found) == len(expect) else f"{len(found)} rows instead of {len(expect)}"]


@contextmanager
def given_books(text: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Books with what a case gives, and nothing else; afterwards they are empty again."""
    con = _kept_books()
    con.begin()
    try:
        for name, rows in tables(text)[0]:
            if name.startswith("only "):
                con.execute(named(sql("tieout", "case_only"), table=name.removeprefix("only ")))
            put(con, name.removeprefix("only "), rows)
        make(con, made(text))
        yield con
    finally:
        con.rollback()
        con.execute(sql("tieout", "search_path"))


@cache
def _kept_books() -> duckdb.DuckDBPyConnection:
    """Empty books in memory, for all cases of a process."""
    con = connect()
    con.execute(sql("tieout", "case_books"))
    return _filled(con)


def shown(con: duckdb.DuckDBPyConnection, rule: Rule, columns: Sequence[str]) -> list[Row]:
    """The rule's rows as a case writes them: text, amounts at the decimals of their currency."""
    cursor = _asked(con, rule)
    names = [d[0] for d in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{c: None if row[c] is None else money.text(Decimal(row[c]), str(row.get("currency") or "")) if c in MONEY else str(row[c]) for c in columns} for row in rows]


def empty_books(path: Path) -> duckdb.DuckDBPyConnection:
    """Every table and fact of the books, typed and empty, with one entity e1, as of 1 October 2026."""
    for name, data in made_empty().items():
        (path / name).write_bytes(data)
    return _attached(path)


@cache
def made_empty() -> dict[str, bytes]:
    """The files of such books, made once: every case has a copy."""
    with tempfile.TemporaryDirectory() as place:
        _filled(_attached(Path(place))).close()
        return {name: (Path(place) / name).read_bytes() for name in ("ledger.duckdb", "fact.duckdb")}


def _attached(path: Path) -> duckdb.DuckDBPyConnection:
    con = connect(path / "ledger.duckdb")
    con.execute(sql("tieout", "case_attach"), {"path": str(path / "fact.duckdb")})
    con.execute(sql("tieout", "search_path"))
    return con


def _filled(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    lay_tables(con, "sources", "judgement", "books", "governance", "cache", "current_views")
    con.execute(sql("tieout", "in_force"))
    con.execute(life("run"), {"as_of": AS_OF, "known_at": AS_OF, "environment": "test", "first_day": date(2026, 8, 1), "run_id": RUN})
    relation(con, "fact.main.map_entity", [{"entity": "e1"}]).insert_into("fact.main.map_entity")
    defaults = [{"rule": r.id, "name": n, "value": p.default, "meaning": p.meaning} for r in load() for n, p in r.header.parameters.items()]
    relation(con, "rule_parameter_default", defaults).insert_into("rule_parameter_default")
    con.execute(life("context"))
    judging.declare(con)
    con.execute(sql("tieout", "feed_table"))
    for rule in load():
        if rule.header.kind in ("fact", "match"):
            con.sql(rule.text).create(f"fact.main.{rule.name}")
    for name in ("claimed", "found", "blocked", "groups", "why_closed"):
        con.execute(life(name))
    return con


def _asked(con: duckdb.DuckDBPyConnection, rule: Rule) -> duckdb.DuckDBPyConnection:
    """The rows of a rule; of a step around the rules those of the last table that it makes, or of its one statement."""
    given = {"run_id": RUN} if "$run_id" in rule.text else None
    asked = con.execute(rule.text, given) if given else con.execute(rule.text)
    return con.execute(named(sql("tieout", "case_made"), table=rule.header.makes[-1])) if rule.header.makes else asked


def tables(text: str) -> tuple[list[tuple[str, list[Row]]], list[Row]]:
    """The Given tables by name and the Expect table of a case."""
    given, expect = [], []
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        lines = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in body.splitlines() if line.startswith("|")]
        rows: list[Row] = [{name: cell or None for name, cell in zip(lines[0], line, strict=True)} for line in lines[2:]] if lines else []
        if title.startswith("Given "):
            given.append((title.removeprefix("Given ").strip(), rows))
        elif title.startswith("Expect"):
            expect = rows
    return given, expect


def made(text: str) -> list[str]:
    """The facts that a case wants made by their own rules from what is given, instead of given themselves."""
    return [name for names in re.findall(r"^## Made (.+)$", text, re.M) for name in names.split(", ")]


def make(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Facts made anew by their rules, in the order in which they need each other."""
    for rule in load():
        if rule.name in names:
            judging.materialise(con, rule)


def put(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Rows into a fact or a table; columns that the case leaves out are empty, and the case's own table hides the books' of the same name."""
    place = f"fact.main.{name}"
    if not con.execute(sql("tieout", "case_fact"), {"name": name}).fetchall():
        target = con.view(name) if name.endswith("_current") else con.table(name)
        target.limit(0).create(place)
        con.execute(sql("tieout", "case_facts_first"))
    target = con.table(place)
    unknown = {c for row in rows for c in row} - set(target.columns)
    if unknown:
        raise NotFoundError(f"{name} has no column {sorted(unknown)[0]}", where="Given")
    always = {c: day for c, day in (("valid_from", "1900-01-01"), ("valid_to", "9999-12-31")) if name.startswith("map_") and c in target.columns}  # as the books fill them
    relation(con, place, [{**always, **{name: cell for name, cell in row.items() if cell}} for row in rows]).insert_into(place)
