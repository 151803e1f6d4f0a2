"""Taking an entry back that has gone out: its mirror, once, on an open day, by a person."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import _shop
from conftest import tieout
from test_month import published
from test_outputs import with_odoo
from test_rules import empty_books, put

from ledger.sqltext import sql

MOVES = "ID,Number,Type,Status,Payment Status,Date,Reference,Currency,Total,Total Signed,Company,Last Updated on\n8,MISC/2026/10/0001,Journal Entry,Posted,,2026-10-01,rent,EUR,800.00,800.00,Skerry Wool Ltd,2026-10-02 03:00:00\n"
ENTRY = "tieout.test_skerry-ltd_payout_stripe-eur_po_A"


def sent(home: Path) -> str:
    """An entry of a payout that has gone out."""
    return str(published(home, "SELECT min(j.entry_id) FROM journal_entry AS j JOIN export_entry AS x ON x.entry_id = j.entry_id WHERE j.kind = 'J-02'")[0][0])


def reverse(home: Path, entry: str, code: int = 0, reason: str = "DUPLICATE_CONFIRMED") -> str:
    done = tieout("journal", "reverse", entry, "--reason", reason, "--home", home, "--as", "jane", code=code)
    return done.stdout + done.stderr


def test_the_reversal_balances_and_takes_the_entry_back_account_by_account(month: Path) -> None:
    entry = sent(month)
    assert "prepared by jane" in reverse(month, entry)
    head = "SELECT kind, subject_kind, subject_key, r.ref = concat(o.ref, ' reversed'), r.booked_on = o.booked_on, r.journal = o.journal FROM journal_entry AS r JOIN journal_entry AS o ON o.entry_id = r.subject_key"
    assert published(month, head.replace("SELECT kind, subject_kind, subject_key", "SELECT r.kind, r.subject_kind, r.subject_key")) == [("J-20", "journal_entry", entry, True, True, True)]
    lines = published(month, f"SELECT sum(debit), sum(credit), count(*) FROM journal_line WHERE entry_id = '{entry}.reversal'")
    assert lines[0][0] == lines[0][1] > 0 and lines == published(month, f"SELECT sum(debit), sum(credit), count(*) FROM journal_line WHERE entry_id = '{entry}'")
    both = published(month, f"SELECT odoo_account, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{entry}', '{entry}.reversal') GROUP BY odoo_account")
    assert len(both) > 1 and {amount for _, amount in both} == {0}
    assert published(month, f"SELECT kind, actor, reason, after FROM decision WHERE subject_key = '{entry}'") == [("reverse", "jane", "DUPLICATE_CONFIRMED", f"{entry}.reversal")]
    listed = tieout("journal", "list", "--home", month, "--format", "csv").stdout.splitlines()
    assert [line.rsplit(",", 1)[1] for line in listed if line.startswith(f"{entry},")] == ["reversed"]
    tieout("check", "--home", month)
    tieout("audit", "verify", "--home", month)


def test_what_cannot_be_reversed_is_refused_and_says_why(month: Path) -> None:
    entry = sent(month)
    assert "no journal entry has this id" in reverse(month, "tieout.none", code=65)
    reverse(month, entry)
    assert "reversed already" in reverse(month, entry, code=65)
    assert "a reversal is not reversed" in reverse(month, f"{entry}.reversal", code=65)
    reverse(month, entry, code=2, reason="BECAUSE")
    assert published(month, "SELECT count(*) FROM journal_entry WHERE kind = 'J-20'") == [(1,)]


def test_an_entry_that_waits_has_nothing_to_reverse_and_its_reversal_goes_out_once(shop: Path) -> None:
    assert "has not gone out" in reverse(shop, ENTRY, code=65)
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    reverse(shop, ENTRY)
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    assert published(shop, f"SELECT reason FROM held_entry WHERE entry_id = '{ENTRY}.reversal'") == [("extract_stale",)]
    (shop / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(MOVES)
    for day in (3, 4):
        tieout("run", "--home", shop, "--as-of", f"2026-10-0{day}", env={"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"})
    gone = published(shop, f"SELECT f.path FROM export_entry AS x JOIN export_file AS f ON f.export_id = x.export_id WHERE x.entry_id = '{ENTRY}.reversal'")
    assert len(gone) == 1 and f"{ENTRY}.reversal" in (shop / gone[0][0]).read_text(encoding="utf-8-sig")
    assert published(shop, f"SELECT count(*) FROM journal_entry WHERE subject_key LIKE '%po_A' OR entry_id LIKE '{ENTRY}%'") == [(3,)], "nothing is prepared in its place"
    assert published(shop, "SELECT clearing_movement FROM payout_proof WHERE payout_id = 'po_A'") == [(0,)]
    tieout("check", "--home", shop)


def test_a_corrected_entry_follows_once_odoo_shows_the_reversal(shop: Path) -> None:
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    reverse(shop, ENTRY)
    moves = MOVES.replace("ID,Number", "ID,External ID,Number").replace("8,MISC", "8,,MISC")
    for number, (mark, ref) in enumerate((("", "po_A"), (".reversal", "po_A reversed")), 20):
        moves += f"{number},{ENTRY}{mark},STRP/2026/09/{number},Journal Entry,Posted,,2026-09-04,{ref},EUR,126.50,126.50,Skerry Wool Ltd,2026-10-03 03:00:00\n"
    (shop / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(moves)
    for day in (3, 4):
        tieout("run", "--home", shop, "--as-of", f"2026-10-0{day}", env={"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"})
    corrected = ENTRY.replace("_payout_", "_corrected-payout_")
    assert published(shop, "SELECT entry_id, kind FROM journal_entry WHERE subject_key = 'stripe-eur/po_A' AND kind = 'J-02' ORDER BY 1") == [(corrected, "J-02"), (ENTRY, "J-02")]
    assert published(shop, "SELECT entry_ref, clearing_movement FROM payout_proof WHERE payout_id = 'po_A'") == [(corrected, -126.5)]
    assert published(shop, f"SELECT count(*) FROM export_entry WHERE entry_id = '{corrected}'") == [(1,)]
    tieout("check", "--home", shop)


def first_day(tmp_path: Path, locked: str, closed: list[str]) -> str:
    tmp_path.mkdir()
    con = empty_books(tmp_path)
    entry = {"entry_id": "x", "kind": "J-02", "entity": "e1", "account": "a", "subject_kind": "payout", "subject_key": "a/p", "booked_on": "2026-09-09", "journal": "SPO", "ref": "p", "currency": "EUR", "known_at": "2026-10-01", "run_id": "r", "rule_sha256": "x"}
    put(con, "journal_entry", [entry])
    put(con, "locked_through", [{"entity": "e1", "through": locked}] if locked else [])
    months = [{"entity": entity, "period": period, "state": "closed"} for entity, period in [("e1", p) for p in closed] + [("e2", "2026-09")]]
    put(con, "period", months)
    day = con.execute(sql("tieout", "first_open_day"), {"entry_id": "x"}).fetchall()[0][0]
    con.close()
    return str(day)


def test_it_is_dated_the_first_open_day_from_the_entrys_own_on(tmp_path: Path) -> None:
    cases = {
        "2026-09-09": ("", ["2026-08", "2026-10"]),
        "2026-09-10": ("2026-09-09", []),
        "2026-10-01": ("2026-09-15", ["2026-09"]),
        "2026-11-01": ("", ["2026-09", "2026-10"]),
        "2026-11-06": ("2026-11-05", ["2026-09"]),
    }
    assert {day: first_day(tmp_path / day, *case) for day, case in cases.items()} == {day: day for day in cases}


def test_a_day_beyond_the_business_date_is_not_opened_by_a_reversal(tmp_path: Path, shop: Path) -> None:
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    path = shop / "mappings" / "policies.csv"
    path.write_text(path.read_text(encoding="utf-8") + "skerry-ltd,locked_through,2026-12-31,2026-01-01,\n", encoding="utf-8")
    tieout("mapping", "propose", "--home", shop, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", shop, "--as", "jane")
    assert "locked or closed up to" in reverse(shop, ENTRY, code=77)
    assert published(shop, "SELECT count(*) FROM journal_entry WHERE kind = 'J-20'") == [(0,)]


def moved(rows: list[tuple[str, str, str]]) -> str:
    """An extract of Odoo's entries: external id, reference and day of each beside the rent."""
    lines = "".join(f"{number},{mark},STRP/2026/09/{number},Journal Entry,Posted,,{day},{ref},EUR,123.85,123.85,Skerry Wool Ltd,2026-10-03 03:00:00\n" for number, (mark, ref, day) in enumerate(rows, 20))
    return MOVES.replace("ID,Number", "ID,External ID,Number").replace("8,MISC", "8,,MISC") + lines


