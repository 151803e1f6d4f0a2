"""Signatures of people: the document that is signed, the people who may sign it, and ssh-keygen that makes and checks it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from .errors import ExpiredError, NamespaceError, SignatureError, SigningToolError, UnknownPersonError
from .log import canonical

NAMESPACE = "tieout-"
LIFETIME = timedelta(days=7)
SKEW = timedelta(minutes=5)
DESK, BOOKS, FOUR_EYES = ("operator", "accountant", "approver"), ("accountant", "approver"), ("approver",)
# Which role may do which act; an auditor does none.
ACTS: dict[str, tuple[str, ...]] = {
    "propose": DESK,
    "assign": DESK,
    "replay": DESK,
    "discard": DESK,
    "resolve": BOOKS,
    "reopen": BOOKS,
    "confirm": BOOKS,
    "undo": BOOKS,
    "apply": BOOKS,
    "export": BOOKS,
    "close_period": BOOKS,
    "reverse": BOOKS,
    "reopen_period": FOUR_EYES,
    "approve_opening": BOOKS,
    "approve": FOUR_EYES,
    "decline": FOUR_EYES,
}
KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) ([A-Za-z0-9+/]+={0,2})( .*)?")
FIELDS = {"v", "act", "books", "environment", "ledger", "actor", "items", "issued", "expires", "nonce"}


@dataclass(frozen=True)
class Item:
    """One thing that an act is about: its key, the hash of what it stands on, and what is decided."""

    subject: str
    base: str
    content: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As it stands in the signed document."""
        return {"subject": self.subject, "base": self.base, "content": dict(self.content)}


def public_key(text: str) -> tuple[str, str]:
    """Type and base64 body of an SSH public key; ValueError where the text is none."""
    found = KEY.fullmatch(text.strip())
    if not found:
        raise ValueError("not an SSH public key of a kind that signs (ed25519, ecdsa, rsa, or one of a security key)")
    try:
        kind = _texts(base64.b64decode(found[2], validate=True), 1)[0]
    except (ValueError, IndexError):
        raise ValueError("the body of the SSH public key is damaged") from None
    if kind.decode("ascii", "replace") != found[1]:
        raise ValueError("the body of the SSH public key is of another kind than it says")
    return found[1], found[2]


def _texts(blob: bytes, count: int) -> list[bytes]:
    """The first length-prefixed strings of an SSH structure."""
    found, at = [], 0
    for _ in range(count):
        size = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + size > len(blob):
            raise ValueError("cut off")
        found.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def signers(persons: Sequence[Mapping[str, Any]]) -> bytes:
    """The allowed_signers file of sealed people: each key with the namespaces of its role."""
    lines = []
    for person in sorted(persons, key=lambda p: str(p["name"])):
        acts = [NAMESPACE + act for act, roles in sorted(ACTS.items()) if person["role"] in roles]
        if person["key"] and acts:
            lines.append(f'{person["name"]} namespaces="{",".join(acts)}" {" ".join(public_key(person["key"]))}\n')
    return "".join(lines).encode()


def opened(signature: bytes) -> tuple[str, str]:
    """Public key (base64) and namespace that a signature file carries; SignatureError where it is none."""
    body = b"".join(line for line in signature.splitlines() if not line.startswith(b"-----"))
    try:
        blob = base64.b64decode(body, validate=True)
        if not signature.startswith(b"-----BEGIN SSH SIGNATURE-----") or blob[:6] != b"SSHSIG":
            raise ValueError("another kind of file")
        key, namespace = _texts(blob[10:], 2)
    except (ValueError, binascii.Error):
        raise SignatureError("the file is no SSH signature") from None
    return base64.b64encode(key).decode(), namespace.decode("utf-8", "replace")


def fingerprint(key: str) -> str:
    """SHA256:… of a public key's body, as ssh-keygen -l prints it."""
    return "SHA256:" + base64.b64encode(sha256(base64.b64decode(key)).digest()).decode().rstrip("=")


def document(act: str, identity: Mapping[str, str], actor: str, items: Sequence[Item], *, at: datetime, nonce: str) -> bytes:
    """What a person signs: who does what to which things of which books, and until when that is good."""
    issued = at.replace(tzinfo=None, microsecond=0)
    return canonical(
        {
            "v": 1,
            "act": act,
            **identity,
            "actor": actor,
            "items": [item.as_json() for item in items],
            "issued": f"{issued.isoformat()}Z",
            "expires": f"{(issued + LIFETIME).isoformat()}Z",
            "nonce": nonce,
        }
    )


def read(data: bytes) -> dict[str, Any]:
    """A signed document; SignatureError where it is not in the form that was written."""
    try:
        body = json.loads(data)
    except ValueError:
        raise SignatureError("the document is no JSON") from None
    if not isinstance(body, dict) or set(body) != FIELDS or canonical(body) != data or not isinstance(body["items"], list):
        raise SignatureError("the document is not in the form in which it was written")
    return body


def current(body: Mapping[str, Any], now: datetime) -> None:
    """ExpiredError unless the document is valid at this moment."""
    try:
        issued, expires = (datetime.fromisoformat(str(body[name]).removesuffix("Z")) for name in ("issued", "expires"))
    except ValueError:
        raise SignatureError("the document's times cannot be read") from None
    moment = now.replace(tzinfo=None)
    if expires <= moment:
        raise ExpiredError(f"the signed document expired at {body['expires']}")
    if issued > moment + SKEW or expires - issued > LIFETIME:
        raise ExpiredError("the signed document is dated in the future or is meant to last longer than a week")


def sign(data: bytes, act: str, key: Path) -> bytes:
    """Let ssh-keygen sign with a private key file, or with the agent's key of a .pub file."""
    done = _run(["-Y", "sign", "-n", NAMESPACE + act, "-f", str(key)], data)
    if done.returncode != 0 or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise SigningToolError("ssh-keygen cannot sign with this key", where="--key")
    return done.stdout


def check(data: bytes, signature: bytes, act: str, actor: str, persons: Sequence[Mapping[str, Any]]) -> str:
    """Fingerprint of the key that signed; the error says whether person, act or document is wrong."""
    key, namespace = opened(signature)
    listed = {public_key(p["key"])[1]: p["name"] for p in persons if p["key"]}
    if key not in listed:
        raise UnknownPersonError("the key that signed is none of the books' people")
    if listed[key] != actor:
        raise UnknownPersonError("the key that signed belongs to another person than the document names")
    if namespace != NAMESPACE + act:
        raise NamespaceError(f"the signature was made for another act than {act}")
    if not good(data, signature, act, actor, signers(persons)):
        raise SignatureError("the signature is not of this document")
    return fingerprint(key)


def good(data: bytes, signature: bytes, act: str, actor: str, allowed: bytes) -> bool:
    """Whether ssh-keygen accepts the signature under these allowed signers."""
    with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
        (Path(folder) / "allowed_signers").write_bytes(allowed)
        (Path(folder) / "signature").write_bytes(signature)
        words = ["-Y", "verify", "-f", f"{folder}/allowed_signers", "-I", actor, "-n", NAMESPACE + act, "-s", f"{folder}/signature"]
        return _run(words, data).returncode == 0


def _run(words: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["ssh-keygen", *words], input=data, capture_output=True, timeout=300, check=False)
    except FileNotFoundError:
        raise SigningToolError("ssh-keygen is not installed") from None
    except subprocess.TimeoutExpired:
        raise SigningToolError("ssh-keygen did not come back within five minutes") from None
