"""Formats in JSON: every table is a section of the file, made by a statement; headers are paths in its objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from ._columns import normal
from ._kit import Context, Importer
from ._probe import Probe

OBJECT_BYTES = 16 << 20


class JsonImporter(Importer):
    """A format in JSON. `importers/sql/<prefix>_lines.sql` makes `stage.lines`, `<prefix>_<section>.sql` the objects of each table from it."""

    kinds = ("json",)
    known = "*"
    prefix: ClassVar[str]

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """One part per section, its headers being the paths that its tables read."""
        return {lands.section: probe.part(list(dict.fromkeys(h for c in lands.declared().values() for h in c.headers)), ",") for lands in self.landed()}

    def raw_parts(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Mapping[str, duckdb.DuckDBPyRelation]:
        """Every section's objects, the declared paths as text."""
        self._lines(con, probe)
        raw = {}
        for section, part in self.sight(probe).items():
            rows = con.sql(sql("importers", f"{self.prefix}_{section}"))
            made = {normal(name): name for name in rows.columns}
            values = [value_at(path, made).alias(column) for path, column in zip(part.header, part.columns, strict=True)]
            rows.project(ColumnExpression("row_no"), *values).create(f"stage.{section}")
            raw[section] = con.table(f"stage.{section}")
        return raw

    def _lines(self, con: duckdb.DuckDBPyConnection, probe: Probe) -> None:
        try:
            con.sql(sql("importers", f"{self.prefix}_lines"), params={"path": str(probe.path), "most": OBJECT_BYTES}).create("stage.lines")
        except duckdb.Error:
            # the library's message carries the customer's line: it is not repeated
            raise broken_json(probe) from None


def value_at(path: str, made: Mapping[str, str]) -> Expression:
    """A path in the object `j`, or a column that the statement made itself."""
    if normal(path) in made:
        return ColumnExpression(made[normal(path)]).cast("VARCHAR")
    return FunctionExpression("json_extract_string", ColumnExpression("j"), ConstantExpression(f"$.{path}"))


def broken_json(probe: Probe) -> FileRefusedError:
    """Names the first line that is no JSON object; in a file of one document, its end."""
    bad = 1
    with probe.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            bad = number
            try:
                if line.strip() and not isinstance(json.loads(line), dict):
                    break
            except (ValueError, RecursionError):
                break
    return FileRefusedError(
        "a line is no JSON object", code="JSON_SHAPE", where=f"{probe.name}:{bad}", row=bad, hint="The download was cut off; fetch the file again."
    )
