"""How an exception ends: on a named row, a named mapping, or under review when nothing of its subject explains it."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import NOW, once, tieout
from test_month import published
from test_outputs import with_odoo

SALE_ORDER = "ID,Order Reference,Customer Reference,Source Document,Status,Invoice Status,Order Date,Company,Currency,Untaxed Amount,Taxes,Total,Last Updated on\n"
INVOICE = "ID,Number,Type,Status,Payment Status,Date,Invoice/Bill Date,Reference,Currency,Untaxed Amount,Tax,Total,Total Signed,Company,Last Updated on\n"
THIRD = (("txn_8", "po_C", "2026-09-18", "#105", "charge", "33.00", "0.75"), ("txn_9", "po_C", "2026-09-18", "", "payout", "-32.25", "0.00"))
DAYS = ("2026-10-02", "2026-10-03", "2026-10-04")


def add(home: Path, file: str, row: str) -> None:
    path = home / "mappings" / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")


def approve(home: Path, file: str, row: str, env: dict[str, str] | None = None) -> None:
    add(home, file, row)
    in_force(home, env or {"TIEOUT_NOW": "2026-10-02T04:00:00"})


def in_force(home: Path, env: dict[str, str]) -> None:
    tieout("mapping", "propose", "--home", home, "--as", "jane", env=env)
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane", env=env)


def history(home: Path, code: str, key: str) -> list[tuple[str, str, str | None]]:
    return published(home, f"SELECT action, state, reason FROM exception_event WHERE code = '{code}' AND subject_key = '{key}' ORDER BY \"at\"")


def found(home: Path, code: str, key: str) -> str:
    """The id of the exception of this code on this subject."""
    return str(published(home, f"SELECT exception_id FROM exception WHERE code = '{code}' AND subject_key = '{key}'")[0][0])


def sale_order(home: Path, number: int, written: str) -> None:
    """A further extract of Odoo with the sale order of one of the shop's orders."""
    name, day, total, *_ = _shop.ORDERS[number - 1]
    row = f"{number},S0000{number},{name},{name},Sales Order,To Invoice,{day} 09:00:00,Skerry Wool Ltd,EUR,{total},0.00,{total},{written}\n"
    (home / "inbox" / "odoo" / f"sale_{number}.csv").write_text(SALE_ORDER + row, encoding="utf-8")


