"""Every error of ledger/errors.py, provoked through the command in books of its own: exit code, message, remedy, and nothing of a customer in it."""

from __future__ import annotations

import errno
import fcntl
import inspect
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import _shop
import _sshd
import duckdb
import paramiko
import pytest
from conftest import ROOT, Said, tieout

from ledger import errors
from ledger.durable import disk_failure
from tieout.remote import sftp, transfer

Command = Callable[..., Said]
CASES: dict[str, Callable[..., Said]] = {}
REMOTE = '\n[[remote]]\nname = "finance"\nhost = "127.0.0.1"\nport = {port}\nuser = "{user}"\nkey_file = "file:{key}"\nknown_hosts = "{known}"\n{what}\n'


def provokes(function: Callable[..., Said]) -> Callable[..., Said]:
    """The case of the error whose name the function has."""
    CASES["".join(part.capitalize() for part in function.__name__.split("_"))] = function
    return function


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_sshd.Server]:
    started = _sshd.start(tmp_path / "server", "stand-in")
    yield started
    started.end()


def with_remote(home: Path, server: _sshd.Server, what: str, port: int = 0) -> None:
    """Add the server to the books' settings."""
    text = REMOTE.format(port=port or server.port, user=server.remote().user, key=server.client_key, known=server.known_hosts, what=what)
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(text)


@provokes
def not_books_error(command: Command, tmp_path: Path) -> Said:
    return command("status", "--home", tmp_path)


@provokes
def settings_error(command: Command, shop: Path) -> Said:
    (shop / "tieout.toml").write_text('environment = "test"\nname = "x"\n[[feed]]\nname = "f"\nstore = "s"\nentity = "e"\n')
    return command("config", "check", "--home", shop)


@provokes
def mapping_file_error(command: Command, shop: Path) -> Said:
    (shop / "mappings" / "stores.csv").write_text("store,entity,platform,time_zone,currency,taxes_included,valid_from\nskerry,skerry-ltd,shopify,Europe/Dublin,EUR,true,\n")
    return command("mapping", "propose", "--home", shop, "--as", "jane")


@provokes
def place_error(command: Command, shop: Path) -> Said:
    (shop / "outbox").rename(shop / "elsewhere")
    (shop / "outbox").symlink_to(shop / "elsewhere")
    return command("run", "--home", shop)


