"""SumUp's transactions report: sales, refunds and payouts of a merchant, with German headers."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._kit import CsvImporter, Lands
from ._words import Words

MOMENT = "%Y-%m-%d %H:%M:%S"
DONE = ("erfolgreich", "bezahlt", "gezahlt")


class Payout(Lands):
    """Rows of type Auszahlung: what went to the bank. There is one for every transaction: the payout is the sum of those with its id."""

    lands = "payout"
    key = ("account", "payout_key")
    mutable = ("status", "amount")
    per = ("payout_id", "currency", "paid_on")
    summed = ("amount",)

    event = c.lower("Zahlungsart", filled=True, spoken=True)
    success = c.lower("Status", filled=True, spoken=True)
    payout_id = c.ident("Auszahlungs-ID", filled=False)
    amount = c.amount("Auszahlung", filled=False)
    paid_on = c.day("Auszahlungsdatum", filled=False)
    currency = d.of_feed("currency")
    only = d.is_one_of("event", "auszahlung") & d.is_one_of("success", *DONE)


class Importer(CsvImporter):
    """Dashboard › Berichte › *Transaktionen* › CSV, as a merchant with the language German gets it. Times are local and carry no zone: the feed's holds;
    the file names no currency: the account's holds. A payout is written once per transaction, in a row with the transaction's id and the payout's;
    the transaction's own row need not have it. A file may hold a part of a payout: all its rows are the payout, whatever file they came in. Rows that
    did not succeed moved no money and are left out.
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
    transaction = c.ident("Transaktions-ID", filled=True)
    native_type = c.lower("Zahlungsart", filled=True)
    event = c.lower("Zahlungsart", filled=True, spoken=True)
    success = c.lower("Status", filled=True)
    taken = c.amount("Betrag inkl. MwSt.")
    charged = c.amount("Gebühr", filled=False, negate=True)
    sent = c.amount("Auszahlung", filled=False)
    payout_on = c.day("Auszahlungsdatum")
    payout_id = c.ident("Auszahlungs-ID")
    merchant_ref = c.text("Referenz", optional=True)
    currency = d.of_feed("currency")
    paid_out = d.made(d.is_one_of("event", "auszahlung"), "a row of type Auszahlung")
    # a payout has the id of its transaction, and so may a row of a type that nobody knows: neither takes the sale's place
    own = d.made(d.is_one_of("event", "umsatz", "rückerstattung", "rückbuchung"), "a row of the transaction itself")
    native_id = d.either(d.of("own"), d.of("transaction"), d.joined("transaction", "native_type", "payout_id").expression, "Transaktions-ID; of a payout or an unknown type with Zahlungsart and Auszahlungs-ID")
    parent_ref = d.either(d.of("paid_out"), d.of("transaction"), None, "Transaktions-ID of the row that the payout is for")
    gross = d.either(d.of("paid_out"), -d.of("sent"), d.of("taken"), "Betrag inkl. MwSt.; of a payout Auszahlung with its sign turned")
    fee = d.either(d.of("paid_out"), None, d.of("charged"), "Gebühr, of a payout none")
    net_stated = d.total("gross", "fee")
    payout_status = d.either(d.is_filled("payout_id"), "paid", "pending", "paid where Auszahlungs-ID is filled")
    words = (Words("success", dict.fromkeys(("abgebrochen", "fehlgeschlagen", "ausstehend"), "it did not succeed and moved no money"), DONE, amount=("taken",)),)
