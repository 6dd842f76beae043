"""What is left of a plan when something changes: its running interest, and the plan of the rest."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from microloan.clauses import Prepayment
from microloan.due_dates import Calendar, calendar_of
from microloan.plan_lines import NOTHING, Lines, lines_of
from microloan.schedule import Schedule, Stretch
from microloan.terms import LoanTerms


def rest_of(
    terms: LoanTerms,
    principal: int,
    *,
    after: date,
    since: date,
    carried: Sequence[Stretch] = (),
    left: Lines | None = None,
    then: Prepayment = Prepayment.LOWER,
    numbered_from: int = 1,
) -> Schedule:
    """Return the plan of so much principal over the due dates after a day.

    The due dates stay those of the terms, anchored on disbursement; the period that is running
    bears interest for what is left of it.

    Args:
        terms: the terms from that day on.
        principal: the principal to be repaid, in fen.
        after: the day of the change.
        since: the day from which interest runs anew: later where it is already charged further.
        carried: stretches before it that have not fallen due.
        left: what is left of the plan before, whose due dates and parts stay; by default the plan
            runs through the maturity of the terms.
        then: whether its level part is kept, so that the plan may end earlier, or computed anew.
        numbered_from: the number of the first installment.
    """
    calendar = calendar_of(terms)
    first = bisect_right(calendar.due, after)
    if first == len(calendar.due):
        calendar, first = _one_day(terms.matures_on), 0
    opens = calendar.opens[first]
    if principal and since < opens:
        # The maturity of an extended loan was a settlement day: that day bears interest after all.
        forgotten = Stretch(
            opens_on=since,
            closes_on=opens,
            principal_fen=principal,
            annual_rate=terms.annual_rate,
            fraction=terms.day_count.fraction(since, opens),
        )
        carried = (*carried, forgotten)
    return Schedule(
        terms=terms,
        calendar=calendar,
        lines=lines_of(
            terms,
            calendar,
            principal,
            first=first,
            since=since,
            carried=exact_interest(carried),
            left=left,
            then=then,
        ),
        first=first,
        since=since,
        carried=tuple(carried),
        numbered_from=numbered_from,
    )


def no_plan(terms: LoanTerms) -> Schedule:
    """Return a plan without a line: before a loan is paid out, and after it ended."""
    empty = Calendar((), (), (), ())
    return Schedule(terms, empty, NOTHING, 0, terms.disbursed_on, (), 1)


def running(plan: Schedule, at: int, day: date) -> tuple[Stretch, ...]:
    """Return what has been earned by a day and falls due with a line, or the next that bills it.

    Args:
        plan: the plan.
        at: the place of the first line that has not fallen due.
        day: the day; it does not count itself.
    """
    stretches = whole_line(plan, at)
    if not stretches:
        return ()
    earned, period = [], plan.calendar.period(plan.first + at)
    for stretch in stretches:
        if stretch.closes_on <= day:
            earned.append(stretch)
        elif stretch.opens_on < day:
            day_count = plan.terms.day_count
            gone_by = period.elapsed(day, day_count) - period.elapsed(stretch.opens_on, day_count)
            earned.append(replace(stretch, closes_on=day, fraction=gone_by))
    return tuple(earned)


def unfinished(
    plan: Schedule, at: int, day: date, since: date, *, rate: Decimal
) -> tuple[Stretch, ...]:
    """Return the rest of stretches that began before a line bears interest, from a day on."""
    earned = {stretch.opens_on: stretch.fraction for stretch in running(plan, at, day)}
    return tuple(
        replace(
            stretch,
            opens_on=max(stretch.opens_on, day),
            annual_rate=rate,
            fraction=stretch.fraction - earned.get(stretch.opens_on, 0),
        )
        for stretch in whole_line(plan, at)
        if day < stretch.closes_on <= since
    )


def whole_line(plan: Schedule, at: int) -> tuple[Stretch, ...]:
    """Return all that falls due with a line, or with the next one that bills interest."""
    if at >= len(plan):
        return ()
    while plan.first + at in plan.calendar.unbilled and at + 1 < len(plan):
        at += 1
    return plan.accrued(at)


def exact_interest(stretches: Sequence[Stretch]) -> Fraction:
    """Return the interest of stretches in fen, not rounded."""
    return sum((stretch.exact_fen for stretch in stretches), start=Fraction(0))


def one_line(
    terms: LoanTerms,
    due_on: date,
    figures: tuple[int, int, int],
    stretches: Sequence[Stretch],
    *,
    number: int,
    reason: str,
) -> Schedule:
    """Return a plan of one line that an act made due on a day, such as a prepayment.

    ``figures`` are the principal that bore interest, the principal and the interest that fall due,
    in fen.
    """
    opening, principal, interest = figures
    return Schedule(
        terms=terms,
        calendar=_one_day(due_on),
        lines=Lines((opening,), (principal,), (interest,), 0, (0, 1), reason),
        first=0,
        since=due_on,
        carried=tuple(stretches),
        numbered_from=number,
    )


def _one_day(day: date) -> Calendar:
    return Calendar(due=(day,), closes=(day,), opens=(day,), months=(0,))
