"""What goes wrong between payments, settlement lines, payouts, the bank and Odoo's clearing accounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from planted.month import ENTRY, Month, Order, Payout, amount, line_key, rebalance
from planted.playing import defect
from planted.sheets import Entry, moved


def card(o: Order) -> bool:
    """Paid once by a card whose report lists it."""
    return o.plain and len(o.lines) == 1 and o.gateway in ("shopify_payments", "stripe") and 2 <= o.on.day <= 15


@defect("BANK_FEE_UNEXPECTED")
def bank_keeps(m: Month) -> None:
    """The bank booked 4.75 less than was paid out."""
    p = m.payout(lambda p: p.total > 100)
    p.receipt.amount -= Decimal("4.75")
    m.expect("BANK_FEE_UNEXPECTED", "bank_line", p.bank_key(), Decimal("4.75"))


@defect("BANK_UNEXPLAINED")
def bank_credit_of_nobody(m: Month) -> None:
    """A credit with the processor's name that no payout explains."""
    side = m.rng.choice(list(m.sides.values()))
    on = m.rng.choice([d.on for d in side.bank.days if 5 <= d.on.day <= 20])
    side.bank.entries.append(Entry(on, Decimal("182.77"), f"X{on:%y%m%d}9001", "Shopify Inc", "SHOPIFY PAYOUT SHPFY999000222", "SHPFY999000222"))
    m.expect("BANK_UNEXPLAINED", "bank_line", f"{side.bank_name}/X{on:%y%m%d}9001", Decimal("182.77"))


@defect("BANK_UNEXPLAINED")
def bank_books_more(m: Month) -> None:
    """The bank booked more than was paid out."""
    p = m.payout(lambda p: p.total > 100)
    p.receipt.amount += Decimal("30.00")
    m.expect("BANK_UNEXPLAINED", "bank_line", p.bank_key(), Decimal("30.00"))


@defect("PAYOUT_NOT_IN_BANK")
def drop_receipt(m: Month) -> None:
    """The money of a payout never reached the bank."""
    p = m.payout(lambda p: p.on.day <= 16)
    p.side.bank.entries.remove(p.receipt)
    m.expect("PAYOUT_NOT_IN_BANK", "payout", p.key, p.total)


@defect("LATENCY_BREACH")
def receipt_before_payout(m: Month) -> None:
    """The bank line of a payout is older than the payout."""
    p = m.payout(lambda p: p.on.day >= 10)
    p.receipt.on = max(d.on for d in p.side.bank.days if d.on <= p.on - timedelta(days=4))
    m.expect("LATENCY_BREACH", "bank_line", p.bank_key())


@defect("STATEMENT_GAP", alone=True)
def lose_statement(m: Month) -> None:
    """One day's statement is missing; it held no payout."""
    side = m.rng.choice(list(m.sides.values()))
    moving = {e.on for e in side.bank.entries}
    paid = {e.on for e in side.bank.entries if e.amount > 0}
    day = m.rng.choice([d for d in side.bank.days[1:-1] if d.on in moving - paid])
    day.left_out = True
    after = side.bank.days[side.bank.days.index(day) + 1]
    m.expect("STATEMENT_GAP", "bank_line", f"{side.bank_name}/{side.bank_name}-{after.number}")


@defect("PAYOUT_NOT_DECOMPOSED")
def drop_line(m: Month) -> None:
    """A line that belongs to no order is missing in the report: the rest does not sum to the payout."""
    p = m.payout(lambda p: any(x.get("Type") == "adjustment" for x in p.lines), account="dub-shopify")
    gone = next(x for x in p.lines if x["Type"] == "adjustment")
    p.side.lines.drop([gone])
    m.expect("PAYOUT_NOT_DECOMPOSED", "payout", p.key, amount(gone["Net"]))


