"""What lies in a folder of exports: every file looked into, staged beside the others in memory, nothing landed."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import duckdb

from importers import _registry
from importers._bank import BankImporter
from importers._declared import DeclaredCsv
from importers._kit import Context, Importer, Parsed
from importers._odoo import OdooImporter
from importers._probe import Probe
from importers._sections import SectionedImporter
from importers._unpack import each_looked_into
from ledger import places
from ledger.errors import FileRefusedError, PlaceError
from ledger.session import connect
from ledger.sqltext import execute, lay_tables, named, sql, tables_of
from tieout.books.progress import Step
from tieout.books.settings import Feed

from .downloads import explained
from .together import Small, alike, share_out, small

NUMBERS: tuple[str, ...] = get_args(Feed.model_fields["numbers"].annotation)
DAYS = ("", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d")
CREATED = "Created at"
OF_ACCOUNTS = ("settlement_line", "settlement_batch", "payout")
DEEP = 3  # archives within archives
UNSAID = "X" * 3  # ISO 4217 for no currency


@dataclass
class Look:
    """One file, one member of an archive, or what one has in a further currency. `no` is made of its bytes, so that neither names nor their order decide anything; the staged rows have it in the place of an owner. `folder` is the one in which it lies, below the one that was given."""

    no: str
    path: Path
    name: str
    folder: str
    importer: Importer
    kind: str
    rows: int = 0
    numbers: str = NUMBERS[0]
    days: str = ""
    heeds: tuple[bool, bool] = (False, False)  # whether its numbers, and whether its days are written in one of several ways
    merchant: str = ""  # what the processor calls the account
    within: str = ""  # the number of the file, where these are its rows in a further currency alone
    called: str = ""  # its name, with its folder where another file has the name
    companies: bool = False  # whether it is of several companies
    csv: DeclaredCsv | None = None  # what a feed declares of a bank's own download
    coin_said: str = ""  # what says the currency of a bank's download that does not
    offsets: list[tuple[str, str]] = field(default_factory=list)  # moments of an orders export as they stand there: day and offset
    statements: dict[str, tuple[str, str]] = field(default_factory=dict)  # of a bank's file: what its rows have in the place of the account → number and currency

    @property
    def format(self) -> str:
        """The importer's name."""
        return self.importer.module_name()

    @property
    def processor(self) -> str:
        """Whose accounts a settlement file belongs to."""
        return self.importer.processor or self.importer.source


@dataclass
class Folder:
    """Everything that was found: the files that an importer reads, the others with the reason, and the rows of the first in the tables of `look`."""

    con: duckdb.DuckDBPyConnection
    looks: list[Look] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    telling: dict[str, str] = field(default_factory=dict)  # extracts of several companies by number: they are not taken, and say which companies there are and which sold what

    def asked(self, name: str, **given: object) -> list[tuple[object, ...]]:
        """The rows of a statement `start_<name>.sql` over all staged rows."""
        return execute(self.con, sql("tieout", f"start_{name}"), given or None).fetchall()

    def of(self, *kinds: str) -> list[Look]:
        """Files of feeds of this kind."""
        return [look for look in self.looks if look.kind in kinds]


def look_into(folder: Path, say: Callable[[str], None] = lambda _: None) -> Folder:
    """Every file below the folder, or the one file that was given in its place; links and what may not be read are named, never followed. Of files with the same bytes one is looked into."""
    con = connect()
    lay_tables(con, "sources", "governance", "cache", "current_views")
    con.execute(sql("tieout", "start_place"))
    for table in tables_of("sources"):
        con.execute(named(sql("tieout", "start_table"), target=f"look.{table}", source=f"main.{table}"))
    found = Folder(con)
    seen: dict[str, tuple[str, str]] = {}
    folder = folder.resolve()  # a person may call it by a link; what lies in it is not followed
    waiting: list[Small] = []
    paths = [folder] if folder.is_file() else list(_files(folder, found))
    top = folder.parent if folder.is_file() else folder
    for number, path in enumerate(paths):
        place = path.parent.relative_to(top).as_posix()
        say(Step(f"look into {path.name}", "looking", number, len(paths)))
        try:
            for probe in each_looked_into(path, deep=DEEP):
                waiting += _look(found, path, "" if place == "." else place, probe, seen)
        except FileRefusedError as error:  # it could not even be unpacked
            found.unread.append((path.name, error.message))
        except OSError as error:
            found.unread.append((path.name, unreadable(error)))
    for some in alike(waiting):
        say(f"look into {len(some)} files like {some[0].look.name}" if len(some) > 1 else f"look into {some[0].look.name}")
        _look_together(found, some)
    found.looks.sort(key=lambda look: look.no)
    many = Counter(look.name for look in found.looks)
    for look in found.looks:
        look.called = f"{look.folder}/{look.name}" if look.folder and many[look.name] > 1 else look.name
    _settle_processors_currencies(found)
    _part_by_currency(found)
    for statement in ("start_paid", "start_came"):
        con.execute(sql("tieout", statement))
    _settle_currencies(found)
    return found


