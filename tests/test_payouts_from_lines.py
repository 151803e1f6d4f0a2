"""A payout is what its lines say it is, by whatever key the file has; payments that no processor pays out; a difference that is the rate's."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import _shop
import pytest
from conftest import once, tieout
from test_month import published

from tieout.ask.checking import check

FEED = '\n[[feed]]\nname = "{0}"\naccount = "{0}"\ntime_zone = "Europe/Dublin"\n'
TOML = _shop.TOML + "".join(FEED.format(name) for name in ("cards", "twins", "till", "slow", "craft"))
HEADER = ("Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Available On,Amount,Fee,Net,Checkout,Payment Method Name,"
          "Presentment Amount,Presentment Currency,Currency")
LIST = "Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency\n"
# order, day of the event, day of the payout, gross, fee, what the customer saw
CARDS = (("#201", "09-14", "09-16", "52.00", "1.50", "52.00,EUR"), ("#202", "09-14", "09-16", "31.00", "1.00", "31.00,EUR"),
         ("#203", "09-14", "09-17", "79.60", "2.40", "86.40,USD"))
TWINS = (("#301", "09-14", "09-16", "40.00", "1.00", "40.00,EUR"), ("#302", "09-14", "09-16", "25.00", "0.75", "25.00,EUR"), ("#303", "09-14", "09-16", "18.00", "0.50", "18.00,EUR"))
SLOW = (("#401", "09-20", "09-22", "52.30", "1.50", "52.30,EUR"), ("#402", "09-20", "09-23", "79.90", "2.40", "86.40,USD"))
ACCOUNTS = {"cards": "shopify_payments", "twins": "shopify_payments", "till": "sumup", "slow": "shopify_payments", "craft": "etsy"}
ORDERED = (("#201", "72.00"), ("#202", "31.00"), ("#203", "80.00"), ("#204", "15.00"), ("#205", "9.00"), ("#206", "6.50"))
SUMUP = "E-Mail,Datum,Transaktions-ID,Zahlungsart,Status,Betrag inkl. MwSt.,Netto,Gebühr,Auszahlung,Auszahlungsdatum,Auszahlungs-ID,Referenz,Beschreibung\n"


def cards(lines: tuple[tuple[str, ...], ...], status: str = "paid", ids: dict[str, str] | None = None) -> str:
    """The export of 16 columns, which has no payout ids; with `ids` the one of 17."""
    rows = []
    for n, (order, day, paid, gross, fee, shown) in enumerate(lines):
        net = Decimal(gross) - Decimal(fee)
        after = f"{ids[paid]}," if ids else ""
        rows.append(f"2026-{day} 1{n}:00:00 +0100,charge,{order},visa,online,{status},2026-{paid},{after}2026-{paid},{gross},{fee},{net},c{order[1:]},card,{shown},EUR\n")
    return (HEADER.replace("Payout Date,", "Payout Date,Payout ID,") if ids else HEADER) + "\n" + "".join(rows)


def listed(*rows: tuple[str, str, str, str]) -> str:
    """The list of payouts: day, charges, fees, total."""
    return LIST + "".join(f"2026-{day},paid,{charges},0.00,0.00,0.00,-{fees},0.00,{total},EUR\n" for day, charges, fees, total in rows)


def sold(*rows: tuple[str, str, str, str, str]) -> str:
    """SumUp's report: transaction, moment, amount, fee, and what its payout row says."""
    text = SUMUP
    for number, at, amount, fee, payout in rows:
        net = Decimal(amount) - Decimal(fee)
        text += f"till@example.org,2026-{at}:00,{number},Umsatz,Erfolgreich,{amount},{amount},{fee},{net},,,,1 x Mug\n"
        if payout:
            text += f",2026-{at}:09,{number},Auszahlung,Gezahlt,{amount},,{fee},{net},2026-{payout},,\n"
    return text


def orders() -> str:
    """The orders that were paid with them, in the form of the small shop's."""
    header, row, *_ = _shop.orders().splitlines()
    rows = [row.replace("#101", name).replace("61.50", total).replace("2026-09-01", "2026-09-14").replace("7001", f"72{name[1:]}") for name, total in ORDERED]
    return "\n".join([header, *rows]) + "\n"


