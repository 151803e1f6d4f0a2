"""Changes that need two people: mapping files and the sealed part of tieout.toml, proposed by one and approved by others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger import mappings, signing
from ledger.errors import NotFoundError, SealError
from ledger.log import SETTINGS, canonical, seal_hash
from ledger.mappings import Proposal
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store
from tieout.books.in_force import known_words, missing, sealed_of

from .acting import Act, acting
from .person import By


def propose(home: Path, by: By, reason: str, only: Sequence[str] = ()) -> list[str]:
    """Propose every changed mapping file in one act; the proposals that wait, a line each."""
    with acting(home, by, "propose") as act:
        found = mappings.changes(act.store, home / "mappings", only, known_words())
        if found:
            items = [Item(c.file, c.base, {"proposal": c.proposal_id, "sha256": c.content, "reason": reason}) for c in found]
            if not act.ready(items):
                return [act.how_to_sign()]
            names = sha256(canonical([c.proposal_id for c in found])).hexdigest()
            segments = mappings.proposal_segments(act.store, found, act.actor, reason, act.document_sha256)
            act.commit("decision", f"proposal:{names}", segments, {"files": [c.file for c in found]})
        return [line_of(p) for p in mappings.waiting(act.store)] + [f"mappings/{file}.csv is not there, and what was approved of it stays in force; a file with its header alone takes it out" for file in missing(act.store) if not only or file in only]


def line_of(found: Proposal) -> str:
    """A proposal in one line."""
    return f"{found.proposal_id}  {found.file}: {found.added} rows come, {found.removed} go; proposed by {found.proposed_by}"


def decide(home: Path, by: By, proposal_id: str | None, reason: str, *, decline: bool = False, agreed: bool = True) -> list[str]:
    """Approve or decline one waiting proposal, or all mapping files that wait, in one act."""
    with acting(home, by, "decline" if decline else "approve", agreed=agreed) as act:
        chosen = [mappings.decidable(act.store, proposal_id)] if proposal_id else [p for p in mappings.waiting(act.store) if p.file != SETTINGS]
        act.subject = ", ".join(p.proposal_id for p in chosen)
        actions = ["declined" if decline else mappings.approval(p, act.actor, act.people) for p in chosen]
        items = [Item(p.proposal_id, p.base_sha256, {"file": p.file, "sha256": p.content_sha256, "reason": reason}) for p in chosen]
        if not act.ready(items):
            return [act.how_to_sign()]
        _decided(act, chosen, actions, reason)
        return [said(p, action, act.people) for p, action in zip(chosen, actions, strict=True)]


def said(found: Proposal, action: str, people: int) -> str:
    """What an approval or a refusal did."""
    if action == "endorsed":
        return f"{found.file}: {len(found.approvers) + 1} of {people - 1} approvals ({found.proposal_id})"
    return f"{found.file} is {'in force' if action == 'approved' else 'declined'} ({found.proposal_id})"


def _decided(act: Act, chosen: Sequence[Proposal], actions: Sequence[str], reason: str) -> None:
    store = act.store
    events = [
        mappings.event(store, p.proposal_id, p.file, p.base_sha256, p.content_sha256, action, act.actor, reason, act.document_sha256)
        for p, action in zip(chosen, actions, strict=True)
    ]
    if not events:
        return
    key = act.act + ":" + sha256(canonical([[p.proposal_id, action, act.actor] for p, action in zip(chosen, actions, strict=True)])).hexdigest()
    kind = "approval"
    source: dict[str, Any] = {"files": [p.file for p in chosen]}
    if chosen[0].file == SETTINGS and actions[0] == "approved":
        kind, source = "config", {"seal": _proposed_seal(store, chosen[0].proposal_id), "proposed_by": chosen[0].proposed_by}
    act.commit(kind, key, [store.rows("mapping_event", events)], source)


def _proposed_seal(store: Store, proposal_id: str) -> dict[str, object]:
    return dict(json.loads(store.con.execute(sql("ledger", "proposed_seal"), {"proposal_id": proposal_id}).fetchall()[0][0]))


def propose_config(home: Path, by: By, reason: str) -> list[str]:
    """Propose the sealed part of tieout.toml as it is now; the books go on under the old seal once it is put back, or under this one once approved."""
    with acting(home, by, "propose", agreed=False) as act:
        seal, now = act.seal, act.config.sealed()
        if now["environment"] != seal["environment"]:
            raise SealError("books keep their environment for life", where="tieout.toml", hint="Make other books with `tieout init`.")
        base, content = seal_hash(seal), seal_hash(now)
        proposal_id = mappings.proposal_of(mappings.proposals(act.store), SETTINGS, base, content)
        if proposal_id:
            if not act.ready([Item(SETTINGS, base, {"proposal": proposal_id, "sha256": content, "seal": now, "reason": reason})]):
                return [act.how_to_sign()]
            words = [json.dumps(s, sort_keys=True, ensure_ascii=False) for s in (seal, now)]
            told = mappings.event(
                act.store, proposal_id, SETTINGS, base, content, "proposed", act.actor, reason, act.document_sha256, before=words[0], after=words[1]
            )
            act.commit("decision", f"proposal:{proposal_id}", [act.store.rows("mapping_event", [told])], {"files": [SETTINGS]})
        return [line_of(p) for p in mappings.waiting(act.store) if p.file == SETTINGS] or ["tieout.toml is as it was sealed"]


def decide_config(home: Path, by: By, proposal_id: str, reason: str, *, decline: bool = False) -> list[str]:
    """Approve or decline a change of the sealed part."""
    return decide(home, by, proposal_id, reason, decline=decline, agreed=False)


def listing(home: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Every proposal and where it stands."""
    columns = ["file", "state", "proposal_id", "added", "removed", "proposed_by", "proposed_at", "reason", "approvers", "decided_by", "decided_at", "decided_because"]
    cursor = mappings.book(home).execute(sql("ledger", "mapping_proposals"), {"seal": seal_hash(sealed_of(home))})
    names = [d[0] for d in cursor.description or []]
    rows = [dict(zip(["proposal_id", "file", "proposed_by", *names[3:]], row, strict=True)) for row in cursor.fetchall()]
    return columns, [tuple(", ".join(row[c]) if c == "approvers" else row[c] for c in columns) for row in rows]


