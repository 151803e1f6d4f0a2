"""Second ways in which what is told already can go wrong: another account, the refund's side, the other direction, the other company."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from planted.defects.banks import by_card
from planted.defects.further import change_line, lines_of, lose, sent, untaxed
from planted.defects.orders import inside, raise_total, refunded
from planted.defects.payouts import adjust_payout, card, cells, payout_of, second, set_line
from planted.month import CREDIT_NOTE, ENTRY, Month, NoVictimError, Order, Row, amount, line_key, rebalance
from planted.playing import defect


def refund_line(o: Order) -> Row:
    return next(x for x in o.lines if (x.get("Type") or x.get("reporting_category")) == "refund")


def refunded_by_card(o: Order) -> bool:
    return len(o.refunds) == 1 and o.gateway in ("shopify_payments", "stripe") and len(o.lines) == 2 and o.on.day <= 15


@defect("SETTLED_AMOUNT_DIFF")
def refund_settled_more(m: Month) -> None:
    """The processor gave 2.00 more back to a customer than the shop refunded."""
    o = m.order(refunded_by_card, payout=True)
    line = refund_line(o)
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    adjust_payout(payout_of(m, line), "refund", Decimal(-2), Decimal(0))
    set_line(line, gross - 2, fee)
    refund = o.refunds[0]
    m.expect("SETTLED_AMOUNT_DIFF", "order_transaction", f"{o.key}/{refund.get('Id') or o.events.index(refund) + 1}", Decimal(2))


@defect("REFUND_OUTSIDE_SHOPIFY")
def refund_settled_twice(m: Month) -> None:
    """The processor gave one refund back twice."""
    o = m.order(refunded_by_card, payout=True)
    line = refund_line(o)
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    other = second(m, o, line)
    adjust_payout(payout_of(m, line), "refund", gross, fee)
    m.expect("REFUND_OUTSIDE_SHOPIFY", "settlement_line", line_key(o.account, other), gross)


@defect("REFUND_NOT_CREDITED")
def credited_less(m: Month) -> None:
    """The credit note of a refund is 3.00 less than what was given back."""
    o = m.order(lambda o: refunded(o) and amount(o.moves(CREDIT_NOTE)[0]["Total"]) > 6 and not amount(o.moves(CREDIT_NOTE)[0]["Tax"]))
    note = o.moves(CREDIT_NOTE)[0]
    receivable, goods = (next(i for i in o.side.items_of(note) if i["Account/Code"] == o.side.chart[role]) for role in ("receivable", "sales"))
    rebalance(receivable, amount(receivable["Balance"]) + 3)
    rebalance(goods, amount(goods["Balance"]) - 3)
    note |= {"Total": str(amount(note["Total"]) - 3), "Untaxed Amount": str(amount(note["Untaxed Amount"]) - 3), "Total Signed": f"-{amount(note['Total']) - 3}"}
    m.expect("REFUND_NOT_CREDITED", "refund", f"{o.key}/1", Decimal(3))


@defect("PAYOUT_NOT_POSTED")
def drop_entry_of_the_terminal(m: Month) -> None:
    """Odoo has no entry of a payout of the terminal's processor."""
    number = terminal_payout(m)
    entry = m.dub.moves.where(Reference=number)[0]
    net = next(amount(i["Balance"]) for i in m.dub.items_of(entry) if i["Account/Code"] == m.dub.chart["payouts_in_transit"])
    m.dub.unbook(entry)
    m.expect("PAYOUT_NOT_POSTED", "payout", f"dub-sumup/{number}", net)


@defect("PAYOUT_NOT_IN_BANK")
def drop_receipt_of_the_terminal(m: Month) -> None:
    """The money of a payout of the terminal's processor never reached the bank."""
    number = terminal_payout(m)
    entry = next(e for e in m.dub.bank.entries if e.end_to_end == number)
    m.dub.bank.entries.remove(entry)
    m.expect("PAYOUT_NOT_IN_BANK", "payout", f"dub-sumup/{number}", entry.amount)


def terminal_payout(m: Month) -> str:
    """A payout of the terminal's processor that nothing else befalls."""
    numbers = sorted({r["Auszahlungs-ID"] for r in m.dub.more["terminal"].rows if r.get("Auszahlungs-ID") and r["Auszahlungsdatum"] <= "2026-06-17"})
    free = [n for n in numbers[1:] if n not in m.taken and n[-2:] not in m.taken]
    if not free:
        raise NoVictimError("no payout fits")
    chosen = m.rng.choice(free)
    m.taken |= {chosen, chosen[-2:]}
    return chosen


