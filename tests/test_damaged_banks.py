"""Damaged bank files: they are refused with their reason or read, never a crash; where the format has a total, no sum changes in silence."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

from importers import _registry
from importers._bank import BankImporter, _closes
from importers._declared import DeclaredCsv
from importers._kit import Context
from importers._unpack import looked_into
from ledger.errors import FileRefusedError

HERE = Path(__file__).resolve().parent / "importers"
FORMATS = ("camt052", "camt053", "camt054", "mt940", "mt942", "bai2", "ofx", "bank_csv")
FILES = [p for name in FORMATS for p in sorted((HERE / name).iterdir()) if not p.name.endswith(".json") and "tables" in p.with_name(p.stem + ".expect.json").read_text()]
EACH = 40


def sums(path: Path) -> tuple[list[tuple[str, Decimal | None, Decimal | None, Decimal]], bool]:
    """Currency, balances and movement of every statement, and whether a lost row would show."""
    given = json.loads(path.with_name(path.stem + ".expect.json").read_text()).get("context", {}) if path.parent.parent == HERE else CONTEXT
    declared = DeclaredCsv.model_validate(given["csv"]) if "csv" in given else None
    with looked_into(path) as probe:
        importer = _registry.identify(probe, declared, "feed")
        assert isinstance(importer, BankImporter)
        context = Context("feed", "bank_account", "bank", "UTC", given.get("facts", {}), declared, accounts=tuple(tuple(a) for a in given.get("accounts", ())))
        found = importer.read(probe, context)
        for statement in found:
            _closes(probe, statement)
    return [(s.currency, s.opening, s.closing, s.movement) for s in found], bool(importer.control) and all(s.is_closed for s in found)


CONTEXT: dict[str, object] = {}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One fault: a byte, a cut, a line lost, doubled or moved, two lines exchanged, another encoding."""
    lines = data.split(b"\n")
    place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(7)
    if kind == 0:
        at = chance.randrange(len(data))
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if kind == 1:
        return data[: chance.randrange(len(data))]
    if kind == 2:
        return b"\n".join(lines[:place] + lines[place + 1 :])
    if kind == 3:
        return b"\n".join([*lines[:place], lines[place], *lines[place:]])
    if kind == 4:
        lines[place], lines[other] = lines[other], lines[place]
        return b"\n".join(lines)
    digits = [i for i, b in enumerate(data) if 48 <= b <= 57]
    if kind == 5 and digits:
        at = chance.choice(digits)
        return data[:at] + bytes([48 + chance.randrange(10)]) + data[at + 1 :]
    return data.decode("utf-8", "replace").encode(chance.choice(["utf-16", "cp1252", "cp437"]), "replace")


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_damage(path: Path, tmp_path: Path) -> None:
    chance = random.Random(path.name)
    data = path.read_bytes()
    CONTEXT.clear()
    CONTEXT.update(json.loads(path.with_name(path.stem + ".expect.json").read_text()).get("context", {}))
    whole, _ = sums(path)
    for number in range(EACH):
        target = tmp_path / f"{number}{path.suffix}"
        target.write_bytes(damaged(data, chance))
        try:
            found, proven = sums(target)
        except FileRefusedError as error:
            assert error.code and error.hint
            continue
        if proven:
            told, known = [row[1:] for row in found], [row[1:] for row in whole]
            one = (whole[0][1], whole[-1][2], sum((row[3] for row in whole), Decimal(0)))  # the line between two statements is lost: nothing else is
            assert set(told) <= {*known, one}
