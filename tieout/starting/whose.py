"""Whose each file is: the companies, shops, processor accounts and bank accounts that a folder of exports speaks of, by what the files say of each other."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from .looks import Folder, Look

LEGAL = re.compile(r"(-(inc|ltd|limited|llc|llp|plc|corp|co|company|gmbh|mbh|ug|ag|kg|ohg|gbr|ek|e-k|sarl|sas|sa|srl|spa|sl|bv|nv|ab|as|aps|oy|oyj|pty|pte|kft|doo|sro))+$")
SHORT = {"shopify_payments": "shopify"}
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


@dataclass
class Shop:
    """A shop of a company."""

    name: str
    currency: str
    company: Company | None = None
    zone: str = ""
    taxes_included: bool = False
    looks: list[Look] = field(default_factory=list)


@dataclass
class Bank:
    """A bank account."""

    name: str
    number: str
    currency: str
    company: Company | None = None
    looks: list[Look] = field(default_factory=list)


@dataclass
class Account:
    """An account at a processor: in one currency, paid into one bank account."""

    name: str
    processor: str
    currency: str
    shop: Shop | None = None
    company: Company | None = None
    bank: Bank | None = None
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


def owners_of(folder: Folder) -> Owners:
    """Group the files of a folder."""
    found = Owners()
    _companies(folder, found)
    _shops(folder, found)
    _banks(folder, found)
    _accounts(folder, found)
    for one in found.owned():
        one.company = one.company or _company_of(found, one)
    for company in found.companies:
        _place(found, company)
    return found


def slug(text: str) -> str:
    """A name as mapping files and folders have it: small letters, figures and hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "books"


def brand(name: str) -> str:
    """The name of a company without the words of its form."""
    return LEGAL.sub("", name) or name


