"""Decisions without a shell: workbooks that people lay into inbox/decisions/NAME/, and the sheet Today of the next morning."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
import test_people
from conftest import once, tieout
from openpyxl.worksheet.worksheet import Worksheet
from test_people import MORE, Office, _decide, _to_decide, office, rows, template  # noqa: F401

NEXT = {"TIEOUT_NOW": "2026-10-02T04:00:00"}


@pytest.fixture
def wool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after its night, with enough to decide about."""
    return once(tmp_path_factory, "wool", _decide)


def _many(home: Path) -> None:
    """The small shop with fourteen further orders that were never settled, a refund that nobody paid out, and what else is to be decided there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_people, "MORE", (*MORE, *((f"#{number}", "2026-09-03", f"{number}.00", "0.00", "paid") for number in range(110, 124))))
        _to_decide(home)
    with (home / "inbox" / "shop" / "transactions_export_1.csv").open("a", encoding="utf-8") as file:
        file.write("7004,#104,refund,stripe,2026-09-10 09:00:00 +0100,success,5.00,EUR,visa\n")
    for words in (("mapping", "propose", "--as", "jane"), ("mapping", "approve", "--all", "--as", "jane"), ("run", "--as-of", "2026-10-01")):
        tieout(*words, "--home", home)


@pytest.fixture
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its books after their night."""
    return once(tmp_path_factory, "many", _many)


def workbook(home: Path) -> Path:
    return max((home / "reports").glob("*/exceptions.xlsx"))


def today(home: Path) -> list[dict[str, object]]:
    """The rows of the first sheet of the last night."""
    return listed(openpyxl.load_workbook(workbook(home))["Today"], 4)


def listed(sheet: Worksheet, head: int = 1) -> list[dict[str, object]]:
    found = list(sheet.iter_rows(min_row=head, values_only=True))
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def filled_in(home: Path, name: str, person: str, cells: dict[str, dict[str, str]]) -> Path:
    """A copy of the last workbook with these cells of the sheet Decisions, by exception, in the folder of a person."""
    book = openpyxl.load_workbook(workbook(home))
    sheet = book["Decisions"]
    place = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for column, value in cells.get(sheet.cell(row=row, column=place["exception_id"]).value, {}).items():
            sheet.cell(row=row, column=place[column]).value = value
    folder = home / "inbox" / "decisions" / person
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / name)
    return folder / name


def test_what_is_laid_into_the_folder_of_a_person_is_decided_before_the_night_and_today_has_what_is_left(many: Path) -> None:
    """Twenty exceptions of five causes, three of them given to a colleague, without a shell."""
    undecided = [row["exception_id"] for row in rows(many, "SELECT c.exception_id FROM exception_cause AS c ORDER BY c.place")]
    assert sum(row["To decide"] for row in today(many) if row["Severity"] != "total") == len(undecided) >= 20
    assert len(today(many)) - 1 >= 5
    given, decided = undecided[2:5], [*undecided[:2], *undecided[5:]]
    path = filled_in(many, "monday.xlsx", "jane", {one: {"owner": "zoe"} for one in given} | {one: {"decision": "resolve", "reason": "SOURCE_CORRECTED"} for one in decided})
    night = tieout("run", "--home", many, "--as-of", "2026-10-02", env=NEXT)
    assert "decisions of decisions/jane/monday.xlsx:" in night.stdout
    assert not path.exists() and list((many / "inbox" / "decisions" / "jane").iterdir()) == []
    kept = many / "reports" / "decisions" / "jane"
    answer = (kept / "monday.xlsx.answer.txt").read_text(encoding="utf-8")
    assert answer.startswith("Taken:\n") and answer.count("resolved by jane") == len(decided) and answer.count("assigned by jane to zoe") == 3
    left = today(many)
    assert {row["Owner"] for row in left if row["Severity"] != "total"} == {"zoe"} and sum(row["To decide"] for row in left if row["Severity"] != "total") == 3
    # the same workbook once more, as somebody does who is not sure: nothing is done twice
    shutil.copy(kept / "monday.xlsx", path)
    size = len(rows(many, "SELECT 1 FROM decision"))
    again = tieout("run", "--home", many, "--as-of", "2026-10-02", env=NEXT).stdout
    assert again.count("already resolved by jane") == len(decided) and len(rows(many, "SELECT 1 FROM decision")) == size
    assert "inbox" not in tieout("run", "--home", many, "--as-of", "2026-10-02", env=NEXT).stderr
    tieout("check", "--home", many)


