"""Whose data a feed's files are, as the mappings in force say."""

from __future__ import annotations

from collections.abc import Mapping

from importers._kit import Context
from ledger.errors import FileRefusedError
from ledger.sqltext import execute, sql
from ledger.store import Store
from tieout.books.settings import Feed, customer_secret

FACTS = ("processor", "entity", "company", "currency", "iban")


def context_of(store: Store, feed: Feed) -> Context:
    """What the mappings in force say of a feed."""
    kind, owner = feed.context
    row = execute(store.con, sql("tieout", f"context_{kind}"), {"owner": owner, "day": store.at.date()}).fetchall()
    facts = {name: value for name, value in zip(FACTS, row[0], strict=True) if value} if row else {}
    if kind == "account" and "processor" not in facts:
        raise FileRefusedError(
            f"the account {owner} is in no approved row of processor_accounts.csv",
            code="MAPPING_MISSING",
            where=feed.name,
            hint="Add it to mappings/processor_accounts.csv, then `tieout mapping propose` and `tieout mapping approve`.",
        )
    accounts = execute(store.con, sql("tieout", "context_bank_accounts")).fetchall() if kind == "bank_account" else []
    secret = customer_secret(store.home)
    return Context(feed.name, kind, owner, feed.time_zone, facts, feed.csv, secret, accounts=tuple(accounts), numbers=feed.numbers, days=feed.days, words=feed.words, further=_further(store, feed, facts))


def _further(store: Store, feed: Feed, facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The further accounts of a feed by their currency; each is one of the same company at the same processor, in a currency of its own."""
    found: dict[str, str] = {facts.get("currency", ""): feed.context[1]}
    for name in feed.further_accounts:
        row = execute(store.con, sql("tieout", "context_account"), {"owner": name, "day": store.at.date()}).fetchall()
        other = dict(zip(FACTS, row[0], strict=True)) if row else {}
        if not other or any(other[key] != facts.get(key) for key in ("processor", "entity")) or other["currency"] in found:
            why = "is in no approved row of processor_accounts.csv" if not other else f"is in {other['currency']} as {found[other['currency']]} is" if other["currency"] in found else "is of another processor or company than the feed's"
            raise FileRefusedError(
                f"the further account {name} {why}",
                code="MAPPING_MISSING",
                where=feed.name,
                hint="Give each currency of the report one account of the feed's processor and company in mappings/processor_accounts.csv, then `tieout mapping propose` and `tieout mapping approve`; or correct further_accounts in tieout.toml.",
            )
        found[str(other["currency"])] = name
    return tuple(found.items())[1:]
