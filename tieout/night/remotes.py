"""Pulling into the inbox and pushing out of the outbox, with what the ledger remembers of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from ledger.errors import ConfigurationError, ConflictError, NotAllowedError, TamperedError, TieoutError, TransientError
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.private import masked
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout import __version__
from tieout.books.dead_letters import write_reason
from tieout.books.opening import open_books
from tieout.books.settings import RemoteSettings, Settings, secret_path
from tieout.remote import transfer
from tieout.remote.sftp import PullPath, Remote
from tieout.remote.together import side_by_side

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
    """Fetch new files of every remote; a remote that fails or is slow does not hinder the others. Raises StorageError and InvariantError."""
    before = {body["key"] for body in store.batches(store.run_id, "quarantine")}
    remotes = [one for one in config.remote if one.pull]
    say(f"pull {', '.join(one.name for one in remotes)}")
    home, seen = store.home, _seen(store)
    for one, report in side_by_side([partial(_pulling, home, group, seen) for group in apart(remotes)]):
        if isinstance(report, TieoutError):
            done.failures.append((one.name, report))
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


def apart(remotes: Sequence[RemoteSettings]) -> list[list[RemoteSettings]]:
    """Remotes that may be asked at one time; those that bring files into one feed come one after the other, so that which of two files of one name comes first is not chance."""
    groups: list[list[RemoteSettings]] = []
    for one in remotes:
        feeds = {pull.feed for pull in one.pull}
        joined = [group for group in groups if feeds & {pull.feed for other in group for pull in other.pull}]
        merged = [*(other for group in joined for other in group), one]
        if joined:
            groups[groups.index(joined[0])] = merged
            groups = [group for group in groups if group not in joined[1:]]
        else:
            groups.append(merged)
    return groups


def _pulling(home: Path, group: Sequence[RemoteSettings], seen: transfer.Seen) -> Iterator[tuple[RemoteSettings, transfer.PullReport | TieoutError]]:
    for one in group:
        try:
            yield one, transfer.pull(remote_of(home, one), home / "inbox", seen)
        except (NotAllowedError, ConfigurationError) as error:
            yield one, error


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
        "read_by": "nothing",
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
    jobs = []
    for one in (r for r in config.remote if r.push):
        unsent = execute(store.con, sql("tieout", "unsent"), {"remote": one.name}).fetchall()
        for _, path, digest in unsent:
            if sha256((store.home / path).read_bytes()).hexdigest() != digest:
                raise TamperedError("the sealed file is not the one that was written", where=path)
        if unsent:
            jobs.append(partial(_sending, store.home, one, unsent))
    for one, export_id, path, sent in side_by_side(jobs):
        say(f"push {path}")
        if isinstance(sent, TieoutError):
            done.failures.append((one.name, sent))
            continue
        done.retries += sent.retries
        row = {"export_id": export_id, "remote": one.name, "path": sent.path, "sha256": sent.sha256, "at": stamp(store.at)}
        store.commit("receipt", f"receipt:{one.name}:{export_id}", [store.rows("receipt", [row])], source={"sha256": sent.sha256, "path": sent.path})
        done.pushed += 1
        failpoint("push.committed")


def _sending(home: Path, one: RemoteSettings, unsent: Sequence[tuple[str, str, str]]) -> Iterator[tuple[RemoteSettings, str, str, transfer.Receipt | TieoutError]]:
    """A sealed file, then its manifest, then the receipt: whoever finds the manifest finds the file."""
    for export_id, path, _ in unsent:
        sealed = home / path
        try:
            remote = remote_of(home, one)
            receipt = transfer.push(remote, sealed, final_name=sealed.name)
            beside = sealed.with_name(sealed.name + MANIFEST)
            retries = receipt.retries + transfer.push(remote, beside, final_name=beside.name).retries
            failpoint("push.described")
            yield one, export_id, path, replace(receipt, retries=retries)
        except ConflictError as error:
            yield one, export_id, path, error
        except (TransientError, NotAllowedError, ConfigurationError) as error:
            yield one, export_id, path, error
            return


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
    execute(store.con, sql("tieout", "search_path"))
