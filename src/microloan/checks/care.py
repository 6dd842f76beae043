"""跟踪核查: visits that are overdue, and rungs of the reminders that nobody took (K20)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.sketch import several
from microloan.due_visit import missed_visit
from microloan.finding import Finding
from microloan.months import add_months
from microloan.reminder import due_reminders

_A_DAY: Final = timedelta(1)


def visits_overdue(case: LoanCase) -> Iterator[Finding]:
    """K20: find a loan that is owed and was not visited in time; on the last day it is right.

    Raises:
        NotInForce: no interval of visits is known on the day.
    """
    seen = [one.on for one in case.index.of("visits", case.id) if one.on_site]
    last = max((day for day in seen if day <= case.as_of), default=None)
    months = case.under.visit_interval_months.at(case.as_of)
    if last is not None and add_months(last, months.value) >= case.as_of:
        return
    due_on = missed_visit(case.loan, last, under=case.under, as_of=case.as_of)
    if due_on is None:
        return
    lent_on = case.loan.terms.disbursed_on
    since = f"last visited on {last}" if last else f"not visited since {lent_on}"
    since_zh = f"最近回访 {last}" if last else f"自 {lent_on} 放款后未回访"
    yield Check.K20.found(
        "visit_overdue",
        of=case.id,
        sentence=f"{since}; a visit was due on {due_on}",
        zh=f"{since_zh}，应于 {due_on} 前回访",
        figures=(("last", f"{last or lent_on}"), ("due on", f"{due_on}")),
        clause=str(months),
        settle_by="a visit",
        settle_by_zh="安排回访",
    )


def reminders_missing(case: LoanCase) -> Iterator[Finding]:
    """K20: find rungs of the reminders that passed without a record, for what is still unpaid.

    On the day of a rung itself nothing is missing yet.

    Raises:
        NotInForce: no ladder of reminders is known for a due day.
    """
    missed = due_reminders(
        (case.loan,),
        case.index.of("contacts", case.id),
        under=case.under,
        since=case.loan.terms.disbursed_on,
        until=max(case.as_of - _A_DAY, case.loan.terms.disbursed_on),
        as_of=case.as_of,
    )
    for due_on, group in several(missed, key=lambda one: one.due_on):
        rungs = ", ".join(f"T{one.days:+d}" for one in group if one.on < case.as_of)
        if rungs:
            yield Check.K20.found(
                "reminder_missing",
                of=case.id,
                sentence=f"what falls due on {due_on} is unpaid, without a record of {rungs}",
                zh=f"{due_on} 应还款未还，缺少催收记录：{rungs}",
                figures=(("due on", f"{due_on}"), ("missing", rungs)),
                clause=str(case.under.reminder_ladder.at(due_on)),
                settle_by="the records, or the reminders",
                settle_by_zh="补充催收记录或补办催收",
            )
