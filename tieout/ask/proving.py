"""Prints the proof of one payout: bank = buckets = lines = orders = clearing movement, with the residual."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from ledger import money
from ledger.errors import NotFoundError

from .looking import emit, like, rows_of

OF_ORDERS = ("sale", "refund")
CARRIED = "carry"


def prove(home: Path, payout: str, form: str) -> None:
    """The proof as text; as JSON or CSV its head row."""
    names, rows = rows_of(home, "prove_head", {"payout": payout})
    if not rows:
        raise NotFoundError("no payout has this id", where=payout, hint=like(home, "near_payouts", payout))
    if form != "table":
        emit(names, rows, form)
        return
    for row in rows:
        _print(home, dict(zip(names, row, strict=True)))


def _print(home: Path, head: dict[str, object]) -> None:
    key = {"account": head["account"], "payout": head["payout_id"]}
    coin = head["currency"]
    click.echo(f"Payout {head['account']}/{head['payout_id']} of {head['paid_on']}, {head['entity']}: {str(head['state']).upper()}. {head['why']}")
    _line("bank line", head["bank_amount"], coin, str(head["bank_line_key"] or "not on a statement"))
    _line("payout as announced", head["payout_amount"], coin, str(head["status"]))
    buckets = rows_of(home, "prove_buckets", key)[1]
    for bucket, lines, amount in buckets:
        _line(f"  {bucket}", amount, coin, f"{lines} lines")
    _line("sum of buckets", sum((b[2] for b in buckets), Decimal(0)), coin, "")
    _line("sum of lines", head["lines_net"], coin, f"{head['order_lines']} name an order, {head['unexplained_lines']} unexplained")
    orders = sum((b[2] for b in buckets if b[0] in OF_ORDERS), Decimal(0))
    carried = sum((b[2] for b in buckets if b[0] == CARRIED), Decimal(0))
    _line("of orders", orders, coin, "sales and refunds")
    _line("clearing movement", head["clearing_movement"], coin, str(head["entry_ref"] or "not booked"))
    click.echo("  what does not tie")
    _line("  bank less payout", less(head["bank_amount"], head["payout_amount"]), coin, "")
    _line("  payout less lines", head["residual"], coin, "")
    _line("  orders less clearing", less(orders + carried, negated(head["clearing_movement"])), coin, "with the balance carried on" if carried else "")
    columns, lines = rows_of(home, "prove_lines", key)
    if lines:
        click.echo("")
        emit(columns, lines, "table")
    columns, entries = rows_of(home, "prove_entries", key)
    if entries:
        click.echo("")
        emit(columns, entries, "table")


def less(one: object, other: object) -> Decimal | None:
    """The difference of two amounts; None where one of them is not there yet."""
    return one - other if isinstance(one, Decimal) and isinstance(other, Decimal) else None


def negated(amount: object) -> Decimal | None:
    """A movement on the clearing account as the orders see it: what they earned is credited there."""
    return -amount if isinstance(amount, Decimal) else None


def _line(label: str, amount: object, coin: object, note: str) -> None:
    shown = money.text(amount, str(coin), grouped=True) if isinstance(amount, Decimal) else "-"
    click.echo(f"  {label:<22} {shown:>16} {coin}  {note}".rstrip())
