"""A zip of several deliveries: each member is a file of its own, one that breaks waits alone, and whatever happens between two members loses nothing."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _shop
import duckdb
import pytest
from conftest import Said, once, tieout

from importers._unpack import several, unpack
from ledger.errors import FileRefusedError
from tieout.ask.identifying import identify_lines

Command = Callable[..., Said]
DAYS = {
    "2026-09-07.xml": _shop.statement("2026-09-07", "1000.00", "1123.85", [_shop.ENTRIES[0]], 41),
    "september/2026-09-14.xml": _shop.statement("2026-09-14", "1123.85", "1175.25", list(_shop.ENTRIES[1:]), 42),
}
BROKEN = DAYS["2026-09-07.xml"].replace("1123.85", "1123.86").replace("SKB-41", "SKB-43")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's books with its mappings in force and nothing in the inbox."""

    def make(home: Path) -> None:
        _shop.books(home)
        for path in (home / "inbox").glob("*/*"):
            path.unlink()
        tieout("mapping", "propose", "--home", home, "--as", "jane")
        tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")

    return once(tmp_path_factory, "archives", make)


@pytest.fixture
def home(approved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(approved, tmp_path / "skerry"))


def zipped(members: dict[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text, kind)
    return out.getvalue()


def land(home: Path, *, code: int = 0, env: dict[str, str] | None = None) -> str:
    done = tieout("run", "--home", home, "--as-of", "2026-10-02", "--only", "land", code=None, env=env)
    assert done.returncode in (code, 0 if code == 65 else code), done.stderr
    return done.stdout + done.stderr


def rows(home: Path, text: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "ledger" / "ledger.duckdb"), read_only=True) as con:
        return con.execute(text).fetchall()


def waits(home: Path) -> dict[str, dict[str, Any]]:
    """The reasons in dead-letters/ by the name of the file."""
    found = (json.loads(path.read_text(encoding="utf-8")) for path in (home / "dead-letters").glob("*/*.reason.json"))
    return {reason["file"]: reason for reason in found}


def lines(home: Path) -> list[str]:
    return [str(amount) for (amount,) in rows(home, "SELECT CAST(amount AS VARCHAR) FROM bank_line ORDER BY amount")]


ALL = ["-12.0000", "63.4000", "123.8500"]


def test_each_member_is_a_file_of_its_own_and_a_broken_one_waits_alone(home: Path) -> None:
    junk = {"__MACOSX/._2026-09-07.xml": "junk", ".DS_Store": "junk", "september/": ""}
    archive = home / "inbox" / "bank" / "camt.zip"
    archive.write_bytes(zipped({**DAYS, **junk, "broken.xml": BROKEN, "nested.zip": zipped(DAYS)}))
    land(home, code=65)
    assert rows(home, "SELECT name, state FROM file ORDER BY name") == [("camt.zip/2026-09-07.xml", "landed"), ("camt.zip/september/2026-09-14.xml", "landed")]
    assert lines(home) == ALL
    assert not archive.exists()
    refused = waits(home)
    assert {name: reason["code"] for name, reason in refused.items()} == {"camt.zip/broken.xml": "BALANCE", "camt.zip/nested.zip": "ARCHIVE"}
    assert [path.read_text(encoding="utf-8") for path in (home / "dead-letters" / "bank").glob("*broken.xml")] == [BROKEN]
    archive.write_bytes(zipped(DAYS))
    assert "2 seen before" in land(home)
    assert lines(home) == ALL
    assert not archive.exists()
    assert rows(home, "SELECT count(*) FROM file WHERE state = 'duplicate'") == [(2,)]
    tieout("dead-letter", "replay", "camt.zip/broken.xml", "--home", home, "--as", "jane")
    assert (home / "inbox" / "bank" / "camt.zip_broken.xml").read_text(encoding="utf-8") == BROKEN


def test_any_importer_takes_members(home: Path) -> None:
    (home / "inbox" / "shop" / "exports.zip").write_bytes(zipped({"orders.csv": _shop.orders(), "transactions.csv": _shop.transactions()}))
    land(home)
    assert rows(home, "SELECT name, importer FROM file ORDER BY name") == [("exports.zip/orders.csv", "shopify_orders"), ("exports.zip/transactions.csv", "shopify_transactions")]


