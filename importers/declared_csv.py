"""CSV files that only their feed can explain: the table and its columns are declared in tieout.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import duckdb

from ledger.errors import FileRefusedError

from ._columns import Column
from ._declared import DeclaredCsv, plain
from ._kit import Context, CsvImporter, Lands, Parsed
from ._probe import Probe

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shipment": ("place", "shipment_no", "sku", "line_no"),
        "goods_receipt": ("place", "receipt_no", "sku", "line_no"),
        "stock_level": ("place", "sku", "location"),
        "carrier_invoice_line": ("place", "carrier", "invoice_no", "tracking_no", "charge_type", "line_no"),
        "loyalty_movement": ("store", "movement_id"),
        "crm_contact": ("place", "contact_key"),
        "connector_event": ("place", "event_id", "attempt"),
        "processor_fee_schedule": ("account", "method", "card_origin", "currency", "valid_from"),
        "trial_balance_line": ("entity", "as_of_on", "account_code", "currency"),
        "posting_acknowledgement": ("entity", "entry_id"),
    }
)
PARENTS = {"stock_level": ("place", "location")}  # a count of a location says all that is there
LATER = {"crm_contact": "changed_at", "posting_acknowledgement": "acknowledged_at"}
OWNERS = {"place": ("store", "entity")}
GIVEN = ("line_no", "attempt", "card_origin", "moved_on", "tracking_no", "charge_type")  # never empty, and yet found without the file: see sql/land_<table>.sql
PROVENANCE = ("file_id", "row_no", "item_no", "known_at", "version")
MACROS = {"DATE": "iso_day", "BOOLEAN": "truth", "INTEGER": "whole_number", "BIGINT": "whole_number", "DECIMAL(18,4)": "amount_text", "DECIMAL(18,6)": "number_text"}


class Importer(CsvImporter):
    """What has no format of its own, by `[feed.csv]`: shipments, receipts and stock of a warehouse, carriers' invoices, loyalty movements, CRM keys,
    logs of connectors, fee schedules, trial balances and posting acknowledgements of a finance system.

    The feed names the table and the header of each column (docs/books.md). The columns of each table are those of docs/reference/tables.md, the
    first one is the feed's own and never declared. Columns whose name ends in `_key` take a person's identifier and keep its keyed hash.
    """

    source = "declared"
    processor = "*"
    context = "store|entity|account"
    declares = tuple(KEYS)
    known = "*"

    def lacks(self, probe: Probe) -> list[str]:
        """Nothing in a file says that it is ours; its feed does."""
        return ["a feed with [feed.csv]"]

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """Read the declared columns; FEED_SETTINGS where the declaration does not fit the table."""
        declared = context.csv
        assert declared is not None
        target = con.table(declared.table)
        kinds = {name: str(kind) for name, kind in zip(target.columns, target.types, strict=True) if name not in PROVENANCE}
        needed = _needed(con, declared.table)
        self._check(probe, context, declared, kinds, needed)
        same = plain(probe, declared, kinds)
        try:
            return _Declared(declared, kinds, needed).stage(con, same, context)
        finally:
            same.path.unlink()

    def _check(self, probe: Probe, context: Context, declared: DeclaredCsv, kinds: Mapping[str, str], needed: set[str]) -> None:
        owner = next(iter(kinds))
        given = declared.columns.keys() | declared.constants.keys()
        wrong = ""
        if context.kind not in OWNERS.get(owner, (owner,)):
            wrong = f"{declared.table} belongs to a feed with `{'` or `'.join(OWNERS.get(owner, (owner,)))}`"
        elif unknown := sorted(given - (kinds.keys() - {owner})):
            wrong = f"{declared.table} has no column {unknown[0]}"
        elif missing := sorted(needed - given - {owner}):
            wrong = f"{declared.table} needs the column {missing[0]}"
        if wrong:
            raise FileRefusedError(
                f"[feed.csv] does not fit: {wrong}", code="FEED_SETTINGS", where=probe.name, hint="Correct [feed.csv] of this feed in tieout.toml; see docs/books.md."
            )


class _Declared(CsvImporter):
    """The importer of one declaration."""

    source = "declared"
    processor = "*"
    context = Importer.context
    known = "*"

    def __init__(self, declared: DeclaredCsv, kinds: Mapping[str, str], needed: set[str]):
        columns = {name: _column(name, kind, declared, name in needed) for name, kind in list(kinds.items())[1:]}
        self.table = type("Declared", (Lands,), {**columns, "lands": declared.table, "key": KEYS[declared.table], "parent": PARENTS.get(declared.table, ()), "later": LATER.get(declared.table, "")})

    def landed(self) -> Iterator[type[Lands]]:
        """The declared table."""
        yield self.table


def _column(name: str, kind: str, declared: DeclaredCsv, filled: bool) -> Column:
    macro = MACROS.get(kind, "coded_text" if name in declared.codes else "plain_text")
    if kind == "TIMESTAMP":
        macro = "offset_moment" if "%z" in declared.moment else "zone_moment"
    if name.endswith("_key") and name not in ("subject_key", "target_key"):
        macro = "keyed_digits" if name in ("phone_key", "customer_key") else "keyed_text"
    if name == "currency":
        macro = "upper_text"
    return Column((name,), macro, filled, optional=True, zone=macro == "zone_moment", lenient=macro.startswith("keyed_") and not filled)


def _needed(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """The columns that a row of the table cannot do without."""
    from ledger.sqltext import sql

    rows = con.execute(sql("importers", "needed_columns"), {"table": table}).fetchall()
    return {name for (name,) in rows} - {*PROVENANCE, *GIVEN}
