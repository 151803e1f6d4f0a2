"""Stripe's dashboard export of the balance: every transaction, with numbers in the locale of whoever exported."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe
from ._stripe import TYPES

STAMP = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


class Payout(Lands):
    """Rows of type payout: what Stripe sent to the bank, its sign turned; one that failed has a row that takes it back."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status", "paid_on")
    per = ("payout_id", "currency")

    kind = c.lower("Type", filled=True, spoken=True)
    payout_id = c.ident("Source")
    paid_on = c.day("Available On (UTC)", filled=True)
    net = c.amount("Net", by_feed=True)
    currency = c.currency("Currency")
    turned = d.negated("net")
    amount = d.either(d.is_one_of("kind", "payout"), d.of("turned"), d.of("net"), "net of the payout, its sign turned")
    taken_back = d.either(d.is_one_of("kind", "payout"), 0, 1, "1 where a row took it back")
    only = d.is_one_of("kind", "payout", "payout_failure", "payout_cancel") & (d.is_filled("payout_id") | d.of("broken").isnotnull())
    after = {"status": d.either(d.of("taken_back") == d.number(1), "failed", "paid", "failed where a row took it back")}


class Importer(CsvImporter):
    """Balances › All activity › *Export*. `Transfer` is the payout of a line; times have minutes only, ids keep lines apart.

    The export follows the locale of its user: a feed whose files say `104,13` declares `numbers = "1.234,56"`. Nothing is guessed: under another
    declaration such a file is refused. Type `stripe_fee` carries its amount in the gross: it is moved to the fee. The order is found by
    `order_id (metadata)`, its number or its name, else by an order name in the description; the description itself is not kept.
    """

    source = "stripe"
    context = "account"
    claims = ("id", "Type", "Source", "Amount", "Fee", "Net", "Created (UTC)", "Transfer")
    generations = {"All activity": """id,Type,Source,Amount,Fee,Destination Platform Fee,Destination Platform Fee Currency,Net,Currency,Created (UTC),Available On (UTC),
        Description,Customer Facing Amount,Customer Facing Currency,Transfer,Transfer Date (UTC),Transfer Group"""}
    known = "*"
    identity = "Net = Amount − Fee in every row"
    types = TYPES
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on", "available_on")
    also = (Payout,)

    native_id = c.ident("id", filled=True)
    native_type = c.lower("Type", filled=True)
    processor_ref = c.text("Source")
    gross = c.amount("Amount", by_feed=True)
    fee = c.amount("Fee", by_feed=True, negate=True)
    net_stated = c.amount("Net", by_feed=True)
    currency = c.currency("Currency")
    occurred_at = c.moment("Created (UTC)", form=STAMP, zone="UTC", filled=True)
    booked_on = c.day("Created (UTC)", filled=True)
    available_on = c.day("Available On (UTC)")
    description = c.text("Description", optional=True)
    order_id = c.lenient_ident("order_id (metadata)", optional=True)
    merchant_ref = c.lenient_ident("order_id (metadata)", optional=True)
    presentment_amount = c.amount("Customer Facing Amount", by_feed=True, filled=False, optional=True)
    presentment_currency = c.currency("Customer Facing Currency", filled=False, optional=True)
    payout_id = c.ident("Transfer")
    payout_on = c.day("Transfer Date (UTC)", optional=True)
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a payout")
    named = d.extracted("order_id")
    described = d.extracted("description")
    order_name = d.first_filled("named", "described")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from amount and fee in every row."""
        line_arithmetic(con, probe, parsed)
