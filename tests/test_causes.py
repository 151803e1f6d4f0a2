"""What is to be decided first, and what lies together: the order of the sheets Today, Open and Decisions. A case as the rules have them; the step writes into the books, so that it has them for itself."""

from __future__ import annotations

from pathlib import Path

from ledger.sqltext import execute
from rules._life import life, steps
from tieout.ask.rule_cases import Row, empty_books, put, shown, tables

CASE = """
An order with its payment and its line below the gravest (a1 to a3): one cause, its money counted once. A payout and its entry at the bank (b1, b2). Two of one code make one cause, the larger first (c1, c2). What blocks and has no amount comes first (z1). Yen have no rate and are compared with each other alone: their largest comes after the largest of euros (j1, j2), dollars have one, and 60 of them are 50 euros (d1), whatever an earlier rate or one of tomorrow says. Days count from the due day (b1), else since it was first seen (a1). What waits or has ended has no place (w1, w2), and another owner is another cause (c3).

## Given exception

| exception_id | code | severity | state | entity | subject_kind | subject_key | difference | currency | age_days | due_on | owner |
|---|---|---|---|---|---|---|---|---|---|---|---|
| a1 | SO_MISSING | high | open | e1 | order | s/#1 | 80.00 | EUR | 3 | | shop |
| a2 | SETTLED_TWICE | block | review | e1 | order_transaction | s/#1/1 | 70.00 | EUR | 2 | | treasury |
| a3 | FEE_OVERCHARGED | medium | open | e1 | settlement_line | a/l1 | 1.00 | EUR | 2 | | treasury |
| b1 | PAYOUT_NOT_IN_BANK | high | open | e1 | payout | a/p1 | 500.00 | EUR | 0 | 2026-09-24 | treasury |
| b2 | BANK_FEE_UNEXPECTED | medium | open | e1 | bank_line | b/r1 | 2.00 | EUR | 0 | | treasury |
| c1 | NOT_INVOICED | high | open | e1 | order | s/#3 | 10.00 | EUR | 1 | | books |
| c2 | NOT_INVOICED | high | open | e1 | order | s/#2 | 20.00 | EUR | 1 | | books |
| c3 | NOT_INVOICED | high | open | e1 | order | s/#4 | 9.50 | EUR | 1 | | zoe |
| j1 | NOT_INVOICED | high | open | e1 | order | s/#5 | 900 | JPY | 1 | | books |
| j2 | SO_MISSING | high | open | e1 | order | s/#8 | 100 | JPY | 1 | | books |
| d1 | SO_MISSING | high | open | e1 | order | s/#9 | 60.00 | USD | 1 | | books |
| w1 | NOT_INVOICED | high | in_transit | e1 | order | s/#6 | 10.00 | EUR | 1 | | books |
| w2 | NOT_INVOICED | high | resolved | e1 | order | s/#7 | 10.00 | EUR | 1 | | books |
| z1 | FEED_MISSING | block | open | e1 | feed | orders | | | 1 | | ops |

## Given line_fact

| account | entity | line_id | payout_id | store | order_name | currency |
|---|---|---|---|---|---|---|
| a | e1 | l1 | p9 | s | #1 | EUR |

## Given match_settlement_line

| left_kind | left_key | account | line_id |
|---|---|---|---|
| order_transaction | s/#1/1 | a | l1 |

## Given match_bank_line

| left_kind | left_key | right_kind | right_key |
|---|---|---|---|
| payout | a/p1 | bank_line | b/r1 |

## Given map_entity

| entity | base_currency |
|---|---|
| e1 | EUR |

## Given odoo_currency_rate_current

| entity | odoo_id | rated_on | currency | rate |
|---|---|---|---|---|
| e1 | 1 | 2026-09-30 | USD | 1.2 |
| e1 | 2 | 2026-09-01 | USD | 0.1 |
| e1 | 3 | 2026-10-02 | USD | 0.1 |
| e1 | 4 | 2026-09-30 | JPY | 160 |
| e1 | 5 | 2026-09-30 | JPY | 161 |

## Expect

| exception_id | cause_id | subject | payout | at_risk | late_days | cause_place | place | weighed_in |
|---|---|---|---|---|---|---|---|---|
| z1 | z1 | feed orders | | | 1 | 1 | 1 | |
| b1 | b1 | payout a/p1 | a/p1 | 500.0000 | 5 | 2 | 2 | EUR |
| b2 | b1 | payout a/p1 | a/p1 | 500.0000 | 0 | 2 | 3 | EUR |
| j1 | j1 | order s/#5 | | 900.0000 | 1 | 3 | 4 | JPY |
| a2 | a2 | order s/#1 | a/p9 | 80.0000 | 2 | 4 | 5 | EUR |
| a1 | a2 | order s/#1 | | 80.0000 | 3 | 4 | 6 | EUR |
| a3 | a2 | order s/#1 | a/p9 | 80.0000 | 2 | 4 | 7 | EUR |
| j2 | j2 | order s/#8 | | 100.0000 | 1 | 5 | 8 | JPY |
| d1 | d1 | order s/#9 | | 60.0000 | 1 | 6 | 9 | EUR |
| c2 | c2 | order s/#2 | | 20.0000 | 1 | 7 | 10 | EUR |
| c1 | c1 | order s/#3 | | 10.0000 | 1 | 7 | 11 | EUR |
| c3 | c3 | order s/#4 | | 9.5000 | 1 | 8 | 12 | EUR |
"""

