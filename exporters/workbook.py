"""The exception workbook that accountants open in the morning."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ledger.durable import replace
from ledger.sqltext import sql

from ._sheets import frozen, put, table

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
    ("Exception", 14),
    ("Code", 24),
    ("Severity", 10),
    ("State", 11),
    ("Entity", 9),
    ("Subject", 13),
    ("Key", 30),
    ("Expected", 13),
    ("Actual", 13),
    ("Difference", 13),
    ("Currency", 9),
    ("Since", 11),
    ("Age (days)", 8),
    ("Due", 11),
    ("Owner", 16),
    ("What happened", 56),
    ("What to do", 44),
    ("Evidence (file:record)", 42),
    ("Nearest candidates", 44),
]
SUMMARY = (
    (
        "Payouts",
        [
            ("Account", 34),
            ("Currency", 16),
            ("Proven", 14),
            ("In transit", 14),
            ("Broken", 14),
            ("Amount proven", 18),
            ("Amount in transit", 18),
            ("Amount broken", 18),
        ],
        "workbook_payouts",
        False,
    ),
    (
        "Where every line ended (lines = proven + in transit + in exception + resolved + unlooked)",
        [
            ("Source", 34),
            ("Currency", 16),
            ("Lines", 14),
            ("Proven", 14),
            ("In transit", 14),
            ("In exception", 18),
            ("Resolved", 18),
            ("Unlooked", 18),
            ("Amount", 18),
        ],
        "workbook_completeness",
        False,
    ),
    ("Open exceptions by code", [("Code", 34), ("Severity", 16), ("Open", 14), ("Amount", 14), ("Currency", 14)], "workbook_codes", False),
    (
        "Files of this run",
        [("File", 34), ("Feed", 16), ("State", 14), ("Rows", 14), ("New", 14), ("Known", 18), ("New versions", 18)],
        "workbook_files",
        True,
    ),
)


def row_hash(exception_id: str, code: str, key: str, difference: Any) -> str:
    """What identifies a row of the Decisions sheet: a row that was edited does not match any more."""
    return sha256(f"{exception_id}|{code}|{key}|{'' if difference is None else f'{difference:.4f}'}".encode()).hexdigest()[:16]


def write(con: duckdb.DuckDBPyConnection, path: Path, *, books: str, as_of: date, run_id: str, head: str) -> None:
    """Write the nine sheets; the file is replaced when it is there."""
    book = Workbook()
    book.properties.creator = "Tieout"
    book.properties.title = f"{books}: exceptions as of {as_of}"
    book.properties.created = book.properties.modified = datetime(as_of.year, as_of.month, as_of.day)
    _summary(con, book, books, as_of, run_id, head)
    _proofs(con, book)
    for title, name, parameters in (
        ("Open", "workbook_open", {}),
        ("New", "workbook_new", {"run_id": run_id}),
        ("Cleared", "workbook_cleared", {"run_id": run_id}),
        ("In transit", "workbook_in_transit", {}),
    ):
        table(book.create_sheet(title), FINDING, con.execute(sql("exporters", name), parameters).fetchall())
    _ageing(con, book)
    _journal(con, book)
    _decisions(con, book)
    replace(path, frozen(book, book.properties.created))


def _summary(con: duckdb.DuckDBPyConnection, book: Workbook, books: str, as_of: date, run_id: str, head: str) -> None:
    sheet = book.active
    sheet.title = "Summary"
    put(sheet, 1, 1, books).font = Font(bold=True, size=16)
    for row, (label, value) in enumerate((("Business date", as_of), ("Run", run_id), ("Ledger head", head)), 2):
        put(sheet, row, 1, label).font = Font(bold=True)
        put(sheet, row, 2, value)
    row = 6
    for title, columns, name, parameters in SUMMARY:
        rows = con.execute(sql("exporters", name), {"run_id": run_id} if parameters else {}).fetchall()
        put(sheet, row, 1, title).font = Font(bold=True, size=12)
        if name == "workbook_codes" and rows:
            _chart(sheet, row + 1, len(rows))
        row = table(sheet, columns, rows, at=row + 1, freeze=False)
    sheet.sheet_view.showGridLines = False


def _chart(sheet: Worksheet, first: int, rows: int) -> None:
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, "Open exceptions by code"
    chart.add_data(Reference(sheet, min_col=3, min_row=first, max_row=first + rows), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=first + rows))
    chart.legend, chart.height, chart.width = None, max(7, 0.55 * rows), 18
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, "K6")


def _proofs(con: duckdb.DuckDBPyConnection, book: Workbook) -> None:
    columns = [
        ("Account", 14),
        ("Payout", 22),
        ("Entity", 9),
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
    table(book.create_sheet("Proofs"), columns, con.execute(sql("exporters", "workbook_proofs")).fetchall())


def _ageing(con: duckdb.DuckDBPyConnection, book: Workbook) -> None:
    columns = [
        ("Code", 34),
        ("Currency", 10),
        ("0-1 days", 12),
        ("2-5 days", 12),
        ("6-10 days", 12),
        ("11-20 days", 12),
        ("over 20 days", 12),
        ("Open", 10),
        ("Amount", 16),
    ]
    table(book.create_sheet("Ageing"), columns, con.execute(sql("exporters", "workbook_ageing")).fetchall())


def _journal(con: duckdb.DuckDBPyConnection, book: Workbook) -> None:
    columns = [
        ("Entry", 44),
        ("Pattern", 9),
        ("Entity", 9),
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
    table(book.create_sheet("Journal preview"), columns, con.execute(sql("exporters", "workbook_journal")).fetchall())


def _decisions(con: duckdb.DuckDBPyConnection, book: Workbook) -> None:
    sheet = book.create_sheet("Decisions")
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
    last = table(sheet, columns, rows)
    for column, values in (("H", ("resolve", "write_off", "assign", "keep")), ("I", REASONS)):
        choice = DataValidation(type="list", formula1='"' + ",".join(values) + '"', allow_blank=True, showErrorMessage=True)
        sheet.add_data_validation(choice)
        choice.add(f"{column}2:{column}{max(2, last)}")
    for row in sheet.iter_rows(min_row=2, max_row=max(2, last), min_col=8, max_col=11):
        for cell in row:
            cell.protection = Protection(locked=False)
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = False
