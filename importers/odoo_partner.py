"""Odoo's contacts (res.partner), by keyed hashes only."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Contacts › select all, archived ones too › Export.

    Only keyed hashes are kept: the same e-mail, phone or customer number gives the same key in every source of these books and in no other
    books. The reference is hashed by its digits, so that `shopify-7000000008` meets the shop's customer 7000000008.
    """

    model = "res.partner"
    claims = ("Email|email", "Is a Company|is_company", "Name|name|Display Name|display_name")
    lands = "odoo_partner"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    email_key = c.keyed("Email", "email")
    phone_key = c.keyed("Phone", "phone", "Mobile", "mobile", digits=True, optional=True)
    reference_key = c.keyed("Reference", "ref", digits=True, optional=True)
    country = c.text("Country/Country Code", "country_id/code", optional=True)
    is_company = c.truth("Is a Company", "is_company")
    active = c.truth("Active", "active", optional=True, absent="true")
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
