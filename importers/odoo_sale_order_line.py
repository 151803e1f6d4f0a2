"""Odoo's sale order lines (sale.order.line)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import INVOICE_STATES, ORDER_STATES, OdooImporter


class Importer(OdooImporter):
    """Sales › Orders › Order Lines › select all › Export. One company ticked.

    Quantities, prices and per cents are floats in Odoo and are kept to six decimals; the description of a line never reaches the ledger.
    """

    model = "sale.order.line"
    claims = ("Order Reference/ID|order_id/.id|Order Reference/Customer Reference|order_id/client_order_ref", "Unit Price|price_unit", "Subtotal|price_subtotal")
    lands = "odoo_sale_order_line"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    order_odoo_id = c.text("Order Reference/ID", "order_id/.id", optional=True)
    order_name = c.text("Order Reference", "Order Reference/Order Reference", "order_id/name", "order_id", filled=True)
    client_order_ref = c.text("Order Reference/Customer Reference", "order_id/client_order_ref", optional=True, unquote=True)
    sku = c.text("Product/Internal Reference", "product_id/default_code", optional=True)
    product = c.text("Product", "product_id", optional=True, unquote=True)
    display_type = c.lower("Display Type", "display_type", optional=True)
    quantity = c.float_number("Quantity", "product_uom_qty")
    delivered = c.float_number("Delivery Quantity", "Delivered Quantity", "qty_delivered", filled=False, optional=True)
    invoiced = c.float_number("Invoiced Quantity", "qty_invoiced", filled=False, optional=True)
    unit_price = c.float_number("Unit Price", "price_unit")
    discount_percent = c.float_number("Discount (%)", "discount", filled=False, optional=True)
    taxes = c.text("Taxes", "tax_ids", "tax_id", optional=True)
    subtotal = c.float_amount("Subtotal", "price_subtotal")
    tax = c.float_amount("Total Tax", "price_tax", filled=False, optional=True)
    total = c.float_amount("Total", "price_total", filled=False, optional=True)
    currency = c.currency("Currency", "currency_id")
    state = c.code("Order Status", "state", codes=ORDER_STATES, filled=False, optional=True)
    invoice_status = c.code("Invoice Status", "invoice_status", codes=INVOICE_STATES, filled=False, optional=True)
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