@defect("BANK_UNEXPLAINED")
def debit_of_nobody(m: Month) -> None:
    """The bank booked a debit with the processor's name that no payout explains."""
    side = m.rng.choice(list(m.sides.values()))
    on = m.rng.choice([d.on for d in side.bank.days if 5 <= d.on.day <= 20])
    first = next(e for e in side.bank.entries if "SHOPIFY" in e.text.upper())
    side.bank.entries.append(replace(first, on=on, amount=Decimal("-61.40"), key=f"X{on:%y%m%d}9002", text="SHOPIFY PAYOUT SHPFY999000333", end_to_end="SHPFY999000333"))
    m.expect("BANK_UNEXPLAINED", "bank_line", f"{side.bank_name}/X{on:%y%m%d}9002", Decimal("61.40"))


@defect("FULFILMENT_DIFF")
def delivered_less(m: Month) -> None:
    """Odoo delivered one piece less than the shop sent."""
    o = m.order(lambda o: sent(o) and int(o.rows[0]["Lineitem quantity"]) > 1 and o.rows[0]["Lineitem requires shipping"] == "true", side="dub")
    picking = o.side.more["pickings"].where(Sales_Order=o.sale["Order Reference"])[0]
    move = o.side.more["stock_moves"].where(Reference=picking["Reference"])[0]
    move["Quantity"] = str(int(move["Quantity"]) - 1)
    m.expect("FULFILMENT_DIFF", "order", o.key)


@defect("SHIPPING_DIFF")
def lost_shipping(m: Month) -> None:
    """The sale order does not charge the shipping that the customer paid."""
    o = m.order(lambda o: untaxed(o) and amount(o.head["Shipping"]) > 0)
    row = next(r for r in lines_of(o) if r["Product/Internal Reference"] == "SHIP")
    by = lose(o, row)
    m.expect("SHIPPING_DIFF", "order", o.key, by)


@defect("SO_LINE_DIFF")
def dearer_article(m: Month) -> None:
    """An article of the sale order is 7.00 dearer than in the shop."""
    o = m.order(lambda o: untaxed(o) and amount(o.head["Discount Amount"]) == 0 and len(o.rows) == 1)
    change_line(o, next(r for r in lines_of(o) if r["Product/Internal Reference"].startswith("HP-")), Decimal(7))
    m.expect("SO_LINE_DIFF", "order", o.key, Decimal(7))


@defect("INVOICE_TOTAL_DIFF")
def lower_invoice(m: Month) -> None:
    """The invoice is 4.10 less than the order, its sale order is right."""
    o = m.order(inside)
    by, invoice = Decimal("4.10"), o.invoice
    raise_total(o, invoice, -by)
    invoice["Total Signed"] = invoice["Total"]
    items = o.side.items_of(invoice)
    goods = next(i for i in items if i["Label"] == "Goods")
    rebalance(items[0], amount(items[0]["Balance"]) - by)
    rebalance(goods, amount(goods["Balance"]) + by)
    m.expect("INVOICE_TOTAL_DIFF", "order", o.key, by)


@defect("GIFTCARD_ROLLFORWARD_DIFF")
def card_changed_down(m: Month) -> None:
    """Somebody lowered the balance of a gift card by 4.00."""
    from planted.defects.banks import card_of

    o = m.order(by_card)
    row = card_of(o)
    row["Balance"] = str(amount(row["Balance"]) - 4)
    m.expect("GIFTCARD_ROLLFORWARD_DIFF", "gift_card", f"{o.side.name}/{row['Id']}", Decimal(4))


@defect("POSTED_DIFFERENT")
def fees_on_another_account(m: Month) -> None:
    """The entry of a payout has its fees on the account of bank charges."""
    p = m.payout(lambda p: p.total > 100 and p.on.day <= 20)
    p.part(p.side.fees[p.account])["Account/Code"] = p.side.chart["bank_charges"]
    m.expect("POSTED_DIFFERENT", "payout", p.key)


@defect("CLEARING_FOREIGN_ENTRY")
def wiped_and_put_back(m: Month) -> None:
    """Somebody booked 58.20 away from a clearing account and, days later, back: the balance is right again."""
    side = m.rng.choice(list(m.sides.values()))
    account, by = side.clearing[side.shopify], Decimal("58.20")
    first = side.book(ENTRY, f"2026-06-{m.rng.randrange(3, 9):02d}", "MISC", "Tidy up", [(side.chart["bank_charges"], by, "old"), (account, -by, "old")])
    side.book(ENTRY, f"2026-06-{m.rng.randrange(10, 16):02d}", "MISC", "Tidy up again", [(side.chart["bank_charges"], -by, "old"), (account, by, "old")])
    m.expect("CLEARING_FOREIGN_ENTRY", "odoo_document", side.document(first), by)


@defect("UNSETTLED_OVERDUE")
def settled_by_nobody_at_stripe(m: Month) -> None:
    """A payment by Stripe is in no report, and was paid out by nobody."""
    from planted.defects.payouts import unsettle

    o = m.order(lambda o: card(o) and o.gateway == "stripe", payout=True)
    unsettle(m, o, o.lines[0])
    m.expect("UNSETTLED_OVERDUE", "order_transaction", o.event(o.events[0]), o.total)
