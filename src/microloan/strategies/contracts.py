"""What a contract says: terms and plans of every kind, the borrower, the fund's promise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from microloan.category import BorrowerKind, Category, LowProfit
from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    Opening,
    PaymentOrder,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
    Stub,
)
from microloan.dated import Dated
from microloan.guarantee import Covers, Guarantee
from microloan.money import Money, cny, fen, from_fen
from microloan.months import MonthEnd, add_months
from microloan.penalty import Compounding, Multiple
from microloan.periods import DayCount
from microloan.rate import percent
from microloan.recovery import RecoveryOrder
from microloan.schedule import Schedule, amortize
from microloan.strategies.figures import amounts, rates
from microloan.strategies.occasions import days
from microloan.terms import LoanTerms

_KINDS = tuple(BorrowerKind)
_PLANS = tuple(Amortization)
_DAY_COUNTS = tuple(DayCount)
_INTERVALS = (1, 3, 2, 6, 12)
_LEVEL = frozenset({Amortization.EQUAL_INSTALLMENTS, Amortization.EQUAL_PRINCIPAL})
_GROUPS = ("laid_off", "veteran", "registered_unemployed", "graduate", "women", "returning_migrant")
_SOME_GROUPS = tuple(frozenset(codes) for many in (1, 2) for codes in combinations(_GROUPS, many))
_HALF_MILLION, _A_YUAN = cny(500_000), cny(1)
_TWENTY_FOUR = percent(24)
_USUAL_WAIT = 90
_ON_ANY_DAY = days()


_GRACE = st.just(0)
_SETTLEMENTS = st.sampled_from(
    (
        *(None, Settlement(20), None, Settlement(20), Settlement(20, Stub.LONG)),
        *(Settlement(21), Settlement(1), Settlement(28, Stub.LONG)),
    )
)
"""None, the day on which interest quarters end, the days beside month ends."""


@composite
def loan_terms(
    draw: DrawFn,
    *,
    max_principal: Money = _HALF_MILLION,
    min_principal: Money = _A_YUAN,
    max_rate: Decimal = _TWENTY_FOUR,
    max_months: int = 36,
    amortizations: Sequence[Amortization] = _PLANS,
    day_counts: Sequence[DayCount] = _DAY_COUNTS,
    disbursed_on: SearchStrategy[date] = _ON_ANY_DAY,
) -> LoanTerms:
    """Draw terms of a contract: every plan, day count and clause that goes with it.

    The simplest is one month of level payments from an early day, without any rarer clause.

    Args:
        draw: given by Hypothesis.
        max_principal: the largest amount lent.
        min_principal: the smallest one.
        max_rate: the highest yearly rate, as a fraction.
        max_months: the longest term.
        amortizations: the plans to draw from.
        day_counts: the day counts to draw from.
        disbursed_on: the days to draw from.
    """
    principal = draw(amounts(min_amount=min_principal, max_amount=max_principal))
    day = draw(disbursed_on)
    shape = draw_shape(draw, max_months, amortizations)
    agreed = LoanTerms(
        principal=principal,
        annual_rate=draw(_agreed_rates(max_rate)),
        disbursed_on=day,
        day_count=draw(st.sampled_from(day_counts)),
        **_without_parts(shape),
    )
    clauses: dict[str, Any] = draw(_SOME_CLAUSES)
    if shape["amortization"] is Amortization.CUSTOM:
        clauses |= {"amortization": Amortization.CUSTOM, "parts": _parts(draw, agreed)}
    return replace(agreed, **clauses)


def _agreed_rates(highest: Decimal) -> SearchStrategy[Decimal]:
    """Draw the rates of many contracts, and any other; a failure seldom needs an odd one."""
    usual = [rate for rate in map(percent, ("6", "4.35", "3.95")) if rate <= highest]
    return st.sampled_from((*usual, highest)) | rates(max_rate=highest)


def draw_shape(draw: DrawFn, max_months: int, amortizations: Sequence[Amortization]) -> Any:  # noqa: ANN401 — keyword arguments of LoanTerms
    """Return plan, term, interval, grace and settlement day, as arguments of the terms."""
    amortization = draw(st.sampled_from(amortizations))
    if amortization is Amortization.BULLET:
        return {"amortization": amortization, "months": draw(st.integers(1, max_months))}
    every = draw(st.sampled_from([step for step in _INTERVALS if step <= max_months]))
    settlement = draw(_SETTLEMENTS)
    step = every if settlement is None else 1
    months = step * draw(st.integers(1, max_months // step))
    shape: dict[str, Any] = {"amortization": amortization, "months": months}
    if amortization in _LEVEL:
        shape["grace_months"] = step * draw(_GRACE | st.integers(0, (months - 1) // step))
    return shape | {"interval_months": every, "settlement": settlement}


def _without_parts(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the shape as terms accept it before the parts of the principal are known."""
    if shape["amortization"] is Amortization.CUSTOM:
        return shape | {"amortization": Amortization.INTEREST_ONLY}
    return shape


