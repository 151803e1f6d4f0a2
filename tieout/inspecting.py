"""Looking at single files, and deciding about refused ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from importers import _registry
from importers._probe import Probe
from ledger.errors import FileRefusedError, NotFoundError
from ledger.signing import Item
from ledger.sqltext import sql
from ledger.store import canonical, stamp

from . import night, settings
from .acting import Act, acting
from .opening import open_books
from .person import By


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
    with open_books(home) as (store, config):
        fetched, _ = night.pull_step(store, config, say)
    return fetched


def dead_path(home: Path, file_id: str) -> Path:
    """The waiting file, by the start of its hash or its name."""
    waiting = [p for p in sorted((home / "dead-letters").rglob("*")) if p.is_file() and not p.name.endswith(".reason.json")]
    found = [p for p in waiting if p.name.startswith(file_id[:12]) or p.name[13:] == file_id or p.name == file_id]
    if len(found) != 1:
        raise NotFoundError("no refused file is known by this" if not found else "more than one refused file is known by this", where=file_id)
    return found[0]


def _decide(act: Act, path: Path, kind: str, reason: str) -> bool:
    """One decision about a refused file; False where the document was only written."""
    store, digest = act.store, sha256(path.read_bytes()).hexdigest()
    last = store.con.execute(sql("tieout", "last_dead_letter"), {"file_id": digest}).fetchall()
    item = Item(digest, sha256(canonical([str(cell) for cell in (last[0] if last else ())])).hexdigest(), {"action": kind, "reason": reason})
    if not act.ready([item]):
        return False
    at = stamp(store.at)
    key = sha256(canonical([item.as_json(), act.actor])).hexdigest()
    decision = {
        "decision_id": key[:24],
        "kind": kind,
        "subject_key": digest,
        "action": kind,
        "actor": act.actor,
        "at": at,
        "reason": kind.upper(),
        "comment": reason or None,
        "before": "waiting",
        "after": "discarded" if kind == "discard" else "landed",
        "base_sha256": item.base,
        "signature": act.document_sha256,
    }
    row = {
        "file_id": digest,
        "feed": path.parent.name,
        "name": path.name[13:],
        "code": kind.upper(),
        "reason": reason or kind,
        "hint": "",
        "known_at": at,
        "run_id": "by hand",
        "state": decision["after"],
    }
    act.commit("decision", f"{kind}:{key}", [store.rows("decision", [decision]), store.rows("dead_letter", [row])], {"sha256": digest})
    return True


def replay(home: Path, by: By, file_id: str) -> str:
    """Back into the inbox, out of the queue; refused again it waits again."""
    path = dead_path(home, file_id)
    target = home / "inbox" / path.parent.name / path.name[13:]
    with acting(home, by, "replay") as act:
        if not _decide(act, path, "replay", ""):
            return act.how_to_sign()
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    path.with_name(path.name + ".reason.json").unlink(missing_ok=True)
    return f"{target.relative_to(home)}: the next run tries it again"


def discard(home: Path, by: By, file_id: str, reason: str) -> str:
    """Out of the queue for good; the file moves to dead-letters/.discarded/."""
    path = dead_path(home, file_id)
    folder = home / "dead-letters" / ".discarded"
    with acting(home, by, "discard") as act:
        if not _decide(act, path, "discard", reason):
            return act.how_to_sign()
        actor = act.actor
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)
    path.with_name(path.name + ".reason.json").unlink(missing_ok=True)
    return f"{path.name[13:]}: discarded by {actor}"
