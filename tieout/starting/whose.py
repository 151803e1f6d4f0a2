"""Whose each file is: the companies, shops, processor accounts and bank accounts that a folder of exports speaks of, by what the files say of each other."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.iso import COUNTRIES

from .countries import countries
from .looks import Folder, Look

LEGAL = re.compile(r"(-(inc|ltd|limited|llc|llp|plc|corp|co|company|gmbh|mbh|ug|ag|kg|ohg|gbr|ek|e-k|sarl|sas|sa|srl|spa|sl|bv|nv|ab|as|aps|oy|oyj|pty|pte|kft|doo|sro))+$")
ORDERS = ("shopify_orders", "shopify_api_orders")


@dataclass
class Company:
    """A company: `said` is where its name stands; empty where no file names one."""

    name: str
    title: str
    said: str = ""
    currency: str = ""
    country: str = ""
    zone: str = ""
    looks: list[Look] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)  # currencies of its documents that its books are not in


@dataclass
class Shop:
    """A shop of a company; `counted` is what stands before the numbers of its orders, and the first of its days."""

    name: str
    currency: str
    company: Company | None = None
    zone: str = ""
    taxes_included: bool = False
    counted: tuple[str, str] = ("", "")
    stranger: bool = False  # whether nothing here but its own exports speaks of its orders, where other things speak of another shop's
    zones: list[str] = field(default_factory=list)  # further zones of its country whose clocks went alike on these days
    looks: list[Look] = field(default_factory=list)


@dataclass
class Bank:
    """A bank account."""

    name: str
    number: str
    currency: str
    company: Company | None = None
    looks: list[Look] = field(default_factory=list)
    nos: set[str] = field(default_factory=set)  # what the staged rows have in the place of the account


@dataclass
class Account:
    """An account at a processor: in one currency, paid into one bank account; `merchant` is what its files call it, where they do."""

    name: str
    processor: str
    currency: str
    merchant: str = ""
    shop: Shop | None = None
    company: Company | None = None
    bank: Bank | None = None
    seen: bool = False  # whether its payouts' amounts stand in the bank's files
    looks: list[Look] = field(default_factory=list)


@dataclass
class Owners:
    """All of them; `loose` are files of which nothing says whose they are, with the reason."""

    companies: list[Company] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    banks: list[Bank] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    loose: list[tuple[Look, str]] = field(default_factory=list)

    def owned(self) -> list[Shop | Bank | Account]:
        """What a company has."""
        return [*self.shops, *self.banks, *self.accounts]

    def shop_of(self, no: object) -> Shop | None:
        """The shop of a file by its number."""
        return next((shop for shop in self.shops if any(look.no == no for look in shop.looks)), None)


def slug(text: str) -> str:
    """A name as mapping files and folders have it: small letters, figures and hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "books"


def brand(name: str) -> str:
    """The name of a company without the words of its form."""
    return LEGAL.sub("", name) or name


def add_companies(folder: Folder, found: Owners) -> None:
    """One per company that Odoo names; an extract that names none belongs to the only one, or to that of its folder."""
    by_no = {look.no: look for look in folder.of("entity")}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    coins, books, abroad = (defaultdict[str, Counter[str]](Counter) for _ in range(3))  # currencies of its documents; those in which the books have the same amount, and another
    for no, company, currency, rows, own_rows, foreign in folder.asked("companies"):
        said[str(no)][str(company)] += int(str(rows))
        for counter, many in ((coins, rows), (books, own_rows), (abroad, foreign)):
            counter[str(company)][str(currency)] += int(str(many)) if currency else 0
    for no, names in sorted(said.items(), key=lambda one: one[0] in folder.telling):  # a file of one company names it better than one of several
        for title in sorted(names) if no in folder.telling else [names.most_common(1)[0][0]]:
            own = next((one for one in found.companies if one.title == title), None)
            if own is None:
                own = Company(slug(title), title, f"{folder.telling.get(no) or by_no[no].name}: Company {title}", _of_books(coins[title], books[title], abroad[title]), foreign={*+abroad[title]})
                found.companies.append(own)
            own.looks += [by_no.pop(no)] if no in by_no else []
    codes = _most(folder.asked("account_codes"))
    for look in by_no.values():
        near = [one for one in found.companies if look.no in codes and any(other.no == codes[look.no] for other in one.looks)] or [one for one in found.companies if len(found.companies) == 1 or any(other.folder == look.folder for other in one.looks)]
        if len(near) == 1:
            near[0].looks.append(look)
        elif found.companies:
            found.loose.append((look, "it names no company: put it into a folder with other extracts of its company"))
        else:
            found.companies.append(Company("", "", looks=[look]))
    if not found.companies:
        found.companies.append(Company("", ""))
    found.companies.sort(key=lambda one: one.title)


