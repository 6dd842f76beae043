"""到期本金: principal of a loan that fell due in a period, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Self

from microloan.course import in_order_of_days, run_through
from microloan.fold import Cause, Fold
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import require_one_of
from microloan.periods import asked_day, in_order
from microloan.table import columns_of

Lots = list[tuple[date, int]]
"""Principal in fen by the day on which it falls due."""


class RepaidBy(Enum):
    """What became of principal that fell due; a repayment rate says which of these it counts."""

    BORROWER = "borrower"
    """借款人偿还: the borrower repaid it, on its day or later."""
    EARLY = "early"
    """提前偿还: the borrower repaid it before its day."""
    EXTENSION = "extension"
    """展期: an extension moved it to a day after the period."""
    PAYOUT = "payout"
    """代偿: the fund paid it to the lender."""
    RECOVERY = "recovery"
    """追偿: it was recovered for the lender after a payout or a write-off."""

    @classmethod
    def by_borrowers(cls) -> frozenset[Self]:
        """Return what borrowers repaid themselves; neither an extension nor a payout counts."""
        return frozenset({cls.BORROWER, cls.EARLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePrincipal:
    """到期本金: principal of one loan that fell due in a period, and what became of it by a day.

    Args:
        loan_id: the loan.
        due_fen: what fell due.
        borrower_fen: of it, what the borrower repaid on its day or later.
        early_fen: of it, what the borrower repaid before its day.
        extension_fen: of it, what an extension moved to a day after the period.
        payout_fen: of it, what the fund paid.
        recovery_fen: of it, what was recovered for the lender after a payout or a write-off.
    """

    loan_id: str
    due_fen: int
    borrower_fen: int
    early_fen: int
    extension_fen: int
    payout_fen: int
    recovery_fen: int

    due = InYuan("due_fen", "Principal that fell due, in yuan.")
    unpaid = InYuan("unpaid_fen", "Of it, what nobody has repaid or put off, in yuan.")

    COLUMNS = columns_of(
        "loan_id due_principal=due_fen by_borrower=borrower_fen by_prepayment=early_fen",
        "by_extension=extension_fen by_payout=payout_fen by_recovery=recovery_fen unpaid",
    )

    @property
    def unpaid_fen(self) -> int:
        """Return what nobody has repaid or put off, in fen; written off or not."""
        return self.due_fen - self.repaid_fen(RepaidBy)

    def repaid_fen(self, counting: Iterable[RepaidBy]) -> int:
        """Return what was repaid in one of several ways, in fen.

        Raises:
            InvalidTerms: something that is no :class:`RepaidBy`.
        """
        counted = frozenset(counting)
        for way in counted:
            require_one_of(way, RepaidBy, "what counts as repaid", "还款口径")
        by_way = {
            RepaidBy.BORROWER: self.borrower_fen,
            RepaidBy.EARLY: self.early_fen,
            RepaidBy.EXTENSION: self.extension_fen,
            RepaidBy.PAYOUT: self.payout_fen,
            RepaidBy.RECOVERY: self.recovery_fen,
        }
        return sum(by_way[way] for way in counted)


def due_principal(
    loan: Loan, *, since: date, until: date, as_of: date | None = None
) -> DuePrincipal:
    """Return the principal of a loan that fell due in a period, and what became of it by a day.

    Principal falls due on the day that the plan in force gives it, with these rules:

    - What was repaid early fell due on the day that the plan before the prepayment gave it.
    - What an extension moved to a day after the period fell due in the period; on its new day it
      falls due again. What it moved to a later day of the same period fell due once.
    - A loan that was called in, or for which the fund paid, fell due whole on that day; so did what
      was still to come of a loan that was written off, and nobody has repaid it.

    Args:
        loan: the loan.
        since: the first day of the period.
        until: its last day.
        as_of: the day by which it must have been repaid; by default the last of the period.

    Raises:
        InvalidDate: a day that is no plain date, a period that ends before it begins, or an
            ``as_of`` within it.
    """
    last = _last_day(since, until, as_of)
    fold = run_through(loan.terms, loan.entries, as_of=last)
    early, moved = _rearranged(loan, since, until, last)
    planned, dropped = _planned(fold), _dropped(fold)
    lines = [*planned, *dropped]
    fallen_before, fallen = _before(lines, since), _through(lines, until)
    early_fen = _through(early, until) - _before(early, since)
    to_come = _lent_fen(fold) - fallen - _through(early, until)
    moved = min(moved, to_come)  # nothing is to come of a loan called in later in the period
    borrower, payout, recovery = _within(_settled(fold), fallen_before, fallen)
    return DuePrincipal(
        loan_id=loan.id,
        due_fen=fallen - fallen_before + early_fen + moved,
        borrower_fen=borrower,
        early_fen=early_fen,
        extension_fen=moved,
        payout_fen=payout,
        recovery_fen=recovery,
    )


def _last_day(since: date, until: date, as_of: date | None) -> date:
    in_order(asked_day(since), asked_day(until), "a period")
    last = until if as_of is None else asked_day(as_of)
    in_order(until, last, "a period and the day by which it was repaid")
    return last


def _through(lots: Lots, day: date) -> int:
    return sum(amount for on, amount in lots if on <= day)


def _before(lots: Lots, day: date) -> int:
    return sum(amount for on, amount in lots if on < day)


def _planned(fold: Fold) -> Lots:
    """Return what falls due, without what was repaid early: that is dated by the plan before."""
    return [
        (due.due_on, due.principal_fen) for due in fold.dues if due.cause is not Cause.PREPAYMENT
    ]


def _dropped(fold: Fold) -> Lots:
    """Return what was still to come when the lender wrote the loan off, as due on that day."""
    if fold.ended is None or fold.ended.kind is not EntryKind.WRITE_OFF:
        return []
    dated = sum(due.principal_fen for due in fold.dues)
    return [(fold.ended.on, _lent_fen(fold) - dated)]


def _lent_fen(fold: Fold) -> int:
    paid_out = (one for one in fold.applied if one.entry.kind is EntryKind.DISBURSEMENT)
    return -sum(one.principal_fen for one in paid_out)


def _settled(fold: Fold) -> tuple[int, int, int]:
    """Return what the borrower repaid when due, what the fund paid, what was recovered, in fen."""
    repaid = sum(one.principal_fen for one in fold.applied if one.entry.kind.pays)
    early = sum(due.principal_fen for due in fold.dues if due.cause is Cause.PREPAYMENT)
    stated = {EntryKind.CLAIM_PAYOUT: 0, EntryKind.RECOVERY: 0}
    for one in fold.applied:
        if one.entry.kind in stated:
            stated[one.entry.kind] += one.entry.principal_fen
    return repaid - early, stated[EntryKind.CLAIM_PAYOUT], stated[EntryKind.RECOVERY]


def _within(settled: Iterable[int], first: int, last: int) -> list[int]:
    """Return which part of each amount meets what fell due between two sums of all that did.

    Money for principal meets the oldest line first, and a payout or a recovery comes after the
    last repayment.
    """
    parts, met = [], 0
    for amount in settled:
        parts.append(max(min(met + amount, last) - max(met, first), 0))
        met += amount
    return parts


def _rearranged(loan: Loan, since: date, until: date, last: date) -> tuple[Lots, int]:
    """Return what was repaid early, by the days of the plan before, and what was moved out."""
    early, moved = Lots(), 0
    entries = in_order_of_days(loan.entries, as_of=last)
    for at, entry in enumerate(entries):
        extends = entry.kind.extends
        if not extends and entry.kind is not EntryKind.PREPAYMENT:
            continue
        before, after = (
            _planned(run_through(loan.terms, known, as_of=entry.on))
            for known in (entries[:at], entries[: at + 1])
        )
        if extends:
            moved = _moved_out(before, after, since, until)  # a loan is extended once
        else:
            early += _early(before, after)
    return early, moved


def _moved_out(before: Lots, after: Lots, since: date, until: date) -> int:
    """Return what falls due in a period by one plan and after it by the next, oldest first."""
    kept = max(_before(before, since), _through(after, until))
    return max(_through(before, until) - kept, 0)


def _early(before: Lots, after: Lots) -> Lots:
    """Return how far one plan is ahead of the next, by day: what was taken out of it."""
    by_day: dict[date, int] = {}
    for on, amount in (*before, *((on, -amount) for on, amount in after)):
        by_day[on] = by_day.get(on, 0) + amount
    early, ahead, taken = Lots(), 0, 0
    for day, more in sorted(by_day.items()):
        ahead += more
        if ahead > taken:
            early.append((day, ahead - taken))
            taken = ahead
    return early
