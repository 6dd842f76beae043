"""审批效力: from when and until when approvals of loans hold, and what is lent within them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import standing
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan
from microloan.periods import LAST_YEAR

_LAST_DAY: Final = date(LAST_YEAR, 12, 31)


class Approval(NamedTuple):
    """A standing approval, its lapse, its release, and since when it holds without one."""

    line: FundEntry
    lapses_on: date
    release: FundEntry | None
    since: date

    @property
    def end(self) -> date:
        """Return the first day on which it holds no more."""
        return self.lapses_on if self.release is None else self.release.on

    @property
    def entries(self) -> list[FundEntry]:
        """Return what was entered of it."""
        return [line for line in (self.line, self.release) if line is not None]

    def is_to_be_lent(self, on: date) -> bool:
        """Tell whether its loan is still to be lent, as far as is known on a day.

        Once it was released, its room is given to others from that day on.
        """
        return self.release is None and self.line.on <= on < self.lapses_on

    def bears(self, on: date) -> bool:
        """Tell whether a loan that is entered on a day may lie within it.

        Where a release was undone, others may have had the room until that day.
        """
        return self.is_to_be_lent(on) and self.since <= on


def standing_approvals(entries: Iterable[FundEntry]) -> Iterator[Approval]:
    """Yield the approvals that stand, in the order of knowledge.

    Args:
        entries: the fund's entries; its commitments, releases and what undoes them are enough.
    """
    known = tuple(entries)
    lines, undone = standing(known), {line.undoes: line.on for line in known if line.undoes}
    released = {line.against: line for line in lines if line.kind is FundEntryKind.RELEASE}
    for line in lines:
        if line.kind is FundEntryKind.COMMITMENT and line.until is not None:
            back = [
                undone[one.number]
                for one in known
                if one.kind is FundEntryKind.RELEASE
                and one.number in undone
                and one.against == line.ref
            ]
            since = max([line.on, *back])
            yield Approval(line, line.until, released.get(line.ref), since)


def as_to_be_lent(entries: Iterable[FundEntry], *, on: date) -> tuple[FundEntry, ...]:
    """Return entries in which no approval lapses that takes room on a day.

    So an act of that day is tested: the loan that was approved is to be lent, and will be owed when
    its approval has lapsed.

    Args:
        entries: as of :func:`standing_approvals`.
        on: the day of the act.
    """
    lines = tuple(entries)
    kept = {one.line.number for one in standing_approvals(lines) if one.is_to_be_lent(on)}
    return tuple(replace(line, until=_LAST_DAY) if line.number in kept else line for line in lines)


def approval_of(loan: Loan, entries: Iterable[FundEntry], *, on: date) -> Approval | None:
    """Return the approval within which a loan may lie that is entered on a day, if there is one.

    It is for the bank that lends; of one loan no two hold at a time.

    Args:
        loan: the loan.
        entries: as of :func:`standing_approvals`.
        on: the day on which the loan is entered.
    """
    for one in standing_approvals(entries):
        if (one.line.loan_id, one.line.lender) == (loan.id, loan.lender) and one.bears(on):
            return one
    return None


def lent_beyond(
    loan: Loan, approval: Approval | None, *, since: int = 0, through: date = date.max
) -> int:
    """Return what was paid out of a loan beyond its approval, in fen.

    What is lent on a day of the approval lies within it, up to its amount. What was entered before
    has used up its part of that.

    Args:
        loan: the loan.
        approval: its approval; ``None`` where it has none.
        since: the number of the last entry of the loan that was counted before.
        through: the last day of what is paid out.
    """
    parts = [line for line in standing(loan.entries) if line.kind is EntryKind.DISBURSEMENT]
    new = [line for line in parts if line.number > since and line.on <= through]
    beyond = _sum(new)
    if approval is None:
        return beyond
    first, end = approval.line.on, approval.lapses_on
    used = _sum(line for line in parts if line.number <= since and line.on >= first)
    left = max(approval.line.amount_fen - used, 0)
    return beyond - min(left, _sum(line for line in new if first <= line.on < end))


def _sum(parts: Iterable[Entry]) -> int:
    return sum(part.principal_fen for part in parts)
