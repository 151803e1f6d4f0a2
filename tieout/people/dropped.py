"""Workbooks that lie in inbox/decisions/NAME/: what NAME decided in them is taken before the night, so that nobody needs a shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click

from ledger import places
from ledger.durable import folder as make_folder
from ledger.durable import replace
from ledger.errors import ConfigurationError, FileRefusedError, NotAllowedError, NotFoundError, PlaceError, TieoutError
from ledger.private import shown
from tieout.books import settings, watching
from tieout.books.settings import DECISIONS, Settings
from tieout.night import nightly
from tieout.night.nightly import Night
from tieout.remote.names import readable

from .deciding import Applied, apply
from .person import By

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
BYTES = 32 << 20
BESIDE = (".json", ".json.sig")  # the document that `exception apply --document` wrote, and its signature


@dataclass
class Dropped:
    """What was said of each workbook that was taken, and why the others were not: (name, reason) of those that wait and of those that are refused."""

    taken: list[tuple[str, list[str]]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def night(home: Path, as_of: date | None, say: Callable[[str], None], *, only_land: bool, full: bool) -> Night:
    """The nightly run, after what people decided: taken, or told why not. What only lands takes nothing: nobody judges what was decided."""
    done = Dropped() if only_land else take(home, say)
    for name, said in done.taken:
        click.echo("\n  ".join([f"decisions of {shown(name)}:", *said]))
    for name, told in (*done.refused, *done.waiting):
        click.echo(f"tieout: {shown(name)}: {told}", err=True)
    return nightly.run(home, as_of, say, only_land=only_land, full=full, turned_down=bool(done.refused))


def take(home: Path, say: Callable[[str], None]) -> Dropped:
    """Every workbook in the folder of a person, each in one act of that person. What stops the books stops the night too, and is told there."""
    done = Dropped()
    try:
        lying = list(_lying(home, done))
        if not lying:
            return done
        config = settings.load(home)
    except PlaceError as error:
        done.waiting.append((DECISIONS, error.message))
        return done
    except ConfigurationError:
        return done
    for path in lying:
        name = readable(path.relative_to(home / "inbox").as_posix())
        say(f"take {name}")
        try:
            _take(home, config, path, name, done)
        except (FileRefusedError, NotAllowedError, NotFoundError, PlaceError) as error:
            done.refused.append((name, str(error)))
            _answer(home, path, f"Not taken, nothing of it:\n{error}")
        except (TieoutError, OSError) as error:
            done.waiting.append((name, str(error)))
    return done


def settle(home: Path, path: Path, applied: Applied) -> None:
    """A workbook that was taken leaves the inbox, and its answer lies where it is kept; one that lies elsewhere stays."""
    if path.absolute().parent.parent != (home / "inbox" / DECISIONS).absolute():
        return
    path = path.absolute()
    _answer(home, path, "\n".join(["Taken:", *applied.said, *(["Not taken, the exception has changed since:", *applied.left] if applied.left else []), *applied.undecided]))
    for each in (path, *_signed(path)):
        if places.is_file(each):
            places.move(each, _kept(home, each))


def _lying(home: Path, done: Dropped) -> Iterator[Path]:
    """The workbooks, by person and name."""
    for person in places.entries(home / "inbox" / DECISIONS):
        told = f"{DECISIONS}/{readable(person.path.name)}"
        if person.path.name.startswith("."):
            continue
        if not person.is_folder or not NAME.fullmatch(person.path.name):
            done.waiting.append((told, person.strange or f"it lies in no folder of a person: put it into {DECISIONS}/NAME/, NAME being who decides"))
            continue
        for entry in places.entries(person.path):
            name = entry.path.name
            if name.startswith((".", "~$")) or any(name.lower().endswith(f".xlsx{end}") for end in BESIDE):
                continue
            if entry.strange or not name.lower().endswith(".xlsx"):
                why = entry.strange or "it is no workbook: decisions come in a .xlsx of the night"
                done.waiting.append((f"{told}/{readable(name)}", why))
                if not entry.strange:
                    _answer(home, entry.path, f"Not taken: {why}")
            else:
                yield entry.path


def _take(home: Path, config: Settings, path: Path, name: str, done: Dropped) -> None:
    person, (document, signature) = path.parent.name, _signed(path)
    signed = places.is_file(document) and places.is_file(signature)
    if config.environment != "test" and not signed:
        told = f"in the environment {config.environment} it needs a signature: `tieout exception apply inbox/{name} --as {person} --key KEY`, or the signed document beside it"
        done.waiting.append((name, told))
        _answer(home, path, f"It waits, and nothing of it is taken yet:\n{told}")
        return
    found = places.look(path)
    if found and found.info.st_size > BYTES:
        raise FileRefusedError(f"it is larger than {BYTES >> 20} MB", code="WORKBOOK_CHANGED", where=path.name)
    by = By(person, None, document, signature) if signed else By(person)
    applied = apply(home, by, path, data=places.read(path), judged=False)
    done.taken.append((name, applied.said))
    if applied.left:
        done.refused.append((name, "\n  ".join(applied.left)))
    watching.log(home, "decisions.taken", actor=person, file=name, decisions=len(applied.said), left=len(applied.left))
    settle(home, path, applied)


def _signed(path: Path) -> tuple[Path, Path]:
    """Where the document and its signature lie beside a workbook."""
    document, signature = (path.with_name(path.name + end) for end in BESIDE)
    return document, signature


def _kept(home: Path, path: Path) -> Path:
    return places.below(make_folder(home / "reports" / DECISIONS / path.parent.name), path.name)


def _answer(home: Path, path: Path, words: str) -> None:
    kept = _kept(home, path)
    replace(kept.with_name(kept.name + ".answer.txt"), (words + "\n").encode())
