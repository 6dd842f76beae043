"""未到结息日的利息: the subsidy of days whose interest is earned and not yet due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

from microloan.checks.case import LoanCase
from microloan.checks.sums import SubsidyRow
from microloan.errors import InvalidDate
from microloan.loan import Loan
from microloan.subsidy import subsidize
from microloan.subsidy_line import SubsidyLine


def lines_through(case: LoanCase, rows: Sequence[SubsidyRow]) -> tuple[SubsidyLine, ...]:
    """Return the subsidy of a loan computed anew, as far as rows need it.

    Days after the last interest day are computed by what the running period earns; the period is
    the planned one, and only its days up to the day of the audit are sure.

    Raises:
        NotInForce, CategoryNeeded, RateAboveCap: the subsidy could not be computed.
        InvalidDate: something that became known later happened before something known.
    """
    lines = case.computed()
    reach = max((one.segments[-1].closes_on for one in lines), default=date.min)
    if all(row.closes_on <= reach for row in rows):
        return lines
    ahead = [due.due_on for due in case.fold.dues if due.due_on > case.as_of and due.line.stretches]
    if not ahead:
        return lines
    facts = case.facts
    return subsidize(
        _as_known(case.loan, case.as_of),
        under=case.under,
        as_of=min(ahead),
        arrears=facts.arrears,
        stop=None if facts.stops is None else facts.stops.get(case.id),
    )


def _as_known(loan: Loan, day: date) -> Loan:
    """Return a loan without what happened after a day."""
    known = tuple(takewhile(lambda entry: entry.on <= day, loan.entries))
    later = loan.entries[len(known) :]
    if any(entry.on <= day for entry in later):
        raise beyond_the_day(f"{loan.id}: entry {later[0].number}", later[0].on, day)
    return loan if len(known) == len(loan.entries) else replace(loan, entries=known)


def beyond_the_day(what: str, until: date, day: date) -> InvalidDate:
    """Return the refusal to judge what reaches beyond the day of the audit."""
    return InvalidDate(
        f"{what} reaches to {until}, beyond the day of the audit",
        zh=f"{what} 至 {until}，晚于核查日",
        value=until,
        limit=day,
    )
