"""Time against floors measured in the same run: each figure is the product's CPU seconds over those of a straight script with public libraries.

python benchmarks/bench.py [--orders N] [--books DIR --as-of DATE] [--small DIR] [--pairs N] [--only B1,B2] [--write]

Whole processes, A B A B …, the median of the pairs; the answers are checked first, and a wrong answer has no time. `--books` measures on
a month that lies there (its answers in DIR.answers/ or beside it), `--small` on a smaller one of the same kind too, for the exponents.
`--then DIR` is the inbox of a further night: B3 lands it in full books and in empty ones. `--write` writes docs/performance.md.
"""

from __future__ import annotations

import argparse
import math
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import _books
from _books import Month, tieout
from _measure import HERE, ROOT, Cost, Pairs, median, pairs, run
from _report import page

TARGETS = {"B1": 1.25, "B2": 2.0, "B3": 1.25, "B4": 1.3, "B6": 1.2, "B7": 1.3, "B11": 2.4, "B13": 1.6}


class Bench:
    """One month, its books in every state that a measurement starts from."""

    def __init__(self, month: Month, work: Path, count: int, then: Path | None = None):
        self.month, self.work, self.count, self.then = month, work, count, then
        self.log = work / "child.log"
        self.codes: list[str] = []
        self.before = _books.prepare(month, work / "before")
        self.home = work / "home"
        self._closed: Path | None = None

    def fresh(self, source: Path | None = None) -> Path:
        """The books as they are before a run."""
        return _books.copy(source or self.before, self.home)

    def night(self, home: Path, *words: str, day: date | None = None) -> Cost:
        """One run of the night."""
        return tieout(self.log, "run", "--home", home, "--as-of", (day or self.month.as_of).isoformat(), *words)

    def closed(self) -> Path:
        """The books after their night, with the answers checked."""
        if self._closed is None:
            self._closed = _books.copy(self.before, self.work / "closed")
            self.night(self._closed)
            _books.check(self.month, self._closed)
        return self._closed

    def floor(self, name: str, *words: str | Path) -> Cost:
        """One run of a floor."""
        return run([HERE / f"floor_{name}.py", *words], self.log)

    def straight(self, name: str, *words: str | Path) -> Cost:
        """A floor that finds something: its answer is checked too."""
        cost = self.floor(name, *words)
        self.codes = _books.check_floor(self.month, self.log.read_text(encoding="utf-8"))
        return cost

    def b1(self) -> Pairs:
        """Landing: hash, kept original, validation, lineage, segments with checksums, commit, cache."""
        self.closed()
        return self._pairs("B1", "land a month", lambda: self.night(self.fresh(), "--only", "land"), lambda: self.floor("land", self.month.home, self.work / "parquet"))

    def b2(self) -> Pairs:
        """Every rule with evidence, exceptions, entries, proofs."""
        landed = _books.copy(self.before, self.work / "landed")
        self.night(landed, "--only", "land")
        self.closed()
        day = self.month.as_of.isoformat()
        return self._pairs("B2", "judge a month", lambda: run([HERE / "match.py", self.fresh(landed), day], self.log), lambda: self.straight("match", landed, day))

    def b3(self) -> Pairs:
        """The same small night into full books and into empty ones: here the second is the floor."""
        assert self.then is not None
        closed, day = self.closed(), self.month.as_of + timedelta(1)

        def delivered(source: Path) -> Path:
            home = self.fresh(source)
            shutil.rmtree(home / "inbox")
            shutil.copytree(self.then, home / "inbox")
            return home

        return self._pairs("B3", "a small night into full books", lambda: self.night(delivered(closed), day=day), lambda: self.night(delivered(self.before), day=day))

    def b4(self) -> Pairs:
        """The same files again: nothing is added but that they came."""

        def again() -> Cost:
            home = self.fresh(self.closed())
            shutil.rmtree(home / "inbox")
            shutil.copytree(self.month.home / "inbox", home / "inbox")
            return self.night(home, "--only", "land")

        return self._pairs("B4", "the same files again", again, lambda: self.floor("again", _as_given(self.closed(), self.month)))

    def b6(self) -> Pairs:
        """Every byte that was ever kept is hashed again."""
        home = self.closed()
        return self._pairs("B6", "verify", lambda: tieout(self.log, "audit", "verify", "--home", home), lambda: self.floor("verify", home, self.month.home / "inbox"))

    def b7(self) -> Pairs:
        """The workbook of 20,000 exceptions, against the same rows plain."""
        return self._pairs(
            "B7", "workbook of 20,000 exceptions", lambda: run([HERE / "report.py", "product", self.work], self.log), lambda: run([HERE / "report.py", "floor", self.work], self.log)
        )

    def b11(self) -> Pairs:
        """`tieout --help`."""
        return self._pairs("B11", "start", lambda: tieout(self.log, "--help"), lambda: run([HERE / "floor_start.py"], self.log))

    def b13(self) -> Pairs:
        """The whole night, from files to exports, workbook and auditors' copy."""
        day = self.month.as_of.isoformat()

        def whole() -> Cost:
            cost = self.night(self.fresh())
            _books.check(self.month, self.home)
            return cost

        return self._pairs("B13", "the whole night", whole, lambda: self.straight("month", self.month.home, day, self.work / "floor.xlsx"))

    def _pairs(self, name: str, what: str, product: Callable[[], Cost], floor: Callable[[], Cost]) -> Pairs:
        result = pairs(Pairs(name, what, TARGETS[name]), self.count, product, floor)
        spread = result.ratios()
        print(
            f"{name:4} {what:32} {median(result.product, 'cpu'):8.2f} s / {median(result.floor, 'cpu'):7.2f} s = {result.ratio():6.2f}x ({spread[0]:.2f} to {spread[-1]:.2f}), "
            f"target {result.target}x, wall {median(result.product, 'wall'):.1f} s, peak {max(c.peak for c in result.product):.0f} MiB",
            flush=True,
        )
        return result


