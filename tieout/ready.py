"""What an installation makes once for all its nights: the bytecode of what they import, and the auditors' copy before it has rows. python -m tieout.ready"""

from __future__ import annotations

import tempfile
from contextlib import closing
from importlib import import_module
from pathlib import Path

from importers._registry import importers
from ledger import layout
from ledger.sqltext import sql
from tieout.ask.rule_cases import empty_books
from tieout.night.judging import published_facts

from .cli import NOUNS

IMPORTED = ("polars", "tieout.night.ending", "tieout.night.reports", "tieout.ask.summary", *(f"tieout.commands.{noun}" for noun in NOUNS))


def main() -> None:
    """Import, and lay out; both are left where Python keeps its bytecode, for everybody to read: a night writes nothing there."""
    for name in IMPORTED:
        import_module(name)
    importers()
    comments = published_facts()
    with tempfile.TemporaryDirectory() as place, closing(empty_books(Path(place))) as con:
        columns = tuple(row for row in con.execute(sql("ledger", "fact_columns")).fetchall() if row[0] in comments)
    layout.prepare(columns, tuple(comments.items()))


if __name__ == "__main__":
    main()
