"""What all bank formats have in common: statements and entries, whose account they are, their balances, and the rows that they land."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

import duckdb

from ledger.errors import FileRefusedError
from ledger.money import decimals
from ledger.private import CARD, masked, quoted

from ._bank_known import Known
from ._bank_names import is_another, processor_in
from ._kit import Context, Lands, Parsed, Staged
from ._kit import Importer as Base
from ._probe import Probe
from ._refusing import refuse_lacking
from ._staging import stage_values
from ._words import LeftOut

PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9/_.+*-]{1,35}")
LONE = 8  # characters of a text that is taken for a reference
ACCOUNT_NUMBER = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11}")  # of the form of an IBAN, whatever stands around it
NO_REFERENCE = frozenset(["NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE", "UNKNOWN", "EREF", "KREF"])
AGAIN = "Ask the bank for the statement again."
KEPT_TEXT = 1000
LARGEST = Decimal(10) ** 14  # what DECIMAL(18,4) takes


@dataclass
class Entry:
    """One booked entry; the amount is signed from the account holder's side."""

    row: int
    booked_on: date
    amount: Decimal
    value_on: date | None = None
    reference: str | None = None  # the bank's own
    end_to_end: str | None = None
    text: str = ""  # remittance; kept where the entry is a processor's
    words: str = ""  # further words of the remittance, e.g. a reference that a line break cut
    names: str = ""  # of the parties; read for a processor's name, never kept
    payer: str = ""  # the other party alone, where the format says which it is; never kept
    is_reversal: bool = False

    def content(self) -> str:
        """What an entry without the bank's reference is known by."""
        return f"{self.booked_on}|{self.value_on}|{self.amount.normalize():f}|{self.end_to_end or ''}|{' '.join(self.text.split())}"


@dataclass
class Statement:
    """One account's entries of one period, with its balances where the format has them."""

    row: int
    name: str
    account: str  # number as the file writes it; empty = not named
    currency: str
    entries: list[Entry] = field(default_factory=list)
    opening: Decimal | None = None
    closing: Decimal | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    sequence: int | None = None
    left_out: list[tuple[str, str, Decimal]] = field(default_factory=list)  # column, word and amount of entries that a listed word leaves out
    announced: bool = False  # an intraday report or a notification: its entries come again in the statement

    @property
    def movement(self) -> Decimal:
        """Sum of the entries."""
        return sum((entry.amount for entry in self.entries), Decimal(0))

    @property
    def is_closed(self) -> bool:
        """Both balances are there."""
        return self.opening is not None and self.closing is not None

    def last_day(self) -> date:
        """Up to when it speaks."""
        return self.closed_on or max((entry.booked_on for entry in self.entries), default=None) or self.opened_on or date(1970, 1, 1)


class Line(Lands):
    """Entries of a statement, or announced ones."""

    lands = "bank_line"
    key = ("bank_account", "bank_reference")
    mutable: ClassVar[tuple[str, ...]] = ("statement_id", "standing", "value_on", "end_to_end", "processor", "descriptor")
    later = "standing"  # booked comes after announced, whichever file came first


