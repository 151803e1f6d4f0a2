"""Reads from a rule's statement without which of the relations that it reads it says nothing, whatever the others hold. sqlglot is a tool of developers: the answers are kept in rules/outlines.json."""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

Sides = frozenset[str]
NONE: Sides = frozenset()


def over(text: str) -> list[str]:
    """Relations of which each must have a row before the statement can return one."""
    return sorted(_drained(sqlglot.parse_one(text, read="duckdb"), {}))


def _drained(node: exp.Expression, known: Mapping[str, Sides]) -> Sides:
    """The same of a part of a statement; `known`: of what it names itself. What is not understood hangs on nothing."""
    known = dict(known)
    given = node.args.get("with_")
    for part in given.expressions if given else ():
        known[part.alias] = NONE if given.args.get("recursive") else _drained(part.this, known)
    match node:
        case exp.Subquery() if not node.args.get("joins") and not node.args.get("pivots"):
            return _drained(node.this, known)
        case exp.Union():
            return _drained(node.left, known) & _drained(node.right, known)
        case exp.Table():
            return known.get(node.name, frozenset({node.name})) if _bare(node) else NONE
        case exp.Select():
            return NONE if _always_a_row(node) else _joined(node, known) | _asked(node, known)
    return NONE


def _bare(table: exp.Table) -> bool:
    """A name alone: no function, and nothing joined or turned within the brackets."""
    return isinstance(table.this, exp.Identifier) and not any(table.args.get(word) for word in ("db", "joins", "pivots"))


def _always_a_row(select: exp.Select) -> bool:
    """Sums over nothing are a row, and so is the total of a rollup."""
    group = select.args.get("group")
    if group:
        return any(group.args.get(kind) for kind in ("rollup", "cube", "grouping_sets", "totals")) or group.find(exp.Rollup, exp.Cube, exp.GroupingSets) is not None
    parts = [*select.expressions, select.args.get("having"), select.args.get("order")]
    sums = [found for part in parts if part for found in part.find_all(exp.AggFunc, exp.Anonymous)]
    return select.args.get("having") is not None or any(not found.find_ancestor(exp.Window) and found.find_ancestor(exp.Select) is select for found in sums if not _plain(found))


def _plain(call: exp.Expression) -> bool:
    """A function that sqlglot has no word for may be a sum, except for those that are known to give one value for one row."""
    return isinstance(call, exp.Anonymous) and call.name.lower() in ONE_FOR_ONE


ONE_FOR_ONE = {"damerau_levenshtein", "date_part", "list_slice"}


def _joined(select: exp.Select, known: Mapping[str, Sides]) -> Sides:
    """FROM and the joins that need a row on their side."""
    source = select.args.get("from_")
    found = _drained(source.this, known) if source else NONE
    for join in select.args.get("joins") or ():
        side, kind = join.side.upper(), join.kind.upper()
        if side == "FULL":
            found = NONE
        elif side == "RIGHT":
            found = _drained(join.this, known)
        elif side != "LEFT" and kind != "ANTI":
            found |= _drained(join.this, known)
    return found


def _asked(select: exp.Select, known: Mapping[str, Sides]) -> Sides:
    """Conditions that no row fulfils where the table that they ask is empty."""
    where, found = select.args.get("where"), NONE
    for part in where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []:
        if isinstance(part, exp.Exists):
            found |= _drained(part.this, known)
        elif isinstance(part, exp.In) and part.args.get("query"):
            found |= _drained(part.args["query"], known)
    return found
