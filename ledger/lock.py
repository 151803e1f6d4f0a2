"""The one lock of the books."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from . import places
from .errors import BooksBusyError, NotBooksError
from .log import manifest_path


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the one lock of the books; BooksBusyError names the process that has it."""
    if not manifest_path(home, 0).exists():
        raise NotBooksError("there is no ledger here", where=str(home.name))
    path = home / "ledger" / ".lock"
    # The folder itself is locked: a lock file could be deleted, and a second holder would lock the new one.
    handle = os.open(home / "ledger", os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BooksBusyError(f"process {holder(home) or 'unknown'} is working on these books", where="ledger/.lock") from None
        _note(path, str(os.getpid()))
        try:
            yield
        finally:
            with suppress(OSError):
                _note(path, "")
    finally:
        os.close(handle)


def _note(path: Path, text: str) -> None:
    with os.fdopen(places.new(path), "w", encoding="ascii") as file:
        file.write(text)


def holder(home: Path) -> int | None:
    """The living process that has written its number into the lock file; None where there is none. The lock itself is not touched."""
    path = home / "ledger" / ".lock"
    number = path.read_text(encoding="ascii", errors="replace").strip() if path.exists() else ""
    if not number.isdecimal():
        return None
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return int(number)
