"""What people decide about exceptions: resolve, write off, reopen, assign, and the workbook that carries all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from exporters import workbook
from exporters._decisions import AFRESH, DecisionRow, read_decisions, refuse_all, word_of
from exporters._findings import GIVEN_UP, REASONS, row_hash
from ledger.errors import ApprovalError, FileRefusedError, NotFoundError, RoleError, TieoutError
from ledger.log import canonical, stamp
from ledger.signing import Item
from ledger.sqltext import execute, sql
from ledger.store import Store
from rules._life import after, states, states_for, transitions
from tieout.books import settings
from tieout.night.rejudging import rejudge

from .acting import Act, acting
from .person import By

EVENT = {"resolve": "resolved", "assign": "assigned", "reopen": "reopened", "write_off": "written_off"}
PROPOSED = "write_off_proposed"


@dataclass(frozen=True)
class Decision:
    """What is decided about one exception; `row_hash`, `events` and `place` say which row of which workbook."""

    exception_id: str
    action: str
    reason: str = ""
    owner: str = ""
    comment: str = ""
    row_hash: str = ""
    events: int = 0  # that the exception had had when the workbook was written
    place: tuple[str, int] = ("", 0)


class Applied(NamedTuple):
    """What was said of each row that was taken, of each that was left because its exception has changed since, and of each in which something stands that decides nothing."""

    said: list[str]
    left: list[str]
    undecided: list[str]


def resolve(home: Path, by: By, exception_id: str, reason: str, comment: str, *, write_off: bool = False) -> list[str]:
    """Resolve or write off one exception. Above the policy `writeoff_limit` the first person proposes and another, an approver, says the same."""
    reason = word_of(reason, REASONS)
    if reason not in REASONS:
        raise NotFoundError(f"no reason code of this name; known: {', '.join(REASONS)}", where=reason)
    if reason in GIVEN_UP and not write_off:
        raise NotFoundError("this reason gives money up: it is a write-off", where=reason, hint="Say --write-off, or choose another reason.")
    return _decide(home, by, "resolve", [Decision(exception_id, "write_off" if write_off else "resolve", reason, "", comment)])


def reopen(home: Path, by: By, exception_id: str, reason: str) -> list[str]:
    """Take a resolution or a write-off back."""
    return _decide(home, by, "reopen", [Decision(exception_id, "reopen", "REOPENED", "", reason)])


def assign(home: Path, by: By, exception_id: str, owner: str) -> list[str]:
    """Give one exception to somebody."""
    return _decide(home, by, "assign", [Decision(exception_id, "assign", "", owner)])


def apply(home: Path, by: By, path: Path, *, data: bytes | None = None, judged: bool = True) -> Applied:
    """Take over the Decisions sheet in one act. A row whose exception has changed since it was written is left, and told with what changed it; a row that is wrong stops all of them. `data`: its bytes where they were read already; not `judged` where a night follows."""
    read = read_decisions(path, data)
    rows = [row for row in read if row.decision not in ("", "keep")]
    undecided = [f"{path.name}:{row.row}: {told}" for row in read if (told := _not_taken(row))]
    listed = [Decision(r.exception_id, r.decision, r.reason, r.owner, r.comment, r.row_hash, r.events, (path.name, r.row)) for r in rows]
    left: list[str] = []
    said = _decide(home, by, "apply", listed, path, judged=judged, left=left) if listed else ["no decisions"]
    return Applied(said, left, undecided)


def _not_taken(row: DecisionRow) -> str:
    """What somebody wrote into a row that decides nothing: it stays in the workbook, and is told."""
    written = [what for what, there in (("reason", row.reason), ("owner", row.owner), ("comment", row.comment)) if there]
    if row.decision == "keep" and written:
        return f"kept as it was; its {' and '.join(written)} stay{'s' if len(written) == 1 else ''} in this workbook alone"
    return "" if row.decision else f"not taken: it has {f'the reason {row.reason[:40]}' if row.reason else 'a comment'} and no decision"


def _decide(home: Path, by: By, name: str, listed: Sequence[Decision], path: Path | None = None, *, judged: bool = True, left: list[str] | None = None) -> list[str]:
    with acting(home, by, name) as act:
        store = act.store
        act.subject = ", ".join(d.exception_id for d in listed)[:400]
        said, listed = _already(act, listed) if path else ([], listed)
        if path and left is not None:
            moved = {decision: error for decision in listed if (error := _moved_on(act, decision))}
            faults = _faults(act, path, [decision for decision in listed if decision not in moved])
            if faults or (moved and by.signature):  # what was signed is all of it
                refuse_all(path, [*moved.values(), *faults])
            listed = [decision for decision in listed if decision not in moved]
            left += [f"{error.where}: not taken: {error.message}" for error in moved.values()]
        if not listed:
            return said
        rows = [_row(store, d) for d in listed]
        events = [_event_of(act, row, d) for row, d in zip(rows, listed, strict=True)]
        items = [
            Item(row["exception_id"], _base(row), {"action": d.action, "reason": d.reason, "owner": d.owner, "comment": d.comment})
            for row, d in zip(rows, listed, strict=True)
        ]
        if not act.ready(items):
            return [act.how_to_sign()]
        written = [_rows_of(act, *one) for one in zip(rows, listed, events, items, strict=True)]
        key = sha256(canonical([[i.as_json() for i in items], act.actor])).hexdigest()
        segments = [store.rows("exception_event", [w[0] for w in written]), store.rows("decision", [w[1] for w in written])]
        act.commit("decision", f"{name}:{key}", segments)
        if judged:
            rejudge(store, act.config)
        return said + [_said(row, d, event, act.actor) for row, d, event in zip(rows, listed, events, strict=True)]


def _already(act: Act, listed: Sequence[Decision]) -> tuple[list[str], list[Decision]]:
    """What the books hold already, a line each: a workbook may be given twice; and what is left to decide. A write-off that this person proposed waits for another one."""
    said, left = [], []
    for decision in listed:
        rows = _last(act.store, decision.exception_id, sorted({one.after for one in transitions()}))
        last = rows[0] if len(rows) == 1 else {}
        stands = last.get("action") == EVENT[decision.action] or decision.action == "write_off" and last.get("action") == PROPOSED and last["actor"] == act.actor
        if stands and (last["owner"] == decision.owner if decision.action == "assign" else last["reason"] == decision.reason):
            words, waits = ("proposed as a write-off", "; another person, an approver, has to say the same") if last["action"] == PROPOSED else (last["action"].replace("_", " "), "")
            said.append(f"{last['exception_id'][:12]} {last['code']} {last['subject_key']}: already {words} by {last['actor']}{waits}")
        else:
            left.append(decision)
    return said, left


def _last(store: Store, exception_id: str, states: Sequence[str]) -> list[dict[str, Any]]:
    """The last events of the exceptions whose id begins so, where they left them in one of these states."""
    cursor = store.con.execute(sql("tieout", "last_event"), {"id": exception_id, "states": list(states)})
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _moved_on(act: Act, decision: Decision) -> FileRefusedError | None:
    """What has happened to the exception since the workbook was written, by whom and when: the last of it. Not what the same person gave to somebody, nor the first half of the very write-off."""
    happened = execute(act.store.con, sql("tieout", "events_since"), {"id": decision.exception_id, "events": decision.events}).fetchall() if decision.events else []
    for action, actor, at, reason, owner in happened:
        if (action == "assigned" and actor == act.actor) or (action == PROPOSED and decision.action == "write_off" and reason == decision.reason):
            continue
        words = f"{action.replace('_', ' ')}{f' to {owner}' if action == 'assigned' else ''} by {'the night' if actor == 'tieout' else actor} at {at:%Y-%m-%d %H:%M} UTC{f' ({reason})' if reason and action != 'assigned' else ''}"
        return FileRefusedError(
            f"since this workbook was written the exception was {words}",
            code="WORKBOOK_CHANGED",
            where=f"{decision.place[0]}:{decision.place[1]}: {decision.exception_id[:12]}",
            row=decision.place[1],
            hint=f"Look at it again, and take a fresh workbook: {AFRESH}.",
        )
    return None


def _faults(act: Act, path: Path, listed: Sequence[Decision]) -> list[TieoutError]:
    """Every row of a workbook that cannot be taken, with its place."""
    faults = []
    for decision in listed:
        try:
            _event_of(act, _row(act.store, decision), decision)
        except TieoutError as error:
            error.where = error.where if error.where.startswith(f"{path.name}:") else f"{path.name}:{decision.place[1]}: {error.where}"
            faults.append(error)
    return faults


def _row(store: Store, decision: Decision) -> dict[str, Any]:
    """The exception's last event; NotFoundError unless exactly one is in a state in which this can be decided."""
    rows = _last(store, decision.exception_id, states_for(EVENT[decision.action]))
    if len(rows) != 1:
        words = "closed" if decision.action == "reopen" else "open"
        there = [] if rows else _last(store, decision.exception_id, states())
        stands = f": it is {there[0]['state'].replace('_', ' ')}, last {there[0]['action'].replace('_', ' ')} by {there[0]['actor']}" if len(there) == 1 else ""
        raise NotFoundError(f"no {words} exception has this id{stands}" if not rows else "more than one exception begins like this", where=decision.exception_id, hint=f"`tieout exception show {there[0]['exception_id']}` has its history." if stands else "")
    row = rows[0]
    known = row_hash(row["exception_id"], row["code"], row["subject_key"], row["difference"], decision.events)
    if decision.place[0] and (decision.row_hash != known or decision.exception_id != row["exception_id"]):
        raise FileRefusedError(
            "the exception has changed since the workbook was written, or its row was edited",
            code="WORKBOOK_CHANGED",
            where=f"{decision.place[0]}:{decision.place[1]}:row_hash",
            row=decision.place[1],
            column="row_hash",
            hint=f"Take a fresh workbook: {AFRESH}.",
        )
    return row


