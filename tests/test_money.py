"""Money at its edges: how amounts are written, decimals of currencies, rounding, sums, payouts of every size, two currencies in one payout, and rows that come in any order."""

from __future__ import annotations

import json
import random
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import tieout
from test_formats import read
from test_importers import HERE, expectation, stage
from test_rules import RULES, empty_books, put

from importers import _columns as c
from ledger.money import CURRENCIES, decimals
from ledger.sqltext import lay_tables, sql
from tieout.ask.checking import check

LOCALES = (c.POINT, c.COMMA, c.POINT_GROUPED, c.COMMA_GROUPED, c.POINT_SIGNED)
# What each of these locales reads: point; comma; point with thousands; comma with thousands; point with a currency's sign. None is refused, never nothing and never zero.
NOTATIONS = {
    "1.234,56": (None, None, None, "1234.56", None),
    "1,234.56": ("1234.56", None, "1234.56", None, "1234.56"),
    "-1,000,000.5": ("-1000000.5", None, "-1000000.5", None, "-1000000.5"),
    "1,234": (None, "1.234", "1234", "1.234", "1234"),  # without decimals behind a point it could mean either
    "1.234": ("1.234", None, "1.234", "1234", "1.234"),
    "12,345": (None, "12.345", "12345", "12.345", "12345"),
    "1.000.000": (None, None, None, "1000000", None),
    "(10.50)": (None, None, None, None, "-10.5"),
    "-10.50": ("-10.5", None, "-10.5", None, "-10.5"),
    "\u221210.50": (None, None, "-10.5", None, "-10.5"),
    "$10.50": (None, None, None, None, "10.5"),
    "-$10.50": (None, None, None, None, "-10.5"),
    "10.50 EUR": (None, None, None, None, "10.5"),
    "10.5050": ("10.505", None, "10.505", None, "10.505"),
    ".50": ("0.5", None, "0.5", None, "0.5"),
    ",50": (None, "0.5", None, "0.5", None),
    "0010.50": ("10.5", None, "10.5", None, "10.5"),
    "-0.00": ("0", None, "0", None, "0"),
    "-9999999999999.99": ("-9999999999999.99", None, "-9999999999999.99", None, "-9999999999999.99"),
}
NUMBERS_OF_NO_LOCALE = (
    "10.50-", "(-10.50)", "--1", "+10.50", "10.", "1.2.3", "1,2,3", "1e3", "1E-2", "1_000", "NaN", "nan", "inf", "-Infinity", "0x10", "1/2", "10.50%", "1'234.50",
    "1 000.00", "1\u00a0000,00", "10.50000", "12345678901234", "1" * 35, "\u0663.\u0665", "\uff11\uff10.\uff15\uff10", "", "-", "null", "true", "=1+1", "#REF!",
)  # fmt: skip


def test_an_amount_is_read_as_its_format_writes_it_or_refused() -> None:
    written = [*NOTATIONS, *NUMBERS_OF_NO_LOCALE]
    for place, locale in enumerate(LOCALES):
        wanted = [None if values[place] is None else Decimal(values[place]) for values in NOTATIONS.values()] + [None] * len(NUMBERS_OF_NO_LOCALE)
        assert read(c.amount("x", locale=locale), written) == wanted, locale


@pytest.mark.parametrize(("name", "written"), [("shopify_payments/columns_16.csv", r"-?\d+\.\d\d(?=,)"), ("ofx/case_35_fitid_used_again.ofx", r"(?<=<TRNAMT>)-?[\d.]+")])
def test_an_amount_larger_than_any_is_refused_and_no_crash(name: str, written: str, tmp_path: Path) -> None:
    """One that no table takes, and those whose sum is such a one."""
    case = HERE / name
    for amount in ("9999999999999.99", "99999999999999.99", "-99999999999999.99", "9" * 30):
        (tmp_path / case.name).write_text(re.sub(written, amount, case.read_text(encoding="utf-8")), encoding="utf-8")
        outcome = stage(tmp_path / case.name, json.loads(expectation(case).read_text(encoding="utf-8")).get("context", {}))
        assert amount == "9999999999999.99" or outcome["refused"]["code"] == "VALUE_FORMAT", (amount, outcome)


