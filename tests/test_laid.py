"""What is made from the code alone is made once: the digest of what a cache is made of, and the auditors' copy before it has rows; where they are of something else they are not relied on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import tieout

from ledger import layout, proof, publish
from ledger.cache import PARTS
from ledger.named import Named
from ledger.session import connect
from ledger.sqltext import lay_tables
from tieout import ready

COLUMNS = (("payout_fact", "account", "VARCHAR"), ("payout_fact", "payout_id", "VARCHAR"), ("payout_fact", "lines_net", "DECIMAL(38,4)"))
COMMENTS = (("payout_fact", "Every payout. It is one transfer."),)


def test_the_digest_is_that_of_a_cache_just_laid() -> None:
    assert json.loads(proof.as_laid()) == proof.laid(), "run `make docs`"


@pytest.mark.parametrize("known", ["the digest", "another digest", "no digest of this engine"])
@pytest.mark.parametrize("change", ["", "DROP TRIGGER bank_line_no_update ON bank_line", "CREATE VIEW bank_line_more AS SELECT 1 AS one", "CREATE MACRO sum_of(x) AS x", "ALTER TABLE payout ADD COLUMN more VARCHAR"])
def test_a_cache_that_is_made_of_something_else_is_seen(known: str, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if known != "the digest":
        monkeypatch.setattr(proof, "laid", lambda: {duckdb.__version__: "0" * 64} if known == "another digest" else {})
    with connect() as con:
        lay_tables(con, *PARTS)
        if change:
            con.execute(change)
        assert proof.cache_fault(con, tmp_path, Named()) == ("its tables, views and triggers are others than were laid" if change else "")


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layout, "PREPARED", tmp_path / "kept" / "copy.duckdb")
    layout.prepare(COLUMNS, COMMENTS)
    return layout.PREPARED


def made(columns: layout.Columns = COLUMNS, comments: layout.Comments = COMMENTS) -> bytes:
    return layout.empty_copy.__wrapped__(columns, comments)


def said(data: bytes, place: Path) -> list[tuple[object, ...]]:
    """Every table, view and column of a copy, with what is said of it."""
    place.write_bytes(data)
    with connect(place, read_only=True) as con:
        return con.execute(
            """SELECT table_name, sql, comment FROM duckdb_tables() UNION ALL SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal
            UNION ALL SELECT table_name || '.' || column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"""
        ).fetchall()


def test_a_prepared_copy_is_what_would_be_laid_out(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anew = layout.laid_out(COLUMNS, COMMENTS)
    monkeypatch.setattr(layout, "laid_out", lambda *_: b"laid out again")
    assert made() == prepared.read_bytes()[64:]
    assert said(made(), tmp_path / "kept.duckdb") == said(anew, tmp_path / "anew.duckdb")


@pytest.mark.parametrize("harm", ["gone", "empty", "cut off", "a bit", "another fact", "another word", "another engine"])
def test_a_prepared_copy_of_something_else_is_not_used(harm: str, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = prepared.read_bytes()
    monkeypatch.setattr(layout, "laid_out", lambda *_: b"laid out again")
    if harm == "gone":
        prepared.unlink()
    elif harm in ("empty", "cut off", "a bit"):
        prepared.write_bytes({"empty": b"", "cut off": data[:-1], "a bit": data[:9000] + bytes([data[9000] ^ 1]) + data[9001:]}[harm])
    elif harm == "another engine":
        monkeypatch.setattr(layout.duckdb, "__version__", "2.0.9")
    columns = (*COLUMNS, ("payout_fact", "more", "DATE")) if harm == "another fact" else COLUMNS
    comments = (("payout_fact", "Every payout."),) if harm == "another word" else COMMENTS
    assert made(columns, comments) == b"laid out again"


def test_what_setup_prepares_is_what_a_night_asks_for(closed_month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "PREPARED", tmp_path / "__pycache__" / "copy.duckdb")
    ready.main()
    asked: list[tuple[layout.Columns, layout.Comments]] = []
    monkeypatch.setattr(publish, "empty_copy", lambda columns, comments: asked.append((columns, comments)) or layout.laid_out(columns, comments))
    home = tmp_path / "books"
    shutil.copytree(closed_month, home)
    tieout("audit", "publish", "--home", home)
    monkeypatch.setattr(layout, "laid_out", lambda *_: b"laid out again")
    assert made(*asked[0]) == layout.PREPARED.read_bytes()[64:]
