"""What a night says when a source is missing: nothing that only the missing file would explain, what was not looked at is counted, and nothing goes to Odoo."""

from __future__ import annotations

import shutil
from pathlib import Path

import _shop
import pytest
from conftest import in_force, once, tieout
from test_month import published
from test_outputs import with_odoo
from test_reversal import in_odoo

OPEN = "SELECT code, subject_kind, subject_key, difference, currency FROM exception WHERE state = 'open' AND severity <> 'low' ORDER BY ALL"


def waiting(home: Path) -> Path:
    """The small shop whose earlier payout is on no statement and posted in Odoo by hand, and whose last order Odoo does not have."""
    with_odoo(_shop.books(home, _shop.TOML.replace('bank_account = "current"', 'bank_account = "current"\nexpected = "daily"\nowner = "treasury"')))
    (home / "inbox" / "bank" / "statement_0907.xml").write_text(_shop.statement("2026-09-07", "1000.00", "988.00", [_shop.ENTRIES[2]], 41), encoding="utf-8")
    (home / "inbox" / "bank" / "statement_0914.xml").write_text(_shop.statement("2026-09-14", "988.00", "1051.40", [_shop.ENTRIES[1]], 42), encoding="utf-8")
    in_odoo(home, "2026-10-01", [("", "po_A", "2026-09-04", "126.50")])
    rows = [f"{n},S0000{n},{name},{name},Sales Order,To Invoice,{day} 09:00:00,Skerry Wool Ltd,EUR,{total},0.00,{total},2026-10-01 03:00:00\n" for n, (name, day, total, *_) in enumerate(_shop.ORDERS[:-1], 1)]
    header = "ID,Order Reference,Customer Reference,Source Document,Status,Invoice Status,Order Date,Company,Currency,Untaxed Amount,Taxes,Total,Last Updated on\n"
    (home / "inbox" / "odoo" / "Sales Order (sale.order).csv").write_text(header + "".join(rows), encoding="utf-8")
    return in_force(home)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night of everything in time."""

    def make(home: Path) -> None:
        tieout("run", "--home", waiting(home), "--as-of", "2026-10-01")

    return once(tmp_path_factory, "in-time", make)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The night without the bank and the extracts of Odoo, and where they wait."""

    def make(place: Path) -> None:
        home = waiting(place / "books")
        for feed in ("odoo", "bank"):
            shutil.move(home / "inbox" / feed, place / "aside" / feed)
            (home / "inbox" / feed).mkdir()
        tieout("run", "--home", home, "--as-of", "2026-10-01")

    made = once(tmp_path_factory, "late", make)
    return made / "books", made / "aside"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory, late: tuple[Path, Path]) -> Path:
    """The same a night later, when they have come."""

    def make(home: Path) -> None:
        shutil.copytree(late[0], home)
        shutil.copytree(late[1], home / "inbox", dirs_exist_ok=True)
        tieout("run", "--home", home, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})

    return once(tmp_path_factory, "delivered", make)


def test_no_finding_that_the_missing_extract_explains(late: tuple[Path, Path], whole: Path) -> None:
    home, _ = late
    reading_odoo = {name for name, in published(home, "SELECT DISTINCT name FROM rule_need WHERE source LIKE 'odoo%'")}
    found = [row for row in published(home, OPEN) if row[0] != "FEED_MISSING"]
    assert reading_odoo and found
    assert set(found) < set(published(whole, OPEN))
    odoo = {"SO_MISSING", "NOT_INVOICED", "REFUND_NOT_CREDITED", "PAYOUT_NOT_POSTED"}
    assert not {row[0] for row in found} & odoo
    assert {code for code, in published(whole, "SELECT code FROM exception")} & odoo


def test_what_was_not_looked_at_is_counted_and_printed(late: tuple[Path, Path]) -> None:
    home, _ = late
    counted = {rule: (count, state) for rule, count, state in published(home, "SELECT rule, not_evaluated, state FROM rule_run WHERE not_evaluated > 0")}
    orders = published(home, "SELECT count(*) FROM sales_order_current")[0][0]
    assert counted["O-01"] == counted["I-01"] == (orders, "no_source")
    shown = tieout("status", "--home", home).stdout
    assert f"O-01 so_missing {orders}" in shown


def test_no_journal_file_without_an_extract(late: tuple[Path, Path]) -> None:
    home, _ = late
    assert not list((home / "outbox").rglob("journal_*.csv"))
    assert published(home, "SELECT count(*) FROM journal_entry")[0][0] > 0
    assert published(home, "SELECT count(*) FROM journal_entry WHERE entry_id NOT IN (SELECT entry_id FROM held_entry WHERE reason = 'extract_missing')") == [(0,)]


def test_delivered_a_night_later_the_answers_are_those_of_the_night_in_time(delivered: Path, whole: Path) -> None:
    assert published(delivered, OPEN) == published(whole, OPEN)
    assert published(delivered, "SELECT count(*) FROM exception_event WHERE action = 'review'") == [(0,)]
    in_odoo = {ref for ref, in published(delivered, "SELECT payout_id FROM payout_entry")}
    assert in_odoo and list((delivered / "outbox").rglob("journal_*.csv"))
    sent = {ref for ref, in published(delivered, "SELECT e.ref FROM export_entry AS x JOIN journal_entry AS e ON e.entry_id = x.entry_id WHERE e.kind = 'J-02'")}
    assert sent and not sent & in_odoo


def test_a_late_bank_is_one_finding_and_payouts_wait(late: tuple[Path, Path], delivered: Path) -> None:
    home, _ = late
    assert published(home, "SELECT subject_key, owner, entity FROM exception WHERE code = 'FEED_MISSING'") == [("bank", "treasury", "skerry-ltd")]
    waiting = "SELECT count(*) FROM exception WHERE code = 'PAYOUT_NOT_IN_BANK' AND state = 'open'"
    assert published(home, waiting) == [(0,)]
    count, payouts = published(home, "SELECT not_evaluated, (SELECT count(*) FROM payout_proof WHERE status = 'paid') FROM rule_run WHERE name = 'payout_not_in_bank'")[0]
    assert count >= payouts > 0
    event = published(delivered, "SELECT action, reason FROM exception_event WHERE code = 'FEED_MISSING' ORDER BY \"at\"")
    assert event[1][0] == "gone" and event[1][1].startswith("removed by file ")
    assert published(delivered, waiting) == [(1,)]
