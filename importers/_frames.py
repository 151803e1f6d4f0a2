"""Typed rows by Polars: the declared columns of a plain CSV file, batch by batch, as Arrow for the statements that finish a table.

What comes out is what `typed_rows` makes of the same file. A text that no translation is sure of goes through the macro of its column; a file of
which anything is doubtful is given up (NotPlainError), and the strict reader has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow as pa
from duckdb import ConstantExpression

from ._framed import Table
from ._probe import Probe
from ._records import PIECE, NotPlainError, Plain
from ._steps import Steps
from ._translated import is_blank
from ._typed import feed_columns

if TYPE_CHECKING:
    from ._kit import Context, Lands

BATCH = 2  # pieces of a file that are typed at once
NEWEST = pl.CompatLevel.newest()


class _Stream:
    """Frames as Arrow, made anew each time that they are asked for."""

    def __init__(self, schema: pa.Schema, frames: Callable[[], Iterator[pl.DataFrame]]):
        self.schema, self.frames = schema, frames

    def __arrow_c_schema__(self) -> object:
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        batches = (batch for frame in self.frames() for batch in frame.to_arrow(compat_level=NEWEST).to_batches())
        return pa.RecordBatchReader.from_batches(self.schema, batches).__arrow_c_stream__(requested_schema)


class Frames:
    """A plain CSV file. Of the columns `filled` a record has one, else it is none: the further rows of a list in Odoo's exports."""

    def __init__(self, probe: Probe, needed: Sequence[str], filled: Sequence[str] = ()):
        self.plain = Plain(probe.path, len(probe.columns), probe.delimiter)
        self.layout = dict.fromkeys(probe.columns, pl.String)
        self.delimiter, self.needed, self.filled = probe.delimiter, list(needed), filled
        self.held: list[pl.DataFrame] | None = None
        self.numbers: list[pl.Series | range] = []

    def typed(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context, lands: type[Lands]) -> Steps:
        """The declared columns typed, `row_no` and `broken`, as `typed_rows` gives them."""
        tables = [Table(probe, context, lands, number) for number in lands.every or (0,)]
        tables = [table for table in tables if table.counts()] or tables[:1]  # a copy whose column the file lacks has no row
        if any(table.absent.keys() != tables[0].absent.keys() for table in tables):
            raise NotPlainError("numbered columns of which only some are there")

        names = list(dict.fromkeys(name for table in tables for name in table.inputs))

        def rows() -> Iterator[pl.DataFrame]:
            for text in self.text(names):
                yield pl.concat([table.rows(text) for table in tables]) if len(tables) > 1 else tables[0].rows(text)

        empty = tables[0].rows(pl.DataFrame(schema={"row_no": pl.Int64, **dict.fromkeys(self.needed, pl.String)}))
        absent = [ConstantExpression(column.absent).cast(column.type).alias(name) for name, column in tables[0].absent.items()]
        return Steps.of(con, self._relation(con, empty, rows)).beside(*feed_columns(context), *absent)

    def records(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """`row_no` of every record, once a table has been read."""
        return self._relation(con, pl.DataFrame(schema={"row_no": pl.Int64}), lambda: (pl.DataFrame({"row_no": pl.Series(n, dtype=pl.Int64)}) for n in self.numbers))

    def _relation(self, con: duckdb.DuckDBPyConnection, empty: pl.DataFrame, frames: Callable[[], Iterator[pl.DataFrame]]) -> duckdb.DuckDBPyRelation:
        return con.from_arrow(_Stream(empty.to_arrow(compat_level=NEWEST).schema, frames))

    def text(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of every record, as text with `row_no`. Of a file of one batch all are read at once, and stay at hand for its further tables."""
        if self.held is not None:
            yield from self.held
            return
        short = self.plain.path.stat().st_size <= BATCH * PIECE
        wanted = self.needed if short else list(dict.fromkeys((*names, *self.filled)))
        seen: list[pl.Series | range] = []
        held: list[pl.DataFrame] = []
        following = 2
        for data in self._batches():
            read = pl.scan_csv(data, separator=self.delimiter, has_header=False, schema=self.layout, null_values="").select(wanted).collect()
            numbers: pl.Series | range = range(following, following + read.height)
            frame = read.select(pl.int_range(following, following + pl.len(), dtype=pl.Int64).alias("row_no"), pl.all())
            following += read.height
            if self.filled and all(read.select(is_blank(pl.col(name)).any()).item() for name in self.filled):
                frame = frame.filter(~pl.all_horizontal(is_blank(pl.col(name)) for name in self.filled))
                numbers = frame["row_no"]
            seen.append(numbers)
            held += [frame] if short else []
            yield frame
        self.numbers, self.held = seen, held if short else None

    def _batches(self) -> Iterator[bytes]:
        pieces = self.plain.pieces()
        while some := list(islice(pieces, BATCH)):
            if data := b"".join(some):
                yield data
