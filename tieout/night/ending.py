"""How a run ends: its manifest, the auditors' copy, the reports and metrics; and what the watchers are told where it stops."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import duckdb

from ledger import places
from ledger.durable import disk_failure
from ledger.errors import BooksBusyError, CacheBusyError, ConfigurationError, TieoutError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.store import Store
from tieout.books import metrics, settings, watching
from tieout.books.settings import Settings
from tieout.books.verifying import last_heartbeat

from . import judging, nightly
from .nightly import EXIT_CODES, Night
from .telling import document_of, missed_days


def finish(store: Store, config: Settings, done: Night, judged: judging.Judgement, started: float, only_land: bool) -> None:
    """The run's manifest, the auditors' copy, the reports; then nothing of the run is left to do. After `--only land` nothing is published."""
    landed = done.landed
    codes = {error.exit_code for _, error in done.transfers.failures} | ({65} if landed.refused or done.turned_down else set()) | ({75} if landed.waiting else set()) | ({70} if judged.differences else set())
    done.differences = judged.differences
    done.exit_code = next((code for code in EXIT_CODES if code in codes), 0)
    done.pushed = done.transfers.pushed
    if done.taken_up:
        done.exit_code = store.con.table("ledger.main.run").filter(duckdb.ColumnExpression("run_id") == duckdb.ConstantExpression(done.run_id)).fetchall()[0][7]
    else:
        nightly.commit_run(store, config, done.as_of, done.exit_code, judged)
    if not only_land:
        nightly.publish(store, config, judged)
        done.published = True
        done.missed = missed_days(store, done.as_of)
        from .reports import write_reports

        write_reports(store, config, done.as_of, done.run_id)
        figures = {"exit_code": done.exit_code, "failed": 0, "retries": done.transfers.retries, "seconds": round(time.monotonic() - started, 3)}
        failing = {name for name, _ in done.transfers.failures}
        figures |= {"ended_timestamp_seconds": int(time.time()), "remotes_failed": len(done.transfers.failures), "missed_days": len(done.missed)}
        metrics.write(store, figures, {one.name: one.name in failing for one in config.remote})
        failpoint("report.metrics")
    head = store.head()
    watching.heartbeat(store.home, "ended", run_id=done.run_id, at=stamp(store.at), exit_code=done.exit_code, size=head.size, head=head.head, retries=done.transfers.retries)
    failpoint("heartbeat.ended")
    places.remove(store.home / "ledger" / "run-start.json")
    failpoint("run.ended")


def loaded(home: Path) -> Settings:
    """The settings; where they cannot be read there is no program to call, but the watchers see that the run failed."""
    try:
        return settings.load(home)
    except ConfigurationError as error:
        if (home / "reports").is_dir():
            watching.log(home, "run.failed", exit_code=error.exit_code, error=type(error).__name__, message=error.message, where=error.where)
            with suppress(Exception):
                beat(home, error.exit_code, error)
        raise


@contextmanager
def watched(home: Path, config: Settings, as_of: date) -> Iterator[None]:
    """Tell the watchers of whatever stops the run, then let it go on its way; a full disk becomes a StorageError. That another run is at work is no failure."""
    try:
        yield
    except (BooksBusyError, CacheBusyError) as error:
        watching.log(home, "run.busy", error=type(error).__name__, message=error.message)
        raise
    except Exception as error:
        known = error if isinstance(error, TieoutError) else disk_failure(error)
        with suppress(Exception):
            stopped(home, config, as_of, known or error)
        if known is error or known is None:
            raise
        raise known from None


def stopped(home: Path, config: Settings, as_of: date, error: Exception) -> None:
    """Heartbeat, log, metrics and attention of a run that did not end. Of an error that is not ours only its kind is told: its message may contain customer data."""
    ours = error if isinstance(error, TieoutError) else TieoutError("an error inside Tieout", hint="Report it with reports/log.jsonl.")
    before = last_heartbeat(home)
    facts: dict[str, object] = {"error": type(error).__name__, "message": ours.message, "where": ours.where, "hint": ours.hint}
    document = document_of(config, str(before.get("run_id")), as_of, ours.exit_code, ["run_failed"])
    watching.log(home, "run.failed", exit_code=ours.exit_code, run=before.get("run_id"), **facts)
    # On a full disk the one may fail where the other still goes through.
    with suppress(Exception):
        beat(home, ours.exit_code, error)
    with suppress(Exception):
        metrics.write_failed(home, {"exit_code": ours.exit_code, "failed": 1, "ended_timestamp_seconds": int(time.time())})
    watching.call(home, config, document | {"errors": [facts]})


def beat(home: Path, exit_code: int, error: Exception) -> None:
    """The heartbeat of a run that failed keeps what the one before knew of the ledger."""
    before = last_heartbeat(home)
    watching.heartbeat(home, "failed", **{name: before.get(name) for name in ("run_id", "at", "size", "head")}, exit_code=exit_code, error=type(error).__name__)
