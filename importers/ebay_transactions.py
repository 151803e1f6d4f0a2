"""eBay's transaction report: a preamble, then every order, refund, fee and payout with the payout that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import duckdb

from . import _columns as c
from . import _derive as d
from ._codes import PAYOUT_MEANS, PAYOUT_WORDS
from ._gates import line_arithmetic
from ._kit import Lands, Parsed
from ._probe import Probe
from ._sections import Section, SectionedImporter

NOTHING = ("--", "")
FORMS = ("%b %d, %Y", "%d %b %Y", "%Y-%m-%d")
FEES = (
    "Final Value Fee - fixed",
    "Final Value Fee - variable",
    "Regulatory operating fee",
    'Very high "item not as described" fee',
    "Below standard performance fee",
    "International fee",
    "Deposit processing fee",
    "Charity donation",
)


def _money(header: str, *, filled: bool = True, optional: bool = False, negate: bool = False, currency_column: str = "currency") -> c.Column:
    """An amount as eBay writes it: a sign of the currency, parentheses for negative ones, `--` for none."""
    return c.amount(header, locale=c.POINT_SIGNED, blanks=NOTHING, filled=filled, optional=optional, negate=negate, currency_column=currency_column)


def _told() -> c.Column:
    """What eBay says of the payout that a row is, or belongs to."""
    return c.code("Payout status", codes=PAYOUT_WORDS, filled=False, blanks=NOTHING, means=PAYOUT_MEANS)


class Payout(Lands):
    """Rows of type Payout: what eBay sent to the bank, its sign turned."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)
    section = "body"

    event = c.lower("Type", filled=True, spoken=True)
    payout_id = c.ident("Payout ID", blanks=NOTHING)
    amount = _money("Net amount", negate=True)
    currency = c.currency("Payout currency")
    paid_on = c.day("Payout date", "Transaction creation date", form=FORMS, blanks=NOTHING)
    told = _told()
    status = d.or_else("told", "in_transit")
    only = d.is_one_of("event", "payout", "withdrawal")


class Importer(SectionedImporter):
    """Seller Hub › Payments › Reports › *Transaction report*. About ten lines of text stand before the header; `--` stands for nothing; amounts may
    carry a currency sign, or parentheses where they are negative. Buyers' names and addresses stay in the file as delivered.

    `Net amount` is the gross less eBay's fees, in the currency of the payout; tax that eBay collects is in neither. Where an exchange rate stands
    in the row, its gross and fees are in the buyer's currency: the line then carries the net alone and the gross as presentment. A payout is one
    row, the lines of it carry its id: they sum to it. A donation to charity is taken like a fee and counted as one.
    """

    source = "ebay"
    context = "account"
    claims = ("Transaction creation date", "Type", "Net amount", "Payout ID")
    known = """Transaction creation date,Type,Order number,Legacy order ID,Buyer username,Buyer name,Ship to city,Ship to province/region/state,Ship to zip,
        Ship to country,Net amount,Payout currency,Payout date,Payout ID,Payout method,Payout status,Reason for hold,Item ID,Transaction ID,Item title,
        Custom label,Quantity,Item subtotal,Shipping and handling,Seller collected tax,eBay collected tax,Seller specified VAT rate,Gross transaction amount,
        Transaction currency,Exchange rate,Reference ID,Description"""
    identity = "Net amount = gross + fees in every row; the rows of a payout sum to it (rule Y-01)"
    types = {
        "order": ("charge", "sale"),
        "sale": ("charge", "sale"),
        "refund": ("refund", "refund"),
        "claim": ("chargeback", "dispute"),
        "dispute": ("chargeback", "dispute"),
        "payment_dispute": ("chargeback", "dispute"),
        "other_fee": ("fee", "fee"),
        "non_sale_charge": ("fee", "fee"),
        "shipping_label": ("fee", "shipping_cost"),
        "credit": ("reimbursement", "adjustment"),
        "adjustment": ("adjustment", "adjustment"),
        "hold": ("reserve_hold", "reserve"),
        "payout": ("payout", "payout"),
        "withdrawal": ("payout", "payout"),
        "transfer": ("transfer_out", "transfer"),
        "purchase": ("transfer_out", "transfer"),
        "loan_repayment": ("loan_repayment", "financing"),
    }
    sections: ClassVar[Mapping[str, Section]] = {"body": Section(header=("Transaction creation date", "Type", "Net amount"))}
    section = "body"
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on", "available_on", "bank_reference")
    also = (Payout,)

    occurred_at = c.moment("Transaction creation date", form=FORMS, filled=True)
    booked_on = c.day("Transaction creation date", form=FORMS, filled=True)
    native_type = c.text("Type", filled=True)
    processor_ref = c.text("Order number", blanks=NOTHING)
    parent_ref = c.text("Reference ID", optional=True, blanks=NOTHING)
    net_stated = _money("Net amount")
    currency = c.currency("Payout currency")
    payout_id = c.ident("Payout ID", blanks=NOTHING)
    payout_on = c.day("Payout date", form=FORMS, blanks=NOTHING)
    told = _told()
    item = c.text("Item ID", optional=True, blanks=NOTHING)
    sold = c.text("Transaction ID", optional=True, blanks=NOTHING)
    rate = c.text("Exchange rate", optional=True, blanks=NOTHING)
    presented = _money("Gross transaction amount", filled=False, currency_column="presented_in")
    presented_in = c.text("Transaction currency", optional=True, blanks=NOTHING)
    fee_1, fee_2, fee_3, fee_4, fee_5, fee_6, fee_7, fee_8 = (
        _money(header, filled=False, optional=True, currency_column="presented_in") for header in FEES
    )

    presentment_amount = d.either(d.is_filled("rate"), d.of("presented"), None, "Gross transaction amount where a rate stands in the row")
    presentment_currency = d.either(d.is_filled("rate"), d.of("presented_in"), None, "Transaction currency where a rate stands in the row")
    charged = d.total("fee_1", "fee_2", "fee_3", "fee_4", "fee_5", "fee_6", "fee_7", "fee_8")
    fee = d.either(d.is_filled("rate"), None, d.of("charged"), "the sum of the fees; empty where a rate stands in the row")
    without_fees = d.less("net_stated", "fee")
    gross = d.either(d.is_filled("rate") | d.of("presented").isnull(), d.of("without_fees"), d.of("presented"), "the gross, else net less fees")
    payout_status = d.or_else("told", "pending")
    native_group = d.joined("payout_id", "item", "sold", "parent_ref")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from gross and fees in every row."""
        line_arithmetic(con, probe, parsed)
