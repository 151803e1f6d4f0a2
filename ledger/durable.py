"""Files that survive a crash: written under a temporary name, synced, linked to their final name, folder synced."""

from __future__ import annotations

import errno
import os
import shutil
from hashlib import sha256
from pathlib import Path

from . import places
from .errors import ConflictError, StorageError
from .failpoints import failpoint
from .places import folder as folder
from .places import fsync_dir as fsync_dir

PIECE = 1 << 30
UNABLE = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)  # what a file system says that cannot do it
FULL = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)
READ_ONLY = "Make the disk of the books one that can be written to, then run again to continue."


def fsync_file(path: Path) -> None:
    """Make a file's bytes durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copied(source: Path, target: Path) -> None:
    """Copy a file's bytes within the kernel: a quarter of the processor time, and nothing is written where the file system shares blocks between files."""
    with source.open("rb") as given, target.open("wb") as out:
        try:
            while os.copy_file_range(given.fileno(), out.fileno(), PIECE):
                pass
        except OSError as error:
            if error.errno not in UNABLE:
                raise
            # each file stands where the copying ended
            shutil.copyfileobj(given, out)


def storage_error(error: OSError, path: Path) -> StorageError:
    """A disk that is full or failing, in our words."""
    return StorageError(f"cannot write: {os.strerror(error.errno or 0)}", where=path.name, hint=READ_ONLY if error.errno == errno.EROFS else "")


def disk_failure(error: BaseException) -> StorageError | None:
    """The same for what a library says of the disk; None where it says something else."""
    if isinstance(error, StorageError):
        return error
    number = getattr(error, "errno", None)
    if not isinstance(error, OSError) or number not in FULL:  # DuckDB has no number, only the system's words
        number = next((n for n in FULL if os.strerror(n) in str(error)), None)
    if number == errno.EROFS:
        return StorageError("the disk of the books can only be read", hint=READ_ONLY)
    return StorageError(f"the disk is full or failing: {os.strerror(number)}") if number else None


def link_new(temporary: Path, final: Path, mode: int, *, sync: bool = True) -> bool:
    """Give synced bytes their final name; False if the very bytes are there already, ConflictError if others are. Without `sync` the caller syncs the folder."""
    places.mode(temporary, mode)
    try:
        places.link(temporary, final)
    except FileExistsError:
        same = places.is_file(final) and temporary.stat().st_size == final.stat().st_size and temporary.read_bytes() == final.read_bytes()
        places.remove(temporary)
        if not same:
            raise ConflictError("the name already holds other bytes", where=final.name) from None
        return False
    failpoint("link.made")
    if sync:
        fsync_dir(final.parent)
    places.remove(temporary)
    return True


def write_new(path: Path, data: bytes, mode: int = 0o440) -> bool:
    """Write a file that must never change; False if it is there already with these bytes, ConflictError with others."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        _write(temporary, data)
        return link_new(temporary, path, mode)
    except OSError as error:
        places.remove(temporary)
        if error.errno in FULL:
            raise storage_error(error, path) from None
        raise


def replace(path: Path, data: bytes, mode: int = 0o640) -> None:
    """Write a file that is meant to be replaced, atomically."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        _write(temporary, data)
        places.mode(temporary, mode)
        places.move(temporary, path)
        fsync_dir(path.parent)
    except OSError as error:
        places.remove(temporary)
        if error.errno in FULL:
            raise storage_error(error, path) from None
        raise


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(places.new(path), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    failpoint("write.synced")


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, hex."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
