"""What the sample month does not deliver and other controls need: lines of sale orders, transfers, statement lines, gift cards, disputes, taxes, the connector's log, balances."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from planted import shop_api
from planted.month import ENTRY, Month, Order, Row, Sheet, Side, amount, rebalance

CENT = Decimal("0.01")
WRITTEN = "2026-07-01 05:20:00"
SALE_LINES = """External ID,ID,Order Reference,Order Reference/Customer Reference,Order Reference/ID,Product,Product/Internal Reference,Description,Quantity,
Delivery Quantity,Invoiced Quantity,Unit Price,Discount (%),Taxes,Subtotal,Total Tax,Total,Currency,Order Status,Invoice Status,Company,Last Updated on""".replace("\n", "").split(",")
STATEMENT_LINES = """External ID,ID,Date,Label,Reference,Partner Name,Amount,Journal Currency,Foreign Currency,Amount in Currency,Journal/Sequence Prefix,Is Reconciled,
Journal Entry/ID,Company,Last Updated on""".replace("\n", "").split(",")
PICKINGS = """External ID,ID,Reference,Source Document,Status,Contact,Scheduled Date,Date of Transfer,Operation Type,Source Location,Destination Location,Sales Order,
Sales Order/Customer Reference,Company""".replace("\n", "").split(",")
STOCK_MOVES = """External ID,ID,Reference,Source Document,Date Scheduled,Status,Product,Product/Internal Reference,Demand,Quantity,Unit,Source Location,
Intermediate Location,Transfer/Reference,Operation Type,Company,Value,Last Updated on""".replace("\n", "").split(",")
CARDS = ["Id", "Last Characters", "Customer Name", "Email", "Order Name", "Created At", "Expires On", "Initial Value", "Balance", "Currency", "Expired?", "Enabled?", "Disabled At", "Note"]
MOVEMENTS = ["id", "kind", "at", "amount", "currency", "owner", "event", "balance", "order"]
EVENTS = ["id", "attempt", "topic", "order", "status", "target", "error", "at"]
BALANCES = ["as of", "account", "currency", "opening", "debit", "credit", "closing"]
REPORT = ["Day", "Orders", "Gross sales", "Discounts", "Returns", "Net sales", "Shipping charges", "Duties", "Additional fees", "Taxes", "Total sales"]
RATES = ["External ID", "ID", "Date", "Currency", "Company", "Technical Rate", "Inverse Company Rate", "Company Rate"]
SHOP_PRODUCTS = """Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Price,
Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Gift Card,Price / Canada,Cost per item,Status""".replace("\n", "").split(",")
ODOO_PRODUCTS = ["External ID", "ID", "Internal Reference", "Barcode", "Name", "Product Type", "Sales Price", "Cost", "Quantity On Hand", "Unit", "Active", "Company", "Write Date"]
DOCUMENTS = ["code", "type", "status", "date", "currency", "total", "tax"]
TOML = """
[[feed]]
name = "pdx-connector"
store = "pdx"
time_zone = "UTC"
expected = "never"
[feed.csv]
table = "connector_event"
moment = "%Y-%m-%d %H:%M:%S"
constants = {{ connector = "bridge" }}
[feed.csv.columns]
event_id = "id"
attempt = "attempt"
topic = "topic"
subject_key = "order"
status = "status"
target_key = "target"
error_code = "error"
occurred_at = "at"
[feed.csv.codes.status]
ok = "success"
error = "failure"
{}
"""
OF_ENTITY = """
[[feed]]
name = "{0}-balances"
entity = "{0}"
time_zone = "UTC"
expected = "never"
[feed.csv]
table = "trial_balance_line"
date = "%Y-%m-%d"
[feed.csv.columns]
as_of_on = "as of"
account_code = "account"
currency = "currency"
opening = "opening"
debit = "debit"
credit = "credit"
closing = "closing"

