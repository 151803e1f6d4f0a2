"""What a format's columns are: each declaration names the header, the value's contract and whether it must be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

TYPES = {
    "amount_text": "DECIMAL(18,4)",
    "float_text": "DECIMAL(18,4)",
    "float_number": "DECIMAL(18,6)",
    "number_text": "DECIMAL(18,6)",
    "rate_number": "DECIMAL(30,14)",
    "whole_number": "BIGINT",
    "local_amount": "DECIMAL(18,4)",
    "local_fine": "DECIMAL(24,8)",
    "fine_text": "DECIMAL(24,8)",
    "hundredths": "DECIMAL(18,4)",
    "iso_day": "DATE",
    "form_day": "DATE",
    "head_day": "DATE",
    "form_moment": "TIMESTAMP",
    "offset_form_moment": "TIMESTAMP",
    "named_moment": "TIMESTAMP",
    "offset_day": "DATE",
    "offset_moment": "TIMESTAMP",
    "utc_moment": "TIMESTAMP",
    "zone_moment": "TIMESTAMP",
    "instant_moment": "TIMESTAMP",
    "instant_day": "DATE",
    "truth": "BOOLEAN",
}
MONEY = "DECIMAL(18,4)"
_BLANKS = re.compile(r"[\s\u00a0]+")


@lru_cache(65_536)
def normal(header: str) -> str:
    """A header as it is compared: without byte order mark, blanks folded, in lower case."""
    return _BLANKS.sub(" ", header.replace("\ufeff", "")).strip().casefold()


def translated(text: Expression, words: Mapping[str, str]) -> Expression:
    """The text, or what the feed says that it means."""
    if not words:
        return text
    low = FunctionExpression("lower", FunctionExpression("trim", text))
    case: Expression | None = None
    for word, meaning in words.items():
        test, value = low == ConstantExpression(word.strip().lower()), ConstantExpression(meaning)
        case = CaseExpression(test, value) if case is None else case.when(test, value)
    assert case is not None
    return case.otherwise(text)


@dataclass(frozen=True)
class Locale:
    """How a format writes numbers: its decimal mark, what stands between thousands, and whether a currency sign or parentheses may be there."""

    mark: str = "."
    group: str = ""  # a regular expression class, e.g. "[.]"
    sign: bool = False  # a currency's sign or code before or behind the number
    parens: bool = False  # (25.99) is negative

    def pattern(self, decimals: int) -> str:
        """The whole text of a number with at most that many decimals."""
        whole = "[0-9]{1,14}" if not self.group else f"([0-9]{{1,14}}|[0-9]{{1,3}}({self.group}[0-9]{{3}})+)"
        part = f"[{self.mark}][0-9]{{1,{decimals}}}"
        number = f"({whole}({part})?|{part})"  # .11 is 0.11; what ends with its mark was cut
        sign = r"([$£€¥]|[A-Z]{2,3}[$]?|zł|kr|Kč)" if self.sign else ""
        minus = "[-\u2212]"
        core = f"{minus}?{number}" if not sign else f"({minus}?({sign} ?)?|{sign} ?{minus}){number}( ?{sign})?"
        return f"{core}|[(]{f'({sign} ?)?' if sign else ''}{number}[)]" if self.parens else core

    @property
    def words(self) -> str:
        """The locale as the manual says it."""
        said = [f"decimal mark {self.mark}", f"thousands by one of {self.group[1:-1].strip() or 'blanks'}" if self.group else "no mark between thousands"]
        said += ["a currency's sign or code beside it"] if self.sign else []
        return ", ".join(said + (["parentheses are negative"] if self.parens else []))

    @property
    def noise(self) -> str:
        """All that is not a digit or the decimal mark."""
        return f"[^0-9{self.mark}]"


POINT = Locale()
COMMA = Locale(",")
POINT_GROUPED = Locale(".", "[,]")
COMMA_GROUPED = Locale(",", "[.]")
COMMA_SPACED = Locale(",", "[ \u00a0\u202f]")
SWISS = Locale(".", "['\u2019]")
POINT_SIGNED = Locale(".", "[,]", sign=True, parens=True)
COMMA_SIGNED = Locale(",", "[. \u00a0\u202f]", sign=True)


# how a feed says it: 1234.56 as the format writes it
LOCALES = {"1234.56": POINT, "1234,56": COMMA, "1,234.56": POINT_GROUPED, "1.234,56": COMMA_GROUPED, "1 234,56": COMMA_SPACED, "1'234.56": SWISS}


@dataclass(frozen=True)
class Column:
    """One canonical column: the headers that may carry it, the macro that reads its text and what is declared of it beside."""

    headers: tuple[str, ...]
    macro: str
    filled: bool = False
    optional: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    means: tuple[tuple[str, str], ...] = ()  # code → what it is to the books
    zone: bool = False
    default: str | None = None
    absent: str | None = None
    unquote: bool = False
    lenient: bool = False
    declared: tuple[object, ...] = ()  # what the macro takes beside the text: marks of a locale, forms of a date
    zone_header: tuple[str, ...] = ()  # headers of the column that names the zone of each row
    blanks: tuple[str, ...] = ()  # texts that stand for nothing, e.g. --
    fine: bool = False  # an amount that may be finer than its currency
    negate: bool = False  # the sign is turned
    locale: Locale | None = None  # of an amount that is not written plainly
    within: str = ""  # regular expression whose first group is the amount, where it stands in a text
    currency_column: str = "currency"  # canonical column of the currency whose sign may stand beside the number
    by_feed: bool = False  # numbers or days as the feed declares them: the format follows its user's locale
    beside: tuple[str, ...] = ()  # headers of the column whose text follows this one's after a blank: the time beside a day
    words: tuple[tuple[str, str], ...] = ()  # the feed's words for those of a closed vocabulary
    spoken: bool = False  # it takes the feed's words although its vocabulary is not closed here

    @property
    def type(self) -> str:
        """What its values are in the database."""
        return TYPES.get(self.macro, "VARCHAR")

    def bound(self, present: Mapping[str, str], numbers: str, days: str) -> Column:
        """The column in this file of this feed: its second header found, numbers and days as the feed writes them where the format leaves that open."""
        column = self
        if self.beside:
            column = replace(self, beside=tuple(present[normal(h)] for h in self.beside if normal(h) in present)[:1])
        if not self.by_feed or (self.type != MONEY and not days):
            return column
        if self.type == "DATE":
            return replace(column, macro="form_day", declared=((days,),))
        if self.type == "TIMESTAMP":
            return replace(column, declared=((f"{days} %H:%M:%S",),))
        locale = LOCALES[numbers]
        return replace(column, macro="local_amount", declared=(locale.pattern(4), locale.noise, locale.mark))

    def header_in(self, present: Mapping[str, str]) -> str | None:
        """The present header (as the raw relation names it) that carries this column."""
        return next((present[normal(h)] for h in self.headers if normal(h) in present), None)

    def text_of(self, raw: str) -> Expression:
        """The cell's text; NULL where it stands for nothing."""
        text: Expression = ColumnExpression(raw)
        for other in self.beside:
            text = FunctionExpression("concat_ws", ConstantExpression(" "), text, ColumnExpression(other))
        if self.within:
            text = FunctionExpression("regexp_extract", text, ConstantExpression(self.within), ConstantExpression(1))
        if self.unquote:
            bare = FunctionExpression("regexp_replace", text, ConstantExpression("^'([=+-])"), ConstantExpression(r"\1"))
            text = CaseExpression(FunctionExpression("starts_with", text, ConstantExpression("'")), bare).otherwise(text)
        if self.blanks:
            nothing = FunctionExpression("trim", text).isin(*(ConstantExpression(b) for b in self.blanks))
            text = CaseExpression(nothing, ConstantExpression(None).cast("VARCHAR")).otherwise(text)
        return text

    def fault(self, raw: str, present: Mapping[str, str]) -> str | Expression:
        """The header to blame where the value breaks its contract: of a moment in several columns, the one whose cell does not fit."""
        zone = next((h for h in self.zone_header if normal(h) in present), None)
        if not zone and not self.beside:
            return self.headers[0]
        name: Expression = ConstantExpression(self.headers[0])
        if self.beside:
            forms = self.declared[0] if isinstance(self.declared[0], tuple) else (str(self.declared[0]),)
            fits = FunctionExpression("form_stamp", ColumnExpression(raw), ConstantExpression([str(form).partition(" ")[0] for form in forms])).isnotnull()
            name = CaseExpression(fits, ConstantExpression(self.beside[0])).otherwise(name)
        if zone:
            cell = FunctionExpression("trim", ColumnExpression(present[normal(zone)]))
            odd = (FunctionExpression("blank_text", cell) == ConstantExpression(False)) & (FunctionExpression("known_zone", cell) == ConstantExpression(False))
            name = CaseExpression(odd, ConstantExpression(present[normal(zone)])).otherwise(name)
        return name

    @property
    def takes_all(self) -> bool:
        """Every text is a value, so only an empty one gives NULL."""
        return self.macro in ("plain_text", "lower_text") and not self.codes

    def value(self, raw: str, zone: Expression, read: Callable[..., Expression] = FunctionExpression) -> Expression:
        """The typed value; NULL where the text breaks the contract. Of a closed vocabulary the label, for `coded`. `read` puts the macro to the text."""
        text = translated(self.text_of(raw), dict(self.words))
        extra: list[Expression] = [ConstantExpression(list(d) if isinstance(d, tuple) else d) for d in self.declared]
        typed = read(self.macro, text, *extra, *([zone] if self.zone else []))
        if self.negate:
            typed = (-typed).cast(self.type)
        if self.default is not None:
            blank = FunctionExpression("blank_text", text)
            return CaseExpression(blank, FunctionExpression(self.macro, ConstantExpression(self.default))).otherwise(typed)
        return typed

    def zone_of(self, present: Mapping[str, str], feed_zone: str) -> Expression:
        """The zone of a row: as its own column names it, else the feed's."""
        header = next((present[normal(h)] for h in self.zone_header if normal(h) in present), None)
        if header is None:
            return ConstantExpression(feed_zone)
        cell = ColumnExpression(header)
        return CaseExpression(FunctionExpression("blank_text", cell), ConstantExpression(feed_zone)).otherwise(FunctionExpression("trim", cell))

    def coded(self, low: Expression) -> Expression:
        """The code of a label in lower case; NULL where the vocabulary has none."""
        case: Expression | None = None
        for label, code in self.codes:
            test = low == ConstantExpression(label.casefold())
            case = CaseExpression(test, ConstantExpression(code)) if case is None else case.when(test, ConstantExpression(code))
        assert case is not None
        return case


