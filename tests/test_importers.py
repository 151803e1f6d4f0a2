"""Golden cases of the importers: a file beside the rows that it lands, or the refusal that it gets.

`tests/importers/<importer>/<case>.<ext>` is the file, `<case>.expect.json` what becomes of it; the importer must be the one that claims the
file. A case may begin its expectation with a `context` (kind, owner, time_zone, facts, csv, accounts, headers, words) where the default one does not do; `--update`
rewrites everything else.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from importers import _registry, shopify_payouts
from importers._declared import DeclaredCsv
from importers._kit import Context, Parsed
from importers._probe import Probe
from importers._unpack import looked_into
from ledger.errors import FileRefusedError
from ledger.sqltext import lay_tables, sql

HERE = Path(__file__).resolve().parent / "importers"
CASES = sorted(p for p in HERE.glob("*/*") if p.is_file() and not p.name.endswith((".expect.json", ".md")))
# Formats of many columns, whose samples cost most: a third of them is compared each day, all of them by the long drill (`-m ""` here).
WIDE = {
    "adyen_settlement", "amazon_settlement", "ebay_transactions", "etsy_statement", "klarna_settlement", "odoo_account", "odoo_journal_item", "odoo_move", "odoo_sale_order", "odoo_tax", "paypal_activity", "paypal_settlement",
    "shopify_api_orders", "shopify_api_payments", "shopify_orders", "shopify_payments", "shopify_payouts", "shopify_transactions", "square_transactions", "stripe_reconciliation", "tax_engine",
}  # fmt: skip
WAITING = {path for folder in WIDE for place, path in enumerate(path for path in CASES if path.parent.name == folder) if place % 3 != 1}
OWNERS = {"store": "shop", "account": "processor", "bank_account": "bank", "entity": "retail"}


@cache
def tables_of_the_ledger() -> duckdb.DuckDBPyConnection:
    """The empty tables of the ledger, made once: each case has only the stage of its own."""
    con = duckdb.connect()
    lay_tables(con, "sources", "governance", "cache", "current_views")
    return con


def accounts(given: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The bank accounts that the mappings know."""
    return tuple((name, number, currency) for name, number, currency in given.get("accounts", ()))