@defect("PAYOUT_SUMMARY_DIFF")
def shift_bucket(m: Month) -> None:
    """The list of payouts calls 12.00 of the charges an adjustment."""
    p = m.payout(account=m.rng.choice(["pdx-shopify", "dub-shopify"]))
    p.listed |= {"Charges": str(amount(p.listed["Charges"]) - 12), "Adjustments": str(amount(p.listed["Adjustments"]) + 12)}
    m.expect("PAYOUT_SUMMARY_DIFF", "payout", p.key)


@defect("PAYOUT_STATUS_CONFLICT")
def payout_failed(m: Month) -> None:
    """A payout failed that Odoo has booked as paid; its money never came."""
    p = fail(m)
    p.side.bank.entries.remove(p.receipt)


@defect("PAYOUT_STATUS_CONFLICT")
def failed_and_arrived(m: Month) -> None:
    """The processor calls a payout failed that is booked and whose money is at the bank."""
    fail(m)


def fail(m: Month) -> Payout:
    p = m.payout(account=m.rng.choice(["pdx-shopify", "dub-shopify"]))
    p.listed["Status"] = "failed"
    for line in p.lines:
        line["Payout Status"] = "failed"
    m.expect("PAYOUT_STATUS_CONFLICT", "payout", p.key, p.total)
    return p


@defect("PAYOUT_NOT_POSTED")
def drop_entry(m: Month) -> None:
    """Odoo has no entry of a payout."""
    p = m.payout(lambda p: p.on.day <= 18)
    p.side.unbook(p.entry)
    m.expect("PAYOUT_NOT_POSTED", "payout", p.key, p.total)


@defect("POSTED_TWICE")
def double_entry(m: Month) -> None:
    """Odoo has the entry of a payout twice."""
    p = m.payout()
    p.side.again(p.entry)
    m.expect("POSTED_TWICE", "payout", p.key, p.total)


@defect("POSTED_DIFFERENT")
def entry_of_another_amount(m: Month) -> None:
    """The entry of a payout has 10.00 of the fees on the clearing account."""
    p = m.payout(lambda p: p.total > 100)
    fees, clearing = p.part(p.side.fees[p.account]), p.part(p.side.clearing[p.account])
    rebalance(fees, amount(fees["Balance"]) - 10)
    rebalance(clearing, amount(clearing["Balance"]) + 10)
    m.expect("POSTED_DIFFERENT", "payout", p.key)


@defect("POSTED_DIFFERENT")
def entry_in_another_month(m: Month) -> None:
    """The entry of a payout is dated in May."""
    p = m.payout()
    for row in (p.entry, *p.side.items_of(p.entry)):
        row["Date"] = "2026-05-31"
    m.expect("POSTED_DIFFERENT", "payout", p.key)


@defect("CLEARING_FOREIGN_ENTRY")
def foreign_entry(m: Month) -> None:
    """Somebody booked 41.30 from a clearing account to the bank charges."""
    side = m.rng.choice(list(m.sides.values()))
    account = m.rng.choice(sorted(side.clearing))
    by = Decimal("41.30")
    move = side.book(ENTRY, f"2026-06-{m.rng.randrange(3, 26):02d}", "MISC", "Clear old differences", [(side.chart["bank_charges"], by, "old"), (side.clearing[account], -by, "old")])
    m.expect("CLEARING_FOREIGN_ENTRY", "odoo_document", side.document(move), by)


@defect("ERP_PAYMENT_DUPLICATE")
def double_payment(m: Month) -> None:
    """A payment is registered twice in Odoo."""
    o = m.order(card)
    o.side.again(o.moves(ENTRY)[0])
    m.expect("ERP_PAYMENT_DUPLICATE", "order", o.key, o.total)


@defect("PAYMENT_STATE_DIFF")
def payment_on_another_account(m: Month) -> None:
    """The payment is registered in the journal of another processor."""
    o = m.order(card)
    entry = o.moves(ENTRY)[0]
    account, journal = {"pdx-shopify": ("pdx-stripe", "PSTR"), "pdx-stripe": ("pdx-shopify", "PSHP"), "dub-shopify": ("dub-klarna", "PKLA")}[o.account]
    item = next(i for i in o.side.items_of(entry) if i["Account/Code"] == o.side.clearing[o.account])
    item["Account/Code"] = o.side.clearing[account]
    for row in (entry, *o.side.items_of(entry)):
        row["Journal/Sequence Prefix"] = journal
    m.expect("PAYMENT_STATE_DIFF", "order", o.key)


