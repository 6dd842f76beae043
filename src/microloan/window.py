"""账期起止: the first and the last day of a half-year as one loan has it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from microloan.anniversary import Anniversary
from microloan.errors.personal import told
from microloan.naming import refused_terms
from microloan.periods import HalfYear
from microloan.terms import LoanTerms

Half: TypeAlias = HalfYear | Anniversary
"""A half-year of the calendar, or one counted from a loan's disbursement."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a half-year, both ends inside."""

    first_day: date
    last_day: date

    @property
    def eve(self) -> date:
        """Return the day before the first one."""
        return self.first_day - _DAY

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies in the half-year; both ends do."""
        return self.first_day <= day <= self.last_day


def window_for(half: Half, terms: LoanTerms) -> Window:
    """Return the days of a half-year for a loan with these terms.

    Raises:
        InvalidTerms: neither a :class:`HalfYear` nor an :class:`Anniversary`.
    """
    match half:
        case HalfYear():
            return Window(half.first_day, half.last_day)
        case Anniversary():
            day, rule = terms.disbursed_on, terms.month_end
            return Window(half.first_day(day, month_end=rule), half.last_day(day, month_end=rule))
        case _:
            raise refused_terms("the half-year", "半年度", half, "a HalfYear or an Anniversary")


def calendar_half(half: object) -> HalfYear:
    """Return a half-year of the calendar, by which a book is closed.

    Raises:
        InvalidTerms: anything else, such as an :class:`Anniversary`.

    >>> calendar_half(HalfYear(2011, 1))
    HalfYear(year=2011, half=1)
    """
    if not isinstance(half, HalfYear):
        raise refused_terms("the half-year of a book", "台账账期", told(half), "a HalfYear")
    return half
