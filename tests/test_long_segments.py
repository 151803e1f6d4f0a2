"""Segments of many rows are read where they lie: the same verdicts, the same copy, and nothing of them in the cache."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import Said, once, tieout

from ledger import named, on_disk, proof
from ledger.errors import TamperedError
from ledger.log import read_manifests
from ledger.sqltext import tables_of
from ledger.store import open_store
from tieout.checking import check

PRIVATE = {"log_leaf", "log_head", "run", "run_step", "mapping_event", "decision", "file", "config_version", "watermark", "exception", "exception_event", "rule_run"}  # they hold moments or keys of their own


def night(home: Path, day: str = "2026-10-01") -> None:
    tieout("run", "--home", home, "--as-of", day)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(home: Path) -> None:
        _shop.books(home)
        for act in (("propose",), ("approve", "--all")):
            tieout("mapping", *act, "--home", home, "--as", "jane")

    return once(tmp_path_factory, "long", make)


@pytest.fixture
def both(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The shop's night with its rows in the cache, and with those of all segments of three rows and more where they lie."""
    short, long = (Path(shutil.copytree(opened, tmp_path / name)) for name in ("short", "long"))
    night(short)
    monkeypatch.setattr(named, "LONG", 3)
    night(long)
    return short, long


def copied_rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the auditors' copy that says nothing of when it was made."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return {name: sorted(con.table(f'"{name}"').fetchall(), key=repr) for (name,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() if name not in PRIVATE}


def corrected(home: Path) -> None:
    """A second night: the orders come again, one of them with another total, and the bank's day once more."""
    text = _shop.orders().replace("61.50", "62.50")
    (home / "inbox" / "shop" / "orders_export_2.csv").write_text(text, encoding="utf-8")
    night(home, "2026-10-02")


def test_long_segments_give_the_same_books(both: tuple[Path, Path]) -> None:
    short, long = both
    for again in (False, True):
        if again:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(named, "LONG", 40_000)
                corrected(short)
            corrected(long)
        one, other = copied_rows(short), copied_rows(long)
        assert one.keys() == other.keys() and [name for name in one if one[name] != other[name]] == []
        assert sum(map(len, one.values())) > 100
    assert check(long) == []
    with open_store(long) as store:
        inside = {table: store.con.table(f"ledger.main.{table}").count("*").fetchall()[0][0] for table in ("sales_order", "settlement_line", "bank_line")}
        seen = {table: store.con.table(table).count("*").fetchall()[0][0] for table in inside}
        assert [str(kind) for kind in store.con.table("sales_order").types] == [str(kind) for kind in store.con.table("ledger.main.sales_order").types]
        assert store.con.execute("SELECT count(*) FROM sales_order_current WHERE total = 62.50").fetchall() == [(1,)]
    assert inside == {"sales_order": 1, "settlement_line": 0, "bank_line": 3} and seen == {"sales_order": 6, "settlement_line": 7, "bank_line": 3}


def test_a_cache_is_made_again_without_them(both: tuple[Path, Path]) -> None:
    _, long = both
    before = copied_rows(long)
    for path in (long / "ledger").glob("ledger.duckdb*"):
        path.unlink()
    (long / "audit" / "audit.duckdb").unlink()
    (long / "ledger" / "published.json").unlink()
    tieout("audit", "publish", "--home", long)
    after = copied_rows(long)
    assert [name for name in (*tables_of("sources"), "completeness", "payout_proof", "journal_line") if after[name] != before[name]] == []


@pytest.mark.parametrize("night_of", [0, 1])
def test_a_word_of_a_manifest_about_a_long_segment_is_held_against_it(both: tuple[Path, Path], night_of: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _, long = both
    said = named.named(read_manifests(long))
    first = said.tables["settlement_line"][0]
    proof._long_upright(long, [first], 0)
    monkeypatch.setattr(proof, "ROWS", 8)  # two of them are too many for one night
    for field, wrong in (("rows", first.rows + 1), ("sums", [["net", "EUR", "0.01", first.rows]])):
        with pytest.raises(TamperedError, match="are not those of its segment"):
            proof._long_upright(long, [replace(first, **{field: wrong}), first], night_of)
    hits = [night for night in range(4) if not quiet(lambda night=night: proof._long_upright(long, [replace(first, row_root="0" * 64), first], night))]
    assert hits, "a row root is computed again in one night or another"


def quiet(act: Callable[[], object]) -> bool:
    """Whether nothing was found."""
    try:
        act()
    except TamperedError:
        return False
    return True


def test_a_long_segment_is_hashed_each_night(both: tuple[Path, Path], command: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    _, long = both
    monkeypatch.setattr(on_disk, "BYTES", 1)  # of all others a part is enough
    laid = named.named(read_manifests(long)).long()["settlement_line"][0]
    path = long / laid.path
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    for words in (("run", "--as-of", "2026-10-02"), ("check",)):
        said = command(*words, "--home", long)
        assert said.code == 70 and f"{laid.path}" in said.out + said.err
