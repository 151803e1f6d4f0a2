"""The published rules run again over the auditors' copy: equal, or the cell that differs by rule, table and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import Said, forge_note, tieout

from ledger.session import connect
from tieout.ask import reproducing
from tieout.night.comparing import differences

CHANGED = {
    "UPDATE line_fact SET order_name = '#105' WHERE line_id = 'txn_1'": "rule line_fact, table line_fact: account=stripe-eur, entity=skerry-ltd, line_id=txn_1: order_name is #105 in the copy and #101 by the rules",
    "UPDATE payout_proof SET bank_amount = bank_amount + 1 WHERE payout_id = 'po_A'": "payout_proof: account=stripe-eur, payout_id=po_A: bank_amount is 124.8500 in the copy and 123.8500 by the rules",
    "UPDATE finding SET difference = 0.01 WHERE code = 'UNSETTLED_OVERDUE'": "difference is 0.0100 in the copy and 33.0000 by the rules",
    "UPDATE journal_line SET debit = debit + 1 WHERE debit > 0": "rule book_payout, table journal_line:",
    "DELETE FROM match_bank_line WHERE payout_id = 'po_B'": "rule match_bank_line, table match_bank_line:",
    "UPDATE map_gateway SET account = 'another' WHERE gateway = 'stripe'": "map_gateway: ",
    "UPDATE settlement_line SET net = net + 1 WHERE line_id = 'txn_1'": "rule line_fact, table line_fact: account=stripe-eur, entity=skerry-ltd, line_id=txn_1: net is",
}


def change(home: Path, *statements: str) -> None:
    copy = home / "audit" / "audit.duckdb"
    copy.chmod(0o600)
    with duckdb.connect(str(copy)) as con:
        assert [statement for statement in statements if not con.execute(statement).fetchall()[0][0]] == []


def test_each_changed_cell_is_named(shop: Path) -> None:
    change(shop, *CHANGED)
    done = tieout("audit", "reproduce", "--home", shop, code=70)
    assert [told for told in CHANGED.values() if told not in done.stdout] == []


def test_a_check_runs_the_rules_too(shop: Path) -> None:
    change(shop, "UPDATE order_fact SET total = total + 1 WHERE order_name = '#101'")
    forge_note(shop)
    assert "rule order_fact, table order_fact: " in tieout("check", "--home", shop, code=70).stdout


def test_a_check_says_what_it_had_no_time_for(closed_shop: Path, command: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproducing, "SECONDS", 0)
    done = command("check", "--home", closed_shop)
    assert (done.code, done.out) == (0, "")
    assert "rules and all proofs were not run again, for want of time" in done.err


def test_a_rule_of_another_text_is_not_compared_and_said(shop: Path) -> None:
    change(shop, "UPDATE rule_run SET rule_sha256 = 'ab12' WHERE name IN ('line_fact', 'unsettled_overdue', 'book_payout')", "UPDATE journal_entry SET rule_sha256 = 'ab12' WHERE kind = 'J-02'")
    done = tieout("audit", "reproduce", "--home", shop)
    assert done.stdout == ""
    assert [line.split(" was")[0] for line in done.stderr.splitlines()] == ["rule line_fact", "rule unsettled_overdue", "rule book_payout"]


def test_rows_are_compared_as_often_as_they_stand() -> None:
    with connect() as con:
        once, twice = con.sql("SELECT 1 AS k, 'a' AS v UNION ALL SELECT 2, 'b'"), con.sql("SELECT 1 AS k, 'a' AS v UNION ALL SELECT 2, 'b' UNION ALL SELECT 2, 'b'")
        assert differences(once, once, "x") == []
        assert differences(once, twice, "x") == ["x k=2: only by the rules, not in the copy"]
        assert differences(twice, once, "x") == ["x k=2, v=b: only in the copy"]
        assert differences(once, con.sql("SELECT 1::BIGINT AS k, 'a' AS v"), "x") == ["x: the columns are k INTEGER in the copy and k BIGINT by the rules"]
        many = con.sql("SELECT CAST(range AS INTEGER) AS k, 'c' AS v FROM range(50)")
        assert differences(once, many, "x")[-1].endswith("more differences")
