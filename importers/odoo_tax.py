"""Odoo's taxes (account.tax)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Accounting › Configuration › Taxes › select all, archived ones too › Export. One company ticked, language English.

    The further rows of a tax, its distribution, are folded away.
    """

    claims = ("Tax Name|name", "Tax Type|type_tax_use", "Tax Computation|amount_type", "Amount|amount")
    lands = "odoo_tax"
    key = ("entity", "odoo_id")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Tax Name", "name", filled=True, unquote=True)
    tax_use = c.code("Tax Type", "type_tax_use", codes={"Sales": "sale", "Purchases": "purchase", "None": "none"})
    computation = c.code(
        "Tax Computation",
        "amount_type",
        codes={
            "Percentage": "percent",
            "Percentage of Price": "percent",
            "Percentage Tax Included": "division",
            "Percentage of Price Tax Included": "division",
            "Fixed": "fixed",
            "Group of Taxes": "group",
            "Custom Formula": "code",
        },
    )
    rate = c.float_number("Amount", "amount")
    price_include = c.truth("Price Include", "Included in Price", "price_include")
    scope = c.lower("Tax Scope", "tax_scope", optional=True)
    tax_group = c.text("Tax Group", "tax_group_id", optional=True, unquote=True)
    country = c.text("Country", "country_id", optional=True)
    active = c.truth("Active", "active", optional=True, absent="true")
    company = c.text("Company", "company_id", optional=True)
