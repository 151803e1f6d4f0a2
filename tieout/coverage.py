"""What the rules had to look at: rows on each side of every rule, and rows and sums of every table that has landed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.rows import relation
from ledger.sqltext import sql
from rules import _rules

# the day that a row belongs to, and the money that it is about: the first of these columns that a table has
DAYS = ("created_on", "booked_on", "paid_on", "closed_on", "posted_on", "as_of", "ordered_at")
MONEY = ("amount", "net", "total", "movement", "closing", "debit", "balance", "total_sales")
CURRENT = "_current"
COUNT = FunctionExpression("count")


def active() -> tuple[_rules.Rule, ...]:
    """The rules that look at rows; a fact only prepares them."""
    return tuple(rule for rule in _rules.load() if rule.header.kind != "fact")


def declare(con: duckdb.DuckDBPyConnection) -> None:
    """The sides of every rule and the source tables that it reads, where statements can join them."""
    con.execute(sql("tieout", "looked_at_tables"))
    sources = set(source_tables(con))
    sides = [
        {"name": r.name, "rule": r.id, "kind": r.header.kind, "side": s.side, "relation": s.relation, "source": s.source if s.source in sources else ""}
        for r in active()
        for s in r.sides()
    ]
    reads = [{"name": r.name, "source": source} for r in active() for source in sorted({name.removesuffix(CURRENT) for name in _rules.closure(r.name)} & sources)]
    for table, rows in (("rule_side", sides), ("rule_source", reads)):
        relation(con, f"ledger.fact.{table}", rows).insert_into(f"ledger.fact.{table}")


def source_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table that files land in."""
    return [row[0] for row in con.execute(sql("tieout", "source_tables")).fetchall()]


def count_landed(con: duckdb.DuckDBPyConnection) -> None:
    """Current rows of every source table by currency, with the sum of their money; a sum is made only where the rows name their currency."""
    empty = _empty(con)
    for name in source_tables(con):
        if ("ledger.main", name) in empty:
            continue
        rows = con.view(f"ledger.main.{name}{CURRENT}")
        coin = ColumnExpression("currency") if "currency" in rows.columns else ConstantExpression(None).cast("VARCHAR")
        money = _first(rows, MONEY) if "currency" in rows.columns else None
        amount = ConstantExpression(0) if money is None else FunctionExpression("sum", money)
        whole = rows.project("*", coin.alias("coin")).aggregate([ColumnExpression("coin"), COUNT.alias("lines"), amount.alias("amount")], "coin")
        _put(con, "source_count", whole, [ConstantExpression(name), ColumnExpression("coin"), ColumnExpression("lines"), ColumnExpression("amount")])


def count_sides(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of every relation that is a side of a rule: in all, and in the period that the books speak of now."""
    con.execute(sql("tieout", "looked_at_period"))
    since = con.table("ledger.fact.coverage_period").fetchall()[0][0]
    empty = _empty(con)
    names = dict.fromkeys(side.relation for rule in active() for side in rule.sides())
    without = [name for name in names if (("ledger.main", name.removesuffix(CURRENT)) if name.endswith(CURRENT) else ("ledger.fact", name)) in empty]
    relation(con, "ledger.fact.side_count", [{"relation": name, "rows": 0, "seen": 0} for name in without]).insert_into("ledger.fact.side_count")
    for name in names.keys() - set(without):
        rows = _named(con, name)
        day = _first(rows, DAYS)
        within = CaseExpression(day >= ConstantExpression(since), ConstantExpression(1)).when(day.isnull(), ConstantExpression(1)) if day is not None else ConstantExpression(1)
        seen = FunctionExpression("sum", within)
        _put(con, "side_count", rows.aggregate([COUNT.alias("rows"), seen.alias("seen")]), [ConstantExpression(name), ColumnExpression("rows"), ColumnExpression("seen")])


def judge_coverage(con: duckdb.DuckDBPyConnection, runs: Sequence[dict[str, Any]]) -> None:
    """Completeness of every landed table, and the coverage of every rule and table, from what the rules of this run had before them."""
    count_landed(con)
    count_sides(con)
    states = [{"name": run["name"], "state": run["state"]} for run in runs]
    relation(con, "ledger.fact.rule_state", states).insert_into("ledger.fact.rule_state")
    con.execute(sql("tieout", "judge_completeness"))
    con.execute(sql("tieout", "judge_coverage"))


def _empty(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Schema and name of every table without a row, by one look at the catalogue: in young books most of them are."""
    return set(con.execute(sql("ledger", "empty_tables")).fetchall())


def _named(con: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """A relation of the books or of the facts, as the rules name it."""
    return con.view(f"ledger.main.{name}") if name.endswith(CURRENT) else con.table(name)


def _first(rows: duckdb.DuckDBPyRelation, names: Sequence[str]) -> Expression | None:
    """The first of these columns that the rows have."""
    name = next((name for name in names if name in rows.columns), None)
    return ColumnExpression(name) if name else None


def _put(con: duckdb.DuckDBPyConnection, table: str, rows: duckdb.DuckDBPyRelation, values: Sequence[Expression]) -> None:
    target = con.table(f"ledger.fact.{table}")
    rows.project(*(value.cast(kind).alias(name) for value, name, kind in zip(values, target.columns, target.types, strict=True))).insert_into(f"ledger.fact.{table}")
