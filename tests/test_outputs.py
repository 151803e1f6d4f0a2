"""What goes out: the workbook, the status page, journal files for Odoo, the finance file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import duckdb
import openpyxl
import pytest
from conftest import ROOT, tieout
from openpyxl.workbook import Workbook

from exporters._page import anchor
from exporters._parts import asked
from ledger import money

SIX = ("Transactions", "Queue", "Transfers", "Retries", "Refused files", "Exceptions", "Coverage")
SHEETS = ["Today", "Summary", "Proofs", "Broken payouts", "Open", "New", "Cleared", "In transit", "Ageing", "Journal preview", "Decisions", "Coverage"]
NASTY = ("=cmd|'/C calc'!A0", "=HYPERLINK(\"http://192.0.2.1\")", "+1+1", "-1+1", "@SUM(1)", "\tx", "a\x00b")


def read(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def report(home: Path) -> Path:
    return next(path for path in (home / "reports").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def book(closed_month: Path) -> Workbook:
    return openpyxl.load_workbook(report(closed_month) / "exceptions.xlsx")


def table(book: Workbook, name: str) -> list[dict]:
    rows = list(book[name].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_workbook_has_its_sheets_and_each_is_ready_to_work_with(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
        if sheet.title not in ("Summary", "Broken payouts"):
            head = 4 if sheet.title == "Today" else 1
            assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows == f"${head}:${head}"
            assert all(sheet.column_dimensions[cell.column_letter].width >= 8 for cell in sheet[head])
    assert len(book["Summary"]._charts) == 1
    choices = {str(v.sqref).split(":")[0]: v.formula1 for v in book["Decisions"].data_validations.dataValidation}
    assert set(choices) == {"H2", "I2"} and "resolve" in choices["H2"] and "SOURCE_CORRECTED" in choices["I2"]
    assert book["Decisions"].protection.sheet and not book["Decisions"]["K2"].protection.locked and book["Decisions"]["A2"].protection.locked


def test_the_workbook_says_what_the_books_say(book: Workbook, closed_month: Path) -> None:
    assert [row["Severity"] for row in table(book, "New")] == [f"All {len(table(book, 'Open'))} rows of the sheet Open are new."], "nothing is doubled on a first night"
    open_ones = read(closed_month, "SELECT exception_id, code, subject_key, difference FROM exception WHERE state IN ('open', 'review')")
    found = {row["Exception"]: row for row in table(book, "Open")}
    assert set(found) == {row[0] for row in open_ones} == {row["exception_id"] for row in table(book, "Decisions")}
    for identity, code, key, difference in open_ones:
        row = found[identity]
        assert (row["Code"], row["Key"]) == (code, key)
        assert difference is None or Decimal(str(row["Difference"])) == difference
        assert re.match(r"[^/]+/.+ row \d+", row["Evidence (file and record)"]), "a file that people know, not a hash"
    assert len(table(book, "Proofs")) == read(closed_month, "SELECT count(*) FROM payout_proof")[0][0]
    journal = table(book, "Journal preview")
    assert len([row for row in journal if row["Label"] != "total"]) == read(closed_month, "SELECT count(*) FROM journal_line")[0][0]
    sums = {row["Entry"]: (row["Debit"], row["Credit"]) for row in journal if row["Label"] == "total"}
    assert len(sums) == read(closed_month, "SELECT count(*) FROM journal_entry")[0][0] and all(debit == credit for debit, credit in sums.values())
    assert {"dub-shopify Clearing", "Payouts In Transit"} <= {row["Account name"] for row in journal} and "Held because" not in journal[0], "no column is empty"
    totals = [row for row in book["Summary"].iter_rows(values_only=True) if row[0] == "total"]
    proven = {row[1]: Decimal(str(row[7])) for row in totals if row[1] in ("EUR", "USD")}
    assert proven == dict(read(closed_month, "SELECT currency, sum(payout_amount) FROM payout_proof WHERE state = 'proven' GROUP BY currency"))


def test_today_has_each_cause_once_and_leads_to_its_rows_and_its_proof(book: Workbook, closed_month: Path) -> None:
    sheet = book["Today"]
    titles = [cell.value for cell in sheet[4]]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=5)]
    causes = [row for row in rows if row["Severity"].value != "total"]
    assert sum(row["To decide"].value for row in causes) == len(table(book, "Open")) and len(causes) == read(closed_month, "SELECT count(DISTINCT cause_place) FROM exception_cause")[0][0]
    money = {coin: [row["Money at risk"].value for row in causes if row["Currency"].value == coin] for coin in ("EUR", "USD")}
    assert all(amounts == sorted(amounts, reverse=True) for amounts in money.values()) and [row["Currency"].value for row in causes][:4] == ["EUR", "USD", "EUR", "USD"]
    assert sheet["A3"].value == "The most money first; EUR and USD are not compared: the largest of each comes first, then the second of each."
    at_risk = {row["Currency"].value: Decimal(str(row["Money at risk"].value)) for row in rows if row["Severity"].value == "total"}
    assert at_risk == dict(read(closed_month, "SELECT e.currency, sum(c.at_risk) FROM exception_cause AS c JOIN exception AS e ON e.exception_id = c.exception_id WHERE c.cause_id = c.exception_id GROUP BY e.currency"))
    found = table(book, "Open")
    for row in causes:
        place = re.fullmatch(r"'Open'!A(\d+)", row["Rows"].hyperlink.location)
        first = found[int(place[1]) - 2]
        assert (first["Code"], first["Owner"], first["What to do"]) == (row["Code"].value, row["Owner"].value, row["What to do"].value)
    proofs = [re.fullmatch(r"'Proofs'!A(\d+)", row["Proof"].hyperlink.location)[1] for row in causes if row["Proof"].value]
    assert len(proofs) > 10 and all(book["Proofs"][f"A{row}"].value for row in proofs)
    assert {row["Business days late"].value for row in causes if row["Due"].value and row["Due"].value.date() == date(2026, 9, 16)} == {11}, "age counts from the due day"


def test_every_broken_payout_has_its_steps_from_sales_to_the_bank(book: Workbook, closed_month: Path) -> None:
    sheet = book["Broken payouts"]
    payouts = {f"{account}/{payout}": (bank or Decimal(0), lines) for account, payout, bank, lines in read(closed_month, "SELECT account, payout_id, bank_amount, lines_net FROM payout_proof WHERE state = 'broken'")}
    assert len(sheet._charts) == len(payouts) == 8
    heads = {str(cell.value).split(": ")[0]: cell.row for cell in sheet["A"] if cell.value and ": " in str(cell.value) and "/" in str(cell.value)}
    assert set(heads) == set(payouts)
    for payout, row in heads.items():
        steps = []
        while sheet.cell(row=row + 2 + len(steps), column=1).value:
            steps.append([sheet.cell(row=row + 2 + len(steps), column=column).value for column in (1, 2, *range(16, 22))])
        told = {label: Decimal(str(amount)) for label, amount, *_ in steps}
        assert (told["bank"], told["lines together"]) == payouts[payout]
        level = Decimal(0)
        for label, amount, floor, whole, gain, gain_below, loss, loss_below in ([row[0], *(Decimal(str(value)) for value in row[1:])] for row in steps):
            assert (gain + gain_below - loss - loss_below + whole, min(level, level + amount) if not whole and label != "bank" else 0) == (amount, floor), (payout, label)
            level = amount if label in ("lines together", "payout", "bank") else level + amount
        links = [cell for cell in book["Proofs"]["B"] if cell.hyperlink and cell.value == payout.split("/", 1)[1]]
        assert [cell.hyperlink.location for cell in links] == [f"'Broken payouts'!A{row}"]


def test_what_is_in_transit_beyond_a_sheet_lies_whole_beside_it(closed_month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exporters import _findings, workbook

    monkeypatch.setattr(_findings, "MOST_IN_TRANSIT", 3)
    with duckdb.connect(str(closed_month / "audit" / "audit.duckdb"), read_only=True) as con:
        workbook.write(con, tmp_path / "book.xlsx", books="b", as_of=date(2026, 10, 1), run_id="r", head="h")
        waiting = con.execute("SELECT exception_id, difference FROM exception WHERE state = 'in_transit'").fetchall()
    shown = list(openpyxl.load_workbook(tmp_path / "book.xlsx")["In transit"].iter_rows(min_row=2, values_only=True))
    assert len(shown) == 4 and shown[3][0] == f"{len(waiting) - 3} more rows: book-in-transit.csv beside this file has them all"
    listed = list(csv.DictReader((tmp_path / "book-in-transit.csv").open(encoding="utf-8-sig", newline="")))
    assert {(row["Exception"], Decimal(row["Difference"])) for row in listed} == set(waiting) and all(re.fullmatch(r"-?\d+\.\d\d", row["Difference"]) for row in listed)
    assert [_findings._plain(text, "EUR")[:1] for text in NASTY[:6]] == ["'"] * 6, "no cell of it is a formula either"


def test_nearest_candidates_are_told_in_words() -> None:
    from exporters._findings import near

    told = '[{"candidate":"b/1","failed":"amount equal","passed":"x","delta":"-141.8000","note":"booked late"},{"candidate":"b/2","failed":"unique","delta":"0"}]'
    assert near(told, "EUR") == "b/1: -141.80 EUR; not: amount equal; booked late\nb/2: not: unique"
    assert near("as it was written once", "EUR") == "as it was written once" and near(None, "EUR") is None


def test_amounts_have_the_decimals_of_their_currency_and_days_are_days(book: Workbook) -> None:
    from exporters._sheets import money_format

    sheet = book["Proofs"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{columns['Lines']}2"].number_format == "#,##0.00;[Red]-#,##0.00"
    assert sheet[f"{columns['Paid on']}2"].number_format == "yyyy-mm-dd" and sheet[f"{columns['Paid on']}2"].is_date
    assert (money_format("JPY"), money_format("KWD")) == ("#,##0;[Red]-#,##0", "#,##0.000;[Red]-#,##0.000")
    assert {sheet[f"{columns['State']}{row}"].fill.fgColor.rgb[-6:] for row in range(2, sheet.max_row + 1)} == {"F4C7C3", "DCE9F9", "CFEAD6"}


def test_no_cell_is_a_formula_whatever_the_files_say(tmp_path: Path) -> None:
    from exporters._sheets import put

    book = openpyxl.Workbook()
    for row, text in enumerate(NASTY, 1):
        put(book.active, row, 1, text)
    book.save(tmp_path / "nasty.xlsx")
    back = openpyxl.load_workbook(tmp_path / "nasty.xlsx").active
    assert [back.cell(row, 1).data_type for row in range(1, len(NASTY) + 1)] == ["s"] * len(NASTY)
    assert back["A1"].value == NASTY[0]


def test_rows_go_out_as_they_come_and_tables_below_each_other_keep_their_places(tmp_path: Path) -> None:
    from exporters._sheets import Book, Page, put, table

    book = Book()
    short, long = Page(book, "short"), Page(book, "long")
    put(short, 2, 3, "above")
    assert table(short, [("Code", 10)], [("a",), ("b",)], at=5, freeze=None) == 9
    put(short, 9, 1, "below")
    table(long, [("Code", 10), ("note", 40)], [(str(n), None) for n in range(500)], fill_in=range(1, 2))
    assert len(long._waiting) == 0, "no sheet is held in memory"
    short.end()
    long.end()
    book.save(tmp_path / "pages.xlsx")
    back = openpyxl.load_workbook(tmp_path / "pages.xlsx")
    assert [(cell.coordinate, cell.value) for row in back["short"].iter_rows() for cell in row if cell.value] == [("C2", "above"), ("A5", "Code"), ("A6", "a"), ("A7", "b"), ("A9", "below")]
    assert back["long"]["A501"].value == "499" and not back["long"]["B501"].protection.locked and back["long"]["A501"].protection.locked


def test_no_cell_of_the_month_is_a_formula_and_none_holds_people(book: Workbook, closed_month: Path) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    said = "\n".join(str(cell.value) for cell in cells) + (report(closed_month) / "status.html").read_text(encoding="utf-8")
    orders = [row for path in sorted((Path(__file__).parent.parent / "sample_data" / "books" / "inbox").glob("*/orders_export_1.csv")) for row in csv.DictReader(path.open(encoding="utf-8"))]
    people = {row[name] for row in orders for name in ("Email", "Billing Name", "Billing Phone", "Shipping Street") if row.get(name) and len(row[name]) > 5}
    assert len(people) > 20
    assert [word for word in people if word in said] == []


@pytest.fixture(scope="module")
def browser() -> Iterator[str]:
    found = next((name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), None)
    if not found:
        pytest.skip("no Chromium here")
    yield found


def shown_by(browser: str, *words: str) -> subprocess.CompletedProcess[str]:
    """What the browser made of it; one that fell over by a signal of its own, as it does where memory is short, is started anew."""
    for _ in range(3):
        done = subprocess.run([browser, "--disable-dev-shm-usage", *words], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode >= 0:
            break
    assert done.returncode == 0, done.stderr[-2000:]
    return done


class Page(HTMLParser):
    """Links, anchors and headings of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.places: list[str] = []
        self.headings: list[str] = []
        self.tags: set[str] = set()
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self._in_heading = tag == "h2"
        self.places += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings.append(data)
            self._in_heading = False


