"""Taking a journal entry back that has gone out: what was sent is never edited, a person has its mirror prepared."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import NotFoundError, PeriodError
from ledger.log import canonical, stamp
from ledger.rows import typed
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store
from tieout.night.rejudging import rejudge
from tieout.night.unchanged import at_hand

from .acting import Act, acting
from .person import By


def reverse(home: Path, by: By, entry_id: str, reason: str, comment: str) -> list[str]:
    """Prepare the reversal (J-20) of an entry that has gone out, dated the first open day from the entry's own on.

    NotFoundError where the entry is unknown, never went out, or is taken back already; PeriodError where no day up to the business date is open.
    """
    with acting(home, by, "reverse") as act:
        store = act.store
        act.subject = entry_id
        entry = _reversible(store, entry_id)
        rejudge(store, act.config)  # which days are open is a fact
        day = _day(store, entry)
        base = sha256(canonical({name: str(value) for name, value in entry.items()})).hexdigest()
        item = Item(entry_id, base, {"action": "reverse", "reason": reason, "comment": comment, "booked_on": day.isoformat()})
        if not act.ready([item]):
            return [act.how_to_sign()]
        _commit(act, entry, item, day)
        rejudge(store, act.config)
        return [f"{entry_id}.reversal of {day} prepared by {act.actor}; it goes out with the next journal file"]


def _reversible(store: Store, entry_id: str) -> dict[str, Any]:
    """The entry as it stands; NotFoundError unless it has gone out and nothing has taken it back."""
    cursor = store.con.execute(sql("tieout", "reversible"), {"entry_id": entry_id})
    names, rows = [d[0] for d in cursor.description or []], cursor.fetchall()
    if not rows:
        raise NotFoundError("no journal entry has this id", where=entry_id)
    entry = dict(zip(names, rows[0], strict=True))
    if entry["kind"] == "J-20":
        raise NotFoundError("a reversal is not reversed", where=entry_id, hint="Book the original once more in Odoo, by hand.")
    if entry["reversed_by"]:
        raise NotFoundError(f"it is reversed already, by {entry['reversed_by']}", where=entry_id)
    if entry["failed_by"]:
        raise NotFoundError(f"the failure of its payout has taken it back, by {entry['failed_by']}", where=entry_id, hint="Reverse that one first, if the payout did not fail.")
    if not entry["files"]:
        raise NotFoundError(
            "the entry has not gone out: there is nothing to reverse",
            where=entry_id,
            hint="`tieout journal list` says why it waits. It is prepared once: where it is wrong, book the payout in Odoo by hand, and it stays held.",
        )
    return entry


def _day(store: Store, entry: dict[str, Any]) -> date:
    at_hand(store, "locked_through")
    day: date = store.con.execute(sql("tieout", "first_open_day"), {"entry_id": entry["entry_id"]}).fetchall()[0][0]
    until: date = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0]
    if day > max(until, entry["booked_on"]):
        raise PeriodError(
            f"the books of {entry['entity']} are locked or closed up to {day}, beyond the business date {until}",
            where=entry["entry_id"],
            hint="Open a month with `tieout period reopen`, or wait for the first open day; `tieout period list` shows every month.",
        )
    return day


def _commit(act: Act, entry: dict[str, Any], item: Item, day: date) -> None:
    store = act.store
    key, at = sha256(canonical([item.as_json(), act.actor])).hexdigest(), stamp(store.at)
    decision = {
        "decision_id": key[:24],
        "kind": "reverse",
        "subject_key": item.subject,
        "action": "reverse",
        "actor": act.actor,
        "at": at,
        "reason": item.content["reason"],
        "comment": item.content["comment"] or None,
        "after": f"{item.subject}.reversal",
        "base_sha256": item.base,
        "signature": act.document_sha256,
    }
    named = {"entry_id": entry["entry_id"]}
    head = store.con.sql(sql("tieout", "reversal_entry"), params={**named, "booked_on": day, "known_at": at, "run_id": store.run_id})
    lines = store.con.sql(sql("tieout", "reversal_lines"), params=named)
    segments = [store.rows("decision", [decision])]
    segments += [store.segment(table, typed(rows, store.con.table(table))) for table, rows in (("journal_entry", head), ("journal_line", lines))]
    act.commit("decision", f"reverse:{key}", segments)
