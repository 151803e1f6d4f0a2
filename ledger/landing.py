"""From staged rows to new rows: what the ledger already holds, what is a new version of a known key, what contradicts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import duckdb
from duckdb import CaseExpression, CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from . import standing
from .rows import layout
from .segments import Draft
from .sqltext import execute, named, sql

PROVENANCE = ("file_id", "row_no", "item_no", "known_at", "version")
AMOUNTS = ("amount", "net", "total", "balance", "closing", "on_hand", "unit_price")
# in these something only ever grows, by which two files are put in their order; the columns say up to which day a file tells
GROWING = {"sales_order": ("created_on", "paid_on", "fulfilled_on"), "gift_card": ("issued_on",), "settlement_line": ("booked_on",), "payout": ("paid_on",), "order_transaction": ("created_on",)}


class StagedTable(Protocol):
    """Rows of one canonical table from one file in `stage.<name>`: the table's columns but provenance, and `row_no`."""

    @property
    def table(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def parent(self) -> tuple[str, ...]: ...
    @property
    def mutable(self) -> tuple[str, ...]: ...
    @property
    def later(self) -> str: ...
    @property
    def told(self) -> bool: ...
    @property
    def unsaid(self) -> tuple[tuple[str, ...], tuple[str, ...]]: ...
    @property
    def draft(self) -> Draft | None: ...


@dataclass
class Landing:
    """What one file adds: relations per table, superseded rows, conflicts, and the counts (read = new + same + versions)."""

    rows: list[tuple[str, duckdb.DuckDBPyRelation | Draft]] = field(default_factory=list)
    superseded: list[duckdb.DuckDBPyRelation] = field(default_factory=list)
    conflicts: list[duckdb.DuckDBPyRelation] = field(default_factory=list)
    new: int = 0
    same: int = 0
    versions: int = 0


def land(con: duckdb.DuckDBPyConnection, tables: Sequence[StagedTable], *, file_id: str, known_at: datetime) -> Landing:
    """Compare every staged table with the ledger's current rows; nothing is written yet."""
    landing = Landing()
    dated: set[str] = set()
    for staged in tables:
        parents = next((other for other in tables if staged.parent and other.key == staged.parent), staged)
        _Comparison(con, staged, file_id, known_at, parents.name, dated).into(landing)
    return landing


class _Comparison:
    """One staged table against the ledger. `parents` is the staged table that has a row for each subject of the file, also where it has none of these rows any more; `dated` names those
    whose rows were made sooner or later than tonight's others, as far as that can be told."""

    def __init__(self, con: duckdb.DuckDBPyConnection, staged: StagedTable, file_id: str, known_at: datetime, parents: str, dated: set[str]):
        self.con, self.staged, self.file_id, self.known_at, self.parents, self.dated = con, staged, file_id, known_at, parents, dated
        self.kinds = layout(con, staged.table)
        self.columns = [c for c in self.kinds if c not in PROVENANCE]
        # which of the rows that one record makes; versions are told apart by it
        self.sub = "tax_no" if staged.table == "sales_order_tax" else "item_no" if "item_no" in self.kinds else None
        self.place = ["row_no", *(["item_no"] if "item_no" in self.kinds else [])]

    def into(self, landing: Landing) -> None:
        made = self.staged.draft
        read, differ = (made.rows, made.differ_in(self.staged.key)) if made else self._rows_and_keys()
        unique = None if differ else self._one_per_key(landing)
        rows = f"stage.{self.staged.name}{'' if unique is None else '_unique'}"
        known = self._known() if read or self.staged.told else None
        fresh: duckdb.DuckDBPyRelation | None
        if known is None:
            new, versions = (read, 0) if unique is None else (self._count(unique), 0)
            kept = made is not None and unique is None
            fresh = None if kept else self._rows(unique).project("*", ConstantExpression(1).cast("INTEGER").alias("version"))
        else:
            fresh, new, versions = self._fresh(rows, known)
            if versions and self.staged.table in GROWING and not self.staged.later:
                self._date(rows)
            if versions:
                self._supersede(landing, fresh, known)
            if self.staged.parent and self.staged.table == "payout":
                self._taken(landing, "landing_restated", rows)
            elif self.staged.parent:
                self._vanished_children(landing, self._rows(unique), known)
        if self.parents in self.dated and self.parents != self.staged.name and new:
            self._taken(landing, "landing_overtaken", rows, subjects=f"stage.{self.parents}_known", sub=self.sub or "row_no", parent=self.staged.parent, sooner=self._sooner())
        landing.new, landing.versions = landing.new + new, landing.versions + versions
        landing.same += read - new - versions
        if fresh is not None and new + versions:
            landing.rows.append((self.staged.table, self._final(fresh)))
        elif made and new + versions:
            landing.rows.append((self.staged.table, made))

    def _rows(self, unique: duckdb.DuckDBPyRelation | None) -> duckdb.DuckDBPyRelation:
        return self.con.table(f"stage.{self.staged.name}") if unique is None else unique

    def _named(self, suffix: str, relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        name = f"stage.{self.staged.name}_{suffix}"
        relation.create(name)
        return self.con.table(name)

    def _count(self, relation: duckdb.DuckDBPyRelation) -> int:
        return int(relation.aggregate([FunctionExpression("count").alias("n")]).fetchall()[0][0])

    def _made(self, statement: str, **names: str | tuple[str, ...]) -> tuple[Any, ...]:
        """What a statement over this table's rows says, with `names` and those of all its statements put into it."""
        stage = f"stage.{self.staged.name}"
        given = {one: f"{stage}_{one}" for one in ("known", "changed", "fresh")} | {"current": f"{self.staged.table}_current", "key": self.staged.key} | names
        row: tuple[Any, ...] = execute(self.con, named(sql("ledger", statement), **given)).fetchall()[0]
        return row

    def _rows_and_keys(self) -> tuple[int, bool]:
        """Of rows in memory: how many there are, and whether each has a key of its own."""
        read, keys = self._made("landing_keys", rows=f"stage.{self.staged.name}")
        return int(read), read == keys

    def _key(self) -> list[Expression]:
        return [ColumnExpression(c) for c in self.staged.key]

    def _one_per_key(self, landing: Landing) -> duckdb.DuckDBPyRelation | None:
        """Equal rows of one key count once; two contents of one key in one file are a conflict, and the first in the file lands. None: all differ."""
        rows = self.con.table(f"stage.{self.staged.name}")
        keys = ", ".join(self.staged.key)
        counted = rows.aggregate([*self._key(), FunctionExpression("count").alias("n")], keys).filter(ColumnExpression("n") > ConstantExpression(1))
        if not counted.limit(1).fetchall():
            return None
        doubled = self._named("doubled", counted.project(*self._key()))
        content = [c for c in self.columns if c not in self.staged.mutable]
        many = rows.join(doubled, keys, how="semi")
        distinct = self._named("contents", many.project(*(ColumnExpression(c) for c in content)).distinct())
        contradicting = self._named(
            "contradicting",
            distinct.aggregate([*self._key(), FunctionExpression("count").alias("n")], keys).filter(ColumnExpression("n") > ConstantExpression(1)),
        )
        if self._count(contradicting):
            landing.conflicts.append(self._conflict_rows(many.join(contradicting.project(*self._key()), keys, how="semi"), "KEY_CONFLICT"))
        first = many.aggregate([*self._key(), FunctionExpression("min", ColumnExpression("row_no")).alias("row_no")], keys)
        return self._named("unique", rows.join(doubled, keys, how="anti").union(many.join(first, f"{keys}, row_no", how="semi")))

    def _conflict_rows(self, rows: duckdb.DuckDBPyRelation, code: str) -> duckdb.DuckDBPyRelation:
        """One row_conflict per key: the least and the greatest amount, and where the last one stands."""
        owner = self.staged.key[0]
        money = next((c for c in AMOUNTS if c in self.columns), None)
        amount = ColumnExpression(money) if money else ConstantExpression(None).cast("DECIMAL(18,4)")
        coin = ColumnExpression("currency") if "currency" in self.columns else ConstantExpression(None).cast("VARCHAR")
        subject = FunctionExpression("concat_ws", ConstantExpression("/"), *(ColumnExpression(c).cast("VARCHAR") for c in self.staged.key))
        flat = rows.project(
            ColumnExpression(owner).alias("owner_key"), subject.alias("subject_key"), amount.alias("amount"), coin.alias("currency"), ColumnExpression("row_no")
        )
        summed = flat.aggregate(
            [
                ColumnExpression("owner_key"),
                ColumnExpression("subject_key"),
                FunctionExpression("min", ColumnExpression("amount")).alias("expected"),
                FunctionExpression("max", ColumnExpression("amount")).alias("actual"),
                FunctionExpression("max", ColumnExpression("currency")).alias("currency"),
                FunctionExpression("max", ColumnExpression("row_no")).alias("row_no"),
            ],
            "owner_key, subject_key",
        )
        text = ConstantExpression
        return summed.project(
            text(self.staged.table).alias("table_name"),
            ColumnExpression("owner_key"),
            text(_subject_kind(self.staged.table)).alias("subject_kind"),
            ColumnExpression("subject_key"),
            text(code).alias("code"),
            text("").alias("columns"),
            ColumnExpression("expected"),
            ColumnExpression("actual"),
            ColumnExpression("currency"),
            text(self.file_id).alias("file_id"),
            ColumnExpression("row_no"),
            text(self.known_at).cast("TIMESTAMP").alias("known_at"),
        )

    def _known(self) -> duckdb.DuckDBPyRelation | None:
        """The ledger's current rows of the keys that the file has; None where there are none."""
        made = self.staged.draft
        names: dict[str, str | tuple[str, ...]] = {"parents": f"stage.{self.parents}", "by": self.staged.parent or self.staged.key}
        # of few rows it costs less to look for their keys in every row that ever was than to lay out the current ones; of many, their keys are read for nothing while there are none
        first = "landing_any" if made is None or made.at_hand is None else "landing_once"
        if not execute(self.con, named(sql("ledger", first), table=self.staged.table, **names)).fetchall():
            return None
        found = self._made("landing_known", **names)[0]
        return self.con.table(f"stage.{self.staged.name}_known") if found else None

    def _fresh(self, rows: str, known: duckdb.DuckDBPyRelation) -> tuple[duckdb.DuckDBPyRelation, int, int]:
        """Rows that differ from the current row of their key, with their version number; how many are of new keys, and how many of known ones."""
        content = tuple(self.columns)
        if (kept := standing.kept(self.con.table(rows), known, self.staged, self.known_at)) is not None:
            rows = f"stage.{self.staged.name}_kept"
            kept.create(rows)
        self._made("landing_changed", rows=rows, content=content)
        self._made("landing_fresh", rows=rows, content=(*content, *self.place))
        read, versions = self._made("landing_counts")
        return self.con.table(f"stage.{self.staged.name}_fresh"), read - versions, versions

    def _tonight(self, known: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        return known.filter(ColumnExpression("known_at") == ConstantExpression(self.known_at).cast("TIMESTAMP"))

    def _sooner(self) -> str:
        return f"stage.{self.parents}_sooner"

    def _date(self, rows: str) -> None:
        """Whether this file was made sooner or later than those that speak of the same subjects, as far as their rows tell: what the landing of these and of their children goes by."""
        stage, table, at = f"stage.{self.staged.name}", self.staged.table, {"known_at": self.known_at}
        names = {"rows": rows, "table": table, **{word: f"{stage}_{word}" for word in ("known", "held", "grown")}}
        execute(self.con, named(sql("ledger", "landing_held"), **names), at)
        execute(self.con, named(sql("ledger", f"landing_grown_{table}"), **names))
        if self._tonight(self.con.table(f"{stage}_grown")).union(self.con.table(f"{stage}_grown").filter("has_less OR less_on IS NOT NULL")).limit(1).fetchall():
            execute(self.con, named(sql("ledger", "landing_sooner"), sooner=self._sooner(), days=GROWING[table], **names), at)
            self.dated.add(self.staged.name)

    def _supersede(self, landing: Landing, fresh: duckdb.DuckDBPyRelation, known: duckdb.DuckDBPyRelation) -> None:
        """The older of two versions is superseded: by the source's own time where there is one, else by what is further on, else by arrival on a later night."""
        keys = ", ".join(self.staged.key)
        late, course = self.staged.later, standing.watched(self.staged.table)
        sub = ColumnExpression(self.sub) if self.sub else ConstantExpression(0).cast("INTEGER")
        old = known.project(
            *self._key(),
            ColumnExpression("file_id").alias("old_file"),
            ColumnExpression("row_no").alias("old_row"),
            sub.alias("old_sub"),
            ColumnExpression("known_at").alias("old_known"),
            (ColumnExpression(late) if late else ConstantExpression(None).cast("TIMESTAMP")).alias("old_at"),
            *(ColumnExpression(c).alias(f"old {c}") for c in course),
        )
        new = fresh.project(
            *self._key(),
            ColumnExpression("row_no").alias("new_row"),
            sub.alias("new_sub"),
            (ColumnExpression(late) if late else ConstantExpression(None).cast("TIMESTAMP")).alias("new_at"),
            *(ColumnExpression(c).alias(f"new {c}") for c in course),
        )
        pairs = self._named("pairs", old.join(new, keys))
        stale = standing.behind(self.staged.table)
        if late:
            stale = ColumnExpression("new_at") < ColumnExpression("old_at")
        elif self.parents in self.dated:
            pairs = pairs.join(self.con.table(self._sooner()).project("file_id AS old_file, is_sooner"), "old_file", how="left")
            stale = stale | CoalesceOperator(ColumnExpression("is_sooner"), ConstantExpression(False))
        here = ConstantExpression(self.file_id)
        newer = CaseExpression(stale, ConstantExpression(True)).otherwise(ConstantExpression(False))
        columns = [
            ConstantExpression(self.staged.table).alias("table_name"),
            CaseExpression(newer, here).otherwise(ColumnExpression("old_file")).alias("file_id"),
            CaseExpression(newer, ColumnExpression("new_row")).otherwise(ColumnExpression("old_row")).alias("row_no"),
            CaseExpression(newer, ColumnExpression("new_sub")).otherwise(ColumnExpression("old_sub")).alias("sub_no"),
            CaseExpression(newer, ColumnExpression("old_file")).otherwise(here).alias("by_file_id"),
            CaseExpression(newer, ColumnExpression("old_row")).otherwise(ColumnExpression("new_row")).alias("by_row_no"),
            ConstantExpression(self.known_at).cast("TIMESTAMP").alias("known_at"),
        ]
        landing.superseded.append(pairs.project(*columns))
        if not late or self.kinds[late] == "VARCHAR":  # two versions of one standing have no time to order them
            self._same_night(landing, fresh, known)

    def _same_night(self, landing: Landing, fresh: duckdb.DuckDBPyRelation, known: duckdb.DuckDBPyRelation) -> None:
        """Two contents of one key in one night, and no time of the source to order them: a person must say which holds."""
        keys = ", ".join(self.staged.key)
        tonight = self._tonight(known)
        if self.parents in self.dated:
            tonight = tonight.join(self.con.table(self._sooner()).filter(ColumnExpression("is_told")), "file_id", how="anti")
        if self.staged.later:
            keys = f"{keys}, {self.staged.later}"
        fixed = [ColumnExpression(c) for c in self.columns if c not in self.staged.mutable]
        differing = fresh.project(*fixed).except_(standing.agreed(tonight, fresh, self.staged).project(*fixed)).project(*self._key())
        clash = self._named("clash", fresh.join(tonight, keys, how="semi").join(differing, ", ".join(self.staged.key), how="semi"))
        if self._count(clash):
            landing.conflicts.append(self._conflict_rows(clash, "KEY_CONFLICT"))

    def _vanished_children(self, landing: Landing, unique: duckdb.DuckDBPyRelation, known: duckdb.DuckDBPyRelation) -> None:
        """Lines of an order that the order's newer export no longer has."""
        parents = ", ".join(self.staged.parent)
        gone = known.join(unique.project(*self._key()), ", ".join(self.staged.key), how="anti")
        by = self.con.table(f"stage.{self.parents}").aggregate(
            [*(ColumnExpression(c) for c in self.staged.parent), FunctionExpression("min", ColumnExpression("row_no")).alias("by_row_no")], parents
        )
        if self.parents in self.dated:
            sooner = self.con.table(self._sooner()).filter(ColumnExpression("is_sooner"))
            by = by.join(self.con.table(f"stage.{self.parents}_known").join(sooner, "file_id", how="semi"), parents, how="anti")
        sub = ColumnExpression(self.sub) if self.sub else ConstantExpression(0).cast("INTEGER")
        here = ConstantExpression(self.file_id).alias("by_file_id")
        self._take(landing, gone.join(by, parents).project(ColumnExpression("file_id"), ColumnExpression("row_no"), sub.alias("sub_no"), here, ColumnExpression("by_row_no")), "vanished")

    def _taken(self, landing: Landing, statement: str, rows: str, **names: str | tuple[str, ...]) -> None:
        """Rows of this file and of those before it that do not stand beside each other, as a statement says."""
        stage = f"stage.{self.staged.name}"
        given: dict[str, str | tuple[str, ...]] = {"rows": rows, "known": f"{stage}_known", "current": f"{self.staged.table}_current", "key": self.staged.key, "taken": f"{stage}_taken"}
        execute(self.con, named(sql("ledger", statement), **given, **names), {"file_id": self.file_id})
        self._take(landing, self.con.table(f"{stage}_taken"), "gone")

    def _take(self, landing: Landing, taken: duckdb.DuckDBPyRelation, name: str) -> None:
        """Rows whose place others take: file_id, row_no, sub_no, by_file_id, by_row_no."""
        taken = self._named(name, taken)
        if self._count(taken):
            at = ConstantExpression(self.known_at).cast("TIMESTAMP").alias("known_at")
            landing.superseded.append(taken.project(ConstantExpression(self.staged.table).alias("table_name"), "file_id", "row_no", ColumnExpression("sub_no").cast("INTEGER").alias("sub_no"), "by_file_id", "by_row_no", at))

    def _final(self, fresh: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        """The ledger's columns in order, in the order of the file."""
        given: dict[str, Expression] = {"file_id": ConstantExpression(self.file_id), "known_at": ConstantExpression(self.known_at).cast("TIMESTAMP")}
        columns = [(given.get(c, ColumnExpression(c))).cast(self.kinds[c]).alias(c) for c in self.kinds]
        return fresh.project(*columns).order(", ".join(dict.fromkeys(["row_no", *self.staged.key])))


def _subject_kind(table: str) -> str:
    return {"sales_order": "order", "sales_order_line": "order", "sales_order_tax": "order", "bank_statement": "bank_line"}.get(
        table, "odoo_document" if table.startswith("odoo_") else table
    )


def relations(landing: Landing) -> Iterator[tuple[str, duckdb.DuckDBPyRelation | Draft]]:
    """Everything that the file adds, table by table, each in an order that depends on its rows alone."""
    yield from landing.rows
    for part in landing.superseded:
        yield "row_superseded", part.order("file_id, row_no, sub_no, by_file_id, by_row_no")
    for part in landing.conflicts:
        yield "row_conflict", part.order("subject_key, code")
