"""Downloads of banks as they are written: whatever the columns are called, each entry has its day, its amount and the other party; what two readings fit is not taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from importers._kit import Context
from importers._probe import Probe
from importers.bank_csv import Importer
from ledger.errors import FileRefusedError
from tieout.starting.downloads import explained

US, PAYPAL, IBAN = "Wattwurm GmbH", "PayPal Europe S.a.r.l.", "DE12500105170648489890"
CAME, WENT = (date(2026, 10, 19), Decimal("1974.92"), PAYPAL, "1021 PP.5512.PP Auszahlung"), (date(2026, 10, 5), Decimal("-612.00"), "Hafen Immobilien", "Miete Oktober")
LINES = (CAME, WENT)


def german(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def file(*lines: str | list[object], mark: str = ";") -> str:
    return "\r\n".join(line if isinstance(line, str) else mark.join(str(cell) for cell in line) for line in lines) + "\r\n"


def forms() -> Iterator[tuple[str, str]]:
    """Bank → its download of the two entries."""
    g = "%d.%m.%Y"
    yield "payer and payee", file("Girokonto;" + IBAN, "Buchungsdatum;Wertstellung;Status;Zahlungspflichtige*r;Zahlungsempfänger*in;Verwendungszweck;Betrag (€)",
        *([f"{on:%d.%m.%y}", f"{on:%d.%m.%y}", "Gebucht", other if amount > 0 else US, US if amount > 0 else other, text, german(amount)] for on, amount, other, text in LINES))
    yield "lines above, one column for the other party", file("Umsatzanzeige;Datei erstellt am: 20.10.2026", "", "IBAN;DE12 5001 0517 0648 4898 90", "", "Buchung;Wertstellungsdatum;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung",
        *([f"{on:{g}}", f"{on:{g}}", other, "Gutschrift", text, german(2000 if amount > 0 else Decimal("25.08")), "EUR", german(amount), "EUR"] for on, amount, other, text in LINES))
    yield "the party in the text", file("Buchungstag;Wertstellung;Umsatzart;Buchungstext;Betrag;Währung;IBAN Kontoinhaber",
        *([f"{on:{g}}", f"{on:{g}}", "Gutschrift", f"{other} {text}", german(amount), "EUR", IBAN] for on, amount, other, text in LINES))
    yield "an empty amount, debit and credit, a balance below", file("Umsätze Girokonto;;;Zeitraum: 30 Tage", "Buchungstag;Wert;Umsatzart;Begünstigter / Auftraggeber;Verwendungszweck;Betrag;Soll;Haben;Währung",
        *([f"{on:{g}}", f"{on:{g}}", "SEPA", other, text, "", german(amount) if amount < 0 else "", german(amount) if amount > 0 else "", "EUR"] for on, amount, other, text in LINES), "Kontostand;20.10.2026;;;3.612,00;EUR")
    yield "a currency in the header, an empty line and a balance below", file(";", '"Neuer Kontostand";"3.612,00 EUR";', "", '"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";',
        *(f'"{on:{g}}";"{on:{g}}";"Überweisung";"Auftraggeber: {other} Buchungstext: {text}";"{german(amount)}";' for on, amount, other, text in LINES), "", '"Alter Kontostand";"2.249,08 EUR";')
    yield "no account and no balance, days of value", file("Booking Date,Value Date,Partner Name,Partner Iban,Type,Payment Reference,Account Name,Amount (EUR)",
        *([on, on, other, "LU89751000135104200E", "Transfer", text, "Main", amount] for on, amount, other, text in LINES), mark=",")
    yield "what came and what went, words below", file("Konto:;CH9300762011623852957", "Datum;Bewegungstyp;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF;Label",
        *([f"{on:{g}}", "Buchung", f"{other} {text}", amount if amount > 0 else "", amount if amount < 0 else "", ""] for on, amount, other, text in LINES), "", "Disclaimer:", "Without warranty.")


def probe(folder: Path, text: str) -> Probe:
    (folder / "bank.csv").write_text(text, encoding="utf-8", newline="")
    return Probe(folder / "bank.csv", "bank.csv")


@pytest.mark.parametrize(("form", "text"), list(forms()), ids=[form for form, _ in forms()])
def test_every_entry_has_its_day_its_amount_and_the_other_party(tmp_path: Path, form: str, text: str) -> None:
    asked = probe(tmp_path, text)
    declared = explained(asked)
    assert declared is not None, form
    read = Importer().read(asked, Context("start", "bank_account", "b", "UTC", {"currency": "EUR"}, secret=b"start", csv=declared))
    assert len(read) == 1 and read[0].currency == ("CHF" if "CHF" in text else "EUR")
    found = [(entry.booked_on, entry.amount, other in f"{entry.names} {entry.text}", US not in f"{entry.names} {entry.text}") for entry, (_, _, other, _) in zip(read[0].entries, LINES, strict=True)]
    assert found == [(on, amount, True, True) for on, amount, _, _ in LINES]


@pytest.mark.parametrize(("header", "words"), [("Transaction Type", ("Credit", "Debit")), ("Af Bij", ("Bij", "Af")), ("", ("H", "S"))])
def test_amounts_whose_sign_stands_in_a_column_of_its_own_are_not_taken_as_credits(tmp_path: Path, header: str, words: tuple[str, str]) -> None:
    text = file(f"Date;Description;Amount (EUR);{header};Balance", *([on, said, abs(amount), word, balance] for (on, amount, said, _), word, balance in zip(LINES, words, (2000, 25), strict=True)))
    with pytest.raises(FileRefusedError) as refused:
        explained(probe(tmp_path, text))
    assert "its amounts have no sign, and the column" in refused.value.message


def test_an_entry_below_what_the_feed_calls_the_foot_refuses_the_file(tmp_path: Path) -> None:
    """What stands there is narrower than an entry; an entry would be passed over."""
    text = dict(forms())["an empty amount, debit and credit, a balance below"]
    declared = explained(probe(tmp_path, text))
    assert declared is not None and declared.footer == "Kontostand"
    again = probe(tmp_path, text + text.splitlines()[2] + "\r\n")
    with pytest.raises(FileRefusedError) as refused:
        Importer().read(again, Context("start", "bank_account", "b", "UTC", {"currency": "EUR"}, secret=b"start", csv=declared))
    assert refused.value.code == "CSV_SHAPE"
