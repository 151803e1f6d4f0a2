"""What Odoo's extracts have in common: labels of the Export dialog, one company, continuation rows, workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

import duckdb
from duckdb import CoalesceOperator, ColumnExpression, ConstantExpression, FunctionExpression

from ledger.errors import FileRefusedError

from . import _derive as d
from ._columns import normal
from ._csv import text_relation
from ._kit import Context, CsvImporter, Lands, Parsed, Staged
from ._odoo_extract import Extract, extract
from ._odoo_words import LANGUAGES, in_english, labels, spoken
from ._probe import DAMAGED, Probe
from ._quick import frames_of
from ._resaved import as_exported, heeds

if TYPE_CHECKING:
    from ._frames import Frames

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


class OdooImporter(CsvImporter):
    """Base of Odoo's models; whoever exports chooses the columns, so more columns are never drift.

    Odoo writes UTF-8 with a point before the cents. A spreadsheet program that saved the file again writes as its user's locale does: the feed's
    `numbers` and `days` say how. Windows' letters are read where the labels are of a language that is written with them.
    """

    source = "odoo"
    model: ClassVar[str]
    context = "entity"
    kinds = ("csv", "xlsx")
    encodings = ("utf-8", "cp1252")
    known = "*"
    identity = "one company per file"
    apart: ClassVar[tuple[str, ...]] = ("company_name",)
    company_headers: ClassVar[tuple[str, ...]] = ("Company", "company_id", "company_id/name")
    mark: ClassVar[tuple[str, ...]] = ("ID", ".id")  # a record has it, a continuation row has not

    def lacks(self, probe: Probe) -> list[str]:
        """The claim, and the database id: an external id of `__export__` is another one in every database."""
        probe = extract(probe, self.model)
        found = super().lacks(probe)
        return found if found and found[0].startswith("a ") or _mark(self, probe) else [*found, "ID"]

    def knows(self, probe: Probe) -> FileRefusedError | None:
        """Exports of Odoo that are not enough: grouped, import-compatible, or the list's default columns."""
        probe = extract(probe, self.model)
        if probe.kind not in self.kinds:
            return None
        if probe.grouped:
            return _grouped(probe, 2)
        model, language, count = spoken(probe.cells)
        if language != "en" and 2 * count > len(probe.cells):
            return _of_language(probe, language, self.lacks(probe)) if model == self.model else None
        own = {normal(header) for column in self.declared().values() for header in column.headers}
        labels, half = own | LIST_LABELS, len(probe.header) // 2
        fields = any(cell.endswith("/id") for cell in probe.written) or sum(normal(cell) in own for cell in probe.header) > half
        if probe.technical and probe.written[0] in ("id", ".id") and fields:
            return _not_enough(probe, "an import-compatible export hides states, totals, codes and database ids")
        shared = [cell for cell in probe.header if normal(cell) in labels or "/" in cell]
        if len(shared) > half and (probe.kind == "xlsx" or any("/" in cell for cell in shared)):
            return _not_enough(probe, "the export lacks the database id (ID) or other columns that reconciling needs")
        if not probe.technical and 2 * count <= len(probe.cells) and probe.minted:
            return _unread_language(probe)
        return None

    def stage(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Parsed:
        """As every importer, with Odoo's headers told apart."""
        probe = extract(probe, self.model)
        if probe.kind == "csv" and probe.encoding == "cp1252" and probe.language == "en":  # nothing says with which letters it was saved again
            raise probe.not_utf8()
        return super().stage(con, probe, context)

    def in_locale(self, probe: Probe) -> tuple[bool, bool]:
        """Whether the file has numbers, and whether it has days, that a spreadsheet program writes in another way when it saves them again."""
        there = extract(probe, self.model).present if probe.kind == "csv" else {}
        return heeds(column for column in self.declared().values() if column.header_in(there))

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record as text; further rows of a record's lists are folded away."""
        rows = self._workbook(con, probe) if probe.kind == "xlsx" else super().raw(con, probe, context)
        seen = extract(probe, self.model)
        if seen.language != "en":
            rows = in_english(rows, labels()[self.model][seen.language])
        if probe.kind == "csv":
            rows = as_exported(rows, {header: column for column in self.declared().values() if (header := column.header_in(probe.present))}, context.numbers, context.days)
        headers = sorted({header for column in self.declared().values() if (header := column.header_in(probe.present))})
        filled = reduce(lambda left, right: left | right, (FunctionExpression("blank_text", ColumnExpression(h)) == ConstantExpression(False) for h in headers))
        if "company_name" not in self.declared():
            header = next((probe.present[normal(h)] for h in self.company_headers if normal(h) in probe.present), None)
            if header is not None and header in rows.columns:
                self._one_company([r[0] for r in rows.project(ColumnExpression(header)).distinct().limit(5).fetchall() if r[0]], probe, context)
        return rows.filter(filled)

    def quick(self, probe: Probe) -> Frames | None:
        """A file in English whose company is one of the declared columns; further rows of a record's lists are folded away."""
        declared = self.declared()
        if not isinstance(probe, Extract) or probe.language != "en" or "company_name" not in declared:
            return None
        return frames_of(self, probe, CsvImporter._needed(self, probe), sorted({header for column in declared.values() if (header := column.header_in(probe.present))}))

    def _stage_table(self, con: duckdb.DuckDBPyConnection, raw: duckdb.DuckDBPyRelation, probe: Probe, context: Context, lands: type[Lands]) -> Staged:
        try:
            staged = super()._stage_table(con, raw, probe, context, lands)
        except FileRefusedError:
            if probe.frames:
                raise  # the strict reader refuses it, and sees which rows they are
            # a row without an id continues the lists of the record before it and has nothing else; a sum of a group has more
            sums = raw.filter(FunctionExpression("blank_text", ColumnExpression(_mark(self, probe) or ""))).order("row_no").limit(1).project("row_no").fetchall()
            if sums:
                raise _grouped(probe, sums[0][0]) from None
            raise
        self.see_apart(staged.apart, probe, context)
        return staged

    def see_apart(self, apart: Mapping[str, Mapping[str, tuple[int, int]]], probe: Probe, context: Context) -> None:
        """What the columns apart say of the file as a whole: one company."""
        self._one_company(list(apart.get("company_name", ())), probe, context)

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
        column = next((probe.present[normal(h)] for h in self.company_headers if normal(h) in probe.present), None)
        header = probe.written_as(column) if column else "Company"
        if len(names) > 1 and not context.companies:
            raise FileRefusedError(
                f"the extract holds more than one company: {', '.join(sorted(names))}",
                code="TWO_COMPANIES",
                where=f"{probe.name}:1:{header}",
                row=1,
                column=header,
                hint="In Odoo tick one company at the top right and filter the list by it, then export again: account codes come out empty for all others, and some lists hold every company's.",
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
            column = probe.written_as(probe.columns[bare]) if bare < len(probe.columns) else str(bare + 1)
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


def _of_language(probe: Extract, language: str, lacking: list[str]) -> FileRefusedError:
    known, names = labels()[probe.model][language], []
    for header in (claim.split("|")[0] for claim in lacking):
        label = header if header == "ID" else known.written.get(header)
        names.append(f"{label} ({header})" if label and label != header else header if label else f"a label of its own for {header}")
    return FileRefusedError(
        f"the labels are {LANGUAGES[language]}, and the export lacks {', '.join(names)}",
        code="OTHER_LANGUAGE",
        where=f"{probe.name}:1",
        row=1,
        hint="In Odoo take these fields into the export as well; or switch the user's language to English (US) in the preferences, and export the same fields again.",
    )


def _unread_language(probe: Extract) -> FileRefusedError:
    return FileRefusedError(
        "the extract is Odoo's, and most of its labels are in a language that is not read",
        code="OTHER_LANGUAGE",
        where=f"{probe.name}:1",
        row=1,
        hint="Switch the language of the user who exports to English (US) in Odoo's preferences, and export the same fields again.",
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


def first_empty(con: duckdb.DuckDBPyConnection, parsed: Parsed, column: str) -> int | None:
    """The first row of the file's table in which the column has no value."""
    rows = con.table(f"stage.{parsed.tables[0].name}").filter(ColumnExpression(column).isnull()).order("row_no").limit(1).project("row_no").fetchall()
    return int(rows[0][0]) if rows else None


def refuse_empty_codes(con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed, column: str) -> None:
    """Odoo leaves the account code empty for companies that were not the active one."""
    row = first_empty(con, parsed, column)
    if row:
        raise FileRefusedError(
            "an account has no code",
            code="ACCOUNT_CODE_EMPTY",
            where=f"{probe.name}:{row}:{column}",
            row=row,
            column=column,
            hint="The export was made with two companies active: tick one company in Odoo and export again.",
        )
