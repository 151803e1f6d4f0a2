"""Gift cards of the small shop from their files to the exceptions, and what books post that nobody owns."""

from __future__ import annotations

import json
from pathlib import Path

import _shop
import duckdb
from conftest import tieout

HEADER = "Id,Last Characters,Customer Name,Email,Order Name,Created At,Expires On,Initial Value,Balance,Currency,Expired?,Enabled?,Disabled At,Note"
CARDS = (
    ["1", "aaaa", "", "", "#101", "2026-09-01 10:00:00 +0100", "", "50.00", "30.00", "EUR", "false", "true", "", ""],
    ["2", "bbbb", "", "", "", "2026-09-03 10:00:00 +0100", "", "20.00", "20.00", "EUR", "false", "true", "", ""],
    ["3", "cccc", "", "", "#102", "2026-09-01 10:00:00 +0100", "", "10.00", "4.00", "EUR", "false", "true", "", ""],
)


def moved(movement: int, card: int, amount: str) -> str:
    body = {"id": f"gid://shopify/GiftCardDebitTransaction/{movement}", "processedAt": "2026-09-02T09:30:00Z", "amount": {"amount": amount, "currencyCode": "EUR"}, "giftCard": {"id": f"gid://shopify/GiftCard/{card}"}}
    return json.dumps(body) + "\n"


def test_cards_that_do_not_roll_forward_and_a_domain_without_an_owner_are_told(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "books")
    (home / "inbox" / "shop" / "gift_cards.csv").write_text(_shop.text_of(HEADER, [list(card) for card in CARDS]), encoding="utf-8")
    (home / "inbox" / "shop" / "gift_card_movements.jsonl").write_text(moved(1, 1, "-15.00") + moved(2, 3, "-6.00"), encoding="utf-8")
    ownership = home / "mappings" / "ownership.csv"
    ownership.write_text(ownership.read_text(encoding="utf-8") + "bank,*,bank,2026-01-01,\n", encoding="utf-8")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        told = con.execute("SELECT code, subject_kind, subject_key, difference FROM exception WHERE code LIKE 'GIFTCARD%' OR code LIKE 'SO%' ORDER BY ALL").fetchall()
    assert [(code, kind, key, None if difference is None else str(difference)) for code, kind, key, difference in told] == [
        ("GIFTCARD_PROMO_ISSUE", "gift_card", "skerry/2", "20.0000"),
        ("GIFTCARD_ROLLFORWARD_DIFF", "gift_card", "skerry/1", "-5.0000"),
        ("SOURCE_AUTHORITY_UNCLEAR", "mapping", "settlement", None),
    ]
    tieout("audit", "reproduce", "--home", home)


def test_books_that_post_without_a_map_of_owners_are_told_so(tmp_path: Path) -> None:
    home = _shop.books(tmp_path / "books")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    assert "not looked at: who owns bank, settlement: ownership.csv has no row" in tieout("run", "--home", home, "--as-of", "2026-10-01").stdout
    assert "bank, settlement: ownership.csv has no row" in tieout("status", "--home", home).stdout
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        assert con.execute("SELECT name, state FROM coverage WHERE kind = 'domain' ORDER BY name").fetchall() == [("bank", "not_controlled"), ("settlement", "not_controlled")]
        assert con.execute("SELECT count(*) FROM exception WHERE code = 'SOURCE_AUTHORITY_UNCLEAR'").fetchall() == [(0,)], "no day by day"
