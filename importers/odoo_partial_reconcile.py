"""Odoo's partial reconciliations (account.partial.reconcile)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import OdooImporter


class Importer(OdooImporter):
    """By a program or the technical menu: which debit item settled which credit item, and how much of it. One company."""

    claims = ("Debit Move/ID|debit_move_id/.id", "Credit Move/ID|credit_move_id/.id", "Amount|amount")
    lands = "odoo_partial_reconcile"
    key = ("entity", "odoo_id")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    debit_item_id = c.ident("Debit Move/ID", "debit_move_id/.id", filled=True)
    credit_item_id = c.ident("Credit Move/ID", "credit_move_id/.id", filled=True)
    amount = c.float_amount("Amount", "amount")
    debit_amount_currency = c.float_amount("Debit Amount Currency", "debit_amount_currency", filled=False, optional=True)
    credit_amount_currency = c.float_amount("Credit Amount Currency", "credit_amount_currency", filled=False, optional=True)
    full_reconcile = c.text("Full Reconcile", "full_reconcile_id", optional=True)
    matched_on = c.day("Max Date of Matched Lines", "max_date", optional=True)
    company = c.text("Company", "company_id", optional=True)
