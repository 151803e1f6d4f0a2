"""The month's orders: what was bought, how it was paid and refunded, and which order carries which twist or planted break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from _world import FIRST, LAST, SETTLED, Account, Store, Zone, at

PRODUCTS = [
    ("Harbour House Blend 340 g", "HP-COF-01", 1650), ("Pine Ridge Espresso 340 g", "HP-COF-02", 1790), ("Night Ferry Decaf 340 g", "HP-COF-03", 1725),
    ("Single Origin, Huila", "HP-COF-04", 2140), ("Sampler Box, Four Roasts", "HP-COF-05", 3890), ("Tidal Mug", "HP-CER-01", 2460),
    ("Tidal Mug, Pair", "HP-CER-02", 4590), ("Espresso Cup, Set of 4", "HP-CER-03", 5275), ('Serving Plate 10"', "HP-CER-04", 3980),
    ("Speckled Bowl", "HP-CER-05", 2915), ("Carafe with Lid", "HP-CER-06", 6840), ("Pour-over Dripper", "HP-BRW-01", 3355),
    ("Paper Filters (100)", "HP-BRW-02", 795), ("Hand Grinder", "HP-BRW-03", 9460), ("Gooseneck Kettle 0.8 l", "HP-BRW-04", 8285),
]  # fmt: skip
FIRST_NAMES = ["Aoife", "Bram", "Cora", "Desmond", "Edie", "Fionn", "Greta", "Hugo", "Jorah", "Kit", "Léa", "Maeve", "Orla", "Pádraig", "Søren", "Tilda"]
LAST_NAMES = ["Ashdown", "Brannigan", "Calder", "Doyle", "Estrada", "Fenwick", "Holm", "Ibsen", "Keane", "Lindqvist", "Moreau", "O'Shea", "Prowse"]
UNMAPPED = {"pdx": "maple_pay_later", "dub": "shamrock_instalments"}
SALE_ORDER_EXTRA, INVOICE_EXTRA, TAX_EXTRA, SHORT, LINE_SHORT = 640, 320, 127, 460, 150  # the size of the planted differences
GIFT_PART = 2000
# days of the orders; the first one is refunded in part on the day of the second
WALLETS = {"paypal": (3, 8, 9, 15, 21), "klarna": (2, 9, 10, 16, 22)}

# (kind, how many, from day, to day, gateway). What touches a settlement line sits on few days, so that most payouts stay clean.
PLAN = {
    "pdx": [
        ("SETTLED_TWICE", 1, 3, 6, "shopify_payments"), ("FEE_OVERCHARGED", 1, 3, 6, "shopify_payments"), ("SETTLED_AMOUNT_DIFF", 1, 3, 6, "stripe"),
        ("REFUND_OUTSIDE_SHOPIFY", 1, 3, 6, "shopify_payments"), ("UNSETTLED_OVERDUE", 1, 8, 11, "shopify_payments"),
        ("SO_MISSING", 1, 2, 20, "shopify_payments"), ("SO_DUPLICATE", 1, 2, 20, ""), ("SO_TOTAL_DIFF", 1, 2, 20, ""), ("NOT_INVOICED", 1, 2, 18, ""),
        ("INVOICE_TOTAL_DIFF", 1, 2, 20, ""), ("INVOICE_DUPLICATE", 1, 2, 20, "shopify_payments"), ("TAX_AMOUNT_DIFF", 1, 2, 20, ""),
        ("CUTOFF_INVOICE", 1, 7, 20, ""), ("PAYMENT_SUM_DIFF", 1, 2, 18, "shopify_payments"), ("REFUND_NOT_CREDITED", 1, 5, 11, "stripe"),
        ("REFUND_UNSETTLED", 1, 5, 8, "shopify_payments"), ("CREDIT_NOTE_WITHOUT_REFUND", 1, 7, 14, ""),
        ("GATEWAY_UNMAPPED", 1, 7, 18, "shopify_payments"),
        ("TIP", 8, 1, 30, ""), ("GIFT_ONLY", 6, 1, 30, "shopify_payments"), ("SPLIT", 5, 1, 30, "shopify_payments"), ("FREE", 3, 1, 30, "shopify_payments"),
        ("VOID", 2, 3, 28, "shopify_payments"), ("VOID_WITHOUT_SO", 1, 3, 28, "shopify_payments"), ("PENDING", 2, 29, 30, "shopify_payments"),
        ("EDITED", 3, 2, 29, ""), ("FAILED_FIRST", 4, 1, 30, ""), ("DUST", 2, 2, 25, ""), ("ROUNDING", 2, 2, 25, ""),
        ("REFUND_FULL", 4, 1, 18, ""), ("REFUND_PART", 7, 1, 18, ""), ("REFUND_TWO", 2, 1, 14, "shopify_payments"),
        ("CHARGEBACK", 1, 7, 12, "shopify_payments"), ("CHARGEBACK", 1, 7, 12, "stripe"),
    ],
    "dub": [
        ("SETTLED_TWICE", 1, 3, 6, ""), ("FEE_OVERCHARGED", 1, 3, 6, ""), ("SETTLED_AMOUNT_DIFF", 1, 3, 6, ""), ("REFUND_OUTSIDE_SHOPIFY", 1, 3, 6, ""),
        ("UNSETTLED_OVERDUE", 1, 8, 11, ""), ("SO_MISSING", 1, 2, 20, ""), ("SO_TOTAL_DIFF", 1, 2, 20, ""), ("NOT_INVOICED", 1, 2, 18, ""),
        ("INVOICE_TOTAL_DIFF", 1, 2, 20, ""), ("TAX_AMOUNT_DIFF", 1, 2, 20, ""), ("CUTOFF_INVOICE", 1, 7, 20, ""), ("PAYMENT_SUM_DIFF", 1, 2, 18, ""),
        ("REFUND_NOT_CREDITED", 1, 5, 11, ""), ("REFUND_UNSETTLED", 1, 5, 8, ""), ("CREDIT_NOTE_WITHOUT_REFUND", 1, 7, 14, ""),
        ("GATEWAY_UNMAPPED", 1, 7, 18, ""),
        ("TIP", 3, 1, 30, ""), ("GIFT_ONLY", 4, 1, 30, ""), ("SPLIT", 3, 1, 30, ""), ("FREE", 2, 1, 30, ""), ("VOID", 1, 3, 28, ""),
        ("VOID_WITHOUT_SO", 1, 3, 28, ""),
        ("PENDING", 1, 29, 30, ""), ("EDITED", 2, 2, 29, ""), ("FAILED_FIRST", 3, 1, 30, ""), ("DUST", 1, 2, 25, ""), ("ROUNDING", 1, 2, 25, ""),
        ("REFUND_FULL", 3, 1, 18, ""), ("REFUND_PART", 4, 1, 18, ""), ("REFUND_TWO", 1, 1, 14, ""),
        ("CHARGEBACK", 1, 7, 12, ""),
    ],
}  # fmt: skip

# what breaks nothing and comes to its end
SETTLING = {"TIP", "GIFT_ONLY", "SPLIT", "FREE", "VOID", "VOID_WITHOUT_SO", "EDITED", "FAILED_FIRST", "DUST", "ROUNDING", "REFUND_FULL", "REFUND_PART", "REFUND_TWO", "CHARGEBACK"}
LAST_SOLD, SETTLING_UNTIL = 18, 10  # so that what is taken back is always paid out with sales


@dataclass
class Transaction:
    """A row of the order transactions export."""

    kind: str
    gateway: str
    status: str
    at: datetime
    amount: int
    payment_id: str


@dataclass
class Order:
    """One order with everything Shopify knows about it."""

    store: Store
    at: datetime
    zone: Zone
    person: str
    items: list[tuple[str, str, int, int]]  # name, sku, price, quantity
    gateway: str
    discounted: bool
    line_level: bool
    salt: int
    kind: str = "PLAIN"
    number: int = 0
    discount: int = 0
    shipping: int = 0
    tip: int = 0
    outstanding: int = 0
    taxes: list[int] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"#{self.number}"

    @property
    def key(self) -> str:
        return f"{self.store.name}/{self.name}"

    @property
    def id(self) -> int:
        return (6_100_000_000_000 if self.store.name == "pdx" else 7_400_000_000_000) + self.number * 40_961

    @property
    def email(self) -> str:
        return f"{self.person.lower().replace(' ', '.').replace(chr(39), '')}.{self.number}@example.com"

    @property
    def gross(self) -> int:
        return sum(price * quantity for _, _, price, quantity in self.items)

    @property
    def subtotal(self) -> int:
        return self.gross - self.discount

    @property
    def tax(self) -> int:
        return sum(self.taxes)

    @property
    def total(self) -> int:
        return self.subtotal + self.shipping + self.tip + (0 if self.store.inclusive else self.tax)

    @property
    def account(self) -> Account | None:
        return next((a for a in self.store.accounts if a.processor == self.gateway), None)

    @property
    def sales(self) -> list[Transaction]:
        return [t for t in self.transactions if t.kind == "sale" and t.status == "success"]

    @property
    def refunds(self) -> list[Transaction]:
        return [t for t in self.transactions if t.kind == "refund"]

    @property
    def refunded(self) -> int:
        return sum(t.amount for t in self.refunds)

    def line_discount(self, price: int, quantity: int) -> int:
        return price * quantity // 10 if self.line_level else 0


def build(store: Store, rng: Random) -> list[Order]:
    """The store's orders, oldest first."""
    orders = sorted((_draft(store, rng) for _ in range(store.orders)), key=lambda o: o.at)
    for position, order in enumerate(orders):
        order.number = store.first_number + position
    _plant(store, orders, rng)
    for order in orders:
        _price(order, rng)
        _pay(order, rng)
    return [*orders, *_of_wallets(store, store.first_number + len(orders))]


