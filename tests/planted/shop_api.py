"""The orders of one store as Shopify's bulk operations give them: orders with their payments and fulfilments, and the query on refunds, returns among the orders' children."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal

from planted.month import Month, Order, Row, Sheet, Side, amount

STATUS = {"paid": "PAID", "refunded": "REFUNDED", "partially_refunded": "PARTIALLY_REFUNDED", "voided": "VOIDED", "authorized": "AUTHORIZED", "pending": "PENDING"}
FULFILMENTS = ["id", "order", "status", "quantity", "at"]
REFUND_PARTS = ["refund", "sku", "quantity", "amount", "tax", "restock", "return"]
RETURNS = ["id", "order", "status", "quantity", "created", "closed"]


def prepare(m: Month, side: Side) -> None:
    """Give every payment an id, every sent order its fulfilment, and every refund its one part; the CSV exports of the store are no longer written."""
    m.sheets.pop(f"{side.name}-orders/orders_export_1.csv")
    m.sheets.pop(f"{side.name}-transactions/transactions_export_1.csv")
    fulfilments = side.more["fulfilments"] = Sheet(FULFILMENTS, [])
    side.more["parts"], side.more["returns"] = Sheet(REFUND_PARTS, []), Sheet(RETURNS, [])
    for number, row in enumerate(sorted(side.transactions.rows, key=lambda r: (r["Order"], r["Created At"])), 1):
        row["Id"] = str(8_800_000_000_000 + number)
    paid = {row["Name"]: row["Payment ID"] for row in side.orders.rows if row["Payment ID"]}
    for row in side.transactions.rows:
        row["Payment"] = paid[row["Name"]] if row["Kind"] == "sale" and row["Status"] == "success" and row["Gateway"] == "klarna" else f"r{row['Id']}"
    last = max((o for o in m.orders() if o.side is side and o.head["Fulfilled at"]), key=lambda o: o.head["Fulfilled at"])
    last.head["Fulfilled at"] = "2026-06-29 12:00:00 +0100"  # the shop goes on sending until the month's end
    for number, o in enumerate((o for o in m.orders() if o.side is side), 1):
        pieces = sum(Decimal(r["Lineitem quantity"]) for r in o.rows if r["Lineitem requires shipping"] == "true")
        if o.head["Fulfilled at"]:
            fulfilments.add({"id": str(7_700_000 + number), "order": o.name, "status": "SUCCESS", "quantity": str(pieces), "at": moment(o.head["Fulfilled at"])})


def moment(cell: str) -> str:
    """A local moment with its offset as UTC."""
    return f"{datetime.strptime(cell, '%Y-%m-%d %H:%M:%S %z').astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def money(value: object, currency: str) -> dict[str, object]:
    return {"shopMoney": {"amount": str(value or "0"), "currencyCode": currency}}


def orders(m: Month, side: Side) -> str:
    """JSON lines: each order, then its lines and returns."""
    found: list[dict[str, object]] = []
    by_order: dict[str, list[Row]] = defaultdict(list)
    for row in side.orders.rows:
        by_order[row["Name"]].append(row)
    for name, rows in by_order.items():
        parent = f"gid://shopify/Order/{rows[0]['Id']}"
        found.append(_order(side, Order(side, name), rows, parent))
        for place, row in enumerate(rows):
            found.append({
                "id": f"gid://shopify/LineItem/{rows[0]['Id'][-7:]}{place}", "title": row["Lineitem name"], "sku": row["Lineitem sku"] or None, "quantity": int(row["Lineitem quantity"]),
                "originalUnitPriceSet": money(row["Lineitem price"], side.currency), "totalDiscountSet": money(row["Lineitem discount"], side.currency),
                "requiresShipping": row["Lineitem requires shipping"] == "true", "taxable": row["Lineitem taxable"] == "true", "__parentId": parent,
            })  # fmt: skip
        for row in side.more["returns"].where(order=name):
            found.append({"id": f"gid://shopify/Return/{row['id']}", "name": f"{name}-R1", "status": row["status"], "totalQuantity": int(row["quantity"]), "createdAt": row["created"], "closedAt": row["closed"] or None, "__parentId": parent})
    return "".join(json.dumps(one) + "\n" for one in found)


def _order(side: Side, o: Order, rows: list[Row], gid: str) -> dict[str, object]:
    head = rows[0]
    sets = {"subtotalPriceSet": "Subtotal", "totalShippingPriceSet": "Shipping", "totalTaxSet": "Taxes", "totalPriceSet": "Total", "totalDiscountsSet": "Discount Amount",
            "totalRefundedSet": "Refunded Amount", "totalOutstandingSet": "Outstanding Balance"}  # fmt: skip
    if head.get("Duties"):
        sets["originalTotalDutiesSet"] = "Duties"
    created = moment(head["Created at"])
    return {
        "id": gid, "name": o.name, "createdAt": created, "updatedAt": created, "cancelledAt": moment(head["Cancelled at"]) if head["Cancelled at"] else None, "currencyCode": head["Currency"],
        "displayFinancialStatus": STATUS[head["Financial Status"]], "displayFulfillmentStatus": head["Fulfillment Status"].upper(), "sourceName": "web",
        "paymentGatewayNames": sorted({e["Gateway"] for e in o.events}), **{name: money(head[column], side.currency) for name, column in sets.items()},
        "taxLines": [{"title": head[f"Tax {n} Name"], "priceSet": money(head[f"Tax {n} Value"], side.currency), "channelLiable": head.get("Channel liable") == "1"} for n in range(1, 6) if head[f"Tax {n} Name"]],
        "transactions": [
            {"id": f"gid://shopify/OrderTransaction/{e['Id']}", "kind": e["Kind"].upper(), "status": e["Status"].upper(), "gateway": e["Gateway"], "amountSet": money(e["Amount"], e["Currency"]),
             "createdAt": moment(e["Created At"]), "processedAt": moment(e["Created At"]), "test": e["Gateway"] == "bogus", "paymentId": e["Payment"]} for e in o.events
        ],
        "fulfillments": [
            {"id": f"gid://shopify/Fulfillment/{f['id']}", "status": f["status"], "totalQuantity": int(f["quantity"]), "createdAt": f["at"], "updatedAt": f["at"]} for f in side.more["fulfilments"].where(order=o.name)
        ],
        "refunds": [],
    }  # fmt: skip


def refunds(m: Month, side: Side) -> str:
    """JSON lines of the query on refunds: each refund of an order, with its parts."""
    found: list[dict[str, object]] = []
    numbered = {row["Id"]: row for row in side.orders.rows if row["Id"]}
    for row in (r for r in side.transactions.rows if r["Kind"] == "refund" and r["Status"] == "success" and r["Order"] in numbered):
        parts = side.more["parts"].where(refund=row["Id"])
        came_back = next((p["return"] for p in parts if p.get("return")), "")
        gid = f"gid://shopify/Refund/{row['Id']}"
        found.append({"id": gid, "createdAt": moment(row["Created At"]), "order": {"id": f"gid://shopify/Order/{row['Order']}", "name": row["Name"]}, "totalRefundedSet": money(row["Amount"], row["Currency"]),
                      "duties": [], "return": {"id": f"gid://shopify/Return/{came_back}"} if came_back else None})  # fmt: skip
        for place, part in enumerate(parts):
            if part["restock"] == "SHIPPING":
                found.append({"id": f"gid://shopify/RefundShippingLine/{row['Id']}{place}", "subtotalAmountSet": money(part["amount"], row["Currency"]), "taxAmountSet": money(part["tax"], row["Currency"]), "__parentId": gid})
                continue
            found.append({"id": f"gid://shopify/RefundLineItem/{row['Id']}{place}", "quantity": int(part["quantity"]), "restockType": part["restock"], "subtotalSet": money(part["amount"], row["Currency"]),
                          "totalTaxSet": money(part["tax"], row["Currency"]), "lineItem": {"sku": part["sku"]}, "__parentId": gid})  # fmt: skip
    return "".join(json.dumps(one) + "\n" for one in found)


assert amount
