"""Harbour & Pine, a made-up coffee and ceramics retailer: two companies, two stores, five processor accounts, two banks, and their calendar.

Amounts are integers in the smallest unit of the currency everywhere; times are local and without an offset (September 2026 has no change of clocks in either zone).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

# for measurements: a June in which nothing is broken, and everything is paid out, booked and posted by its end
SETTLED = "SAMPLE_SETTLED" in os.environ
FIRST = date(2026, 6, 1) if SETTLED else date(2026, 9, 1)
LAST = FIRST + timedelta(days=29)
AS_OF = LAST + timedelta(days=1)
POSTED_UNTIL = LAST if SETTLED else date(2026, 9, 22)  # payouts up to here already have an entry in Odoo
VALID_FROM = "2025-01-01"
CURRENCY = os.environ.get("SAMPLE_CURRENCY", "")  # the same month in one currency, for both stores
PLACES = {"JPY": 0, "KWD": 3}.get(CURRENCY, 2)
HOLIDAYS = {
    "hp-us": {date(2026, 9, 7), date(2026, 10, 12)},
    "hp-ie": {date(2026, 10, 26)},
}


@dataclass(frozen=True)
class Account:
    """A processor account: its rates, and the Odoo accounts it is booked on."""

    name: str
    processor: str
    basis_points: int
    fixed: int
    chargeback_fee: int
    clearing: str
    fees: str
    payment_journal: str

    def fee(self, gross: int) -> int:
        """The scheduled fee, rounded half up."""
        return (gross * self.basis_points + 5000) // 10_000 + self.fixed


@dataclass(frozen=True)
class Zone:
    """Where customers live, and the taxes they pay there: (name in Shopify, name in Odoo, thousandths of a per cent)."""

    city: str
    zip: str
    province: str
    province_name: str
    country: str
    taxes: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Store:
    """A store with the entity that owns it."""

    name: str
    entity: str
    company: str
    country: str
    currency: str
    zone: str
    offset: int
    inclusive: bool
    orders: int
    first_number: int
    shipping: int
    free_from: int
    bank: str
    account_number: str
    journal: str
    phone: str
    accounts: tuple[Account, ...]
    zones: tuple[Zone, ...]
    chart: dict[str, str] = field(default_factory=dict)

    @property
    def offset_text(self) -> str:
        return f"{'-' if self.offset < 0 else '+'}{abs(self.offset):02d}00"


SEATTLE = (("Washington State Tax 6.5%", "WA Sales Tax 6.5%", 6500), ("Seattle City Tax 3.85%", "Seattle City 3.85%", 3850))
IRISH = (("IE VAT 23%", "23% S", 23000),)
PDX = Store(
    name="pdx", entity="hp-us", company="Harbour & Pine Inc", country="US", currency=CURRENCY or "USD", zone="America/Los_Angeles", offset=-7,
    inclusive=False, orders=200, first_number=5001, shipping=650, free_from=4500, bank="cascade-usd", account_number="000555010077",
    journal="HPUSP", phone="+1503555",
    accounts=(
        Account("pdx-shopify", "shopify_payments", 250, 30, 1500, "101720", "640100", "PSHP"),
        Account("pdx-stripe", "stripe", 290, 30, 1500, "101730", "640200", "PSTR"),
        # PayPal writes hundredths of every currency, and takes no dinars
        *(() if CURRENCY == "KWD" else (Account("pdx-paypal", "paypal", 349, 49, 2000, "101735", "640250", "PPAL"),)),
    ),
    zones=(
        Zone("Portland", "97209", "OR", "Oregon", "US", ()),
        Zone("Seattle", "98101", "WA", "Washington", "US", SEATTLE),
        Zone("Boise", "83702", "ID", "Idaho", "US", (("Idaho State Tax 6%", "ID Sales Tax 6%", 6000),)),
        Zone("Oakland", "94607", "CA", "California", "US", (("California State Tax 7.25%", "CA Sales Tax 7.25%", 7250),)),
    ),
    chart={
        "bank": "101200", "payouts_in_transit": "101710", "disputed_funds": "101740", "processor_reserve": "101750", "other_clearing": "101790",
        "suspense": "101799", "receivable": "120100", "gift_card_liability": "215100", "tax": "220500", "sales": "410000", "shipping": "410500",
        "tips": "410600", "chargeback_fees": "640300", "processor_adjustments": "640400", "bank_charges": "640500", "rounding": "649000",
    },
)  # fmt: skip
DUB = Store(
    name="dub", entity="hp-ie", company="Harbour & Pine Ltd", country="IE", currency=CURRENCY or "EUR", zone="Europe/Dublin", offset=1,
    inclusive=True, orders=124, first_number=5101, shipping=590, free_from=4500, bank="liffey-eur", account_number="IE34LIFY99000155501234",
    journal="HPIEP", phone="+3531555",
    accounts=(
        Account("dub-shopify", "shopify_payments", 190, 25, 1500, "131720", "740100", "PSHP"),
        Account("dub-klarna", "klarna", 329, 35, 2500, "131735", "740250", "PKLA"),
    ),
    zones=(
        Zone("Dublin", "D02 XX00", "D", "Dublin", "IE", IRISH),
        Zone("Cork", "T12 XX00", "CO", "Cork", "IE", IRISH),
        Zone("Lyon", "69001", "", "", "FR", (("FR TVA 20%", "OSS FR 20%", 20000),)),
        Zone("Aarhus", "8000", "", "", "DK", (("DK moms 25%", "OSS DK 25%", 25000),)),
    ),
    chart={
        "bank": "131200", "payouts_in_transit": "131710", "disputed_funds": "131740", "processor_reserve": "131750", "other_clearing": "131790",
        "suspense": "131799", "receivable": "130100", "gift_card_liability": "225100", "tax": "226500", "sales": "310000", "shipping": "310500",
        "tips": "310600", "chargeback_fees": "740300", "processor_adjustments": "740400", "bank_charges": "740500", "rounding": "749000",
    },
)  # fmt: skip
STORES = (PDX, DUB)
BY_HANDLE = {"shopify_payments": "Shopify Payments", "stripe": "Stripe", "paypal": "PayPal", "klarna": "Klarna", "gift_card": "Gift Card", "manual": "manual"}


def is_business(entity: str, day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS[entity]


def next_business(entity: str, day: date) -> date:
    """The first business day after this one."""
    day += timedelta(days=1)
    while not is_business(entity, day):
        day += timedelta(days=1)
    return day


def payout_day(entity: str, day: date) -> date:
    """Two business days after; what is taken on days off goes with the business day before them."""
    while not is_business(entity, day):
        day -= timedelta(days=1)
    return next_business(entity, next_business(entity, day))


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A local moment of the month."""
    return datetime(FIRST.year, FIRST.month, day, hour, minute, second)


def utc(store: Store, moment: datetime) -> datetime:
    return moment - timedelta(hours=store.offset)


def stamp(store: Store, moment: datetime) -> str:
    """Local time with its offset, as Shopify writes it."""
    return f"{moment:%Y-%m-%d %H:%M:%S} {store.offset_text}"


def money(units: int) -> str:
    """An amount as text, at the decimals of the currency."""
    whole, part = divmod(abs(units), 10**PLACES)
    return f"{'-' if units < 0 else ''}{whole}" + (f".{part:0{PLACES}d}" if PLACES else "")


def number(units: int) -> float:
    """An amount as Odoo prints it: a float."""
    return units / 10**PLACES


def write_csv(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Minimal quoting, LF: the dialect of Shopify and Stripe."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_odoo(path: Path, rows: Iterable[dict[str, object]]) -> None:
    """Every cell quoted, CRLF: the dialect of Odoo's Export dialog."""
    listed = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(listed[0])
        writer.writerows(row.values() for row in listed)
