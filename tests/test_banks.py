"""Bank files one after the other: an account's entries are one set, in whatever files, formats and order they come."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_rules import empty_books, put

from importers import _registry
from importers._bank_names import is_another
from importers._kit import Context
from importers._probe import Probe
from ledger import landing
from ledger.sqltext import lay_tables, sql
from tieout.ask.rule_cases import make

DAY = "2026-09-02"


class Books:
    """An account's tables, filled file by file as the landing step does it; every file comes on a night of its own unless it is told otherwise."""

    def __init__(self, folder: Path):
        self.con, self.folder, self.nights = duckdb.connect(), folder, 0
        lay_tables(self.con, "sources", "governance", "cache", "current_views")

    def deliver(self, text: str, *, same_night: bool = False) -> landing.Landing:
        self.nights += not same_night
        path = self.folder / f"{sha256(text.encode()).hexdigest()[:8]}.txt"
        path.write_text(text, encoding="utf-8", newline="")
        self.con.execute(sql("importers", "fresh_stage"))
        probe = Probe(path, path.name)
        parsed = _registry.identify(probe).stage(self.con, probe, Context("bank", "bank_account", "b", "UTC", {"currency": "EUR"}))
        file_id = f"{path.stem}{self.nights}"
        done = landing.land(self.con, parsed.tables, file_id=file_id, known_at=datetime(2026, 9, 1 + self.nights))
        for table, rows in list(landing.relations(done)):
            rows.insert_into(table)
        row = [file_id, "bank", path.name, 1, parsed.importer, parsed.state, "b", parsed.rows, 0, 0, 0, None, None, None, datetime(2026, 9, 1), "r"]
        self.con.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return done

    def lines(self) -> list[tuple[Any, ...]]:
        """Reference, standing and amount of the current lines."""
        return self.con.execute("SELECT bank_reference, standing, CAST(amount AS VARCHAR) FROM bank_line_current ORDER BY ALL").fetchall()

    def amounts(self) -> list[str]:
        return sorted(amount for _, standing, amount in self.lines() if standing == "booked")

    def states(self) -> list[str]:
        return [state for (state,) in self.con.execute("SELECT state FROM bank_statement_current ORDER BY closed_on, statement_id").fetchall()]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def entry(amount: str, reference: str = "", day: str = DAY, mark: str = "CRDT", text: str = "") -> str:
    known = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    told = f"<AddtlNtryInf>{text}</AddtlNtryInf>" if text else ""
    return f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>{known}{told}</Ntry>'


def balance(code: str, amount: str, day: str) -> str:
    return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'


