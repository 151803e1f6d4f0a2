"""Odoo's journal entries, invoices and credit notes (account.move)."""

from __future__ import annotations

from . import _columns as c
from ._odoo import COMPANY, MOVE_STATES, MOVE_TYPES, OdooImporter


class Importer(OdooImporter):
    """Accounting › Journal Entries › select all › Export. One company ticked, all types and states.

    The reference, the origin and the last update are needed; credit notes have a positive total and a negative signed one. Dutch labels
    do not do: they have one label for the total and the signed total.
    """

    model = "account.move"
    claims = ("Payment Status|payment_state", "Total Signed|amount_total_signed|Total in Currency Signed", "Type|move_type", "Reference|ref")
    lands = "odoo_move"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Number", "name")
    move_type = c.code("Type", "move_type", codes=MOVE_TYPES)
    state = c.code("Status", "State", "state", codes=MOVE_STATES)
    payment_state = c.code(
        "Payment Status",
        "payment_state",
        codes={
            "Not Paid": "not_paid",
            "In Payment": "in_payment",
            "Paid": "paid",
            "Partially Paid": "partial",
            "Reversed": "reversed",
            "Blocked": "blocked",
            "Invoicing App Legacy": "invoicing_legacy",
        },
        filled=False,
        optional=True,
    )
    company_name = c.text("Company", "company_id", optional=True)
    journal = c.text("Journal/Sequence Prefix", "Journal/Short Code", "journal_id/code", optional=True)
    booked_on = c.day("Date", "date", filled=True)
    invoiced_on = c.day("Invoice/Bill Date", "invoice_date", optional=True)
    ref = c.text("Reference", "ref", unquote=True)
    payment_reference = c.text("Payment Reference", "payment_reference", optional=True, unquote=True)
    invoice_origin = c.text("Origin", "invoice_origin", optional=True, unquote=True)
    reversed_id = c.text("Reversal of/ID", "reversed_entry_id/.id", optional=True)
    currency = c.currency("Currency", "currency_id")
    untaxed = c.float_amount("Untaxed Amount", "amount_untaxed", filled=False, optional=True)
    tax = c.float_amount("Tax", "amount_tax", filled=False, optional=True)
    total = c.float_amount("Total", "amount_total")
    residual = c.float_amount("Amount Due", "amount_residual", filled=False, optional=True)
    total_signed = c.float_amount("Total Signed", "amount_total_signed", filled=False, optional=True)
    inalterable_hash = c.text("Inalterability Hash", "inalterable_hash", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)
    company = COMPANY
