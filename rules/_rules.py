"""Finds the rules: every .sql file of a topic folder is one; its header says what it is, its statement runs as it is in any DuckDB shell."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.errors import RuleFileError

ORDER = ("fact", "match", "check", "post")
LIFE = "life"  # the folder of what runs around the rules
FINDINGS = "finding"
# whose rows the subjects of a rule are: the relation that has them, and the source table whose file must have landed
SUBJECTS = {
    "order": ("order_fact", "sales_order"),
    "order_transaction": ("tender", "order_transaction"),
    "refund": ("refund_fact", "order_transaction"),
    "settlement_line": ("line_fact", "settlement_line"),
    "payout": ("payout_fact", ""),  # a payout may come from a list or from its lines
    "bank_line": ("bank_line_current", "bank_line"),
    "odoo_document": ("odoo_move_current", "odoo_move"),
    "dispute": ("dispute_current", "dispute"),
    "gift_card": ("gift_card_current", "gift_card"),
    "store_credit": ("store_credit_movement_current", "store_credit_movement"),
    "tax_transaction": ("tax_transaction_current", "tax_transaction"),
    "order_return": ("order_return_current", "order_return"),
    "product": ("odoo_product_current", "odoo_product"),
    "mapping": ("map_ownership", ""),
    "store_day": ("sales_report_day_current", "sales_report_day"),
    "exchange_rate": ("odoo_currency_rate_current", "odoo_currency_rate"),
    "account_balance": ("map_processor_account", ""),
    "pos_closing": ("pos_closing_current", "pos_closing"),
    "stock_level": ("stock_level_current", "stock_level"),
    "loyalty_movement": ("loyalty_movement_current", "loyalty_movement"),
    "entity_pair": ("intercompany_item", "odoo_journal_item"),
    "carrier_charge": ("carrier_invoice_line_current", "carrier_invoice_line"),
    "file": ("file", ""),
    "feed": ("feed", ""),
}


class Parameter(BaseModel):
    """One parameter of a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    default: str
    meaning: str


class Header(BaseModel):
    """The TOML header in a rule's leading comment."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    title: str
    kind: Literal["fact", "match", "check", "post", "life"]
    why: str
    reads: tuple[str, ...]
    makes: tuple[str, ...] = ()  # tables, of a step of the life alone
    rule: str = ""
    code: str = ""
    severity: Literal["", "block", "high", "medium", "low"] = ""
    exception_class: Literal["", "TECH_TRANSIENT", "TECH_PERMANENT", "DATA", "TIMING", "BUSINESS", "CONTROL", "FX"] = Field("", alias="class")
    subject: str = ""
    owner: str = ""
    suggestion: str = ""
    needs: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()  # beside `needs`: sources a missing row of which may be all that is wrong; the finding belongs to what says that it is missing
    against: tuple[str, ...] = ()  # tables that the subjects are compared with, beside the sources in `needs`
    among: str = ""  # those of its subjects that the rule can look at, where these are a part; of the others its silence says nothing
    cure: str = ""
    pack: str = ""  # the pack of policies.csv that an entity has to switch on
    parameters: dict[str, Parameter] = {}


@dataclass(frozen=True)
class Side:
    """One side of what a rule compares: the subjects on the left, each thing that they are held against on the right; `among` is the part of the left that it can look at."""

    side: Literal["left", "right", "among"]
    relation: str
    source: str  # a source table, or the name of what no file lands in


@dataclass(frozen=True)
class Rule:
    """One rule file."""

    name: str
    topic: str
    header: Header
    text: str

    @cached_property
    def sha256(self) -> str:
        """Version of the rule."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def id(self) -> str:
        """Rule id of the catalogue, else the file's name."""
        return self.header.rule or self.name

    def sides(self) -> tuple[Side, ...]:
        """What must have had rows before the rule's silence says anything; nothing for a fact."""
        if self.header.subject not in SUBJECTS:
            return ()
        left = Side("left", *SUBJECTS[self.header.subject])
        needed = [Side("right", *(SUBJECTS["payout"] if source == "payout" else (f"{source}_current", source))) for source in self.header.needs if source != left.source]
        given = [Side("right", name, name.removesuffix("_current")) for name in self.header.against]
        among = [Side("among", self.header.among, "")] if self.header.among else []
        return (left, *dict.fromkeys((*needed, *given, *among)))


def parse(name: str, topic: str, text: str) -> Rule:
    """A rule from its text; RuleFileError where the header is not acceptable."""
    head, mark, _ = text.partition("*/")
    if not text.startswith("/*") or not mark:
        raise RuleFileError("the rule has no header", where=f"rules/{topic}/{name}.sql")
    try:
        header = Header.model_validate(tomllib.loads(head[2:]))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise RuleFileError(f"the header is not acceptable: {str(error).splitlines()[0]}", where=f"rules/{topic}/{name}.sql") from None
    if header.kind == "check" and not (header.rule and header.code and header.severity and header.exception_class and header.subject and header.suggestion):
        raise RuleFileError("a check needs rule, code, severity, class, subject and suggestion", where=f"rules/{topic}/{name}.sql")
    return Rule(name, topic, header, text)


@cache
def load() -> tuple[Rule, ...]:
    """All rules: facts and matches in the order in which they need each other, then checks; then what reads the findings of these, facts first; then postings."""
    found = []
    for topic in sorted(files("rules").iterdir(), key=lambda t: t.name):
        if topic.is_dir() and not topic.name.startswith("_") and topic.name != LIFE:
            found += [
                parse(p.name[:-4], topic.name, p.read_text(encoding="utf-8")) for p in sorted(topic.iterdir(), key=lambda p: p.name) if p.name.endswith(".sql")
            ]
    makers = {rule.name: rule for rule in found if rule.header.kind in ("fact", "match")}
    ordered: list[Rule] = []

    def place(rule: Rule) -> None:
        if rule not in ordered:
            for name in rule.header.reads:
                if name in makers and name != rule.name:
                    place(makers[name])
            ordered.append(rule)

    for rule in makers.values():
        place(rule)
    steps, late = (*ordered, *(r for r in found if r.header.kind == "check")), {FINDINGS}
    for rule in steps:
        if not late.isdisjoint(rule.header.reads):
            late.add(rule.name)
    return (*(r for r in steps if r.name not in late), *(r for r in steps if r.name in late), *(r for r in found if r.header.kind == "post"))


@cache
def closure(name: str) -> dict[str, int]:
    """Every table that a rule reads, facts through what they read themselves, with the number of steps to it."""
    makers = {rule.name: rule for rule in load()}
    found: dict[str, int] = {}
    layer, depth = {name}, 0
    while layer:
        depth += 1
        layer = {read for maker in layer if maker in makers for read in makers[maker].header.reads} - found.keys()
        found |= dict.fromkeys(layer, depth)
    return found


@dataclass(frozen=True)
class Outline:
    """What is known of a rule without running it. `over`: relations of which each must have a row before the rule can say anything; `columns`: of its fact, as a statement that makes the table lists them."""

    over: tuple[str, ...] = ()
    columns: str = ""


@cache
def _outlines() -> dict[str, dict[str, Any]]:
    """As docs/generate.py read them from the statements."""
    read: dict[str, dict[str, Any]] = json.loads((files("rules") / "outlines.json").read_text(encoding="utf-8"))
    return read


def outline(rule: Rule) -> Outline:
    """Nothing is known of a rule that was written or changed since, and it always runs."""
    known = _outlines().get(rule.name, {})
    return Outline(tuple(known["over"]), known["columns"]) if known.get("sha256") == rule.sha256 else Outline()
