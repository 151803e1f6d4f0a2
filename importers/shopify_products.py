"""Shopify's products export: one row per variant, pictures apart."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._kit import CsvImporter
from ._words import Words


class Importer(CsvImporter):
    """Admin › Products › Export, 50 to 69 columns: metafields and markets add their own, which is no drift.

    A product is several rows, its title, vendor and status stand on the first; rows that carry a picture only are left out. Newer exports write
    `URL handle`, `SKU`, `Price` where older ones wrote `Handle`, `Variant SKU`, `Variant Price`.
    """

    source = "shopify"
    context = "store"
    claims = ("Handle|URL handle", "Title", "Option1 Value", "Variant Price|Price")
    known = "*"
    personal = False
    lands = "product_variant"
    key = ("store", "handle", "option_1", "option_2", "option_3")

    handle = c.text("Handle", "URL handle", filled=True)
    first_title = c.text("Title")
    option_1 = c.text("Option1 Value")
    option_2 = c.text("Option2 Value", optional=True)
    option_3 = c.text("Option3 Value", optional=True)
    sku = c.ident("Variant SKU", "SKU", optional=True)
    barcode = c.ident("Variant Barcode", "Barcode", optional=True)
    first_vendor = c.text("Vendor", optional=True)
    first_type = c.text("Type", "Product type", optional=True)
    price = c.amount("Variant Price", "Price", filled=False)
    compare_at_price = c.amount("Variant Compare At Price", "Compare-at price", filled=False, optional=True)
    unit_cost = c.amount("Cost per item", filled=False, optional=True)
    taxable = c.truth("Variant Taxable", "Charge tax", optional=True)
    tax_code = c.text("Variant Tax Code", "Tax code", optional=True)
    requires_shipping = c.truth("Variant Requires Shipping", "Requires shipping", optional=True)
    first_gift_card = c.truth("Gift Card", "Gift card", optional=True)
    on_hand = c.amount("Variant Inventory Qty", "Inventory quantity", filled=False, optional=True)
    first_status = c.lower("Status", optional=True)
    picture = d.either(d.is_empty("price"), "picture only", None, "a row without a price")
    words = (Words("picture", {"picture only": "a further picture of a product, no variant"}, closed=False),)