def _base(row: dict[str, Any]) -> str:
    """Hash of what the person saw: the exception's last event."""
    return sha256(canonical({name: None if value is None else str(value) for name, value in row.items()})).hexdigest()


def _event_of(act: Act, row: dict[str, Any], decision: Decision) -> str:
    """The event that the decision makes; a write-off above the limit is only proposed until another person says the same."""
    if decision.action != "write_off":
        return EVENT[decision.action]
    if row["difference"] is None:
        raise NotFoundError("the exception has no amount that could be written off", where=decision.exception_id)
    if act.people == 1 or abs(row["difference"]) <= _limit(act.store, row):
        return "written_off"
    if row["action"] != PROPOSED or row["reason"] != decision.reason:
        return PROPOSED
    if row["actor"] == act.actor:
        raise ApprovalError(f"{act.actor} proposed this write-off and may not approve it", where=row["exception_id"][:12])
    if act.role not in ("approver", None):
        raise RoleError("a write-off above the limit is approved by an approver", where=act.actor)
    return "written_off"


def _limit(store: Store, row: dict[str, Any]) -> Decimal:
    """What one person may write off of this entity, in its own currency; in another currency, or without the policy, nothing."""
    execute(store.con, sql("tieout", "in_force"))
    found = store.con.execute(sql("tieout", "writeoff_limit"), {"entity": row["entity"], "currency": row["currency"], "day": _business_day(store)}).fetchall()
    try:
        return Decimal(found[0][0]) if found else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _business_day(store: Store) -> date:
    day: date | None = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0]
    return day or store.at.date()


