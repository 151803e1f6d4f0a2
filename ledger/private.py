"""Keeps people's data and secrets out of what is shown, logged or sent: e-mail addresses, card numbers and keys are masked."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[^\s@<>,;:\"'()\[\]/\\|=]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
    r"|(?<![A-Za-z0-9])(?:sk|rk|whsec|shpat|shpss|shppa|ghp|glpat|xox[abp])[_-][A-Za-z0-9_-]{10,}|(?<![A-Z0-9])AKIA[A-Z0-9]{16}(?![A-Z0-9])",
    re.DOTALL,
)
# Visa, Mastercard, American Express, Discover, and their lengths.
_ISSUED = re.compile(r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}")


def masked(text: str) -> str:
    """The text without e-mail addresses, card numbers and keys."""
    if "@" in text:
        text = _MAIL.sub("[e-mail]", text)
    return _DIGITS.sub(lambda found: "[card]" if is_card(found[0]) else found[0], _KEY.sub("[key]", text))


def shown(text: str) -> str:
    """The text for a terminal: masked, and what would not print there (line ends, escape sequences, direction marks) escaped."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in masked(text))


def is_card(text: str) -> bool:
    """Whether the digits are those of a card: an issuer's range and length, and Luhn's check."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(reversed(digits))]
    return _ISSUED.fullmatch("".join(map(str, digits))) is not None and sum(doubled) % 10 == 0
