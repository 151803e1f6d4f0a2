"""Heaps as customers send them: archives within archives, two companies in one extract, two shops' lists of payouts, reports that leave their currency to the account, a bank's file in Windows' letters."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import _heaps
import pytest
from _heaps_more import odoo
from _shop import text_of
from test_starting_odd import Files, Person, cells, lay, made_of, stall

from tieout.starting.writing import feeds_of, write

ACCOUNTS = (("101200", "Bank", "Bank and Cash"), ("101450", "Payment Clearing", "Current Assets"), ("101460", "Cash in transit", "Current Assets"), ("121000", "Accounts Receivable", "Receivable"),
            ("400000", "Product Sales", "Income"), ("251000", "VAT payable", "Current Liabilities"), ("627000", "Payment fees", "Expenses"))
FRENCH = "FR7630006000011234567890189"


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_archives_within_archives_are_opened_and_every_file_of_them_is_copied_as_it_is(tmp_path: Path) -> None:
    files = _heaps.nordlicht()
    shop, paypal = ({name: content for name, content in files.items() if ("export" in name, name.startswith("STL")) == kind} for kind in ((True, False), (False, True)))
    inner: Files = {"Shopify/Shopify.zip": packed(shop), "PayPal/STL.zip": packed(paypal), "bank.zip": packed({"umsaetze.sta": files["umsaetze.sta"]}), "alone.zip": packed({"again.zip": packed({"a.txt": "hello", "b.csv": "x,y\n1,2\n"})}), "note.txt": "Hello"}
    lay(tmp_path / "heap", {"For the accountant.zip": packed(inner)})
    person = Person("N GmbH")
    _, owners, made, said = made_of(tmp_path / "heap", person)
    assert len(person.questions) == 1 and {look.name.rsplit("/", 1)[-1] for one in owners.owned() for look in one.looks} == {*shop, *paypal, "bank.zip"}
    assert [row[:4] for row in cells(made, "gateways") if row[2] == "paypal-eur"] and {word for line in said if "not taken" in line for word in re.findall(r"[\w.]+(?=[,:])", line)} >= {"note.txt", "a.txt", "b.csv"}
    write(tmp_path, "heap", owners, made)
    copies = {path.name: path.read_bytes() for path in (tmp_path / "inbox").rglob("*") if path.is_file()}
    assert all(copies[name] == str(content).encode() for name, content in {**shop, **paypal}.items()) and len(copies) == sum(len(looks) for looks in feeds_of(owners).values())


def test_an_archive_with_too_many_archives_within_is_named(tmp_path: Path) -> None:
    content = packed({"a.csv": "x\n1\n", "b.csv": "x\n2\n"})
    for _ in range(5):
        content = packed({"in.zip": content, "note.txt": "x"})
    assert any(name.endswith("in.zip/in.zip/in.zip/in.zip") and "holds 2 files" in why for name, why in made_of(lay(tmp_path, {"out.zip": content}), Person("X", "IE", "EUR"))[0].unread)


def two_companies(company_of_second: str = "Nord Belgium SRL") -> Files:
    out: Files = {}
    models: dict[str, tuple[str, list[str]]] = {}
    for place, (company, iban, prefix, ids, mark) in enumerate((("Atelier Nord SAS", FRENCH, "#", 5_100_000_000_001, "F"), (company_of_second, "BE68539007547034", "BE", 7_700_000_000_001, "B"))):
        shop = stall(f"company{place}", prefix=prefix, ids=ids)
        rows, bank = _heaps.stripe_rows(shop.sales, "EUR", "1.5", "0.25", mark)
        out |= {f"o{place}.csv": shop.orders(), f"t{place}.csv": shop.transactions(), f"s{place}.csv": text_of(_heaps.STRIPE, rows), f"c{place}.xml": _heaps.camt(iban, "EUR", bank, number=place + 1)}
        for model, (name, text) in odoo(company, [(sale, "EUR") for sale in shop.sales], Decimal(20), "20% TVA", (), ACCOUNTS).items():
            models.setdefault(model, (name, []))[1].append(re.sub(r"(?m)^(__export__\.[a-z_]+?)(\d+)(_\w+),(\d+),", lambda at: f"{at[1]}{int(at[2]) + place * 500}{at[3]},{int(at[4]) + place * 500},", text))  # noqa: B023
    return out | {name: texts[0] + texts[1].split("\n", 1)[1] for model, (name, texts) in models.items() if model != "account.account"}


def test_extracts_of_two_companies_are_not_taken_and_say_which_company_has_which_shop(tmp_path: Path) -> None:
    person = Person()
    _, owners, made, said = made_of(lay(tmp_path, two_companies()), person)
    assert person.questions == [] and [row[:5] for row in cells(made, "entities")] == [("atelier-nord-sas", "Atelier Nord SAS", "FR", "EUR", "Atelier Nord SAS"), ("nord-belgium-srl", "Nord Belgium SRL", "BE", "EUR", "Nord Belgium SRL")]
    assert {(row[0], row[1]) for row in cells(made, "stores")} == {("atelier-nord", "atelier-nord-sas"), ("nord-belgium", "nord-belgium-srl")}
    assert {(row[2], row[4]) for row in cells(made, "processor_accounts")} == {("atelier-nord-sas", "atelier-nord-bank-eur"), ("nord-belgium-srl", "nord-belgium-bank-eur")}
    assert sum("Sales Order (sale.order).csv" in line and "filter the list by it, then export again" in line for line in said) == 1 and not any(company.looks for company in owners.companies)


def test_a_company_that_has_nothing_here_is_not_asked_about(tmp_path: Path) -> None:
    files = {name: content for name, content in two_companies().items() if not re.match(r"[otsc]1\.", name)}
    person = Person()
    _, owners, _, _ = made_of(lay(tmp_path, files), person)
    assert person.questions == [] and [company.title for company in owners.companies] == ["Atelier Nord SAS"]


def french(lines: list[_heaps.Line]) -> bytes:
    """A French bank's download: Windows' letters, a column for what came and one for what went, the number of the account above."""
    rows = [f"{on:%d/%m/%Y};\"{text}\";{f'{-amount:.2f}'.replace('.', ',') if amount < 0 else ''};{f'{amount:.2f}'.replace('.', ',') if amount > 0 else ''}" for on, amount, text, _ in reversed(lines)]
    return "\r\n".join([f"Compte n° {FRENCH}", "Solde au 30/09/2026;4512,33", "", "Date;Libellé;Débit euros;Crédit euros", *rows, ""]).encode("cp1252")


@pytest.mark.parametrize("more", ["", "é"])
def test_two_shops_payout_lists_are_told_apart_by_the_sums_of_their_lines(tmp_path: Path, more: str) -> None:
    files: Files = {}
    bank: list[_heaps.Line] = [(date(2026, 9, 3), Decimal("-12.00"), f"LOYER{more}", "")]
    for place, mark in enumerate(("", " (1)")):
        shop = stall(f"list{place}", ("Shopify Payments", "shopify_payments"), ids=5_100_000_000_001 + place * 10**12)
        lines, payouts, came = _heaps.shopify_payments(shop.sales, "EUR", "+0100", "Deux Rives SARL", f"1.{5 + place}", "0.25")
        bank += [(on, amount, text.replace("SHP", f"SH{place}"), f"{reference}{place}") for on, amount, text, reference in came]
        files |= {f"orders{mark}.csv": shop.orders(), f"transactions{mark}.csv": shop.transactions(), f"lines{mark}.csv": lines.replace("10298", f"1029{place}").replace("#4", f"#{4 + place}"), f"payouts{mark}.csv": payouts.replace("SHP", f"SH{place}")}
    _, owners, made, said = made_of(lay(tmp_path, {**files, "releve.csv": french(sorted(bank))}), Person("Deux Rives SARL"))
    assert {tuple(sorted(look.name for look in account.looks)) for account in owners.accounts} == {("lines (1).csv", "payouts (1).csv"), ("lines.csv", "payouts.csv")}
    assert [row[2:4] for row in cells(made, "bank_accounts")] == [("EUR", FRENCH)] and all(row[4] == "bank-eur" for row in cells(made, "processor_accounts")) and not any("not taken" in line for line in said)


def sumup(sales: list[_heaps.Sale]) -> str:
    rows = [["till@example.org", f"{sale.on} 12:43:22", f"T{sale.number}", "Umsatz", "Erfolgreich", f"{sale.total}", f"{sale.total}", "0.30", f"{sale.total - Decimal('0.30')}", f"{sale.on + timedelta(1)}", f"88{sale.on:%m%d}", sale.name, "1 x Vase"] for sale in sales]
    return text_of("E-Mail,Datum,Transaktions-ID,Zahlungsart,Status,Betrag inkl. MwSt.,Netto,Gebühr,Auszahlung,Auszahlungsdatum,Auszahlungs-ID,Referenz,Beschreibung", rows)


def test_a_report_without_a_currency_is_in_that_of_the_orders_that_it_names(tmp_path: Path) -> None:
    shop, other = stall("till", ("SumUp", "sumup")), _heaps.Stall("CHF", "+0200", "CH MWST 8.1%", Decimal("8.1"), True, "CH", 9001, 8_100_000_000_001)
    other.sell(date(2026, 9, 4), "20.00", ("SumUp", "sumup"))
    files: Files = {"o.csv": shop.orders(), "t.csv": shop.transactions(), "o2.csv": other.orders(), "sumup.csv": sumup(shop.sales)}
    _, _, made, _ = made_of(lay(tmp_path / "a", files), Person("T Ltd", "", "IE"))
    assert [row[:4] for row in cells(made, "processor_accounts")] == [("sumup-eur", "sumup", "t-ltd", "EUR")]
    assert any("30 orders that it names are in that currency" in said for _, said in made.rows["processor_accounts"])
    del files["o.csv"], files["t.csv"]
    files["o3.csv"] = stall("none").orders()
    found = made_of(lay(tmp_path / "b", files), Person("T Ltd", "IE"))[0]
    assert [(name, "names no currency" in why) for name, why in found.unread] == [("sumup.csv", True)] and not found.asked("money")


def test_one_clearing_account_for_two_processors_is_that_of_both_and_of_none_where_one_has_its_own(tmp_path: Path) -> None:
    shop = stall("clearing")
    for place, sale in enumerate(shop.sales):
        sale.tenders = ((*(("PayPal Express Checkout", "paypal") if place % 3 == 2 else ("Stripe", "stripe")), sale.total),)
    rows, bank = _heaps.stripe_rows([sale for sale in shop.sales if sale.tenders[0][1] == "stripe"], "EUR", "1.5", "0.25", "A")
    reports, more = _heaps.paypal_days([sale for sale in shop.sales if sale.tenders[0][1] == "paypal"], (date(2026, 9, 7), date(2026, 9, 21)), offset="+0100")
    files: Files = {"o.csv": shop.orders(), "t.csv": shop.transactions(), "s.csv": text_of(_heaps.STRIPE, rows), **reports, "c.xml": _heaps.camt(_heaps.IE_BANK, "EUR", sorted(bank + more))}
    for case, more_accounts, expected in (("a", (), {("clearing", "paypal-eur", "101450"), ("clearing", "stripe-eur", "101450")}), ("b", (("101451", "Clearing Stripe", "Current Assets"),), {("clearing", "stripe-eur", "101451")})):
        extracts = dict(odoo("Quay Ltd", [(sale, "EUR") for sale in shop.sales], Decimal(23), "23% VAT", (), (*ACCOUNTS, *more_accounts)).values())
        _, _, made, _ = made_of(lay(tmp_path / case, {**files, **extracts}), Person())
        assert {row[1:4] for row in cells(made, "accounts") if row[1] == "clearing"} == expected
        assert {row[2:4] for row in cells(made, "accounts") if row[1] == "processing_fees"} == {("paypal-eur", "627000"), ("stripe-eur", "627000")}


def test_a_shop_that_nothing_here_knows_is_asked_about_and_left_out_where_nobody_says_whose_it_is(tmp_path: Path) -> None:
    own, other = stall("own"), _heaps.Stall("SEK", "+0200", "SE MOMS 25%", Decimal(25), True, "SE", 9001, 9_900_000_000_001)
    for place, total in enumerate(_heaps.amounts("other", 12)):
        other.sell(date(2026, 9, 1) + timedelta(place), total, ("Klarna", "klarna"))
    rows, bank = _heaps.stripe_rows(own.sales, "EUR", "1.5", "0.25", "A")
    files: Files = {"o.csv": own.orders(), "t.csv": own.transactions(), "s.csv": text_of(_heaps.STRIPE, rows), "c.xml": _heaps.camt(_heaps.IE_BANK, "EUR", bank), "theirs.csv": other.orders()}
    lay(tmp_path, files)
    person = Person("T Ltd", "yes", "", "IE")
    _, _, made, said = made_of(tmp_path, person)
    assert "theirs.csv, which sells in SEK? T Ltd; empty: leave it out" in person.questions[1] and person.refused == ['"yes" is none of T Ltd']
    assert [row[4] for row in cells(made, "stores")] == ["EUR"] and any(line.endswith("not taken: theirs.csv: nothing says of which company it is") for line in said)
    assert sorted(row[4] for row in cells(made_of(tmp_path, Person("T Ltd", "t ltd", "IE"))[2], "stores")) == ["EUR", "SEK"]
