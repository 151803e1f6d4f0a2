"""What each file of mappings/ may say, declared once: its columns, their types and words, and which row of another file a cell names.

Every fault of every file is found before anything is proposed, and told in one answer with its file, row, column, value and remedy.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from . import places
from .errors import MappingFileError, PlaceError
from .iso import COUNTRIES, is_damaged_iban
from .money import CURRENCIES, decimals

VALIDITY = ("valid_from", "valid_to")
# Tenders that no processor pays out: gateways.csv names them in the place of an account.
TENDERS = ("gift_card", "store_credit", "manual", "cash_on_delivery", "bank_transfer")
# Packs of checks that say nothing until an entity switches them on: what they compare needs a mapping, a file or a habit that not every shop has.
PACKS = ("acknowledgements", "carriers", "duplicates", "intercompany", "loyalty", "stock", "tills")
ROLES = (
    "clearing", "payouts_in_transit", "processing_fees", "chargeback_fees", "disputed_funds", "processor_reserve", "processor_adjustments", "tax_withheld", "shipping_cost", "financing",
    "marketing", "platform_fees", "platform_charges", "fee_tax", "transfers", "suspense", "bank", "bank_charges", "gift_card_liability", "receivable", "sales", "shipping", "tips", "tax", "rounding", "refunds_payable",
    "stock_location", "cogs", "points_liability", "due_from", "due_to",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a cell may be empty, the closed words it takes, and the columns (`file.column`) of which it names a row."""

    kind: str = "text"
    empty: bool = False
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """One mapping file; of what the first columns named in `key` are about, one row speaks on one day."""

    key: tuple[str, ...]
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Fault:
    """One thing that cannot be, and what to do."""

    file: str
    row: int
    column: str
    said: str

    def __str__(self) -> str:
        return ":".join(str(part) for part in (f"mappings/{self.file}.csv", self.row, self.column) if part) + f": {self.said}"


ENTITY, ACCOUNT, CURRENCY = Column("name", names=("entities.entity",)), Column("name", names=("processor_accounts.account",)), Column("currency")
ANY_ENTITY = Column("name", empty=True, names=("entities.entity",))
FILES = {
    "entities": File(
        ("entity",),
        {"entity": Column("name"), "name": Column(), "country": Column("country"), "base_currency": CURRENCY, "odoo_company": Column(), "time_zone": Column("time_zone")},
    ),
    "stores": File(
        ("store",),
        {"store": Column("name"), "entity": ENTITY, "platform": Column("word"), "time_zone": Column("time_zone"), "currency": CURRENCY, "taxes_included": Column("boolean")},
    ),
    "processor_accounts": File(
        ("account",),
        {"account": Column("name"), "processor": Column("processor"), "entity": ENTITY, "currency": CURRENCY, "bank_account": Column("name", empty=True, names=("bank_accounts.bank_account",))},
    ),
    "bank_accounts": File(("bank_account",), {"bank_account": Column("name"), "entity": ENTITY, "currency": CURRENCY, "iban_or_number": Column("iban", empty=True)}),
    "gateways": File(
        ("store", "gateway"),
        {"store": Column("name", names=("stores.store",)), "gateway": Column(), "account": Column("name", words=TENDERS, names=("processor_accounts.account",))},
    ),
    "accounts": File(
        ("entity", "role", "qualifier"),
        {"entity": ENTITY, "role": Column("role"), "qualifier": Column(empty=True), "odoo_account": Column(), "odoo_journal": Column(empty=True)},
    ),
    "taxes": File(
        ("entity", "source_tax"), {"entity": ENTITY, "source_tax": Column(), "odoo_tax": Column(), "rate": Column("number"), "jurisdiction": Column(empty=True)}
    ),
    "fee_schedules": File(
        ("account", "method", "card_origin", "currency"),
        {"account": ACCOUNT, "method": Column("word"), "card_origin": Column(empty=True), "percent": Column("number"), "fixed": Column("number"), "currency": CURRENCY},
    ),
    "tolerances": File(("rule", "parameter", "entity"), {"rule": Column("rule"), "parameter": Column("parameter"), "value": Column("tolerance"), "entity": ANY_ENTITY}),
    "calendars": File(("calendar", "date"), {"calendar": Column(), "date": Column("date"), "is_business_day": Column("boolean")}),
    "ownership": File(("domain", "field"), {"domain": Column("word"), "field": Column(), "system_of_record": Column("word")}),
    "policies": File(("entity", "policy"), {"entity": ENTITY, "policy": Column("policy"), "value": Column()}),
}
POLICIES = {
    "grain": Column("word"),
    "recognition": Column("words", words=("order", "fulfilment", "invoice")),
    "bank_booker": Column("words", words=("odoo", "tieout")),
    "ledger_of_record": Column("word"),
    "cutover_on": Column("date"),
    "locked_through": Column("date"),
    "materiality": Column("number"),
    "writeoff_limit": Column("number"),
    "voucher_kind": Column("word"),
    **{f"pack_{name}": Column("words", words=("on", "off")) for name in PACKS},
    "adjustment_products": Column(),
    "analytic_accounts": Column(),
}