def test_a_corrected_receipt_follows_where_the_payout_arrived_as_another_bank_line(shop: Path) -> None:
    """The night books the receipt of the wrong line; a person says which is right, takes the entry back, and the right one follows. The transit account closes."""
    receipt = ENTRY.replace("_payout_", "_receipt_")
    corrected = receipt.replace("_receipt_", "_corrected-receipt_")
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    assert published(shop, f"SELECT ref FROM journal_entry WHERE entry_id = '{receipt}'") == [("SKB0001",)]
    other = _shop.statement("2026-09-15", "1175.25", "1299.10", [("2026-09-15", "123.85", "STRIPE PAYOUTS", "SKB0009")], 43)
    (shop / "inbox" / "bank" / "statement_0915.xml").write_text(other, encoding="utf-8")
    odoo = [(ENTRY, "po_A", "2026-09-04"), (receipt, "SKB0001", "2026-09-07")]
    (shop / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(moved(odoo))
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    group = published(shop, "SELECT DISTINCT group_id FROM match_member WHERE member_key = 'current/SKB0001'")[0][0]
    said = ("--reason", "told by the bank", "--home", shop, "--as", "jane")
    tieout("match", "undo", group, *said, env={"TIEOUT_NOW": "2026-10-02T06:00:00"})
    tieout("match", "confirm", "stripe-eur/po_A", "current/SKB0009", *said, env={"TIEOUT_NOW": "2026-10-02T06:30:00"})
    assert published(shop, f"SELECT count(*) FROM journal_entry WHERE entry_id = '{corrected}'") == [(0,)], "not before Odoo shows the reversal"
    reverse(shop, receipt)
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T07:00:00"})
    (shop / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(moved([*odoo, (f"{receipt}.reversal", "SKB0001 reversed", "2026-09-07")]))
    for day in (3, 4):
        tieout("run", "--home", shop, "--as-of", f"2026-10-0{day}", env={"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"})
    assert published(shop, "SELECT entry_id, ref, booked_on = DATE '2026-09-15' FROM journal_entry WHERE subject_key = 'stripe-eur/po_A' AND kind = 'J-03' ORDER BY 1") == [(corrected, "SKB0009", True), (receipt, "SKB0001", False)]
    assert published(shop, f"SELECT count(*) FROM export_entry WHERE entry_id = '{corrected}'") == [(1,)]
    assert published(shop, f"SELECT role, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{ENTRY}', '{receipt}', '{receipt}.reversal', '{corrected}') AND role IN ('payouts_in_transit', 'suspense') GROUP BY role ORDER BY role") == [
        ("payouts_in_transit", 0), ("suspense", Decimal("123.85")),
    ]  # fmt: skip
    tieout("check", "--home", shop)


def test_a_payout_that_fails_after_it_went_out_is_reversed_once(shop: Path) -> None:
    """The bank side is taken back, as J-13 says: nothing is left in transit, the money is back in clearing, the fees stay charged."""
    failed = ENTRY.replace("_payout_", "_failed_")
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    header, *rows = _shop.stripe().splitlines(keepends=True)
    back = next(row for row in rows if ",txn_6," in row).replace("txn_6", "txn_8").replace("payout_txn", "payout_reversal_txn").replace(",payout,", ",payout_reversal,").replace("-123.85", "123.85")
    (shop / "inbox" / "stripe" / "after.csv").write_text(header + "".join(rows) + back, encoding="utf-8")
    (shop / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(moved([(ENTRY, "po_A", "2026-09-04")]))
    for day in (3, 4):
        tieout("run", "--home", shop, "--as-of", f"2026-10-0{day}", env={"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"})
    assert published(shop, "SELECT entry_id, kind, booked_on = DATE '2026-10-03' FROM journal_entry WHERE kind = 'J-13'") == [(failed, "J-13", True)]
    assert published(shop, f"SELECT role, sum(debit - credit) FROM journal_line WHERE entry_id IN ('{ENTRY}', '{failed}') GROUP BY role ORDER BY role") == [
        ("clearing", Decimal("-2.65")), ("payouts_in_transit", 0), ("processing_fees", Decimal("2.65")),
    ]  # fmt: skip
    assert published(shop, "SELECT state FROM payout_proof WHERE payout_id = 'po_A'") == [("broken",)]
    tieout("check", "--home", shop)
