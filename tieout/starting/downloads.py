"""A bank's own CSV download, explained by the words of its header and by how all of its cells are written; what two readings fit is not taken."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TypeVar

from importers._declared import DeclaredCsv
from importers._probe import Probe
from ledger.errors import FileRefusedError

from .countries import countries

Way = TypeVar("Way")
HEAD = 40  # lines among which the header is
MARKS = ((",", "."), (".", ","), (",", ""), (".", ""), (",", " "), (".", "'"))
DATES = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
MONEY, DAYS = ("amount", "credit", "debit", "balance"), ("booked_on", "value_on")
BOOKED = ("", "gebucht", "umsatz gebucht", "booked", "posted", "completed", "settled")
COINS = {"€": "EUR", "£": "GBP", "$": "", **{coin.lower(): coin for coin in ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "DKK", "NOK", "PLN", "CZK")}}
BEHIND = re.compile(rf" (in )?(euros?|{'|'.join(coin for coin in COINS if coin.isalpha())})$")
WAYS = ({"s", "h"}, {"soll", "haben"}, {"d", "c"}, {"dr", "cr"}, {"debit", "credit"}, {"af", "bij"}, {"belastung", "gutschrift"}, {"ausgang", "eingang"})  # of money, beside amounts without a sign
SIGNS = "$€£¥"
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")


def explained(probe: Probe) -> DeclaredCsv | None:
    """What a feed would declare of the file; None where it is no bank's download, FileRefusedError where it is one that cannot be explained."""
    data = probe.path.read_bytes()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # without its mark nearly every text of even length reads as utf-16
    for encoding in ("utf-16",) if marked else ("utf-8", "windows-1252"):
        try:
            text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeError:
            continue
        lines = text.splitlines()
        for skipped, line in enumerate(lines[:HEAD]):
            delimiter = max(";,\t|", key=line.count)
            header = next(csv.reader([line], delimiter=delimiter), [])
            found = _columns(header)
            if "booked_on" in found and ("amount" in found or {"credit", "debit"} <= found.keys()) and {"text", "name"} & found.keys():
                return _Download(probe, encoding, delimiter, skipped, header, found, lines).declared()
        return None
    return None


def _columns(header: Sequence[str]) -> dict[str, str]:
    """Canonical column → the header that is one of its words, the first word first; a header of two columns is neither's."""
    plain = {cell: _plain(cell) for cell in header if cell.strip()}
    return {column: cell for column, words in _words() if (cell := next((one for word in words for one, said in plain.items() if said == word), ""))}


def _plain(cell: str) -> str:
    """A header as its words: without accents, marks, and a currency in brackets behind it."""
    text = unicodedata.normalize("NFKD", re.sub(r"[(\[].{1,4}[)\]]\s*$", "", cell.replace("ß", "ss"))).encode("ascii", "ignore").decode().lower()
    return BEHIND.sub("", " ".join(re.findall(r"[a-z]+", text)))


@cache
def _words() -> tuple[tuple[str, list[str]], ...]:
    text = (files("tieout") / "starting" / "bank_words.csv").read_text(encoding="utf-8")
    return tuple((row["column"], row["headers"].split("|")) for row in csv.DictReader(text.splitlines()))


