"""Opening positions of an entity at its cut-over."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import first_fault
from ._kit import CsvImporter, Parsed
from ._probe import Probe


class Importer(CsvImporter):
    """Written by whoever takes the books over: what was open on the day before the policy `cutover_on`, one row per position. In force only
    once approved, `tieout opening approve`.

    `kind` is `unpaid_payout`, `captured_unsettled`, `clearing`, `reserve`, `gift_card`, `tax`, `disputed_funds` or `refunds_payable`; `reference` the
    payout's id, the order's name (or that of the payment), the authority of a tax as taxes.csv writes it, or any key that tells balances apart;
    `account` a processor account, empty for gift cards and taxes. A corrected row, approved in its turn,
    takes the place of the older one; `0.00` takes it back (of a clearing
    account it is the balance). Clearing balances start the proof of their account.
    """

    source = "tieout"
    context = "entity"
    claims = ("kind", "account", "reference", "due_on", "amount", "currency")
    known = "kind,account,reference,due_on,amount,currency"
    identity = "a position but gift_card and tax has an account, an unpaid_payout a day; no amount is finer than its currency"
    lands = "opening_position"
    key = ("entity", "kind", "account", "reference")
    mutable = ("due_on", "amount")

    kind = c.code("kind", codes={name: name for name in ("unpaid_payout", "captured_unsettled", "clearing", "reserve", "gift_card", "tax", "disputed_funds", "refunds_payable")})
    account_ = c.ident("account")
    account = d.or_else("account_", "")
    reference = c.text("reference", filled=True)
    due_on = c.day("due_on")
    amount = c.amount("amount")
    currency = c.currency("currency")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """What each kind needs to be found again."""
        first_fault(con, probe, "gate_opening_positions", "VALUE_FORMAT", "Fill that cell and deliver the file again.")
