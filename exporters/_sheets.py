"""What every sheet of the workbook is made of: a title row that stays, a filter, widths, formats, and text that can never be a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from ledger.money import decimals

MAX_ROWS = 100_000
MAX_TEXT = 32_000
WRAP = 34  # columns as wide as this wrap their text
LINE, MOST_LINES = 15, 8
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HEAD = PatternFill("solid", fgColor="1F3A5F")
INPUT = PatternFill("solid", fgColor="FFFBE6")
FACE = "Calibri"
TITLE, BOLD, SECTION = Font(name=FACE, bold=True, color="FFFFFF"), Font(name=FACE, bold=True), Font(name=FACE, bold=True, size=12)
LINK = Font(name=FACE, color="1F5FA8", underline="single")
ABOVE = Border(top=Side(style="thin"))
TOP, WRAPPED, CENTER = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True), Alignment(vertical="top", horizontal="center")
# the same for text right behind a number, which would else touch it
PUSHED = {id(one): Alignment(vertical="top", horizontal="left", indent=1, wrap_text=one.wrap_text) for one in (TOP, WRAPPED)}
FILLS = {
    "block": "F4C7C3",
    "high": "FCE8B2",
    "medium": "FFF7DB",
    "low": "EEF2F7",
    "broken": "F4C7C3",
    "proven": "CFEAD6",
    "in_transit": "DCE9F9",
    "returned": "E7D9F2",
    "unlooked": "FCE8B2",
    "open": "FCE8B2",
    "review": "E7D9F2",
    "controlled": "CFEAD6",
    "in_part": "FFF7DB",
    "one_sided": "FCE8B2",
    "no_source": "FCE8B2",
    "not_controlled": "F4C7C3",
}
SOLID = {name: PatternFill("solid", fgColor=color) for name, color in FILLS.items()}


class Book(Workbook):  # type: ignore[misc]
    """A workbook that is written row by row, and the styles of its cells, each worked out once: openpyxl looks every part of a style up again for every cell that is given it."""

    def __init__(self) -> None:
        super().__init__(write_only=True)
        self.styled: dict[tuple[object, ...], StyleArray] = {}


@contextmanager
def workbook() -> Iterator[Book]:
    """A workbook that is written row by row. Where that fails, what openpyxl has begun is closed and taken away here: left to the interpreter,
    its writers would fail once more, on standard error, and their files would stay."""
    book = Book()
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            _abandon(sheet)
        raise


def _abandon(sheet: Any) -> None:
    """The rows within the sheet first, then the sheet, then its file; each may fail again as the writing did."""
    if sheet._rows is not None:
        with suppress(Exception):
            sheet._rows.close()
    if sheet._writer is not None:
        with suppress(Exception):
            sheet._writer.xf.close()
        with suppress(OSError, ValueError):
            sheet._writer.cleanup()


class Link(str):
    """Words that lead to a row of another sheet."""

    place: str

    def __new__(cls, words: str, sheet: str, row: int) -> Link:
        """The words, and where they lead."""
        made = super().__new__(cls, words)
        made.place = f"'{sheet}'!A{row}"
        return made


class Page:
    """A sheet that is written row by row, from top to bottom: a row goes out when the next one begins, so that no sheet is held in memory.

    What stands before the rows in the file (widths, frozen panes, colours) has to be set before the first of them goes out: rows wait until `flowing`.
    """

    def __init__(self, book: Book, title: str) -> None:
        self.sheet, self.styled = book.create_sheet(title), book.styled
        # openpyxl would first try to put every cell into another cell, and fail
        self.sheet._values_to_row = _placed
        self.row, self.flowing = 0, False
        self._cells: list[Cell | None] = []
        self._waiting: list[list[Cell | None]] = []

    def cell(self, row: int, column: int) -> Cell:
        """A cell of this row or of a later one."""
        while self.row < row:
            self._next()
        cell: Cell = WriteOnlyCell(self.sheet)
        self._cells += [None] * (column - len(self._cells))
        self._cells[column - 1] = cell
        return cell

    def end(self) -> None:
        """Send what is left."""
        self.flowing = True
        self._next()

    def _next(self) -> None:
        if self.row:
            self._waiting.append(self._cells)
        if self.flowing:
            for cells in self._waiting:
                self.sheet.append(cells)
            self._waiting = []
        self._cells, self.row = [], self.row + 1


def _placed(cells: Sequence[Cell | None], row: int) -> Iterator[Cell]:
    for column, cell in enumerate(cells, 1):
        if cell is not None:
            cell.row, cell.column = row, column
            if cell._hyperlink is not None:
                cell._hyperlink.ref = cell.coordinate
            yield cell


def text_cell(cell: Cell | WriteOnlyCell, value: str) -> None:
    """Text that stays text: value and type are set as they are, without openpyxl's guess at what the text means, so nothing becomes a formula."""
    clean = CONTROL.sub("\ufffd", value)
    cell._value = clean if len(clean) <= MAX_TEXT else clean[:MAX_TEXT] + " … (cut)"
    cell.data_type = "s"


