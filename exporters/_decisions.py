"""Reads back what people wrote on the Decisions sheet, wherever the rows have been sorted to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl

from ledger.errors import FileRefusedError

from .workbook import GIVEN_UP, REASONS


@dataclass(frozen=True)
class DecisionRow:
    """One decided exception."""

    exception_id: str
    row_hash: str
    decision: str
    reason: str
    owner: str
    comment: str
    row: int


def read_decisions(path: Path) -> list[DecisionRow]:
    """Rows with a decision; FileRefusedError names the row whose decision or reason is none that there is."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["Decisions"]
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell or "") for cell in next(rows)]
    found, rows_of = [], dict[str, int]()
    for number, cells in enumerate(rows, 2):
        row = {name: "" if value is None else str(value).strip() for name, value in zip(header, cells, strict=False)}
        if not row.get("decision") or not row.get("exception_id"):
            continue
        if first := rows_of.get(row["exception_id"]):
            raise _changed(path, number, "exception_id", f"row {first} decides about the same exception: leave one of the two")
        rows_of[row["exception_id"]] = number
        if row["decision"] not in ("resolve", "write_off", "assign", "keep"):
            raise _changed(path, number, "decision", "the decision is none of resolve, write_off, assign, keep")
        if row["decision"] in ("resolve", "write_off") and row.get("reason") not in REASONS:
            raise _changed(path, number, "reason", "a resolution needs one of the reason codes")
        if row["decision"] == "resolve" and row["reason"] in GIVEN_UP:
            raise _changed(path, number, "reason", "this reason gives money up: the decision is write_off")
        if row["decision"] == "assign" and not row.get("owner"):
            raise _changed(path, number, "owner", "an assignment needs an owner")
        found.append(
            DecisionRow(
                row["exception_id"], row.get("row_hash", ""), row["decision"], row.get("reason", ""), row.get("owner", ""), row.get("comment", ""), number
            )
        )
    return found


def _changed(path: Path, row: int, column: str, message: str) -> FileRefusedError:
    return FileRefusedError(
        message,
        code="WORKBOOK_CHANGED",
        where=f"{path.name}:{row}:{column}",
        row=row,
        column=column,
        hint="Choose from the list of the cell; take a fresh workbook if the row was changed.",
    )
