"""Checks every act of a person in the log: the signature, and that what the ledger holds is what was signed."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import signing
from .durable import file_hash
from .errors import NotAllowedError
from .log import SETTINGS, content_hash, manifest_path, seal_hash, seal_of, untouched
from .named import act_files
from .on_disk import rows_of

Body = dict[str, Any]
EFFECTS = ("decision", "mapping_event", "mapping")


def verify(home: Path, bodies: list[Body]) -> list[str]:
    """Signed documents kept as they were, signed by whom they name with a key that was sealed then, good for one act each, and heeded to the letter."""
    findings: list[str] = []
    seal: Body = {}
    seen: set[str] = set()
    keys: dict[str, str] = {}
    proposers: dict[str, str] = {}
    for body in bodies:
        name = f"ledger/manifests/{body['seq']:08d}.json"
        files = act_files(body["source"])
        wrong = [f"ledger/acts/{file}: missing or other bytes than were written" for file, digest in files.items() if not _is(home / "ledger" / "acts" / file, digest)]
        findings += wrong
        if files and not wrong:
            findings += [f"{name}: {fault}" for fault in _act(home, body, seal, proposers)]
        if files and body["source"]["signed"]["document"] in seen:
            findings.append(f"{name}: the signed document was used before")
        seen |= set(files.values())
        if not files and seal.get("environment", "test") != "test" and _needs_signature(body, keys):
            findings.append(f"{name}: a decision without a signature")
        keys[body["key"]] = body["kind"]
        seal = seal_of(body) or seal
    return findings


def _needs_signature(body: Body, keys: dict[str, str]) -> bool:
    if body["kind"] == "config":
        return bool(seal_of(body)) and not untouched(keys)
    return "act" in body["source"] or (body["kind"] in ("decision", "approval") and not body["key"].startswith("parameters:"))


def _is(path: Path, digest: str) -> bool:
    return path.exists() and file_hash(path) == digest


def _act(home: Path, body: Body, seal: Body, proposers: dict[str, str]) -> list[str]:
    folder, source = home / "ledger" / "acts", body["source"]
    signed = source["signed"]
    data, signature = ((folder / f"{signed['document']}.{end}").read_bytes() for end in ("json", "json.sig"))
    try:
        document = signing.read(data)
        signing.check(data, signature, document["act"], document["actor"], seal["persons"])
    except NotAllowedError as error:
        return [error.message]
    findings = []
    if (document["act"], document["actor"]) != (source["act"], source["actor"]):
        findings.append("the signed document speaks of another act or person")
    if (document["environment"], document["ledger"]) != (seal["environment"], sha256(manifest_path(home, 0).read_bytes()).hexdigest()):
        findings.append("the signed document is of other books")
    allowed = {(line.split(" ", 1)[0], line.split()[-1]) for line in (folder / f"{signed['signers']}.allowed_signers").read_text(encoding="utf-8").splitlines()}
    if not allowed <= {(p["name"], p["key"].split(" ")[-1]) for p in seal["persons"] if p["key"]}:
        findings.append(f"{signed['signers']}.allowed_signers lists others than the people sealed then")
    return findings + _effects(home, body, document, seal, proposers)


def _effects(home: Path, body: Body, document: Body, seal: Body, proposers: dict[str, str]) -> list[str]:
    """Every row that the act brought is one that its document lists, and every item of the document has its row."""
    rows: dict[str, list[Body]] = {table: [] for table in EFFECTS}
    for segment in body["segments"]:
        path = home / "ledger" / "segments" / f"{segment['sha256']}.parquet"
        if segment["table"] in EFFECTS and path.exists():
            rows[segment["table"]] += rows_of(path)
    events = [row for row in rows["mapping_event"] if row["row_key"] is None]
    items = {item["subject"]: item for item in document["items"]}
    heeded = [_decided(row, items, document) for row in rows["decision"]] + [_changed(row, items, document) for row in events]
    findings = [] if all(heeded) and len(heeded) == len(document["items"]) == len(items) else ["the ledger holds something else than the signed document says"]
    if document["act"] == "propose":
        proposers.update({row["proposal_id"]: row["actor"] for row in events})
        findings += [f"the rows of {row['file']} are not those that were signed" for row in events if not _same_content(row, rows["mapping"])]
    elif seal["people"] > 1 and document["act"] == "approve":
        findings += [f"{row['actor']} approved what {row['actor']} proposed" for row in events if proposers.get(row["proposal_id"]) == row["actor"]]
    elif seal["people"] > 1 and document["act"] == "approve_opening":
        findings += [f"one person alone brought opening positions into force: {row['actor']}" for row in rows["decision"] if _alone(row, proposers)]
    if seal_of(body) and events and seal_hash(seal_of(body)) != events[0]["content_sha256"]:
        findings.append("the seal is not the one that was approved")
    return findings


def _alone(row: Body, approvers: dict[str, str]) -> bool:
    """Whether these positions come into force without the word of another person before."""
    return bool(approvers.setdefault(row["subject_key"], row["actor"]) == row["actor"] and row["action"] == "approved")


def _decided(row: Body, items: dict[str, Body], document: Body) -> bool:
    item = items.get(row["subject_key"])
    if item is None or row["actor"] != document["actor"] or row["base_sha256"] != item["base"]:
        return False
    said = item["content"]
    words = said.get("reason") or said.get("comment") or ""
    owner = said.get("owner") or ""
    return said["action"] in (row["kind"], row["action"]) and words in (row["reason"], row["comment"], "") and owner in (row["after"], "")


def _changed(row: Body, items: dict[str, Body], document: Body) -> bool:
    item = items.get(row["file"] if document["act"] == "propose" else row["proposal_id"])
    if item is None or row["actor"] != document["actor"]:
        return False
    return bool((item["base"], item["content"]["sha256"]) == (row["base_sha256"], row["content_sha256"]))


def _same_content(event: Body, rows: list[Body]) -> bool:
    if event["file"] == SETTINGS:
        return seal_hash(json.loads(event["after"])) == str(event["content_sha256"])
    mine = [row for row in rows if row["proposal_id"] == event["proposal_id"]]
    told = [{**json.loads(row["cells"]), **{name: row[name].isoformat() if row[name] else "" for name in ("valid_from", "valid_to")}} for row in mine]
    return content_hash(told) == str(event["content_sha256"])
