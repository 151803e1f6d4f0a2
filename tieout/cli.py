"""The command line: parses, calls one function, prints."""

from __future__ import annotations

import atexit
import csv
import gc
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from ledger.errors import TieoutError
from ledger.private import shown
from tieout.books.progress import Step
from tieout.people.person import By

from . import __version__

HOME = click.option(
    "--home",
    "home",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    envvar="TIEOUT_HOME",
    default=Path(),
    help="Folder of the books (default: TIEOUT_HOME, else here).",
)
FORMAT = click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="How to print.")
ENTITY = click.option("--entity", default="", help="Only this entity.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
NOUNS = ("books", "files", "judgements", "outputs", "beginning")
# Modules and rules are most of what a short command allocates: looking among them for garbage over and over, and once more at the end of the process, is a tenth of a small night.
ALLOCATED = 50_000
atexit.register(gc.freeze)


def writable(_: click.Context, __: click.Parameter, path: Path) -> Path:
    """A file that is to be written lies in a folder that is there and may be written."""
    if not path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder '{path.parent}'")
    if not os.access(path.absolute().parent, os.W_OK):
        raise click.BadParameter(f"the folder '{path.parent}' may not be written")
    return path


def acts(command: Callable[..., None]) -> Callable[..., None]:
    """Options of a command that is an act of a person; it gets them as one `by`."""

    @click.option("--as", "name", envvar="TIEOUT_AS", default="", help="Who acts (default: the login).")
    @click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), envvar="TIEOUT_KEY", help="Sign with this SSH key, or with the agent's key of a .pub file.")
    @click.option("--document", type=click.Path(path_type=Path, dir_okay=False), help="Write what has to be signed into this file, and do nothing else.")
    @click.option("--signature", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The signature of --document: act on it.")
    @wraps(command)
    def inner(name: str, key: Path | None, document: Path | None, signature: Path | None, **others: Any) -> None:
        if signature and not (document and document.exists()):
            raise click.UsageError("--signature needs the --document that was signed")
        command(by=By(name, key, document, signature), **others)

    return inner


def examples() -> dict[str, list[tuple[str, str]]]:
    """Words of a command → ways to call it, each with what it is for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in csv.DictReader((files("tieout") / "commands" / "examples.csv").read_text(encoding="utf-8").splitlines()):
        found.setdefault(row["command"], []).append((row["example"], row["what"]))
    return found


class Commands(click.Group):
    """Loads the modules of the nouns only when a command is looked for, so that --help stays quick."""

    def _all(self) -> None:
        if not self.commands:
            from importlib import import_module

            for noun in NOUNS:
                import_module(f"tieout.commands.{noun}").add_to(self)
            for words, lines in examples().items():
                command: click.Command = self
                for word in words.split(" "):
                    command = command.commands[word] if isinstance(command, click.Group) else command
                command.epilog = "\b\nFor example:\n" + "\n".join(f"  {line}{f'   # {what}' if what else ''}" for line, what in lines)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._all()
        return sorted(self.commands)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        self._all()
        return super().get_command(ctx, name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="tieout")
def cli() -> None:
    """Ties every cent of a payout back to its orders and forward to its bank line and journal entry, and says what does not tie.

    Exit codes: 0 well, 65 refused input, 70 broken invariant, 74 disk, 75 try again, 77 not allowed, 78 configuration.
    """


QUIET_SECONDS = 10
_said = [time.monotonic()]


class _Terminal:
    """The last line of a terminal: each step over the one before; where the work says how far it is, a bar with an estimate."""

    def __init__(self) -> None:
        self._bar: Any = None

    def show(self, text: str, step: Step | None) -> None:
        """Draw it. click writes the line; drawn by its own `render_progress` it would hide the cursor, and a command that is killed would leave it hidden."""
        columns = shutil.get_terminal_size().columns - 1
        if step is None or not step.whole:
            self._bar = None
        else:
            if self._bar is None or (self._bar.label, self._bar.length) != (step.phase, step.whole) or step.done < self._bar.pos:
                self._bar = click.progressbar(length=step.whole, label=step.phase, width=20, item_show_func=str, file=sys.stderr, bar_template="%(label)s [%(bar)s] %(info)s")
            self._bar.current_item = text
            self._bar.make_step(step.done - self._bar.pos)
            text = self._bar.format_progress_line()
        click.echo(f"\r\033[K{text[:columns]}", err=True, nl=False)


_terminal = _Terminal()


def say(text: str) -> None:
    """Progress, on standard error: on a terminal each step over the one before, with a bar on long work; elsewhere a line now and then, so that only long work is heard of."""
    step = text if isinstance(text, Step) else None
    text = shown(text)  # names of files stand in it
    if sys.stderr.isatty():
        _terminal.show(text, step)
    elif text and time.monotonic() - _said[0] >= QUIET_SECONDS:
        _said[0] = time.monotonic()
        click.echo(f"… {text}", err=True)


def stopped(number: int, _: object) -> None:
    """A stop is taken like a crash, which every step is made for; an exception in the middle of a query would be taken for a fault of ours."""
    os.write(2, b"\ntieout: stopped safely; run again to continue\n")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def main() -> None:
    """Entry point: an error of ours is one message and its exit code; of any other only kind and place are told, its message may contain customer data."""
    os.umask(0o077)
    gc.set_threshold(ALLOCATED, *gc.get_threshold()[1:])
    _said[0] = time.monotonic()  # each command is silent on its own, also where one process gives several
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopped)
    try:
        cli.main(prog_name="tieout", standalone_mode=True)
    except TieoutError as error:
        click.echo("\n".join(shown(line) for line in f"tieout: {error}".split("\n")), err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        from ledger.durable import disk_failure

        full = disk_failure(error)
        if full:
            click.echo(f"tieout: {full}", err=True)
            sys.exit(full.exit_code)
        if os.environ.get("TIEOUT_TRACEBACK"):
            raise
        click.echo(f"tieout: an error inside Tieout: {type(error).__name__} at {places(error)}\n  Report it; TIEOUT_TRACEBACK=1 shows all, cell contents included.", err=True)
        sys.exit(70)


def places(error: BaseException) -> str:
    """Where an error came from, innermost first: files of ours and lines, without a word of its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).parent.name}/{Path(f.filename).name}:{f.lineno}" for f in reversed(frames) if "site-packages" not in f.filename]
    return ", ".join(ours[:6])
