"""还款日: the interest periods of a contract and the days on which they fall due."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from microloan.clauses import Amortization, Settlement, Stub
from microloan.errors import InvalidDate
from microloan.months import add_months, month_days, month_number, months_later
from microloan.naming import refused_terms
from microloan.periods import DayCount
from microloan.terms import LoanTerms

_DAY = timedelta(days=1)
_LONGEST_HOLIDAY = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days that bears interest: the opening day counts, the closing day does not.

    ``months`` is how many calendar months a regular period has, and 0 for a stub.
    """

    opens_on: date
    closes_on: date
    due_on: date
    months: int

    @property
    def days(self) -> int:
        """Return the calendar days of the period."""
        return (self.closes_on - self.opens_on).days

    def year_fraction(self, day_count: DayCount) -> Fraction:
        """Return the part of a year the period is; a regular one may go by months."""
        if self.months and day_count.by_months:
            return Fraction(self.months, 12)
        return day_count.fraction(self.opens_on, self.closes_on)

    def elapsed(self, day: date, day_count: DayCount) -> Fraction:
        """Return the part of a year gone by at a day within the period, never more than all of it.

        Of a regular period that goes by months, the days after a cut bear what the days before it
        did not, so that cutting a period changes nothing of its interest.
        """
        whole = self.year_fraction(day_count)
        if day >= self.closes_on:
            return whole
        if day <= self.opens_on:
            return Fraction(0)
        return min(day_count.fraction(self.opens_on, day), whole)


class Calendar(NamedTuple):
    """The due dates of a contract in columns, one place for each line of its plan.

    Args:
        due: the days on which something falls due.
        closes: the days on which the lines stop bearing interest.
        opens: the days from which they bear it.
        months: the calendar months of each regular period; 0 where days are counted.
        stubs: the places whose period is longer or shorter than an interval.
        unbilled: the places at which principal falls due and no interest does.
    """

    due: tuple[date, ...]
    closes: tuple[date, ...]
    opens: tuple[date, ...]
    months: tuple[int, ...]
    stubs: frozenset[int] = frozenset()
    unbilled: frozenset[int] = frozenset()

    def period(self, at: int) -> Period:
        """Return the interest period to which a place belongs, whole.

        Around a place without interest it runs from the first of its places to the last.
        """
        first = last = at
        while first - 1 in self.unbilled:
            first -= 1
        while last in self.unbilled:
            last += 1
        return Period(
            opens_on=self.opens[first],
            closes_on=self.closes[last],
            due_on=self.due[last],
            months=self.months[last],
        )

    def fraction(self, at: int, since: date, day_count: DayCount) -> Fraction:
        """Return the part of a year for which a place bears interest, from a day on."""
        period = self.period(at)
        until = period.elapsed(self.closes[at], day_count)
        return max(until - period.elapsed(max(since, self.opens[at]), day_count), Fraction(0))


def calendar_of(terms: LoanTerms) -> Calendar:
    """Return the due dates of a contract; they are anchored on disbursement, never chained.

    >>> from microloan.clauses import Settlement
    >>> from microloan.money import cny
    >>> from microloan.rate import percent
    >>> calendar = calendar_of(LoanTerms(
    ...     principal=cny(300_000), annual_rate=percent("4.95"), disbursed_on=date(2024, 5, 10),
    ...     months=3, amortization=Amortization.INTEREST_ONLY, day_count=DayCount.ACT_360,
    ...     settlement=Settlement(day=20),
    ... ))
    >>> [str(day) for day in calendar.due]
    ['2024-05-20', '2024-06-20', '2024-07-20', '2024-08-10']
    """
    if terms.amortization is Amortization.BULLET:
        calendar = _one_period(terms)
    elif terms.due_dates:
        calendar = _listed(terms.due_dates, terms.disbursed_on)
    elif terms.settlement is not None:
        calendar = _settled(terms, terms.settlement)
    else:
        calendar = _by_interval(terms)
    if terms.interest_grace_months:
        calendar = _merged(calendar, terms)
    return _with_parts(calendar, terms) if terms.parts else calendar


def _one_period(terms: LoanTerms) -> Calendar:
    end = (terms.matures_on,)
    return Calendar(due=end, closes=end, opens=(terms.disbursed_on,), months=(terms.months,))


def _listed(days: tuple[date, ...], start: date) -> Calendar:
    return Calendar(due=days, closes=days, opens=(start, *days[:-1]), months=(0,) * len(days))


def _by_interval(terms: LoanTerms) -> Calendar:
    """Take the anniversaries of disbursement out of the table of months."""
    every, first = terms.interval_months, month_number(terms.disbursed_on)
    days = month_days(terms.disbursed_on.day, terms.month_end)
    due = days[first + every : first + terms.months + 1 : every]
    opens = days[first : first + terms.months : every]
    return Calendar(due=due, closes=due, opens=opens, months=(every,) * len(due))


