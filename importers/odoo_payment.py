"""Odoo's payments (account.payment)."""

from __future__ import annotations

import duckdb
from duckdb import ColumnExpression

from ledger.errors import FileRefusedError

from . import _columns as c
from ._columns import normal
from ._kit import Parsed
from ._odoo import OdooImporter
from ._probe import Probe


class Importer(OdooImporter):
    """Accounting › Customers › Payments › select all › Export. One company ticked.

    Amounts are positive in both directions; `Payment Type` says which.
    """

    model = "account.payment"
    claims = ("Payment Type|payment_type", "Amount|amount", "Memo|memo|ref")
    lands = "odoo_payment"
    key = ("entity", "odoo_id")
    later = "written_at"

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    name = c.text("Number", "name")
    paid_on = c.day("Date", "date", filled=True)
    state = c.code(
        "State",
        "Status",
        "state",
        codes={
            "Draft": "draft",
            "In Process": "in_process",
            "Paid": "paid",
            "Posted": "paid",
            "Canceled": "canceled",
            "Cancelled": "canceled",
            "Rejected": "rejected",
        },
    )
    payment_type = c.code("Payment Type", "payment_type", codes={"Receive": "inbound", "Send": "outbound"})
    amount = c.float_amount("Amount", "amount")
    amount_signed = c.float_amount("Amount Company Currency Signed", "amount_company_currency_signed", "Amount Signed", filled=False, optional=True)
    currency = c.currency("Currency", "currency_id")
    journal = c.text("Journal/Sequence Prefix", "Journal/Short Code", "journal_id/code", optional=True)
    memo = c.text("Memo", "memo", "ref", unquote=True)
    is_reconciled = c.truth("Is Reconciled", "is_reconciled", optional=True)
    is_matched = c.truth("Is Matched With a Bank Statement", "is_matched", optional=True)
    move_odoo_id = c.text("Journal Entry/ID", "move_id/.id", optional=True)
    outstanding_account = c.text("Outstanding Account/Code", "outstanding_account_id/code", optional=True)
    company_name = c.text("Company", "company_id", optional=True)
    written_at = c.zone_moment("Last Updated on", "write_date", optional=True)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """No amount is negative: Odoo knows none, but for its `Amount Signed`, which some languages label as the amount."""
        rows = con.table(f"stage.{parsed.tables[0].name}").filter(ColumnExpression("amount") < 0).order("row_no").limit(1).project("row_no, amount").fetchall()
        if rows:
            row, amount = rows[0]
            header = probe.written_as(probe.present[normal("Amount")])
            raise FileRefusedError(
                f"the amount of a payment is negative: {amount:f}",
                code="AMOUNT_SIGNED",
                where=f"{probe.name}:{row}:{header}",
                row=row,
                column=header,
                hint="Take the field `Amount` (amount) into the export, not the signed one, and export again.",
            )
