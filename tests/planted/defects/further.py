"""What goes wrong in sale order lines, stock, taxes, the connector, feeds, mappings, balances, and after a night has been closed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from planted.beside import transfer, utc
from planted.defects.orders import inside, raise_total, unbook
from planted.defects.payouts import adjust_payout, card, payout_of, second, set_line
from planted.month import ENTRY, Month, NoVictimError, Order, Row, Sheet, amount, line_key
from planted.playing import defect

EXTRA = Decimal("5.00")
NO_DAY = date(1970, 1, 1)


def lines_of(o: Order) -> list[Row]:
    return o.side.more["sale_lines"].where(Order_Reference=o.sale["Order Reference"])


def untaxed(o: Order) -> bool:
    """Nothing on it is taxed, so that a part explains the total to the cent."""
    return inside(o) and o.tax == 0 and o.side.name == "pdx"


def change_line(o: Order, row: Row, by: Decimal) -> None:
    """A line and the sale order are dearer."""
    for column in ("Subtotal", "Total"):
        row[column] = str(amount(row[column]) + by)
    row["Unit Price"] = str((Decimal(row["Unit Price"]) + by / Decimal(row["Quantity"])).quantize(Decimal("0.000001")))
    raise_total(o, o.sale, by)


@defect("SHIPPING_DIFF")
def dearer_shipping(m: Month) -> None:
    """The sale order charges 5.00 more for shipping than the shop."""
    o = m.order(lambda o: untaxed(o) and amount(o.head["Shipping"]) > 0)
    change_line(o, next(r for r in lines_of(o) if r["Product/Internal Reference"] == "SHIP"), EXTRA)
    m.expect("SHIPPING_DIFF", "order", o.key, EXTRA)


@defect("DISCOUNT_DIFF")
def lost_discount(m: Month) -> None:
    """The discount of the order is not in its sale order."""
    o = m.order(lambda o: untaxed(o) and any(r["Product"] == "Discount" for r in lines_of(o)))
    row = next(r for r in lines_of(o) if r["Product"] == "Discount")
    by = -amount(row["Total"])
    o.side.more["sale_lines"].drop([row])
    raise_total(o, o.sale, by)
    m.expect("DISCOUNT_DIFF", "order", o.key, by)


@defect("SO_LINE_DIFF")
def more_pieces(m: Month) -> None:
    """The sale order has one piece more than was ordered."""
    o = m.order(lambda o: untaxed(o) and amount(o.head["Discount Amount"]) == 0)
    row = next(r for r in lines_of(o) if r["Product/Internal Reference"].startswith("HP-"))
    price = Decimal(row["Unit Price"])
    row["Quantity"] = str(int(row["Quantity"]) + 1)
    for column in ("Subtotal", "Total"):
        row[column] = str(amount(row[column]) + price)
    raise_total(o, o.sale, price)
    m.expect("SO_LINE_DIFF", "order", o.key, price)


@defect("SO_LINE_DIFF")
def swapped_article(m: Month) -> None:
    """Another article stands in the place of the one that was ordered, for the same price."""
    o = m.order(lambda o: inside(o) and len(o.rows) == 1)
    row = next(r for r in lines_of(o) if r["Product/Internal Reference"].startswith("HP-"))
    other = m.rng.choice([s for s in ("HP-COF-01", "HP-COF-02", "HP-CER-01", "HP-BRW-01") if s != row["Product/Internal Reference"]])
    row |= {"Product/Internal Reference": other, "Product": f"[{other}] {other}"}
    m.expect("SO_LINE_DIFF", "order", o.key)


def lose(o: Order, row: Row) -> Decimal:
    """Take a line out of the order's sale order; by how much it is less."""
    by = amount(row["Total"])
    o.side.more["sale_lines"].drop([row])
    raise_total(o, o.sale, -by)
    return by


@defect("TIP_MISSING")
def lost_tip(m: Month) -> None:
    """The tip of the order is not in its sale order."""
    o = m.order(lambda o: any(r["Lineitem name"] == "Tip" for r in o.rows) and bool(o.sale))
    row = next(r for r in lines_of(o) if r["Product"] == "Tip")
    by = lose(o, row)
    m.expect("TIP_MISSING", "order", o.key, by)


