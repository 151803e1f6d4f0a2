"""What is told of a night that ended: the log, and the attention command where somebody has to hear of it."""

from __future__ import annotations

from datetime import date

from exporters import _totals
from ledger import money
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books import watching
from tieout.books.settings import Settings

from .nightly import Night

SERIOUS = (70, 74, 77, 78)


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
    if done.missed:
        watching.log(store.home, "nights.missed", run=done.run_id, days=[day.isoformat() for day in done.missed])
    if config.attention and not done.taken_up:
        call(store, config, done)


def call(store: Store, config: Settings, done: Night) -> None:
    """The attention command, once, where there is a reason; each owner's own stands apart, so that it can be passed on to him alone."""
    away = watching.remotes_down(store.home, (remote for remote, _ in done.transfers.failures), done.as_of)
    feeds, blocking = findings_of(store)
    known = (
        ("run_failed", done.exit_code in SERIOUS),
        ("feed_missing", bool(feeds)),
        ("blocking_exception", bool(blocking)),
        ("nights_missed", bool(done.missed)),
        ("remote_away", bool(away)),
    )
    reasons = [reason for reason, holds in known if holds]
    if not reasons:
        return
    errors = [{"remote": remote, "error": type(error).__name__, "message": error.message, "hint": error.hint} for remote, error in done.transfers.failures]
    document = document_of(config, done.run_id, done.as_of, done.exit_code, reasons)
    document |= {"feeds": feeds, "blocking": blocking, "errors": errors, "head": store.head().head, "exceptions": _totals.counts(store.con)}
    document |= {"missed": [day.isoformat() for day in done.missed], "remotes": away, "owners": owners_of(store), "report": "reports/latest/status.html"}
    watching.call(store.home, config, document)


def findings_of(store: Store) -> tuple[list[str], list[dict[str, object]]]:
    """Feeds that this run found missing, and the blocking exceptions that it opened, by code and currency."""
    rows = execute(store.con, sql("tieout", "attention"), {"run_id": store.run_id}).fetchall()
    feeds = [key for kind, key, _, _, _ in rows if kind == "feed"]
    return feeds, [{"code": key, "currency": coin, "count": count, "amount": str(amount)} for kind, key, coin, count, amount in rows if kind == "block"]


def owners_of(store: Store) -> list[dict[str, object]]:
    """For each owner of something that this run opened: what it is, and what waits for him in all."""
    found: dict[str, dict[str, list[object]]] = {}
    for owner, code, severity, currency, count, amount, feeds in execute(store.con, sql("tieout", "attention_opened"), {"run_id": store.run_id}).fetchall():
        own = found.setdefault(owner, {"feeds": [], "opened": [], "waiting": []})
        own["feeds"] += feeds
        own["opened"].append({"code": code, "severity": severity, "currency": currency, "count": count, "amount": money.text(amount, currency)})
    for owner, currency, count, blocking, amount, oldest in execute(store.con, sql("tieout", "attention_waiting")).fetchall():
        if owner in found:
            found[owner]["waiting"].append({"currency": currency, "count": count, "blocking": blocking, "amount": money.text(amount, currency), "oldest_days": oldest})
    return [{"owner": owner, **own} for owner, own in found.items()]


def missed_days(store: Store, as_of: date) -> list[date]:
    """Business days since the last night on which none was; what waited since is in this one, and the next one does not tell of them again."""
    return [day for (day,) in execute(store.con, sql("tieout", "missed_days"), {"as_of": as_of, "run_id": store.run_id}).fetchall()]


def document_of(config: Settings, run_id: str | None, as_of: date, exit_code: int, reasons: list[str]) -> dict[str, object]:
    """What every call says."""
    return {"v": 1, "books": config.name, "environment": config.environment, "run_id": run_id, "as_of": as_of.isoformat(), "exit_code": exit_code, "reasons": reasons}