def opened(home: Path) -> Path:
    """The small shop with something of every kind that ends, before its night and its mappings not yet in force."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_shop, "LINES", (*_shop.LINES, *THIRD))
        with_odoo(_shop.books(home))
        header, *lines = _shop.stripe().splitlines()
    # the last order was paid by a gateway that no mapping has; of it and the one before Odoo knows nothing
    transactions = home / "inbox" / "shop" / "transactions_export_1.csv"
    transactions.write_text(transactions.read_text(encoding="utf-8").replace("7005,#105,sale,stripe", "7005,#105,sale,swap"), encoding="utf-8")
    for number in (1, 2, 3):
        sale_order(home, number, "2026-10-01 02:00:00")
    # two invoices have a tax that their orders do not have; the bank kept forty cents of po_B, whose line names it
    rows = [f"{n},INV/{n},Customer Invoice,Posted,Paid,{day},{day},{name},EUR,{Decimal(total) - 1},1.00,{total},{total},Skerry Wool Ltd,2026-10-01 03:00:00\n" for n, (name, day, total, *_) in enumerate(_shop.ORDERS[:2], 11)]
    (home / "inbox" / "odoo" / "invoices.csv").write_text(INVOICE + "".join(rows), encoding="utf-8")
    traced = [f"{header},trace_id", *(f"{line},{'TRACE7' if line.startswith('po_B,') else ''}" for line in lines)]
    (home / "inbox" / "stripe" / "payout_reconciliation.csv").write_text("\n".join(traced) + "\n", encoding="utf-8")
    entries = [("2026-09-14", "63.00", "STRIPE TRACE7", "SKB0002"), _shop.ENTRIES[2]]
    (home / "inbox" / "bank" / "statement_0914.xml").write_text(_shop.statement("2026-09-14", "1123.85", "1174.85", entries, 42), encoding="utf-8")
    third = _shop.statement("2026-09-21", "1174.85", "1207.10", [("2026-09-21", "32.25", "Stripe payout po_C", "SKB0004")], 43)
    (home / "inbox" / "bank" / "statement_0921.xml").write_text(third, encoding="utf-8")
    return home


def closed(factory: pytest.TempPathFactory) -> Path:
    """The same after it, read alone."""

    def make(home: Path) -> None:
        in_force(opened(home), {"TIEOUT_NOW": NOW})
        tieout("run", "--home", home, "--as-of", "2026-10-01")

    return once(factory, "life-base", make)


def _nights(folder: Path, base: Path) -> None:
    home = Path(shutil.copytree(base, folder / "books"))

    def night(day: str) -> None:
        tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T04:00:00"})
        (folder / day / "audit").mkdir(parents=True)
        shutil.copy2(home / "audit" / "audit.duckdb", folder / day / "audit")

    first, second, third = DAYS
    # two tolerances that hide what was found, and a mapping that concerns no subject that is open; a sale order that was missing comes
    add(home, "tolerances", "T-01,per_line,99.00,,2026-01-01,\nY-07,charge,50.00,,2026-01-01,")
    approve(home, "stores", "spare,skerry-ltd,shopify,UTC,EUR,false,2026-01-01,")
    sale_order(home, 4, f"{first} 02:00:00")
    night(first)
    # the other sale order comes, and gateways change, one of them missing until now
    sale_order(home, 5, f"{second} 02:00:00")
    approve(home, "gateways", "skerry,swap,manual,2025-01-01,\nskerry,barter,manual,2026-01-01,", env={"TIEOUT_NOW": f"{second}T03:00:00"})
    night(second)
    # somebody signs one of those under review; the tolerance is narrow again
    signed = found(home, "TAX_AMOUNT_DIFF", "skerry/#101")
    tieout("exception", "resolve", signed, "--home", home, "--reason", "RULE_CHANGED", "--as", "jane", env={"TIEOUT_NOW": f"{second}T05:00:00"})
    path = home / "mappings" / "tolerances.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("99.00", "0.01"), encoding="utf-8")
    in_force(home, {"TIEOUT_NOW": f"{third}T03:00:00"})
    night(third)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return closed(tmp_path_factory)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, base: Path) -> list[Path]:
    """What was published after each of three nights that follow."""
    made = once(tmp_path_factory, "life", lambda folder: _nights(folder, base))
    return [made / day for day in DAYS]


def test_a_cured_exception_names_the_row_that_cured_it(nights: list[Path]) -> None:
    first, _, _ = nights
    (opened, _, _), (gone, state, reason) = history(first, "SO_MISSING", "skerry/#104")
    assert (opened, gone, state) == ("opened", "gone", "gone")
    file_id, row_no = published(first, "SELECT file_id, row_no FROM odoo_sale_order WHERE odoo_id = '4'")[0]
    assert reason == f"removed by odoo_sale_order {file_id}:{row_no}"
    evidence = published(first, "SELECT evidence FROM exception WHERE code = 'SO_MISSING' AND subject_key = 'skerry/#104'")[0][0]
    assert evidence.endswith(f'"{file_id}:{row_no}"]') and evidence.count(":") == 2


def test_a_tolerance_that_hides_a_serious_one_puts_it_under_review_until_somebody_signs(nights: list[Path]) -> None:
    first, second, third = nights
    key = "skerry/#101"
    assert history(first, "TAX_AMOUNT_DIFF", key)[1:] == [("review", "review", "no new row of its subject: mapping tolerances changed")]
    assert len(history(second, "TAX_AMOUNT_DIFF", key)) == 2
    assert [row[0] for row in history(third, "TAX_AMOUNT_DIFF", key)] == ["opened", "review", "resolved"]


def test_what_is_found_again_is_reopened_under_its_own_id(nights: list[Path], base: Path) -> None:
    before = (found(base, "TAX_AMOUNT_DIFF", "skerry/#102"), "skerry/#102")
    assert published(nights[2], "SELECT exception_id, subject_key FROM exception WHERE code = 'TAX_AMOUNT_DIFF' AND state = 'open'") == [before]
    assert [row[0] for row in history(nights[2], "TAX_AMOUNT_DIFF", before[1])] == ["opened", "review", "reopened"]


def test_a_medium_one_goes_with_the_reason_said(nights: list[Path]) -> None:
    assert history(nights[0], "BANK_FEE_UNEXPECTED", "current/SKB0002")[1:] == [("gone", "gone", "no new row of its subject: mapping tolerances changed")]


def test_a_missing_mapping_is_cured_by_the_approved_row(nights: list[Path]) -> None:
    action, state, reason = history(nights[1], "GATEWAY_UNMAPPED", "skerry/#105/1")[1]
    assert (action, state) == ("gone", "gone")
    assert reason and reason.startswith("removed by mapping gateways, proposal ") and reason.endswith(" approved by jane")


def test_a_changed_mapping_beside_a_new_row_is_doubt(nights: list[Path]) -> None:
    action, state, reason = history(nights[1], "SO_MISSING", "skerry/#105")[1]
    assert (action, state) == ("review", "review")
    assert reason and reason.startswith("removed by odoo_sale_order ") and reason.endswith(", or because mapping gateways changed")


def test_age_counts_from_the_day_on_which_it_was_due(closed_shop: Path) -> None:
    """A night that sees a payment for the first time three weeks after it was due does not call it new."""
    found = published(closed_shop, "SELECT code, due_on, first_seen_on, age_days FROM exception WHERE state = 'open' AND due_on IS NOT NULL")
    assert [(code, str(due), str(seen), age) for code, due, seen, age in found] == [("UNSETTLED_OVERDUE", "2026-09-10", "2026-10-01", 15)]
