"""A night over files of every kind that the books know: declared ones, the shop's API, keyed people, an Odoo user of another language."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, once, tieout
from test_month import published
from test_outputs import with_odoo

from ledger.store import open_store

FINANCE = """
[[feed]]
name = "finance"
entity = "skerry-ltd"
[feed.csv]
table = "posting_acknowledgement"
date = "%Y%m%d"
constants = { currency = "EUR" }
[feed.csv.columns]
entry_id = "Ref"
status = "Result"
debit = "Total"
posted_on = "Date"
reason_code = "Code"
[feed.csv.codes.status]
OK = "accepted"
NOK = "rejected"
"""
CASES = ROOT / "tests" / "importers"
SETTINGS = """environment = "test"
name = "Fern & Oak"
[approval]
people = 1
[[feed]]
name = "warehouse"
entity = "retail"
[feed.csv]
table = "shipment"
date = "%m/%d/%Y"
[feed.csv.columns]
shipment_no = "Shipment"
sku = "SKU"
quantity = "Qty"
shipped_on = "Ship Date"
[[feed]]
name = "shop"
store = "north"
time_zone = "America/New_York"
[[feed]]
name = "odoo"
entity = "retail"
time_zone = "America/New_York"
[feed.headers]
"Nummer" = "Number"
"""
PEOPLE = ("Kim", "Larsen", "kim@example.com", "Mina", "Okafor", "mina@example.com", "212-555-0101", "7000000000")


def asked(home: Path, statement: str) -> list[dict[str, str]]:
    """The rows as text."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        found = con.execute(statement)
        names = [column[0] for column in found.description]
        return [dict(zip(names, map(str, row), strict=True)) for row in found.fetchall()]


def make(home: Path) -> None:
    home.mkdir()
    (home / "tieout.toml").write_text(SETTINGS, encoding="utf-8")
    tieout("init", home)
    for name, row in (("entities", "retail,Retail,US,USD,Fern & Oak Inc,America/New_York,2026-01-01,"), ("stores", "north,retail,shopify,America/New_York,USD,false,2026-01-01,")):
        with (home / "mappings" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    (home / "inbox" / "warehouse" / "shipments.csv").write_text("Shipment,SKU,Qty,Ship Date,Name\nSH1,00420,2,03/08/2026,Kim Larsen\n", encoding="utf-8")
    for case in ("shopify_customers/apostrophe_and_no_contact.csv", "shopify_api_orders/case_11_shop_cash_and_the_sales_journal.jsonl", "shopify_api_credits/amount_missing.jsonl"):
        shutil.copy(CASES / case, home / "inbox" / "shop")
    shutil.copy(CASES / "odoo_partner" / "keys_only.csv", home / "inbox" / "odoo")
    moves = (CASES / "odoo_move" / "labels_18_credit_note_and_draft.csv").read_text(encoding="utf-8")
    (home / "inbox" / "odoo" / "moves.csv").write_text(moves.replace('"Number"', '"Nummer"'), encoding="utf-8", newline="")
    tieout("run", "--home", home, "--as-of", "2026-04-01", code=65)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "sources", make)


def test_every_file_lands_by_its_importer(books: Path) -> None:
    rows = asked(books, "SELECT importer, new FROM file ORDER BY importer")
    assert {row["importer"]: int(row["new"]) for row in rows} == {"declared_csv": 1, "odoo_move": 3, "odoo_partner": 2, "shopify_api_orders": 12, "shopify_customers": 2}
    assert [row["code"] for row in asked(books, "SELECT code FROM dead_letter")] == ["VALUE_FORMAT"]


def test_events_of_one_record_count_once(books: Path) -> None:
    rows = asked(books, "SELECT lines, amount FROM completeness WHERE source = 'order_transaction'")
    assert [(int(row["lines"]), row["amount"][:6]) for row in rows] == [(3, "110.29")]


def test_the_secret_is_the_owners_alone(books: Path) -> None:
    key = books / "secrets" / "customer.key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    tieout("init", books)
    assert key.read_bytes() == before


