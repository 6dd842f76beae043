"""到期清单: what falls due in the coming half-year, the list an officer takes on visits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from microloan.assignment import AssignedTo, Assignment, assignments_by_loan
from microloan.course import run_through
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.periods import asked_day
from microloan.portfolio import loans_by_id
from microloan.table import columns_of
from microloan.window import Half, window_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingDue:
    """到期清单, one line: an installment of a loan, and what of it is unpaid.

    Args:
        loan_id: the loan.
        borrower: who owes.
        officer: who looks after it on the day asked about; empty where nobody was assigned.
        district: the district it is counted under then; empty where none was assigned.
        lender: the bank that carries it then.
        number: the place in the plan of the loan.
        due_on: the day on which it falls due.
        principal_fen: the principal that falls due.
        interest_fen: the interest that falls due.
        unpaid_fen: what of both is not paid yet.
    """

    loan_id: str
    borrower: str
    officer: str
    district: str
    lender: str
    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    unpaid_fen: int

    principal = InYuan("principal_fen", "The principal that falls due, in yuan.")
    interest = InYuan("interest_fen", "The interest that falls due, in yuan.")
    unpaid = InYuan("unpaid_fen", "What of both is not paid yet, in yuan.")

    COLUMNS = columns_of(
        "loan_id borrower lender officer district installment=number due_on principal interest",
        "unpaid",
    )


def due_in(
    loans: Iterable[Loan], half: Half, *, as_of: date, assignments: Iterable[Assignment] = ()
) -> tuple[ComingDue, ...]:
    """Return what falls due in a half-year by the plans as known on a day, by day and loan.

    The plan is the one in force on the day, with its extensions, prepayments and defaults; what was
    called in or written off falls due no more. Interest of days to come is that of the plan.

    Args:
        loans: the loans.
        half: the half-year, of the calendar or counted from each loan's disbursement.
        as_of: the day whose knowledge counts: entries booked by its end, and whose the loans are
            on it.
        assignments: whose the loans are; without any, a loan is with the bank that lent.

    Raises:
        InvalidTerms: no loans, no half-year, or no assignments.
        LoanGivenTwice: a loan is given twice.
        InvalidDate: no plain date.
        RefConflict: a loan goes to two officers, districts or banks on one day.
    """
    day = asked_day(as_of)
    given = loans_by_id(loans, of="the list of what falls due", of_zh="到期清单")
    theirs = assignments_by_loan(assignments)
    lines = [
        line
        for loan_id, loan in given.items()
        for line in _lines(loan, half, day, theirs.get(loan_id, ()))
    ]
    return tuple(sorted(lines, key=lambda line: (line.due_on, line.loan_id, line.number)))


def _lines(
    loan: Loan, half: Half, day: date, assignments: Sequence[Assignment]
) -> Iterator[ComingDue]:
    window = window_for(half, loan.terms)
    known = [entry for entry in loan.entries if entry.booked_on <= day]
    held = {one.what: one.value for one in assignments if one.on <= day}
    for due in run_through(loan.terms, known, as_of=day).dues:
        if due.due_on in window and (due.principal_fen or due.interest_fen):
            yield ComingDue(
                loan_id=loan.id,
                borrower=loan.borrower,
                officer=held.get(AssignedTo.OFFICER, ""),
                district=held.get(AssignedTo.DISTRICT, ""),
                lender=held.get(AssignedTo.LENDER, loan.lender),
                number=due.number,
                due_on=due.due_on,
                principal_fen=due.principal_fen,
                interest_fen=due.interest_fen,
                unpaid_fen=due.unpaid_principal_fen + due.unpaid_interest_fen,
            )
