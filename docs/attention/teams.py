"""[attention] to Teams: each owner has a channel of his own, by the address of its workflow "when a webhook request is received". teams.py ADDRESSES.json"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import Request, urlopen

from _letters import main


def send(settings: Mapping[str, Any], address: str, subject: str, lines: Sequence[str]) -> None:
    """One adaptive card; its runs of text know no marks, so that nothing in a name becomes a link."""
    runs = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line, **weight}]} for line, weight in ((subject, {"weight": "Bolder"}), *((line, {}) for line in lines))]
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": runs}
    body = {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}]}
    with urlopen(Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"}), timeout=15) as answer:
        answer.read()


if __name__ == "__main__":
    sys.exit(main(send))
