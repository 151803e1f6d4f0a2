"""PayPal's transaction detail report (TRR): what happened at the account, movements of the balance among it."""

from __future__ import annotations

import duckdb

from . import _columns as c
from . import _derive as d
from ._gates import AGAIN, first_fault
from ._kit import Parsed
from ._paypal import EVENT_CODES, PERIOD, Movement
from ._probe import Probe
from ._sections import Section, SectionedImporter
from ._words import Words


class Importer(Movement, SectionedImporter):
    """`TRR-*.CSV` from PayPal's SFTP folder, comma or tab separated. Holds what moved no money too: denied attempts, authorisations, pending ones.
    Rows of status S (success), F (partly refunded) and V (reversed after it had succeeded) are lines: what went back is a row of its own. The
    report has no balances, so its lines stay without a payout, and a withdrawal is a payout that is held against the bank alone: a feed takes this
    report or the settlement report, not both. Addresses, names and notes are not kept.
    """

    source = "paypal"
    instead_of = ("paypal_settlement", "paypal_activity")
    context = "account"
    sections = {
        "report": Section("RH", names=("Generated", "Window", "Account", "Version")),
        "file": Section("FH", names=("File",)),
        "section": Section("SH", names=PERIOD),
        "body": Section("SB", header="CH", under="section"),
        "count": Section("SF", names=("Records",)),
        "section_count": Section("SC", names=("Records",)),
        "report_footer": Section("RF", names=("Records",)),
        "report_count": Section("RC", names=("Records",)),
        "file_count": Section("FF", names=("Records",)),
    }
    section = "body"
    merchant = ("report", "account")
    claims = ("Transaction Event Code", "Transaction Debit or Credit", "Gross Transaction Amount", "Transactional Status")
    known = "*"
    identity = "every stated count is the number of rows"
    control = "record counts of report and file"
    types = EVENT_CODES

    status = c.lower("Transactional Status", filled=True)
    payout_status = d.constant("pending")
    words = (
        Words("native_type", {"t13*": "an authorisation moves no money", **dict.fromkeys(("t98*", "t99*"), "told for information")}, closed=False),
        Words("status", {"p": "pending: it comes again when it has moved the balance", "d": "denied: it never moved the balance"}, ("s", "f", "v")),
    )

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The counts of the footers; without them the file does not prove that it is whole."""
        first_fault(con, probe, "gate_paypal_counts", "CONTROL_TOTAL_DIFF", AGAIN.format("PayPal"))
        counts = ("count", "section_count", "report_footer", "report_count", "file_count")
        if all(not con.table(f"stage.raw_{name}").limit(1).fetchall() for name in counts):
            parsed.state = "unverified_completeness"
