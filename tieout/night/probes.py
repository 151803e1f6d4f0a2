"""A delivered file as the importers are asked about it: under a plain name, unpacked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from importers._probe import Probe
from importers._unpack import unpack
from ledger import places
from tieout.remote.names import readable


def called(file: places.Held) -> str:
    """What the books call a file that was delivered."""
    return file.called or readable(file.path.name)


def probe_of(store_tmp: Path, file: places.Held, headers: Mapping[str, str] | None = None) -> Probe:
    """The file under a plain name, unpacked where it is compressed: brackets in a name are a pattern to file readers. `headers` translates those of the file."""
    path = file.path
    link = store_tmp / f"reading{path.suffix.lower() if path.suffix.isascii() else ''}"
    places.remove(link)
    if not unpack(file.bytes_at, called(file), link):
        link.symlink_to(file.bytes_at)
    return Probe(link, called(file), headers=headers or {})
