"""Refused files that wait for a mapping or a setting: once it has changed, the night tries them again, and those that are accepted come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from importers._kit import Context
from ledger import places
from ledger.durable import file_hash
from ledger.errors import FileRefusedError, PlaceError, TransientError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.on_disk import dead_name
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books.dead_letters import settle
from tieout.books.settings import Settings

from .landing_step import stage_file
from .refused import base_of

# what a mapping row, a feed's settings or a newer importer can cure; a file that is cut or does not close stays as it is
CURABLE = {
    *("MAPPING_MISSING", "FEED_UNKNOWN", "FEED_SETTINGS", "UNKNOWN_WORD", "WRONG_COMPANY", "WRONG_FEED", "TWO_COMPANIES", "ACROSS_COMPANIES", "CURRENCY", "SECRET_MISSING"),
    *("FORMAT_UNKNOWN", "FORMAT_UNSUPPORTED", "OTHER_LANGUAGE", "SCHEMA_DRIFT", "VALUE_FORMAT", "AMBIGUOUS_FORMAT", "BANK_DOWNLOAD", "TAX_IN_PRICE", "ENV_MIXED"),
}  # fmt: skip

REASON = "the mapping or setting that it waited for has changed"


def try_again(store: Store, settings: Settings, say: Callable[[str], None]) -> None:
    """Put back into the inbox what would land by now; the step that lands files takes it from there, and says so."""
    feeds = {feed.name: feed for feed in settings.feed}
    contexts: dict[str, Context] = {}
    if not store.named.refused:
        return
    for file_id, feed_name, name, code in execute(store.con, sql("tieout", "curable_dead_letters"), {"base": base_of(store)}).fetchall():
        path = store.home / "dead-letters" / feed_name / dead_name(file_id, name)
        if code not in CURABLE or feed_name not in feeds or not places.is_file(path):
            continue
        say(f"try {feed_name}/{name} again")
        try:
            with places.held(path) as file:
                if file_hash(file.bytes_at) != file_id:
                    continue
                stage_file(store, feeds[feed_name], replace(file, called=name), file_id, contexts)
        except (FileRefusedError, PlaceError, TransientError, FileNotFoundError, PermissionError):
            continue
        row = {"file_id": file_id, "feed": feed_name, "name": name, "code": "REPLAY", "reason": REASON, "hint": "", "known_at": stamp(store.at), "run_id": store.run_id, "state": "landed"}
        store.commit("quarantine", f"replay:{file_id}:{feed_name}/{name}:{store.run_id}", [store.rows("dead_letter", [row])], source={"sha256": file_id, "name": name, "feed": feed_name})
        failpoint("again.committed")
    settle(store)
