"""Which days a refused file speaks of, as far as it can be read: what hangs on these days waits for it. Nothing of it is believed otherwise."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ._columns import TYPES, normal
from ._kit import Importer
from ._probe import DAMAGED, Probe

LIMIT = 32 << 20  # bytes of a file that are looked at
RECORDS = 200_000
# days in a row that are not the row's own
ELSEWHERE = re.compile(r"due|evidence|expires|_until$|^available|^cancelled|^changed|^delivered|^disabled|^ends|^starts|^finalized|^fulfilled|^scheduled|^invoiced")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>20\d\d)([-/.]?)(?P<m>0[1-9]|1[0-2])\2(?P<d>0[1-9]|[12]\d|3[01])(?:\d{6})?(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](20\d\d)(?!\d)")
_SWIFT = re.compile(r"(?m)^:(?:60[FM]:[CD]|62[FM]:[CD]|61:)(\d\d)(\d\d)(\d\d)")
_XML = re.compile(r"<(?:\w+:)?(?:BookgDt|FrDtTm|ToDtTm|FrDt|ToDt|Bal)>.{0,400}?(20\d\d-\d\d-\d\d)", re.DOTALL)
_JSON = re.compile(r'"(\w+)"\s*:\s*"?(20\d\d-\d\d-\d\d)')
_BESIDE = re.compile(r"due|updated|expir|closed|cancel|estimat|deliver|birth", re.IGNORECASE)  # keys whose day is not the row's


@dataclass(frozen=True)
class Span:
    """The first and the last day, how many there are between them, and whether the content or only the file's name says so."""

    first: date
    last: date
    days: int
    by: str


def span_of(probe: Probe, importer: Importer | None, today: date) -> Span | None:
    """The days of the file's rows; else those in its name; None where neither says any."""
    for by in ("content", "name"):
        said = _content(probe, importer) if by == "content" else _said(re.sub(r"\.\w+$", "", probe.name))
        found = {day for day in said if day <= today + timedelta(days=1)}
        if found:
            return Span(min(found), max(found), len(found), by)
    return None


def _content(probe: Probe, importer: Importer | None) -> Iterable[date]:
    try:
        if probe.kind == "html":
            return ()
        if probe.kind == "xlsx":
            return _of_records(_sheet(probe), _headers(probe, importer))
        text = _text(probe)
        if probe.kind == "csv" and (headers := _headers(probe, importer)):
            return _of_records(_records(text, probe), headers)
        if probe.kind == "xml":
            return [day for found in _XML.finditer(text) for day in _said(found[1])] or _said(text)
        if probe.kind == "swift":
            return [day for y, m, d in _SWIFT.findall(text) if (day := _day(2000 + int(y), int(m), int(d)))]
        if probe.kind == "json":
            return [day for key, said in _JSON.findall(text) if not _BESIDE.search(key) for day in _said(said)]
        return _said(text)
    except (*DAMAGED, csv.Error):
        return ()


def _text(probe: Probe) -> str:
    with probe.path.open("rb") as file:
        data = file.read(LIMIT)
    return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")


def _headers(probe: Probe, importer: Importer | None) -> set[str]:
    """How the file calls the columns that have the rows' day; nothing where it is no format that is known."""
    if importer is None:
        return set()
    names = {
        normal(header)
        for lands in importer.landed()
        for name, one in lands.declared().items()
        if TYPES.get(one.macro) in ("DATE", "TIMESTAMP") and not ELSEWHERE.search(name) and (lands.lands != "sales_order" or name.startswith("created"))
        for header in one.headers
    }
    return names | {normal(own) for own, known in probe.headers.items() if normal(known) in names}


def _records(text: str, probe: Probe) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=max(",;\t", key=text[:4096].count))


def _sheet(probe: Probe) -> Iterator[list[str]]:
    for row in probe.workbook(stored=True).worksheets[0].iter_rows(values_only=True):
        yield [cell.date().isoformat() if isinstance(cell, datetime) else str(cell or "") for cell in row]


def _of_records(records: Iterator[list[str]], headers: set[str]) -> Iterable[date]:
    """The days in these columns. A header may stand anywhere, and more than once: it holds for the records below it."""
    places: list[int] = []
    cells: list[str] = []
    for number, record in enumerate(records):
        if found := [place for place, cell in enumerate(record) if normal(cell) in headers]:
            places = found
        elif number < RECORDS:
            cells += [record[place] for place in places if place < len(record)]
    return _said("\n".join(cells))


def _said(text: str) -> list[date]:
    """Every day in a text; of those with the year last, the order that all of them allow, day first where the marks are points."""
    found = [day for one in _YEAR_FIRST.finditer(text) if (day := _day(int(one["y"]), int(one["m"]), int(one["d"])))]
    late = [(int(a), int(b), int(y)) for a, b, y in _YEAR_LAST.findall(text)]
    month_first = any(b > 12 for _, b, _ in late)
    if late and (month_first or any(a > 12 for a, _, _ in late) or re.search(r"\d\.\d\d?\.20\d\d", text)):
        found += [day for a, b, y in late if (day := _day(y, a, b) if month_first else _day(y, b, a))]
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
