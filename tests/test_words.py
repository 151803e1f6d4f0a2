"""Rows read = landed + left out by a listed word: of every importer's cases, also when each word of a closed list is one that is on no list."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from test_importers import CASES, OWNERS, expectation, tables_of_the_ledger

from importers import _registry
from importers._codes import PAYOUT_MEANS, PAYOUT_WORDS
from importers._columns import Column, normal
from importers._declared import DeclaredCsv
from importers._kit import Context, Importer, Parsed
from importers._probe import Probe
from importers._unpack import looked_into
from importers._words import LeftOut
from ledger.errors import FileRefusedError
from ledger.sqltext import sql

STRANGE = "Zzyzx"
TEXTS = (".csv", ".txt", ".xml", ".json", ".jsonl", ".sta", ".mt940", ".bai", ".bai2", ".ofx", ".qfx")
ALONE = 1  # words of a case that are replaced alone, of one case per format; the long drill takes every word of every case


def context_of(importer: Importer, given: dict[str, Any]) -> Context:
    kind = given.get("kind", importer.context.split("|")[0])
    facts = {"processor": importer.processor or importer.source, **given.get("facts", {})}
    csv = DeclaredCsv.model_validate(given["csv"]) if "csv" in given else None
    style = {k: given[k] for k in ("numbers", "days", "words") if k in given}
    accounts = tuple((name, number, currency) for name, number, currency in given.get("accounts", ()))
    return Context("feed", kind, given.get("owner", OWNERS.get(kind, "owner")), given.get("time_zone", "UTC"), facts, csv, b"words", accounts=accounts, **style)


def read(path: Path, given: dict[str, Any]) -> tuple[Parsed, str, int]:
    """The file as its importer reads it, the table of its records, and how many stand there."""
    con = tables_of_the_ledger()
    con.execute(sql("importers", "fresh_stage"))
    with looked_into(path, given.get("headers")) as probe:
        importer = claimed(probe, given)
        parsed = importer.stage(con, probe, context_of(importer, given))
    whole = [staged for staged, lands in zip(parsed.tables, importer.landed(), strict=False) if not lands.where and lands.only is None and lands.section == importer.section]
    main = next((staged for staged in parsed.tables if staged.table == "bank_line"), next(iter(whole), parsed.tables[0]))
    names = [staged.name for staged in parsed.tables if staged.table == main.table]
    return parsed, main.table, sum(con.table(f"stage.{name}").count("*").fetchall()[0][0] for name in names)


def claimed(probe: Probe, given: dict[str, Any]) -> Importer:
    csv = DeclaredCsv.model_validate(given["csv"]) if "csv" in given else None
    return _registry.identify(probe, csv, "feed")


def landing() -> list[Path]:
    """Cases that land, of the formats that are text."""
    return [p for p in CASES if p.suffix in TEXTS and "tables" in json.loads(expectation(p).read_text(encoding="utf-8"))]


def closed_words(importer: Importer, given: dict[str, Any]) -> set[str]:
    """Every word of the format's closed lists: those that leave rows out or let them count, codes, native types, and what a feed translates."""
    found: set[str] = set(given.get("words", {}))
    for lands in importer.landed():
        for words in lands.words:
            found |= {*words.out, *words.count}
        for column in lands.declared().values():
            found |= {label for pair in column.codes for label in pair}
    found |= {key.removesuffix(" +").removesuffix(" -") for key in importer.types}
    for words_of_column in given.get("csv", {}).get("codes", {}).values():
        found |= set(words_of_column)
    return {word for word in found if len(word) > 2 or importer.module_name().startswith("paypal_transactions")}


def strange(path: Path, importer: Importer, given: dict[str, Any], alone: int | None) -> list[bytes]:
    """The file with every cell that is a closed word replaced, all at once and then a few of them alone (None: each of them)."""
    data = path.read_bytes()
    words = {spelling.strip("*?") for word in closed_words(importer, given) for spelling in (word, word.replace("_", " "))}
    found = [word for word in sorted(words, key=lambda word: (-len(word), word)) if word and replaced(data, [word]) != data]
    return [replaced(data, some) for some in ([found] if found else []) + [[word] for word in found[:alone]]]


def replaced(data: bytes, words: list[str]) -> bytes:
    """Every cell, element or value that begins with one of the words and holds it whole."""
    for word in words:
        code = re.escape(word.encode())
        data = re.sub(rb"(?i)(?<=[\",;\t>/])" + code + rb"(?=[\",;\t<\r\n/]|$)", STRANGE.encode(), data)
    return data


