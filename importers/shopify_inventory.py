"""Shopify's inventory export, one row per product and location."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter

NOT_STOCKED = ("not stocked",)


class Importer(CsvImporter):
    """Admin › Products › Inventory › Export, 17 columns (2023) or 19 (2025: bin, `(not editable)`, `On hand (current)`).

    `not stocked` is no zero: the location does not keep the product. A variant without a SKU goes by its handle and options; variants that share
    one SKU in one location are added up.
    """

    source = "shopify"
    context = "store"
    claims = ("Handle|URL handle", "SKU", "Location", "On hand|On hand (current)")
    generations = {
        "2023": """Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,
            Incoming,Unavailable,Committed,Available,On hand""",
        "2025": """+Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),Available (not editable),
            On hand (current),On hand (new)|-Incoming,Unavailable,Committed,Available,On hand""",
    }
    known = "URL handle"
    personal = False
    lands = "stock_level"
    key = ("place", "sku", "location")
    parent = ("place", "location")

    handle = c.text("Handle", "URL handle", filled=True)
    option_1 = c.text("Option1 Value", optional=True)
    option_2 = c.text("Option2 Value", optional=True)
    option_3 = c.text("Option3 Value", optional=True)
    own_sku = c.ident("SKU")
    location = c.text("Location", filled=True)
    incoming = c.amount("Incoming", "Incoming (not editable)", filled=False, optional=True, blanks=NOT_STOCKED)
    unavailable = c.amount("Unavailable", "Unavailable (not editable)", filled=False, optional=True, blanks=NOT_STOCKED)
    committed = c.amount("Committed", "Committed (not editable)", filled=False, optional=True, blanks=NOT_STOCKED)
    available = c.amount("Available", "Available (not editable)", filled=False, optional=True, blanks=NOT_STOCKED)
    on_hand = c.amount("On hand", "On hand (current)", filled=False, blanks=NOT_STOCKED)
