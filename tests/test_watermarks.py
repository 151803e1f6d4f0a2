"""What a night says when a source is missing: nothing that only the missing file would explain, what was not looked at is counted, and nothing goes to Odoo."""

from __future__ import annotations

import shutil
from pathlib import Path

import _shop
import pytest
from conftest import once, tieout
from test_month import published

OPEN = "SELECT code, subject_kind, subject_key, difference, currency FROM exception WHERE state = 'open' AND severity <> 'low' ORDER BY ALL"


def deliver(home: Path, aside: Path) -> None:
    shutil.copytree(aside, home / "inbox", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def without_odoo(tmp_path_factory: pytest.TempPathFactory, landed_month: Path) -> tuple[Path, Path]:
    """The sample month's night without the extracts of Odoo, and where they wait."""

    def make(place: Path) -> None:
        shutil.copytree(landed_month, place)
        tieout("run", "--home", place / "books", "--as-of", "2026-10-01")

    made = once(tmp_path_factory, "late", make)
    return made / "books", made / "aside"


def test_no_finding_that_the_missing_extract_explains(without_odoo: tuple[Path, Path], closed_month: Path) -> None:
    home, _ = without_odoo
    reading_odoo = {name for name, in published(home, "SELECT DISTINCT name FROM rule_need WHERE source LIKE 'odoo%'")}
    codes = {code for code, in published(home, "SELECT DISTINCT code FROM exception")}
    assert reading_odoo and codes
    assert set(published(home, OPEN)) < set(published(closed_month, OPEN))
    assert not codes & {"SO_MISSING", "NOT_INVOICED", "REFUND_NOT_CREDITED", "PAYOUT_NOT_POSTED", "FEED_MISSING"}


def test_what_was_not_looked_at_is_counted_and_printed(without_odoo: tuple[Path, Path]) -> None:
    home, _ = without_odoo
    counted = {rule: (count, state) for rule, count, state in published(home, "SELECT rule, not_evaluated, state FROM rule_run WHERE not_evaluated > 0")}
    orders = published(home, "SELECT count(*) FROM sales_order_current")[0][0]
    assert counted["O-01"] == counted["I-01"] == (orders, "no_source")
    shown = tieout("status", "--home", home).stdout
    assert f"O-01 order_not_in_odoo {orders}" in shown


def test_no_journal_file_without_an_extract(without_odoo: tuple[Path, Path]) -> None:
    home, _ = without_odoo
    assert not list((home / "outbox").rglob("journal_*.csv"))
    assert published(home, "SELECT count(*) FROM journal_entry")[0][0] > 0
    assert published(home, "SELECT count(*) FROM journal_entry WHERE entry_id NOT IN (SELECT entry_id FROM held_entry WHERE reason = 'extract_missing')") == [(0,)]


def test_delivered_a_night_later_the_answers_are_those_of_the_month(without_odoo: tuple[Path, Path], closed_month: Path, tmp_path: Path) -> None:
    late, aside = without_odoo
    home = tmp_path / "books"
    shutil.copytree(late, home)
    deliver(home, aside)
    tieout("run", "--home", home, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    assert published(home, OPEN) == published(closed_month, OPEN)
    assert published(home, "SELECT count(*) FROM exception_event WHERE action = 'review'") == [(0,)]
    in_odoo = {ref for ref, in published(home, "SELECT payout_id FROM payout_entry")}
    files = list((home / "outbox").rglob("journal_*.csv"))
    assert files
    sent = {ref for ref, in published(home, "SELECT e.ref FROM export_entry AS x JOIN journal_entry AS e ON e.entry_id = x.entry_id WHERE e.kind = 'J-02'")}
    assert sent and not sent & in_odoo


def test_a_late_bank_is_one_finding_and_payouts_wait(tmp_path: Path) -> None:
    home, aside = _shop.books(tmp_path / "books", _shop.TOML.replace('bank_account = "current"', 'bank_account = "current"\nexpected = "daily"\nowner = "treasury"')), tmp_path / "aside"
    # The later payout is on its statement, the earlier one is on none.
    (home / "inbox" / "bank" / "statement_0907.xml").write_text(_shop.statement("2026-09-07", "1000.00", "988.00", [_shop.ENTRIES[2]], 41), encoding="utf-8")
    (home / "inbox" / "bank" / "statement_0914.xml").write_text(_shop.statement("2026-09-14", "988.00", "1051.40", [_shop.ENTRIES[1]], 42), encoding="utf-8")
    shutil.move(home / "inbox" / "bank", aside / "bank")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    assert published(home, "SELECT subject_key, owner, entity FROM exception WHERE code = 'FEED_MISSING'") == [("bank", "treasury", "skerry-ltd")]
    waiting = "SELECT count(*) FROM exception WHERE code = 'PAYOUT_NOT_IN_BANK' AND state = 'open'"
    assert published(home, waiting) == [(0,)]
    count, payouts = published(home, "SELECT not_evaluated, (SELECT count(*) FROM payout_proof WHERE status = 'paid') FROM rule_run WHERE name = 'payout_not_on_bank_statement'")[0]
    assert count >= payouts > 0
    deliver(home, aside)
    tieout("run", "--home", home, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    event = published(home, "SELECT action, reason FROM exception_event WHERE code = 'FEED_MISSING' ORDER BY \"at\"")
    assert event[1][0] == "gone" and event[1][1].startswith("removed by file ")
    assert published(home, waiting) == [(1,)]
