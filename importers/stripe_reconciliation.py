"""Stripe's itemised reports: every balance transaction with its payout, and the payouts where the report has them."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import line_arithmetic
from ._kit import CsvImporter, Lands, Parsed
from ._probe import Probe
from ._stripe import CATEGORIES


class Payout(Lands):
    """Rows of category payout: what Stripe sent to the bank, its sign turned; one that failed has a row of category payout_reversal.

    That row is a line of the payout that pays the money out again, and names the one that failed as its source; the day is then not the failed one's.
    """

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status", "paid_on", "bank_reference")
    per = ("payout_id", "currency")

    listed = c.ident("automatic_payout_id")
    source = c.text("source_id", optional=True)
    category = c.lower("reporting_category", filled=True, spoken=True)
    day_utc = c.day("automatic_payout_effective_at_utc", optional=True)
    day_local = c.day("automatic_payout_effective_at", optional=True)
    net = c.amount("net")
    currency = c.currency("currency")
    trace = c.text("trace_id", optional=True)
    payout_id = d.either(
        d.is_one_of("category", "payout_reversal") & d.matches("source", "(po|tr)_.+"), d.of("source"), d.of("listed"), "the payout that failed, where the row names it as its source"
    )
    day = d.first_filled("day_utc", "day_local")
    own_day = d.either(d.of("payout_id") == d.of("listed"), d.of("day"), None, "day of the payout itself")
    bank_reference = d.either(d.of("payout_id") == d.of("listed"), d.of("trace"), None, "reference of the payout itself")
    turned = d.negated("net")
    amount = d.either(d.is_one_of("category", "payout"), d.of("turned"), d.of("net"), "net of the payout, its sign turned")
    taken_back = d.either(d.is_one_of("category", "payout"), 0, 1, "1 where a row took it back")
    only = d.is_one_of("category", "payout", "payout_reversal") & d.is_filled("payout_id")
    after = {"status": d.either(d.of("taken_back") == d.number(1), "failed", "paid", "failed where a row took it back"), "paid_on": d.first_filled("own_day", "day")}


class Importer(CsvImporter):
    """Reports › Payout reconciliation or Balance change from activity › *Itemized*, or the Reporting API's `payout_reconciliation.itemized.N` and
    `balance_change_from_activity.itemized.N`. Columns are chosen by whoever runs the report: the ones bound here are needed, a run with the
    default columns leaves out the payout id and is refused. Columns of addresses and metadata are not in the registered header. The balance change
    has no payout rows: its payouts are known by their lines. A payout started by hand is on none of them: its lines stay without a payout.

    Amounts are in major units; `fee` is positive when charged. Rows of category `fee` carry their amount in `gross`: it is moved to the fee.
    The order is found by `payment_metadata[order_id]`, its number or its name, else by an order name in the description; the description itself is not kept.
    """

    source = "stripe"
    context = "account"
    claims = ("balance_transaction_id", "reporting_category", "gross", "fee", "net")
    generations = {"balance_change_from_activity.itemized": """balance_transaction_id,created,created_utc,available_on,available_on_utc,currency,gross,fee,net,
        reporting_category,source_id,description,automatic_payout_id,automatic_payout_effective_at,automatic_payout_effective_at_utc,customer_facing_amount,
        customer_facing_currency,charge_id,payment_intent_id,charge_created,charge_created_utc,invoice_id,invoice_number,subscription_id,payment_method_type,
        card_brand,card_country,card_funding,customer_id,customer_email,customer_name,customer_description,statement_descriptor,dispute_reason,regulatory_tag,
        connected_account_id,connected_account_name,connected_account_country,connected_account_direct_charge_id,is_link,trace_id,trace_id_status"""}
    known = "*"
    identity = "net = gross − fee in every row"
    types = CATEGORIES
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on", "available_on", "bank_reference")
    also = (Payout,)

    native_id = c.ident("balance_transaction_id", filled=True)
    native_type = c.lower("reporting_category", filled=True)
    description = c.text("description", optional=True)
    order_id = c.lenient_ident("payment_metadata[order_id]", optional=True)
    payout_id = c.ident("automatic_payout_id")
    day_utc = c.day("automatic_payout_effective_at_utc", optional=True)
    day_local = c.day("automatic_payout_effective_at", optional=True)
    available_on = c.day("available_on_utc", "available_on", optional=True)
    gross = c.amount("gross")
    fee = c.amount("fee", negate=True)
    net_stated = c.amount("net")
    fee_tax = c.amount("fee_tax", filled=False, optional=True, negate=True)
    tax_withheld = c.amount("tax_withheld", filled=False, optional=True)
    reserve = c.amount("reserve", filled=False, optional=True)
    processor_ref = c.text("source_id", optional=True)
    parent_ref = c.text("charge_id", optional=True)
    payment_method = c.text("payment_method_type", optional=True)
    card_origin = c.text("card_country", optional=True)
    presentment_amount = c.amount("customer_facing_amount", filled=False, optional=True)
    presentment_currency = c.currency("customer_facing_currency", filled=False, optional=True)
    currency = c.currency("currency")
    occurred_utc = c.utc_moment("created_utc", optional=True)
    occurred_zone = c.zone_moment("created", optional=True)
    booked_on = c.day("created", "created_utc", filled=True)
    bank_reference = c.text("trace_id", optional=True)
    entity_hint = c.text("connected_account_name", optional=True)
    occurred_at = d.first_filled("occurred_utc", "occurred_zone")
    payout_on = d.first_filled("day_utc", "day_local")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid once it has a payout")
    named = d.extracted("order_id")
    described = d.extracted("description")
    order_name = d.first_filled("named", "described")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from gross and fee in every row."""
        line_arithmetic(con, probe, parsed)
