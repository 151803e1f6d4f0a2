"""The step that lands files: from inbox/<feed>/ into the ledger, or with a reason into dead-letters/."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_in
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

import pyarrow.compute as pc

from importers import _registry
from importers._kit import Context, Parsed
from importers._staging import Stamp
from ledger import landing, money, places
from ledger.durable import file_hash
from ledger.errors import FileRefusedError, PlaceError, TransientError
from ledger.failpoints import failpoint
from ledger.log import canonical, stamp
from ledger.rows import layout
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books.dead_letters import Refused, put_aside, refusals, refuse
from tieout.books.progress import Step
from tieout.books.settings import DECISIONS, Feed, Settings
from tieout.remote.names import readable

from . import environment
from .archives import land_members, members_of
from .feed_context import context_of
from .gone import Lists
from .mixing import check_mix
from .probes import called, probe_of
from .refused import known_of

FILE_BYTES = 16 << 30
MUCH = 32 << 20


@dataclass
class Landed:
    """What the run has landed, in counts; `waiting` is (feed/name, reason) of files that the next run looks at again, `masked` the rows of a file
    whose text held a card number, which is not landed."""

    files: int = 0
    duplicates: int = 0
    refused: list[Refused] = field(default_factory=list)
    new: int = 0
    same: int = 0
    versions: int = 0
    gone: int = 0
    names: list[str] = field(default_factory=list)
    masked: list[tuple[str, int]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    again: list[str] = field(default_factory=list)  # refused before, and tried again because what they waited for has changed


@dataclass
class _Known:
    """What holds for every file: what this very run had landed before it was interrupted, the contexts of the feeds, and which lists were read."""

    landed: set[tuple[str, str, str]]
    contexts: dict[str, Context] = field(default_factory=dict)
    lists: Lists = field(default_factory=Lists)


def land_inbox(store: Store, settings: Settings, say: Callable[[str], None]) -> Landed:
    """Land every file that waits; one refused file never stops the others."""
    feeds = {feed.name: feed for feed in settings.feed}
    delivered, waiting = inbox_of(store.home)
    repeated: list[tuple[Path, dict[str, Any]]] = []
    known = _Known(_landed_by(store, store.run_id))
    sizes = [found.info.st_size if (found := places.look(path)) else 0 for path in delivered]
    whole, far = sum(sizes), 0
    much = whole >= MUCH
    if much:
        execute(store.con, sql("ledger", "landing_much"))
    for path, size in zip(delivered, sizes, strict=True):
        folder, name = readable(path.parent.name), f"{readable(path.parent.name)}/{readable(path.name)}"
        told = partial(_told, say, far, whole)
        far += size
        told(f"land {name}")
        try:
            with places.held(path) as file:
                feed = feeds.get(path.parent.name)
                members = members_of(file) if feed and file.info.st_size <= FILE_BYTES else []
                if feed and members:
                    _land_archive(store, feed, file, members, known, told)
                elif row := land_file(store, feed, file, folder, known):
                    repeated.append((path, row))
        except PermissionError:
            waiting.append((name, "it may not be read, or not be moved"))
        except FileNotFoundError:
            waiting.append((name, "it was taken away, or replaced, while it was looked at"))
        except PlaceError as error:
            waiting.append((name, error.message if error.where == places.short(path) else f"{error.where}: {error.message}"))
        except TransientError as error:
            waiting.append((name, error.message))
    waiting += _repeats(store, repeated)
    if not known.landed:  # else files that landed before the run was interrupted have rows that nobody sees any more; the next night looks
        known.lists.land(store, {name.partition("/")[0] for name, _ in waiting} | {row["feed"] for row in refusals(store, store.run_id)})
    if much:
        execute(store.con, sql("ledger", "landing_done"), {"threads": store.threads()})
    done = landed_of(store)
    done.waiting = waiting
    return done


def _told(say: Callable[[str], None], far: int, whole: int, text: str) -> None:
    say(Step(text, "landing", far, whole))


def landed_of(store: Store) -> Landed:
    """What the run has landed so far, from its manifests: a run that was interrupted says the same as one that was not."""
    done = Landed()
    for body in store.batches(store.run_id, "import"):
        source, counts = body["source"], body["counts"]
        if "importer" not in source:
            done.duplicates, done.gone = done.duplicates + len(_files_of(body)), done.gone + sum(counts.values())
            continue
        done.files += 1
        done.names.append(f"{source['feed']}/{source['name']}")
        done.new, done.same, done.versions = done.new + counts["new"], done.same + counts["same"], done.versions + counts["versions"]
        done.left_out += [
            f"{done.names[-1]}: {column} {word}, {lines} row{'s' if lines > 1 else ''}, {money.text(Decimal(amount), currency)} {currency}".rstrip()
            for column, word, currency, lines, amount in source.get("left_out", ())
        ]
        if "masked" in counts:
            done.masked.append((done.names[-1], counts["masked"]))
    done.again = [f"{body['source']['feed']}/{body['source']['name']}" for body in store.batches(store.run_id, "quarantine") if body["key"].startswith("replay:")]
    done.refused = [Refused(f"{r['feed']}/{r['name']}", r["code"], r["reason"], r["row_no"], r["column_name"], r["hint"]) for r in refusals(store, store.run_id)]
    return done


def inbox_of(home: Path) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files in the folders of the feeds; and what the night must not follow, open or move, in the inbox and where it writes, each with the reason."""
    delivered: list[Path] = []
    waiting: list[tuple[str, str]] = []
    for folder in places.entries(home / "inbox"):
        if folder.path.name.startswith(".") or folder.path.name == DECISIONS:
            continue
        if not folder.is_folder:
            beside = "it lies beside the folders of the feeds: put it into one of them"
            waiting.append((readable(folder.path.name), folder.strange or beside))
            continue
        for entry in places.entries(folder.path):
            if entry.path.name.startswith("."):
                continue
            if entry.strange:
                waiting.append((f"{readable(folder.path.name)}/{readable(entry.path.name)}", entry.strange))
            else:
                delivered.append(entry.path)
    for name in ("dead-letters", "outbox", "reports"):
        waiting += [(f"{name}/{readable(entry.path.relative_to(home / name).as_posix())}", entry.strange) for entry in places.strange(home / name, names=name == "dead-letters")]
    return delivered, waiting


