"""Shopify Payments by the API: balance transactions, payouts and disputes."""

from __future__ import annotations

import duckdb

from . import _columns as c
from ._codes import PAYOUT_MEANS
from ._gates import line_arithmetic
from ._kit import Lands, Parsed
from ._probe import Probe
from ._shopify_api import ApiImporter
from ._shopify_types import PAYOUT_STATUSES, SHOPIFY_PAYMENTS


class Allocation(Lands):
    """The orders that one line is made of, `adjustmentsOrders`."""

    lands = "settlement_allocation"
    key = ("account", "line_id", "place")
    parent = ("account", "line_id")
    section = "balance_orders"

    item_no = c.whole("item_no", filled=True)
    line_id = c.gid("line_gid", filled=True)
    place = c.whole("place", filled=True)
    order_name = c.text("name", filled=True)
    transaction_id = c.gid("orderTransactionId")
    amount = c.amount("amount.amount", filled=False)
    fee = c.amount("fees.amount", filled=False, negate=True)
    net = c.amount("net.amount", filled=False)
    currency = c.currency("coin")


class Payout(Lands):
    """Payouts with the summary that the processor makes of them."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)
    section = "payouts"

    payout_id = c.gid("id", filled=True)
    status = c.code("status", codes=PAYOUT_STATUSES, means=PAYOUT_MEANS)
    utc_day = c.day("utc_day")
    local_day = c.instant_day("issuedAt", filled=True)
    amount = c.amount("net.amount")
    currency = c.currency("net.currencyCode")
    bank_reference = c.text("externalTraceId")
    entity_hint = c.text("businessEntity.displayName")
    charges = c.amount("summary.chargesGross.amount", filled=False)
    refunds = c.amount("summary.refundsFeeGross.amount", filled=False)
    adjustments = c.amount("summary.adjustmentsGross.amount", filled=False)
    reserved = c.amount("summary.reservedFundsGross.amount", filled=False)
    retried = c.amount("summary.retriedPayoutsGross.amount", filled=False)
    advances = c.amount("summary.advanceGross.amount", filled=False)
    charges_fee = c.amount("summary.chargesFee.amount", filled=False)
    refunds_fee = c.amount("summary.refundsFee.amount", filled=False)
    adjustments_fee = c.amount("summary.adjustmentsFee.amount", filled=False)
    reserved_fee = c.amount("summary.reservedFundsFee.amount", filled=False)
    retried_fee = c.amount("summary.retriedPayoutsFee.amount", filled=False)
    advance_fee = c.amount("summary.advanceFees.amount", filled=False)


class Dispute(Lands):
    """Disputes and inquiries in their present state."""

    lands = "dispute"
    key = ("account", "dispute_id")
    section = "disputes"

    dispute_id = c.gid("id", filled=True)
    order_name = c.text("order.name")
    dispute_type = c.lower("type")
    status = c.lower("status", filled=True)
    reason = c.lower("reasonDetails.reason")
    network_reason = c.text("reasonDetails.networkReasonCode")
    amount = c.amount("amount.amount")
    currency = c.currency("amount.currencyCode")
    initiated_at = c.instant("initiatedAt")
    evidence_due_on = c.day("evidenceDueBy")
    evidence_sent_on = c.day("evidenceSentOn")
    finalized_on = c.day("finalizedOn")


class Importer(ApiImporter):
    """The result of a bulk operation on `shopifyPaymentsAccount { balanceTransactions, payouts, disputes }`, any of the three, as JSON lines.

    Every balance transaction has an id of its own. The list of types is open: one that is not known here lands, holds its payout and alarms; a test
    transaction gets a type of its own for the same reason. Transactions of the type TRANSFER are the payouts themselves. An account is fed by
    this file or by the CSV exports, not by both: those have no ids.
    """

    processor = "shopify_payments"
    instead_of = ("shopify_payments", "shopify_payouts")
    context = "account"
    types = SHOPIFY_PAYMENTS
    personal = False
    roots = ("ShopifyPaymentsBalanceTransaction", "ShopifyPaymentsPayout", "ShopifyPaymentsDispute", "ShopifyPaymentsAccount")
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on", "available_on", "bank_reference")
    section = "balance"
    also = (Allocation, Payout, Dispute)

    native_id = c.gid("id", filled=True)
    native_type = c.text("own_type", filled=True)
    payout_id = c.gid("associatedPayout.id")
    payout_status = c.code("associatedPayout.status", codes=PAYOUT_STATUSES, means=PAYOUT_MEANS, filled=False)
    order_name = c.text("one_order")
    order_id = c.gid("associatedOrder.id")
    gross = c.amount("amount.amount")
    fee = c.amount("fee.amount", negate=True)
    net_stated = c.amount("net.amount")
    currency = c.currency("amount.currencyCode")
    occurred_at = c.instant("transactionDate", filled=True)
    booked_on = c.instant_day("transactionDate", filled=True)
    processor_ref = c.gid("sourceOrderTransactionId")
    payment_method = c.lower("sourceType")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The operation's counts, and Net = Amount − Fee in every transaction."""
        super().gate(con, probe, parsed)
        line_arithmetic(con, probe, parsed)
