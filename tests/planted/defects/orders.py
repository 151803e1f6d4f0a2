"""What goes wrong between the shop's orders and Odoo's sale orders, invoices and credit notes."""

from __future__ import annotations

from decimal import Decimal

from planted.month import CREDIT_NOTE, ENTRY, INVOICE, Month, NoVictimError, Order, amount, rebalance
from planted.playing import defect

EXTRA = Decimal("6.40")


def inside(o: Order) -> bool:
    """Early enough that everything about it is due."""
    return o.plain and 2 <= o.on.day <= 16


def raise_total(o: Order, document: dict[str, str], by: Decimal) -> None:
    document |= {"Total": str(amount(document["Total"]) + by), "Untaxed Amount": str(amount(document["Untaxed Amount"]) + by)}


@defect("SO_MISSING")
def drop_sale_order(m: Month) -> None:
    """The order never reached Odoo: its sale order, invoice and payment are taken out."""
    o = m.order(inside, side="dub")
    m.expect("SO_MISSING", "order", o.key, o.total)
    unbook(o, sale=True)


def unbook(o: Order, *, sale: bool = False, payments: bool = True) -> None:
    for move in o.moves(INVOICE) + (o.moves(ENTRY) if payments else []):
        o.side.paid.drop([p for p in o.side.paid.rows if p["Journal Entry/ID"] == move["ID"]])
        o.side.unbook(move)
    if sale and o.sale:
        number = o.sale["Order Reference"]
        for name, column in (("sale_lines", "Order Reference"), ("pickings", "Sales Order"), ("stock_moves", "Source Document")):
            sheet = o.side.more[name]
            sheet.drop([row for row in sheet.rows if row[column] == number])
        o.side.sales.drop([o.sale])


@defect("SO_DUPLICATE")
def double_sale_order(m: Month) -> None:
    """A second sale order with the same customer reference."""
    o = m.order(inside)
    number = o.side.number()
    o.side.sales.add({**o.sale, "ID": str(number), "External ID": f"__export__.sale_order_{number}_0", "Order Reference": f"S{number}", "Invoice Status": "To Invoice"})
    m.expect("SO_DUPLICATE", "order", o.key, o.total)


@defect("SO_ORPHAN")
def ghost_sale_order(m: Month) -> None:
    """A sale order whose order no shop has."""
    o = m.order(inside)
    number = o.side.number()
    o.side.sales.add({**o.sale, "ID": str(number), "External ID": f"__export__.sale_order_{number}_0", "Order Reference": f"S{number}", "Customer Reference": "#9242", "Source Document": "#9242"})
    m.expect("SO_ORPHAN", "odoo_document", f"{o.side.company}/S{number}", o.total)


@defect("SO_TOTAL_DIFF")
def raise_sale_order(m: Month) -> None:
    """The total of the sale order is 6.40 higher."""
    o = m.order(inside)
    raise_total(o, o.sale, EXTRA)
    m.expect("SO_TOTAL_DIFF", "order", o.key, EXTRA)


@defect("ORDER_CURRENCY_DIFF")
def recurrency_sale_order(m: Month) -> None:
    """The sale order is in another currency."""
    o = m.order(inside)
    o.sale["Currency"] = "GBP"
    m.expect("ORDER_CURRENCY_DIFF", "order", o.key)


@defect("ORDER_CURRENCY_DIFF")
def recurrency_invoice(m: Month) -> None:
    """The invoice is in another currency."""
    o = m.order(inside)
    for row in (o.invoice, *o.side.items_of(o.invoice)):
        row["Currency"] = "GBP"
    m.expect("ORDER_CURRENCY_DIFF", "order", o.key)


@defect("CANCEL_STATE_DIFF")
def cancel_sale_order(m: Month) -> None:
    """The sale order of a paid order is cancelled, and its invoice with it."""
    o = m.order(inside)
    o.sale.update({"Status": "Cancelled", "Invoice Status": "Nothing to Invoice"})
    o.side.unbook(o.invoice)
    m.expect("CANCEL_STATE_DIFF", "order", o.key)


