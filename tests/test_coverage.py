"""Nothing is called controlled that was not looked at, every landed table is counted, and all totals of exceptions are the same totals."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import _shop
import duckdb
import openpyxl
import pytest
from conftest import Said, forge_note, in_force, once, tieout

from exporters import status_page, workbook
from ledger.sqltext import sql
from rules import _rules
from rules._life import life
from tieout.ask import chain, summary
from tieout.ask.checking import check
from tieout.night import coverage

GOLDEN = Path(__file__).parent / "importers"
AUDIT = Path("audit") / "audit.duckdb"
STATES = {"open": 2, "review": 3, "in_transit": 4, "before_cutover": 5, "resolved": 1, "written_off": 2, "gone": 3}


def asked(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / AUDIT), read_only=True) as con:
        return con.execute(statement).fetchall()


def _orders_alone(home: Path) -> None:
    _shop.books(home)
    for path in home.glob("inbox/*/*"):
        if path.name != "orders_export_1.csv":
            path.unlink()
    shutil.copy(GOLDEN / "shopify_payments_report" / "by_gateway_and_order.csv", home / "inbox" / "shop" / "payments_report.csv")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    said = tieout("run", "--home", home, "--as-of", "2026-10-01").stdout
    (home / "said.txt").write_text(said, encoding="utf-8")


@pytest.fixture(scope="module")
def orders_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books that have got an orders file, and the shop's payments report, which no rule reads; nothing else."""
    return once(tmp_path_factory, "orders-alone", _orders_alone)


