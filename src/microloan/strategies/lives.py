"""Loans as they are granted, loans that a policy subsidizes, and the lives that loans lead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from microloan.category import BorrowerKind, Category
from microloan.clauses import Amortization, Repricing
from microloan.errors import MicroloanError
from microloan.fund import GuaranteeFund
from microloan.guarantee import Guarantee
from microloan.loan import Loan
from microloan.money import Money, cny, fen, from_fen
from microloan.periods import DayCount
from microloan.policy import Policy
from microloan.rate import percent
from microloan.strategies.acts import Act, Moment, Step, perform
from microloan.strategies.contracts import categories, draw_shape, guarantees, loan_terms
from microloan.strategies.figures import rates
from microloan.strategies.occasions import signing_days
from microloan.terms import LoanTerms

_ANY_TERMS = loan_terms()
_ANYBODY = categories()
_ANY_PROMISE = guarantees()
_USUAL_PROMISE = st.just(Guarantee(fund_id="F-01", coverage=percent(80), claimable_after_days=90))
_EVERY_ACT = tuple(Act)
_EVERY_DAY_COUNT = tuple(DayCount)
_BY_RULE = tuple(plan for plan in Amortization if plan is not Amortization.CUSTOM)
_INDIVIDUALS = (BorrowerKind.INDIVIDUAL,)
_FREE_RATE = percent(12)
_ONE_FIFTH_MORE = 120


@composite
def new_loans(
    draw: DrawFn,
    *,
    terms: SearchStrategy[LoanTerms] = _ANY_TERMS,
    category: SearchStrategy[Category] = _ANYBODY,
    guarantee: SearchStrategy[Guarantee | None] = _ANY_PROMISE,
    loan_id: str = "HT-0001",
    lender: str = "BANK-01",
) -> Loan:
    """Draw loans on their first day: paid out in full, and nothing more.

    Loans with a life are drawn by :func:`histories`, those that a policy subsidizes by
    :func:`subsidized_loans`.

    Args:
        draw: given by Hypothesis.
        terms: the terms to draw from.
        category: the borrowers to draw from.
        guarantee: the promises to draw from; ``strategies.none()`` for loans without one.
        loan_id: the contract number.
        lender: the bank that lent.
    """
    return Loan.grant(
        loan_id,
        borrower="B-0001",
        lender=lender,
        category=draw(category),
        terms=draw(terms),
        guarantee=draw(guarantee),
    )


@composite
def subsidized_loans(
    draw: DrawFn,
    under: Policy,
    *,
    kinds: Sequence[BorrowerKind] = _INDIVIDUALS,
    amortizations: Sequence[Amortization] = _BY_RULE,
    day_counts: Sequence[DayCount] = _EVERY_DAY_COUNT,
    guarantee: SearchStrategy[Guarantee | None] = _USUAL_PROMISE,
    loan_id: str = "HT-0001",
    lender: str = "BANK-01",
) -> Loan:
    """Draw loans whose subsidy a policy can compute, on their first day.

    They are signed on a day whose rules are known, at a rate within the cap, for a term that the
    rule allows, and state every fact that it asks for. One in six is larger than the ceiling.

    Args:
        draw: given by Hypothesis.
        under: the policy.
        kinds: the kinds of borrower to draw from.
        amortizations: the plans to draw from.
        day_counts: the day counts to draw from.
        guarantee: the promises to draw from; of a subsidy they change nothing.
        loan_id: the contract number.
        lender: the bank that lent.
    """
    kind = draw(st.sampled_from(kinds))
    day = draw(signing_days(under, kind=kind))
    category = _with_reference(draw, draw(categories(kinds=(kind,))), under, day)
    agreed = LoanTerms(
        principal=_principal(draw, under, category, day),
        annual_rate=percent(0),
        disbursed_on=day + timedelta(days=draw(st.sampled_from((0, 0, 1, 30)))),
        signed_on=day,
        day_count=draw(st.sampled_from(day_counts)),
        repricing=draw(st.sampled_from(Repricing)),
        **draw_shape(draw, under.term_of(category, on=day).value, amortizations),
    )
    cap = under.rate_cap_of(agreed, category).value
    most = _FREE_RATE if cap is None else cap
    rate = draw(st.just(most) | rates(max_rate=most))  # most contracts are made at the cap
    return Loan.grant(
        loan_id,
        borrower="B-0001",
        lender=lender,
        category=category,
        terms=replace(agreed, annual_rate=rate),
        guarantee=draw(guarantee),
    )


def _principal(draw: DrawFn, under: Policy, category: Category, on: date) -> Money:
    """Return an amount from a yuan up to a fifth above the ceiling."""
    most = under.ceiling_of(category, on=on).value
    return from_fen(draw(st.integers(fen(cny(1)), most * _ONE_FIFTH_MORE // 100)))


def _with_reference(draw: DrawFn, category: Category, under: Policy, on: date) -> Category:
    """Return the borrower with a reference rate that the rules of the day know, and its figure."""
    cap = under.rate_cap[category.kind].at(on).value
    tiers = under.subsidy[category.kind].at(on).value
    known = cap.references or next((tier.references for tier in tiers if tier.references), ())
    if not known:
        return category
    figure = draw(st.integers(300, 700).map(lambda points: Decimal(f"{points}E-4")))
    return replace(category, reference=draw(st.sampled_from(known)), reference_rate=figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A loan and its fund from the first day on, state after state.

    Args:
        moments: fund and loan before the first act, then after each act that was done.
        steps: the acts that were done; those that the library refused are left out.
    """

    moments: tuple[Moment, ...]
    steps: tuple[Step, ...]

    @property
    def loan(self) -> Loan:
        """Return the loan as it stands at the end."""
        return self.moments[-1].loan

    @property
    def fund(self) -> GuaranteeFund:
        """Return the fund as it stands at the end."""
        return self.moments[-1].fund

    def __str__(self) -> str:
        """Return the entries of the loan, one on a line."""
        return "\n".join(
            f"{entry.number} {entry.on} {entry.kind.value} {entry.amount.amount}"
            for entry in self.loan.entries
        )


