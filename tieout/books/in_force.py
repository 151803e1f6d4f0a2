"""What holds in the books: the seal, the words that mapping files may name, and what of mappings/ nobody has approved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from importers import _registry
from ledger import mappings
from ledger.errors import MappingFileError, NotBooksError, PlaceError
from ledger.log import SETTINGS, read_manifests, seal_of
from ledger.mapping_files import Known
from ledger.store import Store
from rules import _rules


def sealed_of(home: Path) -> dict[str, Any]:
    """The seal in force, from the manifests."""
    seal: dict[str, Any] = {}
    for body, _ in read_manifests(home):
        seal = seal_of(body) or seal
    if not seal:
        raise NotBooksError("there is no ledger here", where=home.name)
    return seal


def known_words() -> Known:
    """The words of the importers and rules that mapping files may name."""
    processors = {str(word) for one in _registry.importers() for word in (one.processor, one.source) if word and word != "*"}
    parameters = {rule.id: frozenset(rule.header.parameters) for rule in _rules.load() if rule.header.parameters}
    return Known(frozenset(processors), parameters)


def not_in_force(store: Store) -> list[tuple[str, str]]:
    """Mapping files that say something else than what is in force: each file, or the place in it that cannot be read, and a sentence with what brings it there. Nobody notices a row that was written and never proposed."""
    folder, waiting = store.home / "mappings", {p.file: p.proposed_by for p in mappings.waiting(store) if p.file != SETTINGS}
    told = [(file, f"mappings/{file}.csv: it is not there; what was approved before is in force") for file in missing(store)]
    try:
        changed = [change.file for change in mappings.changes(store, folder, known=known_words())]
    except (MappingFileError, PlaceError) as error:
        changed = []
        told.append((error.where or error.message.partition(": ")[0], f"mappings/ cannot be read, what was approved before is in force: {error}"))
    told += [(file, f"mappings/{file}.csv: changed, and not proposed as it is; what was approved before is in force (`tieout mapping propose`)") for file in changed]
    return told + [(file, f"mappings/{file}.csv: a proposal of {by} waits, and is not in force (`tieout mapping list`)") for file, by in waiting.items() if file not in changed]


def missing(store: Store) -> list[str]:
    """Mapping files that are in force and are not in the folder."""
    return [file for file in sorted(mappings.in_force(store)) if not (store.home / "mappings" / f"{file}.csv").exists()]
