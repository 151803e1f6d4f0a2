"""Segments: immutable Parquet files named by their hash, with page checksums, a row root and control sums."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from duckdb import ColumnExpression

from . import places
from .durable import file_hash, fsync_file, link_new
from .private import CARD
from .sqltext import needed

BATCH = 122_880
PIECE = 24_576  # rows of a batch that lie in one piece: a multiple of the writer's own step, so its bytes are those of a batch in one piece
AT_HAND = 10_000  # rows of a draft that are kept in memory too
FEW = 100  # rows that are added up here: to ask a library costs more
CONSTANT = ("file_id",)
MONEY = ("amount", "net", "total", "balance", "difference", "closing", "debit")


@dataclass(frozen=True)
class Segment:
    """One segment: its table, hash, size, rows, row root, and sums of its money column by currency ([column, currency, sum, rows])."""

    table: str
    sha256: str
    bytes: int
    rows: int
    row_root: str
    sums: list[list[Any]]

    def as_json(self) -> dict[str, Any]:
        """As a manifest carries it."""
        return asdict(self)


@dataclass(frozen=True)
class Draft:
    """A segment's bytes under a temporary name; `apart` has, per column kept out of it, each text with its least row number and its
    rows; `in_order` says whether every row number is greater than the one before; `at_hand` are the rows again where they are few; `lacking` has, per
    column that no row may leave empty and some did, the first such row number and how many there are: such a draft never becomes a segment; `marked` are
    the columns of text in which a card number stood."""

    table: str
    path: Path
    rows: int
    row_root: str
    sums: list[list[Any]]
    apart: dict[str, dict[str, tuple[int, int]]]
    in_order: bool
    at_hand: pa.Table | None = None
    lacking: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()

    def differ_in(self, key: Sequence[str]) -> bool | None:
        """Whether no two rows have the same key; None where the rows are not at hand."""
        return None if self.at_hand is None else self.at_hand.group_by(list(key), use_threads=False).aggregate([]).num_rows == self.rows


def write_segment(home: Path, table: str, rows: duckdb.DuckDBPyRelation | pa.Table, columns: list[str]) -> Segment | None:
    """Write the rows, in the order they come; None if there are none."""
    made = draft(home / "ledger" / "tmp" / f"segment-{os.getpid()}.parquet", table, rows, columns)
    if not made.rows:
        places.remove(made.path)
        return None
    return adopt(home, made)


class Readable(Protocol):
    """Rows that come in batches: a relation, or what a statement selects."""

    def to_arrow_reader(self, batch_size: int, /) -> pa.RecordBatchReader:
        """The rows, at most so many at once."""


def draft(path: Path, table: str, rows: Readable | pa.Table, columns: list[str], apart: tuple[str, ...] = ()) -> Draft:
    """Write the rows, in the order they come, to a temporary Parquet file, in batches of constant memory.

    The columns named in `apart` (text) must come last; they are not written, their distinct values are handed back.
    """
    reader = rows.combine_chunks().to_reader(BATCH) if isinstance(rows, pa.Table) else rows.to_arrow_reader(BATCH)
    if reader.schema.names != [*columns, *apart]:
        raise KeyError(f"{table}: the columns are {reader.schema.names}, not {[*columns, *apart]}")
    layout = pa.schema([field for field in reader.schema if field.name not in apart])
    constant = [name for name in CONSTANT if name in columns]
    writer = pq.ParquetWriter(str(path), layout, compression="zstd", compression_level=1, use_dictionary=constant, write_page_checksum=True, store_schema=False)
    growing = _Growing(writer, columns, apart, needed(table))
    few: pa.Table | None = reader.schema.empty_table().select(columns)
    try:
        for batch in even(reader):
            growing.add(batch)
            few = batch.select(columns) if growing.count <= AT_HAND else None
            if batch.num_rows == BATCH:
                del batch  # its room is for the next one
                pa.default_memory_pool().release_unused()
    finally:
        writer.close()
    return Draft(table, path, growing.count, growing.digest.hexdigest(), growing.sums.listed(), growing.seen, growing.in_order, few, growing.lacking, frozenset(growing.marked))


def adopt(home: Path, made: Draft) -> Segment:
    """Give a draft its final name: the hash of its bytes. The name is durable once the folder is synced, which a manifest that names it waits for."""
    if made.lacking:  # the ledger could never take it in: better now than when a manifest names it
        raise ValueError(f"{made.table}: rows without {', '.join(made.lacking)}")
    name = file_hash(made.path)
    size = made.path.stat().st_size
    fsync_file(made.path)
    link_new(made.path, home / "ledger" / "segments" / f"{name}.parquet", 0o440, sync=False)
    return Segment(made.table, name, size, made.rows, made.row_root, made.sums)


class _Growing:
    """A segment that is being written, batch by batch in row order."""

    def __init__(self, writer: pq.ParquetWriter, columns: list[str], apart: tuple[str, ...], needed: tuple[str, ...]):
        self.writer, self.columns = writer, columns
        self.count, self.last, self.in_order = 0, -1, "row_no" in columns
        self.digest, self.sums = sha256(), _Sums(columns)
        self.seen: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in apart}
        self.needed, self.lacking = needed, dict[str, tuple[int, int]]()
        self.marked = set[str]()

    def add(self, batch: pa.Table) -> None:
        if not batch.num_rows:
            return
        for name, seen in self.seen.items():
            _note(seen, batch, name)
        if self.in_order:
            numbers = batch.column("row_no")
            self.in_order = numbers.null_count == 0 and numbers[0].as_py() > self.last and (len(numbers) == 1 or pc.all(pc.greater(numbers[1:], numbers[:-1])).as_py())
            self.last = numbers[-1].as_py()
        for name in self.needed:
            if empty := batch.column(name).null_count:
                first, count = self.lacking.get(name, (_first_empty(batch, name), 0))
                self.lacking[name] = (first, count + empty)
        batch = batch.select(self.columns)
        self.marked |= {name for name in self.columns if name not in CONSTANT and pa.types.is_string(batch.schema.field(name).type) and _holds(batch.column(name), CARD)}
        self.digest.update(batch_digest(batch))
        self.sums.add(batch)
        self.writer.write_table(batch)
        self.count += batch.num_rows


def _holds(column: pa.ChunkedArray, text: str) -> bool:
    """Whether a text stands in a column, perhaps across the end of a value."""
    return any(text.encode() in bytes(_bytes(piece)) for piece in column.chunks)


def _first_empty(batch: pa.Table, name: str) -> int:
    """The least row number of a row without a value there; 0 where rows have no numbers."""
    return int(pc.min(batch.column("row_no").filter(batch.column(name).is_null())).as_py() or 0) if "row_no" in batch.schema.names else 0


def _note(seen: dict[str, tuple[int, int]], batch: pa.Table, name: str) -> None:
    """Count the texts of a column, each with the least row number that it stands in."""
    column = batch.column(name)
    if column.null_count == len(column):
        return
    found = pa.table({"text": column, "row": batch.column("row_no")}).group_by("text").aggregate([("row", "min"), ("row", "count")])
    for row in found.to_pylist():
        if row["text"] is not None:
            first, count = seen.get(row["text"], (row["row_min"], 0))
            seen[row["text"]] = (min(first, row["row_min"]), count + row["row_count"])


def even(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in batches of 122,880, whatever they come in: rows that stream from Arrow keep the batches of their source, and the row root is over these.

    A batch lies in pieces, each copied once at most: to lay it out in one would need its room twice.
    """
    whole: list[pa.RecordBatch] = []
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        while count + batch.num_rows >= PIECE:
            held.append(batch.slice(0, PIECE - count))
            batch = batch.slice(PIECE - count)
            whole.append(pa.concat_batches(held) if len(held) > 1 else held[0])
            held, count = [], 0
            if len(whole) * PIECE == BATCH:
                full, whole = [pa.Table.from_batches(whole)], []
                yield full.pop()
        if batch.num_rows:
            held.append(batch)
            count += batch.num_rows
    if held:
        whole.append(pa.concat_batches(held) if len(held) > 1 else held[0])
    if whole:
        yield pa.Table.from_batches(whole)


