"""Pulling into the inbox and pushing out of the outbox, with what the ledger remembers of both."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ledger.errors import ConflictError, NotFoundError, TransientError
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import Store, canonical, stamp

from . import __version__, judging, night, transfer
from ._sftp import PullPath, Remote
from .acting import acting
from .exporting import export_step, exportable
from .opening import open_books
from .person import By
from .settings import RemoteSettings, Settings, secret_path

Say = Callable[[str], None]


def remote_of(home: Path, config: RemoteSettings) -> Remote:
    """A remote with the places of its secrets."""
    known = Path(config.known_hosts)
    return Remote(
        config.name,
        config.host,
        config.port,
        config.user,
        secret_path(home, config.key_file),
        known if known.is_absolute() else home / known,
        tuple(PullPath(p.path, p.feed) for p in config.pull),
        config.push,
    )


def pull_all(store: Store, config: Settings, say: Say) -> tuple[int, bool]:
    """Fetch new files of every remote; how many came, and whether a remote has to be asked again."""
    count, failed = 0, False
    for one in config.remote:
        if not one.pull:
            continue
        say(f"pull {one.name}")
        report = transfer.pull(
            remote_of(store.home, one), store.home / "inbox", lambda remote, path, size, mtime: store.has(f"pulled:{remote}:{path}:{size}:{mtime}")
        )
        for fetched in report.fetched:
            store.commit(
                "receipt",
                f"pulled:{one.name}:{fetched.remote_path}:{fetched.size}:{fetched.mtime}",
                source={"sha256": fetched.sha256, "bytes": fetched.size, "name": fetched.name, "remote": one.name},
            )
        count += len(report.fetched)
        failed = failed or report.broken_off is not None
    return count, failed


def push_all(store: Store, config: Settings, say: Say) -> tuple[int, bool]:
    """Send every sealed file without a receipt; how many arrived, and whether a remote has to be asked again."""
    count, failed = 0, False
    for one in (r for r in config.remote if r.push):
        waiting = store.con.execute(sql("tieout", "unsent"), {"remote": one.name}).fetchall()
        for export_id, path, digest in waiting:
            say(f"push {path}")
            sealed = store.home / path
            if sha256(sealed.read_bytes()).hexdigest() != digest:
                raise ConflictError("the sealed file is not the one that was written", where=path)
            try:
                receipt = transfer.push(remote_of(store.home, one), sealed, final_name=sealed.name)
                beside = sealed.with_name(sealed.name + ".manifest.json")
                transfer.push(remote_of(store.home, one), beside, final_name=beside.name)
            except TransientError:
                failed = True
                break
            row = {"export_id": export_id, "remote": one.name, "path": receipt.path, "sha256": receipt.sha256, "at": stamp(store.at)}
            store.commit("receipt", f"receipt:{one.name}:{export_id}", [store.rows("receipt", [row])], source={"sha256": receipt.sha256, "path": receipt.path})
            count += 1
    return count, failed


def export_now(home: Path, say: Say) -> list[str]:
    """Write what is due outside the night."""
    with open_books(home) as (store, config):
        return _export(store, config, say, None)


def export_again(home: Path, by: By, entry_id: str, say: Say) -> list[str]:
    """Write one journal entry once more, because a person asks for it."""
    with acting(home, by, "export") as act:
        store = act.store
        if not exportable(store, entry_id):
            raise NotFoundError("no journal entry has this id", where=entry_id)
        before = store.con.execute(sql("tieout", "exports_of"), {"entry_id": entry_id}).fetchall()
        item = Item(entry_id, sha256(canonical(before)).hexdigest(), {"action": "export_again"})
        if not act.ready([item]):
            return [act.how_to_sign()]
        key = sha256(canonical([item.as_json(), act.actor])).hexdigest()
        decision = {
            "decision_id": key[:24],
            "kind": "export_again",
            "subject_key": entry_id,
            "action": "export again",
            "actor": act.actor,
            "at": stamp(store.at),
            "reason": "EXPORT_AGAIN",
            "base_sha256": item.base,
            "signature": act.document_sha256,
        }
        act.commit("decision", f"again:{key}", [store.rows("decision", [decision])])
        return _export(store, act.config, say, entry_id)


def _export(store: Store, config: Settings, say: Say, again: str | None) -> list[str]:
    _begin(store, config)
    day = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0] or night.business_date(config)
    paths, _ = export_step(store, config, day, say, again)
    night.publish(store, config)
    return paths


def push_now(home: Path, say: Say) -> tuple[int, bool]:
    """Send outside the night."""
    with open_books(home) as (store, config):
        _begin(store, config)
        result = push_all(store, config, say)
        night.publish(store, config)
    return result


def _begin(store: Store, config: Settings) -> None:
    store.begin(f"{night.clock():%Y%m%d}-{store.head().size:06d}", night.clock(), code=__version__, mapping=judging.mapping_version(store))
    night.prepare(store, config)
    store.con.execute(sql("tieout", "search_path"))
