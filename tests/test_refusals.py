"""What a refusal says: the file's own header, the cell as it stands there, no blame; over every column of every importer that has a contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from duckdb import ColumnExpression, ConstantExpression
from test_importers import CASES, HERE, expectation, stage

from importers import _kit, _registry
from importers._bank import BankImporter
from importers._columns import Column, normal
from importers._kit import Context, Importer, Lands
from importers._probe import Probe
from importers._refusing import refuse_broken
from ledger.errors import FileRefusedError

DAMAGE = "?!"
BLAME = re.compile(r"edited|by hand|tamper|manipulat", re.IGNORECASE)


def samples(importer: Importer) -> list[Path]:
    """The golden files of the importer that land rows, the largest first."""
    found = [path for path in CASES if path.parent.name == importer.module_name() and "tables" in expectation(path).read_text(encoding="utf-8")]
    return sorted(found, key=lambda path: (path.suffix == ".zip", -path.stat().st_size, path.name))


def contracts(lands: type[Lands]) -> Iterator[Column]:
    """The declared columns whose text can break a contract."""
    for column in lands.declared().values():
        if not column.lenient and not column.within and not column.takes_all and not column.codes and not column.zone_header and not column.beside:
            yield column


def headers(lands: type[Lands], part: Probe) -> dict[str, str]:
    """Declared header → column of the raw relation, of each column with a contract that the sample has."""
    found: dict[str, str] = {}
    for column in contracts(lands):
        names = [header.format(number) for number in lands.every[:1] or (0,) for header in column.headers] if lands.every else list(column.headers)
        raw = next((part.present[normal(name)] for name in names if normal(name) in part.present), None)
        if raw:
            found.setdefault(names[0], raw)
    return found


CONTRACTED = [one for one in _registry.importers() if not isinstance(one, BankImporter) and not one.declares]
EACH_DAY = {one.source: one.module_name() for one in CONTRACTED}.values()  # one of each source; the long drill takes them all


@pytest.mark.parametrize("importer", [pytest.param(one, marks=[] if one.module_name() in EACH_DAY else pytest.mark.drill, id=one.module_name()) for one in CONTRACTED])
def test_a_cell_that_breaks_its_contract_is_named_and_quoted(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are damaged at once; each is then refused as if it were the only one."""
    whole = type(importer).raw_parts
    there, refused = set[tuple[str, str]](), set[tuple[str, str]]()
    wanted: set[tuple[str, str]] | None = None

    def raw_parts(self: Importer, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context) -> dict[str, duckdb.DuckDBPyRelation]:
        parts = dict(whole(self, con, probe, context))
        for lands in self.landed():
            names, rows = set(headers(lands, self.sight(probe)[lands.section]).values()), parts[lands.section]
            if rows.limit(1).fetchall():
                there.update((lands.section, name) for name in names)
            names = {name for name in names if wanted is None or (lands.section, name) in wanted}
            parts[lands.section] = rows.project(*(ConstantExpression(DAMAGE).alias(c) if c in names else ColumnExpression(c) for c in rows.columns))
        return parts

    def refusing(broken: Mapping[str, tuple[int, int]], probe: Probe, lands: type[Lands], raw: duckdb.DuckDBPyRelation) -> None:
        for header, name in headers(lands, probe).items():
            row = next((first for labels, (first, _) in broken.items() if header in labels), None)
            if row is None:  # another table of the file takes the rows
                continue
            with pytest.raises(FileRefusedError) as caught:
                refuse_broken({header: (row, 1)}, probe, lands, raw)
            refusal = caught.value
            assert (refusal.column, refusal.row) == (probe.written_as(name), row)
            assert refusal.message.startswith(f'{probe.written_as(name)} is "{DAMAGE}", which is '), refusal.message
            refused.add((lands.section, name))

    monkeypatch.setattr(_kit, "quickly", lambda *_: None)  # whatever is refused has its words from the strict reader
    monkeypatch.setattr(type(importer), "raw_parts", raw_parts)
    monkeypatch.setattr(type(importer), "gate", lambda *_: None)
    monkeypatch.setattr(_kit, "refuse_broken", refusing)
    for path in samples(importer):
        given = json.loads(expectation(path).read_text(encoding="utf-8")).get("context", {})
        wanted = None if not there else there - refused
        stage(path, given)
        for left in sorted(there - refused):  # damage elsewhere hid the row
            wanted = {left}
            stage(path, given)
        if not there - refused:
            break
    assert there, "a format without a single contract"
    assert there - refused == set(), "they land"


def test_a_refusal_says_what_the_file_calls_its_column(tmp_path: Path) -> None:
    whole = HERE / "shopify_payments" / "columns_19.csv"
    text = whole.read_text(encoding="utf-8")
    path = tmp_path / whole.name
    head, first, rest = text.split("\n", 2)
    amounts = head.split(",").index("Amount")
    cells = first.split(",")
    for cell, said in ((".5.5", '".5.5"'), ("", "empty"), ("Miller", "a text of 6 characters")):
        path.write_text("\n".join([head.replace("Amount", "  aMoUnT"), ",".join([*cells[:amounts], cell, *cells[amounts + 1 :]]), rest]), encoding="utf-8")
        refusal = stage(path, {})["refused"]
        assert (refusal["column"], refusal["row"]) == ("aMoUnT", 2)
        assert refusal["message"].startswith("aMoUnT is ")
        assert said in refusal["message"], refusal
        assert "Miller" not in refusal["message"]


def test_a_declared_file_is_quoted_as_it_was_delivered(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Tag;Betrag\n02.09.2026;12,3x4\n", encoding="utf-8")
    declared = {"table": "bank_line", "columns": {"booked_on": "Tag", "amount": "Betrag"}, "decimal": ",", "date": "%d.%m.%Y", "delimiter": ";"}
    refusal = stage(path, {"kind": "bank_account", "facts": {"currency": "EUR"}, "csv": declared})["refused"]
    assert (refusal["column"], refusal["row"]) == ("Betrag", 2)
    assert '"12,3x4"' in refusal["message"]


def test_no_refusal_accuses() -> None:
    said = [f"{path.name}: {line.strip()}" for path in sorted((ROOT / "importers").glob("*.py")) for line in path.read_text(encoding="utf-8").splitlines() if "hint" in line or "raise" in line or "refused(" in line]
    assert [line for line in said if BLAME.search(line)] == []
    messages = [json.loads(path.read_text(encoding="utf-8")).get("refused", {}).get("message", "") for path in HERE.glob("*/*.expect.json")]
    assert [message for message in messages if BLAME.search(message)] == []
