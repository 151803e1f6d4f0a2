"""The step that writes what goes out: journal entries for Odoo and the finance files, each sealed with its manifest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

from exporters import finance_summary, odoo_journal
from exporters._rendered import Rendered
from ledger.durable import write_new
from ledger.rows import relation as rows_relation
from ledger.sqltext import sql
from ledger.store import Store, stamp

from .settings import Settings

LOCAL = "local"


def export_step(store: Store, config: Settings, as_of: date, say: Callable[[str], None], again: str | None = None) -> tuple[list[str], int]:
    """Write the files that are due; return their paths and how many entries are held."""
    con = store.con
    remote = next((r.name for r in config.remote if r.push), LOCAL)
    con.execute(sql("tieout", "hold_entries"))
    held = int(con.table("ledger.main.held_entry").count("*").fetchall()[0][0])
    con.execute(sql("tieout", "entries_to_export"), {"again": again or ""})
    paths: list[str] = []
    for entity, company in con.execute(sql("tieout", "entities")).fetchall():
        say(f"export {entity}")
        head = store.head().head
        for rendered in odoo_journal.render(con, entity, f"{config.name}, {company}: prepared by Tieout on ledger head {head}"):
            paths += _seal(store, remote, rendered, head)
        for rendered in finance_summary.render(con, entity, as_of):
            paths += _seal(store, remote, rendered, head)
    return paths, held


def _seal(store: Store, remote: str, rendered: Rendered, head: str) -> list[str]:
    """Give a rendered file its final name in outbox/ with its manifest beside it; the same content is written once."""
    digest = sha256(rendered.data).hexdigest()
    # an entry file is known by its entries, a report by its bytes
    key = sha256("|".join((rendered.kind, rendered.entity, *(rendered.entry_ids or (digest,)))).encode()).hexdigest()[:24]
    if store.has(f"export:{key}"):
        return []
    stem, _, ending = rendered.name.rpartition(".")
    name = f"{stem}_{key[:8]}.{ending}"
    folder = store.home / "outbox" / remote / rendered.entity
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = folder / name
    rows = [
        {
            "export_id": key,
            "kind": rendered.kind,
            "entity": rendered.entity,
            "remote": remote,
            "path": str(path.relative_to(store.home)),
            "sha256": digest,
            "bytes": len(rendered.data),
            "rows": rendered.rows,
            "total": rendered.total,
            "currency": rendered.currency,
            "ledger_head": head,
            "known_at": stamp(store.at),
            "run_id": store.run_id,
        }
    ]
    entries = [{"export_id": key, "entry_id": entry} for entry in rendered.entry_ids]
    _place(path, rendered.data)
    _place(path.with_name(name + ".manifest.json"), finance_summary.manifest(rendered, head, store.sealed()["environment"]))
    store.commit(
        "export", f"export:{key}", [store.rows("export_file", rows), store.rows("export_entry", entries)], source={"path": rows[0]["path"], "sha256": digest}
    )
    return [str(path.relative_to(store.home))]


def _place(path: Path, data: bytes) -> None:
    """A file that an interrupted run left under this name was never committed: it is written again."""
    path.unlink(missing_ok=True)
    write_new(path, data, 0o440)


def exportable(store: Store, entry_id: str) -> bool:
    """Whether the ledger holds this entry."""
    return bool(
        rows_relation(store.con, "export_entry", [{"export_id": "", "entry_id": entry_id}])
        .join(store.con.table("ledger.main.journal_entry").project("entry_id"), "entry_id", how="semi")
        .fetchall()
    )
