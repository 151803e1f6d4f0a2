"""Segments: immutable Parquet files named by their hash, with page checksums, a row root and control sums."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .durable import fsync_file, link_new

BATCH = 122_880
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


def write_segment(home: Path, table: str, rows: duckdb.DuckDBPyRelation, columns: list[str]) -> Segment | None:
    """Write the rows, in the order they come; None if there are none."""
    if rows.columns != columns:
        raise KeyError(f"{table}: the columns are {rows.columns}, not {columns}")
    temporary = home / "ledger" / "tmp" / f"segment-{os.getpid()}.parquet"
    reader = rows.to_arrow_reader(BATCH)
    count, digest, sums = 0, sha256(), _Sums(columns)
    writer = pq.ParquetWriter(str(temporary), reader.schema, compression="zstd", compression_level=3, write_page_checksum=True, store_schema=False)
    try:
        for batch in reader:
            if batch.num_rows:
                digest.update(batch_digest(batch))
                sums.add(batch)
                writer.write_batch(batch)
                count += batch.num_rows
    finally:
        writer.close()
    if not count:
        temporary.unlink()
        return None
    name = file_hash(temporary)
    size = temporary.stat().st_size
    fsync_file(temporary)
    link_new(temporary, home / "ledger" / "segments" / f"{name}.parquet", 0o440)
    return Segment(table, name, size, count, digest.hexdigest(), sums.listed())


def batch_digest(batch: pa.RecordBatch) -> bytes:
    """Digest of up to 122,880 rows, independent of the Parquet writer.

    For every column in order: its name, then the lengths and the bytes of the rows' canonical texts (decimals at declared scale,
    UTC with microseconds, `true`/`false`), NULL having length -1. The row root is the sha256 over the digests in row order.
    """
    digest = sha256()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        text = column if pa.types.is_string(column.type) else column.cast(pa.string())
        digest.update(name.encode() + b"\x00")
        lengths = pc.fill_null(pc.binary_length(text), -1).cast(pa.int32())
        digest.update(memoryview(lengths.buffers()[1])[4 * lengths.offset : 4 * (lengths.offset + len(lengths))])
        digest.update(_bytes(pc.fill_null(text, "")))
    return digest.digest()


def _bytes(text: pa.StringArray) -> memoryview:
    """The texts of an array one after the other."""
    _, offsets, data = text.buffers()
    at = memoryview(offsets).cast("i")
    return memoryview(data if data is not None else b"")[at[text.offset] : at[text.offset + len(text)]]


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, hex."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


class _Sums:
    """Control sums of a segment's money column, by currency."""

    def __init__(self, columns: list[str]):
        self.column = next((c for c in MONEY if c in columns), None)
        self.by_currency = "currency" in columns
        self.found: dict[str, tuple[Any, int]] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        if self.column is None:
            return
        values = batch.column(batch.schema.get_field_index(self.column))
        if not pa.types.is_decimal(values.type):
            return
        names = batch.column(batch.schema.get_field_index("currency")) if self.by_currency else pa.array([""] * len(values))
        table = pa.table({"c": names, "v": values.cast(pa.decimal128(38, 4))}).group_by("c").aggregate([("v", "sum"), ("v", "count")])
        for row in table.to_pylist():
            total, count = self.found.get(row["c"] or "", (0, 0))
            self.found[row["c"] or ""] = (total + (row["v_sum"] or 0), count + row["v_count"])

    def listed(self) -> list[list[Any]]:
        return [[self.column, name, f"{total:f}" if total else "0.0000", count] for name, (total, count) in sorted(self.found.items())]
