"""What a refusal says of a cell: the file's own name of the column, the cell as far as it may be shown, and what the format has there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
from duckdb import ColumnExpression, ConstantExpression

from ledger.errors import FileRefusedError
from ledger.private import quoted
from ledger.sqltext import needed

from ._columns import Column, normal
from ._declared import UNREADABLE
from ._probe import Probe
from ._staging import BETWEEN, FOREIGN

if TYPE_CHECKING:
    from ._kit import Importer, Lands, Staged

KINDS = {"DECIMAL": "a number as the format writes it", "DATE": "a day", "TIMESTAMP": "a moment", "BIGINT": "a whole number", "BOOLEAN": "true or false"}
READ_AS = {"upper_text": "a currency's code", "digits_text": "an identifier in one word", "gid_text": "an identifier"}


def refuse_broken(broken: Mapping[str, tuple[int, int]], probe: Probe, lands: type[Lands], raw: duckdb.DuckDBPyRelation) -> None:
    """Refuse the file if a row is broken: the first one, its column as the file calls it, and its cell. `broken` is labels → (first row, rows)."""
    found = {labels: place for labels, place in broken.items() if labels}
    if not found:
        return
    row, labels = min((first, labels) for labels, (first, _) in found.items())
    foreign, labels = labels.startswith(FOREIGN), labels.removeprefix(FOREIGN)
    label, column, cell_in = _place(labels, probe, lands)
    header = probe.written_as(cell_in) if cell_in else label
    cell = _cell(raw, row, cell_in, probe) if cell_in else ""
    if column and column.within and (part := re.search(column.within, cell)):
        cell = part[1]
    count = sum(n for _, n in found.values())
    like = f" ({count} rows like it)" if count > 1 else ""
    where = f"{probe.name}:{row}:{header}"
    if foreign:
        raise FileRefusedError(
            f"the sign beside the number in {header}, {quoted(cell)}, is not that of the row's currency{like}",
            code="CURRENCY",
            where=where,
            row=row,
            column=header,
            hint="Where the file names no currency, it is that of the feed's mapping: put the file into the feed of its currency, or correct the mapping. Else ask for a new export.",
        )
    if column and column.macro == "coded_text" and cell.strip():
        said, name = quoted(cell, word=True), next(name for name, one in lands.declared().items() if one.headers == column.headers)
        raise FileRefusedError(
            f"{header} says {said}, and that word is on no list{like}",
            code="UNKNOWN_WORD",
            where=where,
            row=row,
            column=header,
            hint=f'Say in tieout.toml what it means, under [feed.csv.codes.{name}] of this feed: {said} = "…"; then `tieout dead-letter replay`.',
        )
    closed = column is not None and (bool(column.codes) or column.type == "BOOLEAN")
    raise FileRefusedError(
        f"{header} is {f'{quoted(cell, word=closed)}, which is {_fault(raw, row, column, cell_in, probe)}' if cell.strip() else 'empty, and the format needs it'}{like}",
        code="VALUE_FORMAT",
        where=where,
        row=row,
        column=header,
        hint="Look at that cell in the file as it came, not as a spreadsheet program shows it; where it stands there like this, ask the source for a new export.",
    )


def refuse_lacking(con: duckdb.DuckDBPyConnection, probe: Probe, tables: Sequence[Staged]) -> None:
    """Refuse the file if a row leaves a column empty that the ledger needs, and that no cell of its own has: what it is made of says nothing there."""
    for staged in tables:
        found = staged.draft.lacking if staged.draft else _lacking(con.table(f"stage.{staged.name}"), staged.table)
        for column, (row, count) in sorted(found.items(), key=lambda one: (one[1][0], one[0])):
            like = f" ({count} rows like it)" if count > 1 else ""
            raise FileRefusedError(
                f"nothing in the row{_kind(con.table(f'stage.{staged.name}'), row)} says its {column.replace('_', ' ')}, and it cannot be taken without{like}",
                code="VALUE_FORMAT",
                where=f"{probe.name}:{row}:{column}",
                row=row,
                column=column,
                hint="Look at that row in the file as it came; where it stands there like this, ask the source for a new export, or report the format.",
            )


def _kind(rows: duckdb.DuckDBPyRelation, row: int) -> str:
    """What the row says of its type, which may be one that nobody knows; empty where its table has none."""
    if "native_type" not in rows.columns:
        return ""
    found = rows.filter(ColumnExpression("row_no") == ConstantExpression(row)).project("native_type").fetchall()
    return f", of the type {quoted(str(found[0][0]), word=True)}," if found and found[0][0] is not None else ""


def _lacking(rows: duckdb.DuckDBPyRelation, table: str) -> dict[str, tuple[int, int]]:
    """The same of rows that are in memory."""
    asked = [name for name in needed(table) if name in rows.columns]
    empty = rows.filter(" OR ".join(f"{name} IS NULL" for name in asked)) if asked else None
    if empty is None or not empty.limit(1).fetchall():
        return {}
    told = {name: empty.filter(f"{name} IS NULL").aggregate("min(row_no), count(*)").fetchall()[0] for name in asked}
    return {name: (int(first), int(count)) for name, (first, count) in told.items() if count}


def _place(labels: str, probe: Probe, lands: type[Lands]) -> tuple[str, Column | None, str | None]:
    """The first label, the column that it is of, and where the file has the cell; a label is a header as declared, or as the raw relation calls it."""
    named: dict[str, tuple[Column | None, str | None]] = {}
    for column in lands.declared().values():
        for number in lands.every or (0,):
            one = replace(column, headers=tuple(h.format(number) for h in column.headers)) if lands.every else column
            for header in (one.headers[0], *one.zone_header, *one.beside):
                found = one.header_in(probe.present) if header == one.headers[0] else probe.present.get(normal(header))
                if found:
                    named.setdefault(header, (one, found))
    for name in probe.columns:
        named.setdefault(name, (None, name))
    label = labels.split(BETWEEN)[0]
    return label, *named.get(label, (None, None))


def _cell(raw: duckdb.DuckDBPyRelation, row: int, name: str, probe: Probe) -> str:
    """The text of one cell; empty where there is none."""
    found = raw.filter(ColumnExpression("row_no") == ConstantExpression(row)).project(ColumnExpression(name)).fetchall()
    text = str(found[0][0]) if found and found[0][0] is not None else ""
    return text.removeprefix(UNREADABLE) if probe.called else text


def _fault(raw: duckdb.DuckDBPyRelation, row: int, column: Column | None, name: str | None, probe: Probe) -> str:
    """Why the text of a cell is not taken."""
    if column is None or name is None or column.header_in(probe.present) != name:
        return "not in a form that is known"
    if column.type.startswith("DECIMAL") and not column.by_feed:
        value = column.value(name, ConstantExpression("UTC")).alias("value")
        found = raw.filter(ColumnExpression("row_no") == ConstantExpression(row)).project(value).fetchall()
        if found and found[0][0] is not None:
            return "finer than the currency of its row"
    if column.codes or column.macro == "coded_text":
        return "no word that the format has there"
    wanted = READ_AS.get(column.macro, KINDS.get(column.type.partition("(")[0], "in a form that is known"))
    forms = column.locale.words if column.locale else " or ".join(form for given in column.declared if isinstance(given, tuple) for form in given)
    return f"not {wanted}{f' ({forms})' if forms else ''}"


@contextmanager
def own_words(importer: Importer, parts: Mapping[str, Probe]) -> Iterator[None]:
    """What a gate refuses for a column, under the canonical name or a declared header, names the header that the file has."""
    try:
        yield
    except FileRefusedError as error:
        if error.column:
            own = own_header(importer, parts, error.column)
            error.where = error.where.removesuffix(f":{error.column}") + f":{own}" if error.where.endswith(f":{error.column}") else error.where
            error.column = own
        raise


def _made_of(lands: type[Lands], name: str) -> str:
    """The declared column that a derived one is made of first; any other name as it is."""
    derived = lands.derived()
    seen: set[str] = set()
    while name in derived and name not in seen:
        seen.add(name)
        words = re.findall(r"\w+", str(derived[name].expression))
        name = next((word for word in words if word in lands.declared() or word in derived and word not in seen), name)
    return name


def own_header(importer: Importer, parts: Mapping[str, Probe], name: str) -> str:
    """How the file calls a column that is known by its canonical name or by one of its declared headers."""
    for lands in importer.landed():
        name = _made_of(lands, name)
        for canonical, column in lands.declared().items():
            if name != canonical and name not in column.headers:
                continue
            found = column.header_in(parts[lands.section].present)
            return parts[lands.section].written_as(found) if found else column.headers[0]
    present = ((part, part.present[normal(name)]) for part in parts.values() if normal(name) in part.present)
    return next((part.written_as(found) for part, found in present), name)
