"""ISO 20022 cash management messages: the hardened reader that camt.052, .053 and .054 share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from lxml import etree

from ledger.errors import FileRefusedError

from ._bank import AGAIN, BankImporter, Entry, Line, Statement, meaningful, money, refused, unread
from ._bank_names import processor_in
from ._dialects import codec_of
from ._kit import Context
from ._probe import Probe
from ._words import Words, refuse_word

FILE_BYTES = 256 << 20
TEXTS = ("Ustrd", "Ref", "AddtlRmtInf", "AddtlNtryInf", "AddtlTxInf")
STATUS = Words("Sts", {"pdng": "pending: it comes again when it is booked", "futr": "a future entry: it comes again when it is booked", "info": "told for information"}, ("book",))
BOOKED_OPENING, BOOKED_CLOSING, INTERIM = ("OPBD", "PRCD"), ("CLBD",), ("ITBD",)


class CamtImporter(BankImporter):
    """Base of the three messages: the root's name says which one it is, whatever the namespace says of the version."""

    kinds = ("xml",)
    message: ClassVar[str]  # element under Document; the oldest version writes V01 behind it
    part: ClassVar[str]  # element that holds one account's entries
    announced: ClassVar[bool] = False
    words = (STATUS,)

    def lacks(self, probe: Probe) -> list[str]:
        """Claimed by the element under the root."""
        if probe.kind != "xml":
            return ["an XML file"]
        found = re.search(rf"<([A-Za-z0-9_.-]+:)?{self.message}(V\d\d)?[\s>/]".encode(), probe.markup)
        return [] if found else [f"the element {self.message}"]

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """One statement per part of the message."""
        root = _parse(probe)
        reader = _Reader(probe, context, self.announced)
        messages = [node for node in root if isinstance(node.tag, str) and etree.QName(node).localname.startswith(self.message)]
        return [reader.statement(part) for message in messages for part in message.iterfind(f"{{*}}{self.part}")]


class NoticeImporter(CamtImporter):
    """Base of the two messages whose entries come again in the statement."""

    announced = True
    identity = "the message's own count and sums, where it has them"
    control = "its own count and sums, where it has them"
    lands = Line.lands
    key = Line.key
    mutable = Line.mutable
    later = Line.later
    also = ()


