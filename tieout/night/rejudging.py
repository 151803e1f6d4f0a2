"""Judging again without landing anything: after an act of a person, or because the auditors' copy is to be written from nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledger import places
from ledger.store import Store
from tieout import __version__
from tieout.books import settings
from tieout.books.opening import open_books

from . import judging, nightly


def republish(home: Path, as_of: date | None = None) -> None:
    """Judge again without landing anything, and publish from nothing."""
    with open_books(home, published=False) as (store, config):
        places.remove(home / "ledger" / "published.json")
        rejudge(store, config, as_of)


def rejudge(store: Store, config: settings.Settings, as_of: date | None = None) -> None:
    """The derived tables as of the last run's business date, and a new auditors' copy."""
    last = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0]
    day = as_of or last or nightly.business_date(config)
    if not store.run_id:
        store.begin(f"{day:%Y%m%d}-{store.head().size:06d}", store.moment(nightly.clock()), code=__version__, mapping=judging.mapping_version(store))
    nightly.prepare(store, config)
    nightly.publish(store, config, judging.judge(store, day, config.environment, lambda _: None))
