"""Commands about the books as a whole: init, run, check, config, mapping, audit."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path

import click

from tieout.cli import AS, DAY, FORMAT, HOME, say


def actor_of(given: str) -> str:
    """Who acts: --as, else the login."""
    return given or os.environ.get("USER") or getpass.getuser()


@click.command()
@click.argument("home", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sample", is_flag=True, help="With the sample month in its inbox.")
def init(home: Path, sample: bool) -> None:
    """Make a set of books in HOME; what is there already is kept."""
    from tieout import setup

    for line in setup.init(home, sample):
        click.echo(line, err=True)


@click.command()
@HOME
@click.option("--as-of", type=DAY, help="Business date: drives ageing and due dates (default: today in the entity's zone).")
@click.option("--only", type=click.Choice(["land"]), help="Stop after this step.")
@click.option("--dry-run", is_flag=True, help="Say what would be landed, land nothing.")
@click.option("--fail-on", type=click.Choice(["block", "high"]), help="Exit 1 when an exception of this severity is open.")
def run(home: Path, as_of: datetime | None, only: str | None, dry_run: bool, fail_on: str | None) -> None:
    """The nightly run: pull, land, match, check, post, export, push, publish."""
    from tieout import night, summary

    if dry_run:
        from tieout.looking import identify_inbox

        for line in identify_inbox(home):
            click.echo(line)
        return
    done = night.run(home, as_of.date() if as_of else None, say, only_land=only == "land")
    say("")
    for line in summary.of_run(home, done):
        click.echo(line)
    for name, code, reason in done.landed.refused:
        click.echo(f"tieout: {name}: {reason} [{code}]; it waits in dead-letters/", err=True)
    if done.exit_code == 0 and fail_on and summary.open_of(home, fail_on):
        raise SystemExit(1)
    raise SystemExit(done.exit_code)


@click.command()
@HOME
def check(home: Path) -> None:
    """Verify chain, files, balances and controls; silence and 0 = well."""
    from tieout import checking

    findings = checking.check(home)
    for line in findings:
        click.echo(line)
    raise SystemExit(70 if findings else 0)


@click.group()
def config() -> None:
    """Settings of the books."""


@config.command("check")
@HOME
def config_check(home: Path) -> None:
    """Say whether tieout.toml and the mapping files can be read."""
    from tieout import setup

    setup.check_config(home)


@config.command("show")
@HOME
def config_show(home: Path) -> None:
    """Print the settings; secrets are references and stay so."""
    from tieout import settings

    click.echo(settings.load(home).model_dump_json(indent=1))


@click.group()
def mapping() -> None:
    """The book of mappings: proposed by one person, approved by another."""


@mapping.command("propose")
@HOME
@AS
@click.option("--reason", default="", help="Why.")
def mapping_propose(home: Path, actor: str, reason: str) -> None:
    """Propose every file of mappings/ that differs from what is in force."""
    from tieout import setup

    for p in setup.propose(home, actor_of(actor), reason):
        click.echo(f"{p.proposal_id}  {p.file}: {p.added} rows come, {p.removed} go; proposed by {p.proposed_by}")


@mapping.command("approve")
@HOME
@AS
@click.argument("proposal_id", required=False)
@click.option("--all", "every", is_flag=True, help="All open proposals.")
@click.option("--reason", default="", help="Why.")
def mapping_approve(home: Path, actor: str, proposal_id: str | None, every: bool, reason: str) -> None:
    """Approve one proposal, or all: from now on it is in force."""
    from tieout import setup

    if not proposal_id and not every:
        raise click.UsageError("name a proposal or say --all")
    for p in setup.decide(home, None if every else proposal_id, "approved", actor_of(actor), reason):
        click.echo(f"{p.file} is in force ({p.proposal_id})")


@mapping.command("decline")
@HOME
@AS
@click.argument("proposal_id")
@click.option("--reason", required=True, help="Why.")
def mapping_decline(home: Path, actor: str, proposal_id: str, reason: str) -> None:
    """Decline a proposal."""
    from tieout import setup

    setup.decide(home, proposal_id, "declined", actor_of(actor), reason)


@mapping.command("list")
@HOME
@FORMAT
def mapping_list(home: Path, form: str) -> None:
    """Files in force and proposals that wait."""
    from tieout.looking import show

    show(home, "mapping_list", form)


@mapping.command("show")
@HOME
@FORMAT
@click.argument("file")
def mapping_show(home: Path, form: str, file: str) -> None:
    """Rows of one file as they are in force."""
    from tieout.looking import show

    show(home, "mapping_show", form, {"file": file})


@mapping.command("history")
@HOME
@FORMAT
@click.argument("file", required=False)
def mapping_history(home: Path, form: str, file: str | None) -> None:
    """Who proposed and who approved what."""
    from tieout.looking import show

    show(home, "mapping_history", form, {"file": file or ""})


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("head")
@HOME
@FORMAT
def audit_head(home: Path, form: str) -> None:
    """Size, Merkle root and head of the log, from the manifests themselves."""
    from tieout import checking
    from tieout.looking import emit

    head = checking.head(home)
    emit(["size", "root", "head", "at"], [(head.size, head.root, head.head, head.at)], form)


@audit.command("verify")
@HOME
def audit_verify(home: Path) -> None:
    """Re-hash every manifest, segment and kept file; silence and 0 = well."""
    from ledger.verify import verify

    findings = verify(home)
    for line in findings:
        click.echo(line)
    raise SystemExit(70 if findings else 0)


@audit.command("log")
@HOME
@FORMAT
def audit_log(home: Path, form: str) -> None:
    """Every manifest: what was added, when, by which run."""
    from tieout.looking import show

    show(home, "audit_log", form)


@audit.command("publish")
@HOME
def audit_publish(home: Path) -> None:
    """Write the auditors' copy again."""
    from tieout import setup

    setup.republish(home)


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (init, run, check, config, mapping, audit):
        group.add_command(command)
