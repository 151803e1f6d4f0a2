"""The first sheet: what is to be done today, the most money first, each cause once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
from openpyxl.styles import Font

from ledger.money import text
from ledger.sqltext import execute, sql

from ._sheets import FACE, MAX_ROWS, SECTION, Book, Link, Page, filled, put, table
from ._waiting import waiting

COLUMNS = [
    ("Severity", 9),
    ("What to do", 46),
    ("Money at risk", 14),
    ("Currency", 9),
    ("To decide", 9),
    ("Business days late", 10),
    ("Due", 11),
    ("Owner", 17),
    ("What happened", 56),
    ("Code", 29),
    ("Together with", 34),
    ("Waiting for it", 34),
    ("Entity", 12),
    ("Proof", 8),
    ("Rows", 8),
]
HEAD = 4


def today(con: duckdb.DuckDBPyConnection, book: Book, books: str, as_of: date, proofs: Mapping[str, int]) -> None:
    """One row for each cause; `proofs` says in which row of the sheet Proofs a payout stands; Open has the exceptions by their place."""
    page = Page(book, "Today")
    page.sheet.sheet_properties.tabColor = "1F3A5F"
    found = execute(con, sql("exporters", "workbook_today")).fetchall()
    causes = [row for row in found if row[0] != "total"]
    put(page, 1, 1, f"{books}: to do on {as_of}").font = Font(name=FACE, bold=True, size=16)
    put(page, 2, 1, _sentence(causes, [row for row in found if row[0] == "total"])).font = SECTION
    put(page, 3, 1, _order(execute(con, sql("exporters", "workbook_weighed")).fetchall()))
    listed = []
    waits = waiting(con)
    for *told, cause_place, entity, payout, place in found:
        proof = Link("proof", "Proofs", proofs[payout]) if payout in proofs else None
        listed.append((*told, waits.get(cause_place), entity, proof, Link("rows", "Open", place + 1) if place <= MAX_ROWS else None))
    table(page, *filled(COLUMNS, listed, ("Due", "Together with", "Waiting for it", "Proof")), at=HEAD, freeze=2)
    page.sheet.sheet_view.showGridLines = False
    page.end()


def _sentence(causes: list[tuple[object, ...]], totals: list[tuple[object, ...]]) -> str:
    if not causes:
        return "Nothing is left to decide."
    count = sum(int(str(row[4])) for row in causes)
    money = " and ".join(f"{text(row[2], str(row[3]), grouped=True)} {row[3]}" for row in totals if row[2] is not None)  # type: ignore[arg-type]
    return f"{count:,} {'exception' if count == 1 else 'exceptions'} of {len(causes):,} {'cause' if len(causes) == 1 else 'causes'}" + (f"; at risk: {money}." if money else ".")


def _order(weighed: list[tuple[str, str]]) -> str:
    """How money of several currencies was compared; nothing where there is one."""
    told = [f"{currency} as {other} at the last rate of Odoo" for currency, other in weighed if other != currency]
    compared = sorted({other for _, other in weighed})
    if len(compared) > 1:
        told.append(f"{', '.join(compared[:-1])} and {compared[-1]} are not compared: the largest of each comes first, then the second of each")
    return f"The most money first; {'; '.join(told)}." if told else ""