@dataclass(frozen=True)
class Known:
    """Words that other parts of the books know: the processors of the importers, and the parameters of each rule; empty = not looked at."""

    processors: frozenset[str] = frozenset()
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class Read:
    """A file that was read: its rows and where each stands, as far as it could be read."""

    rows: list[dict[str, str]]
    numbers: list[int]
    faults: list[Fault]


def read_folder(folder: Path, only: Sequence[str] = (), known: Known | None = None) -> dict[str, list[dict[str, str]]]:
    """The rows of every mapping file in a folder; MappingFileError with every fault of them all, or of those named in `only`."""
    read: dict[str, Read] = {}
    faults: list[Fault] = []
    for entry in places.entries(folder):
        name = entry.path.name.removesuffix(".csv")
        if not entry.path.name.endswith(".csv") or entry.path.name.startswith("."):
            continue
        if name not in FILES:
            faults.append(Fault(name, 0, "", f"no mapping file has this name; known are {', '.join(FILES)}"))
            continue
        read[name] = _read(entry.path)
    known = known or Known()
    for name, one in read.items():
        faults += one.faults + list(_cells(name, one, read, known))
    told = [str(fault) for fault in faults if not only or fault.file in only]
    if told:
        raise MappingFileError("\n".join(told))
    return {name: one.rows for name, one in read.items()}


