"""Mollie's settlement export: the payments, refunds, chargebacks and withheld fees of a settlement."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._kit import CsvImporter, Lands
from ._words import Words

SETTLED = ("paidout", "paid", "settled", "refunded", "partially refunded", "charged_back", "charged back", "chargeback")


class Payout(Lands):
    """The settlement: what its rows sum to is what the bank receives, under the settlement's reference."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    payout_id = c.ident("Settlement reference", filled=True)
    bank_reference = c.ident("Settlement reference", filled=True)
    paid_on = c.day("Date", filled=True)
    amount = c.amount("Settlement amount")
    currency = c.currency("Settlement currency")
    status = d.constant("paid")


class Importer(CsvImporter):
    """Dashboard › Settlements › *Export*. The file has no payout row and no date of payment: the payout is the sum of its rows, dated the day of
    the last one, and is found at the bank by the settlement reference.

    Fees come as rows `Withheld fees …` without an id. A word in `Status` that is none of those under which Mollie settles holds the file, for no total
    would show such a row. A row's kind is the start of its id: `tr_` payment, `re_` refund, `chb_` chargeback. Names and accounts of consumers are not kept. The description is the merchant's: an order name or the shop's payment id.
    """

    source = "mollie"
    context = "account"
    claims = ("Settlement reference", "Settlement amount", "Settlement currency", "Payment method", "Amount refunded")
    known = """Date,Payment method,Currency,Amount,Status,ID,Description,Consumer name,Consumer bank account,Consumer BIC,Settlement currency,
        Settlement amount,Settlement reference,Amount refunded"""
    types = {
        "tr +": ("charge", "sale"),
        "re -": ("refund", "refund"),
        "re +": ("refund_failed", "refund"),
        "chb -": ("chargeback", "dispute"),
        "chb +": ("chargeback_reversal", "dispute"),
        "withheld fees -": ("fee", "fee"),
        "withheld fees +": ("fee_refund", "fee"),
        "rolling reserve -": ("reserve_hold", "reserve"),
        "rolling reserve +": ("reserve_release", "reserve"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout,)

    processor_ref = c.ident("ID")
    description = c.text("Description")
    occurred_at = c.moment("Date", form="%Y-%m-%d %H:%M:%S", filled=True)
    booked_on = c.day("Date", filled=True)
    shown = c.amount("Amount", filled=False)
    presentment_currency = c.currency("Currency", filled=False)
    gross = c.amount("Settlement amount")
    net_stated = c.amount("Settlement amount")
    currency = c.currency("Settlement currency")
    payout_id = c.ident("Settlement reference", filled=True)
    bank_reference = c.ident("Settlement reference", filled=True)
    payment_method = c.text("Payment method")
    merchant_ref = c.lenient_ident("Description")
    prefix = d.extracted("processor_ref", "^([a-z]+)_")
    wording = d.extracted("description", "^([Ww]ithheld fees|[Rr]olling reserve)")
    word = d.either(d.is_filled("processor_ref"), d.of("prefix"), d.of("wording"), "start of the id, or of the description")
    native_type = d.or_else("word", "row without id")
    native_id = d.both("processor_ref", "payout_id")
    order_name = d.extracted("description")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "description that is no order name")
    standing = c.lower("Status", optional=True, spoken=True)
    payout_status = d.constant("paid")
    presentment_amount = d.magnitude("shown")
    words = (Words("standing", {}, SETTLED, amount=("net_stated",)),)
