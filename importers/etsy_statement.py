"""Etsy's monthly statement: every sale, fee, refund and deposit of a shop's payment account."""

from __future__ import annotations

import duckdb
from duckdb import ColumnExpression, FunctionExpression

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe

NOTHING = ("--", "")
FORMS = ("%d %B, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y")
SENT = r"^(.*[0-9]) sent to your bank"
ORDER = r"Order #([0-9]+)"
LOCALE = c.POINT_SIGNED


def _sent() -> c.Column:
    """The amount of a deposit, which stands in its title alone."""
    return c.amount("Title", "Description", locale=LOCALE, filled=False, within=SENT)


class Payout(Lands):
    """Deposits: their amount stands in the title, their lines are not said."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)

    event = c.lower("Type", filled=True, spoken=True)
    paid_on = c.day("Date", form=FORMS, filled=True)
    currency = c.currency("Currency")
    amount = _sent()
    status = d.constant("paid")
    only = d.is_one_of("event", "deposit")


class Importer(CsvImporter):
    """Shop Manager › Finances › Monthly statements › *Download CSV*. Dates are written in three ways, always with the month's name; amounts carry the
    currency's sign; `--` stands for nothing. Equal rows are legitimate (five listings are five equal fees) and stay as many as they are.

    A deposit has its amount in the title alone and does not say which lines it pays: it lands as a payout without lines,
    which is held against the bank alone: no entry is proposed for it, and the lines stay on their way. A statement of the running month grows; downloaded again it adds only what is new.
    """

    source = "etsy"
    context = "account"
    claims = ("Date", "Type", "Title|Description", "Fees & Taxes", "Net")
    generations = {
        "with Description": "Date,Type,Description,Info,Currency,Amount,Fees & Taxes,Net,Tax Details",
        "with Title": "+Title|-Description",
    }
    identity = "Net = Amount + Fees & Taxes in every row"
    types = {
        "sale": ("charge", "sale"),
        "refund": ("refund", "refund"),
        "fee -": ("fee", "fee"),
        "fee +": ("fee_refund", "fee"),
        "transaction": ("fee", "fee"),
        "payment": ("fee", "fee"),
        "shipping": ("fee", "shipping_cost"),
        "marketing": ("fee", "marketing"),
        "vat": ("tax_on_fee", "fee"),
        "tax": ("tax_on_fee", "fee"),
        "reserve -": ("reserve_hold", "reserve"),
        "reserve +": ("reserve_release", "reserve"),
        "deposit": ("payout", "payout"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout,)

    booked_on = c.day("Date", form=FORMS, filled=True)
    occurred_at = c.moment("Date", form=FORMS, filled=True)
    native_type = c.text("Type", filled=True)
    sent = _sent()
    title = c.text("Title", "Description", filled=True)
    info = c.text("Info", optional=True)
    currency = c.currency("Currency")
    taken = c.amount("Amount", locale=LOCALE, blanks=NOTHING, filled=False)
    charged = c.amount("Fees & Taxes", locale=LOCALE, blanks=NOTHING, filled=False)
    told = c.amount("Net", locale=LOCALE, blanks=NOTHING, filled=False)

    own = d.either(d.is_filled("taken"), d.of("taken"), d.of("charged"), "Amount, else Fees & Taxes")
    gross = d.either(d.is_filled("sent"), -d.of("sent"), d.of("own"), "Amount, of a fee alone Fees & Taxes; of a deposit the amount in its title, negative")
    fee = d.either(d.is_filled("taken"), d.of("charged"), None, "Fees & Taxes of a row with an amount")
    net_stated = d.either(d.is_filled("told"), d.of("told"), -d.of("sent"), "Net; of a deposit the amount in its title, negative")
    text = d.joined("title", "info", by=" ")
    processor_ref = d.extracted("text", ORDER)
    native_group = d.made(FunctionExpression("sha256", ColumnExpression("text")), "hash of title and info")
    payout_status = d.constant("pending")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from amount and fees in every row."""
        line_arithmetic(con, probe, parsed)
