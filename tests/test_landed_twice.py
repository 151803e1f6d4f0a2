"""Files that meet in the ledger: overlapping exports, later versions, equal rows, equal names of two stores."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from importers import _registry
from importers._kit import Context
from importers._probe import Probe
from importers._staging import Stamp
from ledger import landing
from ledger.segments import Draft
from ledger.sqltext import lay_tables, sql

HEADER = "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency\n"
PENDING = "2026-07-01 07:33:09 +0200,charge,#1,master,online,pending,2026-07-10,,2026-07-10,6.99,0.45,6.54,#30000000000009,card,6.99,EUR,EUR\n"
PAID = PENDING.replace("pending,2026-07-10,", "paid,2026-07-09,90000000001")
REFUND = "2026-07-31 09:00:00 +0200,refund,#1,master,online,paid,2026-08-04,90000000002,2026-08-04,-6.99,0.00,-6.99,#30000000000009,card,6.99,EUR,EUR\n"
ORDER = "Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Refunded Amount,Created at,Lineitem quantity,Lineitem price,Lineitem name\n#1001,paid,USD,{0},0.00,0.00,{0},0.00,0.00,2026-03-10 12:00:00 -0400,1,{0},Mug\n"

IMPORTERS = Path(__file__).resolve().parent / "importers"


class Books:
    """A ledger of two tables' width: what was landed, night by night."""

    def __init__(self, folder: Path, drafts: bool):
        self.folder, self.drafts = folder, drafts
        self.con = duckdb.connect()
        self.con.execute(sql("ledger", "session"))
        lay_tables(self.con, "sources", "governance", "current_views")
        self.files = 0

    def land(self, text: str, night: int = 1, owner: str = "main", kind: str = "account") -> landing.Landing:
        """One file; the night is the day of July 2026."""
        self.files += 1
        path = self.folder / f"{self.files}.txt"
        path.write_text(text, encoding="utf-8")
        self.con.execute(sql("importers", "fresh_stage"))
        probe = Probe(path, path.name)
        importer = _registry.identify(probe)
        facts = {"processor": importer.processor or importer.source}
        named, at = f"file {self.files}", datetime(2026, 7, night)
        stamp = Stamp(self.folder, named, at) if self.drafts else None
        parsed = importer.stage(self.con, probe, Context("feed", kind, owner, "UTC", facts, secret=b"x", stamp=stamp))
        done = landing.land(self.con, parsed.tables, file_id=named, known_at=at)
        for table, rows in landing.relations(done):
            (self.con.read_parquet(str(rows.path)) if isinstance(rows, Draft) else rows).insert_into(table)
        return done

    def current(self, table: str, *columns: str) -> list[tuple[str, ...]]:
        rows = self.con.view(f"{table}_current").project(", ".join(columns)).fetchall()
        return sorted(tuple(str(v) for v in row) for row in rows)