@defect("ENTITY_MISROUTED")
def other_company(m: Month) -> None:
    """Sale order and invoice stand in the books of the other company."""
    o = m.order(inside)
    other = next(s for s in m.sides.values() if s is not o.side)
    sale = o.sale
    unbook(o, sale=True, payments=False)
    number = other.number()
    other.sales.add({**sale, "ID": str(number), "External ID": f"__export__.sale_order_{number}_0", "Order Reference": f"S{number}", "Company": other.company})
    m.expect("ENTITY_MISROUTED", "order", o.key)


@defect("ORDER_SEQUENCE_GAP")
def lose_order(m: Month) -> None:
    """An order is missing in the export, with its payment; all others have it."""
    o = m.order(lambda o: inside(o) and o.gateway == "shopify_payments")
    after = f"{o.side.name}/#{int(o.name[1:]) + 1}"  # a gap is told of the order behind it
    if after in m.taken:
        raise NoVictimError("the order behind is taken")
    m.taken.add(after)
    o.side.orders.drop(o.rows)
    o.side.transactions.drop(o.events)
    m.expect("ORDER_SEQUENCE_GAP", "order", after)


@defect("NOT_INVOICED")
def drop_invoice(m: Month) -> None:
    """A paid order is not invoiced."""
    o = m.order(inside)
    o.sale["Invoice Status"] = "To Invoice"
    o.side.unbook(o.invoice)
    m.expect("NOT_INVOICED", "order", o.key, o.total)


@defect("INVOICE_DRAFT_OLD")
def leave_draft(m: Month) -> None:
    """The invoice of a paid order was never posted."""
    o = m.order(inside)
    invoice = o.invoice
    for row in (invoice, *o.side.items_of(invoice)):
        row["Status"] = "Draft"
    m.expect("INVOICE_DRAFT_OLD", "order", o.key, o.total)


@defect("INVOICE_DUPLICATE")
def double_invoice(m: Month) -> None:
    """The order is invoiced twice."""
    o = m.order(inside)
    o.side.again(o.invoice)
    m.expect("INVOICE_DUPLICATE", "order", o.key, o.total)


@defect("INVOICE_TOTAL_DIFF")
def raise_invoice(m: Month) -> None:
    """The invoice is 6.40 higher than the order."""
    o = m.order(inside)
    invoice = o.invoice
    raise_total(o, invoice, EXTRA)
    invoice["Total Signed"] = invoice["Total"]
    items = o.side.items_of(invoice)
    receivable, goods = items[0], next(i for i in items if i["Label"] == "Goods")
    rebalance(receivable, amount(receivable["Balance"]) + EXTRA)
    rebalance(goods, amount(goods["Balance"]) - EXTRA)
    m.expect("INVOICE_TOTAL_DIFF", "order", o.key, EXTRA)


@defect("INVOICE_WITHOUT_ORDER")
def ghost_invoice(m: Month) -> None:
    """An invoice typed by hand for an order that no shop has."""
    o = m.order(inside)
    move = o.side.again(o.invoice)
    for row in (move, *o.side.items_of(move)):
        row["Reference"] = "#9343"
    move["Origin"] = ""
    m.expect("INVOICE_WITHOUT_ORDER", "odoo_document", o.side.document(move), o.total)


@defect("CUTOFF_INVOICE")
def shift_invoice(m: Month) -> None:
    """The invoice is dated in the month after."""
    o = m.order(inside)
    for row in (o.invoice, *o.side.items_of(o.invoice)):
        row["Date"] = "2026-07-01"
    o.invoice["Invoice/Bill Date"] = "2026-07-01"
    m.expect("CUTOFF_INVOICE", "order", o.key)


@defect("TAX_AMOUNT_DIFF")
def raise_tax(m: Month) -> None:
    """1.27 of the revenue was booked as tax."""
    o = m.order(lambda o: inside(o) and o.tax > 2)
    by = Decimal("1.27")
    invoice = o.invoice
    invoice |= {"Tax": str(amount(invoice["Tax"]) + by), "Untaxed Amount": str(amount(invoice["Untaxed Amount"]) - by)}
    items = o.side.items_of(invoice)
    tax, goods = next(i for i in items if i["Originator Tax"]), next(i for i in items if i["Label"] == "Goods")
    rebalance(tax, amount(tax["Balance"]) - by)
    rebalance(goods, amount(goods["Balance"]) + by)
    m.expect("TAX_AMOUNT_DIFF", "order", o.key, by)


