"""Prints the proof of one payout: bank = buckets = lines = orders = clearing movement, with the residual."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from ledger.errors import NotFoundError

from .looking import emit, rows_of


def prove(home: Path, payout: str, form: str) -> None:
    """The proof as text; as JSON or CSV its head row."""
    names, rows = rows_of(home, "prove_head", {"payout": payout})
    if not rows:
        raise NotFoundError("no payout has this id", where=payout)
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
    _line("residual", head["residual"], coin, "payout less lines")
    _line("clearing movement", head["clearing_movement"], coin, str(head["entry_ref"] or "not booked"))
    columns, lines = rows_of(home, "prove_lines", key)
    if lines:
        click.echo("")
        emit(columns, lines, "table")
    columns, entries = rows_of(home, "prove_entries", key)
    if entries:
        click.echo("")
        emit(columns, entries, "table")


def _line(label: str, amount: object, coin: object, note: str) -> None:
    text = f"{amount:,.2f}" if isinstance(amount, Decimal) else "-"
    click.echo(f"  {label:<22} {text:>16} {coin}  {note}".rstrip())