@defect("GIFTCARD_TENDER_WRONG")
def gift_card_on_clearing(m: Month) -> None:
    """What a gift card paid is booked on the clearing account of a processor."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card")
    entry = o.moves(ENTRY)[0]
    item = next(i for i in o.side.items_of(entry) if i["Account/Code"] == o.side.chart["gift_card_liability"])
    item["Account/Code"] = o.side.clearing[o.side.shopify]
    m.expect("GIFTCARD_TENDER_WRONG", "order", o.key, o.total)


@defect("GATEWAY_UNMAPPED")
def unknown_gateway(m: Month) -> None:
    """A payment came by a gateway that gateways.csv does not know."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card")
    o.events[0]["Gateway"] = "fjord_pay_later"
    o.head["Payment Method"] = "fjord_pay_later"
    m.expect("GATEWAY_UNMAPPED", "order_transaction", o.event(o.events[0]), o.total)


@defect("PAYMENT_SUM_DIFF")
def short_payment(m: Month) -> None:
    """The order says that it was paid, its payments are 4.60 short; processor and books have what came."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card" and o.total > 10)
    o.events[0]["Amount"] = str(o.total - Decimal("4.60"))
    m.expect("PAYMENT_SUM_DIFF", "order", o.key, Decimal("4.60"))


@defect("TX_PENDING_OLD")
def pending_for_weeks(m: Month) -> None:
    """A payment by card has been pending since the order."""
    o = m.order(lambda o: card(o) and o.on.day < 12, payout=True)
    unsettle(m, o, o.lines[0])
    o.events[0]["Status"] = "pending"
    o.head.update({"Financial Status": "pending", "Paid at": "", "Outstanding Balance": o.head["Total"]})
    unpay(o)
    m.expect("TX_PENDING_OLD", "order_transaction", o.event(o.events[0]))


def unpay(o: Order) -> None:
    for move in o.moves(ENTRY):
        o.side.paid.drop([p for p in o.side.paid.rows if p["Journal Entry/ID"] == move["ID"]])
        o.side.unbook(move)


@defect("TEST_DATA")
def test_payment(m: Month) -> None:
    """A payment by the shop's test gateway stands in the books."""
    o = m.order(lambda o: len(o.events) == 1 and o.gateway == "gift_card")
    o.events[0]["Gateway"] = "bogus"
    o.head["Payment Method"] = "bogus"
    m.expect("TEST_DATA", "order_transaction", f"{o.key}/*")


@defect("CAPTURE_EXCEEDS_AUTH")
def capture_too_much(m: Month) -> None:
    """More was captured than was authorised."""
    o = m.order(card)
    sale = o.events[0]
    o.side.transactions.add({**sale, "Kind": "authorization", "Amount": str(o.total - 5), "Created At": moved(sale["Created At"], lambda t: t - timedelta(seconds=20)), **({"Id": "8999000000001"} if "Id" in sale else {})})
    sale["Kind"] = "capture"
    m.expect("CAPTURE_EXCEEDS_AUTH", "order", o.key, Decimal("5.00"))


@defect("UNSETTLED_OVERDUE")
def drop_capture(m: Month) -> None:
    """A captured payment is in no report of the processor, and was paid out by nobody."""
    o = m.order(card, payout=True)
    unsettle(m, o, o.lines[0])
    m.expect("UNSETTLED_OVERDUE", "order_transaction", o.event(o.events[0]), o.total)


def payout_of(m: Month, line: dict[str, str]) -> Payout:
    wanted = line.get("Payout ID") or line["automatic_payout_id"]
    return next(p for p in m.payouts() if p.id == wanted)


