"""SWIFT customer statements: the reader that MT940 and MT942 share, and what the banks' dialects write into :61: and :86:."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ledger.errors import FileRefusedError
from ledger.private import quoted

from ._bank import AGAIN, BankImporter, Entry, Statement, meaningful, money, refused, unread
from ._dialects import SWIFT_AMOUNT
from ._kit import Context
from ._probe import Probe

FILE_BYTES = 256 << 20
# a line that begins otherwise goes on the one before: remittances hold times like :12:11
TAG = re.compile(r":(20|21|25P?|28C?|NS|34F|13D?|60[FM]|61|62[FM]|64|65|86|90[CD]):(.*)", re.DOTALL)
BALANCE = re.compile(rf"([CD])(\d{{6}})([A-Z]{{3}})({SWIFT_AMOUNT})")
LINE = re.compile(rf"(\d{{6}})(\d{{4}})?(R?[CD]|E[CD])([A-Z])?({SWIFT_AMOUNT})([A-Z][A-Z0-9]{{3}})?(.*)")
COUNT = re.compile(rf"(\d{{1,5}})([A-Z]{{3}})({SWIFT_AMOUNT})")
WIDTH, PART = 65, 27  # characters of a line and of a ?20 part: what fills them is cut in the middle of a word
GERMAN = re.compile(r"\s?\d{3}([?~<>+^])\d{2}")
SEPA = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|IBAN|BIC)\+")
SLASHED = re.compile(r"/EREF/(.*?)(?=/[A-Z]{3,4}/|$)", re.DOTALL)
NAMED = re.compile(r"(?:/(ORDP|BENM)/)?/NAME/([^/]+)")


@dataclass
class Field:
    """One tagged field: its lines, and the number of its first line in the file."""

    tag: str
    lines: list[str]
    row: int


class SwiftImporter(BankImporter):
    """Base of the two messages: `tags` must all be there, and none of `never`."""

    kinds = ("swift",)
    tags: ClassVar[tuple[str, ...]]
    never: ClassVar[tuple[str, ...]] = ()

    def lacks(self, probe: Probe) -> list[str]:
        """Claimed by the tags of the message."""
        if probe.kind != "swift":
            return ["a SWIFT message"]
        found = {hit.decode() for hit in re.findall(rb"(?m)^:([0-9]{2}[A-Z]?):", probe.start)}
        missing = [f":{tag}:" for tag in self.tags if not found & set(tag.split("|"))]
        return missing + [f"a message without :{tag}:" for tag in self.never if tag in found]

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """One statement per message, from :20: to the next."""
        found: list[list[Field]] = []
        for field in _fields(probe):
            if field.tag == "20":
                found.append([])
            if not found:
                raise refused(probe, f"the field :{field.tag}: stands outside of a message", "INCOMPLETE", "The file was cut off; fetch it again.", field.row)
            found[-1].append(field)
        return [_Message(probe, context, fields, number).statement(self.announced) for number, fields in enumerate(found, 1)]

    announced: ClassVar[bool] = False


def _fields(probe: Probe) -> Iterator[Field]:
    """The tagged fields; a dash alone ends a message, envelope and control characters are left out."""
    field: Field | None = None
    for number, line in enumerate(_lines(probe), 1):
        line = line.strip("\x01\x02\x03\r")
        hit = TAG.fullmatch(line[line.find("{4:") + 3 :] if "{4:" in line else line)
        if hit:
            if field:
                yield field
            field = Field(hit[1], [hit[2]], number)
        elif field and re.match(r"-(\}.*|.{0,3})?$", line) and not line.startswith("- "):
            yield field
            field = Field("end", [], number)
        elif field and field.tag != "end":
            field.lines.append(line)
    if field:
        yield field


def _lines(probe: Probe) -> list[str]:
    """UTF-8 where the file is that, else ISO 8859-1: amounts, days and references are ASCII in either."""
    if probe.path.stat().st_size > FILE_BYTES:
        raise refused(probe, "the statement is larger than 256 MiB", "TOO_LARGE", "Ask the bank for daily statements.")
    data = probe.path.read_bytes()
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        raise refused(probe, "the file holds a NUL byte", "ENCODING", "The file was damaged on its way; deliver it again.", row)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    return text.split("\n")


class _Message:
    """One message of a file."""

    def __init__(self, probe: Probe, context: Context, fields: list[Field], number: int):
        self.probe, self.context, self.fields, self.number = probe, context, fields, number
        self.coin = ""
        self.bare: list[tuple[Field, str]] = []  # amounts without their decimal comma, and where they stand

    def refuse(self, field: Field, what: str, code: str = "VALUE_FORMAT", hint: str = AGAIN) -> FileRefusedError:
        return refused(self.probe, what, code, hint, field.row, f":{field.tag}:")

    def unread(self, field: Field, what: str) -> FileRefusedError:
        """The refusal of a field that is not readable, with what stands before its references."""
        text = field.lines[0].rstrip()
        head = re.match(r"\d{6,10}[A-Z]{1,3}[\d.,]*(?:N[A-Z0-9]{3})?", text) if field.tag == "61" else None
        return unread(self.probe, what, head[0] if head else text, field.row, f":{field.tag}:")

    def first(self, *tags: str) -> Field | None:
        return next((field for field in self.fields if field.tag in tags), None)

    def statement(self, announced: bool) -> Statement:
        head = self.fields[0]
        account = self.first("25", "25P")
        if account is None or not account.lines[0].strip():
            raise self.refuse(head, "the message names no account", "INCOMPLETE")
        opening, closing = self.first("60F", "60M"), next((f for f in reversed(self.fields) if f.tag in ("62F", "62M")), None)
        if not announced and (opening is None or closing is None):
            raise self.refuse(head, "the message has no opening or no closing balance", "INCOMPLETE", "The file was cut off; fetch it again.")
        self.coin = self._currency(opening)
        statement = Statement(self.number, "", account.lines[0].strip(), self.coin, announced=announced)
        if opening and closing:
            statement.opening, statement.opened_on = self._balance(opening)
            statement.closing, statement.closed_on = self._balance(closing)
        number, page = self._number()
        statement.sequence = number if 0 < number < 100_000 else None  # longer ones are dates
        statement.entries = list(self._entries())
        if announced:
            self._counted(statement)
        self._scaled(statement)
        paged = page > 1 or closing is not None and closing.tag == "62M"
        statement.name = f"{head.lines[0].strip()} {number}" + (f"/{page:03d}" if paged else "") + f" {statement.last_day()}"
        return statement

    def _currency(self, opening: Field | None) -> str:
        if opening is not None:
            hit = BALANCE.fullmatch(opening.lines[0].strip())
            if hit is None:
                raise self.unread(opening, "a balance")
            return hit[3]
        floor = self.first("34F")
        return floor.lines[0][:3] if floor else self.context.facts.get("currency", "")

    def _balance(self, field: Field) -> tuple[Decimal, date]:
        hit = BALANCE.fullmatch(field.lines[0].strip())
        day = _day(hit[2]) if hit else None
        if hit is None or day is None:
            raise self.unread(field, "a balance")
        if hit[3] != self.coin:
            raise self.refuse(field, f"a balance is in {hit[3]}, the message in {self.coin}", "CURRENCY")
        value = self._money(hit[4], field)
        return (-value if hit[1] == "D" else value), day

    def _money(self, text: str, field: Field) -> Decimal:
        whole, comma, part = text.partition(",")
        value = money(self.probe, f"{whole.lstrip('0') or '0'}.{part}", self.coin, field.row, f":{field.tag}:", text)
        if not comma and value:
            self.bare.append((field, text))
        return value

    def _scaled(self, statement: Statement) -> None:
        """Amounts without a comma are whole units where the message's sums come out so and would not in another scale: what they make together is not nothing."""
        if not self.bare:
            return
        rows = {field.row for field, _ in self.bare}
        mine = [entry.amount for entry in statement.entries if entry.row in rows]
        if statement.announced:
            sure = len(mine) == len(self.bare) and all(self.first("90D" if amount < 0 else "90C") for amount in mine)
        else:
            tags = {field.tag[:2] for field, _ in self.bare}
            opening, closing = (amount if tag in tags else None for tag, amount in (("60", statement.opening), ("62", statement.closing)))
            sure = sum(mine, (opening or Decimal(0)) - (closing or Decimal(0))) != 0
        if not sure:
            field, text = self.bare[0]
            hint = "Ask the bank to write amounts with their comma, or for the statement in another format."
            raise self.refuse(field, f"the amount {quoted(text)} has no decimal comma, and no sum of the message shows where it belongs", "MONEY_FORMAT", hint)

    def _number(self) -> tuple[int, int]:
        """Number of the statement and of its page; 0 where the bank does not count."""
        field = self.first("28C", "28")
        hit = re.match(r"(\d{1,10})(?:/(\d{1,5}))?", field.lines[0].strip()) if field else None
        return (int(hit[1]), int(hit[2] or 1)) if hit else (0, 1)

    def _entries(self) -> Iterator[Entry]:
        ended = False
        for place, field in enumerate(self.fields):
            if field.tag == "61":
                if ended:
                    raise self.refuse(field, "an entry stands outside of a message", "INCOMPLETE", "The file was cut off; fetch it again.")
                after = self.fields[place + 1] if place + 1 < len(self.fields) else None
                told = next((f for f in self.fields[place + 1 : place + 3] if f.tag in ("86", "NS")), None) if after and after.tag in ("86", "NS") else None
                entry = self._entry(field, told)
                if entry is not None:
                    yield entry
            ended = ended or field.tag in ("end", "62F", "62M")

    def _entry(self, field: Field, told: Field | None) -> Entry | None:
        """The entry; expected ones (EC, ED) are none. RC takes back a credit: it is a debit."""
        hit = LINE.fullmatch(field.lines[0].rstrip())
        if hit is None:
            raise self.unread(field, "an entry")
        value_text, entry_text, mark, _, digits, _, references = hit.groups()
        value = _day(value_text)
        booked = _entry_day(value_text, entry_text) if entry_text else value
        if booked is None:
            raise self.refuse(field, f"an entry is of the day {quoted(value_text + (entry_text or ''))}, and there is none such")
        amount = self._money(digits, field)
        if mark.startswith("E"):
            return None
        customer, _, bank = references.partition("//")
        more = [line.strip() for line in field.lines[1:] if line.strip()]
        text, words, end = _remittance(told.lines if told else [])
        own = meaningful(customer)
        return Entry(
            row=field.row,
            booked_on=booked,
            amount=-amount if mark in ("D", "RC") else amount,
            value_on=value,
            reference=meaningful(bank),
            end_to_end=meaningful(end) or own,
            text=" ".join([*more, text]).strip(),
            words=" ".join(part for part in (words, own or "") if part),
            payer="" if mark.startswith("R") else _payer(told.lines if told else [], "BENM" if mark == "D" else "ORDP"),
            is_reversal=mark.startswith("R"),
        )

    def _counted(self, statement: Statement) -> None:
        """The message's own count and sum of its debits and credits."""
        for tag, sign in (("90D", -1), ("90C", 1)):
            field = self.first(tag)
            if field is None:
                continue
            hit = COUNT.fullmatch(field.lines[0].strip())
            if hit is None:
                raise self.unread(field, "a sum")
            mine = [abs(e.amount) for e in statement.entries if e.amount * sign > 0]
            if (int(hit[1]), self._money(hit[3], field)) != (len(mine), sum(mine, Decimal(0))):
                raise self.refuse(field, f"the message counts {hit[1]} entries of {hit[3]}, it has {len(mine)} of {sum(mine, Decimal(0)):f}", "CONTROL_TOTAL_DIFF")