def land_file(store: Store, feed: Feed | None, file: places.Held, feed_name: str, known: _Known) -> dict[str, Any] | None:
    """Land one file, or refuse it; afterwards it is gone from where it lay. Of one whose bytes were landed before the row that says so, for `_repeats`."""
    path, name = file.path, called(file)
    file_id = _file_id(file, feed_name)
    try:
        if (feed_name, name, file_id) in known.landed:
            pass
        elif store.has(f"file:{file_id}"):
            return _repeated(store, feed_name, file, file_id)
        else:
            if feed is None:
                raise FileRefusedError(
                    "the folder is no feed of these books",
                    code="FEED_UNKNOWN",
                    where=f"{feed_name}/{name}",
                    hint="Add a [[feed]] of this name to tieout.toml, or put the file into the right folder.",
                )
            _check(file)
            _land(store, feed, file, file_id, known)
    except FileRefusedError as error:
        refuse(store, feed_name, name, path, file_id, error, known_of(store, feed, file, error.code))
        return None
    failpoint("land.committed")
    places.remove(path, only=file.info)
    failpoint("land.unlinked")
    return None


def _land_archive(store: Store, feed: Feed, file: places.Held, members: Sequence[ZipInfo], known: _Known, say: Callable[[str], None]) -> None:
    """Land an archive's members one by one; it leaves the inbox when each is landed or refused."""
    folder = readable(file.path.parent.name)
    rows, stuck = land_members(store, file, members, say, lambda part, name: land_file(store, feed, replace_in(part, called=name), folder, known))
    _say_again(store, rows)
    if stuck:
        refuse(store, folder, called(file), file.path, _file_id(file, folder), stuck, known_of(store, feed, file, stuck.code))
        return
    failpoint("land.committed")
    places.remove(file.path, only=file.info)
    failpoint("land.unlinked")


