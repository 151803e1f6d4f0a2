"""Which account of Odoo plays which role: what Odoo booked there says it, where names alone do not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import _shop
import pytest
from _shop import text_of
from conftest import tieout

from tieout.starting.ledger import Chart, roles_of
from tieout.starting.whose import Account

ASSET, EXPENSE = "asset_current", "expense"


def chart(*names: tuple[str, str, str], items: dict[str, int] | None = None, taxed: dict[str, int] | None = None, paid: dict[str, dict[str, int]] | None = None) -> Chart:
    return Chart(list(names), items or {}, Counter(taxed or {}), defaultdict(Counter, {account: Counter(codes) for account, codes in (paid or {}).items()}))


def given(found: Chart, *accounts: Account) -> dict[tuple[str, str], str]:
    return {(role, qualifier): code for role, qualifier, code, _ in roles_of(found, list(accounts))}


def test_payments_tell_two_accounts_of_one_name_apart() -> None:
    names = (("1150", "Stripe clearing", ASSET), ("101405", "Stripe clearing", ASSET))
    stripe = Account("stripe-eur", "stripe", "EUR")
    assert ("clearing", "stripe-eur") not in given(chart(*names), stripe)
    assert given(chart(*names, items={"1150": 3}), stripe)["clearing", "stripe-eur"] == "1150", "the only one that has items"
    assert given(chart(*names, items={"1150": 3, "101405": 90}, paid={"stripe-eur": {"101405": 90}}), stripe)["clearing", "stripe-eur"] == "101405"
    assert ("clearing", "stripe-eur") not in given(chart(*names, items={"1150": 3, "101405": 3}, paid={"stripe-eur": {"101405": 8, "1150": 2}}), stripe), "payments stand on both"


def test_the_tax_is_where_taxes_are_booked_whatever_the_account_is_called() -> None:
    wage = ("1741", "Wage and church tax payables", "liability_current")
    assert given(chart(wage)) == {}
    assert given(chart(wage, ("1776", "VAT, 19 %", "liability_current"), taxed={"1776": 40}))["tax", ""] == "1776"
    assert ("tax", "") not in given(chart(wage, ("1776", "VAT, 19 %", "liability_current"), ("1771", "VAT, 7 %", "liability_current"), taxed={"1776": 40, "1771": 30})), "two rates on two accounts: neither is all of it"


@pytest.mark.parametrize(
    ("names", "role", "code"),
    [
        ((("1015", "Payouts in transit", ASSET), ("101701", "Liquidity Transfer", ASSET)), ("payouts_in_transit", ""), "1015"),
        ((("1360", "Liquidity Transfer", ASSET), ("1590", "Items in transit", ASSET)), ("payouts_in_transit", ""), "1360"),
        ((("8401", "Versanderlöse 19 %", "income"),), ("sales", ""), None),
        ((("8401", "Versanderlöse 19 %", "income"),), ("shipping", ""), "8401"),
        ((("4970", "Nebenkosten des Geldverkehrs", EXPENSE),), ("bank_charges", ""), "4970"),
        ((("4970", "Nebenkosten des Geldverkehrs", EXPENSE),), ("processing_fees", "paypal-eur"), "4970"),
        ((("1362", "PayPal Rücklage", ASSET), ("0850", "Gesetzliche Rücklage", "equity")), ("processor_reserve", ""), "1362"),
        ((("1170", "Chargebacks under dispute", ASSET),), ("disputed_funds", ""), "1170"),
    ],
)
def test_the_name_that_says_most_comes_first_and_no_account_but_a_cost_has_two_roles(names: tuple[tuple[str, str, str], ...], role: tuple[str, str], code: str | None) -> None:
    assert given(chart(*names), Account("paypal-eur", "paypal", "EUR")).get(role) == code


def test_a_folder_of_extracts_says_which_account_clears_and_which_tax_is_the_shops(tmp_path: Path) -> None:
    """Two accounts called alike, three taxes of one rate: what the payments and the invoices were booked on decides. The items write the code before the name; that is no second account."""
    heap = tmp_path / "exports"
    heap.mkdir()
    for name, text in _shop.files().items():
        text = re.sub(r",0\.00,,$", ",0.00,VAT 23%,1.00", text, flags=re.MULTILINE) if "orders_export" in name else text
        (heap / name.replace("/", "-")).write_text(text, encoding="utf-8")
    accounts = [["1", "1150", "Stripe clearing", "Current Assets", "True"], ["2", "1151", "Stripe clearing", "Current Assets", "True"], ["3", "1210", "Receivable", "Receivable", "True"],
                ["4", "2200", "Output VAT", "Current Liabilities", "False"], ["5", "2500", "Gift card liability", "Current Liabilities", "True"]]
    items = [["1", "11", "Journal Entry", "Posted", "2026-09-02", "Shop Ltd", "1151", "1151 Stripe clearing", "#101", "61.50", "0", "EUR", ""], ["2", "11", "Journal Entry", "Posted", "2026-09-02", "Shop Ltd", "1210", "1210 Receivable", "#101", "0", "61.50", "EUR", ""],
             ["3", "12", "Customer Invoice", "Posted", "2026-09-02", "Shop Ltd", "2200", "2200 Output VAT", "#101", "0", "11.50", "EUR", "Sales 23%"], ["4", "12", "Customer Invoice", "Posted", "2026-09-02", "Shop Ltd", "2500", "2500 Gift card liability", "#101", "0", "50.00", "EUR", ""]]
    taxes = [[str(n), name, "Sales", "Percentage", "23.0", "Tax Included"] for n, name in enumerate(("Sales 23%", "Services 23%", "Old 23%"), 1)]
    (heap / "Account.csv").write_text(text_of("ID,Code,Account Name,Type,Allow Reconciliation", accounts), encoding="utf-8")
    (heap / "Item.csv").write_text(text_of("ID,Journal Entry/ID,Type,Status,Date,Company,Account/Code,Account,Reference,Debit,Credit,Currency,Originator Tax", items), encoding="utf-8")
    (heap / "Payment.csv").write_text(text_of("ID,Number,Date,State,Payment Type,Amount,Currency,Memo,Journal Entry/ID,Company", [["7", "P1", "2026-09-02", "Paid", "Receive", "61.50", "EUR", "#101", "11", "Shop Ltd"]]), encoding="utf-8")
    (heap / "Tax.csv").write_text(text_of("ID,Tax Name,Tax Type,Tax Computation,Amount,Included in Price", taxes), encoding="utf-8")
    said = tieout("init", tmp_path / "books", "--from", heap, "--as", "jane", stdin="\n\n\n").stdout
    assert "account 1151 Stripe clearing: Odoo booked 1 payments there" in said and "account 2200 Output VAT: 1 items of taxes stand there" in said
    assert "gift_card_liability, 2500" in said and "Odoo books one tax of 23 % that fits: Sales 23%" in said, said
