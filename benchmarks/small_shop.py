"""A small shop for S1 and S2: thirty orders of one day in eleven files, made by the writers of the sample month. python small_shop.py DIR"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "sample_data"))

import _answers  # noqa: E402
import _odoo  # noqa: E402
import _orders  # noqa: E402
import _others  # noqa: E402
import _settings  # noqa: E402
import _settle  # noqa: E402
import _shopify  # noqa: E402
from _world import DUB, Store  # noqa: E402

ORDERS, DAY = 30, 3
BREAKS = ("TAX_AMOUNT_DIFF", "SO_TOTAL_DIFF", "CUTOFF_INVOICE")


def orders_of(store: Store, rng: Random) -> list[_orders.Order]:
    """Orders of one day, paid at once; the first ones carry a break each."""
    drafts = [_orders._draft(store, rng) for _ in range(ORDERS)]
    orders = [replace(draft, at=draft.at.replace(day=DAY, hour=8 + draft.at.hour // 3), gateway="shopify_payments") for draft in drafts]
    orders.sort(key=lambda order: order.at)
    for position, order in enumerate(orders):
        order.number, order.kind = store.first_number + position, dict(enumerate(BREAKS)).get(position, "PLAIN")
        _orders._price(order, rng)
        _orders._pay(order, rng)
    return orders


def write(out: Path) -> None:
    """The books with their files waiting, and the answers: what is planted in the first orders, and nothing else."""
    store, rng = replace(DUB, accounts=DUB.accounts[:1]), Random("small")
    account, inbox = store.accounts[0], out / "books" / "inbox"
    _settings.STORES, _settle._other_lines = (store,), lambda account: []
    _settle.PAYOUT_BREAKS.clear()
    orders = orders_of(store, rng)
    lines = _settle.lines_of(store, orders, rng)
    payouts = _settle.payouts_of(store, lines, rng)
    (paid,) = payouts
    entries = [entry for entry in _settle.bank_entries(store, payouts, rng) if entry.on == paid.bank_on]
    books = _odoo.Books(store, orders, payouts)
    _settings.write(out / "books")
    policies = out / "books" / "mappings" / "policies.csv"  # those of the other store's company
    policies.write_text(policies.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    _shopify.write_orders(orders, inbox / f"{store.name}-orders" / "orders_export_1.csv")
    _shopify.write_transactions(orders, inbox / f"{store.name}-transactions" / "transactions_export_1.csv")
    _shopify.write_payments(store, lines, payouts, inbox / account.name / "payment_transactions_export_1.csv")
    _shopify.write_payouts(store, payouts, inbox / account.name / "payouts_export_1.csv")
    _others.write_statements(store, entries, inbox / store.bank)
    for path in (inbox / store.bank).iterdir():
        if f"{paid.bank_on:%Y%m%d}" not in path.name:
            path.unlink()
    books.write(inbox / f"{store.entity}-odoo")
    _answers.write(out, [(answer, store.currency) for answer in _answers.exceptions(store, orders, lines, payouts, entries, books)], {})


if __name__ == "__main__":
    write(Path(sys.argv[1]))