def _part_by_currency(found: Folder) -> None:
    """A report with payouts in several currencies is one for each of them: it lies where most of its rows are."""
    rows = {(str(no), str(currency)): int(str(many)) for no, currency, many, *_ in found.asked("money")}
    coins: dict[str, list[str]] = defaultdict(list)
    for no, currency, _ in found.asked("payouts"):
        coins[str(no)].append(str(currency))
    for look in [look for look in found.looks if len(coins[look.no]) > 1]:
        _, *further = sorted(coins[look.no], key=lambda currency: (-rows.get((look.no, currency), 0), currency))
        for currency in further:
            own = replace(look, no=f"{look.no}.{currency}", within=look.no)
            found.looks.append(own)
            for table in OF_ACCOUNTS:
                found.con.execute(named(sql("tieout", "start_by_currency"), target=f"look.{table}"), {"own": own.no, "no": look.no, "currency": currency})


def _settle_processors_currencies(found: Folder) -> None:
    """A processor's file that leaves its currency to its account is in that of the orders that it names, for their very amounts, else in the only one of which the folder speaks; where neither is one, it is not taken."""
    votes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for no, currency, orders in found.asked("currency_of_orders", unsaid=UNSAID):
        votes[str(no)].append((str(currency), int(str(orders))))
    spoken = sorted(str(row[0]) for row in found.asked("currencies", unsaid=UNSAID))
    silent = {str(no) for (no,) in found.asked("without_currency", unsaid=UNSAID)}
    for look in [look for look in found.looks if look.no in silent]:
        best = votes[look.no]
        coin = best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else spoken[0] if not best and len(spoken) == 1 else ""
        if not coin:
            found.looks.remove(look)
            found.unread.append((look.name, f"it names no currency, and {f'its orders are in {best[0][0]} and {best[1][0]}' if best else 'no order here says it'}: put the orders export of its shop beside it"))
        look.coin_said = f"{best[0][1]} orders that it names are in that currency" if best else "all other files are in that currency"
        for table in OF_ACCOUNTS:
            found.con.execute(named(sql("tieout", "start_in_currency" if coin else "start_not_taken"), target=f"look.{table}", owner="account"), {"no": look.no, **({"currency": coin, "unsaid": UNSAID} if coin else {})})


