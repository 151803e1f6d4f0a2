"""Damaged files: from twenty valid ones thousands with a changed byte, row, column, encoding or end. None crashes, none hangs, and where the format
has a control total no sum of money changes silently; elsewhere the landing says that its completeness is not verified."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import _drill
import pytest
from test_importers import CASES, expectation, stage

from importers import _registry

HANG_SECONDS = 10
# the tables whose sums a control total stands for
MONEY = {"settlement_line": "net", "bank_line": "amount"}
Mutation = Callable[[bytes, random.Random], bytes]


def valid() -> list[Path]:
    """Twenty golden cases that land: those of formats with a control total first, one of each importer before a second one."""
    seen: dict[str, int] = {}
    ranked = []
    for path in CASES:
        if path.stat().st_size > 100_000 or path.suffix not in (".csv", ".txt", ".xml", ".sta", ".bai2", ".bai", ".ofx", ".qfx", ".mt940"):
            continue
        known = json.loads(expectation(path).read_text(encoding="utf-8"))
        rows = sum(len(r) for table, r in known.get("tables", {}).items() if table in MONEY)
        if rows > 1:
            seen[path.parent.name] = seen.get(path.parent.name, 0) + 1
            ranked.append((seen[path.parent.name], known["state"] != "landed", str(path), path))
    return [path for *_, path in sorted(ranked)][:20]


def lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def flip_bit(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def other_byte(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]


def other_digit(data: bytes, rng: random.Random) -> bytes:
    places = [i for i, b in enumerate(data) if 48 <= b <= 57]
    place = rng.choice(places)
    return data[:place] + bytes([48 + (data[place] - 48 + rng.randrange(1, 10)) % 10]) + data[place + 1 :]


def lost_bytes(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + data[place + rng.randrange(1, 30) :]


def cut_off(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_at_a_row(data: bytes, rng: random.Random) -> bytes:
    rows = lines(data)
    return b"".join(rows[: rng.randrange(1, max(2, len(rows)))])


def lost_row(data: bytes, rng: random.Random) -> bytes:
    rows = lines(data)
    rows.pop(rng.randrange(len(rows)))
    return b"".join(rows)


def doubled_row(data: bytes, rng: random.Random) -> bytes:
    rows = lines(data)
    place = rng.randrange(len(rows))
    return b"".join(rows[: place + 1] + rows[place:])


def rows_in_another_order(data: bytes, rng: random.Random) -> bytes:
    head, *rows = lines(data)
    rng.shuffle(rows)
    return b"".join([head, *rows])


def lost_cell(data: bytes, rng: random.Random) -> bytes:
    rows = lines(data)
    place = rng.randrange(len(rows))
    cells = rows[place].split(b",")
    cells.pop(rng.randrange(len(cells)))
    return b"".join([*rows[:place], b",".join(cells), *rows[place + 1 :]])


def renamed_header(data: bytes, rng: random.Random) -> bytes:
    head, *rows = lines(data)
    cells = head.split(b",")
    place = rng.randrange(len(cells))
    cells[place] = b"renamed" if place + 1 < len(cells) else b"renamed\n"
    return b"".join([b",".join(cells), *rows])


def utf_16(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-16-le", "utf-16-be")))


def windows_1252(data: bytes, rng: random.Random) -> bytes:
    return data.decode("utf-8", "replace").replace(",", ",é", 1).encode("cp1252", "replace")


def nul(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + b"\0" + data[place:]


def formula(data: bytes, rng: random.Random) -> bytes:
    rows = lines(data)
    place = rng.randrange(len(rows))
    cells = rows[place].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice((b"=1+1", b"@SUM(A1)", b'"=HYPERLINK(""http://x"")"', b"+1-1"))
    return b"".join([*rows[:place], b",".join(cells), *rows[place + 1 :]])


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_bit, other_byte, other_digit, lost_bytes, cut_off, cut_at_a_row, lost_row, doubled_row, rows_in_another_order),
    *(lost_cell, renamed_header, utf_16, windows_1252, nul, formula),
)


def sums(outcome: dict[str, Any]) -> dict[tuple[str, str], Decimal]:
    """The money of what landed: table and currency → sum."""
    found: dict[tuple[str, str], Decimal] = {}
    for table, column in MONEY.items():
        for row in outcome.get("tables", {}).get(table, []):
            key = (table, row.get("currency", ""))
            found[key] = found.get(key, Decimal(0)) + Decimal(row[column])
    return {key: total for key, total in found.items() if total}


# formats whose trailers count the records and sum nothing: another digit in an amount is another file, which only the balance or the payout betrays
COUNTED = {importer.module_name() for importer in _registry.importers() if importer.control.startswith("record counts")}


def silent(whole: dict[str, Any], outcome: dict[str, Any]) -> bool:
    """A changed sum in a landing that claims to be complete and raises no alarm of its own; where records are only counted, another number of them."""
    if "refused" in outcome or outcome["state"] != "landed" or sums(outcome) == sums(whole):
        return False
    if outcome["importer"] in COUNTED:
        return bool(outcome["rows"] != whole["rows"])
    return not any(row.get("event_type") == "unknown" for row in outcome["tables"].get("settlement_line", []))


def lost(outcome: dict[str, Any]) -> int:
    """Records that were read, stand in no row of any table and that no listed word left out."""
    if "refused" in outcome or "settlement_line" not in outcome.get("tables", {}):
        return 0
    there = {row["row_no"] for rows in outcome["tables"].values() for row in rows}
    return max(0, int(outcome["rows"]) - len(there) - sum(one[3] for one in outcome.get("left_out", ())))


def mutate(path: Path, times: int, folder: Path) -> list[str]:
    """Everything that went wrong with mutations of one file, the seed in front so that it can be done again."""
    given = json.loads(expectation(path).read_text(encoding="utf-8")).get("context", {})
    whole, data = stage(path, given), path.read_bytes()
    target, wrong = folder / path.name, []
    for seed in range(times):
        rng = random.Random(f"{path.name} {seed}")
        change = MUTATIONS[seed % len(MUTATIONS)]
        target.write_bytes(change(data, rng))
        begin = time.process_time()
        try:
            outcome = stage(target, given)
        except Exception as error:  # whatever it is: a file must never crash the night
            wrong.append(f"{path.parent.name}/{path.name} {seed} {change.__name__}: {type(error).__name__} {str(error)[:200]}")
            continue
        if time.process_time() - begin > HANG_SECONDS:
            wrong.append(f"{path.parent.name}/{path.name} {seed} {change.__name__}: took more than {HANG_SECONDS} seconds of the processor")
        if lost(outcome) > lost(whole):
            wrong.append(f"{path.parent.name}/{path.name} {seed} {change.__name__}: {lost(outcome)} rows vanished without a word")
        if silent(whole, outcome):
            wrong.append(f"{path.parent.name}/{path.name} {seed} {change.__name__}: a sum of money changed silently")
    return wrong


def test_a_few_damaged_files(tmp_path: Path) -> None:
    assert [w for path in valid()[:2] for w in mutate(path, len(MUTATIONS), tmp_path)] == []


@pytest.mark.drill
@pytest.mark.parametrize("place", range(20))
def test_damaged_files(place: int, tmp_path: Path) -> None:
    paths = valid()
    assert len(paths) == 20
    assert mutate(paths[place], _drill.count("mutations") // len(paths), tmp_path) == []
