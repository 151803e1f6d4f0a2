"""Reading commands: each is one statement on the auditors' copy, printed as a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import duckdb

from ledger import money, places
from ledger.errors import NotBooksError, NotFoundError
from ledger.sqltext import sql

WIDE = 64  # a sha256 in full
AMOUNTS = ("expected", "actual", "difference")


@contextmanager
def copy_of(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The auditors' copy, read-only."""
    path = home / "audit" / "audit.duckdb"
    if not path.exists():
        raise NotBooksError("nothing is published here yet", where=str(home.name), hint="`tieout run` lands what is in inbox/ and publishes.")
    con = duckdb.connect(str(path), read_only=True, config={"python_enable_replacements": "false"})
    try:
        yield con
    finally:
        con.close()


def rows_of(home: Path, name: str, parameters: Mapping[str, object] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of tieout/sql/look_<name>.sql."""
    with copy_of(home) as con:
        return asked(con, name, parameters)


def asked(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The same of a copy that is open: to open one costs more than to ask it."""
    cursor = con.execute(sql("tieout", f"look_{name}"), dict(parameters or {}))
    return [d[0] for d in cursor.description or []], cursor.fetchall()


def show(home: Path, name: str, form: str, parameters: Mapping[str, object] | None = None, *, must: str = "") -> None:
    """Print a statement's rows; NotFoundError with `must` where there are none."""
    columns, rows = rows_of(home, name, parameters)
    if must and not rows:
        raise NotFoundError(must, where=" ".join(str(v) for v in (parameters or {}).values()))
    emit(columns, rows, form)


def show_exception(home: Path, exception_id: str, form: str) -> None:
    """One exception with its history: two tables for people; as JSON one object, as CSV its fields."""
    columns, fields = rows_of(home, "exception_show", {"id": exception_id})
    if not fields:
        raise NotFoundError("no exception has this id", where=exception_id)
    coin = str(dict(fields).get("currency") or "")
    fields = [(name, money.text(Decimal(value), coin) if name in AMOUNTS else value) for name, value in fields]
    names, events = rows_of(home, "exception_history", {"id": exception_id})
    if form == "json":
        history = [dict(zip(names, event, strict=True)) for event in events]
        click.echo(json.dumps({**dict(fields), "history": history}, indent=1, ensure_ascii=False, default=str))
        return
    emit(columns, fields, form)
    if form == "table":
        click.echo("")
        emit(names, events, form)


def plain(value: Any, currency: str) -> str:
    """A cell as people read it, an amount at the decimals of its row's currency."""
    if value is None:
        return ""
    return money.text(value, currency, grouped=True) if isinstance(value, Decimal) else str(value)


def emit(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> None:
    """Rows to standard output; machine forms carry plain values."""
    if form == "json":
        click.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=1, ensure_ascii=False, default=str))
    elif form == "csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([columns, *(["" if v is None else v for v in row] for row in rows)])
        click.echo(out.getvalue(), nl=False)
    elif rows:
        coin = columns.index("currency") if "currency" in columns else None
        cells = [[plain(v, str(row[coin] or "") if coin is not None else "") for v in row] for row in rows]
        wide = WIDE if len(columns) > 2 else 10_000  # a page of names and values is read whole
        widths = [min(wide, max(len(c), *(len(row[i]) for row in cells))) for i, c in enumerate(columns)]
        numeric = [all(isinstance(row[i], (int, Decimal)) or row[i] is None for row in rows) for i in range(len(columns))]
        for line in (list(columns), *cells):
            shown = [text if len(text) <= wide else text[: wide - 1] + "…" for text in line]
            click.echo("  ".join(t.rjust(w) if n else t.ljust(w) for t, w, n in zip(shown, widths, numeric, strict=True)).rstrip())
    else:
        click.echo("none", err=True)


def identify_inbox(home: Path) -> list[str]:
    """What a run would land, file by file; nothing is changed."""
    from importers import _registry
    from importers._unpack import looked_into
    from ledger.errors import FileRefusedError

    from .settings import load

    feeds = {feed.name: feed for feed in load(home).feed}
    lines = []
    for path in [entry.path for entry in places.files(home / "inbox", hidden=True)]:
        name = str(path.relative_to(home / "inbox"))
        try:
            feed = feeds.get(path.parent.name)
            with looked_into(path, feed.headers if feed else None) as probe:
                lines.append(f"{name}: {_registry.identify(probe, feed.csv if feed else None, path.parent.name).module_name()}")
        except FileRefusedError as error:
            lines.append(f"{name}: refused, {error.message}")
    return lines
