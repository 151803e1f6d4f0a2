"""`tieout check`: chain, files, balances and controls; silence means well."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import duckdb

from ledger import merkle
from ledger.errors import NotBooksError
from ledger.sqltext import sql
from ledger.store import Head, manifest_path, read_manifests
from ledger.verify import verify


def check(home: Path) -> list[str]:
    """Everything that is wrong, each naming its file or table."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    findings = verify(home)
    copy = home / "audit" / "audit.duckdb"
    if findings or not copy.exists():
        return findings
    with duckdb.connect(str(copy), read_only=True) as con:
        findings += [row[0] for row in con.execute(sql("tieout", "controls")).fetchall()]
        published = con.execute(sql("tieout", "published_head")).fetchall()
    actual = head(home)
    if published and (published[0][0] > actual.size or (published[0][0] == actual.size and published[0][1] != actual.head)):
        findings.append("audit/audit.duckdb: the published copy knows a longer or another history than ledger/manifests; an older copy was restored")
    return findings


def head(home: Path) -> Head:
    """Head of the log, read from the manifests."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=home.name)
    leaves, last, at = [], "", ""
    for body, data in read_manifests(home):
        leaves.append(merkle.leaf_hash(data))
        last, at = sha256(data).hexdigest(), body["at"]
    return Head(len(leaves), merkle.root(leaves), last, at)