def _as_given(home: Path, month: Month) -> Path:
    """The closed books with the delivered files in their inbox, for a floor that reads both."""
    if not any((home / "inbox").rglob("*.csv")):
        shutil.rmtree(home / "inbox")
        shutil.copytree(month.home / "inbox", home / "inbox")
    return home


def exponents(large: Bench, small: Bench, results: dict[str, Pairs]) -> dict[str, float]:
    """ln(cost ratio) / ln(size ratio) of what grows with the month."""
    found = {}
    for name in ("B1", "B2", "B13"):
        if name in results:
            less = getattr(small, name.lower())()
            found[name] = math.log(median(results[name].product, "cpu") / median(less.product, "cpu")) / math.log(large.month.orders / small.month.orders)
            print(f"{name} exponent {found[name]:.2f} from {small.month.orders} to {large.month.orders} orders", flush=True)
    return found


def main() -> None:
    """Measure, print, and write the page where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--books", type=Path)
    parser.add_argument("--small", type=Path)
    parser.add_argument("--then", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 10, 1))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        measure(options, work)
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)


def measure(options: argparse.Namespace, work: Path) -> None:
    """Everything that was asked for."""
    month = _books.given(options.books, options.as_of) if options.books else _books.make(work / "month", options.orders)
    less = _books.given(options.small, options.as_of) if options.small else None
    if not options.books and options.orders >= 6_000:
        less = _books.make(work / "small", options.orders // 10)
    wanted = options.only.split(",") if options.only else [name for name in TARGETS if name != "B3" or options.then]
    (work / "large").mkdir(exist_ok=True)
    bench = Bench(month, work / "large", options.pairs, options.then)
    results = {name: getattr(bench, name.lower())() for name in wanted}
    grown = {}
    if less is not None and {"B1", "B2", "B13"} & set(wanted):
        (work / "less").mkdir(exist_ok=True)
        grown = exponents(bench, Bench(less, work / "less", options.pairs), results)
    if options.write:
        (ROOT / "docs" / "performance.md").write_text(page(month, results, grown, less, bench.codes), encoding="utf-8")


if __name__ == "__main__":
    main()
