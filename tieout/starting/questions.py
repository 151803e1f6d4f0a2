"""What no file says, asked of a person: three questions at the most; what is left open then is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.iso import COUNTRIES
from ledger.money import CURRENCIES

from .countries import countries
from .gateways import processor_of
from .groups import belong
from .rows import Rows, answers_for
from .whose import Account, Bank, Company, Owners, Shop, place, slug

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
    """Name, country and currency of the companies, and which of them a shop belongs to, where no file says so."""
    for company in owners.companies:
        if not company.title:
            company.title = asking.once("What is the company called, as its books have it?", called, _name)
            company.name = slug(company.title)
    for one in owners.owned():
        belong(owners)
        if one.company is None:
            titles = [company.title for company in owners.companies]
            answer = asking.once(f"Which company has {_words(one)}? {' or '.join(titles)}; empty: leave it out", "", _one_of(["", *titles]))
            one.company = next((company for company in owners.companies if answer and company.title.casefold() == answer.casefold()), None)
    for company in owners.companies:
        place(owners, company)
        if not company.country:
            company.country = asking.once(f"In which country is {company.title}? (two letters, as DE)", "", _country).upper()
            place(owners, company)
        if not company.currency:
            own = countries().get(company.country, ("EUR",))[0]
            company.currency = asking.once(f"In which currency does {company.title} keep its books? (three letters, as {own})", own, _currency).upper()
            place(owners, company)


def about_spellings(owners: Owners, made: Rows, asking: Asking) -> None:
    """Who pays out what no file settles; an empty answer leaves the spelling to the finding that names it. A processor that has no file here is not asked about: its report is what lacks."""
    for one in made.spellings:
        if one.answer or processor_of(one.word):
            continue
        same = [other for other in made.spellings if other.shop is one.shop and not other.answer and (other is one or other.word in one.twins)]
        words = " or ".join(other.word for other in same)
        able = answers_for(one.shop, owners)
        answer = asking.once(f"Who pays out {words}, with which {one.rows} payment{'s' if one.rows > 1 else ''} of {one.shop.name} were made? {', '.join(able)}; empty: leave it open", "", _one_of(["", *able])).casefold()
        for other in same if answer else []:
            other.answer = answer
            made.add("gateways", (other.shop.name, other.word, answer), "your answer")


def _words(one: Shop | Bank | Account) -> str:
    if isinstance(one, Shop):
        return f"the shop of {one.looks[0].called}, which sells in {one.currency}"
    if isinstance(one, Bank):
        return f"the bank account {one.number or one.looks[0].called}"
    return f"the account at {one.processor} in {one.currency}"


def _name(answer: str) -> str:
    if any(not sign.isprintable() for sign in answer):
        return "a name has no marks that cannot be seen"
    return "" if answer.strip() and len(answer) <= 200 else "a company has a name, of at most 200 letters"


def _country(answer: str) -> str:
    return "" if answer.upper() in COUNTRIES else "it is needed: two letters of ISO 3166, as DE, FR or US" if not answer else f'"{answer}" is no country of ISO 3166: two letters, as DE, FR or US'


def _currency(answer: str) -> str:
    return "" if answer.upper() in CURRENCIES else f'"{answer}" is no currency of ISO 4217: three letters, as EUR or USD'


def _one_of(allowed: list[str]) -> Check:
    return lambda answer: "" if answer.casefold() in {one.casefold() for one in allowed} else f'"{answer}" is none of {", ".join(one for one in allowed if one)}'


def settled(company: Company) -> bool:
    """Whether everything is known that a row of entities.csv needs."""
    return bool(company.name and company.title and company.country and company.currency and company.zone)
