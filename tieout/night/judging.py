"""Runs the rules over the books: facts, matches, checks, exceptions, postings, proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression

from importers import _registry
from importers._kit import Importer
from ledger.log import stamp
from ledger.mappings import mapping_sha256
from ledger.money import units
from ledger.publish import Made, add_rows
from ledger.rows import typed
from ledger.segments import Segment
from ledger.sqltext import execute, sql
from ledger.store import Store
from rules import _rules
from rules._life import life
from tieout.books.progress import Step

from . import coverage
from .unchanged import Unchanged, idle

FINDING = ("entity", "store", "subject_key", "expected", "actual", "difference", "currency", "due_on", "cause", "evidence", "candidates")


@dataclass
class Judgement:
    """What one run of the rules found."""

    groups: int = 0
    events: int = 0
    rules: int = 0
    runs: list[dict[str, object]] = field(default_factory=list)
    mappings: list[dict[str, object]] = field(default_factory=list)
    made: Mapping[str, Made] = field(default_factory=dict)  # what each rule said, by what it read
    taken: Set[str] = frozenset()  # rules whose rows the auditors' copy had
    kept: Set[str] = frozenset()  # and facts that were made again, and whose rows it has
    differences: list[str] = field(default_factory=list)  # between these rows and the rule's, where everything was made anew


def judge(store: Store, as_of: date, environment: str, say: Callable[[str], None], *, full: bool = False) -> Judgement:
    """Run every rule and append what is new: match groups, exception events, journal entries; the derived tables are made anew.

    What a rule said when the auditors' copy was written is taken from there where nothing that it reads has changed since; with `full` it is made anew, and compared.
    A check that needs a source which was never landed is not run, nor is a rule that has nothing to speak of: `audit reproduce` runs them all the same.
    """
    con, result = store.con, Judgement()
    execute(con, sql("tieout", "search_path"))
    first = execute(con, sql("tieout", "first_day")).fetchall()[0][0]
    context = {"as_of": as_of, "known_at": stamp(store.at), "environment": environment, "first_day": first or as_of, "run_id": store.run_id}
    execute(con, life("run"), context)
    execute(con, life("context"))
    declare(con)
    runs: list[dict[str, object]] = []
    unchanged, lacking = Unchanged(store, context), set[str]()
    judged = [r for r in _rules.load() if r.header.kind != "post"]
    for number, rule in enumerate(judged):
        say(Step(f"{rule.header.kind} {rule.name}", "judging", number, len(judged)))
        held = unchanged.holds(rule)
        rows = unchanged.take(rule) if held and not full else 0 if rule.name in lacking else silent(con, rule) if not full and idle(rule, unchanged.empty) else said(con, rule)
        if rule.name == "watermark_fact":
            lacking = {name for (name,) in execute(con, sql("tieout", "judge_lacking")).fetchall()}
        unchanged.note(rule, rows)
        result.differences += unchanged.differences(rule) if held and full else []
        runs.append(_rule_run(store, rule, rows))
    result.made, result.taken, result.kept = unchanged.made, unchanged.taken, unchanged.kept()
    for step in ("claimed", "found", "blocked"):
        execute(con, life(step))
    execute(con, sql("tieout", "set_run"), {"run_id": store.run_id})
    result.groups = _groups(store, unchanged)
    execute(con, life("why_closed"))
    events = con.sql(life("events"), params={"run_id": store.run_id})
    result.events = _append(store, "match", f"exceptions:{store.run_id}", "exception_event", events)
    for step in ("exceptions", "totals", "causes", "dependants", "periods"):
        execute(con, life(step))
    for rule in (r for r in _rules.load() if r.header.kind == "post"):
        runs.append(_rule_run(store, rule, 0 if not full and idle(rule, unchanged.empty) else _post(store, rule, unchanged)))
    execute(con, life("proof"))
    unlooked = {name: (state, int(count)) for name, state, count in execute(con, life("not_evaluated")).fetchall()}
    for run in runs:
        run["state"], run["not_evaluated"] = unlooked.get(str(run["name"]), ("ran", 0))
    coverage.judge_coverage(con, runs, unchanged.empty)
    result.rules = len(runs)
    result.runs = runs
    versions = con.table("fact.main.mapping_version").project("file, proposal_id, content_sha256").order("file").fetchall()
    result.mappings = [{"run_id": store.run_id, "file": f, "proposal_id": p, "content_sha256": c} for f, p, c in versions if c]
    return result


def declare(con: duckdb.DuckDBPyConnection) -> None:
    """What the rules' headers say of sources, tables and versions, and the currencies' smallest units, where the statements of the judgement can join it."""
    for table, rows in _declared().items():
        add_rows(con, con.from_arrow(rows), f"fact.main.{table}")
    coverage.declare(con)


@cache
def _declared() -> dict[str, pa.Table]:
    """The same in every judgement of a process."""
    checks = [rule for rule in _rules.load() if rule.header.kind == "check"]
    needs = [{"name": r.name, "subject_kind": r.header.subject, "source": source} for r in checks for source in r.header.needs]
    reads = [
        {"name": r.name, "rule": r.header.rule, "code": r.header.code, "subject_kind": r.header.subject, "cure": r.header.cure, "reads": name, "depth": depth}
        for r in checks
        for name, depth in sorted(_rules.closure(r.name).items())
    ]
    waits = [
        {"name": r.name, "rule": r.header.rule, "code": r.header.code, "subject_kind": r.header.subject, "source": source} for r in checks for source in dict.fromkeys((*r.header.needs, *r.header.waits_for))
    ]
    formats = [{"importer": name, "kind": kind, "source": source} for one in _registry.importers() for kind in one.context.split("|") for name, tables in _formats(one) for source in _brought(tables)]
    packs = [{"name": r.name, "pack": r.header.pack} for r in checks if r.header.pack]
    versions = [{"name": r.name, "sha256": r.sha256} for r in _rules.load()]
    currencies = [{"currency": code, "decimals": places, "unit": unit} for code, places, unit in units()]
    return {name: pa.Table.from_pylist(rows) for name, rows in (("rule_need", needs), ("rule_read", reads), ("rule_pack", packs), ("rule_wait", waits), ("format_table", formats), ("rule_version", versions), ("currency_unit", currencies))}


def _formats(importer: Importer) -> Iterator[tuple[str, set[str]]]:
    """The format by its name and its tables; one that feeds declare by the table that the feed names as well."""
    yield importer.module_name(), {lands.lands for lands in importer.landed()} | set(importer.declares)
    yield from ((f"{importer.module_name()}:{table}", {table}) for table in importer.declares)


def _brought(tables: set[str]) -> list[str]:
    """The sources that a file with these tables makes complete: they, and what is made of them."""
    made = {"settlement_line": "payout", "bank_statement": "bank_line", "settlement_batch": "settlement_line"}
    return sorted(tables | {made[name] for name in tables & made.keys()})


def _rule_run(store: Store, rule: _rules.Rule, rows: int) -> dict[str, object]:
    return {
        "run_id": store.run_id,
        "rule": rule.id,
        "name": rule.name,
        "kind": rule.header.kind,
        "rule_sha256": rule.sha256,
        "rows": rows,
        "not_evaluated": 0,
        "state": "ran",
    }


def silent(con: duckdb.DuckDBPyConnection, rule: _rules.Rule) -> int:
    """A fact without rows in the place of the one of the night before, without running its rule. A check leaves nothing behind."""
    if columns := _rules.outline(rule).columns:
        _anew(con, rule, f"({columns})")
    return 0


def said(con: duckdb.DuckDBPyConnection, rule: _rules.Rule) -> int:
    """Run a rule; its rows."""
    return findings(con, rule) if rule.header.kind == "check" else materialise(con, rule)


def materialise(con: duckdb.DuckDBPyConnection, rule: _rules.Rule) -> int:
    """Make a fact anew, in the place of the one of the night before; its rows."""
    return int(_anew(con, rule, f"AS {rule.text}")[0][0])


def _anew(con: duckdb.DuckDBPyConnection, rule: _rules.Rule, content: str) -> list[tuple[Any, ...]]:
    """DDL takes no parameters: the name is quoted, what follows is the rule's file, or what was read from it."""
    return execute(con, "CREATE OR REPLACE TABLE fact.main." + '"' + rule.name.replace('"', '""') + '" ' + content).fetchall()


