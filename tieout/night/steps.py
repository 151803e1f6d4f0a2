"""What each step of a run read and wrote, from the run's manifests and the tables that follow them: an interruption leaves no trace in it."""

from __future__ import annotations

from typing import Any

from ledger.sqltext import execute, sql
from ledger.store import Store

from .landing_step import landed_of

STEPS = ("pull", "land", "match", "check", "post", "export", "push")
COUNTS = ("read", "new", "same", "versions", "refused", "left_out", "records", "files")


def rows_of_steps(store: Store, *, judged: bool) -> list[dict[str, Any]]:
    """The rows of `run_step`; without a judgement nothing was looked at behind landing, whatever the facts of an earlier night say."""
    counted = {step: dict.fromkeys(COUNTS, 0) for step in STEPS}
    receipts = [body["key"].partition(":")[0] for body in store.batches(store.run_id, "receipt")]
    counted["pull"] |= dict.fromkeys(("read", "new", "files"), receipts.count("pulled"))
    counted["push"] |= dict.fromkeys(("read", "new", "files"), receipts.count("receipt"))
    counted["land"] |= landing(store)
    for name in ("steps_written", *(("steps_read",) if judged else ())):
        found = execute(store.con, sql("tieout", name), {"run_id": store.run_id})
        columns = [column[0] for column in found.description or []][1:]
        for step, *values in found.fetchall():
            counted[step] |= {column: int(value) for column, value in zip(columns, values, strict=True)}
    return [{"run_id": store.run_id, "step": step, "ordinal": place, **counted[step]} for place, step in enumerate(STEPS, 1)]


def landing(store: Store) -> dict[str, int]:
    """What the files of the run held: rows read = new + same + versions + left out; the files themselves, and their records, apart."""
    done = landed_of(store)
    counts = [body["counts"] for body in store.batches(store.run_id, "import") if "importer" in body["source"]]
    left_out, records = (sum(one.get(name, 0) for one in counts) for name in ("left_out", "rows"))
    return {
        "read": done.new + done.same + done.versions + left_out,
        "new": done.new,
        "same": done.same,
        "versions": done.versions,
        "refused": len(done.refused),
        "left_out": left_out,
        "records": records,
        "files": done.files + done.duplicates + len(done.refused),
    }
