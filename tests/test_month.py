"""The sample month end to end: what the night says is exactly what its answers say, and a second night adds nothing."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from conftest import ROOT, close_shop, tieout

from tieout.ask.checking import check

ANSWERS = json.loads((ROOT / "sample_data" / "answers.json").read_text(encoding="utf-8"))
DERIVED = {"refund"}


def published(home: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def line_keys(home: Path) -> dict[str, str]:
    """account/@moment|gross|net → account/line id; the charge's gross and net as the processor's file states them."""
    rows = published(home, "SELECT account, line_id, occurred_at, gross, net_stated FROM settlement_line_current")
    return {f"{account}/@{moment:%Y-%m-%dT%H:%M:%SZ}|{gross:.2f}|{net:.2f}": f"{account}/{line_id}" for account, line_id, moment, gross, net in rows}


def test_the_exceptions_are_the_answers(closed_month: Path) -> None:
    found = {
        (code, kind, key, f"{abs(difference):.2f}", currency)
        for code, kind, key, difference, currency in published(
            closed_month, "SELECT code, subject_kind, subject_key, difference, currency FROM exception WHERE state = 'open' AND severity <> 'low'"
        )
    }
    keys = line_keys(closed_month)
    with (ROOT / "sample_data" / "answers.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    wanted = {(row["code"], row["subject_kind"], keys.get(row["subject_key"], row["subject_key"]), row["amount"], row["currency"]) for row in listed}
    assert len(wanted) == len(listed) > 40
    assert found == wanted


def test_every_payout_is_proven_or_says_what_is_missing(closed_month: Path) -> None:
    rows = published(closed_month, "SELECT account, payout_id, state, payout_amount, lines_net, residual, bank_amount, bank_line_key FROM payout_proof")
    assert {f"{row[0]}/{row[1]}" for row in rows} == set(ANSWERS["payouts"])
    for account, payout_id, state, amount, lines, residual, bank, bank_key in rows:
        answer = ANSWERS["payouts"][f"{account}/{payout_id}"]
        assert state in answer["accept"], (account, payout_id)
        assert (amount, lines, residual) == tuple(Decimal(answer[name]) for name in ("payout_amount", "lines_net", "residual"))
        assert (str(bank or ""), bank_key or "") == (str(Decimal(answer["bank_amount"]).quantize(Decimal("0.0001"))) if answer["bank_amount"] else "", answer["bank_line_key"] or "")


def test_lines_find_their_orders_by_every_key(closed_month: Path) -> None:
    """By the order's name, its number, the shop's payment id, the merchant's reference, and through the line that is taken back."""
    found = published(
        closed_month,
        """
        SELECT l.account, CASE WHEN l.order_name IS NOT NULL THEN 'name' WHEN l.order_id IS NOT NULL THEN 'number' WHEN l.payment_id IS NOT NULL THEN 'payment' ELSE 'parent' END, count(*), count(f.order_name)
        FROM settlement_line_current AS l JOIN line_fact AS f ON f.account = l.account AND f.line_id = l.line_id
        WHERE coalesce(l.order_name, l.order_id, l.payment_id, l.parent_ref) IS NOT NULL GROUP BY ALL ORDER BY ALL
        """,
    )
    assert [(account, lines - ordered) for account, _, lines, ordered in found if lines != ordered] == [("pdx-stripe", 1)], "the charge that names no order is planted"
    assert {(account, key) for account, key, _, ordered in found if ordered} >= {
        ("dub-shopify", "name"), ("dub-klarna", "name"), ("dub-klarna", "payment"), ("pdx-stripe", "number"), ("pdx-paypal", "payment"), ("pdx-paypal", "parent"),
    }  # fmt: skip


def test_every_clearing_account_is_explained_to_the_cent(closed_month: Path) -> None:
    proofs = published(closed_month, "SELECT account, ledger_balance, explained, residual FROM clearing_proof ORDER BY account")
    assert [account for account, *_ in proofs] == sorted({key.split("/")[0] for key in ANSWERS["payouts"]})
    # PayPal pays out by the day: nothing stands on its account at the end
    assert all(balance == explained and residual == 0 and (balance != 0 or account == "pdx-paypal") for account, balance, explained, residual in proofs)
    assert published(closed_month, "SELECT count(*) FROM clearing_item WHERE NOT explains") == [(0,)]


