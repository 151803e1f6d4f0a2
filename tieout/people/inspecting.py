"""Looking at single files, and deciding about refused ones."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger import places
from ledger.durable import file_hash
from ledger.durable import folder as make_folder
from ledger.errors import NotBooksError, NotFoundError, TamperedError
from ledger.failpoints import failpoint
from ledger.log import canonical, stamp
from ledger.on_disk import REASON
from ledger.signing import Item
from ledger.sqltext import sql
from tieout.books import settings
from tieout.books.dead_letters import reasons, settle
from tieout.remote.names import delivered_as

from .acting import Act, acting
from .person import By


def deliver(home: Path, path: Path, feed: str) -> None:
    """Copy a file into a feed's inbox."""
    if feed not in {f.name for f in settings.load(home).feed}:
        raise NotFoundError("no feed has this name", where=feed)
    final = make_folder(places.below(home / "inbox", feed)) / path.name
    # Hidden until it is whole: a run may be looking.
    part = final.with_name(f".{sha256(path.name.encode()).hexdigest()[:12]}.part")
    with path.open("rb") as source, os.fdopen(places.new(part), "wb") as target:
        shutil.copyfileobj(source, target)
    places.move(part, final)


def waiting(home: Path) -> list[dict[str, Any]]:
    """What lies in dead-letters/, as the reasons beside the files say it; it holds before anything was published."""
    if not (home / "tieout.toml").exists():
        raise NotBooksError("there is no tieout.toml here", where=home.name or str(home))
    return [json.loads(places.read(path)) for path in reasons(home)]


def dead_path(home: Path, file_id: str) -> Path:
    """Where the reason of a waiting file stands, by the start of the file's hash or its name; the file lies beside it, where its bytes came at all."""
    found = [path for path in reasons(home) if _is(path, file_id)]
    if len(found) != 1:
        raise NotFoundError("no refused file is known by this" if not found else "more than one refused file is known by this", where=file_id)
    return found[0]


def _is(path: Path, file_id: str) -> bool:
    body = json.loads(places.read(path))
    return file_id in (body["file"], path.name.removesuffix(REASON)) or (len(file_id) >= 6 and body["sha256"].startswith(file_id))


def _decide(act: Act, bodies: Sequence[Mapping[str, str]], kind: str, reason: str) -> bool:
    """One decision about each of these refused files, in one act; False where the document was only written."""
    items = [_item(act, body["sha256"], kind, reason) for body in bodies]
    if not act.ready(items):
        return False
    keys = [sha256(canonical([item.as_json(), act.actor])).hexdigest() for item in items]
    decisions = [_decision(act, item, key, kind, reason) for item, key in zip(items, keys, strict=True)]
    rows = [
        {
            "file_id": body["sha256"],
            "feed": body["feed"],
            "name": body["file"],
            "code": kind.upper(),
            "reason": reason or kind,
            "hint": "",
            "known_at": stamp(act.store.at),
            "run_id": "by hand",
            "state": decisions[0]["after"],
        }
        for body in bodies
    ]
    source = {"sha256": bodies[0]["sha256"], "name": bodies[0]["file"]} if len(bodies) == 1 else {"files": [{"sha256": body["sha256"], "name": body["file"]} for body in bodies]}
    key = keys[0] if len(keys) == 1 else sha256(canonical(keys)).hexdigest()
    act.commit("decision", f"{kind}:{key}", [act.store.rows("decision", decisions), act.store.rows("dead_letter", rows)], source)
    failpoint(f"{kind}.committed")
    return True


def _item(act: Act, digest: str, kind: str, reason: str) -> Item:
    last = act.store.con.execute(sql("tieout", "last_dead_letter"), {"file_id": digest}).fetchall()
    return Item(digest, sha256(canonical([str(cell) for cell in (last[0] if last else ())])).hexdigest(), {"action": kind, "reason": reason})


def _decision(act: Act, item: Item, key: str, kind: str, reason: str) -> dict[str, Any]:
    return {
        "decision_id": key[:24],
        "kind": kind,
        "subject_key": item.subject,
        "action": kind,
        "actor": act.actor,
        "at": stamp(act.store.at),
        "reason": kind.upper(),
        "comment": reason or None,
        "before": "waiting",
        "after": "discarded" if kind == "discard" else "landed",
        "base_sha256": item.base,
        "signature": act.document_sha256,
    }


def replay(home: Path, by: By, file_id: str | None) -> list[str]:
    """One refused file, or all that wait, back into the inbox, out of the queue, in one act; refused again they wait again. Of all, those that cannot be tried again stay, and that is told."""
    with acting(home, by, "replay") as act:
        chosen: list[tuple[dict[str, str], Path]] = []
        told: list[str] = []
        for reason in [dead_path(home, file_id)] if file_id else reasons(home):
            path, body = reason.with_name(reason.name.removesuffix(REASON)), json.loads(places.read(reason))
            target = places.below(home / "inbox", body["feed"], delivered_as(body["file"]))
            try:
                _as_refused(act, path, body)
                if places.look(target) or target in (other for _, other in chosen):
                    raise NotFoundError("the inbox has a file of this name already", where=str(target.relative_to(home)), hint="Run first, then replay.")
            except (NotFoundError, TamperedError) as error:
                if file_id:
                    raise
                told.append(f"{body['feed']}/{body['file']}: stays in dead-letters/: {error.message}")
                continue
            chosen.append((body, target))
        if not chosen:
            return told or ["no refused file waits"]
        if not _decide(act, [body for body, _ in chosen], "replay", ""):
            return [act.how_to_sign()]
        settle(act.store)
    return [f"{target.relative_to(home)}: the next run tries it again" for _, target in chosen] + told


def _as_refused(act: Act, path: Path, body: Mapping[str, str]) -> None:
    """The file that waits is there, and is the one that was refused."""
    code = act.store.named.refused.get((body["sha256"], body["feed"], body["file"]))
    if not places.is_file(path):
        never = "its bytes never came: it stays at the remote"
        raise NotFoundError(
            never if code is None else "the refused file is gone",
            where=path.name if code else body["sha256"],
            hint=("Have it renamed at the source" if code is None else "Deliver it again") + ", then `tieout dead-letter discard` this record.",
        )
    if code not in (None, "TOO_LARGE") and file_hash(path) != body["sha256"]:
        raise TamperedError(
            "other bytes than were refused",
            where=f"dead-letters/{body['feed']}/{path.name}",
            hint="Put the file back as it came; a corrected one is another file: discard this record, and put it into the inbox.",
        )


def discard(home: Path, by: By, file_id: str, reason: str) -> str:
    """Out of the queue for good; the file and its reason move to dead-letters/.discarded/."""
    with acting(home, by, "discard") as act:
        body = json.loads(places.read(dead_path(home, file_id)))
        if not _decide(act, [body], "discard", reason):
            return act.how_to_sign()
        actor = act.actor
        settle(act.store)
    return f"{body['file']}: discarded by {actor}"
