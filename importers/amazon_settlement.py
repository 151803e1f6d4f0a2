"""Amazon's settlement report, flat file V2: one settlement per file, its total in the first record, one record per amount."""

from __future__ import annotations

import duckdb
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression, StarExpression

from ledger.errors import FileRefusedError

from . import _columns as c
from . import _derive as d
from ._gates import settlement_total
from ._kit import Context, CsvImporter, Lands, Parsed
from ._probe import Probe

MOMENTS = ("%Y-%m-%d %H:%M:%S UTC", "%d.%m.%Y %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%S+00:00")
DAYS = ("%Y-%m-%d", "%d.%m.%Y")
CARRIED = ("currency", "deposit-date")


class Payout(Lands):
    """The first record: what Amazon pays for the settlement, and when."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)
    where = "total-amount"

    payout_id = c.ident("settlement-id", filled=True)
    amount = c.amount("total-amount")
    currency = c.currency("currency")
    paid_on = c.day("deposit-date", form=DAYS, head=True, filled=True)


class Importer(CsvImporter):
    """Seller Central › Payments › Reports repository › *Flat File V2*, tab-separated, 24 columns (23 without promotion-id). Amazon schedules the
    report with each settlement; it cannot be asked for. The first record carries the total, dates and currency and no amount; the others carry
    an amount and leave those empty. European marketplaces write a decimal comma and `dd.MM.yyyy`; thousands are never separated, so that both
    marks are read.

    Every record is a settlement line of its own: price, tax, shipping, promotion and fee of an order are several lines, and the order is found
    by `merchant-order-id`, the order's name in the shop. Tax that Amazon collects and withholds itself nets to zero. V1 (36 columns) and XML
    are recognised and refused by name.
    """

    source = "amazon"
    context = "account"
    kinds = ("csv", "xml")
    claims = ("settlement-id", "total-amount", "transaction-type", "amount-type|shipment-fee-type")
    encodings = ("utf-8", "cp1252")
    generations = {
        "without promotions": """settlement-id,settlement-start-date,settlement-end-date,deposit-date,total-amount,currency,transaction-type,order-id,merchant-order-id,
        adjustment-id,shipment-id,marketplace-name,amount-type,amount-description,amount,fulfillment-id,posted-date,posted-date-time,order-item-code,
        merchant-order-item-id,merchant-adjustment-item-id,sku,quantity-purchased""",
        "V2": "+promotion-id",
    }
    identity = "the amounts sum to total-amount of the first record"
    control = "total-amount of the first record"
    personal = False
    types = {
        "order/itemprice": ("charge", "sale"),
        "*/promotion": ("promotion", "sale"),
        "*/itemwithheldtax": ("tax_withheld", "tax"),
        "*_retrocharge/*": ("tax_withheld", "tax"),
        "*/itemfees": ("fee", "fee"),
        "*/shipmentfees": ("fee", "fee"),
        "*/item_fee_adjustment": ("fee", "fee"),
        "refund/itemprice": ("refund", "refund"),
        "chargeback_refund/*": ("chargeback", "dispute"),
        "a-to-z*": ("chargeback", "dispute"),
        "servicefee/*": ("fee", "fee"),
        "*/cost_of_advertising": ("fee", "marketing"),
        "*/couponredemptionfee": ("fee", "marketing"),
        "couponredemptionfee/*": ("fee", "marketing"),
        "lightning_deal_fee/*": ("fee", "marketing"),
        "*_enrollment*": ("fee", "marketing"),
        "fee_adjustment/*": ("fee", "fee"),
        "liquidations*": ("charge", "sale"),
        "*/fba_inventory_reimbursement": ("reimbursement", "adjustment"),
        "other-transaction/current_reserve_amount": ("reserve_hold", "reserve"),
        "other-transaction/previous_reserve_amount_balance": ("reserve_release", "reserve"),
        "other-transaction/subscription_fee": ("fee", "platform"),
        "transfer/*": ("payout", "payout"),
    }
    lands = "settlement_line"
    key = ("account", "line_id")
    where = "amount"
    also = (Payout,)

    payout_id = c.ident("settlement-id", filled=True)
    payout_on = c.day("deposit-date", form=DAYS, head=True, filled=True)
    transaction = c.text("transaction-type", filled=True)
    amount_type = c.text("amount-type", filled=True)
    detail = c.text("amount-description")
    gross = c.amount("amount")
    net_stated = c.amount("amount")
    currency = c.currency("currency")
    occurred_at = c.moment("posted-date-time", form=MOMENTS, zone="UTC", filled=True)
    booked_on = c.day("posted-date", form=DAYS, filled=True)
    processor_ref = c.text("order-id")
    merchant_ref = c.text("merchant-order-id")
    parent_ref = c.text("adjustment-id")
    item = c.text("order-item-code")
    sku = c.text("sku")
    payout_status = d.constant("paid")
    word = d.either(d.is_one_of("amount_type", "other-transaction"), d.of("detail"), d.of("amount_type"), "amount-description of an other-transaction, else amount-type")
    native_type = d.joined("transaction", "word")
    native_group = d.joined("payout_id", "detail", "item", "sku")

    def lacks(self, probe: Probe) -> list[str]:
        """Claims the XML form too, so that the reason for refusing it is said."""
        if probe.kind == "xml":
            return [] if probe.root.startswith("AmazonEnvelope") else ["an Amazon settlement"]
        return super().lacks(probe)

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Refuse the two older forms by name, read the V2 flat file."""
        if probe.kind == "xml" or "shipment-fee-type" in probe.present:
            raise FileRefusedError(
                f"the file is a settlement report in {'XML' if probe.kind == 'xml' else 'flat file V1'}",
                code="FORMAT_UNSUPPORTED",
                where=probe.name,
                row=1,
                hint="Take the Flat File V2 of the same settlement from Seller Central › Payments › Reports repository.",
            )
        return super().stage(con, probe, context)

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record with the currency and deposit day of its settlement's first one, and amounts with a point."""
        rows = super().raw(con, probe, context)
        heads = rows.filter(FunctionExpression("blank_text", ColumnExpression("total-amount")) == ConstantExpression(False))
        carried = heads.project(ColumnExpression("settlement-id"), *(ColumnExpression(name).alias(f"head {name}") for name in CARRIED))
        joined = rows.set_alias("body").join(carried.distinct().set_alias("head"), '"settlement-id"', how="left")
        filled = [CoalesceOperator(_text(name), ColumnExpression(f"head {name}")).alias(name) for name in CARRIED]
        amounts = [_pointed(name).alias(name) for name in ("total-amount", "amount")]
        heads_out = [f"head {name}" for name in CARRIED]
        return joined.project(StarExpression(exclude=[*CARRIED, "total-amount", "amount", *heads_out]), *filled, *amounts)

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The amounts must sum to the total of the first record."""
        settlement_total(con, probe, parsed)


def _text(name: str) -> Expression:
    return FunctionExpression("nullif", ColumnExpression(name), ConstantExpression(""))


def _pointed(name: str) -> Expression:
    """A decimal comma as a point: the format has no thousands separators, so that 100,20 means one thing only."""
    return FunctionExpression("regexp_replace", ColumnExpression(name), ConstantExpression("^(-?[0-9]+),([0-9]{1,2})$"), ConstantExpression(r"\1.\2"))
