"""What should happen: the repayment plan, a pure function of the terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import assert_never

from microloan.explain import Explanation
from microloan.money import InYuan, fen, from_fen, rounded, settle, settle_ratio, show
from microloan.periods import DayCount, add_months
from microloan.rate import show_rate
from microloan.terms import Amortization, LoanTerms, Residue, Settlement

_DAY = timedelta(days=1)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Installment:
    """期次: one line of the plan.

    ``opening_fen`` is the principal that bears the interest of the period, ``outstanding_fen`` what
    is still owed after the installment is paid. Amounts are kept in fen and shown in yuan.
    """

    number: int
    period: Period
    opening_fen: int
    principal_fen: int
    interest_fen: int

    opening = InYuan("opening_fen", "Principal that bears the interest of the period, in yuan.")
    principal = InYuan("principal_fen", "Principal that falls due, in yuan.")
    interest = InYuan("interest_fen", "Interest that falls due, in yuan.")
    total = InYuan("total_fen", "Principal and interest together, in yuan.")
    outstanding = InYuan(
        "outstanding_fen", "Principal still owed after the installment is paid, in yuan."
    )

    @property
    def due_on(self) -> date:
        """Return the day on which the installment falls due 应还日."""
        return self.period.due_on

    @property
    def total_fen(self) -> int:
        """Return principal and interest together, in fen."""
        return self.principal_fen + self.interest_fen

    @property
    def outstanding_fen(self) -> int:
        """Return the principal still owed after the installment is paid, in fen."""
        return self.opening_fen - self.principal_fen


@lru_cache(maxsize=4096)
def amortize(terms: LoanTerms) -> tuple[Installment, ...]:
    """Return the repayment plan of a loan paid out in full, every fen accounted for.

    Principal adds up to the loan, the last line leaves nothing outstanding, no part is negative and
    due dates strictly increase. Interest is rounded half up once for each period (decision 003).

    Returns:
        One :class:`Installment` for each due date, in order.

    >>> from microloan.money import cny
    >>> from microloan.rate import percent
    >>> plan = amortize(LoanTerms(
    ...     principal=cny(300_000), annual_rate=percent("3.95"), disbursed_on=date(2024, 3, 15),
    ...     months=36,
    ...     amortization=Amortization.EQUAL_INSTALLMENTS, day_count=DayCount.THIRTY_360,
    ... ))
    >>> show(plan[0].principal), show(plan[0].interest), show(plan[-1].outstanding)
    ('7,863.02', '987.50', '0.00')
    """
    periods = tuple(_periods(terms))
    first_with_principal = _grace_periods(terms, periods)
    level = _level_fen(terms, len(periods) - first_with_principal)
    plan, outstanding = [], fen(terms.principal)
    for number, period in enumerate(periods, start=1):
        interest = period_interest_fen(terms, period, outstanding)
        principal = 0
        if number == len(periods):
            principal = outstanding
            interest = _last_interest_fen(terms, level, principal, interest)
        elif number > first_with_principal:
            principal = _principal_fen(terms.amortization, level, interest, outstanding)
        plan.append(
            Installment(
                number=number,
                period=period,
                opening_fen=outstanding,
                principal_fen=principal,
                interest_fen=interest,
            )
        )
        outstanding -= principal
    return tuple(plan)


def period_interest_fen(terms: LoanTerms, period: Period, outstanding_fen: int) -> int:
    """Return the interest of one period on so much principal, rounded half up to the fen.

    >>> from microloan.money import cny
    >>> from microloan.rate import percent
    >>> terms = LoanTerms(
    ...     principal=cny(300_000), annual_rate=percent("4.95"), disbursed_on=date(2024, 6, 21),
    ...     months=12,
    ...     amortization=Amortization.BULLET, day_count=DayCount.ACT_360,
    ... )
    >>> quarter = Period(
    ...     opens_on=date(2024, 6, 21), closes_on=date(2024, 9, 21), due_on=date(2024, 9, 20),
    ...     months=3,
    ... )
    >>> period_interest_fen(terms, quarter, 30_000_000)
    379500
    """
    rate, over = terms.annual_rate.as_integer_ratio()
    part = period.year_fraction(terms.day_count)
    return settle_ratio(outstanding_fen * rate * part.numerator, over * part.denominator)


def explain_interest(terms: LoanTerms, installment: Installment) -> Explanation:
    """Return why the interest of an installment is what it is."""
    period = installment.period
    part = period.year_fraction(terms.day_count)
    raw = installment.opening_fen * Fraction(terms.annual_rate) * part
    steps = [
        ("principal", show(installment.opening)),
        ("rate", show_rate(terms.annual_rate)),
        (
            "period",
            f"{period.opens_on} - {period.closes_on}, {period.days} days",
        ),
        ("year fraction", f"{part} ({terms.day_count.name})"),
        ("exact", f"{rounded(raw / 100, 6)}"),
        ("rounded", f"{show(from_fen(settle(raw)))}, half up to the fen"),
    ]
    if installment.interest_fen != settle(raw):
        odd = from_fen(installment.interest_fen - settle(raw))
        steps.append(("residue", f"{show(odd)}, taken by the last interest"))
    return Explanation(
        title=f"installment {installment.number}: interest {show(installment.interest)}",
        steps=tuple(steps),
        rule="principal × rate × year fraction; the opening day counts, the closing day does not",
    )


def _periods(terms: LoanTerms) -> Iterator[Period]:
    """Yield the interest periods; due dates are anchored, never chained."""
    if terms.amortization is Amortization.BULLET:
        yield _period(terms.disbursed_on, terms.matures_on, terms.months)
    elif terms.settlement is None:
        steps = range(0, terms.months + 1, terms.interval_months)
        for opens, closes in pairwise(add_months(terms.disbursed_on, step) for step in steps):
            yield _period(opens, closes, terms.interval_months)
    else:
        yield from _settled_periods(terms, terms.settlement)


def _period(opens: date, closes: date, months: int) -> Period:
    return Period(opens_on=opens, closes_on=closes, due_on=closes, months=months)


def _settled_periods(terms: LoanTerms, settlement: Settlement) -> Iterator[Period]:
    """Yield periods that run through each settlement day, a short stub first and last.

    Interest of the settlement day itself still belongs to the period, so it closes the day after.
    At maturity principal comes back and the day does not count.
    """
    opens, months = terms.disbursed_on, 0
    for due in _settlement_days(terms, settlement):
        yield Period(opens_on=opens, closes_on=due + _DAY, due_on=due, months=months)
        opens, months = due + _DAY, terms.interval_months
    yield _period(opens, terms.matures_on, 0)


def _settlement_days(terms: LoanTerms, settlement: Settlement) -> Iterator[date]:
    """Yield the settlement days strictly between disbursement and maturity.

    They fall in the months that are multiples of the interval: with three, the last of each
    quarter.
    """
    interval = terms.interval_months
    start = terms.disbursed_on
    month = -(-start.month // interval) * interval
    anchor = add_months(start.replace(month=1, day=settlement.day), month - 1)
    for step in range(0, terms.months + 2 * interval, interval):
        day = add_months(anchor, step)
        if start < day < terms.matures_on:
            yield day


def _grace_periods(terms: LoanTerms, periods: tuple[Period, ...]) -> int:
    """Return how many leading periods repay no principal."""
    grace_ends_on = add_months(terms.disbursed_on, terms.grace_months)
    return sum(period.due_on <= grace_ends_on for period in periods)


def _level_fen(terms: LoanTerms, payments: int) -> int:
    """Return the level part of the plan: payment of 等额本息, principal of 等额本金, else 0."""
    match terms.amortization:
        case Amortization.EQUAL_INSTALLMENTS:
            return _level_payment_fen(
                fen(terms.principal), terms.annual_rate, terms.interval_months, payments
            )
        case Amortization.EQUAL_PRINCIPAL:
            return settle_ratio(fen(terms.principal), payments)
        case Amortization.INTEREST_ONLY | Amortization.BULLET:
            return 0
    assert_never(terms.amortization)


def _level_payment_fen(
    principal: int, annual_rate: Decimal, interval_months: int, payments: int
) -> int:
    """Return the level payment by the nominal rate, P·i / (1 − (1+i)^−n), in whole numbers."""
    rate, over = annual_rate.as_integer_ratio()
    rise, base = rate * interval_months, over * 12
    if not rise:
        return settle_ratio(principal, payments)
    growth = (base + rise) ** payments
    return settle_ratio(principal * rise * growth, base * (growth - base**payments))


def _principal_fen(amortization: Amortization, level: int, interest: int, outstanding: int) -> int:
    """Return the principal of one installment: never negative, never more than is outstanding."""
    wanted = level - interest if amortization is Amortization.EQUAL_INSTALLMENTS else level
    return min(max(wanted, 0), outstanding)


def _last_interest_fen(terms: LoanTerms, level: int, principal: int, interest: int) -> int:
    """Return the interest of the last installment, which may take the odd fen of a level plan.

    Where the period bears no interest (a zero rate, nothing outstanding) none can take them.
    """
    level_plan = terms.amortization is Amortization.EQUAL_INSTALLMENTS
    if level_plan and terms.residue is Residue.LAST_INTEREST and interest:
        return max(level - principal, 0)
    return interest
