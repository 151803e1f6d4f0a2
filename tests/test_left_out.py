"""Rows that a listed word leaves out, from the file to the last page: the night counts them, the manifest, the table and `file show` name their word."""

from __future__ import annotations

import json
from pathlib import Path

import _shop
import duckdb
from conftest import ROOT, tieout

from tieout.ask.checking import check

SUMUP = ROOT / "tests" / "importers" / "sumup_transactions"
TOML = _shop.TOML + '\n[[feed]]\nname = "sumup"\naccount = "till"\ntime_zone = "Europe/Berlin"\n'


def test_a_left_out_row_is_counted_and_named_everywhere(tmp_path: Path) -> None:
    case = next(path for path in sorted(SUMUP.glob("*.expect.json")) if json.loads(path.read_text(encoding="utf-8")).get("left_out"))
    home = _shop.books(tmp_path / "books", TOML)
    accounts = home / "mappings" / "processor_accounts.csv"
    accounts.write_text(accounts.read_text(encoding="utf-8") + "till,sumup,skerry-ltd,EUR,current,2026-01-01,\n", encoding="utf-8")
    for act in (("propose",), ("approve", "--all")):
        tieout("mapping", *act, "--home", home, "--as", "jane")
    name = case.name.replace(".expect.json", ".csv")
    (home / "inbox" / "sumup" / name).write_bytes((SUMUP / name).read_bytes())
    night = tieout("run", "--home", home, "--as-of", "2026-10-01")
    assert f"left out of sumup/{name}: Status Abgebrochen, 1 row, 50.00 EUR" in night.stdout
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        told = con.execute("SELECT l.column_name, l.word, l.currency, l.lines, l.amount FROM file_left_out AS l JOIN file AS f ON f.file_id = l.file_id WHERE f.feed = 'sumup'").fetchall()
        read, new, same, versions, left_out = con.execute("SELECT read, new, same, versions, left_out FROM run_step WHERE step = 'land'").fetchall()[0]
    assert [(*row[:4], f"{row[4]:f}") for row in told] == [("Status", "Abgebrochen", "EUR", 1, "50.0000")]
    assert left_out == 1 and read == new + same + versions + left_out
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((home / "ledger" / "manifests").glob("*.json"))]
    assert [body["source"]["left_out"] for body in manifests if body["kind"] == "import" and "left_out" in body["counts"]] == [[["Status", "Abgebrochen", "EUR", 1, "50.0000"]]]
    assert check(home) == []
