"""What is missing for which proof, what lies unlanded, and which report brings it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from importers import _registry
from importers._kit import Importer
from ledger import places
from ledger.mappings import book
from ledger.sqltext import sql, tables_of
from tieout.books.dead_letters import reasons
from tieout.night.landing_step import inbox_of

from .looking import asked, copy_of

CURRENT = "_current"
SENTENCE = re.compile(r"(?<=[.:;])\s")


def doctor_lines(home: Path) -> Iterator[str]:
    """The books' state before and after the next night: each proof with the day up to which it can be made or what it lacks, what waits, rows to add, checks without a source."""
    yield from _waiting(home)
    if not places.is_file(home / "audit" / "audit.duckdb"):
        yield "nothing was judged here yet: `tieout run`"
        return
    with copy_of(home) as con:
        sides = [dict(zip(names, row, strict=True)) for names, rows in (asked(con, "doctor_sides"),) for row in rows]
        checks, landed = asked(con, "doctor_checks")[1], {name for (name,) in asked(con, "doctor_landed")[1]}
        to_add = asked(con, "doctor_rows")[1]
    for proof, of_proof in groupby(sides, key=lambda side: side["proof"]):
        yield f"{proof}"
        for subject, parts in groupby(of_proof, key=lambda side: side["subject"]):
            yield from _proof(str(subject), list(parts))
    if to_add:
        yield "what somebody has to add"
        yield from (f"  {code} {subject}: {suggestion}" for code, subject, suggestion in to_add)
    yield from _unlooked(checks, landed)


def _proof(subject: str, sides: list[dict[str, object]]) -> Iterator[str]:
    lacking = [side for side in sides if side["complete_until"] is None]
    lacks_role, is_not_made = (any(side[name] for side in sides) for name in ("lacks_role", "is_not_made"))
    if not lacking and not lacks_role and is_not_made:
        yield f"  {subject:<28} not made though all sides are there: the account is shared by processor accounts of several currencies, has items of another currency, is summed by day, or lacks its opening position (docs/reference/rules.md, clearing_scope)"
        return
    if not lacking and not lacks_role:
        least = min(str(side["complete_until"]) for side in sides)
        behind = [f"{side['side']} end there" for side in sides if str(side["complete_until"]) == least]
        others = max(str(side["complete_until"]) for side in sides) > least
        yield f"  {subject:<28} up to {least}{f' ({behind[0]}, others go on)' if others else ''}"
        return
    yield f"  {subject:<28} not yet"
    for side in lacking:
        owner = str(side["owner_key"] or "nobody that the mappings name")
        yield f"    lacks {side['side']} of {owner}: {where_from(str(side['source']), str(side['processor'] or ''))}"
    if lacks_role:
        yield f"    lacks the account: a row of accounts.csv with the role clearing, qualifier {subject}"


def where_from(source: str, processor: str = "") -> str:
    """The files that bring a table's rows, each with where it is exported; of a processor its own."""
    able = [one for one in _registry.importers() if any(lands.lands == source for lands in one.landed())]
    own = [one for one in able if processor and processor in (one.processor, one.source)]
    told = [f"{_where(one)} ({one.module_name()})" for one in (own or able) if not one.declares]
    if processor and not own:
        return f"no importer knows a report of {processor} that has them: declare its CSV with [feed.csv] (docs/books.md)"
    return "; or ".join(told[:4]) or "a CSV of your own, declared with [feed.csv] (docs/books.md)"


def _where(importer: Importer) -> str:
    """The first words of its manual: where the file is exported."""
    return SENTENCE.split(" ".join((type(importer).__doc__ or "").split()))[0].rstrip(".:;").replace("*", "")


def _waiting(home: Path) -> Iterator[str]:
    """Files that have not landed, and mapping files that are not in force."""
    delivered, strange = inbox_of(home)
    counts = Counter(path.parent.name for path in delivered)
    refused = reasons(home)
    told = [f"  inbox/{feed}: {number} file{'s' if number > 1 else ''}, which the next run lands" for feed, number in sorted(counts.items())]
    told += [f"  inbox/{name}: {why}" for name, why in strange]
    if refused:
        told.append(f"  dead-letters/: {len(refused)} file{'s' if len(refused) > 1 else ''} refused (`tieout dead-letter list` says why; after the cure `tieout dead-letter replay ID`)")
    cursor = book(home).execute(sql("ledger", "mapping_proposals"), {"seal": ""})
    names = [column[0] for column in cursor.description or []]
    waiting = {row[names.index("file")] for row in cursor.fetchall() if row[names.index("state")] == "waiting"}
    told += [f"  mappings/{file}.csv: proposed, and not approved (`tieout mapping approve --all`)" for file in sorted(waiting)]
    if told:
        yield "what waits"
        yield from told


def _unlooked(checks: list[tuple[object, ...]], landed: set[str]) -> Iterator[str]:
    """Checks that wait, by what they wait for."""
    wanted: dict[str, list[str]] = defaultdict(list)
    known = set(tables_of("sources"))
    for name, tables in checks:
        for table in {one.strip().removesuffix(CURRENT) for one in str(tables).split(",")} & known - landed:
            wanted[table].append(str(name))
    if wanted:
        yield "checks that nothing has come for yet"
    for table, names in sorted(wanted.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"  {table}: {len(names)} check{'s' if len(names) > 1 else ''} ({', '.join(names[:3])}{' …' if len(names) > 3 else ''}); from {where_from(table)}"
