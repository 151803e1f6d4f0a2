"""Five stories in one month, and what the command says of each: an order that was edited after its payout, a refund made at the processor, two payouts in one deposit, a gift card of another company, a tax that the channel owes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb

from planted.defects.banks import by_card, movement_of
from planted.defects.further import edit_after_settlement
from planted.defects.packs import tax_of_the_channel
from planted.defects.payouts import refund_at_processor
from planted.month import Month, Payout
from planted.playing import nights

Said = Callable[..., str]  # what a command prints, from its words
ROWS = "\nThe rows that it stands on\n"
HEAD = """<!-- written by `pytest tests/test_stories.py --update`; change what happens, or what is said, and run it again -->

# Five stories

What Tieout says when something goes wrong that takes more than one system to see. All five happen in one month of two companies, made by the project's own month without
faults; nothing here was written by hand but the lines in italics. Each begins with `tieout exception show` (its rows and history are left out here), and then follows the order with `tieout trace`.
"""


def combined_deposit(m: Month) -> str:
    """The bank booked two payouts of Shopify Payments as one credit, and kept 3.50 of it."""

    def free(p: Payout) -> bool:
        return p.total > 100 and 8 <= p.on.day <= 18 and not any(f"dub/{line['Order']}" in m.taken for line in p.lines)

    pairs = sorted((p for p in m.payouts() if p.account == "dub-shopify" and free(p)), key=lambda p: p.on)
    first, second = next((a, b) for a, b in zip(pairs, pairs[1:], strict=False) if (b.on - a.on).days <= 3)
    entry = second.receipt
    first.side.bank.entries.remove(first.receipt)
    entry.amount += first.total - Decimal("3.50")
    entry.text, entry.end_to_end = f"SHOPIFY PAYOUT {first.reference} {second.reference}", ""
    m.expect("BANK_FEE_UNEXPECTED", "bank_line", f"{second.side.bank_name}/{entry.key}", Decimal("3.50"))
    return f"dub/{next(line['Order'] for line in first.lines if line['Type'] == 'charge')}"


def card_of_another_company(m: Month) -> str:
    """The store was another company's until May: a gift card that was sold then pays an order in June."""
    stores = m.mappings["stores"]
    row = stores.where(store="dub")[0]
    stores.add({**row, "entity": "hp-us", "valid_to": "2026-05-31"})
    row["valid_from"] = "2026-06-01"
    o = m.order(by_card, side="dub")
    m.expect("GIFTCARD_INTERCOMPANY", "gift_card", f"dub/{movement_of(o)['owner']}")
    return o.key


def planted(plant: Callable[[Month], None]) -> Callable[[Month], str]:
    """A defect of the catalogue; the order is the subject that it names, or that of its line."""

    def story(m: Month) -> str:
        plant(m)
        return m.expected[-1].key

    story.__doc__ = plant.__doc__
    return story


STORIES: dict[str, Callable[[Month], str]] = {
    "An order was edited after its payout": planted(edit_after_settlement),
    "A refund was made at the processor": planted(refund_at_processor),
    "A gift card of one company paid in another": card_of_another_company,
    "The channel owes the tax": planted(tax_of_the_channel),
    "Two payouts came in one deposit": combined_deposit,  # last, so that none of its orders is in another story
}


def told(month: Month, work: Path, said: Said) -> str:
    """The page: books in which all five have happened, and what the command prints of each."""
    month.rng, wanted = Random("stories"), {}
    for title, plant in STORIES.items():
        key = plant(month)
        wanted[title] = month.expected[-1], key
    home = nights(month, work)
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        found = {(code, kind, key): exception for code, kind, key, exception in con.execute("SELECT code, subject_kind, subject_key, exception_id FROM exception WHERE state = 'open'").fetchall()}
        lines = dict(con.execute(
            """SELECT concat(account, '/@', strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', CAST(gross AS DECIMAL(18,2)), '|', CAST(net_stated AS DECIMAL(18,2))), concat(account, '/', line_id)
            FROM settlement_line_current WHERE account LIKE '%-shopify'"""
        ).fetchall())  # fmt: skip
    parts = [HEAD]
    for title, (expected, key) in wanted.items():
        exception = found[expected.code, expected.kind, lines.get(expected.key, expected.key)]
        shown = said("exception", "show", exception, "--home", home).split(ROWS)[0].rstrip()
        traced = said("trace", lines.get(key, key), "--home", home).rstrip()
        what = " ".join((STORIES[title].__doc__ or "").split())
        parts.append(f"## {title}\n\n*{what}*\n\n```console\n$ tieout exception show {exception[:8]}\n{shown}\n\n$ tieout trace '{lines.get(key, key)}'\n{traced}\n```\n")
    return "\n".join(parts)