def findings(con: duckdb.DuckDBPyConnection, rule: _rules.Rule) -> int:
    """A check's rows with what its header says of them; how many. Most checks find nothing, and then no more than the rule's own statement was run."""
    made = execute(con, "CREATE OR REPLACE TEMP TABLE checking AS " + rule.text).fetchall()
    if not made[0][0]:
        return 0
    head, rows = rule.header, con.table("temp.checking")
    fixed = {
        "rule": head.rule,
        "code": head.code,
        "class": head.exception_class,
        "severity": head.severity,
        "subject_kind": head.subject,
        "owner": head.owner,
        "suggestion": head.suggestion,
    }
    target = con.table("fact.main.finding")
    kinds = dict(zip(target.columns, target.types, strict=True))
    columns = [(ConstantExpression(fixed[c]) if c in fixed and c not in rows.columns else ColumnExpression(c)).cast(kinds[c]).alias(c) for c in target.columns]
    rows.project(*columns).insert_into("fact.main.finding")
    return int(made[0][0])


def _committed(store: Store, key: str, table: str) -> int:
    """Rows of a table in a batch that this very run had committed before it was interrupted."""
    return sum(segment["rows"] for body in store.batches(store.run_id) if body["key"] == key for segment in body["segments"] if segment["table"] == table)


