"""Every sheet of the workbook and the status page as pictures, in docs/pictures/: python docs/pictures.py BOOKS (`make pictures`).

LibreOffice prints the workbook, poppler's tools cut its pages, Chromium shows the page; where one of them is missing, that is said and nothing is drawn. The books are the
sample month's, so that the pictures change where the sheets do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).resolve().parent / "pictures"
TOOLS = {"LibreOffice (package libreoffice-calc)": ("soffice", "libreoffice"), "pdftoppm (package poppler-utils)": ("pdftoppm",), "pdftotext (package poppler-utils)": ("pdftotext",), "Chromium": ("chromium", "chromium-browser", "google-chrome")}
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage", "--run-all-compositor-stages-before-draw", "--virtual-time-budget=5000")
DOTS = 100  # to the inch
FOOTER = re.compile(r"^\s*(.+), page \d+ of \d+\s*$", re.M)


def main() -> None:
    """Draw the last night of these books."""
    found = {name: next((path for one in names if (path := shutil.which(one))), None) for name, names in TOOLS.items()}
    if missing := [name for name, path in found.items() if path is None]:
        raise SystemExit(f"no pictures are drawn: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed")
    office, cut, words, browser = (str(path) for path in found.values())
    night = max(path.parent for path in (Path(sys.argv[1]) / "reports").glob("*/exceptions.xlsx"))
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        sheets = printed(office, words, night / "exceptions.xlsx", Path(place))
        for name, page in sheets.items():
            run(cut, "-r", str(DOTS), "-f", str(page), "-l", str(page), "-singlefile", "-png", f"{place}/exceptions.pdf", str(PICTURES / name))
        run(browser, *QUIET, f"--user-data-dir={place}/browser", "--window-size=1100,1600", f"--screenshot={PICTURES / 'status.png'}", (night / "status.html").resolve().as_uri())
    kept = {f"{name}.png" for name in sheets} | {"status.png"}
    for old in PICTURES.glob("*.png"):
        if old.name not in kept:
            old.unlink()
    print(f"{len(kept)} pictures in docs/pictures/")


def printed(office: str, words: str, workbook: Path, place: Path) -> dict[str, int]:
    """The first printed page of each sheet, by the name of its picture."""
    run(office, "--headless", f"-env:UserInstallation={(place / 'office').as_uri()}", "--convert-to", "pdf", "--outdir", str(place), str(workbook))
    pages = run(words, "-layout", str(place / "exceptions.pdf"), "-").split("\f")
    first: dict[str, int] = {}
    for number, page in enumerate(pages, 1):
        for sheet in FOOTER.findall(page)[-1:]:
            first.setdefault(sheet.lower().replace(" ", "-"), number)
    return first


def run(*command: str) -> str:
    """What a tool prints; its complaint where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


if __name__ == "__main__":
    main()
