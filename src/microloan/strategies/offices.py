"""Funds with their money, and books: a fund with the loans it stands behind, within the cap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite

from microloan.errors import MicroloanError
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.guarantee import Covers
from microloan.loan import Loan
from microloan.money import Money, cny, fen, from_fen
from microloan.policy import Policy
from microloan.strategies.acts import Act, Moment, Step
from microloan.strategies.contracts import guarantees, loan_terms
from microloan.strategies.figures import amounts
from microloan.strategies.lives import live, new_loans, steps
from microloan.strategies.occasions import days
from microloan.strategies.places import central_policy
from microloan.terms import LoanTerms

_NAME = "示例县创业担保基金"
_MONEY_KINDS = (
    *(FundEntryKind.DEPOSIT, FundEntryKind.TOP_UP, FundEntryKind.WITHDRAWAL),
    *(FundEntryKind.INTEREST, FundEntryKind.CAPITALIZATION, FundEntryKind.REWARD),
    *(FundEntryKind.FEE, FundEntryKind.EXPENSE, FundEntryKind.REVERSAL),
)
_FIRST_CAP, _LAST_LENT = date(2002, 12, 24), date(2026, 6, 30)
_TEN_MILLION = cny(10_000_000)
_ANY_DAY = days()
_LENT_DAYS = days(min_day=_FIRST_CAP, max_day=_LAST_LENT)
_SOME_TERMS = loan_terms(max_months=24, disbursed_on=_LENT_DAYS)
_EVERY_ACT = tuple(Act)


@dataclass(frozen=True, slots=True)
class _Move:
    """What happens to a fund next: a kind, days after the move before, and how much."""

    kind: FundEntryKind
    after: int
    amount: Money


@composite
def funds(
    draw: DrawFn,
    *,
    fund_id: str = "F-01",
    kinds: Sequence[FundEntryKind] = _MONEY_KINDS,
    max_amount: Money = _TEN_MILLION,
    most: int = 8,
    founded_on: SearchStrategy[date] = _ANY_DAY,
) -> GuaranteeFund:
    """Draw guarantee funds with a history of their own money: capital, income, costs, reversals.

    Payouts and recoveries belong to loans; :func:`histories` and :func:`books` draw them. Moves
    that the library refuses are left out, such as a withdrawal of more than there is.

    Args:
        draw: given by Hypothesis.
        fund_id: the fund's code.
        kinds: what may happen; of these, :attr:`FundEntryKind.REVERSAL` undoes the last entry.
        max_amount: the largest amount of a move.
        most: how many moves at most, after the first deposit.
        founded_on: the days of the first deposit.
    """
    on = draw(founded_on)
    money = amounts(max_amount=max_amount)
    fund = GuaranteeFund(id=fund_id, name=_NAME).deposit(draw(money), on=on, ref="财预1")
    waits = st.sampled_from((0, 1, 20, 90, 365))
    moves = st.builds(_Move, kind=st.sampled_from(kinds), after=waits, amount=money)
    for number, move in enumerate(draw(st.lists(moves, max_size=most)), start=2):
        on += timedelta(days=move.after)
        fund = _moved(fund, move, on, f"凭证{number}")
    return fund


def _moved(fund: GuaranteeFund, move: _Move, on: date, ref: str) -> GuaranteeFund:
    """Return the fund after a move; as it was, where the library refuses it."""
    try:
        if move.kind is FundEntryKind.REVERSAL:
            return fund.reverse(len(fund.entries), on=on, ref=ref)
        reason = "办公费" if move.kind is FundEntryKind.EXPENSE else ""
        return fund.with_entry(
            move.kind, on=on, ref=ref, booked_on=None, amount_fen=fen(move.amount), reason=reason
        )
    except MicroloanError:
        return fund


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """An office's book 台账: a fund and the loans it stands behind, within the cap on every day.

    Args:
        fund: the fund.
        loans: its loans, by contract number.
        under: the policy whose cap holds.
    """

    fund: GuaranteeFund
    loans: tuple[Loan, ...]
    under: Policy


@composite
def books(
    draw: DrawFn,
    *,
    under: Policy | None = None,
    terms: SearchStrategy[LoanTerms] = _SOME_TERMS,
    acts: Sequence[Act] = _EVERY_ACT,
    max_loans: int = 4,
    max_acts: int = 5,
) -> Book:
    """Draw a fund with its loans and their lives, such that no day is over the cap.

    The fund's first deposit is what the loans and the payouts need, at times to the fen, at times
    with room to spare; so the cap is often reached exactly.

    Args:
        draw: given by Hypothesis.
        under: the policy whose cap holds; absent, that of the central region.
        terms: the terms of the loans, lent since the first cap of 2002.
        acts: what may happen to a loan.
        max_loans: how many loans at most.
        max_acts: how many acts to a loan at most.
    """
    rules = central_policy() if under is None else under
    promised = guarantees(covers=(Covers.PRINCIPAL,))
    granted = draw(st.lists(new_loans(terms=terms, guarantee=promised), max_size=max_loans))
    lives = [draw(st.lists(steps(acts=acts), max_size=max_acts)) for _ in granted]
    slack = draw(st.sampled_from((0, 1, 100)) | st.integers(0, fen(_TEN_MILLION)))
    fund = _founded(granted, lives, rules, slack)
    kept = []
    for number, (loan, taken) in enumerate(zip(granted, lives, strict=True), start=1):
        named = _renamed(loan, f"HT-{number:04}")
        history = live(Moment(fund=fund, loan=named), taken)
        fund = history.fund
        kept.append(history.loan)
    return Book(fund=fund, loans=tuple(kept), under=rules)


def _renamed(loan: Loan, name: str) -> Loan:
    """Return a loan on its first day under another number, which is its voucher too."""
    first = replace(loan.entries[0], ref=name)
    return replace(loan, id=name, borrower=f"B-{name[3:]}", entries=(first,))


def _founded(
    granted: Sequence[Loan], lives: Sequence[Sequence[Step]], rules: Policy, slack: int
) -> GuaranteeFund:
    """Return a fund with money for all loans at once under the lowest cap, and for the payouts."""
    on = min((loan.terms.disbursed_on for loan in granted), default=_FIRST_CAP)
    cap = min(_caps(rules, on))
    lent = sum(fen(loan.terms.principal) for loan in granted)
    paid_out = sum(
        fen(loan.terms.principal)
        for loan, taken in zip(granted, lives, strict=True)
        if any(step.act is Act.CLAIM for step in taken)
    )
    money = from_fen(max(-(-lent // cap) + paid_out + slack, 1))
    return GuaranteeFund(id="F-01", name=_NAME).deposit(money, on=on, ref="财预1")


def _caps(rules: Policy, since: date) -> list[int]:
    """Return the caps in force from a day on."""
    changes = rules.leverage_cap.changes(since, date.max)
    return [rules.leverage_cap.at(day).value for day in (since, *changes)]
