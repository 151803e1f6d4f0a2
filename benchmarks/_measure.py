"""What a child process costs: CPU seconds of all its threads, wall seconds, peak memory."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Cost:
    """One process: CPU seconds (user and system), wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    peak: float


@dataclass
class Pairs:
    """Product and floor, run in turn: A B A B …"""

    name: str
    what: str
    product: list[Cost] = field(default_factory=list)
    floor: list[Cost] = field(default_factory=list)

    def ratios(self) -> list[float]:
        """Product over floor, pair by pair."""
        return sorted(a.cpu / b.cpu for a, b in zip(self.product, self.floor, strict=True))

    def ratio(self) -> float:
        """The median of the pairs."""
        return statistics.median(self.ratios())

    def cpu(self, side: str) -> float:
        """The median CPU seconds of the product or of the floor."""
        return median(getattr(self, side), "cpu")

    def peak(self) -> float:
        """The greatest memory of the product in MiB."""
        return max(cost.peak for cost in self.product)


def median(costs: Sequence[Cost], figure: str) -> float:
    """The median of cpu, wall or peak."""
    return statistics.median(getattr(cost, figure) for cost in costs)


def run(words: Sequence[str | Path], log: Path, python: str | Path = sys.executable) -> Cost:
    """Run one process with its output in a log; SystemExit with the log's end if it fails."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is compiled once is no part of a night
        try:
            os.execv(python, [str(python), *map(str, words)])
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"bench: {' '.join(map(str, words))}: exit {code}\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)


def pairs(result: Pairs, count: int, product: Callable[[], Cost], floor: Callable[[], Cost]) -> Pairs:
    """Measure both in turn."""
    for _ in range(count):
        result.product.append(product())
        result.floor.append(floor())
    return result
