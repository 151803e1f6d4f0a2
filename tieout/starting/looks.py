"""What lies in a folder of exports: every file looked into, staged beside the others in memory, nothing landed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import get_args

import duckdb

from importers import _registry
from importers._bank import BankImporter
from importers._kit import Context, Importer
from importers._probe import Probe
from importers._unpack import each_looked_into
from ledger import places
from ledger.errors import FileRefusedError, PlaceError
from ledger.session import connect
from ledger.sqltext import execute, lay_tables, named, sql, tables_of
from tieout.books.settings import Feed

NUMBERS: tuple[str, ...] = get_args(Feed.model_fields["numbers"].annotation)
DAYS = ("", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d")
CREATED = "Created at"


@dataclass
class Look:
    """One file, or one member of an archive. `no` is its number, which the staged rows have in the place of an owner; `folder` the folder in which it lies, below the one that was given."""

    no: str
    path: Path
    name: str
    folder: str
    importer: Importer
    kind: str
    rows: int = 0
    numbers: str = NUMBERS[0]
    days: str = ""
    offsets: list[tuple[str, str]] = field(default_factory=list)  # moments of an orders export as they stand there: day and offset
    statements: list[tuple[str, str]] = field(default_factory=list)  # number and currency of each account of a bank's file

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

    def asked(self, name: str, **given: object) -> list[tuple[object, ...]]:
        """The rows of a statement `start_<name>.sql` over all staged rows."""
        return execute(self.con, sql("tieout", f"start_{name}"), given or None).fetchall()

    def of(self, *kinds: str) -> list[Look]:
        """Files of feeds of this kind."""
        return [look for look in self.looks if look.kind in kinds]


def look_into(folder: Path) -> Folder:
    """Every file below the folder; links and what may not be read are named, never followed."""
    con = connect()
    lay_tables(con, "sources", "governance", "cache", "current_views")
    con.execute(sql("tieout", "start_place"))
    for table in tables_of("sources"):
        con.execute(named(sql("tieout", "start_table"), target=f"look.{table}", source=f"main.{table}"))
    found = Folder(con)
    for path in _files(folder, found):
        place = path.parent.relative_to(folder).as_posix()
        try:
            for probe in each_looked_into(path):
                _look(found, path, "" if place == "." else place, probe)
        except FileRefusedError as error:  # it could not even be unpacked
            found.unread.append((path.name, error.message))
    return found


def _files(folder: Path, found: Folder) -> Iterator[Path]:
    for entry in places.entries(folder):
        if entry.path.name.startswith("."):
            continue
        if entry.is_folder:
            yield from _files(entry.path, found)
        elif entry.strange and entry.info.st_nlink == 1:  # a further name of a file does no harm here: it is copied
            found.unread.append((entry.path.name, entry.strange))
        else:
            yield entry.path


def _look(found: Folder, path: Path, place: str, probe: Probe | FileRefusedError) -> None:
    if isinstance(probe, FileRefusedError):
        found.unread.append((probe.where, probe.message))
        return
    try:
        importer = _registry.identify(probe)
        look = Look(str(len(found.looks) + 1), path, probe.name, place, importer, importer.context.split("|")[0])
        _stage(found.con, look, probe)
    except (FileRefusedError, PlaceError) as error:
        found.unread.append((probe.name, error.message))
        return
    found.looks.append(look)


def _stage(con: duckdb.DuckDBPyConnection, look: Look, probe: Probe) -> None:
    """Stage the file in the first way of writing numbers and days in which it can be read; the reason of the first try where it can in none."""
    first: FileRefusedError | None = None
    for look.numbers, look.days in product(NUMBERS, DAYS):
        context = Context("start", look.kind, look.no, "UTC", secret=b"start", numbers=look.numbers, days=look.days)
        con.execute(sql("importers", "fresh_stage"))
        try:
            parsed = look.importer.stage(con, probe, context)
        except FileRefusedError as error:
            first = first or error
            if error.code != "VALUE_FORMAT":
                break
            continue
        look.rows = parsed.rows
        for staged in parsed.tables:
            con.execute(named(sql("tieout", "start_staged"), target=f"look.{staged.table}", source=f"stage.{staged.name}"))
        if isinstance(look.importer, BankImporter):
            look.statements = sorted({(one.account, one.currency) for one in look.importer.read(probe, context)})
        elif look.format == "shopify_orders":
            look.offsets = _offsets(probe)
        return
    if first:
        raise first


def _offsets(probe: Probe) -> list[tuple[str, str]]:
    """Days and offsets of the first orders, e.g. ("2026-08-03", "+0200"): from these the shop's time zone is known."""
    records = probe.records(probe.delimiter)
    place = next((n for n, cell in enumerate(records[0]) if cell.strip() == CREATED), None) if records else None
    cells = [record[place].split() for record in records[1:] if place is not None and place < len(record)]
    return sorted({(cell[0], cell[2]) for cell in cells if len(cell) == 3})
