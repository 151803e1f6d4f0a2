"""The DuckDB cache: it follows the manifests, and is made anew from the segments whenever it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from . import places
from .durable import file_hash
from .errors import CacheBusyError, TamperedError
from .rows import by_name, layout
from .session import connect, threads
from .sqltext import execute, lay_tables, named, schema, sql

PARTS = ("sources", "judgement", "books", "governance", "cache", "current_views", "triggers")
APPENDED = re.compile(r"^CREATE TRIGGER (\w+)_no_update", re.MULTILINE)
CONFIG = {
    "memory_limit": "1GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}


def open_cache(home: Path, size: int, holds: Callable[[int, str], bool], place: Callable[[Path, int], Path]) -> duckdb.DuckDBPyConnection:
    """The cache, brought up to `size` manifests (`place` says where each lies); rebuilt where `holds` does not know its head, where its tables are
    others, or where it is damaged: no loss, the segments are the truth. CacheBusyError where another program has it open."""
    path = home / "ledger" / "ledger.duckdb"
    log = places.look(path.with_name("ledger.duckdb.wal"))
    con = _existing(path, holds) if places.is_file(path) and not (log and log.strange) else None
    if con is not None:
        try:
            return _caught_up(con, home, size, place)
        except duckdb.Error:
            con.close()
    discard_cache(home)
    con = _connect(path, "2" if size > 1 else "1")
    lay_tables(con, *PARTS)
    return _caught_up(con, home, size, place)


def discard_cache(home: Path) -> None:
    """Remove the cache: no loss, the next opening makes it again from the segments."""
    for name in ("ledger.duckdb", "ledger.duckdb.wal"):
        places.remove(home / "ledger" / name)


def _caught_up(con: duckdb.DuckDBPyConnection, home: Path, size: int, place: Callable[[Path, int], Path]) -> duckdb.DuckDBPyConnection:
    """The cache with the manifests that it lacks."""
    state = execute(con, sql("ledger", "cache_state")).fetchall()
    for seq in range(int(state[0][0]) if state else 0, size):
        data = place(home, seq).read_bytes()
        body = json.loads(data)
        # A flipped bit in Parquet is read as other data, silently.
        for path in (home / "ledger" / "segments" / f"{segment['sha256']}.parquet" for segment in body["segments"]):
            if not path.exists() or file_hash(path) != path.stem:
                raise TamperedError("the segment is missing or has other bytes than were written", where=f"ledger/segments/{path.name}")
        apply_manifest(con, home, body, data)
    return con


def _connect(path: Path, hands: str) -> duckdb.DuckDBPyConnection:
    con = connect(path, config={**CONFIG, "threads": hands, "temp_directory": str(path.with_name("tmp"))})
    execute(con, sql("ledger", "session"))
    return con


def _existing(path: Path, holds: Callable[[int, str], bool]) -> duckdb.DuckDBPyConnection | None:
    """The cache as it lies there; None where it is damaged, is no prefix of the manifests or has other tables."""
    con = None
    try:
        con = _connect(path, threads(path.stat().st_size))
        state = execute(con, sql("ledger", "cache_state")).fetchall()
        if state and state[0][2] == schema_hash() and state[0][0] and holds(state[0][0], state[0][1]):
            return con
    except duckdb.IOException as error:
        if "Could not set lock" in str(error):
            holder = re.search(r"PID (\d+)", str(error))
            raise CacheBusyError(f"process {holder[1] if holder else 'unknown'} has it open", where="ledger/ledger.duckdb") from None
    except duckdb.Error:
        pass
    if con is not None:
        con.close()
    return None


def apply_manifest(con: duckdb.DuckDBPyConnection, home: Path, body: Mapping[str, Any], data: bytes) -> None:
    """One manifest into the cache, in one transaction."""
    con.begin()
    try:
        for segment in body["segments"]:
            path = home / "ledger" / "segments" / f"{segment['sha256']}.parquet"
            if pq.read_schema(path).names == list(layout(con, segment["table"])):
                execute(con, named(sql("ledger", "cache_segment"), table=segment["table"]), {"path": str(path)})
            else:
                by_name(con.read_parquet(str(path), hive_partitioning=False), con.table(segment["table"])).insert_into(segment["table"])
        leaf = {name: body[name] for name in ("seq", "kind", "key", "run", "prev")} | {"moment": body["at"], "head": sha256(data).hexdigest()}
        execute(con, sql("ledger", "cache_leaf"), leaf)
        execute(con, sql("ledger", "cache_advance"), {"size": body["seq"] + 1, "head": leaf["head"], "schema": schema_hash()})
        con.commit()
    except BaseException:
        con.rollback()
        raise


@cache
def schema_hash() -> str:
    """Which tables the cache has: another hash, and it is rebuilt."""
    return sha256("".join(schema(part) for part in PARTS).encode()).hexdigest()
