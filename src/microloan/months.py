"""Whole months of the civil calendar, always counted from one anchor."""

from datetime import date
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from dateutil.relativedelta import relativedelta

_MONTHS: Final = 12
FIRST_MONTH: Final = date(1990, 1, 1)
_TABLE_MONTHS: Final = 2_400


class MonthEnd(Enum):
    """What becomes of a day that a month lacks, such as the 31st in April."""

    CLAMP = "clamp"
    """The last day of that month: usual here."""
    ROLL = "roll"
    """The first day of the month after it."""


@lru_cache(maxsize=1 << 16)
def add_months(anchor: date, months: int) -> date:
    """Return the day so many months after the anchor; a day the month lacks becomes its last.

    Months are counted from the anchor, never chained: 31 January + 2 months is 31 March.

    >>> add_months(date(2024, 1, 31), 1), add_months(date(2024, 1, 31), 2)
    (datetime.date(2024, 2, 29), datetime.date(2024, 3, 31))
    """
    return anchor + relativedelta(months=months)


def whole_months(start: date, end: date) -> int:
    """Return how many whole months, counted from the start, fit before the end.

    >>> whole_months(date(2024, 1, 31), date(2024, 2, 29))
    1
    >>> whole_months(date(2024, 1, 15), date(2024, 3, 14))
    1
    """
    months = (end.year - start.year) * _MONTHS + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


@lru_cache(maxsize=64)
def month_days(day: int, rule: MonthEnd = MonthEnd.CLAMP) -> tuple[date, ...]:
    """Return one day of every month from January 1990 on, by the rule for months that lack it.

    A plan takes its due dates out of this table: counting months is then taking a slice.

    >>> days = month_days(31, MonthEnd.ROLL)
    >>> days[0], days[1]
    (datetime.date(1990, 1, 31), datetime.date(1990, 3, 1))
    """
    firsts = [
        date(FIRST_MONTH.year + number // _MONTHS, number % _MONTHS + 1, 1)
        for number in range(_TABLE_MONTHS + 1)
    ]
    days = []
    for first, following in pairwise(firsts):
        length = (following - first).days
        if day <= length:
            days.append(first.replace(day=day))
        else:
            days.append(following if rule is MonthEnd.ROLL else first.replace(day=length))
    return tuple(days)


def month_number(day: date) -> int:
    """Return the place of a day's month in :func:`month_days`.

    >>> month_number(date(1991, 2, 28))
    13
    """
    return (day.year - FIRST_MONTH.year) * _MONTHS + day.month - FIRST_MONTH.month


def months_later(anchor: date, months: int, rule: MonthEnd) -> date:
    """Return the day so many months after the anchor, by the rule for a day the month lacks.

    >>> months_later(date(2024, 2, 29), 12, MonthEnd.ROLL)
    datetime.date(2025, 3, 1)
    """
    return month_days(anchor.day, rule)[month_number(anchor) + months]
