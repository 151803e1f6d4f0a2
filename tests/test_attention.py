"""The examples behind [attention]: what Tieout says becomes one message for each owner, by mail, in Slack and in Teams; each against a listener of this machine."""

from __future__ import annotations

import json
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from conftest import ROOT, tieout

DOCUMENT: dict[str, Any] = {
    "v": 1, "books": "Skerry <!channel> & Sons", "environment": "test", "run_id": "20261007-000044", "as_of": "2026-10-07", "exit_code": 75, "report": "reports/latest/status.html",
    "reasons": ["feed_missing", "blocking_exception", "nights_missed", "remote_away"], "missed": ["2026-10-05", "2026-10-06"], "remotes": [{"remote": "bank", "since": "2026-10-05"}],
    "errors": [{"remote": "bank", "error": "RemoteBusyError", "message": "no answer", "hint": "Run again."}],
    "owners": [
        {"owner": "treasury", "feeds": ["bank"], "opened": [{"code": "FEED_MISSING", "severity": "high", "currency": "", "count": 1, "amount": "0.00"}], "waiting": [{"currency": "EUR", "count": 3, "blocking": 1, "amount": "88.85", "oldest_days": 4}]},
        {"owner": "accounting", "feeds": [], "opened": [{"code": "POSTED_TWICE", "severity": "block", "currency": "USD", "count": 2, "amount": "303.08"}], "waiting": [{"currency": "USD", "count": 11, "blocking": 5, "amount": "1120.74", "oldest_days": 2}]},
        {"owner": "tax", "feeds": [], "opened": [{"code": "TAX_AMOUNT_DIFF", "severity": "high", "currency": "EUR", "count": 1, "amount": "1.27"}], "waiting": [{"currency": "EUR", "count": 1, "blocking": 0, "amount": "1.27", "oldest_days": 0}]},
    ],
}  # fmt: skip


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    worker = threading.Thread(target=server.serve_forever, daemon=True)
    worker.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hooks(answer: int = 200) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    """A listener for webhooks: path and document of each call."""
    got: list[tuple[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Hook)) as port:
        yield port, got


@contextmanager
def mailbox() -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    """A server for mail that keeps what it gets: recipient and message."""
    got: list[tuple[str, Any]] = []

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            recipient, body = "", b""
            while line := self.rfile.readline():
                word = line.split(b" ")[0].strip().upper()
                if word == b"RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while (part := self.rfile.readline()) != b".\r\n":
                        body += part
                    got.append((recipient, message_from_bytes(body, policy=default)))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")
                if word == b"QUIT":
                    return

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Smtp)) as port:
        yield port, got


def given(script: str, settings: dict[str, Any], folder: Path, code: int = 0) -> None:
    """The example with one document on standard input, as Tieout calls it."""
    path = folder / "addresses.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run([sys.executable, ROOT / "docs" / "attention" / f"{script}.py", path], input=json.dumps(DOCUMENT), text=True, capture_output=True, check=False, cwd=folder)
    assert done.returncode == code, done.stderr


def held_against(said: dict[str, str]) -> None:
    """Each hears of his own: the operator of the night, treasury of its feed, accounting of what blocks, tax nothing, for nothing of its blocks."""
    assert set(said) == {"operator", "treasury", "accounting"}
    assert "No night on 2026-10-05, 2026-10-06" in said["operator"] and "bank since 2026-10-05" in said["operator"] and "no answer" in said["operator"]
    assert "feed bank is missing" in said["treasury"] and "88.85 EUR" in said["treasury"] and "POSTED_TWICE" not in said["treasury"]
    assert "2 x POSTED_TWICE blocks, 303.08 USD" in said["accounting"] and "bank" not in said["accounting"]
    assert all("reports/latest/status.html" in text for text in said.values())


def test_mail(tmp_path: Path) -> None:
    with mailbox() as (port, got):
        owners = {"*": "operator@example.org", "treasury": "treasury@example.org", "accounting": "accounting@example.org"}
        given("mail", {"smtp": {"host": "127.0.0.1", "port": port, "from": "tieout@example.org"}, "owners": owners}, tmp_path)
    held_against({recipient.partition("@")[0]: message.get_content() for recipient, message in got})
    assert {message["Subject"] for _, message in got} == {"Tieout: Skerry <!channel> & Sons (test), 2026-10-07"} and len(got) == 3


def test_slack(tmp_path: Path) -> None:
    with hooks() as (port, got):
        base = f"http://127.0.0.1:{port}/"
        given("slack", {"owners": {"*": f"{base}operator", "treasury": f"{base}treasury", "accounting": f"{base}accounting"}}, tmp_path)
    held_against({path[1:]: body["text"] for path, body in got})
    assert all(set(body) == {"text", "mrkdwn"} and "<" not in body["text"] and "&lt;!channel&gt; &amp; Sons" in body["text"] for _, body in got), "nobody is called by a name"


def test_teams(tmp_path: Path) -> None:
    with hooks(202) as (port, got):
        base = f"http://127.0.0.1:{port}/"
        given("teams", {"owners": {"*": f"{base}operator", "treasury": f"{base}treasury", "accounting": f"{base}accounting"}}, tmp_path)
    cards = {path[1:]: body["attachments"][0] for path, body in got}
    assert {(card["contentType"], card["content"]["type"]) for card in cards.values()} == {("application/vnd.microsoft.card.adaptive", "AdaptiveCard")}
    held_against({who: "\n".join(run["text"] for block in card["content"]["body"] for run in block["inlines"]) for who, card in cards.items()})


def test_who_has_no_address_is_told_by_the_operator_and_a_message_that_fails_is_an_exit_code(tmp_path: Path) -> None:
    with hooks() as (port, got):
        given("slack", {"owners": {"*": f"http://127.0.0.1:{port}/all"}}, tmp_path)
        assert len(got) == 1 and all(word in got[0][1]["text"] for word in ("No night on", "For treasury:", "For accounting:"))
    with hooks(500) as (port, got):
        given("teams", {"owners": {"*": f"http://127.0.0.1:{port}/a", "treasury": f"http://127.0.0.1:{port}/b"}}, tmp_path, code=1)
        assert [path for path, _ in got] == ["/a", "/b"], "the others are told all the same"


def test_a_night_tells_each_owner_of_his_own(opened_shop: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(opened_shop, tmp_path / "books"))
    with hooks() as (port, got):
        (tmp_path / "addresses.json").write_text(json.dumps({"owners": {"*": f"http://127.0.0.1:{port}/all", "treasury": f"http://127.0.0.1:{port}/treasury"}}), encoding="utf-8")
        path = home / "tieout.toml"
        command = json.dumps([sys.executable, str(ROOT / "docs" / "attention" / "slack.py"), str(tmp_path / "addresses.json")])
        text = path.read_text(encoding="utf-8").replace('name = "bank"', 'name = "bank"\nowner = "treasury"\nexpected = "daily"')
        path.write_text(f"{text}\n[attention]\ncommand = {command}\n", encoding="utf-8")
        tieout("run", "--home", home, "--as-of", "2026-10-01")
        got.clear()
        tieout("run", "--home", home, "--as-of", "2026-10-05", env={"TIEOUT_NOW": "2026-10-05T04:00:00"})
        said = {path: body["text"] for path, body in got}
        assert len(got) == len(said) and "For treasury:\n- feed bank is missing" in said["/treasury"]
        assert all("feed bank" not in text for path, text in said.items() if path != "/treasury")
        got.clear()
        tieout("run", "--home", home, "--as-of", "2026-10-06", env={"TIEOUT_NOW": "2026-10-06T04:00:00"})
        assert got == [], "it is told once"