class BankImporter(Base):
    """Base of the bank formats: `read` gives the statements, the rest is the same for all of them."""

    source = "bank"
    context = "bank_account"
    known = "*"
    identity = "opening balance + booked entries = closing balance, per statement"
    control: ClassVar[str] = "the balances"
    lands = "bank_statement"
    key = ("bank_account", "statement_id")
    mutable: ClassVar[tuple[str, ...]] = ("state", "entries", "movement", "sequence_no", "opened_on")
    also: ClassVar[tuple[type[Lands], ...]] = (Line,)

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """The file's statements in file order; FileRefusedError where its contract breaks."""
        raise NotImplementedError

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Read the statements and their entries into `stage`."""
        found = self.read(probe, context)
        if not found:
            raise refused(probe, "the file holds no statement", "FORMAT_UNKNOWN", "Ask the bank for the account's statements.")
        owners = _owners(probe, context, found)
        statements, lines, states = [], [], set()
        beside: dict[str, set[str]] = defaultdict(set)  # keys of the statements before, by account
        for statement, owner in zip(found, owners, strict=True):
            _closes(probe, statement)
            rows = _lines(statement, owner)
            state = Known(con, self.module_name(), owner, statement, beside[owner]).settle(rows)
            beside[owner] |= {row["bank_reference"] for row in rows}
            states.add(state)
            lines += rows
            if not statement.announced and (statement.closed_on or statement.entries):
                statements.append(_statement(statement, owner, state))
        parsed = Parsed(self.module_name(), [], sum(len(s.entries) + len(s.left_out) for s in found), [], state=_state(states, self.control))
        parsed.left_out = [one for statement in found for one in _left_out(statement)]
        parsed.masked = sum(CARD in (row["descriptor"] or "") for row in lines)
        parsed.complete_until = max((s.last_day() for s in found if not s.announced and (s.closed_on or s.entries)), default=None)
        for lands in self.landed():
            rows = _one_per_key(lines) if lands.lands == "bank_line" else statements
            name = f"{self.module_name()}_{lands.lands}"
            made = stage_values(con, rows, lands.lands, name, lands.key, context.stamp)
            parsed.tables.append(Staged(lands.lands, name, lands.key, (), lands.mutable, lands.later, made))
        refuse_lacking(con, probe, parsed.tables)
        return parsed


def refused(probe: Probe, message: str, code: str, hint: str, row: int | None = None, column: str | None = None) -> FileRefusedError:
    """The refusal of a bank file, with its place."""
    where = ":".join(str(part) for part in (probe.name, row, column) if part)
    return FileRefusedError(message, code=code, where=where, row=row, column=column, hint=hint)


def unread(probe: Probe, what: str, text: str, row: int | None, column: str, code: str = "VALUE_FORMAT") -> FileRefusedError:
    """The refusal of a value that is missing or not readable, with the value."""
    said = f"is {quoted(text)}, which is not in the form that the format has" if text.strip() else "is missing"
    return refused(probe, f"{what} {said}", code, AGAIN, row, column)


def money(probe: Probe, text: str, currency: str, row: int | None, column: str, written: str | None = None) -> Decimal:
    """Digits with at most one point, to a decimal no finer than its currency; never signed here. `written` is the text as the file has it."""
    if not re.fullmatch(r"(?=\.?\d)\d{0,14}(\.\d{0,5})?", text):
        raise unread(probe, "an amount", text if written is None else written, row, column)
    value = Decimal(text.removesuffix("."))
    if -int(value.normalize().as_tuple().exponent) > decimals(currency):
        hint = "Ask the bank for amounts in the currency's own decimals."
        raise refused(probe, f"the amount {quoted(text if written is None else written)} is finer than its currency", "MONEY_FORMAT", hint, row, column)
    return value


def meaningful(reference: str | None) -> str | None:
    """A reference, or None where the text says that there is none."""
    text = (reference or "").strip()
    return None if not text or text.upper() in NO_REFERENCE else text


def ending(number: str) -> str:
    """An account number as a message names it: its last four characters, which tell people which of theirs it is."""
    text = bare(number)
    return f"…{text[-4:]}" if len(text) > 4 else text or "without a number"


def bare(number: str) -> str:
    """An account number as it is compared."""
    return re.sub(r"[^A-Z0-9]", "", number.upper())


def is_account(stated: str, mapped: str) -> bool:
    """Whether a number that a file states is the mapped one: equal, or the same behind the bank's code, or the end of its IBAN; zeros and currency aside."""
    code, number = _parts(stated)
    own_code, own = _parts(mapped)
    if number == own and (code == own_code or not code or not own_code):
        return True
    return len(number) >= 5 and number.isdigit() and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,}", own) is not None and own.endswith(number)


def _parts(number: str) -> tuple[str, str]:
    """The bank's code before a slash, and the number without leading zeros and a currency behind it."""
    code, slash, rest = number.partition("/")
    if not slash or re.fullmatch(r"[A-Z]{3}", rest.strip()):
        code, rest = "", code
    rest = rest.partition("/")[0]
    return bare(code), re.sub(r"(?<=\d)[A-Z]{3}$", "", bare(rest)).lstrip("0")


def _owners(probe: Probe, context: Context, statements: list[Statement]) -> list[str]:
    """The bank account of each statement: the feed's own, or another one that bank_accounts.csv knows by its number."""
    feed = (context.owner, context.facts.get("iban") or "", context.facts.get("currency") or "")
    known = [feed, *(one for one in context.accounts if one[0] != context.owner)]
    owners = [_owner(statement, known, feed) for statement in statements]
    for statement, owner in zip(statements, owners, strict=True):
        if owner is None and feed[1]:
            hint = "Add the number to bank_accounts.csv, then `tieout mapping propose` and `tieout mapping approve`; or put the file into the feed of its bank account."
            message = f"the statement is of account {ending(statement.account)}, which is not the feed's and in no row of bank_accounts.csv"
            raise refused(probe, message, "WRONG_ACCOUNT", hint, statement.row)
    numbers = {(bare(s.account), s.currency) for s, owner in zip(statements, owners, strict=True) if s.account and owner in (None, context.owner)}
    if len(numbers) > 1 and not feed[1]:
        hint = "Give the numbers of the accounts in bank_accounts.csv, or ask the bank for one file per account."
        said = ", ".join(f"{ending(number)} in {coin}" for number, coin in sorted(numbers))
        raise refused(probe, f"the file holds statements of more than one account or currency: {said}", "TWO_ACCOUNTS", hint)
    for statement, owner in zip(statements, owners, strict=True):
        coin = next((c for name, _, c in known if name == owner), feed[2])
        if coin and statement.currency != coin:
            hint = "Ask the bank for the account's own currency, or correct bank_accounts.csv."
            message = f"the statement of account {ending(statement.account)} is in {statement.currency}, the account in {coin}"
            raise refused(probe, message, "CURRENCY", hint, statement.row)
    return [owner or context.owner for owner in owners]


