"""The files of a month as plain tables, read by DuckDB itself: what a straight script has to work on. No original, no lineage, no version."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import duckdb
from _floors import files

ORDERS = """SELECT ? AS store, "Name" AS order_name, "Financial Status" AS financial_status, "Currency" AS currency, "Total"::DECIMAL(18,4) AS total, "Taxes"::DECIMAL(18,4) AS taxes,
 "Refunded Amount"::DECIMAL(18,4) AS refunded, nullif("Outstanding Balance", '')::DECIMAL(18,4) AS outstanding, "Created at"[:10]::DATE AS created_on
 FROM read_csv(?, header=true, all_varchar=true) WHERE "Financial Status" <> ''"""
TRANSACTIONS = """SELECT ? AS store, "Name" AS order_name, lower("Kind") AS kind, "Gateway" AS gateway, lower("Status") AS status, "Amount"::DECIMAL(18,4) AS amount, "Currency" AS currency,
 "Created At"[:10]::DATE AS created_on, row_number() OVER (PARTITION BY "Name" ORDER BY "Created At"[:19]) AS ordinal,
 row_number() OVER (PARTITION BY "Name", lower("Kind") ORDER BY "Created At"[:19]) AS of_kind FROM read_csv(?, header=true, all_varchar=true)"""
PAYMENTS = """SELECT ? AS account, NULL::VARCHAR AS line_id, strptime("Transaction Date", '%Y-%m-%d %H:%M:%S %z') AT TIME ZONE 'UTC' AS occurred_at, nullif("Order", '') AS order_name,
 lower("Type") AS event_type, "Payment Method Name" AS method, "Amount"::DECIMAL(18,4) AS gross, "Fee"::DECIMAL(18,4) AS fee, "Net"::DECIMAL(18,4) AS net, upper("Currency") AS currency,
 lower("Payout Status") AS status, nullif("Payout ID", '') AS payout_id, nullif("Payout Date", '')::DATE AS payout_on, NULL::VARCHAR AS bank_reference
 FROM read_csv(?, header=true, all_varchar=true)"""
STRIPE = """SELECT ? AS account, balance_transaction_id AS line_id, created_utc::TIMESTAMP AS occurred_at, nullif(regexp_extract(description, '(^|\\s)(#[A-Za-z0-9-]+)($|\\s)', 2), '') AS order_name,
 reporting_category AS event_type, payment_method_type AS method, gross::DECIMAL(18,4) AS gross, fee::DECIMAL(18,4) AS fee, net::DECIMAL(18,4) AS net, upper(currency) AS currency,
 'paid' AS status, nullif(automatic_payout_id, '') AS payout_id, nullif(automatic_payout_effective_at, '')[:10]::DATE AS payout_on, nullif(trace_id, '') AS bank_reference
 FROM read_csv(?, header=true, all_varchar=true)"""
PAYOUTS = """SELECT ? AS account, "Payout Date"::DATE AS paid_on, lower("Status") AS status, "Total"::DECIMAL(18,4) AS total, "Currency" AS currency, "Bank Reference" AS bank_reference
 FROM read_csv(?, header=true, all_varchar=true)"""
SALES = """SELECT ? AS entity, nullif("Customer Reference", '') AS client_order_ref, CASE "Status" WHEN 'Cancelled' THEN 'cancel' ELSE 'sale' END AS state,
 round("Total"::DECIMAL(38,18), 2)::DECIMAL(18,4) AS total FROM read_csv(?, header=true, all_varchar=true)"""
MOVES = """SELECT ? AS entity, "ID" AS odoo_id, "External ID" AS external_id, concat("Company", '/', "Number") AS subject,
 CASE "Type" WHEN 'Customer Invoice' THEN 'out_invoice' WHEN 'Customer Credit Note' THEN 'out_refund' ELSE 'entry' END AS move_type, lower("Status") AS state, nullif("Reference", '') AS ref,
 nullif("Reversal of/ID", '') AS reversal_of, nullif("Date", '')::DATE AS booked_on, "Currency" AS currency, round(nullif("Total", '')::DECIMAL(38,18), 2)::DECIMAL(18,4) AS total,
 round(nullif("Tax", '')::DECIMAL(38,18), 2)::DECIMAL(18,4) AS tax FROM read_csv(?, header=true, all_varchar=true)"""
# How a file's name starts, what its feed says whose it is, its table.
TABLES = (
    ("orders_export", "store", "sales_order", ORDERS),
    ("transactions_export", "store", "order_transaction", TRANSACTIONS),
    ("payment_transactions", "account", "settlement_line", PAYMENTS),
    ("payout_reconciliation", "account", "settlement_line", STRIPE),
    ("payouts_export", "account", "payout_listed", PAYOUTS),
    ("Sales Order", "entity", "odoo_sale_order", SALES),
    ("Journal Entry", "entity", "odoo_move", MOVES),
)
# The maps that the statements join.
MAPS = (
    ("map_store", "stores", ("store", "entity")),
    ("map_gateway", "gateways", ("store", "gateway", "account")),
    ("map_processor_account", "processor_accounts", ("account", "processor", "entity", "bank_account")),
    ("map_fee", "fee_schedules", ("account", "method", "percent", "fixed")),
)
TYPES = {"percent": "DECIMAL(9,4)", "fixed": "DECIMAL(9,2)"}


def load(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Files and maps as tables of the connection's database."""
    for table, name, columns in MAPS:
        with (home / "mappings" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            cells = [[row[c] for c in columns] for row in csv.DictReader(file)]
        con.execute(f"CREATE TABLE {table} ({', '.join(c + ' ' + TYPES.get(c, 'VARCHAR') for c in columns)})")
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})", cells)
    con.execute("CREATE TABLE bank_line (subject VARCHAR, bank_account VARCHAR, booked_on DATE, amount DECIMAL(18,4), currency VARCHAR, reference VARCHAR, told VARCHAR)")
    made: set[str] = set()
    for feed, path in files(home):
        if path.suffix == ".xml" and (rows := entries(path, feed["bank_account"])):
            con.executemany("INSERT INTO bank_line VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for start, kind, table, statement in TABLES:
            if path.name.startswith(start) and kind in feed:
                con.execute(f"INSERT INTO {table} {statement}" if table in made else f"CREATE TABLE {table} AS {statement}", [feed[kind], str(path)])
                made.add(table)


def entries(path: Path, account: str) -> list[tuple[str, str, str, Decimal, str, str, str]]:
    """Entries of a statement: subject, account, day, signed amount, currency, end-to-end reference, who and what for."""
    found = []
    for entry in ElementTree.parse(path).getroot().iterfind(".//{*}Ntry"):
        amount = entry.find("{*}Amt")
        assert amount is not None
        sign = 1 if entry.findtext("{*}CdtDbtInd") == "CRDT" else -1
        told = " ".join(part.text or "" for tag in ("Nm", "Ustrd") for part in entry.iterfind(f".//{{*}}{tag}"))
        subject = f"{account}/{entry.findtext('{*}AcctSvcrRef')}"
        reference = entry.findtext(".//{*}EndToEndId") or ""
        found.append((subject, account, entry.findtext("{*}BookgDt/{*}Dt") or "", sign * Decimal(amount.text or "0"), amount.get("Ccy", ""), reference, told))
    return found
