"""Writes the morning's reports: the exception workbook and the status page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from exporters import status_page, workbook
from ledger import places
from ledger.durable import folder as make_folder
from ledger.durable import replace
from ledger.failpoints import failpoint
from ledger.sqltext import sql
from ledger.store import Store
from tieout.books.settings import Settings


def write_reports(store: Store, config: Settings, as_of: date, run_id: str) -> Path:
    """reports/<run>/exceptions.xlsx and status.html; a repeat of the run writes them anew."""
    store.con.execute(sql("tieout", "search_path"))
    folder = make_folder(store.home / "reports" / run_id)
    for left in places.entries(folder):
        if left.path.name.startswith(".tmp-"):  # by a run that was killed while it wrote one
            places.remove(left.path)
    head = store.head().head
    workbook.write(store.con, folder / "exceptions.xlsx", books=config.name, as_of=as_of, run_id=run_id, head=head)
    failpoint("report.workbook")
    replace(folder / "status.html", status_page.render(store.con, books=config.name, as_of=as_of, run_id=run_id, head=head).encode())
    failpoint("report.status")
    return folder
