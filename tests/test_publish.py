"""The auditors' copy grown from the last one holds what one written from nothing holds."""

from __future__ import annotations

import csv
import errno
import os
import re
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import tieout

from ledger.durable import copied
from ledger.layout import compressed
from ledger.publish import add_rows
from ledger.sqltext import schema

TAXES = {"Tax 1 Name": "VAT 23%", "Tax 1 Value": "11.00", "Tax 2 Name": "Local", "Tax 2 Value": "0.50"}


def contents(home: Path) -> dict[str, list[tuple[str, ...]]]:
    """Every table's rows as text, in an order of their own."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        names = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()]
        return {name: sorted(tuple(map(str, row)) for row in con.execute(f"FROM {name}").fetchall()) for name in names}


def export(home: Path, name: str, changes: dict[str, str], *more: dict[str, str]) -> None:
    """A further export of one order, and its further lines."""
    header, first, *_ = csv.reader(_shop.orders().splitlines())
    header += ["Tax 2 Name", "Tax 2 Value"]
    order = dict(zip(header, [*first, "", ""], strict=True)) | {"Name": "#106", "Id": "7006"} | changes
    lines = [[{"Name": "#106", "Created at": order["Created at"], **line}.get(column, "") for column in header] for line in more]
    (home / "inbox" / "shop" / name).write_text(_shop.text_of(",".join(header), [list(order.values()), *lines]), encoding="utf-8")


def test_a_grown_copy_is_the_whole_copy_that_is_written_where_nothing_is_known_of_one(shop: Path) -> None:
    """A night lands an order whose total is another one, that lost a line and a tax, and refuses a file. An edited copy of which nothing is known is then written from nothing."""
    export(shop, "orders_export_2.csv", TAXES, {"Lineitem quantity": "1", "Lineitem name": "Scarf", "Lineitem price": "0.00", "Lineitem discount": "0.00"})
    tieout("run", "--home", shop, "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T06:00:00"})
    export(shop, "orders_export_3.csv", TAXES | {"Refunded Amount": "1.00", "Tax 1 Name": "", "Tax 1 Value": ""})
    (shop / "inbox" / "shop" / "no_export.csv").write_text("nothing,of,ours\n1,2,3\n", encoding="utf-8")
    before, old = (shop / "ledger" / "published.json").read_bytes(), contents(shop)
    tieout("run", "--home", shop, "--as-of", "2026-10-02", code=65, env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    assert (shop / "ledger" / "published.json").read_bytes() != before
    grown, path = contents(shop), shop / "audit" / "audit.duckdb"
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM sales_order")
    (shop / "ledger" / "published.json").unlink()
    tieout("audit", "publish", "--home", shop, env={"TIEOUT_NOW": "2026-10-02T04:00:00"})
    whole = contents(shop)
    assert len(grown["sales_order"]) == len(old["sales_order"]) + 1
    assert len(grown["dead_letter"]) == len(old["dead_letter"]) + 1
    assert len(grown["sales_order_current"]) == len(old["sales_order_current"])
    assert len(grown["sales_order_line_current"]) < len(old["sales_order_line_current"])
    assert len(grown["sales_order_tax_current"]) < len(old["sales_order_tax_current"])
    assert grown.keys() == whole.keys()
    assert [name for name in grown if grown[name] != whole[name]] == ["run_context"], "the act that asked for the copy, and its moment"
    assert len(whole["log_head"]) == 1


def test_what_is_current_is_a_view_that_is_described_as_its_table(closed_shop: Path) -> None:
    with duckdb.connect(str(closed_shop / "audit" / "audit.duckdb"), read_only=True) as con:
        views = con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
        sources = re.findall(r"^CREATE TABLE (\w+)", schema("sources"), re.MULTILINE)
        assert [name for name, _ in views] == sorted(f"{name}_current" for name in sources)
        assert all(comment.endswith("(the rows that no later version has taken the place of)") for _, comment in views)
        told = "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = $name ORDER BY column_index"
        for name in sources:
            assert con.execute(told, {"name": f"{name}_current"}).fetchall() == con.execute(told, {"name": name}).fetchall(), name


def test_the_copy_of_small_books_is_small(closed_shop: Path) -> None:
    """Each table takes a block at least, and every night hashes, copies and writes the whole file."""
    assert (closed_shop / "audit" / "audit.duckdb").stat().st_size < 12 << 20


@pytest.mark.parametrize("said", [None, errno.EXDEV, errno.ENOSPC])
def test_a_file_is_copied_whole_whatever_the_file_system_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: int | None) -> None:
    """A file system that cannot do it says so, before or after a part; a full one is an error."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 4096)
    copy, parts = os.copy_file_range, []

    def by_parts(given: int, out: int, count: int) -> int:
        parts.append(count)
        if said and len(parts) > 2:
            raise OSError(said, os.strerror(said))
        return copy(given, out, 100_000)

    monkeypatch.setattr(os, "copy_file_range", by_parts)
    if said == errno.ENOSPC:
        with pytest.raises(OSError, match=os.strerror(said)):
            copied(source, target)
        return
    copied(source, target)
    assert target.read_bytes() == source.read_bytes()


def test_the_copy_is_compressed_by_what_the_columns_hold() -> None:
    made = compressed("CREATE TABLE t (\n  order_name VARCHAR NOT NULL,\n  currency VARCHAR,\n  comment VARCHAR,\n  amount DECIMAL(18,4) NOT NULL\n);")
    assert "order_name VARCHAR USING COMPRESSION fsst NOT NULL" in made
    assert "currency VARCHAR USING COMPRESSION dictionary," in made
    assert "comment VARCHAR,\n  amount DECIMAL(18,4) NOT NULL" in made


def test_rows_go_under_the_names_of_their_columns() -> None:
    """Two tables of one name may have their columns in different orders: a cache and a copy of other versions."""
    con = duckdb.connect()
    con.execute("CREATE TABLE copied (account VARCHAR, payout_id VARCHAR)")
    add_rows(con, con.sql("SELECT 'p' AS payout_id, 'a' AS account"), "copied")
    assert con.table("copied").fetchall() == [("a", "p")]
    for other in ("SELECT 'a' AS account", "SELECT 'a' AS account, 'p' AS payout_id, 1 AS lines"):
        with pytest.raises(KeyError, match="copied"):
            add_rows(con, con.sql(other), "copied")
