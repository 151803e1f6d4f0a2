"""Sections of the status page, each from one statement: owners, nights, feeds, exceptions, payouts, files. They link to each other within the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from shlex import quote
from typing import Any

import duckdb

from ledger.private import masked
from ledger.sqltext import execute, sql

from ._page import Html, amount, anchor, card, file_link, link, marked, table, text, trend
from ._waiting import waiting

MOST = 200  # rows of a section; the workbook has all
CODES = {0: "well", 1: "exceptions", 65: "a file was refused", 70: "an invariant broke", 74: "the disk", 75: "to be tried again", 77: "not allowed", 78: "settings"}


@dataclass(frozen=True)
class Shown:
    """What the page shows of exceptions, payouts and files, so that a link is made only to what is there."""

    exceptions: Sequence[dict[str, Any]]
    payouts: Sequence[dict[str, Any]]
    files: Sequence[dict[str, Any]]
    places: frozenset[str] = field(default_factory=frozenset)


def asked(con: duckdb.DuckDBPyConnection, name: str, **given: object) -> list[dict[str, Any]]:
    """Rows of a statement by the names of their columns."""
    answer = execute(con, sql("exporters", name), given)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def shown(con: duckdb.DuckDBPyConnection, run_id: str) -> Shown:
    """The first exceptions, the payouts that they speak of and those that are not proven, the files that they name and those of the run."""
    waits = waiting(con)
    exceptions = [row | {"waiting": waits.get(row["exception_id"])} for row in asked(con, "status_exceptions", most=MOST)]
    payouts = asked(con, "status_payouts", most=MOST, named=sorted({payout for row in exceptions for payout in row["payouts"]}))
    named = sorted({item.partition(":")[0] for row in exceptions for item in row["evidence"]})
    files = asked(con, "status_files", most=2 * MOST, named=named, run_id=run_id)
    kinds = (("exception", "exception_id", exceptions), ("payout", "payout", payouts), ("file", "file_id", files))
    return Shown(exceptions, payouts, files, frozenset(anchor(kind, row[key]) for kind, key, rows in kinds for row in rows))


def owners(con: duckdb.DuckDBPyConnection) -> str:
    """What waits for whom, and how much money hangs on it."""
    rows = [("", (r["owner"], r["exceptions"], r["blocking"] or "", amount(r["amount"], r["currency"]), r["currency"], r["oldest"])) for r in asked(con, "status_owners")]
    if not rows:
        return card("Money at risk by owner", '<p class="soft">Nothing waits for anybody.</p>', "owners")
    return card("Money at risk by owner", table(("Owner", "To decide", "Of them block", "At risk", "Currency", "Oldest, business days"), rows, ("To decide", "Of them block", "At risk", "Oldest, business days")), "owners")


def missed(listed: Sequence[dict[str, Any]]) -> str:
    """That this night stands for several, where it does."""
    days = listed[0]["missed"] if listed else 0
    return f'<p class="told">No night on {days} business day{"s" if days > 1 else ""} before this one: what waited since is in it.</p>' if days else ""


def nights(con: duckdb.DuckDBPyConnection, listed: Sequence[dict[str, Any]]) -> str:
    """The last thirty nights: bars of what waited and of its amounts, and the nights one by one."""
    risk: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for row in asked(con, "status_risk"):
        risk[row["currency"]][row["as_of"]] = row["amount"]
    rising = list(reversed(listed))
    bars = [trend("To decide", str(listed[0]["waiting"]), [(n["as_of"], Decimal(n["waiting"]), f"{n['as_of']}: {n['waiting']} to decide, {n['blocking']} of them block") for n in rising])] if listed else []
    for currency, sums in sorted(risk.items()):
        heights = [(n["as_of"], sums.get(n["as_of"], Decimal(0))) for n in rising]
        said = [(day, height, f"{day}: {amount(height, currency)} {currency}") for day, height in heights]
        bars.append(trend(f"Amounts to decide, {currency}", amount(heights[-1][1], currency), said, "bad"))
    columns = ("Business date", "Run", "Ended", "Files", "Refused", "Opened", "Closed", "To decide", "Of them block", "Days without one before")
    rows = [
        (
            anchor("night", n["as_of"]),
            (n["as_of"], n["run_id"], f"{n['exit_code']}: {CODES.get(n['exit_code'], '')}", n["files"], n["refused"] or "", n["opened"], n["closed"], n["waiting"], n["blocking"] or "", n["missed"] or ""),
        )
        for n in listed
    ]
    return card(
        f"The last {len(listed)} nights" if len(listed) > 1 else "The first night",
        f'<div class="trends">{"".join(bars)}</div><h3>One by one</h3>{table(columns, rows, columns[3:])}' if listed else "",
        "nights",
    )


def feeds(con: duckdb.DuckDBPyConnection, as_of: date) -> str:
    """How fresh every feed is."""
    rows: list[tuple[str, tuple[object, ...]]] = []
    for f in asked(con, "status_feeds"):
        until = f["complete_until"]
        age = str((as_of - until).days) if until and until <= as_of else ""
        came = f"{f['known_at']:%Y-%m-%d %H:%M} UTC" if f["known_at"] else ""
        rows.append(("", (f["feed"], f["owner"], f["expected"], masked(f["name"] or ""), came, until or "", age, marked(f["state"]), f["cause"] or "")))
    columns = ("Feed", "Owner", "Expected", "Last file", "Came", "Complete until", "Days behind", "State", "What is missing")
    shown = len(columns) if any(cells[-1] for _, cells in rows) else len(columns) - 1
    body = table(columns[:shown], [(place, cells[:shown]) for place, cells in rows], ("Days behind",))
    return card("Freshness of the feeds", body if rows else '<p class="soft">tieout.toml has no feed yet.</p>', "feeds")


def codes(con: duckdb.DuckDBPyConnection, there: Shown) -> str:
    """Exceptions by code and currency; each leads to the first of its kind."""
    first: dict[tuple[str, str], str] = {}
    for row in there.exceptions:
        first.setdefault((row["code"], row["currency"] or ""), anchor("exception", row["exception_id"]))
    rows = [
        ("", (link(code, first.get((code, currency or ""), ""), there.places) if severity else "total", marked(severity) if severity else "", number, review or "", amount(total, currency), currency or ""))
        for code, severity, number, _, review, total, currency in execute(con, sql("exporters", "workbook_codes")).fetchall()
    ]
    return card("Exceptions to decide by code", table(("Code", "Severity", "To decide", "In review", "Amount", "Currency"), rows, ("To decide", "In review", "Amount")), "codes")


def exceptions(there: Shown, whole: int) -> str:
    """The first exceptions with cause, what to do, payout, rows and files."""
    files = {row["file_id"]: row for row in there.files}
    told = [_exception(row, files, there.places) for row in there.exceptions]
    more = f'<p class="soft">The first {len(told)} of {whole}; {file_link("the workbook", "exceptions.xlsx")} has all.</p>' if whole > len(told) else ""
    return card("Exceptions to decide, in the order of their causes", more + "".join(told) if told else '<p class="soft">None.</p>', "exceptions")


def _exception(row: dict[str, Any], files: dict[str, dict[str, Any]], there: frozenset[str]) -> str:
    rows = [
        link(f"{files[file]['feed']}/{masked(files[file]['name'])} row {number}" if file in files else f"{file[:12]} row {number}", anchor("file", file), there)
        for file, _, number in (item.partition(":") for item in row["evidence"])
    ]
    paid = [link(payout, anchor("payout", payout), there) for payout in row["payouts"]]
    ways = [f"Payout{'s' if len(paid) > 1 else ''} {', '.join(paid)}"] if paid else []
    ways += ["Rows: " + ", ".join(rows)] if rows else []
    worth = f"{amount(row['difference'], row['currency'])} {row['currency'] or ''}" if row["difference"] is not None else ""
    below = [f"below {link(row['below'][:8], anchor('exception', row['below']), there)}"] if row["below"] else []
    ways = below + ways
    waits = f" Waiting for it: {row['waiting']}." if row["waiting"] else ""
    review = f" {marked('review')}" if row["state"] == "review" else ""
    return (
        f'<article id="{anchor("exception", row["exception_id"])}"><div class="row"><span>{marked(row["severity"])} <strong>{text(row["code"])}</strong> {text(row["subject_key"])}{review}</span><b>{text(worth)}</b></div>'
        f"<p>{text(row['cause'])}{text(waits)}</p><p>{text(row['suggestion'])}</p>"
        f'<p class="soft">{text(row["owner"] or "nobody")} · {text(row["entity"])} · since {row["first_seen_on"]}, {row["age_days"]} business days{"".join(f" · {way}" for way in ways)}</p>'
        f'<p class="soft"><code>tieout exception show {text(row["exception_id"])}</code></p></article>'
    )


def payouts(there: Shown) -> str:
    """Payouts that are not proven, or that an exception speaks of."""
    causes: dict[str, list[Html]] = defaultdict(list)
    for row in there.exceptions:
        for payout in row["payouts"]:
            causes[payout].append(link(f"{row['code']} {row['subject_key']}" if row["subject_kind"] != "payout" else row["code"], anchor("exception", row["exception_id"])))
    rows = [
        (
            anchor("payout", p["payout"]),
            (
                Html(f"<div>{text(p['payout'])}<br><code>tieout prove {text(quote(p['payout'].partition('/')[2]))}</code></div>"),
                marked(p["state"]),
                p["paid_on"],
                amount(p["payout_amount"], p["currency"]),
                amount(p["bank_amount"], p["currency"]),
                amount(p["lines_net"], p["currency"]),
                p["currency"],
                Html(f"<div>{'<br>'.join([text(p['why']), *causes[p['payout']]])}</div>"),
            ),
        )
        for p in there.payouts
    ]
    columns = ("Payout", "State", "Paid on", "Announced", "Bank", "Lines", "Currency", "Why")
    return card("Payouts to look at", table(columns, rows, ("Announced", "Bank", "Lines")) if rows else '<p class="soft">Every payout is proven.</p>', "payouts")


def files(there: Shown) -> str:
    """The files that the exceptions name, and those of the run."""
    rows = [
        (anchor("file", f["file_id"]), (f"{f['feed']}/{masked(f['name'])}", f["importer"], f["rows"], f["new"], f["state"], f["complete_until"] or "", Html(f"<code>{text(f['file_id'][:12])}</code>")))
        for f in there.files
    ]
    columns = ("File", "Read as", "Rows", "New", "State", "Complete until", "sha256")
    more = '<p class="soft"><code>tieout file show NAME</code> has more of a file; the bytes are kept in <code>ledger/raw/</code>.</p>'
    return card("Files", table(columns, rows, ("Rows", "New")) + more if rows else '<p class="soft">No file came.</p>', "files")


def written(con: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """What the run wrote to go out."""
    rows = [
        ("", (file_link(e["path"].rpartition("/")[2], f"../../{e['path']}"), e["entity"], e["kind"].replace("_", " "), e["rows"], amount(e["total"], e["currency"]), e["currency"] or "", e["state"]))
        for e in asked(con, "status_exports", run_id=run_id)
    ]
    columns = ("File", "Entity", "Kind", "Rows", "Total", "Currency", "State")
    return card("Written to go out", table(columns, rows, ("Rows", "Total")), "written") if rows else ""


def navigation(places: Iterable[tuple[str, str]]) -> str:
    """The page's parts, and the workbook beside it."""
    return "<nav>" + " ".join(link(words, place) for place, words in places) + f" {file_link('Workbook', 'exceptions.xlsx')}</nav>"
