"""The duties of a platform between shop, processors, banks and books, with the controls that serve each and the part that none serves: duties.csv; what was planted of each rule and what it caught: catch_rate.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from . import _rules

KINDS = ("rule", "gate", "seal", "importer", "export", "command", "drill", "document")


@dataclass(frozen=True)
class Duty:
    """One duty: what is to hold, its controls as (kind, name), and what of it is not served; without controls, why."""

    id: str
    what: str
    controls: tuple[tuple[str, str], ...]
    missing: str

    @property
    def served(self) -> str:
        """How far the controls go."""
        return "none" if not self.controls else "in_part" if self.missing else "whole"

    def ids(self) -> tuple[str, ...]:
        """One for each sentence where several are one duty: `sentence/23-25` is three."""
        section, _, name = self.id.partition("/")
        first, _, last = name.partition("-")
        return tuple(f"{section}/{number}" for number in range(int(first), int(last or first) + 1)) if first.isdigit() else (self.id,)


@cache
def load() -> tuple[Duty, ...]:
    """All duties, in the order of the file."""
    text = (files("rules") / "duties.csv").read_text(encoding="utf-8")
    return tuple(Duty(row["id"], row["duty"], _controls(row["controls"]), row["missing"]) for row in csv.DictReader(text.splitlines()))


def _controls(cell: str) -> tuple[tuple[str, str], ...]:
    """`rule so_missing; command tieout trace`, or `none`."""
    if cell == "none":
        return ()
    pairs = [one.strip().partition(" ") for one in cell.split(";")]
    return tuple((kind, name) for kind, _, name in pairs)


class Rate(NamedTuple):
    """How often the defects of a rule were planted in a clean month, and how often it told them."""

    planted: int
    caught: int


@cache
def catch_rates() -> dict[str, Rate]:
    """Of every check its rate, by the name of its file. A defect counts for each check that is to tell it: the one that did, else all that have its code and its subject."""
    sums = {rule.name: [0, 0] for rule in _rules.load() if rule.header.kind == "check"}
    named = {f"{rule.id}/{rule.header.code}/{rule.header.subject}": rule.name for rule in _rules.load() if rule.header.kind == "check"}
    text = (files("rules") / "catch_rate.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for control in row["controls"].split("; "):
            if control in named:  # a rule that is gone caught nothing
                sums[named[control]][0] += int(row["planted"])
                sums[named[control]][1] += int(row["caught"])
    return {name: Rate(planted, caught) for name, (planted, caught) in sums.items()}
