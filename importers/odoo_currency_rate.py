"""Odoo's exchange rates (res.currency.rate)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Accounting › Configuration › Currencies, the rates of each › Export. One company ticked. Rates keep fourteen decimals, which CSV and XLSX print alike."""

    model = "res.currency.rate"
    claims = ("Technical Rate|Company Rate|company_rate|rate", "Currency|currency_id", "Date|name")
    lands = "odoo_currency_rate"
    key = ("entity", "odoo_id")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    rated_on = c.day("Date", "name", filled=True)
    currency = c.currency("Currency", "currency_id")
    rate = c.rate("Company Rate", "company_rate", "Technical Rate", "rate")
    inverse_rate = c.rate("Inverse Company Rate", "inverse_company_rate", filled=False, optional=True)
    company = c.text("Company", "company_id", optional=True)