def test_people_are_in_the_vault_and_nowhere_else(books: Path) -> None:
    from pyarrow import parquet

    told = "".join(str(parquet.read_table(path).to_pylist()) for path in (books / "ledger" / "segments").iterdir())
    told += "".join(path.read_text(encoding="utf-8", errors="replace") for folder in ("ledger/manifests", "reports") for path in (books / folder).rglob("*") if path.is_file())
    assert [word for word in PEOPLE if word in told] == []
    assert any((books / "ledger" / "vault").iterdir())


def test_without_a_secret_nothing_of_people_lands(books: Path, tmp_path: Path) -> None:
    home = tmp_path / "books"
    shutil.copytree(books, home)
    (home / "secrets" / "customer.key").unlink()
    late = (CASES / "shopify_customers" / "columns_20_of_2022.csv").read_text(encoding="utf-8")
    (home / "inbox" / "shop" / "late.csv").write_text(late, encoding="utf-8")
    done = tieout("run", "--only", "land", "--home", home, "--as-of", "2026-04-02", code=65, env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    assert "SECRET_MISSING" in done.stderr
    with open_store(home) as store:
        assert store.con.view("dead_letter").filter("code = 'SECRET_MISSING'").count("*").fetchall() == [(1,)]


@pytest.mark.drill
def test_three_nights_of_what_the_finance_system_and_the_processor_ask(shop: Path) -> None:
    """A-01: an entry goes out, is refused, stands as a blocking exception, goes out again, and ends with the row that says so.
    D-03: a dispute is told from three business days before the processor's last day; the night that lands what was sent ends it."""
    entry, posted = "tieout.test_skerry-ltd_payout_stripe-eur_po_A", "SELECT severity, state, difference FROM exception WHERE code = 'POSTED_DIFFERENT' AND subject_key = 'stripe-eur/po_A'"
    dispute = {"__typename": "ShopifyPaymentsDispute", "id": "gid://shopify/ShopifyPaymentsDispute/71", "status": "NEEDS_RESPONSE", "type": "CHARGEBACK", "amount": {"amount": "90.00", "currencyCode": "EUR"},
               "initiatedAt": "2026-09-20T10:00:00Z", "evidenceDueBy": "2026-10-08", "evidenceSentOn": None, "finalizedOn": None, "reasonDetails": {"reason": "FRAUDULENT", "networkReasonCode": "4837"}, "order": {"name": "#104"}}
    with_odoo(shop)
    with (shop / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[feed]]\nname = "shopify"\naccount = "shopify-eur"\ntime_zone = "Europe/Dublin"\n' + FINANCE)
    with (shop / "mappings" / "processor_accounts.csv").open("a", encoding="utf-8") as file:
        file.write("shopify-eur,shopify_payments,skerry-ltd,EUR,current,2026-01-01,\n")
    tieout("mapping", "propose", "--home", shop, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", shop, "--as", "jane")
    refused, due = [], []
    for day, said, change in ((2, "", {}), (5, f"{entry},NOK,,20261005,F5", {}), (6, f"{entry},OK,126.50,20261006,", {"evidenceSentOn": "2026-10-06"})):
        (shop / "inbox" / "shopify" / f"disputes_{day}.jsonl").write_text(json.dumps({**dispute, **change}) + "\n", encoding="utf-8")
        if said:
            (shop / "inbox" / "finance" / f"told_{day}.csv").write_text(f"Ref,Result,Total,Date,Code\n{said}\n", encoding="utf-8")
        tieout("run", "--home", shop, "--as-of", f"2026-10-0{day}", env={"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"})
        refused.append(published(shop, posted))
        due.append(published(shop, "SELECT severity, state, subject_key FROM exception WHERE code = 'DISPUTE_EVIDENCE_DUE'"))
        if day == 5:
            tieout("export", "run", "--again", entry, "--home", shop, "--as", "jane", env={"TIEOUT_NOW": "2026-10-05T06:00:00"})
    assert [[row[:2] for row in one] for one in refused] == [[], [("block", "open")], [("block", "gone")]]
    assert f"{refused[1][0][2]:f}" == "126.5000"
    assert published(shop, "SELECT left(reason, 34) FROM exception_event WHERE code = 'POSTED_DIFFERENT' AND action = 'gone'") == [("removed by posting_acknowledgement",)]
    assert due == [[], [("medium", "open", "shopify-eur/71")], [("medium", "gone", "shopify-eur/71")]]
