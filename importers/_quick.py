"""Which files Polars reads: those of more than a few thousand rows, however long they are. Smaller ones cost the strict reader as little, and the import of Polars more than ten of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from ._probe import Probe
from ._records import NotPlainError
from ._staging import SMALL

if TYPE_CHECKING:
    from ._frames import Frames
    from ._kit import Context, CsvImporter, Parsed

# what rows that stream raise, whatever stopped them; a fault of our own SQL is none of them
GIVEN_UP = (NotPlainError, duckdb.InvalidInputException, duckdb.IOException, pa.ArrowException, OSError)
SECRET = {"keyed_text", "keyed_digits"}  # macros that need the secret of the books, which only their own session has


def frames_of(importer: CsvImporter, probe: Probe, needed: Sequence[str], filled: Sequence[str] = ()) -> Frames | None:
    """What reads the file; None where its records are looked at as such, a column needs the books' secret, or nothing would be won."""
    macros = [column.macro for lands in importer.landed() for column in lands.declared().values()]
    if importer.keeps_raw or SECRET.intersection(macros) or not macros or probe.path.stat().st_size < SMALL:
        return None
    from ._frames import Frames

    return Frames(probe, needed, filled)


def left_if_broken(probe: Probe, broken: Mapping[str, object]) -> None:
    """A file that Polars reads is given up where a row breaks its contract: only the strict reader has the cell, to say which."""
    if probe.frames and broken:
        raise NotPlainError("a row breaks its contract")


def quickly(
    frames: Frames | None, stage: Callable[[duckdb.DuckDBPyConnection, Probe, Context], Parsed], con: duckdb.DuckDBPyConnection, probe: Probe, context: Context
) -> Parsed | None:
    """The file read by Polars. None where the strict reader is to read it from its start, which also has the word where the file is refused."""
    if frames is None:
        return None
    probe.frames = frames
    pa.set_memory_pool(pa.system_memory_pool())  # batches are freed in another order than they were made, so a pool would keep the room of most of them
    try:
        return stage(con, probe, context)
    except (FileRefusedError, *GIVEN_UP):
        con.execute(sql("importers", "fresh_stage"))
        return None
    finally:
        probe.frames = None
