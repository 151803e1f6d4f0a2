"""A folder of exports as companies with their shops, bank accounts and processor accounts, each with its files and its name."""

from __future__ import annotations

import re
from collections import Counter

from .accounts import OWN, add_accounts
from .looks import Folder
from .whose import Account, Bank, Company, Owners, Shop, add_banks, add_companies, add_shops, brand, place, shared_orders, slug

SHORT = {OWN: "shopify"}


def owners_of(folder: Folder) -> Owners:
    """Group the files of a folder."""
    found = Owners()
    add_companies(folder, found)
    add_shops(folder, found)
    add_banks(folder, found)
    shared = shared_orders(folder, found)
    add_accounts(folder, found, shared)
    known = {place for account in found.accounts for look in account.looks for place in shared[look.no]} | {place for place, shop in enumerate(found.shops) if shop.company}
    for place_of, shop in enumerate(found.shops):
        shop.stranger = bool(known) and place_of not in known
    belong(found)
    theirs = [company for company in found.companies if company.looks or any(one.company is company for one in found.owned())]
    found.companies = theirs or found.companies  # of a company that an extract of several names, and that has nothing here, nothing is asked
    for company in found.companies:
        place(found, company)
    return found


def belong(found: Owners) -> None:
    """Give what has no company yet the one that its shop, its bank account or the accounts paid into it have."""
    for account in found.accounts:
        account.company = account.company or (account.shop.company if account.shop else None)
    for one in found.owned():
        one.company = one.company or _company_of(found, one)


def _company_of(found: Owners, one: Shop | Bank | Account) -> Company | None:
    """The only company, unless it is a shop that nothing here knows; else that of the accounts paid into the bank account, that of the bank account, or the only one of the currency."""
    if isinstance(one, Shop) and one.stranger:
        return None
    if len(found.companies) == 1:
        return found.companies[0]
    near: set[str] = set()
    if isinstance(one, Bank):
        near = {account.company.title for account in found.accounts if account.bank is one and account.company}
    if isinstance(one, Account) and one.bank and one.bank.company:
        near = {one.bank.company.title}
    near = near or {company.title for company in found.companies if company.currency == one.currency}
    return next((company for company in found.companies if company.title in near), None) if len(near) == 1 else None


def name_all(found: Owners) -> None:
    """The names that mapping files use, once the companies have theirs: unique, short, of what they are."""
    taken: set[str] = set()

    def free(*choices: str) -> str:
        numbered = (f"{choices[-1]}-{n}" for n in range(2, 1000))
        name = next(one for one in (*choices, *numbered) if one not in taken)
        taken.add(name)
        return name

    for company in found.companies:
        company.name = free(company.name or slug(company.title))
    brands = Counter(brand(shop.company.name if shop.company else "shop") for shop in found.shops)
    for shop in found.shops:
        base = brand(shop.company.name if shop.company else "shop")
        base = f"{base}-{shop.currency.lower()}" if brands[base] > 1 else base
        mark = re.sub("[^a-z]", "", shop.counted[0].lower())
        shop.name = free(base, *([f"{base}-{mark}"] if mark else []), f"{base}-shop")
    for bank in found.banks:
        base, coin = "bank", bank.currency.lower()
        shorter = brand(bank.company.name) if bank.company and len(found.companies) > 1 else base
        shorter = f"{shorter}-bank" if shorter != base else base
        shorter = f"{shorter}-{coin}"
        bank.name = free(shorter, f"{shorter}-{re.sub(r'[^a-z0-9]', '', bank.number.lower())[-4:] or 'other'}")
    twice = Counter((account.processor, account.currency) for account in found.accounts)
    for account in found.accounts:
        short = SHORT.get(account.processor, account.processor.replace("_", "-"))
        base = account.shop.name if account.shop and (account.processor == OWN or twice[account.processor, account.currency] > 1) else brand(account.company.name) if account.company and len(found.companies) > 1 else ""
        if len({one.merchant for one in found.accounts if (one.processor, one.currency) == (account.processor, account.currency)} - {""}) > 1:
            account.name = free(f"{short}-{account.currency.lower()}-{slug(account.merchant)[-4:].strip('-') or 'other'}", f"{short}-{account.currency.lower()}-{slug(account.merchant)}")
            continue
        account.name = free(f"{base}-{short}" if base else f"{short}-{account.currency.lower()}", f"{base or short}-{short}-{account.currency.lower()}")
