"""The weekdays on which a company's banks do not settle, for calendars.csv."""

from __future__ import annotations

from datetime import date

from .whose import Company

MONDAY_TO_FRIDAY = range(5)


def bank_holidays(company: Company, years: range) -> list[tuple[date, str]]:
    """Day and name: where TARGET is closed for a company in euros, else the holidays of its country; nothing for a country that nobody lists."""
    import holidays

    try:
        days = holidays.financial_holidays("ECB", years=years) if company.currency == "EUR" else holidays.country_holidays(company.country, years=years)
    except NotImplementedError:
        return []
    return sorted((day, name) for day, name in days.items() if day.weekday() in MONDAY_TO_FRIDAY)
