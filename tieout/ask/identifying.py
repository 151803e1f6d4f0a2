"""What a file is and what it would land, said without landing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from importers import _registry
from importers._columns import normal
from importers._drift import TABLES
from importers._kit import Context, Importer, Parsed
from importers._probe import Probe
from importers._unpack import each_looked_into
from ledger.errors import FileRefusedError, NotFoundError
from ledger.landing import AMOUNTS
from ledger.session import connect
from ledger.sqltext import execute, lay_tables, sql
from ledger.store import open_store
from tieout.books import settings
from tieout.night.feed_context import context_of

SHOWN = 12
COUNT = FunctionExpression("count").alias("n")


def identify_lines(path: Path, home: Path | None = None, feed: str | None = None) -> Iterator[str]:
    """Who claims the file, how its header differs from the known one, what it would land or why it is refused, and what every other importer lacked.

    With a set of books and a feed of it the file is read as that feed's: its owner, zone, currency, numbers and days.
    """
    known = _feed(home, feed) if home and feed else None
    context = _context(home, known) if home and known else None
    try:
        for found in each_looked_into(path, known.headers if known else None):
            if isinstance(found, FileRefusedError):
                yield f"{found.where}: refused, {found.message}"
            else:
                yield from _identified(found, context, feed or "")
    except FileRefusedError as error:  # it could not even be unpacked
        yield f"{path.name}: refused, {error.message}"


def _identified(probe: Probe, context: Context | None, feed: str) -> Iterator[str]:
    claimed: Importer | None = None
    try:
        claimed = _registry.identify(probe, context.csv if context else None, feed)
    except FileRefusedError as error:
        yield f"{probe.name}: refused, {error.message}"
        if probe.kind in ("empty", "html"):
            return
    if claimed:
        yield f"{probe.name}: {claimed.module_name()}"
        yield f"  {probe.kind}, {len(probe.header)} columns" if probe.header else f"  {probe.kind} {probe.root}"
        yield from _outcome(claimed, probe, context)
    for importer in _registry.importers():
        lacks = importer.lacks(probe)
        if lacks and importer is not claimed:
            yield f"  not {importer.module_name()}: lacks {', '.join(lacks)}"


def _feed(home: Path, name: str) -> settings.Feed:
    known = next((f for f in settings.load(home).feed if f.name == name), None)
    if known is None:
        raise NotFoundError("no feed has this name", where=name)
    return known


def _context(home: Path, feed: settings.Feed) -> Context:
    with open_store(home) as store:
        execute(store.con, sql("tieout", "in_force"))
        return context_of(store, feed)


def _outcome(importer: Importer, probe: Probe, context: Context | None) -> Iterator[str]:
    """One of the four outcomes of drift, the difference of the header, and the rows or the refusal."""
    con = connect()
    lay_tables(con, "sources", "governance", "cache", "current_views")
    con.execute(sql("importers", "fresh_stage"))
    context = context or Context("preview", importer.context.split("|")[0], "preview", "UTC", secret=b"preview")
    try:
        parsed = importer.stage(con, probe, context)
    except FileRefusedError as error:
        yield f"  {'not enough' if error.code == 'SCHEMA_DRIFT' else 'refused'}: {error.message} [{error.code}]"
        yield from difference(importer, probe)
        return
    yield f"  {'superset: new columns are kept out and reported' if parsed.unknown_columns else 'known'}"
    yield from difference(importer, probe)
    yield from _rows(con, parsed)


def difference(importer: Importer, probe: Probe) -> Iterator[str]:
    """The header against the registered one: + what is new, - what is missing and needed, and what else is not there."""
    for name, part in importer.sight(probe).items():
        where = f" ({name})" if name else ""
        declared = [column for lands in importer.landed() if lands.section == name for column in lands.declared().values() if not lands.every]
        there, said = set(part.present), set[str]()
        for column in declared:
            line = f"  - {' or '.join(column.headers)}{where}"
            if not column.optional and part.header and not any(normal(h) in there for h in column.headers) and line not in said:
                said.add(line)
                yield line
        known = importer.known_headers()
        if not known or name not in importer.drifting():
            continue
        known |= {normal(h) for column in declared for h in (*column.headers, *column.zone_header, *column.beside)}
        yield from (f"  + {cell}{where}" for cell in part.header[: part.own] if normal(cell) and normal(cell) not in known)
    drift = importer.drift(importer.sight(probe))
    if drift is None and TABLES.intersection(importer.kinds):
        yield "  header: none registered, whoever exports chooses the columns"
    if drift:
        yield f"  {drift.words}"
        for word, cells in (("more than it", drift.added), ("of it not there", drift.lacking)):
            if cells:
                yield f"    {word}: {', '.join(cells[:SHOWN])}{f' and {len(cells) - SHOWN} more' if len(cells) > SHOWN else ''}"


def _rows(con: duckdb.DuckDBPyConnection, parsed: Parsed) -> Iterator[str]:
    """Rows per table, sums per currency, codes that are in no map."""
    yield f"  would land ({parsed.state}), {parsed.rows} records read"
    tables: dict[str, duckdb.DuckDBPyRelation] = {}
    for staged in parsed.tables:
        rows = con.table(f"stage.{staged.name}")
        tables[staged.table] = tables[staged.table].union(rows) if staged.table in tables else rows
    for table, rows in tables.items():
        yield f"  {table}: {rows_of(rows)} rows{_sums(rows)}"
    yield from (f"  left out by {one.column} {one.word}: {one.lines} rows, {f'{one.amount:f} {one.currency}'.strip()}" for one in parsed.left_out)
    for rows in tables.values():
        if "event_type" in rows.columns and "native_type" in rows.columns:
            unknown = rows.filter(ColumnExpression("event_type") == ConstantExpression("unknown"))
            counts = unknown.aggregate([ColumnExpression("native_type"), COUNT], "native_type").order("native_type")
            yield from (f"  unknown code {word}: {n} rows" for word, n in counts.fetchall())


def _sums(rows: duckdb.DuckDBPyRelation) -> str:
    money = next((name for name in AMOUNTS if name in rows.columns), None)
    if money is None:
        return ""
    coin = ColumnExpression("currency") if "currency" in rows.columns else ConstantExpression("").cast("VARCHAR")
    flat = rows.project(coin.alias("currency"), ColumnExpression(money).cast("DECIMAL(38,4)").alias("amount"))
    sums = flat.aggregate([ColumnExpression("currency"), FunctionExpression("sum", ColumnExpression("amount")).alias("amount")], "currency")
    said = [f"{amount:f} {currency or ''}".strip() for currency, amount in sums.order("currency").fetchall() if amount is not None]
    return f", {money} {', '.join(said)}" if said else ""


def rows_of(rows: duckdb.DuckDBPyRelation) -> int:
    """How many rows a relation has."""
    return int(rows.aggregate([COUNT]).fetchall()[0][0])
