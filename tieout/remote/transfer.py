"""Files from and to remotes over SFTP: whole or not at all, from known hosts only, never half under a final name."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ledger import places
from ledger.durable import folder as make_folder
from ledger.durable import fsync_dir, storage_error
from ledger.errors import ConflictError, FileRefusedError, RemoteBusyError, SettingsError, StorageError, TransientError
from ledger.failpoints import failpoint

from . import sftp
from .names import readable_name, refusal, shown
from .sftp import Attributes, PullPath, Remote, Sftp, session

__all__ = ["Fetched", "PullPath", "PullReport", "Receipt", "Remote", "pull", "push", "safe_get", "session"]

QUIET_SECONDS = 60.0
SIZE_CAP = 4 << 30
FOLDER_CAP = 250_000
ATTEMPTS = 3
BACKOFF_SECONDS = 5.0

# Codes of files that may be fine the next time; the others are refused.
WAITING = frozenset({"TOO_FRESH", "CHANGED", "NAME_TAKEN", "REMOTE_FAILED", "HIDDEN"})

T = TypeVar("T")
Seen = Callable[[str, str, int, int], bool]


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched whole; `mtime` is the remote's, in seconds."""

    name: str
    remote_path: str
    size: int
    mtime: int
    sha256: str
    path: Path


@dataclass(frozen=True)
class Refusal:
    """An entry of a remote folder that no run will fetch; `name` is escaped for people."""

    feed: str
    path: str
    name: str
    code: str
    reason: str


