"""等额本息: the level payment, exact, and what a plan would be if nothing were rounded."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Final, assert_never

from microloan.clauses import Amortization, LevelBy
from microloan.due_dates import calendar_of
from microloan.money import fen
from microloan.months import months_later
from microloan.terms import LoanTerms

_MONTHS: Final = 12


def level_payment(principal: int, rate: Fraction, payments: int) -> Fraction:
    """Return the level payment by the nominal rate of an interval, P·i ÷ (1 − (1+i)⁻ⁿ), in fen.

    >>> from microloan.money import settle
    >>> settle(level_payment(30_000_000, Fraction("0.0395") / 12, 36))
    885052
    """
    return Fraction(*level_ratio(principal, rate.numerator, rate.denominator, payments))


def level_ratio(principal: int, rise: int, base: int, payments: int) -> tuple[int, int]:
    """Return the level payment as numerator and denominator, the rate being ``rise / base``.

    Whole numbers throughout: growth by an interval is (base + rise) ÷ base.

    >>> level_ratio(200, 1, 10, 2)  # 200 × 1.21 × 0.1 ÷ 0.21
    (24200, 210)
    """
    if not rise:
        return principal, payments
    growth: int = (base + rise) ** payments
    flat: int = base**payments
    return principal * rise * growth, base * (growth - flat)


def level_by_factors(owed: Fraction, factors: Sequence[Fraction]) -> Fraction:
    """Return the level payment that repays what is owed, each period bearing its own interest.

    Args:
        owed: the principal, in fen, worth today.
        factors: the interest of one fen over each period.

    >>> level_by_factors(Fraction(30_000), [Fraction(1, 100)] * 3) == level_payment(
    ...     30_000, Fraction(1, 100), 3)
    True
    """
    growth = list(accumulate((1 + factor for factor in factors), lambda one, two: one * two))
    return owed / sum((1 / grown for grown in growth), start=Fraction(0))


def exact_plan(terms: LoanTerms) -> list[tuple[Fraction, Fraction]]:
    """Return principal and interest of each line in fen if nothing at all were rounded.

    It is what a spreadsheet's PMT, CUMIPMT and CUMPRINC compute; the plan of the contract is
    :func:`microloan.schedule.amortize`, whose amounts can be paid.

    >>> from microloan.money import cny, rounded
    >>> from microloan.periods import DayCount
    >>> from microloan.rate import percent
    >>> from datetime import date
    >>> plan = exact_plan(LoanTerms(
    ...     principal=cny(125_000), annual_rate=percent(9), disbursed_on=date(2024, 1, 1),
    ...     months=360, amortization=Amortization.EQUAL_INSTALLMENTS, day_count=DayCount.THIRTY_360,
    ... ))
    >>> rounded(sum(interest for _, interest in plan[12:24]) / 100, 5)  # CUMIPMT of the 2nd year
    Decimal('11135.23213')
    """
    calendar, owed = calendar_of(terms), Fraction(fen(terms.principal))
    lines, waiting, last = [], Fraction(0), len(calendar.due) - 1
    factors = [
        Fraction(terms.annual_rate) * calendar.fraction(at, calendar.opens[at], terms.day_count)
        for at in range(last + 1)
    ]
    idle = idle_lines(terms, calendar.due)
    level = _exact_level(terms, last + 1 - idle, factors[idle:])
    parts = {part.due_on: fen(part.principal) for part in terms.parts}
    for at, factor in enumerate(factors):
        waiting += owed * factor
        interest = Fraction(0) if at in calendar.unbilled else waiting
        waiting -= interest
        principal = level + parts.get(calendar.due[at], 0)
        if terms.amortization is Amortization.EQUAL_INSTALLMENTS:
            nominal = at in calendar.stubs and terms.level_by is LevelBy.NOMINAL_RATE
            usual = owed * nominal_rate(terms) if nominal else interest
            principal = min(max(level - usual, Fraction(0)), owed)
        if at == last or at < idle:
            principal = owed if at == last else Fraction(0)
        lines.append((principal, interest))
        owed -= principal
    return lines


def idle_lines(terms: LoanTerms, due: Sequence[date]) -> int:
    """Return how many of some due dates lie within the grace on principal; never the last one."""
    if not terms.grace_months:
        return 0
    until = months_later(terms.disbursed_on, terms.grace_months, terms.month_end)
    return sum(day <= until for day in due[:-1])


def nominal_rate(terms: LoanTerms) -> Fraction:
    """Return the part of the yearly rate that an interval bears by its months."""
    return Fraction(terms.annual_rate) * terms.interval_months / _MONTHS


def _exact_level(terms: LoanTerms, payments: int, factors: Sequence[Fraction]) -> Fraction:
    owed = fen(terms.principal)
    match terms.amortization:
        case Amortization.EQUAL_INSTALLMENTS if terms.level_by is LevelBy.NOMINAL_RATE:
            return level_payment(owed, nominal_rate(terms), payments)
        case Amortization.EQUAL_INSTALLMENTS:
            return level_by_factors(Fraction(owed), factors)
        case Amortization.EQUAL_PRINCIPAL:
            return Fraction(owed, payments)
        case Amortization.INTEREST_ONLY | Amortization.BULLET | Amortization.CUSTOM:
            return Fraction(0)
    assert_never(terms.amortization)
