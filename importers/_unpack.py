"""Compressed files: a gzip stream, or a zip, unpacked under caps before anybody looks at it; a zip of several files is taken apart member by member."""

from __future__ import annotations

import gzip
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ledger.errors import FileRefusedError

from ._probe import DAMAGED, XLSX_MEMBERS, ZIP_RATIO, Probe
from ._registry import importers

UNPACKED_BYTES = 4 << 30
SMALL = 1 << 20  # what unpacks to less is harmless at any ratio
CHUNK = 1 << 20
WORKBOOK = "[Content_Types].xml"
LOCKED = 1  # the bit of a member that a password locks
# what operating systems put beside the files of an archive
JUNK = re.compile(r"(.*/)?(__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.IGNORECASE | re.DOTALL)


def unpack(path: Path, name: str, target: Path) -> bool:
    """Write the one file that a compressed file holds to `target` and say so; False where the file is as it is delivered.

    A member's own name is never used as a path. FileRefusedError where the archive is damaged, unpacks to too much, names a member outside of itself or
    holds several files that no importer reads as one.
    """
    with path.open("rb") as file:
        mark = file.read(4)
    if mark[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as stream:
            _write(stream, path.stat().st_size, name, target)
        return True
    return mark == b"PK\x03\x04" and _unzip(path, name, target)


def several(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The files of an archive that are each a delivery of their own, in its order; none where it is no such archive, or one that `unpack` refuses whole."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return []
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path, name)
        return members if len(members) > 1 and not _is_whole(path, name) else []
    except (FileRefusedError, *DAMAGED):
        return []


def take_out(path: Path, member: zipfile.ZipInfo, name: str, target: Path) -> None:
    """Write one member of an archive to `target`; FileRefusedError where it is damaged, encrypted or unpacks to too much."""
    if member.flag_bits & LOCKED:
        raise _locked(name)
    try:
        with zipfile.ZipFile(path) as archive, closing(archive.open(member)) as stream:
            _write(stream, member.compress_size, name, target)
    except DAMAGED as error:
        raise _damaged(error, name) from None


def member_name(member: zipfile.ZipInfo) -> str:
    """A member's name with the slashes that all systems have."""
    return member.filename.replace("\\", "/")


@contextmanager
def looked_into(path: Path, headers: Mapping[str, str] | None = None) -> Iterator[Probe]:
    """The file, unpacked where it is compressed, for as long as somebody looks at it."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "unpacked"
        yield Probe(target if unpack(path, path.name, target) else path, path.name, headers or {})


def each_looked_into(path: Path, headers: Mapping[str, str] | None = None, *, deep: int = 0) -> Iterator[Probe | FileRefusedError]:
    """The file, or every file of an archive that holds several, one after the other; or why it cannot be taken out. Archives within archives are opened `deep` further times."""
    return _each(path, path.name, headers or {}, deep)


def _each(path: Path, name: str, headers: Mapping[str, str], deep: int) -> Iterator[Probe | FileRefusedError]:
    members = several(path, name)
    with TemporaryDirectory() as folder:
        packed, target = Path(folder) / "member", Path(folder) / "unpacked"
        if not members:
            found = target if unpack(path, name, target) else path
            if found is target and deep and several(target, name):
                yield from _each(target, name, headers, deep - 1)
            else:
                yield Probe(found, name, headers)
        for member in members:
            own = f"{name}/{member_name(member)}"
            try:
                take_out(path, member, own, packed)
                if deep:
                    yield from _each(packed, own, headers, deep - 1)
                else:
                    yield Probe(target if unpack(packed, own, target) else packed, own, headers)
            except FileRefusedError as error:
                yield error
            target.unlink(missing_ok=True)
            packed.unlink(missing_ok=True)


def take_out_named(path: Path, name: str, target: Path) -> bool:
    """Write the member of an archive, or of an archive within it, that `each_looked_into` calls so; False where the file is no archive of several."""
    with TemporaryDirectory() as folder:
        return _take_out_named(path, path.name, name, target, Path(folder))


def _take_out_named(path: Path, own: str, name: str, target: Path, room: Path) -> bool:
    members = {f"{own}/{member_name(member)}": member for member in several(path, own)}
    if name in members:
        take_out(path, members[name], name, target)
        return True
    within = next((one for one in members if name.startswith(f"{one}/")), "")
    further = room / "further"
    if within:
        take_out(path, members[within], within, further)
    elif not unpack(path, own, further):
        return False
    (room / "within").mkdir()
    return _take_out_named(further, within or own, name, target, room / "within")


def _members(archive: zipfile.ZipFile, path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The files of an archive without folders and what systems leave in it; FileRefusedError where names lead out, or sizes are those of a bomb."""
    there = archive.infolist()
    _inside([member.filename for member in there], name)
    members = [member for member in there if not member.is_dir() and not JUNK.fullmatch(member_name(member))]
    size, packed = sum(m.file_size for m in there), sum(m.compress_size for m in there)
    if members and all(member.flag_bits & LOCKED for member in members):
        raise _locked(name)
    if len(there) > XLSX_MEMBERS or size > UNPACKED_BYTES or packed > path.stat().st_size:
        raise _too_large(name)
    return members


def _is_whole(path: Path, name: str) -> bool:
    """Whether one importer reads the archive by its members' names: a workbook, or the tables of one closing, one of which may be lost."""
    probe = Probe(path, name)
    if probe.kind == "xlsx":
        with zipfile.ZipFile(path) as archive:
            return WORKBOOK in archive.namelist()
    return any(len(importer.lacks(probe)) <= 1 for importer in importers() if "zip" in importer.kinds)


def _unzip(path: Path, name: str, target: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path, name)
            if len(members) != 1:
                if _is_whole(path, name):
                    return False
                raise FileRefusedError(
                    f"the archive holds {len(members) or 'no'} files",
                    code="ARCHIVE",
                    where=name,
                    hint="Deliver what is in it: an archive within an archive is not opened." if members else "Ask the source why nothing is in it.",
                )
            with closing(archive.open(members[0])) as stream:
                _write(stream, path.stat().st_size, name, target)
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


def _write(stream: IO[bytes] | gzip.GzipFile, packed: int, name: str, target: Path) -> None:
    """The stream to the end, or FileRefusedError where it is damaged or too large; nothing is left behind then."""
    size = 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        try:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > UNPACKED_BYTES or (size > SMALL and size // max(1, packed) > ZIP_RATIO):
                    target.unlink()
                    raise _too_large(name)
                out.write(chunk)
        except DAMAGED as error:
            target.unlink()
            raise _damaged(error, name) from None


def _too_large(name: str) -> FileRefusedError:
    return FileRefusedError("the archive unpacks to far more than its size", code="TOO_LARGE", where=name, hint="Deliver the file as it is, or in several parts.")


def _locked(name: str) -> FileRefusedError:
    return FileRefusedError("it is locked with a password", code="ENCODING", where=name, hint="Open it with the password, and deliver what is in it.")


def _damaged(error: BaseException, name: str) -> FileRefusedError:
    """What is wrong with the bytes; an error of the disk is none of theirs."""
    if isinstance(error, OSError) and error.errno:
        raise error
    return FileRefusedError("the compressed file is damaged", code="ENCODING", where=name, hint="It was cut off or changed on its way; deliver it again.")