def _settle_currencies(found: Folder) -> None:
    """A bank's download that names no currency is in that of the payouts whose amounts came there, else in the only one of which the folder speaks; where neither is one, it is not taken."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for no, currency, payouts in found.asked("came_there", unsaid=UNSAID):
        votes[str(no)][str(currency)] += int(str(payouts))
    spoken = sorted(str(row[0]) for row in found.asked("currencies", unsaid=UNSAID))
    for look in [look for look in found.looks if any(currency == UNSAID for _, currency in look.statements.values())]:
        best = votes[look.no].most_common(2)
        coin = best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else spoken[0] if not best and len(spoken) == 1 else ""
        if not coin:
            found.looks.remove(look)
            found.unread.append((look.name, f"it looks like a bank's download, {f'payouts in {best[0][0]} and {best[1][0]} came there' if best else 'nothing says its currency'}: ask the bank for CAMT, MT940 or OFX"))
        look.coin_said = f"{best[0][1]} payouts of that currency came there" if best else "all other files are in that currency"
        look.statements = {name: (number, coin) for name, (number, _) in look.statements.items()}
        for table in ("bank_line", "bank_statement"):
            found.con.execute(named(sql("tieout", "start_in_currency" if coin else "start_not_taken"), target=f"look.{table}", owner="bank_account"), {"no": look.no, **({"currency": coin, "unsaid": UNSAID} if coin else {})})


def unreadable(error: OSError) -> str:
    """What the system says of a file that it does not give; a disk that fails is no matter of one file."""
    if not isinstance(error, PermissionError | FileNotFoundError):
        raise error
    return f"it cannot be read: {error.strerror}"


def _files(folder: Path, found: Folder) -> Iterator[Path]:
    try:
        entries = list(places.entries(folder))
    except OSError as error:
        found.unread.append((folder.name, unreadable(error)))
        return
    if {"ledger", "tieout.toml"} <= {entry.path.name for entry in entries}:
        found.unread.append((folder.name, "these are books of Tieout; what lies in them is not looked into"))
        return
    for entry in entries:
        if entry.path.name.startswith("."):
            continue
        if entry.is_folder:
            yield from _files(entry.path, found)
        elif entry.strange and entry.info.st_nlink == 1:  # a further name of a file does no harm here: it is copied
            found.unread.append((entry.path.name, entry.strange))
        else:
            yield entry.path


def _look(found: Folder, path: Path, place: str, probe: Probe | FileRefusedError, seen: dict[str, tuple[str, str]]) -> list[Small]:
    """Look into one file; a small one that may be read with others like it is given back."""
    if isinstance(probe, FileRefusedError):
        found.unread.append((probe.where, probe.message))
        return []
    with probe.path.open("rb") as file:
        no = file_digest(file, "sha256").hexdigest()[:16]
    if no in seen:
        first, name = seen[no]
        alike = (f"{place}/{name}".lstrip("/"), f"{first}/{name}".lstrip("/")) if name == probe.name else (probe.name, name)
        found.unread.append((alike[0], f"it has the bytes of {alike[1]}"))
        return []
    seen[no] = (place, probe.name)
    look: Look | None = None
    try:
        with _own(probe) as own:
            importer, csv = _importer(own)
            look = Look(no, path, probe.name, place, importer, importer.context.split("|")[0], csv=csv)
            look.heeds = _follows_feed(importer, own)
            if waits := small(look, own):
                look.rows = waits.records
                look.offsets = _offsets(own) if look.format == "shopify_orders" else []
                return [waits]
            _stage(found.con, look, own)
    except (FileRefusedError, PlaceError) as error:
        if isinstance(error, FileRefusedError) and error.code == "TWO_COMPANIES":
            found.telling[no] = probe.name
        found.unread.append((probe.name, _why(error) if look else error.message))
        return []
    found.looks.append(look)
    return []


def _why(error: FileRefusedError | PlaceError) -> str:
    """Why a file of a known format is not taken, and what makes it one that is."""
    return f"{error.message}. {error.hint}".removesuffix(".") if error.hint else error.message


@contextmanager
def _own(probe: Probe) -> Iterator[Probe]:
    """A copy of the file: importers write beside it, and the folder that was given is only read."""
    with TemporaryDirectory() as room:
        shutil.copyfile(probe.path, Path(room) / "file")
        yield Probe(Path(room) / "file", probe.name, probe.headers)


def _look_together(found: Folder, some: list[Small]) -> None:
    """Small files that are alike, read as one; each for itself where that is refused or its rows are not theirs, so that the one at fault is named."""
    with TemporaryDirectory() as room:
        file = Path(room) / "file"
        file.write_bytes(some[0].head + b"".join(one.body for one in some))
        try:
            parsed = _read(found.con, some[0].look, Probe(file, some[0].look.name))
            if len(some) > 1:
                share_out(found.con, some, parsed.tables)
            else:
                _beside_others(found.con, parsed)
            found.looks += [one.look for one in some]
        except (FileRefusedError, PlaceError) as error:
            if len(some) == 1:
                found.unread.append((some[0].look.name, _why(error)))
            for one in some if len(some) > 1 else ():
                _look_together(found, [one])


def _importer(probe: Probe) -> tuple[Importer, DeclaredCsv | None]:
    """Who reads the file; of a CSV file that nobody claims a bank's declaration, where its header is that of one."""
    try:
        return _registry.identify(probe), None
    except FileRefusedError as error:
        csv = explained(probe) if probe.kind == "csv" and error.code in ("FORMAT_UNKNOWN", "ENCODING") else None
        if csv is None:
            raise
        return _registry.identify(probe, csv, probe.name), csv


def _stage(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe) -> None:
    """The rows of the file beside those of the others; those of an extract of several companies too, though it is refused."""
    look.heeds = _follows_feed(look.importer, probe)
    try:
        _stage_in_its_way(con, look, probe)
    except FileRefusedError as error:
        if error.code == "TWO_COMPANIES":
            look.companies = True
            _stage_in_its_way(con, look, probe)
        raise


def _stage_in_its_way(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe) -> None:
    if any(look.heeds):
        look.numbers, look.days = _way(con, look, probe)
    parsed = _read(con, look, probe)
    look.rows, look.merchant = parsed.rows, _merchant(con, look.importer)
    _beside_others(con, parsed)
    if look.format == "shopify_orders":
        look.offsets = _offsets(probe)


