"""What should happen: the repayment plan, a pure function of the terms."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import overload

from microloan.due_dates import Calendar, Period, Workday, calendar_of, on_workday
from microloan.explain import Explanation
from microloan.money import InYuan, Money, fen, from_fen, rounded, settle, show
from microloan.plan_lines import Lines, lines_of
from microloan.rate import show_rate
from microloan.table import Table, Tabular, columns_of, tabulate
from microloan.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days over which principal and rate stay the same, and the part of a year they count for.

    The opening day counts, the closing day does not. The fraction follows the day count of the
    terms; ``days`` are always calendar days.
    """

    opens_on: date
    closes_on: date
    principal_fen: int
    annual_rate: Decimal
    fraction: Fraction

    principal = InYuan("principal_fen", "Principal that bears the interest, in yuan.")

    COLUMNS = columns_of("opens_on closes_on days principal annual_rate year_fraction=fraction")

    @property
    def days(self) -> int:
        """Return the calendar days of the stretch."""
        return (self.closes_on - self.opens_on).days

    @property
    def exact_fen(self) -> Fraction:
        """Return the interest of the stretch in fen, not rounded."""
        return self.principal_fen * Fraction(self.annual_rate) * self.fraction


class Installment:
    """期次: one line of a plan, read from its columns; amounts in yuan, or in fen by ``_fen``.

    ``opening`` is the principal that bears the interest when the period closes, ``outstanding``
    what is still owed after the installment is paid.
    """

    __slots__ = ("_at", "_plan")

    opening = InYuan("opening_fen", "Principal that bears the interest of the period, in yuan.")
    total = InYuan("total_fen", "Principal and interest together, in yuan.")
    outstanding = InYuan(
        "outstanding_fen", "Principal still owed after the installment is paid, in yuan."
    )

    COLUMNS = columns_of("number due_on principal interest total outstanding")

    def __init__(self, plan: "Schedule", at: int) -> None:
        self._plan = plan
        self._at = at

    @property
    def number(self) -> int:
        """Return the place in the plan of the loan, from 1."""
        return self._plan.numbered_from + self._at

    @property
    def due_on(self) -> date:
        """Return the day on which the installment falls due 应还日."""
        return self._plan.calendar.due[self._plan.first + self._at]

    @property
    def principal(self) -> Money:
        """Return the principal that falls due, in yuan."""
        return from_fen(self._plan.lines.principal[self._at])

    @property
    def interest(self) -> Money:
        """Return the interest that falls due, in yuan."""
        return from_fen(self._plan.lines.interest[self._at])

    @property
    def period(self) -> Period:
        """Return the days whose interest falls due with the installment."""
        return self._plan.period(self._at)

    @property
    def opening_fen(self) -> int:
        """Return the principal that bears the interest when the period closes, in fen."""
        return self._plan.lines.opening[self._at]

    @property
    def principal_fen(self) -> int:
        """Return the principal that falls due, in fen."""
        return self._plan.lines.principal[self._at]

    @property
    def interest_fen(self) -> int:
        """Return the interest that falls due, in fen."""
        return self._plan.lines.interest[self._at]

    @property
    def total_fen(self) -> int:
        """Return principal and interest together, in fen."""
        return self.principal_fen + self.interest_fen

    @property
    def outstanding_fen(self) -> int:
        """Return the principal still owed after the installment is paid, in fen."""
        return self.opening_fen - self.principal_fen

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Return the stretches whose interest falls due with the installment, in order."""
        return self._plan.stretches(self._at)

    def moved(self, is_workday: Callable[[date], bool], to: Workday = Workday.FOLLOWING) -> date:
        """Return the working day on which the installment is to be paid.

        ``due_on`` stays the nominal date, and interest runs as it did.

        Raises:
            InvalidDate: no working day within a month.
        """
        return on_workday(self.due_on, is_workday, to)

    def explain(self) -> Explanation:
        """Return why principal and interest of the installment are what they are."""
        exact = sum((stretch.exact_fen for stretch in self.stretches), start=Fraction(0))
        steps = [
            *(step for stretch in self.stretches for step in explain_stretch(stretch)),
            ("exact", f"{rounded(exact / 100, 6)}"),
            ("rounded", f"{show(from_fen(settle(exact)))}, half up to the fen"),
        ]
        if self.interest_fen != settle(exact):
            odd = from_fen(self.interest_fen - settle(exact))
            steps.append(("residue", f"{show(odd)}, taken by the last interest"))
        why = self._plan.lines.why(self._at, self._plan.terms)
        steps.append(("principal", f"{show(self.principal)}: {why}"))
        return Explanation(
            title=f"installment {self.number}, due {self.due_on}: {show(self.total)}, "
            f"of it interest {show(self.interest)}",
            steps=tuple(steps),
            rule=f"principal × rate × year fraction ({self._plan.terms.day_count.name}); the "
            "opening day counts, the closing day does not",
        )

    def _values(self) -> tuple[object, ...]:
        return self.number, self.due_on, self.opening_fen, self.principal_fen, self.interest_fen

    def __eq__(self, other: object) -> bool:
        """Tell whether two installments are the same in number, day, amounts and stretches."""
        if not isinstance(other, Installment):
            return NotImplemented
        return (self._values(), self.stretches) == (other._values(), other.stretches)

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return (
            f"Installment(number={self.number}, due_on={self.due_on}, "
            f"principal={show(self.principal)}, interest={show(self.interest)}, "
            f"outstanding={show(self.outstanding)})"
        )


def explain_stretch(stretch: Stretch) -> tuple[tuple[str, str], ...]:
    """Return the steps that explain the interest of a stretch."""
    return (
        ("period", f"{stretch.opens_on} - {stretch.closes_on}, {stretch.days} days"),
        (
            "interest on",
            f"{show(stretch.principal)} × {show_rate(stretch.annual_rate)} × {stretch.fraction}",
        ),
    )


@dataclass(frozen=True, slots=True)
class Schedule(Sequence[Installment], Tabular):
    """还款计划: the installments of a loan, or what is left of them from a day on.

    Kept in columns of fen; an :class:`Installment` is made when it is read.

    Args:
        terms: the terms it follows.
        calendar: the due dates.
        lines: what falls due on them, in fen.
        first: the place in the calendar of the first line.
        since: the day from which the first line bears interest of its own.
        carried: stretches before that day whose interest falls due with it.
        numbered_from: the number of the first installment.
    """

    terms: LoanTerms
    calendar: Calendar
    lines: Lines
    first: int
    since: date
    carried: tuple[Stretch, ...]
    numbered_from: int

    def as_table(self) -> Table:
        """Return one row for each installment."""
        return tabulate(self, of=Installment)

    def __len__(self) -> int:
        return len(self.lines.opening)

    @overload
    def __getitem__(self, at: int) -> Installment: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Installment, ...]: ...
    def __getitem__(self, at: int | slice) -> Installment | tuple[Installment, ...]:
        """Return one installment by its place, or several as a tuple."""
        places = range(len(self))[at]
        if isinstance(places, range):
            return tuple(Installment(self, place) for place in places)
        return Installment(self, places)

    def __iter__(self) -> Iterator[Installment]:
        return iter([Installment(self, place) for place in range(len(self.lines.opening))])

    def period(self, at: int) -> Period:
        """Return the interest period of a line, from the first day that falls due with it."""
        period = self.calendar.period(self.first + at)
        if at or not self.carried:
            return period
        return replace(period, opens_on=min(self.carried[0].opens_on, period.opens_on))

    def stretches(self, at: int) -> tuple[Stretch, ...]:
        """Return the stretches whose interest falls due with a line; none where none does."""
        if self.first + at in self.calendar.unbilled:
            return ()
        return self.accrued(at)

    def accrued(self, at: int) -> tuple[Stretch, ...]:
        """Return the stretches of a line and of those before it whose interest waits for it."""
        start = at
        while start and self.first + start - 1 in self.calendar.unbilled:
            start -= 1
        own = (self._stretch(place) for place in range(start, at + 1))
        kept = tuple(stretch for stretch in own if stretch.days > 0)
        return kept if start else (*self.carried, *kept)

    def _stretch(self, at: int) -> Stretch:
        place = self.first + at
        return Stretch(
            opens_on=self.opens_on(at),
            closes_on=self.calendar.closes[place],
            principal_fen=self.lines.opening[at],
            annual_rate=self.terms.annual_rate,
            fraction=self.calendar.fraction(place, self.since, self.terms.day_count),
        )

    def opens_on(self, at: int) -> date:
        """Return the day from which a line bears interest of its own."""
        return max(self.calendar.opens[self.first + at], self.since)


@lru_cache(maxsize=4096)
def amortize(terms: LoanTerms) -> Schedule:
    """Return the repayment plan of a loan paid out in full, every fen accounted for.

    Principal adds up to the loan, the last line leaves nothing outstanding, no part is negative and
    due dates strictly increase. Interest is rounded half up once for each period (decision 003).

    Returns:
        One :class:`Installment` for each due date, in order.

    >>> from microloan.clauses import Amortization
    >>> from microloan.money import cny
    >>> from microloan.periods import DayCount
    >>> from microloan.rate import percent
    >>> plan = amortize(LoanTerms(
    ...     principal=cny(300_000), annual_rate=percent("3.95"), disbursed_on=date(2024, 3, 15),
    ...     months=36,
    ...     amortization=Amortization.EQUAL_INSTALLMENTS, day_count=DayCount.THIRTY_360,
    ... ))
    >>> show(plan[0].principal), show(plan[0].interest), show(plan[-1].outstanding)
    ('7,863.02', '987.50', '0.00')
    """
    calendar = calendar_of(terms)
    return Schedule(
        terms=terms,
        calendar=calendar,
        lines=lines_of(terms, calendar, fen(terms.principal)),
        first=0,
        since=terms.disbursed_on,
        carried=(),
        numbered_from=1,
    )