def _of_books(coins: Counter[str], books: Counter[str], abroad: Counter[str]) -> str:
    """The one currency in which the books have the very amounts of the documents; else the only one of the documents, where nothing says that it is foreign."""
    able = {*+books} - {*+abroad} or {*+coins} - {*+abroad}
    return next(iter(able)) if len(able) == 1 else ""


def add_shops(folder: Folder, found: Owners) -> None:
    """Orders exports of one currency whose orders are counted alike are of one shop, unless they contradict each other; other exports follow the orders that they name."""
    apart = {frozenset(map(str, pair)) for pair in folder.asked("two_shops")}
    facts: dict[str, tuple[str, str]] = {}
    since: dict[str, str] = {}
    inside: Counter[str] = Counter()
    for no, currency, prefix, _, within, on_top, first, _ in folder.asked("orders"):
        facts.setdefault(str(no), (str(currency), str(prefix)))
        since[str(no)] = min(since.get(str(no), "9"), str(first))
        inside[str(no)] += int(str(within)) - int(str(on_top))
    groups: list[tuple[tuple[str, str], list[Look]]] = []
    for look in (one for one in folder.of("store") if one.no in facts):
        fit = next((looks for key, looks in groups if key == facts[look.no] and not any(frozenset((look.no, other.no)) in apart for other in looks)), None)
        if fit is None:
            groups.append((facts[look.no], [look]))
        else:
            fit.append(look)
    for (currency, prefix), looks in groups:
        found.shops.append(Shop("", currency, looks=looks, taxes_included=sum(inside[look.no] for look in looks) > 0, counted=(prefix, min(since[look.no] for look in looks))))
    found.shops.sort(key=lambda shop: (shop.currency, shop.counted))
    sold = folder.asked("sale_orders")
    for shop in found.shops:
        titles = Counter[str]()
        for no, title, orders in sold:
            titles[str(title)] += int(str(orders)) if any(look.no == no for look in shop.looks) else 0
        best = (+titles).most_common(2)
        shop.company = next((one for one in found.companies if best and one.title == best[0][0] and (len(best) == 1 or best[0][1] > best[1][1])), None)
    shared = shared_orders(folder, found)
    for look in (one for one in folder.of("store") if one.no not in facts):
        whose = found.shops[shared[look.no].most_common(1)[0][0]] if shared[look.no] else _beside(found.shops, look)
        if whose:
            whose.looks.append(look)
        else:
            found.loose.append((look, _shopless(found, look)))


def _shopless(found: Owners, look: Look) -> str:
    """Why a shop's file is nobody's."""
    if look.format in ORDERS:
        return "there is not one order in it" if not look.rows else "nothing says of which shop its orders are"
    if found.shops:
        return "no order of it stands in an orders export, and there is more than one shop"
    return "no orders export with orders lies beside it: Shopify, Orders, Export"


def shared_orders(folder: Folder, found: Owners) -> dict[str, Counter[int]]:
    """How many orders of which shop, by its place, each file names; where names are those of several shops, the totals decide, and where they do not, it is nobody's."""
    exact: dict[str, Counter[int]] = defaultdict(Counter)
    named: dict[str, Counter[int]] = defaultdict(Counter)
    place_of = {look.no: place for place, shop in enumerate(found.shops) for look in shop.looks}
    for no, orders_no, orders, same in folder.asked("shared_orders"):
        if str(orders_no) in place_of:
            named[str(no)][place_of[str(orders_no)]] += int(str(orders))
            exact[str(no)][place_of[str(orders_no)]] += int(str(same))
    out: dict[str, Counter[int]] = defaultdict(Counter)
    for no, votes in named.items():
        best = (+exact[no] or votes).most_common(2)
        if len(best) == 1 or best[0][1] > best[1][1]:
            out[no] = Counter({one: many for one, many in (+exact[no] or votes).items() if many * 5 >= best[0][1]})
    return out


