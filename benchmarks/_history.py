"""Books that only hold history, and the same further night into several books: what B3, B3o and B3s compare."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import _books
import _night
from _books import Month, tieout
from _measure import Cost

# The night comes when everything in the settled books is older than any rule looks back.
LATER = date(2026, 10, 1)
# What speaks of the books besides the night: the made-up names leave a gap behind those of a month, and a gateway without an account is one finding with all its payments.
OF_THE_BOOKS = {"ORDER_SEQUENCE_GAP", "GATEWAY_UNMAPPED"}


@dataclass(frozen=True)
class Settled:
    """Books before their month and after it: all paid out, proven, nothing open and nothing under way."""

    orders: int
    before: Path
    closed: Path


def settle(work: Path, orders: int) -> Settled:
    """Made once per size."""
    folder = work / f"settled-{orders}"
    month = _books.make(folder, orders, settled=True)
    before, closed = folder / "before", folder / "closed"
    if not closed.exists():
        _books.prepare(month, before)
        _books.copy(before, closed)
        tieout(folder / "child.log", "run", "--home", closed, "--as-of", month.as_of.isoformat())
        _books.check(month, closed)
        _books.check_settled(closed)
    return Settled(month.orders, before, closed)


class Further:
    """One small night, delivered to several books: its findings are the same in all of them."""

    def __init__(self, source: Month, work: Path, day: date):
        self.inbox, self.home, self.log, self.day = work / "night", work / "home", work / "child.log", day
        _night.write(source.home / "inbox", self.inbox, day)
        self.orders = _books.count_orders(self.inbox)
        self._known: dict[Path, set[tuple[str, ...]]] = {}
        self._found: set[tuple[str, ...]] | None = None

    def into(self, books: Path, *, closed: bool) -> Callable[[], Cost]:
        """The night into a fresh copy of these books, on the day after it."""
        self._known[books] = _books.exceptions(books) if closed else set()
        return lambda: self._delivered(books)

    def _delivered(self, books: Path) -> Cost:
        home = _books.copy(books, self.home)
        shutil.rmtree(home / "inbox")
        shutil.copytree(self.inbox, home / "inbox")
        cost = tieout(self.log, "run", "--home", home, "--as-of", (self.day + timedelta(1)).isoformat())
        found = {one for one in _books.exceptions(home) - self._known[books] if one[0] not in OF_THE_BOOKS}
        self._found = found if self._found is None else self._found
        _books.compare("wrong answer of the further night: other findings than in the other books", found, self._found)
        return cost
