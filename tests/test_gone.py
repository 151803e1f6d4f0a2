"""What was deleted in Odoo: a row that a later extract of the whole list lacks stands no longer, and a night says so; an extract of anything less takes nothing away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import _shop
import pytest
from _shop import text_of
from conftest import in_force, once, tieout
from test_month import published
from test_outputs import with_odoo

from ledger.store import open_store

HEADER = "ID,Number,Type,Status,Payment Status,Journal/Sequence Prefix,Date,Reference,Currency,Total,Total Signed,Company,Last Updated on"
FOUND = "SELECT subject_key, difference, state FROM exception WHERE code = 'ROW_VANISHED' ORDER BY subject_key"


def entry(number: int, *, state: str = "Posted", journal: str = "MISC", written: str = "2026-09-20 03:00:00", total: str = "") -> list[str]:
    amount = total or f"{number}.00"
    return [str(number), f"{journal}/2026/09/{number:04}", "Journal Entry", state, "", journal, f"2026-09-{number:02}", f"rent {number}", "EUR", amount, amount, "Skerry Wool Ltd", written]


def deliver(home: Path, rows: Iterable[list[str]], name: str = "Journal Entry (account.move).csv") -> None:
    (home / "inbox" / "odoo" / name).write_text(text_of(HEADER, list(rows)), encoding="utf-8")


def standing(home: Path) -> list[int]:
    with open_store(home) as store:
        return [int(n) for (n,) in store.con.execute("SELECT odoo_id FROM odoo_move_current ORDER BY CAST(odoo_id AS INTEGER)").fetchall()]


def land(home: Path, hour: int) -> str:
    return tieout("run", "--home", home, "--as-of", "2026-10-01", "--only", "land", code=None, env={"TIEOUT_NOW": f"2026-10-01T{hour:02}:00:00"}).stdout


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books that know twelve entries of twelve days in one journal, and two of another."""

    def make(home: Path) -> None:
        in_force(with_odoo(_shop.books(home)))
        deliver(home, [*map(entry, range(1, 13)), entry(13, journal="BNK"), entry(14, journal="BNK")])
        land(home, 5)

    return once(tmp_path_factory, "listed", make)


ALL = list(range(1, 15))


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        pytest.param(lambda: [*map(entry, (1, 2, 3, 4, *range(6, 13))), entry(13, journal="BNK"), entry(14, journal="BNK"), entry(15)], [n for n in (*ALL, 15) if n != 5], id="one was deleted"),
        pytest.param(lambda: [entry(5, total="6.00", written="2026-09-30 03:00:00"), entry(9, total="8.00", written="2026-09-30 03:00:00")], ALL, id="what changed lately"),
        pytest.param(lambda: [entry(n, written="2026-09-30 03:00:00", total="99.00") for n in (1, 2, 3, 4, *range(6, 13))], ALL, id="nearly all changed lately"),
        pytest.param(lambda: map(entry, (1, 2, 3, 4, *range(6, 13))), [n for n in ALL if n != 5], id="one journal of two"),
        pytest.param(lambda: map(entry, range(6, 13)), ALL, id="the newer half"),
        pytest.param(lambda: map(entry, range(1, 7)), ALL, id="the older half"),
        pytest.param(lambda: map(entry, (1, 3, 5, 7, 9, 11, 12)), ALL, id="a selection"),
        pytest.param(lambda: map(entry, range(2, 12)), ALL, id="nothing around the first and the last"),
        pytest.param(lambda: [*map(entry, (1, 2, 3, 4)), entry(5, state="Draft", written="2026-09-30 03:00:00"), *map(entry, range(6, 13))], ALL, id="reset to draft"),
    ],
)
def test_only_a_whole_list_takes_away_what_it_lacks(rows: Callable[[], Iterable[list[str]]], left: list[int], listed: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(listed, tmp_path / "books"))
    deliver(home, rows())
    land(home, 6)
    assert standing(home) == left


OTHERS = {
    "odoo_sale_order_line": ("ID,Order Reference/ID,Order Reference,Product/Internal Reference,Quantity,Unit Price,Subtotal,Currency,Order Status,Company,Last Updated on", "{n},{n},S{n},C-1,1,5.00,5.00,EUR,Sales Order,Skerry Wool Ltd,2026-09-20 03:00:00"),
    "odoo_sale_order": ("ID,Order Reference,Customer Reference,Source Document,Status,Invoice Status,Order Date,Company,Currency,Untaxed Amount,Taxes,Total,Last Updated on", "{n},S{n},#9{n},#9{n},Sales Order,Nothing to Invoice,2026-09-{n:02} 09:00:00,Skerry Wool Ltd,EUR,5.00,0.00,5.00,2026-09-20 03:00:00"),
    "odoo_payment": ("ID,Number,Date,State,Payment Type,Amount,Currency,Memo,Company,Last Updated on", "{n},P{n},2026-09-{n:02},Paid,Receive,5.00,EUR,#9{n},Skerry Wool Ltd,2026-09-20 03:00:00"),
    "odoo_statement_line": ("ID,Date,Label,Amount,Journal Currency,Is Reconciled,Company,Last Updated on", "{n},2026-09-{n:02},rent,5.00,EUR,False,Skerry Wool Ltd,2026-09-20 03:00:00"),
    "odoo_journal_item": ("ID,Journal Entry/ID,Journal Entry,Type,Status,Date,Company,Account/Code,Reference,Debit,Credit,Currency,Last Updated on", "{n},7,MISC/1,Journal Entry,Posted,2026-09-{n:02},Skerry Wool Ltd,1150,rent,5.00,0.00,EUR,2026-09-20 03:00:00"),
}


