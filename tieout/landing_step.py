"""The step that lands files: from inbox/<feed>/ into the ledger, or with a reason into dead-letters/."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_in
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from importers import _registry
from importers._kit import Context, Parsed
from importers._probe import Probe
from importers._staging import Stamp
from importers._unpack import unpack
from ledger import landing
from ledger.durable import folder as make_folder
from ledger.durable import fsync_dir, replace
from ledger.errors import FileRefusedError, TransientError
from ledger.failpoints import failpoint
from ledger.private import masked
from ledger.segments import file_hash
from ledger.sqltext import sql
from ledger.store import Store, canonical, stamp

from . import environment
from .mixing import check_mix
from .settings import Feed, Settings, customer_secret

FILE_BYTES = 16 << 30
NAME_BYTES = 200
REASON = ".reason.json"


@dataclass(frozen=True)
class Refused:
    """A refused file: feed/name, code, what is wrong, where, and what to do."""

    name: str
    code: str
    reason: str
    row: int | None
    column: str | None
    remedy: str


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
    names: list[str] = field(default_factory=list)
    masked: list[tuple[str, int]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)


def land_inbox(store: Store, settings: Settings, say: Callable[[str], None]) -> Landed:
    """Land every file that waits; one refused file never stops the others."""
    feeds, inbox = {feed.name: feed for feed in settings.feed}, store.home / "inbox"
    waiting = [(readable(p.name), "it lies beside the folders of the feeds: put it into one of them") for p in sorted(inbox.glob("[!.]*")) if not p.is_dir()]
    repeated: list[tuple[Path, dict[str, Any]]] = []
    contexts: dict[str, Context] = {}
    for path in sorted(inbox.glob("[!.]*/[!.]*")):
        folder, name = readable(path.parent.name), f"{readable(path.parent.name)}/{readable(path.name)}"
        say(f"land {name}")
        try:
            if path.is_symlink() or not path.is_file():
                waiting.append((name, "it is a link, a folder or a device, not a file: take it away"))
            elif row := land_file(store, feeds.get(path.parent.name), path, folder, contexts):
                repeated.append((path, row))
        except PermissionError:
            waiting.append((name, "it may not be read, or not be moved"))
        except TransientError as error:
            waiting.append((name, error.message))
    waiting += _repeats(store, repeated)
    done = landed_of(store)
    done.waiting = waiting
    return done


def readable(name: str) -> str:
    """A name as the books keep it: bytes that are no UTF-8 are escaped, people's data and keys in it are masked."""
    return masked(os.fsencode(name).decode("utf-8", "backslashreplace"))


def landed_of(store: Store) -> Landed:
    """What the run has landed so far, from its manifests: a run that was interrupted says the same as one that was not."""
    done = Landed()
    for body in store.batches(store.run_id, "import"):
        source, counts = body["source"], body["counts"]
        if "importer" not in source:
            done.duplicates += len(_files_of(body))
            continue
        done.files += 1
        done.names.append(f"{source['feed']}/{source['name']}")
        done.new, done.same, done.versions = done.new + counts["new"], done.same + counts["same"], done.versions + counts["versions"]
        if "masked" in counts:
            done.masked.append((done.names[-1], counts["masked"]))
    done.refused = [Refused(f"{r['feed']}/{r['name']}", r["code"], r["reason"], r["row_no"], r["column_name"], r["hint"]) for r in _refusals(store, store.run_id)]
    return done


def land_file(store: Store, feed: Feed | None, path: Path, feed_name: str, contexts: dict[str, Context]) -> dict[str, Any] | None:
    """Land one file, or refuse it; afterwards it is gone from where it lay. Of one whose bytes were landed before the row that says so, for `_repeats`.
    `contexts` keeps those of the feeds: landing changes no mapping."""
    file_id = file_hash(path)
    try:
        if _is_landed(store, file_id, feed_name, readable(path.name)):
            pass
        elif store.has(f"file:{file_id}"):
            return _repeated(store, feed_name, path, file_id)
        else:
            if feed is None:
                raise FileRefusedError(
                    "the folder is no feed of these books",
                    code="FEED_UNKNOWN",
                    where=f"{feed_name}/{readable(path.name)}",
                    hint="Add a [[feed]] of this name to tieout.toml, or put the file into the right folder.",
                )
            _check(path)
            _land(store, feed, path, file_id, contexts)
    except FileRefusedError as error:
        _refuse(store, feed_name, path, file_id, error)
        return None
    failpoint("land.committed")
    path.unlink()
    failpoint("land.unlinked")
    return None


def finish_landing(store: Store, run_id: str) -> None:
    """Take out of the inbox what a run that nobody takes up again had landed or refused before it broke off."""
    landed = {(s["feed"], s["name"], s["sha256"]) for body in store.batches(run_id, "import") for s in _files_of(body)}
    refused = {(row["feed"], row["name"], row["file_id"]): row for row in _refusals(store, run_id)}
    for path in sorted(p for p in (store.home / "inbox").glob("*/[!.]*") if p.is_file() and not p.is_symlink()):
        key = (readable(path.parent.name), readable(path.name), file_hash(path))
        if key in landed:
            path.unlink()
        elif key in refused:
            _put_aside(store, path, refused[key])


