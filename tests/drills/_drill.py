"""What the drills share: small books with a remote, a night as a real process that may be killed, and what must be the same afterwards."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import _sshd
import pytest
from conftest import NOW, ROOT, once, tieout

from ledger.log import read_manifests

__all__ = ["read_manifests"]
AS_OF = "2026-10-01"
SAMPLE = ROOT / "sample_data" / "books"
# Two entities, three processor accounts, two banks, what Odoo already has: every kind of step, journal files too, and a night of seconds.
KEPT = {
    "pdx-transactions": ("transactions_export_1.csv",),
    "pdx-shopify": ("payment_transactions_export_1.csv", "payouts_export_1.csv"),
    "pdx-stripe": ("payout_reconciliation.itemized.csv",),
    "cascade-usd": ("camt053_cascade-usd_20260903.xml", "camt053_cascade-usd_20260910.xml"),
    "hp-us-odoo": ("Journal Entry (account.move).csv",),
    "dub-orders": ("orders_export_1.csv",),
    "dub-transactions": ("transactions_export_1.csv",),
    "dub-shopify": ("payment_transactions_export_1.csv", "payouts_export_1.csv"),
    "liffey-eur": ("camt053_liffey-eur_20260904.xml",),
    "hp-ie-odoo": ("Journal Entry (account.move).csv",),
}
# One shop, two processors, a bank: for the tests of every day.
FEW = {
    "pdx-transactions": ("transactions_export_1.csv",),
    "pdx-shopify": ("payment_transactions_export_1.csv", "payouts_export_1.csv"),
    "pdx-stripe": ("payout_reconciliation.itemized.csv",),
    "cascade-usd": ("camt053_cascade-usd_20260901.xml", "camt053_cascade-usd_20260902.xml"),
}
PULLED = "orders_export_1.csv"
# How often the long drills do things; TIEOUT_DRILL="kills=20,segments=100" changes it.
COUNTS = {"kills": 200, "segments": 1000, "raw": 200, "manifests": 200, "wal_truncated": 60, "wal_zeroed": 40, "wal_flipped": 60, "changes": 50, "offsets": 50, "examples": 500, "mutations": 10_000, "nights": 200}
REMOTE = """
[[remote]]
name = "finance"
host = "127.0.0.1"
port = {port}
user = "{user}"
key_file = "file:client_key"
known_hosts = "known_hosts"
pull = [{{ path = "{out}", feed = "pdx-orders" }}]
push = "{into}"
"""


def count(name: str) -> int:
    """How often a long drill does this."""
    given = dict(part.split("=") for part in os.environ.get("TIEOUT_DRILL", "").split(",") if part)
    assert given.keys() <= COUNTS.keys(), f"counts are {', '.join(COUNTS)}"
    return int(given.get(name, COUNTS[name]))


@dataclass
class Drill:
    """Opened books that nobody changes, copied for every trial, and the server that they talk to."""

    books: Path
    server: _sshd.Server
    folder: Path

    def copy(self, name: str) -> Path:
        """Books of their own, with an empty folder at the remote."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.books, home)
        for path in self.server.into.iterdir():
            path.unlink()
        return home

    @cached_property
    def wanted(self) -> dict[str, str]:
        """The state after a night that nothing disturbs: measured once."""
        home = self.copy("undisturbed")
        night(home)
        return state(home, self.server)


def small(home: Path, more: str = "", kept: dict[str, tuple[str, ...]] = FEW) -> Path:
    """Opened books with the kept files and the orders of one shop in the inbox; `more` is added to tieout.toml."""
    shutil.copytree(SAMPLE, home, ignore=lambda at, names: [n for n in names if Path(at).name == "inbox" and n not in (*kept, "pdx-orders")])
    for feed, names in kept.items():
        for path in (home / "inbox" / feed).iterdir():
            if path.name not in names:
                path.unlink()
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    tieout("init", home)
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    return home


