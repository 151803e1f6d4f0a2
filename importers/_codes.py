"""Native codes of a format as the rows that settlement lines are joined with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import duckdb
import pyarrow as pa

from ledger.sqltext import sql

EVENTS = frozenset(
    ["charge", "refund", "refund_failed", "charge_failed", "partial_capture_reversal", "chargeback", "chargeback_reversal", "second_chargeback", "dispute_hold", "dispute_release", "dispute_fee", "dispute_fee_refund", "fee", "fee_refund", "invoice_deduction", "tax_on_fee", "tax_withheld", "reserve_hold", "reserve_release", "adjustment", "payout", "payout_failed", "transfer_in", "transfer_out", "topup", "fx", "balance_carry", "loan_disbursement", "loan_repayment", "reimbursement", "commission_income", "gift_card", "promotion", "rounding"]
)
BUCKETS = frozenset(
    ["sale", "refund", "fee", "dispute", "dispute_fee", "reserve", "adjustment", "payout", "transfer", "tax", "shipping_cost", "financing", "marketing", "platform", "protection", "carry"]
)

# what processors say of a payout; any other word holds the file: a payout that came back must not pass for one that is on its way
PAYOUT_WORDS = {
    **dict.fromkeys(("paid", "succeeded", "success", "funds sent", "completed", "complete"), "paid"),
    **dict.fromkeys(("in_transit", "in transit", "initiated", "in progress", "in_progress", "retryable_failed", "retryable failed"), "in_transit"),
    **dict.fromkeys(("pending", "processing", "available", "on hold", "on_hold"), "pending"),
    "scheduled": "scheduled",
    **dict.fromkeys(("failed", "terminal_failed", "terminal failed", "returned", "reversed", "rejected"), "failed"),
    **dict.fromkeys(("canceled", "cancelled"), "canceled"),
}
PAYOUT_MEANS = {
    "paid": "sent to the bank",
    "in_transit": "on its way",
    "pending": "not sent yet",
    "scheduled": "will be sent on its day",
    "failed": "it did not reach the bank, or came back",
    "canceled": "it is not sent",
    "action_required": "the processor waits for the merchant",
}


def rows_of_codes(types: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, bool, bool, str, str]]:
    """(code, for negative amounts, is a pattern, event type, bucket) of a declared map.

    A key is the processor's word in any case, blanks as underscores. A `*` in it stands for anything; the exact word goes before a pattern, the
    longer pattern before the shorter. ` +` or ` -` at its end limits it to amounts of that sign.
    """
    for key, (event, bucket) in types.items():
        if event not in EVENTS or bucket not in BUCKETS:
            raise ValueError(f"{key}: {event} or {bucket} is not a known word")
        word, sign = (key[:-2], key[-1]) if key.endswith((" +", " -")) else (key, "")
        code = word.lower().replace(" ", "_")
        for minus in (False, True):
            if sign != ("+" if minus else "-"):
                yield code, minus, "*" in code, event, bucket


def code_table(con: duckdb.DuckDBPyConnection, types: Mapping[str, tuple[str, str]], words: Mapping[str, str] | None = None) -> None:
    """The map as the table `stage.native_code`, with the words that the feed says mean one of its codes; empty where the format has no codes."""
    con.execute(sql("importers", "drop_native_code"))
    rows = list(rows_of_codes(types))
    for word, meaning in (words or {}).items():
        code, same = (text.strip().lower().replace(" ", "_") for text in (word, meaning))
        for minus in (False, True):
            fits = [row for row in rows if row[1] == minus and (row[0] == same or row[2] and fnmatchcase(same, row[0]))]
            rows += [(code, minus, False, *row[3:]) for row in sorted(fits, key=lambda row: (row[2], -len(row[0]), row[0]))[:1] if all(r[:2] != (code, minus) for r in rows)]
    names = ("code", "minus", "is_pattern", "event_type", "bucket")
    kinds = (pa.string(), pa.bool_(), pa.bool_(), pa.string(), pa.string())
    data = {name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(zip(names, kinds, strict=True))}
    con.from_arrow(pa.table(data)).create("stage.native_code")
