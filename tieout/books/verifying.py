"""`tieout audit verify`: every file by its hash, and no other history than that of the manifests; nothing of it needs the engine."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import NotBooksError
from ledger.log import manifest_path
from ledger.note import noted
from ledger.verify import Deep, verify


def verified(home: Path, deep: Deep | None = None, published: tuple[int, str] | None = None) -> list[str]:
    """Everything that is wrong, each naming its file; `published` is the head that the auditors' copy knows, which is else taken from the note about it."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    findings = verify(home, deep)
    beat = last_heartbeat(home)
    for where, size, known in (("audit/audit.duckdb", *(published or _noted_head(home))), ("reports/heartbeat.json", beat.get("size"), beat.get("head"))):
        path = manifest_path(home, size - 1) if size else None
        if path and (not path.exists() or sha256(path.read_bytes()).hexdigest() != known):
            findings.append(f"{where}: it knows a longer or another history than ledger/manifests; an older copy was restored, or manifests are lost")
    return findings


def last_heartbeat(home: Path) -> dict[str, Any]:
    """The last heartbeat; empty where there is none that can be read."""
    try:
        body = json.loads((home / "reports" / "heartbeat.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


def _noted_head(home: Path) -> tuple[int, str]:
    """Size and head of the log when the auditors' copy was written. Which file is the copy is proven by its hash; only between two files nobody knows which of them lies there."""
    files = noted(home)
    return (files[0]["size"], str(files[0].get("head", ""))) if len(files) == 1 and (home / "audit" / "audit.duckdb").exists() else (0, "")
