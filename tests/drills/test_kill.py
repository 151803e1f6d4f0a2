"""Killed at random moments over run → export → push: nothing lost, nothing twice, nothing half under a final name, every byte as in the undisturbed nights."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import _drill
import pytest
from conftest import tieout

from tieout.ask.checking import check

# How often one night is killed before it may end.
PER_NIGHT = 5
# The long drill in as many parts, for as many processes as there are.
PARTS = 8
LATER = "2026-10-02T04:00:00"
# The state after each of the two nights, and the seconds of the longer one.
Undisturbed = tuple[list[dict[str, str]], float]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_drill.Drill]:
    made = _drill.few(tmp_path_factory)
    yield made
    made.server.end()


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_drill.Drill]:
    folder = tmp_path_factory.mktemp("drill")
    made = _drill.prepare(folder, _drill.small(folder / "opened", kept=_drill.KEPT))
    yield made
    made.server.end()


@pytest.fixture(scope="module")
def nights(drill: _drill.Drill) -> Undisturbed:
    return undisturbed(drill)


def second_day(home: Path) -> None:
    """What arrives the day after: a statement, and the first orders once more under another name."""
    shutil.copyfile(_drill.SAMPLE / "inbox" / "cascade-usd" / "camt053_cascade-usd_20260917.xml", home / "inbox" / "cascade-usd" / "camt053_cascade-usd_20260917.xml")
    (home / "inbox" / "pdx-orders").mkdir(exist_ok=True)
    shutil.copyfile(_drill.SAMPLE / "inbox" / "pdx-orders" / _drill.PULLED, home / "inbox" / "pdx-orders" / "again.csv")


NIGHTS = ((lambda home: None, ("run", "--as-of", _drill.AS_OF), _drill.NOW, 65), (second_day, ("run", "--as-of", "2026-10-02"), LATER, 0))


def undisturbed(drill: _drill.Drill) -> Undisturbed:
    """The state after each of the nights, and how long the longest one takes."""
    home, states, longest = drill.copy("undisturbed"), [], 0.0
    for arrive, words, now, code in NIGHTS:
        arrive(home)
        started = time.monotonic()
        _drill.night(home, *words, now=now, code=code)
        longest = max(longest, time.monotonic() - started)
        states.append(_drill.state(home, drill.server))
    return states, longest


def reached(home: Path, drill: _drill.Drill, before: dict[str, str]) -> str:
    """How far a killed night had come."""
    done = {name.split("/")[0] if "/" in name else name for name in _drill.state(home, drill.server).keys() - before.keys()}
    return next((told for kind, told in (("remote", "while pushing"), ("outbox", "while exporting"), ("ledger", "while landing or judging")) if kind in done), "before landing")


def kill_drill(drill: _drill.Drill, nights: Undisturbed, kills: int, seed: int) -> Counter[str]:
    """Kill that often, a few times in each of the undisturbed nights, which then end; how many kills met a living run, by how far it had come."""
    rng = random.Random(seed)
    states, seconds = nights
    met: Counter[str] = Counter()
    while met.total() < kills:
        home = drill.copy("killed")
        for (arrive, words, now, code), wanted in zip(NIGHTS, states, strict=True):
            arrive(home)
            before = _drill.state(home, drill.server)
            for _ in range(PER_NIGHT):
                process = _drill.start(home, *words, now=now)
                time.sleep(rng.uniform(0.2, seconds))
                process.kill()
                process.communicate()
                if ended(home, words[2]):
                    break
                assert process.returncode < 0, process.returncode
                met[reached(home, drill, before)] += 1
            if not ended(home, words[2]):
                _drill.night(home, *words, now=now, code=code)
            _drill.same(home, drill, wanted, f"seed {seed}, {met.total()} kills")
            tieout("check", "--home", home)
    return met


def ended(home: Path, as_of: str) -> bool:
    """Whether a killed run had come to its very end: it is not run again, since the repeat of a finished run adds its own record."""
    beat = json.loads((home / "reports" / "heartbeat.json").read_text()) if (home / "reports" / "heartbeat.json").exists() else {}
    started = (home / "ledger" / "run-start.json").exists()
    return not started and beat.get("state") == "ended" and str(beat["run_id"]).startswith(as_of.replace("-", ""))


def test_one_night_killed_where_a_file_was_pushed_and_that_is_not_yet_noted(few: _drill.Drill) -> None:
    wanted, home = few.wanted, few.copy("killed")
    _drill.night(home, failpoint="push.renamed")
    _drill.night(home)
    _drill.same(home, few, wanted, "push.renamed")
    assert check(home) == []


@pytest.mark.drill
@pytest.mark.parametrize("part", range(PARTS))
def test_many_kills(drill: _drill.Drill, nights: Undisturbed, record_property: Callable[[str, int], None], part: int) -> None:
    wanted = -(-_drill.count("kills") // PARTS)
    met = kill_drill(drill, nights, wanted, seed=2 + part)
    assert met.total() >= wanted
    for told, count in met.items():
        record_property(f"killed {told}, nothing lost, doubled or partial", count)
