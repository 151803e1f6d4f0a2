"""Where the rows of a file wait: written once as the segment that they will be if the ledger has none of them, and read from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.rows import arrow, layout
from ledger.segments import Draft, draft
from ledger.sqltext import execute, sql

from ._steps import Steps

BROKEN = "broken"
FOREIGN = "sign of "  # before the header of an amount that has another currency's sign beside it
BETWEEN = "\x1e"  # between the headers that `broken` names: they and the words may have commas
WORD, MARK = "word of ", "\x1f"  # before the header of a closed vocabulary, and between it and a word that it has not
PROVISIONAL = ("file_id", "known_at", "version")  # what the ledger adds to the content of a row
SMALL = 1 << 20  # bytes of a file whose rows are kept typed


@dataclass(frozen=True)
class Stamp:
    """What a landing file's rows carry beside their content, and the folder where they wait."""

    folder: Path
    file_id: str
    known_at: datetime


def stage_rows(con: duckdb.DuckDBPyConnection, typed: Steps, table: str, name: str, key: tuple[str, ...], stamp: Stamp | None, apart: tuple[str, ...] = ()) -> tuple[Draft | None, Mapping[str, Mapping[str, tuple[int, int]]]]:
    """The typed rows as `stage.<name>` in the canonical table's columns; what `broken` and the columns in `apart` hold: value → (first row, rows).

    With a stamp the rows stream into a draft of their segment and `stage.<name>` is a view of it, so memory stays flat however long the file is.
    """
    kinds = layout(con, table)
    beside = (BROKEN, *(c for c in apart if c in typed.columns))
    if stamp is None:
        return None, _in_memory(con, typed, kinds, name, beside)
    given: dict[str, Expression] = {
        "file_id": ConstantExpression(stamp.file_id),
        "known_at": ConstantExpression(stamp.known_at),
        "version": ConstantExpression(1),
    }
    columns = [given.get(c, ColumnExpression(c)).cast(kind).alias(c) for c, kind in kinds.items()]
    made = draft(stamp.folder / f"stage-{name}.parquet", table, typed.project(*columns, *(ColumnExpression(c) for c in beside)), list(kinds), beside)
    seen = made.apart
    if not made.in_order:  # made by a statement that gives its rows in no order of the file: the segment must not depend on it
        by = list(dict.fromkeys(("row_no", *key)))
        few = made.at_hand
        again = con.read_parquet(str(made.path), hive_partitioning=False).order(", ".join(by)) if few is None else few.sort_by([(c, "ascending") for c in by])
        unordered, made = made.path, draft(stamp.folder / f"stage-{name}-ordered.parquet", table, again, list(kinds))
        unordered.unlink()
    _show(con, made, name)
    return made, seen


def stage_values(con: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]], table: str, name: str, key: tuple[str, ...], stamp: Stamp | None) -> Draft | None:
    """Rows that were made in Python as `stage.<name>`; with a stamp their draft, in the order that every draft has."""
    beside = {"file_id": stamp.file_id if stamp else "", "known_at": stamp.known_at if stamp else "1970-01-01", "version": 1}
    ordered = sorted(rows, key=lambda row: [row[c] for c in ("row_no", *key)])
    whole = arrow(con, table, [{**row, **beside} for row in ordered])
    if stamp is None:
        con.from_arrow(whole.drop_columns(list(PROVISIONAL))).create(f"stage.{name}")
        return None
    made = draft(stamp.folder / f"stage-{name}.parquet", table, whole, whole.column_names)
    _show(con, made, name)
    return made


def _show(con: duckdb.DuckDBPyConnection, made: Draft, name: str) -> None:
    """A draft's content as `stage.<name>`: a table where its rows are at hand, else a view of its file."""
    if made.at_hand is not None:
        con.from_arrow(made.at_hand.drop_columns(list(PROVISIONAL))).create(f"stage.{name}")
        return
    with in_stage(con):
        rows = con.read_parquet(str(made.path), hive_partitioning=False)
        rows.project(*(ColumnExpression(c) for c in rows.columns if c not in PROVISIONAL)).create_view(name)


def at_hand(typed: Steps, file: Path, name: str) -> Steps:
    """The typed rows of a small file as a table in `stage`: each further step would else plan all steps before it again, which costs more than to read them."""
    return typed if file.stat().st_size >= SMALL else typed.create(f"stage.{name}")


def word_label(header: str, word: Expression) -> Expression:
    """What `broken` says of a word that its vocabulary has not."""
    return FunctionExpression("concat", ConstantExpression(f"{WORD}{header}{MARK}"), word)


@contextmanager
def in_stage(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """For the length of the block views are made in `stage`, whose rows they read; a view in the books' own file could not."""
    before = execute(con, sql("importers", "search_path")).fetchall()[0][0]
    execute(con, sql("importers", "use_stage"))
    try:
        yield
    finally:
        execute(con, sql("importers", "use_again"), {"before": before})


def _in_memory(
    con: duckdb.DuckDBPyConnection, typed: Steps, kinds: Mapping[str, Any], name: str, beside: tuple[str, ...]
) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    columns = [ColumnExpression(c).cast(kind).alias(c) for c, kind in kinds.items() if c not in PROVISIONAL]
    whole = typed.project(*columns, *(ColumnExpression(c) for c in beside)).create(f"stage.{name}_whole")
    whole.without(*beside).create(f"stage.{name}")
    first, lines = FunctionExpression("min", ColumnExpression("row_no")), FunctionExpression("count")
    found = {c: whole.grouped([c], first.alias("first"), lines.alias("lines")).fetchall() for c in beside}
    return {c: {value: (first, count) for value, first, count in rows if value is not None} for c, rows in found.items()}
