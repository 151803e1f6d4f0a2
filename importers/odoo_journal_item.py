"""Odoo's journal items (account.move.line)."""

from __future__ import annotations

import duckdb
from duckdb import CoalesceOperator

from . import _columns as c
from . import _derive as d
from ._kit import Parsed
from ._odoo import COMPANY, MOVE_STATES, MOVE_TYPES, OdooImporter, refuse_empty_codes
from ._probe import Probe


class Importer(OdooImporter):
    """Accounting › Journal Items › select all › Export, not grouped. One company ticked.

    An item without an account code means that two companies were active: the file is refused. Labels are kept for entries and taxes only,
    those of invoice lines may hold people's words.
    """

    model = "account.move.line"
    claims = ("Debit|debit", "Credit|credit", "Account/Code|account_id/code")
    lands = "odoo_journal_item"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    move_odoo_id = c.text("Journal Entry/ID", "move_id/.id", optional=True)
    move_external_id = c.text("Journal Entry/External ID", "move_id/id", optional=True)
    move_name = c.text("Journal Entry/Number", "Journal Entry", "move_id/name", "move_id", optional=True)
    move_type = c.code("Type", "move_type", codes=MOVE_TYPES, filled=False, optional=True)
    parent_state = c.code("Status", "parent_state", codes=MOVE_STATES)
    booked_on = c.day("Date", "date", filled=True)
    company_name = c.text("Company", "company_id", optional=True)
    journal = c.text("Journal/Sequence Prefix", "Journal/Short Code", "journal_id/code", optional=True)
    account_code = c.text("Account/Code", "account_id/code")
    account_name = c.text("Account", "account_id", optional=True)
    ref = c.text("Reference", "ref", optional=True, unquote=True)
    full_label = c.text("Label", "name", optional=True, unquote=True)
    debit = c.float_amount("Debit", "debit")
    credit = c.float_amount("Credit", "credit")
    balance = c.float_amount("Balance", "balance", filled=False, optional=True)
    amount_currency = c.float_amount("Amount in Currency", "amount_currency", filled=False, optional=True)
    currency = c.currency("Currency", "currency_id")
    residual = c.float_amount("Residual Amount", "amount_residual", filled=False, optional=True)
    tax_name = c.text("Originator Tax", "tax_line_id", optional=True)
    display_type = c.lower("Display Type", "display_type", optional=True)
    reconciled = c.truth("Reconciled", "reconciled", optional=True)
    matching_no = c.text("Matching #", "matching_number", optional=True)
    statement_line = c.text("Originator Statement Line", "statement_line_id", optional=True)
    sku = c.text("Product/Internal Reference", "product_id/default_code", optional=True)
    product = c.text("Product", "product_id", optional=True, unquote=True)
    analytic = c.text("Analytic Distribution", "analytic_distribution", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
    company = COMPANY
    label = d.either(
        d.is_filled("tax_name") | (CoalesceOperator(d.of("move_type"), d.text("entry")) == d.text("entry")), d.of("full_label"), None, "Label, of an entry or a tax"
    )

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Every item has its account code."""
        refuse_empty_codes(con, probe, parsed, "account_code")
