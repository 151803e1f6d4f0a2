"""The note in ledger/published.json: which file lies there as the auditors' copy, and of which log it was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .durable import file_hash, replace


def _path(home: Path) -> Path:
    return home / "ledger" / "published.json"


def noted(home: Path) -> list[dict[str, Any]]:
    """The files that may lie there as the auditors' copy: one, and two only while they are exchanged."""
    try:
        listed = json.loads(_path(home).read_text(encoding="utf-8"))["files"]
        return [one for one in listed if isinstance(one["sha256"], str) and isinstance(one["size"], int)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write(home: Path, files: list[dict[str, Any]]) -> None:
    """Note them."""
    replace(_path(home), json.dumps({"files": files}, sort_keys=True).encode())


def copy_fault(home: Path) -> str:
    """Whether the auditors' copy is another file than the one that was published; empty where it is that one, or where none lies there or nothing is known of it."""
    final, known = home / "audit" / "audit.duckdb", [one["sha256"] for one in noted(home)]
    return "audit/audit.duckdb: other bytes than were published" if known and final.exists() and file_hash(final) not in known else ""


def unnoted(home: Path) -> str:
    """Whether an auditors' copy lies there and nothing says that it is the one that was published; empty where it is said, or where none lies there."""
    lost = (home / "audit" / "audit.duckdb").exists() and not noted(home)
    return "ledger/published.json: missing or damaged, so nothing says which auditors' copy was published" if lost else ""
