"""Reading commands: each is one statement on the auditors' copy, printed as a table, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

import click
import duckdb

from exporters import _totals
from ledger import money, places
from ledger.errors import NotBooksError, NotFoundError
from ledger.session import connect, threads
from ledger.sqltext import execute, sql

WIDE = 64  # a sha256 in full
AMOUNTS = ("expected", "actual", "difference")
PAGE = 1000
MANY = 10  # words that a message names


@contextmanager
def copy_of(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The auditors' copy, read-only."""
    path = home / "audit" / "audit.duckdb"
    if not path.exists():
        raise NotBooksError("nothing is published here yet", where=str(home.name), hint="`tieout run` lands what is in inbox/ and publishes.")
    con = connect(path, read_only=True, config={"python_enable_replacements": "false", "threads": threads(path.stat().st_size)})
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
    cursor = execute(con, sql("tieout", f"look_{name}"), dict(parameters or {}))
    return [d[0] for d in cursor.description or []], cursor.fetchall()


def show(home: Path, name: str, form: str, parameters: Mapping[str, object] | None = None, *, must: str = "", near: str = "") -> None:
    """Print a statement's rows; NotFoundError with `must` where there are none, with what `look_<near>.sql` has that is like it."""
    columns, rows = rows_of(home, name, parameters)
    if must and not rows:
        said = " ".join(str(v) for v in (parameters or {}).values())
        raise NotFoundError(must, where=said, hint=like(home, near, said) if near else "")
    if not rows:
        with copy_of(home) as con:
            know(con, parameters or {})
    emit(columns, rows, form)


def like(home: Path, name: str, word: str) -> str:
    """What there is, the nearest to the word first, as a hint."""
    rows = rows_of(home, name, {"word": word})[1]
    return f"{'Like it' if rows[0][1] else 'The last ones'}: {', '.join(str(row[0]) for row in rows)}." if rows else ""


def know(con: duckdb.DuckDBPyConnection, given: Mapping[str, object]) -> None:
    """NotFoundError where a list is empty because there is no such entity, state or code: a word with a slip in it would look like good news."""
    from rules._life import states
    from rules._rules import load

    able: dict[str, Callable[[], list[str]]] = {
        "entity": lambda: [str(row[0]) for row in asked(con, "entities")[1]],
        "state": lambda: ["to_decide", "all", *states()],
        "code": lambda: sorted({rule.header.code for rule in load() if rule.header.code} | {str(row[0]) for row in asked(con, "codes")[1]}),
    }
    for name, words in able.items():
        if (word := str(given.get(name) or "")) and word not in (known := words()):
            near = known if len(known) <= MANY else get_close_matches(word.upper(), known, MANY, 0.5)
            raise NotFoundError(f"no {name} is called so{'; ' if near else ''}{'nearest' if near and near != known else 'known' if near else ''}{': ' if near else ''}{', '.join(near)}", where=word, hint=f"docs/reference/catalogue.md has every {name}." if name == "code" else "Take one of these." if near else "")


def show_exceptions(home: Path, form: str, asked_for: Mapping[str, str]) -> None:
    """Exceptions as a list, and on standard error how many there are in all: what is not listed is said."""
    with copy_of(home) as con:
        columns, rows = asked(con, "exception_list", asked_for)
        told = _totals.sentence(_totals.counts(con))
        if not rows:
            know(con, asked_for)
    emit(columns, rows, form)
    click.echo(f"{len(rows)} listed; in all: {told}", err=True)


def show_exception(home: Path, exception_id: str, form: str) -> None:
    """One exception with its history: a page for people; as JSON one object, as CSV its fields."""
    if form == "table":
        from .explaining import explained

        for line in explained(home, exception_id):
            click.echo(line)
        return
    columns, fields = rows_of(home, "exception_show", {"id": exception_id})
    if not fields:
        raise NotFoundError("no exception has this id", where=exception_id)
    coin = str(dict(fields).get("currency") or "")
    fields = [(name, money.text(Decimal(value), coin) if name in AMOUNTS else value) for name, value in fields]
    if form == "csv":
        emit(columns, fields, form)
        return
    names, events = rows_of(home, "exception_history", {"id": exception_id})
    history = [dict(zip(names, event, strict=True)) for event in events]
    click.echo(json.dumps({**dict(fields), "history": history}, indent=1, ensure_ascii=False, default=str))


