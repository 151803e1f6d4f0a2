"""The append-only store: immutable Parquet segments, one chained manifest per batch, and a DuckDB cache that follows them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from . import merkle, places, proof
from .cache import apply_manifest, discard_cache, open_cache
from .durable import folder, fsync_dir, write_new
from .errors import TamperedError
from .failpoints import failpoint
from .kept import Kept
from .lock import locked
from .log import FOLDERS, ZEROS, Head, manifest_path, read_manifests, seal_of, sealed_bytes, stamp
from .log import untouched as nothing_yet
from .named import Named
from .rows import arrow, layout
from .segments import Draft, Segment, adopt, write_segment
from .session import threads


@contextmanager
def open_store(home: Path) -> Iterator[Store]:
    """The books for writing, under their lock, with a cache that agrees with the manifests.

    What libraries write for a moment (an unpacked export, a workbook's sheets) lies in the books meanwhile: after a crash the next opening takes it away.
    """
    with locked(home):
        store = Store(home)
        before, tempfile.tempdir = tempfile.tempdir, str(home / "ledger" / "tmp")
        try:
            yield store
        finally:
            tempfile.tempdir = before
            store.con.close()


class Store:
    """Open books. `con` is the cache; every change goes through `commit`."""

    def __init__(self, home: Path):
        self.home, self.kept = home, Kept(home)
        self.run_id: str | None = None
        self.at = datetime.now(UTC)
        self.code = self.mapping = ""
        self._leaves: list[bytes] = []
        self._keys: dict[str, str] = {}
        self._head, self._last_at = ZEROS, ""
        self._seal: dict[str, Any] = {}
        self.named = Named()
        self._batches: list[Mapping[str, Any]] = []
        for name in FOLDERS:
            folder(home / name)
        for body, data in read_manifests(home):
            self._remember(body, data)
        self._sweep()
        self.con = open_cache(home, len(self._leaves), self.holds, manifest_path)

    def begin(self, run_id: str | None, at: datetime, *, code: str = "", mapping: str = "") -> None:
        """What the next manifests are stamped with."""
        self.run_id, self.at, self.code, self.mapping = run_id, at, code, mapping

    def moment(self, clock: datetime) -> datetime:
        """The clock's reading, or what follows the last manifest at once where the clock was set back: what came later must never look older."""
        last = datetime.fromisoformat(self._last_at).replace(tzinfo=UTC)
        return clock if clock >= last else last + timedelta(microseconds=1)

    def has(self, key: str) -> bool:
        """Whether a batch with this key was committed."""
        return key in self._keys

    def batches(self, run_id: str | None, *kinds: str) -> list[Mapping[str, Any]]:
        """Manifests that the latest run has committed so far, in order; none where `run_id` is another one. All kinds, or those named."""
        return [body for body in self._batches if body["run"] == run_id and (not kinds or body["kind"] in kinds)]

    def prove(self) -> str:
        """Hold the cache against the manifests, and make it again from the segments where it says something else; then what it said."""
        found = proof.cache_fault(self.con, self.home, self.named)
        if found:
            self.con.close()
            discard_cache(self.home)
            self.con = open_cache(self.home, len(self._leaves), self.holds, manifest_path)
            if again := proof.cache_fault(self.con, self.home, self.named):
                raise TamperedError(f"made again from the segments, it still disagrees: {again}", where="ledger/ledger.duckdb")
        return found

    def threads(self) -> str:
        """How many threads a session on these books has."""
        return threads((self.home / "ledger" / "ledger.duckdb").stat().st_size)

    def holds(self, size: int, head: str) -> bool:
        """Whether these manifests begin with the `size` manifests whose last one has this hash."""
        return size <= len(self._leaves) and sha256(manifest_path(self.home, size - 1).read_bytes()).hexdigest() == head

    def head(self) -> Head:
        """Size, root and head of the log."""
        return Head(len(self._leaves), merkle.root(self._leaves), self._head, self._last_at)

    def sealed(self) -> dict[str, Any]:
        """The seal in force: what the first manifest says, or the last approved change."""
        return dict(self._seal)

    def genesis(self) -> str:
        """Hash of the first manifest: which books these are."""
        return sha256(manifest_path(self.home, 0).read_bytes()).hexdigest()

    def untouched(self) -> bool:
        """Whether nothing was landed, proposed or decided yet."""
        return nothing_yet(self._keys)

    def used(self, document: str) -> bool:
        """Whether a signed document of this hash has had its effect."""
        return document in self.named.acts.values()

    def segment(self, table: str, rows: duckdb.DuckDBPyRelation | pa.Table | Draft) -> Segment | None:
        """Write rows of a table as one segment, or give a draft its name; None if there are none. The rows are named by no manifest yet."""
        segment = adopt(self.home, rows) if isinstance(rows, Draft) else write_segment(self.home, table, rows, list(layout(self.con, table)))
        if segment:
            failpoint("segment.linked")
        return segment

    def rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Segment | None:
        """The same from Python values."""
        return self.segment(table, arrow(self.con, table, rows)) if rows else None

    def commit(
        self, kind: str, key: str, segments: Sequence[Segment | None] = (), *, counts: Mapping[str, int] | None = None, source: Mapping[str, Any] | None = None
    ) -> bool:
        """Link the manifest (the commit point) and bring the cache up to it; False, and nothing written, if the key is in the log."""
        if self.has(key):
            return False
        listed = [s for s in segments if s]
        body = {
            "v": 1,
            "seq": len(self._leaves),
            "prev": self._head,
            "kind": kind,
            "key": key,
            "run": self.run_id,
            "at": stamp(self.at),
            "code": self.code,
            "config": (source or {}).get("settings", self.named.settings),
            "mapping": self.mapping,
            "source": dict(source or {}),
            "segments": [s.as_json() for s in listed],
            "counts": dict(counts or {}),
        }
        data = sealed_bytes(body)
        if listed:
            fsync_dir(self.home / "ledger" / "segments")
        failpoint("manifest.before")
        write_new(manifest_path(self.home, len(self._leaves)), data)
        failpoint("manifest.linked")
        self._remember(body, data)
        apply_manifest(self.con, self.home, body, data)
        failpoint("cache.applied")
        return True

    def _remember(self, body: Mapping[str, Any], data: bytes) -> None:
        self._leaves.append(merkle.leaf_hash(data))
        self._keys[body["key"]] = body["kind"]
        self._head, self._last_at = sha256(data).hexdigest(), body["at"]
        self.named.add(body, data)
        self._seal = seal_of(body) or self._seal
        if body["run"] is not None:
            if self._batches and self._batches[-1]["run"] != body["run"]:
                self._batches.clear()
            self._batches.append(body)

    def _sweep(self) -> None:
        """What no manifest names was left by a crash."""
        segments, acts, landed = {one.sha256 for one in self.named.segments()}, {name.split(".")[0] for name in self.named.acts}, self.named.landed
        for name, known, ending in (("segments", segments, ""), ("acts", acts, ""), ("raw", landed, ".zst"), ("vault", landed, ".zst")):
            for entry in places.entries(self.home / "ledger" / name):
                if not entry.is_folder and entry.path.name.endswith(ending) and entry.path.name.split(".")[0] not in known:
                    places.remove(entry.path)
        for entry in places.entries(self.home / "ledger" / "tmp"):
            places.remove_tree(entry.path)
        for name in ("ledger", "ledger/segments", "ledger/manifests", "ledger/raw", "ledger/vault", "audit", "reports"):
            for entry in places.entries(self.home / name):
                if entry.path.name.startswith(".tmp-"):
                    places.remove(entry.path)
