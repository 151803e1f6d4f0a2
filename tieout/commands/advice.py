"""Commands that say what to do next."""

from __future__ import annotations

from pathlib import Path

import click

from tieout.cli import HOME
from tieout.commands.books import echo_all


@click.command()
@HOME
def doctor(home: Path) -> None:
    """Say which proof can be made up to which day, what each of the others lacks and which report brings it, what waits, and which checks have nothing to look at."""
    from tieout.ask.doctor import doctor_lines

    echo_all(doctor_lines(home))


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    group.add_command(doctor)
