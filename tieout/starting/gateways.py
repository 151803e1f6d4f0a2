"""Whose a way to pay is: by the payments that processors' files have, by the other spelling of the same payments, by its name; what none of these says stays open."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from importers._bank_names import processor_in

from .looks import Folder
from .whose import Account, Owners, Shop

TENDERS = (  # what nobody pays out, by the words of its spelling
    ("gift_card", r"gift.?card|gutschein|carte.?cadeau"),
    ("store_credit", r"store.?credit"),
    ("cash_on_delivery", r"cash.?on.?delivery|[(]cod[)]|^cod$|nachnahme|contra.?reembolso|contre.?remboursement"),
    ("bank_transfer", r"bank.?(transfer|deposit)|\bwire\b|vorkasse|.berweisung|virement|transferencia"),
    ("manual", r"manual|money.?order|^cash$"),
)
OTHERS = re.compile(r"amazon.?pay|clover|cash.?app", re.IGNORECASE)  # have the name of a processor in them and are paid out by somebody else


@dataclass
class Spelling:
    """One way to pay as a shop's exports write it: in how many rows, where first, and whose it is with what says so."""

    shop: Shop
    word: str
    rows: int = 0
    where: str = ""
    answer: str = ""
    said: str = ""
    votes: Counter[str] = field(default_factory=Counter)
    twins: Counter[str] = field(default_factory=Counter)  # the spelling that the other export has for the same payments


def spellings_of(folder: Folder, owners: Owners) -> list[Spelling]:
    """Every spelling of every shop that is a company's, answered as far as the files go."""
    found: dict[tuple[int, str], Spelling] = {}
    for no, word, rows, row_no in folder.asked("gateways"):
        shop = owners.shop_of(no)
        if shop and shop.company:
            one = found.setdefault((id(shop), str(word)), Spelling(shop, str(word)))
            one.rows += int(str(rows))
            one.where = one.where or f"{next(look.called for look in shop.looks if look.no == no)}:{row_no}"
    account_of = {look.no: account for account in owners.accounts for look in account.looks}
    for no, word, account_no, payments in folder.asked("settled_by"):
        account, spelling = account_of.get(str(account_no)), found.get((id(owners.shop_of(no)), str(word)))
        if spelling and account and account.company is spelling.shop.company and account.shop in (None, spelling.shop):
            spelling.votes[account.name] += int(str(payments))
    for no, word, other_no, twin, orders in folder.asked("twins"):
        shop = owners.shop_of(no)
        if shop is owners.shop_of(other_no) and (id(shop), str(word)) in found and (id(shop), str(twin)) in found and word != twin:
            found[id(shop), str(word)].twins[str(twin)] += int(str(orders))
            found[id(shop), str(twin)].twins[str(word)] += int(str(orders))
    able = sorted(found.values(), key=lambda one: (one.shop.name, one.word))
    _answer(able, owners)
    return able


def _answer(spellings: list[Spelling], owners: Owners) -> None:
    """Strongest first: payments in a processor's file, the other spelling of them, the processor's name, a tender's words."""
    for one in spellings:
        name, many = one.votes.most_common(1)[0] if one.votes else ("", 0)
        if many * 2 > one.votes.total() and (many * 2 >= one.rows or not tender(one.word)):
            one.answer, one.said = name, f"{many} of them settled in its files"
    _follow(spellings)
    for one in (one for one in spellings if not one.answer):
        if own := _named(owners, one.shop, one.word):
            one.answer, one.said = own.name, "by its name"
        elif word := tender(one.word):
            one.answer, one.said = word, "no processor pays it out"
    _follow(spellings)


def _follow(spellings: list[Spelling]) -> None:
    """What has no answer is what the other export calls the same payments, where nearly all of them are called so."""
    known = {(id(one.shop), one.word): one.answer for one in spellings if one.answer}
    for one in (one for one in spellings if not one.answer and one.twins):
        answers = Counter[str]()
        for twin, orders in one.twins.items():
            answers[known.get((id(one.shop), twin), "")] += orders
        answer, many = answers.most_common(1)[0]
        if answer and many * 10 >= answers.total() * 9:
            one.answer, one.said = answer, f"{one.twins.most_common(1)[0][0]} in the other export of the same payments"


def processor_of(word: str) -> str:
    """The processor whose name is in a spelling."""
    return "" if OTHERS.search(word) else processor_in(word.replace("_", " ")) or ""


def tender(word: str) -> str:
    """The tender that a spelling's words say, if they name no processor."""
    return "" if processor_of(word) else next((one for one, words in TENDERS if re.search(words, word.lower())), "")


def _named(owners: Owners, shop: Shop, word: str) -> Account | None:
    processor = processor_of(word)
    able = [one for one in owners.accounts if one.processor == processor and one.company is shop.company and one.currency == shop.currency and one.shop in (None, shop)]
    return able[0] if len(able) == 1 else None


@cache
def reports() -> dict[str, str]:
    """The report of a processor that has its payouts, as a person finds it there."""
    text = (files("tieout") / "starting" / "reports.csv").read_text(encoding="utf-8")
    return {row["processor"]: row["report"] for row in csv.DictReader(text.splitlines())}