def test_every_link_of_the_status_page_opens(closed_month: Path) -> None:
    for folder in (closed_month / "reports" / read(closed_month, "SELECT run_id FROM run")[0][0], closed_month / "reports" / "latest"):
        text = (folder / "status.html").read_text(encoding="utf-8")
        page = Page(text)
        assert len(page.places) == len(set(page.places)), "a name stands once"
        assert [link for link in page.links if link.startswith("#") and link[1:] not in page.places] == []
        files = [link for link in page.links if not link.startswith("#")]
        assert set(files) >= {"exceptions.xlsx"} and len([link for link in files if link.startswith("../../outbox/")]) == 4
        assert [link for link in files if ":" in link or not (folder / unquote(link)).is_file()] == []
        assert not page.tags & {"script", "img", "iframe", "form", "object", "base", "meta http-equiv"} and not re.findall(r"src\s*=|@import|url\(", text)


def test_a_page_that_cannot_show_all_says_so_and_links_to_what_it_shows(closed_month: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exporters import _parts
    from exporters.status_page import render

    monkeypatch.setattr(_parts, "MOST", 3)
    with duckdb.connect(str(closed_month / "audit" / "audit.duckdb"), read_only=True) as con:
        text = render(con, books="b", as_of=date(2026, 10, 1), run_id="20261001-none", head="")
    page = Page(text)
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.places] == []
    assert text.count("<article") == 3 and "The first 3 of " in text


