"""The book of mappings: files that people edit, in force only once proposed and approved into the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from .errors import ApprovalError, NotFoundError, StaleError
from .log import SETTINGS, content_hash, read_manifests, seal_hash, stamp
from .mapping_files import FILES, VALIDITY, Known, read_folder
from .rows import by_name
from .segments import Segment
from .session import connect
from .sqltext import execute, lay_tables, sql
from .store import Store

COLUMNS = {name: tuple(file.columns) for name, file in FILES.items()}
# What a row is about; on one day no two rows of a file are about the same.
KEYS = {name: file.key for name, file in FILES.items()}


@dataclass(frozen=True)
class Proposal:
    """A proposed content of one mapping file, or of the sealed part of tieout.toml, and where it stands."""

    proposal_id: str
    file: str
    proposed_by: str
    added: int
    removed: int
    base_sha256: str
    content_sha256: str
    state: str
    approvers: list[str]


@dataclass(frozen=True)
class Change:
    """A file that differs from what is in force: its hash, the hash in force, and the proposal that it would be."""

    file: str
    rows: list[dict[str, str]]
    content: str
    base: str
    proposal_id: str


def in_force(store: Store) -> dict[str, tuple[str, str]]:
    """File → (proposal id, content hash) of its last approved content."""
    return {file: (proposal, content) for file, proposal, content in execute(store.con, sql("ledger", "mappings_in_force")).fetchall() if file in COLUMNS}


def base_of(store: Store, file: str) -> str:
    """Content hash in force of a mapping file or of the seal; empty where there is none."""
    return seal_hash(store.sealed()) if file == SETTINGS else in_force(store).get(file, ("", ""))[1]


def proposals(store: Store) -> list[Proposal]:
    """Every proposal: waiting, replaced by a newer one, stale (made against what is no longer in force), declined, in_force or superseded."""
    rows = execute(store.con, sql("ledger", "mapping_proposals"), {"seal": seal_hash(store.sealed())}).fetchall()
    return [Proposal(*row[:9]) for row in rows]


def book(home: Path) -> duckdb.DuckDBPyConnection:
    """Mappings, their history and the decisions as the manifests name them, in memory: needs no lock and no published copy."""
    con = connect(config={"python_enable_replacements": "false"})
    lay_tables(con, "governance")
    for body, _ in read_manifests(home):
        for segment in body["segments"]:
            if segment["table"] in ("mapping", "mapping_event"):
                rows = con.read_parquet(str(home / "ledger" / "segments" / f"{segment['sha256']}.parquet"), hive_partitioning=False)
                by_name(rows, con.table(segment["table"])).insert_into(segment["table"])
    return con


def waiting(store: Store) -> list[Proposal]:
    """Proposals that nobody has decided and whose base is still in force."""
    return [p for p in proposals(store) if p.state == "waiting"]


def mapping_sha256(store: Store) -> str:
    """One hash over everything in force."""
    return sha256("".join(f"{file}{content}" for file, (_, content) in sorted(in_force(store).items())).encode()).hexdigest()


def changes(store: Store, folder: Path, only: Sequence[str] = (), known: Known | None = None) -> list[Change]:
    """Files that differ from what is in force and do not wait yet with this very content; MappingFileError with every fault that they have."""
    if missing := set(only) - set(COLUMNS):
        raise NotFoundError("no mapping file has this name", where=sorted(missing)[0])
    now_in_force, waits = in_force(store), proposals(store)
    found = []
    for file, rows in read_folder(folder, only, known).items():
        base = now_in_force.get(file, ("", ""))[1]
        if (only and file not in only) or not (rows or base):
            continue
        if proposal_id := proposal_of(waits, file, base, content_hash(rows)):
            found.append(Change(file, rows, content_hash(rows), base, proposal_id))
    return found


def proposal_of(known: Sequence[Proposal], file: str, base: str, content: str) -> str | None:
    """Id of the proposal that this content would be; None where it is in force or waits already."""
    same = [p for p in known if (p.file, p.base_sha256, p.content_sha256) == (file, base, content)]
    if content == base or any(p.state == "waiting" for p in same):
        return None
    return sha256(f"{file}|{base}|{content}|{len(same)}".encode()).hexdigest()[:16]


def proposal_segments(store: Store, listed: Sequence[Change], actor: str, reason: str, document: str | None) -> list[Segment | None]:
    """The rows of proposals, ready for the one manifest that brings them."""
    rows, events = [], []
    for change in listed:
        old = in_force(store).get(change.file, ("", ""))[0]
        brought = execute(store.con, sql("ledger", "mapping_rows"), {"proposal_id": old}).fetchall()
        before = {key: _told(json.loads(cells), first, last) for key, cells, first, last in brought}
        after: dict[str, str] = {}
        for number, row in enumerate(change.rows, 2):
            key = " / ".join([*(row[c] for c in KEYS[change.file]), row.get("valid_from", "")])
            cells = {c: row[c] for c in COLUMNS[change.file]}
            validity = {name: row.get(name) or None for name in VALIDITY}
            after[key] = _told(cells, *validity.values())
            words = json.dumps(cells, ensure_ascii=False, sort_keys=True)
            rows.append({"proposal_id": change.proposal_id, "file": change.file, "row_no": number, "row_key": key, "cells": words, **validity})
        told = (change.proposal_id, change.file, change.base, change.content, "proposed", actor, reason, document)
        events.append(event(store, *told))
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                events.append(event(store, *told, key=key, before=before.get(key), after=after.get(key)))
    return [store.rows("mapping", rows), store.rows("mapping_event", events)]


def _told(cells: Mapping[str, str], valid_from: str | None, valid_to: str | None) -> str:
    """A row as history shows it."""
    return json.dumps({**cells, "valid_from": valid_from, "valid_to": valid_to}, ensure_ascii=False, sort_keys=True)


def event(
    store: Store,
    proposal_id: str,
    file: str,
    base: str,
    content: str,
    action: str,
    actor: str,
    reason: str,
    document: str | None,
    *,
    key: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """One row of mapping_event."""
    name = f"{proposal_id}|{action}|{actor}|{key}"
    return {
        "event_id": sha256(name.encode()).hexdigest()[:24],
        "proposal_id": proposal_id,
        "file": file,
        "row_key": key,
        "before": before,
        "after": after,
        "action": action,
        "actor": actor,
        "at": stamp(store.at),
        "reason": reason or None,
        "base_sha256": base,
        "content_sha256": content,
        "signature": document,
    }


def decidable(store: Store, proposal_id: str) -> Proposal:
    """The waiting proposal of this id; StaleError where its base is no longer in force, NotFoundError where there is nothing to decide."""
    found = next((p for p in proposals(store) if p.proposal_id == proposal_id), None)
    if found and found.state == "stale":
        raise StaleError("the file has changed since this was proposed", where=found.file, hint="Propose again: `tieout mapping propose`.")
    if found is None or found.state != "waiting":
        raise NotFoundError(f"the proposal is {found.state.replace('_', ' ')}" if found else "no proposal has this id", where=proposal_id)
    return found


def approval(found: Proposal, actor: str, people: int) -> str:
    """What an approval by this person makes of a proposal: `approved`, or `endorsed` where more people are needed; ApprovalError for the proposer."""
    if people > 1 and actor == found.proposed_by:
        raise ApprovalError(f"{actor} proposed this change and may not approve it", where=found.file)
    return "approved" if len({*found.approvers, actor}) >= people - 1 else "endorsed"
