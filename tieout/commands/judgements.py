"""Commands about what was judged: exceptions, rules, matches, the proof of a payout, the trace of an order, the status."""

from __future__ import annotations

from pathlib import Path

import click

from tieout.cli import ENTITY, FORMAT, HOME, acts, writable
from tieout.commands.books import echo_all
from tieout.people.person import By

LIMIT = click.option("--limit", type=click.IntRange(min=0), help="Rows at most; 0 = all (default: 1,000 as a table, all of them as csv or json).")


@click.group()
def exception() -> None:
    """Rows that a person must look at."""


@exception.command("list")
@HOME
@FORMAT
@ENTITY
@click.option("--state", default="to_decide", help="to_decide (open and review), open, review, in_transit, before_cutover, resolved, written_off, gone, or all.")
@click.option("--code", default="", help="Only this code.")
def exception_list(home: Path, form: str, entity: str, state: str, code: str) -> None:
    """Exceptions, the gravest first."""
    from tieout.ask.looking import show_exceptions

    show_exceptions(home, form, {"state": state, "code": code, "entity": entity})


@exception.command("show")
@HOME
@FORMAT
@click.argument("exception_id")
def exception_show(home: Path, form: str, exception_id: str) -> None:
    """One exception as a colleague would tell it: the cause, what to do, what came nearest, its rows and its history; as JSON one object."""
    from tieout.ask.looking import show_exception

    show_exception(home, exception_id, form)


@exception.command("resolve")
@HOME
@acts
@click.argument("exception_id")
@click.option("--reason", required=True, help="Reason code, e.g. SOURCE_CORRECTED.")
@click.option("--write-off", is_flag=True, help="Give the amount up; above the policy writeoff_limit an approver has to say the same.")
@click.option("--comment", default="", help="In words.")
def exception_resolve(home: Path, by: By, exception_id: str, reason: str, write_off: bool, comment: str) -> None:
    """Resolve an exception with a reason code; it comes back when its amount changes."""
    from tieout.people.deciding import resolve

    echo_all(resolve(home, by, exception_id, reason, comment, write_off=write_off))


@exception.command("reopen")
@HOME
@acts
@click.argument("exception_id")
@click.option("--reason", required=True, help="Why.")
def exception_reopen(home: Path, by: By, exception_id: str, reason: str) -> None:
    """Take a resolution or a write-off back."""
    from tieout.people.deciding import reopen

    echo_all(reopen(home, by, exception_id, reason))


@exception.command("assign")
@HOME
@acts
@click.argument("exception_id")
@click.option("--owner", required=True, help="Who has to act.")
def exception_assign(home: Path, by: By, exception_id: str, owner: str) -> None:
    """Give an exception to somebody."""
    from tieout.people.deciding import assign

    echo_all(assign(home, by, exception_id, owner))


@exception.command("report")
@HOME
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), callback=writable, required=True, help="Workbook to write.")
def exception_report(home: Path, output: Path) -> None:
    """Write the workbook as of the last run."""
    from tieout.people.deciding import report

    report(home, output)


