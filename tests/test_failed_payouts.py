"""A payout that fails and whose money goes out again: the later payout is proven, and every account ends as if it had gone out once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import in_force, once, tieout
from test_month import published
from test_outputs import with_odoo
from test_reversal import ENTRY, in_odoo

from tieout.ask.checking import check

ROW = "{payout},{paid} 06:00:00,{line},{at} 09:00:06,{at} 09:00:06,eur,{gross},{fee},{net},{category},{source},{text},card,{order}\n"
ENDS = [("clearing", Decimal("-224.50")), ("payouts_in_transit", Decimal(0)), ("processing_fees", Decimal("5.00")), ("suspense", Decimal("219.50"))]


def itemised(back_on: str, charges_on: str, *, failed: bool = True) -> str:
    """The report, with po_A's money back as a line of one payout and its charges on one; po_C pays out what came back and a new charge."""
    header, *rows = _shop.stripe().splitlines(keepends=True)
    if failed:
        rows = [r.replace("po_A,2026-09-04", "po_C,2026-09-18") if charges_on == "po_C" and r.startswith("po_A,") and ",charge," in r else r for r in rows]
        at = {"at": "2026-09-16", "payout": "po_C", "paid": "2026-09-18", "text": "Skerry Wool", "order": ""}
        rows.append(ROW.format(**at | {"payout": back_on, "line": "txn_8", "gross": "123.85", "fee": "0.00", "net": "123.85", "category": "payout_reversal", "source": "po_A"}))
        rows.append(ROW.format(**at | {"line": "txn_9", "gross": "33.00", "fee": "0.75", "net": "32.25", "category": "charge", "source": "ch_9", "text": "Skerry Wool #105", "order": "7005"}))
        rows.append(ROW.format(**at | {"line": "txn_10", "gross": "-156.10", "fee": "0.00", "net": "-156.10", "category": "payout", "source": "po_C"}))
    return header + "".join(rows)


def statements(home: Path) -> None:
    """The bank never saw po_A."""
    bank = home / "inbox" / "bank"
    (bank / "statement_0907.xml").write_text(_shop.statement("2026-09-07", "1000.00", "1000.00", [], 41), encoding="utf-8")
    (bank / "statement_0914.xml").write_text(_shop.statement("2026-09-14", "1000.00", "1051.40", list(_shop.ENTRIES[1:]), 42), encoding="utf-8")


def retried(home: Path, back_on: str, charges_on: str) -> None:
    """What arrives once po_A has failed and po_C was paid."""
    (home / "inbox" / "stripe" / "after.csv").write_text(itemised(back_on, charges_on), encoding="utf-8")
    last = _shop.statement("2026-09-21", "1051.40", "1207.50", [("2026-09-21", "156.10", "Stripe payout po_C", "SKB0004")], 43)
    (home / "inbox" / "bank" / "statement_0921.xml").write_text(last, encoding="utf-8")


def opened(home: Path) -> Path:
    statements(with_odoo(_shop.books(home)))
    return in_force(home)


def night(home: Path, day: str, odoo: bool = False) -> None:
    """A night; with an extract of Odoo in which po_A's entry is posted."""
    if odoo:
        in_odoo(home, day, [(ENTRY, "po_A", "2026-09-04", "123.85")])
    tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T05:00:00"})


@pytest.fixture
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """po_A's entry has gone out; nothing is known of its failure."""
    return once(tmp_path_factory, "po-a-sent", lambda home: night(opened(home), "2026-10-01"))


def ends(home: Path) -> list[tuple[str, Decimal]]:
    return published(home, "SELECT role, sum(debit - credit) FROM journal_line GROUP BY role ORDER BY role")


def proofs(home: Path) -> list[tuple[str, str, Decimal]]:
    return published(home, "SELECT payout_id, state, residual FROM payout_proof ORDER BY payout_id")


def test_the_money_of_a_failed_payout_is_a_line_of_the_next(sent: Path) -> None:
    """Stripe's way: the charges stay with the payout that failed, its amount comes back as a line of the one that pays it out."""
    retried(sent, "po_C", "po_A")
    night(sent, "2026-10-03", odoo=True)
    assert proofs(sent) == [("po_A", "returned", 0), ("po_B", "proven", 0), ("po_C", "proven", 0)]
    assert published(sent, "SELECT bucket, amount FROM payout_bucket WHERE payout_id = 'po_C' ORDER BY bucket") == [("carry", Decimal("123.85")), ("fee", Decimal("-0.75")), ("sale", Decimal(33))]
    assert published(sent, "SELECT count(*) FROM exception WHERE state = 'open' AND code IN ('PAYOUT_NOT_DECOMPOSED', 'KEY_CONFLICT')") == [(0,)]
    assert ends(sent) == ENDS
    assert published(sent, "SELECT paid_on = DATE '2026-09-04', why FROM payout_proof WHERE payout_id = 'po_A'") == [(True, "The processor says that the payout is failed; its money went out again with po_C.")]
    assert published(sent, "SELECT lines = proven, in_exception FROM completeness WHERE source = 'settlement_line'") == [(True, 0)], "every line is in a bank line"
    assert published(sent, "SELECT proven, resolved, in_exception FROM completeness WHERE source = 'payout'") == [(2, 1, 0)]


@pytest.mark.drill
def test_a_payout_that_failed_before_its_entry_went_out_is_booked_once_its_money_went_out_again(shop: Path) -> None:
    """Else the fees of its charges would never be booked: the later payout holds its net amount only."""
    assert published(shop, f"SELECT reason FROM held_entry WHERE entry_id = '{ENTRY}'") == [("extract_missing",)]
    retried(with_odoo(shop), "po_C", "po_A")
    night(shop, "2026-10-02")
    assert published(shop, f"SELECT count(*) FROM export_entry WHERE entry_id = '{ENTRY}'") == [(1,)], "J-13 follows the entry that has gone out"
    assert published(shop, "SELECT reason FROM held_entry") == [("payout_failed",)], "the receipt of a payout that failed"


def test_the_lines_of_a_failed_payout_that_move_on_are_booked_once(sent: Path) -> None:
    """The later payout's entry books the fees: what the failed one had booked of them is taken back, beside its way to the bank."""
    retried(sent, "po_A", "po_C")
    night(sent, "2026-10-03", odoo=True)
    assert published(sent, "SELECT entry_id, ref FROM journal_entry WHERE kind = 'J-13' ORDER BY 1") == [
        (ENTRY.replace("_payout_", "_failed_"), "po_A failed"), (ENTRY.replace("_payout_", "_moved_"), "po_A moved"),
    ]  # fmt: skip
    assert ends(sent) == ENDS
    assert proofs(sent) == [("po_A", "broken", Decimal("123.85")), ("po_B", "proven", 0), ("po_C", "proven", 0)]
    assert published(sent, "SELECT count(*) FROM exception WHERE state = 'open' AND code = 'PAYOUT_NOT_DECOMPOSED'") == [(0,)]
    assert check(sent) == []
