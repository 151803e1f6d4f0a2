"""Floor of B13: a straight line from files to a workbook, without a ledger. python floor_month.py HOME DATE OUT.xlsx prints code, subject, difference, currency"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from _floors import HEADER, connect, findings, tell
from _tables import load
from openpyxl import Workbook


def main() -> None:
    """Files, tables, statements, workbook."""
    con = connect()
    load(con, Path(sys.argv[1]))
    found = findings(con, date.fromisoformat(sys.argv[2]))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Exceptions")
    for row in (HEADER, *found):
        sheet.append(row)
    book.save(sys.argv[3])
    tell(found)


if __name__ == "__main__":
    main()
