"""A report of several currencies: the rows of each are of the account in it, which the feed names; what it cannot name refuses the file and says why."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import tieout

SECOND = "\nstripe-usd,stripe,skerry-ltd,USD,dollars,2026-01-01,"
DOLLARS = (("txn_8", "po_D", "charge", "10.00", "0.45"), ("txn_9", "po_D", "payout", "-9.55", "0.00"))


def query(home: Path, text: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in json.loads(tieout("query", text, "--home", home, "--format", "json").stdout)]


def books(home: Path, monkeypatch: pytest.MonkeyPatch, more: str, further: str) -> Path:
    monkeypatch.setitem(_shop.MAPPINGS, "processor_accounts", _shop.MAPPINGS["processor_accounts"] + more)
    monkeypatch.setitem(_shop.MAPPINGS, "bank_accounts", _shop.MAPPINGS["bank_accounts"] + "\ndollars,skerry-ltd,USD,000555010077,2026-01-01,")
    _shop.books(home, _shop.TOML.replace('account = "stripe-eur"\n', f'account = "stripe-eur"\nfurther_accounts = {further}\n', 1))
    report = home / "inbox" / "stripe" / "payout_reconciliation.csv"
    head, *rows = report.read_text(encoding="utf-8").splitlines()
    like = dict(zip(head.split(","), rows[0].split(","), strict=True))
    for line, payout, category, gross, fee in DOLLARS:
        net = f"{Decimal(gross) - Decimal(fee)}"
        cells = {"balance_transaction_id": line, "automatic_payout_id": payout, "reporting_category": category, "gross": gross, "fee": fee, "net": net, "currency": "usd", "description": "", "payment_metadata[order_id]": ""}
        rows.append(",".join({**like, **cells}[name] for name in head.split(",")))
    report.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    return home


def test_rows_in_the_currency_of_a_further_account_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = books(tmp_path / "books", monkeypatch, SECOND, '["stripe-usd"]')
    tieout("run", "--home", home, "--as-of", "2026-09-20")
    assert query(home, "SELECT account, currency, count(*) AS lines FROM settlement_line GROUP BY 1, 2 ORDER BY 1") == [("stripe-eur", "EUR", 7), ("stripe-usd", "USD", 2)]
    assert query(home, "SELECT account, payout_id, currency FROM payout_proof WHERE currency = 'USD'") == [("stripe-usd", "po_D", "USD")]
    said = tieout("doctor", "--home", home).stdout.split("stripe-usd")[1].split("clearing proof")[0]
    assert "lacks bank statements of dollars" in said and "settlement" not in said, said


@pytest.mark.parametrize(("more", "further", "why"), [
    ("", '["stripe-usd"]', "the further account stripe-usd is in no approved row of processor_accounts.csv"),
    (SECOND.replace("USD", "EUR").replace("dollars", "current"), '["stripe-usd"]', "the further account stripe-usd is in EUR as stripe-eur is"),
    (SECOND.replace(",stripe,", ",paypal,"), '["stripe-usd"]', "the further account stripe-usd is of another processor or company than the feed's"),
])
def test_a_further_account_that_cannot_be_refuses_the_file_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, further: str, why: str) -> None:
    home = books(tmp_path / "books", monkeypatch, more, further)
    tieout("run", "--home", home, "--as-of", "2026-09-20", code=65)
    assert query(home, "SELECT code, reason FROM dead_letter") == [("MAPPING_MISSING", why)]


def test_a_feed_without_an_account_has_no_further_ones(tmp_path: Path) -> None:
    _shop.books(tmp_path / "books")
    settings = tmp_path / "books" / "tieout.toml"
    settings.write_text(_shop.TOML.replace('store = "skerry"\n', 'store = "skerry"\nfurther_accounts = ["stripe-usd"]\n', 1), encoding="utf-8")
    assert "further_accounts are of a feed with an account" in tieout("config", "check", "--home", tmp_path / "books", code=78).stderr
