"""How an exception ends: on a named row, a named mapping, or under review when nothing of its subject explains it."""

from __future__ import annotations

import csv
from pathlib import Path

from conftest import tieout
from test_month import published

NIGHT = {"TIEOUT_NOW": "2026-10-02T04:00:00"}
SALE_ORDERS = "Sales Order (sale.order).csv"


def approve(home: Path, file: str, row: str, env: dict[str, str] | None = None) -> None:
    path = home / "mappings" / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    tieout("mapping", "propose", "--home", home, "--as", "jane", env=env or NIGHT)
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane", env=env or NIGHT)


def history(home: Path, code: str, key: str) -> list[tuple[str, str, str | None]]:
    return published(home, f"SELECT action, state, reason FROM exception_event WHERE code = '{code}' AND subject_key = '{key}' ORDER BY \"at\"")


def sale_order(home: Path, order: str, total: str, written: str) -> None:
    """A further extract of Odoo with one sale order for an order that had none."""
    source = Path(__file__).parent.parent / "sample_data" / "books" / "inbox" / "hp-us-odoo" / SALE_ORDERS
    with source.open(encoding="utf-8", newline="") as file:
        header, first, *_ = csv.reader(file)
    row = dict(zip(header, first, strict=True))
    row |= {"External ID": "__export__.sale_order_900_x", "ID": "900", "Order Reference": "S00900", "Customer Reference": order, "Source Document": order}
    row |= {"Untaxed Amount": total, "Taxes": "0", "Total": total, "Last Updated on": written}
    with (home / "inbox" / "hp-us-odoo" / "late.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([header, list(row.values())])


def test_a_cured_exception_names_the_row_that_cured_it(month: Path) -> None:
    approve(month, "stores", "spare,hp-us,shopify,UTC,USD,false,2026-01-01,")   # concerns no subject that is open
    sale_order(month, "#5094", "69.41", "2026-10-02 02:00:00")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    (opened, _, _), (gone, state, reason) = history(month, "SO_MISSING", "pdx/#5094")
    assert (opened, gone, state) == ("opened", "gone", "gone")
    file_id, row_no = published(month, "SELECT file_id, row_no FROM odoo_sale_order WHERE odoo_id = '900'")[0]
    assert reason == f"removed by odoo_sale_order {file_id}:{row_no}"
    evidence = published(month, "SELECT evidence FROM exception WHERE code = 'SO_MISSING' AND subject_key = 'pdx/#5094'")[0][0]
    assert evidence.endswith(f'"{file_id}:{row_no}"]') and evidence.count(":") == 2


def test_a_tolerance_that_hides_a_serious_one_puts_it_under_review_until_somebody_signs(month: Path) -> None:
    exception_id = published(month, "SELECT exception_id FROM exception WHERE code = 'TAX_AMOUNT_DIFF' AND store = 'pdx'")[0][0]
    key = published(month, f"SELECT subject_key FROM exception WHERE exception_id = '{exception_id}'")[0][0]
    approve(month, "tolerances", "T-01,per_line,99.00,,2026-01-01,")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    assert history(month, "TAX_AMOUNT_DIFF", key)[1:] == [("review", "review", "no new row of its subject: mapping tolerances changed")]
    tieout("run", "--home", month, "--as-of", "2026-10-03", env={"TIEOUT_NOW": "2026-10-03T04:00:00"})
    assert len(history(month, "TAX_AMOUNT_DIFF", key)) == 2
    tieout("exception", "resolve", exception_id, "--home", month, "--reason", "RULE_CHANGED", "--as", "jane", env={"TIEOUT_NOW": "2026-10-03T05:00:00"})
    assert [row[0] for row in history(month, "TAX_AMOUNT_DIFF", key)] == ["opened", "review", "resolved"]


def test_what_is_found_again_is_reopened_under_its_own_id(month: Path) -> None:
    before = published(month, "SELECT exception_id, subject_key FROM exception WHERE code = 'TAX_AMOUNT_DIFF' AND store = 'pdx'")
    approve(month, "tolerances", "T-01,per_line,99.00,,2026-01-01,")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    path, later = month / "mappings" / "tolerances.csv", {"TIEOUT_NOW": "2026-10-03T03:00:00"}
    path.write_text(path.read_text(encoding="utf-8").replace("99.00", "0.01"), encoding="utf-8")
    tieout("mapping", "propose", "--home", month, "--as", "jane", env=later)
    tieout("mapping", "approve", "--all", "--home", month, "--as", "jane", env=later)
    tieout("run", "--home", month, "--as-of", "2026-10-03", env={"TIEOUT_NOW": "2026-10-03T04:00:00"})
    assert published(month, "SELECT exception_id, subject_key FROM exception WHERE code = 'TAX_AMOUNT_DIFF' AND store = 'pdx' AND state = 'open'") == before
    assert [row[0] for row in history(month, "TAX_AMOUNT_DIFF", before[0][1])] == ["opened", "review", "reopened"]


def test_a_medium_one_goes_with_the_reason_said(month: Path) -> None:
    approve(month, "tolerances", "Y-07,charge,50.00,,2026-01-01,")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    assert history(month, "BANK_FEE_UNEXPECTED", "cascade-usd/CAS2609170027")[1:] == [("gone", "gone", "no new row of its subject: mapping tolerances changed")]


def test_a_missing_mapping_is_cured_by_the_approved_row(month: Path) -> None:
    gateway, key = published(month, "SELECT gateway, subject_key FROM tender WHERE account IS NULL AND store = 'pdx' LIMIT 1")[0]
    approve(month, "gateways", f"pdx,{gateway},manual,2025-01-01,")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    action, state, reason = history(month, "GATEWAY_UNMAPPED", key)[1]
    assert (action, state) == ("gone", "gone")
    assert reason and reason.startswith("removed by mapping gateways, proposal ") and reason.endswith(" approved by jane")


def test_a_changed_mapping_beside_a_new_row_is_doubt(month: Path) -> None:
    sale_order(month, "#5094", "69.41", "2026-10-02 02:00:00")
    approve(month, "gateways", "pdx,barter,manual,2026-01-01,")
    tieout("run", "--home", month, "--as-of", "2026-10-02", env=NIGHT)
    action, state, reason = history(month, "SO_MISSING", "pdx/#5094")[1]
    assert (action, state) == ("review", "review")
    assert reason and reason.startswith("removed by odoo_sale_order ") and reason.endswith(", or because mapping gateways changed")
