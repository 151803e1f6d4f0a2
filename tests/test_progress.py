"""What a terminal shows of long work: one line, with a bar and an estimate where the work says how far it is; elsewhere nothing but a line now and then."""

from __future__ import annotations

import io
import itertools
import os
import re
import sys
from pathlib import Path

import pytest

from ledger.private import shown
from tieout import cli
from tieout.books.progress import Step


class Tty(io.StringIO):
    """A terminal that keeps what it is given."""

    def isatty(self) -> bool:
        return True


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Tty:
    """From now on standard error; pytest would take it back between a fixture and its test."""
    made, clock = Tty(), itertools.count(1000, 2)
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setattr(cli, "_terminal", cli._Terminal())
    monkeypatch.setattr("time.time", lambda: float(next(clock)))
    monkeypatch.setattr(cli.shutil, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    return made


def lines(terminal: Tty) -> list[str]:
    return terminal.getvalue().split("\r\033[K")[1:]


def test_a_bar_with_an_estimate_where_the_work_knows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    for done in (0, 25, 50):
        cli.say(Step(f"land bank/{done}.xml", "landing", done, 100))
    cli.say("export skerry-ltd")
    cli.say(Step("check so_missing", "judging", 0, 4))
    cli.say("")
    first, second, half, plain, anew, end = lines(terminal)
    assert first.startswith("landing [" + "-" * 20 + "]   0%") and first.endswith("land bank/0.xml")
    assert second.startswith("landing [#####" + "-" * 15 + "]  25%") and re.match(r"landing \[##########----------\]  50%  00:0\d:\d\d  land", half)
    assert plain == "export skerry-ltd" and anew.startswith("judging [") and end == ""
    assert "\033[?25l" not in terminal.getvalue(), "the cursor is never hidden: a command that is killed could not show it again"


def test_names_write_nothing_into_a_terminal_and_no_line_is_longer_than_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    cli.say(Step("land \033[31m" + "x" * 300, "landing", 1, 2))
    cli.say("y" * 300)
    assert all(len(line) < 80 for line in lines(terminal)) and "\033[31m" not in terminal.getvalue()
    assert shown("\033") in lines(terminal)[0]


def test_elsewhere_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli, "_said", [cli.time.monotonic()])
    cli.say(Step("land a", "landing", 1, 2))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(cli, "QUIET_SECONDS", 0)
    cli.say(Step("land a", "landing", 1, 2))
    assert capsys.readouterr().err == "… land a\n"


def test_a_night_says_how_far_it_is(opened_shop: Path, tmp_path: Path) -> None:
    import shutil

    from tieout.night import nightly

    home, said = Path(shutil.copytree(opened_shop, tmp_path / "books")), list[str]()
    nightly.run(home, nightly.date(2026, 10, 1), said.append)
    for phase in ("landing", "judging"):
        steps = [step for step in said if isinstance(step, Step) and step.phase == phase]
        assert len(steps) > 4 and [step.done for step in steps] == sorted(step.done for step in steps)
        assert steps[0].done == 0 and {step.whole for step in steps} == {steps[0].whole} and steps[-1].done < steps[0].whole
