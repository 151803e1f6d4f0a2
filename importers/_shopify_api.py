"""What Shopify's bulk operations have in common: JSON lines, children with `__parentId`, the shop's money, the rows of an order."""

from __future__ import annotations

import re
from typing import ClassVar

import duckdb

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from ._json import JsonImporter
from ._kit import Lands, Parsed
from ._probe import Probe

GID = re.compile(r"gid://shopify/([A-Za-z]+)/")


def shop_money(name: str, *, filled: bool = True) -> c.Column:
    """The amount of a money set in the shop's own currency."""
    return c.amount(f"{name}.shopMoney.amount", filled=filled)


def shop_coin(name: str) -> c.Column:
    """The shop's own currency."""
    return c.currency(f"{name}.shopMoney.currencyCode")


class OfOrder(Lands):
    """What says which order it is of."""

    order_name = c.text("order_name", filled=True)


class Part(OfOrder):
    """One of several of an order that stand in one line of the file."""

    item_no = c.whole("item_no", filled=True)


class ApiImporter(JsonImporter):
    """Base of the API's results.

    A line of the kind `BulkOperation` (status, errorCode, objectCount, rootObjectCount), where the download keeps it, is the file's control total.
    """

    source = "shopify"
    prefix = "api"
    identity = "status COMPLETED, objectCount and rootObjectCount as counted, where the file has its BulkOperation"
    roots: ClassVar[tuple[str, ...]] = ()  # kinds of the objects that are nobody's children

    def lacks(self, probe: Probe) -> list[str]:
        """The kinds of the objects that are nobody's children."""
        if probe.kind not in self.kinds:
            return ["a JSON lines file"]
        kinds = {found[1] for one in probe.objects if (found := GID.match(str(one.get("id", "")))) and "__parentId" not in one}
        return [] if kinds & set(self.roots) else [f"an object gid://shopify/{self.roots[0]}/…"]

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The bulk operation's own counts, and no child without its parent."""
        counted = con.sql(sql("importers", "api_counts"), params={"roots": list(self.roots)}).fetchall()[0]
        status, error, objects, roots, found, found_roots, orphan, other = counted
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