[[feed]]
name = "{0}-answers"
entity = "{0}"
time_zone = "UTC"
expected = "never"
[feed.csv]
table = "posting_acknowledgement"
date = "%Y-%m-%d"
constants = {{ currency = "{1}" }}
[feed.csv.columns]
entry_id = "entry"
status = "status"
debit = "debit"
posted_on = "posted"
reason_code = "reason"
[feed.csv.codes.status]
ok = "accepted"
refused = "rejected"
"""


def enrich(m: Month) -> None:
    """Everything that comes beside the sample month, in agreement with it."""
    m.toml += TOML.format("".join(OF_ENTITY.format(side.entity, side.currency) for side in m.sides.values()))
    m.mappings["ownership"].add({"domain": "product", "field": "*", "system_of_record": "shopify", "valid_from": "2025-01-01", "valid_to": ""})
    shop_api.prepare(m, m.dub)
    agreements(m)
    for side in m.sides.values():
        gift_cards(m, side)
        sale_lines(m, side)
        statement_lines(m, side)
        transfers(m, side)
        trial_balance(m, side)
        rates(m, side)
        side.more["disputes"] = Sheet(["id", "order", "type", "status", "amount", "at", "due", "sent", "final"], [])
        disputes(m, side)
    report(m, m.pdx)
    products(m, m.pdx)
    connector(m, m.pdx)
    tax_documents(m, m.pdx)
    from planted import packed

    packed.enrich(m)


def agreements(m: Month) -> None:
    """What the companies have agreed: products of adjustment, accounts with a dimension, no fee for refunds, reserves for a week of business days."""
    shared = {"valid_from": "2025-01-01", "valid_to": ""}
    for side in m.sides.values():
        m.mappings["policies"].add({"entity": side.entity, "policy": "adjustment_products", "value": "ADJ", **shared})
        m.mappings["policies"].add({"entity": side.entity, "policy": "analytic_accounts", "value": side.chart["sales"], **shared})
        m.mappings["fee_schedules"].add({"account": side.shopify, "method": "refund", "card_origin": "", "percent": "0", "fixed": "0.00", "currency": side.currency, **shared})
        m.mappings["tolerances"].add({"rule": "V-02", "parameter": "days", "value": "1", "entity": side.entity, **shared})
        side.items.columns += ["Product", "Product/Internal Reference", "Analytic Distribution"]
        for item in side.items.rows:
            item["Analytic Distribution"] = "Web" if item["Account/Code"] == side.chart["sales"] else ""


def of_odoo(m: Month, side: Side, name: str, title: str, columns: list[str]) -> Sheet:
    sheet = Sheet(columns, [], quoted=True)
    side.more[name] = m.sheets[f"{side.entity}-odoo/{title}.csv"] = sheet
    return sheet


def spread(total: Decimal, parts: list[Decimal]) -> list[Decimal]:
    """A total over parts, to the cent; the last part has what is left."""
    whole, given = sum(parts, Decimal(0)), []
    for part in parts[:-1]:
        given.append((total * part / whole).quantize(CENT, ROUND_HALF_UP) if whole else Decimal(0))
    return [*given, total - sum(given, Decimal(0))]


def sale_lines(m: Month, side: Side) -> None:
    sheet = of_odoo(m, side, "sale_lines", "Sales Order Line (sale.order.line)", SALE_LINES)
    for o in (o for o in m.orders() if o.side is side and o.sale):
        sale, inclusive, head = o.sale, side.name == "dub", o.head
        parts = [(f"[{r['Lineitem sku']}] {r['Lineitem name']}", r["Lineitem sku"], r["Lineitem quantity"], amount(r["Lineitem price"]), amount(r["Lineitem discount"])) for r in o.rows]
        order_level = amount(head["Discount Amount"]) - sum(p[4] for p in parts)
        if order_level:
            parts.append(("Discount", "DISC", "1", -order_level, Decimal(0)))
        if amount(head["Shipping"]):
            parts.append(("[SHIP] Standard shipping", "SHIP", "1", amount(head["Shipping"]), Decimal(0)))
        nets = [Decimal(p[2]) * p[3] - p[4] for p in parts]
        taxed = [Decimal(0) if p[0].endswith("] Tip") or p[0] == "[] Tip" else n for p, n in zip(parts, nets, strict=True)]
        taxes = spread_over(amount(sale["Taxes"]), taxed)
        for (product, sku, quantity, price, discount), net, tax in zip(parts, nets, taxes, strict=True):
            number = side.number()
            percent = (100 * discount / (Decimal(quantity) * price)).quantize(Decimal("0.0001")) if discount else Decimal(0)
            sheet.add({
                "External ID": f"__export__.sale_order_line_{number}_0", "ID": str(number), "Order Reference": sale["Order Reference"], "Order Reference/Customer Reference": o.name,
                "Order Reference/ID": sale["ID"], "Product": product.removeprefix("[] "), "Product/Internal Reference": sku, "Description": product, "Quantity": quantity, "Delivery Quantity": quantity,
                "Invoiced Quantity": quantity, "Unit Price": str(price), "Discount (%)": str(percent), "Taxes": "", "Subtotal": str(net - tax if inclusive else net), "Total Tax": str(tax),
                "Total": str(net if inclusive else net + tax), "Currency": side.currency, "Order Status": sale["Status"], "Invoice Status": sale["Invoice Status"], "Company": side.company,
                "Last Updated on": WRITTEN,
            })  # fmt: skip


def spread_over(total: Decimal, parts: list[Decimal]) -> list[Decimal]:
    """As `spread`, over the parts that are not nothing."""
    kept = [i for i, part in enumerate(parts) if part]
    found = [Decimal(0)] * len(parts)
    for i, share in zip(kept, spread(total, [parts[i] for i in kept]) if kept else [], strict=True):
        found[i] = share
    return found


def statement_lines(m: Month, side: Side) -> None:
    """Odoo's lines of the bank's statements; they follow the entries until the files are written, see `booked_lines`."""
    of_odoo(m, side, "statement_lines", "Bank Statement Line (account.bank.statement.line)", STATEMENT_LINES)
    booked_lines(side)


def booked_lines(side: Side) -> None:
    """A line for each entry of the bank, and none besides but those that a defect has made its `own`; an entry whose key is `unlisted` has none."""
    sheet, known = side.more["statement_lines"], {e.key: e for e in side.bank.entries}
    listed = {row["key"]: row for row in sheet.rows}
    sheet.rows = [row for row in sheet.rows if row.get("own") or row["key"] in known]
    for key, e in known.items():
        row = listed.get(key)
        if row is None and key not in side.unlisted:
            number = side.number()
            row = sheet.add({
                "External ID": f"__export__.account_bank_statement_line_{number}_0", "ID": str(number), "Journal Currency": side.currency, "Amount in Currency": "0.0",
                "Journal/Sequence Prefix": "BNK1", "Is Reconciled": "True", "Journal Entry/ID": str(70_000 + number), "Company": side.company, "Last Updated on": WRITTEN, "key": key,
            })  # fmt: skip
        if row is not None and not row.get("own"):
            row |= {"Date": str(e.on), "Label": e.text, "Partner Name": e.party, "Amount": str(e.amount)}


def utc(cell: str) -> datetime:
    return datetime.strptime(cell, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)


def transfers(m: Month, side: Side) -> None:
    """Every order that was sent was delivered by Odoo on that day; nothing came back."""
    of_odoo(m, side, "pickings", "Transfer (stock.picking)", PICKINGS)
    of_odoo(m, side, "stock_moves", "Stock Move (stock.move)", STOCK_MOVES)
    for o in (o for o in m.orders() if o.side is side and o.sale and o.head["Fulfilled at"]):
        transfer(o, "OUT", utc(o.head["Fulfilled at"]), [(r["Lineitem sku"], r["Lineitem quantity"]) for r in o.rows if r["Lineitem requires shipping"] == "true"])


def transfer(o: Order, kind: str, at: datetime, pieces: list[tuple[str, str]]) -> Row:
    """A delivery (OUT) or a receipt (IN) of an order."""
    side, sale, moment = o.side, o.sale, f"{at:%Y-%m-%d %H:%M:%S}"
    number, name = side.number(), f"WH/{kind}/{side.serial}"
    ends = ("WH/Stock", "Customers") if kind == "OUT" else ("Customers", "WH/Stock")
    operation = "Delivery Orders" if kind == "OUT" else "Receipts"
    for sku, quantity in pieces:
        move = side.number()
        side.more["stock_moves"].add({
            "External ID": f"__export__.stock_move_{move}_0", "ID": str(move), "Reference": name, "Source Document": sale["Order Reference"], "Date Scheduled": moment, "Status": "Done",
            "Product": f"[{sku}] {sku}", "Product/Internal Reference": sku, "Demand": quantity, "Quantity": quantity, "Unit": "Units", "Source Location": ends[0], "Intermediate Location": ends[1],
            "Transfer/Reference": name, "Operation Type": operation, "Company": side.company, "Value": "0.0", "Last Updated on": WRITTEN,
        })  # fmt: skip
    return side.more["pickings"].add({
        "External ID": f"__export__.stock_picking_{number}_0", "ID": str(number), "Reference": name, "Source Document": sale["Order Reference"], "Status": "Done", "Scheduled Date": moment,
        "Date of Transfer": moment, "Operation Type": operation, "Source Location": ends[0], "Destination Location": ends[1], "Sales Order": sale["Order Reference"],
        "Sales Order/Customer Reference": o.name, "Company": side.company,
    })  # fmt: skip


def gift_cards(m: Month, side: Side) -> None:
    """A card for each payment by gift card, sold in May; what they had then stands in Odoo's opening entry. A few orders are paid from store credit instead."""
    cards = side.more["cards"] = m.sheets[f"{side.name}-orders/gift_cards_export.csv"] = Sheet(CARDS, [])
    moves = side.more["card_moves"] = Sheet(MOVEMENTS, [])
    credits = side.more["credit_moves"] = Sheet(MOVEMENTS, [])
    paid = [(o, e) for o in m.orders() if o.side is side for e in o.captures if e["Gateway"] == "gift_card"]
    opening = {"gift_card": Decimal(0), "store_credit": Decimal(0)}
    with_store_credit(m, side)
    for number, (o, event) in enumerate(sorted(paid, key=lambda pair: pair[1]["Created At"])):
        value, moment = amount(event["Amount"]), f"{utc(event['Created At']):%Y-%m-%dT%H:%M:%SZ}"
        if number in (0, 3) and len(o.events) == 1:
            to_store_credit(o)
            opening["store_credit"] += value + 25
            credits.add({"id": f"{side.serial}01", "kind": "Credit", "at": "2026-06-01T00:00:01Z", "amount": "1.00", "currency": side.currency, "owner": str(7_000_000 + number), "event": "ORDER_REFUND", "balance": str(value + 25), "order": ""})
            opening["store_credit"] -= 1
            side.book(ENTRY, "2026-06-01", "MISC", "Store credit given", [(side.chart["bank_charges"], Decimal(1), "goodwill"), (side.chart["store_credit"], Decimal(-1), "goodwill")])
            credits.add({"id": f"{side.serial}02", "kind": "Debit", "at": moment, "amount": str(-value), "currency": side.currency, "owner": str(7_000_000 + number), "event": "ORDER_PAYMENT", "balance": "25.00", "order": o.name})
            continue
        card = str(500_000_000_000 + number + (0 if side.name == "pdx" else 1_000))
        opening["gift_card"] += value + 10
        cards.add({"Id": card, "Last Characters": "7q2k", "Order Name": f"#{4000 + number}", "Created At": f"2026-05-{number % 28 + 1:02d} 10:00:00 {'-0700' if side.name == 'pdx' else '+0100'}",
                   "Initial Value": str(value + 10), "Balance": "10.00", "Currency": side.currency, "Expired?": "false", "Enabled?": "true"})  # fmt: skip
        moves.add({"id": str(900_000 + number), "kind": "Debit", "at": moment, "amount": str(-value), "currency": side.currency, "owner": card})
    side.book(ENTRY, "2026-05-31", "MISC", "Opening balance", [
        ({"pdx": "101790", "dub": "131790"}[side.name], sum(opening.values(), Decimal(0)), "opening"), (side.chart["gift_card_liability"], -opening["gift_card"], "opening"),
        (side.chart["store_credit"], -opening["store_credit"], "opening"),
    ])  # fmt: skip