@defect("DUTY_MISSING")
def lost_duty(m: Month) -> None:
    """What the order has for duties is not in its sale order; the invoice has it."""
    o = m.order(lambda o: untaxed(o) and any(r["Product/Internal Reference"] == "SHIP" for r in lines_of(o)))
    row = next(r for r in lines_of(o) if r["Product/Internal Reference"] == "SHIP")
    by = amount(o.head["Shipping"])
    o.side.more["sale_lines"].drop([row])
    raise_total(o, o.sale, -by)
    o.head.update({"Shipping": "0.00", "Duties": str(by)})
    m.expect("DUTY_MISSING", "order", o.key, by)


@defect("HUB_FALSE_SUCCESS")
def connector_says_done(m: Month) -> None:
    """The connector calls an order done; Odoo does not have it."""
    o = m.order(inside, side="pdx")
    unbook(o, sale=True)
    m.expect("HUB_FALSE_SUCCESS", "order", o.key, o.total)


@defect("WEBHOOK_GAP")
def connector_failed(m: Month) -> None:
    """The connector failed on an order and did not try again."""
    o = m.order(inside, side="pdx")
    o.side.more["log"].where(order=o.name)[0].update({"status": "error", "target": "", "error": "E502"})
    unbook(o, sale=True)
    m.expect("WEBHOOK_GAP", "order", o.key, o.total)


@defect("FINANCE_SUMMARY_DIFF")
def report_of_another_amount(m: Month) -> None:
    """The shop's own report of a day has 20.00 more than its orders make."""
    row = m.rng.choice([r for r in m.pdx.more["report"].rows if "2026-06-03" <= r["Day"] <= "2026-06-15"])
    for column in ("Gross sales", "Net sales", "Total sales"):
        row[column] = str(amount(row[column]) + 20)
    m.expect("FINANCE_SUMMARY_DIFF", "store_day", f"pdx/{row['Day']}", Decimal(20))


# ------------------------------------------------------------------ stock


def sent(o: Order) -> bool:
    return inside(o) and bool(o.head["Fulfilled at"]) and o.on.day <= 10


def undeliver(o: Order) -> None:
    for row in o.side.more["pickings"].where(Sales_Order=o.sale["Order Reference"]):
        o.side.more["stock_moves"].drop(o.side.more["stock_moves"].where(Reference=row["Reference"]))
        o.side.more["pickings"].drop([row])


@defect("FULFILMENT_DIFF")
def not_delivered(m: Month) -> None:
    """The shop has sent an order that Odoo never delivered."""
    o = m.order(sent, side="dub")
    undeliver(o)
    m.expect("FULFILMENT_DIFF", "order", o.key)


@defect("INVOICED_NOT_SHIPPED")
def invoiced_and_kept(m: Month) -> None:
    """An order was invoiced, and neither shop nor Odoo sent anything."""
    o = m.order(lambda o: sent(o) and o.on.day <= 5, side="dub")
    undeliver(o)
    o.side.more["shipments"].drop(o.side.more["shipments"].where(order_name=o.name))
    o.side.more["fulfilments"].drop(o.side.more["fulfilments"].where(order=o.name))
    o.head.update({"Fulfillment Status": "unfulfilled", "Fulfilled at": ""})
    m.expect("INVOICED_NOT_SHIPPED", "order", o.key, o.total)


