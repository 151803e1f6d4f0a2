"""What is true about the books: the exceptions that must be found, the state of every payout, counts and totals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from _odoo import CREDIT_NOTE, INVOICE, Books
from _orders import INVOICE_EXTRA, LINE_SHORT, SALE_ORDER_EXTRA, SHORT, TAX_EXTRA, Order
from _settle import BANK_KEPT, UNLISTED, BankEntry, Line, Payout
from _world import AS_OF, FIRST, LAST, Store, money, utc, write_csv

Answer = tuple[str, str, str, int]  # code, kind of subject, key, cents


def line_key(store: Store, line: Line) -> str:
    """Shopify's lines have no id, so they are described: `account/@moment|gross|net`."""
    if line.txn_id:
        return f"{line.account.name}/{line.txn_id}"
    return f"{line.account.name}/@{utc(store, line.at):%Y-%m-%dT%H:%M:%SZ}|{money(line.gross)}|{money(line.net)}"


def _of_order(o: Order) -> Iterator[Answer]:
    order_amount = {
        "SO_MISSING": o.total, "SO_DUPLICATE": o.total, "SO_TOTAL_DIFF": SALE_ORDER_EXTRA, "NOT_INVOICED": o.total, "INVOICE_TOTAL_DIFF": INVOICE_EXTRA,
        "INVOICE_DUPLICATE": o.total, "TAX_AMOUNT_DIFF": TAX_EXTRA, "CUTOFF_INVOICE": o.total, "PAYMENT_SUM_DIFF": SHORT,
    }  # fmt: skip
    if o.kind in order_amount:
        yield o.kind, "order", o.key, order_amount[o.kind]
    elif o.kind in ("UNSETTLED_OVERDUE", "SETTLED_TWICE", "GATEWAY_UNMAPPED", "SETTLED_AMOUNT_DIFF"):
        yield o.kind, "order_transaction", f"{o.key}/1", LINE_SHORT if o.kind == "SETTLED_AMOUNT_DIFF" else o.sales[0].amount
    elif o.kind in ("REFUND_NOT_CREDITED", "REFUND_UNSETTLED"):
        yield o.kind, "refund", f"{o.key}/1", o.refunded


def exceptions(store: Store, orders: list[Order], lines: list[Line], payouts: list[Payout], entries: list[BankEntry], books: Books) -> list[Answer]:
    """Everything that must be found; nothing else may be."""
    found = [answer for order in orders for answer in _of_order(order)]
    for line in lines:
        if line.flag in ("FEE_OVERCHARGED", "REFUND_OUTSIDE_SHOPIFY", "LINE_WITHOUT_ORDER", "TYPE_UNKNOWN"):
            amount = line.fee - line.account.fee(line.gross) if line.flag == "FEE_OVERCHARGED" else abs(line.gross)
            found.append((line.flag, "settlement_line", line_key(store, line), amount))
    for move in books.moves:
        if move.type == CREDIT_NOTE and move.order.kind == "CREDIT_NOTE_WITHOUT_REFUND":
            found.append((move.order.kind, "odoo_document", f"{store.company}/{move.number}", move.total))
    for p in payouts:
        if p.plant and p.plant != "BANK_FEE_UNEXPECTED":
            found.append((p.plant, "payout", p.key, UNLISTED if p.plant == "PAYOUT_NOT_DECOMPOSED" else p.amount))
    for e in entries:
        if e.plant:
            found.append((e.plant, "bank_line", f"{store.bank}/{e.key}", BANK_KEPT if e.payout else e.amount))
    return found


def payout_fact(p: Payout) -> dict[str, object]:
    """The proof of one payout. With noise on a line, or a fee kept by the bank, `proven` and `broken` are both right."""
    if p.plant in ("PAYOUT_NOT_DECOMPOSED", "PAYOUT_NOT_IN_BANK"):
        states = ["broken"]
    elif p.noisy or p.plant == "BANK_FEE_UNEXPECTED":
        states = ["proven", "broken"]
    else:
        states = ["proven"] if p.bank_amount is not None else ["in_transit"]
    return {
        "state": states[0], "accept": states, "entity": p.store.entity, "currency": p.store.currency, "paid_on": f"{p.on}", "payout_amount": money(p.amount),
        "lines_net": money(p.lines_net), "residual": money(p.amount - p.lines_net), "bank_amount": None if p.bank_amount is None else money(p.bank_amount),
        "bank_line_key": p.bank_key or None, "buckets": {name: money(amount) for name, amount in p.buckets().items()}, "odoo_entries": p.posted,
    }  # fmt: skip


def shown(store: Store, payouts: list[Payout]) -> list[Payout]:
    """Payouts the files name: paid ones, and the next scheduled one of Shopify."""
    upcoming = min((p.on for p in payouts if p.on > LAST and p.account is store.accounts[0]), default=LAST)
    return [p for p in payouts if p.on <= (upcoming if p.account is store.accounts[0] else LAST)]


def totals(orders: list[Order], lines: list[Line], payouts: list[Payout], entries: list[BankEntry], books: Books) -> dict[str, str]:
    """Control totals of one store. Lines are those the files show."""
    listed = [x for x in lines if x.account.processor != "stripe" or (x.payout and x.payout.on <= LAST)]
    return {
        "orders": money(sum(o.total for o in orders)), "taxes": money(sum(o.tax for o in orders)), "tips": money(sum(o.tip for o in orders)),
        "captured": money(sum(t.amount for o in orders for t in o.sales)), "refunded": money(sum(o.refunded for o in orders)),
        "lines_gross": money(sum(x.gross for x in listed)), "lines_fee": money(sum(x.fee for x in listed)), "lines_net": money(sum(x.net for x in listed)),
        "payouts_paid": money(sum(p.amount for p in payouts if p.on <= LAST)), "bank_credits": money(sum(e.amount for e in entries if e.amount > 0)),
        "bank_debits": money(sum(e.amount for e in entries if e.amount < 0)), "invoiced": money(sum(m.total for m in books.moves if m.type == INVOICE)),
        "credited": money(sum(m.total for m in books.moves if m.type == CREDIT_NOTE)),
    }  # fmt: skip


def write(out: Path, found: list[tuple[Answer, str]], facts: dict[str, object]) -> None:
    """answers.csv and answers.json; no subject may carry two causes."""
    twice = [key for key, count in Counter((kind, key) for (_, kind, key, _), _ in found).items() if count > 1]
    if twice:
        raise AssertionError(f"two causes on {twice}")
    rows = sorted((code, kind, key, money(amount), currency) for (code, kind, key, amount), currency in found)
    write_csv(out / "answers.csv", [("code", "subject_kind", "subject_key", "amount", "currency"), *rows])
    head = {"as_of": AS_OF.isoformat(), "month": f"{FIRST:%Y-%m}", "exceptions": dict(sorted(Counter(row[0] for row in rows).items()))}
    (out / "answers.json").write_text(json.dumps(head | facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
