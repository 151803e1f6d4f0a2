"""Odoo's partial reconciliations (account.partial.reconcile)."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import FileRefusedError

from . import _columns as c
from . import _derive as d
from ._kit import Context
from ._odoo import OdooImporter
from ._probe import Probe


class Importer(OdooImporter):
    """By a program or the technical menu: which debit item settled which credit item, and how much of it.

    The list holds every company's: tick one and filter the list by it. Of a reconciliation that ties an item of one company to an item of another,
    each of the two has one side only, and Odoo names one of them as its company: the items' companies (`Debit Move/Company`,
    `Credit Move/Company`) show it. Such a file is refused, since no one company's books hold what the row says.
    """

    model = "account.partial.reconcile"
    claims = ("Debit Move/ID|debit_move_id/.id", "Credit Move/ID|credit_move_id/.id", "Amount|amount")
    lands = "odoo_partial_reconcile"
    key = ("entity", "odoo_id")
    apart = ("company_name", "crossing")

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    debit_item_id = c.ident("Debit Move/ID", "debit_move_id/.id", filled=True)
    credit_item_id = c.ident("Credit Move/ID", "credit_move_id/.id", filled=True)
    amount = c.float_amount("Amount", "amount")
    debit_amount_currency = c.float_amount("Debit Amount Currency", "debit_amount_currency", filled=False, optional=True)
    credit_amount_currency = c.float_amount("Credit Amount Currency", "credit_amount_currency", filled=False, optional=True)
    full_reconcile = c.text("Full Reconcile", "full_reconcile_id", optional=True)
    matched_on = c.day("Max Date of Matched Lines", "max_date", optional=True)
    company_name = c.text("Company", "company_id", optional=True)
    debit_company = c.text("Debit Move/Company", "debit_move_id/company_id", optional=True)
    credit_company = c.text("Credit Move/Company", "credit_move_id/company_id", optional=True)
    crossing = d.either(d.of("debit_company") != d.of("credit_company"), d.joined("debit_company", "credit_company", by=" and ").expression, None, "the items' companies, where they are two")

    company = d.copied("company_name")

    def see_apart(self, apart: Mapping[str, Mapping[str, tuple[int, int]]], probe: Probe, context: Context) -> None:
        """Both items are of one company."""
        if apart["crossing"]:
            companies, row = min(((which, first) for which, (first, _) in apart["crossing"].items()), key=lambda found: found[1])
            raise FileRefusedError(
                f"a reconciliation ties items of two companies: {companies}",
                code="ACROSS_COMPANIES",
                where=f"{probe.name}:{row}",
                row=row,
                hint="In Odoo undo it and settle each item in its own company, over accounts between the two; or leave it out of the extract by a filter.",
            )
        super().see_apart(apart, probe, context)
