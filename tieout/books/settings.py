"""tieout.toml: the environment, the feeds, the remotes and the people of one set of books."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from importers._declared import DeclaredCsv
from ledger import signing
from ledger.errors import NotBooksError, SettingsError
from ledger.mapping_files import time_zone

DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "never": 0}


def clock() -> datetime:
    """Now in UTC, or TIEOUT_NOW for drills and replays of books that are not in production."""
    given = os.environ.get("TIEOUT_NOW")
    try:
        return datetime.fromisoformat(given).replace(tzinfo=UTC) if given else datetime.now(UTC).replace(microsecond=0)
    except ValueError:
        raise SettingsError("not a moment like 2026-10-01T04:00:00", where="TIEOUT_NOW", hint="Unset the variable, or give it a moment in UTC.") from None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


DECISIONS = "decisions"  # the folder of inbox/ in which people lay workbooks; no feed is called so


class Feed(_Strict):
    """A folder of inbox/ and whose data its files are."""

    name: str
    store: str | None = None
    account: str | None = None
    bank_account: str | None = None
    entity: str | None = None
    time_zone: str = "UTC"
    expected: Literal["daily", "weekly", "monthly", "never"] = "never"
    grace_hours: int = 24
    criticality: Literal["financial", "operational", "master"] = "financial"
    owner: str = "finance"
    csv: DeclaredCsv | None = None  # every CSV file of this feed has these columns
    headers: Mapping[str, str] = {}  # the file's own header → the header that an importer knows
    words: Mapping[str, str] = {}  # the file's own word of a closed list, a status or a type → the word that an importer knows
    numbers: Literal["1234.56", "1234,56", "1,234.56", "1.234,56", "1 234,56", "1'234.56"] = "1234.56"  # in exports that follow the locale of their user
    days: str = ""  # the same for dates, e.g. "%d.%m.%Y"; empty is YYYY-MM-DD
    further_accounts: tuple[str, ...] = ()  # of reports in several currencies: accounts at the same processor that the rows in their currency are of

    @model_validator(mode="after")
    def _one_context(self) -> Feed:
        if self.further_accounts and self.account is None:
            raise ValueError("further_accounts are of a feed with an account")
        if sum(value is not None for value in (self.store, self.account, self.bank_account, self.entity)) != 1:
            raise ValueError("a feed needs exactly one of store, account, bank_account, entity")
        return self

    @field_validator("name")
    @classmethod
    def _own_name(cls, name: str) -> str:
        if name == DECISIONS:
            raise ValueError("inbox/decisions/ is where people lay workbooks: give the feed another name")
        return name

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if said := time_zone(zone):
            raise ValueError(said)
        return zone

    @property
    def context(self) -> tuple[str, str]:
        """("store", "us") and so on."""
        return next((kind, value) for kind in ("store", "account", "bank_account", "entity") if (value := getattr(self, kind)) is not None)


class Pull(_Strict):
    """A folder of a remote and the feed that its files belong to."""

    path: str
    feed: str


class RemoteSettings(_Strict):
    """A host that files are pulled from or pushed to."""

    name: str
    host: str
    port: int = 22
    user: str
    key_file: str
    known_hosts: str = "known_hosts"
    pull: tuple[Pull, ...] = ()
    push: str | None = None
    kinds: tuple[Literal["odoo_journal", "finance_summary"], ...] = ()  # of the files that go there; empty: all
    entities: tuple[str, ...] = ()  # whose files go there; empty: of all

    @model_validator(mode="after")
    def _for_push(self) -> RemoteSettings:
        if (self.kinds or self.entities) and not self.push:
            raise ValueError("kinds and entities say what is pushed, and there is no push")
        return self


class Approval(_Strict):
    """How many people a change needs."""

    people: int = Field(default=2, ge=1, le=9)


class Person(_Strict):
    """Somebody who may act in the books. The name goes into files that ssh-keygen reads: letters, digits and . _ @ - only."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")
    role: Literal["operator", "accountant", "approver", "auditor"]
    key: str = ""

    @field_validator("key")
    @classmethod
    def _public(cls, key: str) -> str:
        return " ".join(signing.public_key(key)) if key else ""


class Attention(_Strict):
    """A program that is told when somebody should look."""

    command: tuple[str, ...]


