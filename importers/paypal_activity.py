"""PayPal's activity download: the balance row by row, in the language and the number style of whoever downloads it."""

from __future__ import annotations

import duckdb
from duckdb import ColumnExpression

from . import _columns as c
from . import _derive as d
from ._gates import first_fault, line_arithmetic
from ._kit import Context, CsvImporter, Lands, Parsed, Staged
from ._paypal import EVENT_CODES
from ._probe import Probe
from ._typed import all_rows
from ._words import Words

ZONE, TIME = "TimeZone|Time Zone|Zeitzone|Tijdzone", "Time|Uhrzeit|Tijd"
SALE, PAID = ("charge", "sale"), ("transfer_out", "transfer")
WORDS = (
    *("express checkout payment", "website payment", "mobile payment", "payment", "general payment", "preapproved payment bill user payment"),
    *("paypal express-zahlung", "website-zahlung", "zahlung", "handyzahlung", "allgemeine zahlung", "von nutzer eingeleitete zahlung", "ebay-auktionszahlung"),
)
# a sale whose money went back says so in its own row: it moved the balance all the same, and what went back is a row of its own
COUNT = (
    *("completed", "partially refunded", "refunded", "partially reversed", "reversed", "placed", "removed", "cleared", "returned"),
    *("abgeschlossen", "voltooid", "terminé", "completado", "completata"),
)
WAITS, NEVER = "it has not moved the balance yet; it comes again when it does", "it never moved the balance"
OUT = {**dict.fromkeys(("pending", "ausstehend"), WAITS), **dict.fromkeys(("denied", "failed", "voided", "expired", "canceled", "cancelled", "abgelehnt", "fehlgeschlagen"), NEVER)}


class Importer(CsvImporter):
    """Activity › *Download* › All transactions or Balance affecting, English or German headers; for another language the feed's `headers` name them.

    The file follows its user: the feed declares `numbers` ("1.234,56") and `days` ("%d.%m.%Y"), nothing is guessed. Gross, fee and net are signed.
    Where the file has balances they say which rows count: a row by whose net the balance moves counts whatever its status, one that leaves it as
    it was does not. Else the words do: rows of the kind Memo and those that are pending or never came about are left out; a status on no list
    refuses the file, and the feed's `words` say what it means. The type is read from the event code where the file has that column, else from its
    words; words that are not known hold the payout. Rows name no payout: a withdrawal is a payout that is held against the bank alone, for PayPal's
    settlement report alone has the balances. Names, addresses, subjects and notes are not kept.
    """

    source = "paypal"
    instead_of = ("paypal_settlement",)
    context = "account"
    claims = ("Gross|Brutto|Bruto", "Fee|Gebühr|Entgelt|Kosten", "Net|Netto", "Transaction ID|Transaktionscode|Transactiereferentie", ZONE)
    known = "*"
    identity = "Gross + Fee = Net in every row; where the file has balances, each moves by the net of its row or stays, per currency"
    types = {
        **EVENT_CODES,
        **{f"{word} +": SALE for word in WORDS},
        **{f"{word} -": PAID for word in WORDS},
        **dict.fromkeys(("payment refund", "rückzahlung", "zahlungsrückerstattung"), ("refund", "refund")),
        **dict.fromkeys(("general currency conversion", "allgemeine währungsumrechnung"), ("fx", "transfer")),
        **dict.fromkeys(
            ("general withdrawal*", "user initiated withdrawal", "allgemeine abbuchung*", "von nutzer eingeleitete abbuchung", "withdrawal*"), ("payout", "payout")
        ),
        **dict.fromkeys(("bank deposit to pp account", "general card deposit", "bankgutschrift auf paypal-konto", "allgemeine gutschrift*"), ("topup", "transfer")),
        **dict.fromkeys(("payment reversal", "chargeback", "rückbuchung*"), ("chargeback", "dispute")),
        **dict.fromkeys(("chargeback reversal", "rückbuchung storniert"), ("chargeback_reversal", "dispute")),
        **dict.fromkeys(("chargeback fee", "dispute fee", "rückbuchungsgebühr", "konfliktgebühr"), ("dispute_fee", "dispute_fee")),
        **dict.fromkeys(("hold on balance for dispute investigation", "payment hold", "account hold for open authorization"), ("reserve_hold", "reserve")),
        **dict.fromkeys(("cancellation of hold for dispute resolution", "payment release", "reversal of general account hold"), ("reserve_release", "reserve")),
    }
    lands = "settlement_line"
    key = ("account", "line_id")

    occurred_at = c.moment("Date", "Datum", form="%Y-%m-%d %H:%M:%S", time_in=TIME, zone_in=ZONE, filled=True, by_feed=True)
    booked_on = c.day("Date", "Datum", filled=True, by_feed=True)
    kind = c.lower("Type", "Typ", "Description", "Beschreibung", "Omschrijving", filled=True)
    code = c.ident("Transaction Event Code", "Transaktionsereigniscode", optional=True)
    standing = c.lower("Status", optional=True)
    impact = c.lower("Balance Impact", "Auswirkung auf Guthaben", optional=True)
    currency = c.currency("Currency", "Währung", "Valuta")
    gross = c.amount("Gross", "Brutto", "Bruto", by_feed=True)
    fee = c.amount("Fee", "Gebühr", "Entgelt", "Kosten", by_feed=True, filled=False)
    net_stated = c.amount("Net", "Netto", by_feed=True)
    balance = c.amount("Balance", "Guthaben", "Saldo", by_feed=True, filled=False, optional=True)
    processor_ref = c.ident("Transaction ID", "Transaktionscode", "Transactiereferentie", filled=True)
    parent_ref = c.ident("Reference Txn ID", "Zugehöriger Transaktionscode", optional=True)
    merchant_ref = c.lenient_ident("Invoice Number", "Invoice ID", "Rechnungsnummer", optional=True)
    custom = c.lenient_ident("Custom Number", "Zollnummer", optional=True)
    bank_reference = c.ident("Bank Reference ID", "Bankreferenz", optional=True)
    native_type = d.first_filled("code", "kind")
    native_id = d.joined("processor_ref", "native_type", "currency")
    payment_id = d.first_filled("merchant_ref", "custom")
    order_name = d.extracted("merchant_ref")
    payout_status = d.constant("pending")
    words = (
        Words("impact", {"memo": "it is told for information and moved nothing"}, ("credit", "debit", "haben", "soll")),
        Words("standing", OUT, COUNT),
    )
    moves = "balance"

    def _stage_table(self, con: duckdb.DuckDBPyConnection, raw: duckdb.DuckDBPyRelation, probe: Probe, context: Context, lands: type[Lands]) -> Staged:
        """The lines, and beside them the balance that stands in each row that was read."""
        staged = super()._stage_table(con, raw, probe, context, lands)
        rows = all_rows(con, raw, probe, context, lands)
        columns = [ColumnExpression(name) for name in ("row_no", "currency", "occurred_at", "balance")]
        rows.project(*columns, ColumnExpression("net_stated").alias("net")).filter(ColumnExpression("balance").isnotnull()).create("stage.balances")
        return staged

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Net must follow from gross and fee in every row, and the balance of each currency moves from row to row by the net or not at all."""
        line_arithmetic(con, probe, parsed)
        first_fault(con, probe, "gate_paypal_balance", "CONTROL_TOTAL_DIFF", "Rows are missing or were sorted: download All transactions, or Balance affecting, and do not open it before.")
