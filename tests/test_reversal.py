"""Taking an entry back that has gone out: its mirror, once, on an open day, by a person."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import in_force, once, tieout
from test_month import published
from test_outputs import with_odoo
from test_rules import empty_books, put

from ledger.sqltext import sql

ENTRY = "tieout.test_skerry-ltd_payout_stripe-eur_po_A"
RECEIPT = "tieout.test_skerry-ltd_receipt_stripe-eur_po_B"
THIRD = (("txn_8", "po_C", "2026-09-11", "#105", "charge", "33.00", "0.75"), ("txn_9", "po_C", "2026-09-11", "", "payout", "-32.25", "0.00"))
UNSETTLED = ("#106", "2026-09-03", "48.00", "0.00", "paid")


def reverse(home: Path, entry: str, code: int = 0, reason: str = "DUPLICATE_CONFIRMED") -> str:
    done = tieout("journal", "reverse", entry, "--reason", reason, "--home", home, "--as", "jane", code=code)
    return done.stdout + done.stderr


def night(home: Path, day: str) -> None:
    tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T05:00:00"})


def in_odoo(home: Path, day: str, rows: list[tuple[str, str, str, str]]) -> None:
    """A later extract of Odoo's entries: external id, reference, day and total of each beside the rent."""
    lines = "".join(f"{number},{mark},STRP/2026/09/{number},Journal Entry,Posted,,{booked},{ref},EUR,{total},{total},Skerry Wool Ltd,{day} 03:00:00\n" for number, (mark, ref, booked, total) in enumerate(rows, 20))
    (home / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(
        "ID,External ID,Number,Type,Status,Payment Status,Date,Reference,Currency,Total,Total Signed,Company,Last Updated on\n"
        f"8,,MISC/2026/10/0001,Journal Entry,Posted,,2026-10-01,rent,EUR,800.00,800.00,Skerry Wool Ltd,{day} 03:00:00\n{lines}"
    )


def _reversed(home: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_shop, "LINES", (*_shop.LINES, *THIRD))
        patch.setattr(_shop, "ORDERS", (*_shop.ORDERS, UNSETTLED))
        with_odoo(_shop.books(home))
    third = _shop.statement("2026-09-15", "1175.25", "1207.50", [("2026-09-15", "32.25", "Stripe payout po_C", "SKB0004")], 43)
    (home / "inbox" / "bank" / "statement_0915.xml").write_text(third, encoding="utf-8")
    # po_B has arrived as another line than the one that its receipt is booked from, later than the window
    other = _shop.statement("2026-09-22", "1207.50", "1270.90", [("2026-09-22", "63.40", "STRIPE PAYOUTS", "SKB0009")], 44)
    (home / "inbox" / "bank" / "statement_0922.xml").write_text(other, encoding="utf-8")
    night(in_force(home), "2026-10-01")
    assert "prepared by jane" in reverse(home, ENTRY)


@pytest.fixture(scope="module")
def taken_back(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop with a third payout and one order more that was never settled, everything sent to Odoo, and the entry of po_A reversed; tests that change it take a copy."""
    return once(tmp_path_factory, "reversed", _reversed)


def _nights(folder: Path, books: Path) -> None:
    home = Path(shutil.copytree(books, folder / "books"))

    def keep(name: str) -> None:
        (folder / name / "audit").mkdir(parents=True)
        shutil.copy2(home / "audit" / "audit.duckdb", folder / name / "audit")

    group = published(home, "SELECT DISTINCT group_id FROM match_member WHERE member_key = 'current/SKB0002'")[0][0]
    overdue = published(home, "SELECT exception_id FROM exception WHERE subject_key = 'skerry/#106/1'")[0][0]
    by = ("--home", home, "--as", "jane")
    tieout("exception", "resolve", overdue, "--reason", "ERP_CORRECTED", *by, env={"TIEOUT_NOW": "2026-10-02T03:00:00"})
    tieout("match", "undo", group, "--reason", "another shop's money", *by, env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    keep("undone")
    night(home, "2026-10-02")
    keep("2026-10-02")
    tieout("match", "confirm", "stripe-eur/po_B", "current/SKB0009", "--reason", "told by the bank", *by, env={"TIEOUT_NOW": "2026-10-02T06:30:00"})
    reverse(home, RECEIPT)
    # po_C fails after it went out
    header, *rows = _shop.stripe().splitlines(keepends=True)
    lines = [row.replace("txn_7", "txn_9").replace("po_B", "po_C").replace("63.40", "32.25") for row in rows if ",txn_7," in row]
    back = lines[0].replace("txn_9", "txn_10").replace("payout_txn", "payout_reversal_txn").replace(",payout,", ",payout_reversal,").replace("-32.25", "32.25")
    (home / "inbox" / "stripe" / "after.csv").write_text(header + back, encoding="utf-8")
    entries = [(ENTRY, "po_A", "2026-09-04", "126.50"), (RECEIPT, "SKB0002", "2026-09-14", "63.40"), (ENTRY.replace("po_A", "po_C"), "po_C", "2026-09-11", "33.00")]
    in_odoo(home, "2026-10-03", entries)
    night(home, "2026-10-03")
    keep("2026-10-03")
    mirrors = [(f"{ENTRY}.reversal", "po_A reversed", "2026-09-04", "126.50"), (f"{RECEIPT}.reversal", "SKB0002 reversed", "2026-09-14", "63.40")]
    in_odoo(home, "2026-10-04", [*entries, *mirrors])
    night(home, "2026-10-04")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, taken_back: Path) -> Path:
    """What was published once the match of po_B was undone, after the nights of 2 and 3 October, and the books after that of 4, with po_B confirmed as another line: Odoo first knows no reversal, then both."""
    return once(tmp_path_factory, "reversal-nights", lambda folder: _nights(folder, taken_back))


def test_the_reversal_balances_and_takes_the_entry_back_account_by_account(taken_back: Path) -> None:
    head = "SELECT r.kind, r.subject_kind, r.subject_key, r.ref = concat(o.ref, ' reversed'), r.booked_on = o.booked_on, r.journal = o.journal FROM journal_entry AS r JOIN journal_entry AS o ON o.entry_id = r.subject_key"
    assert published(taken_back, head) == [("J-20", "journal_entry", ENTRY, True, True, True)]
    lines = published(taken_back, f"SELECT sum(debit), sum(credit), count(*) FROM journal_line WHERE entry_id = '{ENTRY}.reversal'")
    assert lines[0][0] == lines[0][1] > 0 and lines == published(taken_back, f"SELECT sum(debit), sum(credit), count(*) FROM journal_line WHERE entry_id = '{ENTRY}'")
    both = published(taken_back, f"SELECT odoo_account, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{ENTRY}', '{ENTRY}.reversal') GROUP BY odoo_account")
    assert len(both) > 1 and {amount for _, amount in both} == {0}
    assert published(taken_back, f"SELECT kind, actor, reason, after FROM decision WHERE subject_key = '{ENTRY}'") == [("reverse", "jane", "DUPLICATE_CONFIRMED", f"{ENTRY}.reversal")]
    listed = tieout("journal", "list", "--home", taken_back, "--format", "csv").stdout.splitlines()
    assert [line.rsplit(",", 1)[1] for line in listed if line.startswith(f"{ENTRY},")] == ["reversed"]
    tieout("audit", "verify", "--home", taken_back)


def test_what_cannot_be_reversed_is_refused_and_says_why(taken_back: Path, closed_shop: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(taken_back, tmp_path / "books"))
    assert "no journal entry has this id" in reverse(home, "tieout.none", code=65)
    assert "reversed already" in reverse(home, ENTRY, code=65)
    assert "a reversal is not reversed" in reverse(home, f"{ENTRY}.reversal", code=65)
    reverse(home, RECEIPT, code=2, reason="BECAUSE")
    assert published(home, "SELECT count(*) FROM journal_entry WHERE kind = 'J-20'") == [(1,)]
    assert "has not gone out" in reverse(Path(shutil.copytree(closed_shop, tmp_path / "waiting")), ENTRY, code=65)


def test_its_reversal_waits_for_a_fresh_extract_and_goes_out_once(nights: Path) -> None:
    assert published(nights / "2026-10-02", f"SELECT reason FROM held_entry WHERE entry_id = '{ENTRY}.reversal'") == [("extract_stale",)]
    files = f"SELECT f.path FROM export_entry AS x JOIN export_file AS f ON f.export_id = x.export_id WHERE x.entry_id = '{ENTRY}.reversal'"
    gone = published(nights / "2026-10-03", files)
    assert len(gone) == 1 and f"{ENTRY}.reversal" in (nights / "books" / gone[0][0]).read_text(encoding="utf-8-sig")
    assert published(nights / "books", files) == gone
    assert published(nights / "2026-10-03", f"SELECT count(*) FROM journal_entry WHERE subject_key LIKE '%po_A' OR entry_id LIKE '{ENTRY}%'") == [(3,)], "nothing is prepared in its place"
    assert published(nights / "2026-10-03", "SELECT clearing_movement FROM payout_proof WHERE payout_id = 'po_A'") == [(0,)]
    assert tieout("check", "--home", nights / "books").stdout == "", "after all these acts and nights the rules say again what the copy holds"


def test_a_corrected_entry_follows_once_odoo_shows_the_reversal(nights: Path) -> None:
    corrected = ENTRY.replace("_payout_", "_corrected-payout_")
    home = nights / "books"
    assert published(home, "SELECT entry_id, kind FROM journal_entry WHERE subject_key = 'stripe-eur/po_A' AND kind = 'J-02' ORDER BY 1") == [(corrected, "J-02"), (ENTRY, "J-02")]
    assert published(home, "SELECT entry_ref, clearing_movement FROM payout_proof WHERE payout_id = 'po_A'") == [(corrected, -126.5)]
    assert published(home, f"SELECT count(*) FROM export_entry WHERE entry_id = '{corrected}'") == [(1,)]


def test_a_corrected_receipt_follows_where_the_payout_arrived_as_another_bank_line(nights: Path) -> None:
    """The night books the receipt of the wrong line; a person says which is right, takes the entry back, and the right one follows. The transit account closes."""
    corrected = RECEIPT.replace("_receipt_", "_corrected-receipt_")
    assert published(nights / "2026-10-02", f"SELECT ref FROM journal_entry WHERE entry_id = '{RECEIPT}'") == [("SKB0002",)]
    assert published(nights / "2026-10-03", f"SELECT count(*) FROM journal_entry WHERE entry_id IN ('{corrected}', '{RECEIPT}.reversal')") == [(1,)], "not before Odoo shows the reversal"
    home = nights / "books"
    assert published(home, "SELECT entry_id, ref, booked_on = DATE '2026-09-22' FROM journal_entry WHERE subject_key = 'stripe-eur/po_B' AND kind = 'J-03' ORDER BY 1") == [(corrected, "SKB0009", True), (RECEIPT, "SKB0002", False)]
    assert published(home, f"SELECT count(*) FROM export_entry WHERE entry_id = '{corrected}'") == [(1,)]
    entry = RECEIPT.replace("_receipt_", "_payout_")
    assert published(home, f"SELECT role, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{entry}', '{RECEIPT}', '{RECEIPT}.reversal', '{corrected}') AND role IN ('payouts_in_transit', 'suspense') GROUP BY role ORDER BY role") == [
        ("payouts_in_transit", 0), ("suspense", Decimal("63.40")),
    ]  # fmt: skip


def test_a_payout_that_fails_after_it_went_out_is_reversed_once(nights: Path) -> None:
    """The bank side is taken back, as J-13 says: nothing is left in transit, the money is back in clearing, the fees stay charged."""
    entry = ENTRY.replace("po_A", "po_C")
    failed = entry.replace("_payout_", "_failed_")
    assert published(nights / "2026-10-02", "SELECT state FROM payout_proof WHERE payout_id = 'po_C'") == [("proven",)]
    for home in (nights / "2026-10-03", nights / "books"):
        assert published(home, "SELECT entry_id, kind, booked_on = DATE '2026-10-03' FROM journal_entry WHERE kind = 'J-13'") == [(failed, "J-13", True)]
        assert published(home, f"SELECT role, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{entry}', '{failed}') GROUP BY role ORDER BY role") == [
            ("clearing", Decimal("-0.75")), ("payouts_in_transit", 0), ("processing_fees", Decimal("0.75")),
        ]  # fmt: skip
        assert published(home, "SELECT state FROM payout_proof WHERE payout_id = 'po_C'") == [("broken",)]


def first_day(con: duckdb.DuckDBPyConnection, locked: str, closed: list[str]) -> str:
    con.execute("BEGIN")
    entry = {"entry_id": "x", "kind": "J-02", "entity": "e1", "account": "a", "subject_kind": "payout", "subject_key": "a/p", "booked_on": "2026-09-09", "journal": "SPO", "ref": "p", "currency": "EUR", "known_at": "2026-10-01", "run_id": "r", "rule_sha256": "x"}
    put(con, "journal_entry", [entry])
    put(con, "locked_through", [{"entity": "e1", "through": locked}] if locked else [])
    months = [{"entity": entity, "period": period, "state": "closed"} for entity, period in [("e1", p) for p in closed] + [("e2", "2026-09")]]
    put(con, "period", months)
    day = con.execute(sql("tieout", "first_open_day"), {"entry_id": "x"}).fetchall()[0][0]
    con.execute("ROLLBACK")
    return str(day)


def test_it_is_dated_the_first_open_day_from_the_entrys_own_on(tmp_path: Path) -> None:
    cases = {
        "2026-09-09": ("", ["2026-08", "2026-10"]),
        "2026-09-10": ("2026-09-09", []),
        "2026-10-01": ("2026-09-15", ["2026-09"]),
        "2026-11-01": ("", ["2026-09", "2026-10"]),
        "2026-11-06": ("2026-11-05", ["2026-09"]),
    }
    con = empty_books(tmp_path)
    assert {day: first_day(con, *case) for day, case in cases.items()} == {day: day for day in cases}
    con.close()


def test_a_day_beyond_the_business_date_is_not_opened_by_a_reversal(tmp_path: Path, taken_back: Path) -> None:
    home = Path(shutil.copytree(taken_back, tmp_path / "books"))
    path = home / "mappings" / "policies.csv"
    path.write_text(path.read_text(encoding="utf-8") + "skerry-ltd,locked_through,2026-12-31,2026-01-01,\n", encoding="utf-8")
    in_force(home)
    assert "locked or closed up to" in reverse(home, RECEIPT, code=77)
    assert published(home, "SELECT count(*) FROM journal_entry WHERE kind = 'J-20'") == [(1,)]
