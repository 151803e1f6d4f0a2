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
            con.read_csv(str(path), header=True, dtype=_known(path)).write_parquet(str(out / f"{name}.parquet"), compression="zstd")


def _known(path: Path) -> dict[str, str]:
    """A column whose first fourteen thousand numbers are followed by words: guessing from the whole file would cost the floor a second reading."""
    with path.open(encoding="utf-8") as file:
        return {"Matching #": "VARCHAR"} if '"Matching #"' in file.readline() else {}


if __name__ == "__main__":
    main()
