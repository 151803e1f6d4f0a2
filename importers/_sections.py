"""CSV files that are more than one table: text before the header, records marked by their first cell, totals behind the body."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import duckdb
import pyarrow as pa

from ledger.errors import FileRefusedError

from ._columns import normal
from ._csv import FIELD_LIMIT, codec, look
from ._kit import Context, Importer, missing
from ._probe import Probe

BATCH = 50_000


@dataclass(frozen=True)
class Section:
    """One kind of records. They are known by the mark in their first cell, or as those that follow a header with certain cells."""

    mark: str = ""
    header: str | tuple[str, ...] = ()  # first cell of the header record, or cells that the header must have
    names: tuple[str, ...] = ()  # names of the cells behind the mark, where the file has no header for them
    under: str = ""  # section whose latest record each of these belongs to: its cells stand beside theirs


@dataclass
class _Rows:
    """What was read of one section: its names, its records and their numbers."""

    names: list[str] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)


class SectionedImporter(Importer):
    """A CSV file of several sections. A record that belongs to none is refused, but for what stands before the first header."""

    sections: ClassVar[Mapping[str, Section]]
    delimiters: ClassVar[str] = ",;\t"
    merchant: ClassVar[tuple[str, str]] = ("", "")  # section and column that say of which account at the processor the file is

    def lacks(self, probe: Probe) -> list[str]:
        """What the headers of the needed sections lack."""
        if probe.kind not in self.kinds:
            return [f"a {' or '.join(self.kinds)} file"]
        parts = self.sight(probe)
        there = {name for part in parts.values() for name in part.present}
        return missing(self, there)

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """Each section with its header, under the delimiter that shows most of them."""
        best: dict[str, Probe] = {}
        headed = any(section.header and probe.shows(section.header) for section in self.sections.values())
        for delimiter in self.delimiters if headed else "":
            found = {}
            for record in probe.records(delimiter):
                name = self._headed(record)
                if name and name not in found:
                    found[name] = probe.part(self._names(name, record), delimiter)
            if len(found) > len(best):
                best = found
        delimiter = next(iter(best.values())).delimiter if best else ","
        empty = {name: probe.part(list(section.names), delimiter) for name, section in self.sections.items() if name not in best}
        whole = {**best, **empty}
        return {name: self._with_parent(name, part, whole) for name, part in whole.items()}

    def drifting(self) -> tuple[str, ...]:
        """The sections that come with a header."""
        return tuple(name for name, section in self.sections.items() if section.header)

    def _with_parent(self, name: str, part: Probe, parts: Mapping[str, Probe]) -> Probe:
        under = self.sections[name].under
        if not under or not part.written:
            return part
        seen = part.part([*part.written, *(f"{under} {cell}" for cell in parts[under].written)], part.delimiter)
        seen.own = len(part.written)
        return seen

    def _headed(self, record: list[str]) -> str:
        """The section whose header this record is."""
        cells = {normal(cell) for cell in record}
        first = record[0].strip() if record else ""
        for name, section in self.sections.items():
            if isinstance(section.header, str):
                if section.header and first == section.header:
                    return name
            elif section.header and all(normal(cell) in cells for cell in section.header):
                return name
        return ""

    def _names(self, name: str, record: list[str]) -> list[str]:
        return record[1:] if isinstance(self.sections[name].header, str) else list(record)

    def raw_parts(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Mapping[str, duckdb.DuckDBPyRelation]:
        """Every record of every section as text, as the tables `stage.raw_<section>`."""
        parts = self.sight(probe)
        look(probe)
        found = self._read(probe, next(iter(parts.values())).delimiter)
        raw = {}
        for name, part in parts.items():
            rows = found[name]
            _flush(rows, part.columns)
            con.from_arrow(pa.concat_tables(rows.tables)).create(f"stage.raw_{name}")
            raw[name] = con.table(f"stage.raw_{name}")
        return raw

    def _read(self, probe: Probe, delimiter: str) -> dict[str, _Rows]:
        """All records sorted into their sections; FileRefusedError where one belongs to none or is ragged."""
        found = {name: _Rows(list(section.names)) for name, section in self.sections.items()}
        latest: dict[str, list[str]] = {}
        current = ""
        for number, record in _records(probe, delimiter):
            if header := self._headed(record):
                self._same_header(probe, found[header], self._names(header, record), number)
                current = header
                continue
            name, cells = self._section_of(record, current)
            if not name:
                if current or any(section.mark for section in self.sections.values()):
                    raise _refused(probe, "the record belongs to no part of the format", "CSV_SHAPE", number)
                continue
            rows = found[name]
            latest[name] = cells = _fitted(probe, cells, len(rows.names), number)
            under = self.sections[name].under
            if under and under not in latest:
                raise _refused(probe, "the record stands before the one that it belongs to", "CSV_SHAPE", number)
            rows.records.append([*cells, *latest[under]] if under else cells)
            rows.numbers.append(number)
            if len(rows.records) >= BATCH:
                names = [*rows.names, *(f"{under} {cell}" for cell in found[under].names)] if under else rows.names
                _flush(rows, probe.part(names, delimiter).columns)
        return found

    def _section_of(self, record: list[str], current: str) -> tuple[str, list[str]]:
        first = record[0].strip()
        for name, section in self.sections.items():
            if section.mark and first == section.mark:
                return name, record[1:]
        if current and not self.sections[current].mark:
            return current, record
        return "", record

    def _same_header(self, probe: Probe, rows: _Rows, names: list[str], number: int) -> None:
        """A header that comes again must be the same one."""
        if rows.names and [normal(n) for n in rows.names] != [normal(n) for n in names]:
            raise _refused(probe, "a second header has other columns than the first", "SCHEMA_DRIFT", number)
        rows.names = names


def _records(probe: Probe, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that has a filled cell, with its number in the file from 1."""
    csv.field_size_limit(FIELD_LIMIT)
    number = 0
    with probe.path.open("rb") as source:
        try:
            for number, record in enumerate(csv.reader(io.TextIOWrapper(source, encoding=codec(probe), newline=""), delimiter=delimiter, strict=True), 1):
                if any(cell.strip() for cell in record):
                    yield number, record
        except csv.Error:
            raise _refused(probe, "a quoted value is not closed, or is too long", "CSV_SHAPE", number + 1) from None
        except UnicodeError:
            raise _refused(probe, f"the file is not {probe.encoding.upper()} text", "ENCODING", number + 1) from None


def _fitted(probe: Probe, cells: list[str], width: int, number: int) -> list[str]:
    """The record at the width of its header: empty cells at its end may be missing or too many, no others."""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if len(cells) != width:
        raise _refused(probe, f"the record has {len(cells)} values and the header {width}", "CSV_SHAPE", number)
    return cells


def _flush(rows: _Rows, columns: list[str]) -> None:
    """The records gathered so far as a table of text."""
    data = {"row_no": pa.array(rows.numbers, pa.int64())}
    data |= {name: pa.array([record[i] for record in rows.records], pa.string()) for i, name in enumerate(columns)}
    rows.tables.append(pa.table(data))
    rows.records, rows.numbers = [], []


def _refused(probe: Probe, what: str, code: str, row: int) -> FileRefusedError:
    return FileRefusedError(
        what, code=code, where=f"{probe.name}:{row}", row=row, hint="Look at that record; export the file again and deliver it as it comes."
    )
