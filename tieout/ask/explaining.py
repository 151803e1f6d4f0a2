"""One exception told as a colleague would: what is wrong, what to do, what came nearest, the rows that it stands on, and what has happened to it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from exporters._waiting import named, waiting
from importers import _registry
from ledger import money
from ledger.errors import NotFoundError
from ledger.sqltext import sql
from rules import _rules

from .looking import asked, copy_of, plain

EVIDENCE = re.compile(r"([0-9a-f]{64}):(\d+)")
PROVENANCE = ("file_id", "row_no", "item_no", "tax_no", "known_at", "version")
SHOWN_ROWS, SHOWN_CELLS = 8, 16
KINDS = {"order_transaction": "payment", "settlement_line": "settlement line", "bank_line": "bank line", "odoo_document": "document of Odoo", "account_balance": "balance", "store_day": "day of a shop"}


def explained(home: Path, exception_id: str) -> Iterator[str]:
    """The page of one exception, by its id or the beginning of it; NotFoundError where none, or more than one, has it."""
    with copy_of(home) as con:
        names, rows = asked(con, "exception_whole", {"id": exception_id})
        if len(rows) != 1:
            raise NotFoundError("more than one exception begins so" if rows else "no exception has this id", where=exception_id)
        one = dict(zip(names, rows[0], strict=True))
        yield from _head(one)
        yield from _waiting(con, str(one["exception_id"]), str(one["currency"] or ""))
        yield from _nearest(one)
        yield from _rows(con, str(one["evidence"] or ""))
        columns, events = asked(con, "exception_history", {"id": one["exception_id"]})
        yield "What has happened"
        for event in (dict(zip(columns, row, strict=True)) for row in events):
            by = f" by {event['actor']}" if event["actor"] else ""
            said = ": ".join(str(event[name]) for name in ("reason", "comment") if event[name])
            yield f"  {event['seen_on'] or event['at']}  {event['action']}{by}, it is {str(event['state']).replace('_', ' ')}{f'; {said}' if said else ''}"
        whose = ", ".join(f"{name} {one[name]}" for name in ("entity", "store") if one[name])
        yield f"Id {one['exception_id']}, class {one['class']}{f', {whose}' if whose else ''}, last seen on {one['last_seen_on']}."


def _head(one: Mapping[str, Any]) -> Iterator[str]:
    coin = str(one["currency"] or "")
    due = f", due on {one['due_on']}" if one["due_on"] else ""
    yield f"{one['code']} ({one['severity']}), {str(one['state']).replace('_', ' ')} since {one['first_seen_on']}{due}; {one['owner']} decides."
    sums = [f"{word} {_amount(one[name], coin)}" for name, word in (("expected", "expected"), ("actual", "found"), ("difference", "difference")) if one[name] is not None]
    yield f"{KINDS.get(str(one['subject_kind']), str(one['subject_kind']).replace('_', ' ')).capitalize()} {one['subject_key']}: {', '.join(sums) or 'no amount'}{f' {coin}' if sums else ''}."
    yield ""
    yield f"  {one['cause']}"
    yield f"  To do: {one['suggestion']}"
    rule = next((r for r in _rules.load() if r.id == one["rule"] and r.header.code == one["code"]), None)
    if rule:
        yield f"  Why it is looked for ({rule.id}): {rule.header.why}"
    yield ""


def _waiting(con: duckdb.DuckDBPyConnection, exception_id: str, coin: str) -> Iterator[str]:
    """What waits in it and raises nothing of its own, the most money first."""
    if said := waiting(con).get(exception_id):
        yield f"Waiting for it: {said}"
        rows = asked(con, "exception_waiting", {"id": exception_id})[1]
        for kind, key, amount, currency in rows[:SHOWN_ROWS]:
            yield f"  {named(kind, 1)} {key}" + (f": {_amount(amount, currency or coin)} {currency or coin}".rstrip() if amount is not None else "")
        if len(rows) > SHOWN_ROWS:
            yield f"  and {len(rows) - SHOWN_ROWS} more"
        yield ""


def _nearest(one: Mapping[str, Any]) -> Iterator[str]:
    """Each candidate with what speaks for it and against it, and the difference."""
    candidates = json.loads(one["candidates"]) if one["candidates"] else []
    if not candidates:
        return
    yield "What came nearest"
    for near in candidates:
        delta = Decimal(str(near.get("delta") or "0"))
        apart = f", {_amount(abs(delta), str(one['currency'] or ''))} {'more' if delta > 0 else 'less'}" if delta else ""
        yield f"  {near['candidate']}{apart}"
        if near.get("failed"):
            yield f"    against it: not {', not '.join(str(near['failed']).split(', '))}"
        if near.get("passed"):
            yield f"    for it: {near['passed']}"
        if near.get("note"):
            yield f"    {near['note']}"
    yield ""


def _rows(con: duckdb.DuckDBPyConnection, evidence: str) -> Iterator[str]:
    """The source rows themselves, with what they say."""
    items = list(dict.fromkeys(EVIDENCE.findall(evidence)))
    if not items:
        return
    yield "The rows that it stands on"
    tables = {one.module_name(): [lands.lands for lands in one.landed()] for one in _registry.importers()}
    files = {file_id: next(iter(con.execute(sql("tieout", "look_file_named"), {"file_id": file_id}).fetchall()), ("", file_id[:12], None)) for file_id, _ in items[:SHOWN_ROWS]}
    places = Counter((files[file_id][1], row_no) for file_id, row_no in items[:SHOWN_ROWS])
    for file_id, row_no in items[:SHOWN_ROWS]:
        importer, name, day = files[file_id]
        yield f"  {name} row {row_no}{f', as it came on {day}' if places[name, row_no] > 1 else ''}"
        for table in dict.fromkeys(tables.get(importer, [])):
            yield from (f"    {table}: {said}" for said in _said(con, table, file_id, int(row_no)))
    if len(items) > SHOWN_ROWS:
        yield f"  and {len(items) - SHOWN_ROWS} more"
    yield ""


def _said(con: duckdb.DuckDBPyConnection, table: str, file_id: str, row_no: int) -> Iterator[str]:
    rows = con.table(table).filter((ColumnExpression("file_id") == ConstantExpression(file_id)) & (ColumnExpression("row_no") == ConstantExpression(row_no))).limit(3)
    names, found = rows.columns, rows.fetchall()
    for row in found:
        cells = {name: value for name, value in zip(names, row, strict=True) if value is not None and name not in PROVENANCE}
        coin = str(cells.get("currency") or "")
        yield ", ".join(f"{name} {plain(value, coin)}" for name, value in list(cells.items())[:SHOWN_CELLS])


def _amount(value: object, coin: str) -> str:
    return money.text(Decimal(str(value)), coin, grouped=True)