def test_a_row_that_another_person_has_moved_since_is_left_and_the_others_are_taken(wool: Path) -> None:
    first, second = (row["exception_id"] for row in rows(wool, "SELECT c.exception_id FROM exception_cause AS c ORDER BY c.place LIMIT 2"))
    filled_in(wool, "monday.xlsx", "jane", {one: {"decision": "resolve", "reason": "SOURCE_CORRECTED"} for one in (first, second)})
    tieout("exception", "assign", first, "--owner", "zoe", "--as", "bob", "--home", wool)
    night = tieout("run", "--home", wool, "--as-of", "2026-10-02", env=NEXT, code=65)
    answer = (wool / "reports" / "decisions" / "jane" / "monday.xlsx.answer.txt").read_text(encoding="utf-8")
    assert answer.startswith("Taken:\n") and f"{second[:12]}" in answer and "Not taken, the exception has changed since:\nmonday.xlsx:" in answer
    assert "the exception was assigned to zoe by bob at" in night.stderr
    assert [row["subject_key"] for row in rows(wool, "SELECT subject_key FROM decision WHERE actor = 'jane'")] == [second]


def test_every_fault_of_a_workbook_is_answered_where_its_person_finds_it_and_nothing_of_it_is_taken(wool: Path) -> None:
    first, second, third = (row["exception_id"] for row in rows(wool, "SELECT c.exception_id FROM exception_cause AS c ORDER BY c.place LIMIT 3"))
    path = filled_in(wool, "monday.xlsx", "jane", {first: {"decision": "solve"}, second: {"decision": "resolve", "reason": "BECAUSE"}, third: {"decision": "write_off", "reason": "because"}})
    night = tieout("run", "--home", wool, "--as-of", "2026-10-02", env=NEXT, code=65)
    answer = (wool / "reports" / "decisions" / "jane" / "monday.xlsx.answer.txt").read_text(encoding="utf-8")
    for words in (night.stderr, answer):
        assert "3 rows cannot be taken, and none was" in words and '"solve" is none of resolve, write_off, assign, keep' in words and 'reason: "BECAUSE" is no reason code\n' in words
        assert words.count("  There are TIMING_CLEARED, ") == words.count("TIMING_CLEARED") == 1, "a list that several rows need is told once"
    assert path.exists() and rows(wool, "SELECT 1 FROM decision WHERE subject_key IN ('" + "','".join((first, second, third)) + "')") == []
    # what is no workbook of a person waits, and is told
    folder = path.parent.parent
    path.unlink()
    (folder / "loose.xlsx").write_bytes(b"x")
    (folder / "jane" / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "jane" / "~$monday.xlsx").write_bytes(b"x")
    (folder / "jane" / "link.xlsx").symlink_to("/etc/hostname")
    (folder / "jane" / "plain.xlsx").write_bytes(b"id,decision\n")
    said = tieout("run", "--home", wool, "--as-of", "2026-10-02", env=NEXT, code=65).stderr
    assert "decisions/loose.xlsx: it lies in no folder of a person" in said and "decisions/jane/notes.txt: it is no workbook" in said and "~$" not in said
    assert "decisions/jane/link.xlsx: " in said and "it is no workbook with a sheet Decisions" in said
    assert "it is no workbook" in (wool / "reports" / "decisions" / "jane" / "notes.txt.answer.txt").read_text(encoding="utf-8")
    assert (folder / "jane" / "link.xlsx").is_symlink() and (folder / "loose.xlsx").exists()
    # and a link in the place of the folder leads nowhere
    folder.rename(wool / "elsewhere")
    folder.symlink_to(wool / "elsewhere")
    assert "tieout: decisions: " in tieout("run", "--home", wool, "--as-of", "2026-10-02", env=NEXT).stderr and folder.is_symlink()


