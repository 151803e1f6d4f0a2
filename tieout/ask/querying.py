"""Statements of auditors on the published copy, and on nothing else: answered in a process of its own that can write nowhere."""

from __future__ import annotations

import codecs
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import click

from ledger import places
from ledger.errors import NotBooksError, NotFoundError, QueryBusyError, QueryRefusedError
from rules._rules import load

SECONDS = 60
BYTES = 4 << 30
SHOWN = 1000  # rows of a table for people; machine forms are whole
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


def query(home: Path, statement: str, form: str, limit: int | None = None) -> None:
    """Print the rows of one SELECT as they come; QueryRefusedError for anything else, and for one that takes too long or too much."""
    path = home.absolute() / "audit" / "audit.duckdb"
    if not places.is_file(path):
        raise NotBooksError("nothing is published here yet", where=home.name, hint="`tieout run` lands what is in inbox/ and publishes.")
    most = limit if limit is not None else SHOWN if form == "table" else 0
    asked = {"path": str(path), "statement": statement, "form": form, "limit": most, "seconds": SECONDS, "bytes": BYTES}
    said, code = _answered(asked)
    if code == 0 and said.get("cut"):
        click.echo(f"tieout: the first {most:,} rows are shown, there are more: `--limit 0` prints all, `--format csv` or `json` does so by itself", err=True)
    if code:
        _raise(said, code)


def _answered(asked: dict[str, object]) -> tuple[dict[str, object], int]:
    """What the process that answers had to say beside the rows, and how it ended; the rows are printed meanwhile."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONPATH": os.pathsep.join(p or str(Path.cwd()) for p in sys.path), "PYTHONUTF8": "1"}
    try:
        # Its input stays open while this process lives: where it ends, the other one ends too. -P: no module is taken from the folder that we stand in.
        child = subprocess.Popen([sys.executable, "-P", "-m", "tieout.ask.answering"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    except OSError:
        raise QueryBusyError("no process could be started for the statement", where="query") from None
    with child:
        try:
            if child.stdin and child.stdout and child.stderr:
                child.stdin.write(json.dumps(asked).encode() + b"\n")
                child.stdin.flush()
                _relay(child.stdout)
                told = child.stderr.read()
        except BrokenPipeError:
            if child.poll() is None:
                raise  # it is our own reader who has gone
            told = b""
        finally:
            if child.stdin:
                child.stdin.close()
        code = child.wait()
    *others, last = told.decode(errors="replace").splitlines() or [""]
    try:
        said = dict(json.loads(last))
    except ValueError:
        return {}, code or 1
    for line in others:
        click.echo(line, err=True)
    return said, code


def _relay(source: IO[bytes]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    while chunk := os.read(source.fileno(), 1 << 16):
        click.echo(decoder.decode(chunk), nl=False)


def _raise(said: dict[str, object], code: int) -> None:
    """The refusal that the other process told, or what its end means."""
    if code == QueryRefusedError.exit_code and said:
        raise QueryRefusedError(str(said["message"]), where="query")
    if code == QueryBusyError.exit_code and said:
        raise QueryBusyError(str(said["message"]), where="query")
    if code == -signal.SIGXCPU:
        raise QueryRefusedError(f"the statement took more than {4 * SECONDS} s of processor time", where="query")
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        raise QueryRefusedError("the statement took more memory than a question may have", where="query")
    raise QueryBusyError(f"the process that answered was ended by the system (signal {-code})" if code < 0 else "the process that answered failed", where="query")


def run_rule(home: Path, name: str, form: str, limit: int | None = None) -> None:
    """Run a rule's file as it is over the published copy."""
    found = [r for r in load() if name in (r.name, r.id, r.header.code) and r.header.kind in ("check", "match", "fact", "post")]
    if not found:
        raise NotFoundError("no rule has this name, id or code", where=name)
    query(home, found[0].text, form, limit)
