"""Nights that were missed, and remotes that stay away: the next night takes everything up, says so once, and nothing is doubled."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _shop
import _sshd
import duckdb
import pytest
from conftest import tieout

CALL = """
[attention]
command = ["{python}", "-c", "import sys; open('called.json', 'a').write(sys.stdin.read())"]
"""
REMOTE = """
[[remote]]
name = "{name}"
host = "127.0.0.1"
port = {port}
user = "{user}"
key_file = "file:{key}"
known_hosts = "{hosts}"
pull = [{{ path = "{path}", feed = "{feed}" }}]
"""
STATEMENT = {"statement_0914.xml": "bank"}
SAME = (
    "SELECT code, subject_key, state, severity, difference, currency, cause FROM exception ORDER BY ALL",
    "SELECT account, payout_id, state, bank_amount, payout_amount, lines_net, entry_ref FROM payout_proof ORDER BY ALL",
    "SELECT entry_id, entity FROM journal_entry ORDER BY ALL",
    "SELECT source, currency, lines, amount, proven, in_transit, in_exception, resolved, unlooked FROM completeness ORDER BY ALL",
    "SELECT feed, name, state, rows, new FROM file ORDER BY ALL",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_sshd.Server]:
    started = _sshd.start(tmp_path / "server")
    yield started
    started.end()


def books(home: Path, opened_shop: Path, server: _sshd.Server, away: int) -> Path:
    """The shop before its nights, of whose files the later ones lie at two remotes; `away` is the port of the second one."""
    shutil.copytree(opened_shop, home)
    (home / "inbox" / "bank" / "statement_0914.xml").unlink()
    (home / "inbox" / "stripe" / "payout_reconciliation.csv").unlink()
    remotes(home, server, away)
    return home


def remotes(home: Path, server: _sshd.Server, away: int) -> None:
    """Both remotes in tieout.toml, the second one under this port."""
    path = home / "tieout.toml"
    host = server.known_hosts.read_text(encoding="utf-8").split(" ", 1)[1]
    hosts = server.folder / f"known_hosts_{away}"
    hosts.write_text("".join(f"[127.0.0.1]:{port} {host}" for port in {server.port, away}), encoding="utf-8")
    common = {"user": server.remote().user, "key": server.client_key, "hosts": hosts}
    told = [
        REMOTE.format(name="bank", port=server.port, path=server.out, feed="bank", **common),
        REMOTE.format(name="stripe", port=away, path=server.folder / "other", feed="stripe", **common),
    ]
    path.write_text(path.read_text(encoding="utf-8").partition("\n[[remote]]")[0].partition("\n[attention]")[0] + "".join(told) + CALL.format(python=sys.executable), encoding="utf-8")


def deliver(server: _sshd.Server) -> None:
    """What came to the remotes meanwhile, older than the minute of quiet."""
    (server.folder / "other").mkdir(exist_ok=True)
    then = time.time() - 3600
    for folder, name, text in ((server.out, "statement_0914.xml", _shop.files()["bank/statement_0914.xml"]), (server.folder / "other", "payout_reconciliation.csv", _shop.stripe())):
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (then, then))


def night(home: Path, day: int, code: int | None, hour: int = 4) -> tuple[str, list[dict[str, Any]]]:
    """A night of September: what it said on standard output, and what the attention command was given."""
    path = home / "called.json"
    path.unlink(missing_ok=True)
    done = tieout("run", "--home", home, "--as-of", f"2026-09-{day:02}", code=code, env={"TIEOUT_NOW": f"2026-09-{day:02}T{hour:02}:00:00"})
    return done.stdout, [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def published(home: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between the tries."""
    monkeypatch.setattr("tieout.remote.transfer.BACKOFF_SECONDS", 0)