def money_format(currency: object) -> str:
    """The number format of an amount in this currency: its own decimals, negative amounts red."""
    places = decimals(currency) if isinstance(currency, str) and currency else 2
    digits = "#,##0" + ("." + "0" * places if places else "")
    return f"{digits};[Red]-{digits}"


def put(page: Page, row: int, column: int, value: Any, currency: object = None) -> Cell:
    """One value with the format of its kind."""
    cell = _valued(page, row, column, value)
    if isinstance(value, str):
        if value in SOLID:
            cell.fill = SOLID[value]
    elif form := _form(value, currency):
        cell.number_format = form
    return cell


def _valued(page: Page, row: int, column: int, value: Any) -> Cell:
    cell = page.cell(row, column)
    if isinstance(value, str):
        text_cell(cell, value)
        if isinstance(value, Link):
            cell.hyperlink = Hyperlink(ref="", location=value.place)
    elif value is not None:
        cell.value = value
    return cell


def _form(value: Any, currency: object) -> str:
    """The number format of a value that is no text."""
    if isinstance(value, Decimal):
        return money_format(currency)
    if hasattr(value, "isoformat"):
        return "yyyy-mm-dd hh:mm" if hasattr(value, "hour") else "yyyy-mm-dd"
    return "#,##0" if isinstance(value, int) else ""


def _styled(page: Page, row: int, column: int, value: Any, currency: object, align: Alignment, total: bool, filled_in: bool) -> None:
    """One value with the style of its kind, its place and its row; what people fill in is open and has its colour. Nothing is written where there is nothing to see."""
    if value is None and not (total or filled_in):
        return
    form = value if isinstance(value, str) and value in SOLID else "" if isinstance(value, str) or value is None else _form(value, currency)
    key = (form, id(align), total, filled_in, type(value) is Link)
    if key in page.styled:
        _valued(page, row, column, value)._style = page.styled[key]  # one for all such cells: none is styled any further
        return
    cell = put(page, row, column, value, currency)
    cell.alignment = align
    if type(value) is Link:
        cell.font = LINK
    if total:
        cell.font, cell.border = BOLD, ABOVE
    if filled_in:
        cell.protection, cell.fill = Protection(locked=False), INPUT
    page.styled[key] = copy(cell._style)


