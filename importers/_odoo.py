"""What Odoo's extracts have in common: labels of the Export dialog, one company, continuation rows, workbooks."""

from __future__ import annotations

from typing import Any, ClassVar

import duckdb
from duckdb import ColumnExpression, ConstantExpression, FunctionExpression

from ledger.errors import FileRefusedError

from ._columns import normal
from ._kit import Context, CsvImporter, Parsed, text_relation
from ._probe import Probe

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
MAX_ROWS = 1_048_576


class OdooImporter(CsvImporter):
    """Base of the six models; whoever exports chooses the columns, so more columns are never drift."""

    source = "odoo"
    context = "entity"
    kinds = ("csv", "xlsx")
    known = "*"
    identity = "one company per file; every journal item and account has its code"
    company_headers: ClassVar[tuple[str, ...]] = ("Company", "company_id", "company_id/name")
    mark: ClassVar[tuple[str, ...]] = (".id", "ID")  # a record has it, a continuation row has not

    def raw(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> duckdb.DuckDBPyRelation:
        """Every record as text; further rows of a record's lists are folded away."""
        rows = self._workbook(con, probe) if probe.kind == "xlsx" else super().raw(con, probe, context)
        mark = next((probe.present[normal(h)] for h in self.mark if normal(h) in probe.present), None)
        if mark and mark in rows.columns:
            rows = rows.filter(FunctionExpression("blank_text", ColumnExpression(mark)) == ConstantExpression(False))
        self._one_company(rows, probe, context)
        return rows

    def _needed(self, probe: Probe) -> list[str]:
        names = super()._needed(probe)
        extra = [probe.present[normal(h)] for h in (*self.company_headers, *self.mark) if normal(h) in probe.present]
        return names + [name for name in dict.fromkeys(extra) if name not in names]

    def _workbook(self, con: duckdb.DuckDBPyConnection, probe: Probe) -> duckdb.DuckDBPyRelation:
        import openpyxl

        probe.check_zip()
        sheet = openpyxl.load_workbook(probe.path, read_only=True, data_only=True).worksheets[0]
        if (sheet.max_row or 0) >= MAX_ROWS or (sheet.max_column or 0) > 2_000:
            raise FileRefusedError("the sheet claims more cells than an extract has", code="TOO_LARGE", where=probe.name, hint="Export the extract as CSV.")
        rows: list[list[Any]] = []
        for cells in sheet.iter_rows(min_row=2, values_only=True):
            rows.append([_cell(cell) for cell in cells[: len(probe.columns)]] + [None] * (len(probe.columns) - len(cells)))
        numbers = [n for n, row in enumerate(rows, 2) if any(row)]
        return text_relation(con, probe.columns, [row for row in rows if any(row)], numbers)

    def _one_company(self, rows: duckdb.DuckDBPyRelation, probe: Probe, context: Context) -> None:
        header = next((probe.present[normal(h)] for h in self.company_headers if normal(h) in probe.present), None)
        if header is None or header not in rows.columns:
            return
        names = [r[0] for r in rows.project(ColumnExpression(header).alias("company")).distinct().limit(5).fetchall() if r[0]]
        if len(names) > 1:
            raise FileRefusedError(
                "the extract holds more than one company",
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
