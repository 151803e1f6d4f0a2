"""Books from a folder of exports: what each file is, whose it is and what the mappings are is read from the files; a person answers what none of them says."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import _shop
import duckdb
import pytest
from conftest import ROOT, tieout

from tieout.starting.fees import schedule_of
from tieout.starting.whose import slug

INBOX = ROOT / "sample_data" / "books" / "inbox"


def published(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def rows(home: Path, file: str) -> list[list[str]]:
    return [line.split(",")[:-2] for line in (home / "mappings" / f"{file}.csv").read_text(encoding="utf-8").splitlines()[1:]]


def exports(folder: Path) -> Path:
    """The small shop's files, all in one folder."""
    folder.mkdir()
    for name, text in _shop.files().items():
        (folder / name.replace("/", "-")).write_text(text, encoding="utf-8")
    return folder


def test_the_sample_month_from_one_heap_of_files_and_a_zip_closes_as_with_the_mappings_written_by_hand(tmp_path: Path, closed_month: Path) -> None:
    heap = tmp_path / "Harbour and Pine"
    heap.mkdir()
    for path in sorted(INBOX.glob("*/*")):
        if path.parent.name != "hp-us-odoo":
            shutil.copy(path, heap / f"{path.parent.name} {path.name}")
    with zipfile.ZipFile(heap / "odoo.zip", "w") as archive:
        for path in sorted((INBOX / "hp-us-odoo").iterdir()):
            archive.write(path, path.name)
    home = tmp_path / "books"
    said = tieout("init", home, "--from", heap, "--as", "jane", stdin="\n\n\n")
    assert "left open: maple_pay_later" in said.stdout and "The first proof: tieout prove" in said.stdout
    found, known = ({(code, str(amount)) for code, amount in published(one, "SELECT code, difference FROM exception WHERE state = 'open'")} for one in (home, closed_month))
    assert found >= known and {code for code, _ in found} == {code for code, _ in known}, "a day later some more are due"
    proven = "SELECT payout_id FROM payout_proof WHERE state = 'proven' ORDER BY payout_id"
    assert published(home, proven) == published(closed_month, proven)
    assert sorted(row[2:5] for row in rows(home, "fee_schedules")) == [["", "1.9", "0.25"], ["", "2.5", "0.30"], ["", "2.9", "0.30"]]
    assert sorted(row[3] for row in rows(home, "taxes")) == sorted(line.split(",")[3] for line in (INBOX.parent / "mappings" / "taxes.csv").read_text(encoding="utf-8").splitlines()[1:])
    days = {(row[0], row[1]) for row in rows(home, "calendars")}
    assert {("harbour-pine-inc", "2026-09-07"), ("harbour-pine-ltd", "2026-12-25")} <= days and ("harbour-pine-ltd", "2026-08-31") not in days, "Labor Day; TARGET alone for euros"
    by_role = Counter((role, account) for _, role, _, account, _ in rows(home, "accounts"))
    written = Counter(tuple(line.split(",")[1:4:2]) for line in (INBOX.parent / "mappings" / "accounts.csv").read_text(encoding="utf-8").splitlines()[1:])
    assert by_role == written


def test_without_odoo_the_company_is_asked_for_and_a_wrong_answer_is_refused_with_the_reason(tmp_path: Path) -> None:
    folder, home = exports(tmp_path / "skerry"), tmp_path / "books"
    said = tieout("init", home, "--from", folder, "--as", "jane", stdin="Skerry Wool Ltd\n")
    assert rows(home, "entities") == [["skerry-wool-ltd", "Skerry Wool Ltd", "IE", "EUR", "Skerry Wool Ltd", "Europe/Dublin"]], "the country is that of the account number"
    assert rows(home, "gateways") and all(row[2] == "stripe-eur" for row in rows(home, "gateways"))
    assert "proven" in said.stdout and published(home, "SELECT state FROM payout_proof ORDER BY payout_id") == [("proven",), ("proven",)]
    (folder / "bank-statement.xml").unlink(missing_ok=True)
    for left in folder.glob("bank*"):
        left.unlink()
    said = tieout("init", tmp_path / "other", "--from", folder, "--as", "jane", stdin="Skerry Wool Ltd\nOZ\nIE\n")
    assert '"OZ" is no country of ISO 3166' in said.stderr and "Ireland" not in said.stderr
    assert rows(tmp_path / "other", "entities")[0][2] == "IE"