@pytest.mark.parametrize("table", OTHERS)
def test_every_list_of_odoo_is_looked_at(table: str, tmp_path: Path) -> None:
    """The same for lines that have no day, and for every other list; what the file lacked is one row that was read before."""
    home, (header, row) = in_force(with_odoo(_shop.books(tmp_path / "books"))), OTHERS[table]
    for hour, numbers in ((5, range(1, 13)), (6, [n for n in range(1, 13) if n != 5])):
        (home / "inbox" / "odoo" / "list.csv").write_text("\n".join([header, *(row.format(n=n) for n in numbers), ""]), encoding="utf-8")
        assert "1 refused" not in land(home, hour)
    with open_store(home) as store:
        assert [int(n) for (n,) in store.con.execute(f"SELECT odoo_id FROM {table}_current ORDER BY CAST(odoo_id AS INTEGER)").fetchall()] == [n for n in range(1, 13) if n != 5]


ITEM = "{n},{move},MISC/{move},Journal Entry,Posted,2026-09-{move:02},Skerry Wool Ltd,{account},rent,{debit},{credit},EUR,2026-09-{written} 03:00:00"


def items(home: Path, rows: Iterable[tuple[int, int, str, str, str, int]], hour: int) -> list[int]:
    """Deliver items (id, entry, account, debit, credit, day it was written); the ids that stand afterwards."""
    text = [OTHERS["odoo_journal_item"][0], *(ITEM.format(n=n, move=move, account=account, debit=debit, credit=credit, written=written) for n, move, account, debit, credit, written in rows), ""]
    (home / "inbox" / "odoo" / "list.csv").write_text("\n".join(text), encoding="utf-8")
    assert "1 refused" not in land(home, hour)
    with open_store(home) as store:
        return [int(n) for (n,) in store.con.execute("SELECT odoo_id FROM odoo_journal_item_current ORDER BY CAST(odoo_id AS INTEGER)").fetchall()]


def test_an_edited_entry_loses_the_items_that_it_had(tmp_path: Path) -> None:
    """Odoo makes the lines of an entry anew: whatever extract holds the entry whole again says which it has. Lines of one writing in two extracts are the same entry."""
    home = in_force(with_odoo(_shop.books(tmp_path / "books")))
    assert items(home, [(1, 7, "1150", "5.00", "0.00", 20), (2, 7, "4000", "0.00", "5.00", 20), (3, 8, "1150", "6.00", "0.00", 20), (4, 8, "4000", "0.00", "6.00", 20)], 5) == [1, 2, 3, 4]
    assert items(home, [(5, 8, "1150", "1.00", "0.00", 20), (6, 8, "4000", "0.00", "1.00", 20)], 6) == [1, 2, 3, 4, 5, 6]
    assert items(home, [(7, 7, "1150", "4.00", "0.00", 21)], 7) == [1, 2, 3, 4, 5, 6, 7]
    assert items(home, [(1, 7, "1150", "4.00", "0.00", 22), (9, 7, "4000", "0.00", "4.00", 22)], 8) == [1, 3, 4, 5, 6, 9]


def test_two_files_of_one_list_are_one_list_in_whatever_order_they_come(listed: Path, tmp_path: Path) -> None:
    for place, names in enumerate((("a.csv", "b.csv"), ("b.csv", "a.csv"))):
        home = Path(shutil.copytree(listed, tmp_path / f"books{place}"))
        deliver(home, map(entry, (1, 2, 3, 4, 6, 7, 8, 9, 10, 12)), names[0])
        deliver(home, [entry(5), entry(11, total="10.00")], names[1])
        land(home, 6)
        assert standing(home) == ALL


@pytest.mark.parametrize("other", ["refused", "came again"])
def test_a_list_of_which_a_part_did_not_come_in_takes_nothing_away(other: str, listed: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(listed, tmp_path / "books"))
    if other == "came again":
        deliver(home, [*map(entry, range(1, 13)), entry(13, journal="BNK"), entry(14, journal="BNK")], "again.csv")
    else:
        deliver(home, [entry(5, state="Unheard of")], "part.csv")
    deliver(home, map(entry, (1, 2, 3, 4, *range(6, 13))))
    land(home, 6)
    assert standing(home) == ALL


def test_a_deleted_entry_is_told_once_until_it_is_there_again(listed: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(listed, tmp_path / "books"))
    kept = [*map(entry, (1, 2, 3, 4, *range(6, 13))), entry(13, journal="BNK"), entry(14, journal="BNK")]
    for day, rows, found in ((2, kept, "open"), (3, [*kept, entry(16)], "open"), (4, [*kept, entry(5), entry(16)], "gone")):
        deliver(home, rows)
        said = tieout("run", "--home", home, "--as-of", f"2026-10-{day:02}", env={"TIEOUT_NOW": f"2026-10-{day:02}T05:00:00"}).stdout
        assert [(key, float(amount), state) for key, amount, state in published(home, FOUND)] == [("Skerry Wool Ltd/MISC/2026/09/0005", 5.0, found)]
        assert ("new versions, 1 gone)" in said) == (day == 2)
    assert tieout("audit", "verify", "--deep", "--home", home).returncode == 0
