"""Columns that one macro reads: their texts go to it as one list. So its text, the longest part of a statement, stands in it once; to plan it for each column
costs more than to read a small file."""

from __future__ import annotations

from dataclasses import dataclass, field

from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression, LambdaExpression

MARK = "\x1f"  # begins the names of the lists, which no format declares as a header
OF_PLAIN = {"lower_text": "lower_of", "digits_text": "digits_of", "coded_text": "coded_of"}  # macros that make something of the plain text, and what they make


@dataclass
class _List:
    name: str
    macro: str
    further: tuple[Expression, ...]
    values: list[Expression] = field(default_factory=list)


class Together:
    """Calls of macros, gathered into one list for each macro and what it takes beside the value."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, ...], _List] = {}

    def __call__(self, macro: str, value: Expression, *further: Expression) -> Expression:
        """What the macro makes of the value, where `lists` stand beside the rows."""
        if macro in OF_PLAIN:
            return FunctionExpression(OF_PLAIN[macro], value, self("plain_text", value))
        found = self._lists.setdefault((macro, *(one.fragment() for one in further)), _List(f"{MARK}{len(self._lists)}", macro, further))
        found.values.append(value)
        return FunctionExpression("list_extract", ColumnExpression(found.name), ConstantExpression(len(found.values)))

    def lists(self) -> list[Expression]:
        """The columns that the calls read, to be made before them."""
        made = []
        for one in self._lists.values():
            each = LambdaExpression("each_", FunctionExpression(one.macro, ColumnExpression("each_"), *one.further))
            made.append(FunctionExpression("list_transform", FunctionExpression("list_value", *one.values), each).alias(one.name))
        return made
