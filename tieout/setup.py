"""Making and governing a set of books: init, settings check, mapping proposals and approvals."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from ledger import mappings
from ledger.errors import ApprovalError, NotFoundError, SettingsError
from ledger.store import Store, create, open_store
from rules import _rules

from . import __version__, judging, night, settings

STARTER = """environment = "test"                 # test | staging | production; stamped into the ledger
name = "My books"

[approval]
people = 1                           # one person may approve; allowed in the environment test only

# One [[feed]] per folder of inbox/. Exactly one of: store, account, bank_account, entity.
# [[feed]]
# name = "shop-orders"
# store = "shop"
# time_zone = "Europe/Paris"
# expected = "daily"                 # daily | weekly | monthly | never
"""


def sample_folder() -> Path:
    """The sample month, beside the packages of a checkout."""
    return Path(__file__).resolve().parent.parent / "sample_data" / "books"


def init(home: Path, sample: bool) -> list[str]:
    """Make what is missing; return what a newcomer does next."""
    home.mkdir(parents=True, exist_ok=True)
    if sample:
        if not sample_folder().is_dir():
            raise NotFoundError("the sample month is not part of this installation", hint="It lies in sample_data/ of the source checkout.")
        shutil.copytree(sample_folder(), home, dirs_exist_ok=True)
    if not (home / "tieout.toml").exists():
        (home / "tieout.toml").write_text(STARTER, encoding="utf-8")
    folder = home / "mappings"
    folder.mkdir(exist_ok=True)
    for name, columns in mappings.COLUMNS.items():
        if not (folder / f"{name}.csv").exists():
            (folder / f"{name}.csv").write_text(",".join((*columns, *mappings.VALIDITY)) + "\n", encoding="utf-8")
    config = settings.load(home)
    create(home, config.sealed(), night.clock())
    for feed in config.feed:
        (home / "inbox" / feed.name).mkdir(parents=True, exist_ok=True)
    with open_store(home) as store:
        _seed_parameters(store)
    return [
        f"Books {config.name} ({config.environment}) in {home}",
        "Next: fill mappings/*.csv and the [[feed]]s of tieout.toml, then",
        "  tieout mapping propose && tieout mapping approve --all",
        "  put files into inbox/<feed>/, then: tieout run",
    ]


def _seed_parameters(store: Store) -> None:
    """The parameters that the rules declare are an approved version like any other."""
    store.begin(None, night.clock(), code=__version__)
    rows = {
        (rule.id, name): {"rule": rule.id, "name": name, "value": p.default, "meaning": p.meaning}
        for rule in _rules.load()
        for name, p in rule.header.parameters.items()
    }
    known = {(r[0], r[1]) for r in store.con.table("ledger.main.rule_parameter_default").project("rule, name").fetchall()}
    fresh = [row for key, row in sorted(rows.items()) if key not in known]
    if fresh:
        store.commit(
            "approval",
            f"parameters:{len(known)}:{__version__}",
            [store.rows("rule_parameter_default", fresh)],
            source={"file": "rule_parameter", "actor": "tieout"},
        )


def check_config(home: Path) -> None:
    """Read settings, secrets' places and every mapping file."""
    config = settings.load(home)
    for path in sorted((home / "mappings").glob("*.csv")):
        if path.stem in mappings.COLUMNS:
            mappings.read_file(path)
    for remote in config.remote:
        settings.secret_path(home, remote.key_file)
    sealed = _sealed(home)
    if sealed and sealed != config.sealed():
        raise SettingsError(
            "environment, name, people or approval differ from what the ledger has sealed",
            where="tieout.toml",
            hint="Books keep their environment and people; change them by a new set of books.",
        )


def _sealed(home: Path) -> dict[str, object] | None:
    from ledger.store import read_manifests

    if not (home / "ledger" / "manifests" / "00000000.json").exists():
        return None
    return dict(next(read_manifests(home))[0]["source"])


def _actor(config: settings.Settings, actor: str) -> str:
    """Outside test, people act under signatures, which these books do not take yet: nothing unsigned is let through."""
    if config.environment != "test":
        raise ApprovalError(
            "outside the environment test every proposal and approval needs a signature, and this version takes none",
            where=actor,
            hint="Keep these books in the environment test, or wait for signed approvals.",
        )
    return actor


def propose(home: Path, actor: str, reason: str) -> list[mappings.Proposal]:
    """Propose every changed mapping file; all open proposals."""
    config = settings.load(home)
    with open_store(home) as store:
        store.begin(None, night.clock(), code=__version__)
        return mappings.propose(store, home / "mappings", _actor(config, actor), reason)


def decide(home: Path, proposal_id: str | None, action: str, actor: str, reason: str) -> list[mappings.Proposal]:
    """Approve or decline one open proposal, or all of them."""
    config = settings.load(home)
    with open_store(home) as store:
        store.begin(None, night.clock(), code=__version__)
        chosen = [proposal_id] if proposal_id else [p.proposal_id for p in mappings.open_proposals(store)]
        return [mappings.decide(store, one, action, _actor(config, actor), people=config.approval.people, reason=reason) for one in chosen]


def republish(home: Path, as_of: date | None = None) -> None:
    """Judge again without landing anything, and publish."""
    config = settings.load(home)
    with open_store(home) as store:
        rejudge(store, config, as_of)


def rejudge(store: Store, config: settings.Settings, as_of: date | None = None) -> None:
    """The derived tables as of the last run's business date, and a new auditors' copy."""
    last = store.con.table("ledger.main.run").max("as_of").fetchall()[0][0]
    day = as_of or last or night.business_date(config)
    if not store.run_id:
        store.begin(f"{day:%Y%m%d}-{store.head().size:06d}", night.clock(), code=__version__, mapping=judging.mapping_version(store))
    night.prepare(store, config)
    judging.judge(store, day, config.environment, "", lambda _: None)
    night.publish(store, config)
