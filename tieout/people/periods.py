"""Closing a month of an entity, and opening it again: both are decisions of a person; the month's state follows from the last one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ledger.errors import NotFoundError, PeriodError
from ledger.log import canonical, stamp
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store
from tieout.night.rejudging import rejudge

from .acting import acting
from .person import By

SHOWN = 20


def close(home: Path, by: By, entity: str, period: str, reason: str) -> list[str]:
    """Close a month: PeriodError with everything that keeps it open. Entries dated in it wait from then on and say so."""
    return _decide(home, by, "close_period", entity, period, reason)


def reopen(home: Path, by: By, entity: str, period: str, reason: str) -> list[str]:
    """Open a closed month again."""
    return _decide(home, by, "reopen_period", entity, period, reason)


def _decide(home: Path, by: By, kind: str, entity: str, period: str, reason: str) -> list[str]:
    with acting(home, by, kind) as act:
        store = act.store
        rejudge(store, act.config)
        state = _state(store, entity, period)
        if state != ("open" if kind == "close_period" else "closed"):
            raise PeriodError(f"the month is {state}", where=f"{entity}/{period}")
        if kind == "close_period":
            _closable(store, entity, period)
        item = Item(f"{entity}/{period}", sha256(canonical({"state": state, "run": store.con.table("ledger.main.run").max("seq").fetchall()[0][0]})).hexdigest(), {"action": kind, "reason": reason})
        if not act.ready([item]):
            return [act.how_to_sign()]
        key = sha256(canonical([item.as_json(), act.actor])).hexdigest()
        decision = {
            "decision_id": key[:24],
            "kind": kind,
            "subject_key": item.subject,
            "action": kind,
            "actor": act.actor,
            "at": stamp(store.at),
            "reason": kind.upper(),
            "comment": reason or None,
            "base_sha256": item.base,
            "signature": act.document_sha256,
        }
        act.commit("decision", f"{kind}:{key}", [store.rows("decision", [decision])])
        rejudge(store, act.config)
        return [f"{entity} {period}: {'closed' if kind == 'close_period' else 'open again'} by {act.actor}"]


def _state(store: Store, entity: str, period: str) -> str:
    rows = store.con.execute(sql("tieout", "period_state"), {"entity": entity, "period": period}).fetchall()
    if not rows:
        raise NotFoundError("the books hold no such month of this entity", where=f"{entity}/{period}")
    return str(rows[0][0])


def _closable(store: Store, entity: str, period: str) -> None:
    found = [row[1] for row in store.con.execute(sql("tieout", "period_blockers"), {"entity": entity, "period": period}).fetchall()]
    if found:
        more = f"\n  … and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise PeriodError(f"{len(found)} things keep the month open:\n  " + "\n  ".join(found[:SHOWN]) + more, where=f"{entity}/{period}")