def adjust_payout(p: Payout, kind: str, gross: Decimal, fee: Decimal) -> None:
    """The payout, its receipt and its entry follow a line of this kind that came or changed."""
    receipt, entry, net = p.receipt, p.entry, gross - fee
    column = {"charge": "Charges", "refund": "Refunds"}.get(kind, "Adjustments")
    if "Total" in p.listed:
        sign = -1 if p.side.name == "pdx" else 1
        p.listed |= {column: str(amount(p.listed[column]) + gross), "Fees": str(amount(p.listed["Fees"]) + sign * fee), "Total": str(amount(p.listed["Total"]) + net)}
    else:
        p.listed |= {"gross": str(amount(p.listed["gross"]) - net), "net": str(amount(p.listed["net"]) - net)}
    receipt.amount += net
    clearing, chart = p.side.clearing[p.account], p.side.chart
    account = {"charge": clearing, "refund": clearing, "chargeback": chart["disputed_funds"]}.get(kind, chart["processor_adjustments"])
    for code, by in ((chart["payouts_in_transit"], net), (account, -gross), (chart["chargeback_fees"] if kind == "chargeback" else p.side.fees[p.account], fee)):
        items = [i for i in p.side.items_of(entry) if i["Account/Code"] == code]
        if items:
            rebalance(items[0], amount(items[0]["Balance"]) + by)
        elif by:
            p.side.item(entry, code, by, p.id)


def cells(line: dict[str, str]) -> tuple[str, str, str]:
    return ("gross", "fee", "net") if "gross" in line else ("Amount", "Fee", "Net")


def set_line(line: dict[str, str], gross: Decimal, fee: Decimal) -> None:
    one, two, three = cells(line)
    line |= {one: str(gross), two: str(fee), three: str(gross - fee)}
    if "Presentment Amount" in line:
        line["Presentment Amount"] = str(abs(gross)) if line["Presentment Currency"] == line["Currency"] else line["Presentment Amount"]
    else:
        line["customer_facing_amount"] = str(gross)


def unsettle(m: Month, o: Order, line: dict[str, str]) -> None:
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    adjust_payout(payout_of(m, line), "charge", -gross, -fee)
    (o.side.stripe if "gross" in line else o.side.lines).drop([line])


