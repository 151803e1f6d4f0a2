"""What mapping files may say: every fault of every file is told at once, before anything is proposed; and when the seal is made, and who acts without a login."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Said, tieout

from ledger.errors import MappingFileError
from ledger.mapping_files import FILES, read_folder
from ledger.store import open_store
from rules import _rules
from tieout.ask.checking import check
from tieout.books import opening, setup
from tieout.books.in_force import known_words

Command = Callable[..., Said]
SOUND = {
    "entities": "a,A Ltd,IE,EUR,A Ltd,Europe/Dublin",
    "stores": "shop,a,shopify,Europe/Dublin,EUR,true",
    "bank_accounts": "bank,a,EUR,IE29 AIBK 9311 5212 3456 78",
    "processor_accounts": "stripe-eur,stripe,a,EUR,bank",
    "gateways": "shop,Stripe,stripe-eur\nshop,Gift Card,gift_card\nshop,COD,cash_on_delivery\nshop,Wire,bank_transfer\nshop,manual,manual\nshop,credit,store_credit",
    "accounts": "a,clearing,stripe-eur,101400,SPO\na,some_role_of_ours,,1,",
    "taxes": "a,VAT 23%,23% S,23,IE",
    "fee_schedules": "stripe-eur,card,,1.5,0.25,EUR",
    "tolerances": "T-01,per_line,0.02,a\nT-01,per_line,0.5 units,",
    "calendars": "a,2026-12-24,false",
    "ownership": "order,*,shopify",
    "policies": "a,cutover_on,2026-09-01\na,bank_booker,tieout\na,materiality,5.00\na,recognition,fulfilment",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in SOUND.items():
        write(tmp_path, name, rows)
    return tmp_path


def write(folder: Path, name: str, rows: str) -> None:
    lines = [",".join((*FILES[name].columns, "valid_from", "valid_to")), *(f"{row},2026-01-01," for row in rows.splitlines())]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def faults(folder: Path) -> list[str]:
    with pytest.raises(MappingFileError) as raised:
        read_folder(folder, known=known_words())
    return raised.value.message.splitlines()


def test_sound_files_are_taken(folder: Path) -> None:
    assert {name: len(rows) for name, rows in read_folder(folder, known=known_words()).items()} == {name: len(rows.splitlines()) for name, rows in SOUND.items()}


@pytest.mark.parametrize(
    ("name", "row", "column", "words"),
    [
        ("entities", "a,A Ltd,Germany,EUR,A Ltd,Europe/Dublin", "country", "ISO 3166"),
        ("entities", "a,A Ltd,UK,EUR,A Ltd,Europe/Dublin", "country", "ISO 3166"),
        ("entities", "a,A Ltd,IE,EURO,A Ltd,Europe/Dublin", "base_currency", "ISO 4217"),
        ("entities", "a,A Ltd,IE,eur,A Ltd,Europe/Dublin", "base_currency", "ISO 4217"),
        ("entities", "a,A Ltd,IE,EUR,A Ltd,Berlin", "time_zone", "Europe/Berlin"),
        ("entities", "a,A Ltd,IE,EUR,,Europe/Dublin", "odoo_company", "the cell is empty"),
        ("entities", "../a,A Ltd,IE,EUR,A Ltd,Europe/Dublin", "entity", "no name may have"),
        ("stores", "shop,b,shopify,Europe/Dublin,EUR,true", "entity", "allowed are a"),
        ("stores", "shop,a,shopify,Europe/Dublin,EUR,maybe", "taxes_included", "neither true nor false"),
        ("bank_accounts", "bank,a,EUR,IE28AIBK93115212345678", "iban_or_number", "check digits"),
        ("processor_accounts", "stripe-eur,stripe,a,EUR,savings", "bank_account", "in no row of bank_accounts.csv; allowed are bank"),
        ("processor_accounts", "stripe-eur,Stripe,a,EUR,bank", "processor", "nearly stripe"),
        ("gateways", "shop,Stripe,stripe-usd", "account", "stripe-eur"),
        ("gateways", "shops,Stripe,stripe-eur", "store", "allowed are shop"),
        ("accounts", "a,clearings,,101400,SPO", "role", "nearly clearing"),
        ("accounts", "a,clearing,stripe-usd,101400,SPO", "qualifier", "processor_accounts.csv"),
        ("taxes", 'a,VAT 23%,23% S,"23,5",IE', "rate", "no number"),
        ("fee_schedules", "stripe-eur,card,,1.5%,0.25,EUR", "percent", "no number"),
        ("fee_schedules", "stripe-eur,card,,1.5,0.25,JPY", "fixed", "finer than JPY"),
        ("tolerances", "T-99,per_line,0.02,a", "rule", "no rule with parameters"),
        ("tolerances", "T-01,per_order,0.02,a", "parameter", "allowed are per_line"),
        ("tolerances", "T-01,per_line,2 cents,a", "value", "neither a number"),
        ("calendars", "a,24.12.2026,false", "date", "2026-01-31"),
        ("policies", "a,bank_bookr,odoo", "policy", "bank_booker"),
        ("policies", "a,bank_booker,sap", "value", "allowed are odoo, tieout"),
        ("policies", "a,cutover_on,September", "value", "2026-01-31"),
        ("policies", "a,writeoff_limit,five", "value", "no number"),
    ],
)
def test_a_cell_that_is_none_of_its_type_is_told_with_what_is_allowed(folder: Path, name: str, row: str, column: str, words: str) -> None:
    lines = SOUND[name].splitlines()
    key = len(FILES[name].key)
    write(folder, name, "\n".join([*(line for line in lines if line.split(",")[:key] != row.split(",")[:key]), row]))
    place = f"mappings/{name}.csv:{len((folder / f'{name}.csv').read_text().splitlines())}:{column}: "
    found = [fault for fault in faults(folder) if fault.startswith(place)]
    assert len(found) == 1 and words in found[0], faults(folder)


def test_every_fault_of_every_file_is_told_at_once_and_nothing_is_proposed(shop: Path, command: Command) -> None:
    before = command("mapping", "list", "--home", shop).out
    for name, row in (("entities", "b,B,Germany,EUR,B,Berlin"), ("processor_accounts", "other,stripe,skerry-ltd,EUR,nowhere"), ("gateways", "skerry,Other,other,,x,y")):
        with (shop / "mappings" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(f"{row},2026-01-01,\n")
    (shop / "mappings" / "mine.csv").write_text("a\n")
    (shop / "mappings" / "taxes.csv").unlink()
    (shop / "mappings" / "taxes.csv").symlink_to(shop / "mappings" / "stores.csv")
    for words in (("mapping", "propose", "--as", "jane"), ("config", "check")):
        said = command(*words, "--home", shop)
        assert said.code == 78
        for part in ('entities.csv:3:country: "Germany" is no country', 'entities.csv:3:time_zone: "Berlin" is no time zone', 'processor_accounts.csv:3:bank_account: "nowhere" is in no row',
                     "gateways.csv:4: the row has", "mine.csv: no mapping file has this name", "taxes.csv: it is a link"):  # fmt: skip
            assert part in said.err, said.err
    assert command("mapping", "list", "--home", shop).out == before
    assert command("mapping", "propose", "stores", "--as", "jane", "--home", shop).code == 0, "the named file has no fault"


def test_a_night_names_what_is_written_in_mappings_and_not_in_force(shop: Path, command: Command) -> None:
    night = ("run", "--only", "land", "--home", shop, "--as-of")
    assert "mappings/" not in command(*night, "2026-10-02").err
    stores = shop / "mappings" / "stores.csv"
    stores.write_text(stores.read_text(encoding="utf-8") + "other,skerry-ltd,shopify,Europe/Dublin,EUR,true,2025-01-01,\n", encoding="utf-8")
    assert "mappings/stores.csv: changed, and not proposed" in command(*night, "2026-10-03").err
    assert command("mapping", "propose", "--as", "jane", "--home", shop).code == 0
    said = command(*night, "2026-10-04")
    assert "mappings/stores.csv: a proposal of jane waits" in said.err
    assert said.code == 0
    stores.write_text(stores.read_text(encoding="utf-8") + "Jane Murphy\n", encoding="utf-8")
    (shop / "mappings" / "gateways.csv").unlink()
    said = command(*night, "2026-10-05")
    assert "mappings/ cannot be read, what was approved before is in force: mappings/stores.csv:" in said.err
    assert "mappings/gateways.csv: it is not there; what was approved before is in force" in said.err
    assert said.code == 0
    log = (shop / "reports" / "log.jsonl").read_text(encoding="utf-8")
    assert log.count("mapping.not_in_force") == 5 and '"file": "mappings/stores.csv:4"' in log and "Murphy" not in log
    stores.unlink()
    said = command("mapping", "propose", "--as", "jane", "--home", shop)
    assert "mappings/stores.csv is not there" in said.out and "nothing to propose" not in said.err


def test_a_zone_of_a_feed_is_a_zone(shop: Path, command: Command) -> None:
    (shop / "tieout.toml").write_text((shop / "tieout.toml").read_text().replace("Europe/Dublin", "Dublin"))
    said = command("config", "check", "--home", shop)
    assert said.code == 78 and "Europe/Dublin" in said.err and "feed.0.time_zone" in said.err


def test_an_empty_run_makes_no_seal_and_the_first_landing_does(tmp_path: Path) -> None:
    home = tmp_path / "books"
    tieout("init", home)
    toml = home / "tieout.toml"
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    toml.write_text(toml.read_text().replace("My books", "Lighthouse") + '\n[[feed]]\nname = "orders"\nstore = "shop"\n')
    land = ("run", "--only", "land", "--home", home, "--as-of")
    tieout(*land, "2026-10-02")
    (home / "inbox" / "orders" / "broken.csv").write_text("a,b\n1,2\n")
    tieout(*land, "2026-10-03", code=65)
    toml.write_text(toml.read_text().replace("Lighthouse", "Beacon"))
    import _shop

    (home / "inbox" / "orders" / "orders_export_1.csv").write_text(_shop.orders())
    tieout(*land, "2026-10-04")
    toml.write_text(toml.read_text().replace("Beacon", "Other"))
    assert "name of tieout.toml differ" in tieout("run", "--home", home, "--as-of", "2026-10-05", code=77).stderr
    assert check(home) == []


def test_without_a_login_name_a_name_is_given(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.delenv("USER", raising=False)
    said = command("mapping", "propose", "--home", shop)
    assert said.code == 77 and "no login name" in said.err and "--as NAME" in said.err
    assert command("mapping", "propose", "--as", "jane", "--home", shop).code == 0
    assert command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02").code == 0


def test_root_is_told_once(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "ledger" / "root-told.json").unlink(missing_ok=True)
    monkeypatch.setattr(opening.os, "geteuid", lambda: 1000)
    assert "root works" not in command("mapping", "propose", "--as", "jane", "--home", shop).err
    monkeypatch.setattr(opening.os, "geteuid", lambda: 0)
    assert [command("run", "--only", "land", "--home", shop, "--as-of", f"2026-10-0{day}").err.count("root works on these books") for day in (2, 3)] == [1, 0]


def test_parameters_of_a_rule_that_came_later_are_in_force_from_the_next_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books that an older version made know nothing of a younger rule; without its parameters it would be silent, and called controlled."""
    older = tuple(rule for rule in _rules.load() if rule.id != "X-01")
    monkeypatch.setattr(_rules, "load", lambda: older)
    setup.init(tmp_path, sample=False)
    monkeypatch.undo()
    named = "SELECT name FROM rule_parameter_default WHERE rule = 'X-01' ORDER BY name"
    with open_store(tmp_path) as store:
        assert store.con.execute(named).fetchall() == []
    for day in ("2026-10-01", "2026-10-02"):
        tieout("run", "--home", tmp_path, "--as-of", day)
    with open_store(tmp_path) as store:
        assert [row[0] for row in store.con.execute(named).fetchall()] == sorted(name for rule in _rules.load() if rule.id == "X-01" for name in rule.header.parameters)
