"""Adyen's settlement details report: every journal of a batch, its payout and the balances that it carries."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe
from ._words import Words

STAMP = "%Y-%m-%d %H:%M:%S"
PAID = "merchantpayout|epapaid|bankinstructionreturned"


class Amounts(Lands):
    """What every table of the report is made of: the batch, its currency and the net of a row."""

    kind = c.text("Type", filled=True, spoken=True)
    batch = c.ident("Batch Number", filled=True)
    currency = c.currency("Net Currency")
    debit = c.amount("Net Debit (NC)", filled=False)
    credit = c.amount("Net Credit (NC)", filled=False)
    reference = c.text("Modification Reference")
    booked_on = c.day("Booking Date", "Creation Date", form="%Y-%m-%d", head=True, filled=True)
    net_stated = d.less("credit", "debit")
    payout_id = d.joined("batch", "currency", by="-")


class Payout(Amounts):
    """What the batch paid out in one currency; a batch that only carries its balance on pays nothing."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    paid = d.made(d.matches("kind", PAID), "a payout, or one that came back")
    sent = d.negated("net_stated")
    amount = d.either(d.of("paid"), d.of("sent"), 0, "sum of the payout rows, their sign turned")
    paid_on = d.copied("booked_on")
    found = d.extracted("reference", "^(TX[0-9A-Z]+)")
    bank_reference = d.either(d.of("paid"), d.of("found"), None, "the TX number in the payout's reference")
    status = d.constant("paid")


class Batch(Amounts):
    """The batch in one currency: balance carried in, movement, balance carried out."""

    lands = "settlement_batch"
    key = ("account", "batch_key")
    per = ("payout_id", "currency")
    summed = ("opening", "closing", "movement")

    carried = d.made(d.matches("kind", "balancetransfer"), "a carried balance")
    opening = d.either(d.of("carried") & (d.of("net_stated") > d.number(0)), d.of("net_stated"), 0, "balance transferred in")
    out = d.negated("net_stated")
    closing = d.either(d.of("carried") & (d.of("net_stated") < d.number(0)), d.of("out"), 0, "balance transferred out")
    movement = d.either(d.of("carried"), 0, d.of("net_stated"), "sum of all other rows")
    sequence_no = d.copied("batch")
    batch_id = d.copied("batch")
    opened_on = d.nothing("DATE")
    closed_on = d.copied("booked_on")
    after = {"batch_key": d.copied("payout_id"), "account": d.copied("feed_owner")}


class Importer(Amounts, CsvImporter):
    """Reports › Settlement details, per merchant account: `settlement_detail_report_batch_N.csv`. Columns are bound by name: their order and
    the optional ones differ between accounts.

    A batch is one payout per currency: `238-EUR`. All its rows, the payout and the carried balances with them, sum to zero, else the file is
    refused. A batch without a payout carries its balance into the next one. Costs come as one commission or as interchange, scheme fees and
    markup; both are positive in the file. Times are local with an abbreviation beside them, which is read as a fixed offset. The order is found by
    the merchant reference; the PSP reference is that of the authorisation, the modification reference the event's own.
    """

    source = "adyen"
    context = "account"
    claims = ("Psp Reference", "Modification Reference", "Gross Debit (GC)", "Net Debit (NC)", "Batch Number", "Type")
    generations = {
        "base columns": """Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,Modification Reference,
        Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),
        Scheme Fees (NC),Interchange (NC),Payment Method Variant,Modification Merchant Reference,Batch Number,Reserved4,Reserved5,Reserved6,Reserved7,
        Reserved8,Reserved9,Reserved10"""
    }
    known = """Booking Date,Booking Date TimeZone,Metadata,Balance Currency,Net Debit (BC),Net Credit (BC),Payment Fees (NC),
        DCC Markup (NC),Funds Destination,Balance Platform Debit,Balance Platform Credit,Shopper Country,Clearing Network,Merchant Order Reference,
        Dispute Reference,ARN,Acquirer Reference Number,Settlement Flow,Authorisation Code,Gross Fees (NC)"""
    identity = "gross × rate − costs = net in rows with costs; all rows of a batch and currency sum to zero"
    control = "the batch sums to zero per currency, payout and carried balances included"
    types = {
        "settled": ("charge", "sale"),
        "refunded": ("refund", "refund"),
        "refundedreversed": ("refund_failed", "refund"),
        "chargeback": ("chargeback", "dispute"),
        "secondchargeback": ("second_chargeback", "dispute"),
        "chargebackreversed": ("chargeback_reversal", "dispute"),
        **dict.fromkeys(("fee", "misccosts", "paymentcost", "settlecost", "authorisationschemefee"), ("fee", "fee")),
        "invoicededuction": ("invoice_deduction", "platform"),
        **dict.fromkeys(("depositcorrection -", "reserveadjustment -"), ("reserve_hold", "reserve")),
        **dict.fromkeys(("depositcorrection +", "reserveadjustment +"), ("reserve_release", "reserve")),
        "balancetransfer": ("balance_carry", "carry"),
        "merchantpayout": ("payout", "payout"),
        "epapaid": ("payout", "payout"),
        "bankinstructionreturned": ("payout_failed", "payout"),
        "matchedstatement": ("topup", "transfer"),
        "manualcorrected": ("adjustment", "adjustment"),
        "internalcompanypayout -": ("transfer_out", "transfer"),
        "internalcompanypayout +": ("transfer_in", "transfer"),
        "paidout": ("transfer_out", "transfer"),
        "paidoutreversed": ("transfer_in", "transfer"),
    }
    keeps_raw = True
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout, Batch)
    words = (Words("kind", dict.fromkeys(("*externallywithinfo", "acquirerpayout"), "settled outside Adyen: told for information, no part of the balance"), closed=False),)

    native_type = c.text("Type", filled=True)
    merchant_account = c.ident("Merchant Account", filled=True)
    parent_ref = c.ident("Psp Reference")
    own_ref = c.lenient_ident("Modification Reference")
    merchant_ref = c.lenient_ident("Merchant Reference")
    occurred_at = c.moment("Creation Date", form=STAMP, zone_in="TimeZone", filled=True)
    shown_currency = c.currency("Gross Currency", filled=False)
    gross_debit = c.amount("Gross Debit (GC)", filled=False)
    gross_credit = c.amount("Gross Credit (GC)", filled=False)
    rate = c.text("Exchange Rate")
    commission = c.amount("Commission (NC)", filled=False)
    fee_markup = c.amount("Markup (NC)", filled=False, negate=True)
    fee_scheme = c.amount("Scheme Fees (NC)", filled=False, negate=True)
    fee_interchange = c.amount("Interchange (NC)", filled=False, negate=True)
    payment_method = c.text("Payment Method")
    fee_processing = d.made(-d.of("commission"), "− commission")
    fee = d.total("fee_processing", "fee_markup", "fee_scheme", "fee_interchange")
    gross = d.less("net_stated", "fee")
    processor_ref = d.first_filled("own_ref", "parent_ref")
    native_group = d.joined("merchant_account", "batch", "reference")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "merchant reference that is no order name")
    payout_on = d.nothing("DATE")
    payout_status = d.constant("paid")
    shown = d.less("gross_credit", "gross_debit")
    presentment_amount = d.either(d.is_filled("shown_currency"), d.of("shown"), None, "gross in the shopper's currency")
    presentment_currency = d.copied("shown_currency")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """One merchant account; every row follows from its gross and costs; every batch sums to zero per currency."""
        first_fault(con, probe, "gate_adyen_batch", "CONTROL_TOTAL_DIFF", AGAIN.format("Adyen"))
