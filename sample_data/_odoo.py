"""Odoo's books of one company, and their extracts as the Export dialog of Odoo 19 writes them."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from _orders import INVOICE_EXTRA, SALE_ORDER_EXTRA, TAX_EXTRA, Order, Transaction
from _settle import UNLISTED, Payout
from _world import AS_OF, Store, number, utc, write_odoo

WRITTEN = f"{AS_OF} 05:20:00"
INVOICE, CREDIT_NOTE, ENTRY = "Customer Invoice", "Customer Credit Note", "Journal Entry"
TITLES = {"receivable": "Accounts Receivable", "sales": "Product Sales", "shipping": "Shipping Income", "tax": "Tax Payable", "tips": "Tips Received"}


@dataclass
class Item:
    """A journal item; debit positive."""

    role: str
    account: str
    balance: int
    label: str = ""
    tax: str = ""
    residual: int = 0
    matching: str = ""


@dataclass
class Move:
    """An account.move: invoice, credit note, payment or payout entry."""

    type: str
    on: date
    journal: str
    ref: str
    order: Order | None = None
    items: list[Item] = field(default_factory=list)
    total: int = 0
    tax: int = 0
    residual: int = 0
    reverses: Move | None = None
    payment: Transaction | None = None
    payout: Payout | None = None
    xid: str = ""
    id: int = 0
    number: str = ""

    @property
    def signed(self) -> int:
        return -self.total if self.type == CREDIT_NOTE else self.total


@dataclass
class SaleOrder:
    order: Order
    total: int
    tax: int
    second: bool = False
    id: int = 0

    @property
    def number(self) -> str:
        return f"S{self.id:05d}"


class Books:
    """The company's documents, numbered in the order of their dates."""

    def __init__(self, store: Store, orders: list[Order], payouts: list[Payout]):
        self.store, self.orders = store, orders
        self.sales = [sale for order in orders for sale in _sales(order)]
        for position, sale in enumerate(self.sales, 1):
            sale.id = position
        self.origin = {sale.order.number: sale.number for sale in self.sales if not sale.second}
        self.moves = [move for order in orders for move in _order_moves(order)]
        self.moves += [_entry(p, copy) for p in payouts for copy in range(p.posted)]
        self.moves.sort(key=lambda m: (m.on, (INVOICE, CREDIT_NOTE, ENTRY).index(m.type), m.order.number if m.order else 0))
        self._number()

    def _number(self) -> None:
        serial: Counter[str] = Counter()
        for position, move in enumerate(self.moves, 1):
            prefix = "RINV" if move.type == CREDIT_NOTE else move.journal
            period = f"{move.on:%Y/%m}" if move.payout else f"{move.on:%Y}"
            serial[prefix] += 1
            move.id, move.number = position, f"{prefix}/{period}/{serial[prefix]:0{4 if move.payout else 5}d}"
            move.xid = move.xid or _export_id("account_move", position)
        for move in self.moves:
            if move.reverses:
                move.ref = f"Reversal of: {move.reverses.number}, {move.ref}"

    def write(self, folder: Path) -> dict[str, int]:
        """All extracts. Returns the rows per canonical table."""
        items = [(move, item) for move in self.moves for item in move.items]
        payments = [move for move in self.moves if move.payment]
        files = {
            "Sales Order (sale.order).csv": map(self._sale_row, self.sales), "Journal Entry (account.move).csv": map(self._move_row, self.moves),
            "Journal Item (account.move.line).csv": self._item_rows(items),
            "Payments (account.payment).csv": (self._payment_row(position, move) for position, move in enumerate(payments, 1)),
            "Account (account.account).csv": self._account_rows(), "Journal (account.journal).csv": self._journal_rows(),
        }  # fmt: skip
        for name, rows in files.items():
            write_odoo(folder / name, rows)
        return {
            "odoo_sale_order": len(self.sales), "odoo_move": len(self.moves), "odoo_journal_item": len(items), "odoo_payment": len(payments),
            "odoo_account": len(self.chart()), "odoo_journal": len(self.journals()),
        }  # fmt: skip

    def chart(self) -> dict[str, str]:
        """Title of each account code."""
        titles = {code: TITLES.get(role, role.replace("_", " ").title()) for role, code in self.store.chart.items()}
        for account in self.store.accounts:
            titles |= {account.clearing: f"{account.name} Clearing", account.fees: f"{account.name} Fees"}
        return dict(sorted(titles.items()))

    def journals(self) -> list[tuple[str, str, str, str]]:
        chart = self.store.chart
        rows = [("INV", "Sales", "Sales", chart["sales"]), (self.store.journal, "Processor Payouts", "Miscellaneous", "")]
        rows += [("BNK1", "Bank", "Bank", chart["bank"])]
        rows += [(a.payment_journal, f"Payments {a.name}", "Bank", a.clearing) for a in self.store.accounts]
        return rows + [("PGFT", "Gift Cards", "Bank", chart["gift_card_liability"]), ("POTH", "Other Gateways", "Bank", chart["other_clearing"])]

    def _sale_row(self, sale: SaleOrder) -> dict[str, object]:
        order, void = sale.order, sale.order.kind == "VOID"
        status = "Nothing to Invoice" if void else "To Invoice" if sale.second or order.kind in ("NOT_INVOICED", "PENDING") else "Fully Invoiced"
        return {
            "External ID": _export_id("sale_order", sale.id), "ID": sale.id, "Order Reference": sale.number, "Customer Reference": order.name,
            "Source Document": order.name, "Status": "Cancelled" if void else "Sales Order", "Invoice Status": status,
            "Order Date": f"{utc(self.store, order.at) + timedelta(seconds=55):%Y-%m-%d %H:%M:%S}", "Company": self.store.company, "Customer": order.person,
            "Customer/Email": order.email, "Currency": self.store.currency, "Untaxed Amount": number(sale.total - sale.tax), "Taxes": number(sale.tax),
            "Total": number(sale.total), "Delivery Status": "Fully Delivered" if status == "Fully Invoiced" else "", "Last Updated on": WRITTEN,
        }  # fmt: skip

    def _move_row(self, move: Move) -> dict[str, object]:
        document, order = move.type != ENTRY, move.order
        paid = "Paid" if document and not move.residual else "Partially Paid" if document and move.residual < move.total else "Not Paid"
        return {
            "External ID": move.xid, "ID": move.id, "Number": move.number, "Type": move.type, "Status": "Posted", "Payment Status": paid,
            "Company": self.store.company, "Journal/Sequence Prefix": move.journal, "Date": move.on, "Invoice/Bill Date": move.on if document else "",
            "Partner/ID": _partner(order), "Partner/Email": order.email if order and document else "", "Reference": move.ref,
            "Payment Reference": move.number if move.type == INVOICE else "", "Origin": self.origin.get(order.number, "") if order and document else "",
            "Reversal of/ID": move.reverses.id if move.reverses else "", "Currency": self.store.currency,
            "Untaxed Amount": number(move.total - move.tax) if document else 0.0, "Tax": number(move.tax), "Total": number(move.total),
            "Amount Due": number(move.residual), "Total Signed": number(move.signed), "Last Updated on": WRITTEN,
        }  # fmt: skip

    def _item_rows(self, items: list[tuple[Move, Item]]) -> Iterator[dict[str, object]]:
        for position, (move, item) in enumerate(items, 1):
            term = item.role == "receivable" and move.type != ENTRY
            yield {
                "External ID": f"{move.xid}.{item.role}" if move.payout else _export_id("account_move_line", position), "ID": position,
                "Journal Entry/External ID": move.xid, "Journal Entry/ID": move.id, "Journal Entry/Number": move.number, "Type": move.type,
                "Status": "Posted", "Date": move.on, "Company": self.store.company, "Journal/Sequence Prefix": move.journal, "Account/Code": item.account,
                "Partner/ID": _partner(move.order), "Reference": move.ref, "Label": item.label,
                "Debit": number(max(item.balance, 0)), "Credit": number(max(-item.balance, 0)), "Balance": number(item.balance),
                "Amount in Currency": number(item.balance), "Currency": self.store.currency, "Residual Amount": number(item.residual),
                "Originator Tax": item.tax, "Quantity": 0.0 if term else 1.0,
                "Display Type": "Payment Term" if term else "Tax" if item.tax else "Product",
                "Reconciled": "True" if item.matching else "", "Matching #": item.matching, "Originator Payment": move.number if move.payment else "",
                "Last Updated on": WRITTEN,
            }  # fmt: skip

    def _payment_row(self, position: int, move: Move) -> dict[str, object]:
        back = move.payment.kind == "refund"
        return {
            "External ID": _export_id("account_payment", position), "ID": position, "Number": move.number, "Date": move.on, "State": "Paid",
            "Payment Type": "Send" if back else "Receive", "Partner/ID": _partner(move.order), "Amount": number(move.total),
            "Amount Company Currency Signed": number(-move.total if back else move.total), "Currency": self.store.currency,
            "Journal/Sequence Prefix": move.journal, "Memo": move.ref, "Is Reconciled": "True" if move.items[1].matching else "",
            "Is Matched With a Bank Statement": "",
            "Journal Entry/ID": move.id, "Outstanding Account/Code": move.items[0].account, "Company": self.store.company, "Last Updated on": WRITTEN,
        }  # fmt: skip

    def _account_rows(self) -> Iterator[dict[str, object]]:
        for position, (code, title) in enumerate(self.chart().items(), 1):
            kind = {"1": "Current Assets", "2": "Current Liabilities", "3": "Income", "4": "Income", "6": "Expenses", "7": "Expenses"}[code[0]]
            yield {
                "External ID": _export_id("account_account", position), "ID": position, "Code": code, "Account Name": title,
                "Display Name": f"{code} {title}", "Type": kind, "Allow Reconciliation": "True" if kind == "Current Assets" else "",
                "Companies": self.store.company, "Active": "True",
            }  # fmt: skip

    def _journal_rows(self) -> Iterator[dict[str, object]]:
        titles = self.chart()
        for position, (code, name, kind, account) in enumerate(self.journals(), 1):
            yield {
                "External ID": _export_id("account_journal", position), "ID": position, "Sequence Prefix": code, "Journal Name": name, "Type": kind,
                "Company": self.store.company, "Currency": "", "Default Account": f"{account} {titles[account]}" if account else "", "Active": "True",
            }  # fmt: skip


