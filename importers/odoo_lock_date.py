"""Odoo's lock dates (res.company)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Settings › Users & Companies › Companies › Export, with the lock dates. The one company of the feed.

    Odoo imports an entry into a locked period without a word and moves its date when it is posted: the lock dates must be known before.
    """

    model = "res.company"
    claims = ("Global Lock Date|Lock Date for All Users|fiscalyear_lock_date", "Company Name|name|Display Name|display_name")
    lands = "odoo_lock_date"
    key = ("entity", "odoo_id")
    later = "written_at"
    company_headers = ("Company Name", "name")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    company = c.text("Company Name", "name", "Display Name", "display_name", filled=True, unquote=True)
    all_until = c.day("Global Lock Date", "Lock Date for All Users", "fiscalyear_lock_date")
    tax_until = c.day("Tax Return Lock Date", "tax_lock_date", optional=True)
    sales_until = c.day("Sales Lock date", "sale_lock_date", optional=True)
    purchases_until = c.day("Purchase Lock date", "purchase_lock_date", optional=True)
    hard_until = c.day("Hard Lock Date", "hard_lock_date", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