def with_store_credit(m: Month, side: Side) -> None:
    """Store credit is a tender with an account of its own."""
    side.chart |= {"store_credit": {"pdx": "215200", "dub": "225200"}[side.name]}
    shared = {"valid_from": "2025-01-01", "valid_to": ""}
    m.mappings["accounts"].add({"entity": side.entity, "role": "gift_card_liability", "qualifier": "store_credit", "odoo_account": side.chart["store_credit"], "odoo_journal": side.journal, **shared})
    m.mappings["gateways"].add({"store": side.name, "gateway": "shopify_store_credit", "account": "store_credit", **shared})


def to_store_credit(o: Order) -> None:
    """The order was paid from store credit."""
    side = o.side
    o.events[0]["Gateway"] = "shopify_store_credit"
    o.head["Payment Method"] = "shopify_store_credit"
    for item in side.items_of(o.moves(ENTRY)[0]):
        if item["Account/Code"] == side.chart["gift_card_liability"]:
            item["Account/Code"] = side.chart["store_credit"]


def disputes(m: Month, side: Side) -> None:
    """What was charged back is listed and not yet decided."""
    for line in (line for line in side.lines.rows if line["Type"] == "chargeback"):
        number = side.number()
        side.more["disputes"].add({"id": str(number), "order": line["Order"], "type": "CHARGEBACK", "status": "UNDER_REVIEW", "amount": str(-amount(line["Amount"])),
                                   "at": f"{utc(line['Transaction Date']):%Y-%m-%dT%H:%M:%SZ}", "due": "2026-06-25", "sent": "2026-06-20", "final": ""})  # fmt: skip


