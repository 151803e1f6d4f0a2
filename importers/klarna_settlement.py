"""Klarna's settlement file: one summary and the transactions behind it."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import Lands, Parsed
from ._probe import Probe
from ._sections import Section, SectionedImporter
from ._words import Words

STAMP = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%gZ")


class Summary(Lands):
    """The summary: one settlement in one currency. A settlement below zero pays nothing and becomes debt, which later ones repay."""

    section = "summary"

    payout_id = c.ident("payment_reference", filled=True)
    currency = c.currency("settlement_currency")
    paid_on = c.day("payout_date", form="%Y-%m-%d", head=True, filled=True)
    paid_at = c.moment("payout_date", form=STAMP, zone="UTC", filled=True)
    settlement = c.amount("total_settlement_amount")
    stated_sales = c.amount("total_sale_amount", filled=False)
    stated_returns = c.amount("total_return_amount", filled=False)
    stated_fees = c.amount("total_fee_amount", filled=False)
    settlement_type = c.text("merchant_settlement_type")
    repaid = c.amount("total_repay_amount", filled=False, optional=True)
    deposited = c.amount("total_deposit_amount", filled=False, optional=True)
    debt_before = c.amount("opening_debt_balance", filled=False, optional=True)
    debt_after = c.amount("closing_debt_balance", filled=False, optional=True)


class Payout(Summary):
    """What the settlement pays to the bank, under its payment reference."""

    lands = "payout"
    key = ("account", "payout_key")

    amount = d.either(d.of("settlement") > d.number(0), d.of("settlement"), 0, "total settlement, nothing where it is below zero")
    bank_reference = d.copied("payout_id")
    status = d.constant("paid")


class Batch(Summary):
    """The debt to Klarna before and after the settlement, as negative balances."""

    lands = "settlement_batch"
    key = ("account", "batch_key")

    batch_id = d.copied("payout_id")
    batch_key = d.joined("payout_id", "currency")
    account = d.copied("feed_owner")
    closed_on = d.copied("paid_on")
    opening = d.negated("debt_before")
    closing = d.negated("debt_after")
    movement = d.less("repaid", "deposited")


class Repaid(Summary):
    """Earlier debt that the settlement repays."""

    lands = "settlement_line"
    key = ("account", "line_id")

    native_type = d.constant("repay")
    moved = d.negated("repaid")
    native_id = d.joined("payout_id", "native_type")
    gross = d.copied("moved")
    net_stated = d.copied("moved")
    occurred_at = d.copied("paid_at")
    booked_on = d.copied("paid_on")
    payout_on = d.copied("paid_on")
    bank_reference = d.copied("payout_id")
    payout_status = d.constant("paid")
    only = d.of("moved") != d.number(0)


class Deposited(Repaid):
    """What the settlement fell short of: new debt."""

    native_type = d.constant("deposit")
    moved = d.total("deposited")


class Importer(SectionedImporter):
    """Merchant portal › Settlements › *Download*, the settlements API as CSV, or Klarna's SFTP folder. Two tables in one file: the summary, then
    the transactions; a file may hold several settlements one after the other.

    Amounts are decimals signed from the merchant's side; tax on a fee stands in a column of the fee's row and belongs to the payout. Under the
    settlement type GROSS fees are invoiced, not deducted: their rows are told for information and left out. The order is found by
    `merchant_reference1`, which is the shop's payment id or an order name. The sums of the transactions must make the summary.
    """

    source = "klarna"
    context = "account"
    sections = {
        "summary": Section(header=("payment_reference", "total_settlement_amount")),
        "lines": Section(header=("type", "merchant_reference1", "amount"), under="summary"),
    }
    section = "lines"
    merchant = ("summary", "merchant_id")
    claims = ("payment_reference", "total_settlement_amount", "merchant_reference1", "posting_currency")
    known = """type,detailed_type,capture_date,sale_date,order_id,short_order_id,capture_id,merchant_reference1,merchant_reference2,amount,posting_currency,
        refund_id,purchase_country,tax_rate,tax_amount,shipping_country,initial_payment_method_type,initial_number_of_installments,
        initial_payment_method_monthly_downpayments,merchant_capture_reference,merchant_refund_reference,tax_rate_1,tax_rate_2,tax_rate_3,tax_rate_4,
        tax_amount_1,tax_amount_2,tax_amount_3,tax_amount_4,reversal_reference,total_sale_amount,total_fee_amount,total_fee_correction_amount,
        total_tax_amount,total_return_amount,total_reversal_amount,total_commission_amount,total_credit_amount,total_charge_amount,total_holdback_amount,
        total_release_amount,total_fee_refund_amount,merchant_id,merchant_settlement_type,submerchant_id"""
    identity = "transactions and tax on fees + deposit − repay = settlement; closing debt = opening debt − repay + deposit"
    control = "the totals of the summary"
    types = {
        "sale*": ("charge", "sale"),
        "return*": ("refund", "refund"),
        "return/payment_default*": ("chargeback", "dispute"),
        "reversal*": ("chargeback", "dispute"),
        "reversal/commission_return": ("adjustment", "adjustment"),
        "reversal_merchant_protection*": ("reimbursement", "protection"),
        "fee*": ("fee", "fee"),
        "fee/dispute_fee*": ("dispute_fee", "dispute_fee"),
        "fee_correction*": ("fee", "fee"),
        "fee_refund*": ("fee_refund", "fee"),
        "fee_refund/dispute_fee_refund*": ("dispute_fee_refund", "dispute_fee"),
        "commission*": ("commission_income", "platform"),
        "tax*": ("tax_on_fee", "fee"),
        "holdback*": ("reserve_hold", "reserve"),
        "release*": ("reserve_release", "reserve"),
        "correction*": ("adjustment", "adjustment"),
        "charge*": ("adjustment", "adjustment"),
        **dict.fromkeys(("charge/cash_advance_amortisation", "charge/loan_amortisation"), ("loan_repayment", "financing")),
        **dict.fromkeys(("charge/cash_advance_fees", "charge/loan_fee"), ("fee", "fee")),
        **dict.fromkeys(("charge/transfer_from_legacy", "charge/liability_transfer", "charge/payment_reminder"), ("balance_carry", "carry")),
        "credit*": ("adjustment", "adjustment"),
        "credit/*_payout": ("loan_disbursement", "financing"),
        "credit/correction_dispute": ("chargeback_reversal", "dispute"),
        "repay": ("balance_carry", "carry"),
        "deposit": ("balance_carry", "carry"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    also = (Payout, Batch, Repaid, Deposited)

    kind = c.lower("type", filled=True)
    detail = c.lower("detailed_type", optional=True)
    settlement_type = c.code("summary merchant_settlement_type", codes={"net": "net", "gross": "gross"}, filled=False, optional=True, means={"net": "fees are deducted", "gross": "fees are invoiced"})
    captured_at = c.moment("capture_date", form=STAMP, zone="UTC")
    sold_at = c.moment("sale_date", form=STAMP, zone="UTC", optional=True)
    paid_at = c.moment("summary payout_date", form=STAMP, zone="UTC", filled=True)
    payout_on = c.day("summary payout_date", form="%Y-%m-%d", head=True, filled=True)
    payout_id = c.ident("summary payment_reference", filled=True)
    bank_reference = c.ident("summary payment_reference", filled=True)
    order = c.lenient_ident("order_id", optional=True)
    capture = c.lenient_ident("capture_id", optional=True)
    refund = c.lenient_ident("refund_id", optional=True)
    merchant_ref = c.lenient_ident("merchant_reference1")
    amount = c.amount("amount")
    currency = c.currency("posting_currency")
    tax = c.amount("tax_amount", filled=False, optional=True)
    native_type = d.joined("kind", "detail")
    is_fee = d.made(d.matches("kind", "fee|fee_correction|fee_refund"), "a row of fees")
    taxed = d.total("tax")
    fee_tax = d.either(d.of("is_fee"), d.of("taxed"), 0, "tax_amount of a fee")
    gross = d.copied("amount")
    net_stated = d.total("amount", "fee_tax")
    occurred_at = d.first_filled("captured_at", "sold_at", "paid_at")
    booked_on = d.made(d.of("occurred_at").cast("DATE"), "day of the moment, UTC")
    processor_ref = d.first_filled("refund", "capture", "order")
    parent_ref = d.copied("order")
    native_group = d.joined("payout_id", "capture", "refund")
    order_name = d.extracted("merchant_ref")
    payment_id = d.either(d.is_filled("order_name"), None, d.of("merchant_ref"), "reference that is no order name")
    payout_status = d.constant("paid")
    invoiced = d.either(d.of("is_fee") & d.matches("settlement_type", "gross"), "invoiced fee", None, "a fee of a settlement of type GROSS")
    words = (Words("invoiced", {"invoiced fee": "it is invoiced, not deducted: told for information"}, closed=False),)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Each total of the summary is the sum of its transactions, and all together make the settlement."""
        first_fault(con, probe, "gate_klarna_summary", "CONTROL_TOTAL_DIFF", AGAIN.format("Klarna"))
