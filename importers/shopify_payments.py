"""Shopify Payments' transactions export: every settlement line with its fee and, once assigned, its payout."""

from __future__ import annotations

import duckdb

from . import _columns as c
from ._codes import PAYOUT_MEANS
from ._gates import line_arithmetic
from ._kit import CsvImporter, Parsed
from ._probe import Probe
from ._shopify_types import PAYOUT_STATUSES, SHOPIFY_PAYMENTS


class Importer(CsvImporter):
    """Finance › Payouts › Transactions › *Export*. 16 columns (2025), 17 with Payout ID, 18 with VAT, 19 and 20 with the business entity.

    Lines have no id of their own: they are known by their immutable columns and the ordinal among equal rows, so two equal rows in one file
    are two events and the same two in a later file are not four. Payout status, date and id change until the payout is paid: they are versions.
    """

    source = "shopify"
    processor = "shopify_payments"
    context = "account"
    claims = ("Transaction Date", "Type", "Payout Status", "Amount", "Fee", "Net")
    generations = {
        "June 2025": """Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Available On,Amount,Fee,Net,Checkout,
            Payment Method Name,Presentment Amount,Presentment Currency,Currency""",
        "with payout ids": "+Payout ID",
        "with payout ids and VAT": "+VAT",
        "with business entities": "+Business Entity Name,Business Entity ID|-VAT",
        "with business entities and VAT": "+VAT",
    }
    identity = "Net = Amount − Fee, or Amount − Fee − VAT, in every row"
    personal = False
    types = SHOPIFY_PAYMENTS
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on", "available_on", "bank_reference")

    native_id = c.text("Transaction ID", optional=True)
    native_type = c.lower("Type", filled=True)
    order_name = c.text("Order")
    payout_status = c.code("Payout Status", codes=PAYOUT_STATUSES, means=PAYOUT_MEANS)
    payout_on = c.day("Payout Date")
    payout_id = c.ident("Payout ID", optional=True)
    available_on = c.day("Available On", optional=True)
    gross = c.amount("Amount")
    fee = c.amount("Fee", negate=True)
    fee_tax = c.amount("VAT", filled=False, optional=True, negate=True)
    net_stated = c.amount("Net")
    tax_withheld = c.amount("Tax Withheld", filled=False, optional=True)
    reserve = c.amount("Reserve", filled=False, optional=True)
    processor_ref = c.text("Checkout", optional=True)
    parent_ref = c.text("Parent", optional=True)
    payment_method = c.text("Payment Method Name", optional=True)
    card_origin = c.text("Card Country", optional=True)
    presentment_amount = c.amount("Presentment Amount", filled=False, optional=True)
    presentment_currency = c.currency("Presentment Currency", filled=False, optional=True)
    currency = c.currency("Currency")
    occurred_at = c.offset_moment("Transaction Date", filled=True)
    booked_on = c.offset_day("Transaction Date", filled=True)
    order_id = c.text("Order ID", optional=True)
    bank_reference = c.text("Bank Reference", optional=True)
    entity_hint = c.text("Business Entity Name", optional=True)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from the other amounts in every row."""
        line_arithmetic(con, probe, parsed)
