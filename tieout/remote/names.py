"""Names of files: how the books keep them, which of a remote are readable, and how the others are shown."""

from __future__ import annotations

import os
import unicodedata

from ledger.errors import FileRefusedError
from ledger.private import masked

NAME_CAP = 200

# Control (Cc), surrogate (Cs), line and paragraph separator, and the marks that turn the direction of text.
_UNREADABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def readable(name: str) -> str:
    """A name as the books keep it: bytes that are no UTF-8 are escaped, people's data and keys in it are masked."""
    return masked(os.fsencode(name).decode("utf-8", "backslashreplace"))


def delivered_as(name: str) -> str:
    """What a file is called when it goes into an inbox again; a member of an archive comes by itself, under both names."""
    return name.replace("/", "_")


def readable_name(raw: bytes) -> str:
    """A file name as text.

    Raises FileRefusedError for what no file should be called (not UTF-8, parts of a path, control and direction characters,
    too long), code NAME_UNREADABLE, and for hidden names, code HIDDEN: uploads under way are called so.
    """
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise refusal(raw, "NAME_UNREADABLE", "the name is not UTF-8") from None
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise refusal(raw, "NAME_UNREADABLE", "the name is a path")
    if any(unicodedata.category(c) in _UNREADABLE or c in _BIDI for c in name):
        raise refusal(raw, "NAME_UNREADABLE", "the name has control or direction characters")
    # 255 bytes are what local file systems take.
    if len(name) > NAME_CAP or len(raw) > 255:
        raise refusal(raw, "NAME_UNREADABLE", f"the name is longer than {NAME_CAP} characters")
    if name.startswith("."):
        raise refusal(raw, "HIDDEN", "a hidden name: an upload under way, or no delivery")
    return name


def shown(raw: bytes) -> str:
    """A name that can be printed, and be a file's name anywhere: what is not readable in it is escaped, and it is cut."""
    text = raw.decode("utf-8", "backslashreplace")[:NAME_CAP]
    return "".join(c if c.isprintable() and c != "/" else f"\\x{ord(c):02x}" for c in text)


def refusal(name: str | bytes, code: str, why: str) -> FileRefusedError:
    """The refusal of one entry of a folder."""
    return FileRefusedError(why, code=code, where=shown(name.encode() if isinstance(name, str) else name))
