"""Shopify's inventory export, one column per location."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from . import _columns as c
from ._csv import csv_rows
from ._kit import Context, CsvImporter
from ._probe import Probe
from .shopify_inventory import NOT_STOCKED

FIXED = ["handle", "url handle", "title", "option1 name", "option1 value", "option2 name", "option2 value", "option3 name", "option3 value", "sku", "hs code", "coo", "bin name"]


class Importer(CsvImporter):
    """Admin › Products › Inventory › Export with *all states* off: the on-hand pieces of every location in a column of its name.

    Every column behind the product's own is a location.
    """

    source = "shopify"
    context = "store"
    claims = ("Handle|URL handle", "Option1 Name", "SKU", "HS Code", "COO")
    known = "*"
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
    incoming = c.amount("Incoming", filled=False, optional=True)
    unavailable = c.amount("Unavailable", filled=False, optional=True)
    committed = c.amount("Committed", filled=False, optional=True)
    available = c.amount("Available", filled=False, optional=True)
    on_hand = c.amount("On hand", filled=False, blanks=NOT_STOCKED)

    def lacks(self, probe: Probe) -> list[str]:
        """As every format, and no column `Location`: that is the long form."""
        found = super().lacks(probe)
        if found:
            return found
        return ["a column per location"] if "location" in probe.present or not self._locations(probe) else []

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """The long form of the file."""
        return {"": probe.part([cell for cell in probe.header if c.normal(cell) in FIXED] + ["Location", "On hand"], probe.delimiter)}

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """One record per record and location."""
        own = [column for column in probe.columns if column in FIXED]
        places = self._locations(probe)
        rows = csv_rows(con, probe, [*own, *places.values()])
        long: duckdb.DuckDBPyRelation | None = None
        for name, column in places.items():
            kept = [ColumnExpression("row_no"), *(ColumnExpression(c) for c in own)]
            part = rows.project(*kept, ConstantExpression(name).alias("location"), ColumnExpression(column).alias("on hand"))
            long = part if long is None else long.union(part)
        assert long is not None
        return long

    @staticmethod
    def _locations(probe: Probe) -> dict[str, str]:
        """Location → its column."""
        return {cell.strip(): column for cell, column in zip(probe.header, probe.columns, strict=True) if c.normal(cell) not in (*FIXED, "")}
