"""The clock: set back or forward, at the changes of summer time, at the ends of months and years, and a run for the wrong day."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import Said
from duckdb import ConstantExpression

from importers import _columns as c
from ledger.log import read_manifests
from ledger.sqltext import sql
from rules._life import life
from tieout.books.settings import Settings
from tieout.night import nightly

Command = Callable[..., Said]
FACTS = "SELECT exception_id, code, state, severity, subject_key, expected, actual, difference, due_on FROM exception ORDER BY exception_id"


def read(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def corrected(home: Path) -> None:
    """One order comes again with another total, and one that is new."""
    text = _shop.orders().splitlines()
    changed, more = text[-1].replace("33.00", "35.00"), text[-1].replace("#105", "#106").replace("7005", "7006")
    (home / "inbox" / "shop" / "orders_export_2.csv").write_text(f"{text[0]}\n{changed}\n{more}\n")


@pytest.mark.drill
def test_a_clock_that_was_wrong_changes_nothing_but_the_moments(closed_shop: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for name, now in (("right", "2026-10-02T04:00:00"), ("hour", "2026-10-01T03:00:00"), ("day", "2026-09-30T04:00:00"), ("epoch", "1970-01-01T00:00:01"), ("ahead", "2036-10-02T04:00:00")):
        home = Path(shutil.copytree(closed_shop, tmp_path / name))
        corrected(home)
        monkeypatch.setenv("TIEOUT_NOW", now)
        said = command("run", "--home", home, "--as-of", "2026-10-02")
        assert said.code == 0, said.err
        assert ("the clock says" in said.err) == (now < "2026-10-01T04")
        assert ('"clock.back"' in (home / "reports" / "log.jsonl").read_text()) == (now < "2026-10-01T04")
        # the way on after a clock ten years ahead: the next night is right again, and later than everything
        monkeypatch.setenv("TIEOUT_NOW", "2026-10-03T04:00:00")
        (home / "inbox" / "shop" / "orders_export_3.csv").write_text(_shop.orders().replace("33.00", "36.00"))
        last = command("run", "--home", home, "--as-of", "2026-10-03")
        assert ("the clock says" in last.err) == (name == "ahead"), last.err
        moments = [body["at"] for body, _ in read_manifests(home)]
        assert moments == sorted(moments), "what came later never looks older"
        assert [str(row[0]) for row in read(home, "SELECT total FROM sales_order WHERE order_name = '#105' ORDER BY known_at")] == ["33.0000", "35.0000", "36.0000"]
        assert read(home, "SELECT count(DISTINCT known_at) FROM sales_order WHERE order_name = '#105'") == [(3,)], "each night has its own moment"
        found[name] = (read(home, FACTS), read(home, "SELECT entry_id, role, debit, credit FROM journal_line ORDER BY ALL"), read(home, "SELECT kind, sha256 FROM export_file WHERE kind = 'odoo_journal' ORDER BY ALL"))
    assert all(facts == found["right"] for facts in found.values())
    assert len(found["right"][0]) > 1 and len(found["right"][1]) > 5


def test_a_dead_letter_is_settled_although_the_clock_went_back(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "inbox" / "stripe" / "broken.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv("TIEOUT_NOW", "2026-10-02T04:00:00")
    assert command("run", "--home", shop, "--as-of", "2026-10-02").code == 65
    monkeypatch.setenv("TIEOUT_NOW", "2026-10-01T05:00:00")
    assert command("dead-letter", "discard", "broken.csv", "--reason", "no report", "--home", shop, "--as", "jane").code == 0
    assert command("run", "--home", shop, "--as-of", "2026-10-03").code == 0
    assert read(shop, "SELECT count(*) FROM exception WHERE code = 'FILE_REFUSED' AND state = 'open' OR subject_key LIKE '%broken.csv' AND state = 'open'") == [(0,)]


def test_every_business_date_comes_once_also_when_summer_time_begins_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the hour of the timer that is shipped, with its delay, from 2026 to the leap day of 2028 and the end of the century's last year."""
    for zone in ("Europe/Paris", "America/New_York", "Australia/Sydney"):
        config = Settings.model_validate({"environment": "test", "name": "x", "feed": [{"name": "a", "entity": "e"}, {"name": "f", "entity": "e", "time_zone": zone}]})
        for first, days in ((date(2026, 1, 1), 800), (date(2099, 12, 1), 120)):
            for minute in (30, 35):
                found = []
                for n in range(days):
                    monkeypatch.setenv("TIEOUT_NOW", f"{first + timedelta(days=n)}T02:{minute}:00")
                    found.append(nightly.business_date(config))
                assert found == [found[0] + timedelta(days=n) for n in range(days)], zone
    timer = (Path(__file__).parent.parent / "docs" / "systemd" / "tieout.timer").read_text()
    assert "OnCalendar=*-*-* 02:30:00 UTC" in timer and "RandomizedDelaySec=5min" in timer


DAYS = ("2026-10-31", "2026-12-31", "2027-01-01", "2028-02-28", "2028-02-29", "2028-03-01", "2032-02-29", "2096-02-29", "2100-02-28", "2000-02-29", "2026-04-30", "2027-06-30")
NO_DAYS = ("2027-02-29", "2100-02-29", "2026-04-31", "2026-02-30", "2026-00-10", "2026-13-01")


def one(column: c.Column, text: str, zone: str = "UTC") -> object:
    con = duckdb.connect()
    con.execute(sql("importers", "macros"))
    return con.sql("SELECT $text AS x", params={"text": text}).project(column.value("x", ConstantExpression(zone))).fetchall()[0][0]


