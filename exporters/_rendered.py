"""A file that is ready to go out: its bytes and what its manifest says of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Rendered:
    """Bytes of one file; rows without the header, the control total in currency, and the journal entries that it carries."""

    kind: str
    entity: str
    name: str
    data: bytes
    rows: int
    total: Decimal
    currency: str
    entry_ids: tuple[str, ...] = ()
