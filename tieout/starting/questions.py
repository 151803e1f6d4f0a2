"""What no file says, asked of a person: three questions at the most; what is left open then is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.iso import COUNTRIES
from ledger.money import CURRENCIES

from .rows import Rows, answers_for
from .whose import Account, Bank, Company, Owners, Shop, settle_zones, slug

MOST = 3
Check = Callable[[str], str]
Ask = Callable[[str, str, Check], str]  # the question, what an empty answer means, and what says why an answer cannot be; gives an answer that can


@dataclass
class Asking:
    """Asks, and counts."""

    ask: Ask
    asked: int = 0

    def once(self, question: str, default: str, check: Check) -> str:
        """The answer; the default where three questions were asked already."""
        if self.asked >= MOST:
            return default
        self.asked += 1
        return self.ask(question, default, check)


def about_companies(owners: Owners, asking: Asking, called: str) -> None:
    """Name, currency and country of the companies, and which of them a shop belongs to, where no file says so."""
    for company in owners.companies:
        if not company.title:
            company.title = asking.once("What is the company called, as its books have it?", called, _name)
            company.name = slug(company.title)
    for one in owners.owned():
        if one.company is None:
            answer = asking.once(f"Which company has {_words(one)}? {' or '.join(c.name for c in owners.companies)}", "", _one_of([c.name for c in owners.companies]))
            one.company = next((c for c in owners.companies if c.name == answer), None)
    for company in owners.companies:
        if not company.currency:
            company.currency = asking.once(f"In which currency does {company.title} keep its books? (as EUR)", "EUR", _currency).upper()
        if not company.country:
            company.country = asking.once(f"In which country is {company.title}? (two letters, as DE)", "", _country).upper()
        settle_zones(owners, company)


def about_spellings(owners: Owners, made: Rows, asking: Asking) -> None:
    """Who pays out what no file settles; an empty answer leaves the spelling to the finding that names it."""
    for shop, spelling, rows in list(made.open_spellings):
        able = answers_for(shop, owners)
        answer = asking.once(f"Who pays out {spelling}, with which {rows} payment{'s' if rows > 1 else ''} of {shop.name} were made? {', '.join(able)}; empty: leave it open", "", _one_of(["", *able]))
        if answer:
            made.add("gateways", (shop.name, spelling, answer), "your answer")
            made.open_spellings.remove((shop, spelling, rows))


def _words(one: Shop | Bank | Account) -> str:
    if isinstance(one, Shop):
        return f"the shop of {one.looks[0].name}, which sells in {one.currency}"
    if isinstance(one, Bank):
        return f"the bank account {one.number or one.looks[0].name}"
    return f"the account at {one.processor} in {one.currency}"


def _name(answer: str) -> str:
    return "" if answer.strip() and len(answer) <= 200 else "a company has a name"


def _country(answer: str) -> str:
    return "" if answer.upper() in COUNTRIES else f'"{answer}" is no country of ISO 3166: two letters, as DE, FR or US'


def _currency(answer: str) -> str:
    return "" if answer.upper() in CURRENCIES else f'"{answer}" is no currency of ISO 4217: three letters, as EUR or USD'


def _one_of(allowed: list[str]) -> Check:
    return lambda answer: "" if answer in allowed else f'"{answer}" is none of {", ".join(one for one in allowed if one)}'


def settled(company: Company) -> bool:
    """Whether everything is known that a row of entities.csv needs."""
    return bool(company.name and company.title and company.country and company.currency and company.zone)
