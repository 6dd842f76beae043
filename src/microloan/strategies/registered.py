"""Which strategy draws which of the library's types, for ``from_type`` and ``@given(...)``."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from microloan.account import RepaymentAccount
from microloan.anniversary import Anniversary
from microloan.category import Category
from microloan.clauses import PrincipalPart, Settlement, Stub
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry
from microloan.fund_path import measure_leverage
from microloan.guarantee import Guarantee
from microloan.ledger import Entry
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.penalty import Daily, Multiple
from microloan.periods import HalfYear, InterestQuarter
from microloan.policy import Policy
from microloan.position import Position
from microloan.rate import percent
from microloan.schedule import Installment, Schedule
from microloan.strategies.acts import Step
from microloan.strategies.contracts import categories, guarantees, loan_terms, schedules
from microloan.strategies.figures import amounts, rates
from microloan.strategies.lives import History, histories, lived_loans, steps, subsidized_loans
from microloan.strategies.occasions import boundary_dates, days, halves, interest_quarters
from microloan.strategies.offices import Book, books, funds
from microloan.strategies.places import central_policy, policies
from microloan.subsidy import plan_subsidy
from microloan.subsidy_line import SubsidyLine
from microloan.terms import LoanTerms


def strategy_of(asked: type) -> SearchStrategy[Any] | None:
    """Return the strategy of one of the library's types; ``None`` where it has none of its own."""
    make = _DRAWN.get(asked)
    return None if make is None else make()


def register_all() -> None:
    """Register every type with Hypothesis, one by one."""
    for drawn, make in _DRAWN.items():
        st.register_type_strategy(drawn, make())


def _accounts() -> SearchStrategy[RepaymentAccount]:
    return st.builds(
        lambda loan, place: loan.account(Anniversary(place)), lived_loans(), st.integers(1, 8)
    )


def _positions() -> SearchStrategy[Position]:
    return st.builds(lambda loan, on: loan.position(as_of=on), lived_loans(), days())


def _leverages() -> SearchStrategy[Leverage]:
    return st.builds(
        lambda book, on: measure_leverage(book.fund, book.loans, under=book.under, as_of=on),
        books(),
        boundary_dates(),
    )


def _lines() -> SearchStrategy[SubsidyLine]:
    rules = central_policy()
    lined = subsidized_loans(rules).map(lambda loan: plan_subsidy(loan, under=rules))
    return lined.flatmap(st.sampled_from)


_DRAWN: dict[type, Callable[[], SearchStrategy[Any]]] = {
    Anniversary: lambda: st.builds(Anniversary, st.integers(1, 12)),
    Book: books,
    Category: categories,
    Daily: lambda: st.builds(Daily, rates(max_rate=percent("0.5"))),
    Entry: lambda: lived_loans().flatmap(lambda loan: st.sampled_from(loan.entries)),
    FundEntry: lambda: funds().flatmap(lambda fund: st.sampled_from(fund.entries)),
    Guarantee: guarantees,
    GuaranteeFund: funds,
    HalfYear: halves,
    History: histories,
    Installment: lambda: schedules().flatmap(st.sampled_from),
    InterestQuarter: interest_quarters,
    Leverage: _leverages,
    Loan: lived_loans,
    LoanTerms: loan_terms,
    Multiple: lambda: st.builds(Multiple, rates(min_rate=percent(100), max_rate=percent(300))),
    Policy: policies,
    Position: _positions,
    PrincipalPart: lambda: st.builds(PrincipalPart, due_on=days(), principal=amounts()),
    RepaymentAccount: _accounts,
    Schedule: schedules,
    Settlement: lambda: st.builds(Settlement, st.integers(1, 28), st.sampled_from(Stub)),
    Step: steps,
    SubsidyLine: _lines,
}
"""A type made of others that are here, or an enum, needs no place of its own."""
