"""Afterpay's settlement file of the partner schema: two currencies, month before day."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe

STAMP = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")


class Payout(Lands):
    """What is settled on one day: the sum of its rows, without a reference."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    paid_on = c.day("Settlement Date", form="%m/%d/%Y", head=True, filled=True)
    amount = c.amount("Net Settlement Amount", locale=c.POINT_SIGNED)
    currency = d.copied("feed_currency")
    payout_id = d.made(d.of("paid_on").cast("VARCHAR"), "settlement date")
    status = d.constant("paid")


class Importer(CsvImporter):
    """The settlement file that partners receive. Days are month/day/year. The order's own currency stands beside its rate; what is settled is in
    the currency of the feed's account. A cross-border fee is part of the merchant fee. The order is found by `Merchant Order ID`.
    """

    source = "afterpay"
    instead_of = ("afterpay_settlement",)
    context = "account"
    claims = ("Settlement Date", "Order Date and Time", "Merchant Order ID", "Presentment Currency", "Settlement Amount")
    known = """Settlement Date,Order Date and Time,Order Month,Order Year,Afterpay Order ID,Clearpay Order ID,Merchant Order ID,Merchant Refund ID,
        Presentment Amount,Presentment Currency,Settlement Exchange Rate,Order Amount,Settlement Amount,Variable Rate,Fixed Rate,Fee Amount,CBT Rate,
        CBT Fee Amount,Merchant Fee excl Tax,Merchant Fee Tax,Merchant Fee incl Tax,Net Settlement Amount,Payment Event Type"""
    identity = "Settlement Amount − Merchant Fee incl Tax = Net Settlement Amount in every row"
    types = {"order": ("charge", "sale"), "refund": ("refund", "refund")}
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout,)

    payout_on = c.day("Settlement Date", form="%m/%d/%Y", head=True, filled=True)
    occurred_at = c.moment("Order Date and Time", form=STAMP, filled=True)
    booked_on = c.day("Order Date and Time", form="%m/%d/%Y", head=True, filled=True)
    parent_ref = c.ident("Afterpay Order ID", "Clearpay Order ID", filled=True)
    refund = c.ident("Merchant Refund ID")
    merchant_ref = c.lenient_ident("Merchant Order ID")
    given_type = c.lower("Payment Event Type", optional=True)
    shown = c.amount("Presentment Amount", locale=c.POINT_SIGNED, filled=False, currency_column="presentment_currency")
    presentment_currency = c.currency("Presentment Currency", filled=False)
    gross = c.amount("Settlement Amount", locale=c.POINT_SIGNED)
    fee = c.amount("Merchant Fee excl Tax", locale=c.POINT_SIGNED, negate=True)
    fee_tax = c.amount("Merchant Fee Tax", locale=c.POINT_SIGNED, negate=True)
    net_stated = c.amount("Net Settlement Amount", locale=c.POINT_SIGNED)
    currency = d.copied("feed_currency")
    by_sign = d.either(d.is_filled("refund"), "refund", "order", "refund where it has a refund id, else order")
    native_type = d.first_filled("given_type", "by_sign")
    payout_id = d.made(d.of("payout_on").cast("VARCHAR"), "settlement date")
    processor_ref = d.first_filled("refund", "parent_ref")
    native_group = d.joined("parent_ref", "payout_id")
    presentment_amount = d.magnitude("shown")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "reference that is no order name")
    payout_status = d.constant("paid")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from the settlement amount and the fee in every row."""
        line_arithmetic(con, probe, parsed)
