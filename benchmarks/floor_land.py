"""Floor of B1: sha256 of every file, and DuckDB's own CSV → Parquet with the types that it guesses. python floor_land.py HOME OUT"""

from __future__ import annotations

import sys
from pathlib import Path

from _floors import connect, files, sha256


def main() -> None:
    """One Parquet file per CSV file, named by its hash."""
    home, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    con = connect()
    for _, path in files(home):
        name = sha256(path)
        if path.suffix == ".csv":
            con.read_csv(str(path), header=True).write_parquet(str(out / f"{name}.parquet"), compression="zstd")


if __name__ == "__main__":
    main()
