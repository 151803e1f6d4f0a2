"""Odoo's journals (account.journal)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Accounting › Configuration › Journals › Export. One company ticked.

    The short code is labelled `Sequence Prefix` in Odoo 19 and `Short Code` in 18.
    """

    model = "account.journal"
    claims = ("Sequence Prefix|Short Code|code", "Journal Name|name", "Type|type")
    lands = "odoo_journal"
    key = ("entity", "odoo_id")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Journal Name", "name", filled=True, unquote=True)
    code_ = c.text("Sequence Prefix", "Short Code", "code", filled=True)
    journal_type = c.lower("Type", "type", optional=True)
    company = c.text("Company", "company_id", optional=True)
