"""What goes wrong in taxes that a marketplace owes, plugs, dimensions, fees that were agreed, reserves, and goods that were sent without their money."""

from __future__ import annotations

from decimal import Decimal

from planted.defects.banks import by_card, charged_back, refund_by_card
from planted.defects.further import lines_of, part, untaxed
from planted.defects.orders import inside, refunded, unbook
from planted.defects.payouts import adjust_payout, card, payout_of, set_line, unpay, unsettle
from planted.month import CREDIT_NOTE, ENTRY, Month, Order, amount, line_key, rebalance
from planted.playing import defect


@defect("ADJUSTMENT_LINE_PRESENT")
def plugged_sale_order(m: Month) -> None:
    """A line of adjustment makes the sale order fit: an article is 4.00 too dear, the adjustment takes it off."""
    o = m.order(untaxed)
    lines = lines_of(o)
    row = next(r for r in lines if r["Product/Internal Reference"].startswith("HP-"))
    for column in ("Subtotal", "Total"):
        row[column] = str(amount(row[column]) + 4)
    number = str(o.side.number())
    o.side.more["sale_lines"].add({**row, "ID": number, "External ID": f"__export__.line_{number}", "Product": "[ADJ] Adjustment", "Product/Internal Reference": "ADJ", "Description": "Adjustment",
                                   "Quantity": "1", "Unit Price": "-4.00", "Discount (%)": "0", "Subtotal": "-4.00", "Total": "-4.00", "Total Tax": "0"})  # fmt: skip
    m.expect("ADJUSTMENT_LINE_PRESENT", "order", o.key, Decimal(4))


@defect("REFUND_PLUGGED")
def plugged_credit_note(m: Month) -> None:
    """The credit note of a refund is one line of adjustment."""
    o = m.order(refunded, side="pdx")
    note = o.moves(CREDIT_NOTE)[0]
    goods = next(i for i in o.side.items_of(note) if i["Label"] == "Goods")
    goods |= {"Product": "[ADJ] Adjustment", "Product/Internal Reference": "ADJ", "Label": "Adjustment"}
    m.expect("REFUND_PLUGGED", "odoo_document", o.side.document(note))


@defect("DIM_MISSING", night="balances")
def without_dimension(m: Month) -> None:
    """An invoice has no dimension on an account that needs one."""
    o = m.order(inside)
    next(i for i in o.side.items_of(o.invoice) if i["Account/Code"] == o.side.chart["sales"])["Analytic Distribution"] = ""
    m.expect("DIM_MISSING", "odoo_document", o.side.document(o.invoice))


@defect("DISPUTE_FEE_DIFF")
def dearer_dispute(m: Month) -> None:
    """A chargeback cost 5.00 more than was agreed."""
    o = m.order(lambda o: charged_back(o) and o.gateway == "shopify_payments", payout=True)
    line, by = next(x for x in o.lines if x["Type"] == "chargeback"), Decimal(5)
    set_line(line, amount(line["Amount"]), amount(line["Fee"]) + by)
    adjust_payout(payout_of(m, line), "chargeback", Decimal(0), by)
    m.expect("DISPUTE_FEE_DIFF", "settlement_line", line_key(o.account, line), by)


@defect("FEE_RETURN_DIFF")
def refund_costs(m: Month) -> None:
    """A refund cost 0.90, for which nothing was agreed."""
    o = m.order(lambda o: len(o.refunds) == 1 and o.gateway == "shopify_payments" and len(o.lines) == 2, payout=True)
    line, by = next(x for x in o.lines if x["Type"] == "refund"), Decimal("0.90")
    set_line(line, amount(line["Amount"]), amount(line["Fee"]) + by)
    adjust_payout(payout_of(m, line), "refund", Decimal(0), by)
    m.expect("FEE_RETURN_DIFF", "settlement_line", line_key(o.account, line), by)


@defect("FACILITATOR_TAX_BOOKED")
def tax_of_the_channel(m: Month) -> None:
    """The channel owes the tax of an order; the company has booked it as its own."""
    o = m.order(lambda o: inside(o) and o.tax > 2, side="dub")
    o.head["Channel liable"] = "1"
    m.expect("FACILITATOR_TAX_BOOKED", "order", o.key, o.tax)


