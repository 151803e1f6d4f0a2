"""The life of an exception and of a proof: statements that run around the rules, numbered in their order, and the one table of states."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from ._rules import LIFE, Rule, load, parse

AS_FOUND = "as found"


@dataclass(frozen=True)
class Transition:
    """What an event makes of an exception: from which state (empty: there was none) to which (`as found`: the finding's own), whether the night or a person does it, and in which words."""

    state: str
    event: str
    after: str
    by: str
    words: str


@cache
def steps() -> tuple[Rule, ...]:
    """The statements in the order in which they run. They name the books' tables plainly and what they make themselves as `fact.<table>`; some take parameters ($run_id and its like)."""
    found = sorted((p for p in (files("rules") / LIFE).iterdir() if p.name.endswith(".sql")), key=lambda p: p.name)
    return tuple(parse(p.name[:-4], LIFE, p.read_text(encoding="utf-8")) for p in found)


@cache
def life(name: str) -> str:
    """The text of one step by its name without the number, e.g. life("events")."""
    return next(step.text for step in steps() if step.name.partition("_")[2] == name)


@cache
def transitions() -> tuple[Transition, ...]:
    """Every state that an exception can leave, by which event, to which state; there are no others."""
    lines = (files("rules") / LIFE / "states.csv").read_text(encoding="utf-8").splitlines()
    return tuple(Transition(**row) for row in csv.DictReader(lines))


def after(state: str, event: str) -> str:
    """The state in which an act of a person leaves the exception; KeyError where it may not do that."""
    return {(one.state, one.event): one.after for one in transitions() if one.by == "person"}[state, event]


def states() -> list[str]:
    """Every state that an exception may be in."""
    return sorted({one.state for one in transitions() if one.state} | {one.after for one in transitions() if one.after != "as found"} | {"in_transit", "before_cutover"})


def states_for(event: str) -> tuple[str, ...]:
    """The states in which a person may do this."""
    return tuple(one.state for one in transitions() if one.by == "person" and one.event == event)


def rules_sha256() -> str:
    """One hash over all rules and all steps around them."""
    return sha256("".join(rule.sha256 for rule in sorted((*load(), *steps()), key=lambda r: (r.topic, r.name))).encode()).hexdigest()
