"""Plant every defect in the clean month and say what was caught: `make catch`, or python -m planted.catch [NAME | CODE ...] [--seeds 1,2,3] [--write]."""

from __future__ import annotations

import argparse
import csv
import io
import json
import time
from collections import defaultdict
from pathlib import Path

from planted import defects
from planted.clean import wrong
from planted.month import ROOT, clean
from planted.playing import ALL, Result, nights, play
from rules._rules import load

PAGE = ROOT / "docs" / "reference" / "catch-rate.md"
RATES = ROOT / "rules" / "catch_rate.csv"  # the same figures, for the register of controls
# codes that no file of the month can bring about, and why
UNPLANTED = {
    "LINE_ARITHMETIC": "every format of the month whose lines state a net refuses a file in which it is not the sum of its parts (CONTROL_TOTAL_DIFF): the rule is the second lock of one door",
    "FEE_TAX_DIFF": "no processor of the month states tax on its fees",
    "PROCESSOR_ROLLFORWARD_DIFF": "every format of the month that states balances refuses a file whose lines do not make them (CONTROL_TOTAL_DIFF); reports that do not follow each other are STATEMENT_GAP",
}
CHECKS = {f"{rule.id}/{rule.header.code}/{rule.header.subject}" for rule in load() if rule.header.kind == "check"}
HEAD = """<!-- written by `make catch`; its command is the only one that may change this page -->

# What the controls catch

A clean month is made by `sample_data/make.py` and what `tests/planted/beside.py` adds: two companies, Shopify Payments, Stripe, PayPal, Klarna, two banks, orders
by export and by API, Odoo's sale orders, documents, items, payments, transfers and statement lines, gift cards, store credit, disputes, a tax engine, a connector's log,
trial balances, and what the packs look at (`tests/planted/packed.py`): tills and their terminal, carriers, pieces on hand and the cost of what was sent, points, and what the two companies owe each other. Nothing in it is wrong, and nothing is told: no exception, every payout proven, every roll-forward with a residual of 0.00. Then one defect is planted
in its files, at a place that a seed chooses, the night runs, and what it says is held against what had to be said.

*Caught*: the right code on the right subject, with the right amount where the defect has one. *Secondary*: any other exception, of whatever severity, that the defect brought about.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="defects or codes; none = all")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "catch")
    parser.add_argument("--quick", action="store_true", help="no night is played again to tell whose an exception is")
    parser.add_argument("--more", action="store_true", help="only what has no result yet")
    parser.add_argument("--write", action="store_true", help="write docs/reference/catch-rate.md and rules/catch_rate.csv")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    known = Kept(options.work / "results.json")
    assert defects
    chosen = [d for d in ALL.values() if not options.names or d.name in options.names or d.code in options.names]
    for seed in map(int, options.seeds.split(",")):
        start = time.monotonic()
        if not (options.more and known.has("clean", seed)):
            known.clean(seed, wrong(nights(clean(seed, options.work), options.work)))
        play([d for d in chosen if not (options.more and known.has(d.name, seed))], seed, options.work, known.told, quick=options.quick)
        print(f"seed {seed}: {time.monotonic() - start:.0f} s", flush=True)
    for code, mine in by_code(known.results()).items():
        print(f"{code:32} planted {len(mine):3} caught {sum(r.caught for r in mine):3} secondary {sum(len(r.secondary) for r in mine):3}")
    if options.write:
        PAGE.write_text(page(known.results(), known.unclean()), encoding="utf-8")
        RATES.write_text(rates(known.results()), encoding="utf-8")


class Kept:
    """The last result of every defect and seed, so that some may be played again without all the others."""

    def __init__(self, path: Path):
        self.path = path
        self.rows: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def has(self, name: str, seed: int) -> bool:
        return f"{name}/{seed}" in self.rows

    def told(self, result: Result) -> None:
        told(result)
        self._keep(result.defect.name, result.seed, {"missed": result.missed, "secondary": result.secondary, "no_victim": result.no_victim, "controls": sorted(result.controls), "wanted": sorted({f"{e.code}/{e.kind}" for e in result.expected})})

    def clean(self, seed: int, found: list[str]) -> None:
        """What the month without a defect says, which should be nothing."""
        for one in found:
            print(f"  the clean month of seed {seed}: {one}", flush=True)
        self._keep("clean", seed, {"missed": [], "secondary": found, "no_victim": False})

    def _keep(self, name: str, seed: int, row: dict[str, object]) -> None:
        self.rows[f"{name}/{seed}"] = row
        self.path.write_text(json.dumps(self.rows, indent=1), encoding="utf-8")

    def unclean(self) -> list[str]:
        return [f"{key.partition('/')[2]}: {one}" for key, row in self.rows.items() if key.startswith("clean/") for one in row["secondary"]]

    def results(self) -> list[Result]:
        found = []
        for key, row in self.rows.items():
            name, _, seed = key.rpartition("/")
            if name in ALL:
                controls = set(row["controls"]) | {c for c in CHECKS if row["missed"] and not row["controls"] and c.partition("/")[2] in row["wanted"]}
                found.append(Result(ALL[name], int(seed), list(row["missed"]), list(row["secondary"]), bool(row["no_victim"]), controls=controls))
        return found


def by_code(results: list[Result]) -> dict[str, list[Result]]:
    """What was planted, by code; a defect that found no victim in a month was not planted there."""
    found: dict[str, list[Result]] = defaultdict(list)
    for r in results:
        if not r.no_victim:
            found[r.defect.code].append(r)
    return dict(sorted(found.items()))


def rates(results: list[Result]) -> str:
    """One row for each defect that was planted: the checks that are to tell it, and how often they did."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "defect", "controls", "planted", "caught", "secondary"])
    for code, mine in by_code(results).items():
        for name in sorted({r.defect.name for r in mine}):
            own = [r for r in mine if r.defect.name == name]
            writer.writerow([code, name, "; ".join(sorted(set().union(*(r.controls for r in own)))), len(own), sum(r.caught for r in own), sum(len(r.secondary) for r in own)])
    return out.getvalue()


