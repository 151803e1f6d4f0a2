"""A landed file read once more by today's importers: what they make of it that the ledger does not hold. Nothing is landed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from duckdb import ColumnExpression

from importers._kit import Staged
from ledger import places
from ledger.errors import FileRefusedError, NotFoundError
from ledger.landing import PROVENANCE
from ledger.sqltext import execute, sql
from ledger.store import Store, open_store
from tieout.books import settings
from tieout.night.landing_step import stage_file

from .identifying import rows_of


def replay_lines(home: Path, file_id: str) -> Iterator[str]:
    """The file by the start of its hash or by its name: per table the rows that today's importer, mappings and feed make of the kept original, and how many
    of them no version in the ledger has; or why it would be refused today."""
    feeds = {feed.name: feed for feed in settings.load(home).feed}
    with open_store(home) as store:
        execute(store.con, sql("tieout", "in_force"))
        row = store.con.execute(sql("tieout", "file_to_replay"), {"file": file_id}).fetchone()
        if row is None:
            raise NotFoundError("no landed file has this name or hash", where=file_id)
        known, name, feed, importer = row
        if feed not in feeds:
            raise NotFoundError("tieout.toml has no feed of this name any more", where=feed)
        path = home / "ledger" / "tmp" / f"again{Path(name).suffix}"
        try:
            with store.kept.open(known) as source, os.fdopen(places.new(path), "wb") as out:
                shutil.copyfileobj(source, out)
            with places.held(path) as file:
                parsed = stage_file(store, feeds[feed], file, known, {})
            yield f"{feed}/{name}: {parsed.importer}" + (f", it was {importer}" if parsed.importer != importer else "")
            for staged in parsed.tables:
                rows, other = _unheld(store, staged)
                yield f"  {staged.table}: {rows} rows, {f'{other} of them are in no version of the ledger' if other else 'all as the ledger has them'}"
        except FileRefusedError as error:
            yield f"{feed}/{name}: today it would be refused, {error.message} [{error.code}]"
        finally:
            for left in places.entries(path.parent):
                if left.path == path or left.path.match("stage-*.parquet"):
                    places.remove(left.path)


def _unheld(store: Store, staged: Staged) -> tuple[int, int]:
    """Rows of a staged table, and those whose content no version in the ledger has."""
    held = store.con.table(staged.table)
    content = [ColumnExpression(column) for column in held.columns if column not in PROVENANCE]
    rows = store.con.table(f"stage.{staged.name}").project(*content)
    return rows_of(rows), rows_of(rows.except_(held.project(*content)))
