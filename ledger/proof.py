"""Holds what was derived from the manifests against them: the cache, the auditors' copy, and every file that a manifest names."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import ColumnExpression, ConstantExpression

from .cache import APPENDED, PARTS
from .durable import file_hash
from .errors import TamperedError
from .named import Laid, Named, tonight
from .segments import BATCH, described, reread, sums_of
from .session import connect
from .sqltext import execute, lay_tables, schema, sql

Digest = tuple[str, list[list[Any]]]  # row root and control sums
ROWS = 500_000  # rows of one table whose content is proven in a night; of a larger table the newest and a part of the older ones, in turn


def cache_fault(con: duckdb.DuckDBPyConnection, home: Path, named: Named) -> str:
    """What the cache holds that the manifests do not say, or the other way round; empty where they agree. TamperedError where a segment does not hold what its manifest says."""
    found = execute(con, sql("ledger", "catalogue")).fetchall()
    if digest_of(found) != laid().get(duckdb.__version__) and found != _catalogue():
        return "its tables, views and triggers are others than were laid"
    return tables_fault(con, home, named, named.nights)


def tables_fault(con: duckdb.DuckDBPyConnection, home: Path, named: Named, night: int | None) -> str:
    """The same for tables whose rows are those of the segments, in order. `night` says which part of a large table is read; None: all of it."""
    if con.table("log_leaf").order("seq").fetchall() != named.leaves:
        return "log_leaf has other rows than the manifests"
    sizes = dict(execute(con, sql("ledger", "table_sizes")).fetchall())
    for table in sorted({*growing(), *named.tables} & sizes.keys()):
        laid = named.tables.get(table, [])
        if not laid and not sizes[table]:
            continue
        rows = sum(one.rows for one in laid)
        chosen = tonight([one.rows for one in laid], night, ROWS) if night is not None else list(range(len(laid)))
        whole = len(chosen) == len(laid)
        runs = [(run, _digests(_of(con, run, whole), run)) for run in _runs([laid[place] for place in chosen])]
        # A table that was read whole was counted by that.
        if not whole or not laid or any(len(found) != len(run) for run, found in runs):
            counted = int(con.table(table).count("*").fetchall()[0][0])
            if counted != rows:
                _upright(home, laid)
                return f"{table} has {counted:,} rows, the manifests {rows:,}"
        if not whole and _totals(sums_of(con.table(table))) != _totals([s for one in laid for s in one.sums]):
            _upright(home, laid)
            return f"the control sums of {table} are not those of the manifests"
        for one in (one for run, found in runs for one in _differing(con, home, run, found)):
            _upright(home, [one])
            return f"{table} has other rows than its segment {one.sha256[:12]} ({one.manifest})"
    return ""


def rebuilt_sums(home: Path, named: Named) -> list[str]:
    """Every segment whose rows, row root or control sums are not those that its manifest says, however well the manifests are chained."""
    return [fault for one in named.segments() if (fault := _fault(home, one))]


def growing() -> set[str]:
    """The tables that hold rows of segments and nothing else."""
    return {*APPENDED.findall(schema("triggers")), "dead_letter"} - {"log_leaf"}


def laid() -> dict[str, str]:
    """Digest of that catalogue by version of the engine, as `docs/generate.py` wrote it down: to lay a cache only to look at it costs more than all else that is proven of a small one."""
    return dict(json.loads((files("ledger") / "schema" / "laid.json").read_text(encoding="utf-8")))


def as_laid() -> str:
    """The content of laid.json for this engine and these tables."""
    return json.dumps({duckdb.__version__: digest_of(_catalogue())}, indent=1) + "\n"


def digest_of(catalogue: Sequence[Sequence[Any]]) -> str:
    """The same digest for the same tables, views, triggers and functions, and for no others."""
    return sha256(json.dumps(catalogue).encode()).hexdigest()


@cache
def _catalogue() -> list[tuple[Any, ...]]:
    """Every table, view, trigger and function of a cache that was just laid."""
    with connect(config={"threads": "1"}) as con:
        lay_tables(con, *PARTS)
        return execute(con, sql("ledger", "catalogue")).fetchall()


def views_fault(con: duckdb.DuckDBPyConnection) -> str:
    """The view of the auditors' copy that is another one than was laid: it would show other rows than its table has. Empty where all are as they were."""
    found, laid = (dict(rows) for rows in (execute(con, sql("ledger", "current_rows")).fetchall(), _current_rows()))
    return next((f"{name}: the view is another one than was laid" for name in sorted(found.keys() | laid.keys()) if found.get(name) != laid.get(name)), "")