def test_the_status_page_leads_from_causes_to_payouts_rows_and_files(closed_month: Path) -> None:
    text = (report(closed_month) / "status.html").read_text(encoding="utf-8")
    open_ones = read(closed_month, "SELECT exception_id, cause FROM exception WHERE state IN ('open', 'review')")
    assert [identity for identity, cause in open_ones if f"tieout exception show {identity}" not in text or escape(cause) not in text] == []
    linked = {link for link in Page(text).links if link.startswith("#")}
    assert {link.partition("-")[0] for link in linked} >= {"#exception", "#payout", "#file", "#night", "#owners", "#feeds"}
    broken = read(closed_month, "SELECT account || '/' || payout_id FROM payout_proof WHERE state = 'broken'")
    assert [key for (key,) in broken if f"#{anchor('payout', key)}" not in linked and anchor("payout", key) not in Page(text).places] == []
    owners = read(closed_month, "SELECT e.owner, e.currency, count(*), coalesce(sum(c.at_risk) FILTER (WHERE c.cause_id = e.exception_id), 0) FROM exception AS e JOIN exception_cause AS c USING (exception_id) GROUP BY ALL")
    for owner, currency, count, total in owners:
        assert re.search(rf'data-l="Owner">{owner}</td><td class="n" data-l="To decide">{count}</td>.{{0,80}}data-l="At risk">{money.text(total, currency, grouped=True)}</td><td data-l="Currency">{currency}<', text)
    assert all(re.search(rf'data-l="Feed">{feed}<', text) for (feed,) in read(closed_month, "SELECT feed FROM feed"))


