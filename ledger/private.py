"""Keeps people's data and secrets out of what is shown, logged or sent: e-mail addresses, card numbers and keys are masked."""

from __future__ import annotations

import re

_DOMAIN = r"@[\w-]+(?:\.[\w-]+)+"
_LOCAL = r"[^\s@<>,;:\"'()\[\]/\\|=]"
_MAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+{_DOMAIN}")  # tried at the begin of a run alone: else a long one without an address costs its square
_QUOTED_MAIL = re.compile(rf"\"[^\"\n]{{1,64}}\"{_DOMAIN}")
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
        text = _MAIL.sub("[e-mail]", _QUOTED_MAIL.sub("[e-mail]", text))
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


# What of a cell may stand in a message: amounts, days, times and zones, and code words. A word that may be a name, and longer texts, may not.
_AMOUNT = re.compile(r"(?=.*[0-9])[-+(\u2212]{0,2}[$£€¥]? ?[-\u2212]?(?:[A-Z]{2,3}[$]? ?)?[0-9]{0,14}(?:[.,' \u00a0\u202f\u2019][0-9]{0,6}){0,5}(?:[eE][-+]?[0-9]{1,3})?(?: ?(?:[$£€¥%]|[A-Z]{3}|kr|zł|Kč|CR|DR|C|D))?[-)]?")
_TIME = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{6}|\d{8})?[ T]?(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|[A-Z]{3,5})?(?:[-+]\d{1,2}(?::?\d{2})?)?)?")
_CODE = re.compile(r"[a-z]{1,4}|[A-Z]{1,4}|(?=[^0-9]{0,31}[0-9_])[A-Z0-9_:+./,-]{1,32}|[a-z0-9]+(?:_[a-z0-9]+){1,5}|(?!(?:\D*\d){10})(?:[^A-Za-z]*[A-Za-z]?){2}[^A-Za-z]*")
_BOOKED = re.compile(r"(?:19|20)\d{12}|(?:[CD]\d{6}[A-Z]{0,3}|\d{6}(?:\d{4})?[A-Z]{1,3})[\d.,]{1,15}(?:N[A-Z0-9]{3})?")  # a moment in one piece; day and amount as SWIFT writes them
_PLAIN_DIGITS, _QUOTED = 9, 40  # more digits in a row may be a telephone or an account


def quoted(text: str, *, word: bool = False) -> str:
    """A cell as a refusal shows it: amounts, days and code words between quotation marks, of any other text only that it is one and how long.

    `word` is for cells of a closed vocabulary: up to three words of letters are code words there.
    """
    before, after = (" " * (len(text) - len(rest)) for rest in (text.lstrip(" "), text.rstrip(" ")))
    text = " ".join(text.split())
    safe = masked(text) == text and len(text) <= _QUOTED
    if safe and _BOOKED.fullmatch(text):
        return f'"{before}{text}{after}"'
    safe = safe and not re.search(rf"\d{{{_PLAIN_DIGITS + 1}}}", re.sub(r"[.,]\d*$", "", text))
    codes = _CODE.fullmatch(text) or word and re.fullmatch(r"[^\W\d_]+(?:[ _/-][^\W\d_]+){0,2}", text)
    if safe and (_AMOUNT.fullmatch(text) or _TIME.fullmatch(text) or codes):
        return f'"{before}{shown(text)}{after}"'
    return f"a text of {len(text)} characters (not shown, it may be a customer's)"
