"""What people decide about exceptions: resolve, assign, and the workbook that carries both."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from exporters import workbook
from exporters._decisions import read_decisions
from ledger.errors import ApprovalError, FileRefusedError, NotFoundError
from ledger.sqltext import sql
from ledger.store import Store, open_store, stamp

from . import __version__, judging, night, settings, setup


def resolve(home: Path, exception_id: str, reason: str, actor: str, comment: str) -> str:
    """Resolve one exception; NotFoundError where none is open under this id, ApprovalError outside the environment test."""
    if reason not in workbook.REASONS:
        raise NotFoundError(f"no reason code of this name; known: {', '.join(workbook.REASONS)}", where=reason)
    return _in_books(home, [(exception_id, "resolve", reason, "", comment)], actor)[0]


def assign(home: Path, exception_id: str, owner: str, actor: str) -> str:
    """Give one exception to somebody."""
    return _in_books(home, [(exception_id, "assign", "", owner, "")], actor)[0]


def apply(home: Path, path: Path, actor: str) -> list[str]:
    """Take over the Decisions sheet; a row whose exception has changed since is refused, and then nothing is taken."""
    rows = [row for row in read_decisions(path) if row.decision != "keep"]
    return (
        _in_books(
            home,
            [(r.exception_id, r.decision, r.reason, r.owner, r.comment) for r in rows],
            actor,
            {r.exception_id: (r.row_hash, r.row) for r in rows},
            path.name,
        )
        if rows
        else ["no decisions"]
    )


def _in_books(
    home: Path, decisions: list[tuple[str, str, str, str, str]], actor: str, hashes: dict[str, tuple[str, int]] | None = None, where: str = ""
) -> list[str]:
    config = settings.load(home)
    if config.environment != "test":
        raise ApprovalError("outside the environment test a decision needs a signature, and this version takes none", where=actor)
    with open_store(home) as store:
        store.begin(None, night.clock(), code=__version__, mapping=judging.mapping_version(store))
        rows = []
        for exception_id, action, reason, owner, comment in decisions:
            row = _open_row(store, exception_id)
            given = (hashes or {}).get(exception_id)
            if given and given[0] != workbook.row_hash(row["exception_id"], row["code"], row["subject_key"], row["difference"]):
                raise FileRefusedError(
                    "the exception has changed since the workbook was written, or its row was edited",
                    code="WORKBOOK_CHANGED",
                    where=f"{where}:{given[1]}:row_hash",
                    row=given[1],
                    column="row_hash",
                    hint="Take a fresh workbook: `tieout exception report -o FILE.xlsx`.",
                )
            rows.append((row, action, reason, owner, comment))
        lines = [_record(store, *one, actor) for one in rows]
        setup.rejudge(store, config)
    return lines


def _open_row(store: Store, exception_id: str) -> dict[str, Any]:
    cursor = store.con.execute(sql("tieout", "open_exception"), {"id": exception_id})
    names, rows = [d[0] for d in cursor.description or []], cursor.fetchall()
    if len(rows) != 1:
        raise NotFoundError("no open exception has this id" if not rows else "more than one open exception begins like this", where=exception_id)
    return dict(zip(names, rows[0], strict=True))


def _record(store: Store, row: dict[str, Any], action: str, reason: str, owner: str, comment: str, actor: str) -> str:
    """One event and one decision."""
    at = stamp(store.at)
    key = sha256(f"{row['exception_id']}|{action}|{at}|{actor}".encode()).hexdigest()[:24]
    last = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0] or date.fromisoformat(at[:10])
    state = "resolved" if action == "resolve" else row["state"]
    event = {
        **row,
        "event_id": key,
        "action": "resolved" if action == "resolve" else "assigned",
        "state": state,
        "seen_on": last,
        "at": at,
        "run_id": None,
        "actor": actor,
        "reason": reason or None,
        "comment": comment or None,
        "owner": owner or row["owner"],
    }
    decision = {
        "decision_id": key,
        "kind": action,
        "subject_key": row["exception_id"],
        "action": action,
        "actor": actor,
        "at": at,
        "reason": reason or action.upper(),
        "comment": comment or None,
        "amount": row["difference"],
        "currency": row["currency"],
    }
    store.commit("decision", f"{action}:{key}", [store.rows("exception_event", [event]), store.rows("decision", [decision])], source={"actor": actor})
    return f"{row['exception_id'][:12]} {row['code']} {row['subject_key']}: {event['action']} by {actor}" + (f" to {owner}" if owner else "")


def report(home: Path, output: Path) -> None:
    """The workbook as of the last run, wherever it is wanted."""
    from .looking import copy_of, rows_of

    config = settings.load(home)
    names, rows = rows_of(home, "last_run")
    last = dict(zip(names, rows[0], strict=True))
    with copy_of(home) as con:
        workbook.write(con, output, books=config.name, as_of=last["as_of"], run_id=last["run_id"], head=last["head"])
