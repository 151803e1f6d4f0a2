"""Proves the whole ledger: chain, segments with their rows and sums, kept files, sealed files, the auditors' copy; signatures by ssh-keygen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import acts, note, on_disk
from .durable import file_hash
from .errors import TamperedError
from .lock import holder
from .log import canonical, read_manifests
from .named import Named


@dataclass(frozen=True)
class Deep:
    """What a verification reads besides the bytes as they lie: the rows of segments that are not what their manifest says, and the hash of a kept file's bytes as they were delivered."""

    rows: Callable[[Path, Named], list[str]]
    unpacked: Callable[[Path], str]


def verify(home: Path, deep: Deep | None = None) -> list[str]:
    """Everything that is not as it was written, each naming its file; nothing = well. Without `deep` by the hashes of the bytes as they lie: nothing is unpacked, no row is read, and no engine loaded."""
    findings: list[str] = []
    bodies: list[dict[str, Any]] = []
    named = Named()
    try:
        for body, data in read_manifests(home):
            named.add(body, data)
            if canonical(body) != data:
                findings.append(f"ledger/manifests/{body['seq']:08d}.json: not in canonical form")
            bodies.append(body)
    except TamperedError as error:
        findings.append(str(error).splitlines()[0])
    if not bodies and not findings:
        findings.append("ledger/manifests: there is no manifest")
    whole = not findings
    damaged = _segments(home, bodies)
    # The hash of a segment says that its bytes are those of its manifest; only its rows say whether the manifest was changed and chained anew.
    findings += damaged or (deep.rows(home, named) if deep else [])
    findings += _kept(home, bodies, deep)
    findings += acts.verify(home, bodies)
    findings += on_disk.outbox_faults(home, named)
    # What a run under way, or one that a crash broke off, has written is named by no manifest yet; the next run sweeps it.
    if whole and holder(home) is None and not (home / "ledger" / "run-start.json").exists():
        findings += _unnamed(home, bodies)
        findings += on_disk.dead_faults(home, named)
        findings += [fault for fault in (note.copy_fault(home), note.unnoted(home)) if fault]
    return findings


def _unnamed(home: Path, bodies: list[dict[str, Any]]) -> list[str]:
    named = {segment["sha256"] for body in bodies for segment in body["segments"]}
    folder = home / "ledger" / "segments"
    return [f"ledger/segments/{p.name}: named by no manifest" for p in sorted(folder.iterdir()) if p.stem not in named and not p.name.startswith(".")]


def _segments(home: Path, bodies: list[dict[str, Any]]) -> list[str]:
    folder, findings = home / "ledger" / "segments", []
    named = {segment["sha256"]: segment["bytes"] for body in bodies for segment in body["segments"]}
    for name, size in sorted(named.items()):
        path = folder / f"{name}.parquet"
        if not path.exists():
            findings.append(f"ledger/segments/{name}.parquet: missing")
        elif path.stat().st_size != size or file_hash(path) != name:
            findings.append(f"ledger/segments/{name}.parquet: other bytes than were written")
    return findings


def _kept(home: Path, bodies: list[dict[str, Any]], deep: Deep | None) -> list[str]:
    findings = []
    landed = {body["source"]["sha256"]: body["source"]["kept"] for body in bodies if body["kind"] == "import" and "importer" in body["source"]}
    for name, kept in sorted(landed.items()):
        path = next((p for p in (home / "ledger" / d / f"{name}.zst" for d in ("raw", "vault")) if p.exists()), None)
        if path is None:
            findings.append(f"ledger/raw/{name}.zst: missing")
            continue
        # The compressed bytes have bits that no reader looks at: they are hashed too.
        if file_hash(path) != kept or (deep and deep.unpacked(path) != name):
            findings.append(f"{path.relative_to(home)}: other bytes than were delivered")
    return findings
