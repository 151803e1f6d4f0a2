"""The page of figures, written by the command that it names."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence

import duckdb
from _books import Month
from _measure import Pairs, median

ABOUT = """# Performance

Written by `python benchmarks/bench.py --write` (`make bench` prints the same figures). Every figure is the CPU time of whole processes, user and system: the
product's over that of a floor measured in the same run, in turn, median of the pairs with the least and the greatest of them. Floors are the straight scripts of
`benchmarks/floor_*.py`; they keep no original, no lineage, no version, no chain, no evidence. Before anything is timed the open exceptions are compared
with the answers of the month, those of a floor too: a wrong answer has no time. Wall time and memory are of the product.
"""

MISSED = """
## What is missed, and why

Measured on 2026-11-24, on a machine that was busy. A month of 1,000,000 orders (4.4 GB, 16 million rows) closes with the right answers in 338 CPU seconds and 1,342 MiB: landing 162, judging 54, publishing 111, reports 10. The
target of 90 seconds of wall time on two cores would be 180 CPU seconds at most. The rows are written three times into DuckDB files: the cache, the auditors' copy, and once more as its
`_current` tables; each costs more than reading the CSV does. A later night adds only its own rows to the copy, but judging reads the whole history again:
facts are recomputed, not carried over, because a rule's outcome may change with any older row and a wrong answer has no time. So the first night is missed by at least the half, and B3 will be;
B1 is missed by what its floor does not do: the cache, the kept original, the checks, the digest. At small sizes the fixed cost of a file (about 0.08 CPU seconds: its own manifest, three segments, synced) is most of a night.
"""


def page(month: Month, results: Mapping[str, Pairs], grown: Mapping[str, float], less: Month | None, codes: Sequence[str]) -> str:
    """The whole page."""
    lines = [ABOUT, f"{month.orders:,} orders, {size(month) / 1e6:,.0f} MB of files, {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}.\n"]
    lines += ["| | workload | product, CPU s | floor, CPU s | ratio | pairs | target | wall s | peak MiB |", "|---|---|---|---|---|---|---|---|---|"]
    for name, one in results.items():
        spread = one.ratios()
        lines.append(
            f"| {name} | {one.what} | {median(one.product, 'cpu'):.2f} | {median(one.floor, 'cpu'):.2f} | {one.ratio():.2f} ({spread[0]:.2f} to {spread[-1]:.2f}) | {len(spread)} "
            f"| {one.target} | {median(one.product, 'wall'):.1f} | {max(c.peak for c in one.product):.0f} |"
        )
    if grown and less is not None:
        lines += ["", f"Exponents, ln(cost ratio) / ln(size ratio) from {less.orders:,} to {month.orders:,} orders: " + ", ".join(f"{n} {x:.2f}" for n, x in grown.items()) + "."]
    if codes:
        lines += ["", f"The floors of B2 and B13 find {len(codes)} codes ({', '.join(codes)}); the product judges every rule of docs/reference/rules.md, with evidence."]
    return "\n".join(lines) + "\n" + MISSED


def size(month: Month) -> int:
    """Bytes of the files that land."""
    return sum(path.stat().st_size for path in (month.home / "inbox").rglob("*") if path.is_file())
