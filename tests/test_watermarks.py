"""What a night says when a source is missing: nothing that only the missing file would explain, what was not looked at is counted, and nothing goes to Odoo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import opened, tieout
from test_month import published

ODOO = ("hp-us-odoo", "hp-ie-odoo")
OPEN = "SELECT code, subject_kind, subject_key, difference, currency FROM exception WHERE state = 'open' AND severity <> 'low' ORDER BY ALL"


def withhold(home: Path, feeds: tuple[str, ...], aside: Path) -> None:
    for feed in feeds:
        shutil.copytree(home / "inbox" / feed, aside / feed)
        for path in (home / "inbox" / feed).iterdir():
            path.unlink()


def deliver(home: Path, aside: Path) -> None:
    shutil.copytree(aside, home / "inbox", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def without_odoo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample month's night without the extracts of Odoo, and where they wait."""
    home, aside = opened(tmp_path_factory.mktemp("late") / "books"), tmp_path_factory.mktemp("aside")
    withhold(home, ODOO, aside)
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    return home, aside


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
    home, aside = opened(tmp_path / "books"), tmp_path / "aside"
    settings = home / "tieout.toml"
    before, mark, after = settings.read_text(encoding="utf-8").partition('name = "cascade-usd"')
    settings.write_text(before + mark + after.replace('expected = "never"', 'expected = "daily"', 1), encoding="utf-8")
    withhold(home, ("cascade-usd",), aside)
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    assert published(home, "SELECT subject_key, owner, entity FROM exception WHERE code = 'FEED_MISSING'") == [("cascade-usd", "treasury", "hp-us")]
    assert published(home, "SELECT count(*) FROM exception WHERE code = 'PAYOUT_NOT_IN_BANK' AND state = 'open' AND entity = 'hp-us'") == [(0,)]
    count, payouts = published(home, "SELECT not_evaluated, (SELECT count(*) FROM payout_proof WHERE status = 'paid' AND entity = 'hp-us') FROM rule_run WHERE name = 'payout_not_on_bank_statement'")[0]
    assert count >= payouts > 0
    deliver(home, aside)
    tieout("run", "--home", home, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    event = published(home, "SELECT action, reason FROM exception_event WHERE code = 'FEED_MISSING' ORDER BY \"at\"")
    assert event[1][0] == "gone" and event[1][1].startswith("removed by file ")
    assert published(home, "SELECT count(*) FROM exception WHERE code = 'PAYOUT_NOT_IN_BANK' AND state = 'open' AND entity = 'hp-us'") == [(1,)]
