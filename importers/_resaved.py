"""An extract that a spreadsheet program saved again: numbers, days and truths as its user's locale writes them become what the export wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from ._columns import LOCALES, Column
from ._declared import UNREADABLE

PLAIN = "1234.56"
NUMBERS = ("float_text", "float_number", "rate_number", "amount_text")
DAYS = ("iso_day", "zone_moment")
WRITTEN = 17  # decimals that a float is printed with
TRUTHS = {"true": ("wahr", "vrai", "verdadero", "waar"), "false": ("falsch", "faux", "falso", "onwaar")}


def heeds(columns: Iterable[Column]) -> tuple[bool, bool]:
    """Whether any of the columns is a number, and whether any is a day, which a locale writes in its own way."""
    macros = {column.macro for column in columns}
    return not macros.isdisjoint(NUMBERS), not macros.isdisjoint(DAYS)


def as_exported(rows: duckdb.DuckDBPyRelation, columns: Mapping[str, Column], numbers: str, days: str) -> duckdb.DuckDBPyRelation:
    """The rows with their cells as the export wrote them; `columns` are the declared ones by their names in the relation."""
    if (numbers, days) == (PLAIN, "") and not any(column.macro == "truth" for column in columns.values()):
        return rows
    return rows.project(*(_cell(name, columns.get(name), numbers, days) for name in rows.columns))


def _cell(name: str, column: Column | None, numbers: str, days: str) -> Expression:
    cell = ColumnExpression(name)
    text: Expression = FunctionExpression("trim", cell)
    macro = column.macro if column else ""
    if macro in NUMBERS and numbers != PLAIN:
        locale = LOCALES[numbers]
        plain = FunctionExpression("replace", FunctionExpression("regexp_replace", text, ConstantExpression(rf"[^0-9{locale.mark}-]"), ConstantExpression(""), ConstantExpression("g")), ConstantExpression(locale.mark), ConstantExpression("."))
        return _where(FunctionExpression("regexp_full_match", text, ConstantExpression(locale.pattern(WRITTEN))), plain, cell, name)
    if macro in DAYS and days:
        forms = ConstantExpression([f"{days}{time}" for time in (" %H:%M:%S", " %H:%M", "")])
        moment = FunctionExpression("form_stamp", text, forms)
        return _where(moment.isnotnull(), FunctionExpression("strftime", moment, ConstantExpression("%Y-%m-%d %H:%M:%S")), cell, name)
    if macro == "truth":
        low, case = FunctionExpression("lower", text), None
        for word, others in TRUTHS.items():
            test = low.isin(*(ConstantExpression(other) for other in others))
            case = CaseExpression(test, ConstantExpression(word)) if case is None else case.when(test, ConstantExpression(word))
        assert case is not None
        return case.otherwise(cell).alias(name)
    return cell


def _where(fits: Expression, read: Expression, cell: Expression, name: str) -> Expression:
    """The cell as it is read; an empty one stays, one that does not fit is marked for the refusal."""
    blank = FunctionExpression("blank_text", cell) == ConstantExpression(True)
    marked = FunctionExpression("concat", ConstantExpression(UNREADABLE), cell)
    return CaseExpression(blank, cell).when(fits, read).otherwise(marked).alias(name)
