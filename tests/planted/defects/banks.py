"""What goes wrong between the bank's statements, payouts and the statement lines of Odoo; between gift cards, store credit and the books; between disputes and their money."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from planted.beside import utc
from planted.defects.payouts import adjust_payout, amount, card, payout_of, second, set_line
from planted.month import CREDIT_NOTE, ENTRY, Month, NoVictimError, Order, Payout, Row, line_key, rebalance
from planted.playing import defect
from planted.sheets import Entry


def statement_row(p: Payout) -> Row:
    return p.side.more["statement_lines"].where(key=p.receipt.key)[0]


@defect("ERP_BANK_LINE_MISSING")
def lose_statement_line(m: Month) -> None:
    """Odoo's bank statement lacks the line of a payout."""
    p = m.payout(lambda p: p.on.day <= 20)
    p.side.more["statement_lines"].drop([statement_row(p)])
    p.side.unlisted.add(p.receipt.key)
    m.expect("ERP_BANK_LINE_MISSING", "bank_line", p.bank_key(), p.total)


@defect("ERP_BANK_LINE_DUPLICATE")
def double_statement_line(m: Month) -> None:
    """Odoo has a line of the bank twice."""
    p = m.payout(lambda p: p.on.day <= 20)
    number = str(p.side.number())
    p.side.more["statement_lines"].add({**statement_row(p), "ID": number, "External ID": f"__export__.line_{number}", "Journal Entry/ID": str(70_000 + int(number)), "key": "", "own": "1"})
    m.expect("ERP_BANK_LINE_DUPLICATE", "odoo_document", f"{p.side.company}/statement line {number}", p.total)


@defect("ERP_BANK_LINE_DIFF")
def statement_line_of_another_amount(m: Month) -> None:
    """Odoo has a line of the bank with two digits swapped."""
    p = m.payout(lambda p: p.on.day <= 20 and p.total > 50)
    row = statement_row(p)
    row |= {"Amount": str(p.total + 9), "own": "1"}
    m.expect("ERP_BANK_LINE_DIFF", "bank_line", p.bank_key(), Decimal(9))


@defect("BANK_AMBIGUOUS", alone=True)
def two_of_one_amount(m: Month) -> None:
    """Two payouts of one amount arrive on one day, and the bank writes no references."""
    p = m.payout(lambda p: p.total > 100 and p.on.day <= 20, account="dub-shopify")
    q = m.payout(lambda q: 0 < abs((q.on - p.on).days) <= 3 and q.total > 50, account="dub-shopify")
    lines = [x for x in q.lines if x["Type"] == "charge"]
    if not lines:
        raise NoVictimError("no charge to adjust")
    other = {**lines[0], "Type": "adjustment", "Order": "", "Checkout": "", "Card Brand": "", "Card Source": "", "Payment Method Name": "", "Transaction Date": lines[0]["Transaction Date"]}
    q.side.lines.add(other)
    set_line(other, p.total - q.total, Decimal(0))
    other |= {"Presentment Amount": "0.00", "Presentment Currency": q.side.currency}
    adjust_payout(q, "adjustment", p.total - q.total, Decimal(0))
    entries, later = (p.receipt, q.receipt), max(p.receipt.on, q.receipt.on)
    for e in entries:
        e.on, e.text, e.end_to_end = later, "SHOPIFY PAYOUT", ""
    m.expect("BANK_AMBIGUOUS", "bank_line", f"{q.side.bank_name}/{min(e.key for e in entries)}")


