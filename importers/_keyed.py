"""People's identifiers as keyed hashes: HMAC-SHA-256 under a secret of the books, computed by the macros `keyed_text` and `keyed_digits`."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import duckdb

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from ._columns import Column
from ._probe import Probe


def keep_secret(con: duckdb.DuckDBPyConnection, probe: Probe, secret: bytes, columns: Iterable[Column]) -> None:
    """Give the session the secret as HMAC's two blocks where a column needs it; SECRET_MISSING where there is none."""
    if not any(column.macro.startswith("keyed_") for column in columns):
        return
    if not secret:
        raise FileRefusedError(
            "people's identifiers are hashed under a secret of these books, and there is none",
            code="SECRET_MISSING",
            where=probe.name,
            hint="`tieout init` makes secrets/customer.key; `customer_key` of tieout.toml says where another one lies.",
        )
    block = sha256(secret).digest() + bytes(32)
    con.execute(sql("importers", "secret"), {"inner": bytes(b ^ 0x36 for b in block), "outer": bytes(b ^ 0x5C for b in block)})