def camt(name: str, *entries: str, opening: str = "", closing: str = "", first: str = DAY, last: str = DAY, number: str = "", kind: str = "053") -> str:
    message, part = {"053": ("BkToCstmrStmt", "Stmt"), "052": ("BkToCstmrAcctRpt", "Rpt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[kind]
    balances = balance("OPBD", opening, first) + balance("CLBD", closing, last) if opening else ""
    counted = f"<ElctrncSeqNb>{number}</ElctrncSeqNb>" if number else ""
    return f"<Document><{message}><GrpHdr/><{part}><Id>{name}</Id>{counted}<CreDtTm>{last}T22:00:00</CreDtTm>{balances}{''.join(entries)}</{part}></{message}></Document>"


@pytest.mark.parametrize("kind", ["052", "054"])
def test_case_32_the_statement_takes_the_place_of_what_was_announced(books: Books, kind: str) -> None:
    books.deliver(camt("notice", entry("20.00", "R1"), kind=kind))
    assert books.lines() == [("R1", "announced", "20.0000")]
    assert books.states() == []
    done = books.deliver(camt("s1", entry("20.00", "R1", text="more"), opening="0.00", closing="20.00"), same_night=True)
    assert books.lines() == [("R1", "booked", "20.0000")]
    assert done.versions == 1
    assert done.conflicts == []


@pytest.mark.parametrize("reference", ["R1", ""])
def test_what_is_booked_is_not_announced_again(books: Books, reference: str) -> None:
    books.deliver(camt("s1", entry("20.00", reference), opening="0.00", closing="20.00"))
    booked = books.lines()
    done = books.deliver(camt("notice", entry("20.00", reference), kind="054"))
    assert books.lines() == booked
    assert (done.new, done.same, done.versions) == (0, 1, 0)


def test_an_entry_without_reference_is_known_by_its_content(books: Books) -> None:
    books.deliver(camt("report", entry("20.00"), kind="052"))
    books.deliver(camt("notice", entry("20.00"), kind="054"))
    assert len(books.lines()) == 1
    books.deliver(camt("s1", entry("20.00"), entry("20.00"), opening="0.00", closing="40.00"))
    assert books.amounts() == ["20.0000", "20.0000"]
    assert len(books.lines()) == 2


def test_the_statement_says_another_amount_than_the_notice(books: Books) -> None:
    books.deliver(camt("notice", entry("20.00", "R1"), kind="054"))
    done = books.deliver(camt("s1", entry("19.00", "R1"), opening="0.00", closing="19.00"), same_night=True)
    assert books.lines() == [("R1", "booked", "19.0000")]
    assert done.conflicts == []


def test_two_statements_of_one_night_that_contradict_each_other(books: Books) -> None:
    books.deliver(camt("s1", entry("20.00", "R1"), opening="0.00", closing="20.00"))
    done = books.deliver(camt("s2", entry("19.00", "R1"), opening="5.00", closing="24.00"), same_night=True)
    assert [row[:4] for part in done.conflicts for row in part.fetchall()] == [("bank_line", "b", "bank_line", "b/R1")]


def test_under_another_name_and_hash(books: Books) -> None:
    first = camt("s1", entry("20.00"), entry("20.00"), entry("5.00", mark="DBIT"), opening="0.00", closing="35.00")
    books.deliver(first)
    books.deliver(first.replace("s1", "download 2"))
    books.deliver(first.replace("><Ntry>", ">\n<Ntry>"))
    assert books.amounts() == ["-5.0000", "20.0000", "20.0000"]
    assert sorted(books.states()) == ["closed", "copy"]


@pytest.mark.parametrize("first", [0, 1])
def test_a_month_beside_its_days(books: Books, first: int) -> None:
    days = [camt("d1", entry("7.00"), opening="0.00", closing="7.00"), camt("d2", entry("7.00", day="2026-09-03"), opening="7.00", closing="14.00", first="2026-09-03", last="2026-09-03")]
    month = camt("month", entry("7.00"), entry("7.00", day="2026-09-03"), opening="0.00", closing="14.00", last="2026-09-03")
    for text in [*days, month] if first else [month, *days]:
        books.deliver(text)
    assert books.amounts() == ["7.0000", "7.0000"]


@pytest.mark.parametrize("again", [0, 1])
def test_equal_entries_of_two_statements_of_one_day_are_two(books: Books, again: int) -> None:
    pair = [camt("noon", entry("7.00"), opening="0.00", closing="7.00"), camt("night", entry("7.00"), opening="7.00", closing="14.00")]
    for text in [*pair, pair[again].replace("><Ntry>", ">\n<Ntry>"), pair[1 - again].replace("><Ntry>", ">\n\n<Ntry>")]:
        books.deliver(text)
    assert books.amounts() == ["7.0000", "7.0000"]


def test_downloads_without_balances_overlap(books: Books) -> None:
    books.deliver(camt("to noon", entry("7.00"), entry("3.00")))
    books.deliver(camt("to night", entry("7.00"), entry("3.00"), entry("7.00")))
    assert books.amounts() == ["3.0000", "7.0000", "7.0000"]


def test_the_days_of_a_missing_and_of_an_empty_statement_differ(books: Books) -> None:
    books.deliver(camt("s1", entry("7.00"), opening="0.00", closing="7.00"))
    books.deliver(camt("s2", opening="7.00", closing="7.00", first="2026-09-03", last="2026-09-03"))
    assert books.con.execute("SELECT CAST(max(closed_on) AS VARCHAR) FROM bank_statement_current").fetchall() == [("2026-09-03",)]
    assert books.states() == ["closed", "closed"]


MT = ":20:STARTUMS\n:25:IE34LIFY99000155501234\n:28C:{number}/1\n:60F:C260901EUR{opening}\n{entries}:62F:C{day}EUR{closing}\n-\n"


def mt940(opening: str, closing: str, *entries: str, number: int = 7, day: str = "260902") -> str:
    return MT.format(number=number, opening=opening, closing=closing, entries="".join(f":61:{day}{day[2:]}C{e}\n" for e in entries), day=day)


@pytest.mark.parametrize("first", ["camt", "mt940"])
@pytest.mark.parametrize("reference", ["R1", ""])
def test_the_same_statement_in_two_formats(books: Books, first: str, reference: str) -> None:
    own = f"//{reference}" if reference else ""
    files = {
        "camt": camt("s1", entry("20.00", reference), entry("20.00"), opening="0.00", closing="40.00"),
        "mt940": mt940("0,", "40,", f"20,NTRFNONREF{own}", "20,NTRFNONREF"),
    }
    order = ["camt", "mt940"] if first == "camt" else ["mt940", "camt"]
    for name in [*order, *order]:
        books.deliver(files[name].replace("><Ntry>", ">" + "\n" * books.nights + "<Ntry>") + "\n" * books.nights)
    assert books.amounts() == ["20.0000", "20.0000"]
    assert sorted(set(books.states())) == ["closed", "copy"]


def test_a_download_of_other_days_in_another_format(books: Books) -> None:
    books.deliver(camt("s1", entry("20.00", "R1"), opening="0.00", closing="20.00"))
    download = "OFXHEADER:100\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST><DTSTART>20260801<DTEND>20260903"
    for day, amount, fitid in (("20260902", "20.00", "1"), ("20260903", "20.00", "2")):
        download += f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}</STMTTRN>"
    books.deliver(download + "</BANKTRANLIST></STMTRS></OFX>")
    assert books.amounts() == ["20.0000", "20.0000"]
    books.deliver(camt("s2", entry("20.00", "R2", day="2026-09-03"), opening="20.00", closing="40.00", first="2026-09-03", last="2026-09-03"))
    assert books.amounts() == ["20.0000", "20.0000"]


def test_an_intraday_message_and_its_statement(books: Books) -> None:
    books.deliver(":20:R\n:25:IE34LIFY99000155501234\n:28C:7/1\n:34F:EUR0,\n:13D:2609021815+0100\n:61:2609020902C20,NTRFNONREF//R1\n:90D:0EUR0,\n:90C:1EUR20,\n-\n")
    assert books.lines() == [("R1", "announced", "20.0000")]
    books.deliver(mt940("0,", "20,", "20,NTRFNONREF//R1"))
    assert books.lines() == [("R1", "booked", "20.0000")]


@pytest.mark.parametrize("together", [True, False])
def test_a_bank_that_uses_one_reference_for_everything(books: Books, together: bool) -> None:
    files = [mt940("0,", "5,", "5,NTRFNONREF//55555", number=1), mt940("5,", "12,", "7,NTRFNONREF//55555", number=2, day="260903"), mt940("12,", "17,", "5,NTRFNONREF//55555", number=3, day="260904")]
    for text in ["".join(files)] if together else [*files, files[0] + "\n", files[2] + "\n"]:
        books.deliver(text)
    assert books.amounts() == ["5.0000", "5.0000", "7.0000"]


@pytest.mark.parametrize(
    ("reference", "descriptor", "end", "standing", "found"),
    [
        ("STR-1", "STRIPE PAYOUT STR-1.", None, "booked", True),
        ("STR-1", "STRIPE PAYOUT STR-10", None, "booked", False),
        ("MUE/FIN/7", "STRIPE EREF+MUE/FIN/7 SVWZ+PAYOUT", None, "booked", True),
        ("SHPFY5787", "SHOPIFY*SHPFY5787", None, "booked", True),
        ("SHPFY5787", "SHOPIFY AUSZAHLUNG SH PFY5787 AUSZAHLUNGSH SHPFY5787", None, "booked", True),
        ("STR-1", None, "str-1", "booked", True),
        ("STR-1", "STRIPE PAYOUT STR-1", "STR-1", "announced", False),
    ],
)
def test_the_reference_stands_in_the_line_as_a_word(tmp_path: Path, reference: str, descriptor: str | None, end: str | None, standing: str, found: bool) -> None:
    con = empty_books(tmp_path)
    payout = {"account": "a", "entity": "e1", "payout_id": "p1", "currency": "EUR", "status": "paid", "paid_on": DAY, "payout_amount": "20.00", "lines_net": "20.00"}
    put(con, "payout_fact", [{**payout, "bank_account": "b", "bank_reference": reference, "processor": "stripe"}])
    line = {"bank_account": "b", "bank_reference": "k1", "amount": "20.00", "currency": "EUR", "booked_on": DAY, "processor": "stripe"}
    put(con, "bank_line_current", [{**line, "standing": standing, "descriptor": descriptor, "end_to_end": end}])
    make(con, ("payout_due", "bank_name", "bank_pair"))
    assert con.execute("SELECT payout_id FROM fact.main.bank_pair").fetchall() == ([("p1",)] if found else [])


@pytest.mark.parametrize(
    ("party", "name", "processor"),
    [("Dbtr", "Anna Miller", None), ("Dbtr", "Stripe Technology Europe", "stripe"), ("Dbtr", "Banking Circle SA", "stripe"), ("Dbtr", "NOTPROVIDED", "stripe"), ("Cdtr", "Lighthouse Candles", "stripe"), ("", "", "stripe")],
)
def test_who_pays_counts_before_what_the_text_speaks_of(books: Books, party: str, name: str, processor: str | None) -> None:
    """A customer who writes of a blue stripe is no processor; a bank that pays for one, no payer at all, or the own name on the other side say nothing."""
    told = f"<NtryDtls><TxDtls><RltdPties><{party}><Pty><Nm>{name}</Nm></Pty></{party}></RltdPties></TxDtls></NtryDtls>" if party else ""
    books.deliver(camt("S1", entry("5.00", "R1", text="Sail with blue stripe REF-77").replace("</Ntry>", told + "</Ntry>"), opening="1.00", closing="6.00"))
    assert books.con.execute("SELECT processor, contains(descriptor, 'REF-77') FROM bank_line_current").fetchall() == [(processor, True)]


@pytest.mark.parametrize(("told", "processor"), [("166?00GUTSCHRIFT?20STRIPE?32Anna Mil?33ler", None), ("166?00GUTSCHRIFT?20STRIPE?32Stripe Pay", "stripe"), ("/ORDP//NAME/J JANSEN/REMI/STRIPE", None), ("STRIPE", "stripe")])
def test_who_pays_in_a_swift_message(books: Books, told: str, processor: str | None) -> None:
    books.deliver(mt940("1,00", "6,00", f"5,00NTRFNONREF//R1\n:86:{told}"))
    assert books.con.execute("SELECT processor FROM bank_line_current").fetchall() == [(processor,)]


@pytest.mark.parametrize("payer", ["Elavon Financial Services", "PAYONE GmbH", "Nets A/S", "ING", "J.P. Morgan SE", "Wise Europe SA", "Pay.nl", "Zettle by PayPal", "CKO", "Stichting Mollie Payments", "n/a", "-", ""])
def test_a_house_through_which_processors_pay_is_no_stranger(payer: str) -> None:
    assert not is_another(payer)


@pytest.mark.parametrize("payer", ["Anna Miller", "Inga Wise", "Lighthouse Candles Ltd", "Netsch & Six", "Evan Ingram"])
def test_a_customer_is_a_stranger_though_the_name_begins_like_a_house(payer: str) -> None:
    assert is_another(payer)
