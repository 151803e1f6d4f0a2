"""What has not changed is not judged again, and nothing differs by that: facts, findings, proofs and entries are those of a judgement from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import forge_note, in_force, once, tieout
from test_exception_life import THIRD
from test_publish import contents, export

from ledger.log import read_manifests
from ledger.proof import growing
from ledger.sqltext import sql
from rules import _rules
from tieout.night import judging, unchanged

# what the run itself leaves: its own rows, and the clock that it was stamped with
OWN = ("run", "run_step", "rule_run", "run_mapping", "run_context", "log_leaf", "log_head")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[set[str]]]:
    """The rules whose rows each judgement took over."""
    seen: list[set[str]] = []
    judge = judging.judge

    def watched(*given, **named):
        seen.append(set((done := judge(*given, **named)).taken))
        return done

    monkeypatch.setattr(judging, "judge", watched)
    yield seen


@pytest.fixture(scope="module")
def twice(closed_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after a second night, which saw what the first had booked."""
    return once(tmp_path_factory, "twice", lambda home: tieout("run", "--home", shutil.copytree(closed_shop, home), "--as-of", "2026-10-01"))


@pytest.fixture
def again(twice: Path, tmp_path: Path) -> Path:
    """A copy of these books."""
    return Path(shutil.copytree(twice, tmp_path / "skerry"))


def reading(*tables: str) -> set[str]:
    """The rules that read one of these tables, themselves or through facts."""
    return {rule.name for rule in _rules.load() if rule.header.kind != "post" and not _rules.closure(rule.name).keys().isdisjoint(tables)}


def both(home: Path, *words: str, code: int = 0) -> Path:
    """The same night twice: on the books, and from nothing on a copy of them, which is given back."""
    anew = Path(shutil.copytree(home, home.with_name("anew")))
    tieout("run", "--home", home, *words, code=code)
    tieout("run", "--home", anew, *words, "--full", code=code)
    return anew


def cheaper(home: Path) -> None:
    """A fee schedule of a cent less, in force."""
    schedule = home / "mappings" / "fee_schedules.csv"
    schedule.write_text(schedule.read_text(encoding="utf-8").replace("0.25,EUR", "0.24,EUR"), encoding="utf-8")
    in_force(home)


def test_a_night_without_news_takes_over_what_it_can(again: Path, taken: list[set[str]]) -> None:
    tieout("run", "--home", again, "--as-of", "2026-10-01")
    rules = {rule.name for rule in _rules.load() if rule.header.kind != "post"}
    assert rules - taken[-1] == {"feed_missing", "file_duplicate"}, "what looks at the night itself"


def test_another_day_another_mapping_and_new_rows_give_what_a_judgement_from_nothing_gives(again: Path, taken: list[set[str]]) -> None:
    export(again, "orders_export_2.csv", {"Total": "12.00"})
    cheaper(again)
    anew = both(again, "--as-of", "2026-10-02")
    first, full = taken[-2:]
    assert full == set() and {"bank_pair", "match_bank_line", "standing_entry"} <= first
    assert first.isdisjoint({rule.name for rule in _rules.load() if "sales_order_current" in rule.header.reads})
    mine, theirs = contents(again), contents(anew)
    assert [name for name in mine if name not in OWN and mine[name] != theirs[name]] == []
    assert [path.name for path in sorted((again / "outbox").rglob("*.csv"))] == [path.name for path in sorted((anew / "outbox").rglob("*.csv"))]


def test_an_approved_mapping_judges_again_what_reads_it_and_nothing_else(again: Path, taken: list[set[str]]) -> None:
    cheaper(again)
    tieout("run", "--home", again, "--as-of", "2026-10-01")
    ran = {rule.name for rule in _rules.load() if rule.header.kind != "post"} - taken[0]
    assert {"expected_fee", "fee_run"} <= ran and "fee_difference" not in ran, "what a fact says again stops the chain"
    assert ran <= reading("map_fee_schedule") | {"feed_missing", "file_duplicate"}


def test_a_link_that_is_left_out_is_found(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamps that forget one table let its readers stand though it has changed: `--full` says so and ends with 70."""
    export(again, "orders_export_2.csv", {"Total": "12.00"})
    of_table = unchanged.Unchanged._of_table
    monkeypatch.setattr(unchanged.Unchanged, "_of_table", lambda self, name, rule: "" if name == "order_gap" else of_table(self, name, rule))
    tieout("run", "--home", again, "--as-of", "2026-10-01")  # notes the stamps that forget
    export(again, "orders_export_3.csv", {"Name": "#109", "Id": "7009"})
    said = tieout("run", "--home", again, "--as-of", "2026-10-01", "--full", code=70)
    assert "not so: rule order_sequence_gap" in said.stdout


def test_nothing_is_booked_on_a_copy_that_was_changed_together_with_its_note(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = again / "audit" / "audit.duckdb"
    copy.chmod(0o640)
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE tender SET amount = amount + 1")
    forge_note(again)
    monkeypatch.setattr(_shop, "LINES", _shop.LINES + THIRD)
    (again / "inbox" / "stripe" / "later.csv").write_text(_shop.stripe(), encoding="utf-8")
    before = len(list(read_manifests(again)))
    said = tieout("run", "--home", again, "--as-of", "2026-10-01", code=70)
    assert "audit/audit.duckdb: rule tender" in said.stderr and "--full" in said.stderr
    assert [body["kind"] for body, _ in read_manifests(again)][before:] == ["import"], "no pair, no exception, no entry"
    said = tieout("run", "--home", again, "--as-of", "2026-10-01", "--full", code=70)
    assert "not so: rule tender" in said.stdout
    tieout("run", "--home", again, "--as-of", "2026-10-01")  # on the copy that the other one has left


def test_a_fact_that_comes_out_the_same_stays_in_the_copy_where_its_rows_are_those(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the note says of a fact is not enough: rows that somebody changed in the copy are written anew."""
    kept: list[set[str]] = []
    judge = judging.judge

    def watched(*given, **named):
        kept.append(set((done := judge(*given, **named)).kept - done.taken))
        return done

    monkeypatch.setattr(judging, "judge", watched)
    export(again, "orders_export_2.csv", {"Total": "12.00"})
    changed = Path(shutil.copytree(again, again.with_name("changed")))
    copy = changed / "audit" / "audit.duckdb"
    copy.chmod(0o640)
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE line_fact SET net = net + 1")
    forge_note(changed)
    for home in (again, changed):
        tieout("run", "--home", home, "--as-of", "2026-10-01")
    first, second = kept
    assert "line_fact" in first and "order_fact" not in first
    assert second == first - {"line_fact"}
    mine, theirs = contents(again), contents(changed)
    assert mine["line_fact"] == theirs["line_fact"]


def test_every_table_of_a_rule_has_a_stamp() -> None:
    """A segment, a rule, or a table whose rows are looked at: nothing that a rule reads is without one."""
    given = sql("tieout", "context_digests")
    makers = {rule.name for rule in _rules.load()}
    for rule in (r for r in _rules.load() if r.header.kind != "post"):
        for name in rule.header.reads:
            known = name in makers or name.removesuffix("_current") in growing() or f"FROM fact.{name} " in given
            assert known or name in ("run_context", _rules.FINDINGS), f"{rule.name} reads {name}"
