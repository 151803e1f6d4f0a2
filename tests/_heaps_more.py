"""Three further shops that nobody has, with what else lies in such folders: an American one with PayPal and a bank's CSV, a German one with its Odoo, Klarna and two PayPal accounts, a British one that sells in pounds and in euros, a Japanese one."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from _heaps import DE_BANK, GB_BANK, STRIPE, Line, Sale, Stall, amounts, camt, cents, mt940, paypal_days, shopify_payments, stripe_rows
from _shop import text_of
from conftest import ROOT

Files = dict[str, str | bytes]
STATES = (("New York State Tax 4%", Decimal(4)), ("Connecticut State Tax 6.35%", Decimal("6.35")), ("", Decimal(0)), ("New Jersey State Tax 6.625%", Decimal("6.625")))


@dataclass
class Taxed(Stall):
    """A shop whose orders are taxed where they go."""

    states: Sequence[tuple[str, Decimal]] = field(default_factory=tuple)

    def orders(self) -> str:
        head, *rows = csv.reader(io.StringIO(Stall.orders(self)))
        for sale, row in zip(reversed(self.sales), rows, strict=True):
            word, rate = self.states[sale.number // 7 % len(self.states)]
            tax = cents(sale.total * rate / (100 + rate))
            cells = {"Tax 1 Name": word, "Tax 1 Value": f"{tax}" if word else "", "Taxes": f"{tax}", "Subtotal": f"{sale.total - tax}", "Lineitem price": f"{sale.total - tax}"}
            row[:] = [cells.get(name, cell) for name, cell in zip(head, row, strict=True)]
        return text_of(",".join(head), rows)


def junk(other: bytes) -> Files:
    """What else lies in a folder of downloads; `other` is one of its files, under another name."""
    return {
        "invoice 4711.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n", "README.txt": "Exports for the accountant, please.\n", "empty.csv": b"", "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "Copy of something (2).csv": other, ".DS_Store": b"\0\0\0\1Bud1", "photo.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    }


def halves(name: str, text: str, day: str) -> Files:
    """An export as two of them, of two months; `day` is the first of the second month. Newest first, the header in both."""
    head, *rows = text.splitlines()
    return {f"{name}_1.csv": "\n".join([head, *(row for row in rows if day not in row)]) + "\n", f"{name}_2.csv": "\n".join([head, *(row for row in rows if day in row)]) + "\n"}


# ---------------------------------------------------------------- an American shop

def us_csv(lines: list[Line], opening: Decimal = Decimal("1830.15"), marked: bool = False) -> str:
    """An American bank's download: no account, no currency, days as people write them, the newest first."""
    def money(value: Decimal) -> str:
        return f'"{"-" if value < 0 else ""}${abs(value):,.2f}"' if marked else f"{value}"

    balance, rows = opening, []
    for on, amount, text, _ in lines:
        balance += amount
        rows.append(f"{'CREDIT' if amount > 0 else 'DEBIT'},{on.month}/{on.day}/{on.year},\"{text}\",{money(amount)},ACH_{'CREDIT' if amount > 0 else 'DEBIT'},{money(balance)},,")
    return "\n".join(["Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #", *reversed(rows)]) + "\n"


