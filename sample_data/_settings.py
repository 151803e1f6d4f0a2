"""tieout.toml and the twelve mapping files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from _world import BY_HANDLE, FIRST, STORES, VALID_FROM, Store, is_business, money, write_csv

CALENDAR = (FIRST - timedelta(days=8), date(2026, 11, 1))


def feeds() -> Iterator[tuple[str, str, str, str, str]]:
    """(folder, kind of context, context, time zone, owner)"""
    for s in STORES:
        yield f"{s.name}-orders", "store", s.name, s.zone, "store-operations"
        yield f"{s.name}-transactions", "store", s.name, s.zone, "store-operations"
        for account in s.accounts:
            yield account.name, "account", account.name, "UTC" if account.processor in ("stripe", "klarna") else s.zone, "treasury"
        yield s.bank, "bank_account", s.bank, s.zone, "treasury"
        yield f"{s.entity}-odoo", "entity", s.entity, "UTC", "accounting"


def _toml() -> str:
    text = 'environment = "test"\nname = "Harbour & Pine"\n\n[approval]\npeople = 1\n'
    for folder, kind, context, zone, owner in feeds():
        text += f'\n[[feed]]\nname = "{folder}"\n{kind} = "{context}"\ntime_zone = "{zone}"\nexpected = "never"\ngrace_hours = 24\n'
        text += f'criticality = "financial"\nowner = "{owner}"\n'
    return text


def _roles(s: Store) -> Iterator[tuple[str, ...]]:
    for role, code in s.chart.items():
        if role != "other_clearing":
            yield s.entity, role, "", code, s.journal
    for a in s.accounts:
        yield s.entity, "clearing", a.name, a.clearing, s.journal
        yield s.entity, "processing_fees", a.name, a.fees, s.journal


def _gateways(s: Store) -> Iterator[tuple[str, ...]]:
    targets = {a.processor: a.name for a in s.accounts} | {"gift_card": "gift_card", "manual": "manual"}
    for handle, target in targets.items():
        for name in dict.fromkeys((BY_HANDLE[handle], handle)):
            yield s.name, name, target


def _taxes(s: Store) -> list[tuple[str, ...]]:
    rows = {}
    for zone in s.zones:
        place = f"{zone.country}-{zone.province}" if zone.country == "US" else zone.country
        for source, odoo, rate in zone.taxes:
            rows[source] = (s.entity, source, odoo, f"{rate / 1000:g}", place)
    return list(rows.values())


def _days() -> Iterator[tuple[str, ...]]:
    for s in STORES:
        day = CALENDAR[0]
        while day <= CALENDAR[1]:
            yield s.entity, day.isoformat(), "true" if is_business(s.entity, day) else "false"
            day += timedelta(days=1)


def _mappings() -> dict[str, tuple[str, list[tuple[str, ...]]]]:
    """Header and rows of each file, without the validity columns."""
    accounts = [(s, a) for s in STORES for a in s.accounts]
    return {
        "entities": ("entity,name,country,base_currency,odoo_company,time_zone",
                     [(s.entity, s.company, s.country, s.currency, s.company, s.zone) for s in STORES]),
        "stores": ("store,entity,platform,time_zone,currency,taxes_included",
                   [(s.name, s.entity, "shopify", s.zone, s.currency, "true" if s.inclusive else "false") for s in STORES]),
        "processor_accounts": ("account,processor,entity,currency,bank_account", [(a.name, a.processor, s.entity, s.currency, s.bank) for s, a in accounts]),
        "bank_accounts": ("bank_account,entity,currency,iban_or_number", [(s.bank, s.entity, s.currency, s.account_number) for s in STORES]),
        "gateways": ("store,gateway,account", [row for s in STORES for row in _gateways(s)]),
        "accounts": ("entity,role,qualifier,odoo_account,odoo_journal", [row for s in STORES for row in _roles(s)]),
        "taxes": ("entity,source_tax,odoo_tax,rate,jurisdiction", [row for s in STORES for row in _taxes(s)]),
        "fee_schedules": ("account,method,card_origin,percent,fixed,currency",
                          [(a.name, "card", "", f"{a.basis_points / 100:g}", money(a.fixed), s.currency) for s, a in accounts if a.processor != "klarna"]
                          + [(a.name, "chargeback", "", "0", money(a.chargeback_fee), s.currency) for s, a in accounts]),
        "tolerances": ("rule,parameter,value,entity", []),
        "calendars": ("calendar,date,is_business_day", list(_days())),
        "ownership": ("domain,field,system_of_record", [(d, "*", o) for d, o in (("order", "shopify"), ("refund", "shopify"), ("invoice", "odoo"),
                                                                                 ("settlement", "processor"), ("bank", "bank"))]),
        "policies": ("entity,policy,value", [("hp-us", "bank_booker", "odoo")]),
    }  # fmt: skip


def write(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "tieout.toml").write_text(_toml(), encoding="utf-8", newline="\n")
    for name, (header, rows) in _mappings().items():
        write_csv(home / "mappings" / f"{name}.csv", [[*header.split(","), "valid_from", "valid_to"], *([*row, VALID_FROM, ""] for row in rows)])
