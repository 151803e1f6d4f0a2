"""One flipped bit anywhere in the truth is found and its file named; a cache that lies is thrown away, and no row is lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import _drill
import duckdb
import pytest
from conftest import ROOT, tieout

from ledger.publish import APPENDED
from ledger.sqltext import schema
from ledger.store import Store
from tieout.ask.checking import check


def flipped(path: Path, rng: random.Random) -> Callable[[], None]:
    """Flip one random bit; what is returned flips it back."""
    data = bytearray(path.read_bytes())
    place, bit = rng.randrange(len(data)), 1 << rng.randrange(8)
    mode = path.stat().st_mode

    def flip() -> None:
        data[place] ^= bit
        path.chmod(0o600)
        path.write_bytes(data)
        path.chmod(mode)

    flip()
    return flip


def flips(home: Path, folder: str, count: int, seed: int) -> None:
    """Every flip is a finding that names the file, and nothing else is; files are drawn by size, as a failing disk would."""
    rng = random.Random(seed)
    paths = sorted(path for part in folder.split() for path in (home / part).iterdir())
    for number in range(count):
        path = rng.choices(paths, [p.stat().st_size for p in paths])[0]
        back = flipped(path, rng)
        findings = check(home)
        assert findings, f"{folder} {number}: not found in {path.name}"
        assert findings[0].startswith(str(path.relative_to(home))), f"{number}: {path.name} flipped, found {findings[:2]}"
        back()


KINDS = [("ledger/segments", "segments"), ("ledger/raw ledger/vault", "raw"), ("ledger/manifests", "manifests")]


def test_a_few_flips(shop: Path) -> None:
    for folder, _ in KINDS:
        flips(shop, folder, 5, 1)
    assert check(shop) == []


@pytest.mark.drill
@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_many_flips(month: Path, record_property: Callable[[str, int], None], folder: str, name: str) -> None:
    flips(month, folder, _drill.count(name), 2)
    assert check(month) == []
    record_property(f"bits flipped in {name}, found with the file named", _drill.count(name))


@pytest.mark.parametrize("step", [31, pytest.param(1, marks=pytest.mark.drill)])
def test_bits_of_the_last_manifest(shop: Path, step: int) -> None:
    """No later manifest chains the last one: it must be known to be damaged by itself."""
    path = sorted((shop / "ledger" / "manifests").iterdir())[-1]
    data = path.read_bytes()
    path.chmod(0o600)
    for place in range(0, len(data), step):
        path.write_bytes(data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :])
        with pytest.raises(Exception, match=path.name):
            list(_drill.read_manifests(shop))


def test_a_run_on_tampered_books_stops_exports_nothing_and_says_70(shop: Path) -> None:
    flipped(sorted((shop / "ledger" / "manifests").iterdir())[5], random.Random(1))
    before = _drill.tree(shop / "outbox")
    said = tieout("run", "--home", shop, "--as-of", "2026-10-02", code=70).stderr
    assert "ledger/manifests/00000005.json" in said
    assert _drill.tree(shop / "outbox") == before != {}


# The cache


def interrupted(home: Path) -> Path:
    """Opened books whose run was killed late: the cache has a write-ahead log that is not empty."""
    env = {**os.environ, "TIEOUT_NOW": _drill.NOW, "TIEOUT_FAILPOINT": "judged", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "tieout", "run", "--home", str(home), "--as-of", _drill.AS_OF], cwd=ROOT, env=env, check=False, capture_output=True)
    assert (home / "ledger" / "ledger.duckdb.wal").stat().st_size > 1000
    return home


def rows(home: Path) -> dict[str, int]:
    """Rows of every table that only grows, as the store opens it; what a night judges anew is in the cache or not."""
    store = Store(home)
    try:
        return {name: store.con.table(f"ledger.main.{name}").count("*").fetchall()[0][0] for name in sorted({*APPENDED.findall(schema("triggers")), "log_leaf"})}
    finally:
        store.con.close()


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def zeroed(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes(len(data) - place)


def bit_flipped(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


CHANGES = [("wal_truncated", truncated), ("wal_zeroed", zeroed), ("wal_flipped", bit_flipped)]


def caches(opened: Path, damages: list[tuple[Callable[[bytes, random.Random], bytes], int]], seed: int, least: int) -> None:
    """Whatever becomes of the write-ahead log, the books have every row, and at least so many."""
    home, rng = interrupted(opened), random.Random(seed)
    kept = opened.with_name("kept")
    kept.mkdir()
    names = ("ledger.duckdb", "ledger.duckdb.wal")
    for name in names:
        shutil.copyfile(home / "ledger" / name, kept / name)
    for name in names:
        (home / "ledger" / name).unlink()
    wanted = rows(home)
    assert sum(wanted.values()) > least
    for damage, count in damages:
        for number in range(count):
            for name in names:
                shutil.copyfile(kept / name, home / "ledger" / name)
            (home / "ledger" / names[1]).write_bytes(damage((kept / names[1]).read_bytes(), rng))
            assert rows(home) == wanted, f"{damage.__name__} {number}"


def test_a_few_damaged_caches(opened_shop: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(opened_shop, tmp_path / "books"))
    caches(home, [(damage, 1) for _, damage in CHANGES], 1, 100)


@pytest.mark.drill
@pytest.mark.parametrize(("name", "damage"), CHANGES)
def test_many_damaged_caches(tmp_path: Path, record_property: Callable[[str, int], None], name: str, damage: Callable[[bytes, random.Random], bytes]) -> None:
    caches(_drill.small(tmp_path / "books"), [(damage, _drill.count(name))], 2, 2000)
    record_property(f"{name}, no row lost", _drill.count(name))


def test_a_cache_that_is_damaged_inside_is_thrown_away_during_the_run(shop: Path) -> None:
    """DuckDB notices a damaged block only when it reads it, in the middle of the run."""
    path = shop / "ledger" / "ledger.duckdb"
    with duckdb.connect(str(path)) as con:
        block = con.execute("SELECT max(block_id) FROM pragma_storage_info('settlement_line') WHERE persistent").fetchall()[0][0]
    with path.open("r+b") as file:
        file.seek(3 * 4096 + block * (1 << 18) + 100)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(duckdb.Error, match="Corrupt"), duckdb.connect(str(path)) as con:
        con.execute("SELECT count(DISTINCT COLUMNS(*)) FROM main.settlement_line").fetchall()
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    assert check(shop) == []
    assert "cache.discarded" in (shop / "reports" / "log.jsonl").read_text()
