"""Two tables that ought to hold the same rows: equal in every cell and as often, or each difference by key and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
from duckdb import ColumnExpression

from ledger.sqltext import execute, sql

SHOWN = 20
PAIRED = 1000
Row = dict[str, Any]


def of_tables(con: duckdb.DuckDBPyConnection, published: str, again: str, label: str) -> list[str]:
    """The same of two tables by name. Most are equal, which one statement tells."""
    one, other = con.table(published), con.table(again)
    if one.columns == other.columns and one.types == other.types:
        counted, repeated, differing = execute(con, sql("tieout", "same_rows"), {"published": published, "again": again}).fetchall()[0]
        if counted == repeated and not differing:
            return []
    return differences(one, other, label)


def differences(published: duckdb.DuckDBPyRelation, again: duckdb.DuckDBPyRelation, label: str) -> list[str]:
    """One line for each cell or row that differs, at most SHOWN and then how many more; nothing where both are equal as multisets, types included."""
    kinds, others = (dict(zip(rows.columns, map(str, rows.types), strict=True)) for rows in (published, again))
    if kinds != others:
        return [f"{label}: the columns are {_columns(kinds, others)} in the copy and {_columns(others, kinds)} by the rules"]
    count = rows_in(published)
    if not count and not rows_in(again):  # as most tables of young books
        return []
    again = again.project(*(ColumnExpression(name) for name in kinds))
    if count == rows_in(again) and (not count or not published.except_(again).limit(1).fetchall()):
        return []
    sides: list[list[Row]] = []
    rest = 0
    for these, those in ((published, again), (again, published)):
        alone = these.except_(those)
        rows = alone.order(", ".join(str(n) for n in range(1, len(kinds) + 1))).limit(PAIRED).fetchall()
        sides.append([dict(zip(kinds, row, strict=True)) for row in rows])
        rest += rows_in(alone) - len(rows)
    lines = _told(sides[0], sides[1], key_of(published), label)
    hidden = len(lines) - SHOWN
    return lines[:SHOWN] + ([f"{label}: {max(hidden, 0) + rest} more differences"] if hidden > 0 or rest else [])


def _columns(these: dict[str, str], those: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in these.items() if those.get(name) != kind) or "no others"


def key_of(rows: duckdb.DuckDBPyRelation) -> list[str]:
    """The first columns that tell the rows apart; all of them where rows are alike."""
    count = rows_in(rows)
    for width in range(1, len(rows.columns)):
        names = rows.columns[:width]
        if rows.project(*map(ColumnExpression, names)).distinct().count("*").fetchall() == [(count,)]:
            return names
    return list(rows.columns)


def rows_in(rows: duckdb.DuckDBPyRelation) -> int:
    """How many rows there are."""
    return int(rows.count("*").fetchall()[0][0])


def _told(published: Sequence[Row], again: Sequence[Row], key: Sequence[str], label: str) -> list[str]:
    """Rows of both sides with the same key differ in cells, the others are missing on one side."""
    lines, waiting = [], list(again)
    for row in published:
        other = next((o for o in waiting if all(o[name] == row[name] for name in key)), None)
        where = f"{label} {_words(row, key)}"
        if other is None:
            lines.append(f"{where}: only in the copy")
            continue
        waiting.remove(other)
        cells = [name for name in row if row[name] != other[name]]
        lines += [f"{where}: {name} is {_cell(row[name])} in the copy and {_cell(other[name])} by the rules" for name in cells] or [f"{where}: not as often in the copy"]
    return lines + [f"{label} {_words(row, key)}: only by the rules, not in the copy" for row in waiting]


def _words(row: Row, key: Sequence[str]) -> str:
    return ", ".join(f"{name}={_cell(row[name])}" for name in key)


def _cell(value: Any) -> str:
    return "empty" if value is None else str(value)
