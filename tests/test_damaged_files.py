"""Files that arrive damaged, in other encodings, with other columns or as something else: the same rows or a refusal with its place, never fewer rows that claim to be all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import _shop
import pytest
from test_importers import HERE, expectation, stage

from importers._unpack import UNPACKED_BYTES, unpack
from ledger.errors import FileRefusedError

PAYMENTS = HERE / "shopify_payments" / "columns_19.csv"
CLOSED = HERE / "camt053" / "sums_hold.xml"
FEEDS = {
    PAYMENTS: "Amount",
    HERE / "shopify_orders" / "columns_79.csv": "Total",
    HERE / "stripe_reconciliation" / "payout_with_charge_refund_and_dispute.csv": "gross",
    HERE / "etsy_statement" / "case_28_five_equal_fees.csv": "Net",
}
PARTS = 8


def given(case: Path) -> dict[str, Any]:
    """The context that a golden case is read in."""
    return dict(json.loads(expectation(case).read_text(encoding="utf-8")).get("context", {}))


def fifty_rows() -> bytes:
    """Payments of a shop, in a format without totals."""
    head, *rows = _shop.transactions().splitlines()
    return "\n".join([head, *(row.replace(row.split(",")[1], f"#{n}").replace(row.split(",")[0], str(8000 + n)) for n, row in ((n, rows[n % 5]) for n in range(50)))]).encode() + b"\n"


def cuts(data: bytes, places: range, path: Path, context: dict[str, Any]) -> int:
    """The file cut at every one of these places: refused, flagged, or nothing of it was lost; how many were refused."""
    path.write_bytes(data)
    whole, refused = stage(path, context), 0
    for place in places:
        path.write_bytes(data[:place])
        outcome = stage(path, context)
        refused += "refused" in outcome
        assert "refused" in outcome or outcome["state"] == "unverified_completeness" or outcome["tables"] == whole["tables"], place
    return refused


def test_a_file_that_was_cut_off_never_claims_to_be_whole(tmp_path: Path) -> None:
    data = fifty_rows()
    assert cuts(data, range(1, len(data), 251), tmp_path / "a.csv", {}) > 5
    closed = CLOSED.read_bytes()
    assert cuts(closed, range(1, len(closed.rstrip()), 211), tmp_path / CLOSED.name, given(CLOSED)) == len(range(1, len(closed.rstrip()), 211))


@pytest.mark.drill
@pytest.mark.parametrize("part", range(PARTS))
def test_a_file_cut_at_every_byte(part: int, tmp_path: Path) -> None:
    data, closed = fifty_rows(), CLOSED.read_bytes().rstrip()
    assert len(data) > 3000
    assert cuts(data, range(1 + part, len(data), PARTS), tmp_path / "a.csv", {}) > 100
    places = range(1 + part, len(closed), PARTS)
    assert cuts(closed, places, tmp_path / CLOSED.name, given(CLOSED)) == len(places)


def test_a_gzip_stream_is_read_to_its_end_or_refused(tmp_path: Path) -> None:
    data = "\n".join(str(n) for n in random.Random("gz").sample(range(10**9), 3000)).encode()
    packed, path, target, refused = gzip.compress(data, mtime=0), tmp_path / "a.csv.gz", tmp_path / "unpacked", 0
    for seed in range(200):
        chance = random.Random(seed)
        place = chance.randrange(10, len(packed))
        path.write_bytes((packed[:place], packed[:place] + bytes([packed[place] ^ (1 << seed // 4 % 8)]) + packed[place + 1 :], packed[:-8] + chance.randbytes(4) + packed[-4:], packed + packed[:place])[seed % 4])
        with pytest.raises(FileRefusedError):
            unpack(path, path.name, target)
        assert not target.exists()
        refused += 1
    path.write_bytes(packed + gzip.compress(b"more"))
    assert unpack(path, path.name, target) and target.read_bytes() == data + b"more"
    assert refused == 200 and UNPACKED_BYTES == 4 << 30


TEXT = PAYMENTS.read_text(encoding="utf-8")
RAW = TEXT.encode()
SAME = {"byte order mark": b"\xef\xbb\xbf" + RAW, "mixed line ends": RAW.replace(b"\n", b"\r\n", 2), "line ends of Windows": RAW.replace(b"\n", b"\r\n"), "line ends of old": RAW.replace(b"\n", b"\r"), "blank end": RAW + b"\n\n"}
REFUSED = {
    "ENCODING": (TEXT.encode("utf-16"), b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT.replace("Wick", "W\u00edck").encode("cp1252"), RAW.replace(b"visa", b"vi\0sa", 1), RAW + b"\0" * 4096, RAW[:300] + b"\0" * 512 + RAW[812:]),
    "EMPTY": (b"",),
    "HTML": (b"<!DOCTYPE html><html><body>502 Bad gateway</body></html>",),
    "FORMAT_UNKNOWN": (b'{"error": "rate limit exceeded"}', b"Report of September\n\n" + RAW),
    "CSV_SHAPE": (RAW + b"Total,,,\n",),
    "VALUE_FORMAT": (RAW + b"Total" + b"," * 18 + b"\n",),
}


def test_other_encodings_and_what_is_no_export(tmp_path: Path) -> None:
    whole, path = stage(PAYMENTS, {}), tmp_path / PAYMENTS.name
    for what, data in SAME.items():
        path.write_bytes(data)
        assert stage(path, {}) == whole, what
    for code, files in REFUSED.items():
        for data in files:
            path.write_bytes(data)
            assert stage(path, {}).get("refused", {}).get("code") == code, data[:60]
    path.write_bytes(RAW.splitlines(keepends=True)[0])
    assert (stage(path, {})["rows"], stage(path, {})["state"]) == (0, "unverified_completeness")
    path.write_bytes(RAW.replace(b"card,", b'"ca\nrd",', 1))
    assert stage(path, {})["rows"] == whole["rows"], "a line end within quotes ends no record"


def text_of(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("case", [pytest.param(path, marks=[pytest.mark.drill] if path.parent.name in ("shopify_orders", "etsy_statement") else []) for path in FEEDS], ids=lambda path: path.parent.name)
def test_columns_that_drift_are_named_and_their_order_is_free(case: Path, tmp_path: Path) -> None:
    head, *rows = csv.reader(io.StringIO(case.read_text(encoding="utf-8-sig"), newline=""))
    column, path = FEEDS[case], tmp_path / case.name
    at = head.index(column)

    def staged(changed: list[list[str]]) -> dict[str, Any]:
        path.write_text(text_of(changed), encoding="utf-8")
        return stage(path, given(case))

    whole = staged([head, *rows])
    for changed in (
        [line[::-1] for line in (head, *rows)],
        [[name.upper() for name in head], *rows],
        [[f" {name}  " for name in head], *rows],
        [[*head, "Brand new"], *([*row, "x"] for row in rows)],
    ):
        assert staged(changed)["tables"] == whole["tables"], changed[0]
    if case.parent.name != "stripe_reconciliation":  # whoever runs Stripe's report chooses its columns
        assert staged([[*head, "Brand new"], *([*row, "x"] for row in rows)])["unknown_columns"] == ["Brand new"]
    for changed in (
        [["Other" if n == at else name for n, name in enumerate(head)], *rows],
        [[cell for n, cell in enumerate(line) if n != at] for line in (head, *rows)],
        [[*line, line[at]] for line in (head, *rows)],
    ):
        refusal = staged(changed)["refused"]
        assert refusal["code"] in ("SCHEMA_DRIFT", "FORMAT_UNKNOWN") and column.lower() in refusal["message"].lower(), refusal


def money(outcome: dict[str, Any]) -> list[tuple[str, ...]]:
    return sorted((row["line_id"], row["gross"], row["fee"], row["net"]) for row in outcome["tables"]["settlement_line"])


@pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.drill)])
def test_quotes_and_commas_that_are_too_many_change_no_amount(count: int, tmp_path: Path) -> None:
    case = HERE / "stripe_reconciliation" / "payout_with_charge_refund_and_dispute.csv"
    data, path, refused = case.read_bytes(), tmp_path / case.name, 0
    whole = stage(case, given(case))
    for seed in range(count):
        chance = random.Random(f"quotes {seed}")
        place = chance.randrange(data.index(b"\n") + 1, len(data))
        path.write_bytes(data[:place] + (b'"', b",", b'""', b'",', b'\n"')[seed % 5] + data[place:])
        outcome = stage(path, given(case))
        refused += "refused" in outcome
        assert "refused" in outcome or money(outcome) == money(whole), (seed, place)
    assert refused > count // 2


def rewritten(target: Path, changes: dict[str, bytes]) -> Path:
    """A good workbook with parts of it replaced or added."""
    with zipfile.ZipFile(HERE / "odoo_sale_order" / "workbook.xlsx") as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, changes.get(name, source.read(name)))
        for name in changes.keys() - set(source.namelist()):
            out.writestr(name, changes[name])
    return target


def test_hostile_workbooks_are_refused_or_harmless(tmp_path: Path) -> None:
    good = HERE / "odoo_sale_order" / "workbook.xlsx"
    with zipfile.ZipFile(good) as book:
        name = next(n for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
        sheet, workbook = book.read(name), book.read("xl/workbook.xml")
    mark = b'<?xml version="1.0"?>'
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)) + b"]>"
    bare = sheet.partition(b"?>")[2] if sheet.startswith(b"<?xml") else sheet
    book_bare = workbook.partition(b"?>")[2] if workbook.startswith(b"<?xml") else workbook
    secret = tmp_path / "secret"
    secret.write_text("kestrel-4711")
    outside = b'<!DOCTYPE x [<!ENTITY out SYSTEM "file://%s">]>' % str(secret).encode()
    refused = {
        "bomb": {name: sheet + b" " * (210 << 20)},
        "laughs": {name: mark + laughs + bare.replace(b"<sheetData>", b"<sheetData>&m;", 1)},
        "laughs in UTF-16, after a long remark": {name: (f"<!--{' ' * 20_000}-->" + (laughs + bare).decode()).encode("utf-16")},
        "entity of a sheet": {name: mark + outside + bare.replace(b"<sheetData>", b"<sheetData>&out;", 1)},
        "entity of the workbook": {"xl/workbook.xml": mark + outside + book_bare.replace(b"<sheets>", b"<sheets>&out;", 1)},
    }
    for what, changes in refused.items():
        outcome = stage(rewritten(tmp_path / "book.xlsx", changes), given(good))
        assert outcome.get("refused", {}).get("code") == ("TOO_LARGE" if what == "bomb" else "XML_SHAPE"), (what, outcome)
    (tmp_path / "book.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    assert "refused" in stage(tmp_path / "book.xlsx", given(good)), "an encrypted workbook is no archive"
    for what in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"):
        outcome = stage(rewritten(tmp_path / "book.xlsx", {what: b"anything"}), given(good))
        assert "refused" in outcome or outcome == stage(good, given(good)), f"{what} is never run or followed"


@pytest.mark.parametrize("member", ["../a.csv", "/etc/a.csv", "a/../../b.csv", "C:\\a.csv", "..\\a.csv"])
def test_an_archive_never_writes_outside(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(zipfile.ZipInfo(member), "a,b\n")
    with pytest.raises(FileRefusedError) as caught:
        unpack(tmp_path / "a.zip", "a.zip", tmp_path / "target")
    assert caught.value.code == "FILE_NAME"
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]
