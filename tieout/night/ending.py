"""How a run ends: its manifest, the auditors' copy, the reports, and what the watchers are told, well or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import duckdb

from exporters import _totals
from ledger import places
from ledger.durable import disk_failure
from ledger.errors import BooksBusyError, CacheBusyError, ConfigurationError, TieoutError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.store import Store
from tieout.books import settings, watching
from tieout.books.settings import Settings
from tieout.books.verifying import last_heartbeat

from . import judging, nightly
from .nightly import EXIT_CODES, Night

SERIOUS = (70, 74, 77, 78)


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
        from .reports import write_reports

        write_reports(store, config, done.as_of, done.run_id)
        figures = {"exit_code": done.exit_code, "failed": 0, "retries": done.transfers.retries, "seconds": round(time.monotonic() - started, 3)}
        watching.metrics(store, figures | {"ended_timestamp_seconds": int(time.time()), "remotes_failed": len(done.transfers.failures)})
        failpoint("report.metrics")
    head = store.head()
    watching.heartbeat(store.home, "ended", run_id=done.run_id, at=stamp(store.at), exit_code=done.exit_code, size=head.size, head=head.head, retries=done.transfers.retries)
    failpoint("heartbeat.ended")
    places.remove(store.home / "ledger" / "run-start.json")
    failpoint("run.ended")


def tell(store: Store, config: Settings, done: Night) -> None:
    """The log, and the attention command where somebody has to hear of this night."""
    for difference in done.differences:
        watching.log(store.home, "judgement.differed", run=done.run_id, difference=difference)
    for file, _ in done.unapproved:  # what cells say stays out of the log
        watching.log(store.home, "mapping.not_in_force", run=done.run_id, file=file)
    for name, rows in done.landed.masked:
        watching.log(store.home, "file.masked", run=done.run_id, file=name, rows=rows)
    for one in done.landed.refused:
        watching.log(store.home, "file.refused", run=done.run_id, file=one.name, code=one.code, reason=one.reason)
    for name, reason in done.landed.waiting:
        watching.log(store.home, "file.waits", run=done.run_id, file=name, reason=reason)
    for remote, name, reason in done.transfers.waiting:
        watching.log(store.home, "remote.waits", run=done.run_id, remote=remote, file=name, reason=reason)
    for remote, error in done.transfers.failures:
        watching.log(store.home, "remote.failed", run=done.run_id, remote=remote, error=type(error).__name__, message=error.message, where=error.where)
    landed = done.landed
    watching.log(
        store.home,
        "run.ended",
        run=done.run_id,
        exit_code=done.exit_code,
        files=landed.files,
        duplicates=landed.duplicates,
        refused=len(landed.refused),
        new=landed.new,
        same=landed.same,
        versions=landed.versions,
        exported=len(done.exported),
        held=done.held,
        pulled=done.transfers.pulled,
        pushed=done.pushed,
        retries=done.transfers.retries,
    )
    feeds, blocking = watching.findings_of(store)
    reasons = (["run_failed"] if done.exit_code in SERIOUS else []) + (["feed_missing"] if feeds else []) + (["blocking_exception"] if blocking else [])
    if reasons and not done.taken_up:
        errors = [{"remote": remote, "error": type(error).__name__, "message": error.message, "hint": error.hint} for remote, error in done.transfers.failures]
        document = _document(config, done.run_id, done.as_of, done.exit_code, reasons)
        watching.call(store.home, config, document | {"feeds": feeds, "blocking": blocking, "errors": errors, "head": store.head().head, "exceptions": _totals.counts(store.con)})


def _document(config: Settings, run_id: str | None, as_of: date, exit_code: int, reasons: list[str]) -> dict[str, object]:
    return {"v": 1, "books": config.name, "environment": config.environment, "run_id": run_id, "as_of": as_of.isoformat(), "exit_code": exit_code, "reasons": reasons}


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
    document = _document(config, str(before.get("run_id")), as_of, ours.exit_code, ["run_failed"])
    watching.log(home, "run.failed", exit_code=ours.exit_code, run=before.get("run_id"), **facts)
    # On a full disk the one may fail where the other still goes through.
    with suppress(Exception):
        beat(home, ours.exit_code, error)
    with suppress(Exception):
        watching.failed_metrics(home, {"exit_code": ours.exit_code, "failed": 1, "ended_timestamp_seconds": int(time.time())})
    watching.call(home, config, document | {"errors": [facts]})


def beat(home: Path, exit_code: int, error: Exception) -> None:
    """The heartbeat of a run that failed keeps what the one before knew of the ledger."""
    before = last_heartbeat(home)
    watching.heartbeat(home, "failed", **{name: before.get(name) for name in ("run_id", "at", "size", "head")}, exit_code=exit_code, error=type(error).__name__)
