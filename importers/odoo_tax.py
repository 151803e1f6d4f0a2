"""Odoo's taxes (account.tax)."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from ledger.errors import FileRefusedError

from . import _columns as c
from ._columns import normal
from ._kit import Parsed
from ._odoo import OdooImporter, first_empty
from ._probe import Probe

CHOICE = {"Tax Included": "tax_included", "Tax Excluded": "tax_excluded"}
EITHER = {**CHOICE, "True": "yes", "1": "yes", "False": "no", "0": "no"}


class Importer(OdooImporter):
    """Accounting › Configuration › Taxes › select all, archived ones too › Export. One company ticked.

    The further rows of a tax, its distribution, are folded away. Up to Odoo 17 `Included in Price` is a boolean. From 18 on it is a choice,
    Tax Included or Tax Excluded, and empty where the company's default holds: the column `Price Include` says what comes of it, so export both.
    """

    model = "account.tax"
    claims = ("Tax Name|name", "Tax Type|type_tax_use", "Tax Computation|amount_type", "Amount|amount", "Price Include|Included in Price|price_include|price_include_override")
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
    computation_word = c.lower("Tax Computation", "amount_type")
    in_effect = replace(c.code("Price Include", "price_include", codes=EITHER, filled=False, optional=True), default="false")
    chosen = c.code("Included in Price", codes=EITHER, filled=False, optional=True)
    override = replace(c.code("price_include_override", codes={**CHOICE, "company": "company"}, filled=False, optional=True), default="company")
    company_default = c.code("Default Sales Price Include", "company_price_include", codes=CHOICE, filled=False, optional=True)
    scope = c.lower("Tax Scope", "tax_scope", optional=True)
    tax_group = c.text("Tax Group", "tax_group_id", optional=True, unquote=True)
    country = c.text("Country", "country_id", optional=True)
    active = c.truth("Active", "active", optional=True, absent="true")
    company = c.text("Company", "company_id", optional=True)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Of every tax it is known whether prices hold it."""
        row = first_empty(con, parsed, "price_include")
        if row:
            header = next(probe.written_as(probe.present[name]) for name in (normal("Included in Price"), "price_include_override") if name in probe.present)
            raise FileRefusedError(
                "an empty cell means that the company's default holds, and the file does not say which that is",
                code="TAX_IN_PRICE",
                where=f"{probe.name}:{row}:{header}",
                row=row,
                column=header,
                hint="In Odoo take the field `Price Include` into the export as well, and export again.",
            )