@defect("TAX_RATE_UNEXPECTED")
def tax_above_the_rate(m: Month) -> None:
    """The shop charged 2.00 more tax than the rate makes; everything else follows it."""
    o, by = m.order(lambda o: inside(o) and o.tax > 4 and amount(o.head["Discount Amount"]) == 0, side="dub"), Decimal(2)
    o.head.update({"Taxes": str(o.tax + by), "Tax 1 Value": str(amount(o.head["Tax 1 Value"]) + by)})
    for document in (o.sale, o.invoice):
        column = "Taxes" if "Taxes" in document else "Tax"
        document.update({column: str(amount(document[column]) + by), "Untaxed Amount": str(amount(document["Untaxed Amount"]) - by)})
    row = max(lines_of(o), key=lambda r: amount(r["Total"]))
    row |= {"Total Tax": str(amount(row["Total Tax"]) + by), "Subtotal": str(amount(row["Subtotal"]) - by)}
    items = o.side.items_of(o.invoice)
    tax, goods = next(i for i in items if i["Originator Tax"]), next(i for i in items if i["Label"] == "Goods")
    rebalance(tax, amount(tax["Balance"]) - by)
    rebalance(goods, amount(goods["Balance"]) + by)
    m.expect("TAX_RATE_UNEXPECTED", "order", o.key)


@defect("TAX_ROLLFORWARD_DIFF", night="balances")
def tax_booked_away(m: Month) -> None:
    """Somebody booked 22.00 of the revenue as tax that is owed; no sale made it."""
    side, by = m.rng.choice(list(m.sides.values())), Decimal(22)
    side.book(ENTRY, f"2026-06-{m.rng.randrange(3, 18):02d}", "MISC", "Tax correction", [(side.chart["sales"], by, "correction"), (side.chart["tax"], -by, "correction")])
    m.expect("TAX_ROLLFORWARD_DIFF", "account_balance", f"{side.entity}/tax_payable/{side.chart['tax']}/{side.currency}", by)


@defect("RESERVE_OVERDUE")
def reserve_kept(m: Month) -> None:
    """A reserve that was to be given back after a week was not."""
    side = m.rng.choice(list(m.sides.values()))
    p = m.payout(lambda p: any(x["Type"] == "reserved_funds" and amount(x["Amount"]) > 0 for x in p.lines), account=side.shopify)
    line = next(x for x in p.lines if x["Type"] == "reserved_funds")
    by = amount(line["Amount"])
    side.lines.drop([line])
    p.listed["Reserved Funds"] = str(amount(p.listed["Reserved Funds"]) - by)
    p.listed["Total"] = str(amount(p.listed["Total"]) - by)
    p.receipt.amount -= by
    for account, change in ((side.chart["payouts_in_transit"], -by), (side.chart["processor_reserve"], by)):
        item = p.part(account)
        rebalance(item, amount(item["Balance"]) + change)
    m.expect("RESERVE_OVERDUE", "account_balance", f"{side.entity}/processor_reserve/{side.shopify}/{side.currency}", by)


@defect("REFUND_TENDER_WRONG")
def money_for_a_card(m: Month) -> None:
    """What a gift card paid was given back in cash."""
    o = m.order(lambda o: by_card(o) and o.side.name == "pdx")
    refund_by_card(o)
    o.refunds[0]["Gateway"] = "manual"
    entry = next(x for x in o.moves(ENTRY) if x["Reference"].startswith("Refund"))
    item = next(i for i in o.side.items_of(entry) if i["Account/Code"] == o.side.chart["gift_card_liability"])
    item["Account/Code"] = "101790"
    m.expect("REFUND_TENDER_WRONG", "order", o.key, o.total)


@defect("REFUND_SPLIT_DIFF")
def shipping_as_goods(m: Month) -> None:
    """A refund gave back shipping alone; its credit note takes it off the goods."""
    o = m.order(lambda o: refunded(o) and amount(o.head["Shipping"]) > 0, side="dub")
    part(o, "SHIPPING")
    m.expect("REFUND_SPLIT_DIFF", "refund", f"{o.key}/1")


def early(o: Order) -> bool:
    return card(o) and o.on.day <= 9


@defect("SHIPPED_UNCAPTURED")
def sent_and_never_captured(m: Month) -> None:
    """An order was authorised and sent, its money was never taken, and nobody invoiced it."""
    o = m.order(early, side="dub", payout=True)
    unsettle(m, o, o.lines[0])
    o.events[0]["Kind"] = "authorization"
    o.head.update({"Financial Status": "authorized", "Paid at": "", "Outstanding Balance": o.head["Total"]})
    unpay(o)
    unbook(o)
    o.sale["Invoice Status"] = "To Invoice"
    m.expect("SHIPPED_UNCAPTURED", "order", o.key, o.total)
