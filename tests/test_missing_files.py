"""A refused or missing file is one finding: what could only be judged with it waits in it, and is judged in the night in which it comes, or in which people say that it never will."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import in_force, once, tieout
from test_month import published

OPEN = "SELECT code, subject_kind, subject_key, difference, currency FROM exception WHERE state IN ('open', 'review') ORDER BY ALL"
SUMS = "SELECT source, currency, lines, amount, proven, in_transit, in_exception, resolved, unlooked FROM completeness ORDER BY ALL"
TOTALS = "SELECT * FROM exception_total WHERE standing <> 'closed' ORDER BY ALL"
HELD = "SELECT d.subject_kind, d.subject_key, d.amount FROM exception_dependant AS d JOIN exception AS e ON e.exception_id = d.exception_id WHERE e.code = '{}' ORDER BY ALL"
PROOFS = "SELECT account, payout_id, state, why FROM payout_proof ORDER BY ALL"
FIRST, SECOND = "payouts_a.csv", "payouts_b.csv"
# beside what the small shop has: an order that was settled later, one that never was, and the statement of that payout
ORDERS = (*_shop.ORDERS, ("#106", "2026-09-22", "50.00", "0.00", "paid"), ("#107", "2026-09-10", "70.00", "0.00", "paid"))
LINES = (*_shop.LINES, ("txn_8", "po_C", "2026-09-25", "#106", "charge", "50.00", "1.00"), ("txn_9", "po_C", "2026-09-25", "", "payout", "-49.00", "0.00"))
LATER = _shop.statement("2026-09-28", "1175.25", "1224.25", [("2026-09-28", "49.00", "Stripe payout po_C", "SKB0004")], 43)
NIGHTS = ("2026-10-01", "2026-10-02", "2026-10-03")


def night(home: Path, number: int = 0, code: int = 0) -> str:
    day = NIGHTS[number]
    return tieout("run", "--home", home, "--as-of", day, code=code, env={"TIEOUT_NOW": f"{day}T04:00:00"}).stdout


def reports() -> tuple[str, str]:
    """Stripe's report in two files: the first payout, and the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_shop, "ORDERS", ORDERS)
        patch.setattr(_shop, "LINES", LINES)
        head, *rows = _shop.stripe().splitlines(keepends=True)
    return head + "".join(r for r in rows if r.startswith("po_A")), head + "".join(r for r in rows if not r.startswith("po_A"))


def shop(home: Path, first: str | None, second: str | None, toml: str = _shop.TOML) -> Path:
    """The small shop with these two files of Stripe."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_shop, "ORDERS", ORDERS)
        _shop.books(home, toml)
    (home / "inbox" / "bank" / "statement_0928.xml").write_text(LATER, encoding="utf-8")
    (home / "inbox" / "stripe" / "payout_reconciliation.csv").unlink()
    for name, text in ((FIRST, first), (SECOND, second)):
        if text is not None:
            (home / "inbox" / "stripe" / name).write_text(text, encoding="utf-8")
    return home


def broken(text: str) -> str:
    """A record that has too few cells."""
    return text + "po_A,cut\n"


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books that were right from the start."""

    def make(home: Path) -> None:
        night(in_force(shop(home, *reports())))

    return once(tmp_path_factory, "right", make)


def refused_first(home: Path) -> None:
    night(in_force(shop(home, broken(reports()[0]), reports()[1])), code=65)