def _is_landed(store: Store, file_id: str, feed: str, name: str) -> bool:
    """Whether this very run has landed this very file: it was interrupted before the file was taken away."""
    return any((s["sha256"], s["feed"], s["name"]) == (file_id, feed, name) for body in store.batches(store.run_id, "import") for s in _files_of(body))


def _files_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files that an import's manifest is about: the one that landed, or those whose bytes had been landed before."""
    source: Mapping[str, Any] = body["source"]
    return list(source.get("again", [source]))


def _refusals(store: Store, run_id: str | None) -> list[dict[str, Any]]:
    cursor = store.con.execute(sql("tieout", "refusals"), {"run_id": run_id})
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def context_of(store: Store, feed: Feed) -> Context:
    """What the mappings in force say of a feed."""
    kind, owner = feed.context
    row = store.con.execute(sql("tieout", f"context_{kind}"), {"owner": owner, "day": store.at.date()}).fetchall()
    names = ("processor", "entity", "company", "currency", "iban")
    facts = {name: value for name, value in zip(names, row[0], strict=True) if value} if row else {}
    if kind == "account" and "processor" not in facts:
        raise FileRefusedError(
            f"the account {owner} is in no approved row of processor_accounts.csv",
            code="MAPPING_MISSING",
            where=feed.name,
            hint="Add it to mappings/processor_accounts.csv, then `tieout mapping propose` and `tieout mapping approve`.",
        )
    accounts = store.con.execute(sql("tieout", "context_bank_accounts")).fetchall() if kind == "bank_account" else []
    secret = customer_secret(store.home)
    return Context(feed.name, kind, owner, feed.time_zone, facts, feed.csv, secret, accounts=tuple(accounts), numbers=feed.numbers, days=feed.days)


def probe_of(store_tmp: Path, path: Path, headers: Mapping[str, str] | None = None) -> Probe:
    """The file under a plain name, unpacked where it is compressed: brackets in a name are a pattern to file readers. `headers` translates those of the file."""
    link = store_tmp / f"reading{path.suffix.lower() if path.suffix.isascii() else ''}"
    link.unlink(missing_ok=True)
    if not unpack(path, readable(path.name), link):
        link.symlink_to(path.resolve())
    return Probe(link, readable(path.name), headers=headers or {})


def stage_file(store: Store, feed: Feed, path: Path, file_id: str, contexts: dict[str, Context]) -> Parsed:
    """Read a file into `stage` of the cache; nothing of it is in the ledger yet."""
    store.con.execute(sql("tieout", "fresh_stage"))
    for left in (store.home / "ledger" / "tmp").glob("stage-*.parquet"):
        left.unlink()
    if feed.name not in contexts:
        contexts[feed.name] = context_of(store, feed)
    context = replace_in(contexts[feed.name], stamp=Stamp(store.home / "ledger" / "tmp", file_id, store.at.replace(tzinfo=None)))
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
        check_mix(store, probe, importer, parsed, context.owner)
        return parsed
    finally:
        probe.path.unlink(missing_ok=True)


def _land(store: Store, feed: Feed, path: Path, file_id: str, contexts: dict[str, Context]) -> None:
    with store.packing(path) as packing:
        parsed = stage_file(store, feed, path, file_id, contexts)
        until = parsed.complete_until or _until(parsed, store)
        result = landing.land(store.con, parsed.tables, file_id=file_id, known_at=store.at.replace(tzinfo=None))
        segments = [store.segment(table, rows) for table, rows in landing.relations(result)]
        packed = packing.result()
        if packed.sha256 != file_id:
            raise TransientError("it was still being written", where=f"{feed.name}/{readable(path.name)}")
        kept = store.keep_raw(packed, personal=parsed.personal)
    before = store.con.execute(sql("tieout", "same_name"), {"feed": feed.name, "name": readable(path.name)}).fetchall()
    row = {
        "file_id": file_id,
        "feed": feed.name,
        "name": readable(path.name),
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
        "supersedes": before[0][0] if before else None,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
    }
    drift = parsed.drift
    header = {"header": {"generation": drift.generation, "added": list(drift.added), "lacking": list(drift.lacking)}} if drift else {}
    counts = {"rows": parsed.rows, "new": result.new, "same": result.same, "versions": result.versions}
    counts |= {name: n for name, n in (("masked", parsed.masked), ("left_out", parsed.left_out)) if n}
    store.commit(
        "import",
        f"file:{file_id}",
        [*segments, store.rows("file", [row])],
        counts=counts,
        source={"sha256": file_id, "bytes": packed.bytes, "name": readable(path.name), "feed": feed.name, "importer": parsed.importer, "personal": parsed.personal, "kept": kept}
        | header,
    )


