"""Books from a folder of exports: looked into, grouped, asked about, written down, landed and proven."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from importers._unpack import member_name, several, take_out
from ledger import mappings, places
from ledger.durable import folder as make_folder
from ledger.errors import NotFoundError, SettingsError
from ledger.log import manifest_path
from ledger.mapping_files import VALIDITY
from tieout.ask import summary
from tieout.ask.looking import rows_of as asked_of
from tieout.books import setup
from tieout.night import nightly
from tieout.people import governing
from tieout.people.person import By

from .looks import Folder, Look, look_into
from .questions import Ask, Asking, about_companies, about_spellings, settled
from .rows import Rows, rows_of
from .whose import Account, Bank, Company, Owners, Shop, name_all, owners_of

Owner = Company | Shop | Bank | Account
KINDS: dict[type, tuple[str, str]] = {Shop: ("store", "store-operations"), Account: ("account", "treasury"), Bank: ("bank_account", "treasury"), Company: ("entity", "accounting")}
OWN_ZONE = ("shopify_payments", "paypal")  # whose reports follow the clock of the shop; the others write UTC


def begin(home: Path, source: Path, by: By, ask: Ask, say: Callable[[str], None], tell: Callable[[str], None]) -> int:
    """Make books in `home` from the files below `source`, which are copied and never changed; the exit code of their first night. SettingsError where books are there, NotFoundError where no file is known."""
    if manifest_path(home, 0).exists() or places.look(home / "tieout.toml"):
        raise SettingsError("books are here already", where=home.name, hint="Put further files into their inbox/, and `tieout run`; or name another folder.")
    say(f"look into {source.name}")
    folder = look_into(source)
    say("")
    if not folder.looks:
        raise NotFoundError("no file that an importer knows", where=source.name, hint="\n  ".join(f"{name}: {why}" for name, why in folder.unread[:12]) or "docs/reference/files.md lists the formats.")
    owners, asking = owners_of(folder), Asking(ask)
    about_companies(owners, asking, source.resolve().name.replace("-", " ").replace("_", " ").title())
    if missing := [company.title for company in owners.companies if not settled(company)]:
        raise NotFoundError(f"country, currency or time zone of {' and '.join(missing)} is not known", where=source.name, hint="Start again, and answer the question about it.")
    name_all(owners)
    last = folder.asked("last_day")[0][0]
    made = rows_of(folder, owners, _since(folder))
    about_spellings(owners, made, asking)
    _write(home, source, folder, owners, made)
    for line in told(folder, owners, made):
        tell(line)
    setup.init(home, sample=False)
    governing.propose(home, by, f"from the files of {source.name}")
    governing.decide(home, by, None, f"from the files of {source.name}")
    night = nightly.run(home, last + timedelta(1) if isinstance(last, date) else None, say)
    say("")
    for line in (*summary.of_run(home, night), "", *first_proof(home)):
        tell(line)
    summary.of_refused(night.landed)
    return night.exit_code


def told(folder: Folder, owners: Owners, made: Rows) -> Iterator[str]:
    """What was found and what it says: each file with its feed, each row with what says so, what is left open."""
    yield "Files"
    for name, looks in _feeds(owners).items():
        for format_, count in sorted(Counter(look.format for _, look in looks).items()):
            first = next(look.name for _, look in looks if look.format == format_)
            yield f"  inbox/{name:<28} {format_:<24} {first}{f' and {count - 1} more' if count > 1 else ''}"
    yield from (f"  not taken: {look.name}: {why}" for look, why in owners.loose)
    yield from (f"  not taken: {name}: {why}" for name, why in folder.unread)
    for file, rows in made.rows.items():
        yield f"mappings/{file}.csv"
        if file == "calendars":
            yield from (f"  {company}, {many} days on which its banks do not settle" for company, many in Counter(row[0] for row, _ in rows).items())
            continue
        yield from (f"  {', '.join(cell for cell in row[: -len(VALIDITY)] if cell):<72} ({said})" for row, said in rows)
    for shop, spelling, payments in made.open_spellings:
        yield f"  left open: {spelling} of {shop.name}, {payments} payment{'s' if payments > 1 else ''}: GATEWAY_UNMAPPED has the row to add"
    for account in (one for one in owners.accounts if not one.looks):
        yield f"  lacking: payments of {account.processor} in {account.currency}, and no report of it"
    yield ""


def first_proof(home: Path) -> list[str]:
    """A payout that is proven to the cent, else why none is."""
    names, rows = asked_of(home, "payout_states", {})
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if not found:
        return ["No payout is in these files: settlement reports or lists of payouts bring them (docs/reference/files.md)."]
    best = found[0]
    word = "The first proof" if best["state"] == "proven" else "No payout is proven yet; the nearest"
    return [f"{word}: tieout prove {best['payout_id']} --home {home}", f"  {best['account']}/{best['payout_id']} of {best['paid_on']}: {best['state']}. {best['why']}"]


def _since(folder: Folder) -> str:
    """The first of January of the year before the first order or payment: rows hold for everything that the files speak of."""
    days = [day for *_, day, _ in folder.asked("orders") if isinstance(day, date)] + [day for *_, day, _ in folder.asked("money") if isinstance(day, date)]
    return f"{min(days).year - 1}-01-01" if days else "2000-01-01"


def _feeds(owners: Owners) -> dict[str, list[tuple[Owner, Look]]]:
    """Each feed's files: one per owner, and a further one where files write numbers or days in another way."""
    feeds: dict[str, list[tuple[Owner, Look]]] = {}
    taken: set[str] = set()
    everyone: list[Owner] = [*owners.shops, *owners.accounts, *owners.banks, *owners.companies]
    seen: set[str] = set()
    for one in everyone:
        base = f"{one.name}-odoo" if isinstance(one, Company) else f"{one.name}-orders" if isinstance(one, Shop) else one.name
        ways: dict[tuple[str, str], list[tuple[Owner, Look]]] = {}
        for look in one.looks:
            if look.no not in seen:
                seen.add(look.no)  # a bank's file of several accounts lies in the feed of the first
                ways.setdefault((look.numbers, look.days), []).append((one, look))
        for number, looks in enumerate(ways.values(), 1):
            name = next(n for n in (base if number == 1 else f"{base}-{number}", f"{base}-files") if n not in taken)
            taken.add(name)
            feeds[name] = looks
    return feeds


