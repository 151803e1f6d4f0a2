"""What Odoo's extracts have in common: labels of the Export dialog, one company, continuation rows, workbooks."""

from __future__ import annotations

import re
import zipfile
from functools import cached_property, reduce
from typing import Any, ClassVar

import duckdb
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, FunctionExpression

from ledger.errors import FileRefusedError

from . import _derive as d
from ._columns import normal
from ._kit import Context, CsvImporter, Lands, Parsed, Staged, text_relation
from ._probe import DAMAGED, Probe

MOVE_TYPES = {
    "Journal Entry": "entry",
    "Customer Invoice": "out_invoice",
    "Customer Credit Note": "out_refund",
    "Vendor Bill": "in_invoice",
    "Vendor Credit Note": "in_refund",
    "Sales Receipt": "out_receipt",
    "Purchase Receipt": "in_receipt",
}
MOVE_STATES = {"Draft": "draft", "Posted": "posted", "Cancelled": "cancel"}
ORDER_STATES = {"Quotation": "draft", "Quotation Sent": "sent", "Sales Order": "sale", "Locked": "done", "Cancelled": "cancel"}
INVOICE_STATES = {"Fully Invoiced": "invoiced", "To Invoice": "to invoice", "Nothing to Invoice": "no", "Upselling Opportunity": "upselling"}
STOCK_STATES = {
    "New": "draft",
    "Draft": "draft",
    "Waiting Another Move": "waiting",
    "Waiting Another Operation": "waiting",
    "Waiting": "confirmed",
    "Waiting Availability": "confirmed",
    "Partially Available": "partially_available",
    "Available": "assigned",
    "Ready": "assigned",
    "Done": "done",
    "Cancelled": "cancel",
}
COMPANY = d.made(CoalesceOperator(d.of("company_name"), d.of("feed_company"), d.text("")), "Company, else the one that the mapping says")
LIST_LABELS = frozenset(  # columns of Odoo's own lists, which "Export All" takes
    """number,journal,payment method,customer,vendor,partner,salesperson,activities,company,status,state,total,tax excluded,amount,amount in currency,date,
    bill date,invoice date,due date,order date,invoice status,reference,avatar 128,name,email,phone,country,stats,matching,on hand,forecasted,favorite""".replace(
        "\n    ", ""
    ).split(",")
)
MAX_ROWS = 1_048_576
TECHNICAL = re.compile(r"\ufeff?[a-z0-9_]*(\.id)?(/\.?[a-z0-9_]+)*")
GROUP = re.compile(r".*\S \(\d+\)")


class Extract(Probe):
    """A file of Odoo's Export dialog: what the comparison of headers without case and kinds of blanks would mix up is told apart."""

    @cached_property
    def header(self) -> list[str]:
        """`id` is the external id where `ID` is the database id; the second `Sales\u00a0Price` is the variant's."""
        exact = {"id": "External ID", "Sales\u00a0Price": "Variant Sales Price"}
        return [exact.get(cell.strip(" \ufeff"), cell) for cell in super().header]

    @property
    def technical(self) -> bool:
        """Field names instead of labels: the export is import-compatible, or was made by a program."""
        return bool(self.written) and all(TECHNICAL.fullmatch(cell) for cell in self.written)

    @property
    def grouped(self) -> bool:
        """A workbook that was exported while grouped begins with a sum."""
        return self.kind == "xlsx" and bool(GROUP.fullmatch(self.first_cell))


def extract(probe: Probe) -> Extract:
    """The probe as Odoo's importers see it."""
    return probe if isinstance(probe, Extract) else Extract(probe.path, probe.name, probe.headers)