@pytest.fixture(params=[pytest.param(False, marks=pytest.mark.drill), True], ids=["in memory", "as drafts"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Books:
    return Books(tmp_path, request.param)


def test_shopify_case_17_a_payout_id_that_comes_later_is_a_version(books: Books) -> None:
    assert books.land(HEADER + PENDING).new == 1
    done = books.land(HEADER + PAID, night=2)
    assert (done.new, done.same, done.versions, done.conflicts) == (0, 0, 1, [])
    assert books.current("settlement_line", "payout_id", "payout_status", "version") == [("90000000001", "paid", "2")]


def test_shopify_case_31_two_equal_rows_are_two_and_stay_two(books: Books) -> None:
    assert books.land(HEADER + PAID * 2).new == 2
    again = books.land(HEADER + PAID * 2 + REFUND, night=2)
    assert (again.new, again.same, again.versions) == (1, 2, 0)
    assert len(books.current("settlement_line", "line_id")) == 3
    assert books.land(HEADER + PAID, night=3).same == 1
    assert len(books.current("settlement_line", "line_id")) == 3


def test_shopify_case_07_a_refund_in_the_next_month_is_its_own_line(books: Books) -> None:
    books.land(HEADER + PAID)
    books.land(HEADER + REFUND, night=2)
    assert books.current("settlement_line", "payout_id", "net") == [("90000000001", "6.5400"), ("90000000002", "-6.9900")]


def test_shopify_case_28_one_name_in_two_stores_is_two_orders(books: Books) -> None:
    books.land(ORDER.format("12.00"), owner="north", kind="store")
    books.land(ORDER.format("99.00"), owner="south", kind="store")
    assert books.current("sales_order", "store", "order_name", "total") == [("north", "#1001", "12.0000"), ("south", "#1001", "99.0000")]


def test_case_28_a_month_downloaded_again_when_it_has_grown(books: Books) -> None:
    month = (IMPORTERS / "etsy_statement" / "case_28_five_equal_fees.csv").read_text(encoding="utf-8")
    assert books.land(month).new == 6
    fee = '"5 September, 2026",Fee,Listing fee,Listing #88,GBP,--,-£0.16,-£0.16,--\n'
    grown = books.land(month + fee, night=2)
    assert (grown.new, grown.same, grown.versions, grown.conflicts) == (1, 6, 0, [])
    assert len(books.current("settlement_line", "line_id")) == 7


def test_case_36_the_same_payout_by_a_report_that_was_run_again(books: Books) -> None:
    report = (IMPORTERS / "stripe_reconciliation" / "payout_with_charge_refund_and_dispute.csv").read_text(encoding="utf-8")
    books.land(report)
    lines, payouts = books.current("settlement_line", "line_id", "net"), books.current("payout", "payout_key", "amount")
    head, *rows = report.splitlines()
    again = books.land("\n".join([head, *reversed(rows)]) + "\n", night=2)
    assert (again.new, again.versions, again.conflicts) == (0, 0, [])
    corrected = books.land(report.replace(",card,IE,", ",link,IE,"), night=3)
    assert corrected.new == 0 and corrected.versions == 5
    assert (books.current("settlement_line", "line_id", "net"), books.current("payout", "payout_key", "amount")) == (lines, payouts)


def test_a_gift_card_that_was_spent_is_a_version(books: Books) -> None:
    card = "Id,Last Characters,Email,Created At,Expires On,Initial Value,Balance,Currency,Expired?,Enabled?\n1,7q2k,kim@example.com,2026-05-01 10:00:00 +1000,,10.00,{},AUD,false,true\n"
    books.land(card.format("10.00"), owner="north", kind="store")
    assert books.land(card.format("4.55"), night=2, owner="north", kind="store").versions == 1
    assert books.current("gift_card", "card_id", "balance") == [("1", "4.5500")]


def test_one_of_several_rows_of_a_record_changes_and_the_others_stay(books: Books) -> None:
    money = {"shopMoney": {"amount": "9.0", "currencyCode": "USD"}}

    def order(*states: str, changed: str) -> str:
        payments = [
            {"id": f"gid://shopify/OrderTransaction/{n}", "kind": "SALE", "status": state, "gateway": "manual", "amountSet": money, "createdAt": "2026-07-01T10:00:00Z"}
            for n, state in enumerate(states, 1)
        ]
        sets = dict.fromkeys(("subtotalPriceSet", "totalShippingPriceSet", "totalTaxSet", "totalPriceSet", "totalDiscountsSet", "totalRefundedSet"), money)
        row = {"id": "gid://shopify/Order/1", "name": "#1", "currencyCode": "USD", "displayFinancialStatus": "PAID", "createdAt": "2026-07-01T10:00:00Z"}
        return json.dumps({**row, "updatedAt": changed, "transactions": payments, **sets}) + "\n"

    books.land(order("PENDING", "SUCCESS", changed="2026-07-01T11:00:00Z"), owner="north", kind="store")
    done = books.land(order("SUCCESS", "SUCCESS", changed="2026-07-02T11:00:00Z"), night=2, owner="north", kind="store")
    assert (done.new, done.versions) == (0, 2)
    assert books.current("order_transaction", "transaction_id", "status", "version") == [("1", "success", "2"), ("2", "success", "1")]
    late = books.land(order("FAILURE", "SUCCESS", changed="2026-06-30T11:00:00Z"), night=3, owner="north", kind="store")
    assert late.versions == 2
    assert books.current("sales_order", "changed_at") == [("2026-07-02 11:00:00",)]


def test_stock_of_one_location_changes_in_the_wide_form(books: Books) -> None:
    wide = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,North,South\nmug,Mug,Title,Default Title,K1,,,{},4\n"
    books.land(wide.format("3"), owner="north", kind="store")
    assert books.land(wide.format("2"), night=2, owner="north", kind="store").versions == 1
    assert books.current("stock_level", "location", "on_hand", "version") == [("North", "2.0000", "2"), ("South", "4.0000", "1")]


def test_nothing_of_a_person_is_in_what_lands(books: Books) -> None:
    customers = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders\n'7000000000,Kim,Larsen,kim@example.com,yes,'+1 212-555-0101,10.50,1\n"
    books.land(customers, owner="north", kind="store")
    stored = str(books.con.table("customer").fetchall())
    assert not [word for word in ("Kim", "Larsen", "kim@", "7000000000", "5550101") if word in stored]


def test_keys_are_those_of_these_books_only(tmp_path: Path) -> None:
    keys = set()
    for secret in (b"one", b"two"):
        con = duckdb.connect()
        con.execute(sql("ledger", "session"))
        lay_tables(con, "sources")
        path = tmp_path / "c.csv"
        path.write_text("Customer ID,Email,Accepts Email Marketing,Total Spent,Total Orders\n1,kim@example.com,yes,1.00,1\n", encoding="utf-8")
        probe = Probe(path, path.name)
        parsed = _registry.identify(probe).stage(con, probe, Context("feed", "store", "north", "UTC", secret=secret))
        keys.add(con.table(f"stage.{parsed.tables[0].name}").project("email_key").fetchall()[0][0])
    assert len(keys) == 2


TAXED = "Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Refunded Amount,Created at,Lineitem quantity,Lineitem price,Lineitem name,Tax 1 Name,Tax 1 Value\n{}"


def test_an_order_that_has_no_tax_any_more_has_no_row_of_it_left(books: Books) -> None:
    """Its newer export has no row of that table at all; the row of another order, which the file does not name, stays."""
    row = "#{0},paid,EUR,20.00,0.00,{1},2{1},0.00,0.00,2026-03-10 12:00:00 +0000,1,20.00,Mug,{2},{3}\n"
    with_tax = [row.format(number, "3.00", "VAT 15%", "3.00") for number in (1001, 1002)]
    books.land(TAXED.format("".join(with_tax)), 1, kind="store")
    assert books.current("sales_order_tax", "order_name", "amount") == [("#1001", "3.0000"), ("#1002", "3.0000")]
    done = books.land(TAXED.format(row.format(1001, "0.00", "", "")), 2, kind="store")
    assert books.current("sales_order_tax", "order_name", "amount") == [("#1002", "3.0000")]
    assert (done.new, done.versions) == (0, 1), "the order itself is a new version"


def test_an_export_without_the_columns_of_the_taxes_says_nothing_of_them(books: Books) -> None:
    row = "#1001,paid,EUR,20.00,0.00,3.00,23.00,0.00,0.00,2026-03-10 12:00:00 +0000,1,20.00,Mug,VAT 15%,3.00\n"
    books.land(TAXED.format(row), 1, kind="store")
    books.land(TAXED.format(row).replace(",Tax 1 Name,Tax 1 Value", "").replace(",VAT 15%,3.00\n", "\n"), 2, kind="store")
    assert books.current("sales_order_tax", "order_name", "amount") == [("#1001", "3.0000")]


def without(text: str, *columns: str) -> str:
    """The export in a layout that has not these columns."""
    rows = [line.split(",") for line in text.splitlines()]
    kept = [i for i, name in enumerate(rows[0]) if name not in columns]
    return "".join(",".join(row[i] for i in kept) + "\n" for row in rows)


WIDE = HEADER.replace("Currency\n", "Currency,Business Entity Name,Business Entity ID\n") + PAID.replace("EUR,EUR\n", "EUR,EUR,Mug Ltd,1\n")
SMALL = without(WIDE, "Payout ID", "Business Entity Name", "Business Entity ID")


def test_a_narrower_layout_takes_nothing_away(books: Books) -> None:
    books.land(WIDE)
    done = books.land(SMALL, night=2)
    assert (done.new, done.same, done.versions, done.conflicts) == (0, 1, 0, [])
    moved = books.land(SMALL.replace(",paid,2026-07-09,", ",failed,2026-07-09,"), night=3)
    assert moved.versions == 1
    assert books.current("settlement_line", "payout_id", "payout_status", "entity_hint") == [("90000000001", "failed", "Mug Ltd")], "what it does speak of counts"


@pytest.mark.parametrize("files", [(WIDE, SMALL), (SMALL, WIDE)], ids=["wide first", "narrow first"])
def test_two_layouts_of_one_night_contradict_nothing(books: Books, files: tuple[str, str]) -> None:
    done = [books.land(text) for text in files]
    assert [d.conflicts for d in done] == [[], []]
    assert books.current("settlement_line", "payout_id", "payout_status", "entity_hint") == [("90000000001", "paid", "Mug Ltd")]


def test_a_cell_that_the_newer_export_empties_is_empty(books: Books) -> None:
    """The column is there: only a layout without it says nothing."""
    books.land(WIDE.replace("paid", "scheduled"))
    books.land(WIDE.replace("paid,2026-07-09,90000000001", "pending,2026-07-11,"), night=2)
    assert books.current("settlement_line", "payout_id", "payout_status") == [("None", "pending")]


@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        (PAID, PENDING, ("90000000001", "paid")),
        (PAID, PAID.replace("paid", "scheduled"), ("90000000001", "paid")),
        (PAID.replace("paid", "scheduled"), PENDING.replace("2026-07-10,,", "2026-07-09,,"), ("90000000001", "scheduled")),
        (PAID, PAID.replace("paid", "failed"), ("90000000001", "failed")),
        (PAID, PAID.replace("paid,2026-07-09,90000000001", "scheduled,2026-07-14,90000000007"), ("90000000007", "scheduled")),
        (PAID.replace("paid", "failed"), PENDING, ("None", "pending")),
    ],
    ids=["paid, pending", "paid, scheduled", "scheduled, pending", "paid, failed", "sent again with another payout", "failed, pending"],
)
def test_an_older_export_that_comes_late_takes_nothing_back(books: Books, before: str, after: str, stands: tuple[str, str]) -> None:
    books.land(HEADER + before)
    books.land(HEADER + after, night=2)
    assert books.current("settlement_line", "payout_id", "payout_status") == [stands]


LISTED = "Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency\n2026-07-09,{},6.99,0.00,0.00,0.00,-0.45,0.00,6.54,EUR\n"


@pytest.mark.parametrize(("after", "stands"), [("scheduled", "paid"), ("in_transit", "paid"), ("failed", "failed")])
def test_an_older_list_of_payouts_takes_nothing_back(books: Books, after: str, stands: str) -> None:
    books.land(LISTED.format("paid"))
    books.land(LISTED.format(after), night=2)
    assert books.current("payout", "status") == [(stands,)]
