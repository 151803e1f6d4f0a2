"""Archives that hold several deliveries: each member lands, or is refused, as a file of its own that is named archive/member."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from importers._unpack import member_name, several, take_out
from ledger import places
from ledger.errors import FileRefusedError
from ledger.store import Store
from tieout.remote.names import readable

# lands one open file under a name; of one whose bytes the ledger has the row that says so
Land = Callable[[places.Held, str], dict[str, Any] | None]


def members_of(file: places.Held) -> list[zipfile.ZipInfo]:
    """The members of an archive that are deliveries of their own; none where the file is a delivery itself."""
    return several(file.bytes_at, readable(file.path.name))


def land_members(store: Store, file: places.Held, members: Sequence[zipfile.ZipInfo], say: Callable[[str], None], land: Land) -> tuple[list[dict[str, Any]], FileRefusedError | None]:
    """Land every member. What is left to say of the archive: the rows of members that came before, and the refusal that keeps it, because of members that
    cannot be taken out of it. The archive stays where it lies; a crash between two members leaves the others to whoever takes the run up."""
    name, again = readable(file.path.name), []
    stuck: list[FileRefusedError] = []
    for number, member in enumerate(members, 1):
        said = readable(f"{file.path.name}/{member_name(member)}")
        say(f"land {readable(file.path.parent.name)}/{said}")
        target = store.home / "ledger" / "tmp" / f"member{_ending(member)}"
        places.remove(target)
        try:
            take_out(file.bytes_at, member, said, target)
        except FileRefusedError as error:
            stuck.append(FileRefusedError(f"member {number} of the archive, {member_name(member)}: {error.message}", code=error.code, where=name))
            continue
        try:
            with places.held(target) as part:
                row = land(part, said)
        finally:
            places.remove(target)
        if row:
            again.append(row)
    return again, _kept(stuck, len(members), name) if stuck else None


def _kept(stuck: Sequence[FileRefusedError], count: int, name: str) -> FileRefusedError:
    """Why the archive itself waits: the bytes of these members are nowhere else."""
    first, more = stuck[0], f" ({len(stuck)} members like it)" if len(stuck) > 1 else ""
    rest = count - len(stuck)
    done = f"; the other {rest} landed or wait by themselves" if rest else ""
    hint = "Ask for that file again, and discard this archive when it has come; delivered again, what landed of it is not landed twice."
    return FileRefusedError(f"{first.message}{more}{done}", code=first.code, where=name, hint=hint)


def _ending(member: zipfile.ZipInfo) -> str:
    """The ending of a member's name, where it is a plain one."""
    ending = member_name(member).rpartition(".")[2].lower()
    return f".{ending}" if ending.isascii() and ending.isalnum() and len(ending) < 6 else ""
