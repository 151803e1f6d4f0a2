"""Every command: it explains itself, speaks three forms, and says by its exit code and message what is wrong."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from conftest import Said
from test_structure import leaves

from tieout.cli import cli, examples

Command = Callable[..., Said]
COMMANDS = dict(leaves(cli, ("tieout",)))
FORMED = {words: command for words, command in COMMANDS.items() if any(p.name == "form" for p in command.params)}
# what a command that needs to be told something is told in the small shop
ARGUMENTS = {"file show": ["orders_export_1.csv"], "journal show": ["po_A"], "mapping show": ["accounts"], "match show": [], "prove": ["po_A"], "trace": ["#103"], "query": ["SELECT 1 AS one"],
             "rule run": ["UNSETTLED_OVERDUE"], "exception show": []}
MISSING = {"file show": "none.csv", "journal show": "none", "match show": "zzz", "prove": "none", "trace": "#none", "rule run": "NONE", "exception show": "zzz", "rule show": "NONE", "dead-letter show": "none"}


def argument(home: Path, command: Command, words: str) -> list[str]:
    """The words that the command needs; ids are asked of the books."""
    lists = {"exception show": ("exception list", "exception_id"), "match show": ("match list", "group_id")}
    if words in lists:
        said = command(*lists[words][0].split(), "--format", "json", "--home", home)
        return [json.loads(said.out)[0][lists[words][1]]]
    return ARGUMENTS.get(words, [])


def needs(command: click.Command) -> bool:
    return any(isinstance(p, click.Argument) and p.required for p in command.params)


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_help_names_what_the_command_takes(words: str, command: Command) -> None:
    said = command(*words.split()[1:], "--help")
    assert said.code == 0 and said.out.startswith(f"Usage: {words}")
    assert len(said.out.splitlines()) > 4


@pytest.mark.parametrize("words", sorted(words.removeprefix("tieout ") for words in FORMED))
def test_each_form_says_the_same(words: str, closed_shop: Path, command: Command) -> None:
    found = FORMED[f"tieout {words}"]
    if needs(found) and words not in ARGUMENTS:
        pytest.skip("needs something that the small shop has not")
    if words in ("query", "rule run"):
        pytest.skip("sets limits to its process: see test_query")
    given = [*words.split(), *argument(closed_shop, command, words)]
    if any(p.name == "home" for p in found.params):
        given += ["--home", str(closed_shop)]
    told = command(*given, "--format", "table")
    listed = json.loads(command(*given, "--format", "json").out)
    rows = list(csv.reader(io.StringIO(command(*given, "--format", "csv").out)))
    assert told.code == 0 and "\t" not in told.out
    if isinstance(listed, list) and listed:
        assert rows[0] == list(listed[0]) and len(rows) == len(listed) + 1
        assert [["" if v is None else v if isinstance(v, str) else None for v in one.values()] for one in listed[:3]] == [
            [cell if isinstance(value, str) or value is None else None for cell, value in zip(row, one.values(), strict=True)] for row, one in zip(rows[1:4], listed[:3], strict=False)
        ], "amounts and dates are the same text in both"


@pytest.mark.parametrize("words", sorted(MISSING))
def test_what_is_not_there_is_said(words: str, closed_shop: Path, command: Command) -> None:
    if words == "rule run":
        pytest.skip("sets limits to its process")
    home = [] if words == "rule show" else ["--home", str(closed_shop)]
    said = command(*words.split(), MISSING[words], *home)
    assert said.code == 65 and said.err.startswith(f"tieout: {MISSING[words]}: "), said.err


def test_a_trace_names_the_files_that_people_know(closed_shop: Path, command: Command) -> None:
    said = command("trace", "#103", "--home", closed_shop)
    for place in ("shop/orders_export_1.csv row 4", "shop/transactions_export_1.csv row 7", "stripe/payout_reconciliation.csv row 4"):
        assert place in said.out
    identity = json.loads(command("exception", "list", "--format", "json", "--home", closed_shop).out)[0]["exception_id"]
    page = command("exception", "show", identity, "--home", closed_shop).out
    assert "shop/transactions_export_1.csv row 6\n    order_transaction: store skerry, order_name #105," in page and "amount 33.00, currency EUR" in page
    assert "UNSETTLED_OVERDUE (high), open since 2026-10-01" in page and "  To do: Ask the processor for the charge." in page and "opened by tieout, it is open" in page
    whole = json.loads(command("exception", "show", identity, "--format", "json", "--home", closed_shop).out)
    assert whole["history"][0]["action"] == "opened"


def test_a_trace_goes_down_to_the_bank_and_takes_a_line_for_its_order(closed_shop: Path, command: Command) -> None:
    of_order = command("trace", "#104", "--home", closed_shop).out
    assert command("trace", "stripe-eur/txn_4", "--home", closed_shop).out == of_order
    found = [line.split() for line in of_order.splitlines()]
    assert ["8", "skerry", "bank", "line", "current/SKB0002", "2026-09-14", "booked", "63.40", "EUR"] in [words[:9] for words in found]
    assert command("trace", "stripe-eur/txn_7", "--home", closed_shop).code == 65, "the payout's own line is of no order"


def test_open_exceptions_alone_are_no_failure_unless_asked(shop: Path, command: Command) -> None:
    assert json.loads(command("exception", "list", "--format", "json", "--home", shop).out), "the night that left them said 0"
    assert command("run", "--as-of", "2026-10-01", "--fail-on", "block", "--home", shop).code == 0
    assert command("run", "--as-of", "2026-10-01", "--fail-on", "high", "--home", shop).code == 1


def test_a_dry_run_changes_nothing(shop: Path, command: Command) -> None:
    (shop / "inbox" / "shop" / "nothing.csv").write_text("")
    before = sorted(path.name for path in (shop / "ledger" / "manifests").iterdir())
    said = command("run", "--dry-run", "--home", shop)
    assert said.code == 0 and "shop/nothing.csv: refused, the file is empty" in said.out
    assert sorted(path.name for path in (shop / "ledger" / "manifests").iterdir()) == before


def test_a_command_without_books_says_how_to_make_some(tmp_path: Path, command: Command) -> None:
    for words in (("run",), ("check",), ("status",), ("exception", "list"), ("mapping", "propose"), ("audit", "head"), ("query", "SELECT 1"), ("config", "check")):
        said = command(*words, "--home", tmp_path)
        assert said.code == 78 and "tieout init" in said.err or "tieout run" in said.err, (words, said.err)


def test_refused_files_are_listed_before_anything_is_published(tmp_path: Path, command: Command) -> None:
    import _shop

    home = _shop.books(tmp_path / "fresh")
    (tmp_path / "bad.csv").write_text(_shop.orders().replace("90.00,0.00,0.00,90.00", "90.001,0.00,0.00,90.00"))
    said = command("file", "land", tmp_path / "bad.csv", "--feed", "shop", "--home", home)
    assert said.code == 65 and "shop/bad.csv:5:Subtotal: " in said.err
    [waits] = [one for one in json.loads(command("dead-letter", "list", "--format", "json", "--home", home).out) if one["feed"] == "shop"]
    assert (waits["feed"], waits["file"], waits["row"], waits["column"]) == ("shop", "bad.csv", 5, "Subtotal")
    assert command("dead-letter", "replay", "bad.csv", "--as", "jane", "--home", home).code == 0
    assert "bad.csv" not in command("dead-letter", "list", "--home", home).out


def test_new_books_guide_their_owner(tmp_path: Path, command: Command) -> None:
    home = tmp_path / "new"
    assert "mapping propose" in command("init", home).err
    assert "no [[feed]] yet" in command("run", "--home", home).out
    assert "nothing to propose" in command("mapping", "propose", "--as", "jane", "--home", home).err
    text = (home / "tieout.toml").read_text(encoding="utf-8")
    (home / "tieout.toml").write_text(text.replace("# [[feed]]", "[[feed]]").replace("# name =", "name =").replace("# store =", "store =").replace("# account =", "account =")
                                      .replace("# bank_account =", "bank_account =").replace("# entity =", "entity =").replace("[[person]]\nname", "[[person]]\n# name"), encoding="utf-8")
    said = command("config", "check", "--home", home)
    assert said.code == 0, said.err
    command("mapping", "propose", "--as", "jane", "--home", home)
    assert sorted(path.name for path in (home / "inbox").iterdir()) == ["bank", "odoo", "orders", "stripe"]


def test_every_command_has_an_example_that_it_takes() -> None:
    """The words of an example lead to its command, and its options are the command's."""
    known = examples()

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                found = command.get_command(click.Context(command), name)
                assert found
                walk(found, (*words, name))
            return
        assert known.get(" ".join(words)), f"{' '.join(words)} has no example"
        for line, _ in known[" ".join(words)]:
            given = shlex.split(line.partition(" > ")[0].partition(" && ")[0])
            assert given[: len(words) + 1] == ["tieout", *words]
            options = {name for one in command.params for name in one.opts}
            assert {word for word in given if word.startswith("-")} <= options, line
            needed = {one.opts[0] for one in command.params if isinstance(one, click.Option) and one.required}
            assert needed <= set(given) or all(set(one.opts) & set(given) for one in command.params if isinstance(one, click.Option) and one.required), line

    cli.list_commands(click.Context(cli))
    walk(cli, ())
