"""Writes the morning's reports: the exception workbook and the status page."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from exporters import status_page, workbook
from ledger import places
from ledger.durable import folder as make_folder
from ledger.durable import replace
from ledger.failpoints import failpoint
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books import watching
from tieout.books.settings import Settings

LATEST, PAGE = "latest", "status.html"


def write_reports(store: Store, config: Settings, as_of: date, run_id: str) -> Path:
    """reports/<run>/exceptions.xlsx and status.html with what stands beside them, and the same as reports/latest/; a repeat of the run writes them anew."""
    execute(store.con, sql("tieout", "search_path"))
    folder = _swept(store.home / "reports" / run_id)
    head = store.head().head
    workbook.write(store.con, folder / "exceptions.xlsx", books=config.name, as_of=as_of, run_id=run_id, head=head)
    failpoint("report.workbook")
    replace(folder / PAGE, status_page.render(store.con, books=config.name, as_of=as_of, run_id=run_id, head=head).encode())
    failpoint("report.status")
    _stand(folder, _swept(store.home / "reports" / LATEST))
    if config.reports:
        _thin_out(store, as_of - timedelta(config.reports.keep_days), run_id)
    return folder


def _thin_out(store: Store, since: date, run_id: str) -> None:
    """Take away the folders of nights before that day to which nothing leads any more: not the last of a month, and none that a standing exception or one that a person decided about names. What goes is logged."""
    gone = []
    for (name,) in execute(store.con, sql("tieout", "reports_to_go"), {"since": since, "run_id": run_id}).fetchall():
        folder = places.below(store.home / "reports", name)
        if places.look(folder):
            places.remove_tree(folder)
            gone.append(name)
    if gone:
        watching.log(store.home, "reports.removed", run_id=run_id, before=str(since), folders=gone)


def _stand(folder: Path, latest: Path) -> None:
    """The same files under names that stay, each replaced whole: no link, for none is followed here. The page comes last, so that the workbook it leads to is never an older one."""
    names = sorted((entry.path.name for entry in places.entries(folder)), key=lambda name: (name == PAGE, name))
    for name in names:
        replace(latest / name, places.read(folder / name))
        failpoint("report.latest")
    for left in places.entries(latest):
        if left.path.name not in names and not left.strange:  # what only the night before had
            places.remove(left.path)


def _swept(folder: Path) -> Path:
    """The folder, without what a run left that was killed while it wrote."""
    for left in places.entries(make_folder(folder)):
        if left.path.name.startswith(".tmp-"):
            places.remove(left.path)
    return folder
