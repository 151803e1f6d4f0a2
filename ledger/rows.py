"""Python values to rows of a ledger table, every value travelling as text so that no type is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression


def as_text(value: Any) -> str | None:
    """The value as DuckDB reads it back; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def relation(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]) -> duckdb.DuckDBPyRelation:
    """Rows (dicts by column name, missing = NULL) as a relation with exactly the table's columns and types."""
    target = con.table(table)
    listed = list(rows)
    unknown = {name for row in listed for name in row} - set(target.columns)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)[0]}")
    arrow = pa.table({name: pa.array([as_text(row.get(name)) for row in listed], pa.string()) for name in target.columns})
    return typed(con.from_arrow(arrow), target)


def typed(source: duckdb.DuckDBPyRelation, target: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The source's columns in the target's order, cast to the target's types."""
    return source.project(*(ColumnExpression(name).cast(kind).alias(name) for name, kind in zip(target.columns, target.types, strict=True)))
