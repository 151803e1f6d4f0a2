"""The log: one manifest per batch, canonical, sealed by its own hash and chained to the one before; read without any engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import merkle
from .durable import folder, write_new
from .errors import NotBooksError, TamperedError

ZEROS = "0" * 64
SELF = b'"self":"%s"'
ZEROS_SELF = SELF % ZEROS.encode()
FOLDERS = ("inbox", "ledger/raw", "ledger/vault", "ledger/segments", "ledger/manifests", "ledger/acts", "ledger/tmp", "audit/anchors", "dead-letters", "outbox", "reports")
SETTINGS = "tieout.toml"


@dataclass(frozen=True)
class Head:
    """Where the log stands: its size, the Merkle root, the last manifest's hash and its moment."""

    size: int
    root: str
    head: str
    at: str


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


def head(home: Path) -> Head:
    """Head of the log, read from the manifests."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    leaves, last, at = [], "", ""
    for body, data in read_manifests(home):
        leaves.append(merkle.leaf_hash(data))
        last, at = sha256(data).hexdigest(), body["at"]
    return Head(len(leaves), merkle.root(leaves), last, at)


def content_hash(rows: Sequence[Mapping[str, str]]) -> str:
    """One hash for a mapping file's content, whatever the order of its rows and columns, so that it can be made again from the ledger's rows."""
    lines = sorted(json.dumps({"valid_from": "", "valid_to": "", **row}, sort_keys=True, ensure_ascii=False) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def seal_hash(seal: Mapping[str, Any]) -> str:
    """The same for the sealed part of tieout.toml."""
    return sha256(canonical(dict(seal))).hexdigest()
