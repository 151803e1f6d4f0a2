"""How a file's header stands to the registered ones: which generation of the format is nearest, what is new against it and what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._columns import normal

if TYPE_CHECKING:
    from ._kit import Importer

TABLES = frozenset(["csv", "xlsx", "zip"])  # kinds of files that bring a header
CHOSEN = ("", "*")  # the format has no header of its own, or whoever exports chooses it


@dataclass(frozen=True)
class Drift:
    """A header against the nearest registered one; without a difference it is that generation's own."""

    generation: str
    columns: int
    added: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def words(self) -> str:
        """The outcome in one line."""
        if not self.added and not self.lacking:
            return f"header `{self.generation}`, {self.columns} columns"
        return f"nearest header `{self.generation}`, {self.columns} columns; {len(self.added)} more, {len(self.lacking)} not there"


def headers(text: str) -> list[str]:
    """The headers of a declaration, blanks and line ends folded."""
    return [" ".join(cell.split()) for cell in text.split(",") if cell.strip()]


def registered(generations: Mapping[str, str], known: str) -> dict[str, list[str]]:
    """Generation → its headers, oldest first. A declaration that begins with + goes on from the one before; -A,B in its second part (|) takes away."""
    found: dict[str, list[str]] = {}
    before: list[str] = []
    for name, text in generations.items():
        if text.startswith("+"):
            more, _, fewer = text[1:].partition("|-")
            gone = {normal(cell) for cell in headers(fewer)}
            before = [cell for cell in before if normal(cell) not in gone] + headers(more)
        else:
            before = headers(text)
        found[name] = before
    if not found and known not in CHOSEN:
        found["registered"] = headers(known)
    return found


def nearest(importer: Importer, header: Sequence[str]) -> Drift | None:
    """The generation that the header differs least from, the latest of several; None where the format has none registered."""
    there = {normal(cell): cell.strip() for cell in header if normal(cell)}
    best: Drift | None = None
    for name, cells in registered(importer.generations, importer.known).items():
        known = {normal(cell): cell for cell in cells}
        added = tuple(cell for key, cell in there.items() if key not in known)
        lacking = tuple(cell for key, cell in known.items() if key not in there)
        if best is None or len(added) + len(lacking) <= len(best.added) + len(best.lacking):
            best = Drift(name, len(cells), added, lacking)
    return best
