"""Time against floors measured in the same run: each figure is the product's CPU seconds over those of a straight script with public libraries.

python benchmarks/bench.py [--orders N] [--scale N,N] [--night N] [--pairs N] [--only B4,B6] [--rows N] [--write]
python benchmarks/bench.py --books DIR --as-of DATE [--small DIR ...] [--pairs N] [--only B1,B2] [--write]

Whole processes, A B A B …, the median of the pairs; the answers are checked first, and a wrong answer has no time. Without `--books` the project's own month is made,
as wide as `--orders`, and further ones for `--scale`: exponents of what grows with the month. `--books` measures on a month that lies there (its answers in
DIR.answers/ or beside it), `--small` on smaller ones of the same kind too; the first small one is the further night of B3. `--night` is how many orders come in the further
nights of B3o and B3s, whose books are always the project's own. `--rows` is the size of B7's workbook; `--peer` a Python that has pandas, for P13 (`make peer`).
`--write` writes docs/performance.md with what was measured.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import _books
from _books import Month, tieout
from _history import LATER, Further, settle
from _measure import HERE, ROOT, Cost, Pairs, pairs, run
from _report import Growth, line, page
from _small import Small

WORKLOADS = ("B1", "B2", "B3", "B3o", "B3s", "B4", "B6", "B6d", "B7", "B11", "B13", "B14", "P13", "S1", "S2")
GROWING = ("B1", "B2", "B13")


@dataclass(frozen=True)
class Plan:
    """How often, how wide, from whose orders B3 makes its night, how many come in the nights into settled books, and which Python has the peer's libraries."""

    count: int
    rows: int
    small: Month | None
    night: int
    peer: Path