@defect("TAX_AMOUNT_DIFF")
def swap_tax(m: Month) -> None:
    """The tax of another country, of the same amount, stands in the invoice."""
    o = m.order(lambda o: inside(o) and o.tax > 2 and o.head["Shipping Country"] == "IE", side="dub")
    item = next(i for i in o.side.items_of(o.invoice) if i["Originator Tax"])
    item |= {"Originator Tax": "OSS FR 20%", "Label": "OSS FR 20%"}
    m.expect("TAX_AMOUNT_DIFF", "order", o.key)


@defect("TAX_AUTO_CREATED")
def invent_tax(m: Month) -> None:
    """A connector made a tax that taxes.csv does not know."""
    o = m.order(lambda o: inside(o) and o.tax > 2)
    item = next(i for i in o.side.items_of(o.invoice) if i["Originator Tax"])
    item |= {"Originator Tax": "Shop Tax (auto)", "Label": "Shop Tax (auto)"}
    m.expect("TAX_AUTO_CREATED", "odoo_document", o.side.document(o.invoice))


@defect("TIP_AS_REVENUE")
def tip_is_revenue(m: Month) -> None:
    """A tip was booked on the account of goods."""
    o = m.order(lambda o: any(r["Lineitem name"] == "Tip" for r in o.rows))
    item = next(i for i in o.side.items_of(o.invoice) if i["Label"] == "Tip")
    item |= {"Account/Code": o.side.chart["sales"], "Analytic Distribution": "Web"}
    m.expect("TIP_AS_REVENUE", "order", o.key)


@defect("CREDIT_NOTE_WITHOUT_REFUND")
def credit_nobody(m: Month) -> None:
    """A credit note over an order that nobody refunded."""
    o = m.order(inside)
    by = (o.total / 3).quantize(Decimal("0.01"))
    move = o.side.book(
        CREDIT_NOTE, o.invoice["Date"], "INV", f"Reversal of: {o.invoice['Number']}, goodwill", [(o.side.chart["receivable"], -by, ""), (o.side.chart["sales"], by, "Goods")],
        Origin=o.invoice["Origin"], Total_Signed=str(-by), Untaxed_Amount=str(by), Partner__ID=o.invoice["Partner/ID"],
    )  # fmt: skip
    move |= {"Reversal of/ID": o.invoice["ID"], "Total": str(by)}
    m.expect("CREDIT_NOTE_WITHOUT_REFUND", "odoo_document", o.side.document(move), by)


def refunded(o: Order) -> bool:
    return len(o.refunds) == 1 and bool(o.account) and len(o.moves(CREDIT_NOTE)) == 1


@defect("REFUND_NOT_CREDITED")
def drop_credit_note(m: Month) -> None:
    """The credit note of a refund is missing."""
    o = m.order(refunded)
    o.side.unbook(o.moves(CREDIT_NOTE)[0])
    m.expect("REFUND_NOT_CREDITED", "refund", f"{o.key}/1", amount(o.refunds[0]["Amount"]))


@defect("CUTOFF_REFUND")
def shift_credit_note(m: Month) -> None:
    """The credit note is dated in the month after."""
    o = m.order(refunded)
    note = o.moves(CREDIT_NOTE)[0]
    for row in (note, *o.side.items_of(note)):
        row["Date"] = "2026-07-01"
    note["Invoice/Bill Date"] = "2026-07-01"
    m.expect("CUTOFF_REFUND", "refund", f"{o.key}/1")


@defect("REFUND_TAX_DIFF")
def credit_without_tax(m: Month) -> None:
    """The credit note gives back the amount in one line without tax."""
    o = m.order(lambda o: refunded(o) and amount(o.moves(CREDIT_NOTE)[0]["Tax"]) > 1)
    note = o.moves(CREDIT_NOTE)[0]
    items = o.side.items_of(note)
    taxes = [i for i in items if i["Originator Tax"]]
    goods = next(i for i in items if i["Label"] == "Goods")
    rebalance(goods, amount(goods["Balance"]) + sum(amount(i["Balance"]) for i in taxes))
    o.side.items.drop(taxes)
    by = amount(note["Tax"])
    note |= {"Tax": "0.0", "Untaxed Amount": note["Total"]}
    m.expect("REFUND_TAX_DIFF", "refund", f"{o.key}/1")
    assert by
