"""The files of a month as rows that a defect may change, and the way back to bytes: CSV as it came, CAMT.053 with balances that follow its entries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

Row = dict[str, str]
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@dataclass
class Sheet:
    """A CSV file: its columns in their order, its rows, and how its system writes cells."""

    columns: list[str]
    rows: list[Row]
    quoted: bool = False

    @classmethod
    def read(cls, path: Path) -> Sheet:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return cls(list(reader.fieldnames or ()), list(reader), quoted=path.parent.name.endswith("-odoo"))

    def text(self) -> str:
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL, lineterminator="\r\n" if self.quoted else "\n")
        writer.writerow(self.columns)
        writer.writerows([row.get(column, "") for column in self.columns] for row in self.rows)
        return out.getvalue()

    def where(self, **cells: str) -> list[Row]:
        """Rows with these cells; a blank in a column's name is written as `_`, a slash as `__`."""
        wanted = {name if name in self.columns else name.replace("__", "/").replace("_", " "): value for name, value in cells.items()}
        return [row for row in self.rows if all(row.get(name) == value for name, value in wanted.items())]

    def add(self, row: Row) -> Row:
        self.rows.append(row)
        return row

    def drop(self, gone: Iterable[Row]) -> None:
        names = {id(row) for row in gone}
        self.rows = [row for row in self.rows if id(row) not in names]


@dataclass
class Entry:
    """A booked entry of a bank account."""

    on: date
    amount: Decimal
    key: str
    party: str
    text: str
    end_to_end: str


@dataclass
class Day:
    """A statement: one business day of one account."""

    name: str
    on: date
    number: int
    left_out: bool = False
    opening: Decimal | None = None  # as a damaged statement says it


@dataclass
class Account:
    """A bank account with its statements; balances follow from the entries."""

    name: str
    currency: str
    owner: str
    number: str
    opening: Decimal
    days: list[Day] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Account:
        found = None
        for path in sorted(folder.glob("*.xml")):
            statement = etree.parse(path).getroot().find(f".//{CAMT}Stmt")
            first = statement.find(f"{CAMT}Bal")
            if found is None:
                owner, currency = statement.find(f"{CAMT}Acct/{CAMT}Ownr/{CAMT}Nm").text, statement.find(f"{CAMT}Acct/{CAMT}Ccy").text
                number = "".join(statement.find(f"{CAMT}Acct/{CAMT}Id").itertext()).strip()
                found = cls(folder.name, currency, owner, number, _signed(first))
            on = date.fromisoformat(first.findtext(f"{CAMT}Dt/{CAMT}Dt"))
            found.days.append(Day(path.name, on, int(statement.findtext(f"{CAMT}ElctrncSeqNb"))))
            found.entries += [_entry(on, node) for node in statement.findall(f"{CAMT}Ntry")]
        assert found is not None
        return found

    def texts(self) -> dict[str, str]:
        """Every statement by the name of its file."""
        found, balance = {}, self.opening
        for day in self.days:
            booked = [e for e in self.entries if e.on == day.on]
            said = balance if day.opening is None else day.opening
            balance += sum(e.amount for e in booked)
            if not day.left_out:
                found[day.name] = self._statement(day, booked, said, said + sum(e.amount for e in booked))
        return found

    def _statement(self, day: Day, booked: list[Entry], opening: Decimal, closing: Decimal) -> str:
        made = f"<CreDtTm>{day.on}T22:05:00+00:00</CreDtTm>"
        holder = f"<IBAN>{self.number}</IBAN>" if self.number[0].isalpha() else f"<Othr><Id>{self.number}</Id></Othr>"
        balances = "".join(
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{self._money(amount)}<Dt><Dt>{day.on}</Dt></Dt></Bal>\n" for code, amount in (("OPBD", opening), ("CLBD", closing))
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{CAMT[1:-1]}"><BkToCstmrStmt>\n<GrpHdr><MsgId>{self.name}-{day.on:%Y%m%d}</MsgId>{made}</GrpHdr>\n'
            f"<Stmt><Id>{self.name}-{day.number}</Id><ElctrncSeqNb>{day.number}</ElctrncSeqNb>{made}\n<Acct><Id>{holder}</Id><Ccy>{self.currency}</Ccy>"
            f"<Ownr><Nm>{escape(self.owner)}</Nm></Ownr></Acct>\n{balances}{''.join(map(self._entry, booked))}</Stmt></BkToCstmrStmt></Document>\n"
        )

    def _money(self, amount: Decimal) -> str:
        return f'<Amt Ccy="{self.currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd>'

    def _entry(self, e: Entry) -> str:
        side, family = ("Dbtr", "RCDT") if e.amount > 0 else ("Cdtr", "ICDT")
        return (
            f"<Ntry>{self._money(e.amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{e.on}</Dt></BookgDt><ValDt><Dt>{e.on}</Dt></ValDt><AcctSvcrRef>{e.key}</AcctSvcrRef>"
            f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>{escape(e.end_to_end)}</EndToEndId></Refs>"
            f"<RltdPties><{side}><Pty><Nm>{escape(e.party)}</Nm></Pty></{side}></RltdPties><RmtInf><Ustrd>{escape(e.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
        )


def _signed(node: etree._Element) -> Decimal:
    amount = Decimal(node.findtext(f"{CAMT}Amt"))
    return -amount if node.findtext(f"{CAMT}CdtDbtInd") == "DBIT" else amount


def _entry(on: date, node: etree._Element) -> Entry:
    def told(tag: str) -> str:
        return node.findtext(f".//{CAMT}{tag}") or ""

    return Entry(on, _signed(node), told("AcctSvcrRef"), told("Nm"), told("Ustrd"), told("EndToEndId"))


def moved(cell: str, change: Callable[[datetime], datetime]) -> str:
    """A moment with its offset, changed and written as it was: `2026-06-18 23:32:34 +0100`."""
    moment = datetime.strptime(cell, "%Y-%m-%d %H:%M:%S %z")
    return change(moment).strftime("%Y-%m-%d %H:%M:%S %z")