def _rows_of(act: Act, row: dict[str, Any], decision: Decision, event: str, item: Item) -> tuple[dict[str, Any], dict[str, Any]]:
    """One exception_event and one decision."""
    at = stamp(act.store.at)
    key = sha256(canonical([item.as_json(), act.actor])).hexdigest()[:24]
    state = after(row["state"], event)
    told = {**row, "event_id": key, "action": event, "state": state, "seen_on": _business_day(act.store), "at": at, "run_id": None, "actor": act.actor}
    told |= {"reason": decision.reason or None, "comment": decision.comment or None, "owner": decision.owner or row["owner"]}
    decided = {
        "decision_id": key,
        "kind": decision.action,
        "subject_key": row["exception_id"],
        "action": event,
        "actor": act.actor,
        "at": at,
        "reason": decision.reason or decision.action.upper(),
        "comment": decision.comment or None,
        "amount": row["difference"],
        "currency": row["currency"],
        "before": row["owner"] if decision.action == "assign" else row["state"],
        "after": decision.owner if decision.action == "assign" else state,
        "base_sha256": item.base,
        "signature": act.document_sha256,
    }
    return told, decided


def _said(row: dict[str, Any], decision: Decision, event: str, actor: str) -> str:
    words = "write-off proposed; another person, an approver, has to say the same" if event == PROPOSED else event.replace("_", " ")
    return f"{row['exception_id'][:12]} {row['code']} {row['subject_key']}: {words} by {actor}" + (f" to {decision.owner}" if decision.owner else "")


def report(home: Path, output: Path) -> None:
    """The workbook as of the last run, wherever it is wanted."""
    from tieout.ask.looking import copy_of, rows_of

    config = settings.load(home)
    names, rows = rows_of(home, "last_run")
    last = dict(zip(names, rows[0], strict=True))
    with copy_of(home) as con:
        workbook.write(con, output, books=config.name, as_of=last["as_of"], run_id=last["run_id"], head=last["head"])
