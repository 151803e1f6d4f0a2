"""Floor of B2: the straight statements over the landed rows. python floor_match.py HOME DATE prints code and subject"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from _floors import connect, findings, maps


def main() -> None:
    """Reads the rows where the product reads them: in the working database."""
    home = Path(sys.argv[1])
    con = connect()
    con.execute("ATTACH '" + str(home / "ledger" / "ledger.duckdb").replace("'", "''") + "' AS books (READ_ONLY)")
    maps(con, home)
    con.execute("USE books")
    for row in findings(con, date.fromisoformat(sys.argv[2])):
        print(*row)


if __name__ == "__main__":
    main()
