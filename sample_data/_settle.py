"""What the processors make of the orders: settlement lines, payouts, and the entries on the bank statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from _orders import LINE_SHORT, WALLETS, Order, day_of
from _world import FIRST, LAST, POSTED_UNTIL, SETTLED, Account, Store, at, is_business, next_business, payout_day

UNLISTED = 3500  # the adjustment that a broken payout paid out and did not list
BANK_KEPT = 1175
MINIMUM = 1000  # a smaller balance waits for the next payout
ODD_TYPES = {"pdx-stripe": "lantern_credit", "dub-shopify": "orbit_rebate"}
NAMELESS = {"pdx-shopify": 2790, "pdx-stripe": 3140}
DOUBLE_DAY = {"pdx-shopify": date(2026, 9, 17), "dub-shopify": date(2026, 9, 18)}
# the first clean payout from this day on carries the break
PAYOUT_BREAKS = {
    "pdx-shopify": [("PAYOUT_NOT_IN_BANK", 10), ("POSTED_TWICE", 14), ("BANK_FEE_UNEXPECTED", 16)],
    "pdx-stripe": [("PAYOUT_NOT_DECOMPOSED", 11), ("PAYOUT_NOT_POSTED", 15), ("POSTED_TWICE", 9)],
    "dub-shopify": [("PAYOUT_NOT_IN_BANK", 9), ("PAYOUT_NOT_POSTED", 11), ("PAYOUT_NOT_DECOMPOSED", 15), ("BANK_FEE_UNEXPECTED", 16)],
}
PARTIES = {
    "stripe": ("Stripe Payments", "STRIPE PAYOUT"), "shopify_payments": ("Shopify Inc", "SHOPIFY PAYOUT"), "paypal": ("PayPal Inc", "PAYPAL TRANSFER"),
    "klarna": ("Klarna Bank AB", "KLARNA PAYOUT"),
}  # fmt: skip
SUPPLIERS = ("Kiln & Clay Supplies", "Bluebird Freight", "Tideway Roasters", "Rosehip Packaging", "Old Quay Properties", "Glaze & Co")


@dataclass
class Line:
    """A row of a processor's file; `flag` names the planted break it carries."""

    account: Account
    kind: str  # charge, refund, chargeback, adjustment, reserve, fee, unknown
    at: datetime
    gross: int
    fee: int = 0
    order: Order | None = None
    flag: str = ""
    txn_id: str = ""  # Stripe only
    payout: Payout | None = None

    @property
    def net(self) -> int:
        return self.gross - self.fee


@dataclass
class Payout:
    """A payout and the truth about it."""

    account: Account
    store: Store
    id: str
    on: date
    bank_on: date
    reference: str
    lines: list[Line] = field(default_factory=list)
    plant: str = ""
    bank_amount: int | None = None
    bank_key: str = ""

    @property
    def key(self) -> str:
        return f"{self.account.name}/{self.id}"

    @property
    def lines_net(self) -> int:
        return sum(line.net for line in self.lines)

    @property
    def amount(self) -> int:
        return self.lines_net - (UNLISTED if self.plant == "PAYOUT_NOT_DECOMPOSED" else 0)

    @property
    def noisy(self) -> bool:
        return any(line.flag for line in self.lines)

    @property
    def posted(self) -> int:
        """How many entries Odoo has for it."""
        if self.on > POSTED_UNTIL:
            return 0
        return {"PAYOUT_NOT_POSTED": 0, "POSTED_TWICE": 2}.get(self.plant, 1)

    def buckets(self) -> dict[str, int]:
        """Gross amounts by kind, fees negative; they add up to the net of the lines."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[{"charge": "sale", "chargeback": "dispute"}.get(line.kind, line.kind)] += line.gross
            sums["dispute_fee" if line.kind == "chargeback" else "fee"] -= line.fee
        return {name: amount for name, amount in sorted(sums.items()) if amount}


@dataclass
class BankEntry:
    """A booked entry of a bank statement."""

    on: date
    amount: int
    party: str
    text: str
    end_to_end: str
    payout: Payout | None = None
    plant: str = ""
    key: str = ""


def lines_of(store: Store, orders: list[Order], rng: Random) -> list[Line]:
    """All lines of the store's accounts that happened this month, in time order."""
    lines = [line for order in orders for line in _order_lines(order)]
    for account in store.accounts:
        lines += _other_lines(account)
    lines.sort(key=lambda line: (line.at, line.account.name, line.kind, -line.gross))
    for line in lines:
        day_of(line.at)
        if line.account.processor == "paypal":
            line.txn_id = f"{line.at:%d%H%M%S}PP{abs(line.gross):07d}"
        elif line.account.processor == "stripe":
            line.txn_id = "txn_1H" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=18))
    return lines