@defect("MANUAL_PAYMENT_UNPROVEN")
def paid_by_hand(m: Month) -> None:
    """Somebody marked an order as paid; no bank line has the money."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card" and o.on.day < 14 and o.total > 20)
    unused_card(m, o)
    o.events[0]["Gateway"] = "manual"
    o.head["Payment Method"] = "manual"
    for item in o.side.items_of(o.moves(ENTRY)[0]):
        if item["Account/Code"] == o.side.chart["gift_card_liability"]:
            item["Account/Code"] = {"pdx": "101790", "dub": "131790"}[o.side.name]
    m.expect("MANUAL_PAYMENT_UNPROVEN", "order_transaction", o.event(o.events[0]), o.total)


def movement_of(o: Order) -> Row:
    """The movement of the card that paid an order."""
    at = f"{utc(o.captures[0]['Created At']):%Y-%m-%dT%H:%M:%SZ}"
    return o.side.more["card_moves"].where(at=at, amount=str(-amount(o.captures[0]["Amount"])))[0]


def card_of(o: Order) -> Row:
    return o.side.more["cards"].where(Id=movement_of(o)["owner"])[0]


def unused_card(m: Month, o: Order) -> None:
    """The card that paid the order still has all its money: another tender paid."""
    row, moved = card_of(o), movement_of(o)
    row["Balance"] = row["Initial Value"]
    o.side.more["card_moves"].drop([moved])


def by_card(o: Order) -> bool:
    return len(o.events) == 1 and o.gateway == "gift_card" and 3 <= o.on.day <= 16


@defect("GIFTCARD_ROLLFORWARD_DIFF")
def card_changed(m: Month) -> None:
    """Somebody raised the balance of a gift card by 5.00."""
    o = m.order(by_card)
    row = card_of(o)
    row["Balance"] = str(amount(row["Balance"]) + 5)
    m.expect("GIFTCARD_ROLLFORWARD_DIFF", "gift_card", f"{o.side.name}/{row['Id']}", Decimal(5))


@defect("GIFTCARD_ROLLFORWARD_DIFF", night="balances")
def liability_booked_away(m: Month) -> None:
    """Somebody booked 33.00 of the liability of gift cards to the revenue, on a day that the list of movements reaches."""
    side = m.rng.choice(list(m.sides.values()))
    by, last = Decimal(33), max(row["at"][:10] for row in side.more["card_moves"].rows)
    side.book(ENTRY, f"2026-06-{m.rng.randrange(2, max(3, int(last[-2:]))):02d}", "MISC", "Breakage", [(side.chart["gift_card_liability"], by, "breakage"), (side.chart["sales"], -by, "breakage")])
    m.expect("GIFTCARD_ROLLFORWARD_DIFF", "account_balance", f"{side.entity}/gift_card_liability/{side.chart['gift_card_liability']}/{side.currency}", by)


@defect("GIFTCARD_PROMO_ISSUE")
def card_given_away(m: Month) -> None:
    """A gift card was issued that nobody bought."""
    side = m.rng.choice(list(m.sides.values()))
    number = str(600_000_000_000 + side.number())
    side.more["cards"].add({"Id": number, "Last Characters": "9zzz", "Order Name": "", "Created At": f"2026-06-{m.rng.randrange(2, 15):02d} 10:00:00 {'-0700' if side.name == 'pdx' else '+0100'}",
                            "Initial Value": "40.00", "Balance": "40.00", "Currency": side.currency, "Expired?": "false", "Enabled?": "true"})  # fmt: skip
    m.expect("GIFTCARD_PROMO_ISSUE", "gift_card", f"{side.name}/{number}", Decimal(40))


@defect("GIFTCARD_INTERCOMPANY", alone=True)
def cards_of_the_former_company(m: Month) -> None:
    """Until the end of May the store was another company's: its cards were sold by that one, and pay in this."""
    stores = m.mappings["stores"]
    row = stores.where(store="dub")[0]
    stores.add({**row, "entity": "hp-us", "valid_to": "2026-05-31"})
    row["valid_from"] = "2026-06-01"
    for moved in m.dub.more["card_moves"].rows:
        m.expect("GIFTCARD_INTERCOMPANY", "gift_card", f"dub/{moved['owner']}", -amount(moved["amount"]))


@defect("GIFTCARD_REFUND_DIFF")
def refund_to_no_card(m: Month) -> None:
    """A refund went to a gift card, says the shop; no card has more for it."""
    o = m.order(by_card)
    refund_by_card(o)
    m.expect("GIFTCARD_REFUND_DIFF", "refund", f"{o.key}/1", o.total)


def refund_by_card(o: Order) -> None:
    """The order was given back to a gift card: in the shop, by a credit note and by a payment."""
    side, at = o.side, o.captures[0]["Created At"].replace(o.captures[0]["Created At"][8:10], f"{o.on.day + 2:02d}", 1)
    row = {**o.captures[0], "Kind": "refund", "Created At": at}
    if "Id" in row:
        row["Id"] = str(8_900_000_000_000 + side.number())
    side.transactions.add(row)
    o.__dict__.pop("events", None)
    o.head.update({"Refunded Amount": o.head["Total"], "Financial Status": "refunded"})
    invoice, day = o.invoice, at[:10]
    note = side.again(invoice)
    note |= {"Type": CREDIT_NOTE, "Reference": f"Reversal of: {invoice['Number']}, Shopify refund {o.name}", "Date": day, "Invoice/Bill Date": day, "Reversal of/ID": invoice["ID"], "Total Signed": f"-{note['Total']}"}
    for item in side.items_of(note):
        item |= {"Type": CREDIT_NOTE, "Reference": note["Reference"], "Date": day}
        rebalance(item, -amount(item["Balance"]))
    paid = side.again(o.moves(ENTRY)[0])
    paid |= {"Reference": f"Refund {o.name}", "Date": day}
    for item in side.items_of(paid):
        item |= {"Reference": paid["Reference"], "Date": day}
        rebalance(item, -amount(item["Balance"]))
    report(o, day, o.total)