def batch_digest(batch: pa.RecordBatch | pa.Table) -> bytes:
    """Digest of up to 122,880 rows, independent of the Parquet writer.

    For every column in order: its name and type, a byte per row that is 1 where there is a value, then the values. Text: the lengths as
    32-bit integers, then the bytes one after the other. Everything else: the fixed-width little-endian values (decimals as their unscaled
    128-bit integer, moments as 64-bit microseconds, dates as 32-bit days, booleans as a byte). NULL is zero, or the empty text.
    The row root is the sha256 over the digests in row order.
    """
    digest = sha256()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        digest.update(f"{name}\x00{column.type}\x00".encode())
        pieces = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        if column.null_count == len(column):  # as most columns of a small table: nothing but zeros, which need not be worked out
            digest.update(bytes(len(column) * (1 + _width(column.type))))
            continue
        for piece in pieces:
            digest.update(_fixed(piece.is_valid().cast(pa.uint8())) if piece.null_count else b"\x01" * len(piece))
        if pa.types.is_string(column.type):
            pieces = [pc.fill_null(piece, "") if piece.null_count else piece for piece in pieces]
            for piece in pieces:
                digest.update(_fixed(pc.binary_length(piece)))
            for piece in pieces:
                digest.update(_bytes(piece))
            continue
        nothing = pa.scalar(Decimal(0) if pa.types.is_decimal(column.type) else 0, pa.uint8() if pa.types.is_boolean(column.type) else column.type)
        for piece in pieces:
            values = piece.cast(pa.uint8()) if pa.types.is_boolean(piece.type) else piece
            digest.update(_fixed(pc.fill_null(values, nothing) if values.null_count else values))
    return digest.digest()


