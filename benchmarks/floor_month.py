"""Floor of B13: a straight line from files to a workbook, without a ledger. python floor_month.py HOME DATE OUT.xlsx prints code and subject"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import duckdb
from _floors import connect, files, findings, maps
from openpyxl import Workbook

MONEY = "DECIMAL(18,4)"
ORDERS = """SELECT ? AS store, "Name" AS order_name, "Financial Status" AS financial_status, "Total"::DECIMAL(18,4) AS total, "Taxes"::DECIMAL(18,4) AS taxes,
 "Refunded Amount"::DECIMAL(18,4) AS refunded, nullif("Outstanding Balance", '')::DECIMAL(18,4) AS outstanding, "Created at"[:10]::DATE AS created_on
 FROM read_csv(?, header=true, all_varchar=true) WHERE "Financial Status" <> ''"""
TRANSACTIONS = """SELECT ? AS store, "Name" AS order_name, lower("Kind") AS kind, "Gateway" AS gateway, lower("Status") AS status, "Amount"::DECIMAL(18,4) AS amount,
 "Created At"[:10]::DATE AS created_on FROM read_csv(?, header=true, all_varchar=true)"""
PAYMENTS = """SELECT ? AS account, nullif("Order", '') AS order_name, lower("Type") AS event_type, "Amount"::DECIMAL(18,4) AS gross FROM read_csv(?, header=true, all_varchar=true)"""
STRIPE = """SELECT ? AS account, nullif(regexp_extract(description, '(^|\\s)(#[A-Za-z0-9-]+)($|\\s)', 2), '') AS order_name, reporting_category AS event_type,
 gross::DECIMAL(18,4) AS gross FROM read_csv(?, header=true, all_varchar=true)"""
SALES = """SELECT ? AS entity, nullif("Customer Reference", '') AS client_order_ref, CASE "Status" WHEN 'Cancelled' THEN 'cancel' ELSE 'sale' END AS state,
 round("Total"::DECIMAL(38,18), 2)::DECIMAL(18,4) AS total FROM read_csv(?, header=true, all_varchar=true)"""
MOVES = """SELECT ? AS entity, CASE "Type" WHEN 'Customer Invoice' THEN 'out_invoice' ELSE 'other' END AS move_type, lower("Status") AS state, nullif("Reference", '') AS ref,
 round(nullif("Total", '')::DECIMAL(38,18), 2)::DECIMAL(18,4) AS total, round(nullif("Tax", '')::DECIMAL(38,18), 2)::DECIMAL(18,4) AS tax FROM read_csv(?, header=true, all_varchar=true)"""
TABLES = (
    ("orders_export", "store", "sales_order", ORDERS),
    ("transactions_export", "store", "order_transaction", TRANSACTIONS),
    ("payment_transactions", "account", "settlement_line", PAYMENTS),
    ("payout_reconciliation", "account", "settlement_line", STRIPE),
    ("Sales Order", "entity", "odoo_sale_order", SALES),
    ("Journal Entry", "entity", "odoo_move", MOVES),
)


def load(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """The files that the statements need, as tables."""
    for feed, path in files(home):
        for start, kind, table, statement in TABLES:
            if path.name.startswith(start) and kind in feed:
                made = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]).fetchall()[0][0]
                con.execute(f"INSERT INTO {table} {statement}" if made else f"CREATE TEMP TABLE {table} AS {statement}", [feed[kind], str(path)])


def main() -> None:
    """Files, statements, workbook."""
    home, con = Path(sys.argv[1]), connect()
    maps(con, home)
    load(con, home)
    found = findings(con, date.fromisoformat(sys.argv[2]))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Exceptions")
    for row in found:
        sheet.append(row)
        print(*row)
    book.save(sys.argv[3])


if __name__ == "__main__":
    main()
