"""Two kinds of reports of the same events: the second one is refused before it doubles what the first one told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from importers import _registry
from importers._kit import Context
from importers._unpack import looked_into
from ledger import landing
from ledger.errors import FileRefusedError
from ledger.sqltext import lay_tables, sql
from tieout.night.mixing import TOLD, check_mix, rivals_of

CASES = Path(__file__).resolve().parent / "importers"
SETTLED = "paypal_settlement/case_02_chargeback_fee_in_its_own_row.csv"
DETAILED = "paypal_transactions/case_06_denied_pending_and_authorised_are_no_lines.csv"
BATCH = "adyen_settlement/case_20_blended_and_split_fees.csv"
REGISTERS = "adyen_accounting/case_19_header_that_stands_twice.csv"
PAYMENTS = "shopify_payments/columns_17.csv"
BY_API = "shopify_api_payments/case_14_dispute_lost_and_won.jsonl"
EXPORTED = "shopify_transactions/case_18_failure_failure_success.csv"
ORDERS = "shopify_api_orders/test_payment_and_failed_ones.jsonl"


class Books:
    """The cache of a set of books, into which files are landed one after the other."""

    def __init__(self, folder: Path):
        self.con, self.folder, self.files = duckdb.connect(), folder, 0
        lay_tables(self.con, "sources", "governance", "cache", "current_views")

    def land(self, case: str, *changes: tuple[str, str]) -> None:
        self.files += 1
        text = (CASES / case).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = self.folder / f"{self.files}{Path(case).suffix}"
        path.write_text(text, encoding="utf-8")
        self.con.execute(sql("importers", "fresh_stage"))
        store: Any = SimpleNamespace(con=self.con)
        with looked_into(path) as probe:
            importer = _registry.identify(probe)
            facts = {"processor": importer.processor or importer.source}
            parsed = importer.stage(self.con, probe, Context("feed", importer.context, "main", "UTC", facts, secret=b"x"))
            check_mix(store, probe, importer, parsed, "main")
        done = landing.land(self.con, parsed.tables, file_id=f"f{self.files}", known_at=datetime(2026, 9, self.files))
        for table, rows in landing.relations(done):
            rows.insert_into(table)
        row = [f"f{self.files}", "feed", path.name, 1, parsed.importer, parsed.state, "main", parsed.rows, 0, 0, 0, None, None, None, datetime(2026, 9, 1), "r"]
        self.con.execute("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


@pytest.mark.parametrize(
    ("first", "second", "changes", "what"),
    [
        (SETTLED, DETAILED, (('"EUR"', '"USD"'),), "the day 2026-09-07 in USD"),
        (DETAILED, SETTLED, (('"USD"', '"EUR"'),), "the day 2026-09-07 in EUR"),
        (BATCH, REGISTERS, (("2026-03-02", "2026-01-12"), ("USD", "EUR")), "the day 2026-01-12 in EUR"),
        (PAYMENTS, BY_API, (("2026-07-02T", "2026-06-30T"),), "the day 2026-06-30 in USD"),
        (EXPORTED, ORDERS, (("#5006", "#3018"),), "the payments of order #3018"),
    ],
    ids=["paypal", "paypal the other way", "adyen", "shopify payments", "shopify orders"],
)
def test_the_second_report_of_the_same_events_is_refused_and_one_of_others_is_not(books: Books, first: str, second: str, changes: tuple[tuple[str, str], ...], what: str) -> None:
    books.land(first)
    with pytest.raises(FileRefusedError) as refused:
        books.land(second, *changes)
    assert refused.value.code == "FEED_MIXED"
    assert refused.value.message.startswith(f"{what} of main was told by 1.")
    books.land(second)  # its currency, days or orders are none of the first one's
    books.land(first)


def test_what_two_reports_tell_is_compared_for_every_rival() -> None:
    for importer in _registry.importers():
        if rivals := rivals_of(importer):
            assert all(name in {i.module_name() for i in _registry.importers()} for name in rivals)
            assert any(lands.lands in TOLD for lands in importer.landed())
