"""Shopify's payments report."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter


class Importer(CsvImporter):
    """Analytics › Reports › Payments › Export, by location, gateway or order: any subset of the columns.

    The file does not say of what period it is: of two exports the later one holds. Amounts are kept as the report signs them.
    """

    source = "shopify"
    context = "store"
    claims = ("Gross payments", "Net payments", "Payment gateway|Order name|POS location name")
    known = "POS location name,Payment gateway,Order name,Transactions,Gross payments,Refunded payments,Net payments"
    personal = False
    lands = "payment_report_line"
    key = ("store", "location", "gateway", "order_name")

    own_location = c.text("POS location name", optional=True)
    own_gateway = c.text("Payment gateway", optional=True)
    own_order = c.text("Order name", optional=True)
    transactions = c.whole("Transactions", optional=True)
    gross = c.amount("Gross payments", filled=False)
    refunded = c.amount("Refunded payments", filled=False, optional=True)
    net = c.amount("Net payments", filled=False)
