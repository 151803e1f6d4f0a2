"""Killed at random moments over run → export → push: nothing lost, nothing twice, nothing half under a final name, every byte as in the undisturbed nights."""

from __future__ import annotations

import json
import random
import shutil
import time

import _drill
import pytest

# How often one night is killed before it may end.
PER_NIGHT = 5
LATER = "2026-10-02T04:00:00"


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory):
    made = _drill.prepare(tmp_path_factory.mktemp("drill"))
    yield made
    made.server.end()


def second_day(home: _drill.Path) -> None:
    """What arrives the day after: a statement, and the first orders once more under another name."""
    shutil.copyfile(_drill.SAMPLE / "inbox" / "cascade-usd" / "camt053_cascade-usd_20260903.xml", home / "inbox" / "cascade-usd" / "camt053_cascade-usd_20260903.xml")
    (home / "inbox" / "pdx-orders").mkdir(exist_ok=True)
    shutil.copyfile(_drill.SAMPLE / "inbox" / "pdx-orders" / _drill.PULLED, home / "inbox" / "pdx-orders" / "again.csv")


NIGHTS = ((lambda home: None, ("run", "--as-of", _drill.AS_OF), _drill.NOW, 65), (second_day, ("run", "--as-of", "2026-10-02"), LATER, 0))


def undisturbed(drill: _drill.Drill) -> tuple[list[dict[str, str]], float]:
    """The state after each of the nights, and how long the longer one takes."""
    home, states, longest = drill.copy("undisturbed"), [], 0.0
    for arrive, words, now, code in NIGHTS:
        arrive(home)
        started = time.monotonic()
        _drill.night(home, *words, now=now, code=code)
        longest = max(longest, time.monotonic() - started)
        states.append(_drill.state(home, drill.server))
    return states, longest


def kill_drill(drill: _drill.Drill, kills: int, seed: int) -> int:
    """Kill that often, five times a night and then until it ends; how many kills met a living run."""
    rng = random.Random(seed)
    states, seconds = undisturbed(drill)
    met = 0
    while met < kills:
        home = drill.copy("killed")
        for (arrive, words, now, code), wanted in zip(NIGHTS, states, strict=True):
            arrive(home)
            for _ in range(PER_NIGHT):
                process = _drill.start(home, *words, now=now)
                time.sleep(rng.uniform(0.2, seconds))
                process.kill()
                process.communicate()
                if ended(home, words[2]):
                    break
                assert process.returncode < 0, process.returncode
                met += 1
            if not ended(home, words[2]):
                _drill.night(home, *words, now=now, code=code)
            _drill.same(home, drill, wanted, f"seed {seed}, {met} kills")
    return met


def ended(home: _drill.Path, as_of: str) -> bool:
    """Whether a killed run had come to its very end: it is not run again, since the repeat of a finished run adds its own record."""
    beat = json.loads((home / "reports" / "heartbeat.json").read_text()) if (home / "reports" / "heartbeat.json").exists() else {}
    started = (home / "ledger" / "run-start.json").exists()
    return not started and beat.get("state") == "ended" and str(beat["run_id"]).startswith(as_of.replace("-", ""))


def test_a_few_kills(drill: _drill.Drill) -> None:
    assert kill_drill(drill, 3, seed=1) >= 3


@pytest.mark.drill
def test_many_kills(drill: _drill.Drill) -> None:
    assert kill_drill(drill, _drill.count("kills"), seed=2) >= _drill.count("kills")
