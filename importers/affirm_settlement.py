"""Affirm's settlement detail: loans, refunds, disputes and fees by deposit."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import first_fault, line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe


class Payout(Lands):
    """The deposit: what its rows sum to is what the bank receives."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    payout_id = c.ident("deposit_id")
    paid_on = c.day("date", filled=True)
    amount = c.amount("total_settled")
    currency = d.copied("feed_currency")
    status = d.constant("paid")
    only = d.is_filled("payout_id")


class Importer(CsvImporter):
    """Reports › *Settlement detail*, by e-mail or SFTP; an idle day is a header without rows, a missing file is an incident.

    `date` is the day of the settlement. In files from before August 2024 it was the day of the event: rows of one deposit then have different
    dates, the day of the deposit is nowhere, and the file is refused. Fees are signed. The currency is that of the
    feed's account. The order is found by `order_id`, which is the shop's payment id or an order name.
    """

    source = "affirm"
    context = "account"
    claims = ("charge_created_date", "charge_id", "event_type", "sales", "total_settled", "deposit_id")
    known = "date,charge_created_date,charge_id,transaction_id,order_id,event_type,sales,refunds,fees,total_settled,deposit_id"
    identity = "sales + refunds + fees = total_settled in every row"
    types = {
        "loan_captured": ("charge", "sale"),
        "split_capture": ("charge", "sale"),
        "loan_refunded": ("refund", "refund"),
        "refund_voided": ("refund_failed", "refund"),
        "dispute_opened": ("chargeback", "dispute"),
        "dispute_resolved": ("chargeback_reversal", "dispute"),
        **dict.fromkeys(("merchant_fee", "fee_adjustment", "vcn_balance_fee_adjustment"), ("fee", "fee")),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout,)

    payout_on = c.day("date", filled=True)
    booked_on = c.day("date", filled=True)
    occurred_at = c.moment("date", form="%Y-%m-%d", zone="UTC", filled=True)
    parent_ref = c.ident("charge_id")
    transaction = c.ident("transaction_id", optional=True)
    merchant_ref = c.lenient_ident("order_id", optional=True)
    native_type = c.lower("event_type", filled=True)
    sales = c.amount("sales")
    refunds = c.amount("refunds", filled=False)
    fee = c.amount("fees", filled=False)
    net_stated = c.amount("total_settled")
    payout_id = c.ident("deposit_id")
    currency = d.copied("feed_currency")
    gross = d.total("sales", "refunds")
    processor_ref = d.first_filled("transaction", "parent_ref")
    native_group = d.joined("parent_ref", "payout_id")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "order id that is no order name")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a deposit")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """What is settled must follow from sales, refunds and fees in every row, and a deposit has one day."""
        line_arithmetic(con, probe, parsed)
        first_fault(con, probe, "gate_affirm_days", "SCHEMA_DRIFT", "Ask Affirm for this period in the layout that it has since August 2024.")
