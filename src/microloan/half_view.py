"""账期视图: what a book knew of a loan before a half-year began, and at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from microloan.course import run_through
from microloan.fold import Applied, Due, Fold
from microloan.history import known_through
from microloan.ledger import Entry
from microloan.schedule import Installment
from microloan.terms import LoanTerms
from microloan.window import Half, Window, window_for


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfView:
    """Two runs through a loan's entries: as booked before a half-year, and as booked by its end.

    Args:
        window: the days of the half-year.
        through: the number of the last entry that was known.
        opened: the run to its eve, with what was booked before it.
        closed: the run to its last day, with what was booked by then.
    """

    window: Window
    through: int
    opened: Fold
    closed: Fold

    @property
    def late(self) -> list[Applied]:
        """Return what the entries did whose business date lies before the half-year."""
        return [one for one in self.closed.applied if one.entry.on < self.window.first_day]

    @property
    def fallen_due(self) -> Iterator[Due]:
        """Yield the lines due by the last day."""
        return iter(self.closed.fallen_due())

    @property
    def days_past_due(self) -> int:
        """Return how many days ago the oldest unpaid line fell due, at the end of the last day."""
        for due in self.fallen_due:
            if due.unpaid_principal_fen or due.unpaid_interest_fen:
                return (self.window.last_day - due.due_on).days
        return 0

    @property
    def remaining(self) -> tuple[Installment, ...]:
        """Return the installments that fall due after the last day, by the plan as then known."""
        last = self.window.last_day
        return tuple(due.line for due in self.closed.dues if due.due_on > last)

    def moved(self, since: date, until: date) -> list[Applied]:
        """Return what the entries of some days did."""
        return [one for one in self.closed.applied if since <= one.entry.on <= until]


def view_half(
    terms: LoanTerms, entries: Sequence[Entry], half: Half, *, through: int | None = None
) -> HalfView:
    """Return what was known of a loan around a half-year, as far as known at an entry.

    Args:
        terms: what was agreed.
        entries: the loan's entries.
        half: the half-year; entries belong to it by the day they are booked on.
        through: the last entry that was known; by default all are.

    Raises:
        InvalidHistory: ``through`` names no entry.
        InvalidTerms: ``half`` is no half-year.
    """
    window = window_for(half, terms)
    known = known_through(tuple(entries), through)
    before = [entry for entry in known if entry.booked_on < window.first_day]
    by_end = [entry for entry in known if entry.booked_on <= window.last_day]
    return HalfView(
        window=window,
        through=len(known),
        opened=run_through(terms, before, as_of=window.eve),
        closed=run_through(terms, by_end, as_of=window.last_day),
    )