def _read(path: Path) -> Read:
    """Rows as they stand, with what is wrong with the file's own form."""
    name, rows, numbers = path.stem, [], []
    wanted = tuple(FILES[name].columns)
    try:
        records = list(csv.reader(io.StringIO(places.read(path).decode("utf-8-sig"), newline="")))
    except PlaceError as error:
        return Read([], [], [Fault(name, 0, "", error.message)])
    except (UnicodeDecodeError, csv.Error):
        return Read([], [], [Fault(name, 1, "", "the file is not UTF-8 text, or no CSV: save it as CSV, UTF-8")])
    header = [cell.strip() for cell in records[0]] if records else []
    faults = [Fault(name, 1, c, f"the column {c} is missing; the header is {','.join((*wanted, *VALIDITY))}") for c in (*wanted, "valid_from") if c not in header]
    faults += [Fault(name, 1, c, f"the column {c} is not known; the header is {','.join((*wanted, *VALIDITY))}") for c in header if c not in (*wanted, *VALIDITY)]
    faults += [Fault(name, 1, c, f"the column {c} stands there twice") for c in sorted({c for c in header if header.count(c) > 1})]
    if faults:
        return Read([], [], faults)
    for number, record in enumerate(records[1:], 2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(header):
            faults.append(Fault(name, number, "", f"the row has {len(record)} cells and the header {len(header)}; a cell with a comma in it stands in quotes"))
            continue
        rows.append(dict(zip(header, (cell.strip() for cell in record), strict=True)))
        numbers.append(number)
    found = Read(rows, numbers, faults)
    faults += _days(name, found)
    return found


def _days(name: str, read: Read) -> Iterator[Fault]:
    """What is wrong with validity: days that are none, or two rows that say something of one thing on one day. Days are written in one form."""
    spans: dict[tuple[str, ...], list[tuple[date, date, int]]] = {}
    for row, number in zip(read.rows, read.numbers, strict=True):
        days = []
        for column, default in (("valid_from", date.min), ("valid_to", date.max)):
            if column == "valid_from" and not row[column] and name != "calendars":
                yield Fault(name, number, column, "valid_from is empty: give the first day from which the row holds")
            try:
                days.append(date.fromisoformat(row[column]) if row.get(column) else default)
            except ValueError:
                yield Fault(name, number, column, f"{_quoted(row[column])} is not a date of the form 2026-01-31")
                continue
            if row.get(column):
                row[column] = days[-1].isoformat()
        if len(days) < 2:
            continue
        if days[0] > days[1]:
            yield Fault(name, number, "valid_to", "valid_to lies before valid_from")
            continue
        key = tuple(row[c] for c in FILES[name].key)
        others = [other for first, last, other in spans.setdefault(key, []) if days[0] <= last and first <= days[1]]
        if others:
            yield Fault(name, number, "valid_from", f"the row says again what row {others[0]} says for the same days: close the older row with valid_to on the day before")
        spans[key].append((days[0], days[1], number))


def _cells(name: str, read: Read, others: Mapping[str, Read], known: Known) -> Iterator[Fault]:
    """What is wrong with single cells, by the types of their columns."""
    there = {target: {row[target.split(".")[1]] for row in others[target.split(".")[0]].rows} if target.split(".")[0] in others else set() for target in _targets()}
    for row, number in zip(read.rows, read.numbers, strict=True):
        for title, column in FILES[name].columns.items():
            value = row[title]
            if not value:
                said = "" if column.empty else "the cell is empty"
            elif column.names:
                allowed = sorted({*column.words, *(word for target in column.names for word in there[target])})
                said = "" if value in allowed else _not_one(value, f"is in no row of {' and '.join(_file(n) for n in column.names)}", allowed)
            elif title == "value" and name == "policies":
                said = _typed(POLICIES[row["policy"]], value) if row["policy"] in POLICIES else ""
            elif column.kind == "parameter":
                parameters = known.parameters.get(row["rule"])
                said = "" if parameters is None or value in parameters else _not_one(value, f"is no parameter of {row['rule']}", sorted(parameters))
            else:
                said = _typed(column, value, known)
            if said:
                yield Fault(name, number, title, said)
        part = row.get("fixed", "").partition(".")[2].rstrip("0") if name == "fee_schedules" else ""
        if len(part) > decimals(row.get("currency", "")):
            yield Fault(name, number, "fixed", f"{_quoted(row['fixed'])} is finer than {row['currency']}, which has {decimals(row['currency'])} decimals")
        if name == "accounts" and row["role"] in ("clearing", "processing_fees") and row["qualifier"]:
            allowed = sorted({*TENDERS, *there["processor_accounts.account"]})
            if row["qualifier"] not in allowed:
                yield Fault(name, number, "qualifier", _not_one(row["qualifier"], "is no account of processor_accounts.csv", allowed))


def _targets() -> set[str]:
    return {target for file in FILES.values() for column in file.columns.values() for target in column.names} | {"processor_accounts.account"}


def _file(target: str) -> str:
    return f"{target.split('.')[0]}.csv"


def _quoted(value: str) -> str:
    return f'"{value[:80]}"'


def _not_one(value: str, what: str, allowed: Sequence[str]) -> str:
    """The value, what is wrong, and what is allowed: all words where they are few, else the nearest."""
    near = list(allowed) if len(allowed) <= 12 else get_close_matches(value, allowed, 3, 0.5)
    return f"{_quoted(value)} {what}" + (f"; {'allowed are' if len(allowed) <= 12 else 'the nearest are'} {', '.join(near)}" if near else "")


def _typed(column: Column, value: str, known: Known | None = None) -> str:
    """Why a value is none of its column's type; empty where it is one."""
    known = known or Known()
    closed: dict[str, tuple[str, Sequence[str]]] = {
        "words": ("is not allowed", column.words),
        "policy": ("is no policy", tuple(POLICIES)),
        "country": ("is no country of ISO 3166 (two capital letters, as DE)", sorted(COUNTRIES)),
        "currency": ("is no currency of ISO 4217 (three capital letters, as EUR)", sorted(CURRENCIES)),
    }
    if column.kind in closed:
        what, words = closed[column.kind]
        return "" if value in words else _not_one(value, what, words)
    if column.kind == "rule":
        return "" if not known.parameters or value in known.parameters else _not_one(value, "is no rule with parameters", sorted(known.parameters))
    if column.kind in ("role", "processor"):
        # Words of one's own are allowed; what is nearly one of ours is a slip.
        ours = ROLES if column.kind == "role" else sorted(known.processors)
        slip = [] if value in ours else get_close_matches(value.lower(), ours, 1, 0.9)
        if slip:
            return f"{_quoted(value)} is nearly {slip[0]}: write that, or another word"
    form = _FORMS.get(column.kind)
    return form(value) if form else ""


def _number(value: str) -> str:
    return "" if re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", value) else f"{_quoted(value)} is no number: digits with a point, as 1234.50"


def _tolerance(value: str) -> str:
    return "" if re.fullmatch(r"\d{1,9}(\.\d{1,4})?( units?)?", value) else f"{_quoted(value)} is neither a number, as 0.05, nor smallest units of the currency, as 2 units"


def _boolean(value: str) -> str:
    return "" if value.lower() in ("true", "false", "yes", "no", "1", "0") else f"{_quoted(value)} is neither true nor false"


def _date(value: str) -> str:
    try:
        return "" if date.fromisoformat(value).isoformat() == value else f"{_quoted(value)} is not a date of the form 2026-01-31"
    except ValueError:
        return f"{_quoted(value)} is not a date of the form 2026-01-31"


def _word(value: str) -> str:
    return "" if re.fullmatch(r"[a-z0-9][a-z0-9_]*", value) else f"{_quoted(value)} is no word of small letters, digits and _"


def _name(value: str) -> str:
    return f"{_quoted(value)} has a / or a control character in it, which no name may have" if "/" in value or not value.isprintable() or value in (".", "..") else ""


def _iban(value: str) -> str:
    return f"{_quoted(value)} looks like an IBAN, and its check digits are wrong: one of its characters is" if is_damaged_iban(value) else ""


def time_zone(value: str) -> str:
    """Why a text is no time zone; empty where it is one."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        near = sorted(zone for zone in available_timezones() if zone.rpartition("/")[2].lower() == value.replace(" ", "_").lower())
        near = near or get_close_matches(value, sorted(available_timezones()), 3, 0.5)
        return f"{_quoted(value)} is no time zone of the tz database, as Europe/Berlin" + (f"; the nearest are {', '.join(near[:3])}" if near else "")
    return ""


_FORMS: dict[str, Callable[[str], str]] = {
    "number": _number, "tolerance": _tolerance, "boolean": _boolean, "date": _date, "word": _word, "role": _word, "processor": _word, "name": _name, "iban": _iban, "time_zone": time_zone,
}  # fmt: skip