def _of_wallets(store: Store, number: int) -> list[Order]:
    """Orders paid by what the shop does not settle itself; no break is planted in them. Their lines name the payment or the line that they take back, not the order."""
    rng, found = Random(f"wallets/{store.name}"), []
    for account in (a for a in store.accounts if a.processor in WALLETS):
        for day in WALLETS[account.processor]:
            order = _draft(store, rng)
            order.at, order.gateway, order.discounted, order.line_level = at(day, 10, 5 + day, day), account.processor, False, False
            order.number, order.kind = number + len(found), "REFUND_NEXT" if day == WALLETS[account.processor][0] else "PLAIN"
            order.items = [(name, sku, price, 2) for name, sku, price, _ in order.items] if found else order.items[:1]
            _price(order, rng)
            _pay(order, rng)
            found.append(order)
    return found


def _draft(store: Store, rng: Random) -> Order:
    seconds = rng.randrange((LAST_SOLD if SETTLED else 30) * 86_400 - 1200)
    lines = rng.choices((1, 2, 3, 4), (55, 27, 13, 5))[0]
    items = [(*product, rng.choices((1, 2, 3), (75, 20, 5))[0]) for product in rng.sample(PRODUCTS, lines)]
    gateway = "stripe" if any(a.processor == "stripe" for a in store.accounts) and rng.random() < 0.33 else "shopify_payments"
    discounted = rng.random() < 0.2
    return Order(
        store=store, at=at(1, 0) + timedelta(seconds=seconds), zone=rng.choices(store.zones, (4, 3, 2, 1))[0],
        person=f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}", items=items, gateway=gateway, discounted=discounted,
        line_level=discounted and rng.random() < 0.5, salt=rng.randrange(10**6),
    )  # fmt: skip


