"""The book of mappings: files that people edit, in force only once proposed and approved into the ledger."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from .errors import ApprovalError, MappingFileError, NotFoundError
from .sqltext import sql
from .store import Store, stamp

COLUMNS = {
    "entities": ("entity", "name", "country", "base_currency", "odoo_company", "time_zone"),
    "stores": ("store", "entity", "platform", "time_zone", "currency", "taxes_included"),
    "processor_accounts": ("account", "processor", "entity", "currency", "bank_account"),
    "bank_accounts": ("bank_account", "entity", "currency", "iban_or_number"),
    "gateways": ("store", "gateway", "account"),
    "accounts": ("entity", "role", "qualifier", "odoo_account", "odoo_journal"),
    "taxes": ("entity", "source_tax", "odoo_tax", "rate", "jurisdiction"),
    "fee_schedules": ("account", "method", "card_origin", "percent", "fixed", "currency"),
    "tolerances": ("rule", "parameter", "value", "entity"),
    "calendars": ("calendar", "date", "is_business_day"),
    "ownership": ("domain", "field", "system_of_record"),
    "policies": ("entity", "policy", "value"),
}
KEYS = {
    "entities": 1,
    "stores": 1,
    "processor_accounts": 1,
    "bank_accounts": 1,
    "gateways": 2,
    "accounts": 3,
    "taxes": 2,
    "fee_schedules": 3,
    "tolerances": 2,
    "calendars": 2,
    "ownership": 2,
    "policies": 2,
}
VALIDITY = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Proposal:
    """A proposed content of one mapping file."""

    proposal_id: str
    file: str
    proposed_by: str
    added: int
    removed: int
    base_sha256: str


def read_file(path: Path) -> list[dict[str, str]]:
    """Rows of a mapping file; MappingFileError with row and column where it cannot be taken."""
    wanted = COLUMNS[path.stem]
    try:
        records = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        raise MappingFileError("the file is not UTF-8 text", where=f"mappings/{path.name}:1") from None
    header = [cell.strip() for cell in records[0]] if records else []
    missing = [name for name in (*wanted, "valid_from") if name not in header]
    if missing:
        raise MappingFileError(f"the column {missing[0]} is missing", where=f"mappings/{path.name}:1:{missing[0]}")
    unknown = [name for name in header if name not in (*wanted, *VALIDITY)]
    if unknown:
        raise MappingFileError(f"the column {unknown[0]} is not known", where=f"mappings/{path.name}:1:{unknown[0]}")
    rows = []
    for number, record in enumerate(records[1:], 2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(header):
            raise MappingFileError(f"the row has {len(record)} cells and the header {len(header)}", where=f"mappings/{path.name}:{number}")
        row = dict(zip(header, (cell.strip() for cell in record), strict=True))
        if not row["valid_from"] and path.stem != "calendars":
            raise MappingFileError("valid_from is empty", where=f"mappings/{path.name}:{number}:valid_from")
        rows.append(row)
    return rows


def content_hash(rows: list[dict[str, str]]) -> str:
    """One hash for a file's content, whatever the order of its rows."""
    lines = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def in_force(store: Store) -> dict[str, tuple[str, str]]:
    """File → (proposal id, content hash) of its last approved content."""
    return {file: (proposal, content) for file, proposal, content in store.con.execute(sql("ledger", "mappings_in_force")).fetchall()}


def open_proposals(store: Store) -> list[Proposal]:
    """Proposals that nobody has approved or declined and whose base is still in force."""
    return [Proposal(*row) for row in store.con.execute(sql("ledger", "mappings_open")).fetchall()]


def mapping_sha256(store: Store) -> str:
    """One hash over everything in force."""
    return sha256("".join(f"{file}{content}" for file, (_, content) in sorted(in_force(store).items())).encode()).hexdigest()


def propose(store: Store, folder: Path, actor: str, reason: str = "") -> list[Proposal]:
    """Propose every file that differs from what is in force; the same proposal twice is one."""
    now_in_force = in_force(store)
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in COLUMNS:
            raise MappingFileError("no mapping file has this name", where=f"mappings/{path.name}", hint=f"Known files: {', '.join(COLUMNS)}.")
        rows = read_file(path)
        content = content_hash(rows)
        old, base = now_in_force.get(path.stem, ("", ""))
        if content != base and (rows or base):
            _propose(store, path.stem, rows, content, old, base, actor, reason)
    return open_proposals(store)


def _propose(store: Store, file: str, rows: list[dict[str, str]], content: str, old: str, base: str, actor: str, reason: str) -> None:
    proposal_id = sha256(f"{file}|{base}|{content}".encode()).hexdigest()[:16]
    if store.has(f"proposal:{proposal_id}"):
        return
    before = dict(store.con.execute(sql("ledger", "mapping_rows"), {"proposal_id": old}).fetchall())
    after: dict[str, str] = {}
    listed = []
    for number, row in enumerate(rows, 2):
        key = " / ".join([*(row[c] for c in COLUMNS[file][: KEYS[file]]), row.get("valid_from", "")])
        cells = json.dumps({c: row[c] for c in COLUMNS[file]}, ensure_ascii=False, sort_keys=True)
        after[key] = cells
        listed.append(
            {
                "proposal_id": proposal_id,
                "file": file,
                "row_no": number,
                "row_key": key,
                "cells": cells,
                "valid_from": row.get("valid_from") or None,
                "valid_to": row.get("valid_to") or None,
            }
        )
    events = [_event(store, proposal_id, file, None, None, None, "proposed", actor, reason, base, content)]
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            events.append(_event(store, proposal_id, file, key, before.get(key), after.get(key), "proposed", actor, reason, base, content))
    store.commit(
        "decision", f"proposal:{proposal_id}", [store.rows("mapping", listed), store.rows("mapping_event", events)], source={"file": file, "actor": actor}
    )


def _event(
    store: Store,
    proposal_id: str,
    file: str,
    key: str | None,
    before: str | None,
    after: str | None,
    action: str,
    actor: str,
    reason: str,
    base: str,
    content: str,
) -> dict[str, Any]:
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
    }


def decide(store: Store, proposal_id: str, action: str, actor: str, *, people: int, reason: str = "") -> Proposal:
    """Approve or decline an open proposal; ApprovalError where one person may not do both."""
    found = next((p for p in open_proposals(store) if p.proposal_id == proposal_id), None)
    if found is None:
        raise NotFoundError("no open proposal has this id", where=proposal_id)
    if action == "approved" and people > 1 and actor == found.proposed_by:
        raise ApprovalError(f"{actor} proposed this change and may not approve it", where=found.file)
    content = store.con.execute(sql("ledger", "mapping_content"), {"proposal_id": proposal_id}).fetchall()[0][0]
    event = _event(store, proposal_id, found.file, None, None, None, action, actor, reason, found.base_sha256, content)
    store.commit("approval", f"{action}:{proposal_id}", [store.rows("mapping_event", [event])], source={"file": found.file, "actor": actor})
    return found
