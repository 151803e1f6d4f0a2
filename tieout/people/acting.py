"""An act of a person: who, in which role, under which signature. What is refused is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger import signing
from ledger.errors import EditedError, NotAllowedError, ReplayError, RoleError, SignatureError, StaleError, UnknownPersonError, UnsignedError
from ledger.mappings import mapping_sha256
from ledger.segments import Segment
from ledger.signing import Item
from ledger.store import Store
from tieout import __version__
from tieout.books.opening import open_books, refused
from tieout.books.settings import Settings, clock

from .person import By


@contextmanager
def acting(home: Path, by: By, act: str, *, agreed: bool = True, sent: bool = True) -> Iterator[Act]:
    """Open books in which this person does this; NotAllowedError, and a record of it, where that may not be."""
    with open_books(home, agreed=agreed, sent=sent) as (store, config):
        store.begin(None, store.moment(clock()), code=__version__, mapping=mapping_sha256(store))
        one = Act(store, config, by, act)
        try:
            one.admit()
            yield one
        except NotAllowedError as error:
            refused(store, act=act, actor=one.actor, error=type(error).__name__, subject=one.subject, document=one.document_sha256 or "")
            raise


class Act:
    """One act. `ready` says whether it may have its effect, `commit` writes the one manifest that is its effect."""

    def __init__(self, store: Store, config: Settings, by: By, act: str):
        self.store, self.config, self.by, self.act = store, config, by, act
        # what holds is the seal; tieout.toml is only trusted where it agrees
        self.seal = store.sealed()
        self.persons: list[dict[str, Any]] = list(self.seal.get("persons", []))
        self.people, self.environment = int(self.seal["people"]), str(self.seal["environment"])
        self.actor, self.subject = by.login, ""
        self.document_sha256: str | None = None
        self.role: str | None = None
        self._body: dict[str, Any] | None = None
        self._data = self._signature = b""

    def admit(self) -> None:
        """Whatever can be said before the books are asked: the person, the role, and a signed document's own soundness."""
        if self.by.signature and self.by.document:
            self._data, self._signature = self.by.document.read_bytes(), self.by.signature.read_bytes()
            self._body = signing.read(self._data)
            self.document_sha256 = sha256(self._data).hexdigest()
            if self.by.name and self.by.name != self._body["actor"]:
                raise UnknownPersonError("the document names another person", where=self.by.document.name)
            self.actor = str(self._body["actor"])
        self._person()
        if self._body is not None:
            self._sound(self._body)
        elif self.environment != "test" and not (self.by.key or self.by.document):
            raise UnsignedError(f"in the environment {self.environment} this needs a signature", where=self.act)

    def _person(self) -> None:
        person = next((p for p in self.persons if p["name"] == self.actor), None)
        if person is None:
            if self.environment != "test":
                raise UnknownPersonError("nobody of this name is listed in the books", where="--as")
            return
        self.role = str(person["role"])
        if self.role not in signing.ACTS[self.act]:
            raise RoleError(f"the role {self.role} may not {self.act}", where=self.actor)

    def _sound(self, body: Mapping[str, Any]) -> None:
        signing.check(self._data, self._signature, self.act, self.actor, self.persons)
        if body["act"] != self.act:
            raise SignatureError(f"the document was written for another act than {self.act}")
        if self.store.used(self.document_sha256 or ""):
            raise ReplayError("this signed document was used before")
        signing.current(body, self.store.at)

    def identity(self) -> dict[str, str]:
        """Which books the document is for: name, environment, and the hash of the first manifest."""
        return {"books": str(self.seal["name"]), "environment": self.environment, "ledger": self.store.genesis()}

    def ready(self, items: Sequence[Item]) -> bool:
        """True if this may take effect now; False if the document was written, for signing elsewhere."""
        self.subject = ", ".join(item.subject for item in items)[:400]
        if self._body is not None:
            self._agrees(self._body, items)
            return True
        data = signing.document(self.act, self.identity(), self.actor, items, at=self.store.at, nonce=secrets.token_hex(16))
        if self.by.key:
            self._data, self._signature = data, signing.sign(data, self.act, self.by.key)
            self.document_sha256 = sha256(data).hexdigest()
            signing.check(data, self._signature, self.act, self.actor, self.persons)
        elif self.by.document:
            self.by.document.write_bytes(data)
            return False
        return True

    def _agrees(self, body: Mapping[str, Any], items: Sequence[Item]) -> None:
        if {name: body[name] for name in ("books", "environment", "ledger")} != self.identity():
            raise EditedError("the document was written for other books")
        wanted = [item.as_json() for item in items]
        if [one.get("subject") for one in body["items"]] != [one["subject"] for one in wanted]:
            raise EditedError("the document is about other things than this command")
        for one, other in zip(body["items"], wanted, strict=True):
            if one.get("base") != other["base"]:
                raise StaleError("what this was signed against is no longer in force", where=other["subject"])
            if one != other:
                raise EditedError("the document says something else than this command and the books", where=other["subject"])

    def commit(self, kind: str, key: str, segments: Sequence[Segment | None] = (), source: Mapping[str, Any] | None = None) -> None:
        """The act's one manifest, which names the signed document and what verifies it."""
        told: dict[str, Any] = {"act": self.act, "actor": self.actor, **(source or {})}
        if self._signature:
            allowed = signing.signers(self.persons)
            document, signature, signers = (sha256(data).hexdigest() for data in (self._data, self._signature, allowed))
            self.store.kept.act({f"{document}.json": self._data, f"{document}.json.sig": self._signature, f"{signers}.allowed_signers": allowed})
            told["signed"] = {"document": document, "signature": signature, "signers": signers}
        self.store.commit(kind, key, segments, source=told)

    def how_to_sign(self) -> str:
        """What the person does with the document that was written."""
        path = self.by.document
        return (
            f"{path}: sign it with `ssh-keygen -Y sign -n {signing.NAMESPACE}{self.act} -f KEY {path}`, "
            f"then give the same command --document {path} --signature {path}.sig"
        )