def report(o: Order, day: str, back: Decimal) -> None:
    """The shop's own report of the day has the refund."""
    for row in o.side.more["report"].where(Day=day) if "report" in o.side.more else ():
        for column in ("Returns", "Net sales", "Total sales"):
            row[column] = str(amount(row[column]) - back)


@defect("REFUND_EXCEEDS_CAPTURE")
def refund_too_much(m: Month) -> None:
    """More was refunded to a card than was ever captured, and credited and paid so."""
    o = m.order(lambda o: by_card(o) and o.side.name == "pdx")
    refund_by_card(o)
    day = o.refunds[0]["Created At"][:10]
    o.refunds[0]["Amount"] = str(o.total + 10)
    note = o.moves(CREDIT_NOTE)[0]
    for row, account in ((note, "sales"), (next(x for x in o.moves(ENTRY) if x["Reference"].startswith("Refund")), "gift_card_liability")):
        receivable = next(i for i in o.side.items_of(row) if i["Account/Code"] == o.side.chart["receivable"])
        other = next(i for i in o.side.items_of(row) if i["Account/Code"] == o.side.chart[account])
        sign = -1 if amount(receivable["Balance"]) < 0 else 1
        rebalance(receivable, amount(receivable["Balance"]) + sign * 10)
        rebalance(other, amount(other["Balance"]) - sign * 10)
        row["Total"] = str(amount(row["Total"]) + 10)
    note["Untaxed Amount"] = str(amount(note["Untaxed Amount"]) + 10)
    o.head["Refunded Amount"] = str(o.total + 10)
    report(o, day, Decimal(10))
    number, side = str(o.side.number()), o.side
    moved = movement_of(o)
    row = card_of(o)
    side.more["card_moves"].add({**moved, "id": number, "kind": "Credit", "amount": str(o.total + 10), "at": f"{utc(o.refunds[0]['Created At']):%Y-%m-%dT%H:%M:%SZ}"})
    row["Balance"] = str(amount(row["Balance"]) + o.total + 10)
    m.expect("REFUND_EXCEEDS_CAPTURE", "order", o.key, Decimal(10))


def by_credit(o: Order) -> bool:
    return o.gateway == "shopify_store_credit"


@defect("STORE_CREDIT_DIFF")
def credit_balance_jumps(m: Month) -> None:
    """The balance of an account of store credit is 3.00 more than its movements make."""
    o = m.order(by_credit)
    moved = o.side.more["credit_moves"].where(order=o.name)[0]
    moved["balance"] = str(amount(moved["balance"]) + 3)
    m.expect("STORE_CREDIT_DIFF", "store_credit", f"{o.side.name}/{moved['owner']}", Decimal(3))


@defect("STORE_CREDIT_DIFF")
def credit_of_another_amount(m: Month) -> None:
    """An order took 2.00 more from store credit than was moved for it."""
    o = m.order(by_credit)
    moved = o.side.more["credit_moves"].where(order=o.name)[0]
    moved |= {"amount": str(amount(moved["amount"]) + 2), "balance": str(amount(moved["balance"]) + 2)}
    m.expect("STORE_CREDIT_DIFF", "order", o.key, Decimal(2))


@defect("STORE_CREDIT_DIFF", night="balances")
def credit_booked_away(m: Month) -> None:
    """Somebody booked 17.00 of the liability of store credit to the revenue."""
    side = m.rng.choice(list(m.sides.values()))
    by = Decimal(17)
    side.book(ENTRY, f"2026-06-{m.rng.randrange(2, 4):02d}", "MISC", "Clean-up", [(side.chart["store_credit"], by, "clean-up"), (side.chart["sales"], -by, "clean-up")])
    m.expect("STORE_CREDIT_DIFF", "account_balance", f"{side.entity}/gift_card_liability/{side.chart['store_credit']}/{side.currency}", by)


# ------------------------------------------------------------------ disputes


def charged_back(o: Order) -> bool:
    return any(x.get("Type") == "chargeback" for x in o.lines)


def list_dispute(m: Month, o: Order, **cells: str) -> str:
    """One more dispute in the list. Returns the subject of a finding about it."""
    number = str(o.side.number())
    o.side.more["disputes"].add({"id": number, "order": o.name, "type": "CHARGEBACK", "status": "UNDER_REVIEW", "amount": str(o.total), "at": f"2026-06-{o.on.day:02d}T20:00:00Z", "due": "2026-06-28", "sent": "2026-06-20", "final": "", **cells})
    return f"{o.side.shopify}/{number}"


def on_shopify(o: Order) -> bool:
    return card(o) and o.gateway == "shopify_payments" and o.on.day <= 10