def _width(kind: pa.DataType) -> int:
    """How many bytes the digest has of a NULL beside the one that says so: of a text its length."""
    return 4 if pa.types.is_string(kind) else 1 if pa.types.is_boolean(kind) else int(kind.bit_width) // 8


def _fixed(values: pa.Array) -> memoryview:
    """The bytes of an array of fixed width without NULLs."""
    width = values.type.bit_width // 8
    return memoryview(values.buffers()[1])[width * values.offset : width * (values.offset + len(values))]


def _bytes(text: pa.StringArray) -> memoryview:
    """The texts of an array one after the other."""
    _, offsets, data = text.buffers()
    at = memoryview(offsets).cast("i")
    return memoryview(data if data is not None else b"")[at[text.offset] : at[text.offset + len(text)]]


def described(batches: Iterable[pa.RecordBatch | pa.Table]) -> tuple[str, list[list[Any]]]:
    """Row root and control sums of rows that come in the batches they were digested in."""
    digest, sums = sha256(), None
    for batch in batches:
        sums = sums or _Sums(batch.schema.names)
        digest.update(batch_digest(batch))
        sums.add(batch)
    return digest.hexdigest(), sums.listed() if sums else []


def reread(path: Path) -> tuple[int, str, list[list[Any]]]:
    """Rows, row root and control sums of a segment, from its own bytes: one batch was written as one row group."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        groups = (file.read_row_group(number) for number in range(file.num_row_groups))
        return int(file.metadata.num_rows), *described(batch for group in groups for batch in group.combine_chunks().to_batches())


def sums_of(rows: duckdb.DuckDBPyRelation) -> list[list[Any]]:
    """Control sums of rows of a table, as a segment of all of them would have them."""
    sums = _Sums(rows.columns)
    if sums.column is None:
        return []
    for batch in rows.project(*(ColumnExpression(name) for name in (sums.column, "currency") if name in rows.columns)).to_arrow_reader(BATCH):
        sums.add(batch)
    return sums.listed()


class _Sums:
    """Control sums of a segment's money column, by currency."""

    def __init__(self, columns: list[str]):
        self.column = next((c for c in MONEY if c in columns), None)
        self.by_currency = "currency" in columns
        self.found: dict[str, tuple[Any, int]] = {}

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        if self.column is None:
            return
        values = batch.column(batch.schema.get_field_index(self.column))
        if not pa.types.is_decimal(values.type):
            return
        names = batch.column(batch.schema.get_field_index("currency")) if self.by_currency else pa.array([""] * len(values))
        values = values.cast(pa.decimal128(38, 4))
        if len(values) <= FEW:
            for name, value in zip(names.to_pylist(), values.to_pylist(), strict=True):
                total, count = self.found.get(name or "", (0, 0))
                self.found[name or ""] = (total + (value or 0), count + (value is not None))
            return
        table = pa.table({"c": names, "v": values}).group_by("c", use_threads=len(values) > AT_HAND).aggregate([("v", "sum"), ("v", "count")])
        for row in table.to_pylist():
            total, count = self.found.get(row["c"] or "", (0, 0))
            self.found[row["c"] or ""] = (total + (row["v_sum"] or 0), count + row["v_count"])

    def listed(self) -> list[list[Any]]:
        return [[self.column, name, f"{total:f}" if total else "0.0000", count] for name, (total, count) in sorted(self.found.items())]
