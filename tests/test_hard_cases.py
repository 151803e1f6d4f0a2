"""The hard cases that the descriptions of the formats number, each with what shows it: golden cases named after it, or a test of several files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
# number → what is hard
PAYOUTS_AND_BANKS = {
    1: "yen are written as hundredths",
    2: "a chargeback's fee in a row of its own, given back with an old id",
    3: "conversion pairs in either order",
    4: "hold pair, then the chargeback: three movements, one loss",
    5: "the merchant as buyer",
    6: "denied and void rows are no lines",
    7: "byte order mark, tabs, no footers, further columns",
    8: "fee rows in the gross column",
    9: "decimal commas and minutes",
    10: "reserve held and released in one second",
    11: "payout started by hand has no id",
    12: "charge and payout in two currencies",
    13: "payout taken back in a later file",
    14: "currency in any case",
    15: "batch without payout carries on to the next",
    16: "settled row with a net debit",
    17: "invoice deduction in two parts of one reference",
    18: "abbreviations of summer and winter in one file",
    19: "columns in another order, optional, or twice",
    20: "one fee or three",
    21: "references in scientific notation",
    22: "tax in a column, gross settlement, debt and its repayment",
    23: "reference is a payment id or an order name",
    24: "several captures of one order",
    25: "a payout a cent off the exact sums",
    26: "decimal comma and days of Germany, reserves",
    27: "preamble, quoted quotes, dashes for nothing",
    28: "equal rows, and the same month downloaded again when it has grown",
    29: "cash, gift cards sold, tips",
    30: "a date that changed its meaning",
    31: "day and month by schema, a currency sign in front",
    32: "batch details, reversal, pending, zero, five decimals; one entry by notice and statement",
    33: "30 February, turn of the year, two statements in one file",
    34: "blank currency of a group, continuation within the account record, missing slash",
    35: "late evening, decimal comma, number used again",
    36: "the same payout by another file",
    37: "no rows are a valid day",
}
SHOPIFY = {
    1: "tip",
    2: "more than five taxes",
    3: "partial capture",
    4: "second charge after an edit",
    5: "edited after payment, unpaid",
    6: "two refunds two seconds apart",
    7: "refund in another payout than its charge",
    8: "refund at another rate",
    9: "dust of conversion",
    10: "presentment in another currency",
    11: "Shop Cash beside the card",
    12: "one Shop Cash credit of several orders",
    13: "marketplace tax",
    14: "dispute lost and won",
    15: "negative payout",
    16: "two payouts of one day and currency",
    17: "pending, then paid",
    18: "a gateway that failed is listed",
    19: "discounted to nothing",
    20: "three ways of being cancelled",
    21: "gift card as tender",
    22: "deposit on a draft",
    23: "three tenders, removed shipping, outstanding",
    24: "refund of an amount only",
    25: "duties",
    26: "reserve",
    27: "adjustment that no column shows",
    28: "one order name in two stores",
    29: "saved again by a spreadsheet",
    30: "clocks change within the file",
    31: "equal rows are two events",
}
SHOPS = "shopify_"


def shown() -> dict[tuple[str, int], list[str]]:
    """(family, number) → golden cases and tests that carry the number in their name."""
    found: dict[tuple[str, int], list[str]] = {}
    for path in sorted((TESTS / "importers").glob("*/case_*.expect.json")):
        family = "shopify" if path.parent.name.startswith(SHOPS) else "payouts"
        found.setdefault((family, int(path.name[5:7])), []).append(f"{path.parent.name}/{path.name}")
    for name in ("test_landed_twice", "test_banks"):
        for family, number in re.findall(r"^def test_(shopify_)?case_(\d\d)_", (TESTS / f"{name}.py").read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(("shopify" if family else "payouts", int(number)), []).append(f"{name}.py")
    return found


@pytest.mark.parametrize(("family", "cases"), [("payouts", PAYOUTS_AND_BANKS), ("shopify", SHOPIFY)], ids=["payouts", "shopify"])
def test_every_hard_case_is_shown(family: str, cases: dict[int, str]) -> None:
    assert list(cases) == list(range(1, {"payouts": 37, "shopify": 31}[family] + 1))
    there = {number for kind, number in shown() if kind == family}
    assert {number: what for number, what in cases.items() if number not in there} == {}
    assert there - set(cases) == set(), "a case has a number that no list has"
