"""Nights that go wrong: what the run says, who is told, what is left, and that the next night goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import _drill
import _sshd
import duckdb
import pytest
from conftest import ROOT, once, tieout
from test_publish import contents

from ledger.errors import StorageError, TamperedError
from ledger.lock import locked
from ledger.store import Store, open_store
from tieout.ask.checking import check
from tieout.night import nightly

NEXT = {"TIEOUT_NOW": "2026-10-02T04:00:00"}
LATER = {"TIEOUT_NOW": "2026-10-20T04:00:00"}
CALL = """
[attention]
command = ["{python}", "-c", "import sys; open('called.json', 'a').write(sys.stdin.read())"]
"""
# It writes down what it was told and leaves another program behind.
LEAVING = """
[attention]
command = ["{python}", "-c", '''import subprocess as s, sys; open("called.json", "a").write(sys.stdin.read())
open("child", "w").write(str(s.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False).pid))''']
"""
HOSTILE = ('a\n{"event":"run.ended"}.csv', "b\x1b[31mred.csv", "c\u202efdp.csv", os.fsdecode(b"latin-\xe9.csv"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "nights", lambda home: _drill.small(home, CALL.format(python=sys.executable)))


@pytest.fixture
def books(opened: Path, tmp_path: Path) -> Path:
    home = tmp_path / "books"
    shutil.copytree(opened, home)
    return home


@pytest.fixture(scope="module")
def run_once(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(home: Path) -> None:
        shutil.copytree(opened, home)
        tieout("run", "--home", home, "--as-of", "2026-10-01")

    return once(tmp_path_factory, "nights-closed", make)


@pytest.fixture
def closed(run_once: Path, tmp_path: Path) -> Path:
    home = tmp_path / "books"
    shutil.copytree(run_once, home)
    return home


def misses_orders(home: Path, attention: str) -> None:
    """From now on a feed that nobody delivers is due every day, and another program is called."""
    path = home / "tieout.toml"
    path.write_text(path.read_text().partition("\n[attention]")[0].replace('expected = "never"', 'expected = "daily"', 1) + attention)


def free_beside_child(home: Path) -> bool:
    """Whether the program that was left behind lives and the books are free; it is ended."""
    number = int((home / "child").read_text())
    try:
        os.kill(number, 0)
        with locked(home):
            return True
    finally:
        os.kill(number, signal.SIGKILL)


@pytest.fixture(scope="module")
def refused(run_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a second night: a broken file, hostile names and a good statement came, orders did not, and the program that was called left another behind."""

    def make(home: Path) -> None:
        shutil.copytree(run_once, home)
        misses_orders(home, LEAVING.format(python=sys.executable))
        (home / "inbox" / "pdx-shopify" / "broken.csv").write_text("Transaction Date,Type\n2026-09-01,charge\n")
        for name in HOSTILE:
            (home / "inbox" / "pdx-stripe" / name).write_text("x")
        deliver(home, "good.xml")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tieout.cli.QUIET_SECONDS", 0)  # every step is said, as in a long night
            done = tieout("run", "--home", home, "--as-of", "2026-10-20", code=65, env=LATER)
        (home / "said.json").write_text(json.dumps({"out": done.stdout, "err": done.stderr, "free beside the child": free_beside_child(home)}))

    return once(tmp_path_factory, "nights-refused", make)