def _day(text: str) -> date | None:
    """YYMMDD; None where there is no such day, e.g. the 30 February of banks that count 360 days."""
    try:
        return date(2000 + int(text[:2]) if text[:2] < "80" else 1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _entry_day(value: str, entry: str) -> date | None:
    """The booking day MMDD, in the year that brings it nearest to the value day."""
    near = _day(value) or _day(value[:4] + "28")
    if near is None:
        return None
    days = [day for year in (-1, 0, 1) if (day := _day(f"{(near.year + year) % 100:02d}{entry}")) is not None]
    return min(days, key=lambda day: abs((day - near).days), default=None)


def _remittance(lines: list[str]) -> tuple[str, str, str | None]:
    """Text, the words that its line breaks may have cut, and the end-to-end reference of an :86: field."""
    whole = "".join(line.rstrip("\r") for line in lines)
    hit = GERMAN.match(whole)
    if hit:
        parts = [(part[:2], part[2:]) for part in whole.split(hit[1])[1:] if len(part) >= 2]
        told = [text for code, text in parts if code[0] == "2" or code in ("60", "61", "62", "63")]
        text, words = _joined(told, PART)
        names = " ".join(text for code, text in parts if code in ("00", "32", "33"))
        text = f"{text} {names}".strip()
    else:
        text, words = _joined(lines, WIDTH)
    tags = SEPA.split(text)
    end = next((tags[place + 1].split()[0] for place in range(1, len(tags), 2) if tags[place] == "EREF" and tags[place + 1].split()), None)
    slashed = SLASHED.search(text)
    return text, words, end or (slashed[1].strip() if slashed else None)


def _payer(lines: list[str], side: str) -> str:
    """The other party of an :86: field, where it says which part of it that is."""
    whole = "".join(line.rstrip("\r") for line in lines)
    hit = GERMAN.match(whole)
    if hit:
        return "".join(part[2:] for part in whole.split(hit[1])[1:] if part[:2] in ("32", "33"))
    return " ".join(name for of, name in NAMED.findall(whole) if of in ("", side))


def _joined(lines: list[str], width: int) -> tuple[str, str]:
    """Lines as one text: a full line goes on without a blank. Beside it the words across each break, which may be one."""
    text, words = "", []
    for number, line in enumerate(lines):
        full = number > 0 and len(lines[number - 1]) >= width - (4 if number == 1 and width == WIDTH else 0)
        before, after = text.split(), line.split()
        if before and after and not full:
            words.append(before[-1] + after[0])
        text = text + line if full else f"{text} {line}".lstrip()
    return " ".join(text.split()), " ".join(words)
