"""A plan under way: the lines that fell due, those to come, and what an act makes of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from microloan.clauses import Amortization, EarlyInterest, Prepayment
from microloan.fold import Cause, Due
from microloan.money import fen, settle
from microloan.plan_lines import Lines
from microloan.replanning import (
    exact_interest,
    no_plan,
    one_line,
    rest_of,
    running,
    unfinished,
    whole_line,
)
from microloan.schedule import Schedule, Stretch, amortize
from microloan.terms import LoanTerms


@dataclass(slots=True)
class RunningPlan:
    """The due lines of a loan between two of its entries: the working state of a run.

    Args:
        terms: the terms in force.
        plan: the plan that is followed; one without lines before the loan is paid out.
        dues: the lines that fell due and those that will, in order.
        days: their due dates, to look them up by.
        start: how many of them stand before the lines of the plan.
    """

    terms: LoanTerms
    plan: Schedule
    dues: list[Due] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    start: int = 0

    def fallen(self, day: date) -> int:
        """Return how many lines are due on a day or before."""
        return bisect_right(self.days, day)

    def _forget(self, kept: int) -> None:
        """Let no line stand but so many from the first on."""
        del self.dues[kept:], self.days[kept:]

    def planned_fen(self, day: date) -> int:
        """Return the principal that falls due after a day, by the plan, in fen."""
        return sum(due.principal_fen for due in self.dues[self.fallen(day) :])

    def running_to(self, day: date) -> tuple[Stretch, ...]:
        """Return what has been earned by a day and has not fallen due."""
        return running(self.plan, self.fallen(day) - self.start, day)

    def disburse(self, day: date, principal: int) -> None:
        """Pay out the loan or a part of it; what falls due after the day is planned anew."""
        if self.dues:
            planned, lone = self.planned_fen(day), self._bears_alone(day, principal)
            self.reprice(day, planned + principal, lone=lone)
        elif principal == fen(self.terms.principal):
            self._follow(amortize(self.terms))
        else:
            self._follow_rest(day, principal, since=day)

    def reprice(
        self,
        day: date,
        principal: int,
        *,
        terms: LoanTerms | None = None,
        lone: Sequence[Stretch] = (),
    ) -> None:
        """Compute anew what falls due after a day; due dates and running interest stay.

        ``lone`` are days on which only a part of the principal bears interest.
        """
        left = self._lines_to_come(day)
        self._carry_on(day, principal, terms or self.terms, left=left, lone=lone)

    def replan(self, day: date, principal: int, *, terms: LoanTerms) -> None:
        """Draw up anew what falls due after a day, through maturity; running interest is kept."""
        self._carry_on(day, principal, terms, left=None)

    def _carry_on(
        self,
        day: date,
        principal: int,
        terms: LoanTerms,
        *,
        left: Lines | None,
        lone: Sequence[Stretch] = (),
    ) -> None:
        carried, since = self.running_to(day), self._bears_since(day)
        self.terms = terms
        carried = (*carried, *self._unfinished(day, since), *lone)
        self._forget(self.fallen(day))
        self._follow_rest(day, principal, since=since, carried=carried, left=left)

    def extend(self, day: date, terms: LoanTerms) -> None:
        """Draw up the rest anew; on the last due date, with the principal that is due then.

        A part that the contract dates before maturity stays due.
        """
        principal, fallen = self.planned_fen(day), self.fallen(day)
        due = self.dues[fallen - 1] if fallen else None
        by_contract = self.terms.amortization is Amortization.CUSTOM and day < self.terms.matures_on
        if due is not None and due.due_on == day and not principal and not by_contract:
            principal = due.principal_fen
            self._forget(fallen - 1)
            self._insert(
                day,
                (due.line.opening_fen, 0, due.interest_fen),
                due.line.stretches,
                reason="extended",
                cause=due.cause,
            )
        self.replan(day, principal, terms=terms)

    def prepay(self, day: date, money: int, then: Prepayment) -> tuple[int, int]:
        """Repay principal early: the interest that is running falls due with it and comes first.

        Returns:
            The interest that fell due, and how much principal the money repaid beyond it, in fen.
        """
        planned, (stretches, since) = self.planned_fen(day), self.charged_early(day)
        interest = settle(exact_interest(stretches))
        principal = min(max(money - interest, 0), planned)
        left, goes_on = self._lines_to_come(day), since == self._bears_since(day)
        alone = self._unfinished(day, since) if goes_on and principal < planned else ()
        self._forget(self.fallen(day))
        figures = (planned, principal, interest)
        self._insert(day, figures, stretches, reason="repaid early", cause=Cause.PREPAYMENT)
        self.dues[-1].unpaid_principal_fen = self.dues[-1].unpaid_interest_fen = 0
        kept = planned - principal
        self._follow_rest(day, kept, since=since, carried=alone, left=left, then=then)
        return interest, principal

    def call_in(self, day: date, cause: Cause) -> None:
        """Let all of the loan fall due on a day, with the interest that is running."""
        planned, since = self.planned_fen(day), self._bears_since(day)
        stretches = (*self.running_to(day), *self._unfinished(day, since))
        interest = settle(exact_interest(stretches))
        self.drop(day)
        if planned or interest:
            figures = (planned, planned, interest)
            reason = "the whole loan fell due"
            self._insert(day, figures, stretches, reason=reason, cause=cause)
            self.dues[-1].bears_from = since  # not while interest is charged already

    def drop(self, day: date) -> None:
        """Let nothing fall due any more after a day."""
        self._forget(self.fallen(day))
        self.plan, self.start = no_plan(self.terms), len(self.dues)

    def charged_early(self, day: date) -> tuple[tuple[Stretch, ...], date]:
        """Return what is charged with principal repaid early, and the day interest runs on from."""
        stretches, since = self.running_to(day), self._bears_since(day)
        whole = self.terms.early_interest is EarlyInterest.TO_NEXT_DUE_DATE
        if whole and stretches:
            stretches = whole_line(self.plan, self.fallen(day) - self.start)
            since = max((stretch.closes_on for stretch in stretches), default=since)
        return stretches, since

    def _lines_to_come(self, day: date) -> Lines | None:
        """Return what is left of the plan after a day; ``None`` where nothing is."""
        lines, at = self.plan.lines, self.fallen(day) - self.start
        if at >= len(self.plan):
            return None
        columns = (lines.opening[at:], lines.principal[at:], lines.interest[at:])
        return Lines(*columns, lines.level, lines.exact)

    def _bears_alone(self, day: date, principal: int) -> tuple[Stretch, ...]:
        """Return the days on which a further part bears interest that is charged on the others."""
        since, at = self._bears_since(day), self.fallen(day) - self.start
        if since <= day:
            return ()
        day_count, period = self.terms.day_count, self.plan.calendar.period(self.plan.first + at)
        fraction = day_count.fraction(day, since)
        if period.opens_on <= day:
            fraction = period.elapsed(since, day_count) - period.elapsed(day, day_count)
        return (
            Stretch(
                opens_on=day,
                closes_on=since,
                principal_fen=principal,
                annual_rate=self.terms.annual_rate,
                fraction=fraction,
            ),
        )

    def _unfinished(self, day: date, since: date) -> Sequence[Stretch]:
        """Return what is left of stretches that a part bears alone, at the rate in force now."""
        if since <= day:
            return ()
        return unfinished(
            self.plan, self.fallen(day) - self.start, day, since, rate=self.terms.annual_rate
        )

    def _bears_since(self, day: date) -> date:
        """Return the day from which interest is not yet charged: later after a settlement day."""
        at = self.fallen(day) - self.start
        if at >= len(self.plan):
            return day
        return max(day, self.plan.opens_on(at))

    def _follow_rest(
        self,
        day: date,
        principal: int,
        *,
        since: date,
        carried: Sequence[Stretch] = (),
        left: Lines | None = None,
        then: Prepayment = Prepayment.LOWER,
    ) -> None:
        plan = rest_of(
            self.terms,
            principal,
            after=day,
            since=since,
            carried=carried,
            left=left,
            then=then,
            numbered_from=len(self.dues) + 1,
        )
        self._follow(plan)

    def _follow(self, plan: Schedule) -> None:
        """Let a plan's lines follow those that stand."""
        self.plan, self.start = plan, len(self.dues)
        self._add(plan, Cause.PLAN)

    def _insert(
        self,
        day: date,
        figures: tuple[int, int, int],
        stretches: Sequence[Stretch],
        *,
        reason: str,
        cause: Cause,
    ) -> None:
        """Add a line that an act made due; figures are opening, principal and interest."""
        number = len(self.dues) + 1
        line = one_line(self.terms, day, figures, stretches, number=number, reason=reason)
        self._add(line, cause)

    def _add(self, plan: Schedule, cause: Cause) -> None:
        places = slice(plan.first, plan.first + len(plan))
        due_days, closes = plan.calendar.due[places], plan.calendar.closes[places]
        lines = enumerate(plan, plan.numbered_from)
        columns = (due_days, closes, plan.lines.principal, plan.lines.interest)
        self.dues += [
            Due(line, number, due_on, closes_on, principal, interest, principal, interest, cause)
            for (number, line), due_on, closes_on, principal, interest in zip(
                lines, *columns, strict=True
            )
        ]
        self.days += due_days
