"""拨付条件: whether a line of subsidy may be asked for, by the way in which it is paid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import assert_never

from microloan.course import run_through
from microloan.delinquency import delinquent_days
from microloan.due_dates import on_workday
from microloan.fold import Cause, Due, Fold
from microloan.loan import Loan
from microloan.policy import PaymentMode
from microloan.position import Performance, position_of


class WaitingReason(Enum):
    """Why a line that was earned is not asked for."""

    INTEREST_UNPAID = "interest_unpaid"
    """未付息: the borrower has not paid the interest that would be refunded."""
    NOT_SETTLED = "not_settled"
    """未结清: the loan is not repaid in full."""
    WAS_OVERDUE = "was_overdue"
    """曾逾期: the loan was overdue, called in or written off; it is never refunded."""

    @property
    def zh(self) -> str:
        """Return the reason in Chinese."""
        return _ZH[self]


_ZH = {
    WaitingReason.INTEREST_UNPAID: "借款人尚未付息",
    WaitingReason.NOT_SETTLED: "贷款尚未结清",
    WaitingReason.WAS_OVERDUE: "贷款曾逾期",
}


@dataclass(frozen=True, slots=True)
class RepaymentRecord:
    """还款记录: what a loan's borrower has paid by a day, and whether he was ever late.

    Args:
        loan: the loan.
        fold: the run through its entries up to the day.
        is_workday: the host's calendar, or ``None``: every day is a working day.
    """

    loan: Loan
    fold: Fold
    is_workday: Callable[[date], bool] | None

    def reason_to_wait(self, mode: PaymentMode, number: int) -> WaitingReason | None:
        """Return why the line of an installment is not asked for; ``None`` if it may be."""
        match mode:
            case PaymentMode.BANK_APPLIES:
                return None
            case PaymentMode.REFUNDED:
                paid = self._interest_paid(number)
                return None if paid else WaitingReason.INTEREST_UNPAID
            case PaymentMode.REFUNDED_AFTER_SETTLEMENT:
                if not self.clean:
                    return WaitingReason.WAS_OVERDUE
                return None if self._settled else WaitingReason.NOT_SETTLED
        assert_never(mode)

    def _interest_paid(self, number: int) -> bool:
        """Tell whether the borrower paid the interest of an installment; no fund, no write-off."""
        for due in self.fold.fallen_due():
            if due.number == number:
                return due.cause is Cause.PREPAYMENT or self._paid(due) >= due.interest_fen
        return False

    def _paid(self, due: Due) -> int:
        return sum(
            share.interest_fen
            for effect in self.fold.applied
            if effect.entry.kind.pays
            for share in effect.shares
            if share.number == due.number
        )

    @property
    def _settled(self) -> bool:
        known = position_of(self.loan.terms, self.loan.entries, as_of=self.fold.as_of)
        return known.performance is Performance.MATURED

    @property
    def clean(self) -> bool:
        """Tell whether nothing was ever overdue and the loan was neither called in nor written off.

        Days of grace and of pauses are not overdue.
        """
        return self.fold.ended is None and not any(map(self._was_late, self.fold.fallen_due()))

    def _was_late(self, due: Due) -> bool:
        owed = due.principal_fen + due.interest_fen
        if not owed or due.cause is Cause.PREPAYMENT:
            return False
        met_on = self._met_on(due, owed)
        due_on = due.due_on if self.is_workday is None else on_workday(due.due_on, self.is_workday)
        grace_days, pauses = self.fold.terms.grace_days, self.fold.pauses
        return delinquent_days(due_on, as_of=met_on, grace_days=grace_days, pauses=pauses) > 0

    def _met_on(self, due: Due, owed: int) -> date:
        """Return the day on which all of an installment was paid; while it is not, the last day."""
        for effect in self.fold.applied:
            shares = [share for share in effect.shares if share.number == due.number]
            owed -= sum(share.principal_fen + share.interest_fen for share in shares)
            if owed <= 0:
                return effect.entry.on
        return self.fold.as_of


def repayment_record(
    loan: Loan, *, as_of: date, is_workday: Callable[[date], bool] | None = None
) -> RepaymentRecord:
    """Return what a loan's borrower has paid by a day.

    Args:
        loan: the loan.
        as_of: the day; what was paid on it counts.
        is_workday: the host's calendar; where it is given, nobody is late before the working day on
            or after a due date (民法典, art. 203).
    """
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    return RepaymentRecord(loan=loan, fold=fold, is_workday=is_workday)