@defect("SHIPPED_NOT_INVOICED")
def sent_for_nothing(m: Month) -> None:
    """An order that is not paid was sent, and nobody invoiced it."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card" and bool(o.sale) and o.on.day <= 14, side="dub")
    from planted.defects.banks import unused_card

    unused_card(m, o)
    unbook(o)
    o.side.transactions.drop(o.events)
    o.head.update({"Financial Status": "pending", "Paid at": "", "Outstanding Balance": o.head["Total"], "Payment Method": ""})
    o.sale["Invoice Status"] = "To Invoice"
    m.expect("SHIPPED_NOT_INVOICED", "order", o.key, o.total)


def returned(o: Order) -> bool:
    return len(o.refunds) == 1 and bool(o.sale) and o.refunds[0]["Created At"][:10] <= "2026-06-18" and bool(o.head["Fulfilled at"])


@defect("RESTOCK_DIFF")
def restocked_in_the_shop(m: Month) -> None:
    """A refund puts a piece back to the stock; Odoo received nothing."""
    o = m.order(returned, side="dub")
    part(o, "RETURN")
    m.expect("RESTOCK_DIFF", "order", o.key)


def part(o: Order, restock: str, of_return: str = "") -> None:
    row = o.rows[0]
    o.side.more["parts"].add({"refund": o.refunds[0]["Id"], "sku": row["Lineitem sku"], "quantity": "1", "amount": o.refunds[0]["Amount"], "tax": "0.00", "restock": restock, "return": of_return})


@defect("RETURN_NOT_RECEIVED")
def return_not_received(m: Month) -> None:
    """A return was closed in the shop; Odoo received nothing."""
    o = m.order(returned, side="dub")
    number = str(5_500_000 + o.side.number())
    at = f"{utc(o.refunds[0]['Created At']):%Y-%m-%dT%H:%M:%SZ}"
    o.side.more["returns"].add({"id": number, "order": o.name, "status": "CLOSED", "quantity": "1", "created": at, "closed": at})
    m.expect("RETURN_NOT_RECEIVED", "order_return", f"dub/{number}")


@defect("RESTOCK_DIFF")
def received_unasked(m: Month) -> None:
    """Odoo received a piece that nobody returned."""
    first = min(r["Created At"][:10] for r in m.dub.transactions.rows if r["Kind"] == "refund")  # what came back before the first refund may be of one that was never exported
    o = m.order(lambda o: sent(o) and o.head["Created at"][:10] >= first, side="dub")
    transfer(o, "IN", utc(o.head["Fulfilled at"]) + timedelta(days=3), [(o.rows[0]["Lineitem sku"], "1")])
    m.expect("RESTOCK_DIFF", "order", o.key)


# ------------------------------------------------------------------ taxes, rates, values


@defect("TAX_ENGINE_DIFF")
def engine_has_other_tax(m: Month) -> None:
    """The tax engine computed 3.00 more than the order has."""
    o = m.order(lambda o: inside(o) and o.tax > 1 and o.on.day <= 10, side="pdx")
    row = o.side.more["tax"].where(code=o.name)[0]
    row["tax"] = str(o.tax + 3)
    m.expect("TAX_ENGINE_DIFF", "order", o.key, Decimal(3))


@defect("TAX_ENGINE_DIFF")
def engine_lacks_order(m: Month) -> None:
    """The tax engine never had the order."""
    o = m.order(lambda o: inside(o) and o.tax > 1 and o.on.day <= 10, side="pdx")
    o.side.more["tax"].drop(o.side.more["tax"].where(code=o.name))
    m.expect("TAX_ENGINE_DIFF", "order", o.key, o.tax)


@defect("TAX_ENGINE_DIFF")
def engine_has_ghost(m: Month) -> None:
    """The tax engine has a document of an order that no shop has."""
    m.pdx.more["tax"].add({"code": "#9555", "type": "SalesInvoice", "status": "Committed", "date": f"2026-06-{m.rng.randrange(3, 12):02d}", "currency": "USD", "total": "60.00", "tax": "4.35"})
    m.expect("TAX_ENGINE_DIFF", "tax_transaction", "pdx/SalesInvoice/#9555", Decimal("4.35"))


@defect("FX_RATE_OUTLIER")
def rate_apart(m: Month) -> None:
    """One day's rate has its decimal point in the wrong place."""
    side = m.rng.choice(list(m.sides.values()))
    row = m.rng.choice(side.more["rates"].rows[5:25])
    row["Technical Rate"] = row["Company Rate"] = str(Decimal(row["Technical Rate"]) * 10)
    m.expect("FX_RATE_OUTLIER", "exchange_rate", f"{side.entity}/{side.company}/GBP/{row['Date']}")


