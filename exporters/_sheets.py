"""What every sheet of the workbook is made of: a title row that stays, a filter, widths, formats, and text that can never be a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MAX_ROWS = 100_000
MAX_TEXT = 32_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HEAD = PatternFill("solid", fgColor="1F3A5F")
FILLS = {
    "block": "F4C7C3",
    "high": "FCE8B2",
    "medium": "FFF7DB",
    "low": "EEF2F7",
    "broken": "F4C7C3",
    "proven": "CFEAD6",
    "in_transit": "DCE9F9",
    "open": "FCE8B2",
    "review": "E7D9F2",
}
SOLID = {name: PatternFill("solid", fgColor=color) for name, color in FILLS.items()}


def text_cell(cell: Cell | WriteOnlyCell, value: str) -> None:
    """Text that stays text: the type is set after the value, so nothing becomes a formula."""
    clean = CONTROL.sub("\ufffd", value)
    cell.value = clean if len(clean) <= MAX_TEXT else clean[:MAX_TEXT] + " … (cut)"
    cell.data_type = "s"


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """One value with the format of its kind."""
    cell: Cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        text_cell(cell, value)
        if value in SOLID:
            cell.fill = SOLID[value]
    elif isinstance(value, Decimal):
        cell.value = value
        cell.number_format = "#,##0.00;[Red]-#,##0.00"
    elif value is not None:
        cell.value = value
        if hasattr(value, "isoformat"):
            cell.number_format = "yyyy-mm-dd hh:mm" if hasattr(value, "hour") else "yyyy-mm-dd"
        elif isinstance(value, int):
            cell.number_format = "#,##0"
    return cell


def table(sheet: Worksheet, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], *, at: int = 1, freeze: bool = True) -> int:
    """A table with its title row at `at`; the next free row. Past the limit one line says how many more there are."""
    for place, (title, width) in enumerate(columns, 1):
        cell = sheet.cell(row=at, column=place)
        text_cell(cell, title)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    row, more = at, 0
    for values in rows:
        if row - at >= MAX_ROWS:
            more += 1
            continue
        row += 1
        for place, value in enumerate(values, 1):
            put(sheet, row, place, value).alignment = Alignment(vertical="top", wrap_text=columns[place - 1][1] >= 40)
    if more:
        row += 1
        put(sheet, row, 1, f"{more} more rows: `tieout exception list --format csv` has them all")
    if freeze:
        sheet.freeze_panes = sheet.cell(row=at + 1, column=1)
        sheet.auto_filter.ref = f"A{at}:{get_column_letter(len(columns))}{max(row, at + 1)}"
        sheet.print_title_rows = f"{at}:{at}"
    page(sheet)
    return row + 2


def page(sheet: Worksheet) -> None:
    """Landscape, as wide as one page."""
    sheet.page_setup.orientation = "landscape"
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