@pytest.fixture(scope="module")
def left(run_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a second night that was killed while it landed, a third of another date that was killed when it was judged, and one that found a late statement."""

    def make(home: Path) -> None:
        shutil.copytree(run_once, home)
        for day in (4, 8, 9, 10):
            deliver(home, f"{day}.xml", day)
        _drill.night(home, failpoint="land.committed:3")
        (home / "said.json").write_text(json.dumps({"checked": check(home)}))
        # the first that is committed is the one that was left
        _drill.night(home, "run", "--as-of", "2026-10-02", failpoint="run.committed:2", now=NEXT["TIEOUT_NOW"])
        deliver(home, "late.xml")
        folder = home / "reports" / json.loads((home / "ledger" / "run-start.json").read_text(encoding="utf-8"))["run_id"]
        folder.mkdir()
        (folder / ".tmp-1-exceptions.xlsx").write_bytes(b"half")  # as a kill in the middle of writing it leaves
        tieout("run", "--home", home, "--as-of", "2026-10-02", env=NEXT)

    return once(tmp_path_factory, "nights-left", make)


@pytest.fixture(scope="module")
def set_back(run_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An older ledger was put in the place of a newer one, and the way on of docs/operations.md was gone, in a night in which orders and the program to call were missing."""

    def make(home: Path) -> None:
        shutil.copytree(run_once, home)
        tieout("run", "--only", "land", "--home", home, "--as-of", "2026-10-02", env=NEXT)
        shutil.rmtree(home / "ledger")
        shutil.copytree(run_once / "ledger", home / "ledger")
        refusals = tieout("check", "--home", home, code=70).stdout, tieout("run", "--home", home, "--as-of", "2026-10-03", code=70).stderr
        (home / "reports" / "heartbeat.json").unlink()
        (home / "audit" / "audit.duckdb").unlink()
        misses_orders(home, CALL.format(python="/no/such/program"))
        told = len(called(home))
        done = tieout("run", "--home", home, "--as-of", "2026-10-20", env=LATER)
        (home / "said.json").write_text(json.dumps({"refusals": refusals, "err": done.stderr, "called": len(called(home)) - told}))

    return once(tmp_path_factory, "nights-set-back", make)


def said_in(home: Path) -> dict[str, Any]:
    return json.loads((home / "said.json").read_text())


def published(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def beat(home: Path) -> dict[str, object]:
    return json.loads((home / "reports" / "heartbeat.json").read_text())


def events(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "reports" / "log.jsonl").read_bytes().decode("ascii").splitlines()]


def deliver(home: Path, name: str, day: int = 3) -> None:
    """One more statement of the bank, which no night has seen."""
    shutil.copyfile(_drill.SAMPLE / "inbox" / "cascade-usd" / f"camt053_cascade-usd_202609{day:02}.xml", home / "inbox" / "cascade-usd" / name)


def called(home: Path) -> list[dict[str, object]]:
    path = home / "called.json"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# Who is told


def test_a_night_with_a_refused_file_finishes_and_says_65(refused: Path) -> None:
    said = said_in(refused)["err"]
    assert "pdx-shopify/broken.csv" in said and "dead-letters" in said
    assert published(refused, "SELECT exit_code FROM run ORDER BY seq") == [(0,), (65,)]
    assert published(refused, "SELECT state FROM file WHERE name = 'good.xml'") == [("landed",)]
    assert (beat(refused)["state"], beat(refused)["exit_code"]) == ("ended", 65)
    metrics = (refused / "reports" / "tieout.prom").read_text()
    assert 'tieout_dead_letters{code="' in metrics and "tieout_run_exit_code 65" in metrics and "tieout_inbox_files 0" in metrics


def test_what_blocks_and_what_is_missing_is_told(refused: Path, run_once: Path) -> None:
    assert published(refused, "SELECT subject_key FROM exception WHERE code = 'FEED_MISSING'") == [("pdx-orders",)]
    (document,) = called(refused)[len(called(run_once)) :]
    assert {"blocking_exception", "feed_missing"} <= set(document["reasons"]) and document["feeds"] == ["pdx-orders"]
    assert {"code", "count", "amount", "currency"} == document["blocking"][0].keys()
    assert "attention.failed" not in {e["event"] for e in events(refused)}


def test_a_command_that_fails_changes_nothing(set_back: Path) -> None:
    said = said_in(set_back)
    assert [line for line in said["err"].splitlines() if not line.startswith(("… ", "tieout: tieout.toml", "  "))] == [], "steps on a slow machine, and what changed in the settings; nothing else"
    assert published(set_back, "SELECT subject_key FROM exception WHERE code = 'FEED_MISSING'") == [("pdx-orders",)]
    assert {e["outcome"] for e in events(set_back) if e["event"] == "attention.failed"} == {"FileNotFoundError"}
    assert said["called"] == 0


def test_a_failed_run_is_told(books: Path) -> None:
    path = sorted((books / "ledger" / "manifests").iterdir())[3]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))
    said = tieout("run", "--home", books, "--as-of", "2026-10-01", code=70)
    assert path.name in said.stderr
    assert (beat(books)["state"], beat(books)["error"]) == ("failed", "TamperedError")
    assert called(books)[0]["reasons"] == ["run_failed"]
    assert events(books)[-2]["event"] == "run.failed"
    assert "tieout_run_failed 1" in (books / "reports" / "tieout.prom").read_text()
    assert list((books / "outbox").rglob("*.csv")) == []


