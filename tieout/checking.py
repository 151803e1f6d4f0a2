"""`tieout check`: chain, files, balances and controls; silence means well."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice
from pathlib import Path

import duckdb

from ledger import merkle
from ledger.errors import NotBooksError
from ledger.named import named
from ledger.proof import tables_fault, views_fault
from ledger.session import connect
from ledger.sqltext import sql
from ledger.store import Head, manifest_path, read_manifests
from ledger.verify import verify

from . import chain
from .watching import last_heartbeat


def check(home: Path, *, deep: bool = True) -> list[str]:
    """Everything that is wrong, each naming its file or table. Without `deep` by hashes alone: no row is read, neither of a segment nor of the auditors' copy."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    findings = verify(home, deep=deep)
    beat = last_heartbeat(home)
    for where, size, known in (("audit/audit.duckdb", *published_head(home)), ("reports/heartbeat.json", beat.get("size"), beat.get("head"))):
        path = manifest_path(home, size - 1) if size else None
        if path and (not path.exists() or sha256(path.read_bytes()).hexdigest() != known):
            findings.append(f"{where}: it knows a longer or another history than ledger/manifests; an older copy was restored, or manifests are lost")
    copy = home / "audit" / "audit.duckdb"
    if findings or not deep or not copy.exists():
        return findings
    with connect(copy, read_only=True) as con:
        published = con.execute(sql("tieout", "published_head")).fetchall()[0][0]
        # Which file was published is noted in the books themselves; what its rows must be is chained.
        fault = tables_fault(con, home, named(islice(read_manifests(home), published)), None) or views_fault(con)
        findings += [f"audit/audit.duckdb: {fault}"] if fault else []
        findings += chain.broken(home, con)
    return findings


def published_head(home: Path) -> tuple[int, str]:
    """Size and head of the log when the auditors' copy was written; (0, "") where there is none, or it cannot be read."""
    copy = home / "audit" / "audit.duckdb"
    if not copy.exists():
        return 0, ""
    try:
        with connect(copy, read_only=True) as con:
            rows = con.execute(sql("tieout", "published_head")).fetchall()
    except duckdb.Error:  # a file that cannot be read is not the one that was published: its hash says so
        return 0, ""
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")


def head(home: Path) -> Head:
    """Head of the log, read from the manifests."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    leaves, last, at = [], "", ""
    for body, data in read_manifests(home):
        leaves.append(merkle.leaf_hash(data))
        last, at = sha256(data).hexdigest(), body["at"]
    return Head(len(leaves), merkle.root(leaves), last, at)
