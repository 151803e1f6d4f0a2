"""What lies in an inbox: much of it, what is no file, what came before, and names and cells that would be commands elsewhere."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _shop
import duckdb
import pytest
from conftest import ROOT, Said, tieout
from duckdb import _seam

from ledger.log import read_manifests
from ledger.store import Store, open_store
from tieout.ask import reproducing
from tieout.ask.checking import check
from tieout.night import landing_step

Command = Callable[..., Said]


def read(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def landed(home: Path, statement: str) -> list[tuple[object, ...]]:
    """The same of the ledger itself, which nothing has to be published for."""
    with duckdb.connect(str(home / "ledger" / "ledger.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def bytes_read() -> int:
    """What this process has read so far, from wherever."""
    return int(Path("/proc/self/io").read_text().split()[1])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not count what a process reads")
def test_what_can_never_land_is_told_and_the_others_go_on(shop: Path, command: Command) -> None:
    inbox = shop / "inbox"
    (inbox / "beside.csv").write_text("a")
    (inbox / "stripe" / "link.csv").symlink_to("/etc/passwd")
    (inbox / "stripe" / "folder").mkdir()
    os.mkfifo(inbox / "stripe" / "pipe.csv")
    (inbox / "stripe" / ".upload.csv").write_text("half")
    with (inbox / "bank" / "huge.xml").open("wb") as file:
        file.truncate(landing_step.FILE_BYTES + 1)
    text = _shop.orders().splitlines()
    (inbox / "shop" / "more.csv").write_text(f"{text[0]}\n{text[-1].replace('#105', '#106').replace('7005', '7006')}\n")
    before = bytes_read()
    said = command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02")
    assert bytes_read() - before < landing_step.FILE_BYTES / 16, "the file above the cap is refused by its size, unread"
    assert said.code == 65
    assert all(f"tieout: {name}: it " in said.err for name in ("beside.csv", "stripe/link.csv", "stripe/folder", "stripe/pipe.csv")), said.err
    assert "bank/huge.xml" in said.err and "TOO_LARGE" in said.err and ".upload" not in said.err
    assert landed(shop, "SELECT count(*) FROM sales_order WHERE order_name = '#106'") == [(1,)]
    assert sorted(p.name for p in (inbox / "stripe").iterdir()) == [".upload.csv", "folder", "link.csv", "pipe.csv"]
    assert command("dead-letter", "replay", "huge.xml", "--home", shop, "--as", "jane").code == 0
    assert command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-03").code == 65
    assert command("dead-letter", "discard", "huge.xml", "--reason", "twice too large", "--home", shop, "--as", "jane").code == 0
    assert [p.stat().st_size for p in (shop / "dead-letters" / ".discarded").glob("*huge.xml")] == [landing_step.FILE_BYTES + 1]


def test_a_file_that_is_taken_away_once_it_was_listed_is_told_and_the_others_land(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "inbox" / "shop" / "more.csv").write_text(_shop.orders().replace("#105", "#106").replace("7005", "7006"))
    listed = landing_step.inbox_of
    monkeypatch.setattr(landing_step, "inbox_of", lambda home: ([home / "inbox" / "bank" / "gone.xml", *listed(home)[0]], []))
    said = command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02")
    assert "bank/gone.xml: it was taken away, or replaced, while it was looked at" in said.err
    assert landed(shop, "SELECT count(*) FROM sales_order WHERE order_name = '#106'") == [(1,)]


def test_what_landing_looks_up_in_the_log_does_not_grow_with_the_files(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    batches, asked = Store.batches, []
    monkeypatch.setattr(Store, "batches", lambda *given: asked.append(given) or batches(*given))
    counts = []
    for day, files in (("2026-10-02", 2), ("2026-10-03", 12)):
        for n in range(files):
            (shop / "inbox" / "stripe" / f"again {n}.csv").write_text(_shop.stripe())
            (shop / "inbox" / "bank" / f"broken {day} {n}.xml").write_text(f"<{n}")
        asked.clear()
        assert command("run", "--only", "land", "--home", shop, "--as-of", day).code == 65
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_small_statement_asks_the_engine_and_the_disk_little(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small file costs is what is asked of the engine and synced for it: the first statement may ask what the others are spared."""
    counts: Counter[str] = Counter()

    def counted(module: Any, name: str) -> None:
        before = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, **named: counts.update([name]) or before(*given, **named))

    statements, per_file = 4, []
    for number in range(statements):
        day, entry = f"2026-10-{number + 1:02}", ("", "1.00", "Stripe payout", f"LATER{number}")
        (shop / "inbox" / "bank" / f"later {number:02}.xml").write_text(_shop.statement(day, "100.00", "101.00", [entry], 100 + number))
    for module, name in ((_seam, "bind"), (_seam, "submit"), (os, "fsync")):
        counted(module, name)
    land = landing_step.land_file
    monkeypatch.setattr(landing_step, "land_file", lambda *given: (counts.clear(), land(*given), per_file.append(dict(counts)))[1])
    assert command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-20").code == 0
    assert len(per_file) == statements and all(one["bind"] <= 3 and one.get("submit", 0) <= 3 and one["fsync"] <= 9 for one in per_file[1:]), per_file