def finish_landing(store: Store, run_id: str) -> None:
    """Take out of the inbox what a run that nobody takes up again had landed or refused before it broke off."""
    landed = _landed_by(store, run_id)
    refused = {(row["feed"], row["name"], row["file_id"]): row for row in refusals(store, run_id)}
    for path in inbox_of(store.home)[0]:
        with places.held(path) as file:
            key = (readable(path.parent.name), readable(path.name), _file_id(file, readable(path.parent.name)))
        if key in landed:
            places.remove(path, only=file.info)
        elif key in refused:
            put_aside(store, path, refused[key])


def _landed_by(store: Store, run_id: str | None) -> set[tuple[str, str, str]]:
    """Feed, name and hash of every file that a run has landed so far, those that came again too."""
    return {(s["feed"], s["name"], s["sha256"]) for body in store.batches(run_id, "import") for s in _files_of(body)}


def _file_id(file: places.Held, feed_name: str) -> str:
    """The hash of the file's bytes; above the cap, where no byte is read, that of its place and size."""
    size = file.info.st_size
    return file_hash(file.bytes_at) if size <= FILE_BYTES else sha256(f"{feed_name}/{readable(file.path.name)}|{size}".encode()).hexdigest()


def _files_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files that an import's manifest is about: the one that landed, or those whose bytes had been landed before."""
    source: Mapping[str, Any] = body["source"]
    return list(source.get("again", [source]))


def stage_file(store: Store, feed: Feed, file: places.Held, file_id: str, contexts: dict[str, Context]) -> Parsed:
    """Read a file into `stage` of the cache; nothing of it is in the ledger yet."""
    execute(store.con, sql("importers", "fresh_stage"))
    for left in places.entries(store.home / "ledger" / "tmp"):
        if left.path.match("stage-*.parquet"):
            places.remove(left.path)
    if feed.name not in contexts:
        contexts[feed.name] = context_of(store, feed)
    context = replace_in(contexts[feed.name], stamp=Stamp(store.home / "ledger" / "tmp", file_id, store.at.replace(tzinfo=None)))
    probe = probe_of(store.home / "ledger" / "tmp", file, feed.headers)
    try:
        environment.check_before(store, probe)
        importer = _registry.identify(probe, feed.csv, feed.name)
        if context.kind not in importer.context.split("|"):
            raise FileRefusedError(
                f"a file of {importer.module_name()} belongs to a feed with `{importer.context.replace('|', '` or `')}`, this feed has `{context.kind}`",
                code="WRONG_FEED",
                where=called(file),
                hint="Put the file into the folder of the right feed.",
            )
        parsed = importer.stage(store.con, probe, context)
        environment.check_staged(store, probe, parsed)
        check_mix(store, probe, importer, parsed, context.owner)
        return parsed
    finally:
        places.remove(probe.path)


