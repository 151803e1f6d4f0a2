"""How far long work is: said by the work, drawn on a terminal by the command line."""

from __future__ import annotations


class Step(str):
    """What is being done, as a line, and how far its phase is: `done` of `whole`, in bytes of files or in rules. Whoever only wants the line has it."""

    phase: str
    done: int
    whole: int

    def __new__(cls, text: str, phase: str, done: int, whole: int) -> Step:
        """The line with what stands behind it."""
        made = super().__new__(cls, text)
        made.phase, made.done, made.whole = phase, done, whole
        return made
