"""Which of two contents of one key stands where no time of the source says: what a file does not speak of stays, and what was paid is not on its way again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duckdb import CaseExpression, CoalesceOperator, ColumnExpression, ConstantExpression, Expression

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

    from .landing import StagedTable

# the column that says how far a row has come, and those that say with which payout
COURSE = {"settlement_line": ("payout_status", "payout_id", "payout_on"), "payout": ("status",)}
BEFORE = ("pending", "scheduled", "in_transit")


def kept(rows: duckdb.DuckDBPyRelation, known: duckdb.DuckDBPyRelation, staged: StagedTable, night: datetime) -> duckdb.DuckDBPyRelation | None:
    """The rows with what the ledger knows in place of what they leave open: columns that the file has not, and of the same night cells that may be empty. None: nothing is."""
    absent, optional = staged.unsaid
    spoken = tuple(c for c in dict.fromkeys((*absent, *optional)) if c in known.columns and c not in staged.key)
    if not spoken:
        return None
    tonight = ColumnExpression("known_at") == ConstantExpression(night).cast("TIMESTAMP")
    told = [(ColumnExpression(c) if c in absent else CaseExpression(tonight, ColumnExpression(c))).alias(f"known {c}") for c in spoken]
    return _filled(rows, known.project(*(ColumnExpression(c) for c in staged.key), *told), staged.key, spoken)


def agreed(rows: duckdb.DuckDBPyRelation, other: duckdb.DuckDBPyRelation, staged: StagedTable) -> duckdb.DuckDBPyRelation:
    """The rows as they are beside the other ones of their keys, which may fill what a narrower layout left open: that contradicts nothing."""
    spoken = tuple(c for c in staged.unsaid[1] if c in rows.columns and c not in staged.key)
    if not spoken:
        return rows
    told = [ColumnExpression(c).alias(f"known {c}") for c in spoken]
    return _filled(rows, other.project(*(ColumnExpression(c) for c in staged.key), *told), staged.key, spoken)


def _filled(rows: duckdb.DuckDBPyRelation, told: duckdb.DuckDBPyRelation, key: tuple[str, ...], spoken: tuple[str, ...]) -> duckdb.DuckDBPyRelation:
    values = (CoalesceOperator(ColumnExpression(c), ColumnExpression(f"known {c}")).alias(c) if c in spoken else ColumnExpression(c) for c in rows.columns)
    return rows.join(told, ", ".join(key), how="left").project(*values)


def watched(table: str) -> tuple[str, ...]:
    """The columns by which it is told which of two rows of the table is further on."""
    return COURSE.get(table, ())


def behind(table: str) -> Expression:
    """Whether the row `new <column>` tells of an earlier day than `old <column>`: what is paid was scheduled before, and what has a payout was pending before on the same day."""
    state, *payout = COURSE.get(table, ("",))
    if not state:
        return ConstantExpression(False)
    old, new = ColumnExpression(f"old {state}"), ColumnExpression(f"new {state}")
    told = (old == ConstantExpression("paid")) & new.isin(*(ConstantExpression(word) for word in BEFORE))
    if payout:
        (was, now), (day, newer) = ((ColumnExpression(f"old {c}"), ColumnExpression(f"new {c}")) for c in payout)
        # a payment that came back goes with another payout
        same = CaseExpression(was.isnull(), CoalesceOperator(newer == day, ConstantExpression(True))).otherwise(now.isnull() | (now == was))
        waits = old.isin(ConstantExpression("scheduled"), ConstantExpression("in_transit")) & (new == ConstantExpression("pending")) & (newer == day)
        told = same & (told | waits)
    return CoalesceOperator(told, ConstantExpression(False))