@exception.command("apply")
@HOME
@acts
@click.argument("workbook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def exception_apply(home: Path, by: By, workbook: Path) -> None:
    """Take over what people wrote on the workbook's Decisions sheet."""
    from ledger.errors import FileRefusedError
    from tieout.people.deciding import apply
    from tieout.people.dropped import settle

    done = apply(home, by, workbook)
    if not by.document or by.signature:
        settle(home, workbook, done)
    echo_all([*done.said, *done.undecided])
    if done.left:
        raise FileRefusedError("\n  ".join([f"{len(done.left)} of its rows not taken:", *done.left]), code="WORKBOOK_CHANGED", where=workbook.name, hint="Take a fresh workbook for these: `tieout exception report -o FILE.xlsx`.")


@click.group()
def rule() -> None:
    """The rules."""


@rule.command("list")
@FORMAT
def rule_list(form: str) -> None:
    """Every rule with its code and severity."""
    from rules._rules import load
    from tieout.ask.looking import emit

    emit(
        ["rule", "kind", "code", "severity", "name", "title"],
        [(r.id, r.header.kind, r.header.code, r.header.severity, f"{r.topic}/{r.name}", r.header.title) for r in load()],
        form,
    )


@rule.command("show")
@click.argument("name")
@click.option("--sql", "as_sql", is_flag=True, help="The statement alone, to run in a shell.")
def rule_show(name: str, as_sql: bool) -> None:
    """One rule's file, by name, id or code."""
    from ledger.errors import NotFoundError
    from rules._rules import load

    found = [r for r in load() if name in (r.name, r.id, r.header.code)]
    if not found:
        raise NotFoundError("no rule has this name, id or code", where=name)
    for one in found:
        click.echo(one.text.split("*/", 1)[1].strip() if as_sql else f"-- rules/{one.topic}/{one.name}.sql\n{one.text}", nl=True)


@rule.command("run")
@HOME
@FORMAT
@LIMIT
@click.argument("name")
def rule_run(home: Path, form: str, limit: int | None, name: str) -> None:
    """Run one rule over the auditors' copy and print what it returns."""
    from tieout.ask.querying import run_rule

    run_rule(home, name, form, limit)


@rule.command("test")
@click.argument("names", nargs=-1)
def rule_test(names: tuple[str, ...]) -> None:
    """Run the Markdown cases of the rules, or of those that are named by name, id, code or file; exit 1 where one does not hold."""
    from tieout.ask.rule_cases import cases, run_case

    failed, found = 0, cases(names)
    for case in found:
        differences = run_case(case)
        failed += bool(differences)
        for line in [f"{case.stem}:", *(f"  {d}" for d in differences)] if differences else []:
            click.echo(line)
    click.echo(f"{len(found) - failed} cases hold" + (f", {failed} do not" if failed else ""))
    raise SystemExit(1 if failed else 0)


@click.group()
def match() -> None:
    """Things that were found to belong together."""


@match.command("list")
@HOME
@FORMAT
def match_list(home: Path, form: str) -> None:
    """Match groups, the first thousand; all of them by `tieout query`."""
    from tieout.ask.looking import show

    show(home, "match_list", form)


@match.command("show")
@HOME
@FORMAT
@click.argument("group_id")
def match_show(home: Path, form: str, group_id: str) -> None:
    """The members of a group."""
    from tieout.ask.looking import show

    show(home, "match_show", form, {"id": group_id}, must="no match group has this id")


@match.command("confirm")
@HOME
@acts
@click.argument("left")
@click.argument("right")
@click.option("--reason", required=True, help="Why.")
@click.option("--even-so", is_flag=True, help="Though the bank line has the reference of another payout.")
def match_confirm(home: Path, by: By, left: str, right: str, reason: str, even_so: bool) -> None:
    """Say that a payment event and a settlement line, or a payout and a bank line, belong together."""
    from tieout.people.matching import confirm

    echo_all(confirm(home, by, left, right, reason, even_so=even_so))


@match.command("undo")
@HOME
@acts
@click.argument("group_id")
@click.option("--reason", required=True, help="Why.")
def match_undo(home: Path, by: By, group_id: str, reason: str) -> None:
    """Say that the members of a match group do not belong together."""
    from tieout.people.matching import undo

    echo_all(undo(home, by, group_id, reason))


@click.group()
def opening() -> None:
    """Opening positions at the cut-over, landed as a file and approved by people."""


@opening.command("list")
@HOME
@FORMAT
def opening_list(home: Path, form: str) -> None:
    """Every position: in force or waiting, who approved it, and the line that it turned out to be."""
    from tieout.ask.looking import show

    show(home, "opening_list", form)


@opening.command("approve")
@HOME
@acts
@click.argument("file_id")
@click.option("--reason", default="", help="Why, in words.")
def opening_approve(home: Path, by: By, file_id: str, reason: str) -> None:
    """Approve a landed file of opening positions, by its id, the beginning of it or its name."""
    from tieout.people.positions import approve

    echo_all(approve(home, by, file_id, reason))


@click.command()
@HOME
@FORMAT
@click.argument("payout")
def prove(home: Path, form: str, payout: str) -> None:
    """The payout proof, cent by cent: bank line = buckets = lines = orders, and the clearing movement."""
    from tieout.ask.proving import prove as prove_payout

    prove_payout(home, payout, form)


@click.command()
@HOME
@FORMAT
@click.argument("order")
def trace(home: Path, form: str, order: str) -> None:
    """Every document about one order in every system, down to the bank and to the exceptions of its lines, payouts and bank lines. A settlement line as an exception names it (`account/line`) means its order."""
    from tieout.ask.looking import show

    show(home, "trace", form, {"order": order}, must="no order has this name", near="near_orders")


@click.command()
@HOME
@FORMAT
def status(home: Path, form: str) -> None:
    """How the last run ended, then the six groups: transactions, queue, transfers, retries, refused files, exceptions; then what was not controlled."""
    from exporters.status_page import groups
    from tieout.ask.looking import copy_of, emit
    from tieout.books.verifying import last_heartbeat

    with copy_of(home) as con:
        found = groups(con)
    if form != "table":
        emit(["group", "label", "value", "note"], [(group.title, *row) for group in found for row in group.rows], form)
        return
    beat = last_heartbeat(home)
    if beat:
        click.echo(f"Last run\n  {beat.get('run_id')}: {beat['state']}, exit code {beat.get('exit_code')}, retries {beat.get('retries', 0)}")
    for group in found:
        click.echo(group.title)
        for label, value, note in group.rows:
            click.echo(f"  {label:<32} {value:>8}  {note}".rstrip())


@click.command(context_settings={"ignore_unknown_options": True})  # a statement may begin with a remark
@HOME
@FORMAT
@click.argument("statement", required=False)
@click.option("--file", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Read the statement from a file.")
@LIMIT
def query(home: Path, form: str, statement: str | None, path: Path | None, limit: int | None) -> None:
    """One SELECT over the published tables; it can neither read nor write anything else. Its rows are printed as they come: an error after some of them is told with exit code 65."""
    from tieout.ask.querying import query as run_query

    run_query(home, path.read_text(encoding="utf-8") if path else statement or "", form, limit)


def add_to(group: click.Group) -> None:
    """Register the commands of this module."""
    for command in (exception, rule, match, opening, prove, trace, status, query):
        group.add_command(command)
