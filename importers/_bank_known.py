"""By what an entry is known again: the same statement in another format, under another name, or once more over a longer period."""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from ledger.sqltext import execute, sql

if TYPE_CHECKING:
    from ._bank import Statement

Row = dict[str, Any]


class Known:
    """What the ledger holds of the days of one statement."""

    def __init__(self, con: duckdb.DuckDBPyConnection, importer: str, owner: str, statement: Statement, beside: set[str]):
        self.importer, self.statement, self.beside = importer, statement, beside  # beside: keys of the file's other statements
        days = [entry.booked_on for entry in statement.entries]
        first = min(days, default=statement.last_day())
        given = {"bank_account": owner, "currency": statement.currency, "first_day": first, "last_day": max([*days, statement.last_day()])}
        self.lines = _rows(con, "known_bank_lines", {**given, "references": sorted({e.reference for e in statement.entries if e.reference})})
        self.statements = [row for row in _rows(con, "known_bank_statements", given | {"names": sorted({str(line["statement_id"]) for line in self.lines})}) if row["statement_id"] != statement.name]

    def settle(self, rows: list[Row]) -> str:
        """Give each row the key that the ledger knows its entry by; the statement's state."""
        if self.statement.announced:
            self._booked_already(rows)
            self._pair(rows, self._elsewhere(rows), by_day=True)
            return "announced"
        twin = self._twin(rows)
        if twin is not None:
            self._pair(rows, [line for line in self.lines if line["statement_id"] == twin], by_day=False)
            return "copy"
        self._apart(rows)
        self._pair(rows, self._elsewhere(rows), by_day=True)
        return "closed" if self.statement.is_closed else "unverified_completeness"

    def _twin(self, rows: list[Row]) -> str | None:
        """The statement of another name that has the same balances and the same amounts; two that follow each other are two."""
        amounts = Counter(row["amount"] for row in rows)
        for other in self.statements:
            if not rows or _follow(other["sequence_no"], self.statement.sequence):
                continue
            lines = [line for line in self.lines if line["statement_id"] == other["statement_id"] and line["standing"] == "booked"]
            mine = (self.statement.opening, self.statement.closing, self.statement.last_day(), len(rows))
            if (other["opening"], other["closing"], other["closed_on"], other["entries"]) != mine or Counter(line["amount"] for line in lines) != amounts:
                continue
            if self.statement.is_closed or {line["bank_reference"] for line in lines} == {row["bank_reference"] for row in rows}:
                return str(other["statement_id"])
        return None

    def _booked_already(self, rows: list[Row]) -> None:
        """What a statement has brought is not announced again."""
        booked = {line["bank_reference"]: line for line in self.lines if line["standing"] == "booked"}
        for row in rows:
            if row["bank_reference"] in booked:
                _adopt(row, booked[row["bank_reference"]])

    def _apart(self, rows: list[Row]) -> None:
        """A key that another closed statement has already used is another entry's, where the two follow each other or the days differ: both balances count it."""
        if not self.statement.is_closed:
            return
        closed = {other["statement_id"]: other for other in self.statements if other["closing"] is not None}
        next_to = {name for name, s in closed.items() if self.statement.opening == s["closing"] or self.statement.closing == s["opening"]}
        used = {line["bank_reference"]: line for line in self.lines if line["standing"] == "booked" and line["statement_id"] in closed}
        mark = sha256(self.statement.name.encode()).hexdigest()[:8]
        for row in rows:
            line = used.get(row["bank_reference"])
            if row["bank_reference"] in self.beside or line and (line["statement_id"] in next_to or line["booked_on"] != row["booked_on"]):
                row["bank_reference"] = f"{row['bank_reference']}-{mark}"

    def _elsewhere(self, rows: list[Row]) -> list[Row]:
        """Booked lines that came in another format, or by an earlier delivery of this statement, and whose keys the rows have not."""
        keys = {row["bank_reference"] for row in rows}
        return [
            line
            for line in self.lines
            if line["standing"] == "booked"
            and line["bank_reference"] not in keys
            and (line["importer"] != self.importer or line["statement_id"] == self.statement.name)
        ]

    def _pair(self, rows: list[Row], lines: list[Row], *, by_day: bool) -> None:
        """An account's entries are one set, whatever format they come in: equal amounts of a day, taken one by one, are the same entries."""
        known = {line["bank_reference"] for line in self.lines}
        waiting: dict[Any, list[Row]] = defaultdict(list)
        for line in sorted(lines, key=lambda one: (one["booked_on"], one["bank_reference"]), reverse=True):
            waiting[(line["booked_on"] if by_day else None, line["amount"])].append(line)
        for row in sorted(rows, key=lambda one: (one["booked_on"], one["bank_reference"])):
            same = waiting[(row["booked_on"] if by_day else None, row["amount"])]
            if same and (row["bank_reference"] not in known or not by_day):
                _adopt(row, _best(same, row))


def _best(same: list[Row], row: Row) -> Row:
    """The line with the row's reference if there is one, else the first."""
    for number, line in enumerate(same):
        if line["bank_reference"] == row["bank_reference"] or row["end_to_end"] and line["end_to_end"] == row["end_to_end"]:
            return same.pop(number)
    return same.pop()


def _adopt(row: Row, line: Row) -> None:
    """The row becomes the known line; it keeps what it says itself only where it says more."""
    # whose text speaks of a processor that it is not of has a payer, whom other formats do not name
    more = not _is_anothers(line) and (_is_anothers(row) or row["processor"] and not line["processor"])
    says_more = row["standing"] == "booked" and (more or row["end_to_end"] and not line["end_to_end"])
    row["bank_reference"] = line["bank_reference"]
    if not says_more:
        row.update({name: line[name] for name in row if name not in ("row_no", "bank_account", "currency")})


def _is_anothers(row: Row) -> bool:
    return bool(row["descriptor"]) and not row["processor"]


def _follow(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) == 1


def _rows(con: duckdb.DuckDBPyConnection, name: str, given: dict[str, Any]) -> list[Row]:
    done = execute(con, sql("importers", name), given)
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]
