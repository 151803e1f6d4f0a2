"""Commands about what goes out: journal entries, export files."""

from __future__ import annotations

from pathlib import Path

import click

from tieout.cli import ENTITY, FORMAT, HOME, acts, say
from tieout.commands.books import echo_all
from tieout.people.person import By

REVERSED = ("DUPLICATE_CONFIRMED", "SOURCE_CORRECTED", "ERP_CORRECTED", "MAPPING_CHANGED", "RULE_CHANGED", "OTHER")


@click.group()
def journal() -> None:
    """Journal entries that Tieout prepared."""


@journal.command("list")
@HOME
@FORMAT
@ENTITY
def journal_list(home: Path, form: str, entity: str) -> None:
    """Every entry and where it stands: prepared, held, exported."""
    from tieout.ask.looking import show

    show(home, "journal_list", form, {"entity": entity})


@journal.command("show")
@HOME
@FORMAT
@click.argument("entry")
def journal_show(home: Path, form: str, entry: str) -> None:
    """The debits and credits of an entry, by its id, reference or payout."""
    from tieout.ask.looking import show

    show(home, "journal_show", form, {"id": entry}, must="no journal entry is known by this")


@journal.command("reverse")
@HOME
@acts
@click.argument("entry")
@click.option("--reason", type=click.Choice(REVERSED), required=True, help="Reason code.")
@click.option("--comment", default="", help="In words.")
def journal_reverse(home: Path, by: By, entry: str, reason: str, comment: str) -> None:
    """Take back an entry that has gone out: debits and credits exchanged (J-20), on the first open day from its own on, with the next journal file. A corrected entry is prepared once an extract of Odoo shows the reversal."""
    from tieout.people.reversing import reverse

    echo_all(reverse(home, by, entry, reason, comment))


@click.group()
def export() -> None:
    """Files that go out."""


@export.command("list")
@HOME
@FORMAT
@ENTITY
def export_list(home: Path, form: str, entity: str) -> None:
    """Every file that was written, with its receipt."""
    from tieout.ask.looking import show

    show(home, "export_list", form, {"entity": entity})


@export.command("run")
@HOME
@acts
@click.option("--again", help="Write this journal entry, or what the lost file of this path carried, once more, in a file of its own; the decision is kept.")
def export_run(home: Path, by: By, again: str | None) -> None:
    """Write the files that are due."""
    from tieout.people.resending import export_again, export_now

    echo_all(export_again(home, by, again, say) if again else export_now(home, say))


@export.command("push")
@HOME
def export_push(home: Path) -> None:
    """Send sealed files that have no receipt yet."""
    from tieout.ask.summary import of_transfers
    from tieout.night.remotes import push_now

    done = push_now(home, say)
    click.echo(f"{done.pushed} files sent")
    raise SystemExit(of_transfers(done))


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (journal, export):
        group.add_command(command)
