"""Pulling into the inbox and pushing out of the outbox, with what the ledger remembers of both."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ledger.errors import ConfigurationError, ConflictError, NotAllowedError, TamperedError, TransientError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.private import masked
from ledger.sqltext import sql
from ledger.store import Store
from tieout import __version__
from tieout.books.dead_letters import write_reason
from tieout.books.opening import open_books
from tieout.books.settings import RemoteSettings, Settings, secret_path
from tieout.remote import transfer
from tieout.remote.sftp import PullPath, Remote

from . import judging, nightly
from .exporting import MANIFEST
from .nightly import Transfers
from .rejudging import rejudge

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


def pull_all(store: Store, config: Settings, say: Say, done: Transfers) -> None:
    """Fetch new files of every remote; a remote that fails does not hinder the others. Raises StorageError and InvariantError."""
    before = {body["key"] for body in store.batches(store.run_id, "quarantine")}
    for one in (r for r in config.remote if r.pull):
        say(f"pull {one.name}")
        try:
            report = transfer.pull(remote_of(store.home, one), store.home / "inbox", _seen(store))
        except (NotAllowedError, ConfigurationError) as error:
            done.failures.append((one.name, error))
            continue
        done.retries += report.retries
        done.waiting += [(one.name, name, reason) for name, reason in report.waiting]
        for fetched in report.fetched:
            store.commit(
                "receipt",
                _fetched_key(one.name, fetched.remote_path, fetched.size, fetched.mtime),
                source={"sha256": fetched.sha256, "bytes": fetched.size, "name": masked(fetched.name), "remote": one.name},
            )
            done.pulled += 1
            failpoint("pull.committed")
        for refusal in report.refusals:
            _refuse(store, one.name, refusal, before)
        if report.broken_off:
            done.failures.append((one.name, report.broken_off))


def _seen(store: Store) -> transfer.Seen:
    return lambda remote, path, size, mtime: store.has(_fetched_key(remote, path, size, mtime))


def _fetched_key(remote: str, path: str, size: int, mtime: int) -> str:
    """What the ledger remembers of a fetched file; a name with people's data in it is known by its hash."""
    name = path if masked(path) == path else sha256(path.encode()).hexdigest()
    return f"pulled:{remote}:{name}:{size}:{mtime}"


def _refuse(store: Store, remote: str, refusal: transfer.Refusal, before: set[str]) -> None:
    """A name that stays at the remote is recorded once, as a dead letter without bytes; `before` are the keys that this very run had written before it was interrupted."""
    row = {
        "file_id": sha256(f"{remote}|{refusal.path}".encode()).hexdigest(),
        "feed": refusal.feed,
        "name": masked(refusal.name),
        "code": refusal.code,
        "reason": f"{refusal.reason}; it stays at the remote {remote}",
        "hint": "Have it renamed or removed at the source, then `tieout dead-letter discard` this record.",
        "known_at": stamp(store.at),
        "run_id": store.run_id,
        "state": "waiting",
    }
    key = f"refused-at:{remote}:{row['file_id']}:{refusal.code}"
    if not store.has(key):
        store.commit("quarantine", key, [store.rows("dead_letter", [row])], source={"name": masked(refusal.name), "remote": remote, "code": refusal.code})
        failpoint("refuse.committed")
    elif key not in before:
        return
    write_reason(store.home, {**row, "row_no": None, "column_name": None})


def push_all(store: Store, config: Settings, say: Say, done: Transfers) -> None:
    """Send every sealed file without a receipt. A remote that fails is left, a name that holds other bytes there is passed over; both are `failures`."""
    for one in (r for r in config.remote if r.push):
        for export_id, path, digest in store.con.execute(sql("tieout", "unsent"), {"remote": one.name}).fetchall():
            say(f"push {path}")
            if sha256((store.home / path).read_bytes()).hexdigest() != digest:
                raise TamperedError("the sealed file is not the one that was written", where=path)
            try:
                _send(store, one, export_id, path, done)
            except ConflictError as error:
                done.failures.append((one.name, error))
            except (TransientError, NotAllowedError, ConfigurationError) as error:
                done.failures.append((one.name, error))
                break


def _send(store: Store, one: RemoteSettings, export_id: str, path: str, done: Transfers) -> None:
    """A sealed file, then its manifest, then the receipt: whoever finds the manifest finds the file."""
    sealed, remote = store.home / path, remote_of(store.home, one)
    receipt = transfer.push(remote, sealed, final_name=sealed.name)
    beside = sealed.with_name(sealed.name + MANIFEST)
    done.retries += receipt.retries + transfer.push(remote, beside, final_name=beside.name).retries
    failpoint("push.described")
    row = {"export_id": export_id, "remote": one.name, "path": receipt.path, "sha256": receipt.sha256, "at": stamp(store.at)}
    store.commit("receipt", f"receipt:{one.name}:{export_id}", [store.rows("receipt", [row])], source={"sha256": receipt.sha256, "path": receipt.path})
    done.pushed += 1
    failpoint("push.committed")


def pull_now(home: Path, say: Say) -> Transfers:
    """Fetch outside the night; nothing is landed."""
    done = Transfers()
    with open_books(home) as (store, config):
        store.begin(None, store.moment(nightly.clock()), code=__version__)
        pull_all(store, config, say, done)
    return done


def push_now(home: Path, say: Say) -> Transfers:
    """Send outside the night."""
    done = Transfers()
    with open_books(home) as (store, config):
        begin_now(store, config)
        push_all(store, config, say, done)
        rejudge(store, config)
    return done


def begin_now(store: Store, config: Settings) -> None:
    """Stamp what is done outside of a night, with the mappings in force."""
    store.begin(f"{nightly.clock():%Y%m%d}-{store.head().size:06d}", store.moment(nightly.clock()), code=__version__, mapping=judging.mapping_version(store))
    nightly.prepare(store, config)
    store.con.execute(sql("tieout", "search_path"))
