"""Shopify's orders by the API's bulk operation: orders, transactions, fulfilments, returns, refunds and the shop's own journal of sales."""

from __future__ import annotations

from . import _columns as c
from ._shopify_api import ApiImporter, OfOrder, Part, shop_coin, shop_money
from ._shopify_types import EVENT_KIND_MEANS, EVENT_KINDS, EVENT_STATUS_MEANS, EVENT_STATUSES, ORDER_MEANS, ORDER_STATUSES


class Line(OfOrder):
    """Lines as sold, by the orders' `lineItems`."""

    lands = "sales_order_line"
    key = ("store", "order_name", "line_no")
    parent = ("store", "order_name")
    section = "order_lines"

    quantity = c.amount("quantity")
    unit_price = shop_money("originalUnitPriceSet")
    discount = shop_money("totalDiscountSet", filled=False)
    sku = c.text("sku")
    title = c.text("title")
    requires_shipping = c.truth("requiresShipping")
    taxable = c.truth("taxable")
    fulfillment_status = c.lower("fulfillmentStatus")


class Tax(OfOrder):
    """All taxes of an order, however many."""

    lands = "sales_order_tax"
    key = ("store", "order_name", "tax_no")
    parent = ("store", "order_name")
    section = "order_taxes"

    tax_no = c.whole("tax_no", filled=True)
    title = c.text("title", filled=True)
    percent = c.text("ratePercentage")
    amount = shop_money("priceSet")
    channel_liable = c.truth("channelLiable")


class Transaction(Part):
    """Payment events with their native ids."""

    lands = "order_transaction"
    key = ("store", "order_name", "transaction_key")
    mutable = ("status", "order_id")
    section = "order_transactions"

    order_id = c.gid("order_gid")
    transaction_id = c.gid("id", filled=True)
    kind = c.code("kind", codes=EVENT_KINDS, means=EVENT_KIND_MEANS)
    gateway = c.text("gateway", filled=True)
    status = c.code("status", codes=EVENT_STATUSES, means=EVENT_STATUS_MEANS)
    amount = shop_money("amountSet")
    currency = shop_coin("amountSet")
    created_at = c.instant("happened", filled=True)
    created_on = c.instant_day("happened", filled=True)
    native_key = c.gid("id", filled=True)
    test_mark = c.lower("test")


class Fulfillment(Part):
    """What left the shop."""

    lands = "fulfillment"
    key = ("store", "fulfillment_id")
    later = "changed_at"
    section = "order_fulfillments"

    fulfillment_id = c.gid("id", filled=True)
    status = c.lower("status", filled=True)
    quantity = c.amount("totalQuantity", filled=False)
    created_at = c.instant("createdAt", filled=True)
    created_on = c.instant_day("createdAt", filled=True)
    delivered_on = c.instant_day("deliveredAt")
    changed_at = c.instant("updatedAt")
    location = c.text("location.name")
    carrier = c.text("trackingInfo[0].company")
    tracking_no = c.text("trackingInfo[0].number")


class Refund(Part):
    """Refunds as a whole; their parts come by the second query."""

    lands = "order_refund"
    key = ("store", "refund_id")
    section = "refunds"

    refund_id = c.gid("id", filled=True)
    refunded_at = c.instant("createdAt", filled=True)
    refunded_on = c.instant_day("createdAt", filled=True)
    amount = shop_money("totalRefundedSet")
    currency = shop_coin("totalRefundedSet")
    return_id = c.gid("return.id")


class RefundLine(Part):
    """The parts of a refund."""

    lands = "refund_line"
    key = ("store", "refund_id", "line_kind", "line_id")
    section = "refund_lines"

    refund_id = c.gid("refund_gid", filled=True)
    line_kind = c.text("line_kind", filled=True)
    line_id = c.text("own_id", filled=True)
    sku = c.text("lineItem.sku")
    quantity = c.amount("quantity", filled=False)
    amount = c.amount("gross")
    tax = c.amount("tax", filled=False)
    currency = c.currency("coin")
    restock_type = c.lower("restockType")
    reason = c.lower("reason")


