"""A further night for books that have closed a month: the orders of another month under new names, all of one day, captured and not yet paid out."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import date
from pathlib import Path

DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
ORDER = re.compile(r"#(\d)")
ID = re.compile(r"\b(r?)(\d{12,})\b")
# What a processor's line has before it is paid out.
OPEN = {"Payout Status": "pending", "Payout ID": ""}


def write(source: Path, inbox: Path, day: date) -> None:
    """Orders, transactions and processor lines of the inbox `source`, renamed and moved to the day; the target is replaced."""
    shutil.rmtree(inbox, ignore_errors=True)
    for path in sorted(source.glob("*/*.csv")):
        target = inbox / path.parent.name / path.name
        if path.name.startswith(("orders_export", "transactions_export")):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(renamed(path.read_text(encoding="utf-8"), day), encoding="utf-8", newline="")
        elif path.name.startswith("payment_transactions_export"):
            target.parent.mkdir(parents=True, exist_ok=True)
            with path.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
                rows = csv.DictReader(file)
                writer = csv.DictWriter(out, rows.fieldnames or [], lineterminator="\n")
                writer.writeheader()
                writer.writerows({name: renamed(cell, day) for name, cell in (row | OPEN).items()} for row in rows if row["Type"] in ("charge", "refund"))


def renamed(text: str, day: date) -> str:
    """Other orders, of that day; their numbers are beyond those of a month of millions."""
    return ID.sub(r"\g<1>9\2", ORDER.sub(r"#90000\1", DATE.sub(day.isoformat(), text)))