class Reports(_Strict):
    """How long the folders of nights stay in reports/."""

    keep_days: int = Field(ge=31)


class Settings(_Strict):
    """The whole of tieout.toml."""

    environment: Literal["test", "staging", "production"]
    name: str
    feed: tuple[Feed, ...] = ()
    remote: tuple[RemoteSettings, ...] = ()
    approval: Approval = Approval()
    person: tuple[Person, ...] = ()
    attention: Attention | None = None
    reports: Reports | None = None  # without it all of them stay
    customer_key: str = "file:secrets/customer.key"  # the secret under which people's identifiers are hashed

    @model_validator(mode="after")
    def _sound(self) -> Settings:
        names = [feed.name for feed in self.feed]
        if len(set(names)) != len(names):
            raise ValueError("two feeds have the same name")
        if self.approval.people < 2 and self.environment != "test":
            raise ValueError("approval by one person is allowed in the environment test only")
        if len({p.name for p in self.person}) != len(self.person):
            raise ValueError("two people have the same name")
        keys = [p.key for p in self.person if p.key]
        if len(set(keys)) != len(keys):
            raise ValueError("two people have the same key")
        if self.environment != "test":
            self._enough_people()
        if bad := [p.feed for r in self.remote for p in r.pull if p.feed not in names]:
            raise ValueError(f"a remote pulls into the unknown feed {bad[0]}")
        return self

    def _enough_people(self) -> None:
        """Outside test a change must be possible: one proposes, as many others as the approval count says approve."""
        if bare := [p.name for p in self.person if not p.key and p.role != "auditor"]:
            raise ValueError(f"outside the environment test {bare[0]} needs a key")
        acting = [p for p in self.person if p.role != "auditor"]
        approvers = [p for p in acting if p.role == "approver"]
        if len(acting) < self.approval.people or len(approvers) < self.approval.people - 1:
            raise ValueError("outside the environment test the books need somebody who proposes and others with the role approver, as many as [approval] people says")

    def sealed(self) -> dict[str, object]:
        """What the first manifest seals."""
        return {"environment": self.environment, "name": self.name, "people": self.approval.people, "persons": [p.model_dump() for p in self.person]}


    def recorded(self) -> dict[str, Any]:
        """What the ledger keeps of the settings beside the seal. Secrets are references here already, but a program's arguments may hold one: their hash is enough to see a change."""
        kept: dict[str, Any] = self.model_dump(mode="json", exclude={"environment", "name", "approval", "person", "attention", *(() if self.reports else ("reports",))})
        if self.attention and self.attention.command:
            program, *words = self.attention.command
            kept["attention"] = {"program": program, "arguments_sha256": sha256("\0".join(words).encode()).hexdigest()}
        return kept


def load(home: Path) -> Settings:
    """Read tieout.toml; SettingsError names the key, NotBooksError says that there is none."""
    path = home / "tieout.toml"
    if not path.exists():
        raise NotBooksError("there is no tieout.toml here", where=home.name or str(home))
    if "?" in str(home.resolve()):
        raise SettingsError("the path of the books has a question mark, where names end for the ledger's engine", where=home.name, hint="Move the books to a folder without one.")
    try:
        settings = Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", where="tieout.toml") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{place + ': ' if place else ''}{first['msg']}", where="tieout.toml") from None
    # what the ledger learnt when, and until when a signature is good, would else be the word of whoever starts the command
    if settings.environment == "production" and os.environ.get("TIEOUT_NOW"):
        raise SettingsError("production books take the system's clock", where="TIEOUT_NOW", hint="Unset the variable.")
    return settings


def secret_path(home: Path, reference: str) -> Path:
    """`file:PATH` or `env:NAME` (whose value is a path) → the path."""
    kind, _, value = reference.partition(":")
    if kind == "env" and value in os.environ:
        return Path(os.environ[value])
    if kind == "file":
        return home / value
    raise SettingsError("a secret is given as file:PATH or env:NAME, and the variable must be set", where="tieout.toml")


def customer_secret(home: Path) -> bytes:
    """The secret under which people's identifiers are hashed; empty where there is none."""
    path = secret_path(home, load(home).customer_key)
    return path.read_bytes().strip() if path.is_file() else b""