def balance(whole: dict[str, Any], parsed: Parsed, table: str, rows: int) -> str:
    """What does not add up between the case's expectation, the records read, those that landed and those that words left out; empty where it does."""
    if parsed.rows != whole["rows"]:
        return f"{whole['rows']} records were read, now {parsed.rows}"
    if any(not one.word for one in parsed.left_out):
        return "rows are left out without a word"
    before = len(whole["tables"][table]) + sum(lines for _, _, _, lines, _ in whole.get("left_out", []))
    lost = before - rows - sum(one.lines for one in parsed.left_out)
    return f"{lost} rows vanished" if lost else ""


def vanished(paths: list[Path], alone: int | None, folder: Path) -> list[str]:
    """What does not add up, or is refused without its word, where words of these cases are replaced."""
    wrong = []
    for path in paths:
        whole = json.loads(expectation(path).read_text(encoding="utf-8"))
        given, importer = whole.get("context", {}), next(one for one in _registry.importers() if one.module_name() == path.parent.name)
        for number, data in enumerate(strange(path, importer, given, alone)):
            target = folder / path.name
            target.write_bytes(data)
            try:
                parsed, table, rows = read(target, given)
            except FileRefusedError as error:
                if error.code in ("UNKNOWN_WORD", "VALUE_FORMAT") and STRANGE.lower() not in f"{error.message} {error.hint}".lower():
                    wrong.append(f"{path.name} {number}: refused without its word: {error.message}")
                continue
            if said := balance(whole, parsed, table, rows):
                wrong.append(f"{path.name} {number}: {said}")
    return wrong


@pytest.mark.parametrize("name", sorted({p.parent.name for p in landing()}))
def test_no_word_makes_a_row_vanish(name: str, tmp_path: Path) -> None:
    assert vanished([p for p in landing() if p.parent.name == name][:1], ALONE, tmp_path) == []


def test_what_is_left_out_has_its_word_and_its_money() -> None:
    case = next(p for p in CASES if p.name == "states_that_change_afterwards.csv")
    parsed, _, rows = read(case, {})
    assert [one.as_json() for one in parsed.left_out] == [["Status", "Denied", "EUR", 1, "99.0000"], ["Status", "Pending", "USD", 1, "5.0000"]]
    assert parsed.rows == rows + 2 == 8


def test_the_refusal_holds_the_line_that_would_put_the_word_on_a_list() -> None:
    case = next(p for p in CASES if p.name == "status_that_nobody_knows.csv")
    with pytest.raises(FileRefusedError) as caught:
        read(case, json.loads(expectation(case).read_text(encoding="utf-8"))["context"])
    assert 'write "Encaissé" = "…" under [feed.words]' in caught.value.hint
    assert '"completed" (its rows count), "pending" (left out: it has not moved the balance yet; it comes again when it does), "denied" (left out: it never moved the balance).' in caught.value.hint


def test_a_record_that_is_in_no_table_and_left_out_by_no_word_refuses_the_file(tmp_path: Path) -> None:
    case = next(p for p in CASES if p.name == "case_26_point_and_iso_days.txt")
    lines = case.read_text(encoding="utf-8").splitlines(keepends=True)
    header, last = lines[0].rstrip("\n").split("\t"), lines[-1].rstrip("\n").split("\t")
    last[header.index("amount")] = ""
    (tmp_path / case.name).write_text("".join([*lines, "\t".join(last) + "\n"]), encoding="utf-8")
    with pytest.raises(FileRefusedError, match="in no table") as caught:
        read(tmp_path / case.name, {})
    assert caught.value.code == "ROW_LOST"


