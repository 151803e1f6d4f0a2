"""A night over a month with defects planted in it, and what its exceptions say about each of them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb

from planted.month import AS_OF, ROOT, Expected, Month, NoVictimError, clean, copied

Found = tuple[str, str, str, str, Decimal | None, str]  # code, kind, key, severity, difference, rule
AT_ONCE = 30  # defects of one night that do not touch each other


@dataclass(frozen=True)
class Defect:
    """One way in which a month goes wrong, and the code that has to say so."""

    code: str
    name: str
    what: str
    plant: Callable[[Month], None]
    night: str


ALL: dict[str, Defect] = {}


def defect(code: str, *, night: str = "", alone: bool = False) -> Callable[[Callable[[Month], None]], Callable[[Month], None]]:
    """Register a function that plants a defect; its docstring says what it does. What befalls one order or payout shares a night with others like it, what befalls
    feeds, mappings or balances with those of the same `night`, and what befalls much is `alone`."""

    def add(plant: Callable[[Month], None]) -> Callable[[Month], None]:
        name = plant.__name__.strip("_")
        assert name not in ALL and plant.__doc__, name
        ALL[name] = Defect(code, name, " ".join(plant.__doc__.split()), plant, name if alone else night)
        return plant

    return add


@dataclass
class Result:
    """What one planted defect came to."""

    defect: Defect
    seed: int
    missed: list[str] = field(default_factory=list)
    secondary: list[str] = field(default_factory=list)
    no_victim: bool = False
    touched: set[str] = field(default_factory=set)
    expected: list[Expected] = field(default_factory=list)
    controls: set[str] = field(default_factory=set)  # rule, code and subject of what caught it

    @property
    def caught(self) -> bool:
        return not self.missed and not self.no_victim


def tieout(*words: str | Path, night: int = 1) -> None:
    """One call of the command; a file that was refused (65) ends a night like any other."""
    day = AS_OF.toordinal() + night - 1
    clock = f"{AS_OF.fromordinal(day)}T06:00:00"
    done = subprocess.run([sys.executable, "-m", "tieout", *map(str, words)], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "TIEOUT_NOW": clock}, check=False)
    if done.returncode not in (0, 65):
        raise SystemExit(f"tieout {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")


def home_of(month: Month, work: Path) -> Path:
    """Books with the month's mappings in force and nothing landed; made once for all months with these settings."""
    texts = {"tieout.toml": month.toml} | {f"mappings/{name}.csv": sheet.text() for name, sheet in month.mappings.items()}
    known = hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:12]
    ready = work / f"ready-{known}"
    if not ready.exists():
        half = work / f"half-{known}"
        shutil.rmtree(half, ignore_errors=True)
        for name, text in texts.items():
            (half / name).parent.mkdir(parents=True, exist_ok=True)
            (half / name).write_text(text, encoding="utf-8", newline="")
        tieout("init", half)
        tieout("mapping", "propose", "--home", half, "--as", "drill")
        tieout("mapping", "approve", "--all", "--home", half, "--as", "drill")
        half.rename(ready)
    home = work / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(ready, home)
    return home


def nights(month: Month, work: Path) -> Path:
    """The month landed and judged; a second night where something comes later, which delivers again what has changed."""
    home, before = home_of(month, work), month.files()
    deliver(home, before)
    month.home = home
    tieout("run", "--home", home, "--as-of", AS_OF)
    if month.afterwards:
        for change in month.afterwards:
            change()
        deliver(home, {path: content for path, content in month.files().items() if before.get(path) != content})
        tieout("run", "--home", home, "--as-of", AS_OF.fromordinal(AS_OF.toordinal() + month.nights_apart), night=1 + month.nights_apart)
    return home


def deliver(home: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        target = home / "inbox" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def exceptions(home: Path) -> list[Found]:
    """What stands open after the last night."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT code, subject_kind, subject_key, severity, difference, rule FROM exception WHERE state IN ('open', 'review') ORDER BY ALL").fetchall()
        described = dict(con.execute(
            """SELECT concat(account, '/', line_id), concat(account, '/@', strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', CAST(gross AS DECIMAL(18,2)), '|', CAST(net_stated AS DECIMAL(18,2)))
            FROM settlement_line_current WHERE account LIKE '%-shopify'"""
        ).fetchall())  # fmt: skip
    return [(code, kind, described.get(key, key) if kind == "settlement_line" else key, severity, difference, rule) for code, kind, key, severity, difference, rule in rows]


def put(month: Month, chosen: Defect, seed: int) -> Result:
    """Plant one defect, at a place that the seed and its name choose."""
    month.rng, month.expected, before = Random(f"{seed}/{chosen.name}"), [], set(month.taken)
    result = Result(chosen, seed)
    try:
        chosen.plant(month)
    except NoVictimError:
        result.no_victim = True
    result.expected, result.touched = month.expected, month.taken - before
    return result


def fits(key: str, wanted: str) -> bool:
    """The subject that was meant; `/*` where the last part of its key is a hash."""
    return key == wanted or wanted.endswith("/*") and key.rpartition("/")[0] == wanted[:-2]


def judge(results: list[Result], found: list[Found]) -> bool:
    """Write down what was missed and what was too many; False where something that was too many belongs to nobody."""
    left = list(found)
    for result in results:
        for e in result.expected:
            hit = next((f for f in left if f[:2] == (e.code, e.kind) and fits(f[2], e.key)), None)
            if hit is None:
                result.missed.append(f"{e.code} {e.kind} {e.key}")
            else:
                left.remove(hit)
                result.controls.add(f"{hit[5]}/{e.code}/{e.kind}")
                if e.amount is not None and (hit[4] is None or abs(hit[4]) != abs(e.amount)):
                    result.missed.append(f"{e.code} {e.kind} {e.key}: {hit[4]} in place of {e.amount}")
    whole = True
    for code, kind, key, severity, difference, _ in left:
        text = f"{code} {kind} {key} {difference} [{severity}]"
        owner = next((r for r in results if any(part and (key == t or key.startswith(f"{t}/") or key.endswith(f"/{t}")) for t in r.touched for part in [t])), None)
        if owner is None and len(results) == 1:
            owner = results[0]
        if owner is None:
            whole = False
            results[0].secondary.append(text)
        else:
            owner.secondary.append(text)
    return whole


def shared(chosen: Iterable[Defect]) -> list[list[Defect]]:
    """The defects of each night: those of no night of their own, so many at once, then each named night."""
    listed, named = list(chosen), {}
    ordinary = [d for d in listed if not d.night]
    for one in listed:
        if one.night:
            named.setdefault(one.night, []).append(one)
    return [ordinary[i : i + AT_ONCE] for i in range(0, len(ordinary), AT_ONCE)] + sorted(named.values(), key=len, reverse=True)


def play(chosen: Iterable[Defect], seed: int, work: Path, said: Callable[[Result], None] = lambda result: None, *, quick: bool = False) -> list[Result]:
    """Every defect of a seed, many in one night; what finds no victim beside the others, and a night in which something is nobody's, is played again one by one, unless `quick`."""
    month, results, waiting = clean(seed, work), [], shared(chosen)
    while waiting:
        batch = waiting.pop(0)
        planted = copied(month)
        mine = [put(planted, one, seed) for one in batch]
        placed = [r for r in mine if not r.no_victim]
        whole = judge(placed, exceptions(nights(planted, work))) if placed else True
        again = [] if len(batch) == 1 else [r for r in mine if r.no_victim] if whole or quick else mine
        waiting += [[r.defect] for r in again]
        for result in mine:
            if result not in again:
                results.append(result)
                said(result)
    return results