@pytest.mark.drill
def test_an_inbox_of_a_hundred_thousand_files(shop: Path, record_property: Callable[[str, int], None]) -> None:
    """Repeats, files of no feed and one that is new: none is lost, and the memory is bounded."""
    text = _shop.orders().splitlines()
    (shop / "inbox" / "elsewhere").mkdir()
    for n in range(99_000):
        (shop / "inbox" / "stripe" / f"again {n:06d}.csv").write_text(_shop.stripe())
    for n in range(999):
        (shop / "inbox" / "elsewhere" / f"{n}.csv").write_text(f"{n}")
    (shop / "inbox" / "shop" / "more.csv").write_text(f"{text[0]}\n{text[-1].replace('#105', '#106').replace('7005', '7006')}\n")
    start = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)"
    script = f"import atexit, sys; atexit.register(lambda: exec({start!r})); from tieout.cli import main; sys.argv[0] = 'tieout'; main()"
    words = ["run", "--only", "land", "--home", str(shop), "--as-of", "2026-10-02"]
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, env={**os.environ, "TIEOUT_NOW": "2026-10-02T04:00:00"}, capture_output=True, text=True, check=False)
    assert done.returncode == 65, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) < 1 << 20, "a gibibyte, counted in kibibytes"
    with open_store(shop) as store:
        counts = [store.con.table(f"ledger.main.{table}").filter(what).count("*").fetchall()[0][0] for table, what in
                  (("file", "state = 'duplicate'"), ("dead_letter", "code = 'FEED_UNKNOWN'"), ("sales_order", "order_name = '#106'"))]  # fmt: skip
    assert counts == [99_000, 999, 1]
    assert not [path for path in (shop / "inbox").glob("*/*") if path.is_file()]
    record_property("files in one inbox, in less than a gibibyte of memory", 100_000)