def _land(store: Store, feed: Feed, file: places.Held, file_id: str, known: _Known) -> None:
    name = called(file)
    with store.kept.packing(file.bytes_at) as packing:
        parsed = stage_file(store, feed, file, file_id, known.contexts)
        known.lists.add(store, feed.name, feed.context[1], parsed.tables, file_id)
        until = parsed.complete_until or _until(parsed, store)
        result = landing.land(store.con, parsed.tables, file_id=file_id, known_at=store.at.replace(tzinfo=None))
        segments = [store.segment(table, rows) for table, rows in landing.relations(result)]
        packed = packing.result()
        if packed.sha256 != file_id:
            raise TransientError("it was still being written", where=f"{feed.name}/{name}")
        kept = store.kept.keep(packed, personal=parsed.personal)
    row = {
        "file_id": file_id,
        "feed": feed.name,
        "name": name,
        "bytes": packed.bytes,
        "importer": parsed.importer,
        "state": parsed.state,
        "context": feed.context[1],
        "rows": parsed.rows,
        "new": result.new,
        "same": result.same,
        "versions": result.versions,
        "unknown_columns": ", ".join(parsed.unknown_columns) or None,
        "complete_until": until,
        "supersedes": store.named.files.get((feed.name, name)),
        "known_at": stamp(store.at),
        "run_id": store.run_id,
    }
    drift = parsed.drift
    header = {"header": {"generation": drift.generation, "added": list(drift.added), "lacking": list(drift.lacking)}} if drift else {}
    counts = {"rows": parsed.rows, "new": result.new, "same": result.same, "versions": result.versions}
    counts |= {name: n for name, n in (("masked", parsed.masked), ("left_out", sum(one.lines for one in parsed.left_out))) if n}
    left_out = [{"file_id": file_id, **one.as_row(), "known_at": stamp(store.at), "run_id": store.run_id} for one in parsed.left_out]
    store.commit(
        "import",
        f"file:{file_id}",
        [*segments, store.rows("file", [row]), *([store.rows("file_left_out", left_out)] if left_out else [])],
        counts=counts,
        source={"sha256": file_id, "bytes": packed.bytes, "name": name, "feed": feed.name, "importer": parsed.importer, "personal": parsed.personal, "kept": kept}
        | header
        | ({"left_out": [one.as_json() for one in parsed.left_out]} if parsed.left_out else {}),
    )


def _until(parsed: Parsed, store: Store) -> date | None:
    """The last day that the file speaks of."""
    for staged in parsed.tables:
        column = next((c for c in ("booked_on", "created_on", "paid_on", "closed_on") if c in layout(store.con, staged.table)), None)
        if column:
            rows = staged.draft.at_hand if staged.draft else None
            day: date | None = store.con.table(f"stage.{staged.name}").max(column).fetchall()[0][0] if rows is None else pc.max(rows[column]).as_py()
            return day
    return None


def _repeated(store: Store, feed_name: str, file: places.Held, file_id: str) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "feed": feed_name,
        "name": called(file),
        "bytes": file.info.st_size,
        "importer": "",
        "state": "duplicate",
        "context": feed_name,
        **dict.fromkeys(("rows", "new", "same", "versions"), 0),
        "known_at": stamp(store.at),
        "run_id": store.run_id,
    }


def _repeats(store: Store, repeated: Sequence[tuple[Path, dict[str, Any]]]) -> list[tuple[str, str]]:
    """Say in one manifest which files came again, then take them away; those that stay where they lie, and why."""
    waiting = []
    _say_again(store, [row for _, row in repeated])
    for path, row in repeated:
        failpoint("land.committed")
        try:
            places.remove(path)
        except PermissionError:
            waiting.append((f"{row['feed']}/{row['name']}", "it may not be moved"))
        failpoint("land.unlinked")
    return waiting


def _say_again(store: Store, rows: Sequence[Mapping[str, Any]]) -> None:
    """Say in one manifest which bytes came again."""
    if rows:
        again = [{"sha256": row["file_id"], "name": row["name"], "feed": row["feed"]} for row in rows]
        store.commit("import", f"again:{sha256(canonical(again)).hexdigest()}:{store.run_id}", [store.rows("file", rows)], source={"again": again})


def _check(file: places.Held) -> None:
    name = file.called or file.path.name
    if file.info.st_size > FILE_BYTES:
        raise FileRefusedError("the file is larger than 16 GiB", code="TOO_LARGE", where=name, hint="Deliver it in parts.")
    bad = next((c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs") or c == "\\"), None)
    if bad or len(name) > 240:
        raise FileRefusedError(
            "the file's name holds control or direction characters, or is too long",
            code="FILE_NAME",
            where=ascii(name)[:80],
            hint="Rename the file at the source.",
        )
