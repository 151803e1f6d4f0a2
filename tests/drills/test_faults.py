"""A disk that fails once: the N-th write, sync, link or rename of a night answers ENOSPC or EIO. The night says 74, nothing stands half under a final name, and the next run ends as if nothing had happened."""

from __future__ import annotations

import errno
import gc
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import _drill
import pyarrow.parquet as pq
import pytest
from conftest import NOW

from ledger.durable import file_hash
from ledger.errors import StorageError
from ledger.verify import verify
from tieout.night import nightly

CALLS = ("fsync", "link", "replace", "rename", "unlink", "mkdir", "fchmod", "write")
WRITES = frozenset("wxa+")


class Disk:
    """Counts what changes the disk, and fails once, at the given number; 0 only counts."""

    def __init__(self, at: int = 0):
        self.at, self.count, self.met = at, 0, ""

    def step(self, what: str) -> None:
        self.count += 1
        if self.count == self.at:
            self.met = what
            number = (errno.ENOSPC, errno.EIO)[self.at % 2]
            raise OSError(number, os.strerror(number))

    def counted(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self.step(what)
            return real(*args, **named)

        return call

    def opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
            if WRITES.isdisjoint(mode):
                return real(file, mode, *args, **named)
            self.step("open to write")
            try:
                self.step("write")
            except OSError:
                # What a full disk leaves of a file that was begun.
                with real(file, "wb") as begun:
                    begun.write(b"half")
                raise
            return real(file, mode, *args, **named)

        return call

    def created(self, real: Callable[..., int]) -> Callable[..., int]:
        def call(path: Any, flags: int, *args: Any, **named: Any) -> int:
            if flags & os.O_CREAT:
                self.step("create")
            return real(path, flags, *args, **named)

        return call

    @contextmanager
    def mounted(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with monkeypatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, self.counted(name, getattr(os, name)))
            patch.setattr(os, "open", self.created(os.open))
            patch.setattr(io, "open", self.opened(io.open))
            patch.setattr(pq.ParquetWriter, "write_batch", self.counted("write rows", pq.ParquetWriter.write_batch))
            yield


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, opened_shop: Path) -> Path:
    """The small shop, its mappings in force, and a file that will be refused beside its own."""
    home = Path(shutil.copytree(opened_shop, tmp_path_factory.mktemp("faults") / "opened"))
    (home / "inbox" / "stripe" / "broken.csv").write_text("a,b\n1,2\n")
    return home


def state(home: Path) -> dict[str, str]:
    folders = ("ledger/manifests", "ledger/segments", "ledger/raw", "ledger/vault", "outbox", "dead-letters", "inbox")
    return {f"{folder}/{name}": digest for folder in folders for name, digest in _drill.tree(home / folder).items()}


def run(home: Path, only_land: bool) -> int:
    return nightly.run(home, date(2026, 10, 1), lambda _: None, only_land=only_land).exit_code


def half(home: Path, wanted: dict[str, str]) -> list[str]:
    """What stands under a final name and is not what the undisturbed night has there; the cache, the inbox and temporary names are nobody's."""
    found = [f"{p.name}: not its hash" for p in (home / "ledger" / "segments").iterdir() if not p.name.startswith(".") and file_hash(p) != p.stem]
    for folder in ("ledger/manifests", "outbox", "dead-letters"):
        for name, digest in _drill.tree(home / folder).items():
            if not Path(name).name.startswith(".") and wanted.get(f"{folder}/{name}") != digest:
                found.append(f"{folder}/{name}")
    return found + verify(home)


def trial(opened: Path, folder: Path, wanted: dict[str, str], at: int, only_land: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """One night with one fault, then the next run; what failed, empty where the night had fewer steps."""
    home = folder / "faulty"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(opened, home)
    disk = Disk(at)
    code = 74
    with disk.mounted(monkeypatch), suppress(StorageError):
        code = run(home, only_land)
    # What the traceback held of the cache would keep it open in this process.
    gc.collect()
    told = f"step {at}: {disk.met}"
    assert half(home, wanted) == [], told
    if code == 74:
        assert run(home, only_land) == 65, told
    assert state(home) == wanted, (told, code)
    assert _drill.leftovers(home) == [], told
    return disk.met


def every(opened: Path, folder: Path, only_land: bool, first: int, stride: int, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    monkeypatch.setenv("TIEOUT_NOW", NOW)
    home = folder / "undisturbed"
    shutil.copytree(opened, home)
    disk = Disk()
    with disk.mounted(monkeypatch):
        assert run(home, only_land) == 65
    wanted = state(home)
    return {trial(opened, folder, wanted, at, only_land, monkeypatch) for at in range(first, disk.count + 1, stride)}


def test_a_few_steps_of_landing(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(every(opened, tmp_path, True, 5, 173, monkeypatch)) > 1


@pytest.mark.drill
@pytest.mark.parametrize("only_land", [True, False])
def test_every_step(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_land: bool) -> None:
    assert every(opened, tmp_path, only_land, 1, 1, monkeypatch) >= {*CALLS, "open to write", "write rows"} - {"rename", "mkdir"}
