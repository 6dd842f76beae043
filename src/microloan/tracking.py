"""贷后跟踪: whom to look after first, for which reasons, and what a claim can show of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from microloan.contact import Contact, chased
from microloan.due_visit import last_visits, missed_visit
from microloan.fund_ledger import Papers
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms, several_of
from microloan.periods import asked_day
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.position import Performance, Position
from microloan.reversal import discharge_in
from microloan.table import columns_of
from microloan.visit import BusinessState, FollowUpVisit


class Concern(Enum):
    """Why a loan is on the watch list, the gravest first."""

    GUARANTEE_OVER = "guarantee_over"
    """担保期间届满: principal is unpaid and the fund can no longer be called on."""
    GUARANTEE_ENDING = "guarantee_ending"
    """担保期间将届满: principal is unpaid and the fund can be called on for some days only."""
    CLAIM_OPEN = "claim_open"
    """可代偿: late enough for the lender to claim."""
    OVERDUE = "overdue"
    """逾期: something fell due and is unpaid."""
    TO_RECOVER = "to_recover"
    """待追偿: the fund has paid and not recovered all of it."""
    BUSINESS_STOPPED = "business_stopped"
    """停业、关闭或失联: the last visit found no business, or nobody."""
    BUSINESS_STRAINED = "business_strained"
    """经营困难: the last visit found the business in difficulties."""
    VISITORS_ASK = "visitors_ask"
    """回访要求关注: the last visitors asked for the loan to be watched."""
    VISIT_MISSED = "visit_missed"
    """回访逾期: a visit was due and nobody went."""

    @property
    def rank(self) -> int:
        """Return the place of the concern, the gravest first."""
        return _RANKS[self]

    @property
    def zh(self) -> str:
        """Return the concern in Chinese."""
        return _ZH[self]


_RANKS: Final = {concern: rank for rank, concern in enumerate(Concern)}
_ZH: Final = {
    Concern.GUARANTEE_OVER: "担保期间届满",
    Concern.GUARANTEE_ENDING: "担保期间将届满",
    Concern.CLAIM_OPEN: "可代偿",
    Concern.OVERDUE: "逾期",
    Concern.TO_RECOVER: "待追偿",
    Concern.BUSINESS_STOPPED: "停业、关闭或失联",
    Concern.BUSINESS_STRAINED: "经营困难",
    Concern.VISITORS_ASK: "回访要求关注",
    Concern.VISIT_MISSED: "回访逾期",
}
_OF_STATE: Final = {
    BusinessState.STRAINED: Concern.BUSINESS_STRAINED,
    BusinessState.SUSPENDED: Concern.BUSINESS_STOPPED,
    BusinessState.CLOSED: Concern.BUSINESS_STOPPED,
    BusinessState.OUT_OF_CONTACT: Concern.BUSINESS_STOPPED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """关注名单, one line: a loan, why it is watched, how late it is and what is owed.

    ``concerns`` are all the reasons, the gravest first, one at least. ``claim_by`` is the last day
    on which the lender may claim; ``None`` for a loan without a guarantee, or one whose guarantee
    was discharged.
    """

    loan_id: str
    borrower: str
    lender: str
    concerns: tuple[Concern, ...]
    days_past_due: int
    arrears_fen: int
    subrogated_fen: int
    claim_by: date | None

    arrears = InYuan("arrears_fen", "Principal and contract interest overdue, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")

    COLUMNS = columns_of(
        "loan_id borrower lender concerns days_past_due arrears subrogated claim_by"
    )

    @property
    def concern(self) -> Concern:
        """Return the gravest reason."""
        return self.concerns[0]


def watch_list(
    loans: Iterable[Loan],
    *,
    as_of: date,
    visits: Iterable[FollowUpVisit] = (),
    under: Policy | None = None,
    ending_within: int = 0,
) -> tuple[Watch, ...]:
    """Return the loans to look after on a day, the gravest and latest first.

    Args:
        loans: the loans.
        as_of: the day.
        visits: the visits known; those to other loans or after the day do not count. The last one
            to a loan tells how its business stands.
        under: the policy that sets the rhythm of visits; without one no visit counts as missed.
        ending_within: a guarantee that ends within so many days is a reason; 0 for none.

    Raises:
        NotInForce: the policy knows no rhythm of visits on that day.
        InvalidDate: no plain date.
        InvalidTerms: something that is no loan or no visit, or no whole number of days.
        LoanGivenTwice: the same loan twice.
    """
    if type(ending_within) is not int or ending_within < 0:
        raise refused_terms("the days", "天数", ending_within, "a whole number from 0")
    if under is not None:
        require_policy(under)
    given = loans_by_id(loans, of="a watch list", of_zh="关注名单").values()
    known = several_of(visits, FollowUpVisit, "the visits", "回访记录")
    latest, last_on = _latest(known, asked_day(as_of)), last_visits(known, as_of=as_of)
    watched = []
    for loan in given:
        position = loan.position(as_of=as_of)
        concerns = [*_of_money(loan, position, ending_within)]
        if not position.settled and position.performance is not Performance.TERMINATED:
            concerns += _of_visit(latest.get(loan.id))
            last = last_on.get(loan.id)
            if under is not None and missed_visit(loan, last, under=under, as_of=as_of):
                concerns.append(Concern.VISIT_MISSED)
        if concerns:
            watched.append(_watch(loan, position, tuple(concerns)))
    return tuple(
        sorted(watched, key=lambda watch: (watch.concern.rank, -watch.days_past_due, watch.loan_id))
    )


def _watch(loan: Loan, position: Position, concerns: tuple[Concern, ...]) -> Watch:
    return Watch(
        loan_id=loan.id,
        borrower=loan.borrower,
        lender=loan.lender,
        concerns=concerns,
        days_past_due=position.days_past_due,
        arrears_fen=position.arrears_fen,
        subrogated_fen=position.subrogated_fen,
        claim_by=_claim_by(loan, position.as_of),
    )


def _latest(visits: Iterable[FollowUpVisit], as_of: date) -> dict[str, FollowUpVisit]:
    """Return the last visit to each loan by a day; of one day, that of the highest number."""
    known = (visit for visit in visits if visit.on <= as_of)
    return {visit.loan_id: visit for visit in sorted(known, key=lambda one: (one.on, one.ref))}


def _of_visit(visit: FollowUpVisit | None) -> Iterator[Concern]:
    if visit is not None and visit.state in _OF_STATE:
        yield _OF_STATE[visit.state]
    if visit is not None and visit.watch:
        yield Concern.VISITORS_ASK


def _claim_by(loan: Loan, as_of: date) -> date | None:
    guarantee = loan.guarantee
    if guarantee is None or discharge_in(loan.entries, by=as_of) is not None:
        return None
    return guarantee.ends_on(loan.guaranteed_terms(on=as_of))


def _of_money(loan: Loan, position: Position, ending_within: int) -> Iterator[Concern]:
    """Yield the reasons that lie in what is owed, the gravest first.

    Once the fund has paid, what the lender is still owed is part of what is to be recovered.
    """
    if position.subrogated_fen:
        yield Concern.TO_RECOVER
        return
    guarantee, payout, claim_by = loan.guarantee, loan.payout, _claim_by(loan, position.as_of)
    callable_still = payout is None or payout.on > position.as_of
    late = position.days_past_due
    if guarantee is not None and claim_by and callable_still and position.outstanding_fen:
        left = (claim_by - position.as_of).days
        if late and left < 0:
            yield Concern.GUARANTEE_OVER
        elif 0 <= left < ending_within:
            yield Concern.GUARANTEE_ENDING
        if late >= guarantee.claims_open_at() and left >= 0:
            yield Concern.CLAIM_OPEN
    if late:
        yield Concern.OVERDUE


_VISIT_RECORD: Final = ("visit_record", "贷后检查表")
_CHASING_RECORD: Final = ("chasing_record", "催收记录")


def evidence_of(
    loan: Loan, visits: Iterable[FollowUpVisit], contacts: Iterable[Contact], *, by: date
) -> Papers:
    """Return the records of visits and of chasing that a claim for a loan lists, by day.

    Each is a kind and a number: ``"visit_record"`` and ``"chasing_record"``, or 贷后检查表 and
    催收记录 where the guarantee asks for them by these names. Of the contacts only those count by
    which the borrower was :func:`chased <microloan.reminder.chased>`: a reminder before the due
    day, or about what was paid, is none.

    Args:
        loan: the loan.
        visits: the visits known; those to other loans do not count.
        contacts: the contacts known; those about other loans do not count.
        by: the day of the claim; what was done after it does not count.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no loan, no visit or no contact.
    """
    if not isinstance(loan, Loan):
        raise refused_terms("what is claimed for", "代偿贷款", type(loan).__name__, "a Loan")
    records = [
        (one.on, _kind(loan, *_VISIT_RECORD), one.ref)
        for one in several_of(visits, FollowUpVisit, "the visits", "回访记录")
        if one.loan_id == loan.id and one.on <= asked_day(by)
    ]
    records += [
        (one.on, _kind(loan, *_CHASING_RECORD), one.ref) for one in chased(loan, contacts, by=by)
    ]
    return tuple((kind, ref) for _, kind, ref in sorted(records))


def _kind(loan: Loan, code: str, zh: str) -> str:
    asked = loan.guarantee.evidence if loan.guarantee is not None else frozenset()
    return zh if zh in asked else code
