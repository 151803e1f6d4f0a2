"""The clean month as one object: what every system delivers of it, found again by order, payout and company, and changed by defects before it is written."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random

from planted.sheets import Account, Entry, Row, Sheet

ROOT = Path(__file__).resolve().parents[2]
FIRST, LAST, AS_OF = date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)
ODOO = {
    "sales": "Sales Order (sale.order)", "moves": "Journal Entry (account.move)", "items": "Journal Item (account.move.line)",
    "paid": "Payments (account.payment)", "chart": "Account (account.account)", "journals": "Journal (account.journal)",
}  # fmt: skip
INVOICE, CREDIT_NOTE, ENTRY = "Customer Invoice", "Customer Credit Note", "Journal Entry"
Cents = Decimal


def amount(cell: str) -> Decimal:
    return Decimal(cell or "0").quantize(Decimal("0.01"))


class NoVictimError(Exception):
    """The month has nothing left that the defect could befall."""


@dataclass
class Side:
    """A store with its company: its files, by what they hold."""

    name: str
    entity: str
    company: str
    currency: str
    bank_name: str
    journal: str
    clearing: dict[str, str]  # processor account → account of the chart
    fees: dict[str, str]
    chart: dict[str, str]
    orders: Sheet
    transactions: Sheet
    lines: Sheet
    payouts: Sheet
    stripe: Sheet | None
    sales: Sheet
    moves: Sheet
    items: Sheet
    paid: Sheet
    journals: Sheet
    accounts: Sheet
    bank: Account
    more: dict[str, Sheet] = field(default_factory=dict)
    serial: int = 90_000
    unlisted: set[str] = field(default_factory=set)  # entries of the bank that Odoo does not have

    @property
    def shopify(self) -> str:
        return f"{self.name}-shopify"

    def number(self) -> int:
        """An id that nothing has yet."""
        self.serial += 1
        return self.serial

    def items_of(self, move: Row) -> list[Row]:
        return [item for item in self.items.rows if item["Journal Entry/ID"] == move["ID"]]

    def document(self, move: Row) -> str:
        """The subject of a finding about it."""
        return f"{self.company}/{move['Number']}"

    def book(self, kind: str, on: str, journal: str, reference: str, items: list[tuple[str, Decimal, str]], **cells: str) -> Row:
        """One more document of Odoo, posted, with its items (account, debit positive, label)."""
        number, total = self.number(), sum((a for _, a, _ in items if a > 0), Decimal(0))
        move = self.moves.add({
            "External ID": f"__export__.account_move_{number}_0", "ID": str(number), "Number": f"{journal}/2026/{number}", "Type": kind, "Status": "Posted",
            "Payment Status": "Not Paid", "Company": self.company, "Journal/Sequence Prefix": journal, "Date": on, "Invoice/Bill Date": on if kind != ENTRY else "",
            "Reference": reference, "Currency": self.currency, "Untaxed Amount": "0.0", "Tax": "0.0", "Total": str(total), "Amount Due": "0.0", "Total Signed": str(total),
            "Last Updated on": "2026-07-01 05:20:00", **{k.replace("_", " "): v for k, v in cells.items()},
        })  # fmt: skip
        for account, balance, label in items:
            self.item(move, account, balance, label)
        return move

    def item(self, move: Row, account: str, balance: Decimal, label: str, **cells: str) -> Row:
        number = self.number()
        return self.items.add({
            "External ID": f"__export__.account_move_line_{number}_0", "ID": str(number), "Journal Entry/External ID": move["External ID"], "Journal Entry/ID": move["ID"],
            "Journal Entry/Number": move["Number"], "Type": move["Type"], "Status": move["Status"], "Date": move["Date"], "Company": self.company,
            "Journal/Sequence Prefix": move["Journal/Sequence Prefix"], "Account/Code": account, "Reference": move["Reference"], "Label": label,
            "Debit": str(max(balance, Decimal(0))), "Credit": str(max(-balance, Decimal(0))), "Balance": str(balance), "Amount in Currency": str(balance),
            "Currency": self.currency, "Residual Amount": "0.0", "Quantity": "1.0", "Display Type": "Product", "Last Updated on": move["Last Updated on"], "Analytic Distribution": "Web",
            **{k.replace("_", " "): v for k, v in cells.items()},
        })  # fmt: skip

    def again(self, move: Row) -> Row:
        """The same document a second time, under ids and a number of its own."""
        number = str(self.number())
        external, name = f"__export__.account_move_{number}_0", f"{move['Number'].rsplit('/', 1)[0]}/{number}"
        for item in self.items_of(move):
            self.items.add({**item, "ID": str(self.number()), "External ID": f"__export__.line_{self.serial}", "Journal Entry/ID": number, "Journal Entry/External ID": external, "Journal Entry/Number": name})
        return self.moves.add({**move, "ID": number, "External ID": external, "Number": name})

    def unbook(self, move: Row) -> None:
        self.items.drop(self.items_of(move))
        self.moves.drop([move])


def rebalance(item: Row, balance: Decimal) -> None:
    """Give an item another balance, debit positive."""
    item |= {"Balance": str(balance), "Amount in Currency": str(balance), "Debit": str(max(balance, Decimal(0))), "Credit": str(max(-balance, Decimal(0)))}


@dataclass
class Order:
    """An order of the shop with all that the other systems say of it."""

    side: Side
    name: str

    @property
    def key(self) -> str:
        return f"{self.side.name}/{self.name}"

    @cached_property
    def rows(self) -> list[Row]:
        return [row for row in self.side.orders.rows if row["Name"] == self.name]

    @property
    def head(self) -> Row:
        return self.rows[0]

    @property
    def total(self) -> Decimal:
        return amount(self.head["Total"])

    @property
    def tax(self) -> Decimal:
        return amount(self.head["Taxes"])

    @property
    def on(self) -> date:
        return datetime.fromisoformat(self.head["Created at"][:10]).date()

    @cached_property
    def events(self) -> list[Row]:
        """Its payments and refunds, oldest first."""
        return sorted((row for row in self.side.transactions.rows if row["Name"] == self.name), key=lambda row: row["Created At"])

    def event(self, row: Row) -> str:
        """The subject of a finding about a payment: its id where the shop says it, else its number in the order."""
        if "Id" in row:
            return f"{self.key}/{row['Id']}"
        return f"{self.key}/{[e for e in self.events if e['Kind'] == row['Kind']].index(row) + 1 if row['Kind'] == 'refund' else self.events.index(row) + 1}"

    @property
    def captures(self) -> list[Row]:
        return [row for row in self.events if row["Kind"] == "sale" and row["Status"] == "success"]

    @property
    def refunds(self) -> list[Row]:
        return [row for row in self.events if row["Kind"] == "refund"]

    @property
    def gateway(self) -> str:
        return self.captures[0]["Gateway"] if self.captures else ""

    @property
    def account(self) -> str:
        return {"shopify_payments": self.side.shopify, "stripe": "pdx-stripe", "paypal": "pdx-paypal", "klarna": "dub-klarna"}.get(self.gateway, "")

    @property
    def sale(self) -> Row | None:
        return next((row for row in self.side.sales.rows if row["Customer Reference"] == self.name), None)

    def moves(self, kind: str) -> list[Row]:
        """Its documents of one type: invoices, credit notes, or the entries of its payments."""
        wanted = {INVOICE: (self.name,), ENTRY: (self.name, f"Refund {self.name}")}.get(kind, ())
        return [m for m in self.side.moves.rows if m["Type"] == kind and (m["Reference"] in wanted or kind == CREDIT_NOTE and m["Reference"].endswith(f" {self.name}"))]

    @property
    def invoice(self) -> Row:
        return self.moves(INVOICE)[0]

    @property
    def lines(self) -> list[Row]:
        """Its rows in the report of the processor, Shopify Payments or Stripe."""
        if self.gateway == "stripe" and self.side.stripe:
            return [row for row in self.side.stripe.rows if row["payment_metadata[order_id]"] == self.head["Id"]]
        return [row for row in self.side.lines.rows if row["Order"] == self.name]

    @property
    def payout_ids(self) -> set[str]:
        return {row.get("Payout ID") or row.get("automatic_payout_id") or "" for row in self.lines}

    @property
    def plain(self) -> bool:
        """Paid once by card, taken back by nobody, booked as it is."""
        return bool(
            len(self.events) == 1 and len(self.captures) == 1 and self.account and self.head["Financial Status"] == "paid" and not self.refunds and self.sale
            and amount(self.captures[0]["Amount"]) == self.total and all(row["Lineitem name"] != "Tip" for row in self.rows)
            and amount(self.sale["Total"]) == self.total == amount(self.invoice["Total"]) and amount(self.invoice["Tax"]) == self.tax and not len(self.lines) > 1
        )  # fmt: skip


@dataclass
class Payout:
    """A payout of Shopify Payments or Stripe with its lines, its bank entry and its entry in Odoo."""

    side: Side
    account: str
    id: str
    lines: list[Row]
    listed: Row  # its row in the list of payouts, or its row among Stripe's lines

    @property
    def key(self) -> str:
        return f"{self.account}/{self.id}"

    @property
    def total(self) -> Decimal:
        return amount(self.listed["Total"]) if "Total" in self.listed else -amount(self.listed["gross"])

    @property
    def on(self) -> date:
        return date.fromisoformat(self.listed.get("Payout Date") or self.listed["automatic_payout_effective_at_utc"][:10])

    @property
    def reference(self) -> str:
        return self.listed.get("Bank Reference") or self.listed["trace_id"]

    @property
    def receipt(self) -> Entry:
        return next(e for e in self.side.bank.entries if e.end_to_end == self.reference)

    def bank_key(self) -> str:
        return f"{self.side.bank_name}/{self.receipt.key}"

    @property
    def entry(self) -> Row:
        return next(m for m in self.side.moves.rows if m["Reference"] == self.id)

    def part(self, account: str) -> Row:
        """The item of its entry on one account."""
        return next(item for item in self.side.items_of(self.entry) if item["Account/Code"] == account)


@dataclass
class Expected:
    """What must be found: a code on a subject; `amount` where the difference is known."""

    code: str
    kind: str
    key: str
    amount: Decimal | None = None


class Month:
    """All files, the victims that are taken, and what must be found."""

    def __init__(self, books: Path):
        inbox = books / "inbox"
        self.toml = (books / "tieout.toml").read_text(encoding="utf-8")
        self.mappings = {path.stem: Sheet.read(path) for path in sorted((books / "mappings").glob("*.csv"))}
        self.sheets: dict[str, Sheet] = {}
        self.texts: dict[str, str] = {}
        for path in sorted(inbox.rglob("*.csv")):
            if path.parent.name != "dub-klarna":
                self.sheets[path.relative_to(inbox).as_posix()] = Sheet.read(path)
        for path in [*sorted(inbox.rglob("*.CSV")), *sorted((inbox / "dub-klarna").iterdir())]:
            self.texts[path.relative_to(inbox).as_posix()] = path.read_text(encoding="utf-8")
        self.sides = {name: self._side(inbox, name) for name in ("pdx", "dub")}
        self.taken: set[str] = set()
        self.expected: list[Expected] = []
        self.afterwards: list[Callable[[], None]] = []
        self.nights_apart = 1
        self.damages: dict[str, Callable[[str], str]] = {}  # what becomes of a file on its way
        self.changes_of_balances: list[tuple[Side, str, Decimal]] = []
        self.rng = Random(0)
        self.home = books  # where the month was landed
        from planted import beside

        beside.enrich(self)

    @property
    def pdx(self) -> Side:
        return self.sides["pdx"]

    @property
    def dub(self) -> Side:
        return self.sides["dub"]

    def _side(self, inbox: Path, name: str) -> Side:
        entity, company, currency, bank = {"pdx": ("hp-us", "Harbour & Pine Inc", "USD", "cascade-usd"), "dub": ("hp-ie", "Harbour & Pine Ltd", "EUR", "liffey-eur")}[name]
        roles = [row for row in self.mappings["accounts"].rows if row["entity"] == entity]
        by_account = {role: {row["qualifier"]: row["odoo_account"] for row in roles if row["role"] == role} for role in ("clearing", "processing_fees")}
        odoo = {what: self.sheets[f"{entity}-odoo/{title}.csv"] for what, title in ODOO.items()}
        return Side(
            name, entity, company, currency, bank, {"pdx": "HPUSP", "dub": "HPIEP"}[name], by_account["clearing"], by_account["processing_fees"],
            {row["role"]: row["odoo_account"] for row in roles if not row["qualifier"]}, self.sheets[f"{name}-orders/orders_export_1.csv"],
            self.sheets[f"{name}-transactions/transactions_export_1.csv"], self.sheets[f"{name}-shopify/payment_transactions_export_1.csv"],
            self.sheets[f"{name}-shopify/payouts_export_1.csv"], self.sheets.get(f"{name}-stripe/payout_reconciliation.itemized.csv"),
            odoo["sales"], odoo["moves"], odoo["items"], odoo["paid"], odoo["journals"], odoo["chart"], Account.read(inbox / bank),
        )  # fmt: skip

    def orders(self) -> Iterator[Order]:
        for side in self.sides.values():
            for name in dict.fromkeys(row["Name"] for row in side.orders.rows):
                yield Order(side, name)

    def payouts(self) -> Iterator[Payout]:
        for side in self.sides.values():
            groups: dict[str, list[Row]] = {}
            for line in side.lines.rows:
                groups.setdefault(line["Payout ID"], []).append(line)
            for payout_id, lines in groups.items():
                yield Payout(side, side.shopify, payout_id, lines, next(row for row in side.payouts.rows if row["Payout Date"] == lines[0]["Payout Date"]))
            for row in side.stripe.where(reporting_category="payout") if side.stripe else ():
                raise_if = [line for line in side.stripe.where(automatic_payout_id=row["automatic_payout_id"]) if line is not row]
                yield Payout(side, "pdx-stripe", row["automatic_payout_id"], raise_if, row)

    def order(self, fits: Callable[[Order], bool] = lambda o: o.plain, *, side: str = "", payout: bool = False) -> Order:
        """An order that nothing else befalls; with `payout`, nothing befalls its payouts either. Raises NoVictimError."""
        found = [
            o for o in self.orders() if side in ("", o.side.name) and o.key not in self.taken and not (payout and o.payout_ids & self.taken) and fits(o)
        ]  # fmt: skip
        if not found:
            raise NoVictimError("no order fits")
        chosen = self.rng.choice(found)
        self.taken |= {chosen.key} | (chosen.payout_ids if payout else set())
        return chosen

    def payout(self, fits: Callable[[Payout], bool] = lambda p: True, *, side: str = "", account: str = "") -> Payout:
        """A payout that nothing else befalls, none of its orders either."""
        found = [p for p in self.payouts() if side in ("", p.side.name) and account in ("", p.account) and p.id not in self.taken and fits(p)]
        if not found:
            raise NoVictimError("no payout fits")
        chosen = self.rng.choice(found)
        self.taken.add(chosen.id)
        return chosen

    def expect(self, code: str, kind: str, key: str, amount: Decimal | None = None) -> None:
        self.expected.append(Expected(code, kind, key, amount))

    def later(self, change: Callable[[], None]) -> None:
        """What a second night brings."""
        self.afterwards.append(change)

    def files(self) -> dict[str, bytes]:
        """Every file by its path below the inbox, as it comes."""
        from planted import packed

        return {path: self.damages.get(path, str)(text).encode() for path, text in self.listed().items()} | dict(packed.archives(self))

    def listed(self) -> dict[str, str]:
        """Every file as it was sent."""
        from planted import beside

        found = beside.texts(self)
        found |= {path: sheet.text() for path, sheet in self.sheets.items()} | self.texts
        for side in self.sides.values():
            found |= {f"{side.bank_name}/{name}": text for name, text in side.bank.texts().items()}
        return found


def line_key(account: str, line: Row) -> str:
    """The subject of a finding about a line. Shopify's have no id: they are described, `account/@moment|gross|net`."""
    if "balance_transaction_id" in line:
        return f"{account}/{line['balance_transaction_id']}"
    moment = datetime.strptime(line["Transaction Date"], "%Y-%m-%d %H:%M:%S %z").timestamp()
    return f"{account}/@{datetime.utcfromtimestamp(moment):%Y-%m-%dT%H:%M:%SZ}|{amount(line['Amount'])}|{amount(line['Net'])}"


def clean(seed: int, folder: Path) -> Month:
    """The month of this seed in which nothing is wrong; made once per seed."""
    books = folder / f"clean-{seed}"
    if not books.exists():
        subprocess.run([sys.executable, ROOT / "sample_data" / "make.py", "--seed", str(seed), "--out", books], check=True, env={**os.environ, "SAMPLE_SETTLED": "1"})
    return Month(books / "books")


def copied(month: Month) -> Month:
    """One to plant in."""
    return copy.deepcopy(month)
