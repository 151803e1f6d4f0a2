"""What stands outside of a run and looks at it: heartbeat, log, remotes that stay away, and the program that calls somebody."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from ledger import places
from ledger.durable import replace
from ledger.errors import PlaceError
from ledger.private import masked

from .settings import Settings

LOG_BYTES = 10_000_000
CALL_SECONDS = 60


def log(home: Path, event: str, **fields: object) -> None:
    """One JSON line to reports/log.jsonl: ASCII with escapes, people's data masked. The log never stops the work; at 10 MB a new one begins, one old one is kept."""
    path = home / "reports" / "log.jsonl"
    body = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | {name: _clean(value) for name, value in fields.items()}
    with suppress(OSError, PlaceError):
        if (found := places.look(path)) and (found.info.st_size > LOG_BYTES or found.strange):
            places.move(path, path.with_name("log.1.jsonl"))
        handle = places.new(path, append=True)
        try:
            os.write(handle, (json.dumps(body) + "\n").encode())
        finally:
            os.close(handle)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {masked(str(name)): _clean(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    return value if value is None or isinstance(value, (bool, int)) else masked(str(value))


def heartbeat(home: Path, state: str, **fields: object) -> None:
    """reports/heartbeat.json: what a watcher reads to see that the night began (`started`), ended (`ended`) or stopped (`failed`)."""
    replace(home / "reports" / "heartbeat.json", (json.dumps({"state": state, **fields}, sort_keys=True) + "\n").encode())


def call(home: Path, config: Settings, document: Mapping[str, object]) -> None:
    """Give [attention] command one JSON document on standard input; whatever becomes of it is logged and changes nothing."""
    if config.attention is None:
        return
    started = time.monotonic()
    body = json.dumps(_clean(dict(document)), sort_keys=True) + "\n"
    try:
        done = subprocess.run(config.attention.command, input=body.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=CALL_SECONDS, cwd=home, check=False)
        said: object = done.returncode
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        said = type(error).__name__
    log(home, "attention.called" if said == 0 else "attention.failed", outcome=said, milliseconds=int(1000 * (time.monotonic() - started)))


def remotes_down(home: Path, failing: Iterable[str], as_of: date) -> list[dict[str, str]]:
    """Remotes that fail since an earlier business date and of which nobody was told, each with that date. reports/remotes.json remembers; where it is lost, it is told once more."""
    path = home / "reports" / "remotes.json"
    known: dict[str, dict[str, object]] = {}
    if places.is_file(path):
        with suppress(ValueError):
            known = json.loads(places.read(path))
    now = {name: {"since": as_of.isoformat(), "told": False} | known.get(name, {}) for name in sorted(set(failing))}
    told = [{"remote": name, "since": str(one["since"])} for name, one in now.items() if not one["told"] and str(one["since"]) < as_of.isoformat()]
    for one in told:
        now[one["remote"]]["told"] = True
    if now != known:
        replace(path, (json.dumps(now, sort_keys=True) + "\n").encode())
    return told
