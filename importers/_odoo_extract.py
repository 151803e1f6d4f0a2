"""A file of Odoo's Export dialog as its importers see it: headers in English, and the two kinds of ids told apart."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from ._columns import normal
from ._csv import codec
from ._odoo_words import labels, language_of
from ._probe import DAMAGED, LOOK_RECORDS, Probe

TECHNICAL = re.compile(r"\ufeff?[a-z0-9_]*(\.id)?(/\.?[a-z0-9_]+)*")
GROUP = re.compile(r".*\S \(\d+\)")
EXTERNAL = re.compile(r"'?[A-Za-z_]\w*\.\S+")
MINTED = re.compile(r"__export__\.[a-z0-9_]+")
SHARED = ("start", "kind", "members", "encoding", "_text", "delimiter", "written", "_xlsx_top", "first_ids")


class Extract(Probe):
    """A file of Odoo's Export dialog: what the comparison of headers without case and kinds of blanks would mix up is told apart."""

    model = ""  # whose labels the header has

    @cached_property
    def cells(self) -> list[str]:
        """The header as the file writes it, `id` being the external id where `ID` is the database id; the second `Sales\u00a0Price` is the variant's."""
        exact = {"id": "External ID", "Sales\u00a0Price": "Variant Sales Price"}
        said = {normal(own): known for own, known in self.headers.items()}
        stripped = (said.get(normal(cell), cell).strip(" \ufeff") for cell in self.written)
        return [exact.get(cell, cell) for cell in stripped]

    @cached_property
    def language(self) -> str:
        """The language of the labels."""
        return language_of(self.model, self.cells)

    @cached_property
    def header(self) -> list[str]:
        """The labels in English. An export by a saved list labels external ids as `ID` too: what stands in the column says which it is."""
        known = labels().get(self.model, {}).get(self.language)
        cells = [known.english(cell) if known else cell for cell in self.cells]
        twice = {cell for cell, count in Counter(cells).items() if count > 1}
        for place, value in self.first_ids.items():
            if EXTERNAL.fullmatch(value) or (not value and cells[place] in twice and cells[place] not in cells[:place]):
                cells[place] = f"{cells[place][:-2]}External ID"
        return self._told_once(cells, set(known.headers.values()) if known else set())

    def _told_once(self, cells: list[str], known: set[str]) -> list[str]:
        """In some languages two columns have one label. Where they hold the same in every record, the first counts; else the importer refuses them."""
        places = {cell: [place for place, other in enumerate(cells) if other == cell] for cell, count in Counter(cells).items() if count > 1 and cell in known}
        differing: set[str] = set()
        for record in self._records() if places else ():
            differing |= {cell for cell, at in places.items() if len({record[place] for place in at if place < len(record)}) > 1}
        for cell, at in places.items():
            for place in at[1:] if cell not in differing else ():
                cells[place] = f"{cell} (again)"
        return cells

    @cached_property
    def first_ids(self) -> dict[int, str]:
        """The first value of every column that is labelled `ID`; of one that stands alone, among the first records."""
        found = {place: "" for place, cell in enumerate(self.written) if cell.strip(" \ufeff").rpartition("/")[2] == "ID"}
        twice = any(count > 1 for count in Counter(self.written[place] for place in found).values())
        if not found:
            return found
        for number, record in enumerate(self._records()):
            if all(found.values()) or (number > LOOK_RECORDS and not twice):
                break
            for place in found:
                found[place] = found[place] or (record[place].strip() if place < len(record) else "")
        return found

    def _records(self) -> Iterator[Sequence[str]]:
        """The records for as long as they can be read; whoever stages the file says what is wrong with the rest."""
        try:
            if self.kind == "xlsx":
                rows = self.workbook(stored=True).worksheets[0].iter_rows(min_row=2, values_only=True)
                yield from (["" if cell is None else str(cell) for cell in row] for row in rows)
            elif self.kind == "csv":
                with self.path.open(encoding=codec(self), newline="") as file:
                    records = csv.reader(file, delimiter=self.delimiter)
                    next(records, None)
                    yield from records
        except (*DAMAGED, csv.Error, UnicodeError):
            return

    @property
    def minted(self) -> bool:
        """The first record has an external id that Odoo made for an export: nobody else writes such."""
        return any(MINTED.fullmatch(value) for value in next(self._records(), ()))

    @property
    def technical(self) -> bool:
        """Field names instead of labels: the export is import-compatible, or was made by a program."""
        return bool(self.written) and all(TECHNICAL.fullmatch(cell) for cell in self.written)

    @property
    def grouped(self) -> bool:
        """A workbook that was exported while grouped begins with a sum."""
        return self.kind == "xlsx" and bool(GROUP.fullmatch(self.first_cell))


def extract(probe: Probe, model: str) -> Extract:
    """The probe as the importer of a model sees it; what was read of the file already is not read again."""
    if isinstance(probe, Extract) and probe.model == model:
        return probe
    seen = Extract(probe.path, probe.name, probe.headers)
    seen.model = model
    seen.__dict__.update({name: probe.__dict__[name] for name in SHARED if name in probe.__dict__})
    if probe.kind in ("csv", "xlsx") and "first_ids" not in probe.__dict__:
        probe.__dict__["first_ids"] = seen.first_ids
    return seen