@cache
def _current_rows() -> list[tuple[Any, ...]]:
    """As they read back from a file of the copy's kind: the engine writes a statement otherwise once it was stored."""
    with tempfile.TemporaryDirectory(prefix="tieout-") as place:
        path = Path(place) / "laid.duckdb"
        with connect(config={"threads": "1"}) as con:
            execute(con, sql("ledger", "publish_attach"), {"path": str(path)})
            execute(con, sql("ledger", "layout_begun"))
            lay_tables(con, "sources", "governance", "current_views")
            execute(con, sql("ledger", "layout_done"))
        with connect(path, read_only=True) as con:
            return execute(con, sql("ledger", "current_rows")).fetchall()


def _totals(sums: Sequence[Sequence[Any]]) -> dict[tuple[str, str], tuple[Decimal, int]]:
    totals: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for column, currency, total, count in sums:
        before = totals.get((column, currency), (Decimal(0), 0))
        totals[column, currency] = (before[0] + Decimal(total), before[1] + count)
    return totals


def _upright(home: Path, laid: Sequence[Laid]) -> None:
    """TamperedError where one of the segments is not what its manifest says: then the cache is not what is wrong."""
    for one in laid:
        if not (home / one.path).is_file() or file_hash(home / one.path) != one.sha256:
            raise TamperedError("the segment is missing or has other bytes than were written", where=one.path)
        if fault := _fault(home, one):
            where, _, words = fault.partition(": ")
            raise TamperedError(words, where=where)


def _fault(home: Path, one: Laid) -> str:
    if not (home / one.path).is_file():
        return ""
    try:
        found = reread(home / one.path)
    except (OSError, pa.ArrowException):
        return f"{one.path}: it cannot be read"
    said = one.says()
    names = [name for name, mine, theirs in zip(("rows", "row root", "control sums"), found, said, strict=True) if mine != theirs]
    return f"{one.manifest}: {' and '.join(names)} of {one.table} are not those of its segment {one.sha256[:12]}" if names else ""


def _differing(con: duckdb.DuckDBPyConnection, home: Path, run: Sequence[Laid], found: Sequence[Digest]) -> list[Laid]:
    """The segments whose rows lie otherwise in their table."""
    doubted = run if len(found) != len(run) else [one for one, digest in zip(run, found, strict=True) if digest != (one.row_root, one.sums)]
    return [one for one in doubted if not _as_written(con, home, one)]


def _of(con: duckdb.DuckDBPyConnection, run: Sequence[Laid], whole: bool) -> duckdb.DuckDBPyRelation:
    """The rows of segments that lie one behind the other; whole tables are read without looking for a place."""
    rows, place = con.table(run[0].table), ColumnExpression("rowid")
    return rows if whole else rows.filter((place >= ConstantExpression(run[0].start)) & (place < ConstantExpression(run[-1].start + run[-1].rows)))


def _runs(chosen: Sequence[Laid]) -> list[list[Laid]]:
    """Segments that lie one behind the other."""
    runs = [[one] for one in chosen[:1]]
    for before, one in pairwise(chosen):
        if one.start == before.start + before.rows:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _digests(rows: duckdb.DuckDBPyRelation, run: Sequence[Laid]) -> list[Digest]:
    """Row root and sums of the rows of each segment, read in one go; fewer where the rows end before, one more where there are others behind."""
    batches, held, found = iter(rows.to_arrow_reader(BATCH)), list[pa.RecordBatch](), list[Digest]()
    for one in run:
        cut: list[pa.RecordBatch] = []
        for size in [BATCH] * (one.rows // BATCH) + [one.rows % BATCH] * (one.rows % BATCH > 0):
            while sum(batch.num_rows for batch in held) < size:
                if (batch := next(batches, None)) is None:
                    return found
                held.append(batch)
            table = pa.Table.from_batches(held)
            cut += table.slice(0, size).combine_chunks().to_batches()
            held = table.slice(size).to_batches()
        found.append(described(cut))
    # The connection is free again only when everything was read.
    return [*found, ("", [])] if sum(batch.num_rows for batch in [*held, *batches]) else found


def _as_written(con: duckdb.DuckDBPyConnection, home: Path, one: Laid) -> bool:
    """The same with the columns and batches that the segment was written in: a table may have gained columns since, which are empty in older rows."""
    if not (home / one.path).is_file():
        return False
    with pq.ParquetFile(home / one.path) as file:
        names = file.schema_arrow.names
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    table = con.table(one.table).limit(one.rows, offset=one.start).to_arrow_table()
    if set(names) - set(table.column_names) or sum(sizes) != one.rows or any(table.column(n).null_count < one.rows for n in table.column_names if n not in names):
        return False
    table, starts = table.select(names), [sum(sizes[:place]) for place in range(len(sizes))]
    cut = [batch for start, size in zip(starts, sizes, strict=True) for batch in table.slice(start, size).combine_chunks().to_batches()]
    return described(cut) == (one.row_root, one.sums)