def trial_balance(m: Month, side: Side) -> None:
    """Written last of all, from the items: see `balances`."""
    side.more["balances"] = m.sheets[f"{side.entity}-balances/balances.csv"] = Sheet(BALANCES, [])


def balances(m: Month, side: Side) -> None:
    """The general ledger at the month's end, as the items of Odoo make it."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for item in side.items.rows:
        if item["Status"] == "Posted" and item["Date"] <= "2026-06-30":
            sums[item["Account/Code"]][0 if amount(item["Balance"]) > 0 else 1] += abs(amount(item["Balance"]))
    for other, account, by in m.changes_of_balances:
        if other is side:
            sums[account][0] += by
    side.more["balances"].rows = [
        {"as of": "2026-06-30", "account": code, "currency": side.currency, "opening": "0.00", "debit": str(debit), "credit": str(credit), "closing": str(debit - credit)}
        for code, (debit, credit) in sorted(sums.items())
    ]  # fmt: skip


def rates(m: Month, side: Side) -> None:
    """A rate of the pound for each day, nearly the same from day to day."""
    sheet = of_odoo(m, side, "rates", "Currency Rate (res.currency.rate)", RATES)
    for day in range(30):
        rate = Decimal("0.8400") + Decimal(day % 5) / 1000
        number = side.number()
        sheet.add({"External ID": f"__export__.rate_{number}_0", "ID": str(number), "Date": str(date(2026, 6, 1) + timedelta(days=day)), "Currency": "GBP", "Company": side.company,
                   "Technical Rate": str(rate), "Inverse Company Rate": str((1 / rate).quantize(Decimal("0.00000000000001"))), "Company Rate": str(rate)})  # fmt: skip


def report(m: Month, side: Side) -> None:
    """The shop's own report of each day."""
    sheet = side.more["report"] = m.sheets[f"{side.name}-orders/sales_by_day.csv"] = Sheet(REPORT, [])
    days: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 6)
    for o in (o for o in m.orders() if o.side is side):
        tips = sum((amount(r["Lineitem price"]) for r in o.rows if r["Lineitem name"] == "Tip"), Decimal(0))
        gross = sum((amount(r["Lineitem price"]) * Decimal(r["Lineitem quantity"]) for r in o.rows), Decimal(0)) - tips
        for i, value in enumerate((Decimal(1), gross, -amount(o.head["Discount Amount"]), Decimal(0), amount(o.head["Shipping"]), o.tax)):
            days[o.head["Created at"][:10]][i] += value
        for refund in o.refunds:
            days[refund["Created At"][:10]][3] -= amount(refund["Amount"])
    for day, (orders, gross, discount, back, shipping, tax) in sorted(days.items()):
        net = gross + discount + back
        cells = [day, str(orders.quantize(Decimal(1))), gross, discount, back, net, shipping, Decimal("0.00"), Decimal("0.00"), tax, net + shipping + tax]
        sheet.add(dict(zip(REPORT, map(str, cells), strict=True)))


