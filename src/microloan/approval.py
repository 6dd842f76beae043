"""审批效力: from when and until when approvals of loans hold, and what is lent within them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import standing
from microloan.ledger import Entry, EntryKind
from microloan.loan import Loan


class Approval(NamedTuple):
    """A standing approval, its lapse and its release."""

    line: FundEntry
    lapses_on: date
    release: FundEntry | None

    @property
    def end(self) -> date:
        """Return the first day on which it holds no more."""
        return self.lapses_on if self.release is None else self.release.on

    @property
    def entries(self) -> list[FundEntry]:
        """Return what was entered of it."""
        return [line for line in (self.line, self.release) if line is not None]

    def paid_under(self, parts: Iterable[Entry]) -> int:
        """Return how much of some disbursements was paid out while it held, in fen."""
        return sum(part.principal_fen for part in parts if self.line.on <= part.on < self.end)


def standing_approvals(entries: Iterable[FundEntry]) -> Iterator[Approval]:
    """Yield the approvals that stand, in the order of knowledge.

    Args:
        entries: the fund's entries; its commitments, releases and what undoes them are enough.
    """
    lines = standing(tuple(entries))
    released = {line.against: line for line in lines if line.kind is FundEntryKind.RELEASE}
    for line in lines:
        if line.kind is FundEntryKind.COMMITMENT and line.until is not None:
            yield Approval(line, line.until, released.get(line.ref))


def approvals_of(loan: Loan, entries: Iterable[FundEntry]) -> list[Approval]:
    """Return the standing approvals of a loan, for the bank that lends it.

    Args:
        loan: the loan.
        entries: as of :func:`standing_approvals`.
    """
    made = standing_approvals(entries)
    return [one for one in made if (one.line.loan_id, one.line.lender) == (loan.id, loan.lender)]


def lent_beyond(
    loan: Loan, approvals: Iterable[Approval], *, since: int = 0, through: date = date.max
) -> int:
    """Return what was paid out of a loan beyond its approvals, in fen.

    What lies within an approval that held on its day was tested when it was approved. What was
    paid out before has used up its part.

    Args:
        loan: the loan.
        approvals: its approvals.
        since: the number of the last entry of the loan that was counted before.
        through: the last day of what is paid out.
    """
    parts = _disbursements(loan)
    before = [line for line in parts if line.number <= since]
    new = [line for line in parts if line.number > since and line.on <= through]
    beyond = sum(line.principal_fen for line in new)
    for one in approvals:
        left = max(one.line.amount_fen - one.paid_under(before), 0)
        beyond -= min(left, one.paid_under(new))
    return beyond


def days_held(
    loan: Loan, approvals: Iterable[Approval], *, since: int = 0
) -> tuple[date, date] | None:
    """Return the first day of what was lent within approvals, and the first on which one is over.

    ``None`` where nothing was lent within one.

    Args:
        loan, approvals, since: as of :func:`lent_beyond`.
    """
    new = [line for line in _disbursements(loan) if line.number > since]
    ends = [one.end for one in approvals if one.paid_under(new)]
    return (min(line.on for line in new), min(ends)) if ends else None


def _disbursements(loan: Loan) -> list[Entry]:
    return [line for line in standing(loan.entries) if line.kind is EntryKind.DISBURSEMENT]
