"""Commands about the books as a whole: run, check, config, mapping, audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click

from tieout.cli import DAY, FORMAT, HOME, acts, say
from tieout.people.person import By

FAR = 366  # days from today to a business date that is asked about
REASON = click.option("--reason", default="", help="Why.")


def echo_all(lines: Iterable[str]) -> None:
    """Lines to standard output."""
    for line in lines:
        click.echo(line)


@click.command()
@HOME
@click.option("--as-of", type=DAY, help="Business date: drives ageing and due dates (default: today in the entity's zone).")
@click.option("--only", type=click.Choice(["land"]), help="Stop after this step.")
@click.option("--dry-run", is_flag=True, help="Say what would be landed, land nothing.")
@click.option("--full", is_flag=True, help="Judge everything anew, also what has not changed, and compare; 70 where something differs.")
@click.option("--fail-on", type=click.Choice(["block", "high"]), help="Exit 1 when an exception of this severity is open.")
def run(home: Path, as_of: datetime | None, only: str | None, dry_run: bool, full: bool, fail_on: str | None) -> None:
    """The nightly run: what people decided in inbox/decisions/, pull, land, match, check, post, export, push, publish."""
    from tieout.ask import summary
    from tieout.books.settings import clock
    from tieout.people import dropped

    if dry_run:
        from tieout.ask.looking import identify_inbox

        for line in identify_inbox(home):
            click.echo(line)
        return
    if as_of and abs(far := (as_of.date() - clock().date()).days) > FAR:
        click.echo(f"tieout: the business date {as_of:%Y-%m-%d} is {abs(far)} days {'after' if far > 0 else 'before'} today. What is due, and since when, follows it: run again with the right one where it was mistyped.", err=True)
    done = dropped.night(home, as_of.date() if as_of else None, say, only_land=only == "land", full=full)
    say("")
    for line in summary.of_run(home, done):
        click.echo(line)
    for _, line in done.unapproved:
        click.echo(f"tieout: {line}", err=True)
    summary.of_refused(done.landed)
    summary.of_transfers(done.transfers)
    if done.exit_code == 0 and fail_on and summary.open_of(home, fail_on):
        raise SystemExit(1)
    raise SystemExit(done.exit_code)


@click.command()
@HOME
def check(home: Path) -> None:
    """Verify chain, files, balances and controls, and run the rules again for some seconds; prints nothing and ends with 0 when the books are intact."""
    from tieout.ask import checking
    from tieout.ask.reproducing import in_seconds

    findings = checking.check(home)
    if not findings:
        again = in_seconds(home)
        findings = again.differences
        for line in again.left:
            click.echo(line, err=True)
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
    from tieout.books import setup

    setup.check_config(home)


@config.command("show")
@HOME
def config_show(home: Path) -> None:
    """Print the settings; secrets are references and stay so."""
    from tieout.books import settings

    click.echo(settings.load(home).model_dump_json(indent=1))


@config.command("history")
@HOME
@FORMAT
def config_history(home: Path, form: str) -> None:
    """When tieout.toml changed, and what, as of the last publishing."""
    from tieout.ask.looking import show

    show(home, "config_history", form)


@config.command("people")
@HOME
@FORMAT
@click.option("--signers", is_flag=True, help="As the allowed_signers file that ssh-keygen reads.")
def config_people(home: Path, form: str, signers: bool) -> None:
    """Who may act in these books, with which key, as sealed in the ledger."""
    from ledger import signing
    from tieout.ask.looking import emit
    from tieout.books.in_force import sealed_of
    from tieout.people import governing

    if signers:
        click.echo(signing.signers(sealed_of(home).get("persons", [])).decode(), nl=False)
    else:
        emit(["name", "role", "key", "acts"], governing.people(home), form)


@config.command("propose")
@HOME
@acts
@REASON
def config_propose(home: Path, by: By, reason: str) -> None:
    """Propose the changed sealed part of tieout.toml: name, people, keys, approval."""
    from tieout.people import governing

    echo_all(governing.propose_config(home, by, reason))


@config.command("approve")
@HOME
@acts
@click.argument("proposal_id")
@REASON
def config_approve(home: Path, by: By, proposal_id: str, reason: str) -> None:
    """Approve a change of the sealed part: from now on tieout.toml has to agree with it."""
    from tieout.people import governing

    echo_all(governing.decide_config(home, by, proposal_id, reason))


@config.command("decline")
@HOME
@acts
@click.argument("proposal_id")
@click.option("--reason", required=True, help="Why.")
def config_decline(home: Path, by: By, proposal_id: str, reason: str) -> None:
    """Decline a change of the sealed part."""
    from tieout.people import governing

    echo_all(governing.decide_config(home, by, proposal_id, reason, decline=True))


@click.group()
def mapping() -> None:
    """The book of mappings: proposed by one person, approved by another."""


@mapping.command("propose")
@HOME
@acts
@click.argument("files", nargs=-1)
@REASON
def mapping_propose(home: Path, by: By, files: tuple[str, ...], reason: str) -> None:
    """Propose every file of mappings/ that differs from what is in force, or the named ones alone."""
    from tieout.people import governing

    lines = governing.propose(home, by, reason, [name.removesuffix(".csv") for name in files])
    echo_all(lines)
    if not lines:
        click.echo("nothing to propose: what mappings/ says is in force", err=True)


@mapping.command("approve")
@HOME
@acts
@click.argument("proposal_id", required=False)
@click.option("--all", "every", is_flag=True, help="All mapping files that wait.")
@REASON
def mapping_approve(home: Path, by: By, proposal_id: str | None, every: bool, reason: str) -> None:
    """Approve one proposal, or all: from now on it is in force."""
    from tieout.people import governing

    if not proposal_id and not every:
        raise click.UsageError("name a proposal or say --all")
    echo_all(governing.decide(home, by, None if every else proposal_id, reason))


@mapping.command("decline")
@HOME
@acts
@click.argument("proposal_id")
@click.option("--reason", required=True, help="Why.")
def mapping_decline(home: Path, by: By, proposal_id: str, reason: str) -> None:
    """Decline a proposal."""
    from tieout.people import governing

    echo_all(governing.decide(home, by, proposal_id, reason, decline=True))


@mapping.command("impact")
@HOME
@FORMAT
@click.argument("proposal_id", required=False)
def mapping_impact(home: Path, form: str, proposal_id: str | None) -> None:
    """What a proposal, or all that wait, would change: exceptions, payouts, postings. Judged on a copy; nothing is written."""
    from tieout.ask.impact import impact
    from tieout.ask.looking import emit

    emit(*impact(home, proposal_id, say), form)


@mapping.command("list")
@HOME
@FORMAT
def mapping_list(home: Path, form: str) -> None:
    """Every proposal and where it stands: waiting, in force, superseded, declined, stale, replaced."""
    from tieout.ask.looking import emit
    from tieout.people import governing

    emit(*governing.listing(home), form)


@mapping.command("show")
@HOME
@FORMAT
@click.argument("name")
def mapping_show(home: Path, form: str, name: str) -> None:
    """Rows of a file as they are in force, or of a proposal by its id."""
    from tieout.ask.looking import emit
    from tieout.people import governing

    emit(*governing.content(home, name), form)


@mapping.command("history")
@HOME
@FORMAT
@click.argument("file", required=False)
def mapping_history(home: Path, form: str, file: str | None) -> None:
    """Who proposed and who approved what, row by row."""
    from tieout.ask.looking import emit
    from tieout.people import governing

    emit(*governing.history(home, file or ""), form)


@click.group()
def period() -> None:
    """Months of each entity: open, closed by a person, or locked by the policy or in Odoo."""


@period.command("list")
@HOME
@FORMAT
@click.option("--entity", default="", help="Only this entity.")
def period_list(home: Path, form: str, entity: str) -> None:
    """Every month and what became of it."""
    from tieout.ask.looking import show

    show(home, "period_list", form, {"entity": entity})


@period.command("close")
@HOME
@acts
@click.argument("period")
@click.option("--entity", required=True, help="Whose month.")
@click.option("--reason", default="", help="In words.")
def period_close(home: Path, by: By, period: str, entity: str, reason: str) -> None:
    """Close PERIOD (YYYY-MM); refused before it is over, while files about it are to come, and while serious exceptions, unproven payouts or unsent entries of it are open."""
    from tieout.people import periods

    for line in periods.close(home, by, entity, period, reason):
        click.echo(line)


@period.command("reopen")
@HOME
@acts
@click.argument("period")
@click.option("--entity", required=True, help="Whose month.")
@click.option("--reason", required=True, help="Why, in words.")
def period_reopen(home: Path, by: By, period: str, entity: str, reason: str) -> None:
    """Open a closed PERIOD again; an approver does it."""
    from tieout.people import periods

    for line in periods.reopen(home, by, entity, period, reason):
        click.echo(line)


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("head")
@HOME
@FORMAT
def audit_head(home: Path, form: str) -> None:
    """Size, Merkle root and head of the log, from the manifests themselves."""
    from ledger import log
    from tieout.ask.looking import emit

    head = log.head(home)
    emit(["size", "root", "head", "at"], [(head.size, head.root, head.head, head.at)], form)


@audit.command("verify")
@HOME
@click.option("--deep", is_flag=True, help="Unpack the kept files, compute rows, roots and sums of every segment again, and compare the rows of the auditors' copy.")
def audit_verify(home: Path, deep: bool) -> None:
    """Prove the chain of manifests, and that every segment, kept file, signed act, sealed file and the auditors' copy has the bytes that were written; prints nothing and ends with 0 when the ledger is intact."""
    if deep:
        from tieout.ask.checking import check as verified
    else:
        from tieout.books.verifying import verified

    findings = verified(home)
    for line in findings:
        click.echo(line)
    raise SystemExit(70 if findings else 0)


@audit.command("reproduce")
@HOME
def audit_reproduce(home: Path) -> None:
    """Run the published rules again over the auditors' copy and compare every fact, finding, entry and proof with what it holds; prints nothing and ends with 0 where all are equal."""
    from tieout.ask.reproducing import reproduce

    done = reproduce(home)
    for line in done.left:
        click.echo(line, err=True)
    for line in done.differences:
        click.echo(line)
    raise SystemExit(70 if done.differences else 0)


@audit.command("log")
@HOME
@FORMAT
def audit_log(home: Path, form: str) -> None:
    """Every manifest: what was added, when, by which run."""
    from tieout.ask.looking import show

    show(home, "audit_log", form)


@audit.command("publish")
@HOME
def audit_publish(home: Path) -> None:
    """Write the auditors' copy again."""
    from tieout.night.rejudging import republish

    republish(home)


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (run, check, config, mapping, period, audit):
        group.add_command(command)
