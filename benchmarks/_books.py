"""Books to measure on: made or given, prepared once, copied for every run without copying what cannot change."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from _measure import ROOT, Cost, run


class WrongAnswerError(SystemExit):
    """A wrong answer has no time."""


@dataclass(frozen=True)
class Month:
    """A set of books with files in its inbox, and the answers: code and subject of every planted break."""

    home: Path
    answers: Path
    as_of: date
    orders: int

    @property
    def truth(self) -> set[tuple[str, ...]]:
        """What has to be found, and nothing else: code, subject, size of the difference, currency."""
        with self.answers.open(encoding="utf-8", newline="") as file:
            return {(row["code"], row["subject_key"], row["amount"], row["currency"]) for row in csv.DictReader(file)}


def make(folder: Path, orders: int, *, settled: bool = False) -> Month:
    """The project's own month, as wide as asked for; settled: an earlier one, without a break, in which everything is paid out, booked and posted."""
    if not (folder / "books").exists():
        environment = {**os.environ, "SAMPLE_SETTLED": "1"} if settled else None
        subprocess.run([sys.executable, ROOT / "sample_data" / "make.py", "--orders", str(orders), "--out", folder], check=True, env=environment)
    return Month(folder / "books", folder / "answers.csv", date(2026, 7, 1) if settled else date(2026, 10, 1), count_orders(folder / "books" / "inbox"))


def given(home: Path, as_of: date) -> Month:
    """Somebody else's month: answers.csv lies in `<home>.answers/`, or beside the books."""
    beside = home.with_name(home.name + ".answers") / "answers.csv"
    return Month(home, beside if beside.exists() else home.parent / "answers.csv", as_of, count_orders(home / "inbox"))


def count_orders(inbox: Path) -> int:
    """Orders in the exports: records that carry a financial status."""
    total = 0
    for path in inbox.glob("*/orders_export*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            total += sum(1 for row in csv.DictReader(file) if row["Financial Status"])
    return total


def tieout(log: Path, *words: str | Path) -> Cost:
    """One call of the command."""
    return run(["-m", "tieout", *words], log)


def prepare(month: Month, home: Path) -> Path:
    """A copy with its mappings in force and nothing landed."""
    copy(month.home, home)
    log = home.with_suffix(".log")
    tieout(log, "init", home)
    tieout(log, "mapping", "propose", "--home", home, "--as", "bench")
    tieout(log, "mapping", "approve", "--all", "--home", home, "--as", "bench")
    return home


def copy(source: Path, target: Path) -> Path:
    """A copy with bytes of its own: books do not take files that have a second name."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def exceptions(home: Path) -> set[tuple[str, ...]]:
    """The open exceptions of closed books: code, subject, size of the difference, currency."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return set(con.execute("SELECT code, subject_key, CAST(CAST(abs(difference) AS DECIMAL(18,2)) AS VARCHAR), currency FROM exception WHERE state IN ('open', 'review')").fetchall())


def check(month: Month, home: Path) -> None:
    """The open exceptions are the truth, no more and no less. The answers describe lines without an id as account/@moment|gross|net."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        described = dict(
            con.execute(
                """SELECT concat(account, '/@', strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'), '|', CAST(gross AS DECIMAL(18,2)), '|', CAST(net_stated AS DECIMAL(18,2))),
                concat(account, '/', line_id) FROM settlement_line_current"""
            ).fetchall()
        )
    compare("wrong answer", exceptions(home), {(code, described.get(key, key), amount, currency) for code, key, amount, currency in month.truth})


def check_settled(home: Path) -> None:
    """Nothing of the history is open or under way, and every payout is proven."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        left = con.execute("SELECT code, subject_key, state FROM exception WHERE state IN ('open', 'review', 'in_transit')").fetchall()
        left += con.execute("SELECT 'payout', concat(account, '/', payout_id), state FROM payout_proof WHERE state <> 'proven'").fetchall()
    compare("the history is not settled", set(left), set())


def check_floor(month: Month, printed: str) -> int:
    """A floor finds the whole truth too; how many codes."""
    found = {tuple(line.split("\t")) for line in printed.splitlines()}
    compare("wrong answer of the floor", found, month.truth)
    return len({code for code, *_ in found})


def wrong(month: Month, printed: str) -> tuple[int, int]:
    """How many findings of the peer are no answer, and how many answers it does not have; what else it prints are its libraries' warnings."""
    found = {tuple(cells) for line in printed.splitlines() if len(cells := line.split("\t")) == 4}
    return len(found - month.truth), len(month.truth - found)


def compare(what: str, found: set[tuple[str, ...]], wanted: set[tuple[str, ...]]) -> None:
    """WrongAnswerError unless they are the same."""
    if found != wanted:
        more, less = sorted(found - wanted), sorted(wanted - found)
        raise WrongAnswerError(f"bench: {what}: {len(more)} too many {more[:3]}, {len(less)} missing {less[:3]}")
