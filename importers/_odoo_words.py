"""The labels of Odoo's exports in other languages: `odoo_words.csv` has those of Odoo 19, of columns and of the words in them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

import duckdb
from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ._columns import normal

LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch"}
NARROW = "\u00a0"  # where Odoo labels two columns alike, it sometimes tells them apart by a no-break space


@dataclass
class Labels:
    """One model's labels in one language, and what an English export writes in their place."""

    headers: dict[str, str] = field(default_factory=dict)  # label as compared → English label
    written: dict[str, str] = field(default_factory=dict)  # English label → label; none where it would stand for two columns
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # English label as compared → word in lower case → English word

    def english(self, cell: str) -> str:
        """The header in English; what is no label of the model stays."""
        return self.headers.get(cell) or self.headers.get(normal(cell), cell)

    def known(self, cells: Sequence[str]) -> int:
        """How many of the cells are labels of the model."""
        return sum(plain in self.headers or self.headers.get(cell, cell) != cell for cell, plain in zip(cells, _compared(tuple(cells)), strict=True))


@lru_cache(64)
def _compared(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells as labels are compared; the same header is held against every model and language."""
    return tuple(normal(cell) for cell in cells)


@cache
def labels() -> Mapping[str, Mapping[str, Labels]]:
    """Model → language → its labels."""
    found: dict[str, dict[str, Labels]] = {}
    fields: dict[tuple[str, str], str] = {}
    text = (files("importers") / "odoo_words.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        of_model = found.setdefault(row["model"], {language: Labels() for language in LANGUAGES})
        if not row["value"]:
            fields[row["model"], row["field"]] = normal(row["en"])
        for language in LANGUAGES:
            label, english = row[language], row["en"]
            if label and not row["value"]:
                of_model[language].headers[label if NARROW in label else normal(label)] = english
                of_model[language].written[english] = label
            elif label:
                of_model[language].words.setdefault(fields[row["model"], row["field"]], {})[label.lower()] = english
    return found


def language_of(model: str, cells: Sequence[str]) -> str:
    """The language in which most of the cells are labels of the model; English where none has more."""
    known = labels().get(model, {})
    return max(LANGUAGES, key=lambda language: known[language].known(cells) if language in known else 0)


def spoken(cells: Sequence[str]) -> tuple[str, str, int]:
    """Model, language, and how many of the cells are its labels, where they are most."""
    each = ((model, language, known.known(cells)) for model, languages in labels().items() for language, known in languages.items())
    return max(each, key=lambda found: (found[2], found[1] == "en"))


def in_english(rows: duckdb.DuckDBPyRelation, known: Labels) -> duckdb.DuckDBPyRelation:
    """The rows with the words of their closed vocabularies as an English export writes them; any other text stays."""
    return rows.project(*(_word(column, known.words[column]) if column in known.words else ColumnExpression(column) for column in rows.columns))


def _word(column: str, words: Mapping[str, str]) -> Expression:
    text = FunctionExpression("lower", FunctionExpression("trim", ColumnExpression(column)))
    case: Expression | None = None
    for word, english in words.items():
        test, value = text == ConstantExpression(word), ConstantExpression(english)
        case = CaseExpression(test, value) if case is None else case.when(test, value)
    assert case is not None
    return case.otherwise(ColumnExpression(column)).alias(column)
