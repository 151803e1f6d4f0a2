"""[attention] by mail: each owner gets his own, the operator what concerns the night. mail.py ADDRESSES.json"""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from _letters import main


def send(settings: Mapping[str, Any], address: str, subject: str, lines: Sequence[str]) -> None:
    """One mail by the server of `smtp`: host, port, from; starttls, user and password_file where it asks for them."""
    smtp = settings["smtp"]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = smtp["from"], address, " ".join(f"Tieout: {subject}".split())
    mail.set_content("\n".join(lines) + "\n")
    with smtplib.SMTP(smtp["host"], smtp.get("port", 25), timeout=15) as server:
        if smtp.get("starttls"):
            server.starttls()
        if "user" in smtp:
            server.login(smtp["user"], Path(smtp["password_file"]).read_text(encoding="utf-8").strip())
        server.send_message(mail)


if __name__ == "__main__":
    sys.exit(main(send))
