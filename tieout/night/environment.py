"""A file of another environment cannot enter: what a file says of its own environment must be that of the books."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.compute as pc
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from importers._columns import normal
from importers._kit import Parsed
from importers._probe import Probe
from ledger.errors import FileRefusedError
from ledger.rows import layout
from ledger.store import Store

NAMES = ("test", "staging", "production")
COLUMN = "environment"
# Documents that Tieout itself made carry its environment in their external id, also when they come back in an extract.
OWN_START = "tieout."
OWN_ID = r"^tieout\.(test|staging|production)_"
ID_COLUMNS = ("external_id", "move_external_id")
SMALL = 1 << 20


def check_before(store: Store, probe: Probe) -> None:
    """The parts that need no importer: a manifest, and a CSV file with a column `environment`."""
    own = store.sealed()["environment"]
    if probe.start.lstrip()[:1] == b"{":
        _check(own, _of_manifest(probe.path), probe.name, None, COLUMN)
    elif probe.kind == "csv" and COLUMN in [normal(cell) for cell in probe.written]:
        place = [normal(cell) for cell in probe.written].index(COLUMN)
        with probe.path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            for number, record in enumerate(csv.reader(file, delimiter=probe.delimiter), 1):
                if number > 1 and len(record) > place:
                    _check(own, record[place].strip().lower(), probe.name, number, COLUMN)


def check_staged(store: Store, probe: Probe, parsed: Parsed) -> None:
    """Ids of journal entries that the Tieout of another environment made."""
    own = store.sealed()["environment"]
    for staged in parsed.tables:
        few = staged.draft.at_hand if staged.draft else None
        for column in (c for c in ID_COLUMNS if c in layout(store.con, staged.table)):
            if few is not None and not pc.any(pc.starts_with(few[column], OWN_START), min_count=0).as_py():
                continue
            rows = store.con.table(f"stage.{staged.name}")
            found = FunctionExpression("regexp_extract", ColumnExpression(column), ConstantExpression(OWN_ID), ConstantExpression(1))
            own_ids = rows.filter(FunctionExpression("starts_with", ColumnExpression(column), ConstantExpression(OWN_START)))
            strange = own_ids.project(found.alias("said"), ColumnExpression("row_no")).filter(
                ColumnExpression("said").isin(*(ConstantExpression(name) for name in NAMES if name != own))
            )
            first = strange.order("row_no").limit(1).fetchall()
            if first:
                _check(own, first[0][0], probe.name, first[0][1], column)


def _of_manifest(path: Path) -> str:
    """What a manifest says; empty where the file is none."""
    if path.stat().st_size > SMALL:
        return ""
    try:
        body = json.loads(path.read_bytes())
    except ValueError:
        return ""
    return str(body.get(COLUMN, "")) if isinstance(body, dict) else ""


def _check(own: str, said: str, name: str, row: int | None, column: str) -> None:
    if said in NAMES and said != own:
        raise FileRefusedError(
            f"the file comes from the environment {said}, these books are {own}",
            code="ENV_MIXED",
            where=name,
            row=row,
            column=column,
            hint=f"Deliver it to the books of {said}, or take an extract of the {own} system.",
        )