@defect("SOR_VIOLATION", night="after")
def price_changed_in_odoo(m: Month) -> None:
    """After the first night Odoo changed a price that the shop owns."""
    row = m.rng.choice([r for r in m.pdx.more["odoo_products"].rows if f"product {r['ID']}" not in m.taken])
    m.taken.add(f"product {row['ID']}")
    m.later(lambda: row.update({"Sales Price": str(amount(row["Sales Price"]) + 1), "Write Date": "2026-07-01 10:00:00"}))
    m.expect("SOR_VIOLATION", "product", f"product/{row['Internal Reference']}/price")


@defect("SOR_VIOLATION", night="after")
def barcode_taken_away(m: Month) -> None:
    """After the first night Odoo lost the barcode of a product."""
    row = m.rng.choice([r for r in m.pdx.more["odoo_products"].rows if f"product {r['ID']}" not in m.taken])
    m.taken.add(f"product {row['ID']}")
    m.later(lambda: row.update({"Barcode": "", "Write Date": "2026-07-01 10:00:00"}))
    m.expect("SOR_VIOLATION", "product", f"product/{row['Internal Reference']}/barcode")


@defect("SOURCE_AUTHORITY_UNCLEAR", night="mappings")
def nobody_owns(m: Month) -> None:
    """ownership.csv does not say who owns what the books post, or what two systems hold."""
    domain = m.rng.choice(["settlement", "bank", "product", "order", "refund", "invoice"])
    m.mappings["ownership"].drop(m.mappings["ownership"].where(domain=domain))
    m.expect("SOURCE_AUTHORITY_UNCLEAR", "mapping", domain)


@defect("SOURCE_AUTHORITY_UNCLEAR", alone=True)
def owned_in_part(m: Month) -> None:
    """ownership.csv says who owns some fields of a product, and not those that the shop and Odoo both hold beside them."""
    row = m.mappings["ownership"].where(domain="product")[0]
    left = set(m.rng.sample(["barcode", "cost", "name", "price", "status"], 2))
    for field in sorted({"barcode", "cost", "name", "price", "status"} - left):
        m.mappings["ownership"].add({**row, "field": field})
    m.mappings["ownership"].drop([row])
    for field in sorted(left):
        m.expect("SOURCE_AUTHORITY_UNCLEAR", "mapping", f"product.{field}")


@defect("MAPPING_MISSING", night="mappings")
def role_without_account(m: Month) -> None:
    """accounts.csv has no account for a role that payouts need."""
    role = m.rng.choice(["processor_adjustments", "chargeback_fees"])
    m.mappings["accounts"].drop([r for r in m.mappings["accounts"].rows if r["entity"] == "hp-ie" and r["role"] == role])
    m.expect("MAPPING_MISSING", "account_balance", f"hp-ie/{role}/dub-shopify/EUR")


# ------------------------------------------------------------------ balances


@defect("GL_BALANCE_DIFF", night="balances")
def ledger_differs(m: Month) -> None:
    """The general ledger has another balance of a controlled account than Odoo's items."""
    side = m.rng.choice(list(m.sides.values()))
    account = side.clearing[side.shopify]
    m.changes_of_balances.append((side, account, Decimal(12)))
    m.expect("GL_BALANCE_DIFF", "account_balance", f"{side.entity}/gl/{account}/{side.currency}/2026-06-30", Decimal(12))


@defect("RESERVE_ROLLFORWARD_DIFF", night="balances")
def reserve_booked_away(m: Month) -> None:
    """Somebody booked 60.00 of a reserve as an expense."""
    side = m.rng.choice(list(m.sides.values()))
    by, account = Decimal(60), side.chart["processor_reserve"]
    side.book(ENTRY, f"2026-06-{m.rng.randrange(3, 20):02d}", "MISC", "Old reserve", [(side.chart["bank_charges"], by, "reserve"), (account, -by, "reserve")])
    m.expect("RESERVE_ROLLFORWARD_DIFF", "account_balance", f"{side.entity}/processor_reserve/{account}/{side.currency}", by)


