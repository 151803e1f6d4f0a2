"""The process that answers one statement: read-only, without a place to write to, its time and memory bounded. It is started by `tieout.ask.querying`.

One line of JSON on standard input says what is asked; rows go to standard output as they come, one line of JSON to standard error says how it ended.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from ledger.errors import QueryBusyError, QueryRefusedError, TieoutError
from ledger.session import connect
from ledger.sqltext import sql

from .looking import emit

LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "1GB",
    "threads": "2",
    "temp_directory": "",  # nothing is spilt: there is no folder that a statement could write into
}
ROWS = 1000
REMARK = re.compile(r"\s+|--[^\n]*(?:\n|$)|/\*(?:(?!/\*).)*?\*/", re.DOTALL)  # a remark within a remark is left to the parser
EXPLAINED = re.compile(r"explain\b|analyze\b|analyse\b|\(\s*(?:analyze|analyse|format)\b[^()]*\)", re.IGNORECASE)
# What a PIVOT that has to look at the values first may begin with: it is parsed as several statements, as is a COPY of one.
PIVOTED = re.compile(r"\(|(?:pivot|pivot_wider|from|select|with|unpivot|summarize|describe|table)\b", re.IGNORECASE)


def taken(con: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    """The one statement, a question, or an EXPLAIN of one; QueryRefusedError for every other."""
    listed = con.extract_statements(text)
    if not listed:
        raise QueryRefusedError("no statement was given", where="query")
    inner = _without(REMARK, text)
    if listed[0].type == duckdb.StatementType.EXPLAIN or inner[:7].lower() == "explain":
        inner = _without(EXPLAINED, inner)
    parsed = con.extract_statements(inner)
    kinds = {duckdb.StatementType.SELECT} | ({duckdb.StatementType.MULTI} if PIVOTED.match(inner) else set())
    if len(listed) != 1 or len(parsed) != 1 or parsed[0].type not in kinds:
        raise QueryRefusedError("only one SELECT at a time", where="query")
    return listed[0]


def _without(what: re.Pattern[str], text: str) -> str:
    """The text from where neither this nor a remark stands."""
    while found := what.match(text) or REMARK.match(text):
        text = text[found.end() :]
    return text


class Budget:
    """Seconds that the engine may work; what is waited for whoever reads the rows does not count."""

    def __init__(self, con: duckdb.DuckDBPyConnection, seconds: int):
        self.con, self.left, self.seconds = con, seconds * 1_000_000_000, seconds

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Interrupt what is done here when the budget is used up."""
        timer = threading.Timer(max(self.left, 1) / 1_000_000_000, self.con.interrupt)
        timer.daemon = True
        started = time.monotonic_ns()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.left -= time.monotonic_ns() - started


def rows_of(cursor: duckdb.DuckDBPyConnection, budget: Budget, limit: int, told: dict[str, object]) -> Iterator[tuple[Any, ...]]:
    """The rows in portions, `limit` of them at most (0 = all); `told` hears of a cut."""
    count = 0
    while True:
        with budget.spent():
            some = cursor.fetchmany(min(ROWS, limit + 1 - count) if limit else ROWS)
        for row in some:
            if limit and count == limit:
                told["cut"] = True
                return
            count += 1
            yield row
        if not some:
            return


def answer(asked: dict[str, Any], told: dict[str, object]) -> None:
    """Print the answer; QueryRefusedError for what the statement is at fault for, QueryBusyError for what the machine is."""
    con = None
    try:
        con = connect(asked["path"], read_only=True, config=LOCKED)
        budget = Budget(con, asked["seconds"])
        con.execute(sql("tieout", "query_session"))
        statement = taken(con, asked["statement"])
        with budget.spent():
            cursor = con.execute(statement)
        columns = [d[0] for d in cursor.description or []]
        if asked["form"] == "json" and (twice := [name for name in columns if columns.count(name) > 1]):
            raise QueryRefusedError(f"two columns are called {twice[0]}, of which JSON would show one: give each a name of its own, {twice[0]} AS …", where="query")
        emit(columns, rows_of(cursor, budget, asked["limit"], told), asked["form"])
        sys.stdout.flush()
    except duckdb.InterruptException:
        raise QueryRefusedError(f"the statement ran longer than {asked['seconds']} s", where="query") from None
    except duckdb.PermissionException:
        raise QueryRefusedError("the statement reaches outside the published tables", where="query") from None
    except duckdb.IOException as error:
        raise (QueryBusyError if con is None else QueryRefusedError)(_words(error), where="query") from None
    except (duckdb.Error, MemoryError) as error:
        raise QueryRefusedError(_words(error), where="query") from None


def _words(error: BaseException) -> str:
    return " ".join(str(error).partition("\nLINE ")[0].split())[:2000] or "out of memory"


def seal(asked: dict[str, Any]) -> None:
    """Take from this process what a question does not need: a folder to stand in, files that may grow, memory and time without end."""
    os.chdir("/")
    with suppress(OSError):  # where no folder may be made, none may be written into either
        empty = tempfile.mkdtemp()
        os.chdir(empty)
        Path(empty).rmdir()
    for kind, most in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, asked["bytes"]), (resource.RLIMIT_CPU, 4 * asked["seconds"] + 1)):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def main() -> None:
    """Read what is asked, answer it, say how it ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    asked = json.loads(sys.stdin.buffer.readline())
    seal(asked)
    threading.Thread(target=_gone, daemon=True).start()
    told: dict[str, object] = {}
    code = 0
    try:
        answer(asked, told)
    except TieoutError as error:
        told, code = {"message": error.message}, error.exit_code
    except MemoryError:
        told, code = {"message": "out of memory"}, QueryRefusedError.exit_code
    sys.stderr.write(json.dumps(told) + "\n")
    sys.stderr.flush()
    os._exit(code)  # without the engine's own farewell: what a runaway holds takes long to give back


def _gone() -> None:
    """Whoever asked is no longer there."""
    sys.stdin.buffer.read()
    os._exit(QueryBusyError.exit_code)


if __name__ == "__main__":
    main()
