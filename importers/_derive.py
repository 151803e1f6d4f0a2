"""Canonical columns that are made of others: declared beside the columns of the file, in the words of the format."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import CaseExpression, CoalesceOperator, ColumnExpression, ConstantExpression, Expression, FunctionExpression

MONEY = "DECIMAL(18,4)"
ORDER_NAME = r"(?:^|\s)(#[A-Za-z0-9-]+)(?:$|\s)"


@dataclass(frozen=True)
class Derived:
    """An expression over the columns declared before it, and what the manual says of it."""

    expression: Expression
    words: str


def of(name: str) -> Expression:
    """A column declared before."""
    return ColumnExpression(name)


def text(value: str) -> Expression:
    """A text as it stands."""
    return ConstantExpression(value)


def matches(name: str, pattern: str) -> Expression:
    """True where the whole text of the column has the pattern, in any case."""
    return FunctionExpression("regexp_full_match", ColumnExpression(name), ConstantExpression(pattern), ConstantExpression("i"))


def of_feed(name: str) -> Derived:
    """What the mappings say of the feed: processor, entity, company, currency."""
    return Derived(ColumnExpression(f"feed_{name}"), f"{name} of the feed's mapping")


def truth(value: bool) -> Expression:
    """True or false."""
    return ConstantExpression(value)


def not_matches(name: str, pattern: str) -> Expression:
    """True where the whole text of the column has not the pattern, in any case."""
    return matches(name, pattern) == ConstantExpression(False)


def _filled(name: str) -> Expression:
    return CoalesceOperator(ColumnExpression(name), ConstantExpression(0).cast(MONEY))


def _sum(names: tuple[str, ...]) -> Expression:
    total = _filled(names[0])
    for name in names[1:]:
        total = total + _filled(name)
    return total.cast(MONEY)


def made(expression: Expression, words: str) -> Derived:
    """Any expression, said in words for the manual."""
    return Derived(expression, words)


def constant(value: object) -> Derived:
    """The same value in every row."""
    return Derived(ConstantExpression(value), f"always {value}")


def nothing(kind: str = "VARCHAR") -> Derived:
    """Empty, where another declaration of the table has a value."""
    return Derived(ConstantExpression(None).cast(kind), "empty")


def total(*names: str) -> Derived:
    """The sum of amounts, an empty one counting nothing."""
    return Derived(_sum(names), " + ".join(names))


def negated(*names: str) -> Derived:
    """The sum with its sign turned: costs that the file writes positive, say."""
    return Derived((-_sum(names)).cast(MONEY), "− (" + " + ".join(names) + ")")


def less(name: str, *others: str) -> Derived:
    """One amount less others: credit less debit, say."""
    return Derived((_filled(name) - _sum(others)).cast(MONEY), " − ".join((name, *others)))


def by_sign(amount: str, sign: str, minus: str) -> Derived:
    """An amount without sign, negative where its sign column says `minus`."""
    turned = CaseExpression(ColumnExpression(sign) == ConstantExpression(minus), -ColumnExpression(amount)).otherwise(ColumnExpression(amount))
    return Derived(turned.cast(MONEY), f"{amount}, negative where {sign} is {minus}")


def copied(name: str) -> Derived:
    """The value of another column."""
    return Derived(ColumnExpression(name), name)


def magnitude(name: str) -> Derived:
    """An amount without its sign."""
    return Derived(FunctionExpression("abs", ColumnExpression(name)), f"{name} without its sign")


def number(value: int) -> Expression:
    """A whole number as an amount."""
    return ConstantExpression(value).cast(MONEY)


def or_else(name: str, default: str) -> Derived:
    """The column, or a text where it is empty."""
    return Derived(CoalesceOperator(ColumnExpression(name), ConstantExpression(default)), f"{name}, else {default}")


def both(first: str, second: str, by: str = "/") -> Derived:
    """Two texts joined where the first is filled, else empty."""
    whole = FunctionExpression("concat_ws", ConstantExpression(by), ColumnExpression(first), ColumnExpression(second))
    return Derived(CaseExpression(ColumnExpression(first).isnotnull(), whole).otherwise(ConstantExpression(None)), f"{first}{by}{second}")


def rounded(name: str) -> Derived:
    """An amount at four decimals, half away from zero."""
    return Derived(CoalesceOperator(ColumnExpression(name), ConstantExpression(0)).cast(MONEY), f"{name} at four decimals")


def to_unit(name: str) -> Derived:
    """What brings a sum to whole smallest units of the row's currency, half away from zero."""
    rest = FunctionExpression("at_unit", ColumnExpression(name), ColumnExpression("currency")) - ColumnExpression(name)
    return Derived(rest.cast(MONEY), f"{name} at the currency's decimals − {name}")


def first_filled(*names: str) -> Derived:
    """The first of several columns that has a value."""
    return Derived(CoalesceOperator(*(ColumnExpression(n) for n in names)), "first filled of " + ", ".join(names))


def joined(*names: str, by: str = "/") -> Derived:
    """Texts joined, empty ones left out."""
    return Derived(FunctionExpression("concat_ws", ConstantExpression(by), *(ColumnExpression(n) for n in names)), by.join(names))


def extracted(name: str, pattern: str = ORDER_NAME, group: int = 1) -> Derived:
    """The part of a text that a regular expression finds, by default an order name like #1001; empty where there is none."""
    found = FunctionExpression("regexp_extract", ColumnExpression(name), ConstantExpression(pattern), ConstantExpression(group))
    return Derived(FunctionExpression("nullif", found, ConstantExpression("")), f"{pattern} in {name}")


def either(test: Expression, yes: object, no: object, words: str) -> Derived:
    """One of two values; each a constant or an expression."""
    return Derived(CaseExpression(test, _value(yes)).otherwise(_value(no)), words)


def _value(value: object) -> Expression:
    return value if isinstance(value, Expression) else ConstantExpression(value)


def is_one_of(name: str, *values: str) -> Expression:
    """True where the column has one of the values."""
    return ColumnExpression(name).isin(*(ConstantExpression(v) for v in values))


def is_empty(name: str) -> Expression:
    """True where the column has no value."""
    return ColumnExpression(name).isnull()


def is_filled(name: str) -> Expression:
    """True where the column has a value."""
    return ColumnExpression(name).isnotnull()
