"""Who acts on the command line, and how the signature comes."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import UnknownPersonError


@dataclass(frozen=True)
class By:
    """A name (default: the login), and one of: nothing, a key that signs at once, a document to be signed elsewhere, that document with its signature."""

    name: str = ""
    key: Path | None = None
    document: Path | None = None
    signature: Path | None = None

    @property
    def login(self) -> str:
        """The name that was given, else the login; UnknownPersonError where there is neither, as in a container whose user has no name."""
        try:
            return self.name or os.environ.get("USER") or getpass.getuser()
        except (KeyError, OSError):
            raise UnknownPersonError("this process has no login name", where="--as", hint="Give --as NAME, or set TIEOUT_AS.") from None