def _settled(terms: LoanTerms, settlement: Settlement) -> Calendar:
    """Return periods that run through each settlement day, with a stub first and last.

    Interest of the settlement day itself still belongs to the period, so it closes the day after.
    At maturity principal comes back and the day does not count.
    """
    days, end = _settlement_days(terms, settlement), terms.matures_on
    closes = tuple(day + _DAY for day in days)
    return Calendar(
        due=(*days, end),
        closes=(*closes, end),
        opens=(terms.disbursed_on, *closes),
        months=(0, *(terms.interval_months,) * (len(days) - 1), 0)[: len(days) + 1],
        stubs=frozenset({0, len(days)}),
    )


def _settlement_days(terms: LoanTerms, settlement: Settlement) -> tuple[date, ...]:
    """Return the settlement days strictly between disbursement and maturity.

    They fall in the months that are multiples of the interval: with three, the last of each
    quarter.
    """
    every, start, end = terms.interval_months, terms.disbursed_on, terms.matures_on
    first = month_number(start) + -start.month % every
    table = month_days(settlement.day)[first : first + terms.months + 2 * every : every]
    days = tuple(day for day in table if start < day < end)
    if days and settlement.first is Stub.LONG and add_months(start, every) > days[0] + _DAY:
        return days[1:]
    return days


def _merged(calendar: Calendar, terms: LoanTerms) -> Calendar:
    """Join the periods within the grace on interest to the first one after it."""
    until = months_later(terms.disbursed_on, terms.interest_grace_months, terms.month_end)
    joined = sum(day <= until for day in calendar.due[:-1])
    if not joined:
        return calendar
    firsts = calendar.months[: joined + 1]
    months = sum(firsts) if all(firsts) else 0
    return Calendar(
        due=calendar.due[joined:],
        closes=calendar.closes[joined:],
        opens=(terms.disbursed_on, *calendar.opens[joined + 1 :]),
        months=(months, *calendar.months[joined + 1 :]),
        stubs=frozenset({max(at - joined, 0) for at in {*calendar.stubs, 0}}),
    )


def _with_parts(calendar: Calendar, terms: LoanTerms) -> Calendar:
    """Add the days on which a part of the principal falls due and no interest does."""
    added = {part.due_on for part in terms.parts} - set(calendar.due)
    due = sorted({*calendar.due, *added})
    closes, opens, months = [], [], []
    at, since = 0, terms.disbursed_on
    for day in due:
        between = day in added
        closing = max(day, since) if between else calendar.closes[at]
        closes.append(closing)
        opens.append(since)
        months.append(calendar.months[at])
        since, at = closing, at if between else at + 1
    return Calendar(
        due=tuple(due),
        closes=tuple(closes),
        opens=tuple(opens),
        months=tuple(months),
        stubs=calendar.stubs,
        unbilled=frozenset(place for place, day in enumerate(due) if day in added),
    )


class Workday(Enum):
    """顺延: to which working day a due date moves that falls on a day off."""

    FOLLOWING = "following"
    """The next one."""
    PRECEDING = "preceding"
    """The one before."""
    FOLLOWING_IN_MONTH = "following_in_month"
    """The next one, unless it lies in the next month: then the one before."""


def on_workday(
    day: date, is_workday: Callable[[date], bool], to: Workday = Workday.FOLLOWING
) -> date:
    """Return a day, or the nearest working day by a rule if it is none.

    Raises:
        InvalidDate: the caller's rule knows no working day within a month.

    >>> on_workday(date(2014, 5, 25), lambda day: day.weekday() < 5)
    datetime.date(2014, 5, 26)
    """
    step = -_DAY if to is Workday.PRECEDING else _DAY
    for days in range(_LONGEST_HOLIDAY):
        if is_workday(moved := day + days * step):
            if to is Workday.FOLLOWING_IN_MONTH and moved.month != day.month:
                return on_workday(day, is_workday, Workday.PRECEDING)
            return moved
    raise InvalidDate(
        f"no working day within {_LONGEST_HOLIDAY} days of {day}",
        zh=f"{day} 前后 {_LONGEST_HOLIDAY} 天内没有工作日",
        value=day,
        limit=_LONGEST_HOLIDAY,
    )


def with_interest_to_workdays(
    terms: LoanTerms, is_workday: Callable[[date], bool], to: Workday = Workday.FOLLOWING
) -> LoanTerms:
    """Return terms whose due dates are working days and whose interest runs up to them.

    Plans that only move the day of payment need no other terms: see
    :meth:`microloan.schedule.Installment.moved`.

    Raises:
        InvalidDate: no working day within a month.
        InvalidTerms: two due dates became one; all is paid at maturity; or grace on principal,
            whose end no list of dates tells.
    """
    if terms.grace_months:
        raise refused_terms(
            "grace months", "宽限期（月）", terms.grace_months, "0 to list due dates"
        )
    calendar = calendar_of(terms)
    billed = (day for at, day in enumerate(calendar.due) if at not in calendar.unbilled)
    return replace(
        terms,
        due_dates=tuple(on_workday(day, is_workday, to) for day in billed),
        parts=tuple(
            replace(part, due_on=on_workday(part.due_on, is_workday, to)) for part in terms.parts
        ),
        settlement=None,
        interest_grace_months=0,
    )
