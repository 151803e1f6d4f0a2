"""Currency and time zones of the countries."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Currency and time zones of a country, the zone of most people first."""
    text = (files("tieout") / "starting" / "zones.csv").read_text(encoding="utf-8")
    return {row["country"]: (row["currency"], tuple(row["zones"].split())) for row in csv.DictReader(text.splitlines())}
