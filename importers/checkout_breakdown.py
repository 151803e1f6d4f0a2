"""Checkout.com's settlement breakdown: every action behind a payout, in parts of a cent."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe

STAMP = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%g", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S")


class Rounding(Lands):
    """What brings the exact sum of a payout to whole units of its currency."""

    lands = "settlement_line"
    key = ("account", "line_id")
    per = ("payout_id", "currency")
    summed = ("exact",)

    payout_id = c.ident("Payout ID")
    currency = c.currency("Holding Currency")
    precise = c.amount("Net In Holding Currency", fine=True)
    occurred_at = c.moment("Processed On UTC", "Processed On", form=STAMP, zone="UTC", filled=True)
    exact = d.rounded("precise")
    native_type = d.constant("rounding")
    booked_on = d.made(d.of("occurred_at").cast("DATE"), "day of the last row, UTC")
    payout_status = d.constant("paid")
    only = d.is_filled("payout_id")
    after = {"gross": d.to_unit("exact"), "net_stated": d.to_unit("exact"), "native_id": d.joined("native_type", "payout_id", "currency")}
    only_after = d.of("gross") != d.number(0)


class Importer(CsvImporter):
    """Dashboard › Reports › *Settlement breakdown*, `settlement-breakdown_….csv`; the amounts paid stand in the payouts report, which a payout
    needs before it is booked.

    Amounts are in the holding currency, signed, with more decimals than the currency: lines keep four, and a line `rounding` brings the sum of a
    payout to the decimals of its currency, half away from zero. Where the payouts report paid a cent more or less, the payout is PAYOUT_NOT_DECOMPOSED by that cent:
    nothing is rounded towards what is to be proven. The deduction is the fees, the tax on them among it. A row `Merchant Payout` is the fee of the
    payout, not the payout. Times without an offset are UTC. `Reference` is the merchant's: the shop's payment id or an order name.
    """

    source = "checkout"
    context = "account"
    keeps_raw = True
    claims = ("Payout ID", "Gross In Holding Currency", "Deduction In Holding Currency", "Net In Holding Currency", "Payment ID")
    known = """Client Entity ID,Client Entity Name,Processing Channel ID,Processing Channel Name,Type,Payment ID,Reference,Processed On,Available On,
        Holding Currency,Payout ID,Payout Date,Gross In Holding Currency,Deduction In Holding Currency,Net In Holding Currency,
        Processing Fee In Holding Currency,Scheme Fee In Holding Currency,Interchange In Holding Currency,Tax In Holding Currency,
        Reserve In Holding Currency,Processing Currency,Gross In Processing Currency,Net In Processing Currency,FX Rate Applied,Payment Method,Card Type,
        Card Category,Issuer Country,Entity Country,Region,MID,Merchant Category Code,Acquirer Reference Number,Account Funding Transaction,
        Entity Segment,Issuing Bank,BIN,Payment Type,Processed On UTC,Available On UTC,UDF 1,UDF 2,UDF 3,UDF 4,UDF 5,Action ID,Timezone"""
    identity = "gross + deduction + reserve = net in every row"
    types = {
        "charge": ("charge", "sale"),
        "charge without amount": ("fee", "fee"),
        **dict.fromkeys(("void", "network token*", "account updater*", "merchant payout*", "authorization*"), ("fee", "fee")),
        "refund*": ("refund", "refund"),
        "chargeback -": ("chargeback", "dispute"),
        "chargeback +": ("chargeback_reversal", "dispute"),
        "chargeback reversal": ("chargeback_reversal", "dispute"),
        "reserve* -": ("reserve_hold", "reserve"),
        "reserve* +": ("reserve_release", "reserve"),
        "adjustment*": ("adjustment", "adjustment"),
        "transfer* -": ("transfer_out", "transfer"),
        "transfer* +": ("transfer_in", "transfer"),
        "pay to card*": ("transfer_out", "transfer"),
        "rounding": ("rounding", "adjustment"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "available_on")
    also = (Rounding,)

    kind = c.lower("Type", filled=True)
    action = c.lenient_ident("Action ID", optional=True)
    parent_ref = c.ident("Payment ID")
    merchant_ref = c.lenient_ident("Reference")
    occurred_at = c.moment("Processed On UTC", "Processed On", form=STAMP, zone="UTC", filled=True)
    available = c.moment("Available On UTC", "Available On", form=(*STAMP, "%Y-%m-%d"), zone="UTC")
    currency = c.currency("Holding Currency")
    payout_id = c.ident("Payout ID")
    exact_gross = c.amount("Gross In Holding Currency", fine=True)
    exact_deduction = c.amount("Deduction In Holding Currency", fine=True)
    exact_net = c.amount("Net In Holding Currency", fine=True)
    exact_reserve = c.amount("Reserve In Holding Currency", fine=True, filled=False, optional=True)
    exact_tax = c.amount("Tax In Holding Currency", fine=True, filled=False, optional=True)
    exact_processing = c.amount("Processing Fee In Holding Currency", fine=True, filled=False, optional=True)
    exact_scheme = c.amount("Scheme Fee In Holding Currency", fine=True, filled=False, optional=True)
    exact_interchange = c.amount("Interchange In Holding Currency", fine=True, filled=False, optional=True)
    shown = c.amount("Gross In Processing Currency", fine=True, filled=False, optional=True)
    presentment_currency = c.currency("Processing Currency", filled=False, optional=True)
    payment_method = c.text("Payment Method", optional=True)
    card_origin = c.text("Issuer Country", optional=True)
    gross = d.rounded("exact_gross")
    net_stated = d.rounded("exact_net")
    reserve = d.rounded("exact_reserve")
    fee_tax = d.rounded("exact_tax")
    fee = d.less("net_stated", "gross", "reserve", "fee_tax")
    fee_processing = d.rounded("exact_processing")
    fee_scheme = d.rounded("exact_scheme")
    fee_interchange = d.rounded("exact_interchange")
    native_type = d.either(d.is_one_of("kind", "charge") & (d.of("gross") == d.number(0)), "charge without amount", d.of("kind"), "Type; charges without amount apart")
    shown_amount = d.rounded("shown")
    presentment_amount = d.magnitude("shown_amount")
    processor_ref = d.first_filled("action", "parent_ref")
    native_group = d.joined("parent_ref", "action")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "reference that is no order name")
    booked_on = d.made(d.of("occurred_at").cast("DATE"), "day of the moment, UTC")
    available_on = d.made(d.of("available").cast("DATE"), "day from which it is paid out, UTC")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a payout")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from gross, deduction and reserve in every row, to the last decimal."""
        first_fault(con, probe, "gate_checkout_rows", "CONTROL_TOTAL_DIFF", AGAIN.format("Checkout.com"))
