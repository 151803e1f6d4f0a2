"""Folders of reports that go after a while, and those that never do."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import tieout


def nights(home: Path, *days: str) -> list[str]:
    """The folders of nights that are there after these."""
    for day in days:
        tieout("run", "--home", home, "--as-of", day, env={"TIEOUT_NOW": f"{day}T04:00:00"}, code=None)
    return sorted(path.name for path in (home / "reports").iterdir() if path.is_dir() and path.name[0] == "2")


def test_folders_of_old_nights_go_where_nothing_leads_to_them(shop: Path) -> None:
    (shop / "reports" / "decisions" / "jane").mkdir(parents=True)
    (shop / "reports" / "20200101-000001").mkdir()  # not of these books' nights
    assert len(nights(shop, "2026-10-05", "2026-10-06")) == 4, "without the setting all of them stay"
    settings = shop / "tieout.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[approval]", "[reports]\nkeep_days = 31\n\n[approval]", 1), encoding="utf-8")
    left = nights(shop, "2026-11-20")
    assert [name[:8] for name in left] == ["20200101", "20261001", "20261006", "20261120"], "the first has exceptions that stand, the third was the last of its month"
    assert (shop / "reports" / "decisions" / "jane").is_dir() and (shop / "reports" / "latest" / "exceptions.xlsx").exists()
    said = [json.loads(line) for line in (shop / "reports" / "log.jsonl").read_text(encoding="utf-8").splitlines() if "reports.removed" in line]
    assert [[name[:8] for name in one["folders"]] for one in said] == [["20261005"]] and said[0]["before"] == "2026-10-20"
    assert nights(shop, "2026-11-20")[:4] == left, "a second run of the day takes nothing more"
    tieout("check", "--home", shop)


def test_what_a_person_decided_about_keeps_its_night(shop: Path) -> None:
    settings = shop / "tieout.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[approval]", "[reports]\nkeep_days = 31\n\n[approval]", 1), encoding="utf-8")
    listed = json.loads(tieout("exception", "list", "--format", "json", "--home", shop).stdout)
    for one in listed:
        tieout("exception", "resolve", one["exception_id"], "--reason", "OTHER", "--as", "jane", "--home", shop)
    assert [name[:8] for name in nights(shop, "2026-10-05", "2026-10-06", "2026-11-20")] == ["20261001", "20261006", "20261120"]


def test_a_setting_that_would_take_away_a_month_is_refused(shop: Path) -> None:
    settings = shop / "tieout.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[approval]", "[reports]\nkeep_days = 7\n\n[approval]", 1), encoding="utf-8")
    assert "reports.keep_days" in tieout("config", "check", "--home", shop, code=78).stderr
