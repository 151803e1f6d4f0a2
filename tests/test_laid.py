"""What a cache is made of is known by a digest that is written down; where the digest is another one, or of another engine, it is looked at in full."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from ledger import proof
from ledger.cache import PARTS
from ledger.named import Named
from ledger.session import connect
from ledger.sqltext import lay_tables


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
