"""reports/tieout.prom: the text format of Prometheus, every figure explained, amounts and freshness as the books have them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from tieout.books import metrics

LINE = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+)\})? (?P<value>-?[0-9]+(?:\.[0-9]+)?)')


def parsed(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], Decimal]:
    """Samples of a text, which is held against the format: HELP and TYPE once before the samples of a name, these together, no sample twice."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], Decimal] = {}
    seen: list[str] = []
    assert text.endswith("\n")
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("# HELP "):
            name, meaning = line.removeprefix("# HELP ").split(" ", 1)
            assert name not in seen and meaning == metrics.HELP[name] and next(lines) == f"# TYPE {name} gauge"
            seen.append(name)
            continue
        sample = LINE.fullmatch(line)
        assert sample and sample["name"] == seen[-1], line
        key = (sample["name"], frozenset(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', sample["labels"] or "")))
        assert key not in found, line
        found[key] = Decimal(sample["value"])
    return found


def test_the_file_has_the_amounts_ages_and_freshness_of_the_books(closed_month: Path) -> None:
    found = parsed((closed_month / "reports" / "tieout.prom").read_text(encoding="utf-8"))
    with duckdb.connect(str(closed_month / "audit" / "audit.duckdb"), read_only=True) as con:
        owners = con.execute("SELECT e.owner, e.currency, coalesce(sum(c.at_risk) FILTER (WHERE c.cause_id = e.exception_id), 0) FROM exception AS e JOIN exception_cause AS c USING (exception_id) GROUP BY ALL").fetchall()
        feeds = con.execute("SELECT feed, max(complete_until) FROM file GROUP BY feed").fetchall()
        payouts = con.execute("SELECT state, currency, sum(payout_amount) FROM payout_proof GROUP BY ALL").fetchall()
    of = {(name, labels): value for (name, labels), value in found.items()}
    assert {(owner, currency): of["tieout_owner_at_risk", frozenset({("owner", owner), ("currency", currency)})] for owner, currency, _ in owners} == {(o, c): total for o, c, total in owners}
    assert {(s, c): of["tieout_payouts_amount", frozenset({("state", s), ("currency", c)})] for s, c, _ in payouts} == {(s, c): total for s, c, total in payouts}
    until = {dict(labels)["feed"]: datetime.fromtimestamp(int(value), UTC).date() for (name, labels), value in found.items() if name == "tieout_feed_complete_until_timestamp_seconds"}
    assert until == dict(feeds)
    assert {int(value) for (name, _), value in found.items() if name == "tieout_feed_late"} == {0}
    assert datetime.fromtimestamp(int(of["tieout_business_date_timestamp_seconds", frozenset()]), UTC).date().isoformat() == "2026-10-01"
    assert of["tieout_run_missed_days", frozenset()] == 0 and of["tieout_oldest_exception_days", frozenset({("severity", "block")})] == 0


def test_names_cannot_break_the_format() -> None:
    text = metrics.text([("tieout_feed_late", {"feed": 'a"b\\c\nd'}, 1), ("tieout_inbox_files", {}, 0), ("tieout_feed_late", {"feed": "e"}, 0)])
    assert len(parsed(text)) == 3 and r'{feed="a\"b\\c\nd"} 1' in text


def test_a_run_that_stopped_leaves_the_figures_of_the_night_before(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "tieout.prom").write_text(metrics.text([("tieout_run_failed", {}, 0), ("tieout_run_seconds", {}, "1.5"), ("tieout_log_size", {}, 9)]))
    metrics.write_failed(tmp_path, {"failed": 1, "exit_code": 70})
    found = {name: int(value) for (name, _), value in parsed((tmp_path / "reports" / "tieout.prom").read_text()).items()}
    assert found == {"tieout_run_failed": 1, "tieout_run_exit_code": 70, "tieout_log_size": 9}
