"""Compressed files: a gzip stream, or a zip that holds one file, unpacked under caps before anybody looks at it."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ledger.errors import FileRefusedError

from ._probe import DAMAGED, ZIP_RATIO, Probe

UNPACKED_BYTES = 4 << 30
SMALL = 1 << 20  # what unpacks to less is harmless at any ratio
CHUNK = 1 << 20
WORKBOOK = "[Content_Types].xml"


def unpack(path: Path, name: str, target: Path) -> bool:
    """Write the one file that a compressed file holds to `target` and say so; False where the file is as it is delivered.

    A member's own name is never used as a path. FileRefusedError where the archive is damaged, unpacks to too much, names a member outside of itself or
    holds several files that are no CSV.
    """
    with path.open("rb") as file:
        mark = file.read(4)
    if mark[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as stream:
            _write(stream, path, name, target)
        return True
    return mark == b"PK\x03\x04" and _unzip(path, name, target)


@contextmanager
def looked_into(path: Path, headers: Mapping[str, str] | None = None) -> Iterator[Probe]:
    """The file, unpacked where it is compressed, for as long as somebody looks at it."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "unpacked"
        yield Probe(target if unpack(path, path.name, target) else path, path.name, headers or {})


def _unzip(path: Path, name: str, target: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            names = [member.filename for member in members]
            _inside(names, name)
            if WORKBOOK in names or any(n.lower().endswith(".csv") for n in names) and len(names) > 1:
                return False  # a workbook, or the tables of one closing: their importers read them by name
            if len(names) != 1:
                raise FileRefusedError(
                    f"the archive holds {len(names)} files",
                    code="ARCHIVE",
                    where=name,
                    hint="Unpack it and deliver its files one by one.",
                )
            with closing(archive.open(members[0])) as stream:
                _write(stream, path, name, target)
    except DAMAGED:
        target.unlink(missing_ok=True)
        return False  # whoever claims such archives says what is wrong with it
    return True


def _inside(names: list[str], name: str) -> None:
    """No member's name leads out of the archive."""
    for place, member in enumerate(names, 1):
        parts = member.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise FileRefusedError(
                f"member {place} of the archive has a name that leads out of it",
                code="FILE_NAME",
                where=name,
                hint="Archives are only taken from where the files come from; ask who made this one.",
            )


def _write(stream: IO[bytes] | gzip.GzipFile, path: Path, name: str, target: Path) -> None:
    """The stream to the end, or FileRefusedError where it is damaged or too large; nothing is left behind then."""
    packed, size = max(1, path.stat().st_size), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        try:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > UNPACKED_BYTES or (size > SMALL and size // packed > ZIP_RATIO):
                    target.unlink()
                    raise FileRefusedError(
                        "the archive unpacks to far more than its size", code="TOO_LARGE", where=name, hint="Deliver the file as it is, or in several parts."
                    )
                out.write(chunk)
        except DAMAGED as error:
            target.unlink()
            if isinstance(error, OSError) and error.errno:
                raise
            raise FileRefusedError(
                "the compressed file is damaged or encrypted", code="ENCODING", where=name, hint="It was cut off or changed on its way; deliver it again."
            ) from None
