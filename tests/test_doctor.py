"""What the books lack for their proofs, and which report brings it."""

from __future__ import annotations

import shutil
from pathlib import Path

import _shop
from conftest import in_force, tieout

from tieout.ask.doctor import where_from


def section(text: str, title: str) -> list[str]:
    lines = text.splitlines()
    start = lines.index(title) + 1
    return lines[start : next((n for n, line in enumerate(lines[start:], start) if not line.startswith(" ")), len(lines))]


def test_each_proof_says_up_to_when_it_goes_or_what_it_lacks(shop: Path) -> None:
    said = tieout("doctor", "--home", shop).stdout
    assert section(said, "payout proof") == ["  stripe-eur                   up to 2026-09-11 (settlement lines end there, others go on)"]
    clearing = section(said, "clearing proof")
    assert clearing[0] == "  stripe-eur                   not yet"
    assert [line.split(":")[0].strip() for line in clearing[1:]] == ["lacks journal entries of skerry-ltd", "lacks journal items of skerry-ltd"]
    assert "Accounting › Journal Items" in clearing[2] and "odoo_journal_item" in clearing[2]
    assert any(line.startswith("  odoo_sale_order_line: ") for line in section(said, "checks that nothing has come for yet"))


def test_what_waits_is_told_before_anything_was_judged(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "books")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    said = tieout("doctor", "--home", home).stdout
    assert "  inbox/bank: 2 files, which the next run lands" in said and "  mappings/gateways.csv: proposed, and not approved" in said
    assert said.rstrip().endswith("nothing was judged here yet: `tieout run`")


def test_a_report_without_payouts_and_a_missing_clearing_account_are_named(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "books")
    (home / "mappings" / "accounts.csv").write_text("entity,role,qualifier,odoo_account,odoo_journal,valid_from,valid_to\n", encoding="utf-8")
    shutil.rmtree(home / "inbox" / "stripe")
    (home / "inbox" / "stripe").mkdir()
    (home / "dead-letters" / "shop").mkdir(parents=True)
    in_force(home)
    (home / "inbox" / "shop" / "note.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    tieout("run", "--home", home, "--as-of", "2026-10-01", code=65)
    said = tieout("doctor", "--home", home).stdout
    assert "dead-letters/: 1 file refused" in said
    payout = section(said, "payout proof")
    assert payout[0].endswith("not yet") and "lacks payouts of stripe-eur: " in payout[2] and "stripe_reconciliation" in payout[2]
    assert section(said, "clearing proof")[-1] == "    lacks the account: a row of accounts.csv with the role clearing, qualifier stripe-eur"


def test_the_report_that_has_payouts_is_named_where_another_of_the_processor_has_none() -> None:
    assert "paypal_settlement" in where_from("payout", "paypal") and "paypal_activity" not in where_from("payout", "paypal")
    assert "[feed.csv]" in where_from("payout", "somebody else") and "[feed.csv]" in where_from("shipment")
