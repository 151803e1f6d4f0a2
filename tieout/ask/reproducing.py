"""`tieout audit reproduce`: the published rule texts once more over the auditors' copy, and everything they say compared with what the copy says."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from ledger import places
from ledger.errors import NotBooksError
from ledger.rows import typed
from ledger.session import connect, threads
from ledger.sqltext import execute, sql
from rules import _rules
from rules._life import life
from tieout.night import judging
from tieout.night.comparing import differences, of_tables
from tieout.night.unchanged import idle, without_rows

LIMITS = {"memory_limit": "1GB", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "python_enable_replacements": "false"}
# Tables that are derived from the mappings and the business date, before any rule runs.
CONTEXT = ("map_entity", "map_store", "map_processor_account", "map_bank_account", "map_gateway", "map_account", "map_tax", "map_fee_schedule", "map_tolerance", "map_calendar", "map_ownership", "map_policy", "rule_parameter", "business_day", "match_said", "rule_need", "format_table")  # fmt: skip
SECONDS = 10  # that a check takes for it
PROOFS = ("payout_proof", "payout_bucket", "clearing_proof", "roll_forward", "refund", "watermark")


@dataclass
class Reproduction:
    """What differs, line by line; what was not compared and why; how many rules were."""

    differences: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    rules: int = 0


@contextmanager
def scratch(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A place of its own beside the copy, which is only read: `ledger` holds what is made again, `pub` is the copy."""
    copy = home / "audit" / "audit.duckdb"
    if not places.is_file(copy):
        raise NotBooksError("nothing is published here yet", where=home.name, hint="`tieout run` lands what is in inbox/ and publishes.")
    with tempfile.TemporaryDirectory(prefix="tieout-") as place:
        con = connect(config={**LIMITS, "threads": threads(copy.stat().st_size), "temp_directory": place})
        try:
            execute(con, sql("tieout", "attach_copy"), {"path": str(copy)})
            yield con
        finally:
            con.close()


def reproduce(home: Path, seconds: int | None = None) -> Reproduction:
    """Run everything again; or, of what can say anything, what begins within so many seconds."""
    with scratch(home) as con:
        done = Reproduction()
        if "run_id" not in con.table("pub.main.run_context").columns:
            done.left.append("nothing was run again: the copy was published by an older Tieout; `tieout audit publish` writes it anew")
            return done
        _context(con, done)
        _rules_again(con, done, time.monotonic() + seconds if seconds is not None else None)
        return done


def in_seconds(home: Path) -> Reproduction:
    """As much of it as a check has time for; nothing where nothing is published."""
    return reproduce(home, SECONDS) if places.is_file(home / "audit" / "audit.duckdb") else Reproduction()


def _context(con: duckdb.DuckDBPyConnection, done: Reproduction) -> None:
    """Mappings in force, parameters and business days, from the approvals that the copy holds."""
    execute(con, sql("tieout", "reproduce_stage"))
    execute(con, sql("tieout", "reproduce_path"))
    execute(con, sql("tieout", "in_force"))
    execute(con, life("context"))
    judging.declare(con)
    for name in CONTEXT:
        _compare(con, done, f"fact.main.{name}", name)


def _rules_again(con: duckdb.DuckDBPyConnection, done: Reproduction, until: float | None) -> None:
    sizes = dict(execute(con, sql("tieout", "sizes_of_copy")).fetchall())
    empty = without_rows(name for name, rows in sizes.items() if rows) if until else set[str]()
    judged = dict(execute(con, sql("tieout", "judged_by")).fetchall())
    steps = [r for r in _rules.load() if r.header.kind != "post"]
    posts = [r for r in _rules.load() if r.header.kind == "post"]
    heads: dict[tuple[str, ...], list[_rules.Rule]] = {}
    for rule in steps:
        heads.setdefault(_head(rule), []).append(rule)
    told = {tuple(row[:3]) for row in execute(con, sql("tieout", "found_by_rule")).fetchall()}
    for place, rule in enumerate(steps):
        if until and time.monotonic() > until:
            _out_of_time(done, len(steps) - place + len(posts))
            return
        if rule.header.kind == "check":
            alike = heads[_head(rule)]
            if rule is alike[-1]:
                _checked(con, done, alike, judged, told, empty)
        elif _same_text(con, done, rule, judged):
            done.rules += 1
            rows = judging.silent(con, rule) if idle(rule, empty) else judging.materialise(con, rule)
            empty |= {rule.name} if until and not rows else set()
            _compare(con, done, f"fact.main.{rule.name}", f"rule {rule.name}", alike=not rows and not sizes.get(rule.name, 1))
        else:
            con.table(f"pub.main.{rule.name}").create(f"fact.main.{rule.name}")
    execute(con, life("claimed"))
    execute(con, life("found"))
    execute(con, life("blocked"))
    _compare(con, done, "fact.main.blocked_payout", "blocked_payout")
    for place, rule in enumerate(posts):
        if until and time.monotonic() > until:
            _out_of_time(done, len(posts) - place)
            return
        _posted(con, done, rule, judged)
    execute(con, life("proof"))
    for name in PROOFS:
        _compare(con, done, f"ledger.main.{name}", name)


