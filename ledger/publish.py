"""The auditors' copy: every table of the books with comments on every column, swapped in atomically."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .durable import fsync_dir, fsync_file
from .failpoints import failpoint
from .rows import relation as rows_relation
from .sqltext import schema, sql
from .store import Store, stamp

DERIVED_SCHEMA = "fact"


def publish(store: Store, *, books: str, environment: str, comments: Mapping[str, str]) -> Path:
    """Build audit/audit.duckdb beside the old one and swap it; open readers keep the old file undisturbed.

    `comments` names the tables of the cache's schema `fact` to publish, with what each is.
    """
    con = store.con
    building = store.home / "audit" / ".tmp-audit.duckdb"
    building.unlink(missing_ok=True)
    con.execute(sql("ledger", "publish_attach"), {"path": str(building)})
    try:
        con.execute("USE pub")
        for part in ("sources", "rename_current", "sources", "judgement", "books", "governance"):
            con.execute(schema(part))
        names = [row[0] for row in con.execute(sql("ledger", "publish_tables")).fetchall()]
        head = store.head()
        for name in names:
            if name == "log_head":
                row = {"size": head.size, "root": head.root, "head": head.head, "environment": environment, "books": books, "at": head.at or stamp(store.at)}
                rows_relation(con, "pub.main.log_head", [row]).insert_into("pub.main.log_head")
                continue
            source = con.view(f"ledger.main.{name}") if name.endswith("_current") else con.table(f"ledger.main.{name}")
            source.insert_into(f"pub.main.{name}")
        for name, text in comments.items():
            con.table(f"ledger.fact.{name}").create(f"pub.main.{name}")
            comment(store, name, text)
        con.execute("USE ledger")
        con.execute("CHECKPOINT pub")
    finally:
        con.execute("USE ledger")
        con.execute("DETACH pub")
    building.chmod(0o440)
    fsync_file(building)
    failpoint("publish.before_swap")
    final = store.home / "audit" / "audit.duckdb"
    building.replace(final)
    fsync_dir(final.parent)
    failpoint("publish.swapped")
    return final


def comment(store: Store, table: str, text: str) -> None:
    """Comment a table of facts and its columns. DDL takes no parameters: this is the one place where names are put into a statement, each quoted."""
    quoted = '"' + table.replace('"', '""') + '"'
    words = "'" + text.replace("'", "''") + "'"
    statements = [f"COMMENT ON TABLE pub.main.{quoted} IS {words}"]
    for column in store.con.table(f"pub.main.{table}").columns:
        name = '"' + column.replace('"', '""') + '"'
        meaning = "'" + MEANINGS.get(column, column.replace("_", " ")).replace("'", "''") + "'"
        statements.append(f"COMMENT ON COLUMN pub.main.{quoted}.{name} IS {meaning}")
    for statement in statements:
        store.con.execute(statement)


MEANINGS = {
    "file_id": "sha256 of the landed file's bytes",
    "row_no": "record number in that file, the header being 1",
    "entity": "legal entity",
    "store": "store",
    "account": "processor account",
    "order_name": "order as the shop writes it",
    "payout_id": "payout",
    "line_id": "settlement line",
    "subject_key": "key of the subject",
    "currency": "ISO 4217",
    "amount": "amount in currency",
    "valid_from": "first day",
    "valid_to": "last day; 9999-12-31 = open",
    "place": "place in the order of the sort",
    "rule": "rule id",
    "name": "name",
    "value": "value as text",
    "difference": "left less right",
    "group_key": "key of the match group",
    "pass": "which predicate joined the members",
    "as_of": "business date of the run",
    "known_at": "UTC moment of the run",
}
