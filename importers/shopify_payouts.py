"""Shopify Payments' list of payouts: the control total of every transfer, without ids."""

from __future__ import annotations

from . import _columns as c
from ._codes import PAYOUT_MEANS
from ._kit import CsvImporter
from ._shopify_types import PAYOUT_STATUSES


class Importer(CsvImporter):
    """Finance › Payouts › *Export*. 10 columns, 13 since May 2026 (bank reference), 15 since October 2026 (business entity).

    The list has no payout ids: a row is bound to the payout of the same account, currency, date and total, else to the only one left of that
    day, else it stays ambiguous. The sign of Fees differs between shops: the one that closes most rows is taken, the rest keep their residual.
    """

    source = "shopify"
    processor = "shopify_payments"
    context = "account"
    claims = ("Payout Date", "Charges", "Refunds", "Total")
    generations = {
        "first": "Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency",
        "May 2026": "+Marketplace Sales Tax,Advances,Bank Reference",
        "October 2026": "+Business Entity Name,Business Entity ID",
    }
    personal = False
    lands = "payout"
    key = ("account", "payout_key")
    parent = ("account", "currency", "paid_on")
    mutable = ("status",)

    payout_id = c.ident("Payout ID", optional=True)
    status = c.code("Status", codes=PAYOUT_STATUSES, means=PAYOUT_MEANS)
    paid_on = c.day("Payout Date", filled=True)
    charges = c.amount("Charges")
    refunds = c.amount("Refunds")
    adjustments = c.amount("Adjustments")
    marketplace_tax = c.amount("Marketplace Sales Tax", filled=False, optional=True)
    advances = c.amount("Advances", filled=False, optional=True)
    reserved = c.amount("Reserved Funds", filled=False, optional=True)
    fees = c.amount("Fees")
    retried = c.amount("Retried Amount", filled=False, optional=True)
    amount = c.amount("Total")
    currency = c.currency("Currency")
    bank_reference = c.text("Bank Reference", optional=True)
    entity_hint = c.text("Business Entity Name", optional=True)
