"""From text to values: each declared column computed once, and which of them break their contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import duckdb
from duckdb import CaseExpression, CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ledger.sqltext import execute, sql

from ._columns import Column
from ._probe import Probe
from ._staging import BETWEEN, FOREIGN, word_label
from ._steps import Steps
from ._together import Together
from ._words import SAID

if TYPE_CHECKING:
    from ._kit import Context, Lands

_KNOWING: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
_MADE: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
TEXT = "text "  # beside a value's name: the text that it was read from, for as long as the tests need it


Test = tuple[Expression, str | Expression]  # what must not be true, and the header to blame


def know_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Give the session the macros that read text, once."""
    if con not in _KNOWING:
        execute(con, sql("importers", "macros"))
        _KNOWING.add(con)


def all_rows(con: duckdb.DuckDBPyConnection, raw: duckdb.DuckDBPyRelation, probe: Probe, context: Context, lands: type[Lands]) -> Steps:
    """The typed rows of a table, of every copy of its numbered columns; by Polars where it reads the file."""
    if probe.frames:
        return probe.frames.typed(con, probe, context, lands)
    rows = Steps.of(con, raw)
    return reduce(lambda one, other: one.union(other), (typed_rows(rows, probe, context, lands, number) for number in lands.every or (0,)))


def typed_rows(raw: Steps, probe: Probe, context: Context, lands: type[Lands], number: int) -> Steps:
    """The declared columns typed, `row_no`, and `broken`: the headers whose text breaks its contract."""
    together = Together()
    out: list[Expression] = [ColumnExpression("row_no"), *feed_columns(context)]
    coded: dict[str, Expression] = {}
    tests: list[Test] = []
    money: list[tuple[str, str]] = []
    foreign: list[Test] = []
    declared, worded = lands.declared(), {words.column for words in lands.words}
    for name, column in declared.items():
        column = column.bound(probe.present, context.numbers, context.days)
        if lands.every:
            column = replace(column, headers=tuple(h.format(number) for h in column.headers))
        header = column.header_in(probe.present)
        if header is None:
            out.append(ConstantExpression(column.absent).cast(column.type).alias(name))
            continue
        if name in worded:
            out.append(together("plain_text", column.text_of(header)).alias(f"{SAID}{name}"))
        if context.words and (name in worded or column.codes or column.spoken):
            column = replace(column, words=tuple(context.words.items()))
        alone = column.zone_header  # the macro asks a table whether the zone exists, which no list can
        value = column.value(header, column.zone_of(probe.present, context.time_zone), FunctionExpression if alone else together)
        given = ColumnExpression(f"{TEXT}{name}")
        if column.codes:
            out.append(value.alias(f"{TEXT}{name}"))
            coded[name] = column.coded(given)
        else:
            out.append(value.alias(name))
        signed = column.locale is not None and column.locale.sign
        if signed or not (column.filled or column.lenient or column.takes_all or column.codes):
            out.append(column.text_of(header).alias(f"{TEXT}{name}"))
        if signed:
            coin = column.currency_column if column.currency_column in declared else "feed_currency"
            foreign.append((FunctionExpression("other_sign", given, ColumnExpression(coin)), f"{FOREIGN}{column.headers[0]}"))
        more, asked = _contract(name, column, header, probe, together)
        out += more
        tests += asked
        if column.type == "DECIMAL(18,4)" and not column.fine:
            money.append((column.headers[0], name))
    if lands.numbered:
        out.append(ConstantExpression(number).cast("INTEGER").alias(lands.numbered))
    fine = Together()
    if lands.in_feeds_currency() or ("currency" in declared and declared["currency"].header_in(probe.present) is not None and lands.every == ()):
        tests += [(fine("finer", ColumnExpression(name), ColumnExpression("decimals")), header) for header, name in money]
    return checked(_where(raw, probe, lands, number).beside(*together.lists()).project(*out), coded, [*tests, *foreign], fine)


def _contract(name: str, column: Column, header: str, probe: Probe, together: Together) -> tuple[list[Expression], list[Test]]:
    """What must not be true of a column's value, and what the tests need beside it: the word that no list has, the header to blame."""
    empty, filled = ColumnExpression(name).isnull(), FunctionExpression("blank_text", ColumnExpression(f"{TEXT}{name}")) == ConstantExpression(False)
    out: list[Expression] = []
    tests: list[Test] = []
    if column.codes:
        out.append(together("plain_text", column.text_of(header)).alias(f"{TEXT}said {name}"))
        tests.append((empty & filled, word_label(column.headers[0], ColumnExpression(f"{TEXT}said {name}"))))
    blame = column.fault(header, probe.present)
    if isinstance(blame, Expression):
        out.append(blame.alias(f"{TEXT}fault {name}"))
        blame = ColumnExpression(f"{TEXT}fault {name}")
    if column.filled:
        tests.append((empty & (filled == ConstantExpression(False)) if column.codes else empty, blame))
    elif not column.lenient and not column.takes_all and not column.codes:
        tests.append((empty & filled, blame))
    return out, tests