def _until(parsed: Parsed, store: Store) -> date | None:
    """The last day that the file speaks of."""
    for staged in parsed.tables:
        for column in ("booked_on", "created_on", "paid_on", "closed_on"):
            relation = store.con.table(f"stage.{staged.name}")
            if column in relation.columns:
                day: date | None = relation.max(column).fetchall()[0][0]
                return day
    return None


def _repeated(store: Store, feed_name: str, path: Path, file_id: str) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "feed": feed_name,
        "name": readable(path.name),
        "bytes": path.stat().st_size,
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
    if repeated:
        again = [{"sha256": row["file_id"], "name": row["name"], "feed": row["feed"]} for _, row in repeated]
        store.commit("import", f"again:{sha256(canonical(again)).hexdigest()}:{store.run_id}", [store.rows("file", [row for _, row in repeated])], source={"again": again})
    for path, row in repeated:
        failpoint("land.committed")
        try:
            path.unlink()
        except PermissionError:
            waiting.append((f"{row['feed']}/{row['name']}", "it may not be moved"))
        failpoint("land.unlinked")
    return waiting


def _refuse(store: Store, feed_name: str, path: Path, file_id: str, error: FileRefusedError) -> None:
    """Move the file to dead-letters/ with its reason beside it."""
    row = {
        "file_id": file_id,
        "feed": feed_name,
        "name": readable(path.name),
        "code": error.code,
        "reason": masked(error.message),
        "row_no": error.row,
        "column_name": error.column,
        "hint": error.hint,
        "known_at": stamp(store.at),
        "run_id": store.run_id,
        "state": "waiting",
    }
    store.commit(
        "quarantine",
        f"refused:{file_id}:{error.code}:{feed_name}/{readable(path.name)}:{store.run_id}",
        [store.rows("dead_letter", [row])],
        source={"sha256": file_id, "name": readable(path.name), "feed": feed_name, "code": error.code},
    )
    failpoint("refuse.committed")
    _put_aside(store, path, row)


def _put_aside(store: Store, path: Path, row: Mapping[str, Any]) -> None:
    """Move a refused file to dead-letters/ with its reason beside it."""
    final = write_reason(store.home, row)
    failpoint("refuse.reason")
    path.chmod(0o600)
    path.replace(final)
    fsync_dir(final.parent)
    failpoint("refuse.moved")


def write_reason(home: Path, row: Mapping[str, Any]) -> Path:
    """Why a file waits, as dead-letters/<feed>/<name>.reason.json; where the file itself goes."""
    reason = {
        "file": row["name"],
        "feed": row["feed"],
        "sha256": row["file_id"],
        "code": row["code"],
        "reason": row["reason"],
        "row": row["row_no"],
        "column": row["column_name"],
        "remedy": row["hint"],
        "run": row["run_id"],
    }
    final = make_folder(home / "dead-letters" / row["feed"]) / dead_name(row["file_id"], row["name"])
    replace(final.with_name(final.name + REASON), (json.dumps(reason, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    return final


def settle(store: Store) -> None:
    """Move what people have decided about: a replayed file into its inbox, a discarded one out of sight. Again is a no-op; a crash between leaves it to the next run."""
    decided = {(row[0], row[1], row[2]): row[3] for row in store.con.execute(sql("tieout", "dead_letter_states")).fetchall()}
    for reason in sorted((store.home / "dead-letters").glob(f"[!.]*/*{REASON}")):
        body = json.loads(reason.read_text(encoding="utf-8"))
        state = decided.get((body["sha256"], body["feed"], body["file"]), "waiting")
        path = reason.with_name(reason.name.removesuffix(REASON))
        if state == "landed":
            if path.exists():
                path.replace(make_folder(store.home / "inbox" / body["feed"]) / body["file"])
            failpoint("replay.moved")
            reason.unlink()
        elif state == "discarded":
            folder = make_folder(store.home / "dead-letters" / ".discarded")
            if path.exists():
                path.replace(folder / path.name)
            failpoint("discard.moved")
            reason.replace(folder / reason.name)


def dead_name(file_id: str, name: str) -> str:
    """What a refused file is called in dead-letters/: the start of its hash, then its name, escaped and cut to what file systems take."""
    raw = "".join(c if c.isprintable() and c != "/" else f"\\x{ord(c):02x}" for c in name).encode()
    return f"{file_id[:12]}-" + raw[-NAME_BYTES:].decode(errors="ignore")


def _check(path: Path) -> None:
    name = path.name
    if path.stat().st_size > FILE_BYTES:
        raise FileRefusedError("the file is larger than 16 GiB", code="TOO_LARGE", where=name, hint="Deliver it in parts.")
    bad = next((c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs") or c in "/\\"), None)
    if bad or len(name) > 240:
        raise FileRefusedError(
            "the file's name holds control or direction characters, or is too long",
            code="FILE_NAME",
            where=ascii(name)[:80],
            hint="Rename the file at the source.",
        )
