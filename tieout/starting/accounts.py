"""The accounts at processors that settlement files are of: whose orders they name, which days they speak of, and where their payouts arrive."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .looks import Folder, Look
from .whose import Account, Owners, Shop

OWN = "shopify_payments"  # one account per shop and currency; all others may serve several shops


def add_accounts(folder: Folder, found: Owners, shared: Mapping[str, Counter[int]]) -> None:
    """One per processor and currency, several where reports of the same days name the orders of different shops; files without rows follow the others of their processor. `shared` are the orders that each file names, by the place of the shop."""
    coins: dict[str, str] = {}
    days: dict[str, tuple[date, date]] = {}
    for no, currency, _, first, last in folder.asked("money"):
        if str(no) not in coins:  # the currency of most of its rows comes first
            coins[str(no)] = str(currency)
            if isinstance(first, date) and isinstance(last, date):
                days[str(no)] = first, last
    paying = {str(no): str(currency) for no, currency, _ in folder.asked("payouts")}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for no, lines_no, payouts in folder.asked("same_payouts"):
        sums[str(no)][str(lines_no)] += int(str(payouts))
    groups: dict[tuple[str, str], list[Look]] = defaultdict(list)
    bare: list[Look] = []
    for look in folder.of("account"):
        if look.no in coins:  # an account is in the currency of its payouts, where it has any
            groups[look.processor, paying.get(look.no, coins[look.no])].append(look)
        else:
            bare.append(look)
    for (processor, currency), looks in sorted(groups.items()):
        told, others = _by_merchant(looks)
        for merchant, some in told.items():
            shops = set().union(*(shared[look.no] for look in some))
            found.accounts.append(Account("", processor, currency, merchant, found.shops[min(shops)] if len(shops) == 1 else None, looks=some))
        for shop, some, loose in _apart(found, others, _Said(shared, days, sums), processor, currency) if others else ():
            found.accounts.append(Account("", processor, currency, shop=shop, looks=some))
            found.loose += [(look, f"it may be of several accounts of {processor}: put it into a folder with other files of its account") for look in loose]
    for look in bare:
        same = [one for one in found.accounts if one.processor == look.processor]
        near = same if len(same) == 1 else [one for one in same if any(other.folder == look.folder for other in one.looks)]
        if len(near) == 1:
            near[0].looks.append(look)
        else:
            found.loose.append((look, "it has no rows and no other file of its processor lies beside it" if not same else f"it may be of {len(same)} accounts of {look.processor}: put it into a folder with other files of its account"))
    _pay(folder, found)


def _by_merchant(looks: list[Look]) -> tuple[dict[str, list[Look]], list[Look]]:
    """The files by what they call their account, where they call it in more than one way, and those that do not say it: of the account that has a file in the same folder, if one alone has."""
    told: dict[str, list[Look]] = defaultdict(list)
    for look in sorted(looks, key=lambda one: one.no):
        if look.merchant:
            told[look.merchant].append(look)
    if len(told) < 2:
        return {}, looks
    others: list[Look] = []
    for look in (one for one in looks if not one.merchant):
        near = [some for some in told.values() if any(other.folder == look.folder for other in some)]
        (near[0] if len(near) == 1 else others).append(look)
    return dict(sorted(told.items())), others


@dataclass(frozen=True)
class _Said:
    """What files say of each other, by their numbers: the orders that they share with shops, their days, and the payouts that are the sums of another's lines."""

    shared: Mapping[str, Counter[int]]
    days: Mapping[str, tuple[date, date]]
    sums: Mapping[str, Counter[str]]


def _apart(found: Owners, looks: list[Look], said: _Said, processor: str, currency: str) -> Iterable[tuple[Shop | None, list[Look], list[Look]]]:
    """The files of one processor and currency by account: (shop, files, files that may be of any). Files that name the orders of a shop in common are of one account."""
    clusters: list[tuple[set[int], list[Look]]] = []
    silent: list[Look] = []
    for look in looks:
        shops = set(said.shared[look.no]) if processor != OWN else {place for place, _ in said.shared[look.no].most_common(1)}
        if not shops:
            silent.append(look)
            continue
        near = [one for one in clusters if one[0] & shops]
        clusters = [one for one in clusters if one not in near] + [(shops.union(*(own for own, _ in near)), [*(other for _, others in near for other in others), look])]
    clusters.sort(key=lambda one: min(one[0]))
    several = processor == OWN or any(_meet(said.days, a, b) for n, (_, some) in enumerate(clusters) for _, others in clusters[n + 1 :] for a in some for b in others)
    if not several and clusters:
        clusters = [(set.union(*(own for own, _ in clusters)), [look for _, some in clusters for look in some])]
    if not clusters:
        able = [shop for shop in found.shops if shop.currency == currency]
        yield (able[0] if len(able) == 1 else None), silent, []
        return
    for place, (own, some) in enumerate(clusters):
        beside = [look for look in silent if _is_of(look, some, [others for _, others in clusters], said.sums)]
        silent = [look for look in silent if look not in beside]
        yield (found.shops[min(own)] if len(own) == 1 else None), [*some, *beside], silent if place == len(clusters) - 1 else []


def _is_of(look: Look, some: list[Look], clusters: list[list[Look]], sums: Mapping[str, Counter[str]]) -> bool:
    """Whether a file that names no order is of these: there are no others, its payouts are the sums of their lines and of those of no others as much, or they alone lie in its folder."""
    votes = [sum(sums[look.no][other.no] for other in others) for others in clusters]
    if len(clusters) == 1 or any(votes):
        return len(clusters) == 1 or votes.count(max(votes)) == 1 and clusters[votes.index(max(votes))] is some
    near = [others for others in clusters if any(other.folder == look.folder for other in others)]
    return len(near) == 1 and near[0] is some


def _meet(days: Mapping[str, tuple[date, date]], one: Look, other: Look) -> bool:
    """Whether both speak of the same days: one report has all that an account had in them."""
    if one.no not in days or other.no not in days or one.format != other.format:
        return False
    (first, last), (begin, end) = days[one.no], days[other.no]
    return first < end and begin < last


def _pay(folder: Folder, found: Owners) -> None:
    """The bank account into which a processor pays: where its payouts' amounts came, else the only one in its currency."""
    paid: dict[str, Counter[str]] = defaultdict(Counter)
    for no, bank_no, payouts in folder.asked("paid_into"):
        paid[str(no)][str(bank_no)] += int(str(payouts))
    for account in found.accounts:
        votes: Counter[int] = Counter()
        for look in account.looks:
            for bank_no, payouts in paid[look.no].items():
                votes.update({n: payouts for n, bank in enumerate(found.banks) if bank.currency == account.currency and bank_no in bank.nos})
        able = [bank for bank in found.banks if bank.currency == account.currency]
        best = votes.most_common(2)
        account.bank = able[0] if not best and len(able) == 1 else found.banks[best[0][0]] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None
        account.seen = bool(best)
