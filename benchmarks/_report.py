"""The page of figures, written by the command that it names: what was measured, against targets and ceilings, and why something is missed."""

from __future__ import annotations

import os
import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from _books import Month
from _measure import Pairs, median

TARGETS = {"B1": 1.6, "B2": 6.0, "B3": 4.0, "B3o": 1.25, "B3s": 1.15, "B4": 1.6, "B6": 1.0, "B6d": 1.7, "B7": 1.3, "B11": 2.4, "B13": 8.0, "B14": 1.3, "P13": 1.5, "S1": 5.7, "S2": 1.8}
# MiB: up to 100,000 orders, and above.
CEILINGS = {"B1": (450, 800), "B2": (768, 1024), "B3": (768, 2048), "B3o": (768, 2048), "B3s": (768, 2048), "B4": (100, 100), "B6": (64, 64), "B6d": (128, 128), "B7": (160, 160), "B11": (40, 40), "B13": (450, 2048), "B14": (768, 2048), "P13": (450, 2048), "S1": (300, 300), "S2": (260, 260)}
REASONS = Path(__file__).with_name("reasons.toml")
NOTES = Path(__file__).with_name("notes.md")

ABOUT = """# Performance

Written by `python benchmarks/bench.py --write` (`make bench` prints the same figures). Every figure is the CPU time of whole processes, user and system: the
product's over that of a floor measured in the same run, in turn, median of the pairs with the least and the greatest of them. Floors are the straight scripts of
`benchmarks/floor_*.py`; they keep no original, no lineage, no version, no chain, no evidence. Before anything is timed the open exceptions are compared
with the answers of the month, code, subject and amount, those of a floor too: a wrong answer has no time. Wall time and memory are of the product.
"""


@dataclass(frozen=True)
class Growth:
    """How cost grows from one size to the next: exponents of the product and of its floor."""

    name: str
    less: int
    more: int
    product: float
    floor: float


def ceiling(name: str, orders: int) -> int:
    """The memory that a workload may take, in MiB."""
    return CEILINGS[name][orders > 100_000]


def line(one: Pairs, orders: int) -> str:
    """One workload, as the command prints it."""
    spread, most = one.ratios(), ceiling(one.name, orders)
    held = "" if one.peak() <= most else " MISSED"
    return (
        f"{one.name:4} {one.what:32} {one.cpu('product'):8.2f} s / {one.cpu('floor'):7.2f} s = {one.ratio():6.2f}x ({spread[0]:.2f} to {spread[-1]:.2f}), "
        f"target {TARGETS[one.name]}x{'' if one.ratio() <= TARGETS[one.name] else ' MISSED'}, wall {median(one.product, 'wall'):.1f} s, peak {one.peak():.0f} MiB, ceiling {most} MiB{held}"
    )


def page(month: Month, results: Mapping[str, Pairs], grown: Sequence[Growth], codes: int, wrong: tuple[int, int] = (0, 0)) -> str:
    """The whole page."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    lines = [ABOUT, f"{month.orders:,} orders, {size(month) / 1e6:,.0f} MB of files; {machine}; {date.today().isoformat()}.\n"]
    lines += ["| | workload | product, CPU s | floor, CPU s | ratio | pairs | target | wall s | peak MiB | ceiling |", "|---|---|---|---|---|---|---|---|---|---|"]
    for name, one in results.items():
        spread = one.ratios()
        lines.append(
            f"| {name} | {one.what} | {one.cpu('product'):.2f} | {one.cpu('floor'):.2f} | {one.ratio():.2f} ({spread[0]:.2f} to {spread[-1]:.2f}) | {len(spread)} "
            f"| {TARGETS[name]} | {median(one.product, 'wall'):.1f} | {one.peak():.0f} | {ceiling(name, month.orders)} |"
        )
    if codes:
        lines += ["", f"The floors of B2 and B13 find the same {codes} codes with the same subjects and amounts. The product judges every rule of [rules](reference/rules.md), with evidence."]
    if "P13" in results:
        lines += ["", told_of_the_peer(len(month.truth), *wrong)]
    if grown:
        lines += ["", "Exponents, ln(cost ratio) / ln(size ratio); the floor's in brackets:", "", "| | from orders | to orders | exponent |", "|---|---|---|---|"]
        lines += [f"| {one.name} | {one.less:,} | {one.more:,} | {one.product:.2f} ({one.floor:.2f}) |" for one in grown]
    return "\n".join([*lines, "", "## What is missed, and why", "", *missed(month, results), "", NOTES.read_text(encoding="utf-8").rstrip()]) + "\n"


def told_of_the_peer(answers: int, false: int, absent: int) -> str:
    """What the script of P13 says that is not so, and what it does not say."""
    return f"The script of P13 has {answers - absent:,} of the {answers:,} answers of the month, and {false:,} findings that are none; the product has all of them and no other."


def missed(month: Month, results: Mapping[str, Pairs]) -> list[str]:
    """By how much, from the figures; why, from reasons.toml."""
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    told = []
    for name, one in results.items():
        parts = []
        if one.ratio() > TARGETS[name]:
            parts.append(f"{one.ratio():.2f} times its floor instead of {TARGETS[name]}")
        if one.peak() > ceiling(name, month.orders):
            parts.append(f"{one.peak():.0f} MiB instead of {ceiling(name, month.orders)}")
        if parts:
            told.append(f"- **{name}**, {one.what}: {' and '.join(parts)}. {reasons.get(name, '')}".rstrip())
    if left := [name for name in TARGETS if name not in results]:
        told.append(f"- Not measured in this run: {', '.join(left)}.")
    return told or ["Nothing: every target and every ceiling is held."]


def size(month: Month) -> int:
    """Bytes of the files that land."""
    return sum(path.stat().st_size for path in (month.home / "inbox").rglob("*") if path.is_file())