def table(
    page: Page,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    *,
    at: int = 1,
    freeze: int | None = 0,
    fill_in: range = range(0),
    below: Sequence[bool] = (),
    totals: int = 0,
    most: int = MAX_ROWS,
    more: str = "`tieout exception list --format csv` has them all",
) -> int:
    """A table with its title row at `at`; the next free row. Past `most` rows one line says how many there are more, and where.

    `freeze` is the number of columns that stay in sight beside the title row; None for one table of several on a sheet. `fill_in`: places of the
    columns that people fill in. `below`: of each row whether it is folded below the one before it. `totals`: the place
    of the word `total` in a row of sums.
    """
    listed = list(rows)
    sheet = page.sheet
    if any(below):
        sheet.sheet_format.outlineLevelRow, sheet.sheet_properties.outlinePr.summaryBelow = 1, False
    numbers = {place for row in listed for place, value in enumerate(row) if isinstance(value, (int, Decimal))}
    _titles(page, columns, at, numbers)
    layout(sheet)
    if freeze is not None:
        sheet.freeze_panes = f"{get_column_letter(freeze + 1)}{at + 1}"
        page.flowing = True
    coin = next((place for place, (title, _) in enumerate(columns) if title.lower() == "currency"), None)
    align = [CENTER if place == coin else WRAPPED if width >= WRAP else TOP for place, (_, width) in enumerate(columns)]
    align = [PUSHED[id(side)] if place - 1 in numbers and place not in numbers and side is not CENTER else side for place, side in enumerate(align)]
    row, left = at, max(0, len(listed) - most)
    for number, values in enumerate(listed[:most]):
        row += 1
        if number < len(below) and below[number]:
            sheet.row_dimensions[row].outlineLevel = 1
        for place, value in enumerate(values, 1):
            side = CENTER if hasattr(value, "isoformat") else align[place - 1]
            _styled(page, row, place, value, values[coin] if coin is not None else None, side, values[totals] == "total", place - 1 in fill_in)
        lines = _lines(columns, values)
        if lines > 1:
            sheet.row_dimensions[row].height = LINE * lines
    if left:
        row += 1
        put(page, row, 1, f"{left:,} more rows: {more}")
    if freeze is not None:
        sheet.auto_filter.ref = f"A{at}:{get_column_letter(len(columns))}{max(row, at + 1)}"
        sheet.print_title_rows = f"{at}:{at}"
    return row + 2


def filled(columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], spare: Sequence[str]) -> tuple[list[tuple[str, int]], list[tuple[Any, ...]]]:
    """Columns and rows without those of the `spare` columns that no row fills."""
    kept = [place for place, (title, _) in enumerate(columns) if title not in spare or any(row[place] is not None for row in rows)]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]


def _lines(columns: Sequence[tuple[str, int]], values: Sequence[Any]) -> int:
    """How many lines the longest wrapped text of a row needs; programs do not all find that out when they open a file."""
    texts = [(value, width) for value, (_, width) in zip(values, columns, strict=False) if isinstance(value, str) and width >= WRAP]
    return min(MOST_LINES, max((-(-len(value) // width) if "\n" not in value else sum(-(-len(part) // width) for part in value.split("\n")) for value, width in texts), default=1))


def _titles(page: Page, columns: Sequence[tuple[str, int]], at: int, numbers: set[int]) -> None:
    """The title row, nothing where there is no title; titles stand over their numbers, and the row is high enough for those that need two lines."""
    for place, (title, width) in enumerate(columns):
        dimension = page.sheet.column_dimensions[get_column_letter(place + 1)]
        dimension.width = max(width, dimension.width if at > 1 else 0)
        if not title:
            continue
        cell = page.cell(at, place + 1)
        text_cell(cell, title)
        side = "right" if place in numbers else "center" if title.lower() == "currency" else "left"
        indent = 1 if side == "left" and place - 1 in numbers else 0
        if ("title", side, indent) not in page.styled:
            cell.font, cell.fill, cell.alignment = TITLE, HEAD, Alignment(vertical="center", wrap_text=True, horizontal=side, indent=indent)
            page.styled["title", side, indent] = copy(cell._style)
        cell._style = copy(page.styled["title", side, indent])
    if any(len(title) > width - 1 for title, width in columns):
        page.sheet.row_dimensions[at].height = 30


def layout(sheet: Worksheet) -> None:
    """Landscape, as wide as one page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A, page &P of &N"


def frozen(book: Workbook, moment: datetime) -> bytes:
    """The workbook's bytes, the same for the same cells: openpyxl stamps the time of saving into the file and its members."""
    out, given = io.BytesIO(), io.BytesIO()
    book.save(given)
    with zipfile.ZipFile(given) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), data)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
