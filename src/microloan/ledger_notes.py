"""台账附记: what the half-year ledger holds beside the money: visits, subsidy, warnings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from microloan.ageing import age_unpaid
from microloan.assignment import Assignment, assignments_by_loan
from microloan.clearing import TreasuryPayment
from microloan.money import InYuan
from microloan.naming import several_of
from microloan.request import SubsidyRequest
from microloan.request_line import LineKey
from microloan.subsidy_line import SubsidyLine
from microloan.tracking import Concern, Watch
from microloan.visit import FollowUpVisit
from microloan.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSubsidy:
    """应贴息、已贴息: what the treasury was to bear of a half-year's interest, and what it paid.

    Args:
        due_fen: what was earned on interest that fell due in the half-year; where it was requested,
            what was requested and corrected.
        paid_fen: what of it was paid by the half-year's end.
    """

    due_fen: int
    paid_fen: int

    due = InYuan("due_fen", "What the treasury was to bear, in yuan.")
    paid = InYuan("paid_fen", "What of it was paid by the half-year's end, in yuan.")


class SubsidyNotes:
    """贴息附记: what was earned, asked for and paid of subsidies, by loan and half-year.

    Args:
        lines: what the loans have earned.
        requests: the requests of all banks.
        payments: what the treasury paid for them.
    """

    def __init__(
        self,
        lines: Sequence[SubsidyLine],
        requests: Sequence[SubsidyRequest],
        payments: Sequence[TreasuryPayment],
    ) -> None:
        self._lines, self._requests, self._payments = lines, requests, payments
        self._known: dict[date, dict[str, dict[date, LineSubsidy]]] = {}

    def within(self, loan_id: str, window: Window) -> LineSubsidy:
        """Return what was due and paid of a loan's interest that fell due in a half-year."""
        last = window.last_day
        if last not in self._known:
            self._known[last] = self._by_loan(last)
        lines = self._known[last].get(loan_id, {})
        own = [one for due_on, one in lines.items() if due_on in window]
        return LineSubsidy(
            due_fen=sum(one.due_fen for one in own), paid_fen=sum(one.paid_fen for one in own)
        )

    def _by_loan(self, day: date) -> dict[str, dict[date, LineSubsidy]]:
        """Return what was due and paid by a day, by loan and due day."""
        due = {(line.loan_id, line.due_on): line.treasury_fen for line in self._lines}
        due |= self._asked(day)
        lines, requests, payments = self._lines, self._requests, self._payments
        ageing = age_unpaid(lines, as_of=day, requests=requests, payments=payments)
        unpaid = Counter[LineKey]()
        for one in ageing.unpaid:
            unpaid[one.loan_id, one.due_on] += one.amount_fen
        by_loan: dict[str, dict[date, LineSubsidy]] = {}
        for (loan_id, due_on), amount in due.items():
            paid = max(amount - unpaid[loan_id, due_on], 0)
            by_loan.setdefault(loan_id, {})[due_on] = LineSubsidy(due_fen=amount, paid_fen=paid)
        return by_loan

    def _asked(self, day: date) -> Counter[LineKey]:
        """Return what was requested and corrected by a day, line by line."""
        asked = Counter[LineKey]()
        for request in self._requests:
            if request.on <= day:
                for line in request.lines:
                    asked[line.key] += line.subsidy_fen
                for correction in request.corrections:
                    asked[correction.key] += correction.difference_fen
        return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerNotes:
    """台账附记: what is known of loans beside their entries.

    Args:
        assignments: whose they are, by loan and day.
        visits: the visits made, by loan and day.
        concerns: why they are watched, by loan, the gravest first.
        subsidies: what was earned, asked for and paid; ``None`` where nothing of it was handed in.
    """

    assignments: Mapping[str, Sequence[Assignment]]
    visits: Mapping[str, Sequence[FollowUpVisit]]
    concerns: Mapping[str, tuple[Concern, ...]]
    subsidies: SubsidyNotes | None

    def last_visit(self, loan_id: str, window: Window) -> FollowUpVisit | None:
        """Return the last visit booked by a half-year's end; ``None`` where none was."""
        own = self.visits.get(loan_id, ())
        known = (visit for visit in own if visit.booked_day <= window.last_day)
        return max(known, key=lambda visit: (visit.on, visit.ref), default=None)

    def subsidy(self, loan_id: str, window: Window) -> LineSubsidy | None:
        """Return what was due and paid; ``None`` where nothing of it was handed in."""
        return None if self.subsidies is None else self.subsidies.within(loan_id, window)


def note_all(
    *,
    assignments: Iterable[Assignment] = (),
    visits: Iterable[FollowUpVisit] = (),
    watches: Iterable[Watch] = (),
    subsidies: Iterable[SubsidyLine] | None = None,
    requests: Iterable[SubsidyRequest] = (),
    payments: Iterable[TreasuryPayment] = (),
) -> LedgerNotes:
    """Return what is known of loans beside their entries, sorted by loan.

    Without subsidies, requests and payments handed in, nothing is said of the treasury's part.

    Raises:
        InvalidTerms: something of another kind.
        RefConflict: a loan goes to two officers, districts or banks on one day.
    """
    by_loan: dict[str, list[FollowUpVisit]] = {}
    for visit in several_of(visits, FollowUpVisit, "the visits", "回访记录"):
        by_loan.setdefault(visit.loan_id, []).append(visit)
    watched = several_of(watches, Watch, "the watch list", "关注名单")
    asked = several_of(requests, SubsidyRequest, "the requests", "贴息申请")
    paid = several_of(payments, TreasuryPayment, "the payments", "贴息拨付")
    notes = None
    if subsidies is not None or asked or paid:
        earned = () if subsidies is None else subsidies
        lines = several_of(earned, SubsidyLine, "the subsidies", "贴息明细")
        notes = SubsidyNotes(lines, asked, paid)
    return LedgerNotes(
        assignments=assignments_by_loan(assignments),
        visits=by_loan,
        concerns={watch.loan_id: watch.concerns for watch in watched},
        subsidies=notes,
    )
