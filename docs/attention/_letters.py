"""What the examples beside this have in common: one JSON document of Tieout on standard input becomes one message for each who has to know."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

EVERYBODY = "*"
REASONS = {
    "run_failed": "The night failed, exit code {exit_code}.",
    "nights_missed": "No night on {missed}; what waited since is in this one.",
    "remote_away": "Remotes that do not answer: {remotes}.",
}


def main(send: Callable[[Mapping[str, Any], str, str, Sequence[str]], None]) -> int:
    """Read the document and the file of addresses, and send every message; 1 where one could not be sent, which Tieout logs as attention.failed."""
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    failed = 0
    for address, subject, lines in letters(json.load(sys.stdin), settings["owners"]):
        try:
            send(settings, address, subject, lines)
        except (OSError, ValueError) as error:
            print(f"{type(error).__name__}: a message could not be sent", file=sys.stderr)
            failed = 1
    return failed


def letters(document: Mapping[str, Any], owners: Mapping[str, str]) -> list[tuple[str, str, list[str]]]:
    """(address, subject, lines): what is the operator's goes to `*`, what an owner has to decide to him; two with one address get one message."""
    found: dict[str, list[str]] = {}
    told = {
        "exit_code": document["exit_code"],
        "missed": ", ".join(document.get("missed", [])),
        "remotes": ", ".join(f"{one['remote']} since {one['since']}" for one in document.get("remotes", [])),
    }
    operator = [REASONS[reason].format_map(told) for reason in document["reasons"] if reason in REASONS]
    operator += [f"{one.get('remote', '')} {one['message']} {one.get('hint', '')}".strip() for one in document.get("errors", [])]
    if operator:
        found[owners[EVERYBODY]] = operator
    for one in document.get("owners", []):
        if lines := _own(one):
            found.setdefault(owners.get(one["owner"], owners[EVERYBODY]), []).extend(lines)
    subject = f"{document['books']} ({document['environment']}), {document['as_of']}"
    return [(address, subject, [*lines, *([f"More: {document['report']} of the books."] if "report" in document else [])]) for address, lines in found.items()]


def _own(one: Mapping[str, Any]) -> list[str]:
    """What an owner hears: only where a feed of his is missing or something new blocks."""
    blocking = [row for row in one["opened"] if row["severity"] == "block"]
    if not blocking and not one["feeds"]:
        return []
    lines = [f"For {one['owner']}:"] + [f"- feed {feed} is missing" for feed in one["feeds"]]
    lines += [f"- {row['count']} x {row['code']} blocks{_amount(row)}" for row in blocking]
    others = sum(row["count"] for row in one["opened"]) - sum(row["count"] for row in blocking) - len(one["feeds"])
    lines += [f"- {others} more opened"] if others > 0 else []
    return lines + [f"- waiting in all: {row['count']}{_amount(row)}, the oldest {row['oldest_days']} business days" for row in one["waiting"]]


def _amount(row: Mapping[str, Any]) -> str:
    """The amount as the ledger says it."""
    return f", {row['amount']} {row['currency']}" if row["currency"] else ""
