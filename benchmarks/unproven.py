"""The command as it is, but that nothing is held against the manifests when books are opened: the floor of B14. python unproven.py WORDS..."""

from __future__ import annotations

from tieout.books import opening
from tieout.cli import main


def trusted(*_: object) -> None:
    """In the place of the proof."""


if __name__ == "__main__":
    opening.prove = trusted
    main()
