"""Places where a run may be killed: the drills go through all of them, and what follows must end as if nothing had happened."""

from __future__ import annotations

import os
import signal

FAILPOINTS = {
    "run.started": "run-start.json is written",
    "heartbeat.started": "the watchers know that the run began",
    "pull.read": "a remote file is read whole, under a temporary name",
    "pull.placed": "it has its name in the inbox, the ledger does not know",
    "pull.committed": "the ledger knows what was fetched",
    "write.synced": "a small file is synced under its temporary name",
    "link.made": "it has its final name as well, the folder is not synced",
    "segment.linked": "a segment has its name, no manifest names it",
    "raw.linked": "the delivered bytes are kept, no manifest names them",
    "manifest.before": "everything of a batch is on disk but its manifest",
    "manifest.linked": "the batch is committed, the cache does not know",
    "cache.applied": "the cache knows too",
    "land.committed": "a file has landed and still lies in the inbox",
    "land.unlinked": "and is gone from there",
    "refuse.committed": "a refusal is recorded, the file still lies in the inbox",
    "refuse.reason": "its reason lies in dead-letters/, the file does not",
    "refuse.moved": "the file waits in dead-letters/",
    "again.committed": "a refused file is to be tried again, it still lies in dead-letters/",
    "judged": "all judgements are committed",
    "export.placed": "a sealed file has its name in the outbox, the ledger does not know",
    "export.described": "its manifest lies beside it",
    "export.committed": "the ledger knows",
    "push.uploaded": "a file is at the remote under its hidden name",
    "push.renamed": "it has its final name there, there is no receipt",
    "push.described": "its manifest is there too",
    "push.committed": "the receipt is in the ledger",
    "run.committed": "the run's own manifest is written",
    "publish.before_swap": "the new auditors' copy is built beside the old one",
    "publish.noted": "what is known of the copy names the old one and the new one",
    "publish.swapped": "it is in its place",
    "report.workbook": "the workbook is written",
    "report.status": "the status page is written",
    "report.latest": "a report has its name in reports/latest/ too",
    "report.metrics": "the metrics are written",
    "heartbeat.ended": "the watchers know that the run ended",
    "run.ended": "run-start.json is gone: there is nothing left to take up",
    "replay.committed": "a replay is decided, the file still waits",
    "replay.moved": "it is back in the inbox",
    "discard.committed": "a discard is decided, the file still waits",
    "discard.moved": "it is put away",
}

_seen: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Die here, as a power cut would, when TIEOUT_FAILPOINT names this point (`NAME`, or `NAME:N` for the N-th time); KeyError for a point not listed."""
    FAILPOINTS[name]
    wanted = os.environ.get("TIEOUT_FAILPOINT")
    if wanted:
        _seen[name] = _seen.get(name, 0) + 1
        point, _, number = wanted.partition(":")
        if point == name and _seen[name] == int(number or 1):
            os.kill(os.getpid(), signal.SIGKILL)
