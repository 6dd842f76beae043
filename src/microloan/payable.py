"""应付代偿: whether a claim may be paid on a day, and how much of it."""

from datetime import date

from microloan.claim_filing import (
    ClaimFiling,
    FilingState,
    require_evidence,
    require_undischarged,
)
from microloan.errors import ClaimNotApproved, InvalidHistory
from microloan.fund_ledger import Papers
from microloan.guarantee import Guarantee, Payout, check_claim, check_unclaimed, payout_of
from microloan.history import standing
from microloan.ledger import Entry
from microloan.loan import Loan
from microloan.loss import at_payout, claim_too_large
from microloan.periods import in_order, plain_date
from microloan.position import Position


def next_payout(
    loan: Loan,
    promise: Guarantee,
    filing: ClaimFiling | None,
    *,
    on: date,
    asked: int | None,
    evidence: Papers,
) -> Payout:
    """Return what the fund pays on a day, if it may pay.

    Args:
        loan: the loan.
        promise: what the fund promised for it.
        filing: the last claim that was filed for it; ``None`` where there is none.
        on: the day of the payout.
        asked: what is to be paid, in fen; ``None`` for all that may be.
        evidence: papers besides those of the filing.

    Raises:
        AlreadyClaimed, GuaranteeDischarged, ClaimNotApproved, NothingToClaim, ClaimTooLate,
            ClaimNotDue, InvalidHistory, EvidenceMissing, ClaimTooLarge, InvalidDate: see
            :func:`microloan.claim.pay_claim`.
    """
    plain_date(on, "a payout")
    check_unclaimed(loan.payout, of=loan.id)
    require_undischarged(loan, on)
    filed_on = None if filing is None else _approved(filing, on)
    position, guaranteed = loan.position(as_of=on), loan.guaranteed_terms(on=on)
    check_claim(promise, guaranteed, position, of=loan.id, called_on=filed_on)
    later = [entry for entry in standing(loan.entries) if entry.on > on]
    if later:
        raise _too_early(loan, later[0])
    require_evidence(promise, (*evidence, *(filing.papers if filing else ())), of=loan.id)
    return _part_of(payout_of(promise, position), filing, asked, position, of=loan.id)


def _approved(filing: ClaimFiling, on: date) -> date:
    """Return the day of a filing, if it was approved by the day of the payout."""
    if filing.decided_on is None or filing.state is FilingState.REJECTED:
        raise ClaimNotApproved(
            f"{filing.loan_id}: the claim {filing.ref} filed on {filing.filed_on} is "
            f"{filing.state.value}; the fund pays what was approved",
            zh=f"{filing.loan_id}：{filing.filed_on} 的代偿申请 {filing.ref} 未审核通过，不能代偿",
            value=filing.ref,
            limit=FilingState.APPROVED.value,
        )
    in_order(filing.decided_on, on, f"{filing.loan_id}: the approval and the payout")
    return filing.filed_on


def _too_early(loan: Loan, later: Entry) -> InvalidHistory:
    return InvalidHistory(
        f"{loan.id}: a payout cannot precede entry {later.number} of {later.on}; "
        "reverse that one first",
        zh=f"{loan.id}：代偿日不能早于第 {later.number} 号流水（{later.on}），应先冲正",
        value=later.number,
        limit=later.on,
    )


def _part_of(
    covered: Payout, filing: ClaimFiling | None, asked: int | None, position: Position, *, of: str
) -> Payout:
    """Return what is paid of the covered loss: principal first."""
    most = covered.amount_fen if filing is None else min(covered.amount_fen, filing.amount_fen)
    if asked is not None and asked > most:
        raise claim_too_large(asked, most, position.as_of, of=of)
    return covered.reduced_to(most if asked is None else asked)


def is_repeated(
    loan: Loan, promise: Guarantee, filing: ClaimFiling | None, paid: Entry, *, asked: int | None
) -> bool:
    """Tell whether a payout that stands is of the amount that is asked for once more.

    Args:
        loan, promise, filing, asked: as of :func:`next_payout`.
        paid: the payout.
    """
    if asked is None:
        before = at_payout(loan.terms, loan.entries, paid)
        asked = _part_of(payout_of(promise, before), filing, None, before, of=loan.id).amount_fen
    return paid.amount_fen == asked
