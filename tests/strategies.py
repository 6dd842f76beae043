"""What Hypothesis draws: money, rates, days, terms, categories and guarantees of contracts.

Hypothesis checks each strategy once, before its first draw. One that is made anew for every draw is
checked for every draw, which costs more than drawing: those without arguments of their own are
kept, and :func:`pick` needs none.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from hypothesis import strategies as st

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Covers,
    DayCount,
    Guarantee,
    LoanTerms,
    LowProfit,
    Opening,
    Reference,
    Residue,
    Settlement,
    from_fen,
)

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2050, 12, 31)
INTERVALS = (1, 2, 3, 6, 12)
BY_RULE = tuple(way for way in Amortization if way is not Amortization.CUSTOM)
GROUPS = ("laid_off", "veteran", "registered_unemployed", "graduate", "women", "returning_migrant")


def pick(draw, things):
    """Draw one of a few things: the examples of ``sampled_from``, without a strategy for them."""
    few = tuple(things)
    return few[draw(st.integers(0, len(few) - 1))]


def amounts(lowest=1, highest=10**12):
    """Money from so many fen to so many; interest on the largest still fits in a book."""
    return st.integers(lowest, highest).map(from_fen)


@lru_cache
def rates(highest="0.36"):
    """Yearly rates as fractions: none, to a basis point as contracts state them, and finer."""
    basis_points = st.integers(0, int(Decimal(highest) * 10_000))
    fine = st.integers(0, int(Decimal(highest) * 10**12))
    return basis_points.map(lambda bp: Decimal(bp).scaleb(-4)) | fine.map(
        lambda parts: Decimal(parts).scaleb(-12)
    )


@lru_cache
def days(first=FIRST_DAY, last=LAST_DAY):
    """Days, among them many at the end of a month."""
    anywhere = st.dates(first, last)
    return anywhere | anywhere.map(lambda day: min(last, day + relativedelta(day=31)))


@lru_cache
@st.composite
def terms(draw, *, longest=60, amortizations=BY_RULE, settled=None):
    """Terms without rarer clauses; ``settled`` forces a settlement day, or forbids it.

    Those of any contract are drawn by :func:`contract_strategies.contracts`.
    """
    amortization = pick(draw, amortizations)
    interval = pick(draw, INTERVALS)
    by_settlement = amortization is not Amortization.BULLET and (
        draw(st.booleans()) if settled is None else settled
    )
    step = 1 if by_settlement or amortization is Amortization.BULLET else interval
    months = step * draw(st.integers(1, max(longest // step, 1)))
    return LoanTerms(
        principal=draw(amounts(1, 1_000) | amounts(100_000, 50_000_000) | amounts()),
        annual_rate=draw(rates()),
        disbursed_on=draw(days()),
        months=months,
        amortization=amortization,
        day_count=pick(draw, DayCount),
        interval_months=interval,
        grace_months=step * draw(st.integers(0, (months - 1) // step)),
        settlement=Settlement(draw(st.integers(1, 28))) if by_settlement else None,
        residue=pick(draw, Residue),
    )


@lru_cache
@st.composite
def categories(draw, kinds=tuple(BorrowerKind)):
    """Categories of any borrower; the shipped rules speak about individuals only."""
    return Category(
        kind=pick(draw, kinds),
        groups=draw(st.frozensets(st.sampled_from(GROUPS), max_size=3)),
        heads=draw(st.integers(1, 20)),
        low_profit=pick(draw, LowProfit),
        loan_number=draw(st.integers(1, 3)),
        reference=draw(st.none() | st.sampled_from(Reference)),
        reference_rate=draw(st.none() | rates("0.09")),
    )


@lru_cache
@st.composite
def guarantees(draw, fund_id="F-01"):
    """Promises of a fund, for part of the loss or for all of it."""
    return Guarantee(
        fund_id=fund_id,
        coverage=draw(st.integers(1, 100).map(lambda share: Decimal(share).scaleb(-2))),
        claimable_after_days=draw(st.integers(0, 180)),
        covers=pick(draw, Covers),
        opening=pick(draw, Opening),
        months_after_maturity=draw(st.integers(0, 36)),
    )
