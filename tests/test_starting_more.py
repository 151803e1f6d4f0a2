"""Books from the exports of four further shops, with what else lies in such folders: nothing is edited, at most a name is asked for, every payout whose money came is proven."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import _heaps
import _heaps_more
import pytest
from _shop import text_of
from conftest import tieout
from test_starting_odd import Person, cells, lay, made_of, probe, stall
from test_starting_shops import OPEN, PROVEN, asked, rows

from tieout.starting.downloads import explained
from tieout.starting.looks import look_into

JUNK = ("README.txt: no importer knows this file", "empty.csv: the file is empty", "invoice 4711.pdf: the file is a PDF", "old.xls: the file is an old workbook", "photo.jpg: the file is a picture")


@pytest.mark.parametrize("marked", [False, True])
def test_an_american_bank_whose_download_names_no_currency(tmp_path: Path, marked: bool) -> None:
    folder, home = lay(tmp_path / "maple", _heaps_more.maple(marked)), tmp_path / "books"
    said = tieout("init", home, "--from", folder, "--as", "jane", stdin="Maple Hollow Goods LLC\n").stdout
    assert all(f"not taken: {junk}" in said for junk in JUNK) and "it has the bytes of" in said
    assert rows(home, "bank_accounts") == [["bank-usd", "maple-hollow-goods-llc", "USD", ""]]
    assert "Chase1234_Activity.CSV: account without a number in USD; 8 payouts of that currency came there" in said
    assert [row[-2:] for row in rows(home, "processor_accounts")] == [["USD", "bank-usd"], ["USD", "bank-usd"]]
    assert ('sign = "$"' in (home / "tieout.toml").read_text(encoding="utf-8")) == marked
    assert Counter(state for _, state, _ in asked(home, PROVEN)) == {"proven": 2} and asked(home, OPEN) == []
    assert "The first proof: tieout prove" in said


def test_a_german_odoo_that_a_spreadsheet_saved_again_and_two_accounts_at_paypal(tmp_path: Path) -> None:
    folder, home = lay(tmp_path / "kerzen", _heaps_more.kerzen()), tmp_path / "books"
    said = tieout("init", home, "--from", folder, "--as", "jane").stdout
    assert rows(home, "entities") == [["hanse-kerzen-gmbh", "Hanse Kerzen GmbH", "DE", "EUR", "Hanse Kerzen GmbH", "Europe/Berlin"]]
    assert [row[::4] for row in rows(home, "processor_accounts")] == [["klarna-eur", "bank-eur"], ["paypal-eur-0001", "bank-eur"], ["paypal-eur-0002", "bank-eur"]]
    assert {(word, account) for _, word, account in rows(home, "gateways")} >= {("paypal", "paypal-eur-0001"), ("paypal_instalments", "paypal-eur-0002"), ("klarna_payments", "klarna-eur")}
    assert rows(home, "taxes") == [["hanse-kerzen-gmbh", "DE MwSt 19%", "19 % USt", "19", ""]]
    settings = (home / "tieout.toml").read_text(encoding="utf-8")
    assert settings.count('numbers = "1234,56"\ndays = "%d.%m.%Y"') == 1 and len(list((home / "inbox" / "hanse-kerzen-gmbh-odoo").iterdir())) == 0, "one feed for all extracts, and they have landed"
    assert asked(home, "SELECT count(*), sum(total) FROM odoo_sale_order") == asked(home, "SELECT count(*), sum(total) FROM sales_order")
    assert asked(home, "SELECT name, account_type FROM odoo_account WHERE code = '8400'") == [("Erlöse 19 % USt", "income")]
    assert asked(home, "SELECT DISTINCT state FROM payout_proof") == [("proven",)] and "The first proof: tieout prove" in said
    assert asked(home, OPEN) == [("MAPPING_MISSING",)], "of one clearing account nothing says of which of two accounts at PayPal it is"


def test_a_british_company_that_sells_in_two_currencies_and_gives_money_back(tmp_path: Path) -> None:
    folder, home = lay(tmp_path / "fern", _heaps_more.fern()), tmp_path / "books"
    tieout("init", home, "--from", folder, "--as", "jane")
    assert rows(home, "entities") == [["fern-fell-ltd", "Fern & Fell Ltd", "GB", "GBP", "Fern & Fell Ltd", "Europe/London"]], "totals of documents in euros are others in the books"
    assert [row[1:4] for row in rows(home, "accounts") if row[1] in ("clearing", "processing_fees")] == [
        ["clearing", "stripe-eur", "1251"], ["clearing", "stripe-gbp", "1250"], ["processing_fees", "stripe-eur", "7901"], ["processing_fees", "stripe-gbp", "7901"]]
    assert asked(home, PROVEN) == [("stripe-eur", "proven", 3), ("stripe-gbp", "proven", 3)] and asked(home, OPEN) == []
    assert asked(home, "SELECT DISTINCT move_type FROM odoo_move ORDER BY ALL") == [("out_invoice",), ("out_refund",)]


def test_yen_have_no_decimals_and_names_in_kana_are_known(tmp_path: Path) -> None:
    folder, home = lay(tmp_path / "toudai", _heaps_more.toudai()), tmp_path / "books"
    tieout("init", home, "--from", folder, "--as", "jane", stdin="燈台株式会社\n")
    assert rows(home, "entities") == [["books", "燈台株式会社", "JP", "JPY", "燈台株式会社", "Asia/Tokyo"]]
    assert rows(home, "fee_schedules") == [["stripe-jpy", "card", "", "3", "0", "JPY"]]
    assert asked(home, PROVEN) == [("stripe-jpy", "proven", 3)] and asked(home, OPEN) == []


def test_a_download_without_a_currency_is_not_taken_where_payouts_in_two_came_there(tmp_path: Path) -> None:
    one, other = stall("a"), stall("b", prefix="US", ids=7_300_000_000_001)
    other.currency = "USD"
    (lines, bank), (further, more) = _heaps.stripe_rows(one.sales, "EUR", "1.5", "0.25", "A"), _heaps.stripe_rows(other.sales, "USD", "1.4", "0.20", "B")
    files = {"o1.csv": one.orders(), "o2.csv": other.orders(), "s1.csv": text_of(_heaps.STRIPE, lines), "s2.csv": text_of(_heaps.STRIPE, further), "bank.csv": _heaps_more.us_csv(sorted([*bank, *more]))}
    found = look_into(lay(tmp_path / "both", files))
    assert [why for name, why in found.unread if name == "bank.csv"] == ["it looks like a bank's download, payouts in EUR and USD came there: ask the bank for CAMT, MT940 or OFX"]
    assert found.con.execute("FROM look.bank_line").fetchall() == []
    found = look_into(lay(tmp_path / "one", {**files, "bank.csv": _heaps_more.us_csv(bank)}))
    assert [row for look in found.looks for row in look.statements.values()] == [("", "EUR")], "the money says it, not the country of the form"


def test_accounts_are_told_apart_by_the_number_that_their_reports_have(tmp_path: Path) -> None:
    made = stall("a", ("PayPal", "paypal"))
    one, other = (_heaps.paypal_days(made.sales[place::2], (made.sales[-1].on,), account=account)[0] for place, account in enumerate(("AAAA1111", "BBBB2222")))
    heap = lay(tmp_path / "heap", {"o.csv": made.orders(), **{f"{name}": text for name, text in one.items()}, **{f"copy {name}": text for name, text in other.items()}})
    _, owners, made_rows, _ = made_of(heap, Person("T Ltd", "IE"))
    assert [(account.name, account.merchant, len(account.looks)) for account in owners.accounts] == [("paypal-eur-1111", "AAAA1111", len(one)), ("paypal-eur-2222", "BBBB2222", len(other))]
    assert cells(made_rows, "gateways") == [], "half of the payments of one spelling are with each: nothing says whose it is"


@pytest.mark.parametrize(("model", "cell", "bad"), [("sale.order", b";22,", b";22."), ("sale.order", b"24.08.2026", b"2026-08-24")])
def test_a_cell_that_is_not_in_the_locale_of_the_others_is_refused(tmp_path: Path, model: str, cell: bytes, bad: bytes) -> None:
    name = next(name for name in _heaps_more.kerzen() if model in name)
    content = _heaps_more.kerzen()[name]
    assert isinstance(content, bytes) and cell in content
    found = look_into(lay(tmp_path, {name: content.replace(cell, bad, 1)}))
    assert found.looks == [] and found.unread[0][0] == name


def test_windows_letters_of_an_english_extract_are_not_guessed(tmp_path: Path) -> None:
    name, text = _heaps_more.odoo("Söhne GmbH", [(stall("a").sales[0], "EUR")], Decimal(19), "19 %", (), ())["sale.order"]
    found = look_into(lay(tmp_path, {name: text.encode("cp1252")}))
    assert [why.split(".")[0] for _, why in found.unread] == ["the file is not UTF-8 text"]


HEAD = "Date,Description,Amount (USD),Balance\n"


def test_signs_and_brackets_beside_the_amounts_of_a_bank(tmp_path: Path) -> None:
    found = explained(probe(tmp_path, HEAD + '09/28/2026,SHOPIFY,"$1,010.00","$1,010.00"\n09/29/2026,RENT,($20.50),$989.50\n'))
    assert found and (found.sign, found.brackets, found.thousands) == ("$", True, ",")
    read = found.reader("amount", "DECIMAL(18,4)")
    assert [read(cell) for cell in ("$1,010.00", "($20.50)", "-$3.00", "$-3.00", "3.00 $")] == ["1010.00", "-20.50", "-3.00", "-3.00", "3.00"]
    assert [read(cell) for cell in ("€1.00", "$$1.00", "(1.00", "1$.00", "(-1.00)")] == ["?€1.00", "?$$1.00", "?(1.00", "?1$.00", "?(-1.00)"]


@pytest.mark.parametrize(("tail", "able"), [((",,", ",,"), True), ((",,", ","), False), ((",,", ",,x"), False)])
def test_empty_cells_behind_the_last_column_are_a_habit_of_the_whole_file_or_a_fault(tmp_path: Path, tail: tuple[str, str], able: bool) -> None:
    head = "Posting Date,Description,Amount,Balance,Check\n"
    files = {**{name: text for name, text in _heaps.till().items() if "qfx" not in name}, "bank.csv": head + f"09/28/2026,SHOPIFY,10.00,10.00{tail[0]}\n09/29/2026,SHOPIFY,1.00,11.00{tail[1]}\n"}
    found = look_into(lay(tmp_path, files))
    assert any(look.name == "bank.csv" for look in found.looks) == able
