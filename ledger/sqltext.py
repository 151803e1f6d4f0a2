"""Finds the .sql files: every statement lives in one, none in Python strings."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(package: str, name: str) -> str:
    """Text of `<package>/sql/<name>.sql`, e.g. sql("ledger", "merkle_leaves")."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def schema(name: str) -> str:
    """Text of `ledger/schema/<name>.sql`."""
    return (files("ledger") / "schema" / f"{name}.sql").read_text(encoding="utf-8")
