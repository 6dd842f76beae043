"""Closing a half-year of a book, and opening the last one again 结账与反结账."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from microloan.control import ControlCheck, require_closable
from microloan.errors import ControlFailed, ReasonMissing
from microloan.errors.personal import quoted, told
from microloan.frozen_line import freeze_line
from microloan.ledger_notes import note_all
from microloan.periods import HalfYear, plain_date
from microloan.store.closed_sheet import find_sheet
from microloan.store.closing import Closings
from microloan.store.follow_up import FollowUp
from microloan.store.half_years import Closing, HalfYears, Reopening
from microloan.store.repositories import Loans
from microloan.store.written import Written
from microloan.window import calendar_half

_LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class ClosingDesk:
    """Closes the half-years of one book and opens the last one again."""

    connection: Connection
    book: str
    written: Written

    @property
    def _closings(self) -> Closings:
        return Closings(self.connection, self.book)

    @property
    def _half_years(self) -> HalfYears:
        return HalfYears(self.connection, self.book)

    def close(self, half: HalfYear, *, on: date) -> Closing:
        """Close a half-year: freeze the account of every loan, anchor all chains.

        Later facts of the half-year are booked in the open one and appear there as adjustments.
        Closing a closed half-year again changes nothing; one that was opened again is closed as its
        next version.

        Raises:
            InvalidTerms: no :class:`HalfYear`.
            InvalidDate: no plain date.
            PeriodNotOver: the half-year has not ended on that day.
            PreviousPeriodOpen: an earlier half-year is open.
            PeriodClosed: it lies before the first half-year that was closed.
            InvalidDate: the day lies before that of the last closing, or opening again.
            ControlFailed: what the control sheet checks does not hold.
            ChainBroken: the rows of a loan are not those that were written, or do not go on from
                what the half-year closed last knew.
        """
        plain_date(on, "closing")
        calendar_half(half)
        closings = self._closings
        closings.hold_alone()
        closings.require_newest()
        standing = closings.acts.standing
        if half not in standing:
            closings.require_ahead(half)
            require_closable(half, on=on, open_since=closings.open_since())
            closings.require_in_order(half, on=on)
            for last in list(standing)[-1:]:
                find_sheet(self.connection, self.book, last).require_chains()
            visits = FollowUp(self.connection, self.book, nullcontext).visits()
            notes = note_all(visits=visits)
            loans = Loans(self.connection, self.book).all()
            version = closings.freeze(
                half, (freeze_line(one, half, notes=notes) for one in loans), on=on
            )
            self.written.add(str(half), "closing", str(version))
        closing = self._half_years.closing(half)
        if half not in standing and closing.control.failed:
            raise _control_failed(half, closing.control.failed)
        return closing

    def reopen(self, half: HalfYear, *, on: date, reason: str) -> Reopening:
        """Open the half-year again that was closed last; it leaves a trace.

        Its closing stays readable as a version that no longer stands. The same act again changes
        nothing until the half-year is closed again; from then on it is another one.

        Args:
            half: the half-year.
            on: the day, not before that of the closing, or of the last opening.
            reason: why, in a sentence; it stays on record.

        Raises:
            NotLastClosed: another half-year was closed last, or none.
            ReasonMissing: no reason, or one that cannot be printed.
            InvalidTerms: no :class:`HalfYear`.
            InvalidDate: no plain date, or before the closing.
        """
        plain_date(on, "an opening again")
        calendar_half(half)
        _require_reason(half, reason)
        self._closings.hold_alone()
        done = len(self._closings.acts.done)
        version = self._closings.reopen(half, on=on, reason=reason)
        if len(self._closings.acts.done) > done:
            self.written.add(str(half), "reopening", str(version))
        made = self._half_years.reopenings()
        return next(one for one in made if (one.half, one.version) == (half, version))


def _control_failed(half: HalfYear, failed: tuple[ControlCheck, ...]) -> ControlFailed:
    names = ", ".join(check.value.replace("_", " ") for check in failed)
    names_zh = "、".join(check.zh for check in failed)
    return ControlFailed(
        f"{half} cannot be closed: its control sheet does not hold ({names}); verify the closings",
        zh=f"{half} 不能结账：控制表不平（{names_zh}），请先校验已结账期",
        value=failed,
        limit=(),
    )


def _require_reason(half: HalfYear, reason: str) -> None:
    usable = isinstance(reason, str) and reason.isprintable() and reason.strip()
    if not usable or len(reason) > _LONGEST_REASON:
        raise ReasonMissing(
            f"{half} is opened again for a reason of 1-{_LONGEST_REASON} printable characters, "
            f"got {quoted(reason)}",
            zh=f"{half} 反结账须说明理由（1 至 {_LONGEST_REASON} 个可打印字符），"
            f"实为 {quoted(reason)}",
            value=told(reason),
            limit=_LONGEST_REASON,
        )
