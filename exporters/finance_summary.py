"""The daily summary for a finance system: roles, not accounts, one file per entity and month."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import groupby

import duckdb

from ledger.errors import InvariantError
from ledger.money import decimals
from ledger.sqltext import execute, sql

from ._rendered import Rendered

COLUMNS = ("date", "role", "qualifier", "currency", "debit", "credit")


def render(con: duckdb.DuckDBPyConnection, entity: str, as_of: date) -> list[Rendered]:
    """One CSV per month up to the business date; every day balances per currency."""
    rows = execute(con, sql("exporters", "finance_summary"), {"entity": entity, "as_of": as_of}).fetchall()
    files = []
    for (month, currency), group in groupby(rows, key=lambda row: (row[0].strftime("%Y-%m"), row[3])):
        lines = list(group)
        if sum(line[4] - line[5] for line in lines) != 0:
            raise InvariantError(f"the summary of {month} does not balance", where=entity)
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        places = decimals(currency)
        for day, role, qualifier, coin, debit, credit in lines:
            writer.writerow([day.isoformat(), role, qualifier or "", coin, f"{debit:.{places}f}", f"{credit:.{places}f}"])
        total = sum((line[4] for line in lines), Decimal(0))
        files.append(Rendered("finance_summary", entity, f"finance_{entity}_{month}.csv", out.getvalue().encode(), len(lines), total, currency))
    return files


def manifest(rendered: Rendered, head: str, environment: str) -> bytes:
    """What goes beside a file: environment, rows, total, hash and the ledger head it was written on."""
    body = {
        "environment": environment,
        "currency": rendered.currency,
        "entity": rendered.entity,
        "entries": len(rendered.entry_ids),
        "file": rendered.name,
        "kind": rendered.kind,
        "ledger_head": head,
        "rows": rendered.rows,
        "sha256": sha256(rendered.data).hexdigest(),
        "total": f"{rendered.total:f}",
    }
    return (json.dumps(body, sort_keys=True, separators=(",", ":")) + "\n").encode()
