"""Odoo's stock on hand (stock.quant)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Inventory › Reporting › Locations › select all › Export, not grouped. One company ticked.

    The quants of one product in one location (lots, packages, owners) are added up; a product without internal reference goes by its name. What a later export of a
    location does not have is no longer there: Odoo keeps no row of nothing.
    """

    model = "stock.quant"
    claims = ("Quantity|quantity", "Reserved Quantity|reserved_quantity", "Location|location_id|Location/Full Location Name|location_id/complete_name")
    lands = "stock_level"
    key = ("place", "sku", "location")
    parent = ("place", "location")

    odoo_id = c.ident("ID", ".id", filled=True)
    reference = c.text("Product/Internal Reference", "product_id/default_code", optional=True)
    product = c.text("Product", "product_id", filled=True, unquote=True)
    location = c.text("Location/Full Location Name", "location_id/complete_name", "Location", "location_id", filled=True)
    on_hand = c.float_number("Quantity", "quantity")
    committed = c.float_number("Reserved Quantity", "reserved_quantity")
    amount = c.float_amount("Value", "value", filled=False, optional=True)
    counted_at = c.zone_moment("Last Updated on", "write_date", optional=True)
