"""What the floors share: the files of a set of books with whose data they are, and the straight statements. Public libraries only."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

STATEMENTS = Path(__file__).with_name("floor.sql")


def connect() -> duckdb.DuckDBPyConnection:
    """In memory, with the limits that the product sets itself."""
    return duckdb.connect(config={"threads": "2", "memory_limit": "1GB"})


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def files(home: Path) -> Iterator[tuple[dict[str, str], Path]]:
    """Every file of the inbox with its feed."""
    for feed in tomllib.loads((home / "tieout.toml").read_text(encoding="utf-8"))["feed"]:
        folder = home / "inbox" / feed["name"]
        yield from ((feed, path) for path in sorted(folder.iterdir()) if folder.is_dir())


def maps(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """The three maps that the statements join."""
    for table, name, columns in (
        ("map_store", "stores", ("store", "entity")),
        ("map_gateway", "gateways", ("store", "gateway", "account")),
        ("map_processor_account", "processor_accounts", ("account",)),
    ):
        with (home / "mappings" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [[row[c] for c in columns] for row in csv.DictReader(file)]
        con.execute(f"CREATE TEMP TABLE {table} ({', '.join(f'{c} VARCHAR' for c in columns)})")
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})", rows)


def findings(con: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, str]]:
    """Code and subject, statement by statement."""
    con.execute("SET VARIABLE as_of = ?::DATE", [as_of])
    found: list[tuple[str, str]] = []
    for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
        if "SELECT" in statement:
            found += con.execute(statement).fetchall()
    return sorted(set(found))
