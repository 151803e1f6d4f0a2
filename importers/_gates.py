"""Identities that several formats share; a file whose rows break them is refused whole."""

from __future__ import annotations

import duckdb
from duckdb import FunctionExpression

from ledger.errors import FileRefusedError
from ledger.money import text
from ledger.sqltext import execute, sql

from ._kit import Parsed, _rows
from ._probe import Probe

AGAIN = "The rows that came and the totals do not fit each other: either rows are missing, or the totals are of other rows. Fetch it again from {}."


def line_arithmetic(con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
    """Every settlement line's stated net is what its parts make; CONTROL_TOTAL_DIFF names the first that is not."""
    name = next(staged.name for staged in parsed.tables if staged.table == "settlement_line")
    rows = _rows(con.table(f"stage.{name}").query("gated", sql("importers", "gate_line_arithmetic"))).fetchall()
    if rows:
        row, net, stated, coin, count = rows[0]
        raise FileRefusedError(
            f"net is stated as {text(stated, coin)} and its parts make {text(net, coin)} ({count} row{'s' if count > 1 else ''} like it)",
            code="CONTROL_TOTAL_DIFF",
            where=f"{probe.name}:{row}:net_stated",
            row=row,
            column="net_stated",
            hint="The row does not add up as it stands in the file: a part of it may be in a column that is not read, or the report itself is wrong. Ask the processor for a new report and compare.",
        )


def orphan_lines(con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
    """Every line of an order export belongs to an order whose first record is in the file."""
    names = {staged.table: staged.name for staged in parsed.tables}
    orders = con.table(f"stage.{names['sales_order']}").project("order_name")
    lines = con.table(f"stage.{names['sales_order_line']}").project("row_no, order_name").join(orders, "order_name", how="anti")
    rows = lines.order("row_no").limit(1).fetchall()
    if rows:
        row = rows[0][0]
        raise FileRefusedError(
            "the record is a further line of an order whose first record is not in the file",
            code="CSV_SHAPE",
            where=f"{probe.name}:{row}:Financial Status",
            row=row,
            column="Financial Status",
            hint="The file was cut or filtered; export it again.",
        )


def first_fault(con: duckdb.DuckDBPyConnection, probe: Probe, statement: str, code: str, hint: str) -> None:
    """Refuse the file by the first row of a statement of `importers/sql` that gives (row, column, what is wrong); no row is well."""
    row = execute(con, sql("importers", statement)).fetchone()
    if row:
        number, column, what = row
        raise FileRefusedError(what, code=code, where=f"{probe.name}:{number}:{column}", row=number, column=column, hint=hint)


def rows_in(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    return int(con.table(table).aggregate([FunctionExpression("count").alias("n")]).fetchall()[0][0])


def settlement_total(con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
    """A file that is one settlement: its lines, payout rows left out, sum to the total that the file states."""
    names = {staged.table: staged.name for staged in parsed.tables}
    totals = con.table(f"stage.{names['payout']}").project("payout_id, row_no, amount")
    lines = con.table(f"stage.{names['settlement_line']}").filter("bucket <> 'payout'").aggregate("payout_id, sum(net) AS net", "payout_id")
    if not totals.limit(1).fetchall():
        raise FileRefusedError(
            "no record states what the settlement comes to",
            code="CONTROL_TOTAL_DIFF",
            where=f"{probe.name}:1:total-amount",
            row=1,
            column="total-amount",
            hint="The file was cut; download the report again.",
        )
    for payout_id, row, amount, net in totals.set_alias("stated").join(lines.set_alias("summed"), "payout_id", how="left").project("payout_id, row_no, amount, net").order("row_no").fetchall():
        if amount != (net or 0):
            raise FileRefusedError(
                f"settlement {payout_id} states a total of {amount:f} and its records sum to {net or 0:f}",
                code="CONTROL_TOTAL_DIFF",
                where=f"{probe.name}:{row}:total-amount",
                row=row,
                column="total-amount",
                hint="Records are missing, or the total is of other records; download the report again.",
            )
