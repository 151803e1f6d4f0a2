"""The nightly run: pull, land, judge, post, export, push, publish; every step may be repeated."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import duckdb

from ledger import places
from ledger import publish as publishing
from ledger.cache import discard_cache
from ledger.durable import disk_failure, replace
from ledger.errors import StorageError, TieoutError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.rows import relation as rows_relation
from ledger.sqltext import execute, sql
from ledger.store import Store
from rules._life import rules_sha256
from tieout import __version__
from tieout.books import configuring, watching
from tieout.books.dead_letters import settle, tell_changed
from tieout.books.in_force import not_in_force
from tieout.books.opening import open_books
from tieout.books.settings import DAYS, Settings
from tieout.books.settings import clock as clock

from . import coverage, judging
from .again import try_again
from .exporting import export_step
from .landing_step import FILE_BYTES, Landed, finish_landing, inbox_of, land_inbox
from .steps import landing, rows_of_steps

Say = Callable[[str], None]
# The gravest first: what the run says when it has finished.
EXIT_CODES = (70, 74, 77, 78, 65, 75)
INTERRUPTED = 75
JUDGED = ("match", "journal", "export")  # kinds of manifest that only the steps behind landing write
ROOM = 16 << 20
CLOCK = "tieout: the clock says {}, but the ledger has moments up to {}: it was wrong then or is wrong now\n  The run goes on in the ledger's order; set the clock right, and look at the business date of this run."


@dataclass
class Transfers:
    """What came and went: counts, what the remotes made us try again, what waits there, and what stopped us (remote, error)."""

    pulled: int = 0
    pushed: int = 0
    retries: int = 0
    waiting: list[tuple[str, str, str]] = field(default_factory=list)
    failures: list[tuple[str, TieoutError]] = field(default_factory=list)


@dataclass
class Night:
    """What the night did; `taken_up` when it only had to finish a run that was complete but not published, `judged` when the run was, now or before."""

    run_id: str
    as_of: date
    landed: Landed = field(default_factory=Landed)
    exported: list[str] = field(default_factory=list)
    held: int = 0
    pushed: int = 0
    exit_code: int = 0
    transfers: Transfers = field(default_factory=Transfers)
    taken_up: bool = False
    judged: bool = False
    published: bool = False
    missed: list[date] = field(default_factory=list)  # business days before it without a night
    turned_down: bool = False
    unapproved: list[tuple[str, str]] = field(default_factory=list)  # mapping files that say what nobody has approved, and what to do about each
    differences: list[str] = field(default_factory=list)  # between what earlier judgements left and one made anew


def business_date(config: Settings) -> date:
    """Today in the zone of the first feed that has one."""
    zone = next((feed.time_zone for feed in config.feed if feed.time_zone != "UTC"), "UTC")
    return clock().astimezone(ZoneInfo(zone)).date()


def run(home: Path, as_of: date | None, say: Say, *, only_land: bool = False, full: bool = False, turned_down: bool = False) -> Night:
    """The whole night; business findings are rows, not errors. What stops it is told to the watchers and raised. With `full` nothing of an earlier judgement is taken over; `turned_down` where decisions of people were refused before it."""
    from .ending import loaded, watched

    config = loaded(home)
    day = as_of or business_date(config)
    with watched(home, config, day):
        night = whole_run(home, day, say, only_land, full, turned_down)
        if night.taken_up and inbox_of(home)[0]:
            night = whole_run(home, day, say, only_land, full, turned_down)
    return night


def whole_run(home: Path, day: date, say: Say, only_land: bool, full: bool = False, turned_down: bool = False) -> Night:
    """One run; where the cache turns out to be damaged in the middle of it, it is thrown away and the run taken up again, once."""
    try:
        return one_run(home, day, say, only_land, full, turned_down)
    except duckdb.Error as error:
        if disk_failure(error) or not (isinstance(error, duckdb.FatalException) or "Corrupt" in str(error)):
            raise
    watching.log(home, "cache.discarded", as_of=day)
    discard_cache(home)
    return one_run(home, day, say, only_land, full, turned_down)


def one_run(home: Path, day: date, say: Say, only_land: bool, full: bool, turned_down: bool = False) -> Night:
    """One run from its start to its end, or the rest of one that was interrupted."""
    from .ending import finish
    from .telling import tell

    started = time.monotonic()
    with open_books(home) as (store, config):
        room(home)
        night = Night(begin(store, config, day), day, turned_down=turned_down)
        watching.heartbeat(home, "started", run_id=night.run_id, at=stamp(store.at), exit_code=None, size=store.head().size, head=store.head().head)
        failpoint("heartbeat.started")
        watching.log(home, "run.started", run=night.run_id, as_of=day)
        night.taken_up = store.has(f"run:{night.run_id}")
        night.judged = not only_land or _was_judged(store)
        configuring.lay_parameters(store)
        prepare(store, config)
        judged = judging.Judgement()
        night.unapproved = not_in_force(store)
        if not night.taken_up:
            settle(store)
            tell_changed(store)
            pull_step(store, config, say, night.transfers)
            try_again(store, config, say)
            night.landed = land_inbox(store, config, say)
        if not only_land:
            judged = judging.judge(store, day, config.environment, say, full=full)
            failpoint("judged")
        if not only_land and not night.taken_up:
            night.exported, night.held = export_step(store, config, day, say)
            push_step(store, config, say, night.transfers)
        finish(store, config, night, judged, started, only_land)
        tell(store, config, night)
    return night


def begin(store: Store, config: Settings, as_of: date) -> str:
    """Stamp the run; an interrupted run of the same business date is taken up with its own id and clock reading, one of another date is closed."""
    path = store.home / "ledger" / "run-start.json"
    start = interrupted(store)
    if start and start["as_of"] != as_of.isoformat():
        close(store, config, start)
        start = {}
    if not start:
        now = clock()
        start = {"as_of": as_of.isoformat(), "at": stamp(store.moment(now)), "run_id": f"{as_of:%Y%m%d}-{store.head().size:06d}"}
        if start["at"] != stamp(now):
            watching.log(store.home, "clock.back", run=start["run_id"], clock=stamp(now), ledger=start["at"])
            click.echo(CLOCK.format(stamp(now), start["at"]), err=True)
        replace(path, json.dumps(start, sort_keys=True).encode())
        failpoint("run.started")
    stamp_run(store, start)
    return start["run_id"]


def interrupted(store: Store) -> dict[str, str]:
    """The start of a run that has not ended; empty where there is none."""
    path = store.home / "ledger" / "run-start.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def stamp_run(store: Store, start: dict[str, str]) -> None:
    """What the next manifests are stamped with: the run's id and its one clock reading."""
    store.begin(start["run_id"], datetime.fromisoformat(start["at"]).replace(tzinfo=UTC), code=__version__, mapping=judging.mapping_version(store))


