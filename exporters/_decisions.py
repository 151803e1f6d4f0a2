"""Reads back what people wrote on the Decisions sheet, wherever the rows have been sorted to."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ledger.errors import FileRefusedError, NotAllowedError, TieoutError
from ledger.private import quoted

from ._findings import DECISIONS, GIVEN_UP, REASONS

NEEDED = ("exception_id", "row_hash", "events", "decision", "reason", "owner")
AFRESH = "that of the last night in reports/latest/, or `tieout exception report -o FILE.xlsx`"
HINT = f"Choose from the list of the cell; take a fresh workbook if the row was changed: {AFRESH}."
THERE = "; there are "  # before the words that a cell may have


FRESH = f"It was written by another version, or a column was renamed or taken out: take a fresh workbook, {AFRESH}, and copy what you decided into it; no row of this one was taken."
SAVE = "Save it as a workbook of Excel (.xlsx) and apply that."
OTHERS = ((b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"), (b"%PDF", "a PDF"))  # first bytes of what a spreadsheet program saves instead


@dataclass(frozen=True)
class DecisionRow:
    """One decided exception."""

    exception_id: str
    row_hash: str
    events: int
    decision: str
    reason: str
    owner: str
    comment: str
    row: int


def read_decisions(path: Path, data: bytes | None = None) -> list[DecisionRow]:
    """Rows with a decision, or with an owner, which gives the exception to somebody, and those with a reason or a comment alone, whose decision is empty; FileRefusedError with every row whose decision, reason or owner is none that there is, or that decides a second time."""
    rows = _rows(path, data)
    header = [str(cell or "").strip() for cell in next(rows, ())]
    if lacking := [name for name in NEEDED if name not in header]:
        raise FileRefusedError(f"the first row of the sheet Decisions lacks {', '.join(lacking)}", code="WORKBOOK_CHANGED", where=f"{path.name}:1", row=1, hint=FRESH)
    found: list[DecisionRow] = []
    faults: list[FileRefusedError] = []
    rows_of: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):
        row = dict.fromkeys(header, "") | {name: "" if value is None else str(value).strip() for name, value in zip(header, cells, strict=False)}
        if not (row["decision"] or row["owner"] or row["reason"] or row.get("comment")):
            continue
        row["decision"], row["reason"] = word_of(row["decision"], DECISIONS), word_of(row["reason"], REASONS)
        row["decision"] = row["decision"] or ("" if row["reason"] or not row["owner"] else "assign")  # who is given it is a decision
        if row["decision"] and (told := _fault(row, rows_of.setdefault(row["exception_id"], number), number)):
            faults.append(_changed(path, number, *told))
        found.append(
            DecisionRow(
                row["exception_id"], row.get("row_hash", ""), int(row["events"]) if row["events"].isdecimal() else 0, row["decision"], row.get("reason", ""), row.get("owner", ""), row.get("comment", ""), number
            )
        )
    refuse_all(path, faults)
    return found


def refuse_all(path: Path, faults: Sequence[TieoutError]) -> None:
    """Raise the one fault, or one error that tells all of them; nothing of the sheet is taken. What a person may not do is that error, whatever else is wrong: it is recorded."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        said = [one.message.partition(THERE) for one in faults]
        lists = dict.fromkeys(f"  There are {words}" for *_, words in said if words)  # once, however many rows need them
        told = f"{len(faults)} rows cannot be taken, and none was:\n" + "\n".join([*(f"  {one.where}: {what}" for one, (what, *_) in zip(faults, said, strict=True)), *lists])
        for one in faults:
            if isinstance(one, NotAllowedError):
                raise type(one)(told, where=path.name, hint=one.hint)
        raise FileRefusedError(told, code="WORKBOOK_CHANGED", where=path.name, hint=HINT)


def word_of(written: str, known: Sequence[str]) -> str:
    """The word of the list that was meant, whatever its case and what stands between its parts; what is none stays as it was written."""
    return next((word for word in known if word.casefold() == "_".join(written.casefold().replace("-", " ").replace("_", " ").split())), written)


def _rows(path: Path, data: bytes | None) -> Iterator[tuple[object, ...]]:
    """The rows of the sheet; FileRefusedError where the file is no workbook, or has no such sheet."""
    start = data if data is not None else path.read_bytes()
    if other := next((what for mark, what in OTHERS if start.startswith(mark)), "a workbook of OpenDocument (.ods)" if b"vnd.oasis.opendocument" in start[:100] else ""):
        raise FileRefusedError(f"it is {other}", code="WORKBOOK_CHANGED", where=path.name, hint=SAVE)
    try:
        return iter(openpyxl.load_workbook(io.BytesIO(start), read_only=True, data_only=True)["Decisions"].iter_rows(values_only=True))
    except (KeyError, BadZipFile, InvalidFileException):
        raise FileRefusedError("it is no workbook with a sheet Decisions", code="WORKBOOK_CHANGED", where=path.name, hint="`tieout exception report -o FILE.xlsx` writes one.") from None


def _fault(row: dict[str, str], first: int, number: int) -> tuple[str, str] | None:
    """The column that is wrong and what is, with the words that there are."""
    decision, reason = row["decision"], row.get("reason", "")
    if not row["exception_id"]:
        return "exception_id", "the row has a decision and names no exception"
    if first != number:
        return "exception_id", f"row {first} decides about the same exception: leave one of the two"
    if decision not in DECISIONS:
        return "decision", f"{quoted(decision, word=True)} is none of {', '.join(DECISIONS)}"
    if decision in ("resolve", "write_off") and reason not in REASONS:
        return "reason", f"{quoted(reason, word=True) if reason else 'an empty cell'} is no reason code{THERE}{', '.join(REASONS)}"
    if decision == "resolve" and reason in GIVEN_UP:
        return "reason", f"{reason} gives money up: the decision is write_off"
    if decision == "assign" and not row.get("owner"):
        return "owner", "an assignment needs an owner"
    return None


def _changed(path: Path, row: int, column: str, message: str) -> FileRefusedError:
    return FileRefusedError(message, code="WORKBOOK_CHANGED", where=f"{path.name}:{row}:{column}", row=row, column=column, hint=HINT)
