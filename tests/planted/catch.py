"""Plant every defect in the clean month and say what was caught: `make catch`, or python -m planted.catch [NAME ...] [--seeds 1,2,3] [--work DIR] [--write]."""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

from planted import defects
from planted.month import ROOT, clean
from planted.playing import ALL, Result, exceptions, nights, play

PAGE = ROOT / "docs" / "reference" / "catch-rate.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="defects or codes; none = all")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "catch")
    parser.add_argument("--clean", action="store_true", help="the month without a defect alone")
    parser.add_argument("--quick", action="store_true", help="no night is played again to tell whose an exception is")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    assert defects
    chosen = [d for d in ALL.values() if not options.names or d.name in options.names or d.code in options.names]
    results: list[Result] = []
    for seed in map(int, options.seeds.split(",")):
        if options.clean:
            print(f"seed {seed}: {exceptions(nights(clean(seed, options.work), options.work))}")
        else:
            start = time.monotonic()
            results += play(chosen, seed, options.work, told, quick=options.quick)
            print(f"seed {seed}: {time.monotonic() - start:.0f} s")
    by_code: dict[str, list[Result]] = defaultdict(list)
    for r in results:
        by_code[r.defect.code].append(r)
    for code, mine in sorted(by_code.items()):
        planted = [r for r in mine if not r.no_victim]
        print(f"{code:32} planted {len(planted):3} caught {sum(r.caught for r in planted):3} secondary {sum(len(r.secondary) for r in planted):3}")


def told(result: Result) -> None:
    """What is not as it should be, as it happens."""
    if result.no_victim:
        print(f"  {result.defect.name}: no victim", flush=True)
    for text in result.missed:
        print(f"  {result.defect.name}: MISSED {text}", flush=True)
    for text in result.secondary:
        print(f"  {result.defect.name}: secondary {text}", flush=True)


if __name__ == "__main__":
    main()
