"""Card numbers in free text: every one is masked as it lands and in messages, identifiers stay."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import duckdb
import pytest
from conftest import tieout

from ledger.private import CARD, is_card, masked
from ledger.sqltext import sql

COUNT = 1000
ISSUERS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16), ("65", 16), ("3528", 16), ("62", 16), ("4", 19), ("62", 19))
AROUND = ("paid with {}", "{} exp 09/27", "card:{}.", "ref 12 {} 734", "{}/{}", "Kunde {}, danke", "n°{}!", "{} {}", "x{}")
# what stands in the texts of shops, banks and processors and is no card
IDENTIFIERS = (
    "order {:013d} of store",
    "#{:014d}",
    "gid://shopify/Order/{:013d}",
    "+49 30 {:08d}",
    "DE89 3704 0044 0532 {:04d} 00",
    "po_1{:09d}Abc",
    "EREF+MUE{:08d} SVWZ+PAYOUT",
    "2026-09-02 10:00:00 {:06d}",
    "TX{:012d}XT batch 380",
    "{:08d}-{:08d}",
    "4{:012d} 1234",
)


def number(rng: random.Random) -> str:
    begin, length = rng.choice(ISSUERS)
    digits = begin + "".join(str(rng.randrange(10)) for _ in range(length - len(begin) - 1))
    return next(digits + str(check) for check in range(10) if is_card(digits + str(check)))


def grouped(digits: str, rng: random.Random) -> str:
    by = rng.choice(("", " ", "-", ".", "\u00a0"))
    ends = (4, 10, 15) if len(digits) == 15 else (4, 8, 12, 16, 19)
    return by.join(digits[a:b] for a, b in zip((0, *ends), ends, strict=False))


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(sql("importers", "macros"))
    return made


def landed(con: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    return [row[0] for row in con.execute("SELECT private_text(x) FROM (SELECT unnest($texts) AS x)", {"texts": texts}).fetchall()]


def test_every_card_number_is_masked(con: duckdb.DuckDBPyConnection) -> None:
    rng = random.Random("cards")
    texts, digits = [], []
    for _ in range(COUNT):
        pan = number(rng)
        around = rng.choice(AROUND)
        texts.append(around.format(*(grouped(pan, rng) for _ in range(around.count("{}")))))
        digits.append(pan)
    for kept in (landed(con, texts), [masked(text) for text in texts]):
        left = [text for text, pan in zip(kept, digits, strict=True) if pan in "".join(c for c in text if c.isdigit()) or CARD not in text]
        assert left == []


def test_a_long_and_a_short_number_stand_in_a_text(con: duckdb.DuckDBPyConnection) -> None:
    texts = {
        "4123 4567 8901 2345 677": CARD,  # 19 digits, the last group of three
        "paid 4123-4567-8901-2345-677 twice 4123 4567 8901 2345 677.": f"paid {CARD} twice {CARD}.",
        "4111 1111 1111 1111 123": f"{CARD} 123",  # 16 digits and what stands behind the card
        "4123 4567 8901 2345 678": "4123 4567 8901 2345 678",  # the check digit is wrong
        "paid with 30123456789019 today": f"paid with {CARD} today",  # 14 digits in one run
        "30123456789019;": f"{CARD};",
        "3012 345678 9019": CARD,
        "30123456789019": "30123456789019",  # a cell of digits alone is an id
        "gid://shopify/ProductVariant/30123456789019": "gid://shopify/ProductVariant/30123456789019",
        "#30123456789019 and BK-30123456789019 and 30123456789019_1": "#30123456789019 and BK-30123456789019 and 30123456789019_1",
    }
    assert dict(zip(texts, landed(con, list(texts)), strict=True)) == texts


def test_identifiers_stay(con: duckdb.DuckDBPyConnection) -> None:
    rng = random.Random("identifiers")
    texts = []
    for place in range(COUNT):
        form = IDENTIFIERS[place % len(IDENTIFIERS)]
        size = int(form.split("{:0")[1].split("d")[0])
        texts.append(form.format(*(rng.randrange(10 ** (size - 1), 10**size) for _ in range(form.count("{")))))
    for kept in (landed(con, texts), [masked(text) for text in texts]):
        assert sum(a != b for a, b in zip(kept, texts, strict=True)) <= COUNT // 100


def test_a_cell_of_digits_alone_is_an_id(con: duckdb.DuckDBPyConnection) -> None:
    assert landed(con, ["4111111111111111", "4111 1111 1111 1111", "4111111111111112 x"]) == ["4111111111111111", CARD, "4111111111111112 x"]


def test_a_formula_in_a_cell_is_text(con: duckdb.DuckDBPyConnection) -> None:
    texts = ['=HYPERLINK("http://x")', "+1-1", "-2+3", "@SUM(A1)", "\t=1"]
    assert con.execute("SELECT plain_text(x) FROM (SELECT unnest($texts) AS x)", {"texts": texts}).fetchall() == [(t.strip(),) if t[0] != "\t" else ("\t=1",) for t in texts]
    assert con.execute("SELECT amount_text('=1+1'), amount_text('+1'), amount_text('@1')").fetchall() == [(None, None, None)]


def test_a_compressed_export_lands_and_says_how_many_cards_it_left_out(shop: Path, tmp_path: Path) -> None:
    pan = "4111 1111 1111 1111"
    head = "Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Refunded Amount,Created at,Lineitem quantity,Lineitem price,Lineitem name\n"
    rows = "".join(f"#90{n},paid,EUR,9.00,0.00,0.00,9.00,0.00,0.00,2026-09-20 12:00:00 +0100,1,9.00,{name}\n" for n, name in ((1, f"Mug {pan}"), (2, "Mug")))
    with gzip.open(tmp_path / "orders.csv.gz", "wt", encoding="utf-8") as out:
        out.write(head + rows)
    said = tieout("file", "land", tmp_path / "orders.csv.gz", "--feed", "shop", "--home", shop).stderr
    assert "shop/orders.csv.gz: 1 rows held a card number in a text; it is not in the ledger" in said
    assert not [path for path in shop.rglob("*.parquet") if pan.encode() in path.read_bytes()]
    assert pan not in said
