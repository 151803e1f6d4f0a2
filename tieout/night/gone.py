"""What was deleted in Odoo: rows that a later extract of a whole list lacks stand no longer, nor do items that an entry lacks which came whole. Nothing else would say so, since a row that is unchanged leaves no trace of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from importers._kit import Staged
from ledger.log import stamp
from ledger.rows import typed
from ledger.sqltext import execute, named, sql
from ledger.store import Store

LISTS = ("odoo_move", "odoo_journal_item", "odoo_payment", "odoo_sale_order", "odoo_sale_order_line", "odoo_statement_line")
FIFTH = 5  # more than that part of what should be there is no deletion, but another kind of extract


@dataclass
class Lists:
    """The lists that tonight's files are of, each with its entity and its feeds."""

    feeds: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    held: dict[str, bool] = field(default_factory=dict)  # whether the ledger had rows of a list before tonight

    def add(self, store: Store, feed: str, owner: str, tables: Sequence[Staged], file_id: str) -> None:
        """The rows of a file that was just read, by their ids."""
        for staged in (one for one in tables if one.table in LISTS):
            if staged.table not in self.held:
                self.held[staged.table] = bool(store.con.execute(named(sql("ledger", "landing_any"), table=staged.table)).fetchall())
            if not self.held[staged.table]:
                continue
            if not self.feeds:
                store.con.execute(sql("tieout", "listed_place"))
            self.feeds[staged.table, owner].add(feed)
            store.con.execute(named(sql("tieout", "listed_seen"), rows=f"stage.{staged.name}"), {"table": staged.table, "file_id": file_id})

    def land(self, store: Store, parted: Set[str]) -> None:
        """Take what is gone out of what stands, in one commit. `parted` are feeds of which a file was refused or waits.

        A list of which a file came again is not looked at: its rows were not read now. The next night looks at it.
        """
        key = f"gone:{store.run_id}"
        if not self.feeds or store.has(key):
            return
        again = set(execute(store.con, sql("tieout", "listed_again"), {"run_id": store.run_id}).fetchall())
        execute(store.con, sql("tieout", "listed"))
        segments = []
        for table, entity in sorted(one for one, feeds in self.feeds.items() if not feeds & parted and one not in again):
            given = {"table": table, "entity": entity, "most": FIFTH, "known_at": stamp(store.at)}
            segments.append(store.segment("row_superseded", typed(store.con.sql(sql("tieout", "listed_gone"), params=given), store.con.table("row_superseded"))))
        found = [one for one in segments if one]
        if found:
            store.commit("import", key, found, counts={"gone": sum(one.rows for one in found)}, source={"again": []})
