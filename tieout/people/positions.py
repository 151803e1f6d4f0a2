"""Opening positions: people approve the file that states them; from then on the rules know what was open at the cut-over."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import ApprovalError, NotFoundError, RoleError
from ledger.log import canonical, stamp
from ledger.signing import Item
from ledger.sqltext import sql
from tieout.night.rejudging import rejudge

from .acting import Act, acting
from .person import By


def approve(home: Path, by: By, file_id: str, reason: str) -> list[str]:
    """This person's word for a landed file of opening positions; in force once as many people said so as the books need."""
    with acting(home, by, "approve_opening") as act:
        act.subject = file_id
        found, name, count = _file(act, file_id)
        before = [row[0] for row in act.store.con.execute(sql("tieout", "opening_approvals"), {"file_id": found}).fetchall()]
        action = _action(act, name, before)
        item = Item(found, found, {"action": "opening", "positions": count, "reason": reason})
        if not act.ready([item]):
            return [act.how_to_sign()]
        act.commit("decision", f"opening:{found}:{act.actor}", [act.store.rows("decision", [_decision(act, item, action, reason)])])
        rejudge(act.store, act.config)
        if action == "approved":
            return [f"{name}: {count} opening positions are in force"]
        return [f"{name}: {len(before) + 1} of {act.people} approvals"]


def _file(act: Act, file_id: str) -> tuple[str, str, int]:
    """Id, name and number of positions of the one file that begins like this; NotFoundError where there is none, or a position could never be found again."""
    con = act.store.con
    con.execute(sql("tieout", "in_force"))
    found = con.execute(sql("tieout", "opening_files"), {"file_id": file_id}).fetchall()
    if len(found) != 1:
        raise NotFoundError("no landed file of opening positions has this id" if not found else "more than one file begins like this", where=file_id, hint="`tieout opening list` shows them.")
    whole, name, count, row_no, entity, cut_over = found[0]
    if not cut_over:
        raise NotFoundError(f"the entity {entity} has no policy cutover_on", where=name, hint="Add it to policies.csv, propose and approve it, then approve the positions.")
    if row_no:
        raise NotFoundError(f"the processor account of this position is none of {entity}", where=f"{name}:{row_no}:account", hint="Correct the file, or processor_accounts.csv.")
    return whole, name, count


def _action(act: Act, name: str, before: list[str]) -> str:
    """`approved` where this word completes the number of people, `endorsed` where more are needed; one of them is an approver."""
    if len(before) >= act.people:
        raise NotFoundError("these opening positions are in force already", where=name)
    if act.actor in before:
        raise ApprovalError(f"{act.actor} approved these positions before; another person has to", where=name)
    if len(before) + 1 < act.people:
        return "endorsed"
    approvers = {p["name"] for p in act.persons if p["role"] == "approver"}
    if act.environment != "test" and not approvers & {*before, act.actor}:
        raise RoleError("one of those who approve opening positions is an approver", where=act.actor)
    return "approved"


def _decision(act: Act, item: Item, action: str, reason: str) -> dict[str, Any]:
    return {
        "decision_id": sha256(canonical([item.as_json(), act.actor])).hexdigest()[:24],
        "kind": "opening",
        "subject_key": item.subject,
        "action": action,
        "actor": act.actor,
        "at": stamp(act.store.at),
        "reason": "OPENING",
        "comment": reason or None,
        "before": "waiting",
        "after": "in force" if action == "approved" else "waiting",
        "base_sha256": item.base,
        "signature": act.document_sha256,
    }