def stage(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """What the file lands, every value as text, or how it is refused."""
    con = tables_of_the_ledger()
    con.execute(sql("importers", "fresh_stage"))
    try:
        with looked_into(path, given.get("headers")) as probe:
            return _staged(con, probe, given)
    except FileRefusedError as error:
        return {"refused": {"code": error.code, "row": error.row, "column": error.column, "message": error.message}}


def _staged(con: duckdb.DuckDBPyConnection, probe: Probe, given: dict[str, Any]) -> dict[str, Any]:
    csv = DeclaredCsv.model_validate(given["csv"]) if "csv" in given else None
    importer = _registry.identify(probe, csv, "feed")
    kind = given.get("kind", importer.context.split("|")[0])
    facts = {"processor": importer.processor or importer.source, **given.get("facts", {})}
    style = {k: given[k] for k in ("numbers", "days", "words") if k in given}
    owner = given.get("owner", OWNERS.get(kind, "owner"))
    context = Context("feed", kind, owner, given.get("time_zone", "UTC"), facts, csv, b"golden cases", accounts=accounts(given), **style)
    parsed = importer.stage(con, probe, context)
    tables: dict[str, list[dict[str, str]]] = {}
    for staged in parsed.tables:
        relation = con.table(f"stage.{staged.name}")
        rows = relation.order(", ".join(dict.fromkeys(("row_no", *staged.key)))).fetchall()
        kept = [{n: str(v) for n, v in zip(relation.columns, row, strict=True) if v is not None and n != "broken"} for row in rows]
        tables.setdefault(staged.table, []).extend(kept)
    landed: dict[str, Any] = {"importer": parsed.importer, "state": parsed.state, "rows": parsed.rows}
    if parsed.unknown_columns:
        landed["unknown_columns"] = parsed.unknown_columns
    if parsed.left_out:
        landed["left_out"] = [one.as_json() for one in parsed.left_out]
    if parsed.complete_until:
        landed["complete_until"] = str(parsed.complete_until)
    return {**landed, "tables": tables}


def written(outcome: dict[str, Any]) -> str:
    """The outcome as JSON with one line per row, so that a changed row is one line of a diff."""
    parts = []
    for name, value in outcome.items():
        if name != "tables":
            parts.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
            continue
        tables = []
        for table, rows in value.items():
            lines = ",\n".join("   " + json.dumps(row, ensure_ascii=False) for row in rows)
            tables.append(f"  {json.dumps(table)}: [" + (f"\n{lines}\n  ]" if rows else "]"))
        parts.append(' "tables": {\n' + ",\n".join(tables) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def expectation(path: Path) -> Path:
    """The expectation that lies beside a case."""
    return path.with_name(path.name.rsplit(".", 1)[0] + ".expect.json")


@pytest.mark.parametrize("path", [pytest.param(path, marks=pytest.mark.drill if path in WAITING else [], id=f"{path.parent.name}/{path.name}") for path in CASES])
def test_case(path: Path, request: pytest.FixtureRequest) -> None:
    beside = expectation(path)
    known = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    outcome = stage(path, known.get("context", {}))
    if "refused" not in outcome:
        assert outcome["importer"] == path.parent.name, "another importer claims it"
    if "context" in known:
        outcome = {"context": known["context"], **outcome}
    if request.config.getoption("--update"):
        beside.write_text(written(outcome), encoding="utf-8")
        return
    assert beside.exists(), "no expectation beside it: run with --update and review what it writes"
    assert outcome == known


def test_a_workbook_is_one_whatever_its_name(tmp_path: Path) -> None:
    case = HERE / "odoo_sale_order" / "workbook.xlsx"
    known = json.loads(expectation(case).read_text(encoding="utf-8"))
    for name in ("export", "export.dat", "export.zip", "export.csv"):
        (tmp_path / name).write_bytes(case.read_bytes())
        assert {"context": known["context"], **stage(tmp_path / name, known["context"])} == known, name


def test_no_expectation_without_its_file() -> None:
    beside = {expectation(path) for path in CASES}
    assert not [p for p in HERE.glob("*/*.expect.json") if p not in beside]
    assert len(beside) == len(CASES), "two cases of one importer have the same name"


@pytest.mark.parametrize("folder", sorted(p for p in HERE.iterdir() if p.is_dir()), ids=lambda p: p.name)
def test_every_importer_lands_and_refuses(folder: Path) -> None:
    assert folder.name in {i.module_name() for i in _registry.importers()}
    outcomes = [json.loads(p.read_text(encoding="utf-8")) for p in folder.glob("*.expect.json")]
    assert any("tables" in o for o in outcomes), "no case lands"
    assert any("refused" in o for o in outcomes), "no case is refused"


def test_a_column_that_a_file_may_lack_is_never_one_that_its_table_needs() -> None:
    con = duckdb.connect()
    lay_tables(con, "sources")
    needed = set(con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT is_nullable").fetchall())
    lacking = [
        f"{importer.module_name()}: {lands.lands}.{name}"
        for importer in _registry.importers()
        for lands in importer.landed()
        for name, column in lands.declared().items()
        if column.optional and column.macro == "truth" and column.absent is None and (lands.lands, name) in needed
    ]
    assert lacking == []


def test_a_fault_of_our_own_is_not_taken_for_a_damaged_file() -> None:
    """Only what a reader raises is a reason to look at the file record by record; a column or a table that our SQL names wrongly surfaces at once."""

    class Faulty(shopify_payouts.Importer):
        calls = 0

        def gate(self, con: duckdb.DuckDBPyConnection, probe: Probe, parsed: Parsed) -> None:
            Faulty.calls += 1
            con.table(f"stage.{parsed.tables[0].name}").project("no_such_column")

    con = tables_of_the_ledger()
    con.execute(sql("importers", "fresh_stage"))
    facts = {"processor": "shopify_payments"}
    with looked_into(HERE / "shopify_payouts" / "columns_10_fees_negative.csv") as probe, pytest.raises(duckdb.BinderException):
        Faulty().stage(con, probe, Context("feed", "account", "processor", "UTC", facts, secret=b"golden cases"))
    assert Faulty.calls == 1
