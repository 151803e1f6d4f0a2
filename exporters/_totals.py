"""How many exceptions and payouts there are, in the words that every output says."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ledger.sqltext import execute, sql

PAYOUTS = ("proven", "in_transit", "broken", "returned", "unlooked")
CLOSED = {"resolved": "resolved", "written_off": "written off", "gone": "gone"}


def counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Exceptions by state, every state in its order."""
    return {str(state): int(number) for state, number in execute(con, sql("exporters", "exception_totals")).fetchall()}


def to_decide(by_state: dict[str, int]) -> int:
    """Those that wait for a person."""
    return by_state["open"] + by_state["review"]


def sentence(by_state: dict[str, int]) -> str:
    """What waits for a person, what only waits, what has ended; a state that is empty is not told, but the first three always are."""
    closed = sum(by_state[state] for state in CLOSED)
    parts = [f"{to_decide(by_state)} to decide ({by_state['open']} open, {by_state['review']} in review)", f"{by_state['in_transit']} in transit"]
    parts += [f"{by_state['before_cutover']} before the cut-over"] if by_state["before_cutover"] else []
    parts += [f"{closed} closed (" + ", ".join(f"{by_state[state]} {word}" for state, word in CLOSED.items() if by_state[state]) + ")"] if closed else []
    return ", ".join(parts)


def payouts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Payouts by state, every state once."""
    found = dict(execute(con, sql("exporters", "payouts_by_state")).fetchall())
    return {state: int(found.get(state, 0)) for state in PAYOUTS}


def told(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """State, number and word of what is told of payouts: the first three always, the others where there are some."""
    return [(state, number, state.replace("_", " ")) for place, (state, number) in enumerate(counts.items()) if number or place < 3]
