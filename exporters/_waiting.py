"""What waits in an exception and raises nothing of its own, in words: how many, and how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import duckdb

from ledger.money import text
from ledger.sqltext import execute, sql

KINDS = {"order_transaction": "payment", "odoo_document": "document of Odoo", "account_balance": "balance", "feed": "late feed", "store_day": "day of a shop", "entity_pair": "pair of companies"}


def waiting(con: duckdb.DuckDBPyConnection) -> Mapping[str | int, str]:
    """By the id of an exception and by the place of a cause: "32 payments, 1,532.50 EUR; 1 refund, 8.97 EUR"."""
    found: dict[str | int, list[str]] = defaultdict(list)
    for exception_id, cause, kind, currency, subjects, amount in execute(con, sql("exporters", "waiting")).fetchall():
        money = f", {text(amount, currency, grouped=True)} {currency}" if currency and amount is not None else ""
        found[exception_id or cause].append(f"{subjects:,} {named(kind, subjects)}{money}")
    return {key: "; ".join(parts) for key, parts in found.items()}


def named(kind: str, number: int) -> str:
    """A kind of subject as people say it."""
    word = KINDS.get(kind, kind.replace("_", " "))
    head, _, rest = word.partition(" of ")
    many = f"{head[:-1]}ies" if head.endswith("y") and not head.endswith("ay") else f"{head}s"
    return word if number == 1 else f"{many} of {rest}" if rest else many
