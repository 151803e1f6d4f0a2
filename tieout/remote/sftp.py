"""SFTP version 3 with a host whose key is known, told exactly: status codes, names as bytes, extensions, the answer to every write.

paramiko's own client is not used because it loses these: one name that is not UTF-8 breaks a whole listing, the failures of
pipelined writes are dropped, a read that meets an early end waits for its timeout, the extensions are thrown away.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

from ledger.errors import HostKeyError, NotAllowedError, RemoteBusyError, SettingsError

CONNECT_SECONDS = 10.0
REPLY_SECONDS = 30.0
BLOCK = 32_768
WINDOW = 64
PACKET_CAP = 1 << 20
FSYNC = b"fsync@openssh.com"
NO_SFTP = "the answer is no SFTP"

_INIT, _VERSION, _OPEN, _CLOSE, _READ, _WRITE, _LSTAT, _OPENDIR, _READDIR, _REMOVE, _RENAME = 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 18
_STATUS, _HANDLE, _DATA, _NAME, _ATTRS, _EXTENDED = 101, 102, 103, 104, 105, 200
_TO_READ, _TO_CREATE, _OK, _END = 0x01, 0x02 | 0x08 | 0x20, 0, 1
_ERRNO = {_END: errno.ENODATA, 2: errno.ENOENT, 3: errno.EACCES, 8: errno.ENOTSUP}
WEAK = {"ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"], "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96"]}

# The library logs tracebacks and words of the other side; ours are the errors raised here.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class PullPath:
    """A remote folder, and the feed whose files it holds."""

    path: str
    feed: str


@dataclass(frozen=True)
class Remote:
    """Another machine that files come from or go to."""

    name: str
    host: str
    port: int
    user: str
    key_file: Path
    known_hosts: Path
    pull: tuple[PullPath, ...] = ()
    push: str | None = None


@dataclass(frozen=True)
class Attributes:
    """What the server says about an entry; None where it says nothing. `mtime` has whole seconds."""

    size: int | None
    mode: int | None
    mtime: int | None


def silence(silent: bool) -> TimeoutError | None:
    """The cause of a RemoteBusyError whose remote let the time run out: it is not asked again in the same run."""
    return TimeoutError("no answer in time") if silent else None


class Watch(threading.Thread):
    """Breaks a connection that is silent for too long; paramiko waits for ever in places, for a subsystem's answer or on a full socket."""

    def __init__(self, sock: socket.socket):
        super().__init__(name="tieout-remote-watch", daemon=True)
        self.fired, self.ended = False, threading.Event()
        self._sock, self._deadline = sock, float("inf")

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """The block must end within this time; limits do not nest."""
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = float("inf")

    def run(self) -> None:
        while not self.ended.wait(0.1):
            if time.monotonic() > self._deadline:
                self.fired = True
                with suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)
                return


class _Fields:
    """The fields of one packet, taken in order."""

    def __init__(self, data: bytes, where: str):
        self._data, self._at, self._where = data, 0, where

    def _take(self, count: int) -> bytes:
        start, self._at = self._at, self._at + count
        if self._at > len(self._data):
            raise RemoteBusyError(NO_SFTP, where=self._where)
        return self._data[start : self._at]

    def more(self) -> bool:
        return self._at < len(self._data)

    def number(self, width: int = 4) -> int:
        return int.from_bytes(self._take(width), "big")

    def text(self) -> bytes:
        return self._take(self.number())

    def attributes(self) -> Attributes:
        flags = self.number()
        size = self.number(8) if flags & 0x1 else None
        if flags & 0x2:
            self._take(8)
        mode = self.number() if flags & 0x4 else None
        mtime = (self.number(), self.number())[1] if flags & 0x8 else None
        for _ in range(2 * self.number() if flags & 0x8000_0000 else 0):
            self.text()
        return Attributes(size, mode, mtime)


def _text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">I", len(raw)) + raw


