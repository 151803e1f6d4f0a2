"""Shopify's gift cards export: every card with what is left on it."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter


class Importer(CsvImporter):
    """Admin › Products › Gift cards › Export: a snapshot, up to March 2025 and the newer one with `Initial Balance` and `Current Balance`.

    The liability is the sum of the balances of cards that are enabled and not expired; movements of a card are not in this file. Names and notes
    stay in the file, the e-mail is kept as a keyed hash.
    """

    source = "shopify"
    context = "store"
    claims = ("Last Characters", "Initial Value|Initial Balance", "Balance|Current Balance", "Enabled?")
    generations = {
        "March 2025": """Id,Last Characters,Customer Name,Email,Order Name,Created At,Expires On,Initial Value,Balance,Currency,Expired?,Enabled?,
            Disabled At,Note""",
        "newer": """+Recipient Name,Recipient Email,Date Issued,Send At,Initial Balance,Current Balance,Message
            |-Created At,Initial Value,Balance,Disabled At""",
    }
    lands = "gift_card"
    key = ("store", "card_id")

    card_id = c.ident("Id", filled=True)
    currency = c.currency("Currency")
    initial_value = c.amount("Initial Value", "Initial Balance")
    balance = c.amount("Balance", "Current Balance")
    enabled = c.truth("Enabled?", filled=True)
    is_expired = c.truth("Expired?", filled=True)
    expires_on = c.day("Expires On")
    issued_at = c.offset_moment("Created At", "Date Issued", optional=True)
    issued_on = c.offset_day("Created At", "Date Issued", optional=True)
    disabled_on = c.offset_day("Disabled At", optional=True)
    order_name = c.text("Order Name", optional=True)
    email_key = c.keyed("Email", optional=True)
