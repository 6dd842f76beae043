"""A second repayment plan, written apart: from the terms alone, in exact fractions of a fen.

It imports the input types only. Months, day counts, the level payment and the rounding are its own,
written the way a textbook states them and not the way the library computes them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from microloan.clauses import Amortization, Residue
from microloan.periods import DayCount
from microloan.terms import LoanTerms

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One line of a plan: amounts in fen."""

    due_on: date
    principal: int
    interest: int
    outstanding: int


@dataclass(frozen=True)
class Stretch:
    """Days that bear interest together; ``months`` is 0 where they are no regular period."""

    opens_on: date
    closes_on: date
    due_on: date
    months: int


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


def stretches(terms):
    """The interest periods of a loan, each with its due date."""
    start, end = terms.disbursed_on, month_later(terms.disbursed_on, terms.months)
    if terms.amortization is Amortization.BULLET:
        return [Stretch(start, end, end, terms.months)]
    if terms.settlement is None:
        every = terms.interval_months
        return [
            Stretch(month_later(start, n), due := month_later(start, n + every), due, every)
            for n in range(0, terms.months, every)
        ]
    listed, opens = [], start
    for n in range(terms.months + 1):
        day = month_later(start.replace(day=1), n).replace(day=terms.settlement.day)
        if day.month % terms.interval_months == 0 and start < day < end:
            months = terms.interval_months if listed else 0
            listed.append(Stretch(opens, day + ONE_DAY, day, months))
            opens = day + ONE_DAY
    return [*listed, Stretch(opens, end, end, 0)]


def plan(terms: LoanTerms, rounding=half_up) -> list[Row]:
    """The repayment plan; every amount is rounded once, where it becomes payable."""
    periods, paying = stretches(terms), _paying(terms)
    owed, rows = int(terms.principal.amount * 100), []
    level_part = rounding(level(terms))
    for period in periods:
        interest = rounding(owed * Fraction(terms.annual_rate) * part_of_year(terms, period))
        principal = 0
        if period is periods[-1]:
            principal = owed
        elif period in paying and terms.amortization is Amortization.EQUAL_INSTALLMENTS:
            # In a stub only the interest differs from that of a usual period.
            rate = Fraction(terms.annual_rate) * terms.interval_months / 12
            usual = interest if period.months else rounding(owed * rate)
            principal = sorted((0, level_part - usual, owed))[1]
        elif period in paying:
            principal = min(level_part, owed)
        rows.append(Row(period.due_on, principal, interest, owed - principal))
        owed -= principal
    if _last_interest_takes_the_residue(terms) and rows[-1].interest:
        odd = max(level_part - rows[-1].principal, 0)
        rows[-1] = Row(rows[-1].due_on, rows[-1].principal, odd, 0)
    return rows


def part_of_year(terms, period):
    """The part of a year a period bears interest for; a regular one may go by its months."""
    by_months = {DayCount.BY_PERIOD, DayCount.THIRTY_360, DayCount.THIRTY_E_360}
    if period.months and terms.day_count in by_months:
        return Fraction(period.months, 12)
    return year_fraction(terms.day_count, period.opens_on, period.closes_on)


def level(terms):
    """The level part of a plan, unrounded: a payment or, of 等额本金, its principal."""
    owed, payments = int(terms.principal.amount * 100), len(_paying(terms))
    if terms.amortization is Amortization.EQUAL_PRINCIPAL:
        return Fraction(owed, payments)
    if terms.amortization is not Amortization.EQUAL_INSTALLMENTS:
        return Fraction(0)
    rate = Fraction(terms.annual_rate) * terms.interval_months / 12
    if rate == 0:
        return Fraction(owed, payments)
    # What one yuan at the end of each period is worth today: the annuity factor, (1 − vⁿ) ÷ i.
    return owed / ((1 - (1 + rate) ** -payments) / rate)


def level_by_factors(terms):
    """The level payment another way: each period discounts by its own days."""
    today, worth = Fraction(1), Fraction(0)
    for period in _paying(terms):
        today /= 1 + Fraction(terms.annual_rate) * part_of_year(terms, period)
        worth += today
    return int(terms.principal.amount * 100) / worth


def _paying(terms):
    no_principal_through = month_later(terms.disbursed_on, terms.grace_months)
    return [period for period in stretches(terms) if period.due_on > no_principal_through]


def _last_interest_takes_the_residue(terms):
    level_plan = terms.amortization is Amortization.EQUAL_INSTALLMENTS
    return level_plan and terms.residue is Residue.LAST_INTEREST