def products(m: Month, side: Side) -> None:
    """The shop's products and Odoo's, alike."""
    shop = side.more["shop_products"] = m.sheets[f"{side.name}-orders/products_export_1.csv"] = Sheet(SHOP_PRODUCTS, [])
    odoo = of_odoo(m, side, "odoo_products", "Product Variant (product.product)", ODOO_PRODUCTS)
    known = {row["Lineitem sku"]: row for row in side.orders.rows if row["Lineitem sku"]}
    for place, (sku, row) in enumerate(sorted(known.items())):
        barcode = f"08400000{place:05d}"
        shop.add({"Handle": sku.lower(), "Title": row["Lineitem name"], "Vendor": "Harbour & Pine", "Type": "Goods", "Option1 Name": "Title", "Option1 Value": "Default Title", "Variant SKU": sku,
                  "Variant Price": row["Lineitem price"], "Variant Requires Shipping": "true", "Variant Taxable": "true", "Variant Barcode": f"'{barcode}", "Gift Card": "false",
                  "Cost per item": "4.20", "Status": "active"})  # fmt: skip
        odoo.add({"External ID": f"__export__.product_{place}_0", "ID": str(place + 1), "Internal Reference": sku, "Barcode": barcode, "Name": row["Lineitem name"], "Product Type": "Goods",
                  "Sales Price": row["Lineitem price"], "Cost": "4.2", "Quantity On Hand": "86.0", "Unit": "Units", "Active": "True", "Company": side.company, "Write Date": "2026-06-01 10:00:00"})  # fmt: skip


