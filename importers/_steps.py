"""Rows on their way from text to a staged table, as one statement that grows with each step and is planned once.

A relation of the engine's library asks the binder at each step what its columns are, which costs more than to read a small file; here every step names
what it makes.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, Expression


@dataclass(frozen=True)
class Steps:
    """Rows that `text` selects; `columns` are their names, in order. Nothing is read before the rows are asked for."""

    con: duckdb.DuckDBPyConnection
    columns: tuple[str, ...]
    text: str
    sources: tuple[duckdb.DuckDBPyRelation, ...] = ()  # what the text reads by a name that lives as long as they do
    few: bool = False  # it reads a table of a small file

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation) -> Steps:
        """The rows of a relation, which has no parameters."""
        return cls(con, tuple(rows.columns), rows.sql_query(), (rows,))

    def project(self, *items: Expression) -> Steps:
        """These columns alone."""
        return self._with(_names(items), f"SELECT {_list(items)} FROM ({self.text})")

    def beside(self, *items: Expression) -> Steps:
        """All columns, and these behind them; a later one may name one before it."""
        return self._with((*self.columns, *_names(items)), f"SELECT *, {_list(items)} FROM ({self.text})") if items else self

    def without(self, *names: str) -> Steps:
        """All columns but these; one that is not there is none."""
        left = [name for name in self.columns if name not in names]
        return self.project(*(ColumnExpression(name) for name in left)) if len(left) < len(self.columns) else self

    def filter(self, condition: Expression) -> Steps:
        """The rows for which it is true."""
        return self._with(self.columns, f"SELECT * FROM ({self.text}) WHERE {condition.fragment()}")

    def grouped(self, by: Sequence[str], *items: Expression) -> Steps:
        """One row for each combination of the columns `by`, which are the first of its columns."""
        keys = [ColumnExpression(name) for name in by]
        return self._with((*by, *_names(items)), f"SELECT {_list((*keys, *items))} FROM ({self.text}) GROUP BY {_list(keys)}")

    def order(self, *names: str) -> Steps:
        """In the order of these columns."""
        return self._with(self.columns, f"SELECT * FROM ({self.text}) ORDER BY {_list([ColumnExpression(name) for name in names])}")

    def union(self, other: Steps) -> Steps:
        """These rows, and the other ones behind them."""
        return Steps(self.con, self.columns, f"({self.text}) UNION ALL ({other.text})", self.sources + other.sources, self.few and other.few)

    def create(self, name: str) -> Steps:
        """Read the rows into a table; then that table's."""
        self.con.execute(f"CREATE TABLE {name} AS {self.text}")
        return Steps(self.con, self.columns, f"FROM {name}", few=True)

    def view(self, name: str) -> None:
        """Show the rows under a name; they must outlive it."""
        self.con.execute(f"CREATE OR REPLACE VIEW {name} AS {self.text}")

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The rows for what takes a relation."""
        return self.con.sql(self.text)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows."""
        return self.con.execute(self.text).fetchall()

    def to_arrow_reader(self, batch: int) -> pa.RecordBatchReader:
        """The rows in batches; the session is theirs until all are read. Few of them are copied once, which costs less than a relation."""
        if not self.few:
            return self.relation().to_arrow_reader(batch)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = self.con.execute(self.text).to_arrow_table()
        assert found is not None  # a SELECT always has rows to give; the library's types say None for other statements
        return found.combine_chunks().to_reader(batch)

    def _with(self, columns: Sequence[str], text: str) -> Steps:
        return Steps(self.con, tuple(columns), text, self.sources, self.few)


def _names(items: Sequence[Expression]) -> list[str]:
    return [item.get_name() for item in items]


def _list(items: Sequence[Expression]) -> str:
    return ", ".join(item.as_select() for item in items)
