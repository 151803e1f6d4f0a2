"""Commands about files: what landed, what was refused, what a file would be."""

from __future__ import annotations

from pathlib import Path

import click

from tieout.cli import FORMAT, HOME, acts, say
from tieout.people.person import By


@click.group()
def file() -> None:
    """Files that were landed, or could be."""


@file.command("list")
@HOME
@FORMAT
def file_list(home: Path, form: str) -> None:
    """Every landed file with its counts."""
    from tieout.ask.looking import show

    show(home, "file_list", form)


@file.command("show")
@HOME
@FORMAT
@click.argument("file_id")
def file_show(home: Path, form: str, file_id: str) -> None:
    """One file, by its name or the start of its hash."""
    from tieout.ask.looking import show

    show(home, "file_show", form, {"file": file_id}, must="no landed file has this name or hash")


@file.command("identify")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Books whose feed it would be of.")
@click.option("--feed", help="Feed whose zone, currency, numbers and days it is read with.")
def file_identify(path: Path, home: Path | None, feed: str | None) -> None:
    """Say which importer claims a file, how its header differs from the known one, what it would land, and what each other importer lacked."""
    from tieout.ask.identifying import identify_lines

    if bool(home) != bool(feed):
        raise click.UsageError("--home and --feed go together")
    for line in identify_lines(path, home, feed):
        click.echo(line)


@file.command("land")
@HOME
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--feed", required=True, help="Feed whose data it is.")
def file_land(home: Path, path: Path, feed: str) -> None:
    """Copy a file into a feed's inbox and land what waits there."""
    from tieout.ask import summary
    from tieout.night import nightly
    from tieout.people.inspecting import deliver

    deliver(home, path, feed)
    done = nightly.run(home, None, say, only_land=True)
    summary.of_refused(done.landed)
    click.echo(
        f"{done.landed.files} files landed, {done.landed.new} rows new, {done.landed.same} known, {done.landed.versions} new versions; `tieout run` judges them"
    )
    raise SystemExit(done.exit_code)


@file.command("replay")
@HOME
@click.argument("file_id")
def file_replay(home: Path, file_id: str) -> None:
    """Read a landed file's kept original with today's importers and mappings, and say what of it the ledger does not hold; nothing is landed."""
    from tieout.ask.replaying import replay_lines

    for line in replay_lines(home, file_id):
        click.echo(line)


@file.command("pull")
@HOME
def file_pull(home: Path) -> None:
    """Fetch what the remotes have into inbox/; nothing is landed."""
    from tieout.ask.summary import of_transfers
    from tieout.night.remotes import pull_now

    done = pull_now(home, say)
    click.echo(f"{done.pulled} files fetched")
    raise SystemExit(of_transfers(done))


@click.group("dead-letter")
def dead_letter() -> None:
    """Refused files that wait in dead-letters/."""


@dead_letter.command("list")
@HOME
@FORMAT
def dead_list(home: Path, form: str) -> None:
    """Refused files that wait, with the reason."""
    from tieout.ask.looking import emit
    from tieout.people.inspecting import waiting

    columns = ["feed", "file", "code", "row", "column", "reason", "sha256", "run"]
    emit(columns, [tuple(body.get(name) for name in columns) for body in waiting(home)], form)


@dead_letter.command("show")
@HOME
@click.argument("file_id")
def dead_show(home: Path, file_id: str) -> None:
    """Why one file was refused, and what to do."""
    from tieout.people.inspecting import dead_path

    click.echo(dead_path(home, file_id).read_text(encoding="utf-8"), nl=False)


@dead_letter.command("replay")
@HOME
@acts
@click.argument("file_id", required=False)
@click.option("--all", "every", is_flag=True, help="All that wait.")
def dead_replay(home: Path, by: By, file_id: str | None, every: bool) -> None:
    """Put a refused file, or all, back into the inbox; the next run tries again."""
    from tieout.people.inspecting import replay

    if bool(file_id) == every:
        raise click.UsageError("name a file or say --all")
    for line in replay(home, by, file_id):
        click.echo(line)


@dead_letter.command("discard")
@HOME
@acts
@click.argument("file_id")
@click.option("--reason", required=True, help="Why it is not needed.")
def dead_discard(home: Path, by: By, file_id: str, reason: str) -> None:
    """Take a refused file out of the queue; its bytes and its record stay."""
    from tieout.people.inspecting import discard

    click.echo(discard(home, by, file_id, reason))


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (file, dead_letter):
        group.add_command(command)
