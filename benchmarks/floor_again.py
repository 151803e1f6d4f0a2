"""Floor of B4: sha256 of every file and one look into the working database. python floor_again.py HOME"""

from __future__ import annotations

import sys
from pathlib import Path

from _floors import connect, files, sha256


def main() -> None:
    """Nothing is new."""
    home = Path(sys.argv[1])
    con = connect()
    con.execute("ATTACH '" + str(home / "ledger" / "ledger.duckdb").replace("'", "''") + "' AS books (READ_ONLY)")
    known = {row[0] for row in con.execute("SELECT file_id FROM books.main.file").fetchall()}
    if not {sha256(path) for _, path in files(home)} <= known:
        raise SystemExit("a file is not known")


if __name__ == "__main__":
    main()