@pytest.fixture
def copy(shop: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The auditors' copy of the small shop, open for changes."""
    (shop / AUDIT).chmod(0o600)
    with duckdb.connect(str(shop / AUDIT)) as con:
        yield con


def test_no_check_that_lacks_a_side_is_controlled(orders_alone: Path) -> None:
    states = dict(asked(orders_alone, "SELECT name, state FROM coverage WHERE kind = 'check'"))
    assert len(states) == sum(rule.header.kind == "check" for rule in _rules.load())
    controlled = {name for name, state in states.items() if state == "controlled"}
    assert controlled == {"schema_drift", "date_out_of_range", "feed_missing", "file_duplicate", "schema_drift_refused", "key_conflict", "order_sequence_gap"}, "of files, and of orders beside each other"
    assert states["control_total_diff"] == "one_sided", "an export of orders has no total that would betray a lost row"
    assert asked(orders_alone, "SELECT state FROM coverage WHERE kind = 'source' AND name = 'sales_order'") == [("one_sided",)], "nothing was held against it"
    lacking = {row[0] for row in asked(orders_alone, "SELECT name FROM rule_run WHERE state = 'no_source'")}
    assert len(lacking) >= 25 and {states[name] for name in lacking} == {"no_source"}
    assert states["mapping_missing"] == "one_sided"
    assert asked(orders_alone, "SELECT DISTINCT state FROM coverage WHERE kind IN ('match', 'post') AND name <> 'reverse_failed_payout' ORDER BY 1") == [("no_source",), ("one_sided",)]
    assert dict(asked(orders_alone, "SELECT name, state FROM coverage WHERE kind = 'rule'"))["O-01"] == "no_source"


def test_a_check_without_its_source_is_not_run_and_run_again_it_finds_nothing(orders_alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tieout.ask import reproducing
    from tieout.night import judging

    lacking = {row[0] for row in asked(orders_alone, "SELECT name FROM rule_run WHERE state = 'no_source'")}
    ran: list[str] = []
    findings = judging.findings
    monkeypatch.setattr(judging, "findings", lambda con, rule: ran.append(rule.name) or findings(con, rule))
    assert reproducing.reproduce(orders_alone).differences == [] and lacking <= set(ran)
    ran.clear()
    tieout("run", "--home", orders_alone, "--as-of", "2026-10-01", "--full")
    assert ran and not lacking & set(ran)


def test_a_check_with_both_sides_is_controlled_and_says_what_it_compared(closed_shop: Path) -> None:
    told = asked(closed_shop, "SELECT state, rule, left_side, right_side, rows_left, rows_right FROM coverage WHERE kind = 'check' AND name = 'payout_not_in_bank'")
    assert told == [("controlled", "Y-04", "payout_fact", "bank_line_current", 2, 3)]
    assert asked(closed_shop, "SELECT state FROM coverage WHERE kind = 'check' AND name = 'so_missing'") == [("no_source",)]
    told = asked(closed_shop, "SELECT state, rows_left, rows_right, not_evaluated FROM coverage WHERE kind = 'check' AND name = 'control_total_diff'")
    assert told == [("in_part", 5, 2, 3)], "of five files two have balances"
    assert asked(closed_shop, "SELECT state, count(*) FROM coverage WHERE kind = 'source' AND state IN ('controlled', 'read') GROUP BY state ORDER BY 1") == [("controlled", 6), ("read", 1)]


def test_an_account_of_which_nothing_landed_makes_the_checks_of_its_rows_partial(shop: Path) -> None:
    """Mappings name a second processor account, one that is no more, a second bank account, and a company that begins next year; no file is theirs."""
    ran = "SELECT name, state, not_evaluated FROM coverage WHERE kind = 'check' AND state IN ('controlled', 'in_part')"
    before = {name: (state, number) for name, state, number in asked(shop, ran)}
    more = {
        "entities": "pier-ltd,Pier Ltd,IE,EUR,Pier Ltd,Europe/Dublin,2027-01-01,",
        "processor_accounts": "klarna-eur,klarna,skerry-ltd,EUR,savings,2026-01-01,\nold-eur,klarna,skerry-ltd,EUR,current,2020-01-01,2025-12-31",
        "bank_accounts": "savings,skerry-ltd,EUR,IE29AIBK93115212345678,2026-01-01,",
    }
    for name, rows in more.items():
        with (shop / "mappings" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(rows + "\n")
    in_force(shop)
    said = tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T05:00:00"}).stdout
    after = {name: (state, number) for name, state, number in asked(shop, ran)}
    assert before["payout_not_in_bank"] == ("controlled", 0) and after["payout_not_in_bank"] == ("in_part", 2)
    assert after["payout_not_decomposed"] == ("in_part", 1) and after["statement_gap"][0] == "in_part"
    assert {name for name in before if before[name] == after[name]} >= {"key_conflict", "order_sequence_gap"}, "nothing of theirs would be compared there"
    rows = asked(shop, "SELECT kind, name, state FROM coverage WHERE kind IN ('account', 'bank_account', 'store', 'entity') ORDER BY ALL")
    assert rows == [("account", "klarna-eur", "no_source"), ("bank_account", "savings", "no_source"), ("entity", "skerry-ltd", "no_source")]
    assert "not looked at: processor account klarna-eur: no settlement line, payout or dispute has landed" in said and "not looked at: bank account savings: no statement has landed" in said
    status = tieout("status", "--home", shop).stdout
    assert re.search(r"nothing landed: processor accounts +1  klarna-eur: no settlement line, payout or dispute", status) and "savings: no statement" in status


def test_an_order_is_as_far_as_the_worst_of_its_payments(closed_shop: Path) -> None:
    told = "SELECT proven, in_transit, in_exception, resolved, unlooked FROM completeness WHERE source = "
    assert asked(closed_shop, told + "'order_transaction'") == [(5, 0, 1, 0, 0)]
    assert asked(closed_shop, told + "'sales_order'") == [(4, 0, 1, 0, 0)], "#105 was never settled; #103 has two payments"


def test_accounts_that_no_check_holds_against_anything_are_said(closed_month: Path) -> None:
    rows = asked(closed_month, "SELECT name, state, rows_left FROM coverage WHERE kind = 'role' ORDER BY name")
    assert {state for _, state, _ in rows} == {"not_controlled"}
    assert {name: items for name, _, items in rows} == {"hp-ie/suspense": 1, "hp-us/suspense": 1}, "payouts in transit, disputed funds and taxes roll forward"
    assert "no check holds the balance against anything" in tieout("status", "--home", closed_month).stdout


def test_a_side_whose_rows_are_of_another_time_is_none(shop: Path) -> None:
    """A new month of orders, and no statement since: what the bank had before does not make the checks of payouts green."""
    text = _shop.orders().replace("2026-09-", "2026-12-").replace("#10", "#20").replace(",700", ",710")
    (shop / "inbox" / "shop" / "orders_export_2.csv").write_text(text, encoding="utf-8")
    tieout("run", "--home", shop, "--as-of", "2026-12-20", env={"TIEOUT_NOW": "2026-12-20T05:00:00"})
    assert asked(shop, "SELECT state, rows_left, rows_right, seen_from FROM coverage WHERE kind = 'check' AND name = 'payout_not_in_bank'") == [("no_rows", 0, 0, date(2026, 11, 1))]
    assert asked(shop, "SELECT state, rows_left, rows_right FROM coverage WHERE kind = 'check' AND name = 'payment_sum_diff'") == [("one_sided", 5, 0)]


def test_every_landed_table_is_counted_and_one_that_no_rule_reads_is_said(orders_alone: Path) -> None:
    counted = {row[0]: row[1:] for row in asked(orders_alone, "SELECT source, currency, lines, amount, unlooked, control FROM completeness")}
    assert counted["payment_report_line"] == ("EUR", 2, Decimal("69.7700"), 2, "not_controlled")
    assert counted["sales_order"] == ("EUR", 5, Decimal("249.5000"), 5, "followed")
    assert counted["sales_order_line"] == ("", 5, Decimal(0), 5, "read")
    with duckdb.connect(str(orders_alone / AUDIT), read_only=True) as con:
        there = [row[0] for row in con.execute("SELECT view_name FROM duckdb_views() WHERE view_name LIKE '%_current'").fetchall()]
        filled = {name.removesuffix("_current") for name in there if con.view(name).count("*").fetchall()[0][0]}
    assert set(counted) == filled
    assert asked(orders_alone, "SELECT rules, state FROM coverage WHERE kind = 'source' AND name = 'payment_report_line'") == [(0, "not_controlled")]


def test_what_is_not_controlled_stands_in_every_output(orders_alone: Path) -> None:
    said = (orders_alone / "said.txt").read_text(encoding="utf-8")
    assert re.search(r"payment_report_line +EUR +2 = 0 \+ 0 \+ 0 \+ 0 \+ 2 +69\.77  not controlled: no rule reads it", said)
    counted = dict(asked(orders_alone, "SELECT state, count(*) FROM coverage WHERE kind = 'check' GROUP BY state"))
    assert "checks (controlled = both sides had rows): 7 controlled, " in said and f"{counted['no_source']} no source" in said
    status = tieout("status", "--home", orders_alone).stdout
    assert re.search(r"not controlled: payment report line EUR +2  no rule reads them; 69\.77 EUR", status)
    assert re.search(rf"checks: no source +{counted['no_source']}  .*payout_not_in_bank", status)
    report = next(path for path in (orders_alone / "reports").iterdir() if path.is_dir())
    assert "not controlled: payment report line EUR" in (report / "status.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(report / "exceptions.xlsx")
    assert any(row[0] == "payment report line" and row[2] == 2 and row[9] == "not_controlled" for row in book["Summary"].iter_rows(values_only=True))
    listed = {row[1]: row[3] for row in book["Coverage"].iter_rows(values_only=True)}
    assert listed["payment_report_line"] == "not_controlled" and listed["so_missing"] == "no_source"


def test_a_rule_is_held_against_what_it_reads() -> None:
    rules = [rule for rule in coverage.active() if rule.name]
    assert [rule.name for rule in rules if not rule.sides()] == []
    strangers = [(rule.name, name) for rule in rules for name in rule.header.against if name not in _rules.closure(rule.name)]
    assert [pair for pair in strangers if pair[1] != "settlement_line_current" or "settlement_line" not in _rules.closure(pair[0])] == []


# Control totals


def test_a_step_counts_the_rows_that_it_read(closed_shop: Path) -> None:
    steps = {row[0]: row[1:] for row in asked(closed_shop, 'SELECT step, read, new, same, versions, refused, left_out, records, files FROM run_step')}
    assert steps["land"] == (30, 30, 0, 0, 0, 0, 21, 5), "rows, not files; the files stand apart"
    assert steps["land"][6] == asked(closed_shop, "SELECT sum(rows) FROM file")[0][0]
    assert steps["match"][:3] == (18, 7, 0) and steps["check"][1] == 1 and steps["post"][:2] == (6, 4) and steps["export"][7] == 1


def test_what_is_known_and_what_is_refused_is_told_apart(shop: Path) -> None:
    """A wider export of the same orders with one more, one that was delivered before, and one that is broken."""
    known = _shop.orders()
    (shop / "inbox" / "shop" / "again.csv").write_text(known, encoding="utf-8")
    more = known.splitlines()[1].replace("#101", "#106").replace("7001", "7006")
    (shop / "inbox" / "shop" / "wider.csv").write_text(known + more + "\n", encoding="utf-8")
    (shop / "inbox" / "shop" / "broken.csv").write_text("Name,Email\n#1,", encoding="utf-8")
    tieout("run", "--home", shop, "--as-of", "2026-10-02", code=65, env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    rows = asked(shop, "SELECT read, new, same, versions, refused, left_out, records, files FROM run_step WHERE step = 'land' ORDER BY run_id")
    assert rows[1] == (12, 2, 10, 0, 1, 0, 6, 3)
    assert asked(shop, "SELECT same FROM run_step WHERE step = 'match' ORDER BY run_id") == [(0,), (7,)], "the pairs stand"
    assert check(shop) == []


BROKEN = {
    "UPDATE run_step SET read = read + 1 WHERE step = 'land'": "land: 31 rows were read, and new, same, versions and left out are 30",
    "UPDATE run_step SET new = new - 1, read = read - 1 WHERE step = 'land'": "those of its files 21, 30, 0, 0",
    "UPDATE file SET same = same + 1 WHERE name = 'orders_export_1.csv'": "rows, new, same and versions are 5, 10, 1, 0, its manifest says 5, 10, 0, 0",
    "DELETE FROM completeness WHERE source = 'sales_order_line'": "completeness sales_order_line: 0 lines are told, there are 5",
    "UPDATE payout_proof SET lines_net = lines_net + 1 WHERE payout_id = 'po_A'": "payout_proof stripe-eur/po_A: its lines are 124.8500, the settlement lines of the payout sum to 123.8500",
    "DELETE FROM exception_total": "exception_total open: ",
}


def test_a_control_total_that_does_not_hold_is_said_in_words(shop: Path, copy: duckdb.DuckDBPyConnection) -> None:
    for change, told in BROKEN.items():
        copy.begin()
        copy.execute(change)
        assert [line for line in chain.broken(shop, copy) if told in line], change
        copy.rollback()
    assert chain.broken(shop, copy) == []


def test_a_broken_chain_is_exit_70(shop: Path, command: Callable[..., Said]) -> None:
    (shop / AUDIT).chmod(0o600)
    with duckdb.connect(str(shop / AUDIT)) as con:
        con.execute("UPDATE completeness SET lines = lines + 1, unlooked = unlooked + 1 WHERE source = 'bank_line'")
    forge_note(shop)
    said = command("check", "--home", shop)
    assert (said.code, said.out.strip()) == (70, "completeness bank_line: 4 lines are told, there are 3")


# Totals


@pytest.fixture
def mixed(shop: Path, copy: duckdb.DuckDBPyConnection) -> Path:
    """The small shop's copy with exceptions in every state."""
    copy.execute("CREATE TEMP TABLE one AS SELECT * FROM exception LIMIT 1")
    copy.execute("DELETE FROM exception")
    for state, number in STATES.items():
        copy.execute("INSERT INTO exception SELECT one.* REPLACE (concat($state, n) AS exception_id, $state AS state, CASE n WHEN 1 THEN 'block' ELSE severity END AS severity) FROM one, range($n) AS r(n)", {"state": state, "n": number})
    copy.execute(life("totals"))
    copy.execute("DELETE FROM exception_cause")
    copy.close()
    return shop


def test_all_totals_say_the_same(mixed: Path, tmp_path: Path, command: Callable[..., Said]) -> None:
    words = "5 to decide (2 open, 3 in review), 4 in transit, 5 before the cut-over, 6 closed (1 resolved, 2 written off, 3 gone)"
    with duckdb.connect(str(mixed / AUDIT), read_only=True) as con:
        figures = summary._figures(con)
        page = status_page.render(con, books="Skerry", as_of=date(2026, 10, 1), run_id="r", head="h")
        workbook.write(con, tmp_path / "book.xlsx", books="Skerry", as_of=date(2026, 10, 1), run_id="r", head="h")
        metrics = con.execute(sql("tieout", "metrics")).fetchall()
    at = figures.index(f"exceptions: {words}")
    listed = [line for line in figures[at + 1 :] if re.match(r"  (block|high|medium|low) ", line)]
    assert sum(int(line.split()[2]) for line in listed) == 5, "what is listed is what was told"
    assert words in page and "2 of those to decide block" in page
    assert sum(int(n) for n in re.findall(r'</span></td><td class="n" data-l="To decide">(\d+)</td><td class="n" data-l="In review">', page)) == 5
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    rows = list(book["Summary"].iter_rows(values_only=True))
    assert next(row[1] for row in rows if row[0] == "Exceptions") == words
    assert [sum(row[place] for row in rows[7:11]) for place in (1, 2, 3)] == [5, 2, 3]
    assert {name: book[name].max_row - 1 for name in ("Open", "In transit", "Decisions")} == {"Open": 5, "In transit": 4, "Decisions": 5}
    assert sum(row[7] for row in book["Ageing"].iter_rows(min_row=2, values_only=True) if row[0] != "total") == 5
    by_state: dict[str, int] = {}
    for name, labels, value in metrics:
        if name == "tieout_exceptions":
            by_state[labels["state"]] = by_state.get(labels["state"], 0) + int(value)
    assert by_state == STATES
    status = command("status", "--home", mixed).out
    assert re.search(r"exceptions to decide +5 ", status) and re.search(r"to decide +5  2 open, 3 in review; 2 blocking", status)
    assert re.search(r"in transit, not yet due +4", status) and re.search(r"before the cut-over +5", status) and re.search(r"closed +6  1 resolved, 2 written off, 3 gone", status)
    listed_now = command("exception", "list", "--home", mixed, "--format", "json")
    assert len(json.loads(listed_now.out)) == 5 and listed_now.err.strip() == f"5 listed; in all: {words}"
    assert len(json.loads(command("exception", "list", "--home", mixed, "--state", "all", "--format", "json").out)) == sum(STATES.values())