class Bench:
    """One month, its books in every state that a measurement starts from."""

    def __init__(self, month: Month, work: Path, plan: Plan):
        work.mkdir(parents=True, exist_ok=True)
        self.month, self.work, self.plan = month, work, plan
        self.log = work / "child.log"
        self.codes = 0
        self.wrong = (0, 0)
        self.before = _books.prepare(month, work / "before")
        self.home = work / "home"
        self.results: dict[str, Pairs] = {}
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

    def landed(self) -> Path:
        """The books with everything landed and nothing judged."""
        home = self.work / "landed"
        if not home.exists():
            self.night(_books.copy(self.before, home), "--only", "land")
        return home

    def floor(self, name: str, *words: str | Path) -> Cost:
        """One run of a floor."""
        return run([HERE / f"floor_{name}.py", *words], self.log)

    def straight(self, name: str, *words: str | Path) -> Cost:
        """A floor that finds something: its answer is checked too."""
        cost = self.floor(name, *words)
        self.codes = _books.check_floor(self.month, self.log.read_text(encoding="utf-8"))
        return cost

    # The product's side of what grows with the month

    def land(self) -> Cost:
        """Hash, kept original, validation, lineage, segments with checksums, commit, cache."""
        return self.night(self.fresh(), "--only", "land")

    def judge(self) -> Cost:
        """Every rule with evidence, exceptions, entries, proofs."""
        return run([HERE / "match.py", self.fresh(self.landed()), self.month.as_of.isoformat()], self.log)

    def whole(self) -> Cost:
        """The whole night, from files to exports, workbook and auditors' copy."""
        cost = self.night(self.fresh())
        _books.check(self.month, self.home)
        return cost

    # The workloads

    def b1(self) -> Pairs:
        """Landing against sha256 and DuckDB's own CSV → Parquet."""
        self.closed()
        return self._pairs("B1", "land a month", self.land, lambda: self.floor("land", self.month.home, self.work / "parquet"))

    def b2(self) -> Pairs:
        """Judging against one straight statement per code over plain tables."""
        self.closed()
        tables = self.work / "tables.duckdb"
        self.floor("tables", self.month.home, tables)
        return self._pairs("B2", "judge a month", self.judge, lambda: self.straight("match", tables, self.month.as_of.isoformat()))

    def b3(self) -> Pairs:
        """The same small night into books of its month and into empty ones: here the second is the floor."""
        further = Further(self.plan.small or self.month, self.work / "further", self.month.as_of)
        return self._pairs("B3", f"{further.orders:,} orders into their month", further.into(self.closed(), closed=True), further.into(self.before, closed=False))

    def b3o(self) -> Pairs:
        """The same, into books in which everything is settled and older than any rule looks back."""
        further, full = self._later(), settle(self.work, self.month.orders)
        return self._pairs("B3o", f"{further.orders:,} orders into {full.orders:,} settled", further.into(full.closed, closed=True), further.into(full.before, closed=False))

    def b3s(self) -> Pairs:
        """Flatness: the same night into settled books and into ones of a tenth of their size, which are the floor; so this is the ratio per tenfold."""
        if self.month.orders < 6000:
            raise SystemExit(f"bench: B3s needs 6,000 orders and more, a tenth of {self.month.orders:,} is too few to settle in every way")
        further, full, tenth = self._later(), settle(self.work, self.month.orders), settle(self.work, self.month.orders // 10)
        return self._pairs("B3s", f"{further.orders:,} orders, 10 times the history", further.into(full.closed, closed=True), further.into(tenth.closed, closed=True))

    def _later(self) -> Further:
        return Further(_books.make(self.work / "later", self.plan.night), self.work / "further", LATER)

    def b4(self) -> Pairs:
        """The same files again: nothing is added but that they came."""

        def again() -> Cost:
            home = self.fresh(self.closed())
            shutil.rmtree(home / "inbox")
            shutil.copytree(self.month.home / "inbox", home / "inbox")
            return self.night(home, "--only", "land")

        return self._pairs("B4", "the same files again", again, lambda: self.floor("again", _as_given(self.closed(), self.month)))

    def b6(self) -> Pairs:
        """Every byte that was ever kept is hashed again; deep, rows and originals too."""
        home = self.closed()
        return self._pairs("B6", "verify", lambda: tieout(self.log, "audit", "verify", "--home", home), lambda: self.floor("verify", home, self.month.home / "inbox"))

    def b6d(self) -> Pairs:
        """The same, with originals unpacked and every row read."""
        home = self.closed()
        return self._pairs("B6d", "verify, deep", lambda: tieout(self.log, "audit", "verify", "--deep", "--home", home), lambda: self.floor("verify", home, self.month.home / "inbox"))

    def b7(self) -> Pairs:
        """The workbook, against the same rows written plain by openpyxl."""

        def written(side: str) -> Cost:
            return run([HERE / "report.py", side, self.work, str(self.plan.rows)], self.log)

        return self._pairs("B7", f"workbook of {self.plan.rows:,} exceptions", lambda: written("product"), lambda: written("floor"))

    def b11(self) -> Pairs:
        """`tieout --help`."""
        return self._pairs("B11", "start", lambda: tieout(self.log, "--help"), lambda: run([HERE / "floor_start.py"], self.log))

    def b13(self) -> Pairs:
        """The whole night against a straight line from the files to a workbook."""
        day = self.month.as_of.isoformat()
        return self._pairs("B13", "the whole night", self.whole, lambda: self.straight("month", self.month.home, day, self.work / "floor.xlsx"))

    def b14(self) -> Pairs:
        """A night in which nothing arrives, against the same night without holding anything against the manifests first: what these controls cost."""
        closed, day = self.closed(), (self.month.as_of + timedelta(1)).isoformat()

        def further(command: Callable[..., Cost]) -> Cost:
            home = self.fresh(closed)
            shutil.rmtree(home / "inbox")
            return command("run", "--home", home, "--as-of", day)

        bare = [HERE / "unproven.py"]
        return self._pairs("B14", "a night proven and not", lambda: further(lambda *w: tieout(self.log, *w)), lambda: further(lambda *w: run([*bare, *w], self.log)))

    def p13(self) -> Pairs:
        """The whole night against the script that a user would write with pandas; its wrong answers are counted, not refused."""

        def scripted() -> Cost:
            cost = run([HERE / "peer_pandas.py", self.month.home, self.month.as_of.isoformat(), self.work / "peer.xlsx"], self.log, self.plan.peer)
            self.wrong = _books.wrong(self.month, self.log.read_text(encoding="utf-8"))
            return cost

        result = self._pairs("P13", "the whole night and a script", self.whole, scripted)
        print(f"P13 of {len(self.month.truth):,} answers the script finds {len(self.month.truth) - self.wrong[1]:,}; {self.wrong[0]:,} of its findings are none", flush=True)
        return result

    def s1(self) -> Pairs:
        """A small shop's first night against the straight line of B13."""
        return self._small("S1")

    def s2(self) -> Pairs:
        """The same shop's night when nothing arrives."""
        return self._small("S2")

    def _small(self, name: str) -> Pairs:
        shop = Small(self.work / name)
        self.results[name] = shop.measured(name, self.plan.count)
        print(line(self.results[name], shop.month.orders), flush=True)
        return self.results[name]

    def _pairs(self, name: str, what: str, product: Callable[[], Cost], floor: Callable[[], Cost]) -> Pairs:
        result = pairs(Pairs(name, what), self.plan.count, product, floor)
        print(line(result, self.month.orders), flush=True)
        return result


def _as_given(home: Path, month: Month) -> Path:
    """The closed books with the delivered files in their inbox, for a floor that reads both."""
    if not any((home / "inbox").rglob("*.csv")):
        shutil.rmtree(home / "inbox")
        shutil.copytree(month.home / "inbox", home / "inbox")
    return home


def growth(large: Bench, smaller: list[Month], work: Path, wanted: list[str]) -> list[Growth]:
    """ln(cost ratio) / ln(size ratio) from one size to the next, of the product and of its floor."""
    grown = []
    benches = [Bench(month, work / f"at-{month.orders}", large.plan) for month in sorted(smaller, key=lambda month: month.orders)]
    for name in (name for name in wanted if name in GROWING):
        sizes = [(bench.month.orders, getattr(bench, name.lower())()) for bench in benches] + [(large.month.orders, large.results[name])]
        for (less, small), (more, big) in zip(sizes, sizes[1:], strict=False):
            exponents = [math.log(big.cpu(side) / small.cpu(side)) / math.log(more / less) for side in ("product", "floor")]
            grown.append(Growth(name, less, more, exponents[0], exponents[1]))
            print(f"{name} exponent {exponents[0]:.2f} (floor {exponents[1]:.2f}) from {less:,} to {more:,} orders", flush=True)
    return grown


def main() -> None:
    """Measure, print, and write the page where asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--scale", default="")
    parser.add_argument("--books", type=Path)
    parser.add_argument("--small", type=Path, action="append", default=[])
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 10, 1))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--night", type=int, default=0)
    parser.add_argument("--peer", type=Path, default=ROOT / "build" / "peer" / "bin" / "python")
    parser.add_argument("--only", default=",".join(WORKLOADS))
    parser.add_argument("--work", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="tieout-bench-"))
    try:
        measure(options, work)
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)


def measure(options: argparse.Namespace, work: Path) -> None:
    """Everything that was asked for."""
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(WORKLOADS):
        raise SystemExit(f"bench: no such workload: {', '.join(sorted(unknown))}")
    if "P13" in wanted and not options.peer.exists():
        print(f"bench: P13 is left out: {options.peer} is not there; `make peer` puts pandas into an environment of its own", file=sys.stderr)
        wanted.remove("P13")
    month = _books.given(options.books, options.as_of) if options.books else _books.make(work / "month", options.orders)
    smaller = [_books.given(home, options.as_of) for home in options.small]
    smaller += [_books.make(work / f"month-{size}", int(size)) for size in options.scale.split(",") if size]
    night = options.night or max(month.orders // 10, 600)
    further = smaller[0] if smaller else None
    if further is None and "B3" in wanted and not options.books:
        further = _books.make(work / "later", night)
    bench = Bench(month, work / "large", Plan(options.pairs, options.rows, further, night, options.peer))
    bench.results = {name: getattr(bench, name.lower())() for name in wanted}
    grown = growth(bench, smaller, work, wanted)
    if options.write:
        (ROOT / "docs" / "performance.md").write_text(page(month, bench.results, grown, bench.codes, bench.wrong), encoding="utf-8")


if __name__ == "__main__":
    main()
