"""回访计划: which borrowers are to be visited by when, from the last visit and the rhythm."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from microloan.loan import Loan
from microloan.months import add_months
from microloan.naming import several_of
from microloan.periods import asked_day, in_order, plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.position import Performance
from microloan.table import columns_of
from microloan.visit import FollowUpVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class DueVisit:
    """应回访: a visit that is due by a day, or that was missed.

    Args:
        loan_id: the loan.
        borrower: whom to visit.
        lender: the bank that lent.
        due_on: the day by which the visit is to be made; of missed ones, of the first.
        last_on: the last visit to the place; ``None`` where nobody went yet.
        days_late: how long it has been due; 0 for one to come.
        clause: the rule behind the rhythm.
    """

    loan_id: str
    borrower: str
    lender: str
    due_on: date
    last_on: date | None
    days_late: int
    clause: str

    COLUMNS = columns_of(
        "loan_id borrower lender visit_due_on=due_on last_visit_on=last_on days_late clause",
    )


def due_visits(
    loans: Iterable[Loan],
    visits: Iterable[FollowUpVisit],
    *,
    under: Policy,
    until: date,
    as_of: date,
) -> tuple[DueVisit, ...]:
    """Return the visits to make by a day, the most urgent first.

    The next visit is due so many months after the last one to the place or, where nobody went yet,
    after disbursement; months are counted from that day, never chained. Missed visits of a loan are
    one line; those to come follow at the same rhythm. A loan on which nothing is owed any more, one
    that was written off, and days after the maturity of a loan that has not matured have none.

    Args:
        loans: the loans.
        visits: the visits known; those to other loans, from afar or after ``as_of`` do not count.
        under: the policy that sets the rhythm in force on ``as_of``.
        until: the last day of the plan.
        as_of: the day on which it is drawn up.

    Raises:
        NotInForce: the policy knows no rhythm on that day.
        InvalidDate: a day that is no plain date, or a plan that ends before it is drawn up.
        InvalidTerms: something that is no loan or no visit, or no policy.
        LoanGivenTwice: the same loan twice.
    """
    in_order(asked_day(as_of), plain_date(until, "a plan of visits"), "a plan of visits")
    require_policy(under)
    rhythm = under.visit_interval_months.at(as_of)
    last_on = last_visits(visits, as_of=as_of)
    given = loans_by_id(loans, of="a plan of visits", of_zh="回访计划").values()
    due = [
        DueVisit(
            loan_id=loan.id,
            borrower=loan.borrower,
            lender=loan.lender,
            due_on=due_on,
            last_on=last_on.get(loan.id),
            days_late=max((as_of - due_on).days, 0),
            clause=str(rhythm),
        )
        for loan in given
        for due_on in _due_days(loan, last_on.get(loan.id), rhythm.value, as_of, until)
    ]
    return tuple(sorted(due, key=lambda one: (one.due_on, one.loan_id)))


def last_visits(visits: Iterable[FollowUpVisit], *, as_of: date) -> dict[str, date]:
    """Return the day of the last visit to the place by a day, for each loan that had one.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no visit.
    """
    day, last = asked_day(as_of), dict[str, date]()
    for visit in several_of(visits, FollowUpVisit, "the visits", "回访记录"):
        if visit.on_site and visit.on <= day:
            last[visit.loan_id] = max(visit.on, last.get(visit.loan_id, visit.on))
    return last


def missed_visit(loan: Loan, last_on: date | None, *, under: Policy, as_of: date) -> date | None:
    """Return the day by which a borrower was to be visited and was not; ``None`` if all is well.

    Args:
        loan: the loan.
        last_on: the last visit to the place by that day; ``None`` where nobody went yet.
        under: the policy that sets the rhythm in force on ``as_of``.
        as_of: the day; a visit due on it is not yet missed.

    Raises:
        NotInForce: the policy knows no rhythm on that day.
    """
    months = under.visit_interval_months.at(as_of).value
    for due_on in _due_days(loan, last_on, months, as_of, as_of):
        if due_on < as_of:
            return due_on
    return None


def _due_days(
    loan: Loan, last_on: date | None, months: int, as_of: date, until: date
) -> Iterator[date]:
    """Yield the first day missed, if any, and the days to come, of a loan that is followed up."""
    anchor = loan.terms.disbursed_on if last_on is None else last_on
    position = loan.position(as_of=as_of)
    over = position.settled or position.performance is Performance.TERMINATED
    if over or loan.terms.disbursed_on > as_of:
        return
    matures_on = loan.terms_in_force(on=as_of).matures_on
    last = until if as_of >= matures_on else min(until, matures_on)
    first = due_on = add_months(anchor, months)
    passed = months
    while due_on <= last:
        if due_on == first or due_on >= as_of:
            yield due_on
        passed += months
        due_on = add_months(anchor, passed)