@defect("GIFTCARD_AS_REVENUE")
def card_is_revenue(m: Month) -> None:
    """A gift card was sold and invoiced as goods."""
    o = m.order(lambda o: untaxed(o) and len(o.rows) == 1 and amount(o.head["Shipping"]) == 0 and amount(o.head["Discount Amount"]) == 0 and o.rows[0]["Lineitem quantity"] == "1")
    sku = o.head["Lineitem sku"]
    o.head.update({"Lineitem name": "Gift Card", "Lineitem sku": "", "Lineitem taxable": "false", "Lineitem requires shipping": "false"})
    for row in lines_of(o):
        if row["Product/Internal Reference"] == sku:
            row |= {"Product": "Gift Card", "Product/Internal Reference": ""}
    undeliver(o)
    side = o.side
    side.more["cards"].add({"Id": str(700_000_000_000 + side.number()), "Last Characters": "1abc", "Order Name": o.name, "Created At": o.head["Created at"], "Initial Value": str(o.total), "Balance": str(o.total),
                            "Currency": side.currency, "Expired?": "false", "Enabled?": "true"})  # fmt: skip
    for row in side.more["report"].where(Day=o.head["Created at"][:10]):
        for column in ("Gross sales", "Net sales", "Total sales"):
            row[column] = str(amount(row[column]) - o.total)
    m.expect("GIFTCARD_AS_REVENUE", "order", o.key, o.total)


# ------------------------------------------------------------------ feeds


@defect("CONTROL_TOTAL_DIFF", night="feeds")
def statement_does_not_close(m: Month) -> None:
    """A file of PayPal has a line less than its trailer counts."""
    path = m.rng.choice(sorted(p for p in m.texts if p.startswith("pdx-paypal/")))
    rows = m.texts[path].splitlines(keepends=True)
    rows.remove(next(r for r in rows if r.startswith("SB,")))
    m.texts[path] = "".join(rows)
    m.expect("CONTROL_TOTAL_DIFF", "file", path)


@defect("SCHEMA_DRIFT", night="feeds")
def new_column(m: Month) -> None:
    """The export of orders has a column that nobody declared."""
    m.pdx.orders.columns.append("Loyalty Tier")
    for row in m.pdx.orders.rows:
        row["Loyalty Tier"] = "gold"
    m.expect("SCHEMA_DRIFT", "feed", "pdx-orders")


@defect("SCHEMA_DRIFT", night="feeds")
def lost_column(m: Month) -> None:
    """The list of products lacks a column that is needed."""
    m.pdx.more["shop_products"].columns.remove("Option1 Value")
    m.expect("SCHEMA_DRIFT", "file", "pdx-orders/products_export_1.csv")


@defect("FILE_DUPLICATE", night="after")
def same_file_again(m: Month) -> None:
    """A statement comes a second time under another name."""
    path = m.rng.choice(sorted(p for p in m.texts if p.startswith("pdx-paypal/")))
    m.later(lambda: m.texts.update({path.replace(".CSV", " (1).CSV"): m.texts[path]}))
    m.expect("FILE_DUPLICATE", "file", path.replace(".CSV", " (1).CSV"))


@defect("KEY_CONFLICT", alone=True)
def two_contents_for_one_key(m: Month) -> None:
    """An order stands twice in one export, with two totals."""
    o = m.order(inside, side="pdx")
    for row in [dict(r) for r in o.rows]:
        if row["Total"]:
            row["Total"] = str(o.total + 1)
        o.side.orders.add(row)
    m.expect("KEY_CONFLICT", "file", f"sales_order {o.key}", Decimal(1))


