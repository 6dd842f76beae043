"""Where a loan stands on a day: one fold over what was agreed and what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.course import run_through
from microloan.delinquency import delinquent_days
from microloan.due_dates import on_workday
from microloan.fold import Due, Fold
from microloan.history import known_through
from microloan.ledger import Entry, EntryKind
from microloan.money import InYuan
from microloan.periods import asked_day
from microloan.table import Card, columns_of
from microloan.terms import LoanTerms


class Performance(Enum):
    """贷款形态: how a loan stands, from its own entries alone."""

    PERFORMING = "performing"
    """正常: nothing is overdue."""
    DELAYED = "delayed"
    """迟付: something is overdue, within the days of grace or of a pause."""
    DELINQUENT = "delinquent"
    """逾期: something is overdue beyond them."""
    DEFAULTED = "defaulted"
    """违约: the loan was called in, or the fund has paid."""
    TERMINATED = "terminated"
    """核销: the loan was written off."""
    MATURED = "matured"
    """结清: nothing more is owed to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Card):
    """时点状况: where a loan stands at the end of a day, in yuan through its properties.

    Args:
        as_of: the day.
        through: the number of the last entry that was known.
        outstanding_fen: principal still owed to the lender.
        due_principal_fen: principal that has fallen due since the start.
        due_interest_fen: contract interest that has fallen due since the start.
        paid_principal_fen: principal the borrower has repaid, early or not.
        paid_interest_fen: contract interest the borrower has paid.
        paid_charges_fen: penalty, compound interest and costs the borrower has paid.
        arrears_principal_fen: principal that fell due and is unpaid.
        arrears_interest_fen: contract interest that fell due and is unpaid.
        penalty_fen: penalty interest earned by the day and unpaid.
        compound_fen: compound interest earned by the day and unpaid.
        costs_fen: costs charged to the borrower and unpaid.
        accrued_fen: interest earned and not yet due.
        subrogated_fen: what the fund paid and has not recovered.
        written_off_fen: what was written off and has not been recovered.
        days_past_due: days since the oldest unpaid due date; one on the day after it.
        days_delinquent: the same less the days of grace and of pauses.
        oldest_unpaid_on: that due date, moved to a working day where a rule was given; ``None``
            where nothing is overdue.
        oldest_unpaid: the number of that installment; 0 where nothing is overdue.
        performance: how the loan stands.
    """

    as_of: date
    through: int
    outstanding_fen: int
    due_principal_fen: int
    due_interest_fen: int
    paid_principal_fen: int
    paid_interest_fen: int
    paid_charges_fen: int
    arrears_principal_fen: int
    arrears_interest_fen: int
    penalty_fen: int
    compound_fen: int
    costs_fen: int
    accrued_fen: int
    subrogated_fen: int
    written_off_fen: int
    days_past_due: int
    days_delinquent: int
    oldest_unpaid_on: date | None
    oldest_unpaid: int
    performance: Performance

    outstanding = InYuan("outstanding_fen", "Principal still owed to the lender, in yuan.")
    due = InYuan("due_fen", "Principal and interest that have fallen due since the start, in yuan.")
    paid = InYuan("paid_fen", "All that the borrower has paid, in yuan.")
    arrears = InYuan(
        "arrears_fen", "Principal and contract interest that fell due and are unpaid, in yuan."
    )
    penalty = InYuan("penalty_fen", "Penalty interest that is unpaid, in yuan.")
    compound = InYuan("compound_fen", "Compound interest that is unpaid, in yuan.")
    costs = InYuan("costs_fen", "Costs that are unpaid, in yuan.")
    accrued = InYuan("accrued_fen", "Interest earned and not yet due, in yuan.")
    subrogated = InYuan("subrogated_fen", "What the fund paid and has not recovered, in yuan.")
    written_off = InYuan("written_off_fen", "What was written off and not recovered, in yuan.")

    COLUMNS = columns_of(
        "as_of outstanding due_principal due_interest paid_principal paid_interest paid_charges",
        "arrears_principal arrears_interest penalty compound costs accrued subrogated",
        "written_off days_past_due days_delinquent oldest_unpaid_on oldest_unpaid performance",
        "through",
    )

    @property
    def due_fen(self) -> int:
        """Return principal and interest that have fallen due since the start, in fen."""
        return self.due_principal_fen + self.due_interest_fen

    @property
    def paid_fen(self) -> int:
        """Return all that the borrower has paid, in fen."""
        return self.paid_principal_fen + self.paid_interest_fen + self.paid_charges_fen

    @property
    def arrears_fen(self) -> int:
        """Return principal and contract interest that fell due and are unpaid, in fen."""
        return self.arrears_principal_fen + self.arrears_interest_fen

    @property
    def charges_fen(self) -> int:
        """Return penalty, compound interest and costs that are unpaid, in fen."""
        return self.penalty_fen + self.compound_fen + self.costs_fen

    @property
    def settled(self) -> bool:
        """Tell whether nothing more is owed, to the lender or to the fund."""
        return self.performance is Performance.MATURED


