"""What people say of pairs: these two belong together, these two do not. The match rules hear it before anything else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import NotFoundError
from ledger.log import canonical, stamp
from ledger.money import text
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store
from tieout.night.rejudging import rejudge
from tieout.night.unchanged import at_hand

from .acting import Act, acting
from .person import By

PAIRS = {"order_transaction": "settlement_line", "payout": "bank_line"}


def confirm(home: Path, by: By, left: str, right: str, reason: str, *, even_so: bool = False) -> list[str]:
    """A payment event and its settlement line, or a payout and its bank line; NotFoundError unless both exist, fit, and are free, or where the line is of another payout, if not `even_so`."""
    with acting(home, by, "confirm") as act:
        act.subject = f"{left} = {right}"
        at_hand(act.store, "tender", "payout_fact", "opening_fact", "line_fact", "payout_due", "bank_name")
        found = act.store.con.execute(sql("tieout", "match_sides"), {"left": left, "right": right}).fetchall()
        sides = {kind: (key, currency, group) for kind, key, currency, group in found}
        pair = next(((a, b) for a, b in PAIRS.items() if a in sides and b in sides), None)
        if pair is None:
            raise NotFoundError(
                "the books hold no such pair; give the key of a payment event and of a settlement line, or of a payout and of a bank line",
                where=f"{left} = {right}",
                hint="The keys are those of exceptions: <store>/<order>/<ordinal>, <account>/<line>, <account>/<payout>, <bank account>/<reference>.",
            )
        if sides[pair[0]][1] != sides[pair[1]][1]:
            raise NotFoundError(f"one is in {sides[pair[0]][1]}, the other in {sides[pair[1]][1]}", where=f"{left} = {right}")
        taken = next((sides[kind] for kind in pair if sides[kind][2]), None)
        if taken:
            raise NotFoundError(f"it is matched already, in group {taken[2][:12]}", where=taken[0], hint="`tieout match undo GROUP` first, if that is wrong.")
        doubts = _doubts(act.store, left, right, even_so=even_so) if pair[0] == "payout" else []
        return doubts + _say(act, "confirmed", (pair[0], left, pair[1], right), reason)


def _doubts(store: Store, left: str, right: str, *, even_so: bool) -> list[str]:
    """What speaks against a payout and a bank line; NotFoundError where the line has the reference of another payout, which only a person who knows it may set aside."""
    said = []
    for amount, booked, currency, is_early, day, others in store.con.execute(sql("tieout", "match_doubts"), {"left": left, "right": right}).fetchall():
        differs = f"the payout is {text(amount, currency)} {currency}, the bank booked {text(booked, currency)}"
        if others and not even_so:
            message = f"the bank line has the reference of {others}; {differs}"
            raise NotFoundError(message, where=f"{left} = {right}", hint="If it is this payout's all the same, say so with --even-so and the reason.")
        said += [f"note: the bank line has the reference of {others}"] if others else []
        said += [f"note: {differs}"] if amount != booked else []
        said += [f"note: the bank booked it on {day}, before the payout"] if is_early else []
    return said


def undo(home: Path, by: By, group_id: str, reason: str) -> list[str]:
    """The members of a standing group do not belong together: they stay apart until somebody confirms them."""
    with acting(home, by, "undo") as act:
        act.subject = group_id
        found = act.store.con.execute(sql("tieout", "standing_group"), {"id": group_id}).fetchall()
        if len(found) != 1:
            raise NotFoundError("no standing match group has this id" if not found else "more than one match group begins like this", where=group_id)
        return _say(act, "undone", found[0], reason)


def _say(act: Act, action: str, pair: tuple[str, str, str, str], reason: str) -> list[str]:
    store = act.store
    base = sha256(canonical(_said(store, pair))).hexdigest()
    item = Item(f"{pair[1]} = {pair[3]}", base, {"action": action, "reason": reason})
    if not act.ready([item]):
        return [act.how_to_sign()]
    key, at = sha256(canonical([item.as_json(), act.actor])).hexdigest(), stamp(store.at)
    said: dict[str, Any] = {"decision_id": key[:24], "action": action, "actor": act.actor, "at": at, "reason": reason}
    kinds = dict(zip(("left_kind", "left_key", "right_kind", "right_key"), pair, strict=True))
    decision = said | {
        "kind": act.act,
        "subject_key": item.subject,
        "reason": act.act.upper(),
        "comment": reason,
        "before": "matched" if action == "undone" else "apart",
        "after": "apart" if action == "undone" else "matched",
        "base_sha256": base,
        "signature": act.document_sha256,
    }
    act.commit("decision", f"{act.act}:{key}", [store.rows("match_decision", [said | kinds]), store.rows("decision", [decision])])
    rejudge(store, act.config)
    return [f"{item.subject}: {action} by {act.actor}"]


def _said(store: Store, pair: tuple[str, str, str, str]) -> list[list[str]]:
    """Everything that people said of the two before."""
    rows = store.con.execute(sql("tieout", "match_history"), {"left": pair[1], "right": pair[3]}).fetchall()
    return [[str(cell) for cell in row] for row in rows]