def connector(m: Month, side: Side) -> None:
    """The log of the connector: every order once, and the sale order that it made."""
    sheet = side.more["log"] = m.sheets[f"{side.name}-connector/log.csv"] = Sheet(EVENTS, [])
    for o in (o for o in m.orders() if o.side is side and o.sale):
        sheet.add({"id": f"ev-{o.name[1:]}", "attempt": "1", "topic": "orders/create", "order": o.name, "status": "ok", "target": o.sale["Order Reference"], "error": "", "at": f"{utc(o.head['Created at']):%Y-%m-%d %H:%M:%S}"})


def tax_documents(m: Month, side: Side) -> None:
    """The tax engine's document of every order that was paid."""
    sheet = side.more["tax"] = Sheet(DOCUMENTS, [])
    for o in (o for o in m.orders() if o.side is side and o.head["Financial Status"] != "voided"):
        sheet.add({"code": o.name, "type": "SalesInvoice", "status": "Committed", "date": str(o.on), "currency": side.currency, "total": str(o.total - o.tax), "tax": str(o.tax)})


def texts(m: Month) -> dict[str, str]:
    """The files that are no CSV: disputes, movements of cards and credit, tax documents, the orders of the store that is read by the API."""
    found = {}
    for side in m.sides.values():
        balances(m, side)
        booked_lines(side)
        found[f"{side.shopify}/disputes.jsonl"] = lines_of(dispute(row, side) for row in side.more["disputes"].rows)
        found[f"{side.name}-orders/credits.jsonl"] = lines_of(movement(row, kind) for kind in ("GiftCard", "StoreCreditAccount") for row in side.more["card_moves" if kind == "GiftCard" else "credit_moves"].rows)
    found |= {"dub-orders/orders.jsonl": shop_api.orders(m, m.dub), "dub-orders/refunds.jsonl": shop_api.refunds(m, m.dub)}
    found["pdx-orders/taxes.json"] = lines_of(map(tax_document, m.pdx.more["tax"].rows))
    return found


def lines_of(objects) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


def money(value: str, currency: str) -> dict[str, str]:
    return {"amount": value, "currencyCode": currency}


def dispute(row: Row, side: Side) -> dict[str, object]:
    return {
        "id": f"gid://shopify/ShopifyPaymentsDispute/{row['id']}", "status": row["status"], "type": row["type"], "amount": money(row["amount"], side.currency), "initiatedAt": row["at"],
        "evidenceDueBy": row["due"] or None, "evidenceSentOn": row["sent"] or None, "finalizedOn": row["final"] or None,
        "reasonDetails": {"reason": "FRAUDULENT", "networkReasonCode": "4837"}, "order": {"name": row["order"]} if row["order"] else None,
    }  # fmt: skip


def movement(row: Row, kind: str) -> dict[str, object]:
    one: dict[str, object] = {"id": f"gid://shopify/{kind}{row['kind']}Transaction/{row['id']}", "amount": money(row["amount"], row["currency"])}
    owner = f"gid://shopify/{kind}/{row['owner']}"
    if kind == "GiftCard":
        return one | {"processedAt": row["at"], "giftCard": {"id": owner}}
    return one | {"createdAt": row["at"], "account": {"id": owner, "owner": {"id": f"gid://shopify/Customer/{row['owner']}"}}, "balanceAfterTransaction": {"amount": row["balance"]}, "event": row["event"],
                  "origin": {"order": {"name": row["order"]}} if row["order"] else None}  # fmt: skip


def tax_document(row: Row) -> dict[str, object]:
    total, tax = float(row["total"]), float(row["tax"])
    return {
        "id": int(row["code"].strip("#T") or 0), "code": row["code"], "companyId": 1, "date": row["date"], "status": row["status"], "type": row["type"], "currencyCode": row["currency"], "referenceCode": "",
        "totalAmount": total, "totalExempt": 0.0, "totalDiscount": 0.0, "totalTaxable": total, "totalTax": tax, "taxDate": row["date"], "locked": False, "modifiedDate": f"{row['date']}T23:00:00.123",
        "lines": [{"lineNumber": "1", "lineAmount": total, "exemptAmount": 0.0, "taxableAmount": total, "tax": tax}],
    }  # fmt: skip


assert rebalance
