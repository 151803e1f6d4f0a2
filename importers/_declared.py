"""A CSV file whose columns its feed declares: the settings, and the way to the plain text that every importer reads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from ledger.errors import FileRefusedError

from ._columns import normal
from ._csv import FIELD_LIMIT
from ._dialects import codec_of
from ._probe import Probe


def _known_encoding(name: object) -> str:
    codec = codec_of(name) if isinstance(name, str) else None
    if codec is None:
        raise ValueError("no encoding is known by this name; utf-8, utf-16, windows-1252, iso-8859-1 and iso-8859-15 are the usual ones")
    return codec


UNREADABLE = "?"  # before a cell that does not fit its declaration: no contract takes it, so the row is refused, and the cell can still be quoted


class DeclaredCsv(BaseModel):
    """The table `[feed.csv]` of tieout.toml: what the file's own header cannot say.

    `columns` names the header of each canonical column, `constants` gives what the file leaves unsaid, `codes` turns the file's words into
    the ledger's, `negate` lists amounts whose sign is turned. Values are read with the declared signs only; nothing is guessed from a cell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    table: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = {}
    codes: Mapping[str, Mapping[str, str]] = {}
    negate: tuple[str, ...] = ()
    delimiter: Literal[",", ";", "\t", "|"] = ","
    encoding: Annotated[str, BeforeValidator(_known_encoding)] = "utf-8"  # in any spelling
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    sign: Literal["", "$", "€", "£", "¥"] = ""  # of the currency, beside the number
    brackets: bool = False  # around a number below zero
    date: str = "%Y-%m-%d"
    moment: str = "%Y-%m-%d %H:%M:%S"  # with %z the file says its offset, else the feed's time zone holds
    skip_rows: int = 0  # lines before the header
    footer: str = ""  # how the first cell of what stands below the last record begins

    @model_validator(mode="after")
    def _sound(self) -> DeclaredCsv:
        if self.decimal == self.thousands:
            raise ValueError("decimal and thousands are the same sign")
        if both := self.columns.keys() & self.constants.keys():
            raise ValueError(f"{min(both)} is in columns and in constants")
        if lost := (self.codes.keys() | set(self.negate)) - self.columns.keys():
            raise ValueError(f"{min(lost)} is not in columns")
        if not 0 <= self.skip_rows <= 100:
            raise ValueError("skip_rows is between 0 and 100")
        return self

    def reader(self, column: str, kind: str) -> Callable[[str], str]:
        """How a cell of a canonical column of that type (as DuckDB names it) becomes the text that the kit reads; empty stays empty."""
        codes = {word.strip().casefold(): code for word, code in self.codes.get(column, {}).items()}
        if codes:
            return lambda cell: codes.get(cell.strip().casefold(), UNREADABLE + cell) if cell.strip() else ""
        if kind.startswith("DECIMAL"):
            return self._number_reader(turned=column in self.negate)
        if kind == "DATE":
            return self._time_reader(self.date, "%Y-%m-%d")
        if kind == "TIMESTAMP":
            return self._time_reader(self.moment, "%Y-%m-%d %H:%M:%S +0000" if "%z" in self.moment else "%Y-%m-%d %H:%M:%S")
        return lambda cell: cell

    def _number_reader(self, turned: bool) -> Callable[[str], str]:
        group = "[ \u00a0\u202f]" if self.thousands == " " else re.escape(self.thousands)
        whole = rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+" if self.thousands else r"\d+"
        mark = re.escape(self.decimal)
        form = re.compile(rf"([+-]?)(?={mark}?\d)({whole}|)(?:{mark}(\d+))?")
        sign = re.compile(rf"(?<![\d.,]){re.escape(self.sign)} ?(?=[\d+-])|(?<=\d) ?{re.escape(self.sign)}$")

        def read(cell: str) -> str:
            cell = cell.strip()
            if not cell:
                return ""
            plain = f"-{cell[1:-1].strip()}" if self.brackets and cell[:1] == "(" and cell[-1:] == ")" else cell
            found = form.fullmatch(sign.sub("", plain, count=1) if self.sign else plain)
            if not found:
                return UNREADABLE + cell
            digits = re.sub(r"\D", "", found[2]) + (f".{found[3]}" if found[3] else "")
            return ("-" if (found[1] == "-") != turned else "") + digits

        return read

    def _time_reader(self, form: str, out: str) -> Callable[[str], str]:
        @cache
        def read(cell: str) -> str:
            if not cell.strip():
                return ""
            try:
                moment = datetime.strptime(cell.strip(), form)
            except ValueError:
                return UNREADABLE + cell
            return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime(out)

        return read


