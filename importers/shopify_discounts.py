"""Shopify's discounts export."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter


class Importer(CsvImporter):
    """Admin › Discounts › Export. The value is written negative (`-25.0`) and kept positive."""

    source = "shopify"
    context = "store"
    claims = ("Name", "Value", "Value Type", "Discount Class", "Times Used In Total")
    known = """Name,Value,Value Type,Type,Discount Class,Minimum Purchase Requirements,Combines with Order Discounts,Combines with Product Discounts,
        Combines with Shipping Discounts,Customer Selection,Context,Times Used In Total,Applies Once Per Customer,Usage Limit Per Code,Status,Start,End"""
    personal = False
    lands = "discount"
    key = ("store", "name", "discount_type")

    name = c.text("Name", filled=True)
    discount_type = c.lower("Type", filled=True)
    discount_class = c.lower("Discount Class", optional=True)
    value = c.amount("Value", filled=False, negate=True)
    value_type = c.lower("Value Type", optional=True)
    times_used = c.whole("Times Used In Total")
    usage_limit = c.whole("Usage Limit Per Code", optional=True)
    status = c.lower("Status", optional=True)
    starts_on = c.day("Start", optional=True)
    ends_on = c.day("End", optional=True)
