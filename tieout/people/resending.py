"""Writing what goes out outside of the night: what is due, or once more what a person asks for."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ledger.errors import NotFoundError
from ledger.log import canonical, stamp
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store
from tieout.books.opening import open_books
from tieout.books.settings import Settings
from tieout.night import judging, nightly
from tieout.night.exporting import export_step, exportable
from tieout.night.remotes import begin_now

from .acting import acting
from .person import By

Say = Callable[[str], None]


def export_now(home: Path, say: Say) -> list[str]:
    """Write what is due outside the night."""
    with open_books(home) as (store, config):
        return _export(store, config, say, None)


def export_again(home: Path, by: By, what: str, say: Say) -> list[str]:
    """Write one journal entry, or all that a file of the outbox carried, once more, because a person asks for it. The file may be lost."""
    with acting(home, by, "export", sent=False) as act:
        store = act.store
        before = store.con.execute(sql("tieout", "exports_of"), {"what": what}).fetchall()
        if not before and not exportable(store, what):
            raise NotFoundError("no journal entry has this id, and no file this path", where=what)
        item = Item(what, sha256(canonical(before)).hexdigest(), {"action": "export_again"})
        if not act.ready([item]):
            return [act.how_to_sign()]
        key = sha256(canonical([item.as_json(), act.actor])).hexdigest()
        decision = {
            "decision_id": key[:24],
            "kind": "export_again",
            "subject_key": what,
            "action": "export again",
            "actor": act.actor,
            "at": stamp(store.at),
            "reason": "EXPORT_AGAIN",
            "base_sha256": item.base,
            "signature": act.document_sha256,
        }
        act.commit("decision", f"again:{key}", [store.rows("decision", [decision])])
        return _export(store, act.config, say, what)


def _export(store: Store, config: Settings, say: Say, again: str | None) -> list[str]:
    begin_now(store, config)
    day = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0] or nightly.business_date(config)
    nightly.prepare(store, config)
    judged = judging.judge(store, day, config.environment, lambda _: None)
    paths, _ = export_step(store, config, day, say, again)
    nightly.publish(store, config, judged)
    return paths
