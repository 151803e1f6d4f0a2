"""A bank's CSV download, explained by its feed."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from ledger.errors import FileRefusedError
from ledger.money import decimals
from ledger.private import quoted

from ._bank import AGAIN, BankImporter, Entry, Statement, meaningful, refused
from ._declared import UNREADABLE, DeclaredCsv, plain
from ._kit import Context
from ._probe import Probe

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "booked_on": "DATE",
        "value_on": "DATE",
        "amount": "DECIMAL(18,4)",
        "credit": "DECIMAL(18,4)",
        "debit": "DECIMAL(18,4)",
        "balance": "DECIMAL(18,4)",
        "currency": "VARCHAR",
        "account": "VARCHAR",
        "bank_reference": "VARCHAR",
        "end_to_end": "VARCHAR",
        "text": "VARCHAR",
        "name": "VARCHAR",
        "payee": "VARCHAR",
    }
)
AMOUNT = re.compile(r"-?(\d{1,14}(\.\d{1,5})?|\.\d{1,5})")


class Importer(BankImporter):
    """A bank's own CSV, by `[feed.csv]` with `table = "bank_line"`. Columns: `booked_on`; `amount` signed, or `credit` and `debit`; if the file has
    them `value_on`, `balance` (after the entry), `currency`, `account`, `bank_reference`, `end_to_end`, `text`, `name` (of the
    other party, never kept); where payer and payee have a column each, `name` is who pays and `payee` who is paid.

    With a balance column every balance must follow from the one before, newest first or last, and the statement has its place in the row of
    statements; a row that is lost at either end shows only there, so the file lands as `unverified_completeness` with it and without. Downloads
    may overlap: an entry without the bank's reference is known by its content. Several accounts or currencies in one file are a statement each, and
    each goes to the bank account of its number.
    """

    source = "bank"
    kinds = ("csv",)
    declares = ("bank_line",)
    identity = "with a balance column: each balance = the one before + amount"
    control = ""

    def lacks(self, probe: Probe) -> list[str]:
        """Nothing in a file says that it is a bank's; its feed does."""
        return ["a feed with [feed.csv]"]

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """One statement of each account and currency in the file."""
        declared = context.csv
        assert declared is not None
        _check(probe, context, declared)
        same = plain(probe, declared, KINDS)
        try:
            with same.path.open(encoding="utf-8", newline="") as file:
                rows = list(enumerate(csv.DictReader(file), 2))
        finally:
            same.path.unlink()
        return _Reader(probe, context, declared).statements(rows)


def _check(probe: Probe, context: Context, declared: DeclaredCsv) -> None:
    given = declared.columns.keys() | declared.constants.keys()
    wrong = ""
    if context.kind != "bank_account":
        wrong = "bank_line belongs to a feed with `bank_account`"
    elif unknown := sorted(given - KINDS.keys()):
        wrong = f"bank_line has no column {unknown[0]}"
    elif "booked_on" not in given:
        wrong = "bank_line needs the column booked_on"
    elif ("amount" in given) == bool({"credit", "debit"} & given):
        wrong = "bank_line needs either the column amount, or credit and debit"
    if wrong:
        hint = "Correct [feed.csv] of this feed in tieout.toml; see docs/books.md."
        raise refused(probe, f"[feed.csv] does not fit: {wrong}", "FEED_SETTINGS", hint)