def test_balances_roll_forward_and_what_is_left_has_its_own_finding(closed_month: Path) -> None:
    """Two payouts are booked twice, one of them holding a reserve, and two invoices have another tax than their order."""
    rolled = published(closed_month, "SELECT kind, account, period, opening + movement - closing, closing - stated - residual, residual FROM roll_forward ORDER BY ALL")
    assert [(kind, account) for kind, account, *_ in rolled] == [
        ("disputed_funds", "101740"), ("disputed_funds", "131740"), ("payouts_in_transit", "101710"), ("payouts_in_transit", "131710"), ("processor_balance", "dub-klarna"), ("processor_balance", "pdx-paypal"),
        ("reserve", "101750"), ("reserve", "131750"), ("tax_payable", "DK"), ("tax_payable", "FR"), ("tax_payable", "IE"), ("tax_payable", "US-CA"), ("tax_payable", "US-ID"), ("tax_payable", "US-WA"),
    ]  # fmt: skip
    assert {(period, one, other) for _, _, period, one, other, _ in rolled} == {("2026-09", 0, 0)}
    twice = published(closed_month, "SELECT -sum(difference) FROM exception WHERE code = 'POSTED_TWICE' AND state = 'open'")[0][0]
    left = {account: residual for _, account, *_, residual in rolled if residual}
    assert left == {"101710": twice, "101750": -120, "IE": Decimal("-1.27"), "US-WA": Decimal("-1.27")}
    assert published(closed_month, "SELECT count(*) FROM exception WHERE code IN ('TAX_ROLLFORWARD_DIFF', 'GL_BALANCE_DIFF')") == [(0,)]


def test_buckets_sum_to_the_lines_and_are_those_of_the_answers(closed_month: Path) -> None:
    found: dict[str, dict[str, Decimal]] = {}
    for account, payout_id, bucket, amount in published(closed_month, "SELECT account, payout_id, bucket, amount FROM payout_bucket WHERE amount <> 0"):
        found.setdefault(f"{account}/{payout_id}", {})[bucket] = amount
    for key, answer in ANSWERS["payouts"].items():
        assert found.get(key, {}) == {name: Decimal(amount) for name, amount in answer["buckets"].items() if Decimal(amount)}, key


def test_every_row_landed_once(closed_month: Path) -> None:
    wanted = {table: count for table, count in ANSWERS["rows"].items() if table not in DERIVED}
    assert dict(published(closed_month, " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in wanted))) == wanted


def test_the_sums_close_per_source_and_currency(closed_month: Path) -> None:
    rows = published(closed_month, "SELECT source, currency, lines, proven + in_transit + in_exception + resolved + unlooked, amount, "
                                   "proven_amount + in_transit_amount + in_exception_amount + resolved_amount + unlooked_amount FROM completeness")
    assert {source for source, *_ in rows} >= {"sales_order", "order_transaction", "settlement_line", "payout", "bank_line", "odoo_journal_item"}
    assert all(lines == parts and amount == amounts for _, _, lines, parts, amount, amounts in rows)
    landed = {(source, currency): amount for source, currency, _, _, amount, _ in rows}
    for currency, totals in ANSWERS["totals"].items():
        assert landed["sales_order", currency] == Decimal(totals["orders"])
        assert landed["settlement_line", currency] == published(closed_month, f"SELECT sum(net) FROM settlement_line_current WHERE currency = '{currency}'")[0][0]


def test_entries_balance_and_no_payout_that_odoo_has_is_in_a_file(closed_month: Path) -> None:
    assert published(closed_month, "SELECT entry_id FROM journal_line GROUP BY entry_id HAVING sum(debit) <> sum(credit)") == []
    exported = published(closed_month, "SELECT e.account || '/' || e.subject_key, e.subject_key FROM export_entry AS x JOIN journal_entry AS e ON e.entry_id = x.entry_id WHERE e.kind = 'J-02'")
    assert exported
    for _, key in exported:
        answer = ANSWERS["payouts"][key]
        assert answer["odoo_entries"] == 0 and answer["residual"] == "0.00", key


def sealed(home: Path) -> dict[str, str]:
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((home / "outbox").rglob("*")) if path.is_file()}


def test_the_same_night_again_adds_its_own_record_and_nothing_else(shop: Path) -> None:
    def state() -> tuple[Any, ...]:
        with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as con:
            tables = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('run', 'run_step', 'run_mapping', 'rule_run', 'log_leaf', 'log_head') ORDER BY 1").fetchall()]
            rows = {name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in tables}
        return rows, published(shop, "SELECT exception_id, code, state, subject_key FROM exception ORDER BY ALL"), sealed(shop)

    before, size = state(), published(shop, "SELECT size FROM log_head")[0][0]
    assert before[1] and before[2]
    tieout("run", "--home", shop, "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    assert state() == before
    assert published(shop, "SELECT size FROM log_head")[0][0] == size + 1
    assert check(shop) == []


def test_two_sets_of_books_from_the_same_files_are_the_same_to_the_byte(closed_shop: Path, tmp_path: Path) -> None:
    home = tmp_path / "twin"
    close_shop(home)
    for folder in ("ledger/manifests", "ledger/segments"):
        names = sorted(path.name for path in (closed_shop / folder).iterdir())
        assert names == sorted(path.name for path in (home / folder).iterdir())
        assert all((closed_shop / folder / name).read_bytes() == (home / folder / name).read_bytes() for name in names)
    assert sealed(home) == sealed(closed_shop) != {}


def test_the_night_is_of_the_day_of_the_answers(closed_month: Path) -> None:
    assert published(closed_month, "SELECT as_of FROM run") == [(date.fromisoformat(ANSWERS["as_of"]),)]
