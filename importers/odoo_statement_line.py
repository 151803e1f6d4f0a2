"""Odoo's bank statement lines (account.bank.statement.line)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """Accounting › Bank › Transactions, as a list › select all › Export. One company ticked.

    They say which bank lines Odoo has, and which of them it has matched. Partner names stay in the file; the label is kept only where it
    carries a processor's descriptor.
    """

    model = "account.bank.statement.line"
    claims = ("Is Reconciled|is_reconciled", "Label|payment_ref", "Journal Currency|currency_id|Currency", "Amount|amount")
    lands = "odoo_statement_line"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    booked_on = c.day("Date", "date", filled=True)
    full_label = c.text("Label", "payment_ref", unquote=True)
    amount = c.float_amount("Amount", "amount")
    currency = c.currency("Journal Currency", "Currency", "currency_id")
    amount_currency = c.float_amount("Amount in Currency", "amount_currency", filled=False, optional=True)
    foreign_currency = c.currency("Foreign Currency", "foreign_currency_id", filled=False, optional=True)
    journal = c.text("Journal/Sequence Prefix", "Journal/Short Code", "journal_id/code", optional=True)
    statement = c.text("Statement", "statement_id", optional=True)
    is_reconciled = c.truth("Is Reconciled", "is_reconciled")
    move_odoo_id = c.text("Journal Entry/ID", "move_id/.id", optional=True)
    move_name = c.text("Journal Entry", "move_id", optional=True)
    running_balance = c.float_amount("Running Balance", "running_balance", filled=False, optional=True)
    internal_index = c.text("Internal Reference", "internal_index", optional=True)
    company = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
