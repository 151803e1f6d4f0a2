"""Two kinds of reports that tell the same events under other keys: where the second one would double what the first one told, its file is refused."""

from __future__ import annotations

from duckdb import ColumnExpression

from importers import _registry
from importers._kit import Importer, Parsed
from importers._probe import Probe
from ledger.errors import FileRefusedError
from ledger.sqltext import execute, sql
from ledger.store import Store

# what makes two rows the same event, whichever report tells it; statements of the same names look for it
TOLD = {"settlement_line": ("booked_on", "currency"), "order_transaction": ("order_name",), "payout": ("paid_on", "currency", "amount")}


def check_mix(store: Store, probe: Probe, importer: Importer, parsed: Parsed, owner: str) -> None:
    """FileRefusedError where a landed file of a rival importer told the same day, order or payout of the same account or store."""
    rivals = rivals_of(importer)
    if not rivals or not execute(store.con, sql("tieout", "told_by_rivals"), {"owner": owner, "rivals": rivals}).fetchall():
        return
    for staged in parsed.tables:
        if staged.table not in TOLD:
            continue
        keys = [ColumnExpression(name) for name in TOLD[staged.table]]
        told = store.con.table(f"stage.{staged.name}").project(*keys).distinct()
        told.create("stage.told")
        found = execute(store.con, sql("tieout", f"told_{staged.table}"), {"owner": owner, "rivals": rivals}).fetchone()
        execute(store.con, sql("tieout", "told_no_more"))
        if found:
            what, name, rival = found
            raise FileRefusedError(
                f"{what} of {owner} was told by {name}, a file of {rival}; this one would count it twice",
                code="FEED_MIXED",
                where=probe.name,
                hint="Take one kind of report for an account or store: end one of the two feeds, and let the other begin where it ended.",
            )


def rivals_of(importer: Importer) -> list[str]:
    """The importers that tell the same events under other keys, whichever of the two declares it."""
    own = importer.module_name()
    return sorted({*importer.instead_of, *(other.module_name() for other in _registry.importers() if own in other.instead_of)})
