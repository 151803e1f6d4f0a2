"""The sheets of exceptions, the sheet on which people decide about them, and the words of a decision."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.durable import replace
from ledger.money import text
from ledger.private import masked
from ledger.sqltext import execute, sql

from ._sheets import CONTROL, MAX_ROWS, Book, Page, put, table

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
SHEETS = (("Open", "open", "C0392B"), ("New", "new", "E0A030"), ("Cleared", "cleared", "2E7D4F"), ("In transit", "in_transit", "2F6FB5"))
FINDING = [
    ("Severity", 10),
    ("Code", 30),
    ("Entity", 12),
    ("Subject", 18),
    ("Key", 38),
    ("Expected", 12),
    ("Actual", 12),
    ("Difference", 12),
    ("Currency", 9),
    ("Since", 11),
    ("Business days open", 11),
    ("Due", 12),
    ("Owner", 15),
    ("What happened", 50),
    ("What to do", 40),
    ("State", 11),
    ("Evidence (file and record)", 46),
    ("Nearest candidates", 44),
    ("Exception", 28),
]
PRINTED = "O"  # the last printed column of a findings sheet: evidence, candidates and ids are for the screen
MOST_IN_TRANSIT = 2_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the beginning of a formula


def row_hash(exception_id: str, code: str, key: str, difference: Any, events: int) -> str:
    """What identifies a row of the Decisions sheet, and the state that it was made from: a row that was edited does not match any more."""
    return sha256(f"{exception_id}|{code}|{key}|{'' if difference is None else f'{difference:.4f}'}|{events}".encode()).hexdigest()[:16]


def findings(book: Book, title: str, color: str, found: list[tuple[Any, ...]], *, whole: bool, beside: Path) -> None:
    """One sheet of exceptions; where all of them stand on the sheet Open too, as on a first night, it only says so."""
    page = Page(book, title)
    page.sheet.sheet_properties.tabColor = color
    rows = [(*row[:16], masked(row[16]) if row[16] else None, near(row[17], row[8]), *row[18:-1]) for row in found if whole]
    most, more = MAX_ROWS, "`tieout exception list --format csv` has them all"
    if title == "In transit" and len(rows) > MOST_IN_TRANSIT:
        aside = beside.with_name(f"{beside.stem}-in-transit.csv")
        replace(aside, _csv([name for name, _ in FINDING], rows))
        most, more = MOST_IN_TRANSIT, f"{aside.name} beside this file has them all"
    last = table(page, FINDING, rows, freeze=2, below=[bool(row[-1]) for row in found if whole], most=most, more=more)
    if not whole and found:
        put(page, 2, 1, f"All {len(found):,} rows of the sheet Open are new.")
    page.end()
    page.sheet.print_area = f"A1:{PRINTED}{max(2, last - 2)}"


def _csv(columns: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    """The same rows as a file that any spreadsheet opens; amounts at the decimals of their currency, and no cell that would be a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(value, str(row[8] or "")) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any, currency: str) -> str:
    if isinstance(value, Decimal):
        return text(value, currency)
    told = "" if value is None else CONTROL.sub("\ufffd", str(value))
    return f"'{told}" if isinstance(value, str) and told[:1] in FORMULA else told


def near(candidates: str | None, currency: str | None) -> str | None:
    """The nearest candidates, a line each: how far off, and what does not hold of them."""
    if not candidates:
        return None
    try:
        return "\n".join(_candidate(one, currency or "") for one in json.loads(candidates))
    except (ValueError, KeyError, InvalidOperation):
        return candidates  # words of an earlier version


def _candidate(one: dict[str, str], currency: str) -> str:
    delta = Decimal(one["delta"]) if one.get("delta") else Decimal(0)
    off = f"{text(delta, currency)} {currency}; ".lstrip() if delta else ""
    return f"{one['candidate']}: {off}not: {one['failed']}" + (f"; {one['note']}" if one.get("note") else "")


def decisions(con: duckdb.DuckDBPyConnection, book: Book) -> None:
    """The sheet that people fill in: what happened, what to do and what comes nearest stand beside the cells."""
    page = Page(book, "Decisions")
    sheet = page.sheet
    rows = [
        (severity, code, key, difference, currency, cause, suggestion, None, None, None, None, near(candidates, currency), owner, known, row_hash(known, code, key, difference, events), events)
        for severity, code, key, difference, currency, cause, suggestion, candidates, owner, known, events in execute(con, sql("exporters", "workbook_decisions")).fetchall()
    ]
    columns = [
        ("severity", 9),
        ("code", 28),
        ("subject", 36),
        ("difference", 13),
        ("currency", 9),
        ("what_happened", 42),
        ("what_to_do", 36),
        ("decision", 12),
        ("reason", 26),
        ("owner", 16),
        ("comment", 36),
        ("nearest", 44),
        ("owner_now", 17),
        ("exception_id", 28),
        ("row_hash", 20),
        ("events", 8),
    ]
    for hidden in "OP":  # whether a row is still the one that was written, and what had happened by then; nobody reads it
        sheet.column_dimensions[hidden].hidden = True
    last = table(page, columns, rows, freeze=2, fill_in=range(7, 11)) - 2
    page.end()
    sheet.print_area = f"A1:L{max(2, last)}"
    for column, values in (("H", DECISIONS), ("I", REASONS)):
        choice = DataValidation(type="list", formula1='"' + ",".join(values) + '"', allow_blank=True, showErrorMessage=True)
        sheet.data_validations.append(choice)
        choice.add(f"{column}2:{column}{max(2, last)}")
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = False
