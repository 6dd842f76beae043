"""Months, days and rounding written apart, the way a textbook states them.

What a second calculation needs that shares no code with the library; it imports the names of the
day counts only.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from microloan.periods import DayCount


@dataclass(frozen=True)
class Row:
    """One line of a plan: amounts in fen."""

    due_on: date
    principal: int
    interest: int
    outstanding: int


def half_up(exact):
    """The nearest whole fen; exactly half a fen goes up. Only for amounts of at least 0."""
    return floor(exact + Fraction(1, 2))


def half_even(exact):
    """The nearest whole fen; exactly half a fen goes to the even one."""
    return round(exact)


def month_later(anchor, months):
    """The same day so many months later, or the last day of a month that is too short."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def year_fraction(day_count, start, end):
    """The part of a year from the opening day to the closing day."""
    days = end.toordinal() - start.toordinal()
    match day_count:
        case DayCount.ACT_360:
            return Fraction(days, 360)
        case DayCount.ACT_365:
            return Fraction(days, 365)
        case DayCount.ACT_ACT_ISDA:
            return _days_by_year(start, end)
        case DayCount.THIRTY_360:
            return _thirty(start, end, 30 if end.day == 31 and start.day >= 30 else end.day)
        case DayCount.THIRTY_E_360:
            return _thirty(start, end, 30 if end.day == 31 else end.day)
        case DayCount.BY_PERIOD:
            months = 0
            while month_later(start, months + 1) <= end:
                months += 1
            odd_days = end.toordinal() - month_later(start, months).toordinal()
            return Fraction(months, 12) + Fraction(odd_days, 360)


def _days_by_year(start, end):
    parts = Fraction(0)
    for year in range(start.year, end.year + 1):
        opens, closes = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        parts += Fraction((closes - opens).days, 366 if monthrange(year, 2)[1] == 29 else 365)
    return parts


def _thirty(start, end, last):
    first = 30 if start.day == 31 else start.day
    days = 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first
    return Fraction(days, 360)