DECIDING = re.compile(r"status|state|type|kind|event|reason|result|outcome|success", re.IGNORECASE)
# columns of such a name that no closed list reads, and why no word of theirs decides anything
OPEN = {
    "*.native_type": "a type that is on no list lands as unknown, holds its payout and is told",
    "adyen_accounting.payment_method_variant": "the card, no state",
    "afterpay_partner.given_type": "the native type",
    "amazon_settlement.transaction": "the native type",
    "amazon_settlement.amount_type": "the native type",
    "checkout_breakdown.kind": "the native type",
    "declared_csv.*": "its feed lists the words",
    "ebay_transactions.reason for hold": "told beside the type, which says that it is a hold",
    "ebay_transactions.ship to province/region/state": "an address",
    "klarna_settlement.kind": "the native type",
    "klarna_settlement.detail": "the native type",
    "klarna_settlement.settlement_type": "a fee is left out under gross alone, and the transactions' reader lists both words",
    "mollie_settlement.status": "the state of the payment now; the settlement amount is what was settled, whatever became of it",
    "odoo_account.account_type": "no rule looks at it",
    "odoo_journal.journal_type": "no rule looks at it",
    "odoo_journal_item.display_type": "no rule looks at it",
    "odoo_journal_item.statement_line": "a name",
    "odoo_picking.operation": "a name",
    "odoo_sale_order.delivery_status": "no rule looks at it",
    "odoo_sale_order_line.display_type": "a row without a product has no amount",
    "odoo_statement_line.statement": "a name",
    "odoo_stock_move.operation": "a name",
    "odoo_tax.computation_word": "the word of computation, which is closed, once more",
    "paypal_activity.kind": "the native type",
    "paypal_activity.code": "the native type",
    "paypal_settlement.paypal reference id type": "what the other id is of",
    "shopify_api_credits.event": "the movement's type is closed; this says what caused it",
    "shopify_api_orders.fulfillment_status": "no rule looks at it",
    "shopify_api_orders.status": "of fulfilments and returns, which no rule looks at",
    "shopify_api_orders.line_kind": "made by the reader itself",
    "shopify_api_orders.restock_type": "no rule looks at it",
    "shopify_api_orders.reason": "no rule looks at it",
    "shopify_api_orders.action_type": "no rule looks at it",
    "shopify_api_orders.line_type": "no rule looks at it",
    "shopify_api_payments.payment_method": "told, no state",
    "shopify_api_payments.dispute_type": "no rule looks at it",
    "shopify_api_payments.status": "of disputes, of which rules look at the days alone",
    "shopify_api_payments.reason": "no rule looks at it",
    "shopify_api_payments.network_reason": "no rule looks at it",
    "shopify_discounts.*": "no rule looks at discounts",
    "shopify_orders.fulfillment_status": "no rule looks at it",
    "shopify_products.*": "no rule looks at them",
    "shopify_transactions.card type": "the card, no state",
    "square_transactions.event": "the native type",
    "square_transactions.other tender type": "the tender's name",
    "square_transactions.refund reason": "told beside the type",
    "stripe_reconciliation.payment_method": "told, no state",
    "tax_engine.*": "no rule looks at the documents",
}
CARDS = ("card type", "payment type", "initial_payment_method_type")  # what was paid with, no state


def open_columns(importer: Importer) -> set[str]:
    """Columns whose name says that their word may decide something, and that no closed list reads."""
    found, read = set[str](), set[str]()
    for lands in importer.landed():
        worded = {words.column for words in lands.words}
        for name, column in lands.declared().items():
            read |= {normal(header) for header in column.headers}
            if column.macro in ("plain_text", "lower_text", "digits_text") and any(DECIDING.search(header) for header in column.headers):
                found |= set() if column.codes or column.spoken or name in worded else {name}
    return found | {header for header in importer.known_headers() - read if DECIDING.search(header) and header not in CARDS}


def test_a_column_that_may_decide_something_has_a_list_or_a_reason() -> None:
    lacking = []
    for importer in _registry.importers():
        module = importer.module_name()
        lacking += [f"{module}.{name}" for name in sorted(open_columns(importer)) if not {f"{module}.{name}", f"{module}.*", f"*.{name}"} & OPEN.keys()]
    assert lacking == []


def test_what_decides_beside_the_native_type_takes_the_feeds_words() -> None:
    """Else a payout's row would be a line by the feed's word and no payout."""
    deaf = []
    for importer in _registry.importers():
        main = getattr(importer, "native_type", None)
        for lands in importer.landed():
            worded = {words.column for words in lands.words}
            deaf += [
                f"{importer.module_name()}.{name}" for name, column in lands.declared().items()
                if isinstance(main, Column) and column.headers == main.headers and name not in ("native_type", *worded) and not column.spoken and not column.codes
            ]
    assert deaf == []


def test_the_remedy_offers_every_word_and_none_before_the_others() -> None:
    case = next(p for p in CASES if p.name == "payout_status_that_nobody_knows.csv" and p.parent.name == "checkout_payouts")
    with pytest.raises(FileRefusedError) as caught:
        read(case, {})
    assert 'write "Odd" = "…"' in caught.value.hint
    for word in PAYOUT_WORDS.values():
        assert f'"{word}" ({PAYOUT_MEANS[word]})' in caught.value.hint


def test_every_list_says_why() -> None:
    listed: list[tuple[str, LeftOut | str]] = [(importer.module_name(), why) for importer in _registry.importers() for _, word, why in importer.leaves_out() if not (word and why)]
    assert listed == []
