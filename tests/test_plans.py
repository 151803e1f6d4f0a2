"""One rule text, one answer: every rule over landed books by the product's plan, the engine's own and each risky step taken out, on views and on tables, one and two threads."""

from __future__ import annotations

from pathlib import Path

import _plans
import duckdb
import pytest
from test_wrong_plan import FAILING

from rules._rules import Rule, load, parse

RULES = load()
# How the rule of the lines once asked whether it is needed at all.
ASKED = "JOIN asked AS a ON a.store = o.store WHERE o.payment_ids IS NOT NULL"
ONCE = "WHERE o.payment_ids IS NOT NULL AND EXISTS (SELECT 1 FROM loose AS l WHERE coalesce(l.payment_id, l.merchant_ref) IS NOT NULL)"


def of_lines() -> list[Rule]:
    """Where lines and orders meet."""
    return [rule for rule in RULES if rule.name in ("line_fact", "line_without_order")]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Books with every join key of every processor."""
    return _plans.with_every_key(tmp_path_factory.mktemp("keys"))


def test_every_key_of_every_processor_finds_its_order(keyed: duckdb.DuckDBPyConnection) -> None:
    known = {key: {name for name, one in _plans.lines_of_processors() if one == key} for key in _plans.KEYS}
    assert all(len(names) >= 3 for names in known.values()), known
    assert {"paypal_activity", "paypal_settlement", "klarna_settlement", "afterpay_settlement", "mollie_settlement"} <= known["payment_id"]
    lost = keyed.execute("SELECT account, count(*) FROM fact.main.line_fact WHERE order_name IS NULL GROUP BY account ORDER BY account").fetchall()
    assert lost == []


def test_one_answer_on_books_with_every_key(keyed: duckdb.DuckDBPyConnection) -> None:
    assert _plans.disagreements(keyed, RULES, _plans.DEFAULT[:1]) == []
    assert _plans.disagreements(keyed, of_lines(), _plans.plans(_plans.RISKY)) == []


def test_one_answer_on_the_small_shop(closed_shop: Path, tmp_path: Path) -> None:
    with _plans.opened(closed_shop, tmp_path) as con:
        assert _plans.disagreements(con, RULES, _plans.DEFAULT[::3]) == []


def test_one_answer_whatever_is_empty(keyed: duckdb.DuckDBPyConnection) -> None:
    assert _plans.disagreements_on_empty(keyed, of_lines()) == []


def test_without_the_workaround_the_run_finds_the_wrong_plan(keyed: duckdb.DuckDBPyConnection) -> None:
    rule = next(rule for rule in RULES if rule.name == "line_fact")
    assert ASKED in rule.text
    once = parse("line_fact", "facts", rule.text.replace(ASKED, ONCE))
    assert _plans.disagreements(keyed, [once], [_plans.Plan("", tables=True), _plans.Plan("filter_pushdown")]) == []
    found = _plans.disagreements(keyed, [once], [_plans.Plan("")])
    if duckdb.__version__ in FAILING:
        assert found and all("line_fact" in line for line in found)
