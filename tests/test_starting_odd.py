"""Odd heaps: what the files contradict, lack, repeat or cannot say is asked for, left out or named, and never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import _heaps
import pytest
from _shop import text_of
from conftest import ROOT, tieout

from importers._probe import Probe
from ledger import places
from ledger.errors import FileRefusedError
from tieout.starting.begin import told
from tieout.starting.downloads import explained
from tieout.starting.groups import name_all, owners_of
from tieout.starting.looks import Folder, look_into
from tieout.starting.questions import Asking, about_companies, about_spellings
from tieout.starting.rows import Rows, rows_of
from tieout.starting.whose import Owners
from tieout.starting.writing import write

Files = dict[str, str | bytes]
STRIPE = ("Stripe", "stripe")


def lay(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def stall(seed: str, way: tuple[str, str] = STRIPE, prefix: str = "#", first: int = 1001, ids: int = 5_100_000_000_001) -> _heaps.Stall:
    made = _heaps.Stall("EUR", "+0100", "IE VAT 23%", Decimal(23), True, prefix, first, ids)
    for n, total in enumerate(_heaps.amounts(seed, 30)):
        made.sell(date(2026, 9, 1) + timedelta(n * 20 // 30), total, way)
    return made


class Person:
    """Answers in turn, as a person at a terminal would: what cannot be is refused with the reason and asked again."""

    def __init__(self, *answers: str):
        self.answers, self.questions, self.refused = iter(answers), list[str](), list[str]()

    def __call__(self, question: str, default: str, check: Callable[[str], str]) -> str:
        self.questions.append(question)
        for answer in self.answers:
            said = check(answer.strip() or default)
            if not said:
                return answer.strip() or default
            self.refused.append(said)
        return default


def made_of(folder: Path, person: Person) -> tuple[Folder, Owners, Rows, list[str]]:
    """What `init --from` makes of a folder before anything is written."""
    found = look_into(folder)
    owners, asking = owners_of(found), Asking(person)
    about_companies(owners, asking, "Heap")
    name_all(owners)
    made = rows_of(found, owners, "2025-01-01")
    about_spellings(owners, made, asking)
    return found, owners, made, list(told(found, owners, made))


def cells(made: Rows, file: str) -> list[tuple[str, ...]]:
    return sorted(row[:-2] for row, _ in made.rows.get(file, []))


def test_two_shops_of_one_currency_and_company_with_a_report_each(tmp_path: Path) -> None:
    one, other = stall("a"), stall("b", ids=7_300_000_000_001)
    (lines, bank), (further, more) = _heaps.stripe_rows(one.sales, "EUR", "1.5", "0.25", "A"), _heaps.stripe_rows(other.sales, "EUR", "1.4", "0.20", "B")
    person = Person("Two Shops Ltd")
    files: Files = {"o1.csv": one.orders(), "o2.csv": other.orders(), "t1.csv": one.transactions(), "t2.csv": other.transactions(), "s1.csv": text_of(_heaps.STRIPE, lines),
                    "s2.csv": text_of(_heaps.STRIPE, further), "c.xml": _heaps.camt(_heaps.IE_BANK, "EUR", sorted(bank + more))}
    _, owners, made, _ = made_of(lay(tmp_path, files), person)
    assert len(owners.shops) == 2 and len(person.questions) == 1, "orders of one name have two numbers"
    assert [row[:5] for row in cells(made, "fee_schedules")] == [("two-shops-eur-shop-stripe", "card", "", "1.5", "0.25"), ("two-shops-eur-stripe", "card", "", "1.4", "0.20")] or \
           [row[:5] for row in cells(made, "fee_schedules")] == [("two-shops-eur-shop-stripe", "card", "", "1.4", "0.20"), ("two-shops-eur-stripe", "card", "", "1.5", "0.25")]
    for shop in owners.shops:
        own = {row[2] for row in cells(made, "gateways") if row[0] == shop.name}
        assert own == {f"{shop.name}-stripe"}, "each pays through the account whose report has its orders"


def test_one_stripe_account_of_two_shops(tmp_path: Path) -> None:
    one, other = stall("a"), stall("b", prefix="B", first=1, ids=7_300_000_000_001)
    lines, bank = _heaps.stripe_rows(one.sales + other.sales, "EUR", "1.5", "0.25", "A")
    files: Files = {"1": other.orders(), "2": one.transactions(), "3": other.transactions(), "4": one.orders(), "5": text_of(_heaps.STRIPE, lines), "6": _heaps.camt(_heaps.IE_BANK, "EUR", bank)}
    _, owners, made, _ = made_of(lay(tmp_path, files), Person("Two Shops Ltd"))
    assert {row[2] for row in cells(made, "gateways")} == {"stripe-eur"} and [shop.name for shop in owners.shops] == ["two-shops-eur", "two-shops-eur-b"]


def test_orders_counted_far_apart_in_the_same_days_are_of_two_shops_and_a_year_later_of_one(tmp_path: Path) -> None:
    near, far = stall("a"), stall("b", first=88_001, ids=7_300_000_000_001)
    later = _heaps.Stall("EUR", "+0100", "IE VAT 23%", Decimal(23), True, "#", 2500, 8_300_000_000_001)
    for n, total in enumerate(_heaps.amounts("c", 30)):
        later.sell(date(2027, 9, 1) + timedelta(n), total, STRIPE)
    assert len(made_of(lay(tmp_path / "a", {"1.csv": near.orders(), "2.csv": far.orders()}), Person("X Ltd", "IE"))[1].shops) == 2
    assert len(made_of(lay(tmp_path / "b", {"1.csv": near.orders(), "2.csv": later.orders()}), Person("X Ltd", "IE"))[1].shops) == 1


def test_a_bank_file_of_several_accounts_and_currencies(tmp_path: Path) -> None:
    files = _heaps.nordlicht()
    other = _heaps.mt940("DE89370400440532013000", "EUR", [(date(2026, 9, 2), Decimal("55.10"), "Kunde Meier", "X1")], Decimal("10.00"))
    files["umsaetze.sta"] = str(files["umsaetze.sta"]) + other
    _, _, made, said = made_of(lay(tmp_path, files), Person("N GmbH"))
    assert cells(made, "bank_accounts") == [("bank-eur", "n-gmbh", "EUR", _heaps.DE_BANK), ("bank-eur-3000", "n-gmbh", "EUR", "DE89370400440532013000")]
    assert cells(made, "processor_accounts") == [("paypal-eur", "paypal", "n-gmbh", "EUR", "bank-eur")] and any("its payouts are in" in line for line in said)


def test_a_report_with_payouts_in_two_currencies_is_of_an_account_for_each(tmp_path: Path) -> None:
    files = _heaps.two_coins()
    both = str(files.pop("payout_reconciliation_E.csv")) + str(files.pop("payout_reconciliation_G.csv")).split("\n", 1)[1]
    _, owners, made, said = made_of(lay(tmp_path / "heap", {**files, "stripe.csv": both}), Person("T Ltd", "IE"))
    assert cells(made, "processor_accounts") == [("stripe-eur", "stripe", "t-ltd", "EUR", "bank-eur"), ("stripe-gbp", "stripe", "t-ltd", "GBP", "bank-gbp")]
    assert {row[0]: row[2] for row in cells(made, "gateways")} == {"t-eur": "stripe-eur", "t-gbp": "stripe-gbp"} and not any("not taken" in line for line in said)
    assert [row[:5] for row in cells(made, "fee_schedules")] == [("stripe-eur", "card", "", "1.5", "0.25"), ("stripe-gbp", "card", "", "1.5", "0.20")]
    text = write(tmp_path / "half", "heap", owners, made)
    assert text.count("further_accounts") == 1 and 'account = "stripe-eur"' in text and 'further_accounts = ["stripe-gbp"]' in text
    assert [path.name for path in (tmp_path / "half" / "inbox").glob("stripe*/*")] == ["stripe.csv"], "it lies in one feed, once"


def test_a_processor_without_a_file_is_not_asked_about_but_its_report_named(tmp_path: Path) -> None:
    person, shop = Person("T Ltd", "IE"), stall("a", ("PayPal Express Checkout", "paypal"))
    _, _, made, said = made_of(lay(tmp_path, {"o.csv": shop.orders(), "t.csv": shop.transactions()}), person)
    assert cells(made, "gateways") == [] and len(person.questions) == 2
    assert sum("PayPal: Reports, Settlement (STL-*.CSV)" in line for line in said) == 2


def test_one_question_for_the_two_spellings_of_a_payment_and_wrong_answers_are_refused(tmp_path: Path) -> None:
    shop, person = stall("a", ('Zahl-Spät, "GmbH"', "zahl_spaet")), Person("Ein\tName", 'Kerzen, "Licht" & Söhne GmbH', "Germany", "  ie ", "nobody", " Bank_Transfer ")
    _, _, made, _ = made_of(lay(tmp_path, {"o.csv": shop.orders(), "t.csv": shop.transactions()}), person)
    assert len(person.questions) == 3 and person.refused[0].startswith("a name has no marks") and '"Germany" is no country' in person.refused[1] and '"nobody" is none of gift_card' in person.refused[2]
    assert [row[1:] for row in cells(made, "gateways")] == [('Zahl-Spät, "GmbH"', "bank_transfer"), ("zahl_spaet", "bank_transfer")]
    assert '"Kerzen, ""Licht"" & Söhne GmbH"' in made.content("entities")


@pytest.mark.parametrize(("word", "answer"), [("Mollie - Bank transfer", ""), ("Wirecard", ""), ("Amazon Pay", ""), ("Wire Transfer", "bank_transfer"), ("Gutschein", "gift_card"), ("Nachnahme", "cash_on_delivery"), ("Shop Cash", "")])
def test_a_word_of_a_tender_in_the_name_of_a_processor_says_nothing(word: str, answer: str) -> None:
    from tieout.starting.gateways import tender

    assert tender(word) == answer


def test_copies_empty_exports_and_links_are_named(tmp_path: Path) -> None:
    files = _heaps.till()
    empty = str(files["orders_export_1.csv"]).split("\n", 1)[0] + "\n"
    lay(tmp_path / "heap", {**files, "copy (1).csv": files["orders_export_1.csv"], "sub/again.csv": files["payouts_export_1.csv"], "empty.csv": empty})
    (tmp_path / "heap" / "link.csv").symlink_to(tmp_path / "heap" / "empty.csv")
    (tmp_path / "way").symlink_to(tmp_path / "heap")
    _, owners, made, said = made_of(tmp_path / "way", Person("T Inc"))
    assert len(owners.shops) == 1 and "26 of 26 sales" in next(text for _, text in made.rows["fee_schedules"])
    lacks = " ".join(line for line in said if "not taken" in line)
    assert lacks.count("it has the bytes of") == 2 and "link.csv: it is a link" in lacks
    assert any(look.name == "empty.csv" for look in owners.shops[0].looks), "an export without orders is of the only shop"
    assert any("there is not one order in it" in line for line in made_of(lay(tmp_path / "alone", {"empty.csv": empty}), Person("T Inc", "US", "USD"))[3])


def test_files_of_one_name_are_told_with_their_folders(tmp_path: Path) -> None:
    one, two = stall("fa"), stall("fb", prefix="B", ids=8_800_000_000_001)
    files: Files = {f"{place}/{name}": text for place, of in (("north", one), ("south", two)) for name, text in (("orders_export_1.csv", of.orders()), ("transactions_export_1.csv", of.transactions()))}
    _, _, made, said = made_of(lay(tmp_path, {**files, "copies/orders_export_1.csv": files["north/orders_export_1.csv"]}), Person("T Ltd", "IE", "EUR"))
    assert {text.split(":")[0] for _, text in made.rows["stores"]} <= {f"{place}/{name}" for place in ("copies", "north", "south") for name in ("orders_export_1.csv", "transactions_export_1.csv")}
    assert any("not taken: north/orders_export_1.csv: it has the bytes of copies/orders_export_1.csv" in line for line in said)


def test_books_that_lie_in_the_folder_are_no_exports(tmp_path: Path) -> None:
    files: Files = {"o.csv": stall("bk").orders(), "shop/tieout.toml": 'name = "Shop"\n', "shop/ledger/x.parquet": "PAR1", "shop/inbox/orders/o2.csv": stall("bk2").orders()}
    found, *_, said = made_of(lay(tmp_path, files), Person("T Ltd", "IE", "EUR"))
    assert [look.name for look in found.looks] == ["o.csv"]
    assert [line for line in said if "not taken" in line] == ["  not taken: shop: these are books of Tieout; what lies in them is not looked into"]


def test_a_folder_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = places.entries

    def entries(path: Path) -> list[places.Entry]:
        if path.name == "private":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(places, "entries", entries)
    found = look_into(lay(tmp_path, {**_heaps.till(), "private/x.csv": "a,b\n"}))
    assert found.unread == [("private", "it cannot be read: Permission denied")] and len(found.looks) == 6


def test_two_companies_are_asked_about_once_and_what_follows_from_it_is_not_asked(tmp_path: Path) -> None:
    odoo = ROOT / "sample_data" / "books" / "inbox" / "hp-ie-odoo"
    one, files = stall("a"), dict[str, str | bytes]()
    lines, bank = _heaps.stripe_rows(one.sales, "EUR", "1.5", "0.25", "A")
    for place, title in enumerate(("Alpha Candles Ltd", "Beta Wool Ltd")):
        files |= {f"{place} {path.name}": path.read_text(encoding="utf-8").replace("Harbour & Pine Ltd", title) for path in sorted(odoo.iterdir()) if "sale" not in path.name}
    files |= {"o.csv": one.orders(), "t.csv": one.transactions(), "s.csv": text_of(_heaps.STRIPE, lines), "c.xml": _heaps.camt(_heaps.IE_BANK, "EUR", bank)}
    person = Person("beta wool ltd", "ie", "ie")
    _, owners, _, _ = made_of(lay(tmp_path, files), person)
    assert {one.company.title for one in owners.owned() if one.company} == {"Beta Wool Ltd"} and len(person.questions) == 2
    assert [company.country for company in owners.companies] == ["IE", "IE"]


DKB = ('"Girokonto";"DE02120300000000202051"', '""', '"Kontostand vom 30.09.2026:";"1.034,56 €"', '""',
       '"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)";"Kundenreferenz"',
       '"24.09.26";"24.09.26";"Gebucht";"PayPal Europe";"Nordlicht";"PP.4021.PP";"Eingang";"LU89751000135104200E";"1.145,10";"1"', '"03.09.26";"03.09.26";"Gebucht";"Nordlicht";"Vermieter";"Miete";"Ausgang";"";"-890";""')


def probe(folder: Path, text: str, encoding: str = "utf-8") -> Probe:
    (folder / "bank.csv").write_bytes(text.encode(encoding))
    return Probe(folder / "bank.csv", "bank.csv")


def test_a_banks_download_with_lines_above_its_header(tmp_path: Path) -> None:
    found = explained(probe(tmp_path, "\r\n".join(DKB) + "\r\n", "utf-8-sig"))
    assert found and (found.skip_rows, found.delimiter, found.decimal, found.thousands, found.date) == (4, ";", ",", ".", "%d.%m.%y")
    assert found.constants == {"currency": "EUR", "account": "DE02120300000000202051"}
    assert found.columns == {"booked_on": "Buchungsdatum", "value_on": "Wertstellung", "amount": "Betrag (€)", "text": "Verwendungszweck", "name": "Zahlungspflichtige*r", "payee": "Zahlungsempfänger*in"}


def refusals() -> Iterator[tuple[str, str]]:
    yield "Date,Description,Amount,Balance (EUR)\n09/28/2026,SHOPIFY,£10.00,£10.00\n", "it speaks of EUR and GBP"
    yield "Date,Description,Amount,Balance\n09/28/2026,SHOPIFY,$10.00,£10.00\n", "its amounts have the signs $ and £"
    yield "Date,Description,Amount (EUR),Balance\n03/04/2026,SHOPIFY,10.00,10.00\n04/05/2026,SHOPIFY,10.00,20.00\n", "its days can be read in 2 ways"
    yield "Date;Description;Amount (EUR)\n2026-09-28;SHOPIFY;10.00\n", "neither the number of an account nor a balance"
    yield "Date;Description;Amount (EUR);Balance\n2026-09-28;SHOPIFY;1.000;1.000\n", "its amounts can be read in 2 ways"
    yield "\n".join(DKB).replace('"03.09.26";"03.09.26";"Gebucht"', '"03.09.26";"";"Vorgemerkt"'), 'it has rows of the state "Vorgemerkt"'


@pytest.mark.parametrize(("text", "why"), list(refusals()))
def test_a_banks_download_that_can_be_read_in_two_ways_is_not_taken(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        explained(probe(tmp_path, text))
    assert why in refused.value.message


def test_the_folder_given_is_left_as_it_is(tmp_path: Path) -> None:
    files: Files = {**_heaps.nordlicht("csv"), "mixed.csv": "\r\n".join(stall("m").orders().split("\n")[:9]) + "\r\n" + "\n".join(stall("m").orders().split("\n")[9:])}
    before = sorted(lay(tmp_path / "heap", files).iterdir())
    tieout("init", tmp_path / "books", "--from", tmp_path / "heap", "--as", "jane", code=None, stdin="N GmbH\nDE\n\n")
    assert sorted((tmp_path / "heap").iterdir()) == before and all(path.read_bytes() == (content if isinstance(content, bytes) else content.encode()) for name, content in files.items() for path in [tmp_path / "heap" / name])
