"""One rule text, one answer: every rule over the sample month and over small clean retailers, with every step of the engine's planner taken out in turn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import _plans
import pytest
from conftest import ROOT

from rules._rules import load

RULES = load()
HARD = ROOT.parent / "shared" / "hard"
pytestmark = pytest.mark.drill


def one_answer(home: Path, place: Path) -> int:
    """Statements that were compared; every one of them gave one answer."""
    with _plans.opened(home, place) as con:
        assert con.execute("SELECT count(*) > 0 FROM fact.main.line_fact").fetchall() == [(True,)]
        those = list(_plans.plans(_plans.optimizers(con)))
        assert _plans.disagreements(con, RULES, those) == []
        assert _plans.disagreements_on_empty(con, RULES) == []
    return len(those) * len(RULES)


def test_one_answer_on_the_month(closed_month: Path, tmp_path: Path, record_property) -> None:
    record_property("statements by another plan", one_answer(closed_month, tmp_path))


def test_one_answer_on_books_with_every_key(tmp_path: Path, record_property) -> None:
    con = _plans.with_every_key(tmp_path)
    those = list(_plans.plans(_plans.optimizers(con)))
    assert _plans.disagreements(con, RULES, those) == []
    assert _plans.disagreements_on_empty(con, RULES) == []
    record_property("statements by another plan", len(those) * len(RULES))


@pytest.mark.parametrize("case", ["clean", "chargeback"])
def test_one_answer_in_a_hard_world(case: str, tmp_path: Path, record_property) -> None:
    if not HARD.is_dir():
        pytest.skip("the hard worlds lie beside a checkout, in ../shared/hard, and are not here")
    words = ("--tieout", f"{sys.executable} -m tieout", "--work", tmp_path, "--only", case, "--keep", "--out", tmp_path / "results.json")
    subprocess.run([sys.executable, HARD / "corpus.py", *map(str, words)], cwd=ROOT, check=True, capture_output=True)
    record_property("statements by another plan", one_answer(tmp_path / case, tmp_path))