def _parse(probe: Probe) -> Any:
    if probe.path.stat().st_size > FILE_BYTES:
        raise refused(probe, "the statement is larger than 256 MiB", "TOO_LARGE", "Ask the bank for daily statements.")
    named = re.match(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=["']([^"']+)""", probe.start)
    codec = codec_of(named[1].decode("ascii", "replace")) if named else None
    # the library knows fewer spellings than banks do; UTF-16 shows itself by its mark
    given = {"encoding": codec} if codec and codec != "utf-16" else {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False, **given)
    try:
        root = etree.parse(str(probe.path), parser).getroot()
    except etree.XMLSyntaxError as error:
        hint = "Fetch it from the bank again; a file that was cut off on its way looks like this."
        raise refused(probe, "the file is not well-formed XML in the encoding that it names", "XML_SHAPE", hint, error.lineno) from None
    except OSError as error:
        if error.errno:
            raise
        raise refused(probe, "the file is not in the encoding that it names", "ENCODING", "Fetch it again; do not re-save it.") from None
    if root.getroottree().docinfo.doctype:
        raise refused(probe, "the file declares a document type", "XML_SHAPE", "A bank statement has none; ask where the file comes from.")
    return root


def _text(node: Any, path: str) -> str | None:
    found = node.find(path)
    return found.text.strip() if found is not None and found.text and found.text.strip() else None


def _day(node: Any, path: str) -> date | None:
    """The day as the bank writes it; a time of day with its offset is the bank's own day."""
    text = _text(node, f"{path}/{{*}}Dt") or _text(node, f"{path}/{{*}}DtTm")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


class _Reader:
    """Statements and entries of one file; records are counted by entry."""

    def __init__(self, probe: Probe, context: Context, announced: bool):
        self.probe, self.context, self.announced = probe, context, announced
        self.entry, self.part = 0, 0

    def refuse(self, message: str, code: str, hint: str, column: str | None = None) -> FileRefusedError:
        return refused(self.probe, message, code, hint, self.entry or None, column)

    def statement(self, node: Any) -> Statement:
        self.part += 1
        amounts = node.findall("{*}Bal/{*}Amt") + node.findall("{*}Ntry/{*}Amt")
        currency = _text(node, "{*}Acct/{*}Ccy") or (amounts[0].get("Ccy") if amounts else None) or self.context.facts.get("currency", "")
        account = next((t for path in ("IBAN", "Othr/{*}Id", "PrtryAcct/{*}Id", "BBAN") if (t := _text(node, f"{{*}}Acct/{{*}}Id/{{*}}{path}"))), "")
        statement = Statement(self.part, _text(node, "{*}Id") or f"statement {self.part}", account, currency, announced=self.announced)
        number = _text(node, "{*}ElctrncSeqNb") or _text(node, "{*}LglSeqNb")
        statement.sequence = int(number) if number and number.isdigit() and len(number) < 18 else None
        page = self._page(node, statement)
        made = _text(node, "{*}CreDtTm") or _text(node.getparent(), "{*}GrpHdr/{*}CreDtTm")
        written = _iso(made) if made else None
        statement.entries = [entry for one in node.iterfind("{*}Ntry") if (entry := self._entry(one, statement, written)) is not None]
        if not self.announced:
            statement.opening, statement.opened_on = self._balance(node, currency, BOOKED_OPENING, first=True, page=page)
            statement.closing, statement.closed_on = self._balance(node, currency, BOOKED_CLOSING, first=False, page=page)
            statement.closed_on = statement.closed_on or max((e.booked_on for e in statement.entries), default=None) or written
            self._pages_close(statement, page)
        if page is None:
            self._summary(node, currency)
        return statement

    def _page(self, node: Any, statement: Statement) -> int | None:
        """The page's number where the statement goes over several; each page is a statement of its own, between interim balances."""
        for place in ("{*}StmtPgntn", "{*}RptPgntn", "{*}NtfctnPgntn"):
            if node.find(place) is not None:
                break
        else:
            place, node = "{*}GrpHdr/{*}MsgPgntn", node.getparent()
        number, last = _text(node, f"{place}/{{*}}PgNb"), _text(node, f"{place}/{{*}}LastPgInd")
        if number is None or not number.isdigit() or number == "1" and last != "false":
            return None
        if not self.announced:
            statement.name = f"{statement.name}#{int(number):03d}"
        return int(number)

    def _pages_close(self, statement: Statement, page: int | None) -> None:
        if page is not None and (statement.opening is None) != (statement.closing is None):
            raise self.refuse(
                f"page {page} of statement {statement.name.split('#')[0]} has no interim balance", "INCOMPLETE", "Ask the bank for statements in one file."
            )

    def _balance(self, node: Any, currency: str, codes: tuple[str, ...], *, first: bool, page: int | None) -> tuple[Decimal | None, date | None]:
        for code in (*codes, *(INTERIM if page is not None else ())):
            found = [b for b in node.iterfind("{*}Bal") if _text(b, "{*}Tp/{*}CdOrPrtry/{*}Cd") == code]
            if found:
                balance = found[0] if first else found[-1]
                place = f"{etree.QName(node).localname}[{self.part}]/Bal[{code}]/"
                return self._signed(balance, currency, place), _day(balance, "{*}Dt")
        return None, None

    def _signed(self, node: Any, currency: str, place: str = "") -> Decimal:
        """The amount with its sign; a balance has no number among the entries, it is refused by its place."""
        row = None if place else self.entry
        amount = node.find("{*}Amt")
        own = amount.get("Ccy") if amount is not None else None
        value = money(self.probe, (amount.text or "").strip() if amount is not None else "", own or currency, row, f"{place}Amt")
        if currency and own and own != currency:
            what = "a balance" if place else "an entry"
            hint = "Ask the bank for statements in the account's currency."
            raise refused(self.probe, f"{what} is in {own}, its account in {currency}", "CURRENCY", hint, row, f"{place}Amt")
        mark = _text(node, "{*}CdtDbtInd")
        if mark not in ("CRDT", "DBIT"):
            raise unread(self.probe, "the mark of credit or debit", mark or "", row, f"{place}CdtDbtInd")
        return -value if mark == "DBIT" else value

    def _entry(self, node: Any, statement: Statement, written: date | None) -> Entry | None:
        """The entry if it is booked; a reversal has the sign that its indicator says, RvslInd does not turn it."""
        self.entry += 1
        amount = self._signed(node, statement.currency)
        details = node.findall("{*}NtryDtls/{*}TxDtls")
        self._details_sum(node, details, amount, statement.currency)
        if not self._counts(node, amount, statement):
            return None
        booked = _day(node, "{*}BookgDt") or _day(node, "{*}ValDt") or (written if self.announced else None)
        if booked is None:
            raise unread(self.probe, "the booking date of an entry", _text(node, "{*}BookgDt/{*}Dt") or _text(node, "{*}BookgDt/{*}DtTm") or "", self.entry, "BookgDt")
        single = details[0] if len(details) == 1 else None
        ends = [end for one in details if (end := meaningful(_text(one, "{*}Refs/{*}EndToEndId")))]
        return Entry(
            row=self.entry,
            booked_on=booked,
            amount=amount,
            value_on=_day(node, "{*}ValDt"),
            reference=_text(node, "{*}AcctSvcrRef") or (_text(single, "{*}Refs/{*}AcctSvcrRef") if single is not None else None),
            end_to_end=ends[0] if single is not None and ends else None,
            text=_remittance(node, details),
            words=" ".join(ends) if single is None else "",
            names=_names(node, details),
            payer=_payer(node, details, amount),
            is_reversal=_text(node, "{*}RvslInd") == "true",
        )

    def _counts(self, node: Any, amount: Decimal, statement: Statement) -> bool:
        """Whether the entry is booked; what its status leaves out is kept with its amount, a status on no list refuses the file."""
        told = _text(node, "{*}Sts/{*}Cd") or _text(node, "{*}Sts/{*}Prtry") or _text(node, "{*}Sts") or "BOOK"
        meant = {word.casefold(): meaning for word, meaning in self.context.words.items()}.get(told.casefold(), told)
        if meant.upper() == "BOOK":
            return True
        if meant.lower() not in STATUS.out:
            raise refuse_word(self.probe, "Sts", told, self.entry, 1, STATUS.targets())
        statement.left_out.append(("Sts", told, amount))
        return False

    def _details_sum(self, node: Any, details: list[Any], amount: Decimal, currency: str) -> None:
        """The details of a batch, where all of them are there with their amounts and without charges, make the entry."""
        if len(details) < 2 or node.find(".//{*}Chrgs") is not None:
            return
        made = Decimal(0)
        for one in details:
            part = one.find("{*}Amt") if one.find("{*}Amt") is not None else one.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
            if part is None or part.get("Ccy") != currency:
                return
            value = money(self.probe, (part.text or "").strip(), currency, self.entry, "TxDtls/Amt")
            mark = _text(one, "{*}CdtDbtInd") or _text(node, "{*}CdtDbtInd")
            made += -value if mark == "DBIT" else value
        if made != amount:
            raise self.refuse(f"an entry is {amount} and its {len(details)} details make {made}", "CONTROL_TOTAL_DIFF", AGAIN, "TxDtls")

    def _summary(self, node: Any, currency: str) -> None:
        """The message's own count and sums, of all its entries or of the booked ones."""
        summary = node.find("{*}TxsSummry")
        if summary is None:
            return
        entries = node.findall("{*}Ntry")
        booked = [e for e in entries if (_text(e, "{*}Sts/{*}Cd") or _text(e, "{*}Sts") or "BOOK") == "BOOK"]
        for path, mark in (("TtlNtries", None), ("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
            for what in ("NbOfNtries", "Sum"):
                stated = _text(summary, f"{{*}}{path}/{{*}}{what}")
                if stated is None:
                    continue
                made = [_total([e for e in group if mark in (None, _text(e, "{*}CdtDbtInd"))], what) for group in (entries, booked)]
                if money(self.probe, stated, currency, 0, what) not in made:
                    message = f"the message counts {stated} for {path}/{what}, its entries make {made[0]}"
                    raise self.refuse(message, "CONTROL_TOTAL_DIFF", "An entry is missing; ask the bank for the file again.", what)


def _total(entries: list[Any], what: str) -> Decimal:
    return Decimal(len(entries)) if what == "NbOfNtries" else sum((Decimal(_text(e, "{*}Amt") or "0") for e in entries), Decimal(0))


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _texts(node: Any) -> Iterator[str]:
    for element in node.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname in TEXTS and element.text and element.text.strip():
            yield element.text.strip()


def _remittance(node: Any, details: list[Any]) -> str:
    """The entry's texts; of a batch whose details are not all of one processor only what the entry itself says."""
    payers = {processor_in(f"{_names(one, [])} {' '.join(_texts(one))}") for one in details}
    if len(details) > 1 and (len(payers) > 1 or None in payers):
        return _text(node, "{*}AddtlNtryInf") or ""
    return " ".join(_texts(node))


def _names(node: Any, details: list[Any]) -> str:
    """Names of the parties; of a batch only a name that all its details share."""
    found = [{e.text.strip() for e in one.iter() if isinstance(e.tag, str) and etree.QName(e).localname == "Nm" and e.text} for one in details or [node]]
    return " ".join(sorted(set.intersection(*found)))


def _payer(node: Any, details: list[Any], amount: Decimal) -> str:
    """The other party, where all details have it; of what goes back the parties are those of its way out, and nothing is said."""
    if _text(node, "{*}RvslInd") == "true" or node.find(".//{*}RtrInf") is not None:
        return ""
    sides = ("Dbtr", "UltmtDbtr", "InitgPty") if amount > 0 else ("Cdtr", "UltmtCdtr")
    found = []
    for one in details or [node]:
        parties = [party for side in sides for party in one.iterfind(f"{{*}}RltdPties/{{*}}{side}")]
        found.append({text for party in parties for text in (_text(party, "{*}Nm"), _text(party, "{*}Pty/{*}Nm"), _text(party, "{*}Agt/{*}FinInstnId/{*}Nm")) if text})
    return " ".join(sorted(set.intersection(*found)))
