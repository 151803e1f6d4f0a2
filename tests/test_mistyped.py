"""What people mistype: a word that there is none of is never an empty list, and what was plainly meant is taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from conftest import once, tieout
from openpyxl.worksheet.worksheet import Worksheet
from test_people import _decide, one_exception


@pytest.fixture(scope="module")
def wool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after its night, with enough to decide about."""
    return once(tmp_path_factory, "wool", _decide)


@pytest.mark.parametrize(("words", "code", "said"), [
    (("exception", "list", "--code", "UNSETLED_OVERDUE"), 65, "no code is called so; nearest: UNSETTLED_OVERDUE"),
    (("exception", "list", "--state", "opne"), 65, "no state is called so; known: to_decide, all, "),
    (("exception", "list", "--entity", "skery"), 65, "no entity is called so; known: skerry-ltd"),
    (("journal", "list", "--entity", "skery"), 65, "no entity is called so; known: skerry-ltd"),
    (("mapping", "history", "gatways"), 65, "no mapping file is called so\n  There are accounts, "),
    (("prove", "po_"), 65, "no payout has this id\n  Like it: po_"),
    (("prove", "SHP1"), 65, "no payout has this id\n  The last ones: po_"),
    (("trace", "101"), 65, "no order has this name\n  Like it: #101."),
    (("exception", "report", "-o", "nowhere/x.xlsx"), 2, "there is no folder 'nowhere'"),
    (("run", "--only", "land", "--as-of", "2126-09-20"), 0, "the business date 2126-09-20 is "),
])
def test_a_word_with_a_slip_in_it_is_told_with_what_there_is(wool: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    home = Path(shutil.copytree(wool, tmp_path / "wool")) if words[0] == "run" else wool
    assert said in tieout(*words, "--home", home, code=code).stderr


def test_an_empty_list_of_a_word_that_there_is_stays_empty(wool: Path) -> None:
    assert tieout("exception", "list", "--code", "PAYOUT_NOT_IN_BANK", "--state", "written_off", "--home", wool).stdout.strip() == ""


def test_what_was_decided_already_is_told_with_its_state(wool: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(wool, tmp_path / "wool"))
    key = one_exception(home, "state = 'open'")["exception_id"]
    tieout("exception", "resolve", key, "--reason", "erp corrected", "--as", "jane", "--home", home)
    assert "no open exception has this id: it is resolved, last resolved by jane" in tieout("exception", "resolve", key, "--reason", "ERP_CORRECTED", "--as", "jane", "--home", home, code=65).stderr


def workbook(home: Path, path: Path, edit: Callable[[Worksheet, dict[str, int]], None]) -> Path:
    tieout("exception", "report", "-o", path, "--home", home)
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    edit(sheet, {str(cell.value): cell.column for cell in sheet[1]})
    book.save(path)
    return path


def test_decisions_and_reasons_are_taken_whatever_their_case_and_blanks(wool: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(wool, tmp_path / "wool"))

    def edit(sheet: Worksheet, place: dict[str, int]) -> None:
        for row, decision, reason in ((2, "  Resolve ", "erp corrected"), (3, "Write-off", "Goodwill ")):
            sheet.cell(row=row, column=place["decision"]).value, sheet.cell(row=row, column=place["reason"]).value = decision, reason

    said = tieout("exception", "apply", workbook(home, tmp_path / "a.xlsx", edit), "--as", "jane", "--home", home).stdout
    assert "resolved by jane" in said and ("written off by jane" in said or "proposed" in said)


def edited(column: str, value: str) -> Callable[[Worksheet, dict[str, int]], None]:
    def edit(sheet: Worksheet, place: dict[str, int]) -> None:
        sheet.cell(row=2, column=place[column]).value = value

    return edit


def test_a_reason_without_a_decision_is_not_taken_and_told(wool: Path, tmp_path: Path) -> None:
    said = tieout("exception", "apply", workbook(wool, tmp_path / "a.xlsx", edited("reason", "erp_corrected")), "--as", "jane", "--home", wool).stdout
    assert "no decisions" in said and "a.xlsx:2: not taken: it has the reason ERP_CORRECTED and no decision" in said


def test_what_nobody_can_have_meant_is_refused_with_what_there_is(wool: Path, tmp_path: Path) -> None:
    path = workbook(wool, tmp_path / "a.xlsx", edited("decision", "erledigt"))
    assert '"erledigt" is none of resolve, ' in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr


def test_a_workbook_of_another_version_or_kind_is_refused_with_what_to_do(wool: Path, tmp_path: Path) -> None:
    path = workbook(wool, tmp_path / "old.xlsx", lambda sheet, place: sheet.delete_cols(place["events"]))
    assert "lacks events\n  It was written by another version, or a column was renamed or taken out: take a fresh workbook" in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    (tmp_path / "a.ods").write_bytes(b"PK\x03\x04\x14\0\0\x08\0\0 2 9\x85l9\x8a.\0\0\0.\0\0\0\x08\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
    assert "it is a workbook of OpenDocument (.ods)\n  Save it as a workbook of Excel" in tieout("exception", "apply", tmp_path / "a.ods", "--as", "jane", "--home", wool, code=65).stderr