def _plant(store: Store, orders: list[Order], rng: Random) -> None:
    """Give every planned kind to orders that nothing else happens to."""
    shuffled = rng.sample(orders, len(orders))
    for kind, count, start, end, gateway in PLAN[store.name]:
        if SETTLED and kind not in SETTLING:
            continue
        last = min(end, SETTLING_UNTIL) if SETTLED else end
        fits = [o for o in shuffled if o.kind == "PLAIN" and start <= o.at.day <= last and gateway in ("", o.gateway) and o.gross > 2500 and o.at.hour < 22]
        if kind in ("ROUNDING", "TAX_AMOUNT_DIFF"):
            fits = [o for o in fits if o.zone.taxes and (kind != "ROUNDING" or len(o.items) >= 3)]
        if len(fits) < count:
            raise SystemExit(f"no order of {store.name} fits {kind}; take another seed")
        for order in fits[:count]:
            order.kind = kind


def _price(order: Order, rng: Random) -> None:
    """Discount, shipping, taxes and tip."""
    store = order.store
    if order.kind == "FREE":
        order.discounted, order.line_level, order.discount = True, False, order.gross
    elif order.line_level:
        order.discount = sum(order.line_discount(price, quantity) for _, _, price, quantity in order.items)
    elif order.discounted:
        order.discount = order.gross // 10
    order.shipping = 0 if order.kind == "FREE" or order.subtotal >= store.free_from else store.shipping
    base = order.subtotal + order.shipping
    for _, _, rate in order.zone.taxes:
        order.taxes.append((2 * base * rate // (100_000 + rate) + 1) // 2 if store.inclusive else (base * rate + 50_000) // 100_000)
    if order.kind == "TIP":
        order.tip = rng.choice((200, 350, 500))
    if order.kind == "DUST":
        order.outstanding = rng.choice((1, 2))
    elif order.kind in ("VOID", "VOID_WITHOUT_SO", "PENDING"):
        order.outstanding = order.total
    if order.kind == "GATEWAY_UNMAPPED":
        order.gateway = UNMAPPED[store.name]
    elif order.kind == "GIFT_ONLY":
        order.gateway = "gift_card"
    elif order.kind == "PENDING":
        order.gateway = "manual"


def _pay(order: Order, rng: Random) -> None:
    """The order's transactions: attempts, captures, refunds."""

    def add(kind: str, gateway: str, moment: datetime, amount: int, status: str = "success") -> None:
        payment_id = ("z" if kind == "refund" else "r") + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789abcdefghijkmnpqrstuvwxyz", k=24))
        order.transactions.append(Transaction(kind, gateway, status, moment, amount, payment_id))

    def after(seconds: int) -> datetime:
        return order.at + timedelta(seconds=seconds)

    if order.kind in ("FREE", "VOID", "VOID_WITHOUT_SO"):
        return
    if order.kind == "PENDING":
        add("sale", "manual", after(12), order.total, "pending")
        return
    due = order.total - order.outstanding - (SHORT if order.kind == "PAYMENT_SUM_DIFF" else 0)
    if order.kind == "FAILED_FIRST":
        add("sale", order.gateway, after(7), due, "failure")
    if order.kind == "SPLIT":
        add("sale", "gift_card", after(15), GIFT_PART)
        due -= GIFT_PART
    extra = order.items[-1][2] if order.kind == "EDITED" and len(order.items) > 1 else due // 3 if order.kind == "EDITED" else 0
    add("sale", order.gateway, after(31), due - extra)
    if extra:
        add("sale", order.gateway, after(31 + 60 * 11), extra)
    _refund(order, rng, add)


def _refund(order: Order, rng: Random, add: Callable[..., None]) -> None:
    if order.kind == "REFUND_NEXT":
        add("refund", order.gateway, order.at.replace(day=WALLETS[order.gateway][1]) + timedelta(hours=3), order.total // 3)
        return
    days = {"REFUND_FULL": 8, "REFUND_PART": 8, "REFUND_TWO": 6, "REFUND_NOT_CREDITED": 5, "REFUND_UNSETTLED": 4}.get(order.kind)
    if not days:
        return
    moment = order.at + timedelta(seconds=rng.randrange(3 * 3600, days * 86_400))
    if order.kind in ("REFUND_FULL", "REFUND_NOT_CREDITED"):
        add("refund", order.gateway, moment, order.total)
    else:
        add("refund", order.gateway, moment, order.total // 3)
    if order.kind == "REFUND_TWO":
        add("refund", order.gateway, moment + timedelta(hours=20, seconds=2), order.total // 12)


def day_of(moment: datetime) -> date:
    """The local day, which must lie in the month."""
    day = moment.date()
    if not FIRST <= day <= LAST:
        raise SystemExit(f"{moment} is outside the month; take another seed")
    return day