class OdooImporter(CsvImporter):
    """Base of Odoo's models; whoever exports chooses the columns, so more columns are never drift."""

    source = "odoo"
    context = "entity"
    kinds = ("csv", "xlsx")
    known = "*"
    identity = "one company per file"
    apart = ("company_name",)
    company_headers: ClassVar[tuple[str, ...]] = ("Company", "company_id", "company_id/name")
    mark: ClassVar[tuple[str, ...]] = ("ID", ".id")  # a record has it, a continuation row has not

    def lacks(self, probe: Probe) -> list[str]:
        """The claim, and the database id: an external id of `__export__` is another one in every database."""
        probe = extract(probe)
        found = super().lacks(probe)
        return found if found and found[0].startswith("a ") or _mark(self, probe) else [*found, "ID"]

    def knows(self, probe: Probe) -> FileRefusedError | None:
        """Exports of Odoo that are not enough: grouped, import-compatible, or the list's default columns."""
        probe = extract(probe)
        if probe.kind not in self.kinds:
            return None
        if probe.grouped:
            return _grouped(probe, 2)
        own = {normal(header) for column in self.declared().values() for header in column.headers}
        labels, half = own | LIST_LABELS, len(probe.header) // 2
        fields = any(cell.endswith("/id") for cell in probe.written) or sum(normal(cell) in own for cell in probe.header) > half
        if probe.technical and probe.written[0] in ("id", ".id") and fields:
            return _not_enough(probe, "an import-compatible export hides states, totals, codes and database ids")
        shared = [cell for cell in probe.header if normal(cell) in labels or "/" in cell]
        if len(shared) > half and (probe.kind == "xlsx" or any("/" in cell for cell in shared)):
            return _not_enough(probe, "the export lacks the database id (ID) or other columns that reconciling needs")
        return None

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """As every importer, with Odoo's headers told apart."""
        return super().stage(con, extract(probe), context)

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record as text; further rows of a record's lists are folded away."""
        rows = self._workbook(con, probe) if probe.kind == "xlsx" else super().raw(con, probe, context)
        headers = sorted({header for column in self.declared().values() if (header := column.header_in(probe.present))})
        filled = reduce(lambda left, right: left | right, (FunctionExpression("blank_text", ColumnExpression(h)) == ConstantExpression(False) for h in headers))
        if "company_name" not in self.declared():
            header = next((probe.present[normal(h)] for h in self.company_headers if normal(h) in probe.present), None)
            if header is not None and header in rows.columns:
                self._one_company([r[0] for r in rows.project(ColumnExpression(header)).distinct().limit(5).fetchall() if r[0]], probe, context)
        return rows.filter(filled)

    def _stage_table(self, con: duckdb.DuckDBPyConnection, raw: duckdb.DuckDBPyRelation, probe: Probe, context: Context, lands: type[Lands]) -> Staged:
        try:
            staged = super()._stage_table(con, raw, probe, context, lands)
        except FileRefusedError:
            # a row without an id continues the lists of the record before it and has nothing else; a sum of a group has more
            sums = raw.filter(FunctionExpression("blank_text", ColumnExpression(_mark(self, probe) or ""))).order("row_no").limit(1).project("row_no").fetchall()
            if sums:
                raise _grouped(probe, sums[0][0]) from None
            raise
        self._one_company(list(staged.apart.get("company_name", ())), probe, context)
        return staged

    def _needed(self, probe: Probe) -> list[str]:
        names = super()._needed(probe)
        extra = [probe.present[normal(h)] for h in (*self.company_headers, *self.mark) if normal(h) in probe.present]
        return names + [name for name in dict.fromkeys(extra) if name not in names]

    def _workbook(self, con: duckdb.DuckDBPyConnection, probe: Probe) -> duckdb.DuckDBPyRelation:
        probe.check_zip()
        try:
            rows, numbers = self._cells(probe)
        except DAMAGED:
            raise FileRefusedError("the workbook is damaged", code="ENCODING", where=probe.name, hint="Export it again, or as CSV.") from None
        return text_relation(con, probe.columns, rows, numbers)

    @staticmethod
    def _cells(probe: Probe) -> tuple[list[list[Any]], list[int]]:
        """The filled rows below the header, and their numbers."""
        sheet = probe.workbook(stored=True).worksheets[0]
        if (sheet.max_row or 0) >= MAX_ROWS or (sheet.max_column or 0) > 2_000:
            raise FileRefusedError("the sheet claims more cells than an extract has", code="TOO_LARGE", where=probe.name, hint="Export the extract as CSV.")
        _no_bare_formula(probe)
        width = len(probe.columns)
        rows: list[list[Any]] = []
        numbers: list[int] = []
        for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
            if any(cell is not None for cell in cells):
                rows.append([_cell(cell) for cell in cells[:width]] + [None] * (width - len(cells)))
                numbers.append(number)
        return rows, numbers

    def _one_company(self, names: list[str], probe: Probe, context: Context) -> None:
        header = next((probe.present[normal(h)] for h in self.company_headers if normal(h) in probe.present), "Company")
        if len(names) > 1:
            raise FileRefusedError(
                "the extract holds more than one company, and account codes come out empty for all but one",
                code="TWO_COMPANIES",
                where=f"{probe.name}:1:{header}",
                row=1,
                column=header,
                hint="In Odoo tick one company at the top right, then export again; account codes are right for that one only.",
            )
        wanted = context.facts.get("company")
        if names and wanted and names[0].strip() != wanted:
            raise FileRefusedError(
                f"the extract is of another company than the feed's ({wanted})",
                code="WRONG_COMPANY",
                where=f"{probe.name}:1:{header}",
                row=1,
                column=header,
                hint="Put the file into the feed of its company, or correct odoo_company in entities.csv.",
            )


