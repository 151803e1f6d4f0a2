"""Keeps people's data and secrets out of what is shown, logged or sent: e-mail addresses, card numbers and keys are masked."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[^\s@<>,;:\"'()\[\]/\\|=]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|\b(?:sk|rk|whsec|shpat|shpss|shppa|ghp|glpat|xox[abp])[_-][A-Za-z0-9_-]{10,}|\bAKIA[A-Z0-9]{16}\b", re.DOTALL)


def masked(text: str) -> str:
    """The text without e-mail addresses, card numbers (13 to 19 digits that pass the check digit) and keys."""
    text = _KEY.sub("[key]", _MAIL.sub("[e-mail]", text))
    return _DIGITS.sub(lambda found: "[card]" if is_card(found[0]) else found[0], text)


def shown(text: str) -> str:
    """The text for a terminal: masked, and what would not print there (line ends, escape sequences, direction marks) escaped."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in masked(text))


def is_card(text: str) -> bool:
    """Whether the digits begin as a card number does, and pass Luhn's check."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(reversed(digits))]
    return digits[0] in (2, 3, 4, 5, 6) and sum(doubled) % 10 == 0
