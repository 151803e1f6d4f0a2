"""The sample month: it can be made again byte for byte, and its files keep the identities of the systems they imitate."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data"
INBOX = SAMPLE / "books" / "inbox"
ODOO = {"hp-us": "Harbour & Pine Inc", "hp-ie": "Harbour & Pine Ltd"}
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
UNLISTED = Decimal("35.00")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def sums(listed: list[dict[str, str]], key: str, amount: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in listed:
        found[row[key]] += Decimal(row[amount])
    return found


def answers(code: str) -> set[str]:
    return {row["subject_key"] for row in rows(SAMPLE / "answers.csv") if row["code"] == code}


def orders_of(store: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(INBOX / f"{store}-orders" / "orders_export_1.csv"):
        found[row["Name"]].append(row)
    return found


def made(out: Path, seed: int = 1) -> dict[str, bytes]:
    subprocess.run([sys.executable, "-B", str(SAMPLE / "make.py"), "--seed", str(seed), "--out", str(out)], check=True)
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_makes_the_committed_bytes_again(tmp_path: Path) -> None:
    committed = [SAMPLE / "answers.csv", SAMPLE / "answers.json", *(path for path in (SAMPLE / "books").rglob("*") if path.is_file())]
    assert made(tmp_path) == {str(path.relative_to(SAMPLE)): path.read_bytes() for path in committed}
    assert sum(path.stat().st_size for path in committed) < 1_600_000


def test_another_seed_makes_other_orders(tmp_path: Path) -> None:
    other = made(tmp_path, seed=2)["books/inbox/pdx-orders/orders_export_1.csv"]
    assert other != (INBOX / "pdx-orders" / "orders_export_1.csv").read_bytes()


@pytest.mark.parametrize(("store", "inclusive"), [("pdx", False), ("dub", True)])
def test_orders_add_up(store: str, inclusive: bool) -> None:
    for name, lines in orders_of(store).items():
        head, money = lines[0], {key: Decimal(lines[0][key]) for key in ("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Refunded Amount")}
        assert len(head) == 79
        assert all(not row[key] for row in lines[1:] for key in ("Financial Status", "Total", "Id", "Tax 1 Value"))
        tip = sum(Decimal(row["Lineitem price"]) for row in lines if row["Lineitem name"] == "Tip")
        assert money["Total"] == money["Subtotal"] + money["Shipping"] + tip + (0 if inclusive else money["Taxes"]), name
        goods = sum(int(row["Lineitem quantity"]) * Decimal(row["Lineitem price"]) for row in lines if row["Lineitem name"] != "Tip")
        assert money["Subtotal"] == goods - money["Discount Amount"], name
        assert sum(Decimal(head[f"Tax {i} Value"] or 0) for i in range(1, 6)) == money["Taxes"], name
        assert sum(Decimal(row["Lineitem discount"]) for row in lines) <= money["Discount Amount"], name
        status = head["Financial Status"]
        assert (status == "refunded") == (0 < money["Refunded Amount"] == money["Total"]), name
        assert (status == "partially_refunded") == (0 < money["Refunded Amount"] < money["Total"]), name
        if status in ("pending", "voided"):
            assert Decimal(head["Outstanding Balance"]) == money["Total"], name


@pytest.mark.parametrize("store", ["pdx", "dub"])
def test_transactions_tie_to_orders(store: str) -> None:
    listed = [row for row in rows(INBOX / f"{store}-transactions" / "transactions_export_1.csv") if row["Status"] == "success"]
    captured = sums([row for row in listed if row["Kind"] == "sale"], "Name", "Amount")
    refunded = sums([row for row in listed if row["Kind"] == "refund"], "Name", "Amount")
    short = answers("PAYMENT_SUM_DIFF")
    for name, (head, *_) in orders_of(store).items():
        assert refunded.get(name, 0) == Decimal(head["Refunded Amount"])
        if f"{store}/{name}" not in short:
            assert captured.get(name, 0) == Decimal(head["Total"]) - Decimal(head["Outstanding Balance"]), name


@pytest.mark.parametrize(("account", "columns", "sign"), [("pdx-shopify", 19, 1), ("dub-shopify", 19, -1)])
def test_shopify_payouts_are_the_sum_of_their_lines(account: str, columns: int, sign: int) -> None:
    lines = rows(INBOX / account / "payment_transactions_export_1.csv")
    assert len(lines[0]) == columns
    assert all(Decimal(row["Net"]) == Decimal(row["Amount"]) - Decimal(row["Fee"]) for row in lines)
    assert all((row["Payout Status"] == "pending") == (not row["Payout ID"]) for row in lines)
    nets, days = sums(lines, "Payout ID", "Net"), {row["Payout ID"]: row["Payout Date"] for row in lines}
    broken = {key.split("/")[1] for key in answers("PAYOUT_NOT_DECOMPOSED") if key.startswith(account)}
    expected = Counter((days[i], net - (UNLISTED if i in broken else 0)) for i, net in nets.items() if i)
    payouts = rows(INBOX / account / "payouts_export_1.csv")
    assert len(payouts[0]) == 15
    assert Counter((row["Payout Date"], Decimal(row["Total"])) for row in payouts) == expected
    assert max(Counter(row["Payout Date"] for row in payouts).values()) == 2
    for row in payouts:
        parts = sum(Decimal(row[key]) for key in ("Charges", "Refunds", "Adjustments", "Reserved Funds"))
        assert parts + sign * Decimal(row["Fees"]) == Decimal(row["Total"])


def test_stripe_payout_rows_are_the_sum_of_their_lines() -> None:
    listed = rows(INBOX / "pdx-stripe" / "payout_reconciliation.itemized.csv")
    assert all(Decimal(row["net"]) == Decimal(row["gross"]) - Decimal(row["fee"]) for row in listed)
    assert len({row["balance_transaction_id"] for row in listed}) == len(listed)
    left = sums(listed, "automatic_payout_id", "net")
    broken = {key.split("/")[1] for key in answers("PAYOUT_NOT_DECOMPOSED")}
    assert all(rest == (UNLISTED if payout in broken else 0) for payout, rest in left.items())


@pytest.mark.parametrize("bank", ["cascade-usd", "liffey-eur"])
def test_statements_close(bank: str) -> None:
    def signed(node: ET.Element) -> Decimal:
        return Decimal(node.findtext(f"{CAMT}Amt")) * (-1 if node.findtext(f"{CAMT}CdtDbtInd") == "DBIT" else 1)

    before = number = None
    for path in sorted((INBOX / bank).iterdir()):
        statement = ET.parse(path).getroot().find(f"{CAMT}BkToCstmrStmt/{CAMT}Stmt")
        opening, closing = (signed(node) for node in statement.findall(f"{CAMT}Bal"))
        assert opening + sum(signed(node) for node in statement.findall(f"{CAMT}Ntry")) == closing
        assert before in (None, opening)
        before, last, number = closing, number, int(statement.findtext(f"{CAMT}ElctrncSeqNb"))
        assert last is None or number == last + 1


@pytest.mark.parametrize("entity", ODOO)
def test_odoo_moves_balance(entity: str) -> None:
    folder = INBOX / f"{entity}-odoo"
    assert b'"\r\n"' in (folder / "Sales Order (sale.order).csv").read_bytes()
    items, moves = rows(folder / "Journal Item (account.move.line).csv"), rows(folder / "Journal Entry (account.move).csv")
    assert {row["Company"] for row in items} == {ODOO[entity]}
    assert set(sums(items, "Journal Entry/ID", "Balance").values()) == {Decimal(0)}
    assert {row["Journal Entry/ID"] for row in items} == {row["ID"] for row in moves}
    assert {row["Account/Code"] for row in items} <= {row["Code"] for row in rows(folder / "Account (account.account).csv")}
    assert len({row["Number"] for row in moves}) == len(moves)
    assert max(row["Last Updated on"] for row in items).startswith("2026-10-01")


def test_answers_name_one_cause_per_subject() -> None:
    listed = rows(SAMPLE / "answers.csv")
    assert max(Counter((row["subject_kind"], row["subject_key"]) for row in listed).values()) == 1
    assert len({row["code"] for row in listed}) == 26
    facts = json.loads((SAMPLE / "answers.json").read_text(encoding="utf-8"))
    assert facts["as_of"] == "2026-10-01"
    assert {fact["state"] for fact in facts["payouts"].values()} == {"proven", "in_transit", "broken"}
    assert answers("PAYOUT_NOT_DECOMPOSED") | answers("PAYOUT_NOT_IN_BANK") == {key for key, fact in facts["payouts"].items() if fact["state"] == "broken"}
    for fact in facts["payouts"].values():
        assert sum(map(Decimal, fact["buckets"].values())) == Decimal(fact["lines_net"])


def test_row_counts_are_those_of_the_files() -> None:
    counts = json.loads((SAMPLE / "answers.json").read_text(encoding="utf-8"))["rows"]
    total = lambda name: sum(len(rows(path)) for path in INBOX.glob(f"*/{name}"))  # noqa: E731
    # a report has a row for each movement and two for the balances it begins and ends with; a settlement two lines of heads before its own
    texts = {name: [path.read_text(encoding="utf-8").splitlines() for path in INBOX.glob(f"*/{name}")] for name in ("STL-*", "settlement_*")}
    paypal = sum(sum(line.startswith("SB,") for line in lines) + 2 for lines in texts["STL-*"])
    klarna = sum(len(lines) - 3 for lines in texts["settlement_*"])
    assert counts["sales_order"] == len(orders_of("pdx")) + len(orders_of("dub"))
    assert counts["sales_order_line"] == total("orders_export_1.csv")
    assert counts["order_transaction"] == total("transactions_export_1.csv")
    assert counts["settlement_line"] == total("payment_transactions_export_1.csv") + total("payout_reconciliation.itemized.csv") + paypal + klarna
    assert counts["odoo_journal_item"] == total("Journal Item*")
    assert counts["bank_statement"] == len(list(INBOX.glob("*/*.xml")))