def test_the_nights_of_the_status_page_are_those_of_the_ledger(shop: Path) -> None:
    """A second night on the same date does not count twice; three business days without a night are said; what a person resolved is closed; the sums are those of the totals."""
    tieout("run", "--home", shop, "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    (identity,) = read(shop, "SELECT exception_id FROM exception WHERE state = 'open' ORDER BY abs(difference), exception_id LIMIT 1")[0]
    tieout("exception", "resolve", identity, "--as", "jane", "--reason", "SOURCE_CORRECTED", "--comment", "told", "--home", shop)
    tieout("run", "--home", shop, "--as-of", "2026-10-07", env={"TIEOUT_NOW": "2026-10-07T05:00:00"})
    with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as con:
        nights = asked(con, "status_nights")
        assert [(str(n["as_of"]), n["missed"]) for n in nights] == [("2026-10-07", 3), ("2026-10-01", 0)]
        assert nights[0]["waiting"] == con.execute("SELECT count(*) FROM exception WHERE state IN ('open', 'review')").fetchall()[0][0]
        assert nights[0]["closed"] == con.execute("SELECT count(*) FROM exception WHERE state = 'resolved'").fetchall()[0][0] == 1
        assert nights[1]["files"] == 5 and nights[0]["files"] == 0
        risk = {row["currency"]: row["amount"] for row in asked(con, "status_risk") if str(row["as_of"]) == "2026-10-07"}
        assert risk == dict(con.execute("SELECT currency, sum(abs(difference)) FROM exception WHERE state IN ('open', 'review') AND difference IS NOT NULL AND currency IS NOT NULL GROUP BY currency").fetchall())
    text = (shop / "reports" / "latest" / "status.html").read_text(encoding="utf-8")
    assert "The last 2 nights" in text and "No night on 3 business days before this one" in text and text.count("<title>2026-10-0") == 4


def test_the_latest_reports_are_those_of_the_last_run_and_no_link(shop: Path) -> None:
    (shop / "reports" / "latest" / ".tmp-1-status.html").write_bytes(b"half")  # as a kill in the middle of writing it leaves
    (shop / "reports" / "latest" / "exceptions-in-transit.csv").write_bytes(b"of a night with more in transit")
    tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T05:00:00"})
    (last,) = read(shop, "SELECT run_id FROM run ORDER BY seq DESC LIMIT 1")[0]
    own, latest = shop / "reports" / last, shop / "reports" / "latest"
    assert not latest.is_symlink() and {path.name: path.read_bytes() for path in own.iterdir()} == {path.name: path.read_bytes() for path in latest.iterdir()}
    assert all(path.stat().st_nlink == 1 for path in latest.iterdir())


def test_the_status_page_opens_in_a_browser(closed_month: Path, browser: str, tmp_path: Path) -> None:
    page = report(closed_month) / "status.html"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
             f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--virtual-time-budget=2000"]
    done = shown_by(browser, *flags, "--window-size=1200,1500", "--dump-dom", page.as_uri())
    assert [name for name in Page(done.stdout).headings if name in SIX] == list(SIX)
    assert "CONSOLE" not in done.stderr
    proven = read(closed_month, "SELECT count(*) FILTER (WHERE state = 'proven'), count(*) FROM payout_proof")[0]
    assert f"{proven[0]} of {proven[1]} payouts are proven" in done.stdout
    picture = tmp_path / "page.png"
    shown_by(browser, *flags, "--window-size=1200,1500", f"--screenshot={picture}", page.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 20_000


def test_the_status_page_is_readable_on_a_telephone(closed_month: Path, browser: str, tmp_path: Path) -> None:
    """At 390 pixels nothing is wider than the screen. A frame has that width, which a window of this browser cannot."""
    text = (report(closed_month) / "status.html").read_text(encoding="utf-8")
    measure = "<script>addEventListener('load',()=>{const d=document,w=d.documentElement.clientWidth;parent.postMessage([w,d.documentElement.scrollWidth,[...d.querySelectorAll('main *')].filter(e=>!e.closest('svg')&&e.getBoundingClientRect().right>w+1).length,Math.min(...[...d.querySelectorAll('p,td,dt,dd')].map(e=>parseFloat(getComputedStyle(e).fontSize)))],'*')})</script>"
    (tmp_path / "page.html").write_text(text.replace("</main>", "</main>" + measure), encoding="utf-8")
    (tmp_path / "frame.html").write_text("<iframe src='page.html' style='width:390px;height:800px;border:0'></iframe><p id='said'></p><script>addEventListener('message',e=>{said.textContent=e.data.join(' ')})</script>", encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-background-networking", f"--user-data-dir={tmp_path / 'profile'}", "--allow-file-access-from-files", "--virtual-time-budget=3000"]
    done = shown_by(browser, *flags, "--dump-dom", (tmp_path / "frame.html").as_uri())
    width, whole, beyond, smallest = re.search(r'<p id="said">(\S+) (\S+) (\S+) (\S+)</p>', done.stdout).groups()  # type: ignore[union-attr]
    assert (width, whole, beyond) == ("390", "390", "0") and Decimal(smallest) >= 13


def test_names_from_files_cannot_become_markup(closed_month: Path) -> None:
    from exporters import _parts
    from exporters.status_page import render

    con = duckdb.connect()
    con.execute(f"ATTACH '{closed_month / 'audit' / 'audit.duckdb'}' AS pub (READ_ONLY)")
    con.execute("USE pub")
    text = render(con, books="<script>alert(1)</script>", as_of=date(2026, 10, 1), run_id="<b>", head="\"'>")
    assert "<script>" not in text and "run &lt;b&gt;" in text
    nasty = {"payout": "a/$(x) '<i>", "state": "broken", "paid_on": None, "payout_amount": None, "bank_amount": None, "lines_net": None, "currency": "EUR", "why": "<b>"}
    row = _parts.payouts(_parts.Shown([], [nasty], []))
    assert "<i>" not in row and "<b>" not in row and f"<code>tieout prove {escape(shlex.quote(nasty['payout'][2:]))}</code>" in row, "what is copied into a shell is one word"
    con.close()


def office(path: Path, folder: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    found = next((name for name in ("soffice", "libreoffice") if shutil.which(name)), None)
    if not found:
        pytest.skip("no LibreOffice here")
    subprocess.run([found, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "saved"), str(path)], capture_output=True, timeout=300, check=True)
    return folder / "saved" / path.name


def test_libreoffice_opens_the_workbook_and_what_it_saves_brings_the_decisions_back(closed_month: Path, tmp_path: Path) -> None:
    from exporters._decisions import read_decisions

    book = openpyxl.load_workbook(report(closed_month) / "exceptions.xlsx")
    sheet = book["Decisions"]
    place = {cell.value: cell.column for cell in sheet[1]}
    for row, words in ((2, ("resolve", "SOURCE_CORRECTED", None)), (3, (None, None, "zoe"))):
        for column, value in zip(("decision", "reason", "owner"), words, strict=True):
            sheet.cell(row=row, column=place[column]).value = value
    book.save(tmp_path / "filled.xlsx")
    saved = office(tmp_path / "filled.xlsx", tmp_path)
    back = openpyxl.load_workbook(saved)
    assert back.sheetnames == SHEETS and back["Today"]["A1"].value == "Harbour & Pine: to do on 2026-10-01" and len(back["Broken payouts"]._charts) == 8
    assert [(one.decision, one.reason, one.owner) for one in read_decisions(saved)] == [("resolve", "SOURCE_CORRECTED", ""), ("assign", "", "zoe")]
    assert {(one.exception_id, one.row_hash) for one in read_decisions(saved)} == {(one.exception_id, one.row_hash) for one in read_decisions(tmp_path / "filled.xlsx")}


def journals(home: Path) -> list[Path]:
    return sorted((home / "outbox").rglob("journal_*.csv"))


def entries(path: Path) -> list[list[dict[str, str]]]:
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "without the mark Odoo guesses another encoding"
    assert b"\r\n" in text and b"\n" not in text.replace(b"\r\n", b"")
    found: list[list[dict[str, str]]] = []
    for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")):
        if row["id"]:
            found.append([])
        found[-1].append(row)
    return found


def test_a_journal_file_is_what_odoo_imports(closed_month: Path) -> None:
    paths = journals(closed_month)
    assert len(paths) == 2
    for path in paths:
        listed = entries(path)
        assert list(listed[0][0]) == ["id", "date", "journal_id", "ref", "narration", "line_ids/id", "line_ids/account_id", "line_ids/name", "line_ids/debit", "line_ids/credit"]
        assert len({lines[0]["id"] for lines in listed}) == len(listed)
        ids = [row["line_ids/id"] for lines in listed for row in lines]
        assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_.-]+", one) for one in ids)
        for head, *further in listed:
            assert head["id"].startswith("tieout.test_") and re.fullmatch(r"\d{4}-\d\d-\d\d", head["date"]) and head["journal_id"] and head["ref"]
            assert all(not row[name] for row in further for name in ("id", "date", "journal_id", "ref", "narration")), "the head stands once"
            assert further and all(row["line_ids/id"].startswith(f"{head['id']}.") for row in (head, *further))
            amounts = [(Decimal(row["line_ids/debit"]), Decimal(row["line_ids/credit"])) for row in (head, *further)]
            assert sum(d - c for d, c in amounts) == 0
            assert all(d >= 0 and c >= 0 and (d == 0 or c == 0) for d, c in amounts)
            assert all(re.fullmatch(r"\d+\.\d\d", row[name]) for row in (head, *further) for name in ("line_ids/debit", "line_ids/credit"))


def test_every_file_has_a_manifest_that_tells_the_truth(closed_month: Path) -> None:
    chain = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (closed_month / "ledger" / "manifests").glob("*.json")}
    sealed = list((closed_month / "outbox").rglob("*.csv"))
    assert len(sealed) == 4
    for path in sealed:
        said = json.loads(path.with_name(path.name + ".manifest.json").read_text(encoding="utf-8"))
        data = path.read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        debit = "line_ids/debit" if said["kind"] == "odoo_journal" else "debit"
        assert (said["file"], said["sha256"], said["rows"]) == (path.name, hashlib.sha256(data).hexdigest(), len(rows))
        assert Decimal(said["total"]) == sum(Decimal(row[debit]) for row in rows)
        assert said["ledger_head"] in chain
        assert path.stat().st_mode & 0o222 == 0


def test_the_finance_file_balances_every_day(closed_month: Path) -> None:
    for path in sorted((closed_month / "outbox").rglob("finance_*.csv")):
        days: dict[tuple[str, str], Decimal] = {}
        for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
            key = (row["date"], row["currency"])
            days[key] = days.get(key, Decimal(0)) + Decimal(row["debit"]) - Decimal(row["credit"])
        assert days and set(days.values()) == {Decimal(0)}


def approve(home: Path, file: str, row: str) -> None:
    path = home / "mappings" / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")


def with_odoo(home: Path) -> Path:
    """The company's journal entries, so that Odoo is known not to hold the payouts."""
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[feed]]\nname = "odoo"\nentity = "skerry-ltd"\n')
    (home / "inbox" / "odoo").mkdir(exist_ok=True)
    (home / "inbox" / "odoo" / "Journal Entry (account.move).csv").write_text(
        "ID,Number,Type,Status,Payment Status,Date,Reference,Currency,Total,Total Signed,Company,Last Updated on\n"
        "7,MISC/2026/09/0001,Journal Entry,Posted,,2026-09-30,rent,EUR,800.00,800.00,Skerry Wool Ltd,2026-10-01 03:00:00\n"
    )
    return home


