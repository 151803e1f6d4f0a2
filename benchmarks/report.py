"""Workload and floor of B7: a workbook of exceptions. python report.py product|floor FOLDER ROWS"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import duckdb

MADE = """INSERT INTO exception SELECT format('{:024d}', i), 'F-01', 'SO_MISSING', 'BUSINESS', 'high', 'open', 'us', 'us', 'order', format('us/#{}', i), i::DECIMAL(18,4), NULL,
 i::DECIMAL(18,4), 'USD', DATE '2026-10-01', DATE '2026-10-01', 0, NULL, 'store-operations', 'Order has no sale order in Odoo.', 'Recover the order.', '[]', NULL
 FROM range(?) AS t(i)"""

# every exception with its place, as a night leaves it
PLACED = """INSERT INTO exception_cause SELECT exception_id, exception_id, concat('order ', subject_key), NULL, difference, 0, 1, row_number() OVER (ORDER BY difference DESC, exception_id), NULL FROM exception"""


def main() -> None:
    """Both make the same rows first."""
    from exporters import workbook
    from ledger.sqltext import lay_tables, sql

    path = Path(sys.argv[2]) / f"{sys.argv[1]}.xlsx"
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS ledger")
    con.execute("ATTACH ':memory:' AS fact")
    con.execute("USE ledger")
    lay_tables(con, "sources", "judgement", "books", "governance", "cache", "current_views")
    con.execute(sql("tieout", "search_path"))
    con.execute(MADE, [int(sys.argv[3])])
    if sys.argv[1] == "product":
        con.execute(PLACED)
        workbook.write(con, path, books="bench", as_of=date(2026, 10, 1), run_id="bench", head="0" * 64)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title in ("Open", "Decisions"):
        sheet = book.create_sheet(title)
        for row in con.execute("FROM exception").fetchall():
            sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    main()