class _Reader:
    """The rows of one file."""

    def __init__(self, probe: Probe, context: Context, declared: DeclaredCsv):
        self.probe, self.context, self.declared = probe, context, declared

    def fault(self, what: str, code: str, row: int, name: str, text: str = "") -> FileRefusedError:
        """The refusal of a cell, under the header that the file has for it."""
        column = self.declared.columns.get(name, name)
        said = f": {column} is {quoted(text.removeprefix(UNREADABLE))}" if text.strip() else ""
        return refused(self.probe, what + said, code, "Look at that cell; correct [feed.csv] in tieout.toml, or ask the bank for the file again.", row, column)

    def statements(self, rows: list[tuple[int, dict[str, str]]]) -> list[Statement]:
        """One for each account and currency, in the order in which they come; of a file without entries one that says so."""
        groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
        named = {name: {row[name].strip().upper() for _, row in rows if row.get(name, "").strip()} for name in ("currency", "account")}
        given = {name: min(said) if len(said) == 1 else "" for name, said in named.items()}  # an empty cell means the only one that the file has
        for number, row in rows:
            coin = row.get("currency", "").strip().upper() or given["currency"] or self.context.facts.get("currency", "")
            if not re.fullmatch("[A-Z]{3}", coin):
                raise self.fault("the row names no currency, and bank_accounts.csv has none", "CURRENCY", number, "currency", coin)
            groups.setdefault((row.get("account", "").strip().upper() or given["account"], coin), []).append((number, row))
        if not groups:
            return [self._statement(1, "", self.context.facts.get("currency", ""), [])]
        return [self._statement(place, account, coin, some) for place, ((account, coin), some) in enumerate(groups.items(), 1)]

    def _statement(self, place: int, account: str, coin: str, rows: list[tuple[int, dict[str, str]]]) -> Statement:
        statement = Statement(place, "", account, coin)
        statement.entries = [self._entry(number, row, coin) for number, row in rows]
        days = [entry.booked_on for entry in statement.entries]
        statement.opened_on, statement.closed_on = min(days, default=None), max(days, default=None)
        statement.name = f"{statement.opened_on} to {statement.closed_on}" if days else "no entries"
        if rows and "balance" in rows[0][1]:
            self._balances(statement, [(number, self._number(number, row, "balance", coin)) for number, row in rows])
        return statement

    def _entry(self, number: int, row: dict[str, str], coin: str) -> Entry:
        booked = self._date(number, row, "booked_on")
        if booked is None:
            raise self.fault("an entry has no booking date", "VALUE_FORMAT", number, "booked_on")
        if "amount" in row:
            amount = self._number(number, row, "amount", coin)
        else:
            credit, debit = (self._number(number, row, name, coin) for name in ("credit", "debit"))
            if credit and debit:
                raise self.fault("an entry has a credit and a debit", "VALUE_FORMAT", number, "debit")
            amount = abs(credit) if credit else -abs(debit) if debit else credit if credit is not None else debit
        if amount is None:
            raise self.fault("an entry has no amount", "VALUE_FORMAT", number, "amount")
        other = row["payee"] if amount < 0 and "payee" in row else row.get("name", "")
        return Entry(
            row=number,
            booked_on=booked,
            amount=amount,
            value_on=self._date(number, row, "value_on"),
            reference=meaningful(row.get("bank_reference")),
            end_to_end=meaningful(row.get("end_to_end")),
            text=row.get("text", ""),
            names=other,
            payer=other,
        )

    def _date(self, number: int, row: dict[str, str], name: str) -> date | None:
        text = row.get(name, "")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise self.fault("a day is not in the declared form", "VALUE_FORMAT", number, name, text) from None

    def _number(self, number: int, row: dict[str, str], name: str, coin: str) -> Decimal | None:
        text = row.get(name, "")
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise self.fault("an amount is not in the declared form", "VALUE_FORMAT", number, name, text)
        value = Decimal(text)
        if -int(value.normalize().as_tuple().exponent) > decimals(coin):
            raise self.fault("an amount is finer than its currency", "MONEY_FORMAT", number, name, text)
        return value

    def _balances(self, statement: Statement, balances: list[tuple[int, Decimal | None]]) -> None:
        """Each balance follows from the one before, in the order of the file or against it."""
        for number, balance in balances:
            if balance is None:
                raise self.fault("an entry has no balance", "VALUE_FORMAT", number, "balance")
        pairs = [(number, balance or Decimal(0), entry.amount) for (number, balance), entry in zip(balances, statement.entries, strict=True)]
        faults = [_break(pairs), _break(pairs[::-1])]
        if None not in faults:
            row = faults[0] if (statement.entries[0].booked_on <= statement.entries[-1].booked_on) else faults[1]
            raise refused(self.probe, "a balance does not follow from the one before", "BALANCE", AGAIN, row, self.declared.columns.get("balance"))
        first, last = (pairs[0], pairs[-1]) if faults[0] is None else (pairs[-1], pairs[0])
        statement.opening, statement.closing = first[1] - first[2], last[1]


def _break(pairs: list[tuple[int, Decimal, Decimal]]) -> int | None:
    """The first row whose balance is not the one before plus its amount."""
    return next((number for (_, before, _), (number, balance, amount) in zip(pairs, pairs[1:], strict=False) if before + amount != balance), None)
