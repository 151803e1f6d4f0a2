"""The first look at a file: its header, or the root of its XML, without believing its name."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from ledger.errors import FileRefusedError

from ._columns import normal

if TYPE_CHECKING:
    from openpyxl import Workbook

    from ._frames import Frames

LOOK = 1 << 18
LOOK_RECORDS = 200
BANK_FORMATS = {
    "swift": re.compile(rb"(?m)^(?:\{4:)?:(?:20|25|28C?|60[FM]|61|62[FM]|86):"),
    "bai2": re.compile(rb"\A01,[^,\n]*,[^,\n]*,\d{6},"),
    "ofx": re.compile(rb"\AOFXHEADER:|\A(?:<\?xml[^>]*>\s*)?<\?OFX |\A<OFX>"),
}
STRANGERS = {  # first bytes of what lies in folders of downloads and is no export
    b"%PDF": "a PDF",
    b"\xff\xd8\xff": "a picture",
    b"\x89PNG": "a picture",
    b"\xd0\xcf\x11\xe0": "an old workbook, letter or mail (.xls, .doc, .msg)",
    b"Rar!": "an archive that is no zip",
    b"7z\xbc\xaf": "an archive that is no zip",
}
# what the libraries raise on an archive or workbook that is damaged, encrypted or of another making
DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, TypeError, AttributeError, OSError, EOFError, RuntimeError, SyntaxError)
PROLOG = 1 << 12
XLSX_BYTES, ZIP_RATIO, XLSX_MEMBERS = 200 * 1024 * 1024, 200, 2_000


@dataclass
class Probe:
    """One file as the importers are asked about it."""

    path: Path
    name: str
    headers: Mapping[str, str] = field(default_factory=dict)  # the file's header → the one that an importer knows
    own: int | None = None  # how many of the header's cells are of the part itself; the rest are of the one above it
    called: Mapping[str, str] = field(default_factory=dict)  # of a file written anew: what the one that was delivered calls a column
    mended: Path | None = None  # the same records with one kind of line end, where the file mixes them
    frames: Frames | None = None  # what reads the file by Polars, while it is read so

    @cached_property
    def start(self) -> bytes:
        """The first quarter of a megabyte."""
        with self.path.open("rb") as file:
            return file.read(LOOK)

    @cached_property
    def kind(self) -> str:
        """csv, json, xlsx, zip, xml, html, the bank formats swift, bai2 and ofx, or empty; decided by the bytes alone."""
        head = self.start.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not self.start:
            return "empty"
        if self.start[:4] == b"PK\x03\x04":
            return "zip" if self.members else "xlsx"
        if self.markup is not self.start:
            return "html" if b"<html" in self.markup[:512].lower() else "xml"
        known = next((kind for kind, mark in BANK_FORMATS.items() if mark.search(head[:4096])), None)
        if known:
            return known
        low = head[:512].lower()
        if low.startswith((b"<!doctype html", b"<html")) or b"<html" in low:
            return "html"
        if head[:1] in (b"{", b"["):
            return "json"
        return "xml" if low.startswith(b"<") else "csv"

    @cached_property
    def markup(self) -> bytes:
        """The start of the file; of XML in UTF-16, which its mark or its first character shows, as UTF-8."""
        for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
            if self.start.startswith(mark):
                text = codecs.getincrementaldecoder(codec)("replace").decode(self.start).lstrip("\ufeff \t\r\n")
                return text.encode("utf-8", "replace") if text.startswith("<") and "<?OFX" not in text[:512] else self.start
        return self.start

    @cached_property
    def members(self) -> dict[str, str]:
        """The CSV files of an archive that is no workbook: name without folder and ending, in lower case → name; only ever read by name, never unpacked."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError):
            return {}
        if "[Content_Types].xml" in names:
            return {}
        return {name.rsplit("/", 1)[-1].lower().removesuffix(".csv"): name for name in names if name.lower().endswith(".csv")}

    @cached_property
    def delimiter(self) -> str:
        """The separator of a CSV file: the one of , ; tab that the header line has most of."""
        line = self._text.split("\n", 1)[0]
        return max(",;\t", key=lambda mark: (line.count(mark), mark == ","))

    @cached_property
    def encoding(self) -> str:
        """utf-16 where its mark says so, utf-8 where the start reads as such, else cp1252; whether the format has it is the importer's contract."""
        data = self.start
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16"
        for codec in ("utf-8", "cp1252"):
            if b"\x00" not in data[:4096] and self._decoded(codec) is not None:
                return codec
        raise self.not_utf8()

    def _decoded(self, codec: str) -> str | None:
        """The start of the file in that encoding; a character cut at its end is left out."""
        try:
            text = codecs.getincrementaldecoder(codec)().decode(self.start, final=len(self.start) < LOOK)
        except UnicodeDecodeError:
            return None
        return text.removeprefix("\ufeff")

    @property
    def odd_row(self) -> int:
        """The record in which the file stops to be UTF-8."""
        try:
            self.start.decode("utf-8")
        except UnicodeDecodeError as error:
            return self.start[: error.start].count(b"\n") + 1
        return 1

    def not_utf8(self) -> FileRefusedError:
        """The refusal of a file that is no UTF-8 text."""
        if stranger := next((what for mark, what in STRANGERS.items() if self.start.startswith(mark)), ""):
            return FileRefusedError(
                f"the file is {stranger}",
                code="ENCODING",
                where=self.name,
                hint="Fetch an export: CSV, .xlsx, or what docs/reference/files.md lists. What is printed or drawn cannot be read; an old workbook is saved as .xlsx, another archive packed as zip.",
            )
        return FileRefusedError(
            "the file is not UTF-8 text",
            code="ENCODING",
            where=self.name,
            row=self.odd_row,
            hint="Export it again as CSV in UTF-8; re-saving in a spreadsheet program often changes the encoding.",
        )

    @cached_property
    def _text(self) -> str:
        text = self._decoded(self.encoding)
        if text is None:
            raise self.not_utf8()
        return text

    def records(self, delimiter: str) -> list[list[str]]:
        """The first records of a CSV file, for formats whose header is not the first."""
        try:
            return list(islice(csv.reader(io.StringIO(self._text, newline=""), delimiter=delimiter), LOOK_RECORDS))
        except csv.Error:
            return []

    @cached_property
    def _folded(self) -> str:
        return normal(self._text)

    def shows(self, cells: str | tuple[str, ...]) -> bool:
        """Whether the start of the file may hold these header cells: a text in one piece, or several in any case and kind of blanks."""
        if isinstance(cells, str):
            return cells in self._text
        return all('"' in cell or normal(cell) in self._folded for cell in cells)

    def part(self, header: list[str], delimiter: str) -> Probe:
        """The same file seen as the part of it that has this header."""
        seen = Probe(self.path, self.name, self.headers)
        seen.__dict__.update(written=list(header), delimiter=delimiter, kind=self.kind)
        if self.kind == "csv":
            seen.__dict__["encoding"] = self.encoding
        return seen

    @cached_property
    def header(self) -> list[str]:
        """The header cells, translated where the feed says so; empty for XML, HTML and empty files."""
        names = {normal(own): known for own, known in self.headers.items()}
        return [names.get(normal(cell), cell) for cell in self.written]

    @cached_property
    def written(self) -> list[str]:
        """The header cells as they stand in the file."""
        if self.kind == "csv":
            return next(csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter), [])
        if self.kind == "xlsx":
            return self._xlsx_header()
        return []

    def written_as(self, column: str) -> str:
        """How the file itself writes the header of a column of the raw relation."""
        return self.called.get(column) or self.written[self.columns.index(column)].strip(" \ufeff")

    def _xlsx_header(self) -> list[str]:
        return [str(cell) if cell is not None else "" for cell in self._xlsx_top[0]]

    @property
    def first_cell(self) -> str:
        """The cell under the first header of a workbook, as text."""
        cells = self._xlsx_top[1]
        return str(cells[0]) if cells and cells[0] is not None else ""

    @cached_property
    def _xlsx_top(self) -> tuple[tuple[object, ...], tuple[object, ...]]:
        self.check_zip()
        try:
            book = self.workbook(stored=False)
            rows = book.worksheets[0].iter_rows(min_row=1, max_row=2, values_only=True)
            top = tuple(next(rows, ())), tuple(next(rows, ()))
            book.close()
        except DAMAGED:
            return (), ()
        return top

    def workbook(self, *, stored: bool) -> Workbook:
        """The workbook; formulas as the values stored with them, or as themselves. Its bytes are handed over: openpyxl refuses what the file's name does not announce."""
        import openpyxl

        return openpyxl.load_workbook(io.BytesIO(self.path.read_bytes()), read_only=True, data_only=stored)

    def check_zip(self) -> None:
        """Refuse a workbook that unpacks to far more than a workbook holds."""
        try:
            with zipfile.ZipFile(self.path) as book:
                members = book.infolist()
        except zipfile.BadZipFile:
            raise FileRefusedError("the file is a damaged zip", code="ENCODING", where=self.name, hint="Export it again.") from None
        size, packed = sum(m.file_size for m in members), max(1, sum(m.compress_size for m in members))
        if size > XLSX_BYTES or size // packed > ZIP_RATIO or len(members) > XLSX_MEMBERS:
            raise FileRefusedError(
                f"the {'archive' if self.kind == 'zip' else 'workbook'} unpacks to far more than its size",
                code="TOO_LARGE",
                where=self.name,
                hint="Export it as CSV, or in several parts.",
            )
        if self.kind == "xlsx" and any(_declares_a_document_type(self.path, m) for m in members if m.filename.endswith((".xml", ".rels"))):
            raise FileRefusedError("a part of the workbook declares a document type", code="XML_SHAPE", where=self.name, hint="Export it again; no workbook has one.")

    @cached_property
    def present(self) -> dict[str, str]:
        """Normalised header → the raw relation's column; a repeated header keeps its first column."""
        found: dict[str, str] = {}
        for cell, column in zip(self.header, self.columns, strict=True):
            found.setdefault(normal(cell), column)
        return found

    @cached_property
    def columns(self) -> list[str]:
        """Unique names for the raw relation's columns, in file order; none is that of the record's number."""
        taken, seen, names = {"row_no"}, dict[str, int](), []
        for cell in self.header:
            name = base = normal(cell) or "blank"
            while name in taken:
                seen[base] = seen.get(base, 1) + 1
                name = f"{base} ({seen[base]})"
            taken.add(name)
            names.append(name)
        return names

    @cached_property
    def repeated(self) -> set[str]:
        """Normalised headers that stand more than once."""
        cells = [normal(cell) for cell in self.header]
        return {cell for cell in cells if cell and cells.count(cell) > 1}

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """The first objects of a JSON lines file, or the one object of a JSON file where it is short enough."""
        if self.kind != "json":
            return []
        found = []
        for line in self._text.splitlines()[:LOOK_RECORDS]:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                break
            if isinstance(value, dict):
                found.append(value)
        return found

    @cached_property
    def root(self) -> str:
        """Local name and namespace of an XML file's root, e.g. `Document urn:iso:std:iso:20022:tech:xsd:camt.053.001.08`."""
        if self.kind != "xml":
            return ""
        from lxml import etree

        parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, huge_tree=False)
        try:
            parser.feed(self.start)
        except etree.XMLSyntaxError:
            return ""
        for _, element in parser.read_events():
            name = etree.QName(element)
            return f"{name.localname} {name.namespace or ''}".strip()
        return ""


class _Prolog(Exception):
    """Ends the reading of an XML part at its document type, or at its root."""


def _declares_a_document_type(path: Path, member: zipfile.ZipInfo) -> bool:
    """Whether an XML part has what entities are declared in: a few bytes of them unfold to hours of work. Nothing behind the start of the root is read."""

    def at_type(*_: object) -> None:
        raise _Prolog(True)

    def at_root(*_: object) -> None:
        raise _Prolog(False)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = at_type, at_root
    try:
        with zipfile.ZipFile(path) as book, book.open(member) as part:
            while chunk := part.read(PROLOG):
                parser.Parse(chunk)
    except _Prolog as met:
        return bool(met.args[0])
    except (expat.ExpatError, *DAMAGED):
        pass  # whoever reads the part says what is wrong with it
    return False
