"""What Odoo books on a clearing account otherwise than the shop captured."""

from __future__ import annotations

from decimal import Decimal

from planted.defects.payouts import card
from planted.month import ENTRY, Month, Order, amount, rebalance
from planted.playing import defect


def retype(o: Order, by: Decimal) -> None:
    """Its payment has another amount in Odoo."""
    entry = o.moves(ENTRY)[0]
    clearing = next(i for i in o.side.items_of(entry) if i["Account/Code"] == o.side.clearing[o.account])
    receivable = next(i for i in o.side.items_of(entry) if i["Account/Code"] == o.side.chart["receivable"])
    rebalance(clearing, amount(clearing["Balance"]) + by)
    rebalance(receivable, amount(receivable["Balance"]) - by)
    entry["Total"] = str(amount(entry["Total"]) + by)


def beside(m: Month, o: Order) -> Order:
    """Another order that was paid through the same account."""
    return m.order(lambda other: card(other) and other.account == o.account)


@defect("PAYMENT_STATE_DIFF")
def payment_of_another_amount(m: Month) -> None:
    """A payment is registered in Odoo with 10.00 more than was captured."""
    o = m.order(card)
    retype(o, Decimal(10))
    m.expect("PAYMENT_STATE_DIFF", "order", o.key, Decimal(10))


@defect("PAYMENT_STATE_DIFF", alone=True)
def payments_that_cancel(m: Month) -> None:
    """One payment is registered with 9.00 too much, another with 9.00 too little: the balance of the account is right."""
    o = m.order(card)
    for one, by in ((o, Decimal(9)), (beside(m, o), Decimal(-9))):
        retype(one, by)
        m.expect("PAYMENT_STATE_DIFF", "order", one.key, abs(by))


@defect("PAYMENT_STATE_DIFF", alone=True)
def payment_of_another_order(m: Month) -> None:
    """A payment is registered under the name of another order."""
    o = m.order(card)
    entry, other = o.moves(ENTRY)[0], beside(m, o)
    for row in (entry, *o.side.items_of(entry)):
        row["Reference"] = other.name
    m.expect("PAYMENT_STATE_DIFF", "order", o.key, o.total)


@defect("GL_CLEARING_DIFF", alone=True)
def payments_of_other_amounts(m: Month) -> None:
    """Six payments of one account are registered with 10.00 too much each: one cause, the account's."""
    o = m.order(card)
    for one in (o, *(beside(m, o) for _ in range(5))):
        retype(one, Decimal(10))
    m.expect("GL_CLEARING_DIFF", "account_balance", f"{o.side.entity}/clearing/{o.account}/{o.side.currency}", Decimal(60))


@defect("ENTITY_MISROUTED")
def payment_in_another_company(m: Month) -> None:
    """A payment is registered in the other company, with the figures of the first."""
    o = m.order(card)
    entry, other = o.moves(ENTRY)[0], next(s for s in m.sides.values() if s is not o.side)
    account = sorted(other.clearing)[0]
    other.book(ENTRY, str(o.on), entry["Journal/Sequence Prefix"], o.name, [(other.clearing[account], o.total, o.name), (other.chart["receivable"], -o.total, o.name)])
    o.side.unbook(entry)
    m.expect("ENTITY_MISROUTED", "order", o.key, o.total)


@defect("CLEARING_FOREIGN_ENTRY")
def entry_that_names_an_order(m: Month) -> None:
    """Somebody took 7.77 from a clearing account and named an order, whose payment is booked to the cent."""
    o = m.order(card)
    by = Decimal("7.77")
    move = o.side.book(ENTRY, str(o.on), "MISC", f"Correction of {o.name}", [(o.side.chart["bank_charges"], by, "correction"), (o.side.clearing[o.account], -by, "correction")])
    m.expect("CLEARING_FOREIGN_ENTRY", "odoo_document", o.side.document(move), by)
