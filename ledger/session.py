"""Opens DuckDB: every session of the product is planned alike, and no plan of it rests on a step that is known to answer wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

# DuckDB 2.0.1 answers an aggregate over a LIMIT, and so an EXISTS that names nothing outside of itself, from the statistics of the table below
# (docs/decisions/0017-plans-of-the-engine.md).
STEADY = {"disabled_optimizers": "statistics_propagation"}
FEW = 128 << 20  # the second thread takes an eighth more CPU seconds there and hardly less time: it waits at the end of each of hundreds of short statements


def threads(size: int) -> str:
    """How many threads a session on so many bytes has: on few, a second one costs more than it gives."""
    return "1" if size < FEW else "2"


def connect(path: Path | str = ":memory:", *, read_only: bool = False, config: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """A session on this file, or in memory."""
    return duckdb.connect(str(path), read_only=read_only, config={**STEADY, **(config or {})})
