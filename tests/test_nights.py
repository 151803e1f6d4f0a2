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

import _drill
import _sshd
import duckdb
import pytest
from conftest import ROOT, once, tieout

from ledger.errors import StorageError, TamperedError
from ledger.store import Store, locked, open_store
from tieout import night

NEXT = {"TIEOUT_NOW": "2026-10-02T04:00:00"}
CALL = """
[attention]
command = ["{python}", "-c", "import sys; open('called.json', 'a').write(sys.stdin.read())"]
"""


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


def published(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def beat(home: Path) -> dict[str, object]:
    return json.loads((home / "reports" / "heartbeat.json").read_text())


def events(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "reports" / "log.jsonl").read_bytes().decode("ascii").splitlines()]


def deliver(home: Path, name: str) -> None:
    """One more statement of the bank, which no night has seen."""
    shutil.copyfile(_drill.SAMPLE / "inbox" / "cascade-usd" / "camt053_cascade-usd_20260903.xml", home / "inbox" / "cascade-usd" / name)


def called(home: Path) -> list[dict[str, object]]:
    path = home / "called.json"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# Who is told


def test_a_night_with_a_refused_file_finishes_and_says_65(closed: Path) -> None:
    told = len(called(closed))
    (closed / "inbox" / "pdx-shopify" / "broken.csv").write_text("Transaction Date,Type\n2026-09-01,charge\n")
    deliver(closed, "good.xml")
    said = tieout("run", "--home", closed, "--as-of", "2026-10-02", code=65, env=NEXT)
    assert "pdx-shopify/broken.csv" in said.stderr and "dead-letters" in said.stderr
    assert published(closed, "SELECT exit_code FROM run ORDER BY seq") == [(0,), (65,)]
    assert published(closed, "SELECT state FROM file WHERE name = 'good.xml'") == [("landed",)]
    assert (beat(closed)["state"], beat(closed)["exit_code"]) == ("ended", 65)
    (document,) = called(closed)[told:]
    assert "blocking_exception" in document["reasons"]
    assert {"code", "count", "amount", "currency"} == document["blocking"][0].keys()
    metrics = (closed / "reports" / "tieout.prom").read_text()
    assert 'tieout_dead_letters{code="' in metrics and "tieout_run_exit_code 65" in metrics and "tieout_inbox_files 0" in metrics
    tieout("run", "--home", closed, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    assert len(called(closed)) == told + 1, "nothing new: nobody is called twice"


@pytest.mark.parametrize("program", ["/no/such/program", sys.executable])
def test_a_missing_feed_is_told_and_a_failing_command_changes_nothing(closed: Path, program: str) -> None:
    path, told = closed / "tieout.toml", len(called(closed))
    path.write_text(path.read_text().replace('expected = "never"', 'expected = "daily"', 1).replace(f'"{sys.executable}"', f'"{program}"'))
    said = tieout("run", "--home", closed, "--as-of", "2026-10-20", env={"TIEOUT_NOW": "2026-10-20T04:00:00"})
    assert [line for line in said.stderr.splitlines() if not line.startswith(("… ", "tieout: tieout.toml", "  "))] == [], "steps on a slow machine, and what changed in the settings; nothing else"
    assert published(closed, "SELECT subject_key FROM exception WHERE code = 'FEED_MISSING'") == [("pdx-orders",)]
    failed = {e["outcome"] for e in events(closed) if e["event"] == "attention.failed"}
    if program == sys.executable:
        (document,) = called(closed)[told:]
        assert failed == set() and document["feeds"] == ["pdx-orders"] and "feed_missing" in document["reasons"]
    else:
        assert failed == {"FileNotFoundError"} and len(called(closed)) == told


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
    from tieout import judging

    books = _drill.landed(tmp_path_factory)

    def broken(*_: object) -> None:
        raise InvariantError("the books contradict themselves", where="judging")

    monkeypatch.setattr(judging, "judge", broken)
    with pytest.raises(InvariantError):
        night.run(books, night.date(2026, 10, 1), lambda _: None)
    assert (beat(books)["state"], beat(books)["exit_code"]) == ("failed", 70)
    assert list((books / "outbox").rglob("*.csv")) == []


def test_an_error_of_ours_tells_no_content(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (books / "inbox" / "pdx-stripe" / "x.csv").write_text("a")
    code = "import sys; import tieout.night as n; n.land_inbox = lambda *a: int('jane@example.com'); from tieout.cli import main; sys.argv = sys.argv[:1] + sys.argv[1:]; main()"
    done = subprocess.run([sys.executable, "-c", code, "run", "--home", str(books)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "ValueError" in done.stderr and "jane" not in done.stderr and "Traceback" not in done.stderr
    assert "jane" not in (books / "reports" / "log.jsonl").read_text()


def test_settings_that_cannot_be_read_are_a_failed_night(closed: Path) -> None:
    (closed / "tieout.toml").write_text("environment = ")
    tieout("run", "--home", closed, code=78)
    assert (beat(closed)["state"], beat(closed)["error"]) == ("failed", "SettingsError")
    assert beat(closed)["size"], "what the heartbeat knew of the ledger stays"


def test_names_cannot_write_into_the_log_or_the_terminal(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieout.cli.QUIET_SECONDS", 0)  # every step is said, as in a long night
    for name in ('a\n{"event":"run.ended"}.csv', "b\x1b[31mred.csv", "c\u202efdp.csv", os.fsdecode(b"latin-\xe9.csv")):
        (closed / "inbox" / "pdx-stripe" / name).write_text("x")
    said = tieout("run", "--home", closed, "--as-of", "2026-10-01", code=65)
    assert "\x1b" not in said.stderr + said.stdout and "\u202e" not in said.stderr + said.stdout
    assert all(not line.startswith("{") for line in said.stderr.splitlines())
    assert len([e for e in events(closed) if e["event"] == "file.refused"]) == 4
    assert list((closed / "inbox" / "pdx-stripe").iterdir()) == []


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
        night.run(books, None, lambda _: None)
    after = _drill.tree(books / "ledger")
    assert {name: digest for name, digest in after.items() if not name.startswith((".lock", "ledger.duckdb"))} == {n: d for n, d in before.items() if not n.startswith((".lock", "ledger.duckdb"))}
    assert (beat(books)["state"], beat(books)["exit_code"]) == ("failed", 74)


FULL = """set -e
mount -t tmpfs -o size=$3k none $1
cp -a $2/. $1/
set +e
{python} -m tieout run --home $1 --as-of 2026-10-01 >/dev/null 2>$4/stderr; echo $? >$4/code
set -e
mount -o remount,size=400m $1
{python} -m tieout run --home $1 --as-of 2026-10-01 >/dev/null
cp -a $1 $4/after
"""


def namespaces() -> bool:
    return shutil.which("unshare") is not None and subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode == 0


def size_of(home: Path) -> int:
    return sum((path.stat().st_size + 8191) // 4096 * 4096 for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("part", [0.15, *(pytest.param(part, marks=pytest.mark.drill) for part in (0.05, 0.1, 0.2, 0.3, 0.4))])
def test_a_full_disk_is_74_and_leaves_nothing_half_done(opened: Path, run_once: Path, tmp_path: Path, part: float) -> None:
    if not namespaces():
        pytest.skip("no file systems may be mounted here")
    before, after = size_of(opened), size_of(run_once)
    script, place = FULL.format(python=sys.executable), tmp_path / "mount"
    place.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(place), str(opened), str((before + int((after - before) * part)) // 1024), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "TIEOUT_NOW": _drill.NOW},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "stderr").read_text()
    assert (tmp_path / "code").read_text().strip() == "74", said
    assert "Free space" in said and "Traceback" not in said
    for folder in ("ledger/manifests", "ledger/segments", "outbox"):
        assert _drill.tree(tmp_path / "after" / folder) == _drill.tree(run_once / folder)


# Several at once


# Sixteen of one that has read everything already: they begin at the same moment.
SIXTEEN = """
import os, sys
import tieout.ending, tieout.reports
from tieout.cli import main

children = []
for _ in range(16):
    children.append(os.fork())
    if not children[-1]:
        sys.argv = ["tieout", "run", "--home", sys.argv[1], "--as-of", "2026-10-02"]
        main()
codes = sorted(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in children)
print(codes)
"""


def test_one_of_sixteen_works_and_the_others_say_75(closed: Path) -> None:
    env = {**os.environ, **NEXT}
    done = subprocess.run([sys.executable, "-c", SIXTEEN, str(closed)], cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.splitlines()[-1] == str([0] + [75] * 15), done.stderr
    assert published(closed, "SELECT count(*) FROM run") == [(2,)]


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


def test_a_child_that_outlives_the_run_does_not_hold_the_books(closed: Path) -> None:
    """The program that is called may leave another one behind: the lock is not its."""
    child = "import subprocess, sys; open('child', 'w').write(str(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], close_fds=False).pid))"
    text = (closed / "tieout.toml").read_text().partition("[attention]")[0]
    (closed / "tieout.toml").write_text(f"{text}[attention]\ncommand = ['{sys.executable}', '-c', \"{child}\"]\n".replace('expected = "never"', 'expected = "daily"', 1))
    tieout("run", "--home", closed, "--as-of", "2026-10-20", env=NEXT, code=None)
    number = int((closed / "child").read_text())
    try:
        os.kill(number, 0)
        with locked(closed):
            pass
    finally:
        os.kill(number, signal.SIGKILL)


def test_a_night_that_is_stopped_frees_the_books_and_is_taken_up(books: Path, run_once: Path) -> None:
    """By the scheduler, and by hand in the middle of a query."""
    for number, seconds in ((signal.SIGTERM, 0.3), (signal.SIGINT, 1.2)):
        log = books / "reports" / "log.jsonl"
        before = log.read_text(encoding="utf-8").count("run.started") if log.exists() else 0
        process = _drill.start(books)
        while process.poll() is None and not (log.exists() and log.read_text(encoding="utf-8").count("run.started") > before):
            time.sleep(0.02)
        time.sleep(seconds)
        process.send_signal(number)
        said = process.communicate()[1].decode()
        assert process.returncode == -number, said
        assert said.strip() == "tieout: stopped: nothing is half done, the next run goes on"
        assert beat(books)["state"] == "started" and called(books) == []
        with locked(books):
            pass
    tieout("run", "--home", books, "--as-of", "2026-10-01")
    for folder in ("ledger/manifests", "ledger/segments", "outbox"):
        assert _drill.tree(books / folder) == _drill.tree(run_once / folder)
    assert _drill.leftovers(books) == []


def test_a_check_during_the_run_finds_nothing(opened: Path, closed: Path) -> None:
    shutil.copytree(opened / "inbox", closed / "inbox", dirs_exist_ok=True)
    deliver(closed, "late.xml")
    process = _drill.start(closed)
    checks = 0
    while process.poll() is None:
        said = tieout("check", "--home", closed, code=None)
        assert (said.returncode, said.stdout) == (0, ""), said.stdout
        checks += 1
    process.communicate()
    assert process.returncode == 0 and checks > 1


def test_a_run_that_only_lands_says_so_and_names_no_report(closed: Path) -> None:
    before = sorted(path.name for path in (closed / "reports").iterdir())
    said = tieout("run", "--only", "land", "--home", closed, "--as-of", "2026-10-02", env=NEXT).stdout.splitlines()
    assert said[0].startswith("run 20261002-") and said[1:] == ["nothing was judged, booked or published: `tieout run` goes on from here"]
    assert sorted(path.name for path in (closed / "reports").iterdir()) == before


def test_a_run_that_only_lands_says_what_it_finished_where_that_had_been_judged(books: Path) -> None:
    _drill.night(books, failpoint="judged")
    said = tieout("run", "--only", "land", "--home", books, "--as-of", "2026-10-01").stdout.splitlines()
    assert said[1:] == ["it had been judged before it was interrupted; nothing was published: `tieout run` goes on from here"]


def test_a_run_of_another_date_closes_the_one_that_was_left(books: Path) -> None:
    _drill.night(books, failpoint="land.committed:3")
    assert tieout("check", "--home", books).stdout == ""
    tieout("run", "--home", books, "--as-of", "2026-10-02", env=NEXT)
    assert [(str(day), code) for day, code in published(books, "SELECT as_of, exit_code FROM run ORDER BY seq")] == [("2026-10-01", 75), ("2026-10-02", 0)]
    assert published(books, "SELECT count(*) FROM file WHERE state = 'duplicate'") == [(0,)]
    assert published(books, "SELECT count(*), count(DISTINCT file_id) FROM file") == [(7, 7)]


def test_files_that_come_again_are_said_once_wherever_the_run_breaks_off(closed: Path, opened: Path) -> None:
    shutil.copytree(opened / "inbox", closed / "inbox", dirs_exist_ok=True)
    _drill.night(closed, failpoint="land.committed:3")
    tieout("run", "--home", closed, "--as-of", "2026-10-01")
    assert not [path for path in (closed / "inbox").rglob("*") if path.is_file()]
    assert published(closed, "SELECT count(*), count(DISTINCT name), count(DISTINCT known_at) FROM file WHERE state = 'duplicate'") == [(7, 7, 1)]


def test_what_arrives_before_a_finished_run_is_published_is_landed_too(closed: Path) -> None:
    _drill.night(closed, "run", "--as-of", "2026-10-02", failpoint="run.committed", now=NEXT["TIEOUT_NOW"])
    deliver(closed, "late.xml")
    folder = closed / "reports" / json.loads((closed / "ledger" / "run-start.json").read_text(encoding="utf-8"))["run_id"]
    folder.mkdir()
    (folder / ".tmp-1-exceptions.xlsx").write_bytes(b"half")  # as a kill in the middle of writing it leaves
    tieout("run", "--home", closed, "--as-of", "2026-10-02", env=NEXT)
    assert sorted(path.name for path in folder.iterdir()) == ["exceptions.xlsx", "status.html"]
    assert published(closed, "SELECT count(*) FROM run") == [(3,)]
    assert published(closed, "SELECT count(*) FROM file WHERE name = 'late.xml'") == [(1,)]


# Copies


def test_an_older_ledger_in_the_place_of_a_newer_one_is_noticed(closed: Path, tmp_path: Path) -> None:
    shutil.copytree(closed / "ledger", tmp_path / "backup")
    tieout("run", "--home", closed, "--as-of", "2026-10-02", env=NEXT)
    shutil.rmtree(closed / "ledger")
    shutil.copytree(tmp_path / "backup", closed / "ledger")
    assert "older copy" in tieout("check", "--home", closed, code=70).stdout
    assert "older copy" in tieout("run", "--home", closed, "--as-of", "2026-10-03", code=70).stderr
    # The way on that docs/operations.md describes.
    (closed / "reports" / "heartbeat.json").unlink()
    (closed / "audit" / "audit.duckdb").unlink()
    tieout("run", "--home", closed, "--as-of", "2026-10-02", env=NEXT)
    assert tieout("check", "--home", closed).stdout == ""


def test_a_backup_is_made_books_again(closed: Path, tmp_path: Path) -> None:
    """The drill of docs/operations.md: manifests, segments and kept files are the books, with what has gone out."""
    home = tmp_path / "drill"
    home.mkdir()
    shutil.copytree(closed / "ledger", home / "ledger", ignore=shutil.ignore_patterns("ledger.duckdb*", "tmp", ".lock"))
    shutil.copytree(closed / "mappings", home / "mappings")
    shutil.copyfile(closed / "tieout.toml", home / "tieout.toml")
    assert "the sealed file is gone" in tieout("check", "--home", home, code=70).stdout
    shutil.copytree(closed / "outbox", home / "outbox")
    assert tieout("check", "--home", home).stdout == ""
    assert tieout("audit", "head", "--home", home).stdout == tieout("audit", "head", "--home", closed).stdout
    tieout("audit", "publish", "--home", home)
    assert tieout("check", "--home", home).stdout == ""
    for table in ("sales_order", "settlement_line", "exception_event", "journal_line", "run"):
        assert published(home, f"SELECT * FROM {table} ORDER BY ALL") == published(closed, f"SELECT * FROM {table} ORDER BY ALL")


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
    tieout("run", "--home", home, "--as-of", "2026-10-04", env={"TIEOUT_NOW": "2026-10-04T04:00:00"})