def _out_of_time(done: Reproduction, rules: int) -> None:
    done.left.append(f"{rules} of {rules + done.rules} rules and all proofs were not run again, for want of time: `tieout audit reproduce` runs all of them")


def _same_text(con: duckdb.DuckDBPyConnection, done: Reproduction, rule: _rules.Rule, judged: dict[str, str]) -> bool:
    """Whether the copy was judged by this text of the rule; where not, what it found is taken as it is, so that the rules behind it can be compared."""
    if judged.get(rule.name) == rule.sha256:
        return True
    done.left.append(f"rule {rule.name} was not run again: the copy was judged by another text of it ({judged.get(rule.name, 'none')[:12]}, installed is {rule.sha256[:12]})")
    return False


def _head(rule: _rules.Rule) -> tuple[str, ...]:
    """By what the findings of a check are known; some checks share it."""
    return (rule.header.kind, rule.id, rule.header.code, rule.header.subject) if rule.header.kind == "check" else (rule.name,)


def _checked(con: duckdb.DuckDBPyConnection, done: Reproduction, alike: Sequence[_rules.Rule], judged: dict[str, str], told: set[tuple[str, ...]], empty: set[str]) -> None:
    """The findings of all checks that share rule, code and subject, which cannot be told apart in the copy; taken as they are where one of them has another text."""
    same = [_same_text(con, done, rule, judged) for rule in alike]
    if not all(same):
        _found(con, "pub.main.finding", alike[0]).insert_into("fact.main.finding")
        return
    done.rules += len(alike)
    if sum(judging.findings(con, rule) for rule in alike if not idle(rule, empty)) or _head(alike[0])[1:] in told:
        names = ", ".join(rule.name for rule in alike)
        done.differences += differences(_found(con, "pub.main.finding", alike[0]), _found(con, "fact.main.finding", alike[0]), f"rule {names}, table finding:")


def _found(con: duckdb.DuckDBPyConnection, table: str, rule: _rules.Rule) -> duckdb.DuckDBPyRelation:
    """The findings of one check: rule, code and subject of its header."""
    head = (("rule", rule.id), ("code", rule.header.code), ("subject_kind", rule.header.subject))
    rows = con.table(table)
    for column, value in head:
        rows = rows.filter(ColumnExpression(column) == ConstantExpression(value))
    return rows


def _posted(con: duckdb.DuckDBPyConnection, done: Reproduction, rule: _rules.Rule, judged: dict[str, str]) -> None:
    """Entries and lines that the posting rule prepares anew against those that the judgement of the copy did; the books then go on with the latter, as they did that night."""
    sha256 = {"rule_sha256": judged.get(rule.name, rule.sha256)}
    entries, lines = (con.from_arrow(con.sql(sql("tieout", f"posted_{name}"), params=sha256).to_arrow_table()) for name in ("entries", "lines"))
    if _same_text(con, done, rule, judged):
        done.rules += 1
        execute(con, sql("tieout", "drop_posting"))
        con.sql(rule.text).create("fact.main.posting")
        run_id = con.table("fact.main.run_context").project("run_id").fetchall()[0][0]
        fresh = con.from_arrow(con.sql(sql("tieout", "new_entries"), params={"run_id": run_id, **sha256}).to_arrow_table())
        label = f"rule {rule.name}, table"
        done.differences += differences(entries, typed(fresh, entries), f"{label} journal_entry:")
        done.differences += differences(lines, typed(con.sql(sql("tieout", "new_lines")), lines), f"{label} journal_line:")
    entries.insert_into("ledger.main.journal_entry")
    lines.insert_into("ledger.main.journal_line")


def _compare(con: duckdb.DuckDBPyConnection, done: Reproduction, again: str, label: str, *, alike: bool = False) -> None:
    """`alike`: both have no row, and only their columns may differ."""
    table = again.rpartition(".")[2]
    published = f"pub.main.{table}"
    if alike:
        one, other = con.table(published), con.table(again)
        alike = one.types == other.types and one.columns == other.columns
    if not alike:
        done.differences += of_tables(con, published, again, f"{label}:" if label == table else f"{label}, table {table}:")