def close(store: Store, config: Settings, start: dict[str, str]) -> None:
    """A run of another business date that nobody will take up: what it had landed leaves the inbox, and its own manifest says that it did not end."""
    stamp_run(store, start)
    if store.batches(start["run_id"]) and not store.has(f"run:{start['run_id']}"):
        finish_landing(store, start["run_id"])
        commit_run(store, config, date.fromisoformat(start["as_of"]), INTERRUPTED, judging.Judgement())


def room(home: Path) -> None:
    """StorageError before anything is written where the disk has not three times what waits, and a further auditors' copy."""
    waiting = sum(size for entry in places.files(home / "inbox") if (size := entry.info.st_size) <= FILE_BYTES)
    copies = sum(path.stat().st_size for path in (home / "audit" / "audit.duckdb", home / "ledger" / "ledger.duckdb") if path.exists())
    space = os.statvfs(home)
    free, needed = space.f_bavail * space.f_frsize, 3 * waiting + copies + ROOM
    if free < needed:
        raise StorageError(f"{free >> 20} MB are free and the night may need {needed >> 20} MB", where=home.name)


def prepare(store: Store, config: Settings) -> None:
    """Mappings in force and feeds, where rules and importers find them."""
    execute(store.con, sql("tieout", "in_force"))
    execute(store.con, sql("tieout", "feed_table"))
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
        rows_relation(store.con, "fact.main.feed", rows).insert_into("fact.main.feed")


def pull_step(store: Store, config: Settings, say: Say, done: Transfers) -> None:
    """Fetch what the remotes have."""
    if any(remote.pull for remote in config.remote):
        from .remotes import pull_all

        pull_all(store, config, say, done)


def push_step(store: Store, config: Settings, say: Say, done: Transfers) -> None:
    """Send sealed files that have no receipt yet."""
    if any(remote.push for remote in config.remote):
        from .remotes import push_all

        push_all(store, config, say, done)


def commit_run(store: Store, config: Settings, as_of: date, exit_code: int, judged: judging.Judgement) -> None:
    """The run's own manifest, always its last one; its counts are those of its manifests, so that an interruption leaves no trace in them."""
    landed = landing(store)
    run_row = {
        "run_id": store.run_id,
        "as_of": as_of,
        "started_at": stamp(store.at),
        "environment": config.environment,
        "code_version": __version__,
        "rules_sha256": rules_sha256(),
        "mapping_sha256": store.mapping,
        "exit_code": exit_code,
        "seq": store.head().size,
    }
    step_rows = rows_of_steps(store, judged=bool(judged.runs))
    store.commit(
        "run",
        f"run:{store.run_id}",
        [store.rows("run", [run_row]), store.rows("run_step", step_rows), store.rows("rule_run", judged.runs), store.rows("run_mapping", judged.mappings)],
        counts={name: landed[name] for name in ("read", "new", "same", "versions", "left_out", "refused")},
    )
    failpoint("run.committed")


def _was_judged(store: Store) -> bool:
    """Whether the run had gone beyond landing when it was interrupted."""
    return any(body["kind"] in JUDGED for body in store.batches(store.run_id)) or _rows_of(store, "rule_run") > 0


def _rows_of(store: Store, table: str) -> int:
    return sum(segment["rows"] for body in store.batches(store.run_id) for segment in body["segments"] if segment["table"] == table)


def publish(store: Store, config: Settings, judged: judging.Judgement) -> None:
    """Swap in a new auditors' copy, with what the judgement of this session made."""
    execute(store.con, sql("tieout", "search_path"))
    coverage.register(store.con)
    facts = judging.published_facts()
    publishing.publish(store, books=config.name, environment=config.environment, comments=facts, made=judged.made, taken=judged.taken, kept=judged.kept)
