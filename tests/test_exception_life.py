"""How an exception ends: on a named row, a named mapping, or under review when nothing of its subject explains it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from conftest import once, tieout
from test_month import published

SALE_ORDERS = "Sales Order (sale.order).csv"
DAYS = ("2026-10-02", "2026-10-03", "2026-10-04")
GATEWAY = "SELECT gateway, subject_key FROM tender WHERE account IS NULL AND store = 'dub' LIMIT 1"


def approve(home: Path, file: str, row: str, env: dict[str, str] | None = None) -> None:
    path = home / "mappings" / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    in_force(home, env or {"TIEOUT_NOW": "2026-10-02T04:00:00"})


def in_force(home: Path, env: dict[str, str]) -> None:
    tieout("mapping", "propose", "--home", home, "--as", "jane", env=env)
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane", env=env)


def history(home: Path, code: str, key: str) -> list[tuple[str, str, str | None]]:
    return published(home, f"SELECT action, state, reason FROM exception_event WHERE code = '{code}' AND subject_key = '{key}' ORDER BY \"at\"")


def sale_order(home: Path, feed: str, order: str, total: str, written: str) -> None:
    """A further extract of Odoo with one sale order for an order that had none."""
    source = Path(__file__).parent.parent / "sample_data" / "books" / "inbox" / feed / SALE_ORDERS
    with source.open(encoding="utf-8", newline="") as file:
        header, first, *_ = csv.reader(file)
    row = dict(zip(header, first, strict=True))
    row |= {"External ID": "__export__.sale_order_900_x", "ID": "900", "Order Reference": "S00900", "Customer Reference": order, "Source Document": order}
    row |= {"Untaxed Amount": total, "Taxes": "0", "Total": total, "Last Updated on": written}
    with (home / "inbox" / feed / "late.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([header, list(row.values())])


def only(home: Path, code: str, store: str) -> tuple[str, str]:
    """Id and key of the one exception of this code in this store."""
    [found] = published(home, f"SELECT exception_id, subject_key FROM exception WHERE code = '{code}' AND store = '{store}'")
    return found[0], found[1]


def _nights(folder: Path, month: Path) -> None:
    home = Path(shutil.copytree(month, folder / "books"))

    def night(day: str) -> None:
        tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T04:00:00"})
        (folder / day / "audit").mkdir(parents=True)
        shutil.copy2(home / "audit" / "audit.duckdb", folder / day / "audit")

    first, second, third = DAYS
    # two tolerances that hide what was found; a sale order that was missing comes, and a mapping that concerns no subject that is open
    approve(home, "tolerances", "T-01,per_line,99.00,,2026-01-01,\nY-07,charge,50.00,,2026-01-01,")
    approve(home, "stores", "spare,hp-us,shopify,UTC,USD,false,2026-01-01,")
    sale_order(home, "hp-us-odoo", "#5094", "69.41", f"{first} 02:00:00")
    night(first)
    # the other store's: a sale order comes, and gateways change, one of them missing until now
    sale_order(home, "hp-ie-odoo", "#5170", "61.80", f"{second} 02:00:00")
    approve(home, "gateways", f"dub,{published(home, GATEWAY)[0][0]},manual,2025-01-01,\ndub,barter,manual,2026-01-01,", env={"TIEOUT_NOW": f"{second}T03:00:00"})
    night(second)
    # somebody signs one of those under review; the tolerance is narrow again
    exception_id, _ = only(home, "TAX_AMOUNT_DIFF", "pdx")
    tieout("exception", "resolve", exception_id, "--home", home, "--reason", "RULE_CHANGED", "--as", "jane", env={"TIEOUT_NOW": f"{second}T05:00:00"})
    path = home / "mappings" / "tolerances.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("99.00", "0.01"), encoding="utf-8")
    in_force(home, {"TIEOUT_NOW": f"{third}T03:00:00"})
    night(third)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, closed_month: Path) -> list[Path]:
    """What was published after each of three nights that follow the month."""
    made = once(tmp_path_factory, "life", lambda folder: _nights(folder, closed_month))
    return [made / day for day in DAYS]


def test_a_cured_exception_names_the_row_that_cured_it(nights: list[Path]) -> None:
    first, _, _ = nights
    (opened, _, _), (gone, state, reason) = history(first, "SO_MISSING", "pdx/#5094")
    assert (opened, gone, state) == ("opened", "gone", "gone")
    file_id, row_no = published(first, "SELECT file_id, row_no FROM odoo_sale_order WHERE odoo_id = '900'")[0]
    assert reason == f"removed by odoo_sale_order {file_id}:{row_no}"
    evidence = published(first, "SELECT evidence FROM exception WHERE code = 'SO_MISSING' AND subject_key = 'pdx/#5094'")[0][0]
    assert evidence.endswith(f'"{file_id}:{row_no}"]') and evidence.count(":") == 2


def test_a_tolerance_that_hides_a_serious_one_puts_it_under_review_until_somebody_signs(nights: list[Path]) -> None:
    first, second, third = nights
    _, key = only(first, "TAX_AMOUNT_DIFF", "pdx")
    assert history(first, "TAX_AMOUNT_DIFF", key)[1:] == [("review", "review", "no new row of its subject: mapping tolerances changed")]
    assert len(history(second, "TAX_AMOUNT_DIFF", key)) == 2
    assert [row[0] for row in history(third, "TAX_AMOUNT_DIFF", key)] == ["opened", "review", "resolved"]


def test_what_is_found_again_is_reopened_under_its_own_id(nights: list[Path], closed_month: Path) -> None:
    before = only(closed_month, "TAX_AMOUNT_DIFF", "dub")
    assert published(nights[2], "SELECT exception_id, subject_key FROM exception WHERE code = 'TAX_AMOUNT_DIFF' AND state = 'open'") == [before]
    assert [row[0] for row in history(nights[2], "TAX_AMOUNT_DIFF", before[1])] == ["opened", "review", "reopened"]


def test_a_medium_one_goes_with_the_reason_said(nights: list[Path]) -> None:
    assert history(nights[0], "BANK_FEE_UNEXPECTED", "cascade-usd/CAS2609170031")[1:] == [("gone", "gone", "no new row of its subject: mapping tolerances changed")]


def test_a_missing_mapping_is_cured_by_the_approved_row(nights: list[Path], closed_month: Path) -> None:
    action, state, reason = history(nights[1], "GATEWAY_UNMAPPED", published(closed_month, GATEWAY)[0][1])[1]
    assert (action, state) == ("gone", "gone")
    assert reason and reason.startswith("removed by mapping gateways, proposal ") and reason.endswith(" approved by jane")


def test_a_changed_mapping_beside_a_new_row_is_doubt(nights: list[Path]) -> None:
    action, state, reason = history(nights[1], "SO_MISSING", "dub/#5170")[1]
    assert (action, state) == ("review", "review")
    assert reason and reason.startswith("removed by odoo_sale_order ") and reason.endswith(", or because mapping gateways changed")
