"""Odoo's transfers: deliveries, receipts and internal ones (stock.picking)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import STOCK_STATES, OdooImporter


class Importer(OdooImporter):
    """Inventory › Operations › All Transfers › select all › Export. One company ticked."""

    model = "stock.picking"
    claims = ("Date of Transfer|date_done", "Operation Type|picking_type_id", "Scheduled Date|scheduled_date", "Reference|name")
    lands = "odoo_picking"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Reference", "name", filled=True, unquote=True)
    source_document = c.text("Source Document", "origin", optional=True, unquote=True)
    state = c.code("Status", "state", codes=STOCK_STATES)
    scheduled_at = c.zone_moment("Scheduled Date", "scheduled_date")
    done_at = c.zone_moment("Date of Transfer", "date_done")
    operation = c.text("Operation Type", "picking_type_id")
    from_location = c.text("Source Location", "location_id", filled=True)
    to_location = c.text("Destination Location", "location_dest_id", filled=True)
    sale_order = c.text("Sales Order", "sale_id", optional=True)
    client_order_ref = c.text("Sales Order/Customer Reference", "sale_id/client_order_ref", optional=True, unquote=True)
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
