"""The fee schedule that explains most card sales of a file: a share of the amount and a fixed part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ledger.money import decimals

LEAST = 8  # lines, below which any two parameters explain anything
ENOUGH = Decimal("0.8")
WIDEST = 700  # hundredths of a per cent
TRIED = 400


@dataclass(frozen=True)
class Schedule:
    """Per cent and fixed part, and of how many lines it explains how many to the smallest unit."""

    percent: Decimal
    fixed: Decimal
    explained: int
    lines: int


def schedule_of(lines: Sequence[tuple[Decimal, Decimal, int]], currency: str) -> Schedule | None:
    """From (gross, fee, how many), both above zero; None where no schedule explains four fifths of them, or more than one explains as many."""
    total = sum(many for _, _, many in lines)
    if total < LEAST or len({gross for gross, _, _ in lines}) < 3:
        return None
    unit, step = Decimal(1).scaleb(-decimals(currency)), max(1, len(lines) // TRIED)
    some = lines[::step]
    scores: list[tuple[int, int, Decimal]] = []
    for percent in range(WIDEST + 1):
        rests = Counter[Decimal]()
        for gross, fee, many in some:
            rests[fee - (gross * percent / 10000).quantize(unit, ROUND_HALF_UP)] += many
        fixed, hits = max(rests.items(), key=lambda one: (one[1], -one[0]))
        if fixed >= 0:
            scores.append((hits, percent, fixed))
    if not scores:
        return None
    best = max(hits for hits, _, _ in scores)
    fitting = [(percent, fixed) for hits, percent, fixed in scores if hits == best]
    # several shares of small amounts round alike: the roundest of them is what a contract says
    percent, fixed = min(fitting, key=lambda one: (one[0] % 10 != 0, one[0] % 5 != 0, one[1] % (unit * 5) != 0, one[0]))
    explained = sum(many for gross, fee, many in lines if (gross * percent / 10000).quantize(unit, ROUND_HALF_UP) + fixed == fee)
    if explained < total * ENOUGH:
        return None
    return Schedule(Decimal(percent) / 100, fixed.quantize(unit), explained, total)