def test_what_nobody_answers_and_nothing_says_ends_before_anything_is_written(tmp_path: Path) -> None:
    folder, home = exports(tmp_path / "skerry"), tmp_path / "books"
    for left in folder.glob("bank*"):
        left.unlink()
    said = tieout("init", home, "--from", folder, "--as", "jane", code=65, stdin="")
    assert "Nobody answered: it is taken as Skerry." in said.stderr and "In which country" in said.stderr and not home.exists()


def test_books_that_are_there_and_folders_without_exports_are_refused(tmp_path: Path, shop: Path) -> None:
    assert "books are here already" in tieout("init", shop, "--from", tmp_path, code=78).stderr
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "note.txt").write_text("nothing for anybody", encoding="utf-8")
    said = tieout("init", tmp_path / "books", "--from", tmp_path / "letters", code=65)
    assert "no file that an importer knows" in said.stderr and "note.txt" in said.stderr and not (tmp_path / "books").exists()


def test_the_files_given_stay_as_they_are(tmp_path: Path) -> None:
    folder, home = exports(tmp_path / "skerry"), tmp_path / "books"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    tieout("init", home, "--from", folder, "--as", "jane", stdin="Skerry Wool Ltd\n")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


@pytest.mark.parametrize(("percent", "fixed", "currency"), [("1.5", "0.25", "EUR"), ("2.9", "0.30", "USD"), ("3.6", "0", "JPY"), ("2.45", "0.100", "KWD")])
def test_a_schedule_is_found_where_four_fifths_of_the_sales_cost_it(percent: str, fixed: str, currency: str) -> None:
    places = {"JPY": 0, "KWD": 3}.get(currency, 2)
    unit = Decimal(1).scaleb(-places)
    grosses = [Decimal(1500 + 731 * n).scaleb(-places) for n in range(40)]
    lines = [(gross, (gross * Decimal(percent) / 100).quantize(unit, ROUND_HALF_UP) + Decimal(fixed), 1) for gross in grosses]
    odd = [(gross, fee + unit * 7, many) for gross, fee, many in lines[:6]] + lines[6:]
    found = schedule_of(odd, currency)
    assert found and (found.percent, found.fixed, found.explained, found.lines) == (Decimal(percent), Decimal(fixed), 34, 40)
    assert schedule_of([(gross, fee + unit * (n % 9) * 5, 1) for n, (gross, fee, _) in enumerate(lines)], currency) is None
    assert schedule_of(lines[:4], currency) is None


def test_names_are_letters_figures_and_hyphens() -> None:
    assert [slug(text) for text in ("Bäckerei Groß & Söhne GmbH", "株式会社", "  A.B.C.  ")] == ["backerei-gross-sohne-gmbh", "books", "a-b-c"]


def test_the_rule_and_the_beginning_know_the_same_tenders_by_their_words() -> None:
    """A spelling that nobody mapped is called the same tender where books are made and where a finding names the row to add."""
    from rules import _rules
    from tieout.starting.gateways import TENDERS

    text = next(rule.text for rule in _rules.load() if rule.name == "gateway_unmapped")
    said = dict(re.findall(r"regexp_matches\(lower\(gateway\), '([^']*)'\) THEN '(\w+)'", text))
    assert {tender: words.replace(".berweisung", "berweisung") for tender, words in TENDERS} == {tender: words for words, tender in said.items()}
