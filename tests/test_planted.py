"""A clean month says nothing, and a night of planted defects says each of them and nothing else: the short version of `make catch`."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import defects
from planted.clean import wrong
from planted.month import Month, clean
from planted.playing import ALL, nights, play, shared

from rules._rules import load

FEW = ("SO_TOTAL_DIFF", "INVOICE_DUPLICATE", "REFUND_NOT_CREDITED", "PAYOUT_NOT_IN_BANK", "BANK_FEE_UNEXPECTED", "POSTED_TWICE", "SETTLED_TWICE", "LINE_WITHOUT_ORDER", "FEE_OVERCHARGED",
       "CLEARING_FOREIGN_ENTRY", "ERP_BANK_LINE_MISSING", "DISPUTE_LINE_MISSING", "FULFILMENT_DIFF", "TAX_AMOUNT_DIFF", "SO_LINE_DIFF", "HUB_FALSE_SUCCESS")  # fmt: skip
SEED = 2


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


@pytest.fixture(scope="module")
def month(work: Path) -> Month:
    return clean(SEED, work)


def test_a_clean_month_says_nothing(month: Month, work: Path) -> None:
    assert wrong(nights(month, work)) == []


def test_a_night_of_defects_says_each_of_them_and_nothing_else(work: Path) -> None:
    chosen = {d.code: d for d in ALL.values() if d.code in FEW and not d.night}
    results = play(chosen.values(), SEED, work, quick=True)
    assert [(r.defect.name, r.missed, r.secondary) for r in results if r.missed or r.secondary or r.no_victim] == []
    assert len(results) == len(FEW)


def test_every_defect_names_a_code_of_a_rule_and_has_a_night() -> None:
    assert defects
    codes = {rule.header.code for rule in load() if rule.header.kind == "check"}
    assert {d.code for d in ALL.values()} <= codes
    assert sorted(d.name for night in shared(ALL.values()) for d in night) == sorted(ALL)
