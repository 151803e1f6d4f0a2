"""A small shop's nights: its first one, and one in which nothing arrives. A script without a memory makes the month again in both, so they have one floor."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import _books
from _measure import HERE, Cost, Pairs, pairs, run

AS_OF = date(2026, 9, 15)


class Small:
    """Thirty orders in eleven files: the books before their first night, and after it, with the answers checked."""

    def __init__(self, work: Path):
        self.work = work
        self.log, self.home, self.closed = work / "child.log", work / "home", work / "closed"
        subprocess.run([sys.executable, HERE / "small_shop.py", work / "month"], check=True)
        self.month = _books.Month(work / "month" / "books", work / "month" / "answers.csv", AS_OF, _books.count_orders(work / "month" / "books" / "inbox"))
        self.before = _books.prepare(self.month, work / "before")
        _books.copy(self.before, self.closed)
        self._night(self.closed, AS_OF)

    def first(self) -> Cost:
        """Everything arrives."""
        return self._night(_books.copy(self.before, self.home), AS_OF)

    def idle(self) -> Cost:
        """Nothing arrives, a day later."""
        return self._night(_books.copy(self.closed, self.home), AS_OF + timedelta(1))

    def measured(self, name: str, count: int) -> Pairs:
        """S1 or S2."""
        what, night = {"S1": ("a small shop's first night", self.first), "S2": ("and one with nothing new", self.idle)}[name]
        return pairs(Pairs(name, what), count, night, self._floor)

    def _night(self, home: Path, day: date) -> Cost:
        cost = _books.tieout(self.log, "run", "--home", home, "--as-of", day.isoformat())
        _books.check(self.month, home)
        return cost

    def _floor(self) -> Cost:
        cost = run([HERE / "floor_month.py", self.month.home, AS_OF.isoformat(), self.work / "floor.xlsx"], self.log)
        _books.check_floor(self.month, self.log.read_text(encoding="utf-8"))
        return cost
