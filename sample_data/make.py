"""Write Harbour & Pine's September: a set of books with files to land, and the answers.

python sample_data/make.py [--seed N] [--out DIR] [--orders N]     the same seed writes the same bytes

With --orders the month is as wide as asked for, with the same breaks planted in it and without the orders paid by PayPal and Klarna: for measurements, whose floors do not read these.
With SAMPLE_SETTLED in the environment it is a June without a break, in which everything is paid out by the month's end.
"""

from __future__ import annotations

import argparse
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import _answers
import _orders
import _others
import _settings
import _settle
import _shopify
import _wallets
from _odoo import Books
from _world import STORES, Store


def write_store(store: Store, seed: int, inbox: Path) -> tuple[list, dict, Counter, dict]:
    """One store's files. Returns its answers, payouts, row counts and totals."""
    rng = Random(f"{seed}/{store.name}")
    orders = _orders.build(store, rng)
    lines = _settle.lines_of(store, orders, rng)
    payouts = _settle.payouts_of(store, lines, rng)
    entries = _settle.bank_entries(store, payouts, rng)
    books = Books(store, orders, payouts)

    rows: Counter[str] = Counter()
    rows.update(_shopify.write_orders(orders, inbox / f"{store.name}-orders" / "orders_export_1.csv"))
    rows.update(_shopify.write_transactions(orders, inbox / f"{store.name}-transactions" / "transactions_export_1.csv"))
    rows.update(_shopify.write_payments(store, lines, payouts, inbox / store.accounts[0].name / "payment_transactions_export_1.csv"))
    rows.update(_shopify.write_payouts(store, payouts, inbox / store.accounts[0].name / "payouts_export_1.csv"))
    for account in store.accounts[1:]:
        if account.processor == "stripe":
            rows.update(_others.write_stripe(store, lines, payouts, inbox / account.name / "payout_reconciliation.itemized.csv"))
        else:
            rows.update(_wallets.WRITERS[account.processor](store, account, payouts, inbox / account.name))
    rows.update(_others.write_statements(store, entries, inbox / store.bank))
    rows.update(books.write(inbox / f"{store.entity}-odoo"))

    found = [(answer, store.currency) for answer in _answers.exceptions(store, orders, lines, payouts, entries, books)]
    facts = {p.key: _answers.payout_fact(p) for p in _answers.shown(store, payouts)}
    return found, facts, rows, {store.currency: _answers.totals(orders, lines, payouts, entries, books)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--orders", type=int, default=0, help="orders of both stores together; 0 = the month as it is shipped")
    options = parser.parse_args()
    whole = sum(store.orders for store in STORES)
    stores = [replace(s, orders=s.orders * options.orders // whole, accounts=tuple(a for a in s.accounts if a.processor not in _orders.WALLETS)) for s in STORES] if options.orders else STORES
    books = options.out / "books"
    if (books / "ledger").exists():
        raise SystemExit(f"{books} is in use: it has a ledger")
    if books.exists():
        shutil.rmtree(books)
    _settings.write(books)
    found, payouts, rows, totals = [], {}, Counter(), {}
    for store in stores:
        answers, facts, counted, sums = write_store(store, options.seed, books / "inbox")
        found += answers
        payouts |= facts
        rows += counted
        totals |= sums
    by_date = dict(sorted(payouts.items(), key=lambda item: (item[0].split("/")[0], item[1]["paid_on"], item[0])))
    _answers.write(options.out, found, {"rows": dict(sorted(rows.items())), "totals": totals, "payouts": by_date})


if __name__ == "__main__":
    main()
