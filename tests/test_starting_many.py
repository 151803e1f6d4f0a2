"""A heap of many small files: those that are alike are looked into as one, and what is found is what each of them says for itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import _heaps
import pytest
from _shop import text_of
from test_starting_odd import lay, stall

from ledger.sqltext import tables_of
from tieout.starting import looks
from tieout.starting.looks import Folder, look_into

Files = dict[str, str | bytes]


COUNTED = ("transaction_key", "occurrence", "line_no")


def daily() -> Files:
    """A report and an export a day: line ends of both kinds, a last line without an end, a header with a mark before it, texts of several lines, and an export of a day again."""
    shop = stall("many")
    rows, bank = _heaps.stripe_rows(shop.sales, "EUR", "1.5", "0.25", "A")
    rows[0][11] = 'Two\nlines, "and" a comma'
    files: Files = {"bank.xml": _heaps.camt(_heaps.IE_BANK, "EUR", bank)}
    for place in range(20):
        on = date(2026, 9, 1) + timedelta(place)
        some = _heaps.Stall("EUR", "+0100", shop.tax, shop.rate, True)
        some.sales = [sale for sale in shop.sales if sale.on in (on, on - timedelta(place % 2))]
        files |= {f"orders {on}.csv": some.orders(), f"payments {on}.csv": some.transactions()}
        text = text_of(_heaps.STRIPE, [row for row in rows if row[3].startswith(str(on))])
        files[f"stripe {on}.csv"] = {0: text.rstrip("\n"), 1: text.replace("\n", "\r\n"), 2: "\ufeff" + text}.get(place % 5, text)
    return files


def rows_in(found: Folder) -> dict[str, list[tuple[object, ...]]]:
    """All but what numbers rows that nothing else tells apart: those of an order that is in two files are counted through them."""
    there = {table: found.con.table(f"look.{table}") for table in tables_of("sources")}
    return {table: sorted(rows.project(", ".join(f'"{c}"' for c in rows.columns if c not in COUNTED)).fetchall(), key=repr) for table, rows in there.items()}


def test_files_that_are_alike_are_read_as_one_and_say_what_each_says_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, daily())
    staged: list[int] = []
    read = looks._read
    monkeypatch.setattr(looks, "_read", lambda *given: staged.append(1) or read(*given))
    together, few = look_into(tmp_path), len(staged)
    monkeypatch.setattr(looks, "small", lambda look, probe: None)
    alone = look_into(tmp_path)
    assert few < 10 < len(staged) - few, "a file of its own costs as much as many of them"
    assert rows_in(together) == rows_in(alone)
    assert [(one.no, one.name, one.rows > 0, one.offsets) for one in together.looks] == [(one.no, one.name, one.rows > 0, one.offsets) for one in alone.looks]
    assert sorted(together.unread) == sorted(alone.unread)


def test_of_many_that_are_alike_the_one_at_fault_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    files = daily()
    broken = "stripe 2026-09-08.csv"
    files[broken] = str(files[broken]).replace(",eur,", ",eur,x", 1)
    found = look_into(lay(tmp_path, files))
    assert [name for name, _ in found.unread] == [broken] and len(found.looks) == len(files) - 1


def test_how_far_it_is_with_many_files_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    look_into(lay(tmp_path, daily()), said.append)
    steps = [one for one in said if hasattr(one, "whole")]
    assert len(steps) == 61 and [one.done for one in steps] == list(range(61)) and {one.whole for one in steps} == {61}
    assert any(text.startswith("look into ") and " files like " in text for text in said)