@pytest.fixture
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books whose first file of Stripe was refused; a copy for each test."""
    return once(tmp_path_factory, "refused", refused_first)


def test_a_refused_report_is_one_finding_and_nothing_beside_it(refused: Path, right: Path) -> None:
    found = published(refused, OPEN)
    assert [row for row in found if row[0] == "SCHEMA_DRIFT"] == [("SCHEMA_DRIFT", "file", f"stripe/{FIRST}", None, None)]
    assert {row for row in found if row[0] != "SCHEMA_DRIFT"} < set(published(right, OPEN)), "what the file cannot explain is still told, and nothing else"
    told = {row[:3] for row in found}
    assert ("BANK_UNEXPLAINED", "bank_line", "current/SKB0003") in told, "a charge at the bank ten days later is no part of it"
    assert ("UNSETTLED_OVERDUE", "order_transaction", "skerry/#107/1") in told, "nor is a payment of a later day"
    held = published(refused, HELD.format("SCHEMA_DRIFT"))
    assert {key for _, key, _ in held} >= {"current/SKB0001"} and {kind for kind, *_ in held} >= {"order_transaction", "bank_line"}
    assert published(refused, "SELECT state FROM payout_proof WHERE payout_id = 'po_B'") == [("proven",)]


def test_every_line_has_one_state_though_some_wait(refused: Path) -> None:
    assert published(refused, "SELECT source FROM completeness WHERE lines <> proven + in_transit + in_exception + resolved + unlooked") == []
    bank = published(refused, "SELECT in_exception FROM completeness WHERE source = 'bank_line'")
    assert bank == [(2,)], "the line that waits in the cause, and the one that nobody explains"


def test_the_right_file_makes_the_books_as_if_it_had_come_at_once(refused: Path, right: Path) -> None:
    (refused / "inbox" / "stripe" / FIRST).write_text(reports()[0], encoding="utf-8")
    night(refused, 1)
    night(right, 1)
    for question in (OPEN, SUMS, TOTALS, PROOFS):
        assert published(refused, question) == published(right, question)
    assert published(refused, "SELECT count(*) FROM exception_event WHERE state = 'review'") == [(0,)]
    reason = published(refused, "SELECT reason FROM exception_event WHERE code = 'SCHEMA_DRIFT' AND action = 'gone'")
    assert len(reason) == 1 and reason[0][0].startswith("removed by file ")
    assert not published(refused, "SELECT exception_id FROM exception_dependant")


@pytest.mark.parametrize("act", ["discard", "resolve"])
def test_what_never_comes_holds_nothing_for_ever(refused: Path, act: str) -> None:
    if act == "discard":
        tieout("dead-letter", "discard", "--home", refused, "--as", "jane", "--reason", "Stripe has none", FIRST)
    else:
        (cause,) = published(refused, "SELECT exception_id FROM exception WHERE code = 'SCHEMA_DRIFT'")[0]
        tieout("exception", "resolve", "--home", refused, "--as", "jane", "--reason", "OTHER", "--comment", "we shall never get it", cause)
    night(refused, 1)
    found = {row[:3] for row in published(refused, OPEN)}
    assert ("BANK_UNEXPLAINED", "bank_line", "current/SKB0001") in found
    assert {key for code, _, key in found if code == "UNSETTLED_OVERDUE"} >= {"skerry/#101/1", "skerry/#102/1", "skerry/#103/1", "skerry/#107/1"}
    assert not published(refused, HELD.format("SCHEMA_DRIFT"))


def test_what_stood_before_belongs_to_the_cause_and_comes_back_as_it_was(tmp_path: Path) -> None:
    home = in_force(shop(tmp_path, None, reports()[1]))
    night(home)
    before = [row for row in published(home, OPEN) if row[2] == "current/SKB0001"]
    assert before
    (home / "inbox" / "stripe" / FIRST).write_text(broken(reports()[0]), encoding="utf-8")
    night(home, 1, code=65)
    assert not [row for row in published(home, OPEN) if row[2] == "current/SKB0001"]
    assert published(home, "SELECT count(*) FROM exception WHERE state = 'review'") == [(0,)]
    tieout("dead-letter", "discard", "--home", home, "--as", "jane", "--reason", "Stripe has none", FIRST)
    night(home, 2)
    assert [row for row in published(home, OPEN) if row[2] == "current/SKB0001"] == before


def test_the_only_file_of_an_account_is_one_finding(tmp_path: Path) -> None:
    home = in_force(shop(tmp_path, broken(reports()[0]), None))
    night(home, code=65)
    assert [row[:3] for row in published(home, OPEN) if row[0] in ("SCHEMA_DRIFT", "UNSETTLED_OVERDUE", "BANK_UNEXPLAINED", "REFUND_UNSETTLED")] == [("SCHEMA_DRIFT", "file", f"stripe/{FIRST}")]


def test_it_says_how_much_waits(refused: Path) -> None:
    (cause,) = published(refused, "SELECT exception_id FROM exception WHERE code = 'SCHEMA_DRIFT'")[0]
    told = tieout("exception", "show", "--home", refused, cause).stdout
    assert "Waiting for it: 1 bank line, 123.85 EUR; " in told and "bank line current/SKB0001: 123.85 EUR" in told
    page = (refused / "reports" / "latest" / "status.html").read_text(encoding="utf-8")
    assert "Waiting for it: 1 bank line, 123.85 EUR; " in page


def test_an_approved_row_brings_in_the_files_that_waited_for_it(tmp_path: Path, right: Path) -> None:
    home = shop(tmp_path, *reports())
    mapping = home / "mappings" / "processor_accounts.csv"
    whole = mapping.read_text(encoding="utf-8")
    mapping.write_text(whole.replace("stripe-eur,stripe,", "stripe-eur,paypal,"), encoding="utf-8")
    night(in_force(home), code=65)
    assert {json.loads(p.read_text(encoding="utf-8"))["code"] for p in (home / "dead-letters").rglob("*.reason.json")} == {"WRONG_FEED"}
    mapping.write_text(whole, encoding="utf-8")
    told = night(in_force(home), 1)
    assert f"stripe/{FIRST} was refused before; what it waited for has changed, and it was tried again" in told
    night(right, 2)
    night(home, 2)
    for question in (OPEN, SUMS):
        assert published(home, question) == published(right, question)
    assert not list((home / "dead-letters").rglob("*.reason.json"))


def test_what_nothing_has_cured_is_not_tried_again(refused: Path) -> None:
    assert "tried again" not in night(refused, 1)
    assert published(refused, "SELECT count(*) FROM dead_letter") == [(1,)]


def test_a_statement_that_comes_two_nights_later_leaves_nothing_behind(tmp_path: Path, right: Path) -> None:
    home = shop(tmp_path, *reports())
    late = home / "inbox" / "bank" / "statement_0914.xml"
    text = late.read_text(encoding="utf-8")
    late.unlink()
    night(in_force(home))
    assert [row[:3] for row in published(home, OPEN) if row[0] != "UNSETTLED_OVERDUE"] == [("STATEMENT_GAP", "bank_line", "current/SKB-43")]
    assert published(home, HELD.format("STATEMENT_GAP")) == [("payout", "stripe-eur/po_B", Decimal("63.40"))]
    night(home, 1)
    late.write_text(text, encoding="utf-8")
    night(home, 2)
    night(right, 1)
    night(right, 2)
    for question in (OPEN, SUMS, PROOFS):
        assert published(home, question) == published(right, question)
    assert published(home, "SELECT count(*) FROM exception_event WHERE state = 'review'") == [(0,)]


def test_a_refused_file_of_another_account_holds_nothing_of_this_one(tmp_path: Path, right: Path) -> None:
    other = _shop.TOML + '\n[[feed]]\nname = "second"\naccount = "stripe-two"\n'
    home = shop(tmp_path, *reports(), other)
    mapping = home / "mappings" / "processor_accounts.csv"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "stripe-two,stripe,skerry-ltd,EUR,current,2026-01-01,\n", encoding="utf-8")
    (home / "inbox" / "second" / "payouts.csv").write_text(broken(reports()[0]), encoding="utf-8")
    night(in_force(home), code=65)
    found = set(published(home, OPEN))
    assert {row for row in found if row[0] == "UNSETTLED_OVERDUE"} == {row for row in published(right, OPEN) if row[0] == "UNSETTLED_OVERDUE"} != set()
    assert {row[:3] for row in found if row[0] == "SCHEMA_DRIFT"} == {("SCHEMA_DRIFT", "file", "second/payouts.csv")}
