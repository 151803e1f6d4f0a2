"""PayPal's settlement report (STL): every movement of the balance, section by section, with its totals."""

from __future__ import annotations

import duckdb
from duckdb import FunctionExpression

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import Lands, Parsed
from ._paypal import DAY, EVENT_CODES, PAYOUT_CODE, PERIOD, RETURNED_CODE, SIGNS, STAMP, Movement
from ._probe import Probe
from ._sections import Section, SectionedImporter

FOOTER = (
    *("Currency", "Gross credits", "Gross debits", "Fee credits", "Fee debits"),
    *(f"{when} {what} {n}" for n in (1, 2, 3) for when in ("Begin", "End") for what in ("sign", "balance")),
    "Records",
)


def batch(day: str, coin: str) -> d.Derived:
    """The day on which the section begins, and the currency: one payout per account and currency."""
    stamp = FunctionExpression("strftime", d.of(day), d.text("%Y%m%d"))
    return d.made(FunctionExpression("concat_ws", d.text("-"), stamp, d.of(coin)), f"{day} and {coin}")


class Balance(Lands):
    """The footer of a section: the balance of one currency when the section began and when it ended.

    The layout has three pairs of balances whose names are not published; the pair whose difference is the movement is the one that counts.
    """

    lands = "settlement_batch"
    section = "footer"
    key = ("account", "batch_key")

    currency = c.currency("Currency")
    opened_on = c.day("section Period start", form=DAY, head=True, filled=True)
    closed_on = c.day("section Period end", form=DAY, head=True, filled=True)
    credits = c.hundredths("Gross credits")
    debits = c.hundredths("Gross debits")
    fee_credits = c.hundredths("Fee credits")
    fee_debits = c.hundredths("Fee debits")
    begin_sign = c.code("Begin sign 1", codes=SIGNS, filled=False)
    begin_amount = c.hundredths("Begin balance 1")
    end_sign = c.code("End sign 1", codes=SIGNS, filled=False)
    end_amount = c.hundredths("End balance 1")
    other_begin_sign = c.code("Begin sign 2", codes=SIGNS, filled=False)
    other_begin_amount = c.hundredths("Begin balance 2")
    other_end_sign = c.code("End sign 2", codes=SIGNS, filled=False)
    other_end_amount = c.hundredths("End balance 2")
    begin = d.by_sign("begin_amount", "begin_sign", minus="dr")
    end = d.by_sign("end_amount", "end_sign", minus="dr")
    other_begin = d.by_sign("other_begin_amount", "other_begin_sign", minus="dr")
    other_end = d.by_sign("other_end_amount", "other_end_sign", minus="dr")
    incoming = d.total("credits", "fee_credits")
    movement = d.less("incoming", "debits", "fee_debits")
    opening = d.either(d.of("end") - d.of("begin") == d.of("movement"), d.of("begin"), d.of("other_begin"), "begin of the pair that closes")
    closing = d.either(d.of("end") - d.of("begin") == d.of("movement"), d.of("end"), d.of("other_end"), "end of the pair that closes")
    batch_key = batch("opened_on", "currency")
    batch_id = batch("opened_on", "currency")
    account = d.copied("feed_owner")


class Opening(Balance):
    """The balance that the section began with, carried into its payout."""

    lands = "settlement_line"
    key = ("account", "line_id")

    occurred_at = c.moment("section Period start", form=STAMP, filled=True)
    native_type = d.constant("begin balance")
    gross = d.total("opening")
    net_stated = d.total("opening")
    booked_on = d.copied("opened_on")
    native_id = d.joined("batch_key", "native_type", "occurred_at")
    payout_id = d.copied("batch_key")
    payout_on = d.copied("closed_on")
    payout_status = d.constant("paid")


class Closing(Opening):
    """The balance that the section ended with, carried out of its payout."""

    occurred_at = c.moment("section Period end", form=STAMP, filled=True)
    native_type = d.constant("end balance")
    gross = d.negated("closing")
    net_stated = d.negated("closing")
    booked_on = d.copied("closed_on")