class _Download:
    """One file whose header is a bank's."""

    def __init__(self, probe: Probe, encoding: str, delimiter: str, skipped: int, header: list[str], found: dict[str, str], lines: list[str]):
        self.probe, self.encoding, self.delimiter, self.skipped, self.header, self.found = probe, encoding, delimiter, skipped, header, found
        self.above = lines[:skipped]
        if "payee" in found and "name" not in found:  # one column for the other party, whoever pays
            found["name"] = found.pop("payee")
        records = [record for record in list(csv.reader(io.StringIO("\n".join(lines[skipped:])), delimiter=delimiter))[1:] if any(record)]
        last = next((place for place in range(len(records), 0, -1) if len(records[place - 1]) >= len(header)), 0)
        self.footer = re.split(r"\d", records[last][0], maxsplit=1)[0].strip() if last < len(records) else ""
        self.rows = [dict(zip(header, record, strict=False)) for record in (records[:last] if self.footer else records)]

    def cells(self, *columns: str) -> list[str]:
        """What stands in these columns."""
        return [cell.strip() for column in columns if column in self.found for row in self.rows if (cell := row.get(self.found[column]) or "").strip()]

    def declared(self) -> DeclaredCsv:
        """The declaration; FileRefusedError where a row is not booked, or days, numbers, account or currency are not certain."""
        waiting = next((word for word in self.cells("state") if word.casefold() not in BOOKED), "")
        if "state" in self.found and waiting and any(word.casefold() in BOOKED[1:] for word in self.cells("state")):
            raise self.refused(f'it has rows of the state "{waiting[:30]}"', "Download what is booked alone.")
        if "amount" in self.found and not self.cells("amount") and {"credit", "debit"} <= self.found.keys():
            del self.found["amount"]  # of another currency, and empty
        bare, sign, brackets = self.bare(self.cells(*MONEY))
        if marked := self.marked(bare):
            raise self.refused(f"its amounts have no sign, and {marked} says which way the money went", "Ask the bank for CAMT, MT940 or OFX.")
        decimal, thousands = self.only("amounts", list(_readable(bare, MARKS, _number)))
        date = self.only("days", list(_readable(self.cells(*DAYS), DATES, _day)))
        constants: dict[str, str] = {}
        if any(sum(sign.isdigit() for sign in cell) < 5 for cell in self.cells("account")):
            del self.found["account"]  # what the bank's customer calls it
        if "currency" not in self.found:
            constants |= {"currency": coin} if (coin := self.currency(sign)) else {}  # else what came there says it
        if "account" not in self.found and len(own := {re.sub(" ", "", one) for line in self.above for one in IBAN.findall(line)}) == 1:
            constants["account"] = own.pop()
        if "account" not in {*self.found, *constants} and not {"balance", "value_on"} & self.found.keys():
            raise self.refused("it has neither the number of an account nor a balance nor days of value", "Ask the bank for CAMT, MT940 or OFX.")
        columns = {column: header for column, header in self.found.items() if column != "state" and not (column in ("credit", "debit") and "amount" in self.found)}
        said = {"table": "bank_line", "delimiter": self.delimiter, "encoding": self.encoding, "decimal": decimal, "thousands": thousands, "sign": sign, "brackets": brackets, "date": date, "skip_rows": self.skipped, "footer": self.footer}
        return DeclaredCsv.model_validate({**said, "columns": columns, "constants": constants})

    def bare(self, cells: list[str]) -> tuple[list[str], str, bool]:
        """The numbers without a currency's sign and without brackets around what is below zero, that sign, and whether there are such brackets."""
        signs = sorted({sign for cell in cells for sign in SIGNS if sign in cell})
        if len(signs) > 1:
            raise self.refused(f"its amounts have the signs {' and '.join(signs)}", "Ask the bank for a file of each currency.")
        inside = [f"-{cell[1:-1].strip()}" if cell[0] == "(" and cell[-1] == ")" else cell for cell in cells]
        return [re.sub(rf"{re.escape(signs[0])} ?|(?<=\d) {re.escape(signs[0])}", "", cell, count=1) if signs else cell for cell in inside], "".join(signs), inside != cells

    def marked(self, amounts: Sequence[str]) -> str:
        """The column that says which way the money went, where no amount does and some of it went out."""
        if "amount" not in self.found or any(cell.startswith("-") for cell in amounts):
            return ""
        said = {header: {cell.strip().casefold() for row in self.rows if (cell := row.get(header) or "").strip()} for header in self.header}
        return next((f"the column {header or 'without a name'}" for header, words in said.items() for way in WAYS if len(words) == 2 and words == way), "")

    def only(self, what: str, ways: list[Way]) -> Way:
        """The one reading; those that read the same are one."""
        if len(ways) != 1:
            raise self.refused(f"its {what} can be read in {len(ways) or 'no'} way{'' if len(ways) == 1 else 's'}", "Ask the bank for CAMT, MT940 or OFX.")
        return ways[0]

    def currency(self, sign: str) -> str:
        """As the header, what stands above it or the sign beside the amounts says, else that of the country of the account number; empty where nothing does."""
        said = {COINS[mark] for column in (*MONEY,) if column in self.found for mark in COINS if re.search(rf"(^|\W){re.escape(mark)}($|\W)", self.found[column].lower())} | {COINS.get(sign, "")} - {""}
        numbers = {*self.cells("account"), *(one for line in self.above for one in IBAN.findall(line))}
        said = said or {countries()[number[:2]][0] for number in numbers if number[:2] in countries() and IBAN.fullmatch(number)}
        if len(said) > 1:
            raise self.refused(f"it speaks of {' and '.join(sorted(said))}", "Ask the bank for CAMT, MT940 or OFX.")
        return "".join(said)

    def refused(self, what: str, hint: str) -> FileRefusedError:
        """Why it is not taken."""
        return FileRefusedError(f"it looks like a bank's download, and {what}: {hint[0].lower()}{hint[1:-1]}", code="BANK_DOWNLOAD", where=self.probe.name, hint=hint)


def _readable(cells: list[str], ways: Sequence[Way], read: Callable[[str, Way], object]) -> Iterator[Way]:
    """The ways in which every cell can be read; of those that give the same values the first."""
    seen: list[list[object]] = []
    for way in ways:
        values = [read(cell, way) for cell in cells]
        if values and None not in values and values not in seen:
            seen.append(values)
            yield way


def _number(cell: str, marks: tuple[str, str]) -> object:
    decimal, thousands = marks
    group = "[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)
    whole = rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+" if thousands else r"\d+"
    found = re.fullmatch(rf"([+-]?)({whole})(?:{re.escape(decimal)}(\d{{1,3}}))?", cell)
    return None if found is None else (found[1] == "-", re.sub(r"\D", "", found[2]).lstrip("0"), (found[3] or "").rstrip("0"))


def _day(cell: str, form: str) -> object:
    try:
        return datetime.strptime(cell, form).date()
    except ValueError:
        return None