def _no_bare_formula(probe: Probe) -> None:
    """A formula counts as the value that was stored with it; one without a value would land as nothing."""
    with zipfile.ZipFile(probe.path) as book:
        if not any(b"<f" in book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")):
            return
    sheets = [probe.workbook(stored=stored).worksheets[0] for stored in (False, True)]
    for number, (cells, values) in enumerate(zip(*(sheet.iter_rows(values_only=True) for sheet in sheets), strict=True), 1):
        bare = next((at for at, cell in enumerate(cells) if isinstance(cell, str) and cell.startswith("=") and values[at] is None), None)
        if bare is not None:
            column = probe.columns[bare] if bare < len(probe.columns) else str(bare + 1)
            raise FileRefusedError(
                "the cell is a formula without its value",
                code="VALUE_FORMAT",
                where=f"{probe.name}:{number}:{column}",
                row=number,
                column=column,
                hint="Export it again, or open and save the workbook once so that its values are stored.",
            )


def _mark(importer: OdooImporter, probe: Probe) -> str | None:
    """The column of the database id."""
    return next((probe.present[normal(h)] for h in importer.mark if normal(h) in probe.present), None)


def _grouped(probe: Probe, row: int) -> FileRefusedError:
    return FileRefusedError(
        "the extract holds sums beside its records: it was exported while grouped",
        code="GROUPED_EXPORT",
        where=f"{probe.name}:{row}",
        row=row,
        hint="In Odoo take the grouping out of the search field, select all, export again.",
    )


def _not_enough(probe: Probe, why: str) -> FileRefusedError:
    return FileRefusedError(
        why,
        code="NOT_ENOUGH",
        where=f"{probe.name}:1",
        row=1,
        hint="In Odoo select all › Export, leave `I want to update data` unticked and take the fields that docs/reference/files.md lists, ID among them.",
    )


def _cell(value: Any) -> str | None:
    """A workbook cell as the CSV export would have written it."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "True" if value else None
    if hasattr(value, "isoformat"):
        return str(value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat())
    return repr(value) if isinstance(value, float) else str(value)


def refuse_empty_codes(con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed, column: str) -> None:
    """Odoo leaves the account code empty for companies that were not the active one."""
    name = parsed.tables[0].name
    rows = con.table(f"stage.{name}").filter(ColumnExpression(column).isnull()).project(ColumnExpression("row_no")).order("row_no").limit(1).fetchall()
    if rows:
        raise FileRefusedError(
            "an account has no code",
            code="ACCOUNT_CODE_EMPTY",
            where=f"{probe.name}:{rows[0][0]}:{column}",
            row=rows[0][0],
            column=column,
            hint="The export was made with two companies active: tick one company in Odoo and export again.",
        )
