"""What of the last judgement holds again: the facts and findings of a rule whose text is the same, over rows that are the same, are taken from the auditors' copy.

The copy was held against its note when the books were opened. A rule that has no clock, no chance and no table that its header does not name (tests/test_structure.py)
says the same about the same rows; `tieout run --full` makes everything anew and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from hashlib import sha256

import duckdb
from duckdb import ColumnExpression

from ledger.cache import schema_hash
from ledger.errors import NotFoundError, TamperedError
from ledger.log import canonical
from ledger.publish import Made, attach_last, made_of
from ledger.rows import typed
from ledger.sqltext import execute, named, sql, tables_of
from ledger.store import Store
from rules import _rules

from .comparing import differences

CURRENT = "_current"
CLOCK = ("known_at", "run_id")  # of `run_context`: other ones in every run


class Unchanged:
    """Stamps of this judgement's rules, and what the last one that was published made under the same stamp. `made` grows with each rule, in their order."""

    def __init__(self, store: Store, context: Mapping[str, object]):
        self.store, self.context = store, {name: str(value) for name, value in context.items()}
        _clear(store.con)
        self.made: dict[str, Made] = {}
        self.empty = without_rows(name for name, laid in store.named.tables.items() if laid)  # relations that have no row, so far
        self.taken: set[str] = set()
        self._stamps: dict[str, str] = {}
        self._sources: dict[tuple[str, tuple[int, ...]], str] = {}
        self._proven: frozenset[str] = frozenset()
        self._before = made_of(store)
        self._first, place = dict[str, int](), 0
        for name, one in self._before.items():  # the findings of the checks lie behind each other, in the order of the checks
            self._first[name], place = place, place + one.rows * (one.kind == "check")
        self._base = canonical([schema_hash(), duckdb.__version__]).decode()
        self._given: dict[str, str] = dict(execute(store.con, sql("tieout", "context_digests")).fetchall())
        if self._before:
            attach_last(store)

    def of(self, rule: _rules.Rule) -> str:
        """The rule's stamp: another one, and it has to run again. Asked for before the rule runs, and the same afterwards."""
        if rule.name not in self._stamps:
            parts = {name: self._of_table(name, rule) for name in rule.header.reads}
            self._stamps[rule.name] = sha256(canonical([self._base, rule.sha256, parts])).hexdigest()
        return self._stamps[rule.name]

    def holds(self, rule: _rules.Rule) -> bool:
        """Whether the copy has what the rule would say."""
        return rule.name in self._before and self._before[rule.name].stamp == self.of(rule)

    def note(self, rule: _rules.Rule, rows: int) -> None:
        """The rule has spoken: what the copy is going to hold."""
        self.empty |= {rule.name} if not rows else set()
        self.made[rule.name] = Made(self.of(rule), rule.header.kind, rows, "" if rule.header.kind == "check" else self._sum_of(rule, rows))

    def take(self, rule: _rules.Rule) -> int:
        """The rule's rows as the copy has them; how many."""
        con, rows = self.store.con, self._before[rule.name].rows
        self.taken.add(rule.name)
        if rule.header.kind == "check":
            if rows:
                con.table("last.main.finding").limit(rows, offset=self._first[rule.name]).insert_into("fact.main.finding")
            return rows
        _view(con, rule.name)
        return rows

    def kept(self) -> set[str]:
        """Facts whose rows the copy has: what was taken from there, and what had to be made again and came out the same, by its rows' sum there and here."""
        alike = [name for name, one in self.made.items() if one.kind != "check" and one.rows and name in self._before and one.content == self._before[name].content]
        return self.taken | {name for name in alike if name not in self.taken and self._rows_of(f"last.main.{name}") == self.made[name].content}

    def differences(self, rule: _rules.Rule) -> list[str]:
        """What the rule says now and the copy does not, or the other way round, though nothing that it reads has changed."""
        con, label, fact = self.store.con, f"rule {rule.name}", rule.header.kind != "check"
        if fact and rule.name not in self.taken:
            return differences(con.table(f"last.main.{rule.name}"), con.table(f"fact.main.{rule.name}"), f"{label}:")
        execute(con, sql("tieout", "drop_again"))
        con.sql(rule.text).create("fact.main.again")
        now, before = con.table("fact.main.again"), con.table(f"last.main.{rule.name}" if fact else "last.main.finding")
        if not fact:
            before, label = before.limit(self._before[rule.name].rows, offset=self._first[rule.name]), f"{label}, table finding"
            now = typed(now, before.project(*(ColumnExpression(name) for name in now.columns)))
            before = before.project(*(ColumnExpression(name) for name in now.columns))
        return differences(before, now, f"{label}:")

    def prove(self, under: Set[str] | None = None) -> None:
        """TamperedError where something that was taken over is not what its rule says now; only of the rules `under` what is to be written, where these are given. What was proven is not proven again; of a rule that can say nothing the copy must hold nothing."""
        asked = self.taken - self._proven if under is None else (self.taken & under) - self._proven
        for rule in (rule for rule in _rules.load() if rule.name in asked):
            if told := [] if idle(rule, self.empty) and not self._rows_taken(rule) else self.differences(rule):
                raise TamperedError(told[0], where="audit/audit.duckdb", hint="`tieout run --full` judges without it; find out who changed the copy and its note in ledger/published.json.")
        self._proven |= asked

    def _rows_taken(self, rule: _rules.Rule) -> int:
        """How many rows were taken over of a rule: of a fact those that its table in the copy has, of a check as many as the note says, for no others were read."""
        if rule.header.kind == "check":
            return self._before[rule.name].rows
        return int(self.store.con.table(f"last.main.{rule.name}").count("*").fetchall()[0][0])

    def _sum_of(self, rule: _rules.Rule, rows: int) -> str:
        """By what rules that read this one know whether it says the same: they need not run again because it had to."""
        if rule.name in self.taken:
            return self._before[rule.name].content
        return self._rows_of(f"fact.main.{rule.name}") if rows else "0"

    def _rows_of(self, table: str) -> str:
        """How many rows a table has and a sum over them that no order changes."""
        count, total = execute(self.store.con, named(sql("tieout", "rows_sum"), table=table)).fetchall()[0]
        return f"{count} {total}"

    def _of_table(self, name: str, rule: _rules.Rule) -> str:
        """What a table holds, by the segments or the rules that it is made of, else by its rows."""
        if name in self.made:
            return self.made[name].content
        if name == "run_context":
            clock = any(word in rule.text.partition("*/")[2] for word in CLOCK)
            return canonical([value for key, value in sorted(self.context.items()) if clock or key not in CLOCK]).decode()
        if name == _rules.FINDINGS:
            return self._rows_of("fact.main.finding")
        if name in self._given:
            return self._given[name]
        tables = (name.removesuffix(CURRENT), "row_superseded") if name.endswith(CURRENT) else (name,)
        laid = [self.store.named.tables.get(table, ()) for table in tables]
        key = (name, tuple(map(len, laid)))  # segments are only ever added
        if key not in self._sources:
            self._sources[key] = canonical([[one.sha256 for one in segments] for segments in laid]).decode()
        return self._sources[key]


