"""The step that lands files: from inbox/<feed>/ into the ledger, or with a reason into dead-letters/."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from importers import _registry
from importers._kit import Context, Parsed
from importers._probe import Probe
from ledger import landing
from ledger.durable import replace
from ledger.errors import FileRefusedError
from ledger.sqltext import sql
from ledger.store import Store, stamp

from . import environment
from .settings import Feed, Settings, customer_secret

FILE_BYTES = 16 << 30


@dataclass
class Landed:
    """What the step did, in counts."""

    files: int = 0
    duplicates: int = 0
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    new: int = 0
    same: int = 0
    versions: int = 0
    names: list[str] = field(default_factory=list)


def land_inbox(store: Store, settings: Settings, say: Callable[[str], None]) -> Landed:
    """Land every file that waits; one refused file never stops the others."""
    done = Landed()
    feeds = {feed.name: feed for feed in settings.feed}
    for folder in sorted(p for p in (store.home / "inbox").iterdir() if p.is_dir()):
        for path in sorted(p for p in folder.iterdir() if not p.name.startswith(".")):
            if path.is_file() and not path.is_symlink():
                say(f"land {folder.name}/{path.name}")
                land_file(store, feeds.get(folder.name), path, folder.name, done)
    return done


def land_file(store: Store, feed: Feed | None, path: Path, feed_name: str, done: Landed) -> None:
    """Land one file, or refuse it; afterwards it is gone from where it lay."""
    file_id = _hash(path)
    name = f"{feed_name}/{path.name}"
    try:
        if store.has(f"file:{file_id}"):
            _duplicate(store, feed_name, path, file_id)
            done.duplicates += 1
        else:
            if feed is None:
                raise FileRefusedError(
                    "the folder is no feed of these books",
                    code="FEED_UNKNOWN",
                    where=name,
                    hint="Add a [[feed]] of this name to tieout.toml, or put the file into the right folder.",
                )
            _check_name(path.name)
            _land(store, feed, path, file_id, done)
            done.names.append(name)
    except FileRefusedError as error:
        _refuse(store, feed_name, path, file_id, error)
        done.refused.append((name, error.code, str(error.message)))
        return
    path.unlink()


def context_of(store: Store, feed: Feed) -> Context:
    """What the mappings in force say of a feed."""
    kind, owner = feed.context
    row = store.con.execute(sql("tieout", f"context_{kind}"), {"owner": owner}).fetchall()
    names = ("processor", "entity", "company", "currency", "iban")
    facts = {name: value for name, value in zip(names, row[0], strict=True) if value} if row else {}
    if kind == "account" and "processor" not in facts:
        raise FileRefusedError(
            f"the account {owner} is in no approved row of processor_accounts.csv",
            code="MAPPING_MISSING",
            where=feed.name,
            hint="Add it to mappings/processor_accounts.csv, then `tieout mapping propose` and `tieout mapping approve`.",
        )
    return Context(feed.name, kind, owner, feed.time_zone, facts, feed.csv, customer_secret(store.home))


def probe_of(store_tmp: Path, path: Path, headers: Mapping[str, str] | None = None) -> Probe:
    """The file under a plain name: brackets in a name are a pattern to file readers. `headers` translates those of the file."""
    link = store_tmp / f"reading{path.suffix.lower() if path.suffix.isascii() else ''}"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    return Probe(link, path.name, headers=headers or {})


def stage_file(store: Store, feed: Feed, path: Path) -> Parsed:
    """Read a file into `stage` of the cache; nothing of it is in the ledger yet."""
    store.con.execute(sql("tieout", "fresh_stage"))
    context = context_of(store, feed)
    probe = probe_of(store.home / "ledger" / "tmp", path, feed.headers)
    try:
        environment.check_before(store, probe)
        importer = _registry.identify(probe, feed.csv, feed.name)
        if context.kind not in importer.context.split("|"):
            raise FileRefusedError(
                f"a file of {importer.module_name()} belongs to a feed with `{importer.context.replace('|', '` or `')}`, this feed has `{context.kind}`",
                code="WRONG_FEED",
                where=path.name,
                hint="Put the file into the folder of the right feed.",
            )
        parsed = importer.stage(store.con, probe, context)
        environment.check_staged(store, probe, parsed)
        return parsed
    finally:
        probe.path.unlink(missing_ok=True)


def _land(store: Store, feed: Feed, path: Path, file_id: str, done: Landed) -> None:
    parsed = stage_file(store, feed, path)
    result = landing.land(store.con, parsed.tables, file_id=file_id, known_at=store.at.replace(tzinfo=None))
    segments = [store.segment(table, rows) for table, rows in landing.relations(result)]
    _, size = store.keep_raw(path, personal=parsed.personal)
    before = store.con.execute(sql("tieout", "same_name"), {"feed": feed.name, "name": path.name}).fetchall()
    row = {
        "file_id": file_id,
        "feed": feed.name,
        "name": path.name,
        "bytes": size,
        "importer": parsed.importer,
        "state": parsed.state,
        "context": feed.context[1],
        "rows": parsed.rows,
        "new": result.new,
        "same": result.same,
        "versions": result.versions,
        "unknown_columns": ", ".join(parsed.unknown_columns) or None,
        "complete_until": parsed.complete_until or _until(parsed, store),
        "supersedes": before[0][0] if before else None,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
    }
    counts = {"rows": parsed.rows, "new": result.new, "same": result.same, "versions": result.versions}
    store.commit(
        "import",
        f"file:{file_id}",
        [*segments, store.rows("file", [row])],
        counts=counts,
        source={"sha256": file_id, "bytes": size, "name": path.name, "feed": feed.name, "importer": parsed.importer, "personal": parsed.personal},
    )
    done.files += 1
    done.new, done.same, done.versions = done.new + result.new, done.same + result.same, done.versions + result.versions


def _until(parsed: Parsed, store: Store) -> date | None:
    """The last day that the file speaks of."""
    for staged in parsed.tables:
        for column in ("booked_on", "created_on", "paid_on", "closed_on"):
            relation = store.con.table(f"stage.{staged.name}")
            if column in relation.columns:
                day: date | None = relation.max(column).fetchall()[0][0]
                return day
    return None


def _duplicate(store: Store, feed_name: str, path: Path, file_id: str) -> None:
    row = {
        "file_id": file_id,
        "feed": feed_name,
        "name": path.name,
        "bytes": path.stat().st_size,
        "importer": "",
        "state": "duplicate",
        "context": feed_name,
        "rows": 0,
        "new": 0,
        "same": 0,
        "versions": 0,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
    }
    store.commit(
        "import",
        f"again:{file_id}:{feed_name}/{path.name}:{store.run_id}",
        [store.rows("file", [row])],
        source={"sha256": file_id, "name": path.name, "feed": feed_name},
    )


def _refuse(store: Store, feed_name: str, path: Path, file_id: str, error: FileRefusedError) -> None:
    """Move the file to dead-letters/ with its reason beside it."""
    row = {
        "file_id": file_id,
        "feed": feed_name,
        "name": path.name,
        "code": error.code,
        "reason": error.message,
        "row_no": error.row,
        "column_name": error.column,
        "hint": error.hint,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
        "state": "waiting",
    }
    store.commit(
        "quarantine",
        f"refused:{file_id}:{error.code}:{store.run_id}",
        [store.rows("dead_letter", [row])],
        source={"sha256": file_id, "name": path.name, "feed": feed_name, "code": error.code},
    )
    folder = store.home / "dead-letters" / feed_name
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    reason = {
        "file": path.name,
        "feed": feed_name,
        "sha256": file_id,
        "code": error.code,
        "reason": error.message,
        "row": error.row,
        "column": error.column,
        "remedy": error.hint,
        "run": store.run_id,
    }
    final = folder / f"{file_id[:12]}-{path.name}"
    replace(final.with_name(final.name + ".reason.json"), (json.dumps(reason, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(), 0o640)
    path.replace(final)


def _check_name(name: str) -> None:
    bad = next((c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs") or c in "/\\"), None)
    if bad or len(name) > 240:
        raise FileRefusedError(
            "the file's name holds control or direction characters, or is too long",
            code="FILE_NAME",
            where=ascii(name)[:80],
            hint="Rename the file at the source.",
        )


def _hash(path: Path) -> str:
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    if size > FILE_BYTES:
        raise FileRefusedError("the file is larger than 16 GiB", code="TOO_LARGE", where=path.name, hint="Deliver it in parts.")
    return digest.hexdigest()
