"""Python values to rows of a ledger table, every value travelling as text so that no type is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_KINDS = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
_LAYOUTS: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, dict[str, str]]] = WeakKeyDictionary()


def layout(con: duckdb.DuckDBPyConnection, table: str) -> Mapping[str, str]:
    """Column → type of a table, in order; of the books' own asked once in a session, for they stay as they were laid."""
    known = _LAYOUTS.setdefault(con, {})
    if table not in known or "." in table:
        there = con.table(table)
        known[table] = {name: str(kind) for name, kind in zip(there.columns, there.types, strict=True)}
    return known[table]


def as_text(value: Any) -> str | None:
    """The value as DuckDB reads it back; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def relation(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> duckdb.DuckDBPyRelation:
    """Rows (dicts by column name, missing = NULL) as a relation with exactly the table's columns and types."""
    return con.from_arrow(arrow(con, table, rows))


def arrow(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The same in memory."""
    kinds = layout(con, table)
    listed = list(rows)
    unknown = {name for row in listed for name in row} - set(kinds)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)[0]}")
    texts = {name: pa.array([as_text(row.get(name)) for row in listed], pa.string()) for name in kinds}
    try:
        return pa.table([text if kinds[name] == "VARCHAR" else text.cast(_kind(kinds[name])) for name, text in texts.items()], names=list(kinds))
    except pa.ArrowException:  # the database reads more forms of a value, and rounds
        return typed(con.from_arrow(pa.table(texts)), con.table(table)).to_arrow_table()


def _kind(kind: str) -> pa.DataType:
    """Arrow's type of a column's type, as the database hands it out; ArrowInvalid for one that no ledger table has."""
    if found := _DECIMAL.fullmatch(kind):
        return pa.decimal128(int(found[1]), int(found[2]))
    if kind not in _KINDS:
        raise pa.ArrowInvalid(kind)
    return _KINDS[kind]


def typed(source: duckdb.DuckDBPyRelation, target: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The source's columns in the target's order, cast to the target's types."""
    return source.project(*(ColumnExpression(name).cast(kind).alias(name) for name, kind in zip(target.columns, target.types, strict=True)))


def by_name(rows: duckdb.DuckDBPyRelation, table: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows in the table's columns; those that it has gained since they were written are empty."""
    there, wanted = rows.columns, table.columns
    if there == wanted or set(there) - set(wanted):
        return rows
    return rows.project(
        *(ColumnExpression(name) if name in there else ConstantExpression(None).cast(kind).alias(name) for name, kind in zip(wanted, table.types, strict=True))
    )
