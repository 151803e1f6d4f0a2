"""Books from a folder of exports: looked into, grouped, asked about, written down, landed and proven; what was interrupted goes on."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from ledger import places
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

from .gateways import processor_of, reports
from .groups import name_all, owners_of
from .looks import Folder, look_into
from .questions import Ask, Asking, about_companies, about_spellings, settled
from .rows import Rows, rows_of
from .whose import Owners
from .writing import feeds_of, put, write

HALF = ".starting"  # what is made lies here until all of it is there; as long as it is, the first night has not ended
SETTINGS = "tieout.toml"


def begin(home: Path, source: Path, by: By, ask: Ask, say: Callable[[str], None], tell: Callable[[str], None]) -> int:
    """Make books in `home` from the files below `source`, or in that archive, which are copied and never changed; the exit code of their first night. SettingsError where books are there, NotFoundError where no file is known."""
    half, source = home / HALF, source.resolve()
    if places.look(half / SETTINGS):
        if _begun(half)["folder"] != source.name:
            raise SettingsError(f"books from the folder {_begun(half)['folder']} were begun here and interrupted", where=home.name, hint="Start again with that folder, which finishes them; or name another HOME.")
        tell("Begun before and interrupted; this goes on with what was found and answered then.")
        return _finish(home, by, say, tell)
    if manifest_path(home, 0).exists() or places.look(home / SETTINGS):
        raise SettingsError("books are here already", where=home.name, hint="Put further files into their inbox/, and `tieout run`; or name another folder.")
    if there := sorted(path.name for path in (home / "inbox", home / "mappings") if places.look(path)):
        raise SettingsError(f"{' and '.join(there)} are here already, and no books", where=home.name, hint="Name a folder that is empty, or one that does not exist.")
    folder = look_into(source, say)
    say("")
    if not folder.looks:
        raise NotFoundError("no file that an importer knows", where=source.name, hint="\n  ".join(f"{name}: {why}" for name, why in folder.unread[:12]) or "docs/reference/files.md lists the formats.")
    owners, asking = owners_of(folder), Asking(ask)
    about_companies(owners, asking, _called(folder, source))
    if missing := [company.title for company in owners.companies if not settled(company)]:
        raise NotFoundError(f"country, currency or time zone of {' and '.join(missing)} is not known", where=source.name, hint="Start again, and answer the question about it; where three questions are too few, put the files of each company into a folder and make books from each.")
    name_all(owners)
    made = rows_of(folder, owners, _since(folder))
    about_spellings(owners, made, asking)
    places.remove_tree(half)
    make_folder(half)
    text = write(half, source.name, owners, made)
    last = folder.asked("last_day")[0][0]
    put(half / "begun.json", json.dumps({"folder": source.name, "as_of": str(last + timedelta(1)) if isinstance(last, date) else ""}))
    for line in told(folder, owners, made):
        tell(line)
    put(half / f"{SETTINGS}.new", text)
    places.move(half / f"{SETTINGS}.new", half / SETTINGS)  # from here on it goes on, before it begins anew
    return _finish(home, by, say, tell)


def _begun(half: Path) -> dict[str, str]:
    return dict(json.loads((half / "begun.json").read_text(encoding="utf-8")))


def _finish(home: Path, by: By, say: Callable[[str], None], tell: Callable[[str], None]) -> int:
    """What was made becomes the books: moved, proposed, approved, landed and judged; each step may have been done already."""
    half = home / HALF
    begun = _begun(half)
    for name in ("inbox", "mappings"):
        if places.look(half / name):
            places.move(half / name, home / name)
    if places.look(home / SETTINGS) is None:
        put(half / f"{SETTINGS}.new", (half / SETTINGS).read_text(encoding="utf-8"))
        places.move(half / f"{SETTINGS}.new", home / SETTINGS)
    setup.init(home, sample=False)
    reason = f"from the files of {begun['folder']}"
    governing.propose(home, by, reason)
    if any(row[1] == "waiting" for row in governing.listing(home)[1]):
        governing.decide(home, by, None, reason)
    night = nightly.run(home, date.fromisoformat(begun["as_of"]) if begun["as_of"] else None, say)
    say("")
    for line in (*summary.of_run(home, night), "", *first_proof(home)):
        tell(line)
    places.remove_tree(half)
    summary.of_refused(night.landed)
    return night.exit_code


def told(folder: Folder, owners: Owners, made: Rows) -> Iterator[str]:
    """What was found and what it says: each file with its feed, each row with what says so, what is left open."""
    yield "Files"
    for name, looks in feeds_of(owners).items():
        for format_, count in sorted(Counter(look.format for _, look in looks).items()):
            first = next(look.called for _, look in looks if look.format == format_)
            yield f"  inbox/{name:<28} {format_:<24} {first}{f' and {count - 1} more' if count > 1 else ''}"
    left: dict[str, list[str]] = {}
    for name, why in (*((look.called, why) for look, why in owners.loose), *folder.unread):
        left.setdefault(why, []).append(name)
    yield from (f"  not taken: {', '.join(names)}: {why}" for why, names in left.items())
    for one in (one for one in owners.owned() if not one.company):
        yield from (f"  not taken: {look.called}: nothing says of which company it is" for look in one.looks)
    for file, rows in made.rows.items():
        yield f"mappings/{file}.csv"
        if file == "calendars":
            yield from (f"  {company}, {many} days on which its banks do not settle" for company, many in Counter(row[0] for row, _ in rows).items())
            continue
        yield from (f"  {', '.join(cell for cell in row[: -len(VALIDITY)] if cell):<72} ({said})" for row, said in sorted(rows))
    yield from lacking(folder, owners, made)
    yield ""


def lacking(folder: Folder, owners: Owners, made: Rows) -> Iterator[str]:
    """Ways to pay that nobody answered, and processors whose payouts are in no file, with the report that has them."""
    for one in (one for one in made.spellings if not one.answer):
        said = f"  left open: {one.word} of {one.shop.name}, {one.rows} payment{'s' if one.rows > 1 else ''}: "
        processor = processor_of(one.word)
        if processor and not any(account.processor == processor for account in owners.accounts):
            yield f"{said}no report of it is here. {reports().get(processor, processor)}: put it beside the other files, and start again into another folder"
        else:
            yield f"{said}GATEWAY_UNMAPPED has the row to add"
    paying = {str(no) for no, *_ in folder.asked("payouts")}
    for account in owners.accounts:
        if account.company and not any(look.no in paying for look in account.looks):
            yield f"  lacking: payouts of {account.name}. {reports().get(account.processor, account.processor)}"
    if any(account.company for account in owners.accounts) and not owners.banks:
        yield "  lacking: statements of the bank: CAMT, MT940, BAI2, OFX or QFX; without them no payout is proven"


def first_proof(home: Path) -> list[str]:
    """A payout that is proven to the cent, else why none is."""
    names, rows = asked_of(home, "payout_states", {})
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if not found:
        return ["No payout is in these files: settlement reports or lists of payouts bring them (docs/reference/files.md)."]
    best = found[0]
    word = "The first proof" if best["state"] == "proven" and best["came"] else "No payout is proven yet; the nearest"
    return [f"{word}: tieout prove {best['payout_id']} --home {shlex.quote(str(home))}", f"  {best['account']}/{best['payout_id']} of {best['paid_on']}: {best['state']}. {best['why']}"]


def _called(folder: Folder, source: Path) -> str:
    """What the company may be called: as a processor's files name the only one, else as the folder is called."""
    named = [str(name) for (name,) in folder.asked("company_names")]
    return named[0] if len(named) == 1 else (source.stem if source.is_file() else source.name).replace("-", " ").replace("_", " ").title()


def _since(folder: Folder) -> str:
    """The first of January of the year before the first order or payment: rows hold for everything that the files speak of."""
    days = [day for *_, day, _ in folder.asked("orders") if isinstance(day, date)] + [day for *_, day, _ in folder.asked("money") if isinstance(day, date)]
    return f"{min(days).year - 1}-01-01" if days else "2000-01-01"
