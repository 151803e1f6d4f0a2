"""One table of a plain CSV file by Polars: what is declared of its columns, put to a batch of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
from duckdb import ColumnExpression, Expression, FunctionExpression, StarExpression

from ledger.money import decimals
from ledger.session import connect

from ._columns import MONEY, Column, normal
from ._probe import Probe
from ._records import NotPlainError
from ._staging import BETWEEN
from ._translated import TRANSLATIONS, Translation, is_blank, trimmed
from ._typed import know_macros
from ._words import SAID

if TYPE_CHECKING:
    from ._kit import Context, Lands

KINDS: dict[str, Any] = {"VARCHAR": pl.String, "DATE": pl.Date, "TIMESTAMP": pl.Datetime("us"), "BOOLEAN": pl.Boolean, "BIGINT": pl.Int64}
MANY, SAMPLE, FEW = 1024, 256, 32  # rows of a batch, of its start, and texts there, from which each text of a column is read once
MOST = 10_000  # texts of a column that are kept
VALUE, KNOWN = " value", " known"  # beside the columns of a file, none of whose names begins with a blank
SIGN = "[$£€¥]|[A-Z]{2,3}|zł|kr|Kč"  # where `sign_in` may find a currency's sign


def kind(column: Column) -> Any:
    """The type of a column's values in Polars."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.type)
    return pl.Decimal(int(decimal[1]), int(decimal[2])) if decimal else KINDS[column.type]


@cache
def _macros() -> duckdb.DuckDBPyConnection:
    """A session of the macros alone: the one that asks for the rows is busy with them."""
    con = connect(config={"threads": "1"})
    know_macros(con)
    return con


def by_macro(texts: pl.DataFrame, expression: Expression) -> pl.DataFrame:
    """The distinct texts of some columns, and beside them what an expression makes of each, as VALUE."""
    rows = _macros().from_arrow(texts.unique().to_arrow()).project(StarExpression(), expression.alias(VALUE))
    return pl.DataFrame(rows.to_arrow_table())


def translation(column: Column, zone: str) -> Translation | None:
    """The column's macro as an expression of Polars; None where every text has to go through the macro."""
    if column.declared or column.beside or column.zone_header or column.words:
        return None
    if column.macro == "zone_moment":
        return TRANSLATIONS["utc_moment"] if zone == "UTC" else None
    return TRANSLATIONS.get(column.macro) if not column.zone else None


def _text(column: Column, header: str) -> pl.Expr:
    """The cell's text, as `Column.text_of` has it for a column without a second header."""
    text = pl.col(header)
    if column.within:
        text = text.str.extract(column.within, 1)
    if column.unquote:
        text = pl.when(text.str.contains("^'[=+-]")).then(text.str.slice(1)).otherwise(text)
    if column.blanks:
        text = pl.when(~trimmed(text).is_in(list(column.blanks))).then(text)
    return text


@dataclass(frozen=True)
class _Value:
    """How one column is read: its text and value as expressions, and its macro for the texts that the translation leaves."""

    name: str
    column: Column
    header: str
    text: pl.Expr
    value: pl.Expr
    macro: Expression
    inputs: tuple[str, ...]

    def of(self, rows: pl.DataFrame, value: pl.Series) -> pl.Series:
        """The whole column: what is NULL although there is text goes through the macro."""
        if not value.null_count():
            return value
        odd = value.is_null() & ~self.blank(rows)
        if not odd.any():
            return value
        made = by_macro(rows.filter(odd).select(self.inputs), self.macro).with_columns(pl.col(VALUE).cast(value.dtype))
        found = rows.select(self.inputs).join(made, on=self.inputs, how="left", nulls_equal=True, maintain_order="left")[VALUE]
        return pl.select(pl.coalesce(pl.lit(value), pl.lit(found))).to_series().alias(self.name)

    def blank(self, rows: pl.DataFrame) -> pl.Series:
        """Where there is no text."""
        return rows.select(is_blank(self.text)).to_series()


