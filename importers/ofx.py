"""Bank and card statements in OFX and QFX, 1.x (SGML) and 2.x (XML)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.money import text as money_text
from ledger.private import quoted

from ._bank import AGAIN, BankImporter, Entry, Statement, meaningful, money, refused, unread
from ._dialects import OFX_ENDS, OFX_FIELDS, codec_of
from ._kit import Context
from ._probe import Probe

FILE_BYTES = 256 << 20
TOKEN = re.compile(r"<(/?)([A-Za-z0-9._]+)\s*(/?)>([^<]*)")
STATEMENTS = ("STMTRS", "CCSTMTRS")
UNSAID = "windows-1252"  # what 1.x is in where its header names no character set


@dataclass
class Node:
    """An element: its text if it is a leaf, else its children."""

    name: str
    text: str = ""
    row: int = 0
    children: list[Node] = field(default_factory=list)

    def find(self, *names: str) -> Node | None:
        """The first child of a name, step by step."""
        node: Node | None = self
        for name in names:
            node = next((c for c in node.children if c.name == name), None) if node else None
        return node

    def value(self, *names: str) -> str:
        """The text there, else empty."""
        node = self.find(*names)
        return node.text if node else ""

    def all(self, names: tuple[str, ...]) -> Iterator[Node]:
        """Every element of these names, wherever it stands."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(names)


class Importer(BankImporter):
    """What a bank offers as a download for money programs. It has no opening balance, so it lands as `unverified_completeness`. An entry is
    known by its FITID together with day and amount, because banks use FITIDs again; the day is that of the file, never shifted to another
    zone. An entry with the element CURRENCY is in that one: one that is not the account's refuses the file; ORIGCURRENCY only tells what it was before. Amounts have a point or a comma before the decimals and no thousands. The header says the encoding.
    """

    kinds = ("ofx",)
    identity = "none: the format has no opening balance and no total"
    control = ""

    def read(self, probe: Probe, context: Context) -> list[Statement]:
        """One statement per account of the file."""
        root = _tree(probe)
        if any(root.all(("INVSTMTRS",))):
            raise refused(probe, "the file is a statement of investments", "FORMAT_UNSUPPORTED", "Deliver the statement of the bank account.")
        return [_statement(probe, context, node) for node in root.all(STATEMENTS)]


def _text(probe: Probe) -> str:
    if probe.path.stat().st_size > FILE_BYTES:
        raise refused(probe, "the statement is larger than 256 MiB", "TOO_LARGE", "Download a shorter period.")
    data = probe.path.read_bytes()
    head = data[:2048].decode("iso-8859-1")
    if b"\x00" in data:
        raise refused(probe, "the file holds a NUL byte", "ENCODING", "Download it again.", data[: data.index(b"\x00")].count(b"\n") + 1)
    if re.search(r"<!(DOCTYPE|ENTITY)", data.decode("iso-8859-1"), re.IGNORECASE):
        raise refused(probe, "the file declares a document type", "XML_SHAPE", "A bank statement has none; ask where the file comes from.")
    name = _encoding(head)
    codec = codec_of(name)
    if codec is None:
        hint = "Ask the bank for the file in UTF-8."
        raise refused(probe, f"the file says that its encoding is {quoted(name, word=True)}, which is none that is known", "ENCODING", hint)
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise refused(probe, f"the header says {quoted(name, word=True)}, and a byte of this line is none of it", "ENCODING", "Download it again; do not re-save it.", row) from None


def _encoding(head: str) -> str:
    """The name of the encoding as the header gives it: that of 2.x in its XML declaration, that of 1.x as a kind and a character set."""
    own = re.search(r"""<\?xml[^>]*encoding=["']([^"']+)""", head)
    if own or "OFXHEADER:" not in head:
        return own[1] if own else "UTF-8"
    told = {key.upper(): value.strip().upper() for key, value in re.findall(r"^(ENCODING|CHARSET):([^\r\n]*)", head, re.MULTILINE)}
    if codec_of(told.get("ENCODING", "")) == "utf-8":
        return "UTF-8"
    return UNSAID if told.get("CHARSET", "") in ("", "NONE") else told["CHARSET"]