def test_a_locked_period_holds_its_entries_and_the_others_go_out_once_and_again_only_when_asked(shop: Path) -> None:
    assert journals(shop) == [] and "held: extract_missing" in tieout("journal", "list", "--home", shop).stdout
    held = [row for row in table(openpyxl.load_workbook(report(shop) / "exceptions.xlsx"), "Journal preview") if row["Held because"]]
    assert held and {(row["Label"], row["State"]) for row in held} == {("total", "held")} and len({row["Entry"] for row in held}) == len(held), "said once for each entry"
    approve(shop, "policies", "skerry-ltd,locked_through,2026-09-10,2026-01-01,")
    tieout("run", "--home", with_odoo(shop), "--as-of", "2026-10-01", env={"TIEOUT_NOW": "2026-10-01T05:00:00"})
    assert dict(read(shop, "SELECT entry_id, reason FROM held_entry")) == {"tieout.test_skerry-ltd_payout_stripe-eur_po_A": "period_locked", "tieout.test_skerry-ltd_receipt_stripe-eur_po_A": "period_locked"}
    [before] = journals(shop)
    assert [lines[0]["ref"] for lines in entries(before)] == ["po_B", "SKB0002"]
    assert "held: period_locked" in tieout("journal", "list", "--home", shop).stdout
    tieout("export", "run", "--home", shop)
    assert journals(shop) == [before]
    entry = "tieout.test_skerry-ltd_payout_stripe-eur_po_B"
    tieout("export", "run", "--again", entry, "--as", "jane", "--home", shop)
    [fresh] = set(journals(shop)) - {before}
    assert [lines[0]["id"] for lines in entries(fresh)] == [entry]
    assert read(shop, f"SELECT actor FROM decision WHERE kind = 'export_again' AND subject_key = '{entry}'") == [("jane",)]
    assert "no journal entry" in tieout("export", "run", "--again", "tieout.none", "--as", "jane", "--home", shop, code=65).stderr


def test_a_workbook_that_cannot_be_written_leaves_no_file_and_no_words(tmp_path: Path) -> None:
    """openpyxl's writers would fail once more when they are thrown away, with a traceback; a fault between two rows, and a disk that is full within one."""
    script = """
import resource, signal, sys
from exporters._sheets import Page, put, workbook
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with workbook() as book:
        for title in ("First", "Second"):
            page = Page(book, title)
            page.flowing = True
            if sys.argv[1] == "full":
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
            for row in range(1, 5_000):
                put(page, row, 1, f"canary{row}@example.com")
        raise ValueError("a fault between two rows")
except Exception as error:
    print(type(error).__name__)
"""
    for fault, error in (("rows", "ValueError"), ("full", "SerialisationError")):
        done = subprocess.run([sys.executable, "-c", script, fault], cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == (f"{error}\n", "", [])