def test_what_stands_in_a_row_and_decides_nothing_is_told(wool: Path) -> None:
    first, second, third = (row["exception_id"] for row in rows(wool, "SELECT c.exception_id FROM exception_cause AS c ORDER BY c.place LIMIT 3"))
    filled_in(wool, "monday.xlsx", "jane", {first: {"decision": "keep", "comment": "asked the bank", "owner": "bob"}, second: {"comment": "asked the bank"}, third: {"owner": "zoe"}})
    tieout("run", "--home", wool, "--as-of", "2026-10-02", env=NEXT)
    answer = (wool / "reports" / "decisions" / "jane" / "monday.xlsx.answer.txt").read_text(encoding="utf-8")
    assert "kept as it was; its owner and comment stay in this workbook alone" in answer and "not taken: it has a comment and no decision" in answer
    assert [row["subject_key"] for row in rows(wool, "SELECT subject_key FROM decision WHERE actor = 'jane'")] == [third]


def test_no_feed_is_called_decisions(wool: Path) -> None:
    with (wool / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[feed]]\nname = "decisions"\nstore = "skerry"\n')
    assert "give the feed another name" in tieout("run", "--home", wool, code=78).stderr


def test_outside_test_a_workbook_waits_for_its_signature(office: Office) -> None:  # noqa: F811
    home = office.home
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    one = rows(home, "SELECT exception_id FROM exception_cause ORDER BY place LIMIT 1")[0]["exception_id"]
    path = filled_in(home, "monday.xlsx", "jane", {one: {"owner": "bob"}})
    said = tieout("run", "--home", home, "--as-of", "2026-10-02", env=NEXT).stderr
    assert "decisions/jane/monday.xlsx: in the environment staging it needs a signature: `tieout exception apply inbox/decisions/jane/monday.xlsx --as jane --key KEY`" in said
    assert path.exists() and office.refused("UnsignedError") == []
    answer = home / "reports" / "decisions" / "jane" / "monday.xlsx.answer.txt"
    assert answer.read_text(encoding="utf-8").startswith("It waits, and nothing of it is taken yet:\nin the environment staging it needs a signature")
    # signed at another desk, and laid beside it
    document = path.with_name("monday.xlsx.json")
    office.do("exception", "apply", path, "--as", "jane", "--document", document, now="2026-10-02T04:00:00")
    office.sign(document, "apply", "jane")
    assert "decisions of decisions/jane/monday.xlsx:" in tieout("run", "--home", home, "--as-of", "2026-10-02", env=NEXT).stdout
    assert rows(home, f"SELECT owner FROM exception WHERE exception_id = '{one}'") == [{"owner": "bob"}] and list(path.parent.iterdir()) == []
    # or countersigned by the command, which takes it out of the folder too
    path = filled_in(home, "tuesday.xlsx", "jane", {one: {"owner": "ada"}})
    assert "assigned by jane to ada" in office.do("exception", "apply", path, by="jane", now="2026-10-02T05:00:00") and not path.exists()
    office.do("audit", "verify")
    # a signature of somebody else is none
    path = filled_in(home, "wednesday.xlsx", "jane", {one: {"owner": "olaf"}})
    document = path.with_name("wednesday.xlsx.json")
    office.do("exception", "apply", path, "--as", "jane", "--document", document, now="2026-10-02T06:00:00")
    office.sign(document, "apply", "bob")
    assert "belongs to another person" in tieout("run", "--home", home, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T07:00:00"}, code=65).stderr and path.exists()
    # a write-off that waits for its second person is told where that person looks
    path = filled_in(home, "thursday.xlsx", "jane", {one: {"decision": "write_off", "reason": "GOODWILL"}})
    assert "another person, an approver, has to say the same" in office.do("exception", "apply", path, by="jane", now="2026-10-02T08:00:00")
    tieout("exception", "report", "--home", home, "-o", home.parent / "afresh.xlsx")
    book = openpyxl.load_workbook(home.parent / "afresh.xlsx")
    assert [row["exception_id"] for row in listed(book["Decisions"]) if "jane proposed to write it off (GOODWILL); another person" in str(row["what_to_do"])] == [one]
    assert sum("Proposed as a write-off: 1; another person" in str(row["What to do"]) for row in listed(book["Today"], 4)) == 1