@defect("DATE_OUT_OF_RANGE", night="feeds")
def from_the_future(m: Month) -> None:
    """Payments are dated a year ahead."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card", side="pdx")
    o.events[0]["Created At"] = o.events[0]["Created At"].replace("2026", "2027", 1)
    m.expect("DATE_OUT_OF_RANGE", "file", "pdx-transactions/transactions_export_1.csv")


@defect("FEED_MISSING", alone=True)
def feed_is_silent(m: Month) -> None:
    """A bank that sends a statement each day has sent none."""
    side = m.rng.choice(list(m.sides.values()))
    before, name, after = m.toml.partition(f'name = "{side.bank_name}"')
    m.toml = before + name + after.replace('expected = "never"', 'expected = "daily"', 1)
    for day in side.bank.days:
        day.left_out = True
    m.expect("FEED_MISSING", "feed", side.bank_name)


@defect("FEED_MISSING", alone=True)
def extract_lacks_a_day(m: Month) -> None:
    """Odoo's extracts lack one day: its sale orders, and every document that is dated on it."""
    days = defaultdict(list)
    for o in m.orders():
        if o.side.name == "dub" and 3 <= o.on.day <= 16:
            days[o.on].append(o)
    day = m.rng.choice([d for d, orders in sorted(days.items()) if len(orders) >= 3 and all(o.plain for o in orders)] or [NO_DAY])
    if day == NO_DAY:
        raise NoVictimError("no day fits")
    for o in days[day]:
        unbook(o, sale=True)
    for move in [x for x in m.dub.moves.rows if x["Date"] == str(day)]:
        m.dub.paid.drop(m.dub.paid.where(Journal_Entry__ID=move["ID"]))
        m.dub.unbook(move)
    m.expect("FEED_MISSING", "feed", "hp-ie-odoo")


# ------------------------------------------------------------------ after a closed night


@defect("ORDER_CHANGED_AFTER_SETTLEMENT", night="after")
def edit_after_settlement(m: Month) -> None:
    """After it was settled and judged, an order was edited to another total."""
    o = m.order(card, side="pdx")
    total = o.total
    m.later(lambda: o.head.update({"Total": str(total - 3), "Subtotal": str(amount(o.head["Subtotal"]) - 3)}))
    m.expect("ORDER_CHANGED_AFTER_SETTLEMENT", "order", o.key, Decimal(3))


@defect("IMMUTABLE_CHANGED", night="after")
def settled_line_changed(m: Month) -> None:
    """A later report of the processor has another fee in a line that was paid out."""
    o = m.order(lambda o: card(o) and o.gateway == "stripe")
    line = o.lines[0]

    def change() -> None:
        line.update({"fee": str(amount(line["fee"]) + 1), "net": str(amount(line["net"]) - 1)})

    m.later(change)
    m.expect("IMMUTABLE_CHANGED", "settlement_line", line_key(o.account, line), Decimal(1))


@defect("JE_TAMPERED", night="after")
def entry_edited(m: Month) -> None:
    """Odoo's hash of a posted entry is another one a night later."""
    sheet = m.pdx.moves
    sheet.columns.append("Inalterability Hash")
    for row in sheet.rows:
        row["Inalterability Hash"] = f"$4${row['ID']:>064}"
    move = m.rng.choice([row for row in sheet.rows if row["Type"] == "Customer Invoice"])
    m.later(lambda: move.update({"Inalterability Hash": f"$4${'9' * 64}"}))
    m.expect("JE_TAMPERED", "odoo_document", m.pdx.document(move))


# ------------------------------------------------------------------ payouts and balances that nothing tells apart or explains


@defect("PAYOUT_AMBIGUOUS", alone=True)
def twin_payouts(m: Month) -> None:
    """Two payouts of one day have one total, and the list of payouts has no ids."""
    p = m.payout(lambda p: p.total > 100 and p.on.day <= 18, account="dub-shopify")
    side, twin, charge = p.side, "190000000001", next(x for x in p.lines if x["Type"] == "charge")
    side.lines.add({**charge, "Type": "adjustment", "Order": "", "Checkout": "", "Card Brand": "", "Card Source": "", "Payment Method Name": "", "Payout ID": twin, "Amount": str(p.total), "Fee": "0.00", "Net": str(p.total),
                    "Presentment Amount": "0.00", "Presentment Currency": side.currency})  # fmt: skip
    side.payouts.add({**p.listed, "Charges": "0.00", "Refunds": "0.00", "Adjustments": str(p.total), "Reserved Funds": "0.00", "Fees": "0.00", "Bank Reference": "SHPFY190000001"})
    e = p.receipt
    side.bank.entries.append(replace(e, key=f"{e.key}T", text="SHOPIFY PAYOUT SHPFY190000001", end_to_end="SHPFY190000001"))
    side.book(ENTRY, str(p.on), side.journal, twin, [(side.chart["payouts_in_transit"], p.total, twin), (side.chart["processor_adjustments"], -p.total, twin)])
    m.expect("PAYOUT_AMBIGUOUS", "payout", min(p.key, f"{p.account}/{twin}"))