class Return(OfOrder):
    """Returns that customers asked for."""

    lands = "order_return"
    key = ("store", "return_id")
    section = "order_returns"

    return_id = c.gid("id", filled=True)
    name = c.text("name")
    status = c.lower("status", filled=True)
    quantity = c.amount("totalQuantity", filled=False)
    created_on = c.instant_day("createdAt")
    closed_on = c.instant_day("closedAt")


class Sale(OfOrder):
    """The shop's own dated journal of sales, `agreements.sales`."""

    lands = "order_sale"
    key = ("store", "sale_id")
    section = "order_sales"

    sale_id = c.gid("id", filled=True)
    agreement_id = c.gid("agreement_gid", filled=True)
    reason = c.lower("reason", filled=True)
    action_type = c.lower("actionType", filled=True)
    line_type = c.lower("lineType", filled=True)
    quantity = c.amount("quantity", filled=False)
    amount = shop_money("totalAmount")
    tax = shop_money("totalTaxAmount", filled=False)
    discount = shop_money("totalDiscountAmountBeforeTaxes", filled=False)
    currency = shop_coin("totalAmount")
    happened_at = c.instant("happened", filled=True)
    happened_on = c.instant_day("happened", filled=True)


class Importer(ApiImporter):
    """The result of a bulk operation on `orders`, and the second query on `Refund` objects, as JSON lines of the API 2025-10 and later.

    Ask for: id, name, createdAt, updatedAt, cancelledAt, currencyCode, displayFinancialStatus, displayFulfillmentStatus, sourceName, paymentGatewayNames,
    the sets subtotalPrice, totalShippingPrice, totalTax, totalPrice, totalDiscounts, totalRefunded, totalOutstanding (shopMoney), taxLines (title, ratePercentage, priceSet, channelLiable), transactions,
    fulfillments, refunds, and the connections lineItems, returns, agreements with sales. Amounts are those before returns, as in the orders export.
    Days are those of the feed's time zone. A store is fed by this file or by the CSV exports, not by both: they know a transaction by different keys.
    """

    instead_of = ("shopify_transactions",)
    context = "store"
    roots = ("Order", "Refund")
    children = ("LineItem", "Return", "*Agreement", "*Sale", "RefundLineItem", "RefundShippingLine", "OrderAdjustment")
    lands = "sales_order"
    key = ("store", "order_name")
    later = "changed_at"
    section = "orders"
    also = (Line, Tax, Transaction, Fulfillment, Refund, RefundLine, Return, Sale)

    order_name = c.text("name", filled=True)
    order_id = c.gid("id", filled=True)
    financial_status = c.code("displayFinancialStatus", codes=ORDER_STATUSES, means=ORDER_MEANS)
    fulfillment_status = c.lower("displayFulfillmentStatus")
    currency = c.currency("currencyCode")
    subtotal = shop_money("subtotalPriceSet")
    shipping = shop_money("totalShippingPriceSet")
    taxes = shop_money("totalTaxSet")
    total = shop_money("totalPriceSet")
    discount = shop_money("totalDiscountsSet")
    refunded = shop_money("totalRefundedSet")
    outstanding = shop_money("totalOutstandingSet", filled=False)
    duties = shop_money("originalTotalDutiesSet", filled=False)
    payment_method = c.text("gateways")
    payment_ids = c.text("payment_list")
    created_at = c.instant("createdAt", filled=True)
    created_on = c.instant_day("createdAt", filled=True)
    paid_at = c.instant("last_payment")
    paid_on = c.instant_day("last_payment")
    fulfilled_on = c.instant_day("last_fulfilment")
    cancelled_at = c.instant("cancelledAt")
    sales_channel = c.text("sourceName")
    changed_at = c.instant("updatedAt")