def maple(marked: bool = False) -> Files:
    """New York: Shopify Payments and PayPal, a bank's CSV, taxes of four states, two months."""
    stall = Taxed("USD", "-0400", "", Decimal(0), False, states=STATES)
    shopify, paypal = ("Shopify Payments", "shopify_payments"), ("PayPal Express Checkout", "paypal")
    for n, total in enumerate(amounts("maple", 44)):
        stall.sell(date(2026, 8, 18) + timedelta(n * 28 // 44 // 7 * 7), total, paypal if n % 3 == 2 else shopify)
    lines, payouts, bank = shopify_payments(stall.sales, "USD", stall.offset, "Maple Hollow Goods LLC", "2.9", "0.30")
    reports, more = paypal_days([sale for sale in stall.sales if sale.tenders[0][:2] == paypal], (date(2026, 8, 25), date(2026, 9, 1), date(2026, 9, 8)), "USD", "3.49", "0.49", "MAPLEHOLLOW1", "-0400")
    bank = sorted([*bank, *((on, amount, text.replace("PAYPAL (EUROPE) S.A R.L.", "PAYPAL           TRANSFER   PPD ID: PAYPALSD11"), reference) for on, amount, text, reference in more),
                   (date(2026, 8, 20), Decimal("-1200.00"), "RENT WAREHOUSE", ""), (date(2026, 9, 2), Decimal("-64.20"), "CON EDISON", "")])
    return {**halves("orders_export", stall.orders(), "2026-09"), **halves("transactions_export", stall.transactions(), "2026-09"), "payment_transactions_export_1.csv": lines, "payouts_export_1.csv": payouts,
            **reports, "Chase1234_Activity.CSV": us_csv(bank, marked=marked), **junk(payouts.encode())}


# ---------------------------------------------------------------- a German shop

KLARNA = ("total_sale_amount,total_fee_amount,total_fee_correction_amount,total_tax_amount,total_return_amount,total_reversal_amount,total_commission_amount,total_credit_amount,total_charge_amount,"
          "total_holdback_amount,total_release_amount,opening_debt_balance,total_deposit_amount,total_repay_amount,closing_debt_balance,total_fee_refund_amount,total_settlement_amount,payment_reference,"
          "settlement_currency,payout_date,merchant_id,merchant_settlement_type")
KLARNA_ROWS = ("type,capture_date,sale_date,order_id,short_order_id,capture_id,merchant_reference1,merchant_reference2,amount,posting_currency,refund_id,purchase_country,tax_rate,tax_amount,detailed_type")


def klarna(sales: list[Sale], paid: date, reference: str) -> tuple[str, Line]:
    """A settlement as Klarna sends it, a summary and its rows; and what the bank gets."""
    gross, fees, rows = Decimal(0), Decimal(0), []
    for sale in sales:
        fee = cents(sale.total * Decimal("2.99") / 100) + Decimal("0.35")
        gross, fees, at = gross + sale.total, fees + fee, f"{sale.on}T09:00:00Z"
        for kind, amount, more in (("SALE", sale.total, "PURCHASE"), ("FEE", -fee, "PURCHASE_FEE_PERCENTAGE")):
            rows.append([kind, at, at, f"ord-{sale.number}", f"S{sale.number}", f"cap-{sale.number}", sale.token, sale.name, f"{amount}", "EUR", "", "DE", "", "", more])
    zero = ["0.00"] * 14
    head = text_of(KLARNA, [[f"{gross}", f"{fees}", *zero, f"{gross - fees}", reference, "EUR", f"{paid}T07:45:00Z", "K4711", "NET"]])
    return head + text_of(KLARNA_ROWS, rows), (paid + timedelta(1), gross - fees, f"KLARNA BANK AB {reference}", "")


# ---------------------------------------------------------------- what Odoo exports

def odoo(company: str, sales: Sequence[tuple[Sale, str]], rate: Decimal, tax: str, refunds: Sequence[tuple[Sale, Decimal, date]], accounts: Sequence[tuple[str, str, str]], rates: Mapping[str, Decimal] = MappingProxyType({})) -> dict[str, tuple[str, str]]:
    """Model → file name and text, in English, of orders (with their currencies) that were invoiced, and of refunds with a credit note each."""
    at, orders, moves = "2026-10-01 05:20:00", [], []
    for no, (sale, currency) in enumerate(sales, 1):
        part = cents(sale.total * rate / (100 + rate))
        cells = [currency, f"{sale.total - part}", f"{part}", f"{sale.total}"]
        orders.append([f"__export__.sale_order_{no}_a7", f"{no}", f"S{no:05}", sale.name, sale.name, "Sales Order", "Fully Invoiced", f"{sale.on} 09:00:15", company, *cells, "Fully Delivered", at])
        moves.append([f"__export__.account_move_{no}_7a", f"{no}", f"INV/2026/{no:05}", "Customer Invoice", "Posted", "Paid", company, "INV", f"{sale.on}", f"{sale.on}", sale.name, f"S{no:05}", "", *cells, "0.0", f"{cents(sale.total * rates.get(currency, Decimal(1)))}", at])
    of = {sale.name: str(no) for no, (sale, _) in enumerate(sales, 1)}
    coins = {sale.name: currency for sale, currency in sales}
    for no, (sale, amount, on) in enumerate(refunds, len(sales) + 1):
        part = cents(amount * rate / (100 + rate))
        moves.append([f"__export__.account_move_{no}_7a", f"{no}", f"RINV/2026/{no:05}", "Customer Credit Note", "Posted", "Paid", company, "INV", f"{on}", f"{on}", sale.name, "", of[sale.name],
                      coins[sale.name], f"{amount - part}", f"{part}", f"{amount}", "0.0", f"{-cents(amount * rates.get(coins[sale.name], Decimal(1)))}", at])
    return {
        "sale.order": ("Sales Order (sale.order).csv", text_of("External ID,ID,Order Reference,Customer Reference,Source Document,Status,Invoice Status,Order Date,Company,Currency,Untaxed Amount,Taxes,Total,Delivery Status,Last Updated on", orders)),
        "account.move": ("Journal Entry (account.move).csv", text_of("External ID,ID,Number,Type,Status,Payment Status,Company,Journal/Sequence Prefix,Date,Invoice/Bill Date,Reference,Origin,Reversal of/ID,Currency,Untaxed Amount,Tax,Total,Amount Due,Total Signed,Last Updated on", moves)),
        "account.account": ("Account (account.account).csv", text_of("External ID,ID,Code,Account Name,Type,Allow Reconciliation,Active", [[f"__export__.account_account_{no}_68", f"{no}", *one, "True", "True"] for no, one in enumerate(accounts, 1)])),
        "account.journal": ("Journal (account.journal).csv", text_of("External ID,ID,Sequence Prefix,Journal Name,Type,Company", [["__export__.account_journal_1_5b", "1", "INV", "Sales", "Sales", company], ["__export__.account_journal_2_c2", "2", "AUSZ", "Payouts", "Miscellaneous", company]])),
        "account.tax": ("Tax (account.tax).csv", text_of("External ID,ID,Tax Name,Tax Type,Tax Computation,Amount,Included in Price,Active,Company", [["__export__.account_tax_1_11", "1", tax, "Sales", "Percentage", f"{rate}.0", "Tax Included", "True", company]])),
    }


def german(model: str, text: str) -> bytes:
    """An export in German as a German spreadsheet saves it again: semicolons, a comma before the cents, days with points, Windows' letters."""
    words = [row for row in csv.DictReader((ROOT / "importers" / "odoo_words.csv").read_text(encoding="utf-8").splitlines()) if row["model"] == model]
    heads, values = {row["en"]: row["de"] for row in words if not row["value"]}, {row["en"]: row["de"] for row in words if row["value"]}
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows = list(csv.reader(io.StringIO(text)))
    writer.writerow([heads.get(cell, cell) for cell in rows[0]])
    for row in rows[1:]:
        writer.writerow([re.sub(r"^(\d{4})-(\d\d)-(\d\d)( .*)?$", r"\3.\2.\1\4", re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", {"True": "WAHR"}.get(cell, values.get(cell, cell)))) for cell in row])
    return out.getvalue().encode("cp1252")


def silent(lines: list[Line]) -> str:
    """A bank that prints no reference, neither its own nor the payer's."""
    return re.sub(r"NONREF//[^\r]*", "NONREF", re.sub(r"\?20EREF\+[^?]*\?21SVWZ\+", "?20", mt940(DE_BANK, "EUR", lines, name="VOLKSBANK")))


def kerzen() -> Files:
    """Bremen: two PayPal accounts, one for each button, Klarna, a bank that prints no reference, Odoo in German."""
    stall = Stall("EUR", "+0200", "DE MwSt 19%", Decimal(19), True)
    ways = (("PayPal Express Checkout", "paypal"), ("PayPal (Ratenzahlung)", "paypal_instalments"), ("Klarna", "klarna_payments"))
    for n, total in enumerate(amounts("kerzen", 45)):
        stall.sell(date(2026, 8, 24) + timedelta(n * 21 // 45 // 7 * 7), total, ways[n % 3])
    files: Files = {**halves("orders_export", stall.orders(), "2026-09"), **halves("transactions_export", stall.transactions(), "2026-09")}
    bank: list[Line] = [(date(2026, 9, 1), Decimal("-1340.00"), "Miete September Lager", "")]
    for way, account, folder, out in ((ways[0], "KERZEN0001", "PayPal", (date(2026, 8, 28), date(2026, 9, 7))), (ways[1], "KERZEN0002", "PayPal Raten", (date(2026, 8, 31), date(2026, 9, 7)))):
        those = [Sale(sale.number, sale.name, sale.on, sale.total, (("", "paypal", sale.total),)) for sale in stall.sales if sale.tenders[0][:2] == way]
        reports, lines = paypal_days(those, out, account=account, percent="2.49" if way is ways[0] else "2.99")
        files |= {f"{folder} {name}": text for name, text in reports.items()}
        bank += [(on, amount, "PAYPAL EUROPE S.A.R.L. ET CIE", "") for on, amount, _, _ in lines]
    for number, paid in enumerate((date(2026, 9, 2), date(2026, 9, 9), date(2026, 9, 16))):
        those = [sale for sale in stall.sales if sale.tenders[0][:2] == ways[2] and paid - timedelta(9) <= sale.on < paid - timedelta(2)]
        text, line = klarna(those, paid, f"KLA27611884{number}")
        files[f"settlement_KLA27611884{number}.csv"] = text
        bank.append((line[0], line[1], "KLARNA BANK AB", ""))
    accounts = (("1200", "Bank", "Bank and Cash"), ("1361", "Verrechnungskonto PayPal", "Current Assets"), ("1363", "Verrechnungskonto Klarna", "Current Assets"), ("1360", "Geldtransit", "Current Assets"),
                ("1400", "Forderungen aus Lieferungen und Leistungen", "Receivable"), ("8400", "Erlöse 19 % USt", "Income"), ("1776", "Umsatzsteuer 19 %", "Current Liabilities"), ("4970", "Nebenkosten des Geldverkehrs", "Expenses"))
    for model, (name, text) in odoo("Hanse Kerzen GmbH", [(sale, "EUR") for sale in stall.sales], Decimal(19), "19 % USt", (), accounts).items():
        files[name] = german(model, text)
    return {**files, "umsaetze.sta": silent(sorted(bank)).encode("cp1252"), **junk(stall.orders().encode())}


# ---------------------------------------------------------------- a British shop

def fern() -> Files:
    """Leeds: one shop in pounds and one in euros, a Stripe report for each, statements of each day in one archive, credit notes in Odoo."""
    out: Files = {}
    archive, sold, back = io.BytesIO(), list[tuple[Sale, str]](), list[tuple[Sale, Decimal, date]]()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as statements:
        for prefix, currency, iban, fixed, mark, first, ids, opening in (("#", "GBP", GB_BANK, "0.20", "P", 2001, 5_100_000_000_001, "800.00"), ("EU-", "EUR", "GB33BUKB20201555555555", "0.25", "Q", 301, 6_400_000_000_001, "91.20")):
            stall = Stall(currency, "+0100", "GB VAT 20%", Decimal(20), True, prefix, first, ids)
            for n, total in enumerate(amounts("fern" + mark, 33)):
                stall.sell(date(2026, 8, 24) + timedelta(n * 21 // 33), total, ("Stripe", "stripe"))
            rows, lines = stripe_rows(stall.sales, currency, "1.5", fixed, mark)
            given = [(sale, cents(sale.total / 4), date(2026, 9, 9)) for n, sale in enumerate(stall.sales[:20]) if n % 7 == 3]
            rows, lines = with_refunds(rows, lines, given, mark)
            orders = with_refunded(stall, given)
            paid = stall.transactions() + "".join(f"{sale.number},{sale.name},refund,stripe,{on} 12:00:00 +0100,success,{amount},{currency},visa\n" for sale, amount, on in given)
            out |= {**halves(f"orders_export_{mark}", orders, "2026-09"), f"transactions_export_{mark}.csv": paid, f"payout_reconciliation_{mark}.csv": text_of(STRIPE, rows)}
            balance = Decimal(opening)
            for number, line in enumerate(sorted(lines), 1):
                statements.writestr(f"{currency}/camt053_{line[0]}.xml", camt(iban, currency, [line], balance, number))
                balance += line[1]
            sold, back = sold + [(sale, currency) for sale in stall.sales], back + given
    accounts = (("1200", "Bank", "Bank and Cash"), ("1250", "Stripe Clearing GBP", "Current Assets"), ("1251", "Stripe Clearing EUR", "Current Assets"), ("1260", "Cash in transit", "Current Assets"), ("1100", "Accounts Receivable", "Receivable"),
                ("4000", "Product Sales", "Income"), ("2200", "VAT payable", "Current Liabilities"), ("7901", "Stripe fees", "Expenses"))
    out |= dict(odoo("Fern & Fell Ltd", sold, Decimal(20), "20% S", back, accounts, {"EUR": Decimal("0.8641")}).values())
    return {**out, "statements.zip": archive.getvalue(), **junk(out["transactions_export_P.csv"].encode())}


def with_refunds(rows: list[list[str]], lines: list[Line], given: list[tuple[Sale, Decimal, date]], mark: str) -> tuple[list[list[str]], list[Line]]:
    """Stripe's rows with what was given back, in the first payout after that."""
    after = min(row[1] for row in rows if row[9] == "payout" and row[1][:10] > f"{given[0][2]}")
    payout = next(row for row in rows if row[9] == "payout" and row[1] == after)
    sum_ = sum((amount for _, amount, _ in given), Decimal(0))
    more = [[payout[0], after, f"txn_{mark}r{sale.number}", f"{on} 11:00:00", f"{on} 11:00:00", payout[5], f"{-amount}", "0.00", f"{-amount}", "refund", f"re_{sale.number}", f"Refund for {sale.name}", "card", payout[13], f"{sale.number}"] for sale, amount, on in given]
    less = [row if row is not payout else [*row[:6], f"{Decimal(row[6]) + sum_}", row[7], f"{Decimal(row[8]) + sum_}", *row[9:]] for row in rows]
    return [*less, *more], [(on, amount - sum_ if payout[13] in text else amount, text, reference) for on, amount, text, reference in lines]


def with_refunded(stall: Stall, given: list[tuple[Sale, Decimal, date]]) -> str:
    """The orders export, with what was given back in its column."""
    head, *rows = csv.reader(io.StringIO(stall.orders()))
    place, status, of = head.index("Refunded Amount"), head.index("Financial Status"), {sale.name: amount for sale, amount, _ in given}
    for row in rows:
        row[place], row[status] = (f"{of[row[0]]}", "partially_refunded") if row[0] in of else (row[place], row[status])
    return text_of(",".join(head), rows)


# ---------------------------------------------------------------- a Japanese shop

def toudai() -> Files:
    """Tokyo: Stripe in yen, which has no decimals, and a bank that writes names in kana."""
    stall = Stall("JPY", "+0900", "CT 10%", Decimal(10), True)
    for n, total in enumerate(amounts("yen", 30)):
        stall.sell(date(2026, 9, 1) + timedelta(n * 20 // 30), cents(total).to_integral_value() * 1100, ("Stripe", "stripe"))
    rows, lines = stripe_rows(stall.sales, "JPY", "3", "0", "J")
    whole = [[re.sub(r"^(-?\d+)\.\d\d$", r"\1", cell) for cell in row] for row in rows]
    bank = [(on, amount.to_integral_value(), "ストライプジャパン(カ", reference) for on, amount, _, reference in lines]
    return {"orders_export_1.csv": stall.orders(), "transactions_export_1.csv": stall.transactions(), "payouts.csv": text_of(STRIPE, whole), "camt.xml": camt("0001-1234567", "JPY", bank, Decimal(50000))}
