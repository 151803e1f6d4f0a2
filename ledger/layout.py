"""The tables of the auditors' copy before they have rows, with comments on every column and the compression that suits it."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import duckdb

from .session import connect
from .sqltext import schema, sql

TEXT = re.compile(r"^(  (\w+) VARCHAR)", re.MULTILINE)
COMMENT = re.compile(r"^COMMENT ON .*;$", re.MULTILINE)
ON_TABLE = re.compile(r"^COMMENT ON TABLE (\w+) IS '(.*)'(?=;$)", re.MULTILINE)
ON_COLUMN = re.compile(r"^COMMENT ON COLUMN (\w+)\.", re.MULTILINE)
FEW = re.compile(
    r"(file|run|payout)_id|(bank_)?account|account_(code|name)|tax_name|entity|store|company|journal|gateway|processor|bucket|standing|pass|rule|code|class|severity|owner|role|unit"
    r"|card_origin|payment_method|sales_channel|(\w+_)?(currency|status|state|kind|type|country|location)"
)
MANY = re.compile(r"(\w+_)?(ids?|key|name|ref|reference|no|number|memo|origin|sku|label)")


PARTS = ("sources", "judgement", "books", "governance", "current_views")
# beside the bytecode, and made from the code alone as that is: what setup laid out once for every set of books
PREPARED = Path(__file__).parent / "__pycache__" / "copy.duckdb"
Columns = tuple[tuple[str, str, str], ...]
Comments = tuple[tuple[str, str], ...]


@cache
def empty_copy(columns: Columns, comments: Comments) -> bytes:
    """The bytes of a copy without rows, as setup prepared them where it is of this very code. `columns`: fact, column and type of every fact; `comments`: each fact to publish and what it is.

    Of every source table there is a view besides, `<table>_current`, described by the words of its table.
    """
    try:
        kept = PREPARED.read_bytes()
    except OSError:
        kept = b""
    data = kept[2 * sha256().digest_size :]
    return data if kept and kept == _sealed(columns, comments, data) else laid_out(columns, comments)


def prepare(columns: Columns, comments: Comments) -> None:
    """Lay the copy out for all nights to come: the statements that describe its columns are a sixth of a small shop's first night."""
    PREPARED.parent.mkdir(exist_ok=True)
    beside = PREPARED.with_name(f"{PREPARED.name}.{os.getpid()}")
    beside.write_bytes(_sealed(columns, comments, laid_out(columns, comments)))
    beside.replace(PREPARED)


def _sealed(columns: Columns, comments: Comments, data: bytes) -> bytes:
    """The bytes behind the digest of what they were made from and their own: of other code, or cut off, they are not used."""
    made_from = [duckdb.__version__, columns, comments, Path(__file__).read_text(encoding="utf-8"), *map(schema, PARTS)]
    made_from += [sql("ledger", name) for name in ("publish_attach", "layout_begun", "layout_done")]
    return sha256(json.dumps(made_from).encode()).digest() + sha256(data).digest() + data


def laid_out(columns: Columns, comments: Comments) -> bytes:
    """The same, laid out now."""
    with tempfile.TemporaryDirectory(prefix="tieout-") as place, connect(config={"threads": "1"}) as con:
        path = Path(place) / "copy.duckdb"
        con.execute(sql("ledger", "publish_attach"), {"path": str(path)})
        con.execute(sql("ledger", "layout_begun"))
        con.begin()
        *tables, views = PARTS
        for part in tables:
            con.execute(compressed(schema(part)))
        con.execute(schema(views))
        con.execute(described_views(schema("sources")))
        for name, text in comments:
            lay_out(con, name, text, {column: kind for table, column, kind in columns if table == name})
        con.commit()
        con.execute(sql("ledger", "layout_done"))
        return path.read_bytes()


def lay_out(con: duckdb.DuckDBPyConnection, table: str, text: str, columns: Mapping[str, str]) -> None:
    """Make the table of a fact, with its comments. DDL takes no parameters: names are put into the statements, each quoted."""
    quoted = '"' + table.replace('"', '""') + '"'
    names = {column: '"' + column.replace('"', '""') + '"' for column in columns}
    kinds = [f"{names[column]} {kind}{_compression(column) if kind == 'VARCHAR' else ''}" for column, kind in columns.items()]
    said = {f"TABLE pub.main.{quoted}": text} | {f"COLUMN pub.main.{quoted}.{names[column]}": MEANINGS.get(column, column.replace("_", " ")) for column in columns}
    con.execute(f"CREATE TABLE pub.main.{quoted} ({', '.join(kinds)})")
    con.execute(";".join(f"COMMENT ON {what} IS '" + words.replace("'", "''") + "'" for what, words in said.items()))


def described_views(tables: str) -> str:
    """The comments of source tables and their columns for the views of their current rows."""
    words = "\n".join(COMMENT.findall(tables))
    return ON_COLUMN.sub(r"COMMENT ON COLUMN \1_current.", ON_TABLE.sub(r"COMMENT ON VIEW \1_current IS '\2 (the rows that no later version has taken the place of)'", words))


def compressed(tables: str) -> str:
    """Definitions of tables with the compression that suits each column of text: trying all of them costs more than a quarter of the writing."""
    return TEXT.sub(lambda found: f"{found[1]}{_compression(found[2])}", tables)


def _compression(column: str) -> str:
    """Words that repeat go into a dictionary, what names a row is packed by its symbols; of any other text the database finds out."""
    return " USING COMPRESSION dictionary" if FEW.fullmatch(column) else " USING COMPRESSION fsst" if MANY.fullmatch(column) else ""


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
    "run_id": "the run that judged",
    "known_at": "UTC moment of the run",
}
