"""Statements of auditors on the published copy, and on nothing else."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import duckdb

from ledger.errors import NotBooksError, NotFoundError, QueryRefusedError
from ledger.sqltext import sql
from rules._rules import load

from .looking import emit

SECONDS = 60
BYTES = 4 << 30
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "threads": "2",
    "max_temp_directory_size": "1GB",
}
# a PIVOT that has to look at the values first is a MULTI; nothing else is
TAKEN = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)


def query(home: Path, statement: str, form: str) -> None:
    """Print the rows of one SELECT; QueryRefusedError for anything else, and for one that runs too long."""
    path = home / "audit" / "audit.duckdb"
    if not path.exists():
        raise NotBooksError("nothing is published here yet", where=home.name, hint="`tieout run` lands what is in inbox/ and publishes.")
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CPU, (_spent() + SECONDS * 4, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    con = duckdb.connect(str(path), read_only=True, config=dict(LOCKED))
    con.execute(sql("tieout", "query_session"))
    timer = threading.Timer(SECONDS, con.interrupt)
    timer.daemon = True
    try:
        listed = con.extract_statements(statement)
        if not listed:
            raise QueryRefusedError("no statement was given", where="query")
        if len(listed) != 1 or listed[0].type not in TAKEN:
            raise QueryRefusedError("only one SELECT at a time", where="query")
        timer.start()
        cursor = con.execute(listed[0])
        columns, rows = [d[0] for d in cursor.description or []], cursor.fetchall()
    except duckdb.InterruptException:
        raise QueryRefusedError(f"the statement ran longer than {SECONDS} s", where="query") from None
    except duckdb.PermissionException:
        raise QueryRefusedError("the statement reaches outside the published tables", where="query") from None
    except (duckdb.Error, MemoryError) as error:
        raise QueryRefusedError(" ".join(str(error).partition("\nLINE ")[0].split()) or "out of memory", where="query") from None
    finally:
        timer.cancel()
        con.close()
    emit(columns, rows, form)


def _spent() -> int:
    """CPU seconds of this process so far: the limit counts from its start, and ours from here.

    Two threads are stopped by the timer at two CPU seconds per second; twice that leaves the timer
    its turn, and ends only a statement that does not hear it.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + 1


def run_rule(home: Path, name: str, form: str) -> None:
    """Run a rule's file as it is over the published copy."""
    found = [r for r in load() if name in (r.name, r.id, r.header.code) and r.header.kind in ("check", "match", "fact", "post")]
    if not found:
        raise NotFoundError("no rule has this name, id or code", where=name)
    query(home, found[0].text, form)
