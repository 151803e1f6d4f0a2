"""`tieout check`: chain, files, balances and controls; prints nothing when the books are intact."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import duckdb

from ledger.kept import unpacked
from ledger.log import read_manifests
from ledger.named import named
from ledger.proof import rebuilt_sums, tables_fault, views_fault
from ledger.session import connect
from ledger.sqltext import execute, sql
from ledger.verify import Deep
from tieout.books.verifying import verified

from . import chain


def check(home: Path) -> list[str]:
    """Everything that is wrong, each naming its file or table: the files, and the rows of segments and of the auditors' copy."""
    findings = verified(home, Deep(rebuilt_sums, unpacked), published_head(home))
    copy = home / "audit" / "audit.duckdb"
    if findings or not copy.exists():
        return findings
    with connect(copy, read_only=True) as con:
        published = execute(con, sql("tieout", "published_head")).fetchall()[0][0]
        # Which file was published is noted in the books themselves; what its rows must be is chained.
        fault = tables_fault(con, home, named(islice(read_manifests(home), published)), None) or views_fault(con)
        findings += [f"audit/audit.duckdb: {fault}"] if fault else []
        findings += chain.broken(home, con)
    return findings


def published_head(home: Path) -> tuple[int, str]:
    """Size and head of the log as the auditors' copy itself knows it; (0, "") where there is none, or it cannot be read."""
    copy = home / "audit" / "audit.duckdb"
    if not copy.exists():
        return 0, ""
    try:
        with connect(copy, read_only=True) as con:
            rows = execute(con, sql("tieout", "published_head")).fetchall()
    except duckdb.Error:  # a file that cannot be read is not the one that was published: its hash says so
        return 0, ""
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")
