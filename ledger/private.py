"""Keeps people's data and secrets out of what is shown, logged or sent: e-mail addresses, card numbers and keys are masked."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[^\s@<>,;:\"'()\[\]/\\|=]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DIGITS = re.compile(r"\d(?:[ .\u00a0-]?\d){12,}")
_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
    r"|(?<![A-Za-z0-9])(?:sk|rk|whsec|shpat|shpss|shppa|ghp|glpat|xox[abp])[_-][A-Za-z0-9_-]{10,}|(?<![A-Z0-9])AKIA[A-Z0-9]{16}(?![A-Z0-9])",
    re.DOTALL,
)
# Visa, Mastercard, American Express, JCB, Diners, Discover and UnionPay, and their lengths.
_ISSUED = re.compile(r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|3[068]\d{12}|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12,15}")
_GROUPS = {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4)}
CARD = "[card]"  # what stands where a card number stood


def masked(text: str) -> str:
    """The text without e-mail addresses, card numbers and keys."""
    if "@" in text:
        text = _MAIL.sub("[e-mail]", text)
    return _DIGITS.sub(lambda found: _without_cards(found[0]), _KEY.sub("[key]", text))


def _without_cards(run: str) -> str:
    """Digits that make a card together are masked: one group of them, or groups as cards print them."""
    groups = list(re.finditer(r"\d+", run))
    for first, begin in enumerate(groups):
        for last in range(first, min(first + 5, len(groups))):
            some = groups[first : last + 1]
            lengths = tuple(len(group[0]) for group in some)
            if (last == first or lengths in _GROUPS) and is_card("".join(group[0] for group in some)):
                return f"{run[: begin.start()]}{CARD}{_without_cards(run[groups[last].end() :])}"
    return run


def shown(text: str) -> str:
    """The text for a terminal: masked, and what would not print there (line ends, escape sequences, direction marks) escaped."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in masked(text))


def is_card(text: str) -> bool:
    """Whether the digits are those of a card: an issuer's range and length, and Luhn's check."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(reversed(digits))]
    return _ISSUED.fullmatch("".join(map(str, digits))) is not None and sum(doubled) % 10 == 0