def content(home: Path, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Rows of a mapping file in force, by its name, or of a proposal, by its id; NotFoundError where there are none."""
    cursor = mappings.book(home).execute(sql("ledger", "mapping_content"), {"name": name.removesuffix(".csv")})
    columns, rows = [d[0] for d in cursor.description or []], cursor.fetchall()
    if not rows and name.removesuffix(".csv") not in mappings.COLUMNS:
        raise NotFoundError("no mapping file and no proposal is known by this", where=name)
    return columns, rows


def history(home: Path, file: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Who proposed, approved or declined what."""
    if file and file.removesuffix(".csv") not in mappings.COLUMNS:
        raise NotFoundError("no mapping file is called so", where=file, hint=f"There are {', '.join(sorted(mappings.COLUMNS))}.")
    cursor = mappings.book(home).execute(sql("ledger", "mapping_history"), {"file": file.removesuffix(".csv")})
    return [d[0] for d in cursor.description or []], cursor.fetchall()


def people(home: Path) -> list[tuple[str, str, str, str]]:
    """Name, role, fingerprint of the key, and acts of everybody in the seal in force."""
    seal = sealed_of(home)
    return [
        (
            p["name"],
            p["role"],
            signing.fingerprint(signing.public_key(p["key"])[1]) if p["key"] else "",
            " ".join(act for act, roles in sorted(signing.ACTS.items()) if p["role"] in roles),
        )
        for p in seal.get("persons", [])
    ]
