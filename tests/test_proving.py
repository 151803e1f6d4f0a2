"""The proof of a payout as an accountant reads it: bank, payout, buckets, lines, orders and clearing, and what does not tie."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import tieout
from test_month import published


def figures(home: Path, payout: str) -> dict[str, str]:
    lines = tieout("prove", payout, "--home", home).stdout.splitlines()
    return {m.group(1).strip(): m.group(2) for line in lines if (m := re.match(r"  (.{22}) +(-?[\d,.]+|-) [A-Z]{3}", line))}


def test_a_proven_payout_ties_on_every_side(closed_month: Path) -> None:
    for account, payout in published(closed_month, "SELECT account, payout_id FROM payout_proof WHERE state = 'proven' AND entry_ref IS NOT NULL ORDER BY ALL LIMIT 3"):
        said = figures(closed_month, f"{account}/{payout}")
        assert said["bank line"] == said["payout as announced"] == said["sum of buckets"] == said["sum of lines"]
        assert said["of orders"].lstrip("-") == said["clearing movement"].lstrip("-")
        assert [said[name] for name in ("bank less payout", "payout less lines", "orders less clearing")] == ["0.00"] * 3


def test_one_that_does_not_decompose_says_by_how_much(closed_month: Path) -> None:
    account, payout, residual = published(closed_month, "SELECT account, payout_id, residual FROM payout_proof WHERE residual <> 0 ORDER BY ALL LIMIT 1")[0]
    assert figures(closed_month, f"{account}/{payout}")["payout less lines"] == f"{residual:,.2f}"
