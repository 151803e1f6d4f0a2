"""The tour of the docs, command by command: each ends well and prints what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from conftest import NOW, ROOT

PAGE = ROOT / "docs" / "tour.md"


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the page with the lines that stand below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def test_every_command_of_the_tour_says_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    place = tmp_path
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command, shown in steps():
        if command.startswith("cd "):
            place = place / command[3:]
            continue
        done = subprocess.run(["sh", "-c", command], cwd=place, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env={**os.environ, "PATH": path, "TIEOUT_NOW": NOW})
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        rest = done.stdout + done.stderr
        for line in shown:
            assert line in rest, f"{command}\n  does not say: {line}\n{done.stdout}"


def test_the_archive_is_the_small_shop_that_is_measured(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "benchmarks" / "small_shop.py", tmp_path], check=True)
    inbox = tmp_path / "books" / "inbox"
    with zipfile.ZipFile(ROOT / "sample_data" / "thirty_orders.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {path.relative_to(inbox).as_posix(): path.read_bytes() for path in inbox.rglob("*") if path.is_file()}
