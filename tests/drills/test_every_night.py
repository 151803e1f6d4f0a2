"""Whatever a night brings, what it takes over is what a judgement from nothing makes: books of a few random nights, each night twice."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from pathlib import Path

import _drill
import _shop
import pytest
from conftest import in_force, tieout
from test_month import published
from test_publish import contents, export

pytestmark = pytest.mark.drill


class Books:
    """The small shop over some nights; every act leaves something that the next night has to look at."""

    def __init__(self, home: Path, chance: random.Random):
        self.home, self.chance = home, chance
        self.lines, self.balance, self.statements, self.files = _shop.LINES, Decimal("1175.25"), 42, 0
        self.unpaid = ["#105", "#104", "#102"]

    def order(self) -> None:
        """A new order, or an older one with another total."""
        self.files += 1
        name = self.chance.choice(["#106", f"#1{10 + self.files}"])
        export(self.home, f"orders_{self.files}.csv", {"Name": name, "Id": str(7000 + self.files), "Total": f"{self.chance.randrange(10, 90)}.00"})

    def payout(self) -> None:
        """A payout of an order, in the report of everything; now and then of a payment that came already."""
        self.files += 1
        order, gross = self.chance.choice(self.unpaid), Decimal(self.chance.randrange(1000, 9000)) / 100
        new = ((f"txn_{self.files}c", f"po_{self.files}", "2026-09-18", order, "charge", str(gross), "0.75"),
               (f"txn_{self.files}p", f"po_{self.files}", "2026-09-18", "", "payout", str(Decimal("0.75") - gross), "0.00"))  # fmt: skip
        self.lines = (*self.lines, *new)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_shop, "LINES", self.lines)
            (self.home / "inbox" / "stripe" / f"report_{self.files}.csv").write_text(_shop.stripe(), encoding="utf-8")

    def bank(self) -> None:
        """A statement with the money of the last payout, with or without its name, or with something that nobody knows."""
        self.statements += 1
        amount = self.chance.choice([-Decimal(self.lines[-1][5]), Decimal("7.77"), Decimal("-3.00")])
        text = self.chance.choice([f"Stripe payout {self.lines[-1][1]}", "STRIPE", "SOMEBODY"])
        entries = [("2026-09-21", str(amount), text, f"SKB{self.statements}")]
        opening, self.balance = self.balance, self.balance + amount
        path = self.home / "inbox" / "bank" / f"statement_{self.statements}.xml"
        path.write_text(_shop.statement("2026-09-21", str(opening), str(self.balance), entries, self.statements), encoding="utf-8")

    def mapping(self) -> None:
        """Another fee, of days that were judged long ago."""
        path = self.home / "mappings" / "fee_schedules.csv"
        fee = self.chance.choice(["0.24", "0.25", "0.26"])
        path.write_text(",".join([*path.read_text(encoding="utf-8").splitlines()[0].split(",")]) + f"\nstripe-eur,card,,1.5,{fee},EUR,2026-01-01,\n", encoding="utf-8")
        in_force(self.home)

    def person(self) -> None:
        """An exception that somebody resolves."""
        found = published(self.home, "SELECT exception_id FROM exception WHERE state = 'open' ORDER BY 1")
        if found:
            tieout("exception", "resolve", self.chance.choice(found)[0], "--reason", "SOURCE_CORRECTED", "--as", "jane", "--home", self.home, code=None)

    def nothing(self) -> None:
        """A night without news."""

    def brought(self) -> None:
        """One to three acts."""
        for _ in range(self.chance.randrange(1, 4)):
            self.chance.choice([self.order, self.payout, self.bank, self.mapping, self.person, self.nothing])()


def differing(home: Path, night: int, day: str) -> list[str]:
    """Tables that a night and the same night judged from nothing leave otherwise."""
    anew, words, env = home.with_name("anew"), ("--as-of", day), {"TIEOUT_NOW": f"2026-10-{night + 2:02}T05:00:00"}
    shutil.rmtree(anew, ignore_errors=True)
    shutil.copytree(home, anew)
    ended = tieout("run", "--home", home, *words, code=None, env=env).returncode
    again = tieout("run", "--home", anew, "--full", *words, code=None, env=env)
    assert again.returncode == ended != 70, again.stdout + again.stderr
    mine, theirs = contents(home), contents(anew)
    return [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]


@pytest.mark.parametrize("seed", range(_drill.count("nights")))
def test_what_a_night_takes_over_is_what_a_judgement_from_nothing_makes(closed_shop: Path, tmp_path: Path, seed: int, record_property) -> None:
    chance = random.Random(seed)
    books, day = Books(Path(shutil.copytree(closed_shop, tmp_path / "skerry")), chance), 1
    nights = chance.randrange(3, 7)
    for night in range(nights):
        books.brought()
        day += chance.randrange(0, 4)
        assert differing(books.home, night, f"2026-10-{day:02}") == [], f"seed {seed}, night {night}"
    record_property("nights judged twice", nights)