def told(result: Result) -> None:
    """What is not as it should be, as it happens."""
    if result.no_victim:
        print(f"  {result.defect.name}: no victim", flush=True)
    for text in result.missed:
        print(f"  {result.defect.name}: MISSED {text}", flush=True)
    for text in result.secondary:
        print(f"  {result.defect.name}: secondary {text}", flush=True)


def page(results: list[Result], unclean: list[str]) -> str:
    """The published table, and everything that is not as it should be."""
    grouped, codes = by_code(results), sorted({rule.header.code for rule in load() if rule.header.kind == "check"})
    planted = [r for mine in grouped.values() for r in mine]
    caught = [r for r in planted if r.caught]
    quiet = [r for r in caught if not r.secondary]
    rows = []
    for code, mine in grouped.items():
        names = {r.defect.name: r.defect for r in mine}
        for name, one in sorted(names.items()):
            own = [r for r in mine if r.defect.name == name]
            rows.append(f"| {code} | `{name}` | {one.what} | {len(own)} | {sum(r.caught for r in own)} | {sum(len(r.secondary) for r in own)} |")
    parts = [
        HEAD,
        f"Of {len(codes)} codes {len(grouped)} were planted, in {len({r.defect.name for r in planted})} ways, {len(planted)} times in all (seeds {', '.join(map(str, sorted({r.seed for r in planted})))}): "
        f"{len(caught)} were caught, {len(quiet)} of them with nothing else told.\n",
        "| code | defect | what it does | planted | caught | secondary |\n|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n",
    ]
    faults = [f"- `{r.defect.name}`, seed {r.seed}: missed {text}" for r in planted for text in r.missed] + [f"- `{r.defect.name}`, seed {r.seed}: also told {text}" for r in planted for text in r.secondary]
    faults += [f"- the clean month, seed {one}" for one in unclean]
    parts.append("## Not as it should be\n\n" + ("\n".join(faults) if faults else "Nothing.") + "\n")
    unplaced = sorted({r.defect.name for r in results if r.no_victim} - {r.defect.name for r in planted})
    left = [f"- {code}: {UNPLANTED.get(code, 'no defect is written yet')}" for code in codes if code not in grouped] + [f"- `{name}`: no victim in any of these months" for name in unplaced]
    parts.append("## Not planted\n\n" + ("\n".join(left) if left else "Nothing.") + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