@defect("STATEMENT_GAP", alone=True)
def lose_report(m: Month) -> None:
    """A report of PayPal begins with another balance than the one before ended with."""
    paths = sorted(p for p in m.texts if p.startswith("pdx-paypal/"))
    first = m.rng.randrange(1, len(paths))
    for path in paths[first:]:
        m.texts[path] = "".join(balanced(row) for row in m.texts[path].splitlines(keepends=True))
    m.expect("STATEMENT_GAP", "payout", f"pdx-paypal/{paths[first].partition('STL-')[2][:8]}-USD", Decimal(500))


def balanced(row: str) -> str:
    """A footer of PayPal with a balance of 500.00 at both ends."""
    if not row.startswith(("SF,", "RF,")):
        return row
    parts = row.split(",")
    parts[6:10] = ["CR", "50000", "CR", "50000"]
    return ",".join(parts)


@defect("POSTED_DIFFERENT", night="after")
def finance_refuses(m: Month) -> None:
    """The finance system refused an entry that it was sent."""
    sheet, rng = Sheet(["entry", "status", "debit", "posted", "reason"], []), m.rng
    m.expect("POSTED_DIFFERENT", "payout", "")
    told = m.expected[-1]

    def answer() -> None:
        with duckdb.connect(str(m.home / "audit" / "audit.duckdb"), read_only=True) as con:
            entries = con.execute("SELECT entry_id, subject_key FROM journal_entry WHERE entity = 'hp-us' AND subject_kind = 'payout' ORDER BY entry_id").fetchall()
        entry, told.key = rng.choice(entries)
        sheet.add({"entry": entry, "status": "refused", "debit": "0.00", "posted": "2026-07-01", "reason": "F5-702"})
        m.sheets["hp-us-answers/answers.csv"] = sheet

    m.later(answer)


@defect("REFUND_FAILED")
def refund_came_back(m: Month) -> None:
    """A refund failed at the processor, and the customer was not paid again."""
    o = m.order(lambda o: len(o.refunds) == 1 and o.gateway == "stripe" and len(o.lines) == 2 and o.on.day <= 10, payout=True)
    line = next(x for x in o.lines if x["reporting_category"] == "refund")
    other = second(m, o, line)
    back = -amount(line["gross"])
    set_line(other, back, Decimal(0))
    other |= {"reporting_category": "refund_failure", "source_id": f"re_9{m.rng.randrange(10**9)}"}
    adjust_payout(payout_of(m, line), "refund", back, Decimal(0))
    m.expect("REFUND_FAILED", "settlement_line", line_key(o.account, other), back)


@defect("SETTLED_FX_DIFF")
def settled_at_another_rate(m: Month) -> None:
    """A customer paid in Canadian dollars; the processor turned them at another rate than the shop."""
    o = m.order(lambda o: card(o) and o.gateway == "shopify_payments" and o.total > 60, side="pdx", payout=True)
    line, by = o.lines[0], Decimal("0.30")
    fee = ((o.total - by) * Decimal("2.5") / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") + Decimal("0.30")
    adjust_payout(payout_of(m, line), "charge", -by, fee - amount(line["Fee"]))
    set_line(line, o.total - by, fee)
    line |= {"Presentment Amount": str((o.total * Decimal("1.36")).quantize(Decimal("0.01"))), "Presentment Currency": "CAD"}
    m.expect("SETTLED_FX_DIFF", "order_transaction", o.event(o.events[0]), by)


@defect("GATEWAY_UNMAPPED", night="mappings")
def account_without_gateway(m: Month) -> None:
    """No row of gateways.csv leads to a processor account: its payments come by a gateway that is mapped to nothing."""
    m.mappings["gateways"].drop([r for r in m.mappings["gateways"].rows if r["account"] == "dub-klarna"])
    paid = sorted((r for r in m.dub.transactions.rows if r["Gateway"] == "klarna"), key=lambda r: r["Created At"])
    m.expect("GATEWAY_UNMAPPED", "order_transaction", f"dub/{paid[0]['Name']}/{paid[0]['Id']}")