def test_what_came_before_adds_no_row_and_one_name_with_other_content_is_a_version(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_NOW", "2026-10-02T04:00:00")
    tables = ("sales_order", "settlement_line", "payout", "bank_line", "journal_line")
    before = {table: read(shop, f"SELECT count(*) FROM {table}")[0][0] for table in tables}
    for n in range(20):
        (shop / "inbox" / "stripe" / f"again {n:03d}.csv").write_text(_shop.stripe())
    (shop / "inbox" / "shop" / "orders_export_1.csv").write_text(_shop.orders().replace("33.00", "34.00"))
    assert command("run", "--home", shop, "--as-of", "2026-10-02").code == 0
    assert {table: read(shop, f"SELECT count(*) FROM {table}")[0][0] for table in tables} == before | {"sales_order": before["sales_order"] + 1}
    assert read(shop, "SELECT count(*) FROM file WHERE state = 'duplicate'") == [(20,)]
    assert list((shop / "inbox" / "stripe").iterdir()) == []
    (first, _), (second, superseded) = read(shop, "SELECT file_id, supersedes FROM file WHERE name = 'orders_export_1.csv' ORDER BY known_at")
    assert superseded == first != second
    assert [str(r[0]) for r in read(shop, "SELECT total FROM sales_order WHERE order_name = '#105' ORDER BY version")] == ["33.0000", "34.0000"]
    assert all((shop / "ledger" / "vault" / f"{name}.zst").exists() for name in (first, second)), "both are kept"


NASTY = ("=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "'; DROP TABLE sales_order; --", "a\x1b[31mred", "$(reboot)", "%s{0}", "x*?[a]")


def test_cells_headers_and_names_are_never_commands(tmp_path: Path) -> None:
    """SQL, patterns, formulas and colours of terminals: in cells, in a header, in names of files, of feeds, of the folder of the books."""
    home = tmp_path / "bo[o]ks '; DROP TABLE file; -- {a,b}*"
    (home / "inbox" / "shop").mkdir(parents=True)
    _shop.books(home, _shop.TOML.replace('"shop"', "\"shop'; DROP TABLE x; --\"").replace("Skerry Wool", "=Skerry'; --"))
    feed = home / "inbox" / "shop'; DROP TABLE x; --"
    for path in (home / "inbox" / "shop").iterdir():
        path.rename(feed / f"[a-z]*; SELECT 1; --{path.name}")
    (home / "inbox" / "shop").rmdir()
    head, *rows = _shop.orders().splitlines()
    for n, text in enumerate(NASTY):
        cell = '"' + text.replace('"', '""') + '"'
        rows.append(rows[0].replace("#101", cell).replace("7001", str(8000 + n)))
    (feed / "nasty.csv").write_text("\n".join([f"{head},\"x'; DROP TABLE bank_line; --\"", *(f"{row},=1" for row in rows)]) + "\n")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    said = tieout("run", "--home", home, "--as-of", "2026-10-01", code=None)
    assert said.returncode in (0, 65) and "\x1b" not in said.stdout + said.stderr, said.stderr
    assert read(home, "SELECT count(*) FROM settlement_line") == [(7,)] and read(home, "SELECT count(*) FROM bank_line") == [(3,)]
    found = {row[0] for row in read(home, "SELECT order_name FROM sales_order")}
    assert len(found) >= 5 + len(NASTY) - 2, found
    with zipfile.ZipFile(next((home / "reports").glob("*/exceptions.xlsx"))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) > 3 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    machine = tieout("query", "SELECT DISTINCT order_name FROM sales_order WHERE order_name LIKE '=cmd%'", "--format", "csv", "--home", home).stdout
    assert "=cmd|'/C calc'!A0" in machine.splitlines(), "what programs read is not changed"
    for words in (("exception", "list"), ("trace", NASTY[5]), ("file", "list")):
        assert "\x1b" not in tieout(*words, "--home", home, code=None).stdout
    assert check(home) == []


def test_after_every_command_nothing_of_the_books_is_for_everybody(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproducing, "SECONDS", 0)  # the check judges nothing again: that writes no file
    (shop / "inbox" / "stripe" / "broken.csv").write_text("a,b\n1,2\n")
    for words in (
        ("run", "--as-of", "2026-10-02"), ("dead-letter", "replay", "broken.csv", "--as", "jane"), ("run", "--only", "land", "--as-of", "2026-10-03"), ("dead-letter", "discard", "broken.csv", "--reason", "x", "--as", "jane"),
        ("mapping", "propose", "--as", "jane"), ("export", "run"), ("audit", "publish"), ("check",), ("status",), ("query", "SELECT 1")
    ):  # fmt: skip
        command(*words, "--home", shop)
        wrong = []
        for path in [p for name in ("ledger", "audit", "outbox", "reports", "dead-letters", "secrets") for p in (shop / name, *(shop / name).rglob("*")) if p.exists()]:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode not in ((0o750, 0o700) if path.is_dir() else (0o600, 0o640, 0o440, 0o400)):
                wrong.append(f"{path.relative_to(shop)} {mode:o}")
        assert wrong == [], words


def test_the_settings_show_references_and_no_secret(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "c4n4ry" * 6
    (shop / "key").write_text(secret)
    monkeypatch.setenv("FINANCE_KEY", str(shop / "key"))
    with (shop / "tieout.toml").open("a") as file:
        file.write('\n[[remote]]\nname = "finance"\nhost = "127.0.0.1"\nuser = "u"\nkey_file = "env:FINANCE_KEY"\npush = "/in"\n')
    customer = (shop / "secrets" / "customer.key").read_text().strip()
    said = command("config", "show", "--home", shop)
    assert said.code == 0 and "env:FINANCE_KEY" in said.out
    assert not any(word in said.out + said.err for word in (secret, customer, str(shop / "key")))


def test_a_question_mark_in_the_path_of_the_books_is_a_setting(closed_shop: Path, tmp_path: Path, command: Command) -> None:
    home = Path(shutil.copytree(closed_shop, tmp_path / "why?"))
    said = command("run", "--home", home)
    assert said.code == 78 and "question mark" in said.err


def test_all_refused_files_go_back_in_one_act_and_what_cannot_stays(shop: Path, command: Callable[..., Said]) -> None:
    for feed, name, text in (("shop", "one.csv", "a,b\n1,2\n"), ("shop", "two.csv", "c,d\n1,2\n"), ("bank", "three.csv", "e,f\n1,2\n")):
        (shop / "inbox" / feed / name).write_text(text, encoding="utf-8")
    assert command("run", "--home", shop, "--only", "land", "--as-of", "2026-10-02").code == 65
    next((shop / "dead-letters" / "bank").glob("*three.csv")).unlink()
    (shop / "inbox" / "shop" / "two.csv").write_text("another of this name", encoding="utf-8")
    before = len(list(read_manifests(shop)))
    assert command("dead-letter", "replay", "--home", shop, "--as", "jane").code == 2
    said = command("dead-letter", "replay", "--all", "--home", shop, "--as", "jane")
    assert said.code == 0 and said.out.splitlines()[0] == "inbox/shop/one.csv: the next run tries it again"
    assert "bank/three.csv: stays in dead-letters/: the refused file is gone" in said.out and "shop/two.csv: stays in dead-letters/: the inbox has a file of this name already" in said.out
    assert [body["key"].split(":")[0] for body, _ in read_manifests(shop)][before:] == ["replay"]
    assert (shop / "inbox" / "shop" / "one.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"
    assert command("run", "--home", shop, "--only", "land", "--as-of", "2026-10-02").code == 65
    assert [line.split(":")[1] for line in command("check", "--home", shop).out.splitlines()] == [" the refused file is gone; deliver it again, and take this record out by `tieout dead-letter discard 9f0e22ae25ac`"]
    assert command("dead-letter", "replay", "--all", "--home", shop, "--as", "jane").code == 0
    assert sorted(path.name for path in (shop / "inbox" / "shop").iterdir()) == ["one.csv", "two.csv"], "of two files of one name the first; the other one stays"
    assert len(list((shop / "dead-letters" / "shop").glob("*two.csv"))) == 1
