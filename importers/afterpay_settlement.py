"""Afterpay's and Clearpay's settlement report from the business hub: orders and refunds by settlement date."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe

MONEY = c.POINT_SIGNED


class Payout(Lands):
    """What is settled on one day: the sum of its rows, without a reference."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    paid_on = c.day("Settlement Date", form="%d/%m/%Y", filled=True)
    amount = c.amount("Net Settlement Amount", locale=MONEY)
    currency = d.copied("feed_currency")
    payout_id = d.made(d.of("paid_on").cast("VARCHAR"), "settlement date")
    status = d.constant("paid")


class Importer(CsvImporter):
    """Business Hub › Settlements › *Download*. Days are day/month/year, amounts carry the currency's sign in front; the currency itself is that of
    the feed's account. There is no number of the payout: all rows of a settlement date are one. The order is found by `Merchant Order ID`.
    """

    source = "afterpay"
    context = "account"
    claims = ("Settlement Date", "Order Date and Time", "Merchant Order ID", "Merchant Fee incl Tax", "Net Settlement Amount")
    without = ("Presentment Currency",)
    generations = {
        "Afterpay": """Settlement Date,Order Date and Time,Order Month,Order Year,Afterpay Order ID,Merchant Order ID,Merchant Refund ID,
        Order Amount,Settlement Amount,Merchant Fee excl Tax,Merchant Fee Tax,Merchant Fee incl Tax,Net Settlement Amount,Payment Event Type""",
        "Clearpay": "+Clearpay Order ID|-Afterpay Order ID",
    }
    identity = "Settlement Amount − Merchant Fee incl Tax = Net Settlement Amount in every row"
    types = {"order": ("charge", "sale"), "refund": ("refund", "refund")}
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout,)

    payout_on = c.day("Settlement Date", form="%d/%m/%Y", filled=True)
    occurred_at = c.moment("Order Date and Time", form="%d/%m/%Y %H:%M", filled=True)
    booked_on = c.day("Order Date and Time", form="%d/%m/%Y", head=True, filled=True)
    parent_ref = c.ident("Afterpay Order ID", "Clearpay Order ID", filled=True)
    refund = c.ident("Merchant Refund ID")
    merchant_ref = c.lenient_ident("Merchant Order ID")
    native_type = c.lower("Payment Event Type", filled=True)
    gross = c.amount("Settlement Amount", locale=MONEY)
    fee = c.amount("Merchant Fee excl Tax", locale=MONEY, negate=True)
    fee_tax = c.amount("Merchant Fee Tax", locale=MONEY, negate=True)
    net_stated = c.amount("Net Settlement Amount", locale=MONEY)
    currency = d.copied("feed_currency")
    payout_id = d.made(d.of("payout_on").cast("VARCHAR"), "settlement date")
    processor_ref = d.first_filled("refund", "parent_ref")
    native_group = d.joined("parent_ref", "payout_id")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "reference that is no order name")
    payout_status = d.constant("paid")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from the settlement amount and the fee in every row."""
        line_arithmetic(con, probe, parsed)