def _owner(statement: Statement, known: list[tuple[str, str, str]], feed: tuple[str, str, str]) -> str | None:
    """By its number and, where several accounts share one, its currency; a statement without a number is the feed's."""
    if not statement.account:
        return feed[0]
    same = [(name, coin) for name, number, coin in known if number and is_account(statement.account, number)]
    exact = [name for name, coin in same if coin == statement.currency]
    return exact[0] if exact else same[0][0] if same else None


def _closes(probe: Probe, statement: Statement) -> None:
    if statement.currency and not re.fullmatch(r"[A-Z]{3}", statement.currency):
        raise refused(probe, "the statement's currency is none", "CURRENCY", AGAIN, statement.row)
    if abs(statement.movement) >= LARGEST:
        raise refused(probe, "the statement's entries sum to more than any amount can be", "VALUE_FORMAT", AGAIN, statement.row)
    if statement.opening is None or statement.closing is None:
        return
    made = statement.opening + statement.movement
    if made != statement.closing:
        raise refused(
            probe,
            f"statement {statement.name}: opening {statement.opening} and {len(statement.entries)} entries of {statement.movement} make {made}, "
            f"the closing balance is {statement.closing}",
            "BALANCE",
            "An entry is missing, or a figure is not as the bank wrote it; ask the bank for the statement again.",
            statement.row,
        )


def _left_out(statement: Statement) -> list[LeftOut]:
    """The entries that words left out, by word."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for column, word, amount in statement.left_out:
        sums[column, word].append(amount)
    return [LeftOut(column, word, statement.currency, len(amounts), sum(amounts, Decimal(0))) for (column, word), amounts in sums.items()]


def _lines(statement: Statement, owner: str) -> list[dict[str, Any]]:
    """The entries as rows. Two entries that share a reference, or that nothing tells apart, are two: the later ones in content order are numbered."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in statement.entries:
        groups[entry.reference or sha256(f"{owner}|{statement.currency}|{entry.content()}".encode()).hexdigest()[:24]].append(entry)
    rows = []
    for base, entries in groups.items():
        for place, entry in enumerate(sorted(entries, key=lambda e: (e.content(), e.row)), 1):
            rows.append(_line(entry, statement, owner, base if place == 1 else f"{base}-{place}"))
    return sorted(rows, key=lambda row: int(row["row_no"]))


def _line(entry: Entry, statement: Statement, owner: str, reference: str) -> dict[str, Any]:
    said = processor_in(f"{entry.names} {entry.text}")
    processor = None if is_another(entry.payer) else said  # a text of somebody else may still have the reference of a payout
    end = meaningful(entry.end_to_end) or (None if said else _lone_reference(entry))
    words = masked(f"{entry.text} {entry.words}".strip())
    return {
        "bank_account": owner,
        "bank_reference": reference,
        "statement_id": statement.name,
        "standing": "announced" if statement.announced else "booked",
        "booked_on": entry.booked_on,
        "value_on": entry.value_on,
        "amount": entry.amount,
        "currency": statement.currency,
        "end_to_end": end if said or end and PLAIN_REFERENCE.fullmatch(end) else None,
        "processor": processor,
        "descriptor": (words[:KEPT_TEXT] or None) if said else None,
        "is_reversal": entry.is_reversal,
        "row_no": entry.row,
    }


def _lone_reference(entry: Entry) -> str | None:
    """A text that is one word of letters and figures: what the sender wrote as the reference, though the format has no place of its own for it.

    Long, and a third of it figures: a short one may be anybody's, and joins the money of somebody else to a payout. No telephone number, name or account number of a person.
    """
    text = entry.text.strip()
    figures = sum(sign.isdigit() for sign in text)
    shaped = PLAIN_REFERENCE.fullmatch(text) and len(text) >= LONE and figures >= 5 and figures * 3 >= len(text) and any(sign.isalpha() for sign in text)
    return text if shaped and not ACCOUNT_NUMBER.search(bare(text)) and masked(text) == text else None


def _statement(statement: Statement, owner: str, state: str) -> dict[str, Any]:
    return {
        "bank_account": owner,
        "statement_id": statement.name,
        "sequence_no": statement.sequence,
        "currency": statement.currency,
        "opening": statement.opening,
        "closing": statement.closing,
        "opened_on": statement.opened_on,
        "closed_on": statement.last_day(),
        "entries": len(statement.entries),
        "movement": statement.movement,
        "state": state,
        "row_no": statement.row,
    }


def _state(states: set[str], control: str) -> str:
    """The file as a whole: what is least certain in it."""
    if not control or "unverified_completeness" in states:
        return "unverified_completeness"
    return "announced" if "announced" in states else "landed"


def _one_per_key(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An entry that two statements of one file carry counts once, booked before announced."""
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["bank_account"], row["bank_reference"])
        if key not in kept or kept[key]["standing"] < row["standing"]:
            kept[key] = row
    return list(kept.values())
