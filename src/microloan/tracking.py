"""贷后跟踪: whom to look after first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.loan import Loan
from microloan.money import InYuan
from microloan.position import Position
from microloan.reversal import discharge_in


class Concern(Enum):
    """Why a loan is on the watch list, the gravest first."""

    GUARANTEE_OVER = "guarantee_over"
    """担保期间届满: principal is unpaid and the fund can no longer be called on."""
    CLAIM_OPEN = "claim_open"
    """可代偿: late enough for the lender to claim."""
    OVERDUE = "overdue"
    """逾期: something fell due and is unpaid."""
    TO_RECOVER = "to_recover"
    """待追偿: the fund has paid and not recovered all of it."""

    @property
    def rank(self) -> int:
        """Return the place of the concern, the gravest first."""
        return _RANKS[self]


_RANKS = {concern: rank for rank, concern in enumerate(Concern)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """关注名单, one line: a loan, why it is watched, how late it is and what is owed.

    ``claim_by`` is the last day on which the lender may claim; ``None`` for a loan without a
    guarantee, or one whose guarantee was discharged.
    """

    loan_id: str
    borrower: str
    lender: str
    concern: Concern
    days_past_due: int
    arrears_fen: int
    subrogated_fen: int
    claim_by: date | None

    arrears = InYuan("arrears_fen", "Principal and contract interest overdue, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")


def watch_list(loans: Iterable[Loan], *, as_of: date) -> tuple[Watch, ...]:
    """Return the loans to look after on a day, the gravest and latest first."""
    watched = [watch for loan in loans if (watch := _watch(loan, as_of)) is not None]
    return tuple(
        sorted(watched, key=lambda watch: (watch.concern.rank, -watch.days_past_due, watch.loan_id))
    )


def _watch(loan: Loan, as_of: date) -> Watch | None:
    position = loan.position(as_of=as_of)
    concern = _concern(loan, position)
    if concern is None:
        return None
    return Watch(
        loan_id=loan.id,
        borrower=loan.borrower,
        lender=loan.lender,
        concern=concern,
        days_past_due=position.days_past_due,
        arrears_fen=position.arrears_fen,
        subrogated_fen=position.subrogated_fen,
        claim_by=_claim_by(loan, as_of),
    )


def _claim_by(loan: Loan, as_of: date) -> date | None:
    guarantee = loan.guarantee
    if guarantee is None or discharge_in(loan.entries, by=as_of) is not None:
        return None
    return guarantee.ends_on(loan.guaranteed_terms(on=as_of))


def _concern(loan: Loan, position: Position) -> Concern | None:
    if position.subrogated_fen:
        return Concern.TO_RECOVER
    if not position.days_past_due:
        return None
    guarantee, payout = loan.guarantee, loan.payout
    callable_still = payout is None or payout.on > position.as_of
    if discharge_in(loan.entries, by=position.as_of) is not None:
        callable_still = False
    if guarantee is not None and callable_still and position.outstanding_fen:
        if position.as_of > guarantee.ends_on(loan.guaranteed_terms(on=position.as_of)):
            return Concern.GUARANTEE_OVER
        if position.days_past_due >= guarantee.claims_open_at():
            return Concern.CLAIM_OPEN
    return Concern.OVERDUE
