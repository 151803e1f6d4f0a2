"""Odoo's labels in other languages: the table agrees with the importers, and an export in any of its languages lands what the English one does."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest
from test_importers import CASES, expectation, stage

from importers import _registry
from importers._columns import normal
from importers._odoo import OdooImporter
from importers._odoo_words import LANGUAGES, labels

IMPORTERS = {importer.model: importer for importer in _registry.importers() if isinstance(importer, OdooImporter)}
FOLDERS = {importer.module_name(): model for model, importer in IMPORTERS.items()}
NO_LABEL = {("nl", "account.move")}  # `Total` and `Total Signed` are both Totaal


@cache
def outcome(path: Path) -> dict[str, object]:
    """What a case is expected to give."""
    found: dict[str, object] = json.loads(expectation(path).read_text(encoding="utf-8"))
    return found


def english_cases() -> list[Path]:
    """Of each importer the widest case that lands and has English labels, none of them twice."""
    found: dict[str, tuple[int, Path]] = {}
    for path in CASES:
        model = FOLDERS.get(path.parent.name)
        if model and path.suffix == ".csv" and "tables" in outcome(path):
            cells = next(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            if labels()[model]["en"].known(cells) > len(cells) // 2 and len({normal(cell) for cell in cells}) == len(cells):
                found[model] = max(found.get(model, (0, path)), (len(cells), path))
    return [path for _, path in found.values()]


def translate(path: Path, model: str, language: str) -> list[list[str]]:
    """The records of a case as a user of that language would export them; a label that the language lacks stays English."""
    rows = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    known, english = labels()[model][language], labels()[model]["en"]
    header = [english.english(cell) for cell in rows[0]]
    columns = [{word: text for text, word in known.words.get(normal(cell), {}).items()} for cell in header]
    return [
        [known.written.get(cell, cell) for cell in header],
        *([words.get(cell, cell) for words, cell in zip(columns, row, strict=True)] for row in rows[1:]),
    ]


OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize(("place", "path"), list(enumerate(english_cases())), ids=lambda p: p.parent.name if isinstance(p, Path) else "")
def test_an_export_in_another_language_lands_what_the_english_one_does(place: int, path: Path, tmp_path: Path) -> None:
    """The languages take turns: the table's own tests below look at all of them."""
    model = FOLDERS[path.parent.name]
    language = OTHERS[place % len(OTHERS)] if ("nl", model) not in NO_LABEL else "de"
    there = tmp_path / "export.csv"
    with there.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(translate(path, model, language))
    expected = dict(outcome(path))
    given = expected.pop("context", {})
    assert isinstance(given, dict)
    assert stage(there, given) == expected


def test_every_model_has_its_labels() -> None:
    assert set(labels()) == set(IMPORTERS)
    assert all(len(importer.claims) == len(set(importer.claims)) for importer in IMPORTERS.values())


@pytest.mark.parametrize("model", sorted(IMPORTERS))
def test_every_claim_has_a_label_in_every_language(model: str) -> None:
    importer = IMPORTERS[model]
    english = {normal(label) for label in labels()[model]["en"].headers.values()}
    claimed = [{normal(name) for name in claim.split("|")} & english for claim in importer.claims]
    assert all(claimed)
    for language, known in labels()[model].items():
        there = {normal(label) for label in known.headers.values()}
        if (language, model) not in NO_LABEL:
            assert all(claim & there for claim in claimed), language


@pytest.mark.parametrize("model", sorted(IMPORTERS))
def test_the_importer_knows_every_english_label_and_word(model: str) -> None:
    declared = IMPORTERS[model].declared().values()
    of_claims = {normal(name) for claim in IMPORTERS[model].claims for name in claim.split("|")}
    columns = {normal(header): column for column in declared for header in column.headers}
    english = labels()[model]["en"]
    assert {normal(label) for label in english.headers.values()} <= columns.keys() | of_claims
    for header, words in english.words.items():
        closed = [column for column in declared if column.codes and header in {normal(h) for h in column.headers}]
        assert all(word in dict(column.codes) for column in closed for word in words), header