DEPENDANTS = """
What belongs to an open cause (c) waits in it, once, with the larger amount; the two payments of a spelling wait in the finding about it, and what is part of a finding that itself belongs to a cause waits in the cause. Nothing waits in an exception that has ended.

## Given exception

| exception_id | rule | code | severity | class | state | subject_kind | subject_key |
|---|---|---|---|---|---|---|---|
| c | C-03 | CONTROL_TOTAL_DIFF | block | DATA | open | file | f/x.csv |
| g | P-09 | GATEWAY_UNMAPPED | block | DATA | open | order_transaction | s/#1/1 |
| o | P-09 | GATEWAY_UNMAPPED | block | DATA | gone | order_transaction | s/#7/1 |

## Given claimed

| exception_id | rule | code | severity | subject_kind | subject_key | difference | currency | cause_id |
|---|---|---|---|---|---|---|---|---|
| x1 | S-01 | UNSETTLED_OVERDUE | high | order_transaction | s/#3/1 | 10.00 | EUR | c |
| x2 | P-06 | OTHER | high | order_transaction | s/#3/1 | -4.00 | EUR | c |
| x3 | C-05 | STATEMENT_GAP | block | bank_line | k/7 | -5.00 | EUR | c |
| x4 | C-05 | STATEMENT_GAP | block | bank_line | k/8 | -5.00 | EUR | ended |

## Given waiting_subject

| rule | code | subject_kind | subject_key | waiting_kind | waiting_key | amount | currency |
|---|---|---|---|---|---|---|---|
| P-09 | GATEWAY_UNMAPPED | order_transaction | s/#1/1 | order_transaction | s/#1/1 | 10.00 | EUR |
| P-09 | GATEWAY_UNMAPPED | order_transaction | s/#1/1 | order_transaction | s/#2/1 | 20.00 | USD |
| P-09 | GATEWAY_UNMAPPED | order_transaction | s/#7/1 | order_transaction | s/#8/1 | 20.00 | USD |
| C-05 | STATEMENT_GAP | bank_line | k/7 | payout | a/p1 | 100.00 | EUR |

## Expect

| exception_id | subject_kind | subject_key | amount | currency |
|---|---|---|---|---|
| c | order_transaction | s/#3/1 | 10.0000 | EUR |
| c | bank_line | k/7 | 5.0000 | EUR |
| c | payout | a/p1 | 100.0000 | EUR |
| g | order_transaction | s/#1/1 | 10.0000 | EUR |
| g | order_transaction | s/#2/1 | 20.0000 | USD |
"""


def test_causes_come_before_rows_and_the_most_money_first(tmp_path: Path) -> None:
    found, expect = step_made(tmp_path, CASE, "causes")
    assert sorted(found, key=lambda row: int(str(row["place"]))) == expect


def test_what_waits_is_named_once_below_its_cause(tmp_path: Path) -> None:
    found, expect = step_made(tmp_path, DEPENDANTS, "dependants")
    assert sorted(found, key=str) == sorted(expect, key=str)


def step_made(folder: Path, case: str, name: str) -> tuple[list[Row], list[Row]]:
    """What a step around the rules makes of a case, and what the case expects."""
    given, expect = tables(case)
    con = empty_books(folder)
    for table, rows in given:
        put(con, table, rows)
    execute(con, life(name))
    found = shown(con, next(step for step in steps() if step.name.endswith(f"_{name}")), list(expect[0]))
    con.close()
    return found, expect
