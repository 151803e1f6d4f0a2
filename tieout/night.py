"""The nightly run: pull, land, judge, post, export, push, publish; every step may be repeated."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ledger import publish as publishing
from ledger.durable import replace
from ledger.rows import relation as rows_relation
from ledger.sqltext import sql
from ledger.store import Store, stamp
from rules import _rules

from . import __version__, judging
from .exporting import export_step
from .landing_step import Landed, land_inbox
from .opening import open_books
from .settings import DAYS, Settings
from .settings import clock as clock

Say = Callable[[str], None]


@dataclass
class Night:
    """What the night did."""

    run_id: str
    as_of: date
    landed: Landed
    judged: judging.Judgement
    exported: list[str]
    held: int
    pushed: int
    exit_code: int


def business_date(config: Settings) -> date:
    """Today in the zone of the first feed that has one."""
    zone = next((feed.time_zone for feed in config.feed if feed.time_zone != "UTC"), "UTC")
    return clock().astimezone(ZoneInfo(zone)).date()


def begin(store: Store, as_of: date) -> str:
    """Stamp the run; an interrupted run of the same business date is taken up with its own id and clock reading."""
    path = store.home / "ledger" / "run-start.json"
    start = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if start.get("as_of") != as_of.isoformat():
        start = {"as_of": as_of.isoformat(), "at": stamp(clock()), "run_id": f"{as_of:%Y%m%d}-{store.head().size:06d}"}
        replace(path, json.dumps(start, sort_keys=True).encode(), 0o640)
    store.begin(start["run_id"], datetime.fromisoformat(start["at"]).replace(tzinfo=UTC), code=__version__, mapping=judging.mapping_version(store))
    return str(start["run_id"])


def run(home: Path, as_of: date | None, say: Say, *, only_land: bool = False) -> Night:
    """The whole night; business findings are rows, not errors."""
    with open_books(home) as (store, config):
        day = as_of or business_date(config)
        run_id = begin(store, day)
        heartbeat(home, run_id, "started", store.at)
        pulled, remote_failed = pull_step(store, config, say)
        prepare(store, config)
        landed = land_inbox(store, config, say)
        if only_land:
            return Night(run_id, day, landed, judging.Judgement(), [], 0, 0, 65 if landed.refused else 0)
        judged = judging.judge(store, day, config.environment, ", ".join(landed.names[:20]), say)
        exported, held = export_step(store, config, day, say)
        pushed, push_failed = push_step(store, config, say)
        code = 65 if landed.refused else 75 if remote_failed or push_failed else 0
        night = Night(run_id, day, landed, judged, exported, held, pushed, code)
        finish(store, config, night, pulled)
        heartbeat(home, run_id, "ended", store.at, code)
    return night


def prepare(store: Store, config: Settings) -> None:
    """Mappings in force and feeds, where rules and importers find them."""
    store.con.execute(sql("tieout", "in_force"))
    store.con.execute(sql("tieout", "feed_table"))
    rows = [
        {
            "feed": f.name,
            "kind": f.context[0],
            "owner_key": f.context[1],
            "expected": f.expected,
            "days": DAYS[f.expected],
            "grace_hours": f.grace_hours,
            "criticality": f.criticality,
            "owner": f.owner,
        }
        for f in config.feed
    ]
    if rows:
        rows_relation(store.con, "ledger.fact.feed", rows).insert_into("ledger.fact.feed")


def pull_step(store: Store, config: Settings, say: Say) -> tuple[int, bool]:
    """Fetch what the remotes have; a remote that does not answer is tried again next time."""
    remotes = [remote for remote in config.remote if remote.pull]
    if not remotes:
        return 0, False
    from .remotes import pull_all

    return pull_all(store, config, say)


def push_step(store: Store, config: Settings, say: Say) -> tuple[int, bool]:
    """Send sealed files that have no receipt yet."""
    remotes = [remote for remote in config.remote if remote.push]
    if not remotes:
        return 0, False
    from .remotes import push_all

    return push_all(store, config, say)


def finish(store: Store, config: Settings, night: Night, pulled: int) -> None:
    """The run's own manifest, always the last one, then the auditors' copy and the reports."""
    run_row = {
        "run_id": night.run_id,
        "as_of": night.as_of,
        "started_at": stamp(store.at),
        "environment": config.environment,
        "code_version": __version__,
        "rules_sha256": _rules.rules_sha256(),
        "mapping_sha256": store.mapping,
        "exit_code": night.exit_code,
        "seq": store.head().size,
    }
    landed = night.landed
    steps = [
        ("pull", pulled, pulled, 0, 0, 0),
        ("land", landed.files + landed.duplicates + len(landed.refused), landed.new, landed.same, landed.versions, len(landed.refused)),
        ("match", night.judged.rules, night.judged.groups, 0, 0, 0),
        ("check", night.judged.rules, night.judged.events, 0, 0, 0),
        ("post", night.judged.entries, night.judged.entries, 0, 0, 0),
        ("export", len(night.exported), len(night.exported), 0, 0, 0),
        ("push", night.pushed, night.pushed, 0, 0, 0),
    ]
    step_rows = [
        {"run_id": night.run_id, "step": name, "ordinal": i, "read": read, "new": new, "same": same, "versions": versions, "refused": refused}
        for i, (name, read, new, same, versions, refused) in enumerate(steps, 1)
    ]
    store.commit(
        "run",
        f"run:{night.run_id}:{store.head().size}",
        [store.rows("run", [run_row]), store.rows("run_step", step_rows), store.rows("rule_run", night.judged.runs)],
        counts={"new": landed.new, "same": landed.same, "versions": landed.versions, "refused": len(landed.refused)},
    )
    publish(store, config)
    from .reports import write_reports

    write_reports(store, config, night.as_of, night.run_id)
    (store.home / "ledger" / "run-start.json").unlink(missing_ok=True)


def publish(store: Store, config: Settings) -> None:
    """Swap in a new auditors' copy."""
    store.con.execute(sql("tieout", "search_path"))
    store.con.execute(sql("tieout", "coverage"))
    publishing.publish(store, books=config.name, environment=config.environment, comments=judging.published_facts())


def heartbeat(home: Path, run_id: str, state: str, at: datetime, code: int | None = None) -> None:
    """What a watcher reads to see that the night began and ended."""
    body = {"run_id": run_id, "state": state, "at": stamp(at), "exit_code": code}
    replace(home / "reports" / "heartbeat.json", (json.dumps(body, sort_keys=True) + "\n").encode())
