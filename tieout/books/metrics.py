"""What a Prometheus node exporter reads of a set of books: reports/tieout.prom, every figure with what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ledger import places
from ledger.durable import replace
from ledger.sqltext import execute, sql
from ledger.store import Store

RUN = "tieout_run_"
# Amounts are sums of absolute differences in their currency; ages are business days; moments are seconds since 1970 in UTC.
HELP = {
    "tieout_run_exit_code": "Exit code of the last run; docs/operations.md has what each means.",
    "tieout_run_failed": "1 where the last run stopped before its end, else 0.",
    "tieout_run_retries": "How often the last run tried a remote again.",
    "tieout_run_seconds": "How long the last run took.",
    "tieout_run_ended_timestamp_seconds": "When the last run ended, well or not.",
    "tieout_run_remotes_failed": "Errors of remotes in the last run.",
    "tieout_run_missed_days": "Business days before the last run on which no night judged.",
    "tieout_remote_failed": "1 where the last run had an error with this remote, else 0.",
    "tieout_inbox_files": "Files that wait in inbox/.",
    "tieout_business_date_timestamp_seconds": "Business date of the last run.",
    "tieout_exceptions": "Exceptions by class, severity and state.",
    "tieout_exceptions_amount": "Amounts of exceptions by currency, severity and state.",
    "tieout_owner_exceptions": "Exceptions to decide, open or in review, by owner and severity.",
    "tieout_owner_at_risk": "Money at risk by owner and currency: of exceptions about one order or payout the largest difference, once.",
    "tieout_oldest_exception_days": "Business days that the oldest exception to decide has waited, by severity.",
    "tieout_dead_letters": "Refused files that wait in dead-letters/, by reason.",
    "tieout_oldest_dead_letter_timestamp_seconds": "When the oldest refused file that waits was refused.",
    "tieout_payouts": "Payouts by state.",
    "tieout_payouts_amount": "Amounts of payouts by state and currency.",
    "tieout_transfers": "Files written to go out: received by a remote, waiting for one, or local.",
    "tieout_oldest_transfer_timestamp_seconds": "When the oldest file that a remote has not received was written.",
    "tieout_journal_entries_held": "Journal entries that wait, by reason.",
    "tieout_feed_last_file_timestamp_seconds": "When the last file of a feed landed.",
    "tieout_feed_complete_until_timestamp_seconds": "The day up to which a feed is complete.",
    "tieout_feed_late": "1 where something of a feed is missing, else 0.",
    "tieout_runs": "Runs by exit code.",
    "tieout_log_size": "Manifests of the ledger.",
}

Labels = Mapping[str, str]


def write(store: Store, run: Mapping[str, float], remotes: Mapping[str, bool]) -> None:
    """The file after a run that ended; `run` becomes tieout_run_<name>, `remotes` says which had an error."""
    waiting = sum(1 for _ in places.files(store.home / "inbox"))
    rows: list[tuple[str, Labels, object]] = [*_of_run(run), *(("tieout_remote_failed", {"remote": name}, int(failed)) for name, failed in sorted(remotes.items())), ("tieout_inbox_files", {}, waiting)]
    rows += execute(store.con, sql("tieout", "metrics")).fetchall()
    replace(store.home / "reports" / "tieout.prom", text(rows).encode())


def write_failed(home: Path, run: Mapping[str, float]) -> None:
    """The same after a run that stopped: what is known of the run, and the figures of the night before."""
    path = home / "reports" / "tieout.prom"
    before = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    replace(path, (text(_of_run(run)) + "".join(line for line in before if RUN not in line)).encode())


def _of_run(run: Mapping[str, float]) -> list[tuple[str, Labels, object]]:
    return [(f"{RUN}{name}", {}, value) for name, value in run.items()]


def text(rows: Iterable[tuple[str, Labels, object]]) -> str:
    """The rows in the text format of Prometheus, those of one name together; KeyError for a name that nobody explains."""
    listed: dict[str, list[str]] = {}
    for name, labels, value in rows:
        told = ",".join(f'{label}="{_quoted(word)}"' for label, word in labels.items())
        listed.setdefault(name, []).append(f"{name}{{{told}}} {value}" if told else f"{name} {value}")
    return "".join(f"# HELP {name} {HELP[name]}\n# TYPE {name} gauge\n" + "".join(f"{line}\n" for line in lines) for name, lines in listed.items())


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
