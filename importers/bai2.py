"""Bank reports in BAI2 (cash management balance reporting, version 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.money import decimals
from ledger.private import quoted

from ._bank import AGAIN, BankImporter, Entry, Statement, meaningful, refused, unread
from ._kit import Context
from ._probe import Probe

FILE_BYTES = 256 << 20
OPENING, CLOSING = "010", "015"
SAME_DAY_INTERIM = "3"
TEXT_ONLY = "890"
FUNDS = {"V": 2, "S": 3}  # further fields behind the funds type; D has a count and pairs


@dataclass
class Record:
    """One logical record: its fields, its continuations joined, the line that it begins on."""

    code: str
    fields: list[str]
    text: str  # what continuation records add behind the fields
    row: int
    lines: int


class Importer(BankImporter):
    """The bank's report of one or more accounts, amounts in the currency's smallest unit without a point. The control totals and record counts of
    accounts (49), groups (98) and the file (99) must hold, and opening ledger (010) + entries = closing ledger (015) where both are
    there. The type code gives the sign: 101-399 and 920-959 credit, 400-699 and 960-999 debit. An interim report of the same day lands as
    `announced`. The account's currency is its own, else the group's, else that of `bank_accounts.csv`; none is assumed.
    """

    kinds = ("bai2",)
    identity = "control totals and record counts of accounts, groups and file; opening ledger + entries = closing ledger"
    control = "the totals and counts of 49, 98 and 99, and the ledger balances"

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """One statement per account of each group."""
        return list(_Reader(probe, context).statements())


def _records(probe: Probe) -> Iterator[Record]:
    """Logical records; a record ends with a slash or with its line, 88 goes on the one before."""
    if probe.path.stat().st_size > FILE_BYTES:
        raise refused(probe, "the report is larger than 256 MiB", "TOO_LARGE", "Ask the bank for daily reports.")
    data = probe.path.read_bytes()
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        raise refused(probe, "the file holds a NUL byte", "ENCODING", "The file was damaged on its way; deliver it again.", row)
    current: Record | None = None
    for number, line in enumerate(data.decode("iso-8859-1").split("\n"), 1):
        line = line.strip("\r\x1a ")
        if not line:
            continue
        code, body = line[:2], line[3:]
        if code not in ("01", "02", "03", "16", "49", "88", "98", "99") or line[2:3] not in (",", ""):
            raise refused(probe, "the line is no BAI2 record", "FORMAT_BROKEN", AGAIN, number)
        if code == "88":
            if current is None or current.code not in ("03", "16"):
                raise refused(probe, "a continuation has nothing to go on", "FORMAT_BROKEN", AGAIN, number)
            current.lines += 1
            if current.code == "03":
                current.fields += body.rstrip("/").split(",")
            else:
                current.text = f"{current.text} {body.removesuffix('/')}".strip()
            continue
        if current:
            yield current
        plain = body.split(",", 5) if code == "16" else body.removesuffix("/").split(",")
        current = Record(code, plain, "", number, 1)
    if current:
        yield current


class _Reader:
    """Groups and accounts of one file, their totals added up on the way."""

    def __init__(self, probe: Probe, context: Context):
        self.probe, self.context = probe, context
        self.accounts = 0

    def fault(self, record: Record, what: str, code: str = "FORMAT_BROKEN") -> Exception:
        return refused(self.probe, what, code, AGAIN, record.row, record.code)

    def statements(self) -> Iterator[Statement]:
        """Walk 01 (02 (03 16* 49)* 98)* 99; a record out of its place or after the end refuses the file."""
        records = list(_records(self.probe))
        place, groups, total = 0, 0, 0
        if not records or records[-1].code != "99":
            raise refused(self.probe, "the file has no trailer (99)", "INCOMPLETE", "The file was cut off; fetch it again.", records[-1].row if records else 1)
        stack: list[str] = []
        group_total, group_accounts, group_start, account_start = 0, 0, 0, 0
        for place, record in enumerate(records):
            allowed = {"": ("01",), "01": ("02", "99"), "02": ("03", "98"), "03": ("16", "49")}[stack[-1] if stack else ""]
            if record.code not in allowed:
                raise self.fault(record, f"a record {record.code} is out of its place")
            if record.code in ("01", "02", "03"):
                stack.append(record.code)
            if record.code == "02":
                group, group_total, group_accounts, group_start, groups = record, 0, 0, place, groups + 1
            elif record.code == "03":
                account_start = place
            elif record.code == "49":
                made = records[account_start : place + 1]
                group_total += self._trailer(record, sum(self._sums(made)), [(1, sum(r.lines for r in made), "records")])
                group_accounts += 1
                yield self._statement(group, made[0], made[1:-1])
                stack.pop()
            elif record.code == "98":
                total += self._trailer(record, group_total, [(1, group_accounts, "accounts"), (2, sum(r.lines for r in records[group_start : place + 1]), "records")])
                stack.pop()
            elif record.code == "99":
                self._trailer(record, total, [(1, groups, "groups"), (2, sum(r.lines for r in records), "records")])
                stack = [*stack, "end"] if place + 1 < len(records) else []

    def _trailer(self, record: Record, total: int, counts: list[tuple[int, int, str]]) -> int:
        """The stated control total and counts against those that were found; blank counts as zero."""
        stated = self._whole(record, 0)
        if stated != total:
            raise self.fault(record, f"the control total is stated as {stated} and its parts make {total}", "CONTROL_TOTAL_DIFF")
        for place, found, what in counts:
            if self._whole(record, place) != found:
                raise self.fault(record, f"the trailer counts {self._whole(record, place)} {what}, the file has {found}", "CONTROL_TOTAL_DIFF")
        return total

    def _whole(self, record: Record, place: int) -> int:
        text = record.fields[place].strip() if place < len(record.fields) else ""
        digits = text.removeprefix("-").removeprefix("+")
        if text and not (digits.isascii() and digits.isdigit() and len(digits) < 18):
            raise unread(self.probe, "a number", text, record.row, record.code)
        return int(text or "0")

    def _sums(self, records: list[Record]) -> Iterator[int]:
        """The amounts that an account's control total adds up: of its summaries and of its entries."""
        yield from (amount for _, amount in self._summaries(records[0]))
        for record in records[1:-1]:
            yield self._whole(record, 1)

    def _summaries(self, record: Record) -> Iterator[tuple[str, int]]:
        """Type code and amount of each summary of an account record: code, amount, count, funds type and what belongs to it."""
        place = 2
        while place < len(record.fields):
            code = record.fields[place].strip()
            if not code:
                place += 1
                continue
            funds = record.fields[place + 3].strip() if place + 3 < len(record.fields) else ""
            yield code, self._whole(record, place + 1)
            more = FUNDS.get(funds, 0)
            if funds == "D":
                more = 1 + 2 * self._whole(record, place + 4)
            place += 4 + more

    def _statement(self, group: Record, account: Record, details: list[Record]) -> Statement:
        day = self._day(group)
        self.accounts += 1
        coin = (account.fields[1:2] or [""])[0].strip() or (group.fields[5:6] or [""])[0].strip() or self.context.facts.get("currency", "")
        if not coin:
            raise self.fault(account, "neither the account nor its group names a currency, and bank_accounts.csv has none", "CURRENCY")
        number = account.fields[0].strip()
        statement = Statement(account.row, f"{number} {day}", number, coin, opened_on=day, closed_on=day)
        statement.announced = (group.fields[6:7] or [""])[0].strip() == SAME_DAY_INTERIM
        balances = {code: self._money(amount, coin) for code, amount in self._summaries(account) if code in (OPENING, CLOSING)}
        statement.opening, statement.closing = balances.get(OPENING), balances.get(CLOSING)
        for record in details:
            if record.fields[0].strip() != TEXT_ONLY:
                statement.entries.append(self._entry(record, coin, day))
        return statement

    def _entry(self, record: Record, coin: str, day: date) -> Entry:
        sign = _sign(record.fields[0].strip())
        if sign == 0:
            raise self.fault(record, f"the type code {quoted(record.fields[0])} of an entry is neither credit nor debit", "VALUE_FORMAT")
        amount = record.fields[1].strip() if len(record.fields) > 1 else ""
        if not amount.removeprefix("+").isdigit():
            raise unread(self.probe, "an amount", amount, record.row, record.code)
        rest = ",".join(record.fields[2:]).removesuffix("/").split(",")
        funds = rest[0].strip()
        skip = 1 + (1 + 2 * int(rest[1]) if funds == "D" and len(rest) > 1 and rest[1].isdigit() else FUNDS.get(funds, 0))
        bank, customer, told = (*rest[skip : skip + 2], "", "")[:2] + (",".join(rest[skip + 2 :]),)
        text = f"{told} {record.text}".strip()
        return Entry(
            row=record.row,
            booked_on=day,
            amount=sign * self._money(self._whole(record, 1), coin),
            value_on=_date(rest[1]) if funds == "V" and len(rest) > 1 else None,
            reference=meaningful(bank),
            end_to_end=meaningful(customer),
            text=text,
        )

    def _money(self, units: int, coin: str) -> Decimal:
        return Decimal(units).scaleb(-decimals(coin))

    def _day(self, group: Record) -> date:
        text = (group.fields[3:4] or [""])[0]
        day = _date(text)
        if day is None:
            raise unread(self.probe, "the as-of date of the group", text, group.row, group.code)
        return day


def _sign(code: str) -> int:
    """1 credit, -1 debit, 0 neither."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return 1 if 101 <= number <= 399 or 920 <= number <= 959 else -1 if 400 <= number <= 699 or 960 <= number <= 999 else 0


def _date(text: str) -> date | None:
    text = text.strip()
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6])) if len(text) == 6 and text.isdigit() else None
    except ValueError:
        return None
