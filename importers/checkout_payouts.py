"""Checkout.com's payouts report: what was paid for every payout of the settlement breakdown."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._codes import PAYOUT_MEANS, PAYOUT_WORDS
from ._kit import CsvImporter


class Importer(CsvImporter):
    """Dashboard › Reports › *Payouts*, `payouts_….csv`: one row per payout and holding currency. The breakdown holds the lines."""

    source = "checkout"
    context = "account"
    claims = ("Payout ID", "Payout Date", "Payout Amount", "Holding Currency")
    known = "*"
    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)

    payout_id = c.ident("Payout ID", filled=True)
    paid_on = c.day("Payout Date", filled=True)
    amount = c.amount("Payout Amount")
    currency = c.currency("Holding Currency")
    given_status = c.code("Payout Status", "Status", codes=PAYOUT_WORDS, filled=False, optional=True, means=PAYOUT_MEANS)
    status = d.or_else("given_status", "paid")
    bank_reference = d.copied("payout_id")