@cache
def countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Currency and time zones of a country, the zone of most people first."""
    text = (files("tieout") / "starting" / "zones.csv").read_text(encoding="utf-8")
    return {row["country"]: (row["currency"], tuple(row["zones"].split())) for row in csv.DictReader(text.splitlines())}


def _companies(folder: Folder, found: Owners) -> None:
    """One per company that Odoo names; an extract that names none belongs to the only one, or to that of its folder."""
    by_no = {look.no: look for look in folder.of("entity")}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    coins: dict[str, Counter[str]] = defaultdict(Counter)
    for no, company, currency, rows in folder.asked("companies"):
        said[str(no)][str(company)] += int(str(rows))
        coins[str(company)][str(currency)] += int(str(rows)) if currency else 0
    for no, names in said.items():
        title = names.most_common(1)[0][0]
        own = next((one for one in found.companies if one.title == title), None)
        if own is None:
            own = Company(slug(title), title, f"{by_no[no].name}: Company {title}", (+coins[title]).most_common(1)[0][0] if +coins[title] else "")
            found.companies.append(own)
        own.looks.append(by_no.pop(no))
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


def _shops(folder: Folder, found: Owners) -> None:
    """Orders exports of one currency whose orders are counted alike are of one shop, unless an order of one name has two numbers; other exports follow the orders that they name."""
    apart = {frozenset(map(str, pair)) for pair in folder.asked("two_shops")}
    facts: dict[str, tuple[str, str]] = {}
    inside: Counter[str] = Counter()
    for no, currency, prefix, _, within, on_top, *_ in folder.asked("orders"):
        facts.setdefault(str(no), (str(currency), str(prefix)))
        inside[str(no)] += int(str(within)) - int(str(on_top))
    groups: list[tuple[tuple[str, str], list[Look]]] = []
    for look in (one for one in folder.of("store") if one.no in facts):
        fit = next((looks for key, looks in groups if key == facts[look.no] and not any(frozenset((look.no, other.no)) in apart for other in looks)), None)
        if fit is None:
            groups.append((facts[look.no], [look]))
        else:
            fit.append(look)
    for (currency, _), looks in groups:
        found.shops.append(Shop("", currency, looks=looks, taxes_included=sum(inside[look.no] for look in looks) > 0))
    shared = _most(folder.asked("shared_orders"))
    for look in (one for one in folder.of("store") if one.no not in facts):
        shop = found.shop_of(shared.get(look.no)) or _beside(found.shops, look)
        if shop:
            shop.looks.append(look)
        else:
            found.loose.append((look, "no order of it stands in an orders export, and there is more than one shop" if found.shops else "there is no orders export beside it"))
    sold = _most(folder.asked("sale_orders"))
    for shop in found.shops:
        titles = Counter(sold[look.no] for look in shop.looks if look.no in sold)
        shop.company = next((one for one in found.companies if titles and one.title == titles.most_common(1)[0][0]), None)


def _banks(folder: Folder, found: Owners) -> None:
    """One per number and currency; statements without a number are those of their folder and currency."""
    for look in folder.of("bank_account"):
        for number, currency in look.statements:
            own = next((one for one in found.banks if one.currency == currency and _same_number(one.number, number) and (number or one.looks[0].folder == look.folder)), None)
            if own is None:
                own = Bank("", number, currency)
                found.banks.append(own)
            own.looks.append(look)


def _same_number(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one).upper() == re.sub(r"\W", "", other).upper()


def _accounts(folder: Folder, found: Owners) -> None:
    """One per processor and currency; Shopify Payments one per shop. Files without rows follow the others of their processor."""
    coins = _most(folder.asked("money"))
    shared = _most(folder.asked("shared_orders"))
    looks = sorted(folder.of("account"), key=lambda look: (look.no not in coins, look.no not in shared))
    for look in looks:
        currency, shop = coins.get(look.no, ""), found.shop_of(shared.get(look.no))
        same = [one for one in found.accounts if one.processor == look.processor and currency in ("", one.currency)]
        if look.processor == "shopify_payments" and shop is None:
            fitting = [one for one in found.shops if one.currency == currency]
            shop = fitting[0] if len(fitting) == 1 else None
        if look.processor == "shopify_payments" and shop:
            same = [one for one in same if one.shop in (None, shop)]
        own = same[0] if len(same) == 1 else next((one for one in same if any(other.folder == look.folder for other in one.looks)), None)
        if own is None and same:
            found.loose.append((look, f"it may be of {len(same)} accounts of {look.processor}: put it into a folder with other files of its account"))
        elif own is None and not currency:
            found.loose.append((look, "it has no rows and no other file of its processor lies beside it"))
        else:
            if own is None:
                own = Account("", look.processor, currency)
                found.accounts.append(own)
            own.shop = own.shop or shop
            own.looks.append(look)
    paid: dict[str, Counter[str]] = defaultdict(Counter)
    for no, bank_no, payouts in folder.asked("paid_into"):
        paid[str(no)][str(bank_no)] += int(str(payouts))
    for account in found.accounts:
        account.company = account.shop.company if account.shop else None
        votes: Counter[int] = Counter()
        for look in account.looks:
            for bank_no, payouts in paid[look.no].items():
                votes.update({n: payouts for n, bank in enumerate(found.banks) if bank.currency == account.currency and any(one.no == bank_no for one in bank.looks)})
        able = [bank for bank in found.banks if bank.currency == account.currency]
        account.bank = found.banks[votes.most_common(1)[0][0]] if votes else able[0] if len(able) == 1 else None


def _company_of(found: Owners, one: Shop | Bank | Account) -> Company | None:
    """The only company; else that of the accounts paid into the bank account, that of the bank account, or the only one of the currency."""
    if len(found.companies) == 1:
        return found.companies[0]
    near: set[str] = set()
    if isinstance(one, Bank):
        near = {account.company.name for account in found.accounts if account.bank is one and account.company}
    if isinstance(one, Account) and one.bank and one.bank.company:
        near = {one.bank.company.name}
    near = near or {company.name for company in found.companies if company.currency == one.currency}
    return next((company for company in found.companies if company.name in near), None) if len(near) == 1 else None


def _place(found: Owners, company: Company) -> None:
    """Currency, country and time zone of a company and of its shops, as far as its files say."""
    banks = [bank for bank in found.banks if bank.company is company]
    coins = Counter(one.currency for one in found.owned() if one.company is company and one.currency)
    company.currency = company.currency or (coins.most_common(1)[0][0] if coins else "")
    ibans = {bank.number[:2].upper() for bank in banks if re.fullmatch(r"[A-Za-z]{2}\d{2}[A-Za-z0-9 ]{10,}", bank.number)} & countries().keys()
    own = [country for country, (currency, _) in countries().items() if currency == company.currency]
    company.country = next(iter(ibans)) if len(ibans) == 1 else own[0] if len(own) == 1 else ""
    settle_zones(found, company)


def settle_zones(found: Owners, company: Company) -> None:
    """The zones of a company's shops by the offsets of their orders, among those of its country; the company's own is that of its first shop."""
    zones = countries().get(company.country, ("", ()))[1]
    for shop in (shop for shop in found.shops if shop.company is company):
        offsets = [one for look in shop.looks for one in look.offsets]
        shop.zone = next(_fitting(zones, offsets), "") or (next(_fitting([z for _, all_of in countries().values() for z in all_of], offsets), "") if offsets else "")
    company.zone = next((shop.zone for shop in found.shops if shop.company is company and shop.zone), zones[0] if zones else "")


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


def name_all(found: Owners) -> None:
    """The names that mapping files use, once the companies have theirs: unique, short, of what they are."""
    taken: set[str] = set()

    def free(*choices: str) -> str:
        numbered = (f"{choices[-1]}-{n}" for n in range(2, 1000))
        name = next(one for one in (*choices, *numbered) if one not in taken)
        taken.add(name)
        return name

    for company in found.companies:
        company.name = free(company.name or slug(company.title))
    brands = Counter(brand(shop.company.name if shop.company else "shop") for shop in found.shops)
    for shop in found.shops:
        base = brand(shop.company.name if shop.company else "shop")
        base = f"{base}-{shop.currency.lower()}" if brands[base] > 1 else base
        shop.name = free(base, f"{base}-shop")
    for bank in found.banks:
        base, coin = "bank", bank.currency.lower()
        shorter = brand(bank.company.name) if bank.company and len(found.companies) > 1 else base
        shorter = f"{shorter}-bank" if shorter != base else base
        shorter = f"{shorter}-{coin}"
        bank.name = free(shorter, f"{shorter}-{re.sub(r'[^a-z0-9]', '', bank.number.lower())[-4:] or 'other'}")
    for account in found.accounts:
        short = SHORT.get(account.processor, account.processor.replace("_", "-"))
        base = account.shop.name if account.processor == "shopify_payments" and account.shop else brand(account.company.name) if account.company and len(found.companies) > 1 else ""
        account.name = free(f"{base}-{short}" if base else f"{short}-{account.currency.lower()}", f"{base or short}-{short}-{account.currency.lower()}")
