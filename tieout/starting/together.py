"""Small files of one format and one header, e.g. a report a day, looked into as one: to plan how a file is read costs more than to read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import duckdb

from importers._csv import FIELD_LIMIT
from importers._kit import CsvImporter, Importer, Staged
from importers._probe import Probe
from importers._staging import SMALL
from ledger.sqltext import named, sql

if TYPE_CHECKING:
    from .looks import Look


@dataclass(frozen=True)
class Small:
    """A small file that waits for others like it."""

    look: Look
    head: bytes  # its header, as it stands there
    body: bytes
    records: int

    @property
    def content(self) -> bytes:
        """The file."""
        return self.head + self.body


def small(look: Look, probe: Probe) -> Small | None:
    """The file, where others may be read with it: a plain table without a total of its own, of records that end where their lines do."""
    if not _plain(look.importer) or look.csv or any(look.heeds) or probe.kind != "csv" or probe.encoding != "utf-8" or len(probe.start) != probe.path.stat().st_size or b"\x00" in probe.start:
        return None
    head, end, body = probe.start.partition(b"\n")
    if not body or _records(head, probe.delimiter) != [probe.written]:
        return None
    read = _records(body, probe.delimiter)
    if not read or not all(len(record) == len(probe.written) for record in read):
        return None
    return Small(look, head + end, body if body.endswith(b"\n") else body + (b"\r\n" if head.endswith(b"\r") else b"\n"), len(read))


def _plain(importer: Importer) -> bool:
    return type(importer).raw is CsvImporter.raw and type(importer).stage is CsvImporter.stage and not importer.keeps_raw and not importer.control


def _records(data: bytes, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(FIELD_LIMIT)
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return []


def alike(waiting: Iterable[Small]) -> Iterator[list[Small]]:
    """Those of one format and header, as many as make a small file together."""
    kinds: dict[tuple[str, bytes], list[Small]] = {}
    for one in sorted(waiting, key=lambda one: one.look.no):
        some = kinds.setdefault((one.look.format, one.head), [])
        if some and sum(len(other.body) for other in some) + len(one.body) >= SMALL:
            yield list(some)
            some.clear()
        some.append(one)
    yield from (some for some in kinds.values() if some)


def share_out(con: duckdb.DuckDBPyConnection, some: Sequence[Small], tables: Iterable[Staged]) -> None:
    """The staged rows beside those of other files, each with the number of its own file in the place of its owner."""
    before = [0, *accumulate(one.records for one in some)][:-1]
    given = {"no": [one.look.no for one in some], "before": before, "records": [one.records for one in some]}
    for staged in tables:
        owner = con.table(f"main.{staged.table}").columns[0]
        con.execute(named(sql("tieout", "start_staged_together"), target=f"look.{staged.table}", source=f"stage.{staged.name}", owner=owner), given)
