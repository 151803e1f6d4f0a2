"""An e-mail address, a card number and a key, planted in every column of the files, in their names and in the settings: nobody meets them again
in a log, a workbook, a page, a message or the published copy."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import _drill
import duckdb
import pytest
from conftest import tieout

MAIL, CARD, KEY = "jane.canary@example.com", "4111 1111 1111 1111", "sk_live_CANARY0123456789abcd"
CANARY = f"{MAIL} {CARD} {KEY}"
TRACES = [word.encode() for word in ("jane.canary", "4111 1111", "41111111", "CANARY0123")]
NAMED = f"canary {MAIL} 4111111111111111 {KEY}"


def hits(data: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in data]


def planted(home: Path) -> int:
    """One file per column of every CSV file in the inbox, the canaries in one of its cells; how many files."""
    count = 0
    for path in sorted((home / "inbox").glob("*/*.csv")):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
        for column, title in enumerate(rows[0]):
            changed = [list(row) for row in rows[:3]]
            changed[1][column] = CANARY
            out = io.StringIO(newline="")
            csv.writer(out, lineterminator="\n").writerows(changed)
            (path.parent / f"{NAMED} {count} {title.replace('/', ' ')}.csv").write_text(out.getvalue(), encoding="utf-8")
            count += 1
    return count


def found(home: Path) -> list[str]:
    """Where the canaries are seen in what people look at."""
    seen = []
    for path in [p for folder in ("reports", "outbox") for p in (home / folder).rglob("*") if p.is_file()]:
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                data = b"".join(book.read(name) for name in book.namelist())
        if hits(data):
            seen.append(str(path.relative_to(home)))
    seen += [str(path.relative_to(home)) for path in (home / "dead-letters").rglob("*.reason.json") if hits(path.read_bytes())]
    seen += [str(path.relative_to(home)) for path in (home / "ledger" / "manifests").iterdir() if hits(path.read_bytes())]
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        for table, column in con.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal").fetchall():
            if any(con.execute(f'SELECT count(*) FROM "{table}" WHERE contains("{column}", ?)', [trace.decode()]).fetchall()[0][0] for trace in TRACES):
                seen.append(f"audit.{table}.{column}")
    return sorted(seen)


@pytest.mark.drill
def test_planted_canaries_are_seen_nowhere(tmp_path: Path) -> None:
    home = _drill.small(tmp_path / "books")
    assert planted(home) > 100
    said = tieout("run", "--home", home, "--as-of", "2026-10-01", code=65)
    refused = len(list((home / "dead-letters").rglob("*.reason.json")))
    assert refused >= 50
    assert found(home) == []
    for words in (("dead-letter", "list"), ("exception", "list"), ("file", "list"), ("status",), ("audit", "log"), ("query", "SELECT * FROM dead_letter")):
        said.stderr += tieout(*words, "--home", home).stdout
    assert hits((said.stdout + said.stderr).encode()) == []


@pytest.mark.drill
def test_what_is_refused_outside_of_files_does_not_say_it_either(tmp_path: Path) -> None:
    """Settings, mappings, questions, remotes: messages name the place, never the content."""
    home = _drill.small(tmp_path / "books")
    shutil.copytree(home, tmp_path / "kept")
    settings = (home / "tieout.toml").read_text()
    said = []
    for change in (
        settings + f'\nsecret = "{CANARY}"\n',
        settings.replace('environment = "test"', f'environment = "{CANARY}"'),
        settings + f'\n[[remote]]\nname = "x"\nhost = "localhost"\nport = "{CANARY}"\nuser = "{MAIL}"\nkey_file = "{KEY}"\n',
        settings + f'\n[[remote]]\nname = "x"\nhost = "127.0.0.1"\nport = 1\nuser = "{MAIL}"\nkey_file = "{KEY}"\npush = "/in"\n',
        settings + f'\n[[remote]]\nname = "x"\nhost = "127.0.0.1"\nport = 1\nuser = "{MAIL}"\nkey_file = "file:canary"\npush = "/in"\npull = [{{path = "/{NAMED}", feed = "pdx-orders"}}]\n',
        settings + f'\n[[feed]]\nname = "{NAMED}"\n',
        settings + f'\n[attention]\ncommand = ["/no/{KEY}"]\n',
    ):
        (home / "tieout.toml").write_text(change)
        (home / "canary").write_text(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{KEY}\n")
        (home / "known_hosts").write_text(f"{CANARY}\n")
        for words in (("config", "check"), ("run", "--only", "land")):
            done = tieout(*words, "--home", home, code=None)
            said.append(done.stdout + done.stderr)
    shutil.copyfile(tmp_path / "kept" / "tieout.toml", home / "tieout.toml")
    for name in sorted(p.name for p in (home / "mappings").iterdir()):
        path = home / "mappings" / name
        before = path.read_text()
        path.write_text(before + f"{CANARY},{CANARY},{CANARY},{CANARY}\n")
        done = tieout("mapping", "propose", "--home", home, "--as", "jane", code=None)
        said.append(done.stderr)
        path.write_text(before)
    for words in (("query", f"SELECT '{CANARY}'::INTEGER"), ("query", f"SELECT * FROM '{CANARY}'"), ("prove", CANARY), ("trace", CANARY)):
        said.append(tieout(*words, "--home", home, code=None).stderr)
    assert [text for text in said if hits(text.encode())] == []
    assert found_in_log(home) == []


def found_in_log(home: Path) -> list[bytes]:
    return hits((home / "reports" / "log.jsonl").read_bytes()) + hits((home / "reports" / "heartbeat.json").read_bytes())