def _append(store: Store, kind: str, key: str, table: str, rows: duckdb.DuckDBPyRelation) -> int:
    if store.has(key):
        return _committed(store, key, table)
    segment = store.segment(table, typed(rows, store.con.table(table)))
    if segment is None:
        return 0
    store.commit(kind, key, [segment])
    return segment.rows


def _groups(store: Store, unchanged: Unchanged) -> int:
    """Match groups that the ledger does not hold yet, and those that a later version has undone. No pair rests on what was only taken over: what is under it is proven first."""
    con = store.con
    execute(con, life("groups"))
    if store.has(f"match:{store.run_id}"):
        return _committed(store, f"match:{store.run_id}", "match_group")
    segments: list[Segment | None] = []
    for table, name in (("match_group", "new_groups"), ("match_member", "new_members")):
        segments.append(store.segment(table, typed(con.sql(sql("tieout", name)), con.table(table))))
    if not any(segments):
        return 0
    unchanged.prove({name for rule in _rules.load() if rule.header.kind == "match" for name in (rule.name, *_rules.closure(rule.name))})
    store.commit("match", f"match:{store.run_id}", segments)
    return segments[0].rows if segments[0] else 0


def _post(store: Store, rule: _rules.Rule, unchanged: Unchanged) -> int:
    """Entries that the ledger does not hold yet; an entry is prepared once. Nothing is booked on what was only taken over: that is made anew first, and compared."""
    con = store.con
    made = execute(con, "CREATE OR REPLACE TABLE fact.main.posting AS " + rule.text).fetchall()
    if store.has(f"journal:{rule.id}:{store.run_id}"):
        return _committed(store, f"journal:{rule.id}:{store.run_id}", "journal_entry")
    if not made[0][0]:
        return 0
    entries = con.sql(sql("tieout", "new_entries"), params={"run_id": store.run_id, "rule_sha256": rule.sha256})
    entry = store.segment("journal_entry", typed(entries, con.table("journal_entry")))
    if entry is None:
        return 0
    unchanged.prove()
    lines = con.sql(sql("tieout", "new_lines"))
    line = store.segment("journal_line", typed(lines, con.table("journal_line")))
    store.commit("journal", f"journal:{rule.id}:{store.run_id}", [entry, line])
    return entry.rows


def published_facts() -> dict[str, str]:
    """Facts that go into the auditors' copy, so that every rule file runs there too."""
    facts = {rule.name: f"{rule.header.title}. {rule.header.why}" for rule in _rules.load() if rule.header.kind in ("fact", "match")}
    given = dict.fromkeys(("map_entity", "map_store", "map_processor_account", "map_bank_account", "map_gateway", "map_account", "map_tax", "map_fee_schedule", "map_tolerance", "map_calendar", "map_ownership", "map_policy"), "Mapping rows in force, as the rules read them.")
    given |= {
        "rule_parameter": "Parameters of the rules per entity.",
        "currency_unit": "Decimals and smallest unit of every currency (ISO 4217).",
        "business_day": "Business days of each entity's calendar.",
        "match_said": "The last word of a person on each pair: confirmed or undone.",
        "run_context": "Business date of the run.",
        "rule_need": "Sources that a rule needs: it judges up to the lowest of their watermarks.",
        "rule_wait": "Sources a missing row of which may be all that is wrong with what a rule finds: those that it needs, and others.",
        "format_table": "Sources that a file of each format brings, by the kind of feed.",
        "claimed": "What the checks found and what belongs to a cause: a file that was refused, days that are missing.",
        "finding": "What the checks found in the last run, before it is compared with the exceptions that stand.",
        "blocked_payout": "Payouts that must not be booked.",
        "feed": "Feeds of the books and when their files are expected.",
    }
    return facts | given


def mapping_version(store: Store) -> str:
    """Hash over the mapping versions that the run uses."""
    return mapping_sha256(store)
