"""Finds the importers: every public module of this folder is one; exactly one may claim a file."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from ledger.errors import FileRefusedError

from ._declared import DeclaredCsv
from ._kit import Importer
from ._probe import Probe


@cache
def importers() -> tuple[Importer, ...]:
    """One of each, by name."""
    import importers as package

    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))
    return tuple(import_module(f"importers.{name}").Importer() for name in names)


def declared(table: str, feed: str) -> Importer:
    """The importer of a feed's declared CSV; FileRefusedError where none lands that table."""
    found = [importer for importer in importers() if table in importer.declares]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(name for importer in importers() for name in importer.declares))
    raise FileRefusedError(
        f"[feed.csv] names a table that no declared file lands: {table}",
        code="FEED_SETTINGS",
        where=feed,
        hint=f"Tables that may be declared: {names}.",
    )


def identify(probe: Probe, csv: DeclaredCsv | None = None, feed: str = "") -> Importer:
    """The importer that claims the file, or that the feed declares; FileRefusedError where none does, or more than one."""
    if probe.kind == "empty":
        raise FileRefusedError("the file is empty", code="EMPTY", where=probe.name, hint="An empty day has a header; ask the source why this file has nothing.")
    if probe.kind == "html":
        raise FileRefusedError(
            "the file is a web page, not an export", code="HTML", where=probe.name, hint="The download needed a login or failed; fetch it again."
        )
    if csv and probe.kind == "csv":
        return declared(csv.table, feed)
    claims = [importer for importer in importers() if not importer.lacks(probe)]
    if len(claims) == 1:
        return claims[0]
    if claims:
        raise FileRefusedError(
            f"more than one importer claims the file: {', '.join(i.module_name() for i in claims)}",
            code="AMBIGUOUS_FORMAT",
            where=probe.name,
            hint="Two formats share these columns; export with the columns that tell them apart.",
        )
    if probe.kind == "csv" and probe.encoding != "utf-8":
        raise probe.not_utf8()
    reason = next((found for importer in importers() if (found := importer.knows(probe))), None)
    if reason:
        raise reason
    known = [i for i in importers() if not i.declares]
    able = [i for i in known if probe.kind in i.kinds] or known
    near = min(able, key=lambda i: (len(i.lacks(probe)) / max(1, len(i.claims)), i.module_name()))
    lacks = near.lacks(probe)
    hope = f"; nearest is {near.module_name()}, which lacks {', '.join(lacks[:4])}" if 2 * len(lacks) <= len(near.claims) else ""
    raise FileRefusedError(
        f"no importer knows this file{hope}",
        code="FORMAT_UNKNOWN",
        where=probe.name,
        row=1,
        hint="`tieout file identify FILE` says what each importer lacked; docs/reference/files.md lists the formats.",
    )
