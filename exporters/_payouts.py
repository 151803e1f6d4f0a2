"""The proofs of the payouts, and a picture of each that is broken: a waterfall from its sales to the bank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from ledger.money import text
from ledger.sqltext import execute, sql

from ._sheets import FACE, SECTION, Book, Link, Page, filled, layout, put, table

COLUMNS = [
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
SPARE = ("Disputes", "Dispute fees", "Reserve", "Adjustments", "Other", "Clearing movement", "Entry")
MOST_PICTURES = 20
AMOUNT = re.compile(r"-?\b\d+\.\d{4}\b")
HEIGHT = 16  # rows that a picture takes
STEPS = [("Step", 20), ("Amount", 14), ("Currency", 9)]
# the colours of what stands below a bar, which is none, and of the bars: whole amounts, then what comes and what goes, above and below zero
BARS = (None, "2F6FB5", "2E7D4F", "2E7D4F", "C0392B", "C0392B")
FIRST = 16  # the column from which the places of the bars stand, behind the picture and out of the printed page


def proofs(book: Book, found: list[tuple[Any, ...]], pictures: Mapping[str, int]) -> None:
    """Every payout with its buckets side by side; `pictures` says in which row of the sheet Broken payouts a broken one stands."""
    page = Page(book, "Proofs")
    linked = [(row[0], Link(row[1], "Broken payouts", pictures[key]) if (key := f"{row[0]}/{row[1]}") in pictures else row[1], *row[2:-1], said(row[-1], row[9])) for row in found]
    shown, rows = filled(COLUMNS, linked, SPARE)
    last = table(page, shown, rows, freeze=2)
    page.end()
    printed = [title for title, _ in shown].index("Unknown") + 1
    page.sheet.print_area = f"A1:{get_column_letter(printed)}{max(2, last - 2)}"


def said(why: str, currency: str) -> str:
    """The sentence of a proof, its amounts at the decimals of their currency."""
    return AMOUNT.sub(lambda found: text(Decimal(found[0]), currency), why)


def waterfalls(con: duckdb.DuckDBPyConnection) -> tuple[list[list[tuple[Any, ...]]], dict[str, int]]:
    """The steps of each broken payout, the largest first, and the row in which its picture begins."""
    listed = [list(steps) for _, steps in groupby(execute(con, sql("exporters", "workbook_waterfall"), {"most": MOST_PICTURES}).fetchall(), key=lambda row: row[0])]
    places, row = {}, 3
    for steps in listed:
        places[f"{steps[0][1]}/{steps[0][2]}"] = row
        row += max(HEIGHT, len(steps) + 4)
    return listed, places


def broken(book: Book, listed: list[list[tuple[Any, ...]]], places: Mapping[str, int]) -> None:
    """Their sheet; none where no payout is broken."""
    if not listed:
        return
    page = Page(book, "Broken payouts")
    page.sheet.sheet_properties.tabColor = "C0392B"
    layout(page.sheet)
    put(page, 1, 1, "From sales to the bank: where each broken payout breaks").font = Font(name=FACE, bold=True, size=14)
    for number, steps in enumerate(listed):
        _, account, payout, why, currency = steps[0][:5]
        row = places[f"{account}/{payout}"]
        if number and number % 2 == 0:
            page.sheet.row_breaks.append(Break(id=row - 1))  # no picture lies on two pages
        put(page, row, 1, f"{account}/{payout}: {said(why, currency)}").font = SECTION
        # the places of the bars stand beside the steps, row by row
        rows = [(label, amount, currency, *[None] * (FIRST - 4), *bars) for _, _, _, _, _, label, amount, *bars in steps]
        table(page, [*STEPS, *[("", 9)] * (FIRST - 4), *[("", 11)] * len(BARS)], rows, at=row + 1, freeze=None)
        page.sheet.add_chart(_picture(page, row + 1, len(steps), currency), f"E{row + 1}")
    page.sheet.sheet_view.showGridLines = False
    page.end()
    last = max(places.values()) + HEIGHT
    page.sheet.print_area = f"A1:{get_column_letter(FIRST - 1)}{last}"


def _picture(page: Page, head: int, steps: int, currency: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 30
    for place, color in enumerate(BARS):
        series = Series(Reference(page.sheet, min_col=FIRST + place, min_row=head + 1, max_row=head + steps), title=None)
        series.graphicalProperties = GraphicalProperties(noFill=True) if color is None else GraphicalProperties(solidFill=color)
        series.graphicalProperties.line.noFill = True
        chart.series.append(series)
    chart.set_categories(Reference(page.sheet, min_col=1, min_row=head + 1, max_row=head + steps))
    chart.legend, chart.height, chart.width = None, 7, 22
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.title, chart.y_axis.majorGridlines = currency, None
    chart.x_axis.tickLblPos = "low"
    return chart
