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
    return "\n".join(lines) + "\n"


def size(month: Month) -> int:
    """Bytes of the files that land."""
    return sum(path.stat().st_size for path in (month.home / "inbox").rglob("*") if path.is_file())
