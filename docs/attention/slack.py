"""[attention] to Slack: each owner has a channel of his own, by the address of its incoming webhook. slack.py ADDRESSES.json"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import Request, urlopen

from _letters import main


def send(settings: Mapping[str, Any], address: str, subject: str, lines: Sequence[str]) -> None:
    """One message; what looks like Slack's own marks is said, not done."""
    said = "\n".join([subject, *lines]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    with urlopen(Request(address, json.dumps({"text": said, "mrkdwn": False}).encode(), {"Content-Type": "application/json"}), timeout=15) as answer:
        answer.read()


if __name__ == "__main__":
    sys.exit(main(send))
