"""What every importer is made of: declared columns, the claim on a file, and the way from text to staged rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, ClassVar

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.errors import FileRefusedError
from ledger.segments import Draft
from ledger.sqltext import sql

from ._codes import code_table
from ._columns import Column, normal
from ._csv import READER_ERRORS, csv_rows, mended, plain
from ._declared import DeclaredCsv
from ._derive import Derived
from ._drift import Drift, headers, nearest, registered
from ._keyed import keep_secret
from ._probe import Probe
from ._quick import frames_of, left_if_broken, quickly
from ._refusing import own_words, refuse_broken, refuse_lacking
from ._staging import Stamp, at_hand, stage_rows
from ._typed import all_rows, by_currency, finished, know_macros, shaped, told, unsaid, with_empty
from ._words import LeftOut, Words, accounted, counted, judged, listed, masked_rows, refuse_codes, tally

if TYPE_CHECKING:
    from ._frames import Frames

COUNT = FunctionExpression("count").alias("n")
FROM_FEED = ("feed_currency", "currency of the feed's mapping")  # how a derived column says that the currency is the feed's
# tables that a statement of the kit finishes: a format declares what it has, the rest is empty; these it may declare beside the table's own
INPUTS = {"settlement_line": ("native_id", "native_group"), "payout": (), "order_transaction": ("native_key", "test_mark")}


@dataclass(frozen=True)
class Context:
    """Whose data a feed's files are: the feed's name, what it stands for, and what the mappings say of it."""

    feed: str
    kind: str
    owner: str
    time_zone: str
    facts: Mapping[str, str] = field(default_factory=dict)
    csv: DeclaredCsv | None = None
    secret: bytes = field(default=b"", repr=False)
    stamp: Stamp | None = None  # of a file that is to land; without it the rows wait in memory
    accounts: tuple[tuple[str, str, str], ...] = ()  # bank accounts: name, number, currency
    numbers: str = "1234.56"
    days: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # the feed's words for those that the formats know
    further: tuple[tuple[str, str], ...] = ()  # of an account's feed: a currency, and the account that rows in it are of
    companies: bool = False  # an extract of several companies is looked into, which never lands


@dataclass(frozen=True)
class Staged:
    """Rows of one canonical table from one file, in the table `stage.<name>`, with `row_no` and without provenance."""

    table: str
    name: str
    key: tuple[str, ...]
    parent: tuple[str, ...]
    mutable: tuple[str, ...]
    later: str
    draft: Draft | None = None
    apart: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    told: bool = False
    unsaid: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # columns that the file's header has not, and all that one may lack


@dataclass
class Parsed:
    """A file that its importer has read: its staged tables and what is known about the file as a whole."""

    importer: str
    tables: list[Staged]
    rows: int
    unknown_columns: list[str]
    complete_until: date | None = None
    state: str = "landed"
    personal: bool = True
    drift: Drift | None = None  # the header against the nearest registered one
    left_out: list[LeftOut] = field(default_factory=list)  # records that a listed word leaves out, e.g. pending ones
    masked: int = 0  # rows that held a card number in a text; it is not landed


class Lands:
    """One canonical table that a file lands: its columns are the class attributes that are a Column."""

    lands: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    parent: ClassVar[tuple[str, ...]] = ()
    mutable: ClassVar[tuple[str, ...]] = ()
    later: ClassVar[str] = ""  # column that says which of two versions is the later by the source's own time
    where: ClassVar[str] = ""  # header that must be filled for a record to count
    every: ClassVar[tuple[int, ...]] = ()  # further copies for numbered columns: {} in a header becomes the number
    numbered: ClassVar[str] = ""  # canonical column that takes the number
    section: ClassVar[str] = ""  # part of the file that its rows stand in, where the file has parts
    only: ClassVar[Expression | None] = None  # condition on the declared columns: which rows make this table beside the one that takes them all
    words: ClassVar[tuple[Words, ...]] = ()  # columns whose word says that a row is of no account; the first that says so is counted with it
    moves: ClassVar[str] = ""  # column of the file's own arithmetic, where a statement `shape_<importer>_<table>.sql` makes `moved` of it
    per: ClassVar[tuple[str, ...]] = ()  # one row per these columns: amounts in `summed` add up, of everything else the greatest counts
    summed: ClassVar[tuple[str, ...]] = ()
    apart: ClassVar[tuple[str, ...]] = ()  # text columns that a gate looks at and the ledger does not have
    after: ClassVar[Mapping[str, Derived]] = {}  # columns made of the sums
    only_after: ClassVar[Expression | None] = None  # condition on the sums

    @classmethod
    def declared(cls) -> dict[str, Column]:
        """Canonical column → declaration, base classes first."""
        found: dict[str, Column] = {}
        for klass in reversed(cls.__mro__):
            found.update({name: value for name, value in vars(klass).items() if isinstance(value, Column)})
        return found

    @classmethod
    def derived(cls) -> dict[str, Derived]:
        """Canonical column → how it is made of those before it, base classes first."""
        found: dict[str, Derived] = {}
        for klass in reversed(cls.__mro__):
            found.update({name: value for name, value in vars(klass).items() if isinstance(value, Derived)})
        return found

    @classmethod
    def in_feeds_currency(cls) -> bool:
        """Whether the rows' currency is the feed's."""
        made = cls.derived().get("currency")
        return made is not None and made.words in FROM_FEED


class Importer(Lands):
    """One format. The docstring is its page in the manual; `claims` is the header set by which it knows its files."""

    source: ClassVar[str]
    processor: ClassVar[str] = ""  # whose accounts the files belong to, where that is not the source's name
    context: ClassVar[str]
    claims: ClassVar[tuple[str, ...]] = ()
    without: ClassVar[tuple[str, ...]] = ()  # headers by which a file is another format's
    keeps_raw: ClassVar[bool] = False  # a gate reads the records once more, as the table `stage.raw`
    twice: ClassVar[tuple[str, ...]] = ()  # headers that the format is known to repeat: the first counts
    kinds: ClassVar[tuple[str, ...]] = ("csv",)
    declares: ClassVar[tuple[str, ...]] = ()  # canonical tables that a feed's [feed.csv] may name; such a file is claimed by its feed, not by its header
    encodings: ClassVar[tuple[str, ...]] = ("utf-8",)  # as the format's contract says: utf-8 (with or without mark), utf-16 (with mark), cp1252
    types: ClassVar[Mapping[str, tuple[str, str]]] = {}  # native type → (event type, bucket), see _codes.py
    generations: ClassVar[Mapping[str, str]] = {}  # header generations, oldest first: name → headers joined by commas, or +more|-fewer than the one before
    known: ClassVar[str] = ""  # further known headers; without generations they are the registered ones; "*" = chosen by whoever exports: a generation is there to compare with, no more
    also: ClassVar[tuple[type[Lands], ...]] = ()
    instead_of: ClassVar[tuple[str, ...]] = ()  # importers that tell the same events under other keys: an account or store takes one of them per day
    personal: ClassVar[bool] = True  # the file as delivered may hold people's data
    identity: ClassVar[str] = ""  # what must hold within the file, in words
    control: ClassVar[str] = ""  # the total or count in the file that would betray a lost row; without one it lands as unverified_completeness

    @classmethod
    def module_name(cls) -> str:
        """The module's name."""
        return cls.__module__.rsplit(".", 1)[-1]

    def lacks(self, probe: Probe) -> list[str]:
        """What the file lacks to be one of ours; empty = claimed."""
        if probe.kind not in self.kinds:
            return [f"a {' or '.join(self.kinds)} file"]
        return missing(self, set(probe.present))

    def knows(self, probe: Probe) -> FileRefusedError | None:
        """Why a file that nobody claims is refused, where it is plainly of this source. The default knows none."""
        return None

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record as text with `row_no`."""
        raise NotImplementedError

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Raise FileRefusedError where the file's own identities do not hold. The default has none."""

    def landed(self) -> Iterator[type[Lands]]:
        """The tables that a file of this format lands."""
        if hasattr(type(self), "lands"):
            yield type(self)
        yield from self.also

    def leaves_out(self) -> Iterator[tuple[str, str, str]]:
        """(column, word, why) of the records that are of no account."""
        return (one for lands in self.landed() for one in listed(lands))

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """The file's parts as this importer reads them, each with its header; a plain table is one part without a name."""
        return {"": probe}

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Read the file into `stage`, refuse it if a value or an identity breaks; nothing reaches the ledger here."""
        know_macros(con)
        if any(lands.lands == "settlement_line" for lands in self.landed()):
            code_table(con, self.types, context.words)
        self._check_contract(probe, context)
        keep_secret(con, probe, context.secret, (c for lands in self.landed() for c in lands.declared().values()))
        parts = self.sight(probe)
        unknown = self._bound(parts)
        raw = self.raw_parts(con, probe, context)
        parsed = Parsed(self.module_name(), [], 0, unknown, drift=self.drift(parts), personal=self.personal, state="landed" if self.control else "unverified_completeness")
        for lands in self.landed():
            parsed.tables.append(self._stage_table(con, raw[lands.section], parts[lands.section], context, lands))
            parsed.left_out += parsed.tables[-1].left_out
        parsed.masked = sum(masked_rows(con, staged, lands) for staged, lands in zip(parsed.tables, self.landed(), strict=True))
        parsed.rows = _scalar(raw[self.section].aggregate([COUNT])) if self.words or len(parsed.tables) > 1 else _rows_staged(con, parsed.tables[0])
        accounted(con, raw, probe, parsed, list(self.landed()))
        with own_words(self, parts):
            self.gate(con, probe, parsed)
            refuse_lacking(con, probe, parsed.tables)
        return parsed

    def raw_parts(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Mapping[str, duckdb.DuckDBPyRelation]:
        """Every record of every part as text with `row_no`, read once, however many tables are made of it; of a file that Polars reads, their numbers."""
        if probe.frames:
            return {"": probe.frames.records(con)}
        raw = self.raw(con, probe, context)
        if self.keeps_raw or len(list(self.landed())) > 1 or any(t.every for t in self.landed()):
            raw.create("stage.raw")
            raw = con.table("stage.raw")
        return {"": raw}

    def _check_contract(self, probe: Probe, context: Context) -> None:
        """The file is in an encoding that the format has, and in a feed of its processor."""
        if probe.kind == "csv" and probe.encoding not in self.encodings:
            raise FileRefusedError(
                f"the file is {probe.encoding} text and the format is {' or '.join(self.encodings)}",
                code="ENCODING",
                where=probe.name,
                row=probe.odd_row,
                hint="Export it again; re-saving in a spreadsheet program often changes the encoding.",
            )
        owner, ours = context.facts.get("processor"), self.processor or self.source
        if context.kind == "account" and owner and ours != "*" and owner != ours:
            raise FileRefusedError(
                f"the file is of {ours}, the feed's account is one of {owner}",
                code="WRONG_FEED",
                where=probe.name,
                hint="Put the file into the folder of its account, or correct the processor in processor_accounts.csv.",
            )
        takes = any(lands.in_feeds_currency() for lands in self.landed())
        if takes and context.facts and not context.facts.get("currency"):
            raise FileRefusedError(
                f"the file names no currency, and the mapping of {context.owner} has none",
                code="MAPPING_MISSING",
                where=probe.name,
                hint="Give the currency in the mapping of that account, store or entity, then `tieout mapping propose` and `tieout mapping approve`.",
            )

    def _bound(self, parts: Mapping[str, Probe]) -> list[str]:
        """Check that all needed headers are there; return those that no generation of the format knows."""
        wanted: dict[str, set[str]] = {part: set() for part in parts}
        for lands in self.landed():
            probe = parts[lands.section]
            for column in lands.declared().values():
                names = [h.format(i) for h in column.headers for i in lands.every] if lands.every else list(column.headers)
                if not column.optional and not any(normal(n) in probe.present for n in names):
                    raise missing_column(probe, column.headers[0], self)
                wanted[lands.section].update(normal(n) for n in (*names, *column.zone_header, *column.beside))
        for part, probe in parts.items():
            if doubled := sorted(probe.repeated & wanted[part] - {normal(header) for header in self.twice}):
                raise FileRefusedError(
                    f"the column {doubled[0]} stands twice",
                    code="SCHEMA_DRIFT",
                    where=probe.name,
                    row=1,
                    column=doubled[0],
                    hint="Remove one of the two columns at the source and export again.",
                )
        known = self.known_headers()
        if not known:
            return []
        return [cell for part in self.drifting() for cell in parts[part].header[: parts[part].own] if normal(cell) and normal(cell) not in known | wanted[part]]

    def known_headers(self) -> set[str]:
        """Headers of every generation and further known ones, as they are compared; empty where whoever exports chooses them."""
        if self.known == "*":
            return set()
        return {normal(cell) for cells in registered(self.generations, "").values() for cell in cells} | {normal(cell) for cell in headers(self.known)}

    def drift(self, parts: Mapping[str, Probe]) -> Drift | None:
        """The header of the main part against the nearest registered one."""
        part = next((parts[name] for name in (self.section, *self.drifting()) if name in parts and parts[name].header), None)
        return nearest(self, part.header[: part.own]) if part else None

    def drifting(self) -> tuple[str, ...]:
        """The parts whose header the file brings with it."""
        return ("",)

    def _stage_table(self, con: duckdb.DuckDBPyConnection, raw: duckdb.DuckDBPyRelation, probe: Probe, context: Context, lands: type[Lands]) -> Staged:
        typed = at_hand(all_rows(con, raw, probe, context, lands), probe.path, f"few_{lands.__name__.lower()}")
        target = con.table(lands.lands)
        kinds = {c: t for c, t in zip(target.columns, target.types, strict=True) if c not in ("file_id", "known_at", "version")}
        typed = by_currency(shaped(typed, lands), context, target.columns[0])
        typed = finished(con, "declared", f"shape_{self.module_name()}_{lands.lands}", typed)
        left: list[LeftOut] = []
        if lands.words:
            rows = judged(typed, lands)
            left, typed = tally(rows, probe, lands), counted(rows)
        if lands.lands in INPUTS:
            typed = with_empty(typed, {**kinds, **dict.fromkeys(INPUTS[lands.lands], "VARCHAR")})
        typed = finished(con, "typed", f"land_{lands.lands}", typed)
        if target.columns[0] not in typed.columns:  # whose rows they are: the feed says so
            typed = typed.beside(ColumnExpression("feed_owner").alias(target.columns[0]))
        if "item_no" in kinds and "item_no" not in typed.columns:
            typed = typed.beside(ConstantExpression(0).alias("item_no"))
        typed = with_empty(typed, kinds)
        suffix = "" if isinstance(self, lands) else f"_{lands.__name__.lower()}"
        name = f"{self.module_name()}_{lands.lands}{suffix}"
        made, apart = stage_rows(con, typed, lands.lands, name, lands.key, context.stamp, lands.apart)
        left_if_broken(probe, apart["broken"])
        refuse_codes(apart["broken"], probe, lands)
        refuse_broken(apart["broken"], probe, lands, raw)
        return Staged(lands.lands, name, lands.key, lands.parent, lands.mutable, lands.later, made, apart, left, told(lands, probe), unsaid(lands, probe))


def missing(importer: Importer, there: set[str]) -> list[str]:
    """The claimed headers that are not there, and those that are and must not be."""
    lacking = [header for header in importer.claims if not any(normal(name) in there for name in header.split("|"))]
    return lacking + [f"a file without {header}" for header in importer.without if normal(header) in there]


def missing_column(probe: Probe, header: str, importer: Importer) -> FileRefusedError:
    """A header that the format needs is not in the file."""
    return FileRefusedError(
        f"the column {header} is missing",
        code="SCHEMA_DRIFT",
        where=probe.name,
        row=1,
        column=header,
        hint="Export the file again with all columns; without this one it is not enough to reconcile.",
    )


def _scalar(relation: duckdb.DuckDBPyRelation) -> int:
    row = relation.fetchall()[0]
    return int(row[0])


def _rows(relation: duckdb.DuckDBPyRelation | None) -> duckdb.DuckDBPyRelation:
    """A SELECT always has rows to give; the library's types say None for other statements."""
    assert relation is not None
    return relation