def _tree(probe: Probe) -> Node:
    """The elements; in 1.x a leaf ends with the next tag, in 2.x with its own."""
    text = _text(probe)
    start = text.find("<OFX>")
    root = Node("")
    stack = [root]
    if start < 0:
        raise refused(probe, "the file has no element OFX", "FORMAT_BROKEN", AGAIN)
    row, seen = text.count("\n", 0, start) + 1, start
    for hit in TOKEN.finditer(text, start):
        row, seen = row + text.count("\n", seen, hit.start()), hit.start()
        closing, name, empty, told = hit[1], hit[2].upper(), hit[3], html.unescape(hit[4]).strip()
        if closing:
            if stack[-1].name == name:
                stack.pop()
            elif any(node.name == name for node in stack):
                raise refused(probe, f"the element {stack[-1].name} is not closed", "FORMAT_BROKEN", AGAIN, row)
            continue
        if name in OFX_ENDS.get(stack[-1].name, ()):
            stack.pop()
        node = Node(name, told, row)
        stack[-1].children.append(node)
        if not told and not empty and not _is_leaf(text, hit.end(), name):
            stack.append(node)
        if len(stack) > 32:
            raise refused(probe, "elements are nested deeper than the format has them", "FORMAT_BROKEN", AGAIN, row)
    if len(stack) > 1:
        raise refused(probe, f"the element {stack[-1].name} is not closed", "INCOMPLETE", "The file was cut off; download it again.", row)
    return root


def _is_leaf(text: str, end: int, name: str) -> bool:
    """An empty value: closed at once, or in 1.x one of the fields that may stand empty."""
    return text.startswith(f"</{name}>", end) or name in OFX_FIELDS


def _statement(probe: Probe, context: Context, node: Node) -> Statement:
    account = node.find("BANKACCTFROM") or node.find("CCACCTFROM") or Node("")
    coin = node.value("CURDEF").upper() or context.facts.get("currency", "")
    if not re.fullmatch(r"[A-Z]{3}", coin):
        raise unread(probe, "the currency of the statement", coin, node.row, "CURDEF", "CURRENCY")
    moves = node.find("BANKTRANLIST") or Node("")
    first, last = _day(moves.value("DTSTART")), _day(moves.value("DTEND"))
    statement = Statement(node.row, "", account.value("ACCTID"), coin, opened_on=first)
    statement.entries = [_entry(probe, one, coin) for one in moves.children if one.name == "STMTTRN"]
    statement.closed_on = last or max((e.booked_on for e in statement.entries), default=None) or _day(node.value("LEDGERBAL", "DTASOF"))
    statement.name = f"{first or 'all'} to {statement.last_day()}"
    return statement


def _entry(probe: Probe, node: Node, coin: str) -> Entry:
    day = _day(node.value("DTPOSTED"))
    if day is None:
        raise unread(probe, "the posting day of an entry", node.value("DTPOSTED"), node.row, "DTPOSTED")
    other = node.find("CURRENCY")  # unlike ORIGCURRENCY, beside which the amount is in the account's currency already
    if other and (own := other.value("CURSYM")).upper() != coin:
        hint = "Ask the bank for statements in the account's currency."
        what = f"is in {quoted(own, word=True)}, its account in {coin}" if own else "is in another currency than its account, and does not say in which"
        raise refused(probe, f"an entry {what}", "CURRENCY", hint, node.row, "CURSYM")
    text = node.value("TRNAMT")
    sign = -1 if text.startswith("-") else 1
    amount = sign * money(probe, re.sub(r"^[+-]", "", text).replace(",", ".", 1), coin, node.row, "TRNAMT", text)
    fitid = node.value("FITID")
    name = " ".join(part for part in (node.value("NAME"), node.value("PAYEE", "NAME"), node.value("EXTDNAME")) if part)
    return Entry(
        row=node.row,
        booked_on=day,
        amount=amount,
        value_on=_day(node.value("DTAVAIL")),
        reference=f"{fitid}/{day:%Y%m%d}/{money_text(amount, coin)}" if fitid else None,
        end_to_end=meaningful(node.value("REFNUM")) or meaningful(node.value("CHECKNUM")),
        text=f"{name} {node.value('MEMO')}".strip(),
        words=_cut(name, node.value("MEMO")),
    )


def _cut(name: str, memo: str) -> str:
    """The word that the end of NAME (32 characters) may have cut: the rest stands at the start of MEMO."""
    return name.split()[-1] + memo.split()[0] if name.split() and memo.split() else ""


def _day(text: str) -> date | None:
    """YYYYMMDD of YYYYMMDDHHMMSS.000[-5:EST]: the bank's own day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if re.match(r"\d{8}", text) else None
    except ValueError:
        return None
