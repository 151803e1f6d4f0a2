"""Folders and files of the books: opened part by part without following a link, so that nothing outside of the books is read, moved or removed.

Every verb takes a whole path below the folder of the books, which is resolved once, when a command begins. Each folder on the way is opened from the
descriptor of the one above it; what is done to the last name is done to that entry itself, whatever stands there by then.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .errors import PlaceError

# O_PATH needs no right to read the folders above the books.
_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
AWAY = "take it away, or put the file itself here"


@dataclass(frozen=True)
class Entry:
    """What stands in a folder, looked at without following it."""

    path: Path
    info: os.stat_result

    @property
    def is_folder(self) -> bool:
        """A folder of its own, not a link to one."""
        return stat.S_ISDIR(self.info.st_mode)

    @property
    def strange(self) -> str:
        """Why this is no file that may be opened; empty for a plain file."""
        mode = self.info.st_mode
        kinds = ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
        if not stat.S_ISREG(mode):
            return f"it is {next((word for test, word in kinds if test(mode)), 'a device')}, not a file: {AWAY}"
        return f"it has {self.info.st_nlink} names (a hard link): what is removed here stays elsewhere; {AWAY}" if self.info.st_nlink > 1 else ""


@dataclass(frozen=True)
class Held:
    """A plain file that is open: `path` is where it lies, `bytes_at` leads readers to these very bytes whatever takes its name meanwhile."""

    path: Path
    bytes_at: Path
    handle: int
    info: os.stat_result
    called: str = ""  # a member of an archive: archive/member, whatever it is called where it lies


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """The descriptor of a folder, no part of whose path is a link; PlaceError names the part that is one, FileNotFoundError where there is none."""
    handle = os.open("/", _FOLDER)
    try:
        parts = _parts(folder)
        for depth, part in enumerate(parts[1:], 2):
            deeper = _step(handle, part, parts[:depth])
            os.close(handle)
            handle = deeper
        yield handle
    finally:
        os.close(handle)


def _parts(path: Path) -> tuple[str, ...]:
    parts = path.absolute().parts
    if ".." in parts:
        raise PlaceError("the name leads out of its folder", where=path.name)
    return parts


def _step(handle: int, part: str, path: tuple[str, ...]) -> int:
    """From the descriptor of a folder to that of one in it."""
    try:
        return os.open(part, _FOLDER, dir_fd=handle)
    except OSError:
        with suppress(FileNotFoundError):
            kind = os.stat(part, dir_fd=handle, follow_symlinks=False).st_mode
            if not stat.S_ISDIR(kind):
                raise PlaceError(f"it is {'a link' if stat.S_ISLNK(kind) else 'a file'}, not a folder", where=short(Path(*path))) from None
        raise


def short(path: Path) -> str:
    """The last two parts of a path: what people know it by, without the folders above the books."""
    return "/".join(path.parts[-2:])


def below(folder: Path, *names: str) -> Path:
    """A path from names that come from outside; PlaceError where one is no plain name."""
    for name in names:
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise PlaceError("the name leads out of its folder", where=name)
    return folder.joinpath(*names)


def folder(path: Path) -> Path:
    """Make a folder that the books' group may read, whatever the umask; the folders above it too."""
    try:
        with opened(path):
            return path
    except FileNotFoundError:
        folder(path.parent)
    with opened(path.parent) as parent, suppress(FileExistsError):
        os.mkdir(path.name, 0o750, dir_fd=parent)
        made = os.open(path.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
        try:
            os.fchmod(made, 0o750)
        finally:
            os.close(made)
    with opened(path):
        return path


def look(path: Path) -> Entry | None:
    """What stands under this name; None where there is nothing."""
    try:
        with opened(path.parent) as parent:
            return Entry(path, os.stat(path.name, dir_fd=parent, follow_symlinks=False))
    except FileNotFoundError:
        return None


def is_file(path: Path) -> bool:
    """Whether a plain file stands here: no link, no folder, nothing special; another hard name of it does not matter."""
    found = look(path)
    return found is not None and stat.S_ISREG(found.info.st_mode)


def entries(path: Path) -> list[Entry]:
    """What stands in a folder, by name; nothing where there is no folder. PlaceError where it is a link."""
    found = []
    try:
        with opened(path) as handle:
            reading = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=handle)
            try:
                with os.scandir(reading) as listed:
                    for entry in listed:
                        with suppress(FileNotFoundError):
                            found.append(Entry(path / entry.name, entry.stat(follow_symlinks=False)))
            finally:
                os.close(reading)
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda entry: entry.path.name)


