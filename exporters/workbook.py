"""The exception workbook that accountants open in the morning."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ledger.durable import replace
from ledger.private import masked
from ledger.sqltext import sql

from . import _totals
from ._sheets import BOLD, FACE, SECTION, Book, Page, frozen, put, table, workbook

DECISIONS = ("resolve", "write_off", "assign", "keep")
REASONS = (
    "TIMING_CLEARED",
    "DUPLICATE_CONFIRMED",
    "SOURCE_CORRECTED",
    "ERP_CORRECTED",
    "PROCESSOR_CLAIM_PAID",
    "PROCESSOR_CLAIM_REFUSED",
    "ROUNDING",
    "FX",
    "BANK_FEE",
    "GOODWILL",
    "FRAUD_LOSS",
    "WRITE_OFF_IMMATERIAL",
    "MAPPING_CHANGED",
    "RULE_CHANGED",
    "FALSE_POSITIVE",
    "OTHER",
)
# Reasons that give money up: only a write-off may have them.
GIVEN_UP = ("GOODWILL", "FRAUD_LOSS", "WRITE_OFF_IMMATERIAL")
FINDING = [
    ("Severity", 10),
    ("Code", 30),
    ("Entity", 12),
    ("Subject", 17),
    ("Key", 30),
    ("Expected", 12),
    ("Actual", 12),
    ("Difference", 12),
    ("Currency", 9),
    ("Since", 11),
    ("Business days open", 11),
    ("Due", 11),
    ("Owner", 15),
    ("What happened", 50),
    ("What to do", 40),
    ("State", 11),
    ("Evidence (file and record)", 46),
    ("Nearest candidates", 44),
    ("Exception", 28),
]
PRINTED = "O"  # the last printed column of a findings sheet: evidence, candidates and ids are for the screen
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
SHEETS = (("Open", "open", "C0392B"), ("New", "new", "E0A030"), ("Cleared", "cleared", "2E7D4F"), ("In transit", "in_transit", "2F6FB5"))


def row_hash(exception_id: str, code: str, key: str, difference: Any) -> str:
    """What identifies a row of the Decisions sheet: a row that was edited does not match any more."""
    return sha256(f"{exception_id}|{code}|{key}|{'' if difference is None else f'{difference:.4f}'}".encode()).hexdigest()[:16]


def write(con: duckdb.DuckDBPyConnection, path: Path, *, books: str, as_of: date, run_id: str, head: str) -> None:
    """Write the ten sheets; the file is replaced when it is there."""
    with workbook() as book:
        book.properties.creator = "Tieout"
        book.properties.title = f"{books}: exceptions as of {as_of}"
        book.properties.created = book.properties.modified = datetime(as_of.year, as_of.month, as_of.day)
        _summary(con, book, books, as_of, run_id, head)
        _proofs(con, book)
        for title, which, color in SHEETS:
            page = Page(book, title)
            page.sheet.sheet_properties.tabColor = color
            found = con.execute(sql("exporters", "workbook_findings"), {"which": which, "run_id": run_id}).fetchall()
            last = table(page, FINDING, [(*row[:16], masked(row[16] or ""), *row[17:]) for row in found], freeze=2)
            page.end()
            page.sheet.print_area = f"A1:{PRINTED}{max(2, last - 2)}"
        _ageing(con, book)
        _journal(con, book)
        _decisions(con, book)
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
    severities = con.execute(sql("exporters", "workbook_severities")).fetchall()
    table(page, [("Severity", 30), ("To decide", 12), ("Open", 12), ("In review", 12), ("Business days, oldest", 12)], severities, at=7, freeze=None)
    _chart(page.sheet, 7, len(severities))
    row = 18
    for title, columns, name in SUMMARY:
        put(page, row, 1, title).font = SECTION
        row = table(page, columns, con.execute(sql("exporters", name)).fetchall(), at=row + 1, freeze=None)
    put(page, row, 1, "What the rules could not look at").font = SECTION
    unlooked = con.execute(sql("exporters", "workbook_not_evaluated"), {"run_id": run_id}).fetchall()
    row = table(page, [("Name", 30), ("Rule", 12), ("Subjects", 12), ("Why", 12)], unlooked, at=row + 1, freeze=None)
    put(page, row, 1, "Files of this run").font = SECTION
    files = con.execute(sql("exporters", "workbook_files"), {"run_id": run_id}).fetchall()
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
    sheet.add_chart(chart, "F6")


def _colored(place: int, color: str) -> DataPoint:
    point = DataPoint(idx=place)
    point.graphicalProperties.solidFill = color
    return point


def _proofs(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    columns = [
        ("Account", 16),
        ("Payout", 30),
        ("Entity", 12),
        ("Paid on", 11),
        ("State", 11),
        ("Bank", 13),
        ("Payout amount", 13),
        ("Lines", 13),
        ("Residual", 11),
        ("Currency", 9),
        ("Sales", 13),
        ("Refunds", 12),
        ("Fees", 12),
        ("Disputes", 12),
        ("Dispute fees", 11),
        ("Reserve", 11),
        ("Adjustments", 12),
        ("Other", 11),
        ("Unknown", 11),
        ("Clearing movement", 13),
        ("Entry", 34),
        ("Bank line", 28),
        ("Why", 46),
    ]
    page = Page(book, "Proofs")
    last = table(page, columns, con.execute(sql("exporters", "workbook_proofs")).fetchall(), freeze=2)
    page.end()
    page.sheet.print_area = f"A1:S{max(2, last - 2)}"


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
        ("Amount", 16),
    ]
    page = Page(book, "Ageing")
    table(page, columns, con.execute(sql("exporters", "workbook_ageing")).fetchall())
    page.end()


def _journal(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    columns = [
        ("Entry", 44),
        ("Pattern", 9),
        ("Entity", 12),
        ("Date", 11),
        ("Journal", 10),
        ("Reference", 22),
        ("Role", 22),
        ("Account", 10),
        ("Label", 44),
        ("Debit", 13),
        ("Credit", 13),
        ("Currency", 9),
        ("State", 14),
        ("Held because", 46),
    ]
    page = Page(book, "Journal preview")
    table(page, columns, con.execute(sql("exporters", "workbook_journal")).fetchall())
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
    table(page, columns, con.execute(sql("exporters", "workbook_coverage")).fetchall(), freeze=2)
    page.end()


def _decisions(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    page = Page(book, "Decisions")
    sheet = page.sheet
    rows = [(*row, row_hash(row[0], row[1], row[3], row[4]), None, None, None, None) for row in con.execute(sql("exporters", "workbook_decisions")).fetchall()]
    columns = [
        ("exception_id", 28),
        ("code", 26),
        ("severity", 10),
        ("subject", 34),
        ("difference", 14),
        ("currency", 9),
        ("row_hash", 20),
        ("decision", 14),
        ("reason", 26),
        ("owner", 18),
        ("comment", 44),
    ]
    sheet.column_dimensions["G"].hidden = True  # says whether a row is still the one that was written; nobody reads it
    last = table(page, columns, rows, freeze=2, fill_in=range(7, 11)) - 2
    page.end()
    for column, values in (("H", DECISIONS), ("I", REASONS)):
        choice = DataValidation(type="list", formula1='"' + ",".join(values) + '"', allow_blank=True, showErrorMessage=True)
        sheet.data_validations.append(choice)
        choice.add(f"{column}2:{column}{max(2, last)}")
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = False
