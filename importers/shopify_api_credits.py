"""Shopify's movements of store credit and of gift cards by the API."""

from __future__ import annotations

from . import _columns as c
from ._kit import Lands
from ._shopify_api import ApiImporter


class Movement(Lands):
    """One movement of what the shop owes a customer."""

    key = ("store", "movement_id")

    movement_id = c.gid("id", filled=True)
    amount = c.amount("amount.amount")
    currency = c.currency("amount.currencyCode")


class GiftCard(Movement):
    """Movements of gift cards, which the export of gift cards does not have."""

    lands = "gift_card_movement"
    section = "gift_cards"

    card_id = c.gid("card_gid", filled=True)
    movement_type = c.text("movement", filled=True)
    moved_at = c.instant("processedAt", filled=True)
    moved_on = c.instant_day("processedAt", filled=True)


class Importer(Movement, ApiImporter):
    """The results of queries on `storeCreditAccount { transactions }` and `giftCard { transactions }` as JSON lines, objects or children of their account.

    Amounts keep the sign that the API gives them: debits and expirations lower the liability. Owners are kept as keyed hashes.
    """

    context = "store"
    roots = (
        "StoreCreditAccountCreditTransaction",
        "StoreCreditAccountDebitTransaction",
        "StoreCreditAccountDebitRevertTransaction",
        "StoreCreditAccountExpirationTransaction",
        "GiftCardCreditTransaction",
        "GiftCardDebitTransaction",
        "StoreCreditAccount",
        "GiftCard",
    )
    lands = "store_credit_movement"
    section = "store_credit"
    also = (GiftCard,)

    credit_account = c.gid("account_gid", filled=True)
    customer_key = c.keyed("owner_gid", digits=True)
    movement_type = c.code("movement", codes={"credit": "credit", "debit": "debit", "debitrevert": "debit_revert", "expiration": "expiration"})
    event = c.lower("event")
    balance = c.amount("balanceAfterTransaction.amount", filled=False)
    order_name = c.text("origin.order.name")
    moved_at = c.instant("createdAt", filled=True)
    moved_on = c.instant_day("createdAt", filled=True)
