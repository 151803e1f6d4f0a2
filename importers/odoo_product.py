"""Odoo's product variants (product.product)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Sales › Products › Product Variants › select all, archived ones too › Export.

    `Sales Price` stands twice where both the product's and the variant's are exported: the second is written with a no-break space and is
    the variant's, which is the one that is kept.
    """

    model = "product.product"
    claims = ("Internal Reference|default_code", "Name|name", "Cost|standard_price")
    lands = "odoo_product"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    sku = c.text("Internal Reference", "default_code")
    barcode = c.text("Barcode", "barcode", optional=True)
    name = c.text("Name", "name", filled=True, unquote=True)
    product_type = c.code("Product Type", "type", codes={"Goods": "goods", "Service": "service", "Combo": "combo", "consu": "goods"}, filled=False, optional=True)
    category = c.text("Product Category", "categ_id", optional=True, unquote=True)
    price = c.float_number("Variant Sales Price", "lst_price", "Sales Price", "list_price", filled=False, optional=True)
    cost = c.float_number("Cost", "standard_price", filled=False)
    unit = c.text("Unit", "Unit of Measure", "uom_id", optional=True)
    on_hand = c.float_number("Quantity On Hand", "qty_available", filled=False, optional=True)
    forecasted = c.float_number("Forecasted Quantity", "virtual_available", filled=False, optional=True)
    income_account = c.text("Income Account", "property_account_income_id", optional=True)
    active = c.truth("Active", "active", optional=True, absent="true")
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "Write Date", "write_date", optional=True)
