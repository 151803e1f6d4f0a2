"""Pieces of the status page: its style, tables that stand on their own on a narrow screen, bars. Everything that comes from the books goes through `text`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from html import escape
from urllib.parse import quote

from ledger import money

NIGHTS = 30
STYLE = """
:root{--ink:#16202c;--soft:#566373;--paper:#fff;--line:#dde4ec;--good:#2e7d4f;--wait:#2f6fb5;--bad:#b83227;--card:#f7f9fb;--warm:#a8700a}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#a3b3c2;--paper:#11171d;--line:#2b3742;--good:#58b981;--wait:#6aa6e8;--bad:#ef7a6d;--card:#182029;--warm:#e0a94a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}main{max-width:1120px;margin:0 auto;padding:24px 16px}
h1{font-size:1.6rem;margin:0}h2{font-size:1.05rem;margin:0 0 8px}h3{font-size:.95rem;margin:14px 0 4px}.lead{font-size:1.15rem;margin:8px 0 16px}.soft,small{color:var(--soft)}a{color:var(--wait)}
nav{display:flex;flex-wrap:wrap;gap:6px 18px;margin:16px 0}.told{border-left:4px solid var(--warm);padding:6px 12px;margin:12px 0;background:var(--card)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:16px 0}.cards{columns:2 330px;column-gap:16px;margin:16px 0}.cards .card{margin:0 0 16px;break-inside:avoid}
dl{margin:0}dt{display:flex;justify-content:space-between;gap:12px}dt b{font-variant-numeric:tabular-nums}dd{margin:0 0 8px;color:var(--soft);font-size:.88rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}th{font-size:.85rem;color:var(--soft);overflow-wrap:normal}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.w{white-space:nowrap}.block,.broken,.late{color:var(--bad);font-weight:600}.high,.review{color:var(--warm);font-weight:600}
article{border-top:1px solid var(--line);padding:10px 0;overflow-wrap:anywhere}article p{margin:2px 0}.row{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 16px}.row b{font-variant-numeric:tabular-nums}
:target{outline:2px solid var(--wait);outline-offset:2px}code{overflow-wrap:anywhere;font-size:.86rem}svg.bar{width:100%;height:26px;display:block;border-radius:6px}
.key span{margin-right:18px;white-space:nowrap}.key i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}.trends{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:12px 24px}
svg.trend{width:100%;height:72px;display:block;border-bottom:1px solid var(--line)}figure{margin:0}figcaption{display:flex;justify-content:space-between;gap:12px;font-size:.9rem}summary{cursor:pointer;margin-top:10px}
@media (max-width:640px){thead{display:none}tr{display:block;padding:8px 0;border-bottom:1px solid var(--line)}td,td.n{display:flex;justify-content:space-between;gap:14px;border:0;padding:1px 0;text-align:right;white-space:normal}
td::before{content:attr(data-l);color:var(--soft);font-size:.85rem;text-align:left;flex:none}td:empty{display:none}td:first-child{font-weight:600}td code{font-weight:400}}
@media print{nav{display:none}.card{break-inside:avoid-page}}
"""


class Html(str):
    """Markup that was made here: it is not escaped again."""


def text(value: object) -> str:
    """A value from the books as markup that says it and does nothing."""
    return value if isinstance(value, Html) else escape(str("" if value is None else value))


def anchor(kind: str, key: object) -> str:
    """A name within the page for something of the books, whatever letters its own name has."""
    return f"{kind}-{sha256(str(key).encode()).hexdigest()[:12]}"


def link(words: object, target: str, known: Iterable[str] | None = None) -> Html:
    """A link to a place in this page; the words alone where the page has no such place."""
    return Html(text(words) if known is not None and target not in known else f'<a href="#{target}">{text(words)}</a>')


def file_link(words: object, path: str) -> Html:
    """A link to a file of the books, as seen from reports/<run>/."""
    return Html(f'<a href="{escape(quote(path))}">{text(words)}</a>')


def amount(value: Decimal | None, currency: object) -> str:
    """An amount with its currency's decimals; a dash where there is none."""
    return "–" if value is None else money.text(value, str(currency or "EUR"), grouped=True)


def table(columns: Sequence[str], rows: Iterable[tuple[str, Sequence[object]]], numbers: Iterable[str] = ()) -> str:
    """Rows as (anchor, cells); each cell knows its column's name, so that a narrow screen can show a row as a list."""
    kind = {name: _given("class", "n" if name in set(numbers) else "") for name in columns}
    head = "".join(f"<th{kind[name]}>{text(name)}</th>" for name in columns)
    body = "".join(
        f"<tr{_given('id', place)}>" + "".join(f"<td{kind[name]}{_given('data-l', name)}>{_whole(cell)}</td>" for name, cell in zip(columns, cells, strict=True)) + "</tr>" for place, cells in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _whole(cell: object) -> str:
    """A cell; a day stays on one line."""
    return f'<span class="w">{cell}</span>' if isinstance(cell, date) else text(cell)


def _given(name: str, value: str) -> str:
    """An attribute, where it has a value."""
    return f' {name}="{escape(value)}"' if value else ""


def card(title: str, body: str, place: str = "") -> str:
    """A section with its heading."""
    return f'<section class="card"{_given("id", place)}><h2>{text(title)}</h2>{body}</section>'


def marked(word: str) -> Html:
    """A word in the colour that its class has, if any."""
    return Html(f'<span class="w {escape(word.replace(" ", "_"))}">{text(word.replace("_", " "))}</span>')


def trend(title: str, said: str, nights: Sequence[tuple[object, Decimal, str]], kind: str = "wait") -> str:
    """One bar a night, the newest at the right, room for thirty: (day, height, what it says); the tallest fills the picture."""
    most = max((height for _, height, _ in nights), default=Decimal(0)) or Decimal(1)
    first, width = NIGHTS - len(nights), 20
    bars = "".join(
        f'<a href="#{anchor("night", day)}"><rect x="{place * width}" y="0" width="{width}" height="72" fill="transparent"/>'
        f'<rect x="{place * width + 2}" y="{72 - (tall := max(int(height * 68 // most), 2 if height else 0))}" width="{width - 4}" height="{tall}" style="fill:var(--{kind})"/><title>{text(words)}</title></a>'
        for place, (day, height, words) in enumerate(nights, first)
    )
    return (
        f'<figure><figcaption><span>{text(title)}</span><b>{text(said)}</b></figcaption><svg class="trend" viewBox="0 0 {NIGHTS * width} 72" preserveAspectRatio="none" role="img" '
        f'aria-label="{text(title)}: {text(said)}">{bars}</svg></figure>'
    )
