"""Making a set of books, and checking its settings."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from ledger import mappings, places
from ledger.durable import folder as make_folder
from ledger.errors import NotFoundError, SettingsError
from ledger.log import create, manifest_path, read_manifests, untouched
from ledger.mapping_files import VALIDITY, read_folder
from tieout import __version__

from . import configuring, opening, settings
from .in_force import known_words, sealed_of
from .opening import open_books

STARTER = """environment = "test"                 # test | staging | production; stamped into the ledger
name = "My books"

[approval]
people = 1                           # how many people a change needs, who proposes included; 1 is allowed in the environment test only

# Who may act; outside the environment test with an SSH key. docs/people.md says which role may do what.
# [[person]]
# name = "jane"
# role = "accountant"                # operator | accountant | approver | auditor
# key = "ssh-ed25519 AAAA…"

# One [[feed]] per folder of inbox/ says whose data its files are: exactly one of store, account, bank_account, entity, as mappings/ names them.
# [[feed]]
# name = "orders"                    # Shopify's orders and transactions
# store = "shop"                     # a row of stores.csv
# time_zone = "Europe/Paris"         # of times without an offset
# expected = "daily"                 # daily | weekly | monthly | never: how long a missing file goes unnoticed
#
# [[feed]]
# name = "stripe"
# account = "stripe-eur"             # a row of processor_accounts.csv
#
# [[feed]]
# name = "bank"
# bank_account = "bank-eur"          # a row of bank_accounts.csv
#
# [[feed]]
# name = "odoo"
# entity = "shop-ltd"                # a row of entities.csv
# time_zone = "Europe/Paris"         # of the person who exports
"""


def sample_folder() -> Path:
    """The sample month, beside the packages of a checkout."""
    return Path(__file__).resolve().parents[2] / "sample_data" / "books"


def init(home: Path, sample: bool) -> list[str]:
    """Make what is missing; return what a newcomer does next."""
    make_folder(home)
    if sample:
        if not sample_folder().is_dir():
            raise NotFoundError("the sample month is not part of this installation", hint="It lies in sample_data/ of the source checkout.")
        for source in sorted(path for path in sample_folder().rglob("*") if path.is_file()):
            copied = home / source.relative_to(sample_folder())
            make_folder(copied.parent)
            if places.look(copied) is None:
                with source.open("rb") as file, os.fdopen(places.new(copied), "wb") as out:
                    shutil.copyfileobj(file, out)
    starters = {home / "tieout.toml": STARTER}
    for name, columns in mappings.COLUMNS.items():
        starters[home / "mappings" / f"{name}.csv"] = ",".join((*columns, *VALIDITY)) + "\n"
    make_folder(home / "mappings")
    for path, text in starters.items():
        if places.look(path) is None:
            with os.fdopen(places.new(path), "w", encoding="utf-8") as file:
                file.write(text)
    config = settings.load(home)
    create(home, config.sealed(), settings.clock())
    _make_secret(settings.secret_path(home, config.customer_key))
    for feed in config.feed:
        make_folder(places.below(home / "inbox", feed.name))
    with open_books(home) as (store, _):
        store.begin(None, store.moment(settings.clock()), code=__version__)
        configuring.lay_parameters(store)
    return [
        f"Books {config.name} ({config.environment}) in {home}",
        "Next: fill mappings/*.csv and the [[feed]]s of tieout.toml, then",
        "  tieout mapping propose && tieout mapping approve --all",
        "  put files into inbox/<feed>/, then: tieout run",
    ]


def _make_secret(path: Path) -> None:
    """The secret of these books, once; without a copy of it the same person gets other keys in restored books."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")


def check_config(home: Path) -> None:
    """Read settings, secrets' places and every mapping file; the sealed part must be what was approved."""
    config = settings.load(home)
    rows = read_folder(home / "mappings", known=known_words())
    entities = {row["entity"] for row in rows.get("entities", [])}
    for remote in config.remote:
        settings.secret_path(home, remote.key_file)
        if unknown := [name for name in remote.entities if name not in entities]:
            raise SettingsError(f"the remote {remote.name} takes files of {unknown[0]}, which entities.csv does not have", where="tieout.toml", hint="Correct `entities` of that remote; what no remote takes stays in outbox/local/.")
    if manifest_path(home, 0).exists():
        kinds = {body["key"]: body["kind"] for body, _ in read_manifests(home)}
        seal = sealed_of(home)
        if seal != config.sealed() and not untouched(kinds):
            opening.differs(seal, config)