def spoiled(data: bytes, name: str) -> bytes:
    """The archive with a byte of one stored member changed: its check sum does not hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo(name).header_offset + 30 + len(name) + 400
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def locked(data: bytes) -> bytes:
    """The archive with its last member marked as encrypted."""
    at = data.rindex(b"PK\x01\x02") + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


@pytest.mark.parametrize("fault", ["spoiled", "encrypted", "bomb"])
def test_a_member_that_cannot_be_taken_out_keeps_the_archive_and_not_the_others(home: Path, fault: str) -> None:
    members: dict[str, str | bytes] = {**DAYS, "third.xml": b"0" * (8 << 20) if fault == "bomb" else BROKEN}
    plain = zipped(members, zipfile.ZIP_DEFLATED if fault == "bomb" else zipfile.ZIP_STORED)
    data = {"spoiled": lambda: spoiled(plain, "third.xml"), "encrypted": lambda: locked(plain), "bomb": lambda: plain}[fault]()
    (home / "inbox" / "bank" / "camt.zip").write_bytes(data)
    land(home, code=65)
    assert lines(home) == ALL
    refused = waits(home)
    assert list(refused) == ["camt.zip"]
    assert "member 3 of the archive, third.xml" in refused["camt.zip"]["reason"]
    assert refused["camt.zip"]["code"] == ("TOO_LARGE" if fault == "bomb" else "ENCODING")
    assert [path.read_bytes() for path in (home / "dead-letters" / "bank").glob("*camt.zip")] == [data], "what cannot be read is kept as it came"


def test_an_archive_with_a_password_is_called_so_and_named_once(home: Path) -> None:
    data = zipped(DAYS, zipfile.ZIP_STORED)
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data = data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]
    (home / "inbox" / "bank" / "camt.zip").write_bytes(data)
    said = land(home, code=65)
    assert "locked with a password" in said
    assert [one["code"] for one in waits(home).values()] == ["ENCODING"] and list(waits(home)) == ["camt.zip"]


POINTS = [("land.committed:1", 0), ("refuse.moved:1", 0), ("manifest.linked:1", 1)]
MORE = [("land.unlinked:1", 0), ("refuse.committed:1", 0), ("land.committed:2", 0), ("land.committed:3", 0)]


@pytest.mark.parametrize(("point", "again"), [*POINTS, *(pytest.param(*one, marks=pytest.mark.drill) for one in MORE)])
def test_a_kill_between_members_loses_nothing(home: Path, point: str, again: int) -> None:
    archive = home / "inbox" / "bank" / "camt.zip"
    members: dict[str, str | bytes] = {"2026-09-07.xml": DAYS["2026-09-07.xml"], "broken.xml": BROKEN, "two.xml": DAYS["september/2026-09-14.xml"]}
    if again:
        archive.write_bytes(zipped({"a.xml": DAYS["2026-09-07.xml"], "b.xml": DAYS["september/2026-09-14.xml"]}))
        land(home)
    archive.write_bytes(zipped(members))
    tieout("run", "--home", home, "--as-of", "2026-10-02", "--only", "land", code=-9, env={"TIEOUT_FAILPOINT": point})
    land(home, code=65)
    assert lines(home) == ALL
    assert not archive.exists()
    assert list(waits(home)) == ["camt.zip/broken.xml"]
    assert rows(home, "SELECT count(*) FILTER (WHERE state = 'landed'), count(*) FILTER (WHERE state = 'duplicate') FROM file") == [(2, 2 * again)]
    assert rows(home, "SELECT count(*) FROM dead_letter") == [(1,)]
    assert not list((home / "ledger" / "tmp").glob("member*"))


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a/../../b.xml", "C:\\a.xml"])
def test_an_archive_with_a_name_that_leads_out_lands_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({**DAYS, name: BROKEN}))
    assert several(path, "a.zip") == []
    with pytest.raises(FileRefusedError) as caught:
        unpack(path, "a.zip", tmp_path / "out")
    assert caught.value.code == "FILE_NAME"


def test_archives_that_are_too_much_or_read_as_one_are_not_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{n}.xml": "" for n in range(2001)}))
    assert several(path, "a.zip") == []
    with pytest.raises(FileRefusedError, match="far more than its size"):
        unpack(path, "a.zip", tmp_path / "out")
    for whole in ({"cashpointclosing.csv": "a\n", "businesscases.csv": "b\n", "payment.csv": "c\n"}, {"cashpointclosing.csv": "a\n", "payment.csv": "c\n"}, {"[Content_Types].xml": "<a/>", "b.xml": "<b/>"}):
        path.write_bytes(zipped(whole))
        assert several(path, "a.zip") == []
        assert not unpack(path, "a.zip", tmp_path / "out")
    path.write_bytes(zipped({"one.csv": "a,b\n", "__MACOSX/._one.csv": "junk"}))
    assert several(path, "a.zip") == [], "one file and what a system put beside it"
    assert unpack(path, "a.zip", tmp_path / "out")
    whole_archive = zipped(DAYS)
    for seed in range(60):
        chance = random.Random(seed)
        at = chance.randrange(len(whole_archive))
        path.write_bytes((whole_archive[:at], whole_archive[:at] + bytes([chance.randrange(256)]) + whole_archive[at + 1 :])[seed % 2])
        assert len(several(path, "a.zip")) in (0, 2), "never a crash"


def test_identify_says_each_member(tmp_path: Path) -> None:
    path = tmp_path / "camt.zip"
    path.write_bytes(zipped(DAYS))
    said = "\n".join(identify_lines(path))
    assert "camt.zip/2026-09-07.xml: camt053" in said
    assert "camt.zip/september/2026-09-14.xml: camt053" in said
