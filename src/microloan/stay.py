"""管户期间: the days on which a loan belonged to the same officer, district and bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from microloan.assignment import AssignedTo, Assignment
from microloan.flows import Flows, adjusting, flows_within
from microloan.half_view import HalfView
from microloan.loan import Loan

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """管户期间: with whom a loan was from a day on, and what moved on it in that time.

    Args:
        since: the first day; of the first stay, that of the half-year.
        officer: who looked after it; empty where nobody was assigned.
        district: the district it was counted under; empty where none was assigned.
        lender: the bank that carried it.
        flows: what moved, until the next stay or the half-year's end.
    """

    since: date
    officer: str
    district: str
    lender: str
    flows: Flows


def stays_of(
    loan: Loan, view: HalfView, assignments: Sequence[Assignment], flows: Flows
) -> tuple[Stay, ...]:
    """Return with whom a loan was in a half-year, one stay at least.

    The first stay takes what late facts changed. It is with whoever had the loan on the eve of the
    half-year, or on the day it was paid out in it; so a loan that changes hands on the first day
    moves in sight.

    Args:
        loan: the loan.
        view: what was known of it.
        assignments: the loan's own, by day.
        flows: all that moved on it in the half-year.
    """
    first, last = view.window.first_day, view.window.last_day
    eve = max(view.window.eve, loan.terms.disbursed_on)
    cuts = sorted({one.on for one in assignments if eve < one.on <= last})
    if not cuts:
        return (_stay(loan, assignments, first, eve, flows),)
    known_on = [eve, *cuts]
    starts = [first, *cuts]
    ends = [cut - _DAY for cut in cuts] + [last]
    moved = [flows_within(view, start, end) for start, end in zip(starts, ends, strict=True)]
    moved[0] = adjusting(view, moved[0])
    return tuple(
        _stay(loan, assignments, start, day, part)
        for start, day, part in zip(starts, known_on, moved, strict=True)
    )


def _stay(
    loan: Loan, assignments: Sequence[Assignment], since: date, day: date, flows: Flows
) -> Stay:
    held = {one.what: one.value for one in assignments if one.on <= day}
    return Stay(
        since=since,
        officer=held.get(AssignedTo.OFFICER, ""),
        district=held.get(AssignedTo.DISTRICT, ""),
        lender=held.get(AssignedTo.LENDER, loan.lender),
        flows=flows,
    )