@defect("DISPUTE_LINE_MISSING")
def dispute_without_line(m: Month) -> None:
    """A dispute is listed that took no money."""
    o = m.order(on_shopify)
    m.expect("DISPUTE_LINE_MISSING", "dispute", list_dispute(m, o), o.total)


@defect("DISPUTE_LINE_MISSING")
def dispute_not_listed(m: Month) -> None:
    """The processor took money for a dispute that nobody lists."""
    o = m.order(on_shopify, payout=True)
    other = take_back(m, o)
    first = o.side.more["disputes"].rows[0]
    if first["at"] > f"{utc(other['Transaction Date']):%Y-%m-%dT%H:%M:%SZ}":
        first = next(x for x in m.orders() if x.side is o.side and x.plain)
        list_dispute(m, first, type="INQUIRY", at="2026-06-01T08:00:00Z", status="PREVENTED")
    m.expect("DISPUTE_LINE_MISSING", "settlement_line", line_key(o.account, other))


def take_back(m: Month, o: Order) -> Row:
    """A line that takes the sale back for a dispute, with its fee, in the payout of the sale."""
    line = o.lines[0]
    other = second(m, o, line)
    set_line(other, -o.total, Decimal("15.00"))
    other |= {"Type": "chargeback"}
    p = payout_of(m, line)
    adjust_payout(p, "chargeback", -o.total, Decimal("15.00"))
    return other


@defect("DISPUTE_CHAIN_DIFF")
def charged_back_twice(m: Month) -> None:
    """A sale was charged back a second time without having been won between."""
    o = m.order(charged_back, payout=True)
    back = next(x for x in o.lines if x["Type"] == "chargeback")
    other = second(m, o, back)
    adjust_payout(payout_of(m, back), "chargeback", amount(back["Amount"]), amount(back["Fee"]))
    assert other
    m.expect("DISPUTE_CHAIN_DIFF", "order", o.key)


def decide(m: Month, o: Order, **cells: str) -> str:
    row = o.side.more["disputes"].where(order=o.name)[0]
    row |= cells
    return f"{o.side.shopify}/{row['id']}"


@defect("DISPUTE_LOST_NOT_BOOKED")
def lost_and_kept(m: Month) -> None:
    """A dispute was lost and its money still stands as an asset."""
    o = m.order(charged_back)
    m.expect("DISPUTE_LOST_NOT_BOOKED", "dispute", decide(m, o, status="LOST", final="2026-06-19"), o.total)


@defect("DISPUTE_WON_NOT_PAID")
def won_and_kept(m: Month) -> None:
    """A dispute was won and its money did not come back."""
    o = m.order(charged_back)
    m.expect("DISPUTE_WON_NOT_PAID", "dispute", decide(m, o, status="WON", final="2026-06-11"), o.total)


@defect("DISPUTE_STALE")
def forgotten_dispute(m: Month) -> None:
    """A dispute has been under review since the winter."""
    o = m.order(on_shopify)
    m.expect("DISPUTE_STALE", "dispute", list_dispute(m, o, at="2026-02-02T10:00:00Z", due="2026-02-20", sent="2026-02-10"), o.total)


@defect("DISPUTE_EVIDENCE_DUE")
def evidence_not_sent(m: Month) -> None:
    """The evidence of a dispute is due in two days and was not sent."""
    o = m.order(charged_back)
    m.expect("DISPUTE_EVIDENCE_DUE", "dispute", decide(m, o, status="NEEDS_RESPONSE", due="2026-07-02", sent=""), o.total)


@defect("INQUIRY_MONEY")
def inquiry_took(m: Month) -> None:
    """What the list calls an inquiry took money."""
    o = m.order(charged_back)
    m.expect("INQUIRY_MONEY", "dispute", decide(m, o, type="INQUIRY"))


@defect("REFUND_AND_DISPUTE")
def refunded_and_taken_back(m: Month) -> None:
    """A payment was refunded, and then taken back by a dispute as well."""
    o = m.order(lambda o: len(o.refunds) == 1 and o.gateway == "shopify_payments" and o.head["Financial Status"] == "refunded" and len(o.lines) == 2 and o.on.day < 12, payout=True)
    line = next(x for x in o.lines if x["Type"] == "charge")
    other = second(m, o, line)
    set_line(other, -o.total, Decimal("15.00"))
    other["Type"] = "chargeback"
    adjust_payout(payout_of(m, line), "chargeback", -o.total, Decimal("15.00"))
    list_dispute(m, o, at=f"{utc(other['Transaction Date']):%Y-%m-%dT%H:%M:%SZ}")
    m.expect("REFUND_AND_DISPUTE", "order", o.key)


assert Entry and timedelta
