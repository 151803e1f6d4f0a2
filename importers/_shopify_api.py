"""What Shopify's bulk operations have in common: JSON lines, children with `__parentId`, the shop's money, the rows of an order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import ClassVar

import duckdb

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from ._json import JsonImporter
from ._kit import Lands, Parsed
from ._probe import Probe
from ._words import LeftOut

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


NO_MONEY = "a query may ask for it; it is no part of the books"
BESIDE = dict.fromkeys(
    (
        *("Metafield", "Customer", "Product", "ProductVariant", "InventoryItem", "MailingAddress", "Location", "StaffMember", "Channel", "Event*", "*Event"),
        *("Fulfillment", "FulfillmentEvent", "FulfillmentLineItem", "FulfillmentOrder", "FulfillmentOrderLineItem", "ShippingLine", "ReturnLineItem", "ReverseFulfillmentOrder*"),
        *("*DiscountApplication", "DraftOrder", "Dispute", "OrderRiskAssessment"),
    ),
    NO_MONEY,
)


class ApiImporter(JsonImporter):
    """Base of the API's results.

    A line of the kind `BulkOperation` (status, errorCode, objectCount, rootObjectCount), where the download keeps it, is the file's control total.
    """

    source = "shopify"
    prefix = "api"
    identity = "status COMPLETED, objectCount and rootObjectCount as counted, where the file has its BulkOperation"
    roots: ClassVar[tuple[str, ...]] = ()  # kinds of the objects that are nobody's children
    children: ClassVar[tuple[str, ...]] = ()  # kinds of the children that its tables are made of, * for anything

    def lacks(self, probe: Probe) -> list[str]:
        """The kinds of the objects that are nobody's children."""
        if probe.kind not in self.kinds:
            return ["a JSON lines file"]
        kinds = {found[1] for one in probe.objects if (found := GID.match(str(one.get("id", "")))) and "__parentId" not in one}
        return [] if kinds & set(self.roots) else [f"an object gid://shopify/{self.roots[0]}/…"]

    def leaves_out(self) -> Iterator[tuple[str, str, str]]:
        """Kinds of objects that no table is made of."""
        yield from (("id", kind, why) for kind, why in BESIDE.items())

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
        self._children(con, probe, parsed)
        parsed.rows = found
        parsed.state = "unverified_completeness" if status is None else "landed"

    def _children(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """Every child is of a kind that a table is made of, or of one that is left out by its name."""
        for kind, row, lines in con.execute(sql("importers", "api_children")).fetchall():
            if any(fnmatchcase(kind, pattern) for pattern in (*self.children, *self.roots)):
                continue
            if not any(fnmatchcase(kind, pattern) for pattern in BESIDE):
                raise FileRefusedError(
                    f'id says "{kind}" in {lines} row{"" if lines == 1 else "s"}, and no table is made of objects of that kind',
                    code="UNKNOWN_WORD",
                    where=f"{probe.name}:{row}:id",
                    row=row,
                    column="id",
                    hint="Take that part out of the query, or ask for a release that knows it: what it is to the books is not known.",
                )
            parsed.left_out.append(LeftOut("id", kind, "", lines, Decimal(0)))
