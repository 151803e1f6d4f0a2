"""The mapping rows that a folder of exports gives, each with what says so; nothing is guessed that no file shows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.mapping_files import FILES, TENDERS, VALIDITY
from ledger.money import text

from .calendars import bank_holidays
from .fees import schedule_of
from .gateways import Spelling, spellings_of
from .ledger import chart_of, journal_of, roles_of
from .looks import Folder
from .whose import Account, Company, Owners, Shop

RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?) ?%")


@dataclass
class Rows:
    """Rows of mapping files with what says each; `spellings` are the ways to pay, of which those without an answer have no row."""

    since: str
    rows: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))
    spellings: list[Spelling] = field(default_factory=list)

    def add(self, file: str, cells: tuple[str, ...], said: str) -> None:
        """One row, its cells in the order of the file's columns; a row that is there already is not said twice."""
        row = (*cells, self.since, "")
        if row not in (there for there, _ in self.rows[file]):
            self.rows[file].append((row, said))

    def content(self, file: str) -> str:
        """The mapping file as text."""
        cells = [(*FILES[file].columns, *VALIDITY), *sorted(row for row, _ in self.rows.get(file, ()))]
        return "".join(",".join(_cell(cell) for cell in row) + "\n" for row in cells)


def rows_of(folder: Folder, owners: Owners, since: str) -> Rows:
    """All rows; `since` is the first day from which they hold."""
    made = Rows(since)
    for company in owners.companies:
        made.add("entities", (company.name, company.title, company.country, company.currency, company.title, company.zone), company.said or "your answer")
    for shop in (one for one in owners.shops if one.company):
        clock = f"Created at {shop.looks[0].offsets[0][1]}{f' as in {shop.zones[0]} too' if shop.zones else ''}" if shop.looks[0].offsets else "no time of an order"
        said = f"{shop.looks[0].called}: Currency {shop.currency}, {clock}, totals {'with' if shop.taxes_included else 'without'} tax in the prices"
        made.add("stores", (shop.name, _of(shop.company), "shopify", shop.zone, shop.currency, str(shop.taxes_included).lower()), said)
    for bank in (one for one in owners.banks if one.company):
        made.add("bank_accounts", (bank.name, _of(bank.company), bank.currency, bank.number), f"{bank.looks[0].called}: account {bank.number or 'without a number'} in {bank.currency}{f'; {bank.looks[0].coin_said}' if bank.looks[0].coin_said else ''}")
    for account in (one for one in owners.accounts if one.company):
        said = f"{account.looks[0].called}: {account.looks[0].format}, {f'account {account.merchant}, ' if account.merchant else ''}{account.currency}{_coin_said(account)}" + (f"; {'its payouts are in' if account.seen else 'the only bank account in its currency is that of'} {account.bank.looks[0].called}" if account.bank else "")
        made.add("processor_accounts", (account.name, account.processor, _of(account.company), account.currency, account.bank.name if account.bank else ""), said)
    _gateways(folder, owners, made)
    _schedules(folder, owners, made)
    _taxes(folder, owners, made)
    for company in owners.companies:
        _ledger(folder, owners, company, made)
        _calendar(folder, company, made)
    return made


def _calendar(folder: Folder, company: Company, made: Rows) -> None:
    """The days on which its banks do not settle, from the first day that the files speak of to the end of the year after their last."""
    last = folder.asked("last_day")[0][0]
    first, end = date.fromisoformat(made.since).year + 1, last.year + 1 if isinstance(last, date) else 0
    for day, name in bank_holidays(company, range(first, end + 1)):
        made.add("calendars", (company.name, day.isoformat(), "false"), name)


def _coin_said(account: Account) -> str:
    """What says the currency of an account whose files do not."""
    return next((f", {look.coin_said}" for look in account.looks if look.coin_said), "")


def _of(company: Company | None) -> str:
    return company.name if company else ""


def _gateways(folder: Folder, owners: Owners, made: Rows) -> None:
    made.spellings = spellings_of(folder, owners)
    for one in made.spellings:
        if one.answer:
            made.add("gateways", (one.shop.name, one.word, one.answer), f"{one.where}: {one.word}, {one.rows} rows; {one.said}")


def _schedules(folder: Folder, owners: Owners, made: Rows) -> None:
    """What most card sales of an account cost."""
    lines: dict[tuple[str, str], list[tuple[Decimal, Decimal, int]]] = defaultdict(list)
    for no, currency, gross, fee, _, many in folder.asked("fees"):
        account = next((one for one in owners.accounts if any(look.no == no for look in one.looks)), None)
        if account:
            lines[account.name, str(currency)].append((Decimal(str(gross)), Decimal(str(fee)), int(str(many))))
    for (name, currency), those in lines.items():
        if found := schedule_of(those, currency):
            made.add("fee_schedules", (name, "card", "", f"{found.percent.normalize():f}", text(found.fixed, currency), currency), f"{found.explained} of {found.lines} sales cost exactly that")


def _taxes(folder: Folder, owners: Owners, made: Rows) -> None:
    """A tax of the shop and one of Odoo belong together where one name has the rate that one other has, and no other; of several, those that stand on items of invoices, else those of the same words."""
    rates: dict[str, dict[str, Decimal]] = defaultdict(dict)
    used: set[tuple[str, str]] = set()
    for no, name, rate, _, items in folder.asked("odoo_taxes"):
        company = next((one for one in owners.companies if any(look.no == no for look in one.looks)), None)
        said = Decimal(str(rate)) if rate is not None else _rate(str(name))
        if company and said is not None:
            rates[company.name].setdefault(str(name), said)
            used |= {(company.name, str(name))} if items else set()
    for no, name, rows, row_no in folder.asked("taxes"):
        shop = owners.shop_of(no)
        rate = _rate(str(name))
        if shop is None or shop.company is None or rate is None:
            continue
        same = [word for word, own in rates[shop.company.name].items() if own == rate]
        near = ([word for word in same if (shop.company.name, word) in used] or same) if len(same) > 1 else same
        near = [word for word in near if _words(str(name)) & _words(word)] if len(near) > 1 else near
        if len(near) == 1:
            look = next(look for look in shop.looks if look.no == no)
            made.add("taxes", (shop.company.name, str(name), near[0], f"{rate.normalize():f}", ""), f"{look.called}:{row_no}: {name}, {rows} rows; Odoo {'books' if len(same) > 1 else 'has'} one tax of {rate.normalize():f} % that fits: {near[0]}")


def _rate(name: str) -> Decimal | None:
    found = RATE.search(name)
    return Decimal(found[1].replace(",", ".")) if found else None


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{2,}", name.lower()) if word not in ("tax", "vat", "sales", "of")}


def _ledger(folder: Folder, owners: Owners, company: Company, made: Rows) -> None:
    """Odoo's accounts by role, with the journal of the entries about payouts."""
    accounts = [one for one in owners.accounts if one.company is company]
    journal = journal_of(folder, company)
    for role, qualifier, code, said in roles_of(chart_of(folder, company, accounts), accounts):
        made.add("accounts", (company.name, role, qualifier, code, journal), said)


def answers_for(shop: Shop, owners: Owners) -> list[str]:
    """What the account of an open spelling may be."""
    return [*(one.name for one in owners.accounts if one.company is shop.company), *TENDERS]


def _cell(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\n') else value