def test_three_nights_missed_and_one_remote_down_are_caught_up_told_once_and_nothing_is_doubled(opened_shop: Path, server: _sshd.Server, tmp_path: Path) -> None:
    home = books(tmp_path / "missed", opened_shop, server, _sshd.free_port())
    _, first = night(home, 9, 75)
    assert [reason for one in first for reason in one["reasons"] if reason in ("nights_missed", "remote_away")] == []
    deliver(server)
    said, called = night(home, 15, 75)  # Thursday, Friday and Monday had none
    assert "no night on 3 business days, 2026-09-10 to 2026-09-14: what waited since is in this one" in said
    (document,) = called
    assert document["missed"] == ["2026-09-10", "2026-09-11", "2026-09-14"] and {"nights_missed", "remote_away"} <= set(document["reasons"])
    assert document["remotes"] == [{"remote": "stripe", "since": "2026-09-09"}] and document["errors"][0]["remote"] == "stripe"
    assert published(home, "SELECT name FROM file WHERE feed = 'bank' ORDER BY name") == [("statement_0907.xml",), ("statement_0914.xml",)], "the one that answered was not held up"
    metrics = (home / "reports" / "tieout.prom").read_text(encoding="utf-8")
    assert "tieout_run_missed_days 3\n" in metrics and 'tieout_remote_failed{remote="stripe"} 1\n' in metrics and 'tieout_remote_failed{remote="bank"} 0\n' in metrics
    before = [published(home, statement) for statement in SAME]
    for day, hour in ((15, 5), (15, 6), (16, 4)):  # systemd tries again after 75, the next night does
        again, told = night(home, day, 75, hour)
        assert "no night on" not in again and told == [], "told once"
    assert [published(home, statement) for statement in SAME] == before, "nothing is doubled"
    remotes(home, server, server.port)  # it is back
    assert night(home, 17, 0)[1] == []
    whole = books(tmp_path / "whole", opened_shop, server, server.port)
    for day in (9, 10, 11, 14, 15, 16, 17):
        night(whole, day, None)
    assert [published(home, statement) for statement in SAME] == [published(whole, statement) for statement in SAME], "the books are those of which no night was missed"
    assert len(published(home, "SELECT entry_id FROM journal_entry")) == len(set(published(home, "SELECT entry_id FROM journal_entry"))) > 0


@pytest.mark.parametrize("point", ["pull.placed:2", "pull.committed:1"])
def test_a_night_that_is_killed_while_two_remotes_send_ends_as_one_that_was_not(opened_shop: Path, server: _sshd.Server, tmp_path: Path, point: str) -> None:
    """Which of the two was further does not matter: what a remote had sent is known by its bytes, and the ledger takes it in the order of the names."""
    deliver(server)
    homes = [books(tmp_path / name, opened_shop, server, server.port) for name in ("killed", "whole")]
    env = {"TIEOUT_NOW": "2026-09-15T04:00:00"}
    tieout("run", "--home", homes[0], "--as-of", "2026-09-15", code=-9, env={**env, "TIEOUT_FAILPOINT": point})
    for home in homes:
        tieout("run", "--home", home, "--as-of", "2026-09-15", env=env)
    assert [published(homes[0], statement) for statement in SAME] == [published(homes[1], statement) for statement in SAME]
    order = "SELECT key FROM log_leaf WHERE key LIKE 'pulled:%' ORDER BY seq"
    assert published(homes[0], order) == published(homes[1], order) and [key.split(":")[1] for (key,) in published(homes[1], order)] == ["bank", "stripe"]


def test_a_remote_that_comes_back_and_goes_again_is_told_again(tmp_path: Path) -> None:
    from datetime import date

    from tieout.books.watching import remotes_down

    (tmp_path / "reports").mkdir()
    days = [date(2026, 9, day) for day in range(1, 9)]
    assert remotes_down(tmp_path, [], days[0]) == [] and not (tmp_path / "reports" / "remotes.json").exists()
    assert remotes_down(tmp_path, ["a"], days[0]) == [] == remotes_down(tmp_path, ["a"], days[0]), "in the first night, and when that is tried again, nobody is called"
    assert remotes_down(tmp_path, ["a", "b"], days[1]) == [{"remote": "a", "since": "2026-09-01"}]
    assert remotes_down(tmp_path, ["a", "b"], days[2]) == [{"remote": "b", "since": "2026-09-02"}]
    assert remotes_down(tmp_path, ["b"], days[3]) == [] == remotes_down(tmp_path, ["a", "b"], days[4])
    assert remotes_down(tmp_path, ["a", "b"], days[5]) == [{"remote": "a", "since": "2026-09-05"}]
    (tmp_path / "reports" / "remotes.json").write_text("{", encoding="utf-8")
    assert remotes_down(tmp_path, ["a"], days[6]) == [], "a file that cannot be read is begun anew"
