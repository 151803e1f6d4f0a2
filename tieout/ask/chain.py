"""The chain of control totals, from the file to the proof: what a file held, what its manifest says, what stands in the tables, where it ended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from ledger.log import read_manifests
from ledger.sqltext import sql

BESIDE = ("file", "row_superseded", "row_conflict", "file_left_out")  # what an import's manifest holds beside the rows of the file
COUNTS = ("rows", "new", "same", "versions")
CURRENT = "_current"


def broken(home: Path, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every link that does not hold, in words; `con` is the auditors' copy."""
    return [*(row[0] for row in con.execute(sql("tieout", "controls")).fetchall()), *_files(home, con), *_tables(con)]


def _files(home: Path, con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Each import: its counts are those of the row in `file`, and new rows and versions are the rows of its segments."""
    published = {row[0]: tuple(row[1:]) for row in con.execute(sql("tieout", "file_counts")).fetchall()}
    size = con.execute(sql("tieout", "published_head")).fetchall()[0][0]  # a run under way has added more since
    for body, _ in islice(read_manifests(home), size):
        if body["kind"] != "import" or "importer" not in body["source"]:
            continue
        counts, name = body["counts"], f"ledger/manifests/{body['seq']:08d}.json"
        written = sum(segment["rows"] for segment in body["segments"] if segment["table"] not in BESIDE)
        if written != counts["new"] + counts["versions"]:
            yield f"{name}: {counts['new']} new rows and {counts['versions']} versions are told, its segments hold {written}"
        file_id = body["source"]["sha256"]
        told = tuple(counts[column] for column in COUNTS)
        if published and published.get(file_id) != told:
            yield f"file {file_id}: rows, new, same and versions are {_listed(published.get(file_id))}, its manifest says {_listed(told)}"


def _tables(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Every table that files land in: `completeness` counts as many lines as it has current rows. A payout may come from its lines alone: there are as many as proofs."""
    counted = dict(con.execute(sql("tieout", "completeness_lines")).fetchall())
    for view, filled in con.execute(sql("tieout", "current_rows_there")).fetchall():
        name = view.removesuffix(CURRENT)
        there = con.table("payout_proof") if name == "payout" else con.view(view) if filled else None
        rows = int(there.count("*").fetchall()[0][0]) if there is not None else 0
        if counted.get(name, 0) != rows:
            yield f"completeness {name}: {counted.get(name, 0)} lines are told, there are {rows}"


def _listed(values: tuple[Any, ...] | None) -> str:
    return ", ".join(str(value) for value in values) if values else "not there"
