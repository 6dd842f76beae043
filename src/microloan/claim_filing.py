"""代偿申请: a lender files a claim with its evidence, and the office decides upon it.

By filing, the lender calls on the fund, so the guarantee period is tested on the day of the
filing; the payout may follow later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.errors import ClaimPending, EvidenceMissing, NothingToAnswer
from microloan.fund import GuaranteeFund, standing_lines
from microloan.fund_ledger import FundEntry, FundEntryKind, Papers
from microloan.guarantee import Guarantee, check_claim, check_unclaimed, payout_of
from microloan.history import find
from microloan.loan import Loan
from microloan.loss import claim_too_large
from microloan.money import InYuan, Money, positive_fen
from microloan.papers import listed_papers
from microloan.periods import asked_day, in_order, plain_date
from microloan.reversal import discharge_in, discharged_before
from microloan.table import columns_of


class FilingState(Enum):
    """代偿申请状态: what became of a filed claim."""

    OPEN = "open"
    """待审核."""
    APPROVED = "approved"
    """审核通过, not yet paid."""
    REJECTED = "rejected"
    """审核不通过."""
    PAID = "paid"
    """已代偿."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFiling:
    """代偿申请: a claim that a lender filed, and what became of it.

    Args:
        loan_id: the loan.
        ref: the voucher of the filing.
        filed_on: the day of the filing.
        amount_fen: what was claimed.
        papers: the evidence, each a kind and a number.
        state: what became of it.
        decided_on: the day of the decision; ``None`` while there is none.
        reason: what the decision says.
    """

    loan_id: str
    ref: str
    filed_on: date
    amount_fen: int
    papers: Papers
    state: FilingState
    decided_on: date | None = None
    reason: str = ""

    amount = InYuan("amount_fen", "What was claimed, in yuan.")
    COLUMNS = columns_of("loan_id ref filed_on amount claim_state=state decided_on reason papers")


def claim_filings(entries: Iterable[FundEntry], *, as_of: date) -> tuple[ClaimFiling, ...]:
    """Return the claims filed with a fund by a day, as they stood, in order of knowledge.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no entry of a fund.
    """
    day = asked_day(as_of)
    lines = [line for line in standing_lines(entries) if line.on <= day]
    answers = {(line.kind, line.against): line for line in lines if line.against}
    return tuple(
        _filing(
            line,
            decision=answers.get((FundEntryKind.CLAIM_APPROVAL, line.ref))
            or answers.get((FundEntryKind.CLAIM_REJECTION, line.ref)),
            paid=(FundEntryKind.CLAIM_PAYOUT, line.ref) in answers,
        )
        for line in lines
        if line.kind is FundEntryKind.CLAIM_FILING
    )


def _filing(line: FundEntry, *, decision: FundEntry | None, paid: bool) -> ClaimFiling:
    state = FilingState.OPEN
    if paid:
        state = FilingState.PAID
    elif decision is not None:
        approved = decision.kind is FundEntryKind.CLAIM_APPROVAL
        state = FilingState.APPROVED if approved else FilingState.REJECTED
    return ClaimFiling(
        loan_id=line.loan_id,
        ref=line.ref,
        filed_on=line.on,
        amount_fen=line.amount_fen,
        papers=line.papers,
        state=state,
        decided_on=None if decision is None else decision.on,
        reason="" if decision is None else decision.reason,
    )


def latest_filing(fund: GuaranteeFund, loan_id: str) -> ClaimFiling | None:
    """Return the claim for a loan that was filed last, of whatever day; or ``None``."""
    filings = claim_filings(fund.entries, as_of=date.max)
    return next((one for one in reversed(filings) if one.loan_id == loan_id), None)


