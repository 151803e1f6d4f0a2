"""Shopify's orders export: orders, their lines and their taxes."""

from __future__ import annotations

import duckdb

from . import _columns as c
from ._gates import orphan_lines
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe
from ._shopify_types import ORDER_MEANS, ORDER_STATUSES


class Line(Lands):
    """Every record is a line; only the first of an order carries its totals."""

    lands = "sales_order_line"
    key = ("store", "order_name", "line_no")
    parent = ("store", "order_name")

    order_name = c.text("Name", filled=True)
    quantity = c.amount("Lineitem quantity")
    unit_price = c.amount("Lineitem price")
    discount = c.amount("Lineitem discount", filled=False, optional=True)
    sku = c.text("Lineitem sku", "Lineitem SKU", optional=True)
    title = c.text("Lineitem name")
    requires_shipping = c.truth("Lineitem requires shipping", optional=True)
    taxable = c.truth("Lineitem taxable", optional=True)
    fulfillment_status = c.lower("Lineitem fulfillment status", optional=True)


class Tax(Lands):
    """The export shows five taxes at most; a sixth is only in the order's sum. A tax without a name was collected as well: it is mapped by the words that stand for it."""

    lands = "sales_order_tax"
    key = ("store", "order_name", "tax_no")
    parent = ("store", "order_name")
    every = (1, 2, 3, 4, 5)
    numbered = "tax_no"
    where = "Tax {} Value"

    order_name = c.text("Name", filled=True)
    tax_name = c.text("Tax {} Name", filled=True, optional=True, default="(no name)")
    amount = c.amount("Tax {} Value", optional=True)


class Importer(CsvImporter):
    """Admin › Orders › Export. 71 columns (2021) to 79 (with the four POS columns); bound by name, in any order and width.

    The first record of an order carries its totals, the further ones only their line. Totals are as sold: refunds are in `Refunded Amount`
    alone. An export states the shop's orders when it was made; of two the one that landed later is the newer version, unless their orders tell otherwise.
    Addresses, names, e-mails and notes stay in the file as delivered and never reach the ledger.
    """

    source = "shopify"
    context = "store"
    claims = ("Name", "Financial Status", "Lineitem quantity")
    generations = {
        "April 2021": """Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,
        Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,
        Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,
        Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,
        Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,
        Payment Reference,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,
        Lineitem discount,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,
        Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,
        Tax 4 Value,Tax 5 Name,Tax 5 Value""",
        "January 2022": "+Payment Terms Name,Next Payment Due At",
        "April 2022": "+Payment ID",
        "2023": "+Payment References",
        "2023, with point of sale": "+Outstanding Balance,Employee,Location,Device ID",
    }
    known = "Lineitem compare-at price,Canceled at,Payment Reference (deprecated),Payment terms,Next payment due at"
    identity = "every further line follows the first record of its order"
    lands = "sales_order"
    key = ("store", "order_name")
    where = "Financial Status"
    also = (Line, Tax)

    order_name = c.text("Name", filled=True)
    order_id = c.lenient_ident("Id", optional=True)
    financial_status = c.code("Financial Status", codes=ORDER_STATUSES, means=ORDER_MEANS)
    fulfillment_status = c.lower("Fulfillment Status", optional=True)
    currency = c.currency("Currency")
    subtotal = c.amount("Subtotal")
    shipping = c.amount("Shipping")
    taxes = c.amount("Taxes")
    total = c.amount("Total")
    discount = c.amount("Discount Amount")
    refunded = c.amount("Refunded Amount")
    outstanding = c.amount("Outstanding Balance", filled=False, optional=True)
    duties = c.amount("Duties", filled=False, optional=True)
    payment_method = c.text("Payment Method", optional=True)
    payment_ids = c.text("Payment ID", optional=True)
    created_at = c.offset_moment("Created at", filled=True)
    created_on = c.offset_day("Created at", filled=True)
    paid_at = c.offset_moment("Paid at", optional=True)
    paid_on = c.offset_day("Paid at", optional=True)
    fulfilled_on = c.offset_day("Fulfilled at", optional=True)
    cancelled_at = c.offset_moment("Cancelled at", "Canceled at", optional=True)
    sales_channel = c.text("Source", optional=True)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Refuse a file that lost the first record of an order."""
        orphan_lines(con, probe, parsed)