def position_of(
    terms: LoanTerms,
    entries: Sequence[Entry],
    *,
    as_of: date,
    through: int | None = None,
    is_workday: Callable[[date], bool] | None = None,
) -> Position:
    """Return where a loan stands at the end of a day, as far as known at an entry.

    Args:
        terms: what was agreed.
        entries: the loan's entries.
        as_of: the day; entries of later business dates do not count.
        through: the last entry that was known; by default all are.
        is_workday: the caller's calendar; where it is given, lateness counts from the working day
            on or after a due date (民法典, art. 203). Interest runs as it did.

    Raises:
        InvalidDate: ``as_of`` is no plain date.
        InvalidHistory: ``through`` names no entry.
    """
    known = known_through(tuple(entries), through)
    fold = run_through(terms, known, as_of=asked_day(as_of))
    fallen = list(fold.fallen_due())
    oldest = _oldest_unpaid(fallen)
    late_on = oldest.due_on if oldest else None
    if late_on is not None and is_workday is not None:
        late_on = on_workday(late_on, is_workday)
    if late_on is not None and late_on >= as_of:
        late_on = oldest = None
    paying = [effect for effect in fold.applied if effect.entry.kind.pays]
    days_delinquent = _days_delinquent(fold, late_on) if late_on else 0
    return Position(
        as_of=as_of,
        through=len(known),
        outstanding_fen=fold.outstanding_fen,
        due_principal_fen=sum(due.principal_fen for due in fallen),
        due_interest_fen=sum(due.interest_fen for due in fallen),
        paid_principal_fen=sum(effect.principal_fen for effect in paying),
        paid_interest_fen=sum(effect.interest_fen for effect in paying),
        paid_charges_fen=sum(effect.charges_fen for effect in paying),
        arrears_principal_fen=sum(due.unpaid_principal_fen for due in fallen),
        arrears_interest_fen=sum(due.unpaid_interest_fen for due in fallen),
        penalty_fen=fold.charges.penalty_fen,
        compound_fen=fold.charges.compound_fen,
        costs_fen=fold.charges.costs_fen,
        accrued_fen=fold.accrued_fen,
        subrogated_fen=fold.subrogated_fen,
        written_off_fen=fold.written_off_fen,
        days_past_due=(as_of - late_on).days if late_on else 0,
        days_delinquent=days_delinquent,
        oldest_unpaid_on=late_on,
        oldest_unpaid=oldest.number if oldest else 0,
        performance=_performance(fold, late=late_on is not None, delinquent=days_delinquent > 0),
    )


def _oldest_unpaid(fallen: Sequence[Due]) -> Due | None:
    for due in fallen:
        if due.unpaid_principal_fen or due.unpaid_interest_fen:
            return due
    return None


def _days_delinquent(fold: Fold, late_on: date) -> int:
    """Return the days past due beyond the days of grace, without those of pauses."""
    return delinquent_days(
        late_on, as_of=fold.as_of, grace_days=fold.terms.grace_days, pauses=fold.pauses
    )


def _performance(fold: Fold, *, late: bool, delinquent: bool) -> Performance:
    unpaid = any(due.unpaid_principal_fen or due.unpaid_interest_fen for due in fold.dues)
    owed = fold.outstanding_fen or unpaid or fold.charges.unpaid_fen or fold.subrogated_fen
    if fold.ended is not None and fold.ended.kind is EntryKind.WRITE_OFF and fold.written_off_fen:
        return Performance.TERMINATED
    if not owed:
        return Performance.MATURED if fold.applied else Performance.PERFORMING
    if fold.ended is not None:
        return Performance.DEFAULTED
    if delinquent:
        return Performance.DELINQUENT
    return Performance.DELAYED if late else Performance.PERFORMING
