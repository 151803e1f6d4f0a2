"""Killed at every durable step, the night ends as if nothing had happened: the same manifests, segments, exports and reports, to the byte. The drill of every day is in test_kill."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import _drill
import pytest
from conftest import tieout

from ledger.failpoints import FAILPOINTS

BY_HAND = ("replay.", "discard.")
OF_THE_NIGHT = [name for name in FAILPOINTS if not name.startswith(BY_HAND)]
# Later times of points that are passed often: in the middle and near the end of the night.
AGAIN = ["manifest.linked:4", "manifest.linked:9", "cache.applied:11", "segment.linked:12", "write.synced:7", "link.made:14", "land.committed:5", "export.placed:2", "export.committed:2", "push.renamed:2"]


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


@pytest.mark.drill
def test_the_undisturbed_night_does_every_kind_of_step(drill: _drill.Drill) -> None:
    kinds = {name.rpartition("/")[0] for name in drill.wanted}
    assert {"ledger/manifests", "ledger/raw", "ledger/vault", "dead-letters/pdx-shopify", "dead-letters/pdx-orders", "outbox/finance/hp-us", "outbox/finance/hp-ie", "remote"} <= kinds
    assert [name for name in drill.wanted if name.startswith("remote/journal_")], "no journal file was pushed"


@pytest.mark.drill
@pytest.mark.parametrize("name", [*OF_THE_NIGHT, *AGAIN])
def test_killed_at(drill: _drill.Drill, record_property: Callable[[str, int], None], name: str) -> None:
    wanted, home = drill.wanted, drill.copy("killed")
    _drill.night(home, failpoint=name)
    if name != "run.ended":
        _drill.night(home)
    _drill.same(home, drill, wanted, name)
    tieout("check", "--home", home)
    record_property("killed at a durable step, nothing lost, doubled or partial", 1)


@pytest.mark.drill
@pytest.mark.parametrize(("verb", "code"), [("replay", 65), ("discard", 0)])
def test_a_dead_letter_killed_on_its_way(few: _drill.Drill, verb: str, code: int) -> None:
    night = few.copy("dead")
    _drill.night(night)
    words = ["dead-letter", verb, "broken.csv", "--as", "jane"] + (["--reason", "not needed"] if verb == "discard" else [])
    states = {}
    for name in ("", *(n for n in FAILPOINTS if n.startswith(verb))):
        home = Path(f"{night}-{verb}-{name}")
        shutil.copytree(night, home)
        _drill.night(home, *words, failpoint=name, code=0)
        _drill.night(home, now="2026-10-01T05:00:00", code=code)
        states[name] = _drill.state(home, few.server)
        assert _drill.leftovers(home) == []
    assert all(state == states[""] for state in states.values()), verb