def checked(values: Steps, coded: Mapping[str, Expression], tests: Sequence[Test], fine: Together) -> Steps:
    """The values, each computed once, and `broken`: the headers whose test is true, NULL where there is none."""
    beside = [name for name in values.columns if name.startswith(TEXT)]
    coins = next((name for name in ("currency", "feed_currency") if name in values.columns), None)
    coin = FunctionExpression("decimals_of", ColumnExpression(coins)) if coins else ConstantExpression(None).cast("INTEGER")
    values = values.beside(*(code.alias(name) for name, code in coded.items()), coin.alias("decimals"))
    broken = ConstantExpression(None).cast("VARCHAR")
    if tests:
        some = reduce(lambda left, right: left | right, (test for test, _ in tests))
        said = (CaseExpression(test, ConstantExpression(header) if isinstance(header, str) else header).otherwise(ConstantExpression(None)) for test, header in tests)
        broken = CaseExpression(some, FunctionExpression("concat_ws", ConstantExpression(BETWEEN), *said)).otherwise(broken)
    kept = [ColumnExpression(name) for name in values.columns if name not in ("decimals", *beside)]
    return values.beside(*fine.lists()).project(*kept, broken.alias("broken"))


def _where(raw: Steps, probe: Probe, lands: type[Lands], number: int) -> Steps:
    """The records that count: those whose `where` column is filled."""
    if not lands.where:
        return raw
    header = _counting(lands, number, probe)
    if header is None:
        return raw.filter(ConstantExpression(False))
    return raw.filter(FunctionExpression("blank_text", ColumnExpression(header)) == ConstantExpression(False))


def _counting(lands: type[Lands], number: int, probe: Probe) -> str | None:
    return Column((lands.where.format(number),), "plain_text").header_in(probe.present)


def told(lands: type[Lands], probe: Probe) -> bool:
    """Whether a file without rows of the table says that there are none: it has a column that would hold them. A narrower export says nothing of them."""
    return bool(lands.where) and any(_counting(lands, number, probe) for number in lands.every or (0,))


def unsaid(lands: type[Lands], probe: Probe) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of which this file says nothing, as its layout has them not, and all that a layout may lack."""
    may = {name: column for name, column in lands.declared().items() if column.optional and column.default is None and column.absent is None}
    return tuple(name for name, column in may.items() if not lands.every and column.header_in(probe.present) is None), tuple(may)


def feed_columns(context: Context) -> list[Expression]:
    """The context as columns feed_owner, feed_zone, feed_processor … for the statements that finish a table."""
    names = ("processor", "entity", "company", "currency", "iban")
    values = [ConstantExpression(context.owner).alias("feed_owner"), ConstantExpression(context.time_zone).alias("feed_zone")]
    return values + [ConstantExpression(context.facts.get(name)).cast("VARCHAR").alias(f"feed_{name}") for name in names]


def shaped(typed: Steps, lands: type[Lands]) -> Steps:
    """The declared shape: derived columns in their order, rows of other tables left out, one row per group where the table is one of sums."""
    wave: list[Expression] = []
    for name, derived in lands.derived().items():
        if name in typed.columns:
            typed = _changed(typed.beside(*wave), name, derived.expression)
            wave = []
        else:
            wave.append(derived.expression.alias(name))  # later ones of the wave may name it
    typed = typed.beside(*wave)
    if lands.only is not None:
        # where the condition cannot be told, a broken row stays to be refused: it must not pass for one that is left out
        typed = typed.filter(CoalesceOperator(lands.only, ColumnExpression("broken").isnotnull()))
    if lands.per:
        rest = {c: FunctionExpression("sum" if c in lands.summed else "min" if c == "row_no" else "max", ColumnExpression(c)) for c in typed.columns if c not in lands.per}
        typed = typed.grouped(lands.per, *(how.alias(c) for c, how in rest.items()))
    for name, derived in lands.after.items():
        typed = _changed(typed, name, derived.expression)
    return typed if lands.only_after is None else typed.filter(lands.only_after)


def by_currency(typed: Steps, context: Context, owner: str) -> Steps:
    """Rows in the currency of a further account of the feed are that account's."""
    if context.further and "currency" in typed.columns:
        for name in ("feed_owner", *([owner] if owner in typed.columns else [])):
            whose = ColumnExpression(name)
            for currency, account in context.further:
                whose = CaseExpression(ColumnExpression("currency") == ConstantExpression(currency), ConstantExpression(account)).otherwise(whose)
            typed = _changed(typed, name, whose)
    return typed


def _changed(typed: Steps, name: str, value: Expression) -> Steps:
    """The rows with another value in a column, which may be made of the one before."""
    return typed.project(*(ColumnExpression(c) for c in typed.columns if c != name), value.alias(name))


def with_empty(typed: Steps, kinds: Mapping[str, Any]) -> Steps:
    """The rows with those of the columns that they lack, empty."""
    return typed.beside(*(ConstantExpression(None).cast(kind).alias(name) for name, kind in kinds.items() if name not in typed.columns))


def finished(con: duckdb.DuckDBPyConnection, name: str, statement: str, typed: Steps) -> Steps:
    """The rows after a statement of `importers/sql`, where there is one of that name, which reads them as `stage.<name>`."""
    path = files("importers") / "sql" / f"{statement}.sql"
    if not path.is_file():
        return typed
    text = path.read_text(encoding="utf-8")
    typed.view(f"stage.{name}")
    known = _MADE.get((statement, typed.columns))  # what a statement makes of the same columns is the same for every file
    columns = _MADE[statement, typed.columns] = known or tuple(con.sql(text).columns)
    made = Steps(con, columns, text, typed.sources, typed.few)
    return made.order("row_no") if " OVER " in text else made  # a window gives its rows in an order of its own
