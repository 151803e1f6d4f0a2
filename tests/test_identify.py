"""`tieout file identify`: the four outcomes of drift, the difference of the header, and what would land, without landing it."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import tieout

from importers._drift import registered
from importers._registry import importers

CASES = Path(__file__).resolve().parent / "importers"


def lines(*words: str | Path) -> list[str]:
    return tieout("file", "identify", *words).stdout.splitlines()


def test_a_known_file_says_what_it_would_land() -> None:
    said = lines(CASES / "adyen_settlement" / "case_20_blended_and_split_fees.csv")
    assert said[:2] == ["case_20_blended_and_split_fees.csv: adyen_settlement", "  csv, 25 columns"]
    assert "  known" in said
    assert "  settlement_line: 4 rows, net 0.0000 EUR" in said and "  payout: 1 rows, amount 156.8500 EUR" in said
    assert any(line.startswith("  not klarna_settlement: lacks payment_reference") for line in said)


def test_new_columns_are_a_superset_and_named() -> None:
    said = lines(CASES / "adyen_settlement" / "case_19_reordered_and_optional_columns.csv")
    assert "  superset: new columns are kept out and reported" in said and "  + Brand New" in said


def test_the_header_is_told_against_the_nearest_registered_one() -> None:
    said = lines(CASES / "shopify_orders" / "column_not_seen_before.csv")
    assert "  nearest header `2023, with point of sale`, 79 columns; 1 more, 0 not there" in said and "    more than it: Carbon Offset" in said
    assert "  header `with payout ids`, 17 columns" in lines(CASES / "shopify_payments" / "columns_17.csv")


def test_columns_that_are_chosen_are_told_against_a_registered_header_where_there_is_one() -> None:
    said = lines(CASES / "stripe_reconciliation" / "default_columns_without_payout.csv")
    assert "  nearest header `balance_change_from_activity.itemized`, 42 columns; 0 more, 28 not there" in said
    assert any(line.startswith("    of it not there: created, available_on, automatic_payout_id,") for line in said)
    assert "    more than it: order_id (metadata)" in lines(CASES / "stripe_dashboard" / "case_09_decimal_commas_and_minutes.csv")
    none = "  header: none registered, whoever exports chooses the columns"
    assert none in lines(next((CASES / "shopify_products").glob("*.csv"))) and none in lines(CASES / "odoo_sale_order" / "workbook.xlsx")
    assert none not in lines(next((CASES / "camt053").glob("*.xml"))) + lines(next((CASES / "shopify_payments").glob("*.csv")))


def test_the_generations_are_as_wide_as_their_exports() -> None:
    wide = {i.module_name(): [len(cells) for cells in registered(i.generations, i.known).values()] for i in importers() if i.generations}
    assert wide["shopify_orders"] == [71, 73, 74, 75, 79] and wide["shopify_payments"] == [16, 17, 18, 19, 20] and wide["shopify_payouts"] == [10, 13, 15]
    assert wide["shopify_customers"] == [20, 21, 20] and wide["shopify_inventory"] == [17, 19] and wide["amazon_settlement"] == [23, 24] and wide["square_transactions"] == [55]


def test_a_missing_column_is_not_enough_and_named() -> None:
    said = lines(CASES / "stripe_reconciliation" / "default_columns_without_payout.csv")
    assert "  not enough: the column automatic_payout_id is missing [SCHEMA_DRIFT]" in said
    assert said.count("  - automatic_payout_id") == 1


def test_a_broken_identity_is_a_refusal_with_its_reason() -> None:
    said = lines(CASES / "paypal_settlement" / "row_lost.csv")
    assert any(line.startswith("  refused: the footer of EUR") and line.endswith("[CONTROL_TOTAL_DIFF]") for line in said)


def test_unknown_codes_are_counted() -> None:
    assert "  unknown code T7777: 1 rows" in lines(CASES / "paypal_settlement" / "code_without_meaning.csv")


def test_nobody_claims_a_strange_file(tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("apples,pears\n1,2\n")
    said = lines(strange)
    assert said[0] == "strange.csv: refused, no importer knows this file"
    assert any(line.startswith("  not mollie_settlement: lacks Settlement reference") for line in said)


def test_a_feed_lends_its_zone_and_numbers_and_nothing_lands(month: Path) -> None:
    settings = month / "tieout.toml"
    text = settings.read_text(encoding="utf-8")
    account = next(line for line in text.splitlines() if line.startswith("account = ") and "stripe" in line)
    settings.write_text(text + f'\n[[feed]]\nname = "commas"\n{account}\nnumbers = "1.234,56"\n', encoding="utf-8")
    before = sorted(p.name for p in (month / "ledger" / "manifests").iterdir())
    path = CASES / "stripe_dashboard" / "decimal_commas_not_declared.csv"
    assert any("VALUE_FORMAT" in line for line in lines(path))
    said = lines(path, "--home", month, "--feed", "commas")
    assert any(line.startswith("  settlement_line: 4 rows, net 0.0000 EUR") for line in said), said[:6]
    assert sorted(p.name for p in (month / "ledger" / "manifests").iterdir()) == before
    assert "no feed has this name" in tieout("file", "identify", path, "--home", month, "--feed", "nobody", code=None).stderr


def test_a_landed_file_is_read_again_by_todays_importers(shop: Path) -> None:
    def said(name: str) -> list[str]:
        return tieout("file", "replay", name, "--home", shop).stdout.splitlines()

    names = sorted({row["name"] for row in json.loads(tieout("file", "list", "--home", shop, "--format", "json").stdout)})
    before = sorted(path.name for path in (shop / "ledger" / "manifests").iterdir())
    for name in names:
        assert all(line.endswith("all as the ledger has them") for line in said(name)[1:]), said(name)
    settings = shop / "tieout.toml"
    plain = settings.read_text(encoding="utf-8")
    for header, outcome in (("Payment Method", "rows, 5 of them are in no version of the ledger"), ("Total", "today it would be refused, the column Total is missing [SCHEMA_DRIFT]")):
        settings.write_text(plain.replace('name = "shop"\n', f'name = "shop"\nheaders = {{ "{header}" = "Another" }}\n'), encoding="utf-8")
        assert any(line.endswith(outcome) for name in names for line in said(name)), [line for name in names for line in said(name)]
    assert sorted(path.name for path in (shop / "ledger" / "manifests").iterdir()) == before
    assert not list((shop / "ledger" / "tmp").iterdir())
    assert "no landed file has this name" in tieout("file", "replay", "nothing.csv", "--home", shop, code=None).stderr
