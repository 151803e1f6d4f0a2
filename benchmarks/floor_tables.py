"""What B2's floor starts from, made once and not timed: the files as plain tables in a file of DuckDB. python floor_tables.py HOME OUT.duckdb"""

from __future__ import annotations

import sys
from pathlib import Path

from _floors import connect
from _tables import load


def main() -> None:
    """Files to tables."""
    out = Path(sys.argv[2])
    out.unlink(missing_ok=True)
    load(connect(out), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