def file_claim(
    fund: GuaranteeFund,
    loan: Loan,
    *,
    on: date,
    ref: str,
    evidence: Papers = (),
    amount: Money | None = None,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a lender's claim filed 代偿申请; no money moves.

    The same act again changes nothing.

    Args:
        fund: the fund that guarantees the loan.
        loan: the loan.
        on: the day on which the lender called on the fund.
        ref: the voucher.
        evidence: the papers handed in, each a kind and a number.
        amount: what is claimed, in yuan; absent, the whole covered loss of the day.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        NotGuaranteed: the loan is not guaranteed by this fund.
        AlreadyClaimed, GuaranteeDischarged: the fund has paid, or the guarantee had ended by then.
        ClaimPending: a claim for the loan is open, or approved and not yet paid.
        NothingToClaim, ClaimTooLate, ClaimNotDue: it may not be claimed for on that day.
        EvidenceMissing: papers that the guarantee names are not listed.
        ClaimTooLarge: more is claimed than the covered loss.
        InvalidAmount, InvalidTerms: no whole fen above zero in CNY, or evidence of no pairs.
        RefConflict: the voucher already stands for another filing.
    """
    promise = loan.promise(fund.id)
    asked = None if amount is None else positive_fen(amount, "a claim")
    papers = listed_papers(evidence)
    made = find(fund.entries, FundEntryKind.CLAIM_FILING, ref)
    if made is None:
        _require_unfiled(fund, loan, plain_date(on, "a claim"))
        filed = _claimable(loan, promise, on, asked, papers)
    else:
        filed = made.amount_fen if asked is None else asked
    return fund.with_entry(
        FundEntryKind.CLAIM_FILING,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=filed,
        loan_id=loan.id,
        papers=papers,
    )


def _require_unfiled(fund: GuaranteeFund, loan: Loan, on: date) -> None:
    check_unclaimed(loan.payout, of=loan.id)
    require_undischarged(loan, on)
    filing = latest_filing(fund, loan.id)
    if filing is not None and filing.state is not FilingState.REJECTED:
        raise ClaimPending(
            f"{loan.id}: the claim {filing.ref} filed on {filing.filed_on} is "
            f"{filing.state.value}; there is no room for another on {on}",
            zh=f"{loan.id}：{filing.filed_on} 的代偿申请 {filing.ref} 尚未办结，不能重复申请",
            value=filing.ref,
            limit="one filed claim at a time",
        )


def _claimable(
    loan: Loan, promise: Guarantee, on: date, asked: int | None, evidence: Papers
) -> int:
    """Return what is claimed, in fen, if the loan may be claimed for on a day."""
    position = loan.position(as_of=on)
    check_claim(promise, loan.guaranteed_terms(on=on), position, of=loan.id)
    require_evidence(promise, evidence, of=loan.id)
    covered = payout_of(promise, position).amount_fen
    if asked is not None and asked > covered:
        raise claim_too_large(asked, covered, on, of=loan.id)
    return covered if asked is None else asked


def require_undischarged(loan: Loan, on: date) -> None:
    """Refuse a claim on a day by which the guarantee had ended without a payout.

    Raises:
        GuaranteeDischarged: names the entry that ended it.
    """
    discharge = discharge_in(loan.entries, by=on)
    if discharge is not None:
        raise discharged_before(discharge, of=loan.id)


def require_evidence(guarantee: Guarantee, papers: Papers, *, of: str) -> None:
    """Refuse a claim that does not list every kind of paper its guarantee names.

    Raises:
        EvidenceMissing: names what is missing.
    """
    listed = {kind for kind, _ in papers}
    missing = tuple(sorted(guarantee.evidence - listed))
    if missing:
        raise EvidenceMissing(
            f"{of}: the claim lacks {', '.join(missing)}, which the guarantee asks for",
            zh=f"{of}：代偿申请缺少证据材料：{'、'.join(missing)}",
            value=missing,
            limit=tuple(sorted(guarantee.evidence)),
        )


def approve_claim(
    fund: GuaranteeFund,
    loan_id: str,
    *,
    filing: str,
    on: date,
    ref: str,
    reason: str = "",
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a filed claim found right 代偿审核通过; it may be paid from that day.

    The same act again changes nothing.

    Args:
        fund: the fund with which it was filed.
        loan_id: the loan, by contract number.
        filing: the voucher of the filing.
        on, ref, booked_on: of the decision.
        reason: what the decision says.

    Raises:
        NothingToAnswer: no such claim for the loan stands, or it was decided.
        InvalidDate: dated before the filing.
        RefConflict: the voucher already stands for another approval.
    """
    kind = FundEntryKind.CLAIM_APPROVAL
    _require_undecided(fund, kind, loan_id, filing, on=on, ref=ref)
    return fund.with_entry(
        kind, on=on, ref=ref, booked_on=booked_on, loan_id=loan_id, against=filing, reason=reason
    )


def reject_claim(
    fund: GuaranteeFund,
    loan_id: str,
    *,
    filing: str,
    on: date,
    ref: str,
    reason: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with a filed claim turned down 代偿审核不通过; the lender may file again.

    Args:
        fund, loan_id, filing, on, ref, booked_on: as of :func:`approve_claim`.
        reason: why; it must be said.

    Raises:
        NothingToAnswer, InvalidDate, RefConflict: as :func:`approve_claim`.
        InvalidTerms: no reason.
    """
    kind = FundEntryKind.CLAIM_REJECTION
    _require_undecided(fund, kind, loan_id, filing, on=on, ref=ref)
    return fund.with_entry(
        kind, on=on, ref=ref, booked_on=booked_on, loan_id=loan_id, against=filing, reason=reason
    )


def _require_undecided(
    fund: GuaranteeFund, kind: FundEntryKind, loan_id: str, filing: str, *, on: date, ref: str
) -> None:
    plain_date(on, "a decision")
    if find(fund.entries, kind, ref) is not None:
        return
    filings = claim_filings(fund.entries, as_of=date.max)
    found = next((one for one in filings if (one.ref, one.loan_id) == (filing, loan_id)), None)
    if found is None or found.state is not FilingState.OPEN:
        why, zh = "no such claim stands", "该申请不存在"
        if found is not None:
            why, zh = f"it was decided on {found.decided_on}", f"已于 {found.decided_on} 审核"
        raise NothingToAnswer(
            f"{loan_id}: the claim {filing} cannot be decided: {why}",
            zh=f"{loan_id}：代偿申请 {filing} 不能审核：{zh}",
            value=filing,
            limit="a filed claim for the loan that is open",
        )
    in_order(found.filed_on, on, f"{loan_id}: a claim and its decision")