def books(home: Path) -> Path:
    _shop.books(home, TOML)
    for file, rows in {
        "processor_accounts": "".join(f"{name},{processor},skerry-ltd,EUR,current,2026-01-01,\n" for name, processor in ACCOUNTS.items()),
        "gateways": "skerry,shopify_payments,cards,2026-01-01,\nskerry,Store Card,gift_card,2026-01-01,\nskerry,cod,cash_on_delivery,2026-01-01,\nskerry,etsy,craft,2026-01-01,\n",
        "accounts": "".join(
            f"skerry-ltd,{role},{name},{number},SPO,2026-01-01,\n" for name in ACCOUNTS for role, number in (("clearing", f"1014{name[:2]}"), ("processing_fees", "627100"))
        ),
    }.items():
        path = home / "mappings" / f"{file}.csv"
        path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    return home


def night(home: Path, day: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        (home / "inbox" / name).write_text(text, encoding="utf-8")
    tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T05:00:00"})


def statement(entries: list[tuple[str, str]], opening: str, closing: str, day: str, number: int) -> str:
    return _shop.statement(day, opening, closing, [(day, amount, text, f"SKB9{number}{n}") for n, (amount, text) in enumerate(entries)], number)


def _first(home: Path) -> None:
    gateways = (("#201", "shopify_payments", "52.00"), ("#201", "Store Card", "20.00"), ("#202", "shopify_payments", "31.00"), ("#203", "shopify_payments", "80.00"),
                ("#204", "cod", "15.00"), ("#205", "swap", "9.00"), ("#206", "swap", "6.50"))
    paid = "".join(f"{7100 + n},{order},sale,{gateway},2026-09-14 10:0{n}:00 +0100,success,{amount},EUR,\n" for n, (order, gateway, amount) in enumerate(gateways))
    bank = [("80.50", "SHOPIFY PAYMENTS"), ("77.20", "SHOPIFY PAYMENTS"), ("50.75", "SHOPIFY PAYMENTS"), ("30.00", "SHOPIFY PAYMENTS"), ("59.10", "SUMUP PID880052"), ("28.55", "ETSY")]
    deposits = "".join(f'"{day} September, 2026",Deposit,"€{amount} sent to your bank account",,EUR,--,--,--,--\n' for day, amount in (("23", "20.00"), ("15", "28.55")))
    night(books(home), "2026-09-24", {
        "craft/september.csv": f'Date,Type,Title,Info,Currency,Amount,Fees & Taxes,Net,Tax Details\n"22 September, 2026",Sale,Payment for Order #41,,EUR,€29.99,-€1.44,€28.55,--\n{deposits}',
        "shop/transactions_2.csv": "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type\n" + paid,
        "shop/orders_2.csv": orders(),
        "cards/lines.csv": cards(CARDS),
        "cards/list.csv": listed(("09-17", "79.60", "2.40", "77.20"), ("09-16", "83.00", "2.50", "80.50")),
        "twins/lines.csv": cards(TWINS),
        "twins/list.csv": listed(("09-16", "53.00", "2.25", "50.75"), ("09-16", "30.00", "0.00", "30.00")),
        "slow/lines.csv": cards(SLOW, "scheduled"),
        "till/september.csv": sold(("TA1", "09-14 09:10", "42.0", "0.63", "09-16,880052"), ("TA2", "09-14 09:50", "18.0", "0.27", "09-16,880052"), ("TA3", "09-15 17:00", "10.0", "0.15", "09-18,880053")),
        "bank/statement_0918.xml": statement(bank, "1175.25", "1501.35", "2026-09-18", 43),
    })  # fmt: skip


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The books after their first night, read alone."""
    return once(tmp_path_factory, "payouts-from-lines", _first)


def _again(home: Path, books: Path) -> None:
    night(Path(shutil.copytree(books, home)), "2026-09-25", {
        "cards/with_ids.csv": cards(CARDS, ids={"09-16": "91001", "09-17": "91002"}),
        "till/october.csv": sold(("TA4", "09-16 11:00", "30.0", "0.45", "09-18,880053")),
        "slow/lines_2.csv": cards(SLOW),
        "slow/list.csv": listed(("09-22", "52.30", "1.50", "50.81"), ("09-23", "79.90", "2.40", "77.50")),
        "bank/statement_0921.xml": statement([("39.40", "SUMUP PID880053")], "1501.35", "1540.75", "2026-09-21", 44),
    })  # fmt: skip


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory, first: Path) -> Path:
    """The books after a second night, read alone: files with ids, a payout's second file, and lines that have been paid meanwhile."""
    return once(tmp_path_factory, "payouts-from-lines-again", lambda home: _again(home, first))


def proofs(home: Path, account: str) -> list[tuple[object, ...]]:
    return published(home, f"SELECT payout_id, payout_amount, lines_net, bank_amount, residual, state FROM payout_proof WHERE account = '{account}' ORDER BY payout_id")


def test_lines_without_an_id_are_the_payout_of_their_day(first: Path) -> None:
    assert proofs(first, "cards") == [
        ("2026-09-16/EUR", Decimal("80.50"), Decimal("80.50"), Decimal("80.50"), 0, "proven"),
        ("2026-09-17/EUR", Decimal("77.20"), Decimal("77.20"), Decimal("77.20"), 0, "proven"),
    ]
    assert published(first, "SELECT lines = proven FROM completeness WHERE source = 'settlement_line' AND currency = 'EUR'") == [(False,)], "880053 is not at the bank yet"
    assert published(first, "SELECT code FROM exception WHERE state = 'open' AND subject_kind IN ('payout', 'bank_line') AND subject_key NOT LIKE 'twins/%'") == []
    assert published(first, "SELECT ref FROM journal_entry WHERE kind = 'J-02' AND account = 'cards' ORDER BY ref") == [("2026-09-16/EUR",), ("2026-09-17/EUR",)]


def test_payouts_of_one_day_that_nothing_tells_apart_are_one_finding(first: Path) -> None:
    assert proofs(first, "twins") == [("2026-09-16/EUR", Decimal("80.75"), Decimal("80.75"), Decimal("80.75"), 0, "proven")]
    found = published(first, "SELECT code, severity, difference, cause FROM exception WHERE state = 'open' AND subject_key LIKE 'twins/%'")
    assert [row[:3] for row in found] == [("PAYOUT_AMBIGUOUS", "medium", 0)]
    assert "30.00 and 50.75" in found[0][3]


def test_a_payout_written_once_per_transaction_is_the_sum_of_its_rows(first: Path) -> None:
    assert proofs(first, "till")[0] == ("880052", Decimal("59.10"), Decimal("59.10"), Decimal("59.10"), 0, "proven")
    assert published(first, "SELECT payout_id, amount FROM payout WHERE account = 'till' ORDER BY payout_id") == [("880052", Decimal("59.10")), ("880053", Decimal("9.85"))]
    assert published(first, "SELECT count(*) FROM exception WHERE code = 'KEY_CONFLICT'") == [(0,)]
    told = tieout("prove", "till/880052", "--home", first).stdout
    assert all(word in told for word in ("TA1", "TA2")) and "TA3" not in told


def test_tenders_without_a_processor_are_counted_and_reduce_no_clearing(first: Path) -> None:
    assert published(first, "SELECT tender_kind, by_processor FROM tender WHERE order_name IN ('#201', '#204') ORDER BY amount") == [("cash_on_delivery", False), ("gift_card", False), ("processor", True)]
    assert published(first, "SELECT code FROM exception WHERE subject_key LIKE 'skerry/#204/%' OR subject_key = 'skerry/#201/2'") == []
    summary = "".join(p.read_text(encoding="utf-8") for p in (first / "outbox").rglob("finance_*.csv"))
    assert "2026-09-14,gift_card_liability,gift_card,EUR,20.00,0.00\n" in summary and "2026-09-14,clearing,cash_on_delivery,EUR,15.00,0.00\n" in summary
    assert "2026-09-14,clearing,cards,EUR,163.00,0.00\n" in summary
    counted = published(first, "SELECT resolved, resolved_amount, unlooked_amount FROM completeness WHERE source = 'order_transaction'")
    assert counted == [(1, Decimal("20.00"), Decimal("15.00"))], "the gift card moved no money; nothing follows cash on delivery yet"


def test_an_unmapped_gateway_is_one_finding_with_the_row_that_is_missing(first: Path) -> None:
    found = published(first, "SELECT subject_key, difference, currency, cause, suggestion, evidence FROM exception WHERE code = 'GATEWAY_UNMAPPED' AND state = 'open'")
    [(key, amount, currency, cause, suggestion, evidence)] = found
    assert (key, amount, currency) == ("skerry/#205/1", Decimal("15.50"), "EUR")
    assert "2 payments, 15.50 EUR" in cause and "gateways.csv: skerry,swap,ACCOUNT,2026-09-14," in suggestion
    assert len(json.loads(evidence)) == 2
    assert published(first, "SELECT in_exception_amount FROM completeness WHERE source = 'order_transaction'")[0][0] >= Decimal("15.50")


def test_a_difference_that_is_the_rate_is_low_and_names_both(first: Path) -> None:
    found = published(first, "SELECT code, class, severity, difference, cause FROM exception WHERE subject_key = 'skerry/#203/1'")
    assert [row[:4] for row in found] == [("SETTLED_FX_DIFF", "FX", "low", Decimal("0.40"))]
    assert "at 86.40/80.00," in found[0][4] and "at 86.40/79.60 USD per EUR" in found[0][4]


@pytest.mark.drill
def test_a_later_file_with_ids_books_nothing_twice_and_a_payout_may_come_in_two_files(first: Path, again: Path) -> None:
    before = published(first, "SELECT entry_id FROM journal_entry ORDER BY 1")
    assert published(again, "SELECT DISTINCT payout_id FROM settlement_line_current WHERE account = 'cards' ORDER BY 1") == [("91001",), ("91002",)]
    assert [row[0] for row in proofs(again, "cards")] == ["2026-09-16/EUR", "2026-09-17/EUR"]
    assert published(again, "SELECT entry_id FROM journal_entry WHERE account = 'cards' ORDER BY 1") == [row for row in before if "_cards_" in row[0]]
    assert proofs(again, "till")[1] == ("880053", Decimal("39.40"), Decimal("39.40"), Decimal("39.40"), 0, "proven")
    assert published(again, "SELECT count(*) FROM exception WHERE state IN ('open', 'review') AND code IN ('KEY_CONFLICT', 'IMMUTABLE_CHANGED', 'PAYOUT_NOT_DECOMPOSED') AND subject_key NOT LIKE 'slow/%'") == [(0,)]
    assert check(again) == []


@pytest.mark.drill
def test_a_total_that_is_a_cent_off_stays_and_the_difference_is_the_cent(first: Path, again: Path) -> None:
    """With lines that are still on their way the night before: their payout is another one until it is paid."""
    assert [(row[0], row[-1]) for row in proofs(first, "slow")] == [("2026-09-22/EUR/scheduled", "in_transit"), ("2026-09-23/EUR/scheduled", "in_transit")]
    assert [(row[0], row[4], row[-1]) for row in proofs(again, "slow")] == [("2026-09-22/EUR", Decimal("0.01"), "broken"), ("2026-09-23/EUR", 0, "in_transit")]
    found = published(again, "SELECT subject_key, difference FROM exception WHERE code = 'PAYOUT_NOT_DECOMPOSED' AND state IN ('open', 'review')")
    assert found == [("slow/2026-09-22/EUR", Decimal("0.01"))]


def test_a_deposit_whose_format_says_no_lines_is_held_against_the_bank_alone(first: Path) -> None:
    """Etsy's statement does not say which lines a deposit pays: none of it is broken for having none, and no line passes for proven."""
    found = {day: row for day, *row in published(first, "SELECT CAST(paid_on AS VARCHAR), payout_amount, lines_net, residual, bank_amount, state FROM payout_proof WHERE account = 'craft'")}
    assert found == {
        "2026-09-15": [Decimal("28.55"), Decimal(0), None, Decimal("28.55"), "unlooked"],
        "2026-09-23": [Decimal("20.00"), Decimal(0), None, None, "in_transit"],
    }
    assert published(first, "SELECT why FROM payout_proof WHERE account = 'craft' AND state = 'unlooked'") == [("The bank received it to the cent; its format does not say which lines it pays, so none was held against it.",)]
    assert published(first, "SELECT count(*) FROM exception WHERE code = 'PAYOUT_NOT_DECOMPOSED' AND starts_with(subject_key, 'craft/')") == [(0,)]
    assert published(first, "SELECT count(*) FROM journal_entry WHERE account = 'craft'") == [(0,)]
