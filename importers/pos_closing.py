"""Closings of cash registers: the DSFinV-K archive of a point of sale."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from . import _columns as c
from ._csv import FIELD_LIMIT
from ._kit import Context, Lands, Parsed
from ._kit import Importer as Base
from ._probe import DAMAGED, Probe

MEMBER_BYTES = 64 << 20


class Closing(Lands):
    """What every member of the archive says of each of its records: the register and the number of its closing."""

    register_id = c.text("Z_KASSE_ID", filled=True)
    closing_no = c.whole("Z_NR", filled=True)


class Case(Closing):
    """Totals by business case and tax key."""

    lands = "pos_closing_case"
    key = ("store", "register_id", "closing_no", "case_type", "case_name", "agency", "tax_key")
    parent = ("store", "register_id", "closing_no")
    section = "businesscases"

    case_type = c.text("GV_TYP", filled=True)
    own_name = c.text("GV_NAME", optional=True)
    own_agency = c.text("AGENTUR_ID", optional=True)
    tax_key = c.text("UST_SCHLUESSEL", filled=True)
    gross = c.amount("Z_UMS_BRUTTO", locale=c.COMMA)
    amount = c.amount("Z_UMS_NETTO", locale=c.COMMA)
    tax = c.amount("Z_UST", locale=c.COMMA)


class Payment(Closing):
    """Totals by kind of payment."""

    lands = "pos_closing_payment"
    key = ("store", "register_id", "closing_no", "payment_type", "payment_name")
    parent = ("store", "register_id", "closing_no")
    section = "payment"

    payment_type = c.text("ZAHLART_TYP", filled=True)
    own_name = c.text("ZAHLART_NAME", optional=True)
    amount = c.amount("Z_ZAHLART_BETRAG", locale=c.COMMA)


class Importer(Closing, Base):
    """The zip of DSFinV-K 2.x: `cashpointclosing.csv`, `businesscases.csv` and `payment.csv` are read, receipts and their lines stay in the file.

    Files are separated by semicolons with decimal commas, as the archive's `index.xml` declares. The payments of a closing are those that it states, its
    cash payments too, and the net and the tax of every business case make its gross, or the archive is refused.
    """

    source = "dsfinvk"
    context = "store"
    kinds = ("zip",)
    known = "*"
    control = "Z_SE_ZAHLUNGEN and Z_SE_BARZAHLUNGEN"
    identity = "payments of a closing = Z_SE_ZAHLUNGEN, cash ones = Z_SE_BARZAHLUNGEN; gross = net + tax of every business case"
    lands = "pos_closing"
    key = ("store", "register_id", "closing_no")
    section = "cashpointclosing"
    also = (Case, Payment)

    created = c.text("Z_ERSTELLUNG", filled=True)
    booked_on = c.day("Z_BUCHUNGSTAG")
    first_receipt = c.text("Z_START_ID", optional=True)
    last_receipt = c.text("Z_ENDE_ID", optional=True)
    amount = c.amount("Z_SE_ZAHLUNGEN", locale=c.COMMA)
    cash = c.amount("Z_SE_BARZAHLUNGEN", locale=c.COMMA)

    def lacks(self, probe: Probe) -> list[str]:
        """The names of the archive's members."""
        if probe.kind not in self.kinds:
            return ["a zip archive"]
        return [f"{name}.csv" for name in self._sections() if name not in probe.members]

    def sight(self, probe: Probe) -> Mapping[str, Probe]:
        """Every member with its own header."""
        return {name: probe.part(self._records(probe, name)[0], ";") for name in self._sections()}

    def raw_parts(self, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> Mapping[str, duckdb.DuckDBPyRelation]:
        """Every member's records as text."""
        raw = {}
        for name, part in self.sight(probe).items():
            records = self._records(probe, name)[1:]
            columns = {column: pa.array([record[place] or None for record in records], pa.string()) for place, column in enumerate(part.columns)}
            con.from_arrow(pa.table({"row_no": pa.array(range(2, len(records) + 2), pa.int64()), **columns})).create(f"stage.{name}")
            raw[name] = con.table(f"stage.{name}")
        return raw

    def _sections(self) -> list[str]:
        return [lands.section for lands in self.landed()]

    def _records(self, probe: Probe, name: str) -> list[list[str]]:
        """Header and records of one member; FileRefusedError where it is too large, damaged, encrypted or ragged."""
        where = f"{probe.name}:{name}.csv"
        probe.check_zip()
        try:
            with zipfile.ZipFile(probe.path) as archive, archive.open(probe.members[name]) as member:
                data = member.read(MEMBER_BYTES + 1)
        except DAMAGED:
            raise FileRefusedError("the archive is damaged or encrypted", code="ENCODING", where=where, hint="Export it again.") from None
        if len(data) > MEMBER_BYTES:
            raise FileRefusedError("the member unpacks to more than 64 MiB", code="TOO_LARGE", where=where, hint="Export fewer days at once.")
        csv.field_size_limit(FIELD_LIMIT)
        try:
            records = [r for r in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True) if any(r)]
        except (UnicodeDecodeError, csv.Error):
            raise FileRefusedError("the member is no CSV in UTF-8", code="CSV_SHAPE", where=where, hint="Export it again.") from None
        bad = next((n for n, r in enumerate(records, 1) if len(r) != len(records[0])), None)
        if bad or not records:
            raise FileRefusedError("a record is not as wide as the header", code="CSV_SHAPE", where=f"{where}:{bad or 1}", row=bad or 1, hint="Export it again.")
        return records

    def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
        """What the closing states, and what its parts are."""
        rows = con.execute(sql("importers", "gate_pos_closing")).fetchall()
        if rows:
            name, row, column = rows[0]
            raise FileRefusedError(
                f"{column} is not the sum of its parts",
                code="CONTROL_TOTAL_DIFF",
                where=f"{probe.name}:{name}.csv:{row}:{column}",
                row=row,
                column=column,
                hint="The archive is not whole, or its tables are not of one closing; export the closing again.",
            )


