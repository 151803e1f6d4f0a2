"""Commands of the first hour: making books, and what they lack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from ledger.errors import NotFoundError
from tieout.cli import HOME, say
from tieout.commands.books import echo_all
from tieout.people.person import By


@click.command()
@click.argument("home", type=click.Path(path_type=Path, file_okay=False, resolve_path=True))
@click.option("--sample", is_flag=True, help="With the sample month in its inbox.")
@click.option("--from", "source", type=click.Path(path_type=Path, exists=True), help="A folder, or one archive, of exports, statements and extracts: everything is set up from them, and proven.")
@click.option("--as", "name", envvar="TIEOUT_AS", default="", help="With --from: who proposes and approves the mappings (default: the login).")
def init(home: Path, sample: bool, source: Path | None, name: str) -> None:
    """Make a set of books in HOME; what is there already is kept. With --from the files are copied, feeds and mappings are made from what they say, and at most three questions are asked."""
    if source:
        from tieout.starting.begin import begin

        raise SystemExit(begin(home, source, By(name), ask, say, click.echo))
    from tieout.books import setup

    for line in setup.init(home, sample):
        click.echo(line, err=True)


def ask(question: str, default: str, check: Callable[[str], str]) -> str:
    """A question on the terminal, until the answer can be; what cannot is said with the reason. Where nobody answers, the default."""

    def can(answer: str) -> str:
        if said := check(answer.strip()):
            raise click.UsageError(said)
        return answer.strip()

    try:
        return str(click.prompt(question, default=default, show_default=bool(default), value_proc=can, err=True))
    except click.Abort:
        if check(default):
            raise NotFoundError(f"nobody answered: {question}", where="tieout init --from", hint="Start it again on a terminal, or give the answers on standard input, a line each.") from None
        click.echo(f"\nNobody answered: {f'it is taken as {default}' if default else 'it is left open'}.", err=True)
        return default


@click.command()
@HOME
def doctor(home: Path) -> None:
    """Say which proof can be made up to which day, what each of the others lacks and which report brings it, what waits, and which checks have nothing to look at."""
    from tieout.ask.doctor import doctor_lines

    echo_all(doctor_lines(home))


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (init, doctor):
        group.add_command(command)
