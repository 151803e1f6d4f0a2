"""The step that writes what goes out: journal entries for Odoo and the finance files, each sealed with its manifest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from exporters import finance_summary, odoo_journal
from exporters._rendered import Rendered
from ledger import places
from ledger.durable import folder as make_folder
from ledger.durable import write_new
from ledger.failpoints import failpoint
from ledger.log import stamp
from ledger.rows import relation as rows_relation
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books.settings import Settings

LOCAL = "local"
MANIFEST = ".manifest.json"
SEALED = re.compile(r"_[0-9a-f]{8}\.[a-z]+$")


def export_step(store: Store, config: Settings, as_of: date, say: Callable[[str], None], again: str | None = None) -> tuple[list[str], int]:
    """Write the files that are due; return the paths of all that the run has written, and how many entries are held."""
    con = store.con
    _sweep(store)
    execute(con, sql("tieout", "set_run"), {"run_id": store.run_id})
    execute(con, sql("tieout", "hold_entries"))
    held = int(con.table("ledger.main.held_entry").count("*").fetchall()[0][0])
    execute(con, sql("tieout", "entries_to_export"), {"again": again or ""})
    head = head_before(store)
    for entity, company in execute(con, sql("tieout", "entities"), {"day": as_of}).fetchall():
        say(f"export {entity}")
        for rendered in odoo_journal.render(con, entity, f"{config.name}, {company}: prepared by Tieout on ledger head {head}"):
            _seal(store, _remote(config, rendered), rendered, head, again)
        for rendered in finance_summary.render(con, entity, as_of):
            _seal(store, _remote(config, rendered), rendered, head, again)
    return exported_of(store), held


def _remote(config: Settings, rendered: Rendered) -> str:
    """The first remote of tieout.toml that takes the file; the outbox's own folder where none does."""
    return next((r.name for r in config.remote if r.push and (not r.kinds or rendered.kind in r.kinds) and (not r.entities or rendered.entity in r.entities)), LOCAL)


def head_before(store: Store) -> str:
    """The head that the run's exports stand on: the same for all of them, and after an interruption."""
    first = next(iter(store.batches(store.run_id, "export")), None)
    return str(first["prev"]) if first else store.head().head


def exported_of(store: Store) -> list[str]:
    """Paths of the files that the run has written so far."""
    return [str(body["source"]["path"]) for body in store.batches(store.run_id, "export")]


def _sweep(store: Store) -> None:
    """Remove sealed files that no batch names: a run that broke off before its commit has left them."""
    known = {str(store.home / path) for (path,) in store.con.table("ledger.main.export_file").project("path").fetchall()}
    for path in [entry.path for entry in places.files(store.home / "outbox", hidden=True)]:
        sealed = str(path).removesuffix(MANIFEST)
        if path.name.startswith(".tmp-") or (SEALED.search(sealed) and sealed not in known):
            places.remove(path)


def _seal(store: Store, remote: str, rendered: Rendered, head: str, again: str | None = None) -> None:
    """Give a rendered file its final name in outbox/ with its manifest beside it; the same content is written once, or once more when a person asks."""
    digest = sha256(rendered.data).hexdigest()
    # an entry file is known by its entries, a report by its bytes
    key = sha256("|".join((rendered.kind, rendered.entity, *(rendered.entry_ids or (digest,)), *((str(store.run_id),) if again and rendered.entry_ids else ()))).encode()).hexdigest()[:24]
    stem, _, ending = rendered.name.rpartition(".")
    name = f"{stem}_{key[:8]}.{ending}"
    written = execute(store.con, sql("tieout", "export_path"), {"export_id": key}).fetchone()  # what went out stays where it is, whoever takes such files now
    kept = written[0].split("/")[1] if written else remote
    path = make_folder(places.below(store.home / "outbox", kept, rendered.entity)) / name
    beside = finance_summary.manifest(replace(rendered, name=name), head, store.sealed()["environment"])
    if store.has(f"export:{key}"):
        if again and not places.is_file(path):  # a report that was lost and says the same today
            if places.look(path.with_name(name + MANIFEST)):
                places.remove(path.with_name(name + MANIFEST))
            write_new(path, rendered.data)
            write_new(path.with_name(name + MANIFEST), beside)
        return
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
    write_new(path, rendered.data)
    failpoint("export.placed")
    write_new(path.with_name(name + MANIFEST), beside)
    failpoint("export.described")
    store.commit(
        "export", f"export:{key}", [store.rows("export_file", rows), store.rows("export_entry", entries)], source={"path": rows[0]["path"], "sha256": digest}
    )
    failpoint("export.committed")


def exportable(store: Store, entry_id: str) -> bool:
    """Whether the ledger holds this entry."""
    return bool(
        rows_relation(store.con, "export_entry", [{"export_id": "", "entry_id": entry_id}])
        .join(store.con.table("ledger.main.journal_entry").project("entry_id"), "entry_id", how="semi")
        .fetchall()
    )
