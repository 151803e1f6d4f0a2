"""Books that hold every join key of every processor by itself, and all rules over landed books by many plans: whatever the engine may choose, the answer is one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ledger.rows import relation
from ledger.session import STEADY
from rules._rules import Rule, load
from tieout.ask.rule_cases import empty_books
from tieout.night.comparing import differences
from tieout.night.judging import findings, materialise

GOLDEN = Path(__file__).parent / "importers"
KEYS = ("order_name", "order_id", "payment_id", "merchant_ref", "parent_ref")
AT, DAY = "2026-09-02 10:00:00", "2026-09-02"
STAMP = {"known_at": AT, "version": 1}
AMOUNTS = dict.fromkeys(("subtotal", "shipping", "taxes", "total", "discount", "refunded"), "0")
# Steps of a plan that move joins, aggregates and what is known of empty tables; the long drill takes out every step that the engine has.
RISKY = ("statistics_propagation", "filter_pushdown", "filter_pullup", "empty_result_pullup", "join_order", "join_filter_pushdown", "cte_inlining", "common_subplan", "deliminator",
         "unused_columns", "partial_aggregate_pushdown", "self_join_aggregate", "join_elimination", "outer_join_simplification", "late_materialization")  # fmt: skip


class Plan(NamedTuple):
    """What is taken out of the plan, whether current rows are read from tables instead of views, and how many threads work."""

    without: str
    tables: bool = False
    threads: int = 2


PRODUCT = Plan(STEADY["disabled_optimizers"])
DEFAULT = (Plan(""), Plan("", True), Plan("", False, 1), Plan("", True, 1))


def plans(optimizers: Iterable[str]) -> Iterator[Plan]:
    """The engine's own plan four ways; then each step taken out, on views with one thread and on tables with two."""
    yield from DEFAULT
    for name in optimizers:
        yield Plan(name, False, 1)
        yield Plan(name, True, 2)


