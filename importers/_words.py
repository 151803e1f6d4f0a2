"""Words by which a file says that a row counts or is of no account: each is on a list, and what is on none is never taken for either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.compute as pc
from duckdb import CaseExpression, CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.errors import FileRefusedError
from ledger.private import CARD, quoted
from ledger.rows import layout

from ._columns import MONEY, Column
from ._probe import Probe
from ._staging import BETWEEN, MARK, WORD
from ._steps import Steps

if TYPE_CHECKING:
    from ._kit import Lands, Parsed, Staged

SAID = "said "  # before a column's name: the word as the file writes it
LEFT, UNKNOWN = "left out by", "unknown in"
AMOUNTS = ("net_stated", "amount", "gross", "total")
UNCHANGED = "unchanged"  # what the file's own arithmetic says of a row whose word is on no list


@dataclass(frozen=True)
class Words:
    """A column whose word decides whether its row counts.

    `out` says of each word, in lower case, why such a row is of no account; a `*` in it stands for anything. `count` are the words under which a
    row counts; without it every other word counts, where such a row lands under its own word. What is on neither list refuses the file.
    """

    column: str
    out: Mapping[str, str]
    count: tuple[str, ...] = ()
    closed: bool = True  # a word on no list refuses the file
    amount: tuple[str, ...] = ()  # columns of the money of a row that is left out, the first filled one; without it the table's own

    def targets(self) -> dict[str, str]:
        """One word for each thing that a word can mean here, and what that is to the books."""
        same: dict[str, str] = {}
        for word, why in self.out.items():
            if "*" not in word:
                same.setdefault(why, word)
        return {**dict.fromkeys(self.count[:1], "its rows count"), **{word: f"left out: {why}" for why, word in same.items()}}

    def leaves_out(self) -> Expression:
        """True where the word is on the list of those that are of no account."""
        return _listed(self.column, tuple(self.out))

    def counts(self) -> Expression:
        """True where the word is on the other list, or there is no word."""
        return ColumnExpression(self.column).isnull() | (_listed(self.column, self.count) if self.closed else ConstantExpression(True))


@dataclass(frozen=True)
class LeftOut:
    """Rows of one file that one word left out, in one currency."""

    column: str
    word: str
    currency: str
    lines: int
    amount: Decimal

    def as_row(self) -> dict[str, Any]:
        """As the table `file_left_out` has it, but for file and run."""
        return {"column_name": self.column, "word": self.word, "currency": self.currency, "lines": self.lines, "amount": self.amount}

    def as_json(self) -> list[Any]:
        """As a manifest carries it."""
        return [self.column, self.word, self.currency, self.lines, f"{self.amount:f}"]


def _listed(column: str, words: tuple[str, ...]) -> Expression:
    """True where the column has one of the words, in any case."""
    low = FunctionExpression("lower", FunctionExpression("trim", ColumnExpression(column)))
    plain = [ConstantExpression(word) for word in words if "*" not in word]
    tests = [low.isin(*plain)] if plain else []
    tests += [FunctionExpression("~~~", low, ConstantExpression(word)) for word in words if "*" in word]
    none: Expression = ConstantExpression(False)
    return CoalesceOperator(reduce(lambda left, right: left | right, tests, none), ConstantExpression(False))


def judged(typed: Steps, lands: type[Lands]) -> Steps:
    """The rows, and of each the column whose word leaves it out, or whose word is on no list; both empty where it counts.

    Where a column `moved` holds what the file's own arithmetic says of the row, that goes before its words.
    """
    none: Expression = ConstantExpression(None).cast("VARCHAR")
    left, unknown = none, none
    for words in reversed(lands.words):
        name = ConstantExpression(words.column)
        left = CaseExpression(words.leaves_out(), name).otherwise(left)
        unknown = CaseExpression(words.leaves_out() | words.counts(), unknown).otherwise(name)
    unknown = CaseExpression(left.isnotnull(), none).otherwise(unknown)
    if "moved" in typed.columns:
        moved = ColumnExpression("moved")
        left = CaseExpression(moved, none).when(moved == ConstantExpression(False), CoalesceOperator(left, ConstantExpression(lands.moves))).otherwise(left)
        unknown = CaseExpression(moved.isnotnull(), none).otherwise(unknown)
    known = ColumnExpression("broken").isnull()  # a broken row is refused as such
    return typed.beside(CaseExpression(known, left).otherwise(none).alias(LEFT), CaseExpression(known, unknown).otherwise(none).alias(UNKNOWN))


def counted(rows: Steps) -> Steps:
    """The judged rows that count, without what was said of them."""
    beside = [name for name in rows.columns if name in (LEFT, UNKNOWN, "moved") or name.startswith(SAID)]
    return rows.filter(ColumnExpression(LEFT).isnull()).without(*beside)


def tally(rows: Steps, probe: Probe, lands: type[Lands]) -> list[LeftOut]:
    """What the judged rows leave out, by word and currency; FileRefusedError UNKNOWN_WORD where a word is on no list."""
    place = CoalesceOperator(ColumnExpression(UNKNOWN), ColumnExpression(LEFT))
    word: Expression = ConstantExpression("")
    for words in lands.words:
        said = SAID + words.column if SAID + words.column in rows.columns else words.column
        word = CaseExpression(place == ConstantExpression(words.column), ColumnExpression(said)).otherwise(word)
    if lands.moves:
        word = CaseExpression(place == ConstantExpression(lands.moves), ConstantExpression(UNCHANGED)).otherwise(word)
    coin = ColumnExpression("currency").cast("VARCHAR") if "currency" in rows.columns else ConstantExpression(None).cast("VARCHAR")
    flat = rows.filter(place.isnotnull()).project(
        ColumnExpression("row_no"),
        ColumnExpression(UNKNOWN).isnotnull().alias("is_unknown"),
        place.alias("place"),
        FunctionExpression("trim", word).alias("word"),
        CoalesceOperator(coin, ConstantExpression("")).alias("currency"),
        _money(rows, lands, place).alias("amount"),
    )
    total = CoalesceOperator(FunctionExpression("sum", ColumnExpression("amount")), ConstantExpression(0))
    first = FunctionExpression("min", ColumnExpression("row_no"))
    found = flat.grouped(("is_unknown", "place", "word", "currency"), FunctionExpression("count").alias("lines"), total.alias("amount"), first.alias("first")).fetchall()
    listed = sorted(found, key=lambda row: (not row[0], row[6]))
    if listed and listed[0][0]:
        _, name, said, *_, first = listed[0]
        lines = sum(row[4] for row in listed if row[0] and row[1] == name and row[2] == said)
        raise unknown_word(probe, lands, name, said, first, lines)
    return [LeftOut(header_of(lands, name, probe), said, currency, lines, Decimal(amount)) for _, name, said, currency, lines, amount, _ in listed]


def _money(rows: Steps, lands: type[Lands], place: Expression) -> Expression:
    """The money of a row that is left out."""
    own = [ColumnExpression(name).cast(MONEY) for name in AMOUNTS if name in rows.columns][:1]
    nothing: Expression = ConstantExpression(0).cast(MONEY)
    value = CoalesceOperator(*own, nothing)
    for words in lands.words:
        if words.amount:
            value = CaseExpression(place == ConstantExpression(words.column), CoalesceOperator(*(ColumnExpression(n).cast(MONEY) for n in words.amount), nothing)).otherwise(value)
    return value


def header_of(lands: type[Lands], name: str, probe: Probe | None = None) -> str:
    """How the file, or the format, calls a column; one that is made of others has its own name only."""
    declared = lands.declared()
    if name not in declared:
        return name
    raw = declared[name].header_in(probe.present) if probe else None
    return probe.written_as(raw) if probe and raw else declared[name].headers[0]


def unknown_word(probe: Probe, lands: type[Lands], name: str, word: str, row: int, lines: int) -> FileRefusedError:
    """A word of a list that is on no list: whether its rows count is not known."""
    words = next(words for words in lands.words if words.column == name)
    return refuse_word(probe, header_of(lands, name, probe), word, row, lines, words.targets())


def refuse_word(probe: Probe, column: str, word: str, row: int, lines: int, targets: Mapping[str, str]) -> FileRefusedError:
    """The refusal of a word that is on no list, with the line that would put it on one: every word that it may mean and what that is to the books, none before the others."""
    rows = f"{lines} rows" if lines > 1 else "1 row"
    said = quoted(word, word=True)
    listed = ", ".join(f'"{target}"{f" ({what})" if what else ""}' for target, what in targets.items())
    return FileRefusedError(
        f'{column} says {said} in {rows}, and that word is on no list',
        code="UNKNOWN_WORD",
        where=f"{probe.name}:{row}:{column}",
        row=row,
        column=column,
        hint=f'Ask whoever wrote the file what the word means; then write {said} = "…" under [feed.words] of this feed in tieout.toml, and `tieout dead-letter replay`. '
        f"In the place of the dots stands one of: {listed}.",
    )


def meanings(column: Column) -> dict[str, str]:
    """The codes of a closed vocabulary, and what each is to the books, else how the format writes it."""
    said: dict[str, str] = {}
    for label, code in column.codes:
        if label != code or code not in said:
            said[code] = said.get(code) or (label if label != code else "")
    return {code: dict(column.means).get(code, label) for code, label in said.items()}


def refuse_codes(broken: Mapping[str, tuple[int, int]], probe: Probe, lands: type[Lands]) -> None:
    """Refuse the file where the first broken row has a word that its closed vocabulary has not."""
    found = sorted((row, label, lines) for labels, (row, lines) in broken.items() for label in labels.split(BETWEEN) if labels)
    first = min((labels for labels in broken if labels), key=lambda labels: broken[labels], default="").split(BETWEEN)[0]
    if not first.startswith(WORD):
        return
    header, _, word = first.removeprefix(WORD).partition(MARK)
    column = next(column for column in lands.declared().values() if header in column.headers)
    lines = sum(count for _, label, count in found if label == first)
    own = column.header_in(probe.present)
    raise refuse_word(probe, probe.written_as(own) if own else header, word, broken_row(broken, first), lines, meanings(column))


def broken_row(broken: Mapping[str, tuple[int, int]], label: str) -> int:
    """The first row that has the fault."""
    return min(row for labels, (row, _) in broken.items() if label in labels.split(BETWEEN))


def accounted(con: duckdb.DuckDBPyConnection, raw: Mapping[str, duckdb.DuckDBPyRelation], probe: Probe, parsed: Parsed, tables: Sequence[type[Lands]]) -> None:
    """Every record of every part is in a table or left out by a word; FileRefusedError ROW_LOST names the first that is not.

    A table without `where` or `only` takes every record that it reads, so only parts without such a table are counted.
    """
    for section, rows in raw.items():
        made = [(lands, staged) for lands, staged in zip(tables, parsed.tables, strict=True) if lands.section == section]
        if not made or any(not lands.where and lands.only is None for lands, _ in made):
            continue
        landed = reduce(lambda one, other: one.union(other), (con.table(f"stage.{staged.name}").project("row_no") for _, staged in made))
        lost = rows.project("row_no").join(landed, "row_no", how="anti").aggregate("min(row_no), count(*)").fetchall()[0]
        if lost[1]:
            raise FileRefusedError(
                f"{'the record is' if lost[1] == 1 else f'{lost[1]} records are'} in no table of the format, and no listed word leaves {'it' if lost[1] == 1 else 'them'} out",
                code="ROW_LOST",
                where=f"{probe.name}:{lost[0]}",
                row=lost[0],
                hint="Look at that record; the file may be cut: export it again.",
            )


def masked_rows(con: duckdb.DuckDBPyConnection, staged: Staged, lands: type[Lands]) -> int:
    """Rows whose text held a card number."""
    there = layout(con, staged.table)
    texts = [name for name, column in lands.declared().items() if column.macro in ("plain_text", "lower_text", "digits_text") and not column.codes and name in there]
    if not texts or (staged.draft and staged.draft.marked.isdisjoint(texts)):
        return 0
    if staged.draft and staged.draft.at_hand is not None:
        marked = (pc.fill_null(pc.match_substring(staged.draft.at_hand[name], CARD), False) for name in texts)
        return int(pc.sum(reduce(pc.or_, marked), min_count=0).as_py())
    held = reduce(lambda left, right: left | right, (FunctionExpression("contains", ColumnExpression(name), ConstantExpression(CARD)) for name in texts))
    return int(con.table(f"stage.{staged.name}").filter(held).aggregate("count(*)").fetchall()[0][0])


def listed(lands: type[Lands]) -> Iterator[tuple[str, str, str]]:
    """(header, word, why) of everything that a table leaves out, for the manual."""
    for words in lands.words:
        yield from ((header_of(lands, words.column), word, why) for word, why in words.out.items())
    if lands.moves:
        yield header_of(lands, lands.moves), UNCHANGED, "a word that is on no list, in a row that the file's own arithmetic says moved nothing"
