"""Several exports of one shop that land in one night, as after a weekend: what only ever grows says which was made later, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from test_landed_twice import Books

HEADER = "Name,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Cancelled at,Refunded Amount,Tax 1 Name,Tax 1 Value"


def order(no: int, day: int, total: str = "19.00", *, refunded: str = "0.00", fulfilled: int = 0, cancelled: int = 0, lines: int = 1, tax: str = "3.03") -> list[str]:
    """The records of one order of July 2026: total per line, days of what became of it."""
    status = "paid" if refunded == "0.00" else "refunded" if refunded == total else "partially_refunded"
    moment = "2026-07-{:02} 09:00:00 +0200".format
    name = "VAT 19%" if tax else ""
    first = f"#{no},{status},{moment(day)},{'fulfilled' if fulfilled else 'unfulfilled'},{moment(fulfilled) if fulfilled else ''},EUR,{total},0.00,{tax or '0.00'},{total},0.00,{moment(day)},1,Mug,{total},"
    first += f"{moment(cancelled) if cancelled else ''},{refunded},{name},{tax}"
    return [first, *(f"#{no},,,,,,,,,,,{moment(day)},1,Cup {line},0.00,,,," for line in range(2, lines + 1))]


def export(*orders: list[str], header: str = HEADER) -> str:
    return "\n".join([header, *(record for one in orders for record in one)]) + "\n"


FRIDAY = export(order(1, 1), order(2, 2, lines=2), order(3, 3))
SATURDAY = export(order(1, 1, fulfilled=4), order(2, 2, lines=2), order(3, 3, refunded="5.00"), order(4, 4))
SUNDAY = export(order(1, 1, fulfilled=4), order(2, 2, total="17.00", tax=""), order(3, 3, refunded="19.00", cancelled=5), order(4, 4, fulfilled=5), order(5, 5))
CURRENT = {
    "sales_order": [("#1", "0.0000", "19.0000"), ("#2", "0.0000", "17.0000"), ("#3", "19.0000", "19.0000"), ("#4", "0.0000", "19.0000"), ("#5", "0.0000", "19.0000")],
    "sales_order_line": [("#1", "1", "Mug"), ("#2", "1", "Mug"), ("#3", "1", "Mug"), ("#4", "1", "Mug"), ("#5", "1", "Mug")],
    "sales_order_tax": [("#1", "1", "3.0300"), ("#3", "1", "3.0300"), ("#4", "1", "3.0300"), ("#5", "1", "3.0300")],
}


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path, drafts=True)


def standing(books: Books) -> dict[str, list[tuple[str, ...]]]:
    return {
        "sales_order": books.current("sales_order", "order_name", "refunded", "total"),
        "sales_order_line": books.current("sales_order_line", "order_name", "line_no", "title"),
        "sales_order_tax": books.current("sales_order_tax", "order_name", "tax_no", "amount"),
    }


def conflicts(books: Books) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, row)) for row in books.con.sql("SELECT table_name, subject_key FROM row_conflict").fetchall())


@pytest.mark.parametrize("files", list(permutations((FRIDAY, SATURDAY, SUNDAY))), ids=["".join(p) for p in permutations("123")])
def test_a_weekend_s_exports_stand_as_the_last_of_them_in_whatever_order_they_land(books: Books, files: tuple[str, ...]) -> None:
    for text in files:
        books.land(text, owner="shop", kind="store")
    assert standing(books) == CURRENT
    assert conflicts(books) == []


@pytest.mark.parametrize("first", [0, 1])
def test_where_nothing_grew_nobody_can_say_which_total_holds(books: Books, first: int) -> None:
    files = [export(order(1, 1), order(2, 2)), export(order(1, 1), order(2, 2, total="17.00"))]
    for text in (files[first], files[1 - first]):
        books.land(text, owner="shop", kind="store")
    assert ("sales_order", "shop/#2") in conflicts(books)


@pytest.mark.parametrize("first", [0, 1])
def test_where_each_of_two_exports_has_more_of_something_nobody_can_say_which_is_later(books: Books, first: int) -> None:
    files = [export(order(1, 1, refunded="5.00"), order(2, 2)), export(order(1, 1), order(2, 2, refunded="5.00"))]
    for text in (files[first], files[1 - first]):
        books.land(text, owner="shop", kind="store")
    assert conflicts(books) == [("sales_order", "shop/#1"), ("sales_order", "shop/#2")]


@pytest.mark.parametrize("first", [0, 1])
def test_a_delivery_that_was_taken_back_is_no_sign_of_an_older_export(books: Books, first: int) -> None:
    """The export of the fifth has no delivery of the first order any more, and ends later than that delivery."""
    files = [export(order(1, 1, fulfilled=2), order(3, 1, fulfilled=2)), export(order(1, 1, total="21.00"), order(3, 1, fulfilled=2), order(2, 5))]
    for text in (files[first], files[1 - first]):
        books.land(text, owner="shop", kind="store")
    assert ("sales_order", "shop/#1") in conflicts(books)


def test_an_export_without_the_column_says_nothing_of_what_it_would_hold(books: Books) -> None:
    """The narrower export lacks the days of delivery; it is no older for it."""
    narrow = export(*([",".join(v for n, v in enumerate(record.split(",")) if n != 4) for record in one] for one in (order(1, 1, total="21.00"), order(2, 2))), header=HEADER.replace("Fulfilled at,", ""))
    for text in (export(order(1, 1, fulfilled=2), order(2, 2, fulfilled=2)), narrow):
        books.land(text, owner="shop", kind="store")
    assert ("sales_order", "shop/#1") in conflicts(books)


def test_on_another_night_the_later_one_holds_where_it_ends_no_earlier(books: Books) -> None:
    """A refund that came to nothing is taken back: the newer export says so."""
    books.land(export(order(1, 1, refunded="5.00")), owner="shop", kind="store")
    books.land(export(order(1, 1)), night=2, owner="shop", kind="store")
    assert books.current("sales_order", "order_name", "refunded") == [("#1", "0.0000")]
    assert conflicts(books) == []


def test_an_old_export_that_comes_later_takes_nothing_back(books: Books) -> None:
    books.land(SUNDAY, owner="shop", kind="store")
    books.land(FRIDAY, night=2, owner="shop", kind="store")
    books.land(SATURDAY, night=3, owner="shop", kind="store")
    assert standing(books) == CURRENT
    assert conflicts(books) == []


LINES = "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency\n"


def charge(no: int, day: int, status: str, payout: str) -> str:
    return f"2026-07-{day:02} 07:33:09 +0200,charge,#{no},master,online,{status},2026-07-10,{payout},2026-07-10,6.99,0.45,6.54,#3000000000000{no},card,6.99,EUR,EUR\n"


@pytest.mark.parametrize(("nights", "first"), [(1, 0), (1, 1), (2, 0), (2, 1)])
def test_a_line_that_was_paid_out_is_not_pending_again(books: Books, nights: int, first: int) -> None:
    files = [LINES + charge(1, 1, "pending", "") + charge(2, 2, "pending", ""), LINES + charge(1, 1, "paid", "9001") + charge(2, 2, "paid", "9001") + charge(3, 8, "pending", "")]
    for night, text in enumerate((files[first], files[1 - first]), 1):
        books.land(text, night=min(night, nights), owner="main")
    assert books.current("settlement_line", "order_name", "payout_status", "payout_id") == [("#1", "paid", "9001"), ("#2", "paid", "9001"), ("#3", "pending", "None")]


CARDS = "Id,Last Characters,Customer Name,Email,Order Name,Created At,Expires On,Initial Value,Balance,Currency,Expired?,Enabled?,Disabled At,Note\n"


def card(no: int, day: int, balance: str) -> str:
    return f"{no},ab{no},,,,2026-07-{day:02} 09:00:00 +0200,,50.00,{balance},EUR,false,true,,\n"


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_lists_of_gift_cards_the_one_with_more_spent_holds(books: Books, first: int) -> None:
    lists = [CARDS + card(1, 1, "50.00") + card(2, 2, "20.00"), CARDS + card(1, 1, "35.00") + card(2, 2, "20.00") + card(3, 4, "50.00")]
    for text in (lists[first], lists[1 - first]):
        books.land(text, owner="shop", kind="store")
    assert books.current("gift_card", "card_id", "balance") == [("1", "35.0000"), ("2", "20.0000"), ("3", "50.0000")]
    assert conflicts(books) == []


def test_where_one_card_was_spent_and_another_given_back_nobody_can_say(books: Books) -> None:
    for text in (CARDS + card(1, 1, "50.00") + card(2, 2, "20.00"), CARDS + card(1, 1, "35.00") + card(2, 2, "30.00")):
        books.land(text, owner="shop", kind="store")
    assert conflicts(books) == [("gift_card", "shop/1"), ("gift_card", "shop/2")]


LIST = "Payout Date,Status,Charges,Refunds,Adjustments,Marketplace Sales Tax,Advances,Reserved Funds,Fees,Retried Amount,Total,Currency,Bank Reference\n"


def payout(day: int, status: str, total: str, reference: str = "") -> str:
    return f"2026-07-{day:02},{status},{total},0.00,0.00,0.00,0.00,0.00,0.00,0.00,{total},EUR,{reference}\n"


ANNOUNCED = LIST + payout(6, "paid", "60.00", "R6") + payout(7, "scheduled", "40.00") + payout(8, "scheduled", "10.00")
PAID = LIST + payout(6, "paid", "60.00", "R6") + payout(7, "paid", "45.00", "R7") + payout(8, "scheduled", "30.00") + payout(9, "scheduled", "5.00")


@pytest.mark.parametrize(("nights", "first"), [(1, 0), (1, 1), (2, 0), (2, 1)])
def test_an_announced_payout_stands_no_longer_beside_what_became_of_it(books: Books, nights: int, first: int) -> None:
    """Lists without ids know a payout by its total until it has a reference; the total grows until the day."""
    for night, text in enumerate(((ANNOUNCED, PAID)[first], (ANNOUNCED, PAID)[1 - first]), 1):
        books.land(text, night=min(night, nights), owner="main")
    assert books.current("payout", "paid_on", "status", "amount") == [
        ("2026-07-06", "paid", "60.0000"),
        ("2026-07-07", "paid", "45.0000"),
        ("2026-07-08", "scheduled", "30.0000"),
        ("2026-07-09", "scheduled", "5.0000"),
    ]


def test_two_payouts_of_one_day_that_a_list_tells_both_stand(books: Books) -> None:
    both = LIST + payout(7, "paid", "45.00", "R7") + payout(7, "paid", "12.00", "R8")
    books.land(LIST + payout(7, "paid", "45.00", "R7"), owner="main")
    books.land(both, night=2, owner="main")
    books.land(LIST + payout(7, "paid", "12.00", "R8"), night=3, owner="main")
    assert books.current("payout", "amount") == [("12.0000",), ("45.0000",)]


def test_a_reference_that_comes_after_the_money_is_the_same_payout(books: Books) -> None:
    books.land(LIST + payout(7, "paid", "45.00"), owner="main")
    books.land(LIST + payout(7, "paid", "45.00", "R7"), night=2, owner="main")
    assert books.current("payout", "amount", "bank_reference") == [("45.0000", "R7")]
