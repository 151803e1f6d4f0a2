"""What is known of a refused file beside its fault: its format, and the days that it would have covered."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from importers import _registry
from importers._span import span_of
from ledger import places
from ledger.errors import FileRefusedError
from ledger.log import canonical
from ledger.store import Store
from tieout.books.settings import Feed

from .probes import probe_of

# the file is not of this feed, or says again what others say: nothing of the feed's is missing with it
NOT_OURS = {"WRONG_FEED", "WRONG_COMPANY", "FEED_MIXED", "FEED_UNKNOWN", "ENV_MIXED", "FEED_SETTINGS", "WORKBOOK_CHANGED"}
UNREAD = {"TOO_LARGE", "FILE_NAME", "ARCHIVE"}  # its bytes are not looked at


def base_of(store: Store) -> str:
    """What a refusal may hang on beside the file."""
    return sha256(canonical([store.mapping, store.named.settings, store.code])).hexdigest()


def known_of(store: Store, feed: Feed | None, file: places.Held, code: str) -> dict[str, Any]:
    """What a dead letter says beside the fault: under what it was refused, and what waits with it, where something does. `read_by` says how the days are known: by content, by name, or not at all."""
    base = {"base": base_of(store)}
    return base if feed is None or code in NOT_OURS else base | _span(store, feed, file, code)


def _span(store: Store, feed: Feed, file: places.Held, code: str) -> dict[str, Any]:
    importer, span = None, None
    if code not in UNREAD:
        try:
            probe = probe_of(store.home / "ledger" / "tmp", file, feed.headers)
        except FileRefusedError:
            return {"read_by": "nothing"}
        try:
            try:
                importer = _registry.identify(probe, feed.csv, feed.name)
            except FileRefusedError:
                importer = None
            span = span_of(probe, importer, store.at.date())
        finally:
            places.remove(probe.path)
    said = {"first_on": span.first, "last_on": span.last, "days": span.days, "read_by": span.by} if span else {"read_by": "nothing"}
    declared = f":{feed.csv.table}" if importer and feed.csv and feed.csv.table in importer.declares else ""
    return said | ({"importer": f"{importer.module_name()}{declared}"} if importer else {})