def plain(value: Any, currency: str) -> str:
    """A cell as people read it, an amount at the decimals of its row's currency."""
    if value is None:
        return ""
    return money.text(value, currency, grouped=True) if isinstance(value, Decimal) else str(value)


def emit(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> None:
    """Rows to standard output as they come; machine forms carry plain values."""
    pages = _pages(rows)
    if form == "json":
        _emit_json(columns, pages)
    elif form == "csv":
        for number, page in enumerate(pages):
            out = io.StringIO(newline="")
            writer = csv.writer(out, lineterminator="\n")
            writer.writerows([*([columns] if number == 0 else []), *(["" if v is None else v for v in row] for row in page)])
            click.echo(out.getvalue(), nl=False)
    else:
        _emit_table(columns, pages)


def _pages(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows in portions; one without rows where there are none."""
    left = iter(rows)
    page = list(islice(left, PAGE))
    while True:
        yield page
        if not (page := list(islice(left, PAGE))):
            return


def _emit_json(columns: Sequence[str], pages: Iterable[list[Sequence[Any]]]) -> None:
    between = "["
    for page in pages:
        texts = []
        for row in page:
            text = json.dumps(dict(zip(columns, map(_finite, row), strict=True)), indent=1, ensure_ascii=False, default=str)
            texts.append(f"{between}\n {text.replace(chr(10), chr(10) + ' ')}")
            between = ","
        click.echo("".join(texts), nl=False)
    click.echo("[]" if between == "[" else "\n]")


def _finite(value: object) -> object:
    """JSON has no number that is none, or that is without end: they are said in words."""
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _emit_table(columns: Sequence[str], pages: Iterable[list[Sequence[Any]]]) -> None:
    """Columns as wide as those of the first portion need to be."""
    wide = WIDE if len(columns) > 2 else 10_000  # a page of names and values is read whole
    coin = columns.index("currency") if "currency" in columns else None
    widths: list[int] = []
    for page in pages:
        cells = [[plain(v, str(row[coin] or "") if coin is not None else "") for v in row] for row in page]
        if not widths and not cells:
            click.echo("none", err=True)
            return
        if not widths:
            widths = [min(wide, max(len(c), *(len(row[i]) for row in cells))) for i, c in enumerate(columns)]
            numeric = [all(isinstance(row[i], (int, Decimal)) or row[i] is None for row in page) for i in range(len(columns))]
            cells.insert(0, list(columns))
        lines = [[text if len(text) <= wide else text[: wide - 1] + "…" for text in line] for line in cells]
        told = ["  ".join(t.rjust(w) if n else t.ljust(w) for t, w, n in zip(line, widths, numeric, strict=True)).rstrip() for line in lines]
        click.echo("\n".join(told))


def identify_inbox(home: Path) -> list[str]:
    """What a run would land, file by file; nothing is changed."""
    from importers import _registry
    from importers._unpack import looked_into
    from ledger.errors import FileRefusedError
    from tieout.books.settings import DECISIONS, load

    feeds = {feed.name: feed for feed in load(home).feed}
    lines = []
    for path in [entry.path for entry in places.files(home / "inbox", hidden=True)]:
        name = str(path.relative_to(home / "inbox"))
        if name.startswith(f"{DECISIONS}/"):
            continue
        try:
            feed = feeds.get(path.parent.name)
            with looked_into(path, feed.headers if feed else None) as probe:
                lines.append(f"{name}: {_registry.identify(probe, feed.csv if feed else None, path.parent.name).module_name()}")
        except FileRefusedError as error:
            lines.append(f"{name}: refused, {error.message}")
    return lines
