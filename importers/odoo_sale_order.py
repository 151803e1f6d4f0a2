"""Odoo's sale orders (sale.order)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import COMPANY, INVOICE_STATES, ORDER_STATES, OdooImporter


class Importer(OdooImporter):
    """Sales › Orders › select all › Export, CSV or XLSX, labels of Odoo 18 and 19 or technical names, one company ticked.

    Needed: the database id (or the External ID), number, customer reference, status, currency and amounts, last update. Dates are in the
    exporting user's time zone: the feed says which.
    """

    model = "sale.order"
    claims = ("Order Reference|name", "Customer Reference|client_order_ref", "Order Date|date_order")
    lands = "odoo_sale_order"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Order Reference", "name", filled=True)
    client_order_ref = c.text("Customer Reference", "client_order_ref", unquote=True)
    origin = c.text("Source Document", "origin", optional=True, unquote=True)
    state = c.code("Status", "state", codes=ORDER_STATES)
    invoice_status = c.code("Invoice Status", "invoice_status", codes=INVOICE_STATES, filled=False, optional=True)
    ordered_at = c.zone_moment("Order Date", "date_order")
    company_name = c.text("Company", "company_id", optional=True)
    currency = c.currency("Currency", "currency_id")
    untaxed = c.float_amount("Untaxed Amount", "amount_untaxed")
    tax = c.float_amount("Taxes", "amount_tax")
    total = c.float_amount("Total", "amount_total")
    delivery_status = c.lower("Delivery Status", "delivery_status", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
    company = COMPANY