def plain(probe: Probe, declared: DeclaredCsv, kinds: Mapping[str, str]) -> Probe:
    """The declared columns under their canonical names as comma-separated UTF-8; record numbers count from the header, which is 1.

    `kinds` gives the DuckDB type of each canonical column; a column that is not in it is text. The new file lies beside the first and is the
    caller's to delete. FileRefusedError where a declared header is missing, a record is ragged or not in the encoding.
    """
    target = probe.path.with_name(probe.path.name + ".plain")
    csv.field_size_limit(FIELD_LIMIT)
    try:
        with probe.path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
            codec = "utf-8-sig" if declared.encoding == "utf-8" else declared.encoding
            records = _records(probe, io.TextIOWrapper(source, encoding=codec, newline=""), declared)
            csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(_canonical(probe, records, declared, kinds))
    except FileRefusedError:
        target.unlink(missing_ok=True)
        raise
    return Probe(target, probe.name, called=declared.columns)


def _canonical(probe: Probe, records: Iterator[list[str]], declared: DeclaredCsv, kinds: Mapping[str, str]) -> Iterator[list[str]]:
    present: dict[str, int] = {}
    for place, cell in enumerate(next(records)):
        present.setdefault(normal(probe.headers.get(cell, cell)), place)
    readers = []
    for column, header in declared.columns.items():
        if normal(header) not in present:
            raise FileRefusedError(
                f"the column {header} is missing",
                code="SCHEMA_DRIFT",
                where=probe.name,
                row=1,
                column=header,
                hint="The source left it out or renamed it; correct [feed.csv] in tieout.toml or ask for the file again.",
            )
        readers.append((present[normal(header)], declared.reader(column, kinds.get(column, "VARCHAR"))))
    constants = list(declared.constants.values())
    yield [*declared.columns, *declared.constants]
    for record in records:
        yield [*(read(record[place]) for place, read in readers), *constants]


def _records(probe: Probe, text: io.TextIOWrapper, declared: DeclaredCsv) -> Iterator[list[str]]:
    """The header and the records after it, all of one width; empty lines at the end are none, nor are the empty cells that some banks have behind the last column of each record."""
    number, width, blank, spare, below = 0, 0, 0, -1, False
    try:
        for _ in range(declared.skip_rows):
            text.readline()
        for number, record in enumerate(csv.reader(text, delimiter=declared.delimiter, strict=True), 1):
            if not any(record):
                blank = number
                continue
            below = below or bool(width and declared.footer and record[0].strip().startswith(declared.footer))
            if below and len(record) < width:
                continue
            if width and spare < 0:
                spare = len(record) - width if len(record) > width and not any(record[width:]) else 0
            width = width or len(record)
            if spare > 0 and len(record) == width + spare and not any(record[width:]):
                del record[width:]
            elif blank or below or len(record) != width or spare > 0:
                found = "nothing" if blank else "no place below the last one" if below else f"{len(record)} values"
                raise _refused(probe, f"the record has {found} and the header has {width}", "CSV_SHAPE", blank or number, "deliver the file again whole")
            yield record
    except UnicodeError:
        raise _refused(probe, f"the file is not {declared.encoding} text", "ENCODING", number + 1, "declare its encoding in [feed.csv]") from None
    except csv.Error:
        raise _refused(probe, "a quoted value is not closed, or is too long", "CSV_SHAPE", number + 1, "deliver the file again whole") from None
    if not width:
        raise _refused(probe, "the file has no header", "EMPTY", 1, "an empty day has a header")


def _refused(probe: Probe, what: str, code: str, row: int, remedy: str) -> FileRefusedError:
    return FileRefusedError(what, code=code, where=f"{probe.name}:{row}", row=row, hint=f"Look at that record; {remedy}.")
