"""What a proposal would change, found by judging on a scratch copy of the books."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ledger import mappings, note, places
from ledger.durable import copied
from ledger.lock import locked
from ledger.log import FOLDERS, SETTINGS
from ledger.sqltext import sql
from ledger.store import Store, open_store
from tieout import __version__
from tieout.books import settings
from tieout.night import judging, nightly


def impact(home: Path, proposal_id: str | None, say: Callable[[str], None]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows: exceptions that would open, close or change, payouts whose proof would change, journal entries that would be prepared.

    Both sides are judged now, on the business date of the last run, so that nothing else than the proposal makes a difference.
    """
    config = settings.load(home)
    with _scratch(home) as copy, open_store(copy) as store:
        chosen = [mappings.decidable(store, proposal_id)] if proposal_id else [p for p in mappings.waiting(store) if p.file != SETTINGS]
        day: date = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0] or nightly.business_date(config)
        if chosen:  # with nothing to decide nothing can change
            _judge(store, config, day, "impact-before", say)
        store.con.execute(sql("tieout", "impact_before"))
        for p in chosen:
            event = mappings.event(store, p.proposal_id, p.file, p.base_sha256, p.content_sha256, "approved", "impact", "", None)
            store.commit("approval", f"impact:{p.proposal_id}", [store.rows("mapping_event", [event])])
        if chosen:
            _judge(store, config, day, "impact-after", say)
        cursor = store.con.execute(sql("tieout", "impact_after"))
        return [d[0] for d in cursor.description or []], cursor.fetchall()


def _judge(store: Store, config: settings.Settings, day: date, run_id: str, say: Callable[[str], None]) -> None:
    store.begin(run_id, store.moment(nightly.clock()), code=__version__, mapping=mappings.mapping_sha256(store))
    nightly.prepare(store, config)
    judging.judge(store, day, config.environment, say)


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """A second set of books on the same immutable files: segments and manifests are linked, the cache is copied."""
    with locked(home), tempfile.TemporaryDirectory(prefix="impact-", dir=home / "ledger" / "tmp") as folder:
        copy = Path(folder)
        for name in FOLDERS:
            (copy / name).mkdir(parents=True, exist_ok=True)
        for name in ("segments", "manifests"):
            for entry in places.entries(home / "ledger" / name):
                if not entry.path.name.startswith(".") and places.is_file(entry.path):
                    places.link(entry.path, copy / "ledger" / name / entry.path.name)
        for name in ("ledger.duckdb", "ledger.duckdb.wal"):
            if places.is_file(home / "ledger" / name):
                copied(home / "ledger" / name, copy / "ledger" / name)
        if places.is_file(home / "audit" / "audit.duckdb") and not (note.copy_fault(home) or note.unnoted(home)):
            # what the proposal does not touch is taken from the copy
            places.link(home / "audit" / "audit.duckdb", copy / "audit" / "audit.duckdb")
            copied(home / "ledger" / "published.json", copy / "ledger" / "published.json")
        yield copy
