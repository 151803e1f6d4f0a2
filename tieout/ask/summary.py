"""The end of a run in figures."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb

from exporters import _totals
from ledger.private import shown
from ledger.sqltext import execute, sql
from tieout.books import settings
from tieout.night.landing_step import Landed
from tieout.night.nightly import EXIT_CODES, Night, Transfers

from .looking import asked, copy_of, plain, rows_of


def of_run(home: Path, done: Night) -> list[str]:
    """What landed; of a run that published also orders, lines, payouts, exceptions by code, control sums and the files written."""
    landed = done.landed
    lines = [
        f"run {done.run_id} as of {done.as_of}: {landed.files} files landed ({landed.new} rows new, {landed.same} known, {landed.versions} new versions{f', {landed.gone:,} gone' if landed.gone else ''}), "
        f"{landed.duplicates} seen before, {len(landed.refused)} refused"
    ]
    lines += [f"{name} was refused before; what it waited for has changed, and it was tried again" for name in landed.again]
    lines += [f"left out of {line}" for line in landed.left_out]
    if not settings.load(home).feed:
        lines.append("tieout.toml has no [[feed]] yet: nothing of inbox/ is anybody's (docs/books.md has the smallest books)")
    if not done.published:
        what = "it had been judged before it was interrupted; nothing was published" if done.judged else "nothing was judged, booked or published"
        return [*lines, f"{what}: `tieout run` goes on from here"]
    with copy_of(home) as con:
        lines += _figures(con)
    if done.missed:
        days = f"{done.missed[0]}" if len(done.missed) == 1 else f"{len(done.missed)} business days, {done.missed[0]} to {done.missed[-1]}"
        lines.append(f"no night on {days}: what waited since is in this one")
    lines += [f"taken from an earlier judgement and not so: {line}" for line in done.differences]
    lines.append(f"{len(done.exported)} files written, {done.held} entries held, {done.pushed} files pushed")
    return (
        lines
        + [f"  {path}" for path in done.exported]
        + [f"  reports/{done.run_id}/exceptions.xlsx", f"  reports/{done.run_id}/status.html", "  audit/audit.duckdb", "  reports/latest/ has both reports under names that stay"]
    )


def _figures(con: duckdb.DuckDBPyConnection) -> list[str]:
    """What the auditors' copy holds: totals, exceptions by code, what no rule could look at, control sums."""
    names, rows = asked(con, "run_totals")
    lines = []
    total = dict(zip(names, rows[0], strict=True))
    payouts = ", ".join(f"{number} {word}" for _, number, word in _totals.told(_totals.payouts(con)))
    lines.append(f"{total['orders']} orders, {total['lines']} settlement lines; payouts: {payouts}")
    lines.append(f"exceptions: {_totals.sentence(_totals.counts(con))}")
    for code, severity, count, _, review, amount, currency in execute(con, sql("exporters", "workbook_codes")).fetchall():
        if severity:
            lines.append(f"  {severity:<6} {code:<32} {count:>6}  {plain(amount, currency):>16} {currency}{f'  ({review} in review)' if review else ''}".rstrip())
    beyond = asked(con, "not_evaluated")[1]
    if beyond:
        lines.append("not evaluated (subjects beyond what a source of the rule covers):")
    for rule, name, count, state in beyond:
        lines.append(f"  {rule:<6} {name:<32} {count:>6}  {'its source was never landed' if state == 'no_source' else ''}".rstrip())
    lines.append("control sums (lines = proven + in transit + in exception + resolved + unlooked):")
    for source, currency, count, amount, *parts, control in asked(con, "completeness")[1]:
        words = {"read": "rules read it, nothing follows its rows", "not_controlled": "not controlled: no rule reads it"}.get(control, "")
        lines.append(f"  {source:<22} {currency:<3} {count:>8} = {' + '.join(str(p) for p in parts):<40} {plain(amount, currency):>18}  {words}".rstrip())
    lines += [f"not looked at: {what} {name}{f', {items} items of Odoo' if items else ''}: {why}" for why, what, name, items in asked(con, "beyond_coverage")[1]]
    states = asked(con, "coverage")[1]
    lines.append("checks (controlled = both sides had rows): " + ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in states))
    return lines


def of_transfers(done: Transfers) -> int:
    """Say on standard error what waits or failed at the remotes; the exit code."""
    for remote, name, reason in done.waiting:
        click.echo(f"tieout: {remote}: {shown(name)}: {reason}", err=True)
    for remote, error in done.failures:
        click.echo(f"tieout: {error}" if error.where.startswith(remote) else f"tieout: {remote}: {error}", err=True)
    codes = {error.exit_code for _, error in done.failures}
    return next((code for code in EXIT_CODES if code in codes), 0)


def of_refused(done: Landed) -> None:
    """Say on standard error which files were refused, which held card numbers and which wait in the inbox."""
    for one in done.refused:
        place = ":".join(str(part) for part in (one.name, one.row, one.column) if part)
        click.echo(f"tieout: {shown(place)}: {shown(one.reason)} [{one.code}]; it waits in dead-letters/\n  {shown(one.remedy)}", err=True)
    for name, rows in done.masked:
        click.echo(f"tieout: {shown(name)}: {rows} rows held a card number in a text; it is not in the ledger", err=True)
    for name, reason in done.waiting:
        click.echo(f"tieout: {shown(name)}: {reason}; the next run looks at it again", err=True)


def open_of(home: Path, severity: str) -> bool:
    """Whether an exception of this severity, or a blocking one, is open."""
    return bool(rows_of(home, "open_of", {"severity": severity})[1])
