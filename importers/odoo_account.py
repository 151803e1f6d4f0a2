"""Odoo's chart of accounts (account.account)."""

from __future__ import annotations

import duckdb

from . import _columns as c
from ._kit import Parsed
from ._odoo import OdooImporter, refuse_empty_codes
from ._probe import Probe


class Importer(OdooImporter):
    """Accounting › Configuration › Chart of Accounts › Export. One company ticked: codes are per company.

    The accounts that Tieout posts to are checked against the last extract.
    """

    model = "account.account"
    claims = ("Code|code", "Account Name|name", "Allow Reconciliation|reconcile")
    lands = "odoo_account"
    key = ("entity", "odoo_id")
    company_headers = ()

    odoo_id = c.ident("ID", ".id", filled=True)
    external_id = c.text("External ID", optional=True)
    code = c.text("Code", "code")
    name = c.text("Account Name", "name", filled=True, unquote=True)
    account_type = c.lower("Type", "account_type", optional=True)
    reconcile = c.truth("Allow Reconciliation", "reconcile")
    active = c.truth("Active", "active", optional=True, absent="true")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Every account has its code."""
        refuse_empty_codes(con, probe, parsed, "code")
