"""SumUp's transactions report: sales, refunds and payouts of a merchant, with German headers."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._kit import CsvImporter, Lands

MOMENT = "%Y-%m-%d %H:%M:%S"


class Payout(Lands):
    """Rows of type Auszahlung: what went to the bank."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status",)

    event = c.lower("Zahlungsart", filled=True)
    payout_id = c.ident("Auszahlungs-ID", filled=False)
    amount = c.amount("Auszahlung", filled=False)
    paid_on = c.day("Auszahlungsdatum", filled=False)
    currency = d.of_feed("currency")
    only = d.is_one_of("event", "auszahlung")


class Importer(CsvImporter):
    """Dashboard › Berichte › *Transaktionen* › CSV, as a merchant with the language German gets it. Times are local and carry no zone: the feed's holds;
    the file names no currency: the account's holds. A payout is a row of its own. Rows that did not succeed moved no money and are left out.
    """

    source = "sumup"
    context = "account"
    claims = ("Transaktions-ID", "Zahlungsart", "Betrag inkl. MwSt.", "Auszahlungs-ID")
    known = "*"
    identity = "the lines of a payout sum to it (rule Y-01)"
    types = {"umsatz": ("charge", "sale"), "rückerstattung": ("refund", "refund"), "rückbuchung": ("chargeback", "dispute"), "auszahlung": ("payout", "payout")}
    lands = "settlement_line"
    key = ("account", "line_id")
    mutable = ("payout_id", "payout_status", "payout_on")
    also = (Payout,)

    occurred_at = c.moment("Datum", form=MOMENT, filled=True)
    booked_on = c.day("Datum", filled=True)
    native_id = c.ident("Transaktions-ID", filled=True)
    native_type = c.lower("Zahlungsart", filled=True)
    success = c.lower("Status", filled=True)
    taken = c.amount("Betrag inkl. MwSt.")
    fee = c.amount("Gebühr", filled=False, negate=True)
    payout_on = c.day("Auszahlungsdatum")
    payout_id = c.ident("Auszahlungs-ID")
    merchant_ref = c.text("Referenz", optional=True)
    currency = d.of_feed("currency")
    gross = d.either(d.is_one_of("native_type", "auszahlung"), -d.of("taken"), d.of("taken"), "Betrag inkl. MwSt., of a payout with its sign turned")
    net_stated = d.total("gross", "fee")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid where Auszahlungs-ID is filled")
    only = d.is_one_of("success", "erfolgreich", "bezahlt")
