"""What Shopify's bulk operations have in common: JSON lines, children with `__parentId`, money as text, UTC moments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar

import duckdb
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from ._columns import normal
from ._kit import Context, Importer, Parsed
from ._probe import Probe

GID = re.compile(r"gid://shopify/([A-Za-z]+)/")
LINE_BYTES = 16 << 20


class ApiImporter(Importer):
    """Base of the API's results: every table is a section of the file, made by `importers/sql/api_<section>.sql`; headers are paths in its objects.

    A line of the kind `BulkOperation` (status, errorCode, objectCount, rootObjectCount), where the download keeps it, is the file's control total.
    """

    source = "shopify"
    kinds = ("json",)
    known = "*"
    identity = "status COMPLETED, objectCount and rootObjectCount as counted, where the file has its BulkOperation"
    roots: ClassVar[tuple[str, ...]] = ()  # kinds of the objects that are nobody's children

    def lacks(self, probe: Probe) -> list[str]:
        """The kinds of the objects that are nobody's children."""
        if probe.kind not in self.kinds:
            return ["a JSON lines file"]
        kinds = {found[1] for one in probe.objects if (found := GID.match(str(one.get("id", "")))) and "__parentId" not in one}
        return [] if kinds & set(self.roots) else [f"an object gid://shopify/{self.roots[0]}/…"]

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """One part per section, its headers being the paths that its tables read."""
        return {lands.section: probe.part(list(dict.fromkeys(h for c in lands.declared().values() for h in c.headers)), ",") for lands in self.landed()}

    def raw_parts(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Mapping[str, duckdb.DuckDBPyRelation]:
        """Every section's objects, the declared paths as text."""
        self._lines(con, probe)
        raw = {}
        for section, part in self.sight(probe).items():
            rows = con.sql(sql("importers", f"api_{section}"))
            made = {normal(name): name for name in rows.columns}
            values = [self._value(path, made).alias(column) for path, column in zip(part.header, part.columns, strict=True)]
            rows.project(ColumnExpression("row_no"), *values).create(f"stage.{section}")
            raw[section] = con.table(f"stage.{section}")
        return raw

    @staticmethod
    def _value(path: str, made: Mapping[str, str]) -> Expression:
        if normal(path) in made:
            return ColumnExpression(made[normal(path)]).cast("VARCHAR")
        return FunctionExpression("json_extract_string", ColumnExpression("j"), ConstantExpression(f"$.{path}"))

    @staticmethod
    def _lines(con: duckdb.DuckDBPyConnection, probe: Probe) -> None:
        try:
            con.sql(sql("importers", "api_lines"), params={"path": str(probe.path), "most": LINE_BYTES}).create("stage.lines")
        except duckdb.Error:
            # the library's message carries the customer's line: it is not repeated
            raise _broken(probe) from None

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The bulk operation's own counts, and no child without its parent."""
        status, error, objects, roots, found, found_roots, orphan, other = con.sql(sql("importers", "api_counts"), params={"roots": list(self.roots)}).fetchall()[0]
        fault = ""
        if orphan is not None:
            fault = "an object's parent is not in the file"
        elif other is not None:
            fault = "the file holds objects of another query"
            orphan = other
        elif status is not None and (status != "COMPLETED" or error):
            fault = "the bulk operation did not complete"
        elif status is not None and (objects != found or (roots is not None and roots != found_roots)):
            fault = f"the bulk operation counted {objects} objects and the file has {found}"
        if fault:
            raise FileRefusedError(
                fault, code="CONTROL_TOTAL_DIFF", where=probe.name, row=orphan, hint="The download is not whole, or partial data was taken; run the query again."
            )
        parsed.rows = found
        parsed.state = "unverified_completeness" if status is None else "landed"


def _broken(probe: Probe) -> FileRefusedError:
    """Names the first line that is no JSON object."""
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
