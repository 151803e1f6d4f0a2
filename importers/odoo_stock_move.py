"""Odoo's stock movements (stock.move)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import STOCK_STATES, OdooImporter


class Importer(OdooImporter):
    """Inventory › Reporting › Stock Moves › select all › Export. One company ticked.

    Odoo labels the destination `Intermediate Location`. A reference is kept only where it is a document's number: others name the user.
    """

    model = "stock.move"
    claims = ("Demand|product_uom_qty", "Source Location|location_id", "Intermediate Location|Destination Location|location_dest_id", "Date Scheduled|Date|date")
    lands = "odoo_stock_move"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    full_reference = c.text("Reference", "reference", optional=True, unquote=True)
    source_document = c.text("Source Document", "origin", optional=True, unquote=True)
    moved_at = c.zone_moment("Date Scheduled", "Date", "date")
    state = c.code("Status", "state", codes=STOCK_STATES)
    sku = c.text("Product/Internal Reference", "product_id/default_code", optional=True)
    product = c.text("Product", "product_id", optional=True, unquote=True)
    demand = c.float_number("Demand", "product_uom_qty")
    quantity = c.float_number("Quantity", "quantity")
    unit = c.text("Unit", "Unit of Measure", "UoM", "product_uom", optional=True)
    from_location = c.text("Source Location", "location_id", filled=True)
    to_location = c.text("Intermediate Location", "Destination Location", "location_dest_id", filled=True)
    picking = c.text("Transfer/Reference", "Transfer", "picking_id/name", "picking_id", optional=True)
    operation = c.text("Operation Type", "picking_type_id", optional=True)
    amount = c.float_amount("Value", "value", filled=False, optional=True)
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
