"""Every file that a manifest names, held against it by the bytes as they lie: nothing is unpacked, and no row is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .durable import file_hash
from .named import Named, tonight

BESIDE, REASON = ".manifest.json", ".reason.json"
NAME_BYTES = 200
BYTES = 1 << 30  # of segments and of kept files that a night hashes; of more the newest and a part of the older ones, in turn


def files_fault(home: Path, named: Named, night: int | None) -> str:
    """The file among segments, kept files and signed acts that has not the bytes that a manifest says, and what is wrong with it; empty where all have them."""
    segments = [(one.path, one.sha256, one.bytes) for one in named.segments()]
    kept = [(_kept(home, name), digest, None) for name, digest in named.kept.items()]
    acts = [(f"ledger/acts/{name}", digest, None) for name, digest in named.acts.items()]
    for listed in (segments, kept, acts):
        for path, _, size in listed:
            if not (home / path).is_file() or size not in (None, (home / path).stat().st_size):
                return f"{path}: missing or of another size than was written"
        sizes = [(home / path).stat().st_size for path, _, _ in listed]
        for path, digest, _ in [listed[place] for place in (tonight(sizes, night, BYTES) if night is not None else range(len(listed)))]:
            if file_hash(home / path) != digest:
                return f"{path}: other bytes than were written"
    return ""


def rows_of(path: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """Rows of a small segment. What reads them is loaded only here: most questions about files need no row."""
    import pyarrow.parquet as pq

    return list(pq.read_table(path, columns=columns).to_pylist())


def outbox_faults(home: Path, named: Named) -> list[str]:
    """The sealed files in the outbox that are not as they were written, or are gone. One may be gone when a person had what it carried written again."""
    faults = []
    for path, digest in named.exports:
        if not (home / path).is_file():
            faults += [] if path in _written_again(home, named) else [f"{path}: the sealed file is gone"]
        elif file_hash(home / path) != digest:
            faults.append(f"{path}: other bytes than were sealed")
        elif not _described(home / f"{path}{BESIDE}", digest):
            faults.append(f"{path}{BESIDE}: missing, or it describes another file")
    return faults


def dead_faults(home: Path, named: Named) -> list[str]:
    """The refused files that wait in dead-letters/ and are not as they were refused, or are gone. What is too large was never read."""
    faults = []
    for (digest, feed, name), code in named.refused.items():
        path = f"dead-letters/{feed}/{dead_name(digest, name)}"
        if not (home / path).is_file():
            faults.append(f"{path}: the refused file is gone; deliver it again, and take this record out by `tieout dead-letter discard {digest[:12]}`")
        elif code != "TOO_LARGE" and file_hash(home / path) != digest:
            faults.append(f"{path}: other bytes than were refused; put it back, or take it out by `tieout dead-letter discard {digest[:12]}` and deliver the corrected file")
    return faults


def dead_name(file_id: str, name: str) -> str:
    """What a refused file is called in dead-letters/: the start of its hash, then its name, escaped and cut to what file systems take."""
    raw = "".join(c if c.isprintable() and c != "/" else f"\\x{ord(c):02x}" for c in name).encode()
    return f"{file_id[:12]}-" + raw[-NAME_BYTES:].decode(errors="ignore")


def _described(path: Path, digest: str) -> bool:
    """Whether the manifest beside a sealed file speaks of these bytes."""
    try:
        return bool(json.loads(path.read_bytes())["sha256"] == digest)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _written_again(home: Path, named: Named) -> set[str]:
    """What people had written once more, by the word of the segments."""
    paths = [home / one.path for one in named.tables.get("decision", [])]
    rows = [row for path in paths if path.is_file() for row in rows_of(path, ["kind", "subject_key"])]
    return {row["subject_key"] for row in rows if row["kind"] == "export_again"}


def _kept(home: Path, name: str) -> str:
    vault = f"ledger/vault/{name}.zst"
    return vault if (home / vault).exists() else f"ledger/raw/{name}.zst"