def text(*headers: str, filled: bool = False, optional: bool = False, unquote: bool = False, blanks: tuple[str, ...] = (), spoken: bool = False, default: str | None = None) -> Column:
    """Text as it stands, outer blanks removed; `spoken` as of `lower`; `default` where the cell is empty."""
    return Column(headers, "plain_text", filled, optional, unquote=unquote, blanks=blanks, spoken=spoken, default=default)


def ident(*headers: str, filled: bool = False, optional: bool = False, blanks: tuple[str, ...] = ()) -> Column:
    """An identifier: never a number in scientific notation, one leading apostrophe removed."""
    return Column(headers, "digits_text", filled, optional, blanks=blanks)


def lenient_ident(*headers: str, optional: bool = False) -> Column:
    """An identifier that may be damaged at the source: empty where it is not readable, never a reason to refuse."""
    return Column(headers, "digits_text", False, optional, lenient=True)


def lower(*headers: str, filled: bool = False, optional: bool = False, spoken: bool = False) -> Column:
    """A code in lower case. With `spoken` the feed's words count for those of the format: the column decides what a row is, beside its native type."""
    return Column(headers, "lower_text", filled, optional, spoken=spoken)


def currency(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """ISO 4217, any case."""
    return Column(headers, "upper_text", filled, optional)


def amount(
    *headers: str, filled: bool = True, optional: bool = False, locale: Locale = POINT, blanks: tuple[str, ...] = (), fine: bool = False, negate: bool = False,
    by_feed: bool = False, currency_column: str = "currency", within: str = "",
) -> Column:
    """A number as its locale writes it, by default with a point (a comma between whole groups of thousands is read where decimals follow); never an exponent. At most four decimals and no finer
    than its currency; `fine` takes up to eight and leaves rounding to the format. `negate` turns the sign: costs that the file writes positive; `by_feed` takes
    the feed's `numbers`, where the export follows its user's locale. With `within` it is a part of a text, and empty where the text has none. A currency's sign beside the number must be one of the currency in `currency_column`."""
    if by_feed:
        return Column(headers, "amount_text", filled, optional, blanks=blanks, negate=negate, by_feed=True)
    if locale == POINT:
        return Column(headers, "fine_text" if fine else "amount_text", filled, optional, blanks=blanks, fine=fine, negate=negate)
    declared = (locale.pattern(8 if fine else 4), locale.noise, locale.mark)
    return Column(headers, "local_fine" if fine else "local_amount", filled, optional, declared=declared, blanks=blanks, fine=fine, negate=negate, locale=locale, currency_column=currency_column, within=within)


def hundredths(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """A whole number of hundredths, whatever the currency's own decimals: 10000 is 100.00, of yen too."""
    return Column(headers, "hundredths", filled, optional)


def float_amount(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """A float printed as text, read to the decimal it stands for; refused where it is more than a millionth off."""
    return Column(headers, "float_text", filled, optional)


def float_number(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """A quantity, unit price or percentage printed as a float, read to six decimals; refused where it is more than a thousand-millionth off."""
    return Column(headers, "float_number", filled, optional)


def rate(*headers: str, filled: bool = True, optional: bool = False) -> Column:
    """An exchange rate, to fourteen decimals: spreadsheets print no more."""
    return Column(headers, "rate_number", filled, optional)


def keyed(*headers: str, digits: bool = False, optional: bool = False) -> Column:
    """The keyed hash of what identifies a person, case and outer blanks (or, with `digits`, everything but digits) left out; the text is not kept."""
    return Column(headers, "keyed_digits" if digits else "keyed_text", False, optional, lenient=True)


def whole(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """A whole number."""
    return Column(headers, "whole_number", filled, optional)


def day(
    *headers: str, filled: bool = False, optional: bool = False, form: str | tuple[str, ...] = "", head: bool = False, blanks: tuple[str, ...] = (),
    by_feed: bool = False,
) -> Column:
    """YYYY-MM-DD, with or without a time behind it; or a day in one of the declared forms, e.g. "%d.%m.%Y". With `head` the form is that of the
    text before its first blank or T: the local day of a moment. With `by_feed` the feed's `days` say the form."""
    if by_feed:
        return Column(headers, "iso_day", filled, optional, blanks=blanks, by_feed=True)
    if not form:
        return Column(headers, "iso_day", filled, optional, blanks=blanks)
    forms = (form,) if isinstance(form, str) else form
    return Column(headers, "head_day" if head else "form_day", filled, optional, declared=(forms,), blanks=blanks)


def moment(
    *headers: str,
    form: str | tuple[str, ...],
    zone: str = "",
    zone_in: str = "",
    time_in: str = "",
    filled: bool = False,
    optional: bool = False,
    by_feed: bool = False,
) -> Column:
    """UTC of a text in one of the declared forms. The offset stands in the text (%z), or in a column of the file (`zone_in`: an abbreviation, an
    IANA name, or a name of Rails), or is the declared `zone`; else the feed's time zone holds. `time_in` is the column of the time beside the day;
    `by_feed` takes the feed's `days` for the form of the day."""
    forms = (form,) if isinstance(form, str) else form
    beside = tuple(time_in.split("|")) if time_in else ()
    if any("%z" in f for f in forms):
        return Column(headers, "offset_form_moment", filled, optional, declared=(forms,), beside=beside)
    if zone_in:
        named = tuple(zone_in.split("|"))
        return Column(headers, "named_moment", filled, optional, zone=True, declared=(forms,), zone_header=named, beside=beside, by_feed=by_feed)
    if zone:
        return Column(headers, "form_moment", filled, optional, declared=(forms, zone), beside=beside)
    return Column(headers, "form_moment", filled, optional, declared=(forms,), zone=True, beside=beside, by_feed=by_feed)


def offset_day(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """The local day of YYYY-MM-DD HH:MM:SS ±HHMM."""
    return Column(headers, "offset_day", filled, optional)


def offset_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """UTC of YYYY-MM-DD HH:MM:SS ±HHMM."""
    return Column(headers, "offset_moment", filled, optional)


def utc_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """YYYY-MM-DD HH:MM:SS that is UTC already."""
    return Column(headers, "utc_moment", filled, optional)


def zone_moment(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """UTC of YYYY-MM-DD HH:MM:SS in the feed's time zone."""
    return Column(headers, "zone_moment", filled, optional, zone=True)


def instant(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """UTC of an ISO 8601 moment that says its offset, e.g. 2026-03-10T16:00:00Z."""
    return Column(headers, "instant_moment", filled, optional)


def instant_day(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """The day of such a moment in the feed's time zone."""
    return Column(headers, "instant_day", filled, optional, zone=True)


def gid(*headers: str, filled: bool = False, optional: bool = False) -> Column:
    """The number within gid://shopify/Order/123, or the number alone."""
    return Column(headers, "gid_text", filled, optional)


def truth(*headers: str, optional: bool = False, absent: str = "false", filled: bool = False) -> Column:
    """True or false; empty is false where the column need not be filled. `absent` is what holds where the file has no such column."""
    return Column(headers, "truth", filled, optional, default=None if filled else "false", absent=absent)


def code(
    *headers: str, codes: Mapping[str, str], filled: bool = True, optional: bool = False, blanks: tuple[str, ...] = (),
    means: Mapping[str, str] | None = None,
) -> Column:
    """A closed vocabulary: label → code; the codes themselves are read too. `means` says of each code what it is to the books."""
    pairs = {**{value.casefold(): value for value in codes.values()}, **{label.casefold(): value for label, value in codes.items()}}
    return Column(headers, "lower_text", filled, optional, codes=tuple(pairs.items()), blanks=blanks, means=tuple((means or {}).items()))


def optional(column: Column) -> Column:
    """The same column where its header may be missing."""
    return replace(column, optional=True)