def _write(home: Path, source: Path, folder: Folder, owners: Owners, made: Rows) -> None:
    """tieout.toml, the mapping files and a copy of every file that is somebody's."""
    make_folder(home / "mappings")
    feeds = _feeds(owners)
    text = f'environment = "test"\nname = {_quoted(owners.companies[0].title if len(owners.companies) == 1 else source.resolve().name)}\n\n[approval]\npeople = 1\n'
    for name, looks in feeds.items():
        owner, look = looks[0]
        kind, who = KINDS[type(owner)]
        text += f'\n[[feed]]\nname = {_quoted(name)}\n{kind} = {_quoted(owner.name)}\ntime_zone = {_quoted(_zone(owner))}\nowner = "{who}"\n'
        text += f"numbers = {_quoted(look.numbers)}\n" if look.numbers != "1234.56" else ""
        text += f"days = {_quoted(look.days)}\n" if look.days else ""
    _put(home / "tieout.toml", text)
    for file in mappings.COLUMNS:
        _put(home / "mappings" / f"{file}.csv", made.content(file))
    for name, looks in feeds.items():
        make_folder(home / "inbox" / name)
        for _, look in looks:
            _copy(home / "inbox" / name, source, look)


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


def _put(path: Path, text: str) -> None:
    with os.fdopen(places.new(path), "w", encoding="utf-8") as file:
        file.write(text)


def _copy(feed: Path, source: Path, look: Look) -> None:
    """The file, or the one member of an archive that the look is of, under a name that is free in the feed."""
    stem = look.name.rsplit("/", 1)[-1]
    name = next(n for n in (stem, *(f"{number}-{stem}" for number in range(2, 10_000))) if places.look(feed / n) is None)
    member = next((m for m in several(look.path, look.path.name) if f"{look.path.name}/{member_name(m)}" == look.name), None)
    if member:
        take_out(look.path, member, look.name, feed / name)
        return
    with look.path.open("rb") as file, os.fdopen(places.new(feed / name), "wb") as out:
        shutil.copyfileobj(file, out)

