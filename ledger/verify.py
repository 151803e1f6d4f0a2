"""Proves the whole ledger: chain, segments with their rows and sums, kept files, sealed files, the auditors' copy; signatures by ssh-keygen."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import acts, proof, publish
from .errors import TamperedError
from .named import Named
from .segments import file_hash
from .store import canonical, holder, read_manifests

CHUNK = 1 << 20


def verify(home: Path, *, deep: bool = True) -> list[str]:
    """Everything that is not as it was written, each naming its file; nothing = well. Without `deep` by the hashes of the bytes as they lie: nothing is unpacked and no row is read."""
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
    findings += damaged or (proof.rebuilt_sums(home, named) if deep else [])
    findings += _kept(home, bodies, deep)
    findings += acts.verify(home, bodies)
    findings += proof.outbox_faults(home, named)
    # What a run under way, or one that a crash broke off, has written is named by no manifest yet; the next run sweeps it.
    if whole and holder(home) is None and not (home / "ledger" / "run-start.json").exists():
        findings += _unnamed(home, bodies)
        findings += [fault for fault in (publish.copy_fault(home), publish.unnoted(home)) if fault]
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


def _kept(home: Path, bodies: list[dict[str, Any]], deep: bool) -> list[str]:
    findings = []
    landed = {body["source"]["sha256"]: body["source"]["kept"] for body in bodies if body["kind"] == "import" and "importer" in body["source"]}
    for name, kept in sorted(landed.items()):
        path = next((p for p in (home / "ledger" / d / f"{name}.zst" for d in ("raw", "vault")) if p.exists()), None)
        if path is None:
            findings.append(f"ledger/raw/{name}.zst: missing")
            continue
        # The compressed bytes have bits that no reader looks at: they are hashed too.
        if file_hash(path) != kept or (deep and _unpacked(path) != name):
            findings.append(f"{path.relative_to(home)}: other bytes than were delivered")
    return findings


def _unpacked(path: Path) -> str:
    """The hash of the bytes as they were delivered; another one where they cannot be read."""
    digest = sha256()
    try:
        with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except (OSError, pa.ArrowInvalid):
        digest.update(b"damaged")
    return digest.hexdigest()
