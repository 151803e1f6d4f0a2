"""What books from a folder of exports are written as: feeds, mapping files, and a copy of every file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from importers._unpack import take_out_named
from ledger import mappings, places
from ledger.durable import folder as make_folder

from .looks import Look
from .rows import Rows
from .whose import Account, Bank, Company, Owners, Shop

Owner = Company | Shop | Bank | Account
KINDS: dict[type, tuple[str, str]] = {Shop: ("store", "store-operations"), Account: ("account", "treasury"), Bank: ("bank_account", "treasury"), Company: ("entity", "accounting")}
OWN_ZONE = ("shopify_payments", "paypal")  # whose reports follow the clock of the shop; the others write UTC


def feeds_of(owners: Owners) -> dict[str, list[tuple[Owner, Look]]]:
    """Each feed's files: one per owner, and a further one where files write numbers or days in another way."""
    feeds: dict[str, list[tuple[Owner, Look]]] = {}
    taken: set[str] = set()
    everyone: list[Owner] = [*(one for one in owners.owned() if one.company), *owners.companies]
    seen: set[str] = set()
    for one in everyone:
        base = f"{one.name}-odoo" if isinstance(one, Company) else f"{one.name}-orders" if isinstance(one, Shop) else one.name
        ways: dict[tuple[str, str, str], list[tuple[Owner, Look]]] = {}
        for look in sorted(one.looks, key=lambda look: (-sum(look.heeds), look.no)):
            if look.no not in seen and not look.within:
                seen.add(look.no)  # a bank's file of several accounts lies in the feed of the first
                ways.setdefault(_way(look, ways), []).append((one, look))
        for number, looks in enumerate((looks for _, looks in sorted(ways.items(), key=lambda way: way[0])), 1):
            name = next(n for n in (base if number == 1 else f"{base}-{number}", f"{base}-files") if n not in taken)
            taken.add(name)
            feeds[name] = looks
    return feeds


def _way(look: Look, ways: Iterable[tuple[str, str, str]]) -> tuple[str, str, str]:
    """How its numbers and days are written, and its declaration; a file without any is written as others of its owner are."""
    own = (look.numbers, look.days, _declared(look))
    return next((way for way in ways if all(mine == other or not counts for mine, other, counts in zip(own, way, (*look.heeds, True), strict=True))), own)


def write(place: Path, called: str, owners: Owners, made: Rows) -> str:
    """The mapping files and a copy of every file that is somebody's, below `place`; the text of tieout.toml."""
    make_folder(place / "mappings")
    feeds = feeds_of(owners)
    text = f'environment = "test"\nname = {_quoted(owners.companies[0].title if len(owners.companies) == 1 else called)}\n\n[approval]\npeople = 1\n'
    for name, looks in feeds.items():
        owner, look = next((one for one in looks if all(one[1].heeds)), looks[0])
        kind, who = KINDS[type(owner)]
        text += f'\n[[feed]]\nname = {_quoted(name)}\n{kind} = {_quoted(owner.name)}\ntime_zone = {_quoted(_zone(owner))}\nowner = "{who}"\n'
        text += f"numbers = {_quoted(look.numbers)}\n" if look.numbers != "1234.56" else ""
        further = sorted(one.name for one in owners.accounts if any(part.within and part.within in {own.no for _, own in looks} for part in one.looks))
        text += f"further_accounts = {json.dumps(further)}\n" if further else ""
        text += (f"days = {_quoted(look.days)}\n" if look.days else "") + _declared(look)
    for file in mappings.COLUMNS:
        put(place / "mappings" / f"{file}.csv", made.content(file))
    for name, looks in feeds.items():
        make_folder(place / "inbox" / name)
        for _, look in sorted(looks, key=lambda one: one[1].no):
            _copy(place / "inbox" / name, look)
    return text


def _declared(look: Look) -> str:
    """The tables of a bank's own download, as tieout.toml has them."""
    if look.csv is None:
        return ""
    plain = look.csv.model_dump(exclude_defaults=True, exclude={"columns", "constants"})
    tables = {"[feed.csv]": plain, "[feed.csv.columns]": look.csv.columns, "[feed.csv.constants]": look.csv.constants}
    return "".join(f"\n{head}\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items()) for head, table in tables.items() if table)


def _zone(owner: Owner) -> str:
    if isinstance(owner, Company | Shop):
        return owner.zone
    if isinstance(owner, Account) and owner.processor not in OWN_ZONE:
        return "UTC"
    shop = owner.shop if isinstance(owner, Account) else None
    return (shop.zone if shop else "") or (owner.company.zone if owner.company else "") or "UTC"


def _quoted(text: str) -> str:
    """A string as TOML has it, which is as JSON has it."""
    return json.dumps(text, ensure_ascii=False)


def put(path: Path, text: str) -> None:
    """Write a file anew."""
    with os.fdopen(places.new(path), "w", encoding="utf-8") as file:
        file.write(text)


def _copy(feed: Path, look: Look) -> None:
    """The file, or the one member of an archive that the look is of, under a name that is free in the feed."""
    stem = look.name.rsplit("/", 1)[-1]
    name = next(n for n in (stem, *(f"{number}-{stem}" for number in range(2, 10_000))) if places.look(feed / n) is None)
    if "/" in look.name and take_out_named(look.path, look.name, feed / name):
        return
    with look.path.open("rb") as file, os.fdopen(places.new(feed / name), "wb") as out:
        shutil.copyfileobj(file, out)