def _export_id(model: str, number: int) -> str:
    """As Odoo mints it at the first export; its random part is repeatable here."""
    return f"__export__.{model}_{number}_{zlib.crc32(f'{model}/{number}'.encode()):08x}"


def _partner(order: Order | None) -> int | str:
    return 2000 + order.number if order else ""


def _sales(order: Order) -> Iterator[SaleOrder]:
    if order.kind in ("SO_MISSING", "VOID_WITHOUT_SO"):
        return
    rounding = 1 if order.kind == "ROUNDING" and not order.store.inclusive else 0
    extra = SALE_ORDER_EXTRA if order.kind == "SO_TOTAL_DIFF" else 0
    yield SaleOrder(order, order.total + extra + rounding, order.tax + rounding)
    if order.kind == "SO_DUPLICATE":
        yield SaleOrder(order, order.total, order.tax, second=True)


def _order_moves(order: Order) -> Iterator[Move]:
    """Invoice, credit notes and payments of one order."""
    invoice = None
    if order.kind not in ("SO_MISSING", "VOID", "VOID_WITHOUT_SO", "PENDING", "NOT_INVOICED"):
        invoice = _invoice(order)
        yield invoice
    if order.kind == "INVOICE_DUPLICATE":
        yield _invoice(order, unpaid=True)
    if order.kind == "CREDIT_NOTE_WITHOUT_REFUND":
        amount, reference = order.total // 3, "goodwill"
        yield _credit_note(order, invoice, amount, order.at.date() + timedelta(days=2), reference, unpaid=True)
    for t in order.refunds if order.kind != "REFUND_NOT_CREDITED" else []:
        yield _credit_note(order, invoice, t.amount, t.at.date(), f"Shopify refund {order.name}")
    for t in order.transactions:
        if t.status == "success" and order.kind != "SO_MISSING" and not (t.kind == "refund" and order.kind == "REFUND_NOT_CREDITED"):
            yield _payment(order, t)


