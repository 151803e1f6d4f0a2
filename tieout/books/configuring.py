"""What tieout.toml said when: every content of it is in the ledger, with the moment from which it held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import click

from ledger.log import canonical, stamp
from ledger.private import shown
from ledger.sqltext import execute, sql
from ledger.store import Store
from rules import _rules
from tieout import __version__

from . import watching
from .settings import Settings, clock


def record(store: Store, config: Settings) -> None:
    """Commit the settings where they are others than the last ones, and tell what changed. From then on every manifest carries their hash."""
    content = canonical(config.recorded())
    digest = sha256(content).hexdigest()
    if digest == store.named.settings:
        return
    known = execute(store.con, sql("tieout", "last_config")).fetchall()
    changes = differences(json.loads(known[0][0]), json.loads(content)) if known else []
    told = not store.untouched()
    store.begin(None, store.moment(clock()), code=__version__)
    row = {"config_sha256": digest, "at": stamp(store.at), "content": content.decode().strip(), "changes": "; ".join(changes) or None}
    store.commit("config", f"settings:{digest}:{store.head().size}", [store.rows("config_version", [row])], source={"settings": digest})
    if changes and told:
        watching.log(store.home, "config.changed", changes=changes, config=digest)
        click.echo("\n".join(["tieout: tieout.toml says something else than before:", *(shown(f"  {change}") for change in changes)]), err=True)


def differences(before: Any, now: Any) -> list[str]:
    """What differs, a line each: the setting, what it was, what it is."""
    old, new = dict(_leaves("", before)), dict(_leaves("", now))
    return [f"{name}: {old.get(name, 'nothing')} → {new.get(name, 'nothing')}" for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def _leaves(place: str, value: Any) -> list[tuple[str, str]]:
    """Every single setting with its value; a feed or a remote is known by its name, wherever it stands in the file."""
    if isinstance(value, Mapping):
        return [leaf for name, one in value.items() for leaf in _leaves(f"{place}.{name}".lstrip("."), one)]
    if isinstance(value, list) and value and all(isinstance(one, Mapping) and "name" in one for one in value):
        return [leaf for one in value for leaf in _leaves(f"{place}.{one['name']}", {name: inner for name, inner in one.items() if name != "name"})]
    return [] if value in (None, [], {}) else [(place, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]


def lay_parameters(store: Store) -> None:
    """The parameters that the rules declare are an approved version like any other; those of a rule that came with a later version of Tieout are added by the next night."""
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
