"""Shopify's order transactions export: every payment event of every order, refunds positive as the shop writes them."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter
from ._shopify_types import EVENT_KIND_MEANS, EVENT_KINDS, EVENT_STATUS_MEANS, EVENT_STATUSES


class Importer(CsvImporter):
    """Admin › Orders › Export › *Export transaction histories*. One record per payment event; authorisations are not in it.

    The `Order` column is the shop's number of the order; a spreadsheet program turns it into 5.37E+12, so orders are known by `Name`.
    Only events with status `success` moved money.
    """

    source = "shopify"
    context = "store"
    claims = ("Order", "Name", "Kind", "Gateway", "Status", "Amount")
    known = "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type"
    personal = False
    lands = "order_transaction"
    key = ("store", "order_name", "transaction_key")
    mutable = ("status", "order_id")

    order_name = c.text("Name", filled=True)
    order_id = c.lenient_ident("Order")
    transaction_id = c.text("Transaction ID", "Id", optional=True)
    kind = c.code("Kind", codes=EVENT_KINDS, means=EVENT_KIND_MEANS)
    gateway = c.text("Gateway", filled=True)
    status = c.code("Status", codes=EVENT_STATUSES, means=EVENT_STATUS_MEANS)
    amount = c.amount("Amount")
    currency = c.currency("Currency")
    created_at = c.offset_moment("Created At", filled=True)
    created_on = c.offset_day("Created At", filled=True)
