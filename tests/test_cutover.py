"""Books that begin between two payouts: what is older proves payouts and raises nothing, what is later is judged and booked as ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import NOW, once, tieout
from test_exception_life import add, approve, closed, in_force, opened
from test_month import published

from tieout.ask.checking import check

DAY = "2026-09-12"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The books without a cut-over."""
    return closed(tmp_path_factory)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(home: Path) -> None:
        add(opened(home), "policies", f"skerry-ltd,cutover_on,{DAY},2025-01-01,")
        in_force(home, {"TIEOUT_NOW": NOW})
        tieout("run", "--home", home, "--as-of", "2026-10-01")

    return once(tmp_path_factory, "begun", make)


def test_what_is_older_raises_nothing_and_what_is_later_raises_what_it_did(begun: Path, base: Path) -> None:
    ids = "SELECT exception_id FROM exception WHERE state = 'open'"
    still, all_of_them, before = set(published(begun, ids)), set(published(base, ids)), set(published(begun, "SELECT exception_id FROM exception WHERE state = 'before_cutover'"))
    assert before and still and not still & before
    assert still | before >= all_of_them
    assert published(begun, f"SELECT e.code FROM exception AS e JOIN order_fact AS o ON e.subject_key = concat(o.store, '/', o.order_name) WHERE e.state = 'open' AND o.created_on < '{DAY}'") == []
    assert published(begun, f"SELECT e.code FROM exception AS e JOIN payout_proof AS p ON e.subject_key = concat(p.account, '/', p.payout_id) WHERE e.state = 'open' AND p.paid_on < '{DAY}'") == []
    assert published(begun, f"SELECT e.code FROM exception AS e JOIN tender AS t ON e.subject_kind = 'order_transaction' AND t.subject_key = e.subject_key WHERE e.state = 'open' AND t.created_on < '{DAY}'") == []


def test_payouts_are_proven_on_both_sides_of_the_day(begun: Path, base: Path) -> None:
    proofs = "SELECT account, payout_id, state FROM payout_proof ORDER BY ALL"
    assert published(begun, proofs) == published(base, proofs)
    assert published(begun, f"SELECT count(*) > 0 FROM payout_proof WHERE state = 'proven' AND paid_on < '{DAY}'") == [(True,)]


def test_only_what_is_later_is_booked(begun: Path) -> None:
    assert published(begun, f"SELECT count(*) FILTER (WHERE booked_on < '{DAY}'), count(*) > 0 FROM journal_entry") == [(0, True)]


def test_completeness_still_sums_with_the_older_ones_unlooked(begun: Path) -> None:
    assert check(begun) == []
    assert published(begun, "SELECT sum(unlooked) > 0 FROM completeness WHERE source = 'payout'") == [(True,)]


def test_a_later_cut_over_leaves_what_was_serious_under_review(shop: Path) -> None:
    approve(shop, "policies", f"skerry-ltd,cutover_on,{DAY},2025-01-01,")
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    events = published(shop, "SELECT DISTINCT severity IN ('block', 'high'), state, reason FROM exception_event WHERE reason LIKE 'the cut-over%' ORDER BY 1")
    assert (True, "review", "the cut-over of its entity was set after its day") in events
    assert not [row for row in events if row[0] and row[1] == "before_cutover"]
