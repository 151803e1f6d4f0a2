"""Files from and to a real SFTP server that is disturbed in every way it can be: whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import socket
import stat
import struct
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import _sshd
import paramiko
import pytest

from ledger.errors import ConflictError, FileRefusedError, HostKeyError, NotAllowedError, RemoteBusyError, SettingsError, StorageError
from tieout.remote import sftp, transfer
from tieout.remote.sftp import FSYNC
from tieout.remote.transfer import PullPath, PullReport, pull, push, safe_get, session

OLD = 120
BLOCK = sftp.BLOCK


@pytest.fixture
def server(tmp_path):
    started = _sshd.start(tmp_path / "server")
    yield started
    started.end()


@pytest.fixture(params=["openssh", "stand-in"])
def either(request, tmp_path):
    if request.param == "openssh" and not _sshd.openssh_works():
        pytest.skip("no OpenSSH server here")
    started = _sshd.start(tmp_path / "server", request.param)
    yield started
    started.end()


@pytest.fixture
def stand_in(tmp_path):
    started = _sshd.start(tmp_path / "server", "stand-in")
    yield started
    started.end()


def deliver(folder: Path, name: str | bytes, data: bytes, age: float = OLD) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + os.fsencode(name)))
    path.write_bytes(data)
    aged(path, age)
    return path


def aged(path: Path, age: float = OLD) -> None:
    then = time.time() - age
    os.utime(path, (then, then), follow_symlinks=False)


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def never_seen(*_: object) -> bool:
    return False


def no_sleep(_: float) -> None:
    raise AssertionError("tried again")


def get(server: _sshd.Server, inbox: Path, **changes: object) -> PullReport:
    return pull(server.remote(), inbox, never_seen, **({"attempts": 1} | changes))  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sealed(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "sealed.csv"
    path.write_bytes(data)
    return path


# Pull


def test_a_pull_brings_every_file_whole_and_once(either, tmp_path):
    contents = {"orders.csv": noise(300_000), "empty.csv": b"", "order [1] copy.csv": b"a", "été 売上.csv": b"b", "one block": noise(BLOCK)}
    for name, data in contents.items():
        deliver(either.out, name, data)
    report = get(either, tmp_path / "inbox")
    folder = tmp_path / "inbox" / "us-orders"
    assert (report.refused, report.waiting, report.broken_off) == ([], [], None)
    assert {f.name: f.path.read_bytes() for f in report.fetched} == contents
    assert names(folder) == sorted(contents)
    for fetched in report.fetched:
        assert fetched.sha256 == hashlib.sha256(contents[fetched.name]).hexdigest()
        assert fetched.size == len(contents[fetched.name])
        assert fetched.remote_path == f"{either.out}/{fetched.name}"
        assert stat.S_IMODE(fetched.path.stat().st_mode) == 0o600
    memory = {("bank", f.remote_path, f.size, f.mtime) for f in report.fetched}
    deliver(either.out, "orders.csv", noise(300_000, 2), OLD - 10)
    again = pull(either.remote(), tmp_path / "second", lambda *what: what in memory)
    assert [f.name for f in again.fetched] == ["orders.csv"]


def change_truncated(path: Path) -> None:
    os.truncate(path, 100_000)


def change_grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def change_rewritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(noise(400_000, 9))


def change_replaced(path: Path) -> None:
    deliver(path.parent.parent, "new", noise(400_000, 9), 0).replace(path)


def change_taken_away(path: Path) -> None:
    path.unlink()


def change_linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


CHANGES = [change_truncated, change_grown, change_rewritten, change_replaced, change_taken_away, change_linked]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_file_that_changes_while_it_is_read_waits(server, tmp_path, monkeypatch, change):
    path = deliver(server.out, "b.csv", noise(400_000))
    deliver(server.out, "a.csv", b"quiet")
    deliver(server.out, "c.csv", b"quiet too")
    read = sftp.Sftp.read

    def disturbed(self, remote_path, size):
        for number, chunk in enumerate(read(self, remote_path, size)):
            if number == 5 and remote_path.endswith("b.csv"):
                change(path)
            yield chunk

    monkeypatch.setattr(sftp, "WINDOW", 1)
    monkeypatch.setattr(sftp.Sftp, "read", disturbed)
    report = get(server, tmp_path)
    assert [f.name for f in report.fetched] == ["a.csv", "c.csv"]
    assert [name for name, _ in report.waiting] == ["b.csv"]
    assert names(tmp_path / "us-orders") == ["a.csv", "c.csv"]
    monkeypatch.setattr(sftp.Sftp, "read", read)
    if path.is_file() and not path.is_symlink():
        aged(path)
        assert [f.path.read_bytes() for f in get(server, tmp_path).fetched if f.name == "b.csv"] == [path.read_bytes()]


def test_a_fresh_file_waits_until_it_is_quiet(server, tmp_path):
    path = deliver(server.out, "orders.csv", b"x", 30)
    assert get(server, tmp_path).waiting == [("orders.csv", "it was written less than 60 s ago")]
    aged(path, 61)
    assert [f.name for f in get(server, tmp_path).fetched] == ["orders.csv"]


def test_bad_entries_are_refused_and_the_others_come(either, tmp_path, monkeypatch):
    for name in ("0 first.csv", "zz last.csv"):
        deliver(either.out, name, b"good")
    (either.out / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(either.out / "pipe.csv")
    (either.out / "folder.csv").mkdir()
    for name in ("line\nbreak.csv", "right\u202efdp.csv", "n" * 250, b"latin-\xe9.csv", "back\\slash.csv", ".orders.csv.part"):
        deliver(either.out, name, b"bad")
    entries = sftp.Sftp.entries

    def hostile(self, folder):
        yield from entries(self, folder)
        yield from ((raw, sftp.Attributes(3, stat.S_IFREG, 1)) for raw in (b"../../evil", b"/etc/evil", b"nul\0.csv", b""))

    monkeypatch.setattr(sftp.Sftp, "entries", hostile)
    report = get(either, tmp_path)
    assert [f.name for f in report.fetched] == ["0 first.csv", "zz last.csv"]
    assert names(tmp_path / "us-orders") == ["0 first.csv", "zz last.csv"]
    assert dict(report.refused) == {
        "": "the name is a path",
        "..\\x2f..\\x2fevil": "the name is a path",
        "\\x2fetc\\x2fevil": "the name is a path",
        "back\\slash.csv": "the name is a path",
        "folder.csv": "it is a folder, not a file",
        "latin-\\xe9.csv": "the name is not UTF-8",
        "line\\x0abreak.csv": "the name has control or direction characters",
        "link.csv": "it is a link, not a file",
        "n" * 200: "the name is longer than 200 characters",
        "nul\\x00.csv": "the name has control or direction characters",
        "pipe.csv": "it is a pipe, not a file",
        "right\\x202efdp.csv": "the name has control or direction characters",
    }
    assert report.waiting == [(".orders.csv.part", "a hidden name: an upload under way, or no delivery")]


def test_a_file_above_the_cap_is_refused_unread(server, tmp_path, monkeypatch):
    deliver(server.out, "orders.csv", b"12345")
    monkeypatch.setattr(sftp.Sftp, "read", None)
    assert get(server, tmp_path, size_cap=4).refused == [("orders.csv", "it has 5 bytes, more than 4")]


def test_ten_gigabytes_are_refused_and_a_device_is_no_file(server, tmp_path):
    path = deliver(server.out, "orders.csv", b"")
    os.truncate(path, 10 << 30)
    aged(path)
    deliver(server.out, "small.csv", b"x")
    report = get(server, tmp_path)
    assert report.refused == [("orders.csv", f"it has {10 << 30} bytes, more than {4 << 30}")]
    assert names(tmp_path / "us-orders") == ["small.csv"]
    with session(server.remote()) as sftp, pytest.raises(FileRefusedError, match="not a file"):
        safe_get(sftp, "/dev/null", tmp_path / "us-orders")


def test_a_folder_above_the_cap_says_that_the_rest_was_not_looked_at(server, tmp_path, monkeypatch):
    for n in range(8):
        deliver(server.out, f"{n}.csv", b"x")
    monkeypatch.setattr(transfer, "FOLDER_CAP", 6)
    report = get(server, tmp_path)
    assert len(report.fetched) <= 6 and report.waiting == [(str(server.out), "6 entries or more: the rest was not looked at")]


def test_a_listing_that_dies_after_two_hundred_names_is_taken_up(server, tmp_path, monkeypatch):
    """Five times in two runs, once more while the two hundredth file is read: every file comes whole and is asked for once."""
    many = [f"{n:03d}.csv" for n in range(230)]
    for name in many:
        deliver(server.out, name, name.encode())
    entries, read, dies, asked = sftp.Sftp.entries, sftp.Sftp.read, [200] * 5 + [None, None], []

    def dying(self, folder):
        after = dies.pop(0)
        for number, entry in enumerate(entries(self, folder)):
            if number == after:
                server.cut()
            yield entry

    def counted(self, remote_path, size):
        asked.append(remote_path)
        if len(asked) == 200:
            server.cut()
        yield from read(self, remote_path, size)

    monkeypatch.setattr(sftp.Sftp, "entries", dying)
    monkeypatch.setattr(sftp.Sftp, "read", counted)
    first = get(server, tmp_path, attempts=3, sleep=lambda _: None)
    assert (first.fetched, isinstance(first.broken_off, RemoteBusyError), first.retries) == ([], True, 2)
    second = get(server, tmp_path, attempts=4, sleep=lambda _: None)
    assert (second.broken_off, second.retries, dies) == (None, 3, [])
    assert sorted(f.name for f in second.fetched) == names(tmp_path / "us-orders") == many
    assert all((tmp_path / "us-orders" / name).read_bytes() == name.encode() for name in many)
    assert len(asked) == len(many) + 1 and len(set(asked)) == len(many)


def test_a_folder_that_is_missing_does_not_hinder_the_others(server, tmp_path):
    deliver(server.out, "orders.csv", b"x")
    remote = server.remote(pull=(PullPath("/no/such/folder", "a"), PullPath(str(server.out) + "/", "b")))
    report = pull(remote, tmp_path, never_seen)
    assert report.waiting == [("/no/such/folder", "the folder cannot be listed: there is none")]
    assert [f.path for f in report.fetched] == [tmp_path / "b" / "orders.csv"]


def test_what_waits_in_the_inbox_is_never_replaced(server, tmp_path):
    folder = tmp_path / "us-orders"
    folder.mkdir()
    (folder / "orders.csv").write_bytes(b"old")
    deliver(server.out, "orders.csv", b"new")
    assert get(server, tmp_path).waiting == [("orders.csv", "other bytes of this name still wait in the inbox")]
    assert (names(folder), (folder / "orders.csv").read_bytes()) == (["orders.csv"], b"old")
    (folder / "orders.csv").write_bytes(b"new")
    assert [f.name for f in get(server, tmp_path).fetched] == ["orders.csv"]


def test_a_pull_that_breaks_off_says_what_it_had(server, tmp_path, monkeypatch):
    for name in ("a.csv", "b.csv", "c.csv"):
        deliver(server.out, name, name.encode())
    (server.out / "z").mkdir()
    read, cuts = sftp.Sftp.read, [1, 1]

    def disturbed(self, remote_path, size):
        if remote_path.endswith("b.csv") and cuts:
            cuts.pop()
            server.cut()
        yield from read(self, remote_path, size)

    monkeypatch.setattr(sftp.Sftp, "read", disturbed)
    report = get(server, tmp_path)
    assert [f.name for f in report.fetched] == ["a.csv"]
    assert isinstance(report.broken_off, RemoteBusyError)
    pauses: list[float] = []
    report = get(server, tmp_path / "again", attempts=3, sleep=pauses.append)
    assert ([f.name for f in report.fetched], report.broken_off, len(pauses)) == (["a.csv", "b.csv", "c.csv"], None, 1)
    assert report.refused == [("z", "it is a folder, not a file")]


def test_a_full_disk_here_is_a_storage_error(server, tmp_path, monkeypatch):
    deliver(server.out, "orders.csv", b"x")
    with pytest.raises(StorageError), session(server.remote()) as sftp:
        safe_get(sftp, f"{server.out}/orders.csv", tmp_path / "missing")

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        get(server, tmp_path)
    assert names(tmp_path / "us-orders") == []


def test_a_pull_removes_what_a_killed_one_left(server, tmp_path):
    folder = tmp_path / "us-orders"
    folder.mkdir()
    dead = subprocess.Popen(["true"])
    dead.wait()
    for owner in (dead.pid, os.getpid()):
        (folder / f".tmp-{owner}-x").write_bytes(b"half")
    assert get(server, tmp_path).broken_off is None
    assert names(folder) == [f".tmp-{os.getpid()}-x"]


# Who may be talked to


def test_an_unknown_host_gets_no_byte(server, tmp_path, monkeypatch):
    server.known_hosts.write_text("")
    monkeypatch.setattr(socket, "create_connection", None)
    with pytest.raises(HostKeyError):
        push(server.remote(), sealed(tmp_path, b"x"), final_name="x.csv", sleep=no_sleep)
    with pytest.raises(HostKeyError):
        pull(server.remote(), tmp_path, never_seen, sleep=no_sleep)
    assert names(server.into) == []


def test_a_changed_host_key_stops_before_the_login(either, tmp_path):
    either.know(_sshd.make_key(tmp_path / "other"))
    with pytest.raises(HostKeyError):
        push(either.remote(), sealed(tmp_path, b"x"), final_name="x.csv", sleep=no_sleep)
    with pytest.raises(HostKeyError):
        pull(either.remote(), tmp_path, never_seen, sleep=no_sleep)
    assert names(either.into) == []


def test_a_wrong_client_key_is_not_allowed_and_not_tried_again(either, tmp_path):
    _sshd.make_key(tmp_path / "other")
    with pytest.raises(NotAllowedError) as caught:
        push(either.remote(key_file=tmp_path / "other"), sealed(tmp_path, b"x"), final_name="x.csv", sleep=no_sleep)
    assert type(caught.value) is NotAllowedError
    assert names(either.into) == []


def test_weak_algorithms_are_not_spoken(tmp_path):
    if not _sshd.openssh_works():
        pytest.skip("no OpenSSH server here")
    for more in ("Ciphers aes256-cbc,3des-cbc\n", "Ciphers aes256-ctr\nMACs hmac-sha1,hmac-md5\n"):
        server = _sshd.OpenSsh(tmp_path / more[-4:-1], more)
        try:
            with pytest.raises(NotAllowedError, match="too weak"), session(server.remote()):
                pass
        finally:
            server.end()


@pytest.mark.parametrize("text", ["@revoked * ssh-ed25519 AAAA\n", "[127.0.0.1]:1 ssh-ed25519 not-base64!\n", None])
def test_a_known_hosts_file_that_cannot_be_read_is_a_setting(server, text):
    if text is None:
        server.known_hosts.unlink()
    else:
        server.known_hosts.write_text(server.known_hosts.read_text() + text)
    with pytest.raises(SettingsError), session(server.remote()):
        pass


def test_a_key_that_cannot_be_read_is_a_setting_and_stays_secret(server):
    server.client_key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n")
    with pytest.raises(SettingsError) as caught, session(server.remote()):
        pass
    assert "c2VjcmV0" not in str(caught.value)
    with pytest.raises(SettingsError), session(server.remote(key_file=server.folder / "none")):
        pass


def test_a_server_that_is_away_is_asked_three_times(server, tmp_path):
    server.end()
    pauses: list[float] = []
    with pytest.raises(RemoteBusyError, match="cannot be reached"):
        push(server.remote(), sealed(tmp_path, b"x"), final_name="x.csv", sleep=pauses.append)
    assert len(pauses) == 2
    assert all(0 <= pause <= 20 for pause in pauses)


# Push


def test_a_push_leaves_one_whole_file_and_repeats_are_the_same(either, tmp_path):
    data = noise(300_000)
    for left in (".out.csv.part", ".out.csv.0123abcd.part"):
        deliver(either.into, left, b"half")
    deliver(either.into, ".out.csv.old.csv.0123abcd.part", b"another file's")
    receipt = push(either.remote(), sealed(tmp_path, data), final_name="out.csv")
    assert (receipt.remote, receipt.path, receipt.size) == ("bank", f"{either.into}/out.csv", len(data))
    assert receipt.sha256 == hashlib.sha256(data).hexdigest()
    assert not receipt.already_there
    before = (either.into / "out.csv").stat()
    again = push(either.remote(), sealed(tmp_path, data), final_name="out.csv")
    assert again.already_there
    assert (again.path, again.sha256) == (receipt.path, receipt.sha256)
    assert (either.into / "out.csv").stat().st_mtime_ns == before.st_mtime_ns
    assert (either.into / "out.csv").read_bytes() == data
    assert names(either.into) == [".out.csv.old.csv.0123abcd.part", "out.csv"]


@pytest.mark.parametrize("other", [b"other", b"xyz"])
def test_other_bytes_under_the_final_name_are_a_conflict(either, tmp_path, other):
    deliver(either.into, "out.csv", other)
    with pytest.raises(ConflictError):
        push(either.remote(), sealed(tmp_path, b"abc"), final_name="out.csv", sleep=no_sleep)
    assert (names(either.into), (either.into / "out.csv").read_bytes()) == (["out.csv"], other)


def test_a_name_taken_during_the_upload_is_not_replaced(server, tmp_path, monkeypatch):
    rename = sftp.Sftp.rename
    for taken, already in ((b"other", None), (b"mine!", True)):

        def late(self, old, new, taken=taken):
            deliver(server.into, "out.csv", taken)
            rename(self, old, new)

        monkeypatch.setattr(sftp.Sftp, "rename", late)
        if already is None:
            with pytest.raises(ConflictError):
                push(server.remote(), sealed(tmp_path, b"mine!"), final_name="out.csv", sleep=no_sleep)
        else:
            assert push(server.remote(), sealed(tmp_path, b"mine!"), final_name="out.csv").already_there
        assert (names(server.into), (server.into / "out.csv").read_bytes()) == (["out.csv"], taken)
        (server.into / "out.csv").unlink()


PUT = 40 * BLOCK + 17


@pytest.mark.parametrize("offset", [0, 1, 5 * BLOCK, 20 * BLOCK, 39 * BLOCK, PUT])
def test_a_connection_cut_while_uploading_leaves_no_final_name(server, tmp_path, monkeypatch, offset):
    write = sftp.Sftp.write

    def cutting(self, path, chunks):
        def until_cut():
            sent = 0
            for chunk in chunks:
                if sent >= offset:
                    server.cut()
                yield chunk
                sent += len(chunk)
            server.cut()

        write(self, path, until_cut())

    monkeypatch.setattr(sftp.Sftp, "write", cutting)
    monkeypatch.setattr(sftp, "WINDOW", 4)
    path = sealed(tmp_path, noise(PUT))
    with pytest.raises(RemoteBusyError):
        push(server.remote(), path, final_name="out.csv", attempts=1)
    assert "out.csv" not in names(server.into)
    monkeypatch.setattr(sftp.Sftp, "write", write)
    assert not push(server.remote(), path, final_name="out.csv", attempts=1).already_there
    assert (names(server.into), (server.into / "out.csv").read_bytes()) == (["out.csv"], path.read_bytes())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_cut_at_the_rename_ends_in_one_file(server, tmp_path, monkeypatch, moment):
    rename, path = sftp.Sftp.rename, sealed(tmp_path, noise(BLOCK))
    cuts = [1]

    def cutting(self, old, new):
        if cuts and moment == "before":
            cuts.pop()
            server.cut()
        rename(self, old, new)
        if cuts:
            cuts.pop()
            server.cut()

    monkeypatch.setattr(sftp.Sftp, "rename", cutting)
    pauses: list[float] = []
    receipt = push(server.remote(), path, final_name="out.csv", sleep=pauses.append)
    assert (receipt.already_there, len(pauses)) == (moment == "after", 1)
    assert (names(server.into), (server.into / "out.csv").read_bytes()) == (["out.csv"], path.read_bytes())


def test_a_full_remote_is_tried_again_later_and_keeps_no_half(stand_in, tmp_path):
    path = sealed(tmp_path, noise(10 * BLOCK))
    stand_in.writes_until_full = 6
    with pytest.raises(RemoteBusyError, match="full or failing"):
        push(stand_in.remote(), path, final_name="out.csv", attempts=1)
    assert names(stand_in.into) == []
    stand_in.writes_until_full = 1000
    push(stand_in.remote(), path, final_name="out.csv")
    assert (stand_in.into / "out.csv").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("step", ["open", "rename"])
def test_a_remote_that_refuses_is_tried_again_later_and_keeps_nothing(stand_in, tmp_path, monkeypatch, number, step):
    def refusing(*_: object) -> int:
        return paramiko.sftp_server.SFTPServer.convert_errno(number)

    path = sealed(tmp_path, noise(BLOCK))
    with monkeypatch.context() as patch:
        patch.setattr(_sshd._Files, step, refusing)
        with pytest.raises(RemoteBusyError, match="not permitted" if number == errno.EACCES else "full or failing"):
            push(stand_in.remote(), path, final_name="out.csv", attempts=1)
        assert names(stand_in.into) == []
    push(stand_in.remote(), path, final_name="out.csv", attempts=1)
    assert names(stand_in.into) == ["out.csv"]


def test_bytes_that_arrive_wrong_never_get_the_final_name(server, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "_blocks", lambda path, blocks=transfer._blocks: blocks(path))
    write = sftp.Sftp.write
    monkeypatch.setattr(sftp.Sftp, "write", lambda self, path, chunks: write(self, path, [bytes(len(b"".join(chunks)))]))
    with pytest.raises(RemoteBusyError, match="not what was sent"):
        push(server.remote(), sealed(tmp_path, b"abc"), final_name="out.csv", attempts=1)
    assert names(server.into) == []


@pytest.mark.parametrize("name", ["../out.csv", "", ".hidden", "a\nb", "x" * 201, "\udcff"])
def test_a_final_name_that_is_none_is_refused(server, tmp_path, name):
    with pytest.raises(FileRefusedError):
        push(server.remote(), sealed(tmp_path, b"x"), final_name=name)
    assert names(server.into) == []


def test_a_remote_without_its_folder(server, tmp_path):
    path = sealed(tmp_path, b"x")
    with pytest.raises(RemoteBusyError, match="there is none"):
        push(server.remote(push="/no/such/folder"), path, final_name="x.csv", attempts=1)
    with pytest.raises(SettingsError):
        push(server.remote(push=None), path, final_name="x.csv")
    with pytest.raises(StorageError):
        push(server.remote(), tmp_path / "none", final_name="x.csv")


def test_an_upload_never_writes_into_what_exists(either):
    deliver(either.into, "x", b"other")
    with session(either.remote()) as sftp, pytest.raises(OSError):
        sftp.write(f"{either.into}/x", [b"mine"])
    assert (either.into / "x").read_bytes() == b"other"


def test_uploads_are_synced_where_the_server_offers_it(either):
    with session(either.remote()) as sftp:
        assert (FSYNC in sftp.extensions) == (either.kind == "openssh")


# Silence


def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "REPLY_SECONDS", 0.6)
    monkeypatch.setattr(sftp, "CONNECT_SECONDS", 1.0)


@pytest.fixture
def impatient(monkeypatch):
    impatience(monkeypatch)


@pytest.mark.parametrize("phase", ["lstat", "read", "write", "rename"])
def test_a_server_that_falls_silent_is_left_in_time(server, tmp_path, monkeypatch, impatient, phase, caplog):
    path = sealed(tmp_path, noise(100 * BLOCK))
    original = getattr(sftp.Sftp, phase)

    def stalling(self, *given):
        if phase == "write":
            given = (given[0], (chunk for number, chunk in enumerate(given[1]) if number != 3 or not server.stall()))
        else:
            server.stall()
        return original(self, *given)

    monkeypatch.setattr(sftp.Sftp, phase, stalling)
    started = time.monotonic()
    with pytest.raises(RemoteBusyError, match="fell silent"):
        push(server.remote(), path, final_name="out.csv", sleep=no_sleep)
    assert time.monotonic() - started < 4
    assert names(server.into) != ["out.csv"]
    monkeypatch.undo()
    server.go_on()
    push(server.remote(), path, final_name="out.csv", attempts=1)
    assert (names(server.into), (server.into / "out.csv").read_bytes()) == (["out.csv"], path.read_bytes())
    assert not caplog.records


def test_a_full_socket_to_a_silent_server_is_left_in_time(server, tmp_path, monkeypatch, impatient):
    connect, sent = socket.create_connection, 0

    def narrow(*given):
        sock = connect(*given)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return sock

    def chunks():
        server.stall()
        nonlocal sent
        while sent < 60 * BLOCK:
            sent += BLOCK
            yield bytes(BLOCK)

    monkeypatch.setattr(socket, "create_connection", narrow)
    started = time.monotonic()
    with pytest.raises(RemoteBusyError, match="fell silent"), session(server.remote()) as sftp:
        sftp.write(f"{server.into}/x", chunks())
    assert time.monotonic() - started < 4


def test_a_pull_from_a_server_that_falls_silent_ends_in_time(server, tmp_path, monkeypatch, impatient):
    deliver(server.out, "a.csv", noise(10 * BLOCK))
    read = sftp.Sftp.read
    monkeypatch.setattr(sftp.Sftp, "read", lambda self, path, size: server.stall() or read(self, path, size))
    started = time.monotonic()
    report = get(server, tmp_path, attempts=3, sleep=no_sleep)
    assert "fell silent" in str(report.broken_off)
    assert time.monotonic() - started < 4
    assert names(tmp_path / "us-orders") == []


def test_a_server_silent_from_the_start_or_after_the_login(server, tmp_path, monkeypatch, impatient, caplog):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute_remote = server.remote(port=mute.getsockname()[1])
        server.known_hosts.write_text(server.known_hosts.read_text().replace(str(server.port), f"{mute_remote.port}"))
        started = time.monotonic()
        with pytest.raises(RemoteBusyError, match="no answer"), session(mute_remote):
            pass
        assert time.monotonic() - started < 4
        server.known_hosts.write_text(server.known_hosts.read_text().replace(str(mute_remote.port), str(server.port)))
    for owner, step in ((paramiko.Transport, "open_session"), (paramiko.Channel, "invoke_subsystem")):
        original = getattr(owner, step)
        monkeypatch.setattr(owner, step, lambda *given, original=original, **named: server.stall() or original(*given, **named))
        started = time.monotonic()
        with pytest.raises(RemoteBusyError), session(server.remote()) as sftp:
            sftp.lstat("/")
        assert time.monotonic() - started < 4
        monkeypatch.undo()
        server.go_on()
        impatience(monkeypatch)
    assert not caplog.records


# Answers that are none


class Scripted:
    """A channel whose answers are given."""

    def __init__(self, answers: bytes):
        self.answers = answers

    def sendall(self, data: bytes) -> None:
        pass

    def recv(self, count: int) -> bytes:
        part, self.answers = self.answers[:count], self.answers[count:]
        return part


VERSION = struct.pack(">IBI", 5, 2, 3)


def answered(answers: bytes) -> sftp.Sftp:
    return sftp.Sftp(Scripted(VERSION + answers), sftp.Watch(socket.socket()), "bank")


def packet(kind: int, number: int, body: bytes) -> bytes:
    return struct.pack(">IBI", 5 + len(body), kind, number) + body


@pytest.mark.parametrize("answer", [
    b"", b"\0\0\0\0", b"\xff\xff\xff\xff", packet(105, 7, b""), packet(105, 1, b"\0\0\0\1"), packet(105, 1, b"\x80\0\0\0\xff\xff\xff\xff"),
    packet(104, 1, b"\xff\xff\xff\xff"), packet(101, 1, b""), packet(102, 1, b"\0\0\0\1h") + packet(104, 2, b"\xff\xff\xff\xff\0\0\0\1a"),
])
def test_nonsense_is_a_remote_that_is_busy(answer):
    with pytest.raises(RemoteBusyError):
        answered(answer).lstat("/x")
    with pytest.raises(RemoteBusyError):
        list(answered(answer).entries("/x"))


def test_random_answers_end_in_our_errors():
    chance = random.Random(5)
    for _ in range(1_000):
        body = b"".join(packet(chance.choice([101, 102, 103, 104, 105, 9]), number, chance.randbytes(chance.randrange(20))) for number in range(1, 6))
        for action in (lambda s: s.lstat("/x"), lambda s: list(s.entries("/x")), lambda s: list(s.read("/x", 100_000)), lambda s: s.write("/x", [b"x"])):
            with suppress(RemoteBusyError, OSError):
                action(answered(body))


def test_answers_out_of_order_and_short_ones_still_make_the_file():
    data = noise(BLOCK + 10)
    opened = packet(102, 1, struct.pack(">I", 1) + b"h")

    def block(number: int, part: bytes) -> bytes:
        return packet(103, number, struct.pack(">I", len(part)) + part)

    answers = opened + block(3, data[BLOCK:]) + block(2, data[:100]) + block(4, data[100:BLOCK])
    assert b"".join(answered(answers).read("/x", len(data))) == data
