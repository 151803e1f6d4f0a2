"""Looking at single files, and deciding about refused ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from importers import _registry
from importers._probe import Probe
from ledger.errors import FileRefusedError, NotFoundError
from ledger.store import Store, open_store, stamp

from . import __version__, night, settings


def identify_lines(path: Path) -> list[str]:
    """Who claims the file, what it has, and what every other importer lacked."""
    probe = Probe(path, path.name)
    lines = []
    try:
        lines.append(f"{path.name}: {_registry.identify(probe).module_name()}")
        lines.append(f"  {probe.kind}, {len(probe.header)} columns" if probe.header else f"  {probe.kind} {probe.root}")
    except FileRefusedError as error:
        lines.append(f"{path.name}: refused, {error.message}")
        if probe.kind in ("empty", "html"):
            return lines
    for importer in _registry.importers():
        lacks = importer.lacks(probe)
        if lacks:
            lines.append(f"  not {importer.module_name()}: lacks {', '.join(lacks)}")
    return lines


def deliver(home: Path, path: Path, feed: str) -> None:
    """Copy a file into a feed's inbox."""
    if feed not in {f.name for f in settings.load(home).feed}:
        raise NotFoundError("no feed has this name", where=feed)
    folder = home / "inbox" / feed
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / path.name)


def pull(home: Path, say: Callable[[str], None]) -> int:
    """Fetch from the remotes; how many files came."""
    config = settings.load(home)
    with open_store(home) as store:
        fetched, _ = night.pull_step(store, config, say)
    return fetched


def dead_path(home: Path, file_id: str) -> Path:
    """The waiting file, by the start of its hash or its name."""
    waiting = [p for p in sorted((home / "dead-letters").rglob("*")) if p.is_file() and not p.name.endswith(".reason.json")]
    found = [p for p in waiting if p.name.startswith(file_id[:12]) or p.name[13:] == file_id or p.name == file_id]
    if len(found) != 1:
        raise NotFoundError("no refused file is known by this" if not found else "more than one refused file is known by this", where=file_id)
    return found[0]


def _decide(store: Store, path: Path, kind: str, actor: str, reason: str) -> None:
    digest = sha256(path.read_bytes()).hexdigest()
    store.begin(None, night.clock(), code=__version__)
    at = stamp(store.at)
    decision = {
        "decision_id": sha256(f"{kind}|{digest}|{at}".encode()).hexdigest()[:24],
        "kind": kind,
        "subject_key": digest,
        "action": kind,
        "actor": actor,
        "at": at,
        "reason": kind.upper(),
        "comment": reason or None,
    }
    rows = [
        {
            "file_id": digest,
            "feed": path.parent.name,
            "name": path.name[13:],
            "code": kind.upper(),
            "reason": reason or kind,
            "hint": "",
            "known_at": at,
            "run_id": "by hand",
            "state": "discarded" if kind == "discard" else "landed",
        }
    ]
    store.commit(
        "decision", f"{kind}:{digest}:{at}", [store.rows("decision", [decision]), store.rows("dead_letter", rows)], source={"sha256": digest, "actor": actor}
    )


def replay(home: Path, file_id: str, actor: str) -> str:
    """Back into the inbox, out of the queue; refused again it waits again."""
    path = dead_path(home, file_id)
    target = home / "inbox" / path.parent.name / path.name[13:]
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_store(home) as store:
        _decide(store, path, "replay", actor, "")
    path.replace(target)
    path.with_name(path.name + ".reason.json").unlink(missing_ok=True)
    return f"{target.relative_to(home)}: the next run tries it again"


def discard(home: Path, file_id: str, actor: str, reason: str) -> str:
    """Out of the queue for good; the file moves to dead-letters/discarded/."""
    path = dead_path(home, file_id)
    folder = home / "dead-letters" / ".discarded"
    folder.mkdir(exist_ok=True)
    with open_store(home) as store:
        _decide(store, path, "discard", actor, reason)
    path.replace(folder / path.name)
    path.with_name(path.name + ".reason.json").unlink(missing_ok=True)
    return f"{path.name[13:]}: discarded by {actor}"
