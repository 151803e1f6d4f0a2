"""A tax engine's transactions: the JSON that its REST interface lists."""

from __future__ import annotations

import duckdb

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from ._json import JsonImporter
from ._kit import Lands, Parsed
from ._probe import Probe


class Line(Lands):
    """The lines of each document."""

    lands = "tax_transaction_line"
    key = ("place", "document_type", "code", "line_no")
    parent = ("place", "document_type", "code")
    section = "document_lines"

    item_no = c.whole("item_no", filled=True)
    document_type = c.text("document_type", filled=True)
    code = c.text("document_code", filled=True)
    line_no = c.text("lineNumber", filled=True)
    sku = c.text("itemCode")
    tax_code = c.text("taxCode")
    amount = c.float_amount("lineAmount")
    exempt = c.float_amount("exemptAmount", filled=False)
    taxable = c.float_amount("taxableAmount", filled=False)
    tax = c.float_amount("tax")


class Importer(JsonImporter):
    """Transactions as Avalara's REST interface gives them: one document, a list of documents, the list's envelope (`value`, `@recordsetCount`), or a
    document per line. Joined to the shop by `code`, which is the order's name or the refund's number.

    Addresses and customers' codes stay in the file. A document's tax is the sum of its lines' or the file is refused; an envelope whose count is not
    met, or that has a next page, too.
    """

    source = "tax_engine"
    context = "store|entity"
    prefix = "tax"
    identity = "tax of a document = tax of its lines, where it has lines; @recordsetCount = documents"
    lands = "tax_transaction"
    key = ("place", "document_type", "code")
    later = "changed_at"
    section = "documents"
    also = (Line,)

    document_type = c.text("type", filled=True)
    code = c.text("code", filled=True)
    status = c.lower("status", filled=True)
    dated_on = c.day("date", filled=True)
    taxed_on = c.day("taxDate")
    reference = c.text("referenceCode")
    currency = c.currency("currencyCode", filled=False)
    amount = c.float_amount("totalAmount")
    discount = c.float_amount("totalDiscount", filled=False)
    exempt = c.float_amount("totalExempt", filled=False)
    taxable = c.float_amount("totalTaxable", filled=False)
    tax = c.float_amount("totalTax")
    is_locked = c.truth("locked")
    changed_at = c.instant("modified")

    def lacks(self, probe: Probe) -> list[str]:
        """The names of the amounts that every document has."""
        if probe.kind not in self.kinds:
            return ["a JSON file"]
        return [name for name in ("code", "totalAmount", "totalTax", "totalTaxable") if f'"{name}"'.encode() not in probe.start]

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """The envelope's count, and the lines of every document."""
        stated, more, found, row = con.execute(sql("importers", "tax_counts")).fetchall()[0]
        fault = ""
        if row is not None:
            fault = "a document's tax is not that of its lines"
        elif more:
            fault = "the list has a next page, this is not all of it"
        elif stated is not None and stated != found:
            fault = f"the list states {stated} documents and has {found}"
        if fault:
            raise FileRefusedError(
                fault, code="CONTROL_TOTAL_DIFF", where=f"{probe.name}:{row or 1}", row=row, column="totalTax" if row else None, hint="Fetch the whole list again."
            )
        parsed.state = "unverified_completeness" if stated is None else "landed"
