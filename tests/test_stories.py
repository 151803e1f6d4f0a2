"""The page of five stories is what the command prints of books in which they happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, tieout
from planted.month import clean
from planted.stories import STORIES, told

PAGE = ROOT / "docs" / "stories.md"
SEED = 1


def test_the_page_of_stories_is_what_the_command_prints(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = told(clean(SEED, tmp_path), tmp_path, lambda *words: tieout(*words).stdout)
    if request.config.getoption("--update"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(STORIES)
    for code in ("ORDER_CHANGED_AFTER_SETTLEMENT", "REFUND_OUTSIDE_SHOPIFY", "BANK_FEE_UNEXPECTED", "GIFTCARD_INTERCOMPANY", "FACILITATOR_TAX_BOOKED"):
        assert page.count(f"exception {code}") == 1, "its trace has it, and that of no other"
