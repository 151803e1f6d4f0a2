"""Several payouts on one bank line and one payout on several: proof, entries and totals of a night, and what a person may join."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import in_force, tieout
from test_month import published


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """po_A and po_B arrive as one line, later than the window; po_C, 32.25, as the two lines of a day."""
    third = (("txn_8", "po_C", "2026-09-11", "#105", "charge", "33.00", "0.75"), ("txn_9", "po_C", "2026-09-11", "", "payout", "-32.25", "0.00"))
    monkeypatch.setattr(_shop, "LINES", (*_shop.LINES, *third))
    home = _shop.books(tmp_path / "books")
    days = {"2026-09-14": ("1000.00", "1032.25", [("", "30.00", "STRIPE", "K2"), ("", "2.25", "STRIPE", "K3")]), "2026-09-16": ("1032.25", "1219.50", [("", "187.25", "STRIPE", "K1")])}
    for path in (home / "inbox" / "bank").iterdir():
        path.unlink()
    for number, (day, (opening, closing, entries)) in enumerate(days.items(), 42):
        (home / "inbox" / "bank" / f"{day}.xml").write_text(_shop.statement(day, opening, closing, entries, number), encoding="utf-8")
    tieout("run", "--home", in_force(home), "--as-of", "2026-09-17")
    return home


def proofs(home: Path) -> dict[str, tuple[str, str, str | None]]:
    return {payout: (state, str(amount), key) for payout, state, amount, key in published(home, "SELECT payout_id, state, bank_amount, bank_line_key FROM payout_proof")}


@pytest.mark.drill
def test_shares_prove_their_payouts_and_are_booked(books: Path) -> None:
    assert proofs(books)["po_C"] == ("proven", "32.2500", "current/K2 + current/K3")
    assert proofs(books)["po_A"] == ("broken", "None", None)
    said = tieout("prove", "po_C", "--home", books).stdout
    assert "32.25 EUR  current/K2 + current/K3" in said
    assert published(books, "SELECT ref, debit FROM journal_entry JOIN journal_line USING (entry_id) WHERE kind = 'J-03' AND debit > 0 ORDER BY ref") == [
        ("K2", Decimal("30.0000")),
        ("K3", Decimal("2.2500")),
    ]
    join = ("match", "confirm", "--home", books, "--as", "jane", "--reason", "told by the processor")
    tieout(*join, "stripe-eur/po_A", "current/K1")
    assert published(books, "SELECT code, difference FROM exception WHERE state = 'open' AND subject_key = 'current/K1'") == [("BANK_UNEXPLAINED", Decimal("63.4000"))]
    tieout(*join, "stripe-eur/po_A", "current/K1", code=65)
    tieout(*join, "stripe-eur/po_A", "current/K2", code=65)
    tieout(*join, "stripe-eur/po_B", "current/K1")
    assert proofs(books) == {"po_A": ("proven", "123.8500", "current/K1"), "po_B": ("proven", "63.4000", "current/K1"), "po_C": ("proven", "32.2500", "current/K2 + current/K3")}
    assert published(books, "SELECT code FROM exception WHERE state = 'open' AND subject_key LIKE 'current/%'") == []
    assert published(books, "SELECT lines, proven, proven_amount FROM completeness WHERE source = 'bank_line'") == [(3, 3, Decimal("219.5000"))]
    assert published(books, "SELECT ref FROM journal_entry WHERE kind = 'J-03' ORDER BY ref") == [("K1 / po_A",), ("K1 / po_B",), ("K2",), ("K3",)]
