"""Books from the exports of three invented shops: the right rows, every payout proven whose money came, and the same books however the files are called and laid."""

from __future__ import annotations

import hashlib
import random
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import _heaps
import duckdb
import pytest
from conftest import tieout

Files = dict[str, str | bytes]


def lay(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def rows(home: Path, file: str) -> list[list[str]]:
    return [line.split(",")[:-2] for line in (home / "mappings" / f"{file}.csv").read_text(encoding="utf-8").splitlines()[1:]]


def settings(home: Path) -> dict[str, str]:
    """Everything that was made of the files, but the name of the books."""
    made = {path.name: path.read_text(encoding="utf-8") for path in (home / "mappings").iterdir()}
    return {**made, "tieout.toml": (home / "tieout.toml").read_text(encoding="utf-8")}


def asked(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


PROVEN = "SELECT account, state, count(*) FROM payout_proof GROUP BY ALL ORDER BY ALL"
OPEN = "SELECT DISTINCT code FROM exception WHERE state IN ('open', 'review') ORDER BY code"


def test_paypal_and_a_german_bank(tmp_path: Path) -> None:
    home = tmp_path / "books"
    said = tieout("init", home, "--from", lay(tmp_path / "nordlicht", _heaps.nordlicht()), "--as", "jane", stdin="Nordlicht Kerzen GmbH\n")
    assert rows(home, "entities") == [["nordlicht-kerzen-gmbh", "Nordlicht Kerzen GmbH", "DE", "EUR", "Nordlicht Kerzen GmbH", "Europe/Berlin"]]
    assert rows(home, "stores") == [["nordlicht-kerzen", "nordlicht-kerzen-gmbh", "shopify", "Europe/Berlin", "EUR", "true"]]
    assert rows(home, "processor_accounts") == [["paypal-eur", "paypal", "nordlicht-kerzen-gmbh", "EUR", "bank-eur"]]
    assert rows(home, "bank_accounts") == [["bank-eur", "nordlicht-kerzen-gmbh", "EUR", _heaps.DE_BANK]]
    assert [row[1:] for row in rows(home, "gateways")] == [["Bank Deposit", "bank_transfer"], ["PayPal Express Checkout", "paypal-eur"], ["bank_deposit", "bank_transfer"], ["paypal", "paypal-eur"]]
    assert rows(home, "fee_schedules") == [["paypal-eur", "card", "", "2.49", "0.35", "EUR"]]
    assert asked(home, PROVEN) == [("paypal-eur", "proven", 20)] and asked(home, OPEN) == []
    assert "27 of them settled in its files" in said.stdout, "the report has the number of the payment and no order"
    assert "The first proof: tieout prove 20260921-EUR" in said.stdout


def test_the_savings_banks_own_download_is_explained_by_its_header(tmp_path: Path) -> None:
    home = tmp_path / "books"
    tieout("init", home, "--from", lay(tmp_path / "nordlicht", _heaps.nordlicht("csv")), "--as", "jane", stdin="Nordlicht Kerzen GmbH\n")
    assert rows(home, "bank_accounts") == [["bank-eur", "nordlicht-kerzen-gmbh", "EUR", _heaps.DE_BANK]]
    assert asked(home, PROVEN) == [("paypal-eur", "proven", 20)] and asked(home, OPEN) == []
    tieout("config", "check", "--home", home)


def test_stripe_and_camt_in_two_currencies(tmp_path: Path) -> None:
    home = tmp_path / "books"
    tieout("init", home, "--from", lay(tmp_path / "two", _heaps.two_coins()), "--as", "jane", stdin="Two Coins Ltd\nie\n")
    assert rows(home, "entities") == [["two-coins-ltd", "Two Coins Ltd", "IE", "EUR", "Two Coins Ltd", "Europe/Dublin"]], "the banks are in two countries: asked; the currency is that of the country"
    assert [row[0] for row in rows(home, "stores")] == ["two-coins-eur", "two-coins-gbp"]
    assert [row[::4] for row in rows(home, "processor_accounts")] == [["stripe-eur", "bank-eur"], ["stripe-gbp", "bank-gbp"]]
    assert {(shop, account) for shop, _, account in rows(home, "gateways")} == {("two-coins-eur", "stripe-eur"), ("two-coins-gbp", "stripe-gbp")}
    assert [row[3:] for row in rows(home, "fee_schedules")] == [["1.5", "0.25", "EUR"], ["1.5", "0.20", "GBP"]]
    assert asked(home, PROVEN) == [("stripe-eur", "proven", 3), ("stripe-gbp", "proven", 3)] and asked(home, OPEN) == []


def test_shopify_payments_with_a_till_and_gift_cards(tmp_path: Path) -> None:
    home = tmp_path / "the books & more"
    said = tieout("init", home, "--from", lay(tmp_path / "till", _heaps.till()), "--as", "jane", stdin="\n")
    assert "[Pearl Street Paper Inc]" in said.stderr, "as its processor calls it"
    assert [row[1:] for row in rows(home, "gateways")] == [["Cash", "manual"], ["Gift Card", "gift_card"], ["Shopify Payments", "pearl-street-paper-shopify"],
                                                           ["cash", "manual"], ["gift_card", "gift_card"], ["shopify_payments", "pearl-street-paper-shopify"]]
    assert rows(home, "stores")[0][3:] == ["America/Los_Angeles", "USD", "false"] and "as in America/Phoenix too" in said.stdout
    assert rows(home, "fee_schedules") == [["pearl-street-paper-shopify", "card", "", "2.6", "0.10", "USD"]]
    assert asked(home, PROVEN) == [("pearl-street-paper-shopify", "proven", 18)] and asked(home, OPEN) == []
    proof = next(line for line in said.stdout.splitlines() if line.startswith("The first proof: "))
    assert shlex.split(proof)[-1] == str(home), "what is printed to be typed can be typed"


def zipped(files: Files, _: random.Random, folder: Path) -> Files:
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"exports/{name}", content)
    return {"all of it.zip": folder.with_suffix(".zip").read_bytes()}


def oddly_named(files: Files, dice: random.Random, _: Path) -> Files:
    return {f"{place:02} – Übersicht, ‘{hashlib.sha256(name.encode()).hexdigest()[:4]}’.txt": files[name] for place, name in enumerate(dice.sample(list(files), len(files)))}


def by_month(files: Files, dice: random.Random, _: Path) -> Files:
    return {f"2026/{dice.choice(('07 July', '08', '09'))}/{name}": content for name, content in files.items()}


@pytest.mark.parametrize("laid", [zipped, oddly_named, by_month])
def test_names_folders_and_archives_change_nothing(tmp_path: Path, laid: Callable[[Files, random.Random, Path], Files]) -> None:
    made = []
    for number, files in enumerate((_heaps.two_coins(), laid(_heaps.two_coins(), random.Random(4), tmp_path / "heap"))):
        tieout("init", tmp_path / f"books-{number}", "--from", lay(tmp_path / str(number) / "heap", files), "--as", "jane", stdin="Two Coins Ltd\nIE\n")
        made.append(settings(tmp_path / f"books-{number}"))
    assert made[0] == made[1]


STEPS = ("tieout.starting.begin.write", "tieout.starting.begin.put", "tieout.books.setup.init", "tieout.people.governing.propose", "tieout.people.governing.decide", "tieout.night.nightly.run")


@pytest.mark.parametrize("step", STEPS)
def test_what_was_interrupted_begins_anew_or_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    folder, home = lay(tmp_path / "till", _heaps.till()), tmp_path / "books"

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, stop)
        tieout("init", home, "--from", folder, "--as", "jane", code=1, stdin="Half Made Ltd\n")
    late = (home / ".starting" / "tieout.toml").exists()
    if late:
        lay(tmp_path / "other", _heaps.till())
        assert "begun here and interrupted" in tieout("init", home, "--from", tmp_path / "other", "--as", "jane", code=78).stderr
    tieout("init", home, "--from", folder, "--as", "jane", stdin="" if late else "Pearl Street Paper Inc\n")
    assert rows(home, "entities")[0][1] == ("Half Made Ltd" if late else "Pearl Street Paper Inc")
    assert [state for _, state, _ in asked(home, PROVEN)] == ["proven"] and not (home / ".starting").exists()
    assert "books are here already" in tieout("init", home, "--from", folder, "--as", "jane", code=78).stderr
