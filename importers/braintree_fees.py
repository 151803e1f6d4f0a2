"""Braintree's payment-level fee report: every transaction with the parts of its fee."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import CsvImporter, Parsed
from ._probe import Probe

DAY = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y")


class Importer(CsvImporter):
    """The CSV behind `report.paymentLevelFees(date)`. Fees are positive in the file and split into interchange, scheme fees and Braintree's part.

    The report knows no disbursement: its lines wait without a payout until the account's balance is proven otherwise. Days are month/day/year.
    """

    keeps_raw = True
    source = "braintree"
    context = "account"
    claims = ("Transaction ID", "Transaction Type", "Settlement Amount", "Braintree Total Amount", "Total Scheme Fees")
    known = """Transaction ID,Transaction Type,Settlement Currency,Settlement Amount,Card Brand,Card Type,Payment Instrument,Interchange Description,
        Interchange Total Amount,Total Scheme Fees,Braintree Total Amount,Total Fee Amount,Card Issuing Country,Settlement Date,Payment Network,Order ID,
        Merchant Account ID"""
    identity = "Interchange Total Amount + Total Scheme Fees + Braintree Total Amount = Total Fee Amount in every row"
    types = {"sale": ("charge", "sale"), "credit": ("refund", "refund")}
    lands = "settlement_line"
    key = ("account", "line_id")

    processor_ref = c.ident("Transaction ID", filled=True)
    native_type = c.lower("Transaction Type", filled=True)
    event = c.lower("Transaction Type", filled=True, spoken=True)
    currency = c.currency("Settlement Currency")
    settled = c.amount("Settlement Amount", fine=True)
    exact_interchange = c.amount("Interchange Total Amount", fine=True, filled=False)
    exact_scheme = c.amount("Total Scheme Fees", fine=True, filled=False)
    exact_own = c.amount("Braintree Total Amount", fine=True, filled=False)
    exact_fee = c.amount("Total Fee Amount", fine=True)
    booked_on = c.day("Settlement Date", form=DAY, filled=True)
    occurred_at = c.moment("Settlement Date", form=DAY, filled=True)
    payment_method = c.text("Card Brand", optional=True)
    card_origin = c.text("Card Issuing Country", optional=True)
    merchant_ref = c.lenient_ident("Order ID", optional=True)
    amount = d.rounded("settled")
    unsigned = d.magnitude("amount")
    gross = d.by_sign("unsigned", "event", minus="credit")
    interchange = d.rounded("exact_interchange")
    scheme = d.rounded("exact_scheme")
    own = d.rounded("exact_own")
    total_fee = d.rounded("exact_fee")
    fee = d.negated("total_fee")
    fee_interchange = d.negated("interchange")
    fee_scheme = d.negated("scheme")
    fee_processing = d.negated("own")
    net_stated = d.total("gross", "fee")
    native_id = d.joined("processor_ref", "native_type")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "order id that is no order name")
    payout_status = d.constant("pending")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The parts of the fee must make the fee in every row."""
        first_fault(con, probe, "gate_braintree_fees", "CONTROL_TOTAL_DIFF", AGAIN.format("Braintree"))
