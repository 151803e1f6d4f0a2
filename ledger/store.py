"""The append-only store: immutable Parquet segments, one chained manifest per batch, and a DuckDB cache that follows them."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from . import merkle, places, proof
from .cache import apply_manifest, discard_cache, open_cache
from .durable import folder, fsync_dir, fsync_file, link_new, write_new
from .errors import BooksBusyError, NotBooksError, TamperedError
from .failpoints import failpoint
from .named import Named
from .rows import arrow, layout
from .segments import Draft, Segment, adopt, file_hash, write_segment

ZEROS = "0" * 64
SELF = b'"self":"%s"'
ZEROS_SELF = SELF % ZEROS.encode()
FOLDERS = ("inbox", "ledger/raw", "ledger/vault", "ledger/segments", "ledger/manifests", "ledger/acts", "ledger/tmp", "audit/anchors", "dead-letters", "outbox", "reports")


@dataclass(frozen=True)
class Head:
    """Where the log stands: its size, the Merkle root, the last manifest's hash and its moment."""

    size: int
    root: str
    head: str
    at: str


@dataclass(frozen=True)
class Packed:
    """A file compressed under a temporary name: hash and size of the original, and the compressed bytes' own hash."""

    path: Path
    sha256: str
    bytes: int
    kept: str


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8, one line end."""
    return (json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def sealed_bytes(body: Mapping[str, Any]) -> bytes:
    """A manifest's bytes: canonical, `self` being the hash of these bytes with zeros in its place, so that a damaged manifest is known by itself."""
    data = canonical({**body, "self": ZEROS})
    return data.replace(ZEROS_SELF, SELF % sha256(data).hexdigest().encode())


def intact(body: Mapping[str, Any], data: bytes) -> bool:
    """Whether a manifest's bytes are those that were sealed."""
    given = SELF % str(body.get("self")).encode()
    return data.count(given) == 1 and SELF % sha256(data.replace(given, ZEROS_SELF)).hexdigest().encode() == given


def manifest_path(home: Path, seq: int) -> Path:
    """ledger/manifests/00000042.json"""
    return home / "ledger" / "manifests" / f"{seq:08d}.json"


def create(home: Path, sealed: Mapping[str, Any], at: datetime) -> None:
    """Make the folders and the first manifest, which seals environment, people and approval count; again is a no-op."""
    for name in FOLDERS:
        folder(home / name)
    first = manifest_path(home, 0)
    if not first.exists():
        body = {
            "v": 1,
            "seq": 0,
            "prev": ZEROS,
            "kind": "config",
            "key": "config",
            "run": None,
            "at": stamp(at),
            "code": "",
            "config": "",
            "mapping": "",
            "source": dict(sealed),
            "segments": [],
            "counts": {},
        }
        write_new(first, sealed_bytes(body))


def seal_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The seal that a manifest sets; empty where it sets none: config manifests record the settings beside the seal too."""
    source = body["source"]
    return dict(source.get("seal", source)) if body["kind"] == "config" and "settings" not in source else {}


def untouched(keys: Mapping[str, str]) -> bool:
    """Whether a log of these keys and kinds has nothing that the seal must hold for: no file landed, and no act of a person. Empty runs and refused files are nothing yet."""
    return not any(kind in ("import", "decision", "approval") and not key.startswith("parameters:") for key, kind in keys.items())


def stamp(at: datetime) -> str:
    """UTC with microseconds, as manifests carry it."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds")


def read_manifests(home: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Every manifest in order with its bytes; TamperedError where one is missing, unreadable or does not follow the one before."""
    folder, prev, seq = home / "ledger" / "manifests", ZEROS, 0
    # Listed first: a run may add some meanwhile, always at the end.
    names = sorted(p.name for p in folder.glob("[0-9]*.json"))
    while (path := manifest_path(home, seq)).exists():
        data = path.read_bytes()
        try:
            body = json.loads(data)
        except ValueError:
            raise TamperedError("the manifest cannot be read", where=f"ledger/manifests/{path.name}") from None
        if not isinstance(body, dict) or not intact(body, data):
            raise TamperedError("the manifest has other bytes than were written", where=f"ledger/manifests/{path.name}")
        if body.get("seq") != seq or body.get("prev") != prev:
            raise TamperedError("the chain of manifests is broken", where=f"ledger/manifests/{path.name}")
        prev, seq = sha256(data).hexdigest(), seq + 1
        yield body, data
    if names and names[-1] > f"{seq:08d}.json":
        raise TamperedError("the manifest is missing", where=f"ledger/manifests/{seq:08d}.json")


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the one lock of the books; BooksBusyError names the process that has it."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=str(home.name))
    path = home / "ledger" / ".lock"
    # The folder itself is locked: a lock file could be deleted, and a second holder would lock the new one.
    handle = os.open(home / "ledger", os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BooksBusyError(f"process {holder(home) or 'unknown'} is working on these books", where="ledger/.lock") from None
        _note(path, str(os.getpid()))
        try:
            yield
        finally:
            with suppress(OSError):
                _note(path, "")
    finally:
        os.close(handle)


def _note(path: Path, text: str) -> None:
    with os.fdopen(places.new(path), "w", encoding="ascii") as file:
        file.write(text)


def holder(home: Path) -> int | None:
    """The living process that has written its number into the lock file; None where there is none. The lock itself is not touched."""
    path = home / "ledger" / ".lock"
    number = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
    if not number.isdecimal():
        return None
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return int(number)


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
        self.home = home
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
        return untouched(self._keys)

    def used(self, document: str) -> bool:
        """Whether a signed document of this hash has had its effect."""
        return document in self.named.acts.values()

    def keep_act(self, files: Mapping[str, bytes]) -> None:
        """Keep a signed document, its signature and its allowed signers, for verification with ssh-keygen alone."""
        for name, data in files.items():
            write_new(self.home / "ledger" / "acts" / name, data)

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

    @contextmanager
    def packing(self, path: Path) -> Iterator[Future[Packed]]:
        """Compress a file's bytes beside what is done meanwhile; what is not kept then is removed."""
        temporary = self.home / "ledger" / "tmp" / f"raw-{os.getpid()}"
        try:
            with ThreadPoolExecutor(1) as beside:
                yield beside.submit(_packed, path, temporary)
        finally:
            places.remove(temporary)

    def keep_raw(self, packed: Packed, *, personal: bool) -> str:
        """Keep a file's compressed bytes under the hash of the original; people's data goes to the vault. Their own hash."""
        if there := self.raw_path(packed.sha256):
            return file_hash(there)
        fsync_file(packed.path)
        link_new(packed.path, self.home / "ledger" / ("vault" if personal else "raw") / f"{packed.sha256}.zst", 0o600)
        failpoint("raw.linked")
        return packed.kept

    def raw_path(self, file_id: str) -> Path | None:
        """Where a landed file's bytes are kept."""
        return next((p for p in (self.home / "ledger" / d / f"{file_id}.zst" for d in ("raw", "vault")) if p.exists()), None)

    def open_raw(self, file_id: str) -> BinaryIO:
        """A landed file's bytes as they were delivered."""
        path = self.raw_path(file_id)
        if path is None:
            raise TamperedError("the kept file is missing", where=f"ledger/raw/{file_id}.zst")
        stream: BinaryIO = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")
        return stream

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


def _packed(path: Path, temporary: Path) -> Packed:
    digest, size = sha256(), 0
    with path.open("rb") as source, pa.OSFile(str(temporary), "wb") as target, pa.CompressedOutputStream(target, "zstd") as out:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return Packed(temporary, digest.hexdigest(), size, file_hash(temporary))
