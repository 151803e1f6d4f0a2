"""Floor of B6: hashlib over the bytes that a verification has to read: segments, manifests, and the files as delivered. python floor_verify.py HOME DELIVERED"""

from __future__ import annotations

import sys
from pathlib import Path

from _floors import sha256


def main() -> None:
    """Hash, compare nothing."""
    home, delivered = Path(sys.argv[1]), Path(sys.argv[2])
    for folder in (home / "ledger" / "segments", home / "ledger" / "manifests", delivered):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            sha256(path)


if __name__ == "__main__":
    main()
