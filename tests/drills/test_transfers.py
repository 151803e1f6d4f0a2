"""The long counts of the transfers, against a real OpenSSH server: files that change while they are read, lines cut while they are sent, and silence."""

from __future__ import annotations

import random
import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import _drill
import _sshd
import pytest
import test_transfer as short

from ledger.errors import HostKeyError, RemoteBusyError
from tieout.remote import sftp
from tieout.remote.transfer import pull, push

SIZE = 40 * sftp.BLOCK
pytestmark = pytest.mark.drill


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_sshd.Server]:
    if not _sshd.openssh_works():
        pytest.skip("no OpenSSH server here")
    started = _sshd.start(tmp_path / "server", "openssh")
    yield started
    started.end()


@pytest.mark.parametrize("change", short.CHANGES[:4], ids=lambda change: change.__name__)
def test_changed_while_read(server: _sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change) -> None:
    """At a random block each time: what is accepted is whole and of one version."""
    rng, read = random.Random(change.__name__), sftp.Sftp.read
    accepted = refused = 0
    for number in range(_drill.count("changes")):
        old = short.noise(SIZE, number)
        path = short.deliver(server.out, "a.csv", old)
        moment = rng.randrange(42)

        def disturbed(self, remote_path, size, moment=moment, path=path):
            for block, chunk in enumerate(read(self, remote_path, size)):
                if block == moment:
                    change(path)
                yield chunk
            if moment > 39:
                change(path)

        monkeypatch.setattr(sftp, "WINDOW", rng.choice([1, 4, 64]))
        monkeypatch.setattr(sftp.Sftp, "read", disturbed)
        inbox = tmp_path / str(number)
        report = short.get(server, inbox)
        monkeypatch.setattr(sftp.Sftp, "read", read)
        for fetched in report.fetched:
            accepted += 1
            assert fetched.path.read_bytes() == old or fetched.path.read_bytes() == path.read_bytes(), f"{number}: mixed or short"
        if not report.fetched:
            refused += 1
            assert short.names(inbox / "us-orders") == []
    assert accepted + refused == _drill.count("changes")
    assert refused > 0


def test_cut_while_sent(server: _sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At offsets all over the file: nothing under the final name; tried again, exactly one file."""
    write, count = sftp.Sftp.write, _drill.count("offsets")
    path = short.sealed(tmp_path, short.noise(SIZE + 17))
    for number in range(count):
        offset = (SIZE + 17) * number // count

        def cutting(self, name, chunks, offset=offset):
            def until_cut():
                sent, cut = 0, False
                for chunk in chunks:
                    if sent + len(chunk) > offset and not cut:
                        cut = True
                        server.cut()
                    sent += len(chunk)
                    yield chunk

            write(self, name, until_cut())

        monkeypatch.setattr(sftp.Sftp, "write", cutting)
        with pytest.raises(RemoteBusyError):
            push(server.remote(), path, final_name="out.csv", attempts=1)
        assert "out.csv" not in short.names(server.into)
        monkeypatch.setattr(sftp.Sftp, "write", write)
        push(server.remote(), path, final_name="out.csv", attempts=3, sleep=lambda _: None)
        assert (short.names(server.into), (server.into / "out.csv").read_bytes()) == (["out.csv"], path.read_bytes())
        (server.into / "out.csv").unlink()


def test_a_folder_of_a_hundred_thousand_names(server: _sshd.Server, tmp_path: Path) -> None:
    """Three of them new: they come, and what the listing needs stays small."""
    for number in range(100_000):
        (server.out / f"{number:06d}.csv").touch()
    new = {"000000.csv", "050000.csv", "099999.csv"}
    for name in new:
        short.deliver(server.out, name, name.encode())
    tracemalloc.start()
    try:
        report = pull(server.remote(), tmp_path, lambda _, path, size, mtime: path.rpartition("/")[2] not in new, attempts=1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ({f.name for f in report.fetched}, report.waiting, report.refused, report.broken_off) == (new, [], [], None)
    assert most < 256 << 20, most


@pytest.mark.parametrize("known", ["unknown", "changed"])
def test_no_byte_to_a_host_that_is_not_known(server: _sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str) -> None:
    """Counted on the line: to a host without a known key nothing goes out, to one with another key nothing of the file or the login."""
    if known == "unknown":
        server.known_hosts.write_text("")
    else:
        server.know(_sshd.make_key(tmp_path / "other"))
    sent: list[int] = []
    connect = socket.create_connection

    def counted(*given):
        sock = connect(*given)
        sent.append(0)
        return sock

    monkeypatch.setattr(socket, "create_connection", counted)
    with pytest.raises(HostKeyError):
        push(server.remote(), short.sealed(tmp_path, short.noise(SIZE)), final_name="out.csv", sleep=short.no_sleep)
    assert len(sent) == (0 if known == "unknown" else 1)
    assert short.names(server.into) == []


@pytest.mark.parametrize("phase", ["lstat", "read", "write", "rename"])
def test_silence_ends_within_a_minute(server: _sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str) -> None:
    """With the times that hold in production."""
    original = getattr(sftp.Sftp, phase)
    monkeypatch.setattr(sftp.Sftp, phase, lambda self, *given: server.stall() or original(self, *given))
    started = time.monotonic()
    with pytest.raises(RemoteBusyError, match="fell silent"):
        push(server.remote(), short.sealed(tmp_path, short.noise(SIZE)), final_name="out.csv", sleep=short.no_sleep)
    assert time.monotonic() - started < 60
    server.go_on()
