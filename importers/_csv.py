"""CSV files through DuckDB, strictly; what it will not read is looked at again, mended if harmless, else refused with its row."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression

from ledger.errors import FileRefusedError
from ledger.sqltext import sql

from ._probe import Probe

FIELD_LIMIT = 1 << 20
TAIL = 1 << 16  # bytes at the end of a file that show how it ends
READER_ERRORS = (duckdb.InvalidInputException, pa.ArrowInvalid, OSError)  # rows that stream into Arrow raise its errors; a fault of our own SQL is none of them


def csv_rows(con: duckdb.DuckDBPyConnection, probe: Probe, needed: list[str]) -> duckdb.DuckDBPyRelation:
    """The needed columns of every record as text, with `row_no`: read when the rows are asked for, once for each time that they are."""
    return _relation(con, probe, probe.mended or probe.path).project(ColumnExpression("row_no"), *(ColumnExpression(name) for name in needed))


def _relation(con: duckdb.DuckDBPyConnection, probe: Probe, path: Path) -> duckdb.DuckDBPyRelation:
    given = {"$path": str(path), "$delimiter": probe.delimiter, "$columns": dict.fromkeys(probe.columns, "VARCHAR")}
    text = sql("importers", "read_csv")
    return con.sql(re.sub(r"\$(path|delimiter|columns)\b", lambda found: ConstantExpression(given[found[0]]).fragment(), text))  # what later steps are built on takes no parameters


def text_relation(con: duckdb.DuckDBPyConnection, columns: list[str], rows: list[list[Any]], numbers: list[int]) -> duckdb.DuckDBPyRelation:
    """Rows read in Python, every value text, as a raw relation with `row_no`."""
    data = {"row_no": pa.array(numbers, pa.int64())}
    data |= {name: pa.array([None if r[i] is None else str(r[i]) for r in rows], pa.string()) for i, name in enumerate(columns)}
    con.from_arrow(pa.table(data)).create("stage.given")
    return con.table("stage.given")


def look(probe: Probe) -> None:
    """NUL bytes never belong in a text export; they pass every CSV reader."""
    with probe.path.open("rb") as file:
        while chunk := file.read(1 << 22):
            if (place := chunk.find(b"\x00")) >= 0:
                place += file.tell() - len(chunk)
                file.seek(0)
                raise FileRefusedError(
                    "the file holds a NUL byte",
                    code="ENCODING",
                    where=probe.name,
                    row=1 + file.read(place).count(b"\n"),
                    hint="The file was damaged on its way; deliver it again.",
                )


def plain(probe: Probe) -> bool:
    """Whether the strict reader may have the file as it is: not where records without any value follow its last one, as spreadsheet programs leave them."""
    look(probe)
    with probe.path.open("rb") as file:
        file.seek(max(0, probe.path.stat().st_size - TAIL))
        lines = file.read().rstrip(b"\r\n").splitlines()
    return not lines or not re.fullmatch(rb"[\s%s]*" % re.escape(probe.delimiter).encode(), lines[-1])


def codec(probe: Probe) -> str:
    """The codec that reads the file and takes a byte order mark away."""
    return "utf-8-sig" if probe.encoding == "utf-8" else probe.encoding


def mended(probe: Probe) -> Path:
    """The same records with one kind of line end, without empty ones behind the last; FileRefusedError naming the first record that is not as wide as the header."""
    target = probe.path.with_name(probe.path.name + ".mended")
    csv.field_size_limit(FIELD_LIMIT)
    width, number, empty = len(probe.header), 1, 0
    with probe.path.open("rb") as source:
        text = io.TextIOWrapper(source, encoding=codec(probe), newline="")
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=probe.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
            try:
                for number, record in enumerate(csv.reader(text, delimiter=probe.delimiter, strict=True), 1):
                    if not any(value.strip() for value in record):
                        empty += 1
                        continue
                    if empty:
                        raise _ragged(probe, number - empty, 0, width)
                    if len(record) != width:
                        raise _ragged(probe, number, len(record), width)
                    writer.writerow(record)
            except csv.Error:
                target.unlink()
                raise FileRefusedError(
                    "a quoted value is not closed, or is too long",
                    code="CSV_SHAPE",
                    where=f"{probe.name}:{number + 1}",
                    row=number + 1,
                    hint="The file ends too soon, or a value holds a line end or mark that is not quoted; export it again and deliver it as it comes.",
                ) from None
            except UnicodeDecodeError:
                target.unlink()
                raise FileRefusedError(
                    f"the file is not {probe.encoding.upper()} text",
                    code="ENCODING",
                    where=f"{probe.name}:{number + 1}",
                    row=number + 1,
                    hint=f"Export it again as CSV in {probe.encoding.upper()}.",
                ) from None
            except FileRefusedError:
                target.unlink()
                raise
    return target


def _ragged(probe: Probe, number: int, found: int, width: int) -> FileRefusedError:
    return FileRefusedError(
        f"the record has {found} values and the header {width}",
        code="CSV_SHAPE",
        where=f"{probe.name}:{number}",
        row=number,
        hint="The file ends too soon, or a value holds a line end or mark that is not quoted; export it again and deliver it as it comes.",
    )