def without_rows(landed: Iterable[str]) -> set[str]:
    """Source tables that are none of these, and the views of their current rows."""
    return {name for table in set(tables_of("sources")).difference(landed) for name in (table, f"{table}{CURRENT}")}


def idle(rule: _rules.Rule, empty: Set[str]) -> bool:
    """Whether a relation is empty without which the rule says nothing."""
    return not empty.isdisjoint(_rules.outline(rule).over)


def at_hand(store: Store, *names: str) -> None:
    """Facts as the last judgement left them, for an act that needs them and judges nothing before. NotFoundError where the auditors' copy has not all of them."""
    made = {name for name, _ in execute(store.con, sql("tieout", "facts_there")).fetchall()}
    try:
        if lacking := [name for name in names if name not in made]:
            attach_last(store)
        for name in lacking:
            _view(store.con, name)
    except (duckdb.IOException, duckdb.CatalogException):
        raise NotFoundError("nothing was judged yet, or by another version", where="audit/audit.duckdb", hint="`tieout run` or `tieout audit publish` first.") from None


def _view(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """A fact as the copy has it."""
    execute(con, named(sql("tieout", "fact_of_copy"), fact=f"fact.main.{name}", copy=f"last.main.{name}"))


def _clear(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing of the rules' facts is left from before: a table does not take the place of a view, nor the other way round."""
    makers = {rule.name for rule in _rules.load()}
    for name, kind in execute(con, sql("tieout", "facts_there")).fetchall():
        if name in makers:
            con.execute("DROP " + kind + ' fact.main."' + name.replace('"', '""') + '"')