def lines_of_processors() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By importer and key: the lines of its golden files that have the key, with no other key beside it."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for path in sorted(GOLDEN.glob("*/*.expect.json")):
        for row in json.loads(path.read_text(encoding="utf-8")).get("tables", {}).get("settlement_line", []):
            for key in (key for key in KEYS if row.get(key) and row["bucket"] != "payout"):
                mine = found.setdefault((path.parent.name, key), [])
                mine.append({**row, **dict.fromkeys(KEYS), key: f"{row[key]}", "line_id": f"line {len(mine)}", "row_no": len(mine) + 2})
    return found


def with_every_key(place: Path) -> duckdb.DuckDBPyConnection:
    """Such books in memory: a store and an account for each key of each processor, one order for each of its lines."""
    con = empty_books(place)
    for (importer, key), rows in lines_of_processors().items():
        name = f"{importer} by {key}"
        lines, orders, parents = [], [], []
        for number, row in enumerate(rows):
            row[key] = f"{row[key]}/{number}"
            order = row[key] if key == "order_name" or (key == "merchant_ref" and number % 2) else f"#{number}"
            paid = f"first{number} + {row[key]}" if key in ("payment_id", "merchant_ref") else None
            orders.append({"store": name, "order_name": order, "order_id": row[key] if key == "order_id" else None, "payment_ids": paid, "file_id": f"orders {name}", "row_no": number + 2,
                           "financial_status": "paid", "currency": row["currency"], "created_at": AT, "created_on": DAY, **AMOUNTS, **STAMP})  # fmt: skip
            if key == "parent_ref":
                parents.append({**row, key: None, "order_name": order, "line_id": row[key], "row_no": 1000 + number})
        lines = [{**row, "account": name, "file_id": f"lines {name}", **STAMP} for row in (*rows, *parents)]
        for table, made in (("settlement_line", lines), ("sales_order", orders)):
            relation(con, f"ledger.main.{table}", made).insert_into(f"ledger.main.{table}")
        always = {"valid_from": "1900-01-01", "valid_to": "9999-12-31"}
        for table, mapped in (
            ("map_processor_account", {"account": name, "processor": importer, "entity": "e1", "currency": "EUR"}),
            ("map_gateway", {"store": name, "gateway": importer, "account": name}),
            ("map_store", {"store": name, "entity": "e1", "platform": "shopify", "time_zone": "UTC", "currency": "EUR"}),
        ):
            relation(con, f"fact.main.{table}", [{**mapped, **always}]).insert_into(f"fact.main.{table}")
    con.execute("SET disabled_optimizers = ''")
    judged(con)
    return con


def judged(con: duckdb.DuckDBPyConnection) -> None:
    """The facts made anew, and what the checks find."""
    con.execute("DELETE FROM fact.main.finding")
    for rule in load():
        if rule.header.kind == "check":
            findings(con, rule)
        elif rule.header.kind != "post":
            materialise(con, rule)


def opened(home: Path, place: Path) -> duckdb.DuckDBPyConnection:
    """A copy of closed books' cache, and the facts of their auditors' copy, to be read by any plan."""
    con = duckdb.connect(str(shutil.copy(home / "ledger" / "ledger.duckdb", place)))
    con.execute("ATTACH $path AS fact (READ_ONLY)", {"path": str(home / "audit" / "audit.duckdb")})
    con.execute("SET search_path = 'ledger.main,fact.main'")
    return con


def as_tables(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """The current rows as tables, in a schema of their own."""
    con.execute("CREATE SCHEMA IF NOT EXISTS ledger.solid")
    for name in sorted({name for rule in rules for name in rule.header.reads if name.endswith("_current")}):
        con.execute(f"CREATE OR REPLACE TABLE ledger.solid.{name} AS SELECT * FROM ledger.main.{name}")


def said(con: duckdb.DuckDBPyConnection, text: str, plan: Plan, front: str = "") -> tuple[list[str], list[str]]:
    """What a statement says by this plan: its columns with their types, its rows in an order of ours."""
    schemas = [*([front] if front else []), *(["ledger.solid"] if plan.tables else []), "ledger.main", "fact.main"]
    con.execute(f"SET search_path = '{','.join(schemas)}'")
    con.execute(f"SET disabled_optimizers = '{plan.without}'")
    con.execute(f"SET threads = {plan.threads}")
    cursor = con.execute(text)
    return [f"{d[0]} {d[1]}" for d in cursor.description or []], sorted(map(repr, cursor.fetchall()))


def disagreements(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], those: Iterable[Plan]) -> list[str]:
    """Cells of rules that another plan gives otherwise than the product's."""
    as_tables(con, rules)
    told, once = [], {rule.name: said(con, rule.text, PRODUCT) for rule in rules}
    for plan in those:
        for rule in rules:
            if said(con, rule.text, plan) != once[rule.name]:
                other = con.sql(rule.text).to_arrow_table()
                said(con, rule.text, PRODUCT)
                told += differences(con.from_arrow(con.sql(rule.text).to_arrow_table()), con.from_arrow(other), f"{plan} {rule.name}")[:3] or [f"{plan} {rule.name}"]
    return told


def disagreements_on_empty(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[str]:
    """Rules that the engine's own plan answers otherwise than the product's when one of the tables that they read is empty."""
    con.execute("CREATE SCHEMA IF NOT EXISTS ledger.bare")
    told = []
    for rule in rules:
        for name in rule.header.reads:
            con.execute("SET search_path = 'ledger.main,fact.main'")
            con.execute(f"CREATE TABLE ledger.bare.{name} AS SELECT * FROM {name} WHERE false")
            if said(con, rule.text, Plan(""), "ledger.bare") != said(con, rule.text, PRODUCT, "ledger.bare"):
                told.append(f"{rule.name} without {name}")
            con.execute(f"DROP TABLE ledger.bare.{name}")
    return told


def optimizers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every step that the engine's planner has."""
    found = [name for (name,) in con.execute("SELECT name FROM duckdb_optimizers()").fetchall()]
    with suppress(ValueError):
        found.remove("extension")
    return found
