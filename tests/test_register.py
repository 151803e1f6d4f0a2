"""The register of controls: every duty is there, what it names exists, and the table says of each control what it did and caught."""

from __future__ import annotations

import csv
import inspect
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from test_coverage import asked
from test_structure import leaves

from importers import _registry
from ledger import errors
from ledger.sqltext import schema
from rules import _duties
from rules._rules import load
from tieout.cli import cli
from tieout.night import coverage

DUTIES = {"system": 20, "workflow": 14, "sentence": 110}


@pytest.fixture(scope="module")
def there() -> dict[str, set[str]]:
    """What exists, by kind of control."""
    named = {name for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.TieoutError)}
    refusing = "".join(path.read_text(encoding="utf-8") for folder in ("importers", "tieout") for path in (ROOT / folder).rglob("*.py"))
    return {
        "rule": {rule.name for rule in load() if rule.header.kind != "fact"},
        "gate": named | set(re.findall(r'code="([A-Z_]+)"', refusing)),
        "seal": named,
        "importer": {one.module_name() for one in _registry.importers()} | {"declared_csv"},
        "export": {path.stem for path in (ROOT / "exporters").glob("[a-z]*.py")},
        "command": {words for words, _ in leaves(cli, ("tieout",))},
        "drill": {path.stem for path in (ROOT / "tests").rglob("test_*.py")},
        "document": {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")},
    }


def test_every_duty_is_there_once_and_says_what_serves_it_or_why_nothing_does() -> None:
    ids = [one for duty in _duties.load() for one in duty.ids()]
    assert Counter(one.partition("/")[0] for one in ids) == DUTIES and len(set(ids)) == len(ids)
    assert [one for one in ids if one.startswith("sentence/")] == [f"sentence/{number}" for number in range(1, 111)]
    assert [duty.id for duty in _duties.load() if not duty.what or (not duty.controls and not duty.missing)] == []
    assert [duty.id for duty in _duties.load() if len(set(duty.controls)) != len(duty.controls)] == []


def test_every_control_that_is_named_exists(there: dict[str, set[str]]) -> None:
    assert tuple(there) == _duties.KINDS
    assert [(duty.id, kind, name) for duty in _duties.load() for kind, name in duty.controls if name not in there.get(kind, ())] == []


def test_a_table_that_no_rule_is_said_to_read_is_read_by_none() -> None:
    read = {name.removesuffix("_current") for rule in load() for name in rule.header.reads}
    landed = set(re.findall(r"^CREATE TABLE (\w+)", schema("sources"), re.M))
    named = {name for duty in _duties.load() if "no rule reads" in duty.missing for name in re.findall(r"[a-z]+(?:_[a-z]+)+", duty.missing)} & landed
    assert named and sorted(named & read) == []


def test_the_table_has_every_duty_and_says_what_each_control_did(closed_shop: Path) -> None:
    rows = asked(closed_shop, "SELECT duty, kind, control FROM control")
    assert Counter(duty.partition("/")[0] for duty in {row[0] for row in rows}) == DUTIES
    assert {row[0] for row in rows if row[1] == "none"} == {one for duty in _duties.load() if not duty.controls for one in duty.ids()}
    assert asked(closed_shop, "SELECT count(*) FROM control WHERE (kind = 'none') <> (control IS NULL) OR (served = 'none') <> (kind = 'none') OR (served = 'whole') <> (missing IS NULL)") == [(0,)]
    run_id, at = asked(closed_shop, "SELECT run_id, started_at FROM run")[0]
    told = {row[0]: row[1:] for row in asked(closed_shop, "SELECT DISTINCT control, kind, run_id, ran_at, rows, state, caught, caught_at FROM control")}
    assert told["bank_unexplained"] == ("rule", run_id, at, 3, "controlled", 0, None)
    assert told["unsettled_overdue"] == ("rule", run_id, at, 6, "controlled", 1, at)
    assert told["so_missing"] == ("rule", None, None, 5, "no_source", 0, None), "its source was never landed: it did not run"
    assert told["book_payout"][:3] == ("rule", run_id, at) and told["book_payout"][5:] == (None, None)
    assert told["shopify_orders"] == ("importer", run_id, at, 5, None, None, None) and told["camt053"][1:4] == (run_id, at, 3) and told["mt940"][1] is None
    assert told["CONTROL_TOTAL_DIFF"] == ("gate", run_id, at, asked(closed_shop, "SELECT sum(rows) FROM file")[0][0], None, 0, None)
    assert told["finance_summary"][:3] == ("export", run_id, at), "also what the run itself has written"
    assert told["TamperedError"] == ("seal", run_id, at, None, None, None, None)
    assert {row[1:] for name, row in told.items() if row[0] in ("command", "drill", "document")} == {(None,) * 6}


def test_every_check_says_its_catch_rate_as_it_is_published(closed_shop: Path) -> None:
    with (ROOT / "rules" / "catch_rate.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    page = re.findall(r"^\| (\w+) \| `(\w+)` \| .* \| (\d+) \| (\d+) \| (\d+) \|$", (ROOT / "docs" / "reference" / "catch-rate.md").read_text(encoding="utf-8"), re.M)
    assert page and [tuple(row[name] for name in ("code", "defect", "planted", "caught", "secondary")) for row in rows] == page, "two texts of one `make catch`"
    there = {f"{rule.id}/{rule.header.code}/{rule.header.subject}": rule.name for rule in load() if rule.header.kind == "check"}
    assert [(row["defect"], one) for row in rows for one in row["controls"].split("; ") if one not in there] == []
    asked_for = dict(asked(closed_shop, "SELECT control, CASE WHEN planted = 0 THEN 'not planted' ELSE concat(planted_caught, ' of ', planted) END FROM control WHERE kind = 'rule' AND planted IS NOT NULL"))
    checks = {rule.name: rule.header.code for rule in load() if rule.header.kind == "check"}
    assert asked_for.keys() == checks.keys() & {name for duty in _duties.load() for kind, name in duty.controls if kind == "rule"}
    register = (ROOT / "docs" / "reference" / "controls.md").read_text(encoding="utf-8")
    assert [name for name, words in asked_for.items() if f"`{name}` ({checks[name]}, {words})" not in register] == []
    assert {"not planted"} < set(asked_for.values()), "some are planted, and what is not is said"
    assert asked(closed_shop, "SELECT count(*) FROM control WHERE planted IS NOT NULL AND (kind <> 'rule' OR planted_caught > planted)") == [(0,)]


def test_a_defect_counts_for_the_check_that_told_it_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "catch_rate.csv").write_text("code,defect,controls,planted,caught,secondary\nSO_MISSING,a,C-01/NONE/order; O-01/SO_MISSING/order,3,2,0\nSO_MISSING,b,O-01/SO_MISSING/order,1,1,4\n", encoding="utf-8")
    monkeypatch.setattr(_duties, "files", lambda name: tmp_path)
    told = _duties.catch_rates.__wrapped__()
    assert {name: rate for name, rate in told.items() if rate.planted} == {"so_missing": (4, 3)}


def test_a_later_run_and_what_it_refused_and_found_are_what_its_controls_did(shop: Path) -> None:
    """A night of one refused file, one refused act and one payment that was found again, in which one importer and one rule had nothing to do."""
    (shop / "audit" / "audit.duckdb").chmod(0o600)
    with duckdb.connect(str(shop / "audit" / "audit.duckdb")) as con:
        con.execute("INSERT INTO run SELECT * REPLACE ('later' AS run_id, started_at + INTERVAL 1 DAY AS started_at, seq + 9 AS seq) FROM run")
        con.execute("INSERT INTO rule_run SELECT * REPLACE ('later' AS run_id, CASE name WHEN 'statement_gap' THEN 'no_source' ELSE state END AS state) FROM rule_run")
        con.execute("INSERT INTO dead_letter (file_id, feed, name, code, reason, row_no, column_name, hint, known_at, run_id, state) SELECT 'f', 'shop', 'later.csv', 'UNKNOWN_WORD', 'a word', 2, 'Status', 'add it', started_at, run_id, 'waiting' FROM run WHERE run_id = 'later'")
        con.execute("INSERT INTO refused_act SELECT 'r', 'close', 'jane', 'PeriodError', NULL, NULL, started_at FROM run WHERE run_id = 'later'")
        con.execute("INSERT INTO exception_event SELECT e.* REPLACE ('reopened' AS action, u.started_at AS \"at\", 'later' AS run_id) FROM exception_event AS e CROSS JOIN run AS u WHERE u.run_id = 'later' AND e.code = 'UNSETTLED_OVERDUE'")
        con.execute("INSERT INTO exception_event SELECT e.* REPLACE ('i' AS exception_id, 'in_transit' AS state) FROM exception_event AS e WHERE e.code = 'UNSETTLED_OVERDUE'")
        coverage.register(con)
    first, then = datetime(2026, 10, 1, 4), datetime(2026, 10, 2, 4)
    told = {row[0]: row[1:] for row in asked(shop, "SELECT DISTINCT control, ran_at, rows, caught, caught_at FROM control")}
    assert told["UNKNOWN_WORD"] == (then, 0, 1, then) and told["VALUE_FORMAT"] == (then, 0, 0, None), "every file passes every code"
    assert told["PeriodError"] == (None, None, 1, then) and told["ApprovalError"] == (None,) * 4
    assert told["unsettled_overdue"] == (then, 6, 1, then), "what is in transit was not caught, and one that comes again is one"
    assert told["statement_gap"][0] == first and told["camt053"][:2] == (first, 3) and told["TamperedError"][0] == then
