"""Square's transactions export: every sale and refund of the point of sale with its fee and its deposit."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe
from ._words import Words

DAY = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y")
STAMP = tuple(f"{day} %H:%M:%S" for day in DAY)
MONEY = c.POINT_SIGNED
OUT = {
    **dict.fromkeys(("failed", "declined", "voided", "void", "canceled", "cancelled", "expired"), "it never came about: nothing was charged"),
    **dict.fromkeys(("pending", "authorized", "approved"), "it is not charged yet; it comes again when it is"),
}
COUNT = ("complete", "completed", "captured", "refunded", "fully refunded", "partially refunded")


class Payout(Lands):
    """The deposit: what its rows sum to is what the bank receives."""

    lands = "payout"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount",)

    payout_id = c.ident("Deposit ID")
    paid_on = c.day("Deposit Date", form=DAY)
    net_total = c.amount("Net Total", locale=MONEY)
    cash = c.amount("Cash", locale=MONEY, filled=False, optional=True)
    gift_card = c.amount("Square Gift Card", locale=MONEY, filled=False, optional=True)
    other_tender = c.amount("Other Tender", locale=MONEY, filled=False, optional=True)
    amount = d.less("net_total", "cash", "gift_card", "other_tender")
    currency = d.copied("feed_currency")
    status = d.constant("paid")
    standing = c.lower("Transaction Status", optional=True, spoken=True)
    only = d.is_filled("payout_id") & (d.is_empty("standing") | (d.is_one_of("standing", *OUT) == d.truth(False)))


class Importer(CsvImporter):
    """Transactions › *Export* › Transactions CSV, 34 to 55 columns by year. The amounts carry a currency sign but no code: the currency is that
    of the feed's account.

    What is settled is the card part of a transaction: what was paid in cash, with another tender or by a gift card never reaches a deposit and
    is left out of the line, and so is a transaction that was never charged: `Transaction Status` says so. A gift card sold inside a sale stays inside its gross; the orders say what part of it is a liability. A day without a
    deposit yet is pending. `Order Reference ID` names the order.
    """

    source = "square"
    context = "account"
    claims = ("Gross Sales", "Total Collected", "Fees", "Net Total", "Transaction ID", "Deposit ID")
    generations = {"2026": """Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,Total Collected,Source,Card,
        Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,Tender Note,Fees,Net Total,Transaction ID,Payment ID,
        Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,Description,Event Type,Location,Dining Option,Customer ID,Customer Name,
        Customer Reference ID,Device Nickname,Third Party Fees,Deposit ID,Deposit Date,Deposit Details,Fee Percentage Rate,Fee Fixed Rate,Refund Reason,
        Discount Name,Transaction Status,Cash App,Order Reference ID,Fulfillment Note,Free Processing Applied,Channel,Unattributed Tips,Table Info,
        International Fee"""}
    known = "Other Tender Note"
    identity = "Net Total = Total Collected + Fees, and the tenders sum to Total Collected, in every row"
    types = {
        "payment +": ("charge", "sale"),
        "payment without card": ("fee", "fee"),
        "refund -": ("refund", "refund"),
        "refund +": ("refund_failed", "refund"),
        "dispute -": ("chargeback", "dispute"),
        "dispute +": ("chargeback_reversal", "dispute"),
        "chargeback -": ("chargeback", "dispute"),
        "chargeback +": ("chargeback_reversal", "dispute"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on")
    also = (Payout,)

    occurred_at = c.moment("Date", form=STAMP, time_in="Time", zone_in="Time Zone", filled=True)
    booked_on = c.day("Date", form=DAY, filled=True)
    collected = c.amount("Total Collected", locale=MONEY)
    cash = c.amount("Cash", locale=MONEY, filled=False, optional=True)
    gift_card = c.amount("Square Gift Card", locale=MONEY, filled=False, optional=True)
    other_tender = c.amount("Other Tender", locale=MONEY, filled=False, optional=True)
    fee = c.amount("Fees", locale=MONEY)
    net_total = c.amount("Net Total", locale=MONEY)
    transaction_id = c.ident("Transaction ID", filled=True)
    processor_ref = c.ident("Payment ID", optional=True)
    event = c.lower("Event Type", filled=True)
    payout_id = c.ident("Deposit ID")
    payout_on = c.day("Deposit Date", form=DAY)
    merchant_ref = c.lenient_ident("Order Reference ID", optional=True)
    payment_method = c.text("Card Brand", optional=True)
    standing = c.lower("Transaction Status", optional=True)
    currency = d.copied("feed_currency")
    gross = d.less("collected", "cash", "gift_card", "other_tender")
    net_stated = d.less("net_total", "cash", "gift_card", "other_tender")
    native_id = d.joined("transaction_id", "processor_ref", "event")
    native_type = d.either(d.is_one_of("event", "payment") & (d.of("gross") == d.number(0)), "payment without card", d.of("event"), "Event Type; a payment without a card part, of which only a fee is left, apart")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "order reference that is no order name")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a deposit")
    card_part = d.either((d.of("gross") == d.number(0)) & (d.of("fee") == d.number(0)), "no card part", None, "where neither the gross nor the fee is more than nothing")
    words = (
        Words("standing", OUT, COUNT, amount=("collected",)),
        Words("card_part", {"no card part": "paid in cash, by gift card or another tender: it never reaches a deposit"}, closed=False, amount=("collected",)),
    )

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from what was collected and the fee in every row."""
        line_arithmetic(con, probe, parsed)