def add_banks(folder: Folder, found: Owners) -> None:
    """One per number and currency."""
    for look in folder.of("bank_account"):
        for name, (number, currency) in look.statements.items():
            own = next((one for one in found.banks if one.currency == currency and _same_number(one.number, number)), None)
            if own is None:
                own = Bank("", number, currency)
                found.banks.append(own)
            own.looks.append(look)
            own.nos.add(name)
    found.banks.sort(key=lambda bank: (bank.currency, bank.number))


def _same_number(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one).upper() == re.sub(r"\W", "", other).upper()


def place(found: Owners, company: Company) -> None:
    """Currency, country and time zone of a company and of its shops, as far as its files say: its currency is that of all that it has, else that of its country."""
    banks = [bank for bank in found.banks if bank.company is company]
    coins = {one.currency for one in found.owned() if one.company is company and one.currency}
    ibans = {bank.number[:2].upper() for bank in banks if re.fullmatch(r"[A-Za-z]{2}\d{2}[A-Za-z0-9 ]{10,}", bank.number)} & COUNTRIES
    if not company.currency and len(coins - company.foreign) == 1:
        company.currency = next(iter(coins - company.foreign))
    if not company.country:
        own = [country for country, (currency, _) in countries().items() if currency == company.currency]
        company.country = next(iter(ibans)) if len(ibans) == 1 else own[0] if len(own) == 1 and not ibans else ""
    if not company.currency and countries().get(company.country, ("",))[0] in coins:
        company.currency = countries()[company.country][0]
    settle_zones(found, company)


def settle_zones(found: Owners, company: Company) -> None:
    """The zones of a company's shops by the offsets of their orders: among those of its country, else of the countries of the shop's currency, else of all; the company's own is that of its first shop."""
    zones = countries().get(company.country, ("", ()))[1]
    for shop in (shop for shop in found.shops if shop.company is company):
        offsets = sorted({one for look in shop.looks for one in look.offsets})
        abroad = [zone for _, _, zone in sorted((currency != shop.currency, place, zone) for currency, all_of in countries().values() for place, zone in enumerate(all_of))]
        fitting = list(_fitting(zones, offsets)) or (list(_fitting(abroad, offsets)) if offsets else [])
        shop.zone, shop.zones = (fitting or [_fixed(offsets)])[0], fitting[1:2]
    company.zone = next((shop.zone for shop in found.shops if shop.company is company and shop.zone), zones[0] if zones else "UTC" if company.country else "")


def _fixed(offsets: list[tuple[str, str]]) -> str:
    """A clock that never changes, where the offsets are whole hours and always the same; none where they are not."""
    said = {offset for _, offset in offsets}
    hours = int(next(iter(said))[:3]) if len(said) == 1 and next(iter(said)).endswith("00") else None
    return "" if hours is None else f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _fitting(zones: Iterable[str], offsets: list[tuple[str, str]]) -> Iterator[str]:
    """Zones whose clocks had these offsets on these days, at some hour of the day."""
    for zone in zones:
        hours = [{datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZoneInfo(zone)).strftime("%z") for hour in (0, 12, 23)} for day, _ in offsets]
        if all(offset in on_day for on_day, (_, offset) in zip(hours, offsets, strict=True)):
            yield zone


def _most(rows: Iterable[tuple[object, ...]]) -> dict[str, str]:
    """The first word of each file: statements give the one of most rows first."""
    found: dict[str, str] = {}
    for no, word, *_ in rows:
        found.setdefault(str(no), str(word))
    return found


def _beside(shops: list[Shop], look: Look) -> Shop | None:
    """The only shop, or the only one that has a file in the same folder."""
    near = shops if len(shops) == 1 else [shop for shop in shops if any(other.folder == look.folder for other in shop.looks)]
    return near[0] if len(near) == 1 else None