class Sftp:
    """One SFTP session.

    Every method raises RemoteBusyError when the connection breaks, falls silent or answers nonsense, and OSError (by errno:
    ENOENT, EACCES, ENOTSUP, else EIO) when the server says no.
    """

    def __init__(self, channel: Any, watch: Watch, where: str):
        self.where, self._channel, self._watch = where, channel, watch
        self._number, self._broken = 0, False
        self._asked, self._unwanted = set[int](), set[int]()
        self._replies: dict[int, tuple[int, _Fields]] = {}
        self._transmit(struct.pack(">BI", _INIT, 3))
        kind, fields = self._packet()
        if kind != _VERSION or fields.number() < 3:
            raise RemoteBusyError("the server does not speak SFTP version 3", where=where)
        self.extensions: set[bytes] = set()
        while fields.more():
            self.extensions.add(fields.text())
            fields.text()

    def lstat(self, path: str) -> Attributes:
        """What is at the path itself: a link is not followed."""
        return self._ask(_LSTAT, _text(path), expect=_ATTRS).attributes()

    def entries(self, folder: str) -> Iterator[tuple[bytes, Attributes]]:
        """The entries of a folder in the server's order, names as they are, `.` and `..` included."""
        handle = self._ask(_OPENDIR, _text(folder), expect=_HANDLE).text()
        try:
            while fields := self._unless_end(self._send(_READDIR, _text(handle)), _NAME):
                for _ in range(fields.number()):
                    name, _ = fields.text(), fields.text()
                    yield name, fields.attributes()
        finally:
            self._drop(handle, ())

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """The first `size` bytes of a file in order; fewer where the file ends before."""
        handle = self._ask(_OPEN, _text(path), struct.pack(">II", _TO_READ, 0), expect=_HANDLE).text()
        asked: deque[tuple[int, int, int]] = deque()
        at = 0
        try:
            while asked or at < size:
                while at < size and len(asked) < WINDOW:
                    length = min(BLOCK, size - at)
                    asked.append(self._ask_block(handle, at, length))
                    at += length
                number, start, length = asked.popleft()
                fields = self._unless_end(number, _DATA)
                data = fields.text() if fields else b""
                if not data:
                    return
                if len(data) > length:
                    raise RemoteBusyError(NO_SFTP, where=self.where)
                yield data
                if len(data) < length:
                    asked.appendleft(self._ask_block(handle, start + len(data), length - len(data)))
        finally:
            self._drop(handle, (number for number, _, _ in asked))

    def write(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file that must not exist yet, synced where the server offers it; every write's answer is awaited."""
        handle = self._ask(_OPEN, _text(path), struct.pack(">II", _TO_CREATE, 0), expect=_HANDLE).text()
        waiting: deque[int] = deque()
        at = 0
        try:
            for chunk in chunks:
                waiting.append(self._send(_WRITE, _text(handle), struct.pack(">Q", at), _text(chunk)))
                at += len(chunk)
                if len(waiting) >= WINDOW:
                    self._expect(waiting.popleft(), _STATUS)
            while waiting:
                self._expect(waiting.popleft(), _STATUS)
            if FSYNC in self.extensions:
                self._ask(_EXTENDED, _text(FSYNC), _text(handle), expect=_STATUS)
        except BaseException:
            self._drop(handle, waiting)
            raise
        self._ask(_CLOSE, _text(handle), expect=_STATUS)

    def rename(self, old: str, new: str) -> None:
        """Give a file its new name; a server after the protocol refuses a name that exists."""
        self._ask(_RENAME, _text(old), _text(new), expect=_STATUS)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self._ask(_REMOVE, _text(path), expect=_STATUS)

    def _ask_block(self, handle: bytes, start: int, length: int) -> tuple[int, int, int]:
        return self._send(_READ, _text(handle), struct.pack(">QI", start, length)), start, length

    def _unless_end(self, number: int, expected: int) -> _Fields | None:
        try:
            return self._expect(number, expected)
        except OSError as error:
            if error.errno == errno.ENODATA:
                return None
            raise

    def _drop(self, handle: bytes, numbers: Iterable[int]) -> None:
        """Close a handle and let go of answers still to come, without waiting: the server may have stopped answering."""
        if self._broken:
            return
        for number in numbers:
            self._forget(number)
        with suppress(RemoteBusyError):
            self._forget(self._send(_CLOSE, _text(handle)))

    def _forget(self, number: int) -> None:
        if self._replies.pop(number, None) is None:
            self._unwanted.add(number)

    def _ask(self, kind: int, *parts: bytes, expect: int) -> _Fields:
        return self._expect(self._send(kind, *parts), expect)

    def _expect(self, number: int, expected: int) -> _Fields:
        kind, fields = self._reply(number)
        if kind == _STATUS:
            code = fields.number()
            if code != _OK:
                # The server's own words are left out: they may hold anything.
                number = _ERRNO.get(code, errno.EIO)
                raise OSError(number, os.strerror(number))
        if kind != expected:
            raise RemoteBusyError(NO_SFTP, where=self.where)
        return fields

    def _send(self, kind: int, *parts: bytes) -> int:
        self._number = (self._number + 1) & 0xFFFF_FFFF
        self._transmit(struct.pack(">BI", kind, self._number) + b"".join(parts))
        self._asked.add(self._number)
        return self._number

    def _reply(self, number: int) -> tuple[int, _Fields]:
        while number not in self._replies:
            kind, fields = self._packet()
            answered = fields.number()
            if answered not in self._asked:
                raise RemoteBusyError(NO_SFTP, where=self.where)
            self._asked.remove(answered)
            if answered in self._unwanted:
                self._unwanted.remove(answered)
            else:
                self._replies[answered] = (kind, fields)
        return self._replies.pop(number)

    def _transmit(self, packet: bytes) -> None:
        with self._line():
            self._channel.sendall(struct.pack(">I", len(packet)) + packet)

    def _packet(self) -> tuple[int, _Fields]:
        with self._line():
            size = int.from_bytes(self._exactly(4), "big")
            if not 1 <= size <= PACKET_CAP:
                raise EOFError
            data = self._exactly(size)
        return data[0], _Fields(data[1:], self.where)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            part = self._channel.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    @contextmanager
    def _line(self) -> Iterator[None]:
        """What befalls the connection, in our words."""
        try:
            if self._broken:
                raise EOFError
            with self._watch.limit(REPLY_SECONDS):
                yield
        except (OSError, EOFError, paramiko.SSHException) as error:
            self._broken = True
            silent = self._watch.fired or isinstance(error, TimeoutError)
            raise RemoteBusyError("the server fell silent" if silent else "the connection broke off", where=self.where) from silence(silent)


@contextmanager
def session(remote: Remote) -> Iterator[Sftp]:
    """An SFTP session with a host whose key is known.

    Raises SettingsError (key or known_hosts unreadable), HostKeyError (unknown: before a byte is sent; changed: before the
    login), NotAllowedError (login refused, or only weak algorithms) and RemoteBusyError (no answer, or broken off).
    """
    client = _client(remote)
    try:
        key = paramiko.PKey.from_path(remote.key_file)
    except Exception:
        raise SettingsError("the private key cannot be read, or is locked by a passphrase", where=f"{remote.name}: {remote.key_file.name}") from None
    try:
        sock = socket.create_connection((remote.host, remote.port), CONNECT_SECONDS)
    except OSError as error:
        raise RemoteBusyError("the server cannot be reached", where=remote.name) from silence(isinstance(error, TimeoutError))
    watch = Watch(sock)
    watch.start()
    try:
        _log_in(client, remote, key, sock)
        yield _subsystem(client, watch, remote)
    finally:
        watch.ended.set()
        client.close()
        sock.close()


def _client(remote: Remote) -> Any:
    """A client that knows the hosts of this one file only."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        # paramiko does not understand the markers (@revoked) and would take such a key for good by another line.
        if re.search(r"^\s*@", remote.known_hosts.read_text("utf-8"), re.MULTILINE):
            raise ValueError
        client.load_host_keys(str(remote.known_hosts))
    except Exception:
        raise SettingsError("known_hosts cannot be read, or has lines with @ markers", where=f"{remote.name}: {remote.known_hosts.name}") from None
    host = remote.host if remote.port == 22 else f"[{remote.host}]:{remote.port}"
    if client.get_host_keys().lookup(host) is None:
        raise HostKeyError(f"no key of {host} is known", where=remote.name)
    return client


def _log_in(client: Any, remote: Remote, key: Any, sock: socket.socket) -> None:
    started = time.monotonic()
    options: dict[str, object] = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout", "channel_timeout"), CONNECT_SECONDS)
    options |= {"look_for_keys": False, "allow_agent": False, "disabled_algorithms": WEAK}
    try:
        client.connect(remote.host, remote.port, remote.user, pkey=key, sock=sock, **options)
    except paramiko.BadHostKeyException:
        raise HostKeyError("the host's key is not the known one", where=remote.name) from None
    except paramiko.ssh_exception.IncompatiblePeer:
        raise NotAllowedError("the server offers only algorithms that are too weak", where=remote.name) from None
    except Exception as error:
        silent = time.monotonic() - started >= CONNECT_SECONDS
        transport = client.get_transport()
        # paramiko says "authentication failed" of silence and of a cut line too; a refusal leaves the line open.
        if isinstance(error, paramiko.AuthenticationException) and not silent and transport is not None and transport.is_active():
            hint = "Compare user and key_file with what the remote's owner has entered."
            raise NotAllowedError("the login was refused", where=remote.name, hint=hint) from None
        raise RemoteBusyError("the login got no answer" if silent else "the connection broke off at login", where=remote.name) from silence(silent)


def _subsystem(client: Any, watch: Watch, remote: Remote) -> Sftp:
    try:
        with watch.limit(CONNECT_SECONDS):
            channel = client.get_transport().open_session(timeout=CONNECT_SECONDS)
            channel.settimeout(REPLY_SECONDS)
            channel.invoke_subsystem("sftp")
    except Exception:
        raise RemoteBusyError("the server opens no SFTP session", where=remote.name) from silence(watch.fired)
    return Sftp(channel, watch, remote.name)