def steps(*, acts: Sequence[Act] = _EVERY_ACT) -> SearchStrategy[Step]:
    """Draw what may happen next: mostly on the first possible day, whole, and booked at once.

    Args:
        acts: the acts to draw from.
    """
    often = tuple(act for act in _OFTEN if act in acts)
    return st.builds(
        Step,
        act=st.sampled_from((*often, *acts)),
        days_late=st.sampled_from((0, 0, 0, 1, 10, 31, 91, 400)),
        percentage=st.sampled_from((100, 100, 50, 99, 1)),
        booked_late=st.sampled_from((0, 0, 0, 0, 1, 20, 200)),
    )


_OFTEN = (Act.REPAY, Act.REPAY, Act.REPAY, Act.REPAY, Act.PREPAY, Act.RECOVER, Act.RECOVER)
_ANY_LOAN = new_loans()


@composite
def histories(
    draw: DrawFn,
    *,
    loan: SearchStrategy[Loan] = _ANY_LOAN,
    acts: Sequence[Act] = _EVERY_ACT,
    most: int = 8,
) -> History:
    """Draw loans with a life, and the fund that stands behind them.

    Each act is one that the library accepts; what it refuses is left out. The fund has money for
    any payout. A loan without a guarantee is never claimed for.

    Args:
        draw: given by Hypothesis.
        loan: the loans to begin with.
        acts: the acts to draw from: ``(Act.REPAY,)`` for loans that are repaid and nothing else.
        most: how many acts at most.
    """
    begun = draw(loan)
    taken = draw(st.lists(steps(acts=acts), max_size=most))
    return live(Moment(fund=_rich_fund(begun), loan=begun), taken)


def _rich_fund(loan: Loan) -> GuaranteeFund:
    fund_id = "F-01" if loan.guarantee is None else loan.guarantee.fund_id
    fund = GuaranteeFund(id=fund_id, name="示例县创业担保基金")
    money = from_fen(2 * fen(loan.terms.principal))
    return fund.deposit(money, on=loan.terms.disbursed_on, ref="财预1")


def live(moment: Moment, taken: Sequence[Step]) -> History:
    """Return the history of a fund and a loan after some steps, without those that do not fit."""
    moments, done = [moment], []
    for number, step in enumerate(taken, start=1):
        ref = f"{moment.loan.id}/{number}"
        try:
            moments.append(perform(moments[-1], step, ref=ref))
        except MicroloanError:
            continue
        done.append(step)
    return History(moments=tuple(moments), steps=tuple(done))


def lived_loans(**narrowed: Any) -> SearchStrategy[Loan]:  # noqa: ANN401 — the arguments of histories
    """Draw loans with a life, see :func:`histories`."""
    return histories(**narrowed).map(lambda history: history.loan)
