"""The processors that pay out to a bank account, by the words that their entries carry."""

from __future__ import annotations

import re
import unicodedata

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
KANA = {"ストライプ": "stripe", "ペイパル": "paypal", "アマゾン": "amazon", "シヨピフアイ": "shopify_payments", "アデイエン": "adyen"}  # as Japanese banks write them, which have no small letters
LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
LATIN = re.compile("[a-z]+")
WORD = re.compile(r"[a-z]+|[ァ-ヺー]+?(?=(?:ジヤパン|ペイメンツ)?(?:[^ァ-ヺー]|$))")
# through whom processors pay: a bank, or a company that their name does not say
BETWEEN = re.compile(
    r"ban[ck]|banque|payment|acquir|merchant|settlement|clearing|squareup|amzn|j ?p ?morgan|hsbc|barclays|wells fargo|goldman|worldpay|nexi|modulr|currencycloud|\bpay\b"
    r"|elavon|first data|fiserv|payone|concardis|zettle|trustly|buckaroo|multisafepay|rapyd|airwallex|gocardless|sofort|saferpay|ingenico|western union|sezzle|cross river"
    r"|^(ing|nets|six|cko|bc lux|block inc|evolve|zip co)\b|^wise (europe|us|pay)"
)
UNNAMED = frozenset(["notprovided", "not provided", "unknown", "none", "n a", "na"])


def processor_in(text: str) -> str | None:
    """The processor whose name stands first in the text, as a whole word."""
    known = PROCESSORS if text.isascii() else {**PROCESSORS, **KANA}
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).translate(LARGE).lower()
    return next((known[word] for word in WORD.findall(plain) if word in known), None)


def is_another(payer: str) -> bool:
    """Whether the other party is named, and is neither a processor nor a bank that pays for one: what such an entry says of a processor is said of something else."""
    name = " ".join(LATIN.findall(payer.lower()))
    return len(name) > 1 and name not in UNNAMED and processor_in(name) is None and BETWEEN.search(name) is None
