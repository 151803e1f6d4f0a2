"""What a refusal says: the file's own header, the cell as it stands there, no blame; over every column of every importer that has a contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT
from duckdb import ColumnExpression, ConstantExpression
from test_importers import CASES, HERE, expectation, stage

from importers import _registry
from importers._bank import BankImporter
from importers._columns import Column, normal
from importers._kit import Context, Importer, Lands
from importers._probe import Probe
from importers._unpack import looked_into

DAMAGE = "?!"
BLAME = re.compile(r"edited|by hand|tamper|manipulat", re.IGNORECASE)


def sample(importer: Importer) -> Path | None:
    """A golden file of the importer that lands rows: the one with the most columns."""
    found = [path for path in CASES if path.parent.name == importer.module_name() and "tables" in expectation(path).read_text(encoding="utf-8")]
    return max(found, key=lambda path: (path.suffix != ".zip", len(path.read_bytes().split(b"\n", 1)[0]), path.name), default=None)


def contracts(lands: type[Lands]) -> Iterator[Column]:
    """The declared columns whose text can break a contract."""
    for column in lands.declared().values():
        if not column.lenient and not column.takes_all and not column.macro.startswith("keyed"):
            yield column


def damaged(parts: Mapping[str, duckdb.DuckDBPyRelation], section: str, name: str) -> dict[str, duckdb.DuckDBPyRelation]:
    """The parts of a file with the cells of one column replaced."""
    rows = parts[section]
    columns = [ConstantExpression(DAMAGE).alias(c) if c == name else ColumnExpression(c) for c in rows.columns]
    return {**parts, section: rows.project(*columns)}


def places(importer: Importer, path: Path) -> list[tuple[str, str, str]]:
    """Part, column of the raw relation and own header of each column with a contract that the sample has."""
    found: dict[tuple[str, str, str], None] = {}
    with looked_into(path) as probe:
        parts = importer.sight(probe)
        for lands in importer.landed():
            part = parts[lands.section]
            for column in contracts(lands):
                for number in lands.every[:1] or (0,):
                    names = [header.format(number) for header in column.headers] if lands.every else list(column.headers)
                    raw = next((part.present[normal(n)] for n in names if normal(n) in part.present), None)
                    if raw and not (column.zone_header or column.beside):
                        found.setdefault((lands.section, raw, part.written_as(raw)))
    return list(found)


@pytest.mark.parametrize("importer", [i for i in _registry.importers() if not isinstance(i, BankImporter) and not i.declares], ids=lambda i: i.module_name())
def test_a_cell_that_breaks_its_contract_is_named_and_quoted(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sample(importer)
    assert path is not None
    given = json.loads(expectation(path).read_text(encoding="utf-8")).get("context", {})
    whole = type(importer).raw_parts
    looked_at = places(importer, path)
    assert looked_at, "a format without a single contract"
    for section, name, header in looked_at:

        def raw_parts(self: Importer, con: duckdb.DuckDBPyConnection, probe: Probe, context: Context, section: str = section, name: str = name) -> Any:
            return damaged(whole(self, con, probe, context), section, name)

        monkeypatch.setattr(type(importer), "raw_parts", raw_parts)
        refusal = stage(path, given).get("refused")
        assert refusal, f"{header}: it lands"
        assert refusal["column"] == header, refusal
        assert header in refusal["message"] and f'"{DAMAGE}"' in refusal["message"], refusal
        assert refusal["row"], refusal


def test_no_refusal_accuses() -> None:
    said = [f"{path.name}: {line.strip()}" for path in sorted((ROOT / "importers").glob("*.py")) for line in path.read_text(encoding="utf-8").splitlines() if "hint" in line or "raise" in line or "refused(" in line]
    assert [line for line in said if BLAME.search(line)] == []
    messages = [json.loads(path.read_text(encoding="utf-8")).get("refused", {}).get("message", "") for path in HERE.glob("*/*.expect.json")]
    assert [message for message in messages if BLAME.search(message)] == []