@provokes
def query_busy_error(command: Command, shop: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    def none_left(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", none_left)
    return command("query", "SELECT 1", "--home", shop)


@provokes
def rule_file_error(tmp_path: Path) -> Said:
    for package in ("ledger", "importers", "rules", "exporters", "tieout"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "rules" / "orders" / "order_too_large.sql").write_text('/*\ntitle = "Orders that are too large"\nkind = "chek"\n*/\nSELECT 1\n')
    done = subprocess.run([sys.executable, "-m", "tieout", "rule", "list"], cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    return Said(done.returncode, done.stdout, done.stderr)


@provokes
def signing_tool_error(command: Command, shop: Path) -> Said:
    (shop / "key").write_text("not a key\n")
    path = shop / "mappings" / "policies.csv"
    path.write_text(path.read_text(encoding="utf-8") + "skerry-ltd,materiality,5.00,2026-01-01,\n", encoding="utf-8")
    return command("mapping", "propose", "--home", shop, "--as", "jane", "--key", shop / "key")


@provokes
def books_busy_error(command: Command, shop: Path) -> Said:
    folder = os.open(shop / "ledger", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        return command("run", "--home", shop)
    finally:
        os.close(folder)


@provokes
def cache_busy_error(shop: Path) -> Said:
    with duckdb.connect(str(shop / "ledger" / "ledger.duckdb")):
        done = tieout("mapping", "propose", "--home", shop, "--as", "jane", code=None, apart=True)
    assert f"process {os.getpid()} has it open" in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


@provokes
def remote_busy_error(command: Command, shop: Path, server: _sshd.Server, monkeypatch: pytest.MonkeyPatch) -> Said:
    monkeypatch.setattr(transfer, "BACKOFF_SECONDS", 0.01)   # as often as ever, at once
    port = _sshd.free_port()
    with_remote(shop, server, f'pull = [{{ path = "{server.out}", feed = "shop" }}]', port=port)
    server.known_hosts.write_text(server.known_hosts.read_text().replace(str(server.port), str(port)))
    return command("file", "pull", "--home", shop)


@provokes
def file_refused_error(command: Command, shop: Path) -> Said:
    text = _shop.orders().replace("90.00,0.00,0.00,90.00", "90.005,0.00,0.00,90.00")
    (shop / "inbox" / "shop" / "orders_export_2.csv").write_text(text)
    said = command("run", "--home", shop, "--only", "land")
    assert '"90.005"' in said.err, "money is quoted"
    return said


@provokes
def not_found_error(command: Command, shop: Path) -> Said:
    return command("prove", "po_none", "--home", shop)


@provokes
def query_refused_error(shop: Path) -> Said:
    done = tieout("query", "COPY exception TO 'stolen.csv'", "--home", shop, code=None)
    return Said(done.returncode, done.stdout, done.stderr)


@provokes
def approval_error(command: Command, tmp_path: Path) -> Said:
    home = _shop.books(tmp_path / "two", _shop.TOML.replace("people = 1", "people = 2"))
    assert command("mapping", "propose", "--home", home, "--as", "jane").code == 0
    return command("mapping", "approve", "--all", "--home", home, "--as", "jane")


@provokes
def period_error(command: Command, shop: Path) -> Said:
    return command("period", "reopen", "2026-09", "--entity", "skerry-ltd", "--home", shop, "--as", "jane", "--reason", "late")


@provokes
def host_key_error(command: Command, shop: Path, server: _sshd.Server) -> Said:
    with_remote(shop, server, f'pull = [{{ path = "{server.out}", feed = "shop" }}]')
    server.known_hosts.write_text("")
    return command("file", "pull", "--home", shop)


@provokes
def storage_error(command: Command, shop: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    return command("run", "--home", shop)


@provokes
def tampered_error(command: Command, shop: Path) -> Said:
    path = sorted((shop / "ledger" / "manifests").iterdir())[5]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"at":"2026', b'"at":"2025'))
    return command("run", "--home", shop)


@provokes
def conflict_error(command: Command, shop: Path, server: _sshd.Server) -> Said:
    with_remote(shop, server, f'push = "{server.into}"')
    text = _shop.orders().splitlines()  # one more order, so that there is a finance file to send
    (shop / "inbox" / "shop" / "orders_export_3.csv").write_text(f"{text[0]}\n{text[-1].replace('#105', '#106').replace('7005', '7006')}\n")
    server.known_hosts.rename(server.known_hosts.with_name("elsewhere"))
    tieout("run", "--home", shop, "--as-of", "2026-10-02", code=None)
    server.known_hosts.with_name("elsewhere").rename(server.known_hosts)
    sealed = next((shop / "outbox" / "finance").rglob("finance_*.csv"))
    sealed.chmod(0o644)
    sealed.write_bytes(sealed.read_bytes() + b"\n")
    return command("export", "push", "--home", shop)


def leaves() -> dict[str, type[errors.TieoutError]]:
    return {name: e for name, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, errors.TieoutError) and not e.__subclasses__()}


def test_every_error_has_a_case() -> None:
    signed = (ROOT / "tests" / "test_people.py").read_text(encoding="utf-8")   # the errors of people and signatures need keys: they are provoked there
    assert [name for name in leaves() if name not in CASES and f'"{name}"' not in signed] == []


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str, request: pytest.FixtureRequest) -> None:
    error, function = leaves()[name], CASES[name]
    said = function(**{wanted: request.getfixturevalue(wanted) for wanted in inspect.signature(function).parameters})
    print(said.err)
    assert said.code == error.exit_code, said.err
    assert "Traceback" not in said.err
    lines = said.err.strip().splitlines()
    head = next(line for line in lines if line.startswith("tieout: ") and line != "tieout: tieout.toml says something else than before:")
    assert re.match(r"tieout: [^:]+(:\d+(:[^:]+)?)?: .+", head), head
    remedy = lines[lines.index(head) + 1]
    assert remedy.startswith("  ") and remedy.rstrip().endswith("."), remedy
    assert not re.search(r"somebody|Some Body|example\.org", said.out + said.err)


# What systems and libraries raise, as it was met, and which kind of failure it is.
UNREACHED = [OSError(n, os.strerror(n)) for n in (errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EPIPE, errno.EADDRNOTAVAIL, errno.ENETRESET, errno.EHOSTDOWN)]
UNREACHED += [socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), socket.gaierror(socket.EAI_NONAME, "Name or service not known"), TimeoutError("timed out")]
BROKEN_OFF = [paramiko.SSHException(text) for text in ("Error reading SSH protocol banner", "Server connection dropped", "No existing session", "Channel closed.", "Timeout opening channel.")]
BROKEN_OFF += [EOFError(), ConnectionResetError(errno.ECONNRESET, "reset"), BrokenPipeError(errno.EPIPE, "pipe"), OSError(errno.ENOTCONN, "not connected"), TimeoutError("timed out"), paramiko.AuthenticationException("Authentication failed.")]
FORBIDDEN = [paramiko.BadHostKeyException("h", paramiko.ECDSAKey.generate(bits=256), paramiko.ECDSAKey.generate(bits=256)), paramiko.ssh_exception.IncompatiblePeer("no matching cipher")]
ANSWERS = {2: "there is none", 3: "it is not permitted", 4: "full or failing", 5: "full or failing", 6: "full or failing", 7: "full or failing", 8: "full or failing"}
DISK = [OSError(n, os.strerror(n)) for n in (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)]
DISK += [kind(f'Could not write file "ledger.duckdb": {os.strerror(n)}') for kind in (duckdb.IOException, duckdb.FatalException) for n in (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)]
# Neither the disk's nor a remote's fault: nothing that the next run would make well.
OURS = [OSError(n, os.strerror(n)) for n in (errno.ENOENT, errno.EINVAL, errno.EBADF, errno.EISDIR)]
OURS += [duckdb.ConversionException("Could not convert string"), duckdb.ConstraintException("Duplicate key"), duckdb.InternalException("assertion failed"), KeyError("seq"), ValueError("no JSON"), AssertionError()]
INTEGRITY = [errors.TamperedError("other bytes"), errors.ConflictError("other bytes"), errors.InvariantError("it contradicts itself")]


def test_recorded_failures_are_of_their_kind(server: _sshd.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Transient, forbidden, of the disk or of the ledger: none is taken for another, and above all no broken ledger for something that passes."""

    def raising(error: Exception) -> Callable[..., None]:
        def call(*_: object, **__: object) -> None:
            raise error

        return call

    met = 0
    for place, what, recorded, wanted in (
        (socket, "create_connection", UNREACHED, errors.RemoteBusyError),
        (paramiko.SSHClient, "connect", BROKEN_OFF, errors.RemoteBusyError),
        (paramiko.SSHClient, "connect", FORBIDDEN, errors.NotAllowedError),
        (sftp.Sftp, "lstat", [errors.RemoteBusyError("the connection broke off"), *INTEGRITY], None),
    ):
        for error in recorded:
            with monkeypatch.context() as patch:
                patch.setattr(place, what, raising(error))
                with pytest.raises(wanted or type(error)) as caught:
                    transfer.push(server.remote(), ROOT / "README.md", final_name="a.md", attempts=1)
            assert caught.value.exit_code == {errors.RemoteBusyError: 75, errors.NotAllowedError: 77}.get(wanted, getattr(error, "exit_code", 0)), error
            met += 1
    for status, words in ANSWERS.items():
        with monkeypatch.context() as patch:
            patch.setattr(_sshd._Files, "open", lambda *_, status=status: status)
            with pytest.raises(errors.RemoteBusyError, match=words):
                transfer.push(server.remote(), ROOT / "README.md", final_name="a.md", attempts=1)
        met += 1
    assert [type(disk_failure(error)) for error in DISK] == [errors.StorageError] * len(DISK)
    assert "only be read" in str(disk_failure(OSError(errno.EROFS, "no matter"))) and "Free space" not in str(disk_failure(OSError(errno.EROFS, "no matter")))
    assert [disk_failure(error) for error in OURS] == [None] * len(OURS)
    assert not [error for error in (*INTEGRITY, *OURS, *DISK) if isinstance(error, errors.TransientError)]
    assert met + len(DISK) + len(OURS) == 60, met


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+Error)\s+(\d\d)?", errors.__doc__ or ""))
    there = {name: e for name, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, errors.TieoutError) and e is not errors.TieoutError}
    assert sorted(drawn) == sorted(there)
    assert all(int(code) == there[name].exit_code for name, code in drawn.items() if code)
    assert all(there[name].default_hint for name in leaves())