@defect("SETTLED_AMOUNT_DIFF")
def settle_less(m: Month) -> None:
    """The processor settled 1.50 less than was captured, and paid out and was booked so."""
    o = m.order(card, payout=True)
    line = o.lines[0]
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    by = Decimal("1.50")
    percent = {"pdx-shopify": "2.5", "pdx-stripe": "2.9", "dub-shopify": "1.9"}[o.account]
    less = gross - by
    new = (less * Decimal(percent) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") + (Decimal("0.25") if o.side.name == "dub" else Decimal("0.30"))
    adjust_payout(payout_of(m, line), "charge", -by, new - fee)
    set_line(line, less, new)
    m.expect("SETTLED_AMOUNT_DIFF", "order_transaction", o.event(o.events[0]), by)


@defect("SETTLED_TWICE")
def settle_twice(m: Month) -> None:
    """One capture is settled by two lines of a payout."""
    o = m.order(card, payout=True)
    line = o.lines[0]
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    adjust_payout(payout_of(m, line), "charge", gross, fee)
    second(m, o, line)
    m.expect("SETTLED_TWICE", "order_transaction", o.event(o.events[0]), o.total)


def second(m: Month, o: Order, line: dict[str, str]) -> dict[str, str]:
    """The line once more, two minutes later."""
    if "gross" in line:
        other = {**line, "balance_transaction_id": f"txn_9{m.rng.randrange(10**9)}", "source_id": f"ch_9{m.rng.randrange(10**9)}", "charge_id": f"ch_9{m.rng.randrange(10**9)}"}
        return o.side.stripe.add(other)
    return o.side.lines.add({**line, "Transaction Date": moved(line["Transaction Date"], lambda t: t + timedelta(seconds=131))})


@defect("LINE_WITHOUT_ORDER")
def line_of_nobody(m: Month) -> None:
    """The processor settled a charge that no order of the shop explains."""
    p = m.payout(lambda p: p.total > 100)
    line = next(x for x in p.lines if (x.get("Type") or x.get("reporting_category")) == "charge")
    o = next(o for o in m.orders() if o.name == (line.get("Order") or "") and o.side is p.side or "gross" in line and line["payment_metadata[order_id]"] == o.head["Id"])
    gross, fee = Decimal("27.90"), {"pdx-shopify": Decimal("1.00"), "pdx-stripe": Decimal("1.11"), "dub-shopify": Decimal("0.78")}[p.account]
    other = second(m, o, line)
    set_line(other, gross, fee)
    if "gross" in other:
        other |= {"payment_metadata[order_id]": "", "description": "Harbour & Pine", "payment_intent_id": f"pi_9{m.rng.randrange(10**9)}"}
    else:
        other |= {"Order": "", "Checkout": "#4109090909", "Presentment Amount": str(gross), "Presentment Currency": p.side.currency}
    adjust_payout(p, "charge", gross, fee)
    m.expect("LINE_WITHOUT_ORDER", "settlement_line", line_key(p.account, other), gross)


@defect("FEE_OVERCHARGED")
def fee_too_high(m: Month) -> None:
    """The fee of a charge is 2.40 above the schedule."""
    change_fee(m, "FEE_OVERCHARGED", Decimal("2.40"))


@defect("FEE_UNDERCHARGED")
def fee_too_low(m: Month) -> None:
    """The fee of a charge is 0.40 below the schedule."""
    change_fee(m, "FEE_UNDERCHARGED", Decimal("-0.40"))


def change_fee(m: Month, code: str, by: Decimal) -> None:
    o = m.order(card, payout=True)
    line = o.lines[0]
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    adjust_payout(payout_of(m, line), "charge", Decimal(0), by)
    set_line(line, gross, fee + by)
    m.expect(code, "settlement_line", line_key(o.account, line), by)


@defect("TYPE_UNKNOWN")
def unknown_type(m: Month) -> None:
    """A line has a type that nobody knows."""
    p = m.payout(lambda p: any(x.get("Type") == "adjustment" for x in p.lines), account="pdx-shopify")
    line = next(x for x in p.lines if x["Type"] == "adjustment")
    line["Type"] = "orbit_rebate"
    m.expect("TYPE_UNKNOWN", "settlement_line", line_key(p.account, line))


@defect("REFUND_OUTSIDE_SHOPIFY")
def refund_at_processor(m: Month) -> None:
    """A refund was made at the processor; the shop does not know it."""
    o = m.order(card, payout=True)
    line = o.lines[0]
    other = second(m, o, line)
    gross = -(o.total / 3).quantize(Decimal("0.01"))
    set_line(other, gross, Decimal(0))
    if "gross" in other:
        other |= {"reporting_category": "refund", "source_id": f"re_9{m.rng.randrange(10**9)}"}
    else:
        other |= {"Type": "refund", "Presentment Amount": str(-gross), "Presentment Currency": o.side.currency}
    adjust_payout(payout_of(m, line), "refund", gross, Decimal(0))
    m.expect("REFUND_OUTSIDE_SHOPIFY", "settlement_line", line_key(o.account, other), gross)


@defect("REFUND_UNSETTLED")
def drop_refund_line(m: Month) -> None:
    """The processor never took a refund back from a payout."""
    o = m.order(lambda o: len(o.refunds) == 1 and o.gateway in ("shopify_payments", "stripe") and len(o.lines) == 2, payout=True)
    line = next(x for x in o.lines if (x.get("Type") or x.get("reporting_category")) == "refund")
    gross, fee, _ = (amount(line[name]) for name in cells(line))
    adjust_payout(payout_of(m, line), "refund", -gross, -fee)
    (o.side.stripe if "gross" in line else o.side.lines).drop([line])
    m.expect("REFUND_UNSETTLED", "refund", f"{o.key}/1", -gross)


assert date
