"""The exception workbook that accountants open in the morning."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from ledger.durable import replace
from ledger.private import masked
from ledger.sqltext import execute, sql

from . import _totals
from ._findings import SHEETS, decisions, findings
from ._payouts import broken, proofs, waterfalls
from ._sheets import BOLD, FACE, SECTION, Book, Page, filled, frozen, put, table, workbook
from ._today import today

SUMMARY = (
    (
        "Payouts",
        [
            ("Account", 30),
            ("Currency", 12),
            ("Proven", 12),
            ("In transit", 12),
            ("Broken", 12),
            ("Returned", 12),
            ("Unlooked", 12),
            ("Amount proven", 17),
            ("Amount in transit", 17),
            ("Amount broken", 17),
            ("Amount returned", 17),
            ("Amount unlooked", 17),
        ],
        "workbook_payouts",
    ),
    (
        "Where every line ended: lines = proven + in transit + in exception + resolved + unlooked",
        [
            ("Source", 30),
            ("Currency", 12),
            ("Lines", 12),
            ("Proven", 12),
            ("In transit", 12),
            ("In exception", 17),
            ("Resolved", 17),
            ("Unlooked", 17),
            ("Amount", 17),
            ("Looked at", 16),
        ],
        "workbook_completeness",
    ),
    (
        "Exceptions to decide by code",
        [("Code", 30), ("Severity", 12), ("To decide", 12), ("Open", 12), ("In review", 12), ("Amount", 17), ("Currency", 17)],
        "workbook_codes",
    ),
)
FILES = [("File", 30), ("Feed", 12), ("Rows", 12), ("New", 12), ("Known", 12), ("New versions", 17), ("State", 17)]
SEVERITIES = {"block": "C0392B", "high": "E0A030", "medium": "D8C46A", "low": "9AA8B8"}


def write(con: duckdb.DuckDBPyConnection, path: Path, *, books: str, as_of: date, run_id: str, head: str) -> None:
    """Write the sheets; the file is replaced when it is there. What is in transit beyond `MOST_IN_TRANSIT` rows lies whole in a CSV beside it."""
    proven = execute(con, sql("exporters", "workbook_proofs")).fetchall()
    steps, pictures = waterfalls(con)
    with workbook() as book:
        book.properties.creator = "Tieout"
        book.properties.title = f"{books}: exceptions as of {as_of}"
        book.properties.created = book.properties.modified = datetime(as_of.year, as_of.month, as_of.day)
        today(con, book, books, as_of, {f"{row[0]}/{row[1]}": number for number, row in enumerate(proven, 2)})
        _summary(con, book, books, as_of, run_id, head)
        proofs(book, proven, pictures)
        broken(book, steps, pictures)
        undecided = 0
        for title, which, color in SHEETS:
            found = execute(con, sql("exporters", "workbook_findings"), {"which": which, "run_id": run_id}).fetchall()
            undecided = len(found) if which == "open" else undecided
            findings(book, title, color, found, whole=which != "new" or len(found) < undecided, beside=path)
        _ageing(con, book)
        _journal(con, book)
        decisions(con, book)
        _coverage(con, book)
        replace(path, frozen(book, book.properties.created))


def _summary(con: duckdb.DuckDBPyConnection, book: Book, books: str, as_of: date, run_id: str, head: str) -> None:
    page = Page(book, "Summary")
    put(page, 1, 1, books).font = Font(name=FACE, bold=True, size=16)
    for row, (label, value) in enumerate((("Business date", as_of), ("Run", run_id), ("Ledger head", head)), 2):
        put(page, row, 1, label).font = BOLD
        put(page, row, 2, value).alignment = Alignment(horizontal="left")
    put(page, 5, 1, "Exceptions").font = BOLD
    put(page, 5, 2, _totals.sentence(_totals.counts(con)))
    put(page, 6, 1, "Exceptions to decide by severity").font = SECTION
    severities = execute(con, sql("exporters", "workbook_severities")).fetchall()
    table(page, [("Severity", 30), ("To decide", 12), ("Open", 12), ("In review", 12), ("Business days, oldest", 12)], severities, at=7, freeze=None)
    _chart(page.sheet, 7, len(severities))
    row = 18
    for title, columns, name in SUMMARY:
        put(page, row, 1, title).font = SECTION
        row = table(page, columns, execute(con, sql("exporters", name)).fetchall(), at=row + 1, freeze=None)
    put(page, row, 1, "What the rules could not look at").font = SECTION
    unlooked = execute(con, sql("exporters", "workbook_not_evaluated"), {"run_id": run_id}).fetchall()
    row = table(page, [("Name", 30), ("Rule", 12), ("Subjects", 12), ("Why", 12)], unlooked, at=row + 1, freeze=None)
    put(page, row, 1, "Files of this run").font = SECTION
    files = execute(con, sql("exporters", "workbook_files"), {"run_id": run_id}).fetchall()
    table(page, FILES, [(masked(name), *rest) for name, *rest in files], at=row + 1, freeze=None)
    page.sheet.sheet_view.showGridLines = False
    page.end()


def _chart(sheet: Worksheet, first: int, rows: int) -> None:
    """Bars of the table whose title row is `first`, beside it and within the printed page."""
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, None
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=first + rows), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=first + rows))
    chart.series[0].data_points = [_colored(place, color) for place, color in enumerate(SEVERITIES.values())]
    chart.series[0].dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.legend, chart.height, chart.width, chart.gapWidth = None, 5, 15, 40
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete, chart.y_axis.delete, chart.y_axis.majorGridlines = False, True, None
    sheet.add_chart(chart, "G6")


def _colored(place: int, color: str) -> DataPoint:
    point = DataPoint(idx=place)
    point.graphicalProperties.solidFill = color
    return point


def _ageing(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    columns = [
        ("Code", 34),
        ("Currency", 10),
        ("0-1 days", 12),
        ("2-5 days", 12),
        ("6-10 days", 12),
        ("11-20 days", 12),
        ("over 20 days", 12),
        ("To decide", 10),
        ("Amount", 15),
        *((f"Amount {days}", 14) for days in ("0-1 days", "2-5 days", "6-10 days", "11-20 days", "over 20 days")),
    ]
    page = Page(book, "Ageing")
    table(page, columns, execute(con, sql("exporters", "workbook_ageing")).fetchall())
    page.end()


def _journal(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    columns = [
        ("Entry", 52),
        ("Pattern", 9),
        ("Entity", 12),
        ("Date", 11),
        ("Journal", 10),
        ("Reference", 26),
        ("Role", 22),
        ("Account", 10),
        ("Account name", 28),
        ("Label", 44),
        ("Debit", 13),
        ("Credit", 13),
        ("Currency", 9),
        ("State", 14),
        ("Held because", 46),
    ]
    page = Page(book, "Journal preview")
    shown, rows = filled(columns, execute(con, sql("exporters", "workbook_journal")).fetchall(), ("Account name", "Held because"))
    table(page, shown, rows, freeze=1, totals=[title for title, _ in shown].index("Label"))
    page.end()


def _coverage(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    columns = [
        ("Kind", 9),
        ("Name", 32),
        ("Rule", 10),
        ("State", 16),
        ("Judged", 26),
        ("Rows", 10),
        ("Compared with", 46),
        ("Rows there", 10),
        ("Not evaluated", 10),
    ]
    page = Page(book, "Coverage")
    table(page, columns, execute(con, sql("exporters", "workbook_coverage")).fetchall(), freeze=2)
    page.end()
