"""Workload of B2: open the books, run every rule, append what is new. python match.py HOME DATE"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from ledger.store import open_store
from tieout.books import settings
from tieout.night import judging, nightly


def main() -> None:
    """Without landing, export, publishing and reports."""
    home, day = Path(sys.argv[1]), date.fromisoformat(sys.argv[2])
    config = settings.load(home)
    with open_store(home) as store:
        nightly.begin(store, config, day)
        nightly.prepare(store, config)
        judging.judge(store, day, config.environment, lambda _: None)


if __name__ == "__main__":
    main()
