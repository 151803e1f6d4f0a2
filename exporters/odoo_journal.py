"""Journal entries as Odoo's import screen takes them: one company a file, at most 2,000 rows, entries never split."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any

import duckdb

from ledger.errors import InvariantError
from ledger.money import decimals
from ledger.sqltext import execute, sql

from ._rendered import Rendered

COLUMNS = ("id", "date", "journal_id", "ref", "narration", "line_ids/id", "line_ids/account_id", "line_ids/name", "line_ids/debit", "line_ids/credit")
MAX_ROWS = 2_000
SAFE = re.compile(r"[A-Za-z0-9_.-]+")


def render(con: duckdb.DuckDBPyConnection, entity: str, narration: str) -> list[Rendered]:
    """Files for the entries of `to_export`: UTF-8 with byte order mark, CRLF, ISO dates, the currency's own decimals.

    Raises InvariantError where an entry does not balance or an id could not be read back.
    """
    rows = execute(con, sql("exporters", "odoo_journal"), {"entity": entity}).fetchall()
    entries = [(entry_id, list(lines)) for entry_id, lines in groupby(rows, key=lambda row: str(row[0]))]
    files: list[list[tuple[str, list[Any]]]] = []
    for entry in entries:
        _check(entry)
        if not files or sum(len(lines) for _, lines in files[-1]) + len(entry[1]) > MAX_ROWS:
            files.append([])
        files[-1].append(entry)
    return [_file(entity, number, part, narration) for number, part in enumerate(files, 1)]


def _check(entry: tuple[str, list[Any]]) -> None:
    entry_id, lines = entry
    if not all(SAFE.fullmatch(text) for text in (entry_id, *(str(line[4]) for line in lines))):
        raise InvariantError("the id holds characters that Odoo does not read back", where=entry_id)
    if sum(line[7] - line[8] for line in lines) != 0:
        raise InvariantError("the journal entry does not balance", where=entry_id)


def _file(entity: str, number: int, entries: list[tuple[str, list[Any]]], narration: str) -> Rendered:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    total, currency = Decimal(0), ""
    for entry_id, lines in entries:
        for place, (_, booked_on, journal, ref, line_key, account, label, debit, credit, coin) in enumerate(lines):
            head = [entry_id, booked_on.isoformat(), journal, ref, narration] if place == 0 else [""] * 5
            writer.writerow([*head, f"{entry_id}.{line_key}", account, label, _money(debit, coin), _money(credit, coin)])
            total, currency = total + debit, coin
    ids = tuple(entry_id for entry_id, _ in entries)
    name = f"journal_{entity}_{sha256('|'.join(ids).encode()).hexdigest()[:12]}_{number}.csv"
    return Rendered("odoo_journal", entity, name, b"\xef\xbb\xbf" + out.getvalue().encode(), sum(len(lines) for _, lines in entries), total, currency, ids)


def _money(amount: Decimal, currency: str) -> str:
    """At the currency's decimals; an amount that is finer would be rounded by Odoo and is refused."""
    text = f"{amount:.{decimals(currency)}f}"
    if Decimal(text) != amount:
        raise InvariantError(f"{amount} is finer than {currency} has decimals")
    return text
