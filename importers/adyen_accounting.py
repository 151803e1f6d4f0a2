"""Adyen's payment accounting report: the registers of every payment, of which the settled ones are lines."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import CsvImporter, Parsed
from ._probe import Probe
from ._words import Words

STEP, NEVER, ELSEWHERE = "a step before the payable balance", "the payment never came about", "settled outside Adyen, told for information"
OUT = {
    **dict.fromkeys(("received", "authorised", "sentforsettle", "sentforrefund", "retried"), STEP),
    **dict.fromkeys(("cancelled", "refused", "expired", "error", "capturefailed"), NEVER),
    "*externally*": ELSEWHERE,
}


class Importer(CsvImporter):
    """Reports › Payment accounting, per merchant account and day. Each payment walks through registers: received, authorised, captured, payable.
    Only what reaches the payable balance is a line: settled, refunded, chargeback and their reversals; the steps before it move no money. A chargeback
    is taken from the payable balance without touching what was captured: its gross is the payable amount less its costs. Where the
    report has `Payable Batch` the line knows its payout. A column may stand twice in it: the first counts. A feed takes this report or the
    settlement details, not both.
    """

    keeps_raw = True
    source = "adyen"
    instead_of = ("adyen_settlement",)
    context = "account"
    claims = ("Psp Reference", "Record Type", "Received (PC)", "Captured (PC)", "Payable (SC)")
    twice = ("Settlement Currency",)
    known = """Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Payment Method Variant,Booking Date,TimeZone,Record Type,
        Modification Psp Reference,Main Currency,Main Amount,Payment Currency,Received (PC),Exchange Rate,Authorised (PC),Captured (PC),
        Settlement Currency,Payable (SC),Commission (SC),Markup (SC),Scheme Fees (SC),Interchange (SC),Processing Fee Currency,Processing Fee (FC),
        Modification Merchant Reference,Original Amount,Merchant Order Reference,Shopper Reference,Reserved3,Reserved4,Reserved5,Reserved6,Reserved7,
        Reserved8,Reserved9,Reserved10,Payable Batch,Metadata"""
    identity = "captured and payable amounts and costs of a settled or refunded line sum to zero where payment and settlement currency are the same; of a chargeback where it has a captured amount"
    types = {
        "settled": ("charge", "sale"),
        "refunded": ("refund", "refund"),
        "refundedreversed": ("refund_failed", "refund"),
        "chargeback": ("chargeback", "dispute"),
        "secondchargeback": ("second_chargeback", "dispute"),
        "chargebackreversed": ("chargeback_reversal", "dispute"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")

    native_type = c.text("Record Type", filled=True)
    parent_ref = c.ident("Psp Reference", filled=True)
    own_ref = c.lenient_ident("Modification Psp Reference")
    merchant_ref = c.lenient_ident("Merchant Reference")
    occurred_at = c.moment("Booking Date", form="%Y-%m-%d %H:%M:%S", zone_in="TimeZone", filled=True)
    booked_on = c.day("Booking Date", form="%Y-%m-%d", head=True, filled=True)
    payment_currency = c.currency("Payment Currency", filled=False)
    captured = c.amount("Captured (PC)", filled=False)
    settled_currency = c.currency("Settlement Currency", filled=False)
    net_stated = c.amount("Payable (SC)", filled=False)
    commission = c.amount("Commission (SC)", filled=False)
    fee_markup = c.amount("Markup (SC)", filled=False, negate=True)
    fee_scheme = c.amount("Scheme Fees (SC)", filled=False, negate=True)
    fee_interchange = c.amount("Interchange (SC)", filled=False, negate=True)
    payment_method = c.text("Payment Method")
    batch = c.ident("Payable Batch", optional=True)
    currency = d.first_filled("settled_currency", "payment_currency")
    fee_processing = d.made(-d.of("commission"), "− commission")
    fee = d.total("fee_processing", "fee_markup", "fee_scheme", "fee_interchange")
    gross = d.less("net_stated", "fee")
    processor_ref = d.first_filled("own_ref", "parent_ref")
    native_group = d.joined("parent_ref", "own_ref")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "merchant reference that is no order name")
    payout_id = d.both("batch", "currency", by="-")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a batch")
    presentment_amount = d.magnitude("captured")
    presentment_currency = d.copied("payment_currency")
    main = c.amount("Main Amount", filled=False, optional=True)
    words = (Words("native_type", OUT, closed=False, amount=("main", "captured")),)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The registers of a line sum to zero."""
        first_fault(con, probe, "gate_adyen_registers", "CONTROL_TOTAL_DIFF", AGAIN.format("Adyen"))
