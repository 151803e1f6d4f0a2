"""What the manifests name: which rows each table has, which files lie where and with which bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Laid:
    """A segment's place in its table: the manifest that names it, the first of its rows, and what the manifest says of it."""

    seq: int
    start: int
    table: str
    sha256: str
    bytes: int
    rows: int
    row_root: str
    sums: list[list[Any]]

    @property
    def path(self) -> str:
        """Where its bytes lie."""
        return f"ledger/segments/{self.sha256}.parquet"

    @property
    def manifest(self) -> str:
        """The manifest that names it."""
        return f"ledger/manifests/{self.seq:08d}.json"

    def says(self) -> tuple[int, str, list[list[Any]]]:
        """Rows, row root and control sums."""
        return self.rows, self.row_root, self.sums


@dataclass
class Named:
    """Everything that a log names, manifest by manifest."""

    tables: dict[str, list[Laid]] = field(default_factory=dict)
    leaves: list[tuple[Any, ...]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)  # sha256 of a delivered file → sha256 of its compressed bytes
    landed: set[str] = field(default_factory=set)
    files: dict[tuple[str, str], str] = field(default_factory=dict)  # feed and name of a delivered file → sha256 of the bytes that it had last
    acts: dict[str, str] = field(default_factory=dict)  # file of ledger/acts → sha256
    exports: list[tuple[str, str]] = field(default_factory=list)  # path in outbox/, sha256
    refused: dict[tuple[str, str, str], str] = field(default_factory=dict)  # sha256, feed and name of a refused file that waits → code
    nights: int = 0
    settings: str = ""  # sha256 of the settings that were recorded last

    def add(self, body: Mapping[str, Any], data: bytes) -> None:
        """The next manifest."""
        source = body["source"]
        for segment in body["segments"]:
            rows = self.tables.setdefault(segment["table"], [])
            rows.append(Laid(body["seq"], rows[-1].start + rows[-1].rows if rows else 0, **segment))
        self.leaves.append((body["seq"], body["kind"], body["key"], body["run"], datetime.fromisoformat(body["at"]), sha256(data).hexdigest(), body["prev"]))
        self.acts |= act_files(source)
        if body["kind"] == "import":
            self.landed.add(source.get("sha256", ""))
            if "importer" in source:
                self.files[source["feed"], source["name"]] = source["sha256"]
            if "kept" in source:
                self.kept[source["sha256"]] = source["kept"]
        if body["kind"] == "quarantine" and body["key"].startswith("refused:"):
            self.refused[source["sha256"], source["feed"], source["name"]] = source["code"]
        if body["key"].startswith(("replay:", "discard:")):
            said = [(one["sha256"], one.get("name")) for one in source.get("files", [source])]
            gone = [one for one in self.refused if (one[0], one[2]) in said or (one[0], None) in said]
            self.refused = {one: code for one, code in self.refused.items() if one not in gone}
        if body["kind"] == "export" and "sha256" in source:
            self.exports.append((source["path"], source["sha256"]))
        if body["kind"] == "config" and "settings" in source:
            self.settings = source["settings"]
        self.nights += body["kind"] == "run"

    def segments(self) -> list[Laid]:
        """Every segment, in the order of the manifests."""
        return sorted((laid for rows in self.tables.values() for laid in rows), key=lambda laid: laid.seq)


def named(log: Iterable[tuple[Mapping[str, Any], bytes]]) -> Named:
    """What these manifests name."""
    found = Named()
    for body, data in log:
        found.add(body, data)
    return found


def act_files(source: Mapping[str, Any]) -> dict[str, str]:
    """File of ledger/acts → the hash that a manifest's source says it has; nothing for an act without signature."""
    signed: Mapping[str, str] = source.get("signed", {})
    endings = {"document": "json", "signature": "json.sig", "signers": "allowed_signers"}
    return {f"{signed['signers' if part == 'signers' else 'document']}.{end}": signed[part] for part, end in endings.items()} if signed else {}


def tonight(sizes: Sequence[int], night: int, limit: int) -> list[int]:
    """Which of the things that came one after the other are looked at in this night: all where they fit below the limit. Else the newest, up to half of it, and one part
    of the older ones, of half of it too: after as many nights as there are parts each was looked at."""
    if sum(sizes) <= limit:
        return list(range(len(sizes)))
    half, first, size = limit // 2, len(sizes), 0
    while first and size + sizes[first - 1] <= half:
        first -= 1
        size += sizes[first]
    parts: dict[int, list[int]] = {}
    before = 0
    for place in range(first):
        parts.setdefault(before // half, []).append(place)
        before += sizes[place]
    older = parts[sorted(parts)[night % len(parts)]] if parts else []
    return [*older, *range(first, len(sizes))]