class Payout(Lands):
    """What was withdrawn to the bank on the day of the section; a day without a withdrawal pays nothing and carries its balance on.

    The report does not say which rows a withdrawal pays out, nor in what order they stand: several withdrawals of one day stay one payout.
    """

    lands = "payout"
    section = "body"
    key = ("account", "payout_key")
    per = ("payout_id", "currency")
    summed = ("amount", "withdrawals")

    code = c.text("Transaction Event Code", filled=True, spoken=True)
    sign = c.code("Transaction Debit or Credit", codes=SIGNS)
    unsigned = c.hundredths("Gross Transaction Amount")
    currency = c.currency("Gross Transaction Currency")
    started_on = c.day("section Period start", form=DAY, head=True, filled=True)
    paid_on = c.day("section Period end", form=DAY, head=True, filled=True)
    reference = c.ident("Bank Reference ID", optional=True)
    moved = d.by_sign("unsigned", "sign", minus="cr")
    sent = d.made(d.matches("code", PAYOUT_CODE) | (d.matches("code", RETURNED_CODE) & d.is_one_of("sign", "cr")), "a withdrawal, or one that came back")
    amount = d.either(d.of("sent"), d.of("moved"), 0, "sum of the withdrawals")
    withdrawals = d.either(d.of("sent"), 1, 0, "how many withdrawals")
    sent_reference = d.either(d.of("sent"), d.of("reference"), None, "reference of the withdrawal")
    payout_id = batch("started_on", "currency")
    # the reference of one of several would pair the sum of all with that one's bank line
    after = {"bank_reference": d.either(d.of("withdrawals") == d.number(1), d.of("sent_reference"), None, "reference of the withdrawal, where it is the only one")}


class Importer(Movement, SectionedImporter):
    """PayPal › Reports › Settlement, or `STL-*.CSV` from PayPal's SFTP folder; comma or tab separated, version 9.

    Amounts are hundredths of every currency, yen too, without sign: the columns beside them say debit or credit. Every row of the balance is a
    line. A payout is the withdrawals of one day and currency; the balances at its begin and end are carried in and out as lines, so the lines of
    a day make its withdrawal. Several withdrawals of a day are one payout, without a bank reference: their bank lines are found by the whole of
    the days (Y-06), or stay ambiguous. A chargeback's fee stands in a row of its own; conversions come as pairs of rows, one per currency. The
    order is found by the invoice id, which is the shop's payment id or an order name. Texts of buyers are not kept.
    """

    source = "paypal"
    context = "account"
    sections = {
        "report": Section("RH", names=("Generated", "Window", "Account", "Version")),
        "file": Section("FH", names=("File",)),
        "section": Section("SH", names=PERIOD),
        "body": Section("SB", header="CH", under="section"),
        "footer": Section("SF", names=FOOTER, under="section"),
        "count": Section("SC", names=("Records",), under="section"),
        "report_footer": Section("RF", names=FOOTER),
        "report_count": Section("RC", names=("Records",)),
        "file_count": Section("FF", names=("Records",)),
    }
    section = "body"
    merchant = ("report", "account")
    claims = ("Transaction Event Code", "Transaction Debit or Credit", "Gross Transaction Amount", "Bank Reference ID")
    without = ("Transactional Status",)
    known = """Transaction ID,Invoice ID,PayPal Reference ID,PayPal Reference ID Type,Transaction Event Code,Transaction Initiation Date,
        Transaction Completion Date,Transaction Debit or Credit,Gross Transaction Amount,Gross Transaction Currency,Fee Debit or Credit,Fee Amount,Fee Currency,
        Custom Field,Consumer ID,Payment Tracking ID,Store ID,Bank Reference ID,Credit Transactional Fee,Credit Promotional Fee,Credit Term"""
    identity = "credits, debits and fees of the rows are those of the section's footer, per currency; end balance − begin balance is their sum"
    control = "footers per currency and record counts of section, report and file"
    types = {**EVENT_CODES, "begin balance": ("balance_carry", "carry"), "end balance": ("balance_carry", "carry")}
    also = (Payout, Balance, Opening, Closing)

    started_on = c.day("section Period start", form=DAY, head=True, filled=True)
    payout_on = c.day("section Period end", form=DAY, head=True, filled=True)
    payout_id = batch("started_on", "currency")
    payout_status = d.constant("paid")

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The footers are there, and their totals and counts are those of the rows."""
        row, lacks = con.execute(sql("importers", "gate_paypal_complete")).fetchall()[0]
        if lacks:
            raise FileRefusedError(
                f"the report has no {lacks} footer: it was cut off",
                code="INCOMPLETE",
                where=f"{probe.name}:{row}",
                row=row,
                hint="Fetch the report again from PayPal, whole; nothing of this one has landed.",
            )
        first_fault(con, probe, "gate_paypal_footers", "CONTROL_TOTAL_DIFF", AGAIN.format("PayPal"))
