"""The processors that pay out to a bank account, by the words that their entries carry."""

from __future__ import annotations

import re

PROCESSORS = {
    "shopify": "shopify_payments",
    "stripe": "stripe",
    "paypal": "paypal",
    "adyen": "adyen",
    "klarna": "klarna",
    "mollie": "mollie",
    "checkout": "checkout",
    "square": "square",
    "afterpay": "afterpay",
    "clearpay": "clearpay",
    "affirm": "affirm",
    "braintree": "braintree",
    "amazon": "amazon",
    "ebay": "ebay",
    "etsy": "etsy",
    "sumup": "sumup",
}
WORD = re.compile(r"[a-z]+")


def processor_in(text: str) -> str | None:
    """The processor whose name stands first in the text, as a whole word."""
    return next((PROCESSORS[word] for word in WORD.findall(text.lower()) if word in PROCESSORS), None)