@dataclass
class PullReport:
    """What a pull did. `refused` and `waiting` are (name, reason), names escaped for people; `broken_off` is why it did not get to its end.

    `retries` counts how often it was tried again.
    """

    fetched: list[Fetched] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    broken_off: RemoteBusyError | None = None
    retries: int = 0

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Names and reasons of the refusals."""
        return [(one.name, one.reason) for one in self.refusals]


@dataclass(frozen=True)
class Receipt:
    """The remote holds these bytes under this path; `already_there` when an earlier push had brought them. `retries` counts how often it was tried again."""

    remote: str
    path: str
    size: int
    sha256: str
    already_there: bool
    retries: int = 0


def safe_get(sftp: Sftp, remote_path: str, target_folder: Path, *, quiet_seconds: float = QUIET_SECONDS, size_cap: int = SIZE_CAP) -> Fetched:
    """Fetch one file whole into a folder, under its own name, mode 0600.

    The file must be older than `quiet_seconds` by this machine's clock, and size and time must be the same before and after:
    SFTP has whole seconds only, so a younger file could change unseen. Raises FileRefusedError (codes in WAITING: look again
    next time), RemoteBusyError and StorageError; then nothing stands in the folder.
    """
    name = readable_name(remote_path.rpartition("/")[2].encode("utf-8", "surrogateescape"))
    before = _look(sftp, remote_path, name)
    if not stat.S_ISREG(before.mode or 0) or before.size is None or before.mtime is None:
        raise refusal(name, "NOT_A_FILE", f"it is {_kind(before)}, not a file")
    if before.size > size_cap:
        raise refusal(name, "TOO_LARGE", f"it has {before.size} bytes, more than {size_cap}")
    if time.time() - before.mtime < quiet_seconds:
        raise refusal(name, "TOO_FRESH", f"it was written less than {quiet_seconds:.0f} s ago")
    with _local(target_folder):
        temporary = target_folder / f".tmp-{os.getpid()}-{secrets.token_hex(8)}"
        handle = places.new(temporary)
        os.fchmod(handle, 0o600)
    try:
        sha256, count = _receive(sftp, remote_path, before.size, handle, temporary)
        if count != before.size or _look(sftp, remote_path, name) != before:
            raise refusal(name, "CHANGED", "it changed while it was read")
        failpoint("pull.read")
        _place(temporary, target_folder / name, sha256)
        failpoint("pull.placed")
    finally:
        places.remove(temporary)
    return Fetched(name, remote_path, before.size, before.mtime, sha256, target_folder / name)


def _look(sftp: Sftp, remote_path: str, name: str) -> Attributes:
    try:
        return sftp.lstat(remote_path)
    except OSError as error:
        raise refusal(name, "REMOTE_FAILED", f"it cannot be looked at: {_said(error)}") from None


def _receive(sftp: Sftp, remote_path: str, size: int, handle: int, temporary: Path) -> tuple[str, int]:
    """Stream into the open temporary file and sync it: sha256 and count of what came."""
    digest, count = hashlib.sha256(), 0
    with _local(temporary), os.fdopen(handle, "wb") as file:
        for chunk in _chunks(sftp, remote_path, size):
            digest.update(chunk)
            count += file.write(chunk)
        file.flush()
        os.fsync(handle)
    return digest.hexdigest(), count


def _chunks(sftp: Sftp, remote_path: str, size: int) -> Iterator[bytes]:
    # Here, so that a refusal of the remote is not taken for a failure of this machine's disk.
    try:
        yield from sftp.read(remote_path, size)
    except OSError as error:
        raise refusal(remote_path.rpartition("/")[2], "REMOTE_FAILED", f"it cannot be read: {_said(error)}") from None


def _place(temporary: Path, final: Path, sha256: str) -> None:
    """Link the synced bytes to their name: what stands there is never replaced."""
    with _local(final):
        try:
            places.link(temporary, final)
        except FileExistsError:
            if not places.is_file(final) or _digest(final)[0] != sha256:
                raise refusal(final.name, "NAME_TAKEN", "other bytes of this name still wait in the inbox") from None
        fsync_dir(final.parent)


def pull(
    remote: Remote, inbox: Path, seen: Seen, *, quiet_seconds: float = QUIET_SECONDS, size_cap: int = SIZE_CAP,
    attempts: int = ATTEMPTS, sleep: Callable[[float], None] = time.sleep,
) -> PullReport:
    """Fetch what is new in every pull folder of a remote into inbox/<feed>/.

    `seen(remote name, remote path, size, mtime)` says what an earlier pull fetched. One bad entry does not hinder the others.
    A connection that breaks off is no error here but `broken_off` of the report, so that what was fetched before is known.
    Raises SettingsError, HostKeyError, NotAllowedError and StorageError.
    """
    job = _Pull(remote, inbox, seen, quiet_seconds, size_cap)
    try:
        _, job.report.retries = _retried(job.once, attempts, sleep)
    except RemoteBusyError as error:
        job.report.broken_off, job.report.retries = error, job.tries - 1
    return job.report


@dataclass
class _Pull:
    """One pull, which may take several attempts: the report grows over them."""

    remote: Remote
    inbox: Path
    seen: Seen
    quiet_seconds: float
    size_cap: int
    report: PullReport = field(default_factory=PullReport)
    tries: int = 0

    def once(self) -> None:
        self.tries += 1
        self.report.refusals, self.report.waiting = [], []
        targets = [places.below(self.inbox, source.feed) for source in self.remote.pull]
        for target in targets:  # also when the remote does not answer: what a killed pull left must not wait for it
            with _local(target):
                make_folder(target)
                _sweep(target)
        with session(self.remote) as sftp:
            for source, target in zip(self.remote.pull, targets, strict=True):
                self._folder(sftp, source.path.rstrip("/"), target)

    def _folder(self, sftp: Sftp, folder: str, target: Path) -> None:
        known = {(f.remote_path, f.size, f.mtime) for f in self.report.fetched}
        try:
            entries = list(islice(sftp.entries(folder or "/"), FOLDER_CAP))
        except OSError as error:
            self.report.waiting.append((folder or "/", f"the folder cannot be listed: {_said(error)}"))
            return
        if len(entries) == FOLDER_CAP:
            self.report.waiting.append((folder or "/", f"{FOLDER_CAP} entries or more: the rest was not looked at"))
        for raw, attributes in sorted(entries, key=lambda entry: entry[0]):
            if raw in (b".", b".."):
                continue
            try:
                path = f"{folder}/{readable_name(raw)}"
                if not self._has(known, path, attributes):
                    self.report.fetched.append(safe_get(sftp, path, target, quiet_seconds=self.quiet_seconds, size_cap=self.size_cap))
            except FileRefusedError as error:
                if error.code in WAITING:
                    self.report.waiting.append((shown(raw), error.message))
                else:
                    self.report.refusals.append(Refusal(target.name, f"{folder}/{shown(raw)}", shown(raw), error.code, error.message))

    def _has(self, known: set[tuple[str, int, int]], path: str, attributes: Attributes) -> bool:
        size, mtime = attributes.size, attributes.mtime
        if size is None or mtime is None or not stat.S_ISREG(attributes.mode or 0):
            return False
        return (path, size, mtime) in known or self.seen(self.remote.name, path, size, mtime)


def push(remote: Remote, sealed: Path, *, final_name: str, attempts: int = ATTEMPTS, sleep: Callable[[float], None] = time.sleep) -> Receipt:
    """Bring a sealed file into the remote's push folder under its final name, whole or not at all; again is the same as once.

    It goes up under a hidden name, is synced, read back and compared, then renamed. Raises ConflictError when the final name
    holds other bytes, RemoteBusyError, HostKeyError, NotAllowedError, SettingsError, StorageError, and FileRefusedError for a
    name that no file should have.
    """
    if remote.push is None:
        raise SettingsError("the remote has no push folder", where=remote.name)
    name = readable_name(final_name.encode("utf-8", "surrogateescape"))
    if len(name.encode()) > 240:
        raise refusal(name, "NAME_UNREADABLE", "the name leaves no room for the one it goes up under")
    sha256, size = _digest(sealed)
    receipt, retries = _retried(_Push(remote, sealed, remote.push.rstrip("/"), name, size, sha256).once, attempts, sleep)
    return dataclass_replace(receipt, retries=retries)


@dataclass(frozen=True)
class _Push:
    """One file on its way to a remote."""

    remote: Remote
    sealed: Path
    folder: str
    name: str
    size: int
    sha256: str

    @property
    def final(self) -> str:
        return f"{self.folder}/{self.name}"

    def once(self) -> Receipt:
        with session(self.remote) as sftp:
            try:
                self._clear(sftp)
                already = self._stands(sftp) or not self._bring(sftp)
            except OSError as error:
                raise RemoteBusyError(f"the file cannot be stored in {self.folder or '/'}: {_said(error)}", where=self.remote.name) from None
        return Receipt(self.remote.name, self.final, self.size, self.sha256, already)

    def _clear(self, sftp: Sftp) -> None:
        """Remove what pushes of this file left half done; a folder that may not be listed keeps it."""
        ours = re.compile(re.escape(f".{self.name}".encode()) + rb"(\.[0-9a-f]{8})?\.part")
        with suppress(PermissionError):
            left = [raw.decode() for raw, _ in islice(sftp.entries(self.folder or "/"), FOLDER_CAP) if ours.fullmatch(raw)]
            for name in left:
                sftp.remove(f"{self.folder}/{name}")

    def _stands(self, sftp: Sftp) -> bool:
        """Whether the final name holds these bytes; ConflictError if it holds others."""
        try:
            found = sftp.lstat(self.final)
        except FileNotFoundError:
            return False
        if not self._same(sftp, self.final, found):
            raise ConflictError("the remote holds other bytes under this name", where=f"{self.remote.name}: {self.final}")
        return True

    def _same(self, sftp: Sftp, path: str, found: Attributes) -> bool:
        if not stat.S_ISREG(found.mode or 0) or found.size != self.size:
            return False
        digest = hashlib.sha256()
        for chunk in sftp.read(path, self.size):
            digest.update(chunk)
        return digest.hexdigest() == self.sha256

    def _bring(self, sftp: Sftp) -> bool:
        """Upload, compare, rename; False if these bytes came under the final name in the meantime."""
        # A name of its own for each attempt: the late rename of a session thought dead then moves whole bytes, never half ones.
        part = f"{self.folder}/.{self.name}.{secrets.token_hex(4)}.part"
        try:
            sftp.write(part, _blocks(self.sealed))
            failpoint("push.uploaded")
            if not self._same(sftp, part, sftp.lstat(part)):
                raise RemoteBusyError("what the remote stored is not what was sent", where=self.remote.name)
            return self._rename(sftp, part)
        except (OSError, RemoteBusyError, ConflictError, StorageError):
            with suppress(OSError, RemoteBusyError):
                sftp.remove(part)
            raise

    def _rename(self, sftp: Sftp, part: str) -> bool:
        # Looked at just before as well: some servers replace on rename, against the protocol.
        if not self._stands(sftp):
            try:
                sftp.rename(part, self.final)
            except OSError:
                if not self._stands(sftp):
                    raise
            else:
                failpoint("push.renamed")
                with suppress(FileNotFoundError):  # the receiver may have taken it already
                    if sftp.lstat(self.final).size != self.size:
                        raise ConflictError("the remote holds other bytes under this name", where=f"{self.remote.name}: {self.final}")
                return True
        sftp.remove(part)
        return False


def _kind(attributes: Attributes) -> str:
    kinds = ((stat.S_ISREG, "a file without size or time"), (stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"))
    return next((word for test, word in kinds if test(attributes.mode or 0)), "something else")


def _said(error: OSError) -> str:
    """What a server's refusal comes to, in our words."""
    return {errno.ENOENT: "there is none", errno.EACCES: "it is not permitted"}.get(error.errno or 0, "it is full or failing")


def _sweep(folder: Path) -> None:
    """Remove what a killed pull left; a living process keeps its own."""
    for path in [entry.path for entry in places.entries(folder) if entry.path.match(".tmp-*-*")]:
        try:
            os.kill(int(path.name.split("-")[1]), 0)
        except ProcessLookupError:
            places.remove(path)
        except (ValueError, OverflowError, PermissionError):
            continue


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _blocks(path):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _blocks(path: Path) -> Iterator[bytes]:
    with _local(path), path.open("rb") as file:
        while chunk := file.read(sftp.BLOCK):
            yield chunk


@contextmanager
def _local(path: Path) -> Iterator[None]:
    """A failure of this machine's disk is a StorageError; a remote's never passes through here."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path) from None


def _retried(operation: Callable[[], T], attempts: int, sleep: Callable[[float], None]) -> tuple[T, int]:
    """Try again what is transient, after a random pause; a remote that fell silent has had its time. The result, and how often it was tried again."""
    for attempt in range(1, attempts):
        try:
            return operation(), attempt - 1
        except TransientError as error:
            if isinstance(error.__cause__, TimeoutError):
                raise
            sleep(random.uniform(0, BACKOFF_SECONDS * 2**attempt))
    return operation(), attempts - 1
