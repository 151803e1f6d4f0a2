"""How banks write their formats beside the standard: one table of the dialects that are read, what each means, and what proves the reading."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONLY = "it can mean nothing else"
SUMS = "the balances, or the message's own sums, come out with it and with no other scale"


@dataclass(frozen=True)
class Dialect:
    """One habit of banks: where it is met, how it is read, and why that is no guess."""

    format: str
    seen: str
    read: str
    proof: str


DIALECTS = {
    "names of encodings": Dialect("all", "ASCII, US-ASCII, ISO646-US, latin1, CP1252, UTF8 …", "as the one encoding that the names mean", ONLY),
    "no leading zero": Dialect("all", "`.11`, `,11`", "0.11", ONLY),
    "list not closed": Dialect("OFX 1", "`BANKTRANLIST` without its end tag", "the list ends where the balance of the statement begins", ONLY),
    "empty field": Dialect("OFX", "`<FITID>` without a value and without an end tag", "there is none: the entry is known by its content", ONLY),
    "no comma": Dialect("MT940, MT942", "`C500NTRF`: a whole amount without its comma", "whole units of the currency", SUMS),
}

# every spelling, without blanks and signs and in capitals, and the codec that reads it
_SPELLINGS = {
    "ascii": "ASCII USASCII USASCII7 ISO646US ISO646 646 ANSIX341968 ANSIX341986 ISOIR6 CP367 IBM367 20127",
    "utf-8": "UTF8 U8 UTF8BOM UTF8SIG UNICODE UNICODE11UTF8 CP65001 65001",
    "utf-16": "UTF16 U16 UTF16LE UTF16BE UCS2 ISO10646UCS2",
    "windows-1252": "WINDOWS1252 CP1252 1252 WIN1252 MSANSI ANSI XCP1252",
    "iso-8859-1": "ISO88591 88591 LATIN1 L1 ISOLATIN1 ISO885911987 ISOIR100 CP819 IBM819 28591",
    "iso-8859-15": "ISO885915 885915 LATIN9 LATIN0 L9 28605",
    "iso-8859-2": "ISO88592 88592 LATIN2 L2 ISOIR101 28592",
    "windows-1250": "WINDOWS1250 CP1250 1250 WIN1250",
    "windows-1251": "WINDOWS1251 CP1251 1251 WIN1251",
    "windows-1253": "WINDOWS1253 CP1253 1253 WIN1253",
    "windows-1254": "WINDOWS1254 CP1254 1254 WIN1254",
    "windows-1257": "WINDOWS1257 CP1257 1257 WIN1257",
}
ENCODINGS = {name: codec for codec, names in _SPELLINGS.items() for name in names.split()}

# OFX: leaves that banks leave empty and, in 1.x, without an end tag; what has children is not here
OFX_FIELDS = frozenset(
    ["FITID", "SRVRTID", "CORRECTFITID", "CORRECTACTION", "CHECKNUM", "REFNUM", "SIC", "PAYEEID", "NAME", "EXTDNAME", "MEMO", "INV401KSOURCE", "TRNTYPE", "DTPOSTED", "DTUSER", "DTAVAIL", "TRNAMT", "CURDEF", "CURSYM", "CURRATE", "BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "DTSTART", "DTEND", "BALAMT", "DTASOF", "TRNUID", "CLTCOOKIE", "CODE", "SEVERITY", "MESSAGE", "ORG", "FID", "LANGUAGE", "DTSERVER", "DTPROFUP", "DTACCTUP", "SESSCOOKIE", "USERKEY", "MKTGINFO", "ADDR1", "ADDR2", "ADDR3", "CITY", "STATE", "POSTALCODE", "COUNTRY", "PHONE", "DESC", "BALTYPE", "VALUE"]
)
# OFX 1.x: lists that may end without their tag, and the elements that begin only where they have ended
OFX_ENDS = {"BANKTRANLIST": frozenset(("LEDGERBAL", "AVAILBAL", "BALLIST", "CASHADVBALAMT", "MKTGINFO"))}
# SWIFT: digits with a decimal comma; without digits before it (,11), or without the comma, as some banks write them
SWIFT_AMOUNT = r"\d{1,22},\d{0,4}|,\d{1,4}|\d{1,22}"


def codec_of(name: str) -> str | None:
    """The codec that an encoding's name means, however it is spelt; None where the table has none of that name."""
    return ENCODINGS.get(re.sub(r"[^A-Z0-9]", "", name.upper()))
