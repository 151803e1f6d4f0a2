"""Odoo's accounts by role: what Odoo itself booked there says it best, else the one name that fits."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from .gateways import reports
from .looks import Folder
from .whose import Account, Company

OF_PROCESSOR = ("clearing", "processing_fees")
COSTS = "expense|expenses"
MOST = 10  # what is booked elsewhere may be a tenth of it


@dataclass
class Chart:
    """One company's accounts: code, name in small letters and type of each; how many items stand on each, how many of them for a tax; and on which the payments that a processor settled were booked."""

    names: list[tuple[str, str, str]]
    items: dict[str, int] = field(default_factory=dict)
    taxed: Counter[str] = field(default_factory=Counter)
    paid: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def one(self, words: str, types: str) -> tuple[str, str] | None:
        """The account whose name fits, else, of several, the only one that anything is booked on, else none: code and what says so."""
        fitting = self.fitting(words, types)
        used = [code for code in fitting if self.items.get(code)]
        if len(fitting) == 1 or len(used) == 1:
            code = fitting[0] if len(fitting) == 1 else used[0]
            return code, f"account {code} {self.name(code)}" + (f", the only one of {len(fitting)} names like it that has items" if len(fitting) > 1 else "")
        return None

    def fitting(self, words: str, types: str) -> list[str]:
        """The codes of all accounts whose name and type fit."""
        return [code for code, name, kind in self.names if re.search(words, name.lower()) and (not types or not kind or kind in types.split("|"))]

    def of(self, account: Account, others: list[Account]) -> Chart:
        """The accounts whose names speak of an account at a processor."""
        return Chart([one for one in self.names if _speaks_of(one[1], account, others)], self.items)

    def for_all(self, words: str, types: str) -> tuple[str, str] | None:
        """The one account that fits and whose name speaks of no processor: it is for all of them."""
        fits = Chart([one for one in self.names if not any(word in one[1].lower() for word in _processors())], self.items).one(words, types)
        return (fits[0], f"{fits[1]}, which speaks of no processor, and none has one of its own") if fits else None

    def name(self, code: str) -> str:
        """Its name as Odoo writes it."""
        return next((name for one, name, _ in self.names if one == code), "")


def chart_of(folder: Folder, company: Company, accounts: Iterable[Account]) -> Chart:
    """What the company's extracts say of its accounts."""
    nos = sorted(look.no for look in company.looks)
    named: dict[str, tuple[str, str]] = {}
    for no, code, name, kind, _ in sorted(folder.asked("ledger_accounts"), key=lambda row: row[3] is None):  # journal items write the code before the name, and know no type
        if str(no) in nos:
            named.setdefault(str(code), (str(name).removeprefix(f"{code} "), str(kind or "").lower()))
    chart = Chart([(code, name, kind) for code, (name, kind) in named.items()])
    for code, items, taxed in folder.asked("booked_to", looks=nos):
        chart.items[str(code)], chart.taxed[str(code)] = int(str(items)), int(str(taxed))
    owner = {look.no: account.name for account in accounts for look in account.looks}
    for no, code, payments in folder.asked("paid_through", looks=nos):
        if str(no) in owner:
            chart.paid[owner[str(no)]][str(code)] += int(str(payments))
    return chart


def roles_of(chart: Chart, accounts: list[Account]) -> list[tuple[str, str, str, str]]:
    """Role, qualifier, code and what says so: a tax where Odoo books taxes, a clearing account where it books the payments that the processor settles; all others by name, the rows of roles.csv in their order.

    Only costs may stand for two roles: any other account is that of the first. One account may be the clearing account of several processors.
    """
    found: dict[tuple[str, str], tuple[str, str]] = {}
    if (tax := _most(chart.taxed)) and chart.taxed[tax]:
        found["tax", ""] = tax, f"account {tax} {chart.name(tax)}: {chart.taxed[tax]} items of taxes stand there"
    for account in accounts:
        paid = chart.paid[account.name]
        if code := _most(paid):
            found["clearing", account.name] = code, f"account {code} {chart.name(code)}: Odoo booked {paid[code]} payments there that {account.name} settled"
    for role, words, types in _roles():
        for qualifier, fits in _named(chart, role, words, types, accounts):
            if types == COSTS or fits[0] not in {code for (other, _), (code, _) in found.items() if other != role}:
                found.setdefault((role, qualifier), fits)
    return [(role, qualifier, code, said) for (role, qualifier), (code, said) in found.items()]


def _named(chart: Chart, role: str, words: str, types: str, accounts: list[Account]) -> Iterable[tuple[str, tuple[str, str]]]:
    """By name: one account for all of the company, or one for each account at a processor, by the processor's name where there are several."""
    if role not in OF_PROCESSOR:
        if fits := chart.one(words, types):
            yield "", fits
        return
    own = {account.name: chart.of(account, accounts).one(words, types) or (chart.one(words, types) if len(accounts) == 1 else None) for account in accounts}
    if role == "processing_fees":  # what a processor costs may stand in one account, whatever the currencies; what it owes may not
        own |= {account.name: chart.of(account, [account]).one(words, types) for account in accounts if not own[account.name]}
    if not any(own.values()) and (role == "processing_fees" or len({account.currency for account in accounts}) == 1):
        own = dict.fromkeys(own, chart.for_all(words, types))
    yield from ((name, fits) for name, fits in own.items() if fits)


def _most(counted: Counter[str]) -> str:
    """What nearly all of it is; empty where that is not said."""
    first = counted.most_common(1)
    return first[0][0] if first and (counted.total() - first[0][1]) * MOST <= counted.total() else ""


def _speaks_of(name: str, account: Account, others: list[Account]) -> bool:
    """Whether an account's name has the processor's name, and the currency where it has two accounts there."""
    twice = sum(one.processor == account.processor for one in others) > 1
    word = account.processor.split("_")[0]
    return word in name.lower() and (not twice or account.currency.lower() in name.lower())


def journal_of(folder: Folder, company: Company) -> str:
    """The journal for entries about payouts: the general one that is called so, else the only general one."""
    nos = {look.no for look in company.looks}
    general = [(str(code), str(name).lower()) for no, code, name, kind in folder.asked("journals") if str(no) in nos and str(kind or "").lower() in ("general", "miscellaneous")]
    named = [code for code, name in general if re.search(r"payout|processor|payment|clearing|auszahlung", name)]
    return named[0] if len(named) == 1 else general[0][0] if len(general) == 1 else next((code for code, _ in general if code == "MISC"), "")


@cache
def _processors() -> frozenset[str]:
    """The first words of the processors' names."""
    return frozenset(name.split("_")[0] for name in reports())


@cache
def _roles() -> list[tuple[str, str, str]]:
    text_of = (files("tieout") / "starting" / "roles.csv").read_text(encoding="utf-8")
    return [(row["role"], row["words"], row["types"] or "") for row in csv.DictReader(text_of.splitlines())]
