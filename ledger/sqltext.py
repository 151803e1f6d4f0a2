"""Finds the .sql files: every statement lives in one, none in Python strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import duckdb

_TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\)", re.MULTILINE | re.DOTALL)
_NEEDED = re.compile(r"^  (\w+) .*\bNOT NULL\b", re.MULTILINE)
_COMMENT = re.compile(r"^COMMENT ON .*;\n", re.MULTILINE)
_PARSED: dict[str, list[duckdb.Statement]] = {}


@cache
def sql(package: str, name: str) -> str:
    """Text of `<package>/sql/<name>.sql`, e.g. sql("ledger", "merkle_leaves")."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def schema(name: str) -> str:
    """Text of `ledger/schema/<name>.sql`."""
    return (files("ledger") / "schema" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def needed(table: str) -> tuple[str, ...]:
    """Columns of a table of the ledger that no row may leave empty."""
    return next((tuple(_NEEDED.findall(body)) for part in ("sources", "judgement", "books", "governance") for name, body in _TABLE.findall(schema(part)) if name == table), ())


@cache
def tables_of(part: str) -> tuple[str, ...]:
    """The tables that a part of the schema defines."""
    return tuple(name for name, _ in _TABLE.findall(schema(part)))


@cache
def named(text: str, **names: str | tuple[str, ...]) -> str:
    """A statement with names in the place of `{name}`, each quoted: tables and columns cannot be parameters. Several are a list."""
    return text.format(**{word: ", ".join(_quoted(one) for one in ((given,) if isinstance(given, str) else given)) for word, given in names.items()})


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def execute(con: duckdb.DuckDBPyConnection, text: str, given: Mapping[str, object] | None = None) -> duckdb.DuckDBPyConnection:
    """Run statements of the product's own, parsed once in a process, whichever sessions run them: of a short table's work the parser's is a quarter. What is `given` is for the last of them."""
    if text not in _PARSED:
        _PARSED[text] = con.extract_statements(text)
    *first, last = _PARSED[text]
    for statement in first:
        con.execute(statement)
    return con.execute(last, given) if given else con.execute(last)


def lay_tables(con: duckdb.DuckDBPyConnection, *parts: str) -> None:
    """Make the tables of these parts, in one transaction. Their comments are for the published copy, which people read: saying them costs more than the tables."""
    con.begin()
    for part in parts:
        execute(con, _COMMENT.sub("", schema(part)))
    con.commit()
