"""What the rules had to look at: rows on each side of every rule, and rows and sums of every table that has landed."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from ledger.publish import add_rows
from ledger.sqltext import execute, sql, tables_of
from rules import _duties, _rules

# the day that a row belongs to, and the money that it is about: the first of these columns that a table has
DAYS = ("created_on", "booked_on", "paid_on", "closed_on", "posted_on", "as_of", "ordered_at", "sold_on", "as_of_on")
MONEY = ("amount", "net", "total", "movement", "closing", "debit", "balance", "total_sales")
CURRENT = "_current"
_COUNTED = re.compile(r"^(?=INSERT INTO \S+ SELECT '(\w+)')(.*);$", re.MULTILINE)


def active() -> tuple[_rules.Rule, ...]:
    """The rules that look at rows; a fact only prepares them."""
    return tuple(rule for rule in _rules.load() if rule.header.kind != "fact")


def declare(con: duckdb.DuckDBPyConnection) -> None:
    """The sides of every rule and the source tables that it reads, where statements can join them."""
    execute(con, sql("tieout", "looked_at_tables"))
    for table, rows in _declared().items():
        add_rows(con, con.from_arrow(rows), f"fact.main.{table}")


@cache
def _declared() -> dict[str, pa.Table]:
    """The same in every judgement of a process."""
    sources = set(tables_of("sources"))
    sides = [
        {"name": r.name, "rule": r.id, "kind": r.header.kind, "side": s.side, "relation": s.relation, "source": s.source if s.source in sources else ""}
        for r in active()
        for s in r.sides()
    ]
    reads = [{"name": r.name, "source": source} for r in active() for source in sorted({name.removesuffix(CURRENT) for name in _rules.closure(r.name)} & sources)]
    return {"rule_side": pa.Table.from_pylist(sides), "rule_source": pa.Table.from_pylist(reads)}


def judge_coverage(con: duckdb.DuckDBPyConnection, runs: Sequence[dict[str, Any]], empty: Set[str]) -> None:
    """Completeness of every landed table, and the coverage of every rule and table, from what the rules of this run had before them. `empty`: relations that have no row."""
    _count(con, "count_sources", empty)
    execute(con, sql("tieout", "looked_at_period"))
    _count(con, "count_sides", empty)
    states = pa.Table.from_pylist([{"name": run["name"], "state": run["state"]} for run in runs])
    add_rows(con, con.from_arrow(states), "fact.main.rule_state")
    execute(con, sql("tieout", "looked_at_by_none"))
    execute(con, sql("tieout", "judge_completeness"))
    execute(con, sql("tieout", "judge_coverage"))


def register(con: duckdb.DuckDBPyConnection) -> None:
    """The register of controls, behind everything else that a run writes, its files among it."""
    con.register("duty_control", _register())
    execute(con, sql("tieout", "judge_controls"))
    con.unregister("duty_control")


@cache
def _register() -> pa.Table:
    """Every duty with each of its controls: by what its runs, its coverage and what it caught are known."""
    kinds = {rule.name: rule.header.kind for rule in active()}
    checks = {rule.name: f"{rule.id}/{rule.header.code}/{rule.header.subject}" for rule in active() if rule.header.kind == "check"}
    rates = _duties.catch_rates()
    rows: list[dict[str, Any]] = []
    for duty, (kind, name) in ((one, control) for one in _duties.load() for control in one.controls or (("none", ""),)):
        rate = rates.get(name) if kind == "rule" else None
        code = kind == "gate" and not name.endswith("Error")  # an error refuses acts; they are recorded, the acts that it let pass are not
        row = {
            "what": duty.what,
            "served": duty.served,
            "missing": duty.missing or None,
            "kind": kind,
            "control": name or None,
            "worker": "door" if code else "books" if kind == "seal" else f"{kind} {name}",
            "covered": name if kind == "rule" else None,
            "covered_kind": kinds.get(name) if kind == "rule" else None,
            "caught_as": checks.get(name) if kind == "rule" else name if kind in ("gate", "seal") else None,
            "planted": rate.planted if rate else None,
            "planted_caught": rate.caught if rate else None,
            "caught": 0 if code or (kind == "rule" and name in checks) else None,
        }
        rows += [{"duty": one} | row for one in duty.ids()]
    return pa.Table.from_pylist([{"place": place} | row for place, row in enumerate(rows)])


def _count(con: duckdb.DuckDBPyConnection, name: str, empty: Set[str]) -> None:
    """Run those statements of the file, one in a line, that count something."""
    for relation, statement in _COUNTED.findall(sql("tieout", name)):
        if relation not in empty:
            execute(con, statement)
