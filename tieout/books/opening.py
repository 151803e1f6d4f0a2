"""Opening the books for writing: settings, lock, cache, and the seal that tieout.toml must agree with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import duckdb

from ledger import note, on_disk, places, publish
from ledger.durable import folder as make_folder
from ledger.durable import replace
from ledger.errors import SealError, TamperedError
from ledger.log import canonical, stamp
from ledger.sqltext import execute, sql
from ledger.store import Store, open_store
from tieout import __version__

from . import configuring, settings, watching
from .dead_letters import restore
from .settings import Settings, clock
from .verifying import last_heartbeat

ROOT = "tieout: warning: root works on these books, and files from outside are read with its rights: give them a user of their own (docs/operations.md). This is said once."
LOST = "Put the file back as it was written. Where no copy is left, `tieout export run --again PATH` writes what it carried once more."
SEALED = {"environment": "environment", "name": "name", "people": "[approval] people", "persons": "[[person]]"}


@contextmanager
def open_books(home: Path, *, agreed: bool = True, sent: bool = True, published: bool = True) -> Iterator[tuple[Store, Settings]]:
    """Books and settings under their lock, proven; SealError where tieout.toml says something else than what was sealed, TamperedError where a file is not as it was written.

    `agreed=False` is for the change of the seal itself: what holds is then the seal, not tieout.toml. `sent=False` is for what is done about a sealed file that is lost,
    `published=False` for what makes the auditors' copy from nothing.
    """
    config = settings.load(home)
    with open_store(home) as store:
        prove(store, sent, published)
        if agreed:
            agree(store, config)
        configuring.record(store, config)
        tell_root(home)
        restore(store)
        for feed in config.feed:
            make_folder(places.below(home / "inbox", feed.name))
        yield store, config


def tell_root(home: Path) -> None:
    """Say once in the life of the books that root works on them: whatever an importer's library could be made to do, it could do to the whole machine."""
    told = home / "ledger" / "root-told.json"
    if os.geteuid() == 0 and places.look(told) is None:
        click.echo(ROOT, err=True)
        watching.log(home, "books.as_root")
        replace(told, b'{"told":true}\n')


def prove(store: Store, sent: bool = True, published: bool = True) -> None:
    """Everything that was derived from the manifests against them, before anybody relies on it. A cache that disagrees is made again, and that is told."""
    no_older_copy(store)
    for fault, hint in (
        (on_disk.files_fault(store.home, store.named, store.named.nights), ""),
        (next(iter(on_disk.outbox_faults(store.home, store.named) if sent else []), ""), LOST),
        (published and (note.copy_fault(store.home) or note.unnoted(store.home)) or "", publish.ANEW),
    ):
        if fault:
            where, _, words = fault.partition(": ")
            raise TamperedError(words, where=where, hint=hint)
    if said := store.prove():
        watching.log(store.home, "cache.disagreed", said=said)
        click.echo(f"tieout: ledger/ledger.duckdb: {said}\n  Somebody changed the cache. It was made again from the segments; nothing of it reached the books.", err=True)


def no_older_copy(store: Store) -> None:
    """TamperedError where heartbeat or auditors' copy know a head that these manifests do not have: an older ledger was put in the place of a newer one."""
    beat = last_heartbeat(store.home)
    for where, size, head in (("reports/heartbeat.json", beat.get("size"), beat.get("head")), ("audit/audit.duckdb", *_head_of_copy(store))):
        if size and not store.holds(int(size), str(head)):
            raise TamperedError(
                f"it knows a ledger of {size} manifests that ledger/ does not hold",
                where=where,
                hint="An older copy was restored, or manifests are lost. Restore the newest one; to go on with the older copy, move this file away first (docs/operations.md).",
            )


def _head_of_copy(store: Store) -> tuple[int, str]:
    """Size and head of the log when the auditors' copy was written, by the session that is open: a session of its own costs more than the question. (0, "") as `published_head`."""
    if not places.is_file(store.home / "audit" / "audit.duckdb"):
        return 0, ""
    try:
        publish.attach_last(store)
        size, head = execute(store.con, sql("ledger", "last_head")).fetchall()[0]
    except (duckdb.Error, IndexError):  # a file that cannot be read is not the one that was published: its hash says so
        return 0, ""
    return int(size), str(head)


def agree(store: Store, config: Settings) -> None:
    """The seal must hold. Books in which nothing was landed, proposed or decided yet take a changed tieout.toml and seal it anew."""
    seal, now = store.sealed(), config.sealed()
    if seal == now:
        return
    content = sha256(canonical(now)).hexdigest()
    store.begin(None, store.moment(clock()), code=__version__)
    if store.untouched():
        store.commit("config", f"config:{content}:{store.head().size}", source={"seal": now})
        return
    refused(store, act="open", actor="", error=SealError.__name__, subject="tieout.toml", document=content, key=f"denied:seal:{content}")
    differs(seal, config)


def differs(seal: Mapping[str, object], config: Settings) -> None:
    """SealError that says which part of tieout.toml is not the sealed one."""
    now = config.sealed()
    differing = [name for key, name in SEALED.items() if seal.get(key) != now.get(key)]
    if "environment" in differing:
        raise SealError(
            f"these books belong to the environment {seal.get('environment')}, tieout.toml says {config.environment}",
            where="tieout.toml",
            hint="Books keep their environment for life: put tieout.toml back, or make other books with `tieout init`.",
        )
    raise SealError(f"{' and '.join(differing)} of tieout.toml differ from what was sealed", where="tieout.toml")


def refused(store: Store, *, act: str, actor: str, error: str, subject: str, document: str, key: str = "") -> None:
    """Record an attempt that was refused. A name that the books do not list is not written down."""
    listed = {person["name"] for person in store.sealed().get("persons", [])}
    at = stamp(store.at)
    row: dict[str, Any] = {
        "act": act,
        "actor": actor if actor in listed else None,
        "error": error,
        "subject": subject or None,
        "document_sha256": document or None,
        "at": at,
    }
    watching.log(store.home, "act.refused", act=act, actor=row["actor"], error=error, document=document)
    row["refusal_id"] = sha256(canonical(row)).hexdigest()[:24]
    store.commit("quarantine", key or f"denied:{row['refusal_id']}", [store.rows("refused_act", [row])], source={"refused": act, "error": error})
