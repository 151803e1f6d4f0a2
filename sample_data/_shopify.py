"""Shopify's four exports: orders, order transactions, payment transactions, payouts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from _orders import Order
from _settle import ODD_TYPES, Line, Payout
from _world import BY_HANDLE, LAST, Store, money, stamp, write_csv

ORDER_COLUMNS = """Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,
Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,
Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,
Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,
Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,
Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,
Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,
Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References""".replace("\n", "").split(",")
TRANSACTION_COLUMNS = ["Order", "Name", "Kind", "Gateway", "Created At", "Status", "Amount", "Currency", "Card Type"]
PAYMENT_COLUMNS = """Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,
Payment Method Name,Presentment Amount,Presentment Currency,Currency,Business Entity Name,Business Entity ID""".replace("\n", "").split(",")
PAYOUT_COLUMNS = """Payout Date,Status,Charges,Refunds,Adjustments,Marketplace Sales Tax,Advances,Reserved Funds,Fees,Retried Amount,Total,Currency,
Bank Reference,Business Entity Name,Business Entity ID""".replace("\n", "").split(",")
TYPES = {"reserve": "reserved_funds", "fee": "adjustment"}


def entity_id(store: Store) -> str:
    return f"gid://shopify/BusinessEntity/{31 if store.name == 'pdx' else 32}"


def card(order: Order) -> str:
    return ("visa", "master", "american_express")[order.salt % 3]


def _status(order: Order) -> str:
    if order.kind in ("VOID", "VOID_WITHOUT_SO"):
        return "voided"
    if order.kind == "PENDING":
        return "pending"
    if order.refunded:
        return "refunded" if order.refunded >= order.total else "partially_refunded"
    return "paid"


def _method(order: Order) -> str:
    if order.kind == "FREE":
        return ""
    own = BY_HANDLE.get(order.gateway, order.gateway)
    return f"Gift Card + {own}" if order.kind == "SPLIT" else own


def _money_cells(order: Order, unpaid: bool) -> dict[str, object]:
    moment = stamp(order.store, order.at)
    paid = "" if unpaid or order.kind == "FREE" else stamp(order.store, order.sales[-1].at)
    cells: dict[str, object] = {
        "Financial Status": _status(order), "Paid at": paid, "Currency": order.store.currency, "Subtotal": money(order.subtotal),
        "Shipping": money(order.shipping), "Taxes": money(order.tax), "Total": money(order.total), "Discount Amount": money(order.discount),
        "Discount Code": ("WELCOMEGIFT" if order.kind == "FREE" else "KILN10") if order.discount else "",
        "Cancelled at": moment if _status(order) == "voided" else "", "Payment Method": _method(order),
        "Refunded Amount": money(order.refunded), "Outstanding Balance": money(order.outstanding),
    }  # fmt: skip
    for position, (name, _, _) in enumerate(order.zone.taxes, 1):
        if order.tax:
            cells |= {f"Tax {position} Name": name, f"Tax {position} Value": money(order.taxes[position - 1])}
    ids = [t.payment_id for t in order.transactions if t.kind == "sale" and t.status != "failure"]
    references = [t.payment_id for t in order.transactions]
    return cells | {"Payment ID": " + ".join(ids), "Payment References": " + ".join(references), "Payment Reference": "".join(references[:1])}


def _address_cells(order: Order) -> dict[str, object]:
    zone, phone = order.zone, f"{order.store.phone}01{order.salt % 100:02d}"
    street, guard = f"{1 + order.salt % 899} Sample Quay", "'" if order.zone.zip.isdigit() else ""
    cells: dict[str, object] = {"Phone": phone}
    for side in ("Billing", "Shipping"):
        cells |= {
            f"{side} Name": order.person, f"{side} Street": street, f"{side} Address1": street, f"{side} City": zone.city, f"{side} Zip": guard + zone.zip,
            f"{side} Address2": "Unit 3, Rear" if order.salt % 11 == 0 else "", f"{side} Province": zone.province, f"{side} Country": zone.country,
            f"{side} Phone": "'" + phone, f"{side} Province Name": zone.province_name,
        }  # fmt: skip
    return cells


def _order_rows(order: Order) -> Iterator[dict[str, object]]:
    """One row per line item; only the first carries the order."""
    unpaid = _status(order) in ("voided", "pending")
    shared = {"Name": order.name, "Email": order.email, "Created at": stamp(order.store, order.at)}
    head = shared | _money_cells(order, unpaid) | _address_cells(order) | {
        "Fulfillment Status": "unfulfilled" if unpaid else "fulfilled", "Fulfilled at": "" if unpaid else stamp(order.store, order.at + timedelta(minutes=47)),
        "Accepts Marketing": ("yes", "no")[order.salt % 2], "Shipping Method": "Standard", "Id": order.id, "Risk Level": "Low", "Source": "web",
        "Notes": 'Please ring twice.\nThe bell says "Harbour", not "Pine"' if order.salt % 37 == 0 else "",
        "Note Attributes": 'gift: yes\ncard: "Happy birthday, with love"' if order.salt % 9 == 0 else "",
        "Tags": "wholesale, repeat" if order.salt % 23 == 0 else "",
    }  # fmt: skip
    lines = [(name, sku, price, quantity, order.line_discount(price, quantity)) for name, sku, price, quantity in order.items]
    if order.tip:
        lines.append(("Tip", "", order.tip, 1, 0))
    for position, (name, sku, price, quantity, discount) in enumerate(lines):
        tip = name == "Tip"
        yield (head if position == 0 else shared) | {
            "Lineitem quantity": quantity, "Lineitem name": name, "Lineitem price": money(price), "Lineitem sku": sku,
            "Lineitem requires shipping": "false" if tip else "true", "Lineitem taxable": "false" if tip else "true",
            "Lineitem fulfillment status": "not_eligible" if tip else "pending" if unpaid else "fulfilled",
            "Vendor": "" if tip else "Harbour & Pine", "Lineitem discount": money(discount),
        }  # fmt: skip


def write_orders(orders: list[Order], path: Path) -> dict[str, int]:
    """The orders export, newest first. Returns the rows per canonical table."""
    rows = [row for order in reversed(orders) for row in _order_rows(order)]
    write_csv(path, [ORDER_COLUMNS, *([row.get(c, "") for c in ORDER_COLUMNS] for row in rows)])
    taxes = sum(len(o.zone.taxes) for o in orders if o.tax)
    return {"sales_order": len(orders), "sales_order_line": len(rows), "sales_order_tax": taxes, "refund": sum(len(o.refunds) for o in orders)}


def write_transactions(orders: list[Order], path: Path) -> dict[str, int]:
    """The order transactions export. Refunds are positive, as in the real file."""
    rows = []
    for order in reversed(orders):
        for t in reversed(order.transactions):
            brand = "" if t.gateway in ("gift_card", "manual") else card(order)
            rows.append([order.id, order.name, t.kind, t.gateway, stamp(order.store, t.at), t.status, money(t.amount), order.store.currency, brand])
    write_csv(path, [TRANSACTION_COLUMNS, *rows])
    return {"order_transaction": len(rows)}


def payout_status(payout: Payout | None, upcoming: date) -> str:
    if payout and payout.on <= LAST:
        return "paid"
    return "scheduled" if payout and payout.on == upcoming else "pending"


def write_payments(store: Store, lines: list[Line], payouts: list[Payout], path: Path) -> dict[str, int]:
    """The payment transactions export of the Shopify account, newest first."""
    account = store.accounts[0]
    upcoming = min((p.on for p in payouts if p.account is account and p.on > LAST), default=LAST)
    rows = []
    for line in reversed([line for line in lines if line.account is account]):
        payout, order = line.payout, line.order
        status = payout_status(payout, upcoming)
        on = payout.on.isoformat() if payout else ""
        own = line.kind in ("charge", "refund", "chargeback")
        danish = store.name == "dub" and order is not None and order.zone.country == "DK" and line.kind != "chargeback"
        shown = abs(line.gross) * 746 // 100 if danish else abs(line.gross)
        checkout = f"#{41_000_000_000_000 + (order.salt * 977 + order.number if order else 77)}" if own else ""
        rows.append([
            stamp(store, line.at), ODD_TYPES[account.name] if line.kind == "unknown" else TYPES.get(line.kind, line.kind), order.name if order else "",
            card(order) if order else "visa" if own else "", "online" if own else "", status, on, payout.id if payout and status != "pending" else "", on,
            money(line.gross), money(line.fee), money(line.net), checkout, "card" if own else "", money(shown), "DKK" if danish else store.currency,
            store.currency, store.company, entity_id(store),
        ])  # fmt: skip
    write_csv(path, [PAYMENT_COLUMNS, *rows])
    return {"settlement_line": len(rows)}


def write_payouts(store: Store, payouts: list[Payout], path: Path) -> dict[str, int]:
    """The payouts list: no ids; fees are negative in the American file and positive in the Irish one, as seen in the wild."""
    mine = [p for p in payouts if p.account is store.accounts[0]]
    upcoming = min((p.on for p in mine if p.on > LAST), default=LAST)
    rows = []
    for p in reversed([p for p in mine if p.on <= upcoming]):
        bucket = p.buckets().get
        fees = bucket("fee", 0) + bucket("dispute_fee", 0)
        adjustments = p.amount - bucket("sale", 0) - bucket("refund", 0) - bucket("reserve", 0) - fees
        rows.append([
            p.on.isoformat(), payout_status(p, upcoming), money(bucket("sale", 0)), money(bucket("refund", 0)), money(adjustments), "0.00", "0.00",
            money(bucket("reserve", 0)), money(fees if store.name == "pdx" else -fees), "0.00", money(p.amount), store.currency, p.reference,
            store.company, entity_id(store),
        ])  # fmt: skip
    write_csv(path, [PAYOUT_COLUMNS, *rows])
    return {"payout": len(rows)}