def test_an_amount_has_no_more_decimals_than_its_currency() -> None:
    con = duckdb.connect()
    con.execute(sql("importers", "macros"))
    listed = con.execute("SELECT x, decimals_of(x), unit_of(x) FROM unnest($codes) AS t(x)", {"codes": list(CURRENCIES)}).fetchall()
    assert listed == [(code, places, Decimal(1).scaleb(-places)) for code, places in CURRENCIES.items()], "readers and rules know the same decimals"
    amounts = ("7", "7.5", "7.05", "7.005", "7.0005")
    for currency, most in (("JPY", 0), ("KRW", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("BHD", 3), ("CLF", 4)):
        found = con.execute("SELECT [too_fine(CAST(x AS DECIMAL(18,4)), $currency) FOR x IN $amounts], decimals_of($currency)", {"currency": currency, "amounts": list(amounts)}).fetchall()
        assert found == [([number > most for number in range(5)], most)], currency
        assert decimals(currency) == most
    assert read(c.amount("x"), ["7.00005"]) == [None], "no currency has five"


def cent(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_fees_are_rounded_as_people_round_them(tmp_path: Path) -> None:
    """Ten thousand expected fees, many of them at half a cent exactly: the rules that round find none of them wrong, and the one that is a cent off."""
    chance, con = random.Random("fees"), empty_books(tmp_path)
    put(con, "map_fee_schedule", [{"account": "a", "method": "card", "percent": "2.5", "fixed": "0.30", "currency": "EUR"}])
    put(con, "rule_parameter", [{"rule": "E-01", "name": name, "value": "0", "entity": "e1"} for name in ("absolute", "share")])
    rows, halves = [], 0
    for n in range(10_000):
        gross = Decimal(chance.randrange(1, 10 ** chance.randrange(2, 9)) * (20 if n % 2 else 1)).scaleb(-2)
        exact = gross * Decimal("0.025")
        halves += exact % Decimal("0.01") == Decimal("0.005")
        fee = cent(exact) + Decimal("0.30") + (Decimal("0.01") if n == 77 else 0)
        rows.append({"account": "a", "entity": "e1", "line_id": str(n), "bucket": "sale", "currency": "EUR", "gross": str(gross), "fee": str(-fee), "booked_on": "2026-09-01"})
    put(con, "line_fact", rows)
    assert halves > 500
    for fact in ("expected_fee", "allowance", "fee_run", "fee_difference"):
        con.execute(f"CREATE OR REPLACE TABLE fact.main.{fact} AS {RULES[fact].text}")
    assert con.sql(RULES["fee_overcharged"].text).project("subject_key, difference").fetchall() == [("a/77", Decimal("0.01"))]
    assert con.sql(RULES["fee_undercharged"].text).fetchall() == []
    con.close()


def test_a_tolerance_is_an_amount_or_units_of_the_currency(tmp_path: Path) -> None:
    con = empty_books(tmp_path)
    given = {"absolute": "1 unit", "per_line": "0.5 units", "cap": "3.25", "days": "5"}
    put(con, "rule_parameter", [{"rule": "A-1", "name": name, "value": value, "entity": "e1"} for name, value in given.items()])
    rows = con.sql(RULES["allowance"].text).filter("rule = 'A-1' AND currency IN ('EUR', 'JPY', 'KWD')").project("name, currency, amount").order("name, currency").fetchall()
    assert [(name, currency, f"{amount:f}") for name, currency, amount in rows] == [
        *(("absolute", "EUR", "0.0100"), ("absolute", "JPY", "1.0000"), ("absolute", "KWD", "0.0010")),
        *(("cap", "EUR", "3.2500"), ("cap", "JPY", "3.2500"), ("cap", "KWD", "3.2500")),
        *(("per_line", "EUR", "0.0050"), ("per_line", "JPY", "0.5000"), ("per_line", "KWD", "0.0005")),
    ]
    con.close()


def test_a_million_tenths_are_a_hundred_thousand_in_any_order() -> None:
    con = duckdb.connect()
    lay_tables(con, "sources")
    con.execute("CREATE TABLE many AS SELECT net FROM settlement_line")
    con.execute("INSERT INTO many SELECT 0.10 FROM range(1000000)")
    con.execute("INSERT INTO many SELECT CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END * 99999999.99 FROM range(1000) AS r(i)")
    for threads in (1, 2, 4):
        con.execute(f"SET threads = {threads}")
        for order in ("net", "net DESC", "hash(rowid)"):
            total = con.execute(f"SELECT sum(net) FROM (SELECT net, rowid FROM many ORDER BY {order})").fetchall()[0][0]
            assert (total, type(total)) == (Decimal("100000.0000"), Decimal)


def stripe_rows(*payouts: tuple[str, str, str, tuple[tuple[str, str], ...]]) -> list[str]:
    """Rows of a payout reconciliation: (payout, day, currency, (category, gross) of its lines), and its own row that takes it out of the balance."""
    rows = []
    for payout, day, currency, lines in payouts:
        total = -sum((Decimal(gross) for _, gross in lines), Decimal(0))
        for n, (category, gross) in enumerate((*lines, ("payout", f"{total:.2f}"))):
            line = f"{payout}_{currency}_{n}"
            rows.append(f"{payout},{day} 06:00:00,{line},{day} 05:00:00,{day} 05:00:00,{currency},{gross},0.00,{gross},{category},{category}_{line},,card,")
    return rows


EDGES = (
    ("po_nothing", "2026-09-20", "eur", (("charge", "10.00"), ("refund", "-10.00"))),
    ("po_cent", "2026-09-21", "eur", (("charge", "0.01"),)),
    ("po_billion", "2026-09-22", "eur", (("charge", "1000000000000.00"), ("refund", "-0.01"))),
    ("po_negative", "2026-09-23", "eur", (("refund", "-25.00"),)),
    ("po_two", "2026-09-24", "eur", (("charge", "5.00"),)),
    ("po_two", "2026-09-24", "usd", (("charge", "6.00"),)),
)


def test_payouts_of_every_size_are_conserved_and_currencies_never_summed_together(shop: Path) -> None:
    (shop / "inbox" / "stripe" / "edges.csv").write_text("\n".join([_shop.stripe().splitlines()[0], *stripe_rows(*EDGES)]) + "\n")
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    proofs = {payout: row for payout, *row in published(shop, "SELECT payout_id, currency, payout_amount, lines_net, state FROM payout_proof")}
    for payout, wanted in (("po_nothing", "0.00"), ("po_cent", "0.01"), ("po_billion", "999999999999.99"), ("po_negative", "-25.00")):
        assert proofs[payout][:3] == ["EUR", Decimal(wanted), Decimal(wanted)], payout
    currency, paid, lines, state = proofs["po_two"]
    assert (paid, lines, state) == ((Decimal(5), Decimal(5), "broken") if currency == "EUR" else (Decimal(6), Decimal(6), "broken"))
    found = published(shop, "SELECT cause FROM exception WHERE code = 'PAYOUT_NOT_DECOMPOSED' AND subject_key = 'stripe-eur/po_two' AND state = 'open'")
    assert len(found) == 1 and "another currency" in str(found[0][0])
    assert published(shop, "SELECT entry_id FROM journal_line WHERE entry_id LIKE '%po_two%'") == []
    assert published(shop, "SELECT entry_id FROM journal_line GROUP BY entry_id HAVING sum(debit) <> sum(credit) OR count(DISTINCT currency) > 1") == []
    stated = {currency: sum((Decimal(gross) for *_, of, lines in EDGES if of == currency for _, gross in lines), Decimal(0)) for currency in ("eur", "usd")}
    assert dict(published(shop, "SELECT lower(currency), sum(amount) FROM payout_bucket WHERE payout_id LIKE 'po\\__%' ESCAPE '\\' AND payout_id NOT IN ('po_A', 'po_B') GROUP BY 1")) == stated
    assert check(shop) == []


def published(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def outcome(home: Path) -> list[object]:
    """What the books come to, without from which file and when."""
    return [
        published(home, statement)
        for statement in (
            "SELECT code, subject_key, expected, actual, difference FROM exception WHERE state IN ('open', 'review', 'in_transit') ORDER BY ALL",
            "SELECT payout_id, currency, payout_amount, lines_net, bank_amount, state FROM payout_proof ORDER BY ALL",
            "SELECT entry_id, role, odoo_account, debit, credit FROM journal_line ORDER BY ALL",
            "SELECT line_id, order_name, gross, fee, net, payout_id FROM settlement_line_current ORDER BY ALL",
            "SELECT source, currency, amount, proven_amount, in_transit_amount, in_exception_amount FROM completeness ORDER BY ALL",
        )
    ]


# a sale of March, its chargeback half a year later
LATE = (("po_old", "2026-03-02", "eur", (("charge", "70.00"),)), ("po_back", "2026-09-21", "eur", (("dispute", "-70.00"),)))


@pytest.mark.drill
def test_the_order_in_which_rows_and_files_come_does_not_matter(tmp_path: Path) -> None:
    """As it happened; every file backwards; the payout of the refund and the chargeback a night before the sales, and the bank before both."""
    head, *lines = [*_shop.stripe().splitlines(), *stripe_rows(*LATE)]
    later = [line for line in lines if line.startswith(("po_B", "po_back"))]
    nights = {
        "happened": [{"stripe/a.csv": [head, *lines]}],
        "backwards": [{"stripe/a.csv": [head, *reversed(lines)]}],
        "late": [{"stripe/a.csv": [head, *later]}, {"stripe/b.csv": [head, *(line for line in lines if line not in later)]}],
    }
    found = {}
    for name, days in nights.items():
        home = _shop.books(tmp_path / name)
        files = {path: text.splitlines() for path, text in _shop.files().items() if not path.startswith("stripe/")}
        for path in (home / "inbox").glob("*/*"):
            path.unlink()
        for words in (("propose",), ("approve", "--all")):
            tieout("mapping", *words, "--home", home, "--as", "jane")
        for n, day in enumerate(days):
            given = dict(day)
            if n == len(days) - 1:
                given |= {p: t if name == "happened" or not p.endswith(".csv") else [t[0], *reversed(t[1:])] for p, t in files.items() if not p.startswith("bank/")}
            if n == 0:
                given |= {p: t for p, t in files.items() if p.startswith("bank/")}
            for path, rows in given.items():
                (home / "inbox" / path).write_text("\n".join(rows) + "\n", encoding="utf-8")
            tieout("run", "--home", home, "--as-of", f"2026-10-0{n + 1}" if len(days) > 1 else "2026-10-02", env={"TIEOUT_NOW": f"2026-10-0{n + 1}T04:00:00"})
        found[name] = outcome(home)
    assert all(found["happened"])
    for name in ("backwards", "late"):
        for wanted, got in zip(found["happened"], found[name], strict=True):
            assert got == wanted, name
