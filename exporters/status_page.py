"""The status of the books on one self-contained page, and the groups of `tieout status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

import duckdb

from ledger.money import decimals
from ledger.sqltext import execute, sql

from . import _totals

COLORS = {"proven": "good", "in_transit": "wait", "broken": "bad", "returned": "wait", "unlooked": "wait"}
STYLE = """
:root{--ink:#16202c;--soft:#5a6878;--paper:#fff;--line:#dde4ec;--good:#2e7d4f;--wait:#2f6fb5;--bad:#c0392b;--card:#f7f9fb}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9fb0c0;--paper:#11171d;--line:#2b3742;--good:#58b981;--wait:#6aa6e8;--bad:#ef7a6d;--card:#182029}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}main{max-width:1080px;margin:0 auto;padding:24px 16px}
h1{font-size:1.6rem;margin:0}h2{font-size:1.05rem;margin:0 0 8px}.lead{font-size:1.15rem;margin:8px 0 20px}.soft,small{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:16px;margin:20px 0;align-items:start}.cards section:first-child{grid-row:span 4}section.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
dl{margin:0}dt{display:flex;justify-content:space-between;gap:12px}dt b{font-variant-numeric:tabular-nums}dd{margin:0 0 8px;color:var(--soft);font-size:.88rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:7px 10px;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.block{color:var(--bad);font-weight:600}.high{font-weight:600}svg{width:100%;height:26px;display:block;border-radius:6px}.key span{margin-right:18px}.key i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
"""


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
    """The page; everything that comes from the books is escaped, nothing is fetched from anywhere."""
    payouts = _totals.payouts(con)
    codes = [row for row in con.execute(sql("exporters", "workbook_codes")).fetchall() if row[1]]
    blocking = sum(row[2] for row in codes if row[1] == "block")
    lead = f"{payouts['proven']} of {sum(payouts.values())} payouts are proven to the cent. Exceptions: {_totals.sentence(_totals.counts(con))}" + (
        f"; {blocking} of those to decide block." if blocking else "; none blocks."
    )
    cards = "".join(
        f'<section class="card"><h2>{escape(g.title)}</h2><dl>'
        + "".join(f"<dt><span>{escape(a)}</span><b>{escape(b)}</b></dt><dd>{escape(c)}</dd>" for a, b, c in g.rows)
        + "</dl></section>"
        for g in groups(con)
    )
    lines = "".join(
        f'<tr><td>{escape(code)}</td><td class="{escape(severity)}">{escape(severity)}</td><td class="n">{number}</td><td class="n">{review}</td><td class="n">{amount:,.{decimals(currency or "EUR")}f}</td><td>{escape(currency or "")}</td></tr>'
        for code, severity, number, _, review, amount, currency in codes
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(books)}: status {as_of}</title><style>{STYLE}</style></head><body><main>
<h1>{escape(books)}</h1><small>Business date {as_of} · run {escape(run_id)}</small><p class="lead">{escape(lead)}</p>{_bar(payouts)}
<div class="cards">{cards}</div>
<section class="card"><h2>Exceptions to decide by code</h2><div class="wide"><table><thead><tr><th>Code</th><th>Severity</th><th class="n">To decide</th><th class="n">In review</th><th class="n">Amount</th><th>Currency</th></tr></thead><tbody>{lines}</tbody></table></div></section>
<p class="soft">Ledger head <code style="overflow-wrap:anywhere">{escape(head)}</code></p></main></body></html>
"""


def _bar(payouts: Mapping[str, int]) -> str:
    whole, parts, at = max(1, sum(payouts.values())), [], 0
    for state, number in payouts.items():
        parts.append(f'<rect x="{at * 1000 // whole}" y="0" width="{number * 1000 // whole}" height="26" style="fill:var(--{COLORS[state]})"/>')
        at += number
    told = _totals.told(payouts)
    key = "".join(f'<span><i style="background:var(--{COLORS[state]})"></i>{number} {word}</span>' for state, number, word in told)
    words = ", ".join(f"{number} {word}" for _, number, word in told)
    return f'<svg viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" aria-label="Payouts: {words}">{"".join(parts)}</svg><p class="key soft">{key}</p>'
