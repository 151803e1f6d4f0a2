"""Refused files: into dead-letters/ with the reason beside each, and out again when people have decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ledger import on_disk, places
from ledger.durable import folder as make_folder
from ledger.durable import fsync_dir, replace
from ledger.errors import FileRefusedError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.on_disk import REASON, dead_name
from ledger.private import masked, shown
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.remote.names import delivered_as

from . import watching


@dataclass(frozen=True)
class Refused:
    """A refused file: feed/name, code, what is wrong, where, and what to do."""

    name: str
    code: str
    reason: str
    row: int | None
    column: str | None
    remedy: str


def refusals(store: Store, run_id: str | None) -> list[dict[str, Any]]:
    """The rows of the files that a run refused, in order."""
    cursor = execute(store.con, sql("tieout", "refusals"), {"run_id": run_id})
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def refuse(store: Store, feed_name: str, name: str, path: Path, file_id: str, error: FileRefusedError, known: Mapping[str, Any] | None = None) -> None:
    """Move the file to dead-letters/ with its reason beside it; `known` is what the letter says beside the fault."""
    row = {
        "file_id": file_id,
        "feed": feed_name,
        "name": name,
        "code": error.code,
        "reason": masked(error.message),
        "row_no": error.row,
        "column_name": error.column,
        "hint": error.hint,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
        "state": "waiting",
        **(known or {}),
    }
    store.commit(
        "quarantine",
        f"refused:{file_id}:{error.code}:{feed_name}/{name}:{store.run_id}",
        [store.rows("dead_letter", [row])],
        source={"sha256": file_id, "name": name, "feed": feed_name, "code": error.code},
    )
    failpoint("refuse.committed")
    put_aside(store, path, row)


def put_aside(store: Store, path: Path, row: Mapping[str, Any]) -> None:
    """Move a refused file to dead-letters/ with its reason beside it."""
    final = write_reason(store.home, row)
    failpoint("refuse.reason")
    places.mode(path, 0o600)
    places.move(path, final)
    fsync_dir(final.parent)
    failpoint("refuse.moved")


def write_reason(home: Path, row: Mapping[str, Any]) -> Path:
    """Why a file waits, as dead-letters/<feed>/<name>.reason.json; where the file itself goes."""
    reason = {
        "file": row["name"],
        "feed": row["feed"],
        "sha256": row["file_id"],
        "code": row["code"],
        "reason": row["reason"],
        "row": row["row_no"],
        "column": row["column_name"],
        "remedy": row["hint"],
        "run": row["run_id"],
    }
    final = make_folder(places.below(home / "dead-letters", row["feed"])) / dead_name(row["file_id"], row["name"])
    replace(final.with_name(final.name + REASON), (json.dumps(reason, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    return final


def restore(store: Store) -> None:
    """Write the reason of every file that waits where somebody took it away: by it people find the file, or that it is gone."""
    if store.named.refused:
        cursor = execute(store.con, sql("tieout", "waiting_dead_letters"))
        names = [d[0] for d in cursor.description or []]
        for row in (dict(zip(names, values, strict=True)) for values in cursor.fetchall()):
            if places.look(store.home / "dead-letters" / row["feed"] / f"{dead_name(row['file_id'], row['name'])}{REASON}") is None:
                write_reason(store.home, row)


def tell_changed(store: Store) -> None:
    """Say on standard error which waiting file somebody changed or took away. The night goes on: nothing of what waits is in the books."""
    for fault in on_disk.dead_faults(store.home, store.named):
        watching.log(store.home, "dead_letter.changed", said=fault)
        click.echo(f"tieout: {shown(fault)}", err=True)


def settle(store: Store) -> None:
    """Move what people have decided about: a replayed file into its inbox, a discarded one out of sight. Again is a no-op; a crash between leaves it to the next run."""
    decided = {(row[0], row[1], row[2]): row[3] for row in execute(store.con, sql("tieout", "dead_letter_states")).fetchall()}
    for reason in reasons(store.home):
        body = json.loads(places.read(reason))
        state = decided.get((body["sha256"], body["feed"], body["file"]), "waiting")
        path = reason.with_name(reason.name.removesuffix(REASON))
        if state == "landed":
            if places.is_file(path):
                places.move(path, places.below(make_folder(places.below(store.home / "inbox", body["feed"])), delivered_as(body["file"])))
            failpoint("replay.moved")
            places.remove(reason)
        elif state == "discarded":
            folder = make_folder(store.home / "dead-letters" / ".discarded")
            if places.is_file(path):
                places.move(path, folder / path.name)
            failpoint("discard.moved")
            places.move(reason, folder / reason.name)


def reasons(home: Path) -> list[Path]:
    """The reasons of all files that wait in dead-letters/; what is a link there is not looked at."""
    folders = [entry.path for entry in places.entries(home / "dead-letters") if entry.is_folder and not entry.path.name.startswith(".")]
    return [entry.path for folder in folders for entry in places.entries(folder) if entry.path.name.endswith(REASON) and not entry.strange]