def _beside_others(con: duckdb.DuckDBPyConnection, parsed: Parsed) -> None:
    for staged in parsed.tables:
        con.execute(named(sql("tieout", "start_staged"), target=f"look.{staged.table}", source=f"stage.{staged.name}"))


def _way(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe) -> tuple[str, str]:
    """The one way of writing numbers and days in which the file can be read; the reason of the first try where it can in none."""
    able = list(product(NUMBERS if look.heeds[0] else NUMBERS[:1], DAYS if look.heeds[1] else DAYS[:1]))
    if probe.kind == "csv" and len(probe.start) < probe.path.stat().st_size:
        head = probe.path.with_name("head")
        head.write_bytes(probe.start[: probe.start.rindex(b"\n") + 1] if b"\n" in probe.start else probe.start)
        able = _ways(con, look, Probe(head, probe.name, probe.headers), able)[0] or able  # a long file is not read in every way
        if len(able) == 1:
            return able[0]
    ways, first = _ways(con, look, probe, able)
    if first and not ways:
        raise first
    if len(ways) > 1:
        said = " or ".join(days or "%Y-%m-%d" for _, days in ways)
        raise FileRefusedError(f"its days may be {said}: every one of them is a day in each", code="VALUE_FORMAT", where=probe.name, hint="Export a longer period, or days as YYYY-MM-DD.")
    return ways[0]


def _ways(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe, able: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], FileRefusedError | None]:
    """Those in which it can be read, and why it cannot in the first."""
    ways: list[tuple[str, str]] = []
    first: FileRefusedError | None = None
    for look.numbers, look.days in able:
        if ways and (look.numbers != ways[0][0] or not ways[0][1]):
            break  # what a second form of days reads is another day, of which YYYY-MM-DD has none; a mark between thousands that no cell has changes nothing
        try:
            _read(con, look, probe)
            ways.append((look.numbers, look.days))
        except FileRefusedError as error:
            first = first or error
            if error.code not in ("VALUE_FORMAT", "MONEY_FORMAT"):
                break
    return ways, first


def _read(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe) -> Parsed:
    """Stage the file; a bank's file of several accounts with a name for each."""
    con.execute(sql("importers", "fresh_stage"))
    unsaid = look.csv is not None and "currency" not in {*look.csv.columns, *look.csv.constants} or any(lands.in_feeds_currency() for lands in look.importer.landed())
    context = Context("start", look.kind, look.no, "UTC", {"currency": UNSAID} if unsaid else {}, secret=b"start", numbers=look.numbers, days=look.days, csv=look.csv, companies=look.companies)
    if isinstance(look.importer, BankImporter):
        numbers = sorted({(one.account, one.currency) for one in look.importer.read(probe, context)})
        look.statements = {look.no if len(numbers) == 1 else f"{look.no}.{place}": one for place, one in enumerate(numbers, 1)}
        context = replace(context, accounts=tuple((name, *one) for name, one in look.statements.items() if len(numbers) > 1))
    return look.importer.stage(con, probe, context)


def _merchant(con: duckdb.DuckDBPyConnection, importer: Importer) -> str:
    """What the processor calls the account that the file is of, where the file says it of all its rows."""
    section, column = importer.merchant if isinstance(importer, SectionedImporter) else ("", "")
    if not column or column not in con.table(f"stage.raw_{section}").columns:
        return ""
    said = con.execute(named(sql("tieout", "start_merchant"), column=column, source=f"stage.raw_{section}")).fetchall()
    return str(said[0][0]) if len(said) == 1 else ""


def _follows_feed(importer: Importer, probe: Probe) -> tuple[bool, bool]:
    """Whether the file has numbers, and whether it has days, of which its format leaves it to its user how they are written, or to a spreadsheet program that saved it again."""
    if isinstance(importer, OdooImporter):
        return importer.in_locale(probe)
    by_feed = any(getattr(column, "by_feed", False) for lands in importer.landed() for kind in lands.__mro__ for column in vars(kind).values())
    return by_feed, by_feed


def _offsets(probe: Probe) -> list[tuple[str, str]]:
    """Days and offsets of the first orders, e.g. ("2026-08-03", "+0200"): from these the shop's time zone is known."""
    records = probe.records(probe.delimiter)
    place = next((n for n, cell in enumerate(records[0]) if cell.strip() == CREATED), None) if records else None
    cells = [record[place].split() for record in records[1:] if place is not None and place < len(record)]
    return sorted({(cell[0], cell[2]) for cell in cells if len(cell) == 3})
