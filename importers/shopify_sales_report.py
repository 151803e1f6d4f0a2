"""Shopify's sales report by day."""

from __future__ import annotations

import duckdb

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from ._kit import CsvImporter, Parsed, _rows
from ._probe import Probe


class Importer(CsvImporter):
    """Analytics › Reports › Total sales over time › Export. Any subset of the columns beside `Day`: the report's query says which.

    `Returns` became `Sales reversals` in August 2026. Where the columns are there, Net sales = Gross sales + Discounts + Returns and Total sales =
    Net sales + Shipping + Duties + Additional fees + Taxes hold in every row, else the file is refused.
    """

    source = "shopify"
    context = "store"
    claims = ("Day", "Total sales|Net sales|Gross sales")
    generations = {
        "March 2026": "Day,Orders,Gross sales,Discounts,Returns,Net sales,Shipping charges,Duties,Additional fees,Taxes,Total sales",
        "August 2026": "+Sales reversals|-Returns",
    }
    known = "Shipping"
    personal = False
    identity = "net = gross + discounts + returns; total = net + shipping + duties + fees + taxes, where the columns are there"
    lands = "sales_report_day"
    key = ("store", "sold_on")

    sold_on = c.day("Day", filled=True)
    orders = c.whole("Orders", optional=True)
    gross_sales = c.amount("Gross sales", filled=False, optional=True)
    discounts = c.amount("Discounts", filled=False, optional=True)
    returns = c.amount("Returns", "Sales reversals", filled=False, optional=True)
    net_sales = c.amount("Net sales", filled=False, optional=True)
    shipping = c.amount("Shipping charges", "Shipping", filled=False, optional=True)
    duties = c.amount("Duties", filled=False, optional=True)
    additional_fees = c.amount("Additional fees", filled=False, optional=True)
    taxes = c.amount("Taxes", filled=False, optional=True)
    total_sales = c.amount("Total sales", filled=False, optional=True)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The sums of every day."""
        rows = _rows(con.table(f"stage.{parsed.tables[0].name}").query("gated", sql("importers", "gate_sales_report"))).fetchall()
        if rows:
            row, column = rows[0]
            raise FileRefusedError(
                f"{column} is not the sum of its parts",
                code="CONTROL_TOTAL_DIFF",
                where=f"{probe.name}:{row}:{column}",
                row=row,
                column=column,
                hint="The row does not add up as it stands in the file; export the report again and compare.",
            )
