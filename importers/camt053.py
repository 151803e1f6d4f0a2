"""Bank statements in ISO 20022 CAMT.053, versions .001.02 to .001.08 and later."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

import duckdb
from lxml import etree

from ledger.errors import FileRefusedError
from ledger.money import decimals
from ledger.rows import relation as rows_relation

from ._kit import Context, Lands, Parsed, Staged
from ._kit import Importer as Base
from ._probe import Probe

FILE_BYTES = 256 << 20
PROCESSORS = {
    "shopify": "shopify_payments",
    "stripe": "stripe",
    "paypal": "paypal",
    "adyen": "adyen",
    "klarna": "klarna",
    "mollie": "mollie",
    "checkout": "checkout",
    "square": "square",
    "afterpay": "afterpay",
    "clearpay": "clearpay",
    "affirm": "affirm",
    "braintree": "braintree",
    "amazon": "amazon",
    "ebay": "ebay",
    "etsy": "etsy",
    "sumup": "sumup",
}
WORD = re.compile(r"[a-z]+")
AMOUNT = re.compile(r"\d{1,14}(\.\d{1,5})?")


class Line(Lands):
    """Booked entries of a statement."""

    lands = "bank_line"
    key = ("bank_account", "bank_reference")


class Importer(Base):
    """The bank's end-of-day statement as XML. Opening balance + booked entries = closing balance, or the file is refused; a statement
    without balances lands as `unverified_completeness`. Only booked entries count; an entry is known by the bank's own reference
    (`AcctSvcrRef`). Names and texts stay in the file as delivered, but for entries that carry a processor's name.

    Intraday reports (.052) and notifications (.054) are refused by name: their entries come again in the statement.
    """

    source = "bank"
    context = "bank_account"
    kinds = ("xml",)
    known = "*"
    identity = "opening balance + booked entries = closing balance, per statement"
    lands = "bank_statement"
    key = ("bank_account", "statement_id")
    also = (Line,)

    def lacks(self, probe: Probe) -> list[str]:
        """Claims every CAMT file, so that the reason for refusing the other two is said."""
        if probe.kind != "xml":
            return ["an XML file"]
        known = "camt.05" in probe.root or probe.root.startswith("Document") and b"BkToCstmr" in probe.start
        return [] if known else ["a CAMT document"]

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Read the statements and their entries into `stage`."""
        root = _parse(probe)
        reader = _Reader(probe, context)
        for statement in root.iterfind(".//{*}BkToCstmrStmt/{*}Stmt"):
            reader.statement(statement)
        if not reader.statements:
            raise FileRefusedError(
                "the file holds no statement", code="FORMAT_UNKNOWN", where=probe.name, hint="Ask the bank for CAMT.053 end-of-day statements."
            )
        parsed = Parsed(self.module_name(), [], len(reader.lines), [], complete_until=max(s["closed_on"] for s in reader.statements))
        if any(s["state"] != "closed" for s in reader.statements):
            parsed.state = "unverified_completeness"
        for lands, rows in ((type(self), reader.statements), (Line, reader.lines)):
            name = f"{self.module_name()}_{lands.lands}"
            whole = rows_relation(con, lands.lands, [{**row, "file_id": "", "known_at": "1970-01-01", "version": 1} for row in rows])
            whole.project(", ".join(c for c in whole.columns if c not in ("file_id", "known_at", "version"))).create(f"stage.{name}")
            parsed.tables.append(Staged(lands.lands, name, lands.key, (), (), ""))
        return parsed