def _invoice(order: Order, unpaid: bool = False) -> Move:
    store, chart, taxes = order.store, order.store.chart, list(order.taxes)
    total = order.total + (INVOICE_EXTRA if order.kind == "INVOICE_TOTAL_DIFF" else 0)
    if order.kind == "TAX_AMOUNT_DIFF":
        taxes[0] += TAX_EXTRA
    elif order.kind == "ROUNDING":
        taxes[0] += 1
        total += 0 if store.inclusive else 1
    shipping = order.shipping
    if store.inclusive:
        rate = order.zone.taxes[0][2]
        shipping -= (2 * shipping * rate // (100_000 + rate) + 1) // 2
    residual = total if unpaid else max(total - sum(t.amount for t in order.sales), 0)
    move = Move(INVOICE, AS_OF if order.kind == "CUTOFF_INVOICE" else order.at.date(), "INV", order.name, order, total=total, tax=sum(taxes), residual=residual)
    move.items = [
        Item("receivable", chart["receivable"], total, residual=residual, matching="" if residual else str(order.number)),
        Item("sales", chart["sales"], -(total - sum(taxes) - shipping - order.tip), "Goods"),
    ]
    if shipping:
        move.items.append(Item("shipping", chart["shipping"], -shipping, "Standard shipping"))
    move.items += [Item("tax", chart["tax"], -tax, name, name) for tax, (_, name, _) in zip(taxes, order.zone.taxes, strict=True) if tax]
    if order.tip:
        move.items.append(Item("tips", chart["tips"], -order.tip, "Tip"))
    return move


def _credit_note(order: Order, invoice: Move | None, amount: int, on: date, reference: str, unpaid: bool = False) -> Move:
    chart, taxes = order.store.chart, [amount * tax // order.total for tax in order.taxes]
    residual = amount if unpaid else 0
    move = Move(CREDIT_NOTE, on, "INV", reference, order, total=amount, tax=sum(taxes), residual=residual, reverses=invoice)
    move.items = [
        Item("receivable", chart["receivable"], -amount, residual=-residual, matching="" if unpaid else f"{order.number}R"),
        Item("sales", chart["sales"], amount - sum(taxes), "Goods"),
    ]
    move.items += [Item("tax", chart["tax"], tax, name, name) for tax, (_, name, _) in zip(taxes, order.zone.taxes, strict=True) if tax]
    return move


def _payment(order: Order, t: Transaction) -> Move:
    chart, back = order.store.chart, t.kind == "refund"
    account = next((a for a in order.store.accounts if a.processor == t.gateway), None)
    if account:
        journal, code = account.payment_journal, account.clearing
    else:
        journal, code = ("PGFT", chart["gift_card_liability"]) if t.gateway == "gift_card" else ("POTH", chart["other_clearing"])
    amount = -t.amount if back else t.amount
    reference = f"Refund {order.name}" if back else order.name
    move = Move(ENTRY, t.at.date(), journal, reference, order, total=t.amount, payment=t)
    matching = f"{order.number}R" if back else "" if order.kind == "NOT_INVOICED" else str(order.number)
    move.items = [
        Item("clearing", code, amount, f"Manual Payment: {reference}", residual=amount),
        Item("receivable", chart["receivable"], -amount, f"Manual Payment: {reference}", residual=0 if matching else -amount, matching=matching),
    ]
    return move


def entry_roles(payout: Payout) -> dict[str, int]:
    """What the payout's entry books, debit positive."""
    bucket = payout.buckets().get
    roles = {
        "payouts_in_transit": payout.amount, "clearing": -bucket("sale", 0) - bucket("refund", 0), "processing_fees": -bucket("fee", 0),
        "disputed_funds": -bucket("dispute", 0), "chargeback_fees": -bucket("dispute_fee", 0), "processor_reserve": -bucket("reserve", 0),
        "processor_adjustments": -bucket("adjustment", 0) + (UNLISTED if payout.plant == "PAYOUT_NOT_DECOMPOSED" else 0),
        "suspense": -bucket("unknown", 0),
    }  # fmt: skip
    if sum(roles.values()):
        raise AssertionError(f"{payout.key} does not balance")
    return {role: amount for role, amount in roles.items() if amount}


def _entry(payout: Payout, copy: int) -> Move:
    own = {"clearing": payout.account.clearing, "processing_fees": payout.account.fees}
    roles = entry_roles(payout)
    move = Move(ENTRY, payout.on, payout.store.journal, payout.id, total=sum(a for a in roles.values() if a > 0), payout=payout)
    move.xid = f"import.payout_{payout.id}" + ("_second" if copy else "")
    move.items = [Item(role, own.get(role) or payout.store.chart[role], amount, f"{payout.id} {role.replace('_', ' ')}") for role, amount in roles.items()]
    return move
