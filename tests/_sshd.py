"""An SFTP server for tests: a real OpenSSH on a loopback port where there is one, else an in-process stand-in."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import paramiko
from paramiko.sftp_server import SFTPServer

from tieout.remote.transfer import PullPath, Remote, session

_FOLDERS = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/sbin", "/usr/local/sbin", "/usr/lib/ssh", "/usr/libexec"]
SSHD, KEYGEN = (shutil.which(name, path=os.pathsep.join(_FOLDERS)) for name in ("sshd", "ssh-keygen"))


class Server:
    """What both servers have: a folder with out/ and in/, keys, and the ways to disturb a session."""

    kind = ""

    def __init__(self, folder: Path):
        self.folder = folder
        self.out, self.into = folder / "out", folder / "in"
        self.out.mkdir(parents=True)
        self.into.mkdir()
        self.host_key, self.client_key = folder / "host_key", folder / "client_key"
        self.known_hosts = folder / "known_hosts"
        self.port = 0

    def remote(self, **changes: object) -> Remote:
        """This server, as the books see it."""
        given: dict[str, object] = {
            "name": "bank", "host": "127.0.0.1", "port": self.port, "user": pwd.getpwuid(os.getuid()).pw_name, "key_file": self.client_key,
            "known_hosts": self.known_hosts, "pull": (PullPath(str(self.out), "us-orders"),), "push": str(self.into),
        }
        return Remote(**(given | changes))  # type: ignore[arg-type]

    def know(self, public_key: str) -> None:
        """Write known_hosts."""
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {' '.join(public_key.split()[:2])}\n")

    def cut(self) -> None:
        """Kill every session; the server goes on listening."""
        raise NotImplementedError

    def stall(self) -> None:
        """Stop every session without closing it."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Let stopped sessions run on."""
        raise NotImplementedError

    def end(self) -> None:
        """Stop serving."""
        raise NotImplementedError


def make_key(path: Path) -> str:
    """A new key pair; the public line."""
    if KEYGEN:
        subprocess.run([KEYGEN, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
        return path.with_name(path.name + ".pub").read_text()
    key = paramiko.ECDSAKey.generate(bits=256)
    key.write_private_key_file(str(path))
    return f"{key.get_name()} {key.get_base64()}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OpenSsh(Server):
    """sshd in the foreground, for the user who runs the tests."""

    kind = "openssh"

    def __init__(self, folder: Path, more: str = ""):
        super().__init__(folder)
        self.port = free_port()
        self.know(make_key(self.host_key))
        authorized = folder / "authorized_keys"
        authorized.write_text(make_key(self.client_key))
        config = folder / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1\nHostKey {self.host_key}\nAuthorizedKeysFile {authorized}\nPidFile none\nStrictModes no\nUsePAM no\n"
            f"PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nMaxStartups 100\nSubsystem sftp internal-sftp\n{more}"
        )
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (folder / "sshd.log").open("wb") as log:
            self.process = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(config), "-p", str(self.port)], stdin=subprocess.DEVNULL, stderr=log)
        self._await()

    def _await(self) -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                if probe.recv(4) == b"SSH-":
                    return
            time.sleep(0.02)
        self.end()
        raise OSError("sshd did not start")

    def _sessions(self) -> list[int]:
        """Every process below ours, deepest last."""
        found, rows = [self.process.pid], _processes()
        for parent in found:
            found.extend(child for child, above in rows if above == parent)
        return found[1:]

    def _signal(self, number: int) -> None:
        for process in self._sessions():
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def cut(self) -> None:
        self._signal(signal.SIGKILL)

    def stall(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        self.cut()
        self.process.terminate()
        self.process.wait(10)


def _processes() -> list[tuple[int, int]]:
    """(process, parent) of all that run."""
    rows = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            rows.append((int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])))
    if rows:
        return rows
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout.splitlines()
    return [(int(line.split()[0]), int(line.split()[1])) for line in lines]