def files(path: Path, *, hidden: bool = False) -> Iterator[Entry]:
    """Plain files in a folder and in the folders in it; links are not followed, what is strange is passed over, and what is hidden unless it is asked for."""
    for entry in entries(path) if (found := look(path)) and found.is_folder else ():
        if entry.path.name.startswith(".") and not hidden:
            continue
        if entry.is_folder:
            yield from files(entry.path, hidden=hidden)
        elif stat.S_ISREG(entry.info.st_mode):
            yield entry


def strange(path: Path, *, names: bool) -> Iterator[Entry]:
    """Links and special files in a folder and in the folders in it: what no verb here enters or opens; files with several names where `names` matter."""
    for entry in entries(path):
        if entry.is_folder:
            yield from strange(entry.path, names=names)
        elif entry.strange and (names or not stat.S_ISREG(entry.info.st_mode)):
            yield entry


@contextmanager
def held(path: Path) -> Iterator[Held]:
    """Open a plain file with one name for reading; PlaceError for a link, a hard link and whatever is special, which is never opened."""
    with opened(path.parent) as parent:
        entry = Entry(path, os.stat(path.name, dir_fd=parent, follow_symlinks=False))
        if entry.strange:
            raise PlaceError(entry.strange, where=short(path))
        handle = os.open(path.name, os.O_RDONLY | _FILE, dir_fd=parent)
    try:
        entry = Entry(path, os.fstat(handle))
        if entry.strange:
            raise PlaceError(entry.strange, where=short(path))
        through = Path(f"/proc/self/fd/{handle}")
        yield Held(path, through if through.exists() else path, handle, entry.info)
    finally:
        os.close(handle)


def read(path: Path) -> bytes:
    """The bytes of a plain file."""
    with held(path) as file, os.fdopen(os.dup(file.handle), "rb") as stream:
        return stream.read()


def remove(path: Path, *, only: os.stat_result | None = None) -> None:
    """Take one name away, a link and not what it leads to; nothing happens where there is none. With `only`, nothing where another file has taken the name."""
    with suppress(FileNotFoundError), opened(path.parent) as parent:
        if only is None or os.path.samestat(only, os.stat(path.name, dir_fd=parent, follow_symlinks=False)):
            os.unlink(path.name, dir_fd=parent)


def remove_tree(path: Path) -> None:
    """Take a name away, and everything in it where it is a folder; a link is taken away alone."""
    found = look(path)
    if found and found.is_folder:
        for entry in entries(path):
            remove_tree(entry.path)
        with opened(path.parent) as parent:
            os.rmdir(path.name, dir_fd=parent)
    elif found:
        remove(path)


def move(path: Path, final: Path) -> None:
    """Give an entry another name in the books, in the place of what stands there."""
    with opened(path.parent) as source, opened(final.parent) as target:
        os.replace(path.name, final.name, src_dir_fd=source, dst_dir_fd=target)


def link(path: Path, final: Path) -> None:
    """Give a plain file a second name; FileExistsError where something has it."""
    with opened(path.parent) as source, opened(final.parent) as target:
        os.link(path.name, final.name, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)


def mode(path: Path, bits: int) -> None:
    """Set the rights of a plain file."""
    with held(path) as file:
        os.fchmod(file.handle, bits)


def new(path: Path, *, append: bool = False) -> int:
    """The descriptor of a file to write, mode 0640: a new one in the place of what stood under this name, or the end of a plain one."""
    with opened(path.parent) as parent:
        if append:
            handle = os.open(path.name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _FILE, 0o640, dir_fd=parent)
            if Entry(path, os.fstat(handle)).strange:
                os.close(handle)
                raise PlaceError("it is no plain file", where=short(path))
            return handle
        with suppress(FileNotFoundError):
            os.unlink(path.name, dir_fd=parent)
        return os.open(path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, 0o640, dir_fd=parent)


def fsync_dir(path: Path) -> None:
    """Make a folder's entries durable."""
    with opened(path) as found:
        handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=found)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
