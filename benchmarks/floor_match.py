"""Floor of B2: one straight statement per code over plain tables. python floor_match.py TABLES.duckdb DATE prints code, subject, difference, currency"""

from __future__ import annotations

import sys
from datetime import date

from _floors import connect, findings, tell


def main() -> None:
    """Reads the tables that floor_tables.py made."""
    tell(findings(connect(sys.argv[1], read_only=True), date.fromisoformat(sys.argv[2])))


if __name__ == "__main__":
    main()