def _parse(probe: Probe) -> Any:
    if probe.path.stat().st_size > FILE_BYTES:
        raise FileRefusedError("the statement is larger than 256 MiB", code="TOO_LARGE", where=probe.name, hint="Ask the bank for daily statements.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False)
    try:
        root = etree.parse(str(probe.path), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise FileRefusedError(
            "the file is not well-formed XML", code="XML_SHAPE", where=probe.name, row=error.lineno, hint="The file was cut off or edited; fetch it again."
        ) from None
    if root.getroottree().docinfo.doctype:
        raise FileRefusedError(
            "the file declares a document type", code="XML_SHAPE", where=probe.name, hint="A bank statement has none; ask where the file comes from."
        )
    for tag, what in (
        ("BkToCstmrAcctRpt", "an intraday report (camt.052)"),
        ("BkToCstmrAcctRptV01", "an intraday report (camt.052)"),
        ("BkToCstmrDbtCdtNtfctn", "a notification (camt.054)"),
    ):
        if root.find(f".//{{*}}{tag}") is not None:
            raise FileRefusedError(
                f"the file is {what}, not a statement",
                code="FORMAT_UNSUPPORTED",
                where=probe.name,
                hint="Deliver the end-of-day statement (camt.053): it holds the same entries once.",
            )
    return root


def _text(node: Any, path: str) -> str | None:
    found = node.find(path)
    return found.text.strip() if found is not None and found.text and found.text.strip() else None


def _day(node: Any, path: str) -> date | None:
    text = _text(node, f"{path}/{{*}}Dt") or _text(node, f"{path}/{{*}}DtTm")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


class _Reader:
    """Statements and entries of one file."""

    def __init__(self, probe: Probe, context: Context):
        self.probe, self.context = probe, context
        self.statements: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.equal: Counter[str] = Counter()
        self.entry = 0

    def refuse(self, message: str, code: str, hint: str, column: str | None = None) -> FileRefusedError:
        return FileRefusedError(
            message,
            code=code,
            where=f"{self.probe.name}:{self.entry}:{column}" if column else self.probe.name,
            row=self.entry or None,
            column=column,
            hint=hint,
        )

    def statement(self, node: Any) -> None:
        self._check_account(node)
        currency = _text(node, "{*}Acct/{*}Ccy")
        amounts = node.findall("{*}Ntry/{*}Amt") + node.findall("{*}Bal/{*}Amt")
        currency = currency or (amounts[0].get("Ccy") if amounts else None) or self.context.facts.get("currency", "")
        opening, opened_on = self._balance(node, ("OPBD", "PRCD"))
        closing, closed_on = self._balance(node, ("CLBD",))
        name = _text(node, "{*}Id") or f"statement {len(self.statements) + 1}"
        before = len(self.lines)
        for entry in node.iterfind("{*}Ntry"):
            self.entry += 1
            self._entry(entry, name, currency)
        booked = self.lines[before:]
        movement = sum((line["amount"] for line in booked), Decimal(0))
        days = [line["booked_on"] for line in booked]
        closed = opening is not None and closing is not None
        if opening is not None and closing is not None and opening + movement != closing:
            raise self.refuse(
                f"statement {name}: opening {opening} and {len(booked)} entries of {movement} make {opening + movement}, the closing balance is {closing}",
                "BALANCE",
                "An entry is missing or was changed; ask the bank for the statement again.",
            )
        made = _text(node, "{*}CreDtTm")
        last = closed_on or (max(days) if days else None) or (date.fromisoformat(made[:10]) if made else None) or date(1970, 1, 1)
        sequence = _text(node, "{*}ElctrncSeqNb")
        self.statements.append(
            {
                "bank_account": self.context.owner,
                "statement_id": name,
                "sequence_no": sequence if sequence and sequence.isdigit() else None,
                "currency": currency,
                "opening": opening,
                "closing": closing,
                "opened_on": opened_on,
                "closed_on": last,
                "entries": len(booked),
                "movement": movement,
                "state": "closed" if closed else "unverified_completeness",
                "row_no": len(self.statements) + 1,
            }
        )

    def _check_account(self, node: Any) -> None:
        wanted = re.sub(r"\W", "", self.context.facts.get("iban") or "")
        found = _text(node, "{*}Acct/{*}Id/{*}IBAN") or _text(node, "{*}Acct/{*}Id/{*}Othr/{*}Id") or ""
        if wanted and found and re.sub(r"\W", "", found).upper() != wanted.upper():
            raise self.refuse(
                "the statement is of another account than the feed's",
                "WRONG_ACCOUNT",
                "Put the file into the feed of its bank account, or correct bank_accounts.csv.",
            )
        page = _text(node.getparent(), "{*}GrpHdr/{*}MsgPgntn/{*}LastPgInd")
        if page == "false":
            raise self.refuse("the file is one page of several and not the last", "INCOMPLETE", "Ask the bank for statements in one file.")

    def _balance(self, node: Any, codes: tuple[str, ...]) -> tuple[Decimal | None, date | None]:
        for code in codes:
            found = [b for b in node.iterfind("{*}Bal") if _text(b, "{*}Tp/{*}CdOrPrtry/{*}Cd") == code]
            if found:
                balance = found[-1] if code == "CLBD" else found[0]
                return self._signed(balance, None), _day(balance, "{*}Dt")
        return None, None

    def _signed(self, node: Any, currency: str | None) -> Decimal:
        amount = node.find("{*}Amt")
        text = (amount.text or "").strip() if amount is not None else ""
        own = amount.get("Ccy") if amount is not None else None
        if not AMOUNT.fullmatch(text):
            raise self.refuse("an amount is missing or not a number", "VALUE_FORMAT", "Ask the bank for the statement again.", "Amt")
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise self.refuse("an amount is not a number", "VALUE_FORMAT", "Ask the bank for the statement again.", "Amt") from None
        if -int(value.normalize().as_tuple().exponent) > decimals(own or currency or ""):
            raise self.refuse("an amount is finer than its currency", "MONEY_FORMAT", "Ask the bank for amounts in the currency's own decimals.", "Amt")
        if currency and own and own != currency:
            raise self.refuse(f"an entry is in {own}, its account in {currency}", "CURRENCY", "Ask the bank for entries in the account's currency.", "Amt")
        return -value if _text(node, "{*}CdtDbtInd") == "DBIT" else value

    def _entry(self, node: Any, statement: str, currency: str) -> None:
        status = _text(node, "{*}Sts/{*}Cd") or _text(node, "{*}Sts") or "BOOK"
        if status != "BOOK":
            return
        amount = self._signed(node, currency)
        booked = _day(node, "{*}BookgDt") or _day(node, "{*}ValDt")
        if booked is None:
            raise self.refuse("an entry has no booking date", "VALUE_FORMAT", "Ask the bank for the statement again.", "BookgDt")
        details = node.findall("{*}NtryDtls/{*}TxDtls")
        single = details[0] if len(details) == 1 else None
        reference = _text(node, "{*}AcctSvcrRef") or (_text(single, "{*}Refs/{*}AcctSvcrRef") if single is not None else None)
        end = _text(single, "{*}Refs/{*}EndToEndId") if single is not None else None
        end = None if end in ("NOTPROVIDED", "NOT PROVIDED") else end
        value = _day(node, "{*}ValDt")
        if reference is None:
            key = f"{statement}|{booked}|{value}|{amount}|{currency}|{end}|{_texts(node)}"
            self.equal[key] += 1
            reference = sha256(f"{self.context.owner}|{key}|{self.equal[key]}".encode()).hexdigest()[:24]
        processor, descriptor = _processor(node)
        self.lines.append(
            {
                "bank_account": self.context.owner,
                "bank_reference": reference,
                "statement_id": statement,
                "booked_on": booked,
                "value_on": value,
                "amount": amount,
                "currency": currency,
                "end_to_end": end if processor or end and re.fullmatch(r"[A-Za-z0-9/_.+-]{1,35}", end) else None,
                "processor": processor,
                "descriptor": descriptor,
                "is_reversal": _text(node, "{*}RvslInd") == "true",
                "row_no": self.entry,
            }
        )


def _texts(node: Any) -> str:
    wanted = ("Ustrd", "Ref", "AddtlNtryInf", "AddtlTxInf")
    return " ".join(e.text.strip() for e in node.iter() if isinstance(e.tag, str) and etree.QName(e).localname in wanted and e.text)


def _processor(node: Any) -> tuple[str | None, str | None]:
    """The processor whose name the entry carries, and then its text; nothing of anybody else is kept."""
    text = _texts(node)
    names = " ".join(e.text for e in node.iter() if isinstance(e.tag, str) and etree.QName(e).localname == "Nm" and e.text)
    for word in WORD.findall(f"{names} {text}".lower()):
        if word in PROCESSORS:
            return PROCESSORS[word], text[:200] or None
    return None, None