def test_an_invariant_that_breaks_inside_the_run_stops_it_before_any_export(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.errors import InvariantError
    from tieout.night import judging

    books = _drill.landed(tmp_path_factory)

    def broken(*_: object, **__: object) -> None:
        raise InvariantError("the books contradict themselves", where="judging")

    monkeypatch.setattr(judging, "judge", broken)
    with pytest.raises(InvariantError):
        nightly.run(books, nightly.date(2026, 10, 1), lambda _: None)
    assert (beat(books)["state"], beat(books)["exit_code"]) == ("failed", 70)
    assert list((books / "outbox").rglob("*.csv")) == []


def test_an_error_of_ours_tells_no_content(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (books / "inbox" / "pdx-stripe" / "x.csv").write_text("a")
    code = "import sys; import tieout.night.nightly as n; n.land_inbox = lambda *a: int('jane@example.com'); from tieout.cli import main; sys.argv = sys.argv[:1] + sys.argv[1:]; main()"
    done = subprocess.run([sys.executable, "-c", code, "run", "--home", str(books)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "ValueError" in done.stderr and "jane" not in done.stderr and "Traceback" not in done.stderr
    assert "jane" not in (books / "reports" / "log.jsonl").read_text()


def test_settings_that_cannot_be_read_are_a_failed_night(closed: Path) -> None:
    (closed / "tieout.toml").write_text("environment = ")
    tieout("run", "--home", closed, code=78)
    assert (beat(closed)["state"], beat(closed)["error"]) == ("failed", "SettingsError")
    assert beat(closed)["size"], "what the heartbeat knew of the ledger stays"


def test_names_cannot_write_into_the_log_or_the_terminal(refused: Path) -> None:
    said = said_in(refused)
    assert "\x1b" not in said["err"] + said["out"] and "\u202e" not in said["err"] + said["out"]
    assert all(not line.startswith("{") for line in said["err"].splitlines())
    assert len([e for e in events(refused) if e["event"] == "file.refused" and e["file"] != "pdx-shopify/broken.csv"]) == len(HOSTILE)
    assert list((refused / "inbox" / "pdx-stripe").iterdir()) == []


def test_files_and_folders_are_not_for_everybody(closed: Path) -> None:
    wrong = []
    for path in [p for name in ("ledger", "audit", "outbox", "reports", "dead-letters") for p in (closed / name, *(closed / name).rglob("*"))]:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode not in ((0o750,) if path.is_dir() else (0o600, 0o640, 0o440)):
            wrong.append(f"{path.relative_to(closed)} {mode:o}")
    assert wrong == []


# The disk


def test_without_room_nothing_is_begun(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _drill.tree(books / "ledger")
    real = os.statvfs(books)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result((*real[:4], 100, *real[5:])))
    with pytest.raises(StorageError, match="MB are free"):
        nightly.run(books, None, lambda _: None)
    after = _drill.tree(books / "ledger")
    assert {name: digest for name, digest in after.items() if not name.startswith((".lock", "ledger.duckdb"))} == {n: d for n, d in before.items() if not n.startswith((".lock", "ledger.duckdb"))}
    assert (beat(books)["state"], beat(books)["exit_code"]) == ("failed", 74)


FULL = """set -e
mount -t tmpfs -o size=$3k none $1
cp -a $2/. $1/
set +e
{python} -m tieout run --home $1 --as-of 2026-10-01 >/dev/null 2>$4/stderr; echo $? >$4/code
set -e
cp -a $1 $4/after
"""


def namespaces() -> bool:
    return shutil.which("unshare") is not None and subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode == 0


def size_of(home: Path) -> int:
    return sum((path.stat().st_size + 8191) // 4096 * 4096 for path in home.rglob("*") if path.is_file())


def fill(opened: Path, run_once: Path, folder: Path, part: float) -> Path:
    """Books whose night met a full disk when this part of it was written: 74, and that is said."""
    before, after = size_of(opened), size_of(run_once)
    script, place = FULL.format(python=sys.executable), folder / "mount"
    place.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(place), str(opened), str((before + int((after - before) * part)) // 1024), str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "TIEOUT_NOW": _drill.NOW},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = (folder / "stderr").read_text()
    assert (folder / "code").read_text().strip() == "74", said
    assert "Free space" in said and "Traceback" not in said
    return folder / "after"


def stop(home: Path, number: int, seconds: float) -> None:
    """A night that gets this signal so long after its start says that it stopped safely, calls nobody and frees the books."""
    log, told = home / "reports" / "log.jsonl", called(home)
    before = log.read_text(encoding="utf-8").count("run.started") if log.exists() else 0
    process = _drill.start(home)
    while process.poll() is None and not (log.exists() and log.read_text(encoding="utf-8").count("run.started") > before):
        time.sleep(0.02)
    time.sleep(seconds)
    process.send_signal(number)
    said = process.communicate()[1].decode()
    assert process.returncode == -number, said
    assert said.strip() == "tieout: stopped safely; run again to continue"
    assert beat(home)["state"] == "started" and called(home) == told
    with locked(home):
        pass


@pytest.mark.parametrize("part", [0.15, *(pytest.param(part, marks=pytest.mark.drill) for part in (0.05, 0.1, 0.2, 0.3, 0.4))])
def test_a_night_that_a_full_disk_the_scheduler_and_a_hand_have_stopped_is_taken_up(books: Path, opened: Path, run_once: Path, tmp_path: Path, part: float) -> None:
    """74 where the disk is full; stopped by the scheduler, and by hand in the middle of a query; and after all that the same bytes as of a night that nothing disturbs."""
    may_mount = namespaces()
    home = fill(opened, run_once, tmp_path, part) if may_mount else books
    stop(home, signal.SIGTERM, 0.3)
    stop(home, signal.SIGINT, 1.2)
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    for folder in ("ledger/manifests", "ledger/segments", "outbox"):
        assert _drill.tree(home / folder) == _drill.tree(run_once / folder)
    assert _drill.leftovers(home) == []
    if not may_mount:
        pytest.skip("the rest was shown, the full disk was not: no file systems may be mounted here")


# Several at once


# So many of one that has read everything already: they begin at the same moment.
MANY = """
import os, sys
import tieout.night.ending, tieout.night.reports
from tieout.cli import main

children = []
for _ in range(int(sys.argv[2])):
    children.append(os.fork())
    if not children[-1]:
        sys.argv = ["tieout", "run", "--home", sys.argv[1], "--as-of", "2026-10-20"]
        main()
codes = sorted(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in children)
print(codes)
"""


@pytest.mark.parametrize("many", [4, pytest.param(16, marks=pytest.mark.drill)])
def test_one_of_many_works_the_others_say_75_and_a_check_meanwhile_finds_nothing(refused: Path, opened: Path, tmp_path: Path, many: int) -> None:
    """All files come a second time meanwhile."""
    home = tmp_path / "books"
    shutil.copytree(refused, home)
    shutil.copytree(opened / "inbox", home / "inbox", dirs_exist_ok=True)
    env = {**os.environ, "TIEOUT_NOW": "2026-10-20T05:00:00"}
    process = subprocess.Popen([sys.executable, "-c", MANY, str(home), str(many)], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert check(home) == []
    out, err = process.communicate(timeout=300)
    assert out.splitlines()[-1] == str([0] + [75] * (many - 1)), err
    assert published(home, "SELECT count(*) FROM run") == [(3,)]
    assert len(called(home)) == len(called(refused)), "nothing new: nobody is called twice"


def test_a_killed_holder_frees_the_books_and_a_deleted_lock_file_does_not(books: Path) -> None:
    process = _drill.start(books)
    while not (books / "ledger" / "run-start.json").exists():
        time.sleep(0.02)
    (books / "ledger" / ".lock").unlink()
    said = tieout("run", "--home", books, code=75).stderr
    assert "working on these books" in said
    process.kill()
    process.communicate()
    with open_store(books):
        pass


def test_a_child_that_outlives_the_run_does_not_hold_the_books(refused: Path) -> None:
    """The program that is called may leave another one behind: the lock is not its."""
    assert said_in(refused)["free beside the child"] is True


def test_a_run_that_only_lands_says_so_and_names_no_report(closed: Path) -> None:
    before = sorted(path.name for path in (closed / "reports").iterdir())
    said = tieout("run", "--only", "land", "--home", closed, "--as-of", "2026-10-02", env=NEXT).stdout.splitlines()
    assert said[0].startswith("run 20261002-") and said[1:] == ["nothing was judged, booked or published: `tieout run` goes on from here"]
    assert sorted(path.name for path in (closed / "reports").iterdir()) == before


def test_a_run_that_only_lands_says_what_it_finished_where_that_had_been_judged(tmp_path_factory: pytest.TempPathFactory) -> None:
    books = _drill.landed(tmp_path_factory)
    _drill.night(books, failpoint="judged")
    said = tieout("run", "--only", "land", "--home", books, "--as-of", "2026-10-01").stdout.splitlines()
    assert said[1:] == ["it had been judged before it was interrupted; nothing was published: `tieout run` goes on from here"]


def test_a_run_of_another_date_closes_the_one_that_was_left(left: Path) -> None:
    assert said_in(left)["checked"] == [], "a check between them"
    assert [(str(day), code) for day, code in published(left, "SELECT as_of, exit_code FROM run ORDER BY seq")][:3] == [("2026-10-01", 0), ("2026-10-01", 75), ("2026-10-02", 0)]
    assert published(left, "SELECT count(*) FROM file WHERE state = 'duplicate'") == [(0,)]
    assert published(left, "SELECT count(*), count(DISTINCT file_id) FROM file") == [(12, 12)]


def test_files_that_come_again_are_said_once_wherever_the_run_breaks_off(closed: Path, opened: Path) -> None:
    shutil.copytree(opened / "inbox", closed / "inbox", dirs_exist_ok=True)
    _drill.night(closed, failpoint="land.committed:3")
    tieout("run", "--only", "land", "--home", closed, "--as-of", "2026-10-01")
    assert not [path for path in (closed / "inbox").rglob("*") if path.is_file()]
    with duckdb.connect(str(closed / "ledger" / "ledger.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*), count(DISTINCT name), count(DISTINCT known_at) FROM file WHERE state = 'duplicate'").fetchall() == [(7, 7, 1)]


def test_what_arrives_before_a_finished_run_is_published_is_landed_too(left: Path) -> None:
    finished, late = published(left, "SELECT run_id, as_of FROM run ORDER BY seq")[2:]
    assert finished[1] == late[1], "two runs of one date"
    assert sorted(path.name for path in (left / "reports" / str(finished[0])).iterdir()) == ["exceptions.xlsx", "status.html"]
    assert published(left, "SELECT count(*) FROM file WHERE name = 'late.xml'") == [(1,)]


# Copies


def test_an_older_ledger_in_the_place_of_a_newer_one_is_noticed_and_there_is_a_way_on(set_back: Path) -> None:
    assert ["older copy" in said for said in said_in(set_back)["refusals"]] == [True, True]
    assert check(set_back) == []


def test_a_backup_is_made_books_again(closed: Path, tmp_path: Path) -> None:
    """The drill of docs/operations.md: manifests, segments and kept files are the books, with what has gone out."""
    home = tmp_path / "drill"
    home.mkdir()
    shutil.copytree(closed / "ledger", home / "ledger", ignore=shutil.ignore_patterns("ledger.duckdb*", "tmp", ".lock"))
    shutil.copytree(closed / "mappings", home / "mappings")
    shutil.copyfile(closed / "tieout.toml", home / "tieout.toml")
    assert "the sealed file is gone" in tieout("check", "--home", home, code=70).stdout
    shutil.copytree(closed / "outbox", home / "outbox")
    assert tieout("audit", "head", "--home", home).stdout == tieout("audit", "head", "--home", closed).stdout
    tieout("audit", "publish", "--home", home)
    assert check(home) == []
    mine, theirs = contents(home), contents(closed)
    assert mine.keys() == theirs.keys()
    assert {name for name in mine if mine[name] != theirs[name]} <= {"run_context", "held_entry"}, "the act that asked for the copy, and what an export says anew"


def test_the_status_begins_with_how_the_last_run_ended(closed: Path) -> None:
    said = tieout("status", "--home", closed).stdout
    assert said.startswith("Last run\n  20261001-") and "ended, exit code 0" in said
    assert all(title in said for title in ("Transactions", "Queue", "Transfers", "Retries", "Refused files", "Exceptions"))


def test_a_segment_that_was_changed_never_gets_into_a_new_cache(closed: Path) -> None:
    path = max((closed / "ledger" / "segments").iterdir(), key=lambda p: p.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.chmod(0o600)
    path.write_bytes(data)
    (closed / "ledger" / "ledger.duckdb").unlink()
    with pytest.raises(TamperedError, match=path.name):
        Store(closed)
    assert path.name in tieout("run", "--home", closed, code=70).stderr


# Remotes


@pytest.fixture
def remote(tmp_path_factory: pytest.TempPathFactory):
    made = _drill.few(tmp_path_factory)
    yield made
    made.server.end()


@pytest.mark.drill
def test_what_a_remote_does_wrong_stops_nothing_else_and_is_made_good_later(remote: _drill.Drill, tmp_path: Path) -> None:
    """Four nights: another host key is 77, other bytes under the name are 70, then everything goes but a link, and once that is discarded nothing is said."""
    home = remote.books
    link = remote.server.out / "link.csv"
    link.unlink()
    (home / "known_hosts").write_text(f"[127.0.0.1]:{remote.server.port} {' '.join(_sshd.make_key(tmp_path / 'other').split()[:2])}\n")
    said = tieout("run", "--home", home, "--as-of", "2026-10-01", code=77)
    assert "the host's key is not the known one" in said.stderr
    assert published(home, "SELECT exit_code FROM run ORDER BY seq") == [(0,), (77,)]
    assert published(home, "SELECT count(*) > 0 FROM export_file") == [(True,)]
    assert list(remote.server.into.iterdir()) == []

    shutil.copyfile(remote.server.known_hosts, home / "known_hosts")
    name = next(p.name for p in (home / "outbox").rglob("*.csv"))
    (remote.server.into / name).write_text("somebody else's")
    said = tieout("run", "--home", home, "--as-of", "2026-10-02", code=70, env=NEXT)
    assert "other bytes" in said.stderr
    assert (remote.server.into / name).read_text() == "somebody else's"
    assert published(home, "SELECT count(*) FROM receipt")[0][0] == published(home, "SELECT count(*) FROM export_file")[0][0] - 1

    (remote.server.into / name).unlink()
    link.symlink_to("/etc/hostname")
    tieout("run", "--home", home, "--as-of", "2026-10-03", code=65, env={"TIEOUT_NOW": "2026-10-03T04:00:00"})
    assert published(home, "SELECT count(*) FROM export_file AS e WHERE NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)") == [(0,)]
    assert "link.csv" in tieout("dead-letter", "list", "--home", home).stdout
    tieout("dead-letter", "discard", "link.csv", "--reason", "a link", "--home", home, "--as", "jane")
    tieout("run", "--only", "land", "--home", home, "--as-of", "2026-10-04", env={"TIEOUT_NOW": "2026-10-04T04:00:00"})