class _Few:
    """A column of few texts: each is read when it comes for the first time."""

    def __init__(self, one: _Value):
        self.one = one
        self.known = self._made(pl.DataFrame(schema=dict.fromkeys(one.inputs, pl.String)))

    def values(self, rows: pl.DataFrame) -> pl.Series | None:
        """The values of these rows; None where their texts are not few after all."""
        found = self._found(rows)
        if found[KNOWN].null_count():
            new = rows.select(self.one.inputs).filter(found[KNOWN].is_null()).unique()
            if self.known.height + new.height > MOST:
                return None
            self.known = pl.concat([self.known, self._made(new)])
            found = self._found(rows)
        return found[VALUE].alias(self.one.name)

    def _found(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(self.one.inputs).join(self.known, on=self.one.inputs, how="left", nulls_equal=True, maintain_order="left")

    def _made(self, texts: pl.DataFrame) -> pl.DataFrame:
        value = self.one.of(texts, texts.with_columns(self.one.value.alias(VALUE))[VALUE])
        return texts.with_columns(value.alias(VALUE), pl.lit(True).alias(KNOWN))


class Table:
    """A table's declared columns as they are in one file; `absent` are those whose header it lacks."""

    def __init__(self, probe: Probe, context: Context, lands: type[Lands], number: int):
        self.probe, self.context, self.lands, self.number = probe, context, lands, number
        self.values: list[_Value] = []
        self.said: list[_Value] = []
        self.absent: dict[str, Column] = {}
        self.repeating: dict[str, bool] = {}  # as the first long batch shows it
        self.few: dict[str, _Few] = {}
        worded = {words.column for words in lands.words}
        for name, column in lands.declared().items():
            column = column.bound(probe.present, context.numbers, context.days)
            if lands.every:
                column = replace(column, headers=tuple(h.format(number) for h in column.headers))
            header = column.header_in(probe.present)
            if header is None:
                self.absent[name] = column
                continue
            if name in worded:
                plain = Column(column.headers, "plain_text", unquote=column.unquote, blanks=column.blanks, beside=column.beside)
                self.said.append(self._value(f"{SAID}{name}", plain, header))
            if context.words and (name in worded or column.codes or column.spoken):
                column = replace(column, words=tuple(context.words.items()))
            self.values.append(self._value(name, column, header))

    @property
    def inputs(self) -> list[str]:
        """The file's columns that it reads."""
        where = self._counting()
        return [*(name for one in (*self.values, *self.said) for name in one.inputs), *([where] if where else [])]

    def counts(self) -> bool:
        """Whether a record of this file can be a row of it."""
        return not self.lands.where or self._counting() is not None

    def _counting(self) -> str | None:
        return Column((self.lands.where.format(self.number),), "plain_text").header_in(self.probe.present) if self.lands.where else None

    def _value(self, name: str, column: Column, header: str) -> _Value:
        zone = next((self.probe.present[normal(h)] for h in column.zone_header if normal(h) in self.probe.present), None)
        given = translation(column, self.context.time_zone)
        value: pl.Expr = pl.lit(None, kind(column))
        text = _text(column, header) if not column.beside else pl.concat_str(header, *column.beside, separator=" ", ignore_nulls=True)
        if given:
            value = -given(text) if column.negate else given(text)
            if column.default is not None:
                value = pl.when(is_blank(text)).then(given(pl.lit(column.default))).otherwise(value)
        inputs = tuple(dict.fromkeys((header, *column.beside, *((zone,) if zone else ()))))
        macro = column.value(header, column.zone_of(self.probe.present, self.context.time_zone))
        return _Value(name, column, header, text, value.cast(kind(column)), macro, inputs)

    def rows(self, text: pl.DataFrame) -> pl.DataFrame:
        """The values of a batch, `row_no` and `broken`."""
        text = self._where(text)
        several = [*self.values, *self.said]
        columns = self._read(several, text)
        for one in self.values:
            if one.column.codes:
                columns[one.name] = _coded(one.column, columns[one.name]).alias(one.name)
        made = pl.DataFrame([text["row_no"], *(columns[one.name] for one in several)])
        tests = [test for one in self.values for test in self._contract(one, text, made[one.name])]
        tests += self._too_fine(made)
        for one in self.values:
            self._signed(one, text, made)
        if self.lands.numbered:
            made = made.with_columns(pl.lit(self.number, pl.Int32).alias(self.lands.numbered))
        return made.with_columns(_broken([(test, header) for test, header in tests if test.any()]).alias("broken"))

    def _read(self, several: list[_Value], rows: pl.DataFrame) -> dict[str, pl.Series]:
        """The columns' values: of those that repeat themselves each text is read once, all others in one go."""
        columns: dict[str, pl.Series] = {}
        for one in several:
            if self._repeats(one, rows):
                few = self.few[one.name] = self.few.get(one.name) or _Few(one)
                found = few.values(rows)
                if found is None:
                    self.repeating[one.name] = False
                else:
                    columns[one.name] = found
        first = rows.with_columns(one.value.alias(one.name) for one in several if one.name not in columns)
        return columns | {one.name: one.of(rows, first[one.name]) for one in several if one.name not in columns}

    def _repeats(self, one: _Value, rows: pl.DataFrame) -> bool:
        """Whether a column has few texts, as days, states and names of accounts are."""
        if rows.height >= MANY and one.name not in self.repeating:
            self.repeating[one.name] = rows.select(one.inputs).head(SAMPLE).n_unique() <= FEW
        return rows.height >= MANY and self.repeating[one.name]

    def _where(self, text: pl.DataFrame) -> pl.DataFrame:
        header = self._counting()
        if header is None:
            return text.clear() if self.lands.where else text
        return text.filter(~is_blank(pl.col(header)))

    def _contract(self, one: _Value, rows: pl.DataFrame, value: pl.Series) -> list[tuple[pl.Series, str]]:
        """What must not be true of a column's values. Where the header to blame depends on the row, the strict reader finds it."""
        column, empty = one.column, value.is_null()
        if not value.null_count() or not column.filled and (column.lenient or (column.takes_all and not column.codes)):
            return []
        if not column.filled or column.codes:
            blank = one.blank(rows)
            if column.codes and (empty & ~blank).any():
                raise NotPlainError("a word that the vocabulary has not")
            empty = empty & (blank if column.codes else ~blank)
            if not column.filled and column.codes:
                return []
        blame = column.fault(one.header, self.probe.present)
        if isinstance(blame, Expression):
            if empty.any():
                raise NotPlainError("a moment of several columns that does not fit")
            return []
        return [(empty, blame)]

    def _too_fine(self, made: pl.DataFrame) -> list[tuple[pl.Series, str]]:
        """Amounts that are finer than their currency."""
        currency = next((one for one in self.values if one.name == "currency"), None)
        if not self.lands.in_feeds_currency() and (currency is None or self.lands.every != ()):
            return []
        held = made["currency"] if currency is not None else pl.Series([self.context.facts.get("currency")], dtype=pl.String).new_from_index(0, made.height)
        finest = {coin: 10 ** max(0, 4 - decimals(coin)) if coin is not None else 100 for coin in held.unique()}
        tests = []
        for one in self.values:
            if one.column.type != MONEY or one.column.fine:
                continue
            units = made[one.name].to_physical().cast(pl.Int64)
            rests = {unit: rest for unit in set(finest.values()) if (rest := (units % unit != 0)).any()}  # hardly ever one
            fine = [rests[unit] & (held.is_null() if coin is None else (held == coin).fill_null(False)) for coin, unit in finest.items() if unit in rests]
            tests += [(test.fill_null(False), one.column.headers[0]) for test in _any(fine)]
        return tests

    def _signed(self, one: _Value, rows: pl.DataFrame, made: pl.DataFrame) -> None:
        """An amount with the sign of another currency beside it refuses its file: the strict reader says so."""
        if one.column.locale is None or not one.column.locale.sign:
            return
        text = rows.select(one.text).to_series()
        signed = text.str.contains(SIGN).fill_null(False)
        if not signed.any():
            return
        coin = one.column.currency_column if one.column.currency_column in self.lands.declared() else ""
        coins = made[coin] if coin in made.columns else pl.Series([self.context.facts.get("currency") if not coin else None], dtype=pl.String).new_from_index(0, made.height)
        pairs = pl.DataFrame({"x": text, "coin": coins}).filter(signed)
        if by_macro(pairs, FunctionExpression("other_sign", ColumnExpression("x"), ColumnExpression("coin")))[VALUE].any():
            raise NotPlainError("the sign of another currency")


def _any(tests: list[pl.Series]) -> list[pl.Series]:
    """The tests as one, where there is one."""
    return [pl.DataFrame(test.alias(str(n)) for n, test in enumerate(tests)).select(pl.any_horizontal(pl.all())).to_series()] if tests else []


def _coded(column: Column, low: pl.Series) -> pl.Series:
    codes: dict[str, str] = {}
    for label, code in column.codes:
        codes.setdefault(label.casefold(), code)
    return low.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.String)


def _broken(tests: list[tuple[pl.Series, str]]) -> pl.Expr:
    """The headers whose test is true, NULL where there is none."""
    if not tests:
        return pl.lit(None, pl.String)
    said = pl.concat_str([pl.when(pl.lit(test)).then(pl.lit(header)) for test, header in tests], separator=BETWEEN, ignore_nulls=True)
    return pl.when(said != "").then(said)