def test_the_days_that_exist_are_read_and_no_others() -> None:
    assert [str(one(c.day("x"), text)) for text in DAYS] == list(DAYS)
    assert [one(c.day("x"), text) for text in NO_DAYS] == [None] * len(NO_DAYS)
    assert [one(c.day("x", form="%d.%m.%Y"), text) for text in ("29.02.2027", "31.04.2026")] == [None, None]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Paris", "2026-12-31 23:59:59", "2026-12-31 22:59:59"),
        ("America/New_York", "2026-12-31 23:59:59", "2027-01-01 04:59:59"),
        ("Australia/Sydney", "2027-01-01 00:00:00", "2026-12-31 13:00:00"),
        ("America/New_York", "2028-02-29 23:30:00", "2028-03-01 04:30:00"),
        # a time that did not exist is moved by the hour that was left out; one that came twice is the second: either way the day stays
        ("Europe/Paris", "2026-03-29 02:30:00", "2026-03-29 01:30:00"),
        ("Europe/Paris", "2026-10-25 02:30:00", "2026-10-25 01:30:00"),
        ("America/New_York", "2026-03-08 02:30:00", "2026-03-08 07:30:00"),
        ("America/New_York", "2026-11-01 01:30:00", "2026-11-01 06:30:00"),
        ("Australia/Sydney", "2026-10-04 02:30:00", "2026-10-03 16:30:00"),
        ("Australia/Sydney", "2026-04-05 02:30:00", "2026-04-04 16:30:00"),
    ],
)
def test_moments_at_the_edges_of_days_and_of_summer_time(zone: str, local: str, utc: str) -> None:
    found = one(c.zone_moment("x"), local, zone)
    assert str(found) == utc
    assert one(c.moment("x", form="%Y-%m-%d %H:%M:%S"), local, zone) == found


def test_an_offset_in_the_text_leaves_nothing_open() -> None:
    first, second = (one(c.offset_moment("x"), f"2026-10-25 02:30:00 {offset}") for offset in ("+0200", "+0100"))
    assert isinstance(first, datetime) and isinstance(second, datetime) and second - first == timedelta(hours=1)
    assert {str(one(c.offset_day("x"), f"2026-12-31 23:30:00 {offset}")) for offset in ("-0500", "+0000", "+1100")} == {"2026-12-31"}
    assert one(c.instant("x"), "2028-02-29T23:30:00-05:00") == datetime(2028, 3, 1, 4, 30)


@pytest.mark.drill
def test_a_run_for_the_wrong_day_leaves_no_trace_in_the_next(closed_shop: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year late and a month early by mistake: the right day's run then says what it would have said, and books nothing twice."""
    found = []
    for name, wrong in (("right", ()), ("wrong", ("2027-10-01", "2026-09-05"))):
        home = Path(shutil.copytree(closed_shop, tmp_path / name))
        for n, day in enumerate((*wrong, "2026-10-02", "2026-10-02")):
            monkeypatch.setenv("TIEOUT_NOW", f"2026-10-02T0{4 + n}:00:00")
            assert command("run", "--home", home, "--as-of", day).code == 0
        found.append((read(home, FACTS), read(home, "SELECT account, payout_id, state FROM payout_proof ORDER BY ALL"), read(home, "SELECT entry_id, role, debit, credit FROM journal_line ORDER BY ALL"),
                      read(home, "SELECT path, sha256 FROM export_file WHERE kind = 'odoo_journal' ORDER BY ALL"), read(home, "SELECT entity, period, state FROM period ORDER BY ALL")))  # fmt: skip
        assert read(home, "SELECT count(*), count(DISTINCT run_id) FROM run") == [(3 + len(wrong), 3 + len(wrong))]
    assert found[0] == found[1]


def test_the_same_day_twice_adds_the_second_runs_own_record_alone(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [body["key"] for body, _ in read_manifests(shop)]
    monkeypatch.setenv("TIEOUT_NOW", "2026-10-01T05:00:00")
    assert command("run", "--home", shop, "--as-of", "2026-10-01").code == 0
    added = [body["kind"] for body, _ in read_manifests(shop)][len(before) :]
    assert added == ["run"]


def test_months_have_their_ends_also_in_leap_years() -> None:
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS ledger; CREATE SCHEMA fact; CREATE TABLE period (entity VARCHAR, period VARCHAR, state VARCHAR, closed_at TIMESTAMP, closed_by VARCHAR)")
    con.execute("CREATE TABLE decision (kind VARCHAR, subject_key VARCHAR, action VARCHAR, actor VARCHAR, \"at\" TIMESTAMP)")
    con.execute("CREATE TABLE fact.map_entity AS SELECT 'e' AS entity; CREATE TABLE fact.cutover AS SELECT 'e' AS entity, CAST(NULL AS DATE) AS cutover_on")
    con.execute("CREATE TABLE fact.run_context AS SELECT DATE '2028-03-01' AS as_of, DATE '2027-12-31' AS first_day")
    for through, locked in (("2028-01-30", []), ("2028-01-31", ["2028-01"]), ("2028-02-28", ["2028-01"]), ("2028-02-29", ["2028-01", "2028-02"])):
        con.execute("CREATE OR REPLACE TABLE fact.locked_through AS SELECT 'e' AS entity, CAST($day AS DATE) AS through", {"day": through})
        con.execute(life("periods"))
        states = con.execute("SELECT period, state FROM period ORDER BY period").fetchall()
        assert [period for period, _ in states] == ["2028-01", "2028-02", "2028-03"]
        assert [period for period, state in states if state == "locked"] == locked, through