_RARER: tuple[tuple[str, Any], ...] = (
    ("residue", Residue.LAST_INTEREST),
    ("level_by", LevelBy.EXACT_FACTORS),
    ("repricing", Repricing.FLOATING),
    ("penalty", Dated.always("逾期罚息", Multiple(Decimal("1.5")))),
    ("misuse", Dated.always("挪用罚息", Multiple(Decimal(2)))),
    ("compounding", Compounding.UNPAID_INTEREST),
    ("order", PaymentOrder.BY_INSTALLMENT),
    ("early_interest", EarlyInterest.TO_NEXT_DUE_DATE),
    ("month_end", MonthEnd.ROLL),
    ("grace_days", 3),
)
_SOME_CLAUSES = st.lists(st.sampled_from(_RARER), max_size=4).map(dict)
"""The rarer clauses: odd fen, floating rate, penalties, payment order, month ends; or none."""


def _parts(draw: DrawFn, agreed: LoanTerms) -> tuple[PrincipalPart, ...]:
    """Return the principal in up to four parts, on any days of the term."""
    whole = fen(agreed.principal)
    # Rolled to the first of the next month, the maturity is never before this day.
    last = add_months(agreed.disbursed_on, agreed.months)
    on = st.dates(agreed.disbursed_on + timedelta(days=1), last)
    marks = sorted(draw(st.sets(on, min_size=1, max_size=min(4, whole))))
    owed, parts = whole, []
    for left, day in zip(range(len(marks) - 1, -1, -1), marks, strict=True):
        part = draw(st.integers(1, owed - left)) if left else owed
        parts.append(PrincipalPart(due_on=day, principal=from_fen(part)))
        owed -= part
    return tuple(parts)


_ANY_TERMS = loan_terms()


def schedules(*, terms: SearchStrategy[LoanTerms] = _ANY_TERMS) -> SearchStrategy[Schedule]:
    """Draw repayment plans 还款计划 of loans paid out in full.

    Args:
        terms: the terms to draw from.
    """
    return terms.map(amortize)


@composite
def categories(draw: DrawFn, *, kinds: Sequence[BorrowerKind] = _KINDS) -> Category:
    """Draw borrowers in the eyes of the law, with every fact stated that a subsidy rule asks for.

    Args:
        draw: given by Hypothesis.
        kinds: the kinds of borrower to draw from.
    """
    kind = draw(st.sampled_from(kinds))
    return Category(
        kind=kind,
        groups=draw(st.sampled_from(_SOME_GROUPS)),
        heads=draw(st.integers(2, 10)) if kind is BorrowerKind.PARTNERSHIP else 1,
        low_profit=draw(st.sampled_from((LowProfit.YES, LowProfit.NO))),
        loan_number=draw(st.integers(1, 3)),
    )


_COVERED = tuple(Covers)


@composite
def guarantees(
    draw: DrawFn,
    *,
    fund_id: str = "F-01",
    min_coverage: Decimal = percent(1),  # noqa: B008 — a decimal never changes
    covers: Sequence[Covers] = _COVERED,
) -> Guarantee:
    """Draw promises of a fund, for part of the loss or all of it, claimable early or late.

    Args:
        draw: given by Hypothesis.
        fund_id: the fund that promises.
        min_coverage: the smallest share of the loss that it bears, as a fraction.
        covers: what of the debt it covers.
    """
    return Guarantee(
        fund_id=fund_id,
        coverage=draw(_shares(min_coverage)),
        claimable_after_days=draw(st.just(_USUAL_WAIT) | st.integers(0, 180)),
        covers=draw(st.sampled_from(covers)),
        opening=draw(st.sampled_from(Opening)),
        months_after_maturity=draw(st.sampled_from((6, 12, 36))),
        recovery_order=draw(st.sampled_from(RecoveryOrder)),
    )


def _shares(lowest: Decimal) -> SearchStrategy[Decimal]:
    """Draw the shares that are agreed, and any other."""
    agreed = [share for share in map(percent, (80, 70, 90, 100)) if share >= lowest]
    return st.sampled_from(agreed) | rates(min_rate=lowest, max_rate=percent(100))