def _rows_staged(con: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    return staged.draft.rows if staged.draft else rows_of(con, staged.name)


def rows_of(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a staged table."""
    return _scalar(con.table(f"stage.{name}").aggregate([COUNT]))


class CsvImporter(Importer):
    """A format that is a CSV file in UTF-8 with a header."""

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Read the file as it is; where the strict reader gives up, look at it record by record, mend what is harmless, and read again."""
        if probe.kind != "csv":
            return super().stage(con, probe, context)
        if probe.encoding == "utf-8" and plain(probe):
            if parsed := quickly(self.quick(probe), super().stage, con, probe, context):
                return parsed
            try:
                return super().stage(con, probe, context)
            except READER_ERRORS:
                # the library's message carries the customer's line: it is not repeated
                con.execute(sql("importers", "fresh_stage"))
        elif probe.encoding not in self.encodings:
            return super().stage(con, probe, context)
        probe.mended = mended(probe)
        try:
            return super().stage(con, probe, context)
        finally:
            probe.mended.unlink()
            probe.mended = None

    def quick(self, probe: Probe) -> Frames | None:
        """What reads the file by Polars; None where a format's own way to its records would be left out."""
        return frames_of(self, probe, self._needed(probe)) if type(self).raw is CsvImporter.raw else None

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record as text."""
        return csv_rows(con, probe, self._needed(probe))

    def _needed(self, probe: Probe) -> list[str]:
        names: list[str] = []
        for lands in self.landed():
            headers = [h for c in lands.declared().values() for h in (*c.headers, *c.zone_header, *c.beside)] + ([lands.where] if lands.where else [])
            for number in lands.every or (0,):
                for header in headers:
                    column = probe.present.get(normal(header.format(number) if lands.every else header))
                    if column and column not in names:
                        names.append(column)
        return names
