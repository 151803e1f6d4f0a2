"""The status of the books on one self-contained page, and the groups of `tieout status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import duckdb

from ledger.sqltext import execute, sql

from . import _parts, _totals
from ._page import STYLE, card, text

COLORS = {"proven": "good", "in_transit": "wait", "broken": "bad", "returned": "wait", "unlooked": "wait"}
PARTS = (("owners", "Owners"), ("nights", "Nights"), ("feeds", "Feeds"), ("figures", "Figures"), ("codes", "By code"), ("exceptions", "Exceptions"), ("payouts", "Payouts"), ("files", "Files"))


@dataclass(frozen=True)
class Group:
    """One of the groups: rows of label, value and note."""

    title: str
    rows: list[tuple[str, str, str]]


def groups(con: duckdb.DuckDBPyConnection) -> list[Group]:
    """Transactions, queue, transfers, retries, refused files, exceptions; then what was not controlled."""
    rows = execute(con, sql("exporters", "status_groups")).fetchall()
    return [Group(title, [(label, value, note) for _, _, label, value, note in part]) for title, part in groupby(rows, key=lambda row: str(row[1]))]


def render(con: duckdb.DuckDBPyConnection, *, books: str, as_of: date, run_id: str, head: str) -> str:
    """The page; everything that comes from the books is escaped, nothing is fetched from anywhere, no script runs."""
    payouts, counted = _totals.payouts(con), _totals.counts(con)
    there, nights = _parts.shown(con, run_id), _parts.asked(con, "status_nights")
    title = f"{books}: status {as_of}"
    figures = "".join(card(g.title, "<dl>" + "".join(f"<dt><span>{text(a)}</span><b>{text(b)}</b></dt><dd>{text(c)}</dd>" for a, b, c in g.rows) + "</dl>") for g in groups(con))
    body = (
        f"<h1>{text(books)}</h1><small>Business date {as_of} · run {text(run_id)}</small>"
        f'<p class="lead">{text(_lead(con, payouts, counted))}</p>{_bar(payouts)}{_parts.missed(nights)}'
        + _parts.navigation(PARTS)
        + _parts.owners(con)
        + _parts.nights(con, nights)
        + _parts.feeds(con, as_of)
        + f'<div class="cards" id="figures">{figures}</div>'
        + _parts.codes(con, there)
        + _parts.exceptions(there, _totals.to_decide(counted))
        + _parts.payouts(there)
        + _parts.files(there)
        + _parts.written(con, run_id)
        + f'<p class="soft">Ledger head <code>{text(head)}</code></p>'
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{text(title)}</title><style>{STYLE}</style></head><body><main>\n{body}</main></body></html>\n'
    )


def _lead(con: duckdb.DuckDBPyConnection, payouts: Mapping[str, int], counted: dict[str, int]) -> str:
    blocking = sum(row[2] for row in execute(con, sql("exporters", "workbook_codes")).fetchall() if row[1] == "block")
    end = f"; {blocking} of those to decide block." if blocking else "; none blocks."
    return f"{payouts['proven']} of {sum(payouts.values())} payouts are proven to the cent. Exceptions: {_totals.sentence(counted)}{end}"


def _bar(payouts: Mapping[str, int]) -> str:
    whole, parts, at = max(1, sum(payouts.values())), [], 0
    for state, number in payouts.items():
        parts.append(f'<rect x="{at * 1000 // whole}" y="0" width="{number * 1000 // whole}" height="26" style="fill:var(--{COLORS[state]})"/>')
        at += number
    told = _totals.told(payouts)
    key = "".join(f'<span><i style="background:var(--{COLORS[state]})"></i>{number} {word}</span>' for state, number, word in told)
    words = ", ".join(f"{number} {word}" for _, number, word in told)
    return f'<svg class="bar" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="Payouts: {words}">{"".join(parts)}</svg><p class="key soft">{key}</p>'
