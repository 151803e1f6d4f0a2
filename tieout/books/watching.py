"""What stands outside of a run and looks at it: heartbeat, log, metrics, and the program that calls somebody."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ledger import places
from ledger.durable import replace
from ledger.errors import PlaceError
from ledger.private import masked
from ledger.sqltext import sql
from ledger.store import Store

from .settings import Settings

LOG_BYTES = 10_000_000
CALL_SECONDS = 60
RUN_METRICS = "tieout_run_"


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


def metrics(store: Store, run: Mapping[str, float]) -> None:
    """reports/tieout.prom, for the textfile collector of a Prometheus node exporter; `run` becomes tieout_run_<name>."""
    waiting = sum(1 for _ in places.files(store.home / "inbox"))
    lines = [*_run_lines(run), *_lines("tieout_inbox_files", [("", waiting)])]
    rows = store.con.execute(sql("tieout", "metrics")).fetchall()
    for name in dict.fromkeys(row[0] for row in rows):
        lines += _lines(name, [(labels, value) for other, labels, value in rows if other == name])
    replace(store.home / "reports" / "tieout.prom", ("\n".join(lines) + "\n").encode())


def failed_metrics(home: Path, run: Mapping[str, float]) -> None:
    """The same after a run that stopped: what is known of the run, and the figures of the night before."""
    path = home / "reports" / "tieout.prom"
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    replace(path, ("\n".join([*_run_lines(run), *(line for line in before if RUN_METRICS not in line)]) + "\n").encode())


def _run_lines(run: Mapping[str, float]) -> list[str]:
    return [line for name, value in run.items() for line in _lines(f"{RUN_METRICS}{name}", [("", value)])]


def _lines(name: str, values: Iterable[tuple[str, float]]) -> list[str]:
    return [f"# TYPE {name} gauge", *(f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in values)]


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


def findings_of(store: Store) -> tuple[list[str], list[dict[str, object]]]:
    """Feeds that this run found missing, and the blocking exceptions that it opened, by code and currency."""
    rows = store.con.execute(sql("tieout", "attention"), {"run_id": store.run_id}).fetchall()
    feeds = [key for kind, key, _, _, _ in rows if kind == "feed"]
    return feeds, [{"code": key, "currency": coin, "count": count, "amount": str(amount)} for kind, key, coin, count, amount in rows if kind == "block"]
