"""The auditors' copy: every table of the books with comments on every column, swapped in atomically."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from . import note, places
from .cache import APPENDED, schema_hash
from .durable import copied, file_hash, fsync_dir, fsync_file
from .errors import TamperedError
from .failpoints import failpoint
from .layout import MEANINGS, empty_copy
from .log import manifest_path, stamp
from .rows import relation as rows_relation
from .sqltext import execute, schema, sql
from .store import Store

DERIVED_SCHEMA = "fact"
ANEW = "Keep it where you need it as evidence, then `tieout audit publish` writes it again from the ledger."


@dataclass(frozen=True)
class Made:
    """What a rule said when the copy was written: the stamp of its text and of everything that it read, its kind, how many rows it gave, and a sum of these."""

    stamp: str
    kind: str
    rows: int
    content: str = ""


def publish(store: Store, *, books: str, environment: str, comments: Mapping[str, str], made: Mapping[str, Made], taken: Set[str], kept: Set[str]) -> Path:
    """Build audit/audit.duckdb beside the old one and swap it; open readers keep the old file undisturbed.

    What only ever grows is added to a copy of the last published file, where that is still the file that was published; facts that are `kept` stay in it as they are,
    those that were `taken` from it among them, and everything else is written anew. `comments` names the facts to publish, with what each is; `made` is noted for `made_of`.
    """
    con = store.con
    building = store.home / "audit" / ".tmp-audit.duckdb"
    places.remove(building)
    facts = [row for row in execute(con, sql("ledger", "fact_columns")).fetchall() if row[0] in comments]
    # by this the next publishing knows whether the copy has its tables: their statements, the columns of the facts, the words on them
    tables = sha256(json.dumps([schema_hash(), sql("ledger", "publish_attach"), facts, dict(comments), MEANINGS], sort_keys=True).encode()).hexdigest()
    since = _carried_over(store, building, tables)
    if not since:
        building.write_bytes(empty_copy(tuple(facts), tuple(comments.items())))
    execute(con, sql("ledger", "publish_attach"), {"path": str(building)})
    try:
        con.execute("USE pub")
        appended = set(APPENDED.findall(schema("triggers")))
        if since:
            _add(store, since, appended)
        empty = set(execute(con, sql("ledger", "empty_tables")).fetchall())
        for name in (row[0] for row in execute(con, sql("ledger", "publish_tables")).fetchall()):
            if name in comments or ("ledger.main", name) in empty or (since and name in appended):
                continue
            _fill(store, name, books, environment)
        for name in (name for name in comments if not (since and name in kept)):
            if ("pub.main", name) not in empty:
                empty_fact(store, name)
            if ("fact.main", name) not in empty:
                add_rows(con, (con.view if name in taken else con.table)(f"fact.main.{name}"), f"pub.main.{name}")
        con.execute("USE ledger")
        con.execute("CHECKPOINT pub")
    finally:
        con.execute("USE ledger")
        con.execute("DETACH pub")
    places.mode(building, 0o440)
    fsync_file(building)
    failpoint("publish.before_swap")
    final = store.home / "audit" / "audit.duckdb"
    state = _state(store, file_hash(building), tables) | {"made": [{"name": name, **asdict(one)} for name, one in made.items()]}
    # The note comes first and knows both files: killed at any moment, the one that lies there is one that was published.
    note.write(store.home, [*(one for one in note.noted(store.home) if one["sha256"] != state["sha256"]), state])
    failpoint("publish.noted")
    places.move(building, final)
    fsync_dir(final.parent)
    failpoint("publish.swapped")
    note.write(store.home, [state])
    return final


def made_of(store: Store) -> dict[str, Made]:
    """What the rules said, in their order, when the copy that lies there was written; nothing where that is not known or the copy is not of these manifests."""
    final, known = store.home / "audit" / "audit.duckdb", note.noted(store.home)
    if len(known) != 1 or not places.is_file(final) or not _follows(store, known[0]):
        return {}
    try:
        return {one["name"]: Made(**{key: value for key, value in one.items() if key != "name"}) for one in known[0]["made"]}
    except (KeyError, TypeError, AttributeError):
        return {}


def attach_last(store: Store) -> None:
    """Attach the copy as it was published last, as `last`."""
    execute(store.con, sql("ledger", "attach_last"), {"path": str(store.home / "audit" / "audit.duckdb")})


def _fill(store: Store, name: str, books: str, environment: str) -> None:
    """All rows of one table."""
    if name == "log_head":
        head = store.head()
        row = {"size": head.size, "root": head.root, "head": head.head, "environment": environment, "books": books, "at": head.at or stamp(store.at)}
        rows_relation(store.con, "pub.main.log_head", [row]).insert_into("pub.main.log_head")
        return
    add_rows(store.con, store.con.table(f"ledger.main.{name}"), f"pub.main.{name}")


def add_rows(con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, table: str) -> None:
    """Insert rows by the names of their columns, which are the table's in any order: by position, a column moved in a definition would fill another one."""
    names = con.table(table).columns
    if sorted(names) != sorted(rows.columns):
        raise KeyError(f"{table} has the columns {names}, its rows {rows.columns}")
    (rows if names == rows.columns else rows.project(*(ColumnExpression(name) for name in names))).insert_into(table)


def _state(store: Store, digest: str, tables: str) -> dict[str, Any]:
    """By what the next publishing knows the file that this one leaves, and which tables it has."""
    head = store.head()
    return {"size": head.size, "head": head.head, "sha256": digest, "tables": tables}


def _carried_over(store: Store, building: Path, tables: str) -> int:
    """Copy the last published file, and say how much of the log it holds; 0, and no copy, where nothing is known of it. TamperedError where it is not as it was published."""
    final, known = store.home / "audit" / "audit.duckdb", note.noted(store.home)
    if not known or not places.is_file(final):
        return 0
    copied(final, building)
    digest = file_hash(building)
    state = next((one for one in known if one["sha256"] == digest), None)
    if state is None:
        places.remove(building)
        raise TamperedError("other bytes than were published", where="audit/audit.duckdb", hint=ANEW)
    if _follows(store, state) and state["tables"] == tables:
        return int(state["size"])
    places.remove(building)
    return 0


def _follows(store: Store, state: Mapping[str, Any]) -> bool:
    """Whether the log goes on from the one that was published."""
    size = int(state["size"])
    return 0 < size <= store.head().size and sha256(manifest_path(store.home, size - 1).read_bytes()).hexdigest() == state["head"]


def _add(store: Store, since: int, appended: set[str]) -> None:
    """Add the rows of the manifests from `since` on to the tables that only grow, and empty those that are made anew."""
    con = store.con
    segments: dict[str, list[str]] = defaultdict(list)
    for seq in range(since, store.head().size):
        for segment in json.loads(manifest_path(store.home, seq).read_bytes())["segments"]:
            segments[segment["table"]].append(str(store.home / "ledger" / "segments" / f"{segment['sha256']}.parquet"))
    con.execute(schema("publish_anew"))
    for table in sorted(segments.keys() & appended):
        for path in segments[table]:
            add_rows(con, con.read_parquet(path, hive_partitioning=False), f"pub.main.{table}")
    add_rows(con, con.table("ledger.main.log_leaf").filter(ColumnExpression("seq") >= ConstantExpression(since)), "pub.main.log_leaf")


def empty_fact(store: Store, table: str) -> None:
    """Take the rows of the last night out of a fact's table; DDL takes no parameters, so the name is quoted."""
    store.con.execute('DELETE FROM pub.main."' + table.replace('"', '""') + '"')