def _order_lines(order: Order) -> list[Line]:
    found, account = [], order.account
    if account is None:
        return []
    for tx in order.transactions:
        if tx.status != "success" or tx.gateway != account.processor:
            continue
        if tx.kind == "refund":
            if order.kind != "REFUND_UNSETTLED":
                found.append(Line(account, "refund", tx.at, -tx.amount, 0, order))
        elif order.kind != "UNSETTLED_OVERDUE":
            gross = tx.amount - (LINE_SHORT if order.kind == "SETTLED_AMOUNT_DIFF" else 0)
            extra = 90 + gross * 3 // 200 if order.kind == "FEE_OVERCHARGED" else 0
            flag = order.kind if order.kind in ("SETTLED_AMOUNT_DIFF", "FEE_OVERCHARGED") else ""
            found.append(Line(account, "charge", tx.at, gross, account.fee(gross) + extra, order, flag))
    if order.kind == "SETTLED_TWICE":
        found.append(Line(account, "charge", order.at + timedelta(seconds=161), found[0].gross, found[0].fee, order, order.kind))
    elif order.kind == "REFUND_OUTSIDE_SHOPIFY":
        found.append(Line(account, "refund", order.at + timedelta(seconds=2700), -(order.total // 3), 0, order, order.kind))
    elif order.kind == "CHARGEBACK":
        found.append(Line(account, "chargeback", order.at + timedelta(days=6, seconds=17), -order.total, account.chargeback_fee, order))
    return found


def _other_lines(account: Account) -> list[Line]:
    """Reserve, adjustments (two equal rows are two events), a fee of its own, a charge without an order, a type nobody knows."""
    if account.processor in WALLETS:
        return []
    held = 4500 if account.processor == "stripe" else 12_000
    found = [
        Line(account, "reserve", at(10, 11, 20), -held), Line(account, "reserve", at(17, 11, 20), held), Line(account, "adjustment", at(15, 9, 41, 8), 365),
        Line(account, "adjustment", at(14, 9, 5, 30), -240), Line(account, "adjustment", at(14, 9, 5, 30), -240),
    ]  # fmt: skip
    if account.name in NAMELESS and not SETTLED:
        gross = NAMELESS[account.name]
        found.append(Line(account, "charge", at(4, 13, 8, 44), gross, account.fee(gross), flag="LINE_WITHOUT_ORDER"))
    if account.name in ODD_TYPES and not SETTLED:
        found.append(Line(account, "unknown", at(5, 12, 15, 3), 1345, flag="TYPE_UNKNOWN"))
    if account.processor == "stripe":
        found.append(Line(account, "fee", at(16, 8, 0, 1), -250))
    return found


def payouts_of(store: Store, lines: list[Line], rng: Random) -> list[Payout]:
    """Group the lines into payouts, carry small balances forward, and choose which payouts are broken."""
    every = []
    for account in store.accounts:
        waiting: list[Line] = []
        groups: dict[tuple[date, bool], list[Line]] = defaultdict(list)
        for line in lines:
            if line.account is account:
                # PayPal pays out what the day moved, on that day
                on = line.at.date() if account.processor == "paypal" else payout_day(store.entity, line.at.date())
                groups[on, on == DOUBLE_DAY.get(account.name) and line.at.hour >= 13].append(line)
        payouts = []
        for (on, _), mine in sorted(groups.items()):
            waiting += mine
            if sum(line.net for line in waiting) >= MINIMUM:
                payouts.append(_payout(account, store, on, waiting, rng))
                waiting = []
        _break(payouts)
        every += payouts
    return every


def _payout(account: Account, store: Store, on: date, lines: list[Line], rng: Random) -> Payout:
    if account.processor in WALLETS:
        mine = Random(f"{account.name}/{on}")
        reference = f"{account.processor[:3].upper()}{mine.randrange(10**9):09d}"
        payout_id = f"{on:%Y%m%d}-{store.currency}" if account.processor == "paypal" else reference
    elif account.processor == "stripe":
        payout_id = "po_1H" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=18))
        reference = f"STR{rng.randrange(10**9):09d}"
    else:
        payout_id, reference = str(rng.randrange(10**11, 2 * 10**11)), f"SHPFY{rng.randrange(10**9):09d}"
    payout = Payout(account, store, payout_id, on, next_business(store.entity, on), reference, list(lines))
    for line in lines:
        line.payout = payout
    return payout


def _break(payouts: list[Payout]) -> None:
    days = Counter(p.on for p in payouts)
    for plant, day in [] if SETTLED else PAYOUT_BREAKS.get(payouts[0].account.name, []):
        start = FIRST.replace(day=day)
        fits = [p for p in payouts if start <= p.on < POSTED_UNTIL and not p.plant and not p.noisy and days[p.on] == 1 and p.lines_net > 2 * UNLISTED]
        if not fits:
            raise SystemExit(f"no payout of {payouts[0].account.name} fits {plant}; take another seed")
        fits[0].plant = plant


def bank_entries(store: Store, payouts: list[Payout], rng: Random) -> list[BankEntry]:
    """Everything on the account's statements of the month: payouts, suppliers, and a credit nobody can explain."""
    entries = []
    for p in payouts:
        if p.plant != "PAYOUT_NOT_IN_BANK" and p.bank_on <= LAST:
            party, label = PARTIES[p.account.processor]
            kept = BANK_KEPT if p.plant == "BANK_FEE_UNEXPECTED" else 0
            entries.append(BankEntry(p.bank_on, p.amount - kept, party, f"{label} {p.reference}", p.reference, p, p.plant if kept else ""))
    day, number = FIRST, 0
    while day <= LAST:
        if is_business(store.entity, day) and rng.random() < 0.7:
            number += 1
            entries.append(BankEntry(day, -rng.randrange(4000, 220_000), rng.choice(SUPPLIERS), f"BILL HP26{number:03d}", f"{store.entity}-{number:04d}"))
        day += timedelta(days=1)
    if SETTLED:
        pass
    elif store.name == "pdx":
        entries.append(BankEntry(date(2026, 9, 14), 24_618, "Stripe Payments", "STRIPE PAYOUT STR999000111", "STR999000111", plant="BANK_UNEXPLAINED"))
    else:
        entries.append(BankEntry(date(2026, 9, 15), 18_277, "Shopify Inc", "SHOPIFY PAYOUT SHPFY999000222", "SHPFY999000222", plant="BANK_UNEXPLAINED"))
    entries.sort(key=lambda e: (e.on, e.text))
    for position, entry in enumerate(entries, 1):
        entry.key = f"{store.bank[:3].upper()}{entry.on:%y%m%d}{position:04d}"
        if entry.payout:
            entry.payout.bank_amount, entry.payout.bank_key = entry.amount, f"{store.bank}/{entry.key}"
    return entries
