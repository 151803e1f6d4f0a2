"""What the floors share: the files of a set of books with whose data they are, and the straight statements. Public libraries only."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

STATEMENTS = Path(__file__).with_name("floor.sql")
Finding = tuple[str, str, str, Decimal | None, Decimal | None]
HEADER = ("code", "subject", "currency", "expected", "actual")


def connect(path: str | Path = ":memory:", *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """With the limits that the product sets itself."""
    return duckdb.connect(str(path), read_only=read_only, config={"threads": "2", "memory_limit": "1GB"})


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
        if folder.is_dir():
            yield from ((feed, path) for path in sorted(folder.iterdir()))


def findings(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Finding]:
    """Code, subject, currency, expected and actual amount, statement by statement."""
    con.execute("SET VARIABLE as_of = ?::DATE", [as_of])
    found: list[Finding] = []
    for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
        rows = con.execute(statement).fetchall() if statement.strip() else []
        found += [row for row in rows if len(row) == len(HEADER)]
    return sorted(set(found), key=lambda row: row[:2])


def tell(found: list[Finding]) -> None:
    """Code, subject and the size of the difference, for the comparison with the answers."""
    for code, subject, currency, expected, actual in found:
        print(code, subject, f"{abs((expected or 0) - (actual or 0)):.2f}", currency, sep="\t")