class _Login(paramiko.ServerInterface):
    """Lets the one client key in."""

    def __init__(self, key: bytes):
        self.key = key

    def get_allowed_auths(self, username):
        return "publickey"

    def check_auth_publickey(self, username, key):
        return paramiko.AUTH_SUCCESSFUL if key.asbytes() == self.key else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def __init__(self, files: _Files, file: int, flags: int):
        super().__init__(flags)
        self.files, self.file = files, file

    def close(self):
        super().close()
        os.close(self.file)

    def read(self, offset, length):
        self.files.server.going.wait()
        return os.pread(self.file, length, offset)

    def write(self, offset, data):
        self.files.server.going.wait()
        self.files.server.writes_until_full -= 1
        if self.files.server.writes_until_full < 0:
            return paramiko.SFTP_FAILURE
        os.pwrite(self.file, data, offset)
        return paramiko.SFTP_OK


class _Files(paramiko.SFTPServerInterface):
    """The file system as it is, with the statuses that OpenSSH gives."""

    def __init__(self, server, *, stand_in, **kwargs):
        self.server = stand_in

    def _try(self, action):
        self.server.going.wait()
        try:
            return action()
        except OSError as error:
            return SFTPServer.convert_errno(error.errno)

    def list_folder(self, path):
        return self._try(lambda: [paramiko.SFTPAttributes.from_stat(entry.lstat(), os.fsencode(entry.name)) for entry in Path(path).iterdir()])

    def lstat(self, path):
        return self._try(lambda: paramiko.SFTPAttributes.from_stat(Path(path).lstat()))

    stat = lstat

    def open(self, path, flags, attr):
        return self._try(lambda: _Handle(self, os.open(path, flags, 0o644), flags))

    def remove(self, path):
        return self._try(lambda: Path(path).unlink() or paramiko.SFTP_OK)

    def rename(self, oldpath, newpath):
        def move():
            os.link(oldpath, newpath)
            Path(oldpath).unlink()
            return paramiko.SFTP_OK

        return self._try(move)


class StandIn(Server):
    """A paramiko server in this process."""

    kind = "stand-in"

    def __init__(self, folder: Path):
        super().__init__(folder)
        public, _ = make_key(self.host_key), make_key(self.client_key)
        self._key, self._client = paramiko.PKey.from_path(self.host_key), paramiko.PKey.from_path(self.client_key).asbytes()
        self.writes_until_full = 1 << 30
        self.going = threading.Event()
        self.going.set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.know(public)
        self._transports: list[paramiko.Transport] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                transport = paramiko.Transport(self._socket.accept()[0])
                transport.add_server_key(self._key)
                transport.set_subsystem_handler("sftp", SFTPServer, _Files, stand_in=self)
                self._transports.append(transport)
                transport.start_server(event=threading.Event(), server=_Login(self._client))

    def cut(self) -> None:
        for transport in self._transports:
            transport.close()
        self._transports.clear()

    def stall(self) -> None:
        self.going.clear()

    def go_on(self) -> None:
        self.going.set()

    def end(self) -> None:
        self.going.set()
        self.cut()
        with suppress(OSError):
            # Closing alone does not wake the thread that accepts, and the port would stay open.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@cache
def openssh_works() -> bool:
    """Whether an OpenSSH server is here and lets this user in."""
    if not SSHD or not KEYGEN:
        return False
    with TemporaryDirectory() as folder:
        try:
            server = OpenSsh(Path(folder) / "server")
        except (OSError, subprocess.SubprocessError):
            return False
        try:
            with session(server.remote()):
                return True
        except Exception:
            return False
        finally:
            server.end()


def start(folder: Path, kind: str = "best") -> Server:
    """A server in a folder of its own: `openssh`, `stand-in`, or the best there is."""
    if kind == "best" and not openssh_works():
        warnings.warn("no OpenSSH server here: in-process stand-in used", stacklevel=2)
        kind = "stand-in"
    return StandIn(folder) if kind == "stand-in" else OpenSsh(folder)
