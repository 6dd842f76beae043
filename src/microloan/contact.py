"""催收记录: that a borrower was reminded or chased, and what of it was chasing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from microloan.course import run_through
from microloan.errors import VisitTooEarly
from microloan.errors.personal import told
from microloan.fold import Cause, Fold
from microloan.loan import Loan
from microloan.months import add_months
from microloan.naming import identity, person_id, refused_terms, require_one_of, several_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Channel, Rung
from microloan.table import columns_of
from microloan.visit import require_loan, require_paid_out

_A_DAY: Final = timedelta(days=1)


class Outcome(Enum):
    """催收结果: what came of reaching a borrower."""

    DELIVERED = "delivered"
    PROMISED = "promised"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    PAID = "paid"

    @property
    def zh(self) -> str:
        """Return the outcome in Chinese."""
        return _OUTCOMES_ZH[self]


_OUTCOMES_ZH: Final = {
    Outcome.DELIVERED: "已送达",
    Outcome.PROMISED: "承诺还款",
    Outcome.REFUSED: "拒绝还款",
    Outcome.NOT_REACHED: "未联系上",
    Outcome.PAID: "已还款",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """催收记录: that a borrower was reminded of a due day or chased, how, and what came of it.

    Args:
        loan_id: the loan.
        due_on: the due day it is about.
        days: the rung of the ladder that it answers, in days from the due day.
        on: the day on which it was done.
        channel: how.
        officer: who did it, by identity.
        outcome: what came of it.
        ref: the number of the record; it stands for one contact about the loan.
        note: what was said; empty for nothing.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidIdentity: an unusable loan, officer or record.
        InvalidDate: no plain date, or booked before it was done.
        InvalidTerms: no whole number of days, or a wrong type.
    """

    loan_id: str
    due_on: date
    days: int
    on: date
    channel: Channel
    officer: str
    outcome: Outcome
    ref: str
    note: str = ""
    booked_on: date | None = None

    COLUMNS = columns_of(
        "loan_id due_on days on booked_on=booked_day channel officer outcome ref note",
    )

    def __post_init__(self) -> None:
        """Refuse a contact with nobody, by nobody, or about no day."""
        identity(self.loan_id, "a loan")
        identity(self.ref, "the record of a contact")
        person_id(self.officer, "an officer")
        plain_date(self.due_on, "an installment")
        plain_date(self.on, "a contact")
        object.__setattr__(self, "booked_on", self.on if self.booked_on is None else self.booked_on)
        in_order(self.on, plain_date(self.booked_day, "a booking"), f"{self.loan_id}: a contact")
        Rung(days=self.days, channel=self.channel)
        require_one_of(self.outcome, Outcome, "the outcome", "催收结果")
        if not isinstance(self.note, str):
            raise refused_terms("the note", "备注", told(self.note), "a text")

    @property
    def booked_day(self) -> date:
        """Return the day whose half-year carries the contact."""
        return self.on if self.booked_on is None else self.booked_on


def make_contact(
    loan: Loan,
    *,
    due_on: date,
    days: int,
    on: date,
    channel: Channel,
    officer: str,
    outcome: Outcome,
    ref: str,
    note: str = "",
    booked_on: date | None = None,
) -> Contact:
    """Return the record of a reminder to the borrower of a loan, or of chasing.

    Something must fall due on the day it is about, by the plan of the day on which it was done or
    of the day before. A step of chasing is not done before the due day, and none is done more than
    a month before its rung.

    Arguments are those of :class:`Contact`.

    Raises:
        VisitTooEarly: before the loan was paid out, or long before the rung.
        InvalidTerms: no loan, a day on which nothing falls due, or as of :class:`Contact`.
        InvalidIdentity, InvalidDate: as of :class:`Contact`.
    """
    require_loan(loan)
    contact = Contact(
        loan_id=loan.id,
        due_on=due_on,
        days=days,
        on=on,
        channel=channel,
        officer=officer,
        outcome=outcome,
        ref=ref,
        note=note,
        booked_on=booked_on,
    )
    require_paid_out(loan.id, loan.terms.disbursed_on, on)
    _require_due(loan, contact)
    _require_rung(contact)
    return contact


def _require_due(loan: Loan, contact: Contact) -> None:
    """Refuse a contact about a day that no plan of its day or of the day before knows."""
    plans = (
        run_through(loan.terms, loan.entries, as_of=day)
        for day in (contact.on, contact.on - _A_DAY)
    )
    if not any(contact.due_on in due_days(fold) for fold in plans):
        limit = "a day on which something falls due"
        raise refused_terms(f"the due day of {loan.id}", "应还款日", contact.due_on, limit)


def _require_rung(contact: Contact) -> None:
    """Refuse a contact long before the rung that it answers, or chasing before the due day."""
    rung = contact.due_on + timedelta(days=contact.days)
    earliest = add_months(rung, -1)
    if contact.days >= 0:
        earliest = max(earliest, contact.due_on)
    if contact.on < earliest:
        raise VisitTooEarly(
            f"{contact.loan_id}: T{contact.days:+d} of {contact.due_on} is the step of {rung}; it "
            f"cannot be done on {contact.on}",
            zh=f"{contact.loan_id}：{contact.due_on} 应还款的 T{contact.days:+d} 催收应在 {rung} "
            f"前后办理，{contact.on} 过早",
            value=contact.on,
            limit=earliest,
        )


def due_days(fold: Fold) -> set[date]:
    """Return the days on which something falls due, paid or not; of early repayment, none."""
    return {
        due.due_on
        for due in fold.dues
        if due.cause is not Cause.PREPAYMENT and due.principal_fen + due.interest_fen
    }


def chased(loan: Loan, contacts: Iterable[Contact], *, by: date) -> tuple[Contact, ...]:
    """Return the contacts by which the borrower of a loan was chased by a day, in their order.

    Chasing 催收 is about a due day that had come and was not paid in full at its end, and still not
    when the day of the contact began. A rung before the due day is a reminder and no chasing, even
    where it was taken late.

    Args:
        loan: the loan.
        contacts: the contacts known; those about other loans do not count.
        by: the last day that counts, such as that of a claim or of a payout.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no loan or no contact.
    """
    require_loan(loan)
    last = asked_day(by)
    return tuple(
        one
        for one in several_of(contacts, Contact, "the contacts", "催收记录")
        if one.loan_id == loan.id
        and one.days >= 0
        and one.due_on <= one.on <= last
        and _was_unpaid(loan, one)
    )


def _was_unpaid(loan: Loan, contact: Contact) -> bool:
    """Tell whether the due day of a contact was unpaid; what only a payout made due is not."""
    day = contact.on if contact.on == contact.due_on else contact.on - _A_DAY
    fold = run_through(loan.terms, loan.entries, as_of=day)
    return any(
        due.due_on == contact.due_on
        and not due.by_payout
        and due.unpaid_principal_fen + due.unpaid_interest_fen > 0
        for due in fold.dues
    )