def prepare(folder: Path, home: Path) -> Drill:
    """Opened books with files in the inbox and at the remote: good ones, one twice, one that is refused, one name that no run takes."""
    server = _sshd.start(folder / "server")
    remote = server.remote()
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(REMOTE.format(port=remote.port, user=remote.user, out=server.out, into=server.into))
    shutil.copyfile(SAMPLE / "inbox" / "pdx-orders" / PULLED, server.out / PULLED)
    (home / "inbox" / "pdx-orders" / PULLED).unlink(missing_ok=True)
    shutil.copyfile(SAMPLE / "inbox" / "pdx-stripe" / FEW["pdx-stripe"][0], home / "inbox" / "pdx-stripe" / "the same again.csv")
    (home / "inbox" / "pdx-shopify" / "broken.csv").write_text("Transaction Date,Type\n2026-09-01,charge\n")
    (server.out / "link.csv").symlink_to("/etc/hostname")
    then = time.time() - 3600
    os.utime(server.out / PULLED, (then, then))
    shutil.copyfile(server.client_key, home / "client_key")
    (home / "client_key").chmod(0o600)
    shutil.copyfile(server.known_hosts, home / "known_hosts")
    return Drill(home, server, folder)


def landed(factory: pytest.TempPathFactory) -> Path:
    """The few files but the orders, landed the day before and not judged."""

    def land(home: Path) -> None:
        (small(home) / "inbox" / "pdx-orders" / PULLED).unlink()
        tieout("run", "--only", "land", "--home", home, "--as-of", "2026-09-30", env={"TIEOUT_NOW": "2026-09-30T04:00:00"})

    return once(factory, "few", land)


def few(factory: pytest.TempPathFactory) -> Drill:
    """A night that pulls, lands, refuses, judges, exports and pushes, in seconds: most was landed before."""
    return prepare(factory.mktemp("few"), landed(factory))


def start(home: Path, *words: str, failpoint: str = "", now: str = NOW) -> subprocess.Popen[bytes]:
    """The command as a process of its own."""
    env = {**os.environ, "TIEOUT_NOW": now, "TIEOUT_FAILPOINT": failpoint, "PYTHONPATH": str(ROOT)}
    given = words or ("run", "--as-of", AS_OF)
    return subprocess.Popen([sys.executable, "-m", "tieout", *given, "--home", str(home)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def night(home: Path, *words: str, failpoint: str = "", now: str = NOW, code: int = 65) -> None:
    """A night to its end (the books have one refused file: 65), or as a process of its own to its failpoint, where it is killed."""
    if not failpoint:
        tieout(*(words or ("run", "--as-of", AS_OF)), "--home", home, code=code, env={"TIEOUT_NOW": now})
        return
    process = start(home, *words, failpoint=failpoint, now=now)
    _, said = process.communicate(timeout=600)
    assert process.returncode == -signal.SIGKILL, f"{words} {failpoint}: exit {process.returncode}\n{said.decode()}"


def state(home: Path, server: _sshd.Server) -> dict[str, str]:
    """Everything that must be the same however often the night was interrupted: name → hash."""
    found = {}
    for folder in ("ledger/manifests", "ledger/segments", "ledger/raw", "ledger/vault", "outbox", "dead-letters", "inbox"):
        found |= {str(path.relative_to(home)): digest(path) for path in sorted((home / folder).rglob("*")) if path.is_file()}
    for folder in (home / "reports").iterdir():
        if folder.is_dir():
            found |= {str(path.relative_to(home)): digest(path) for path in sorted(folder.iterdir())}
    return found | {f"remote/{path.name}": digest(path) for path in sorted(server.into.iterdir())}


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(home: Path) -> list[str]:
    """What a finished night must not leave."""
    hidden = [str(p.relative_to(home)) for p in home.rglob(".*") if p.is_file() and p.name != ".lock"]
    return hidden + [str(p.relative_to(home)) for p in (home / "ledger" / "tmp").iterdir()] + [str(p) for p in (home / "ledger").glob("run-start.json")]


def same(home: Path, drill: Drill, wanted: dict[str, str], told: str) -> None:
    """The books are those of the undisturbed night, and nothing is left over."""
    found = state(home, drill.server)
    assert found == wanted, f"{told}: {sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))}"
    assert leftovers(home) == [], told
