"""Admitting guaranteed loans 准入: one by one, or many under one lock and one test of the cap."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from microloan.approval import approval_of, lent_beyond
from microloan.errors import (
    CommitOutcomeUnknown,
    ConnectionLost,
    GuardRefused,
    LenderSuspended,
    LeverageExceeded,
    MicroloanError,
    NotGuaranteed,
    PeriodClosed,
    ReadOnlyDatabase,
    RetryTransaction,
    StorageDamaged,
    StorageFull,
    StorageRefused,
    SubLimitExceeded,
)
from microloan.fund_change import FundChange
from microloan.fund_ledger import FundEntryKind
from microloan.guarantee import Guarantee
from microloan.loan import Loan
from microloan.naming import refused_terms, several_of
from microloan.periods import plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.store.fund_rules import FundLimits, Use
from microloan.store.fund_sums import Changes, loan_changes
from microloan.store.gate import lending_days
from microloan.store.repositories import not_found
from microloan.store.transaction import undone
from microloan.store.writer import MoveSums, Writer, guarantors

CHUNK: Final = 500
"""How many loans are written by one statement."""
Loaded: TypeAlias = Callable[[int], object]
"""Called with how many loans are done."""
STORAGE: Final = (
    RetryTransaction,
    ConnectionLost,
    CommitOutcomeUnknown,
    StorageFull,
    StorageDamaged,
    ReadOnlyDatabase,
    GuardRefused,
    StorageRefused,
)
"""What the database refuses, whichever loan it is about."""
_DOES_NOT_FIT: Final = (LeverageExceeded, LenderSuspended, SubLimitExceeded, PeriodClosed)


@dataclass(frozen=True, slots=True)
class Admissions:
    """Lets guaranteed loans enter a book, if their funds may stand behind them."""

    writer: Writer
    under: Policy
    on: date

    def one(self, loan: Loan) -> None:
        """Admit a loan.

        Raises:
            InvalidTerms: no loan, or no policy.
            InvalidDate: no plain date.
            NotGuaranteed: the loan has no guarantee.
            LeverageExceeded, LenderSuspended, SubLimitExceeded: as :meth:`UnitOfWork.admit`.
            NotFound, RefConflict, PeriodClosed: as :meth:`UnitOfWork.admit`.
        """
        if not isinstance(loan, Loan):
            raise refused_terms("what is admitted", "准入对象", type(loan).__name__, "a Loan")
        self._require_rules()
        self._admit(loan, _guarantee_of(loan))

    def _require_rules(self) -> None:
        require_policy(self.under)
        plain_date(self.on, "admission")

    def _admit(self, loan: Loan, guarantee: Guarantee) -> None:
        """Write a guaranteed loan, or what is new of it, if its fund may stand behind it.

        What is paid out within an approval that holds on the day of the act was tested when it was
        approved, and takes the place of what was promised.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            LenderSuspended: the fund gives no new guarantees for the bank.
            SubLimitExceeded: a limit for the bank, a group or a period stands in the way.
            NotFound: the book does not hold the fund.
            RefConflict, ConcurrentUpdate, PeriodClosed: as :meth:`Writer.save`.
        """
        writer, fund_id = self.writer, guarantee.fund_id
        closed_through = writer.closings.keep_open().closed_through
        locked = writer.sums.lock([fund_id])
        new, grown = writer.told_apart([loan], closed_through)
        if not new and not grown:
            return
        if fund_id not in locked:
            raise not_found("fund", fund_id, writer.book)
        limits = writer.rules.limits(fund_id, on=self.on, loan_id=loan.id)
        move = self._tested(loan, fund_id, limits, since=0 if new else grown[0].after, new=new)
        if new:
            changes = loan_changes(loan, since=0, commitments=limits.commitments(loan.id))
            writer.insert_loans(new)
            move(changes)
            if not changes:
                writer.sums.mark(fund_id)
        writer.append(grown, move)

    def _tested(
        self, loan: Loan, fund_id: str, limits: FundLimits, *, since: int, new: Sequence[Loan]
    ) -> MoveSums:
        """Test what the fund has decided; return how its sums are moved, within the cap or not."""
        writer = self.writer
        lent_on = lending_days(loan, since=since)
        if not lent_on:
            return writer.sums.add
        approval = approval_of(loan, limits.commitments(loan.id), on=self.on)
        first = loan.terms.disbursed_on
        # A part of a loan that the book holds is no new guarantee.
        if new and lent_beyond(loan, approval, through=first):
            limits.require_active(fund_id, loan.lender, on=first)
        approved = None if approval is None else approval.line
        move: MoveSums = writer.sums.add
        if lent_beyond(loan, approval, since=since):
            move = partial(self._stand_behind, limits, lent_on)
            approved = None
        writer.rules.require_sublimits(
            fund_id,
            Use(loan.lender, loan.category.groups),
            limits=limits,
            on=self.on,
            loan=loan,
            lent_on=lent_on,
            approved=approved,
        )
        return move

    def _stand_behind(self, limits: FundLimits, lent_on: Iterable[date], changes: Changes) -> None:
        self.writer.sums.stand_behind(
            changes, limits=lambda _: limits, under=self.under, on=self.on, lent_on=lent_on
        )

    def all(self, loans: Iterable[Loan], progress: Loaded) -> None:
        """Admit many loans in one act: all of them, or none.

        They are tested together where that says the same as one after another; where it does not,
        or one does not fit, they are tested one after another, so that the first one is named.

        Raises:
            LeverageExceeded, LenderSuspended, SubLimitExceeded, PeriodClosed: names the first loan
                that does not fit.
            InvalidTerms, NotGuaranteed, NotFound, RefConflict: as :meth:`one`.
        """
        given = several_of(loans, Loan, "what is admitted", "准入对象")
        self._require_rules()
        if self._at_once(given, progress):
            return
        for number, loan in enumerate(given, 1):
            with named_by(loan):
                self._admit(loan, _guarantee_of(loan))
            if number % CHUNK == 0 or number == len(given):
                progress(number)

    def _at_once(self, loans: Sequence[Loan], progress: Loaded) -> bool:
        """Admit loans under one test of each fund; tell whether that could be done.

        A loan adds to the exposure of its fund from the day it is paid out and takes nothing away.
        So what all of them fit in, each of them fits in, in whatever order they come.
        """
        writer, funds = self.writer, guarantors(loans)
        closed_through = writer.closings.keep_open().closed_through
        held = writer.sums.lock(funds)  # all of them in one order, also for one loan after another
        if len(held) < len(funds) or not _may_come_at_once(loans):
            return False
        point = writer.connection.begin_nested()
        try:
            new, grown = writer.told_apart(loans, closed_through)
            by_fund = _by_fund(new)
            fits = not grown and all(self._room_for(mine, of) for of, mine in by_fund.items())
        except STORAGE:
            undone(point)
            raise
        except MicroloanError:  # whose it is, and whether an earlier loan fits, is asked in turn
            fits = False
        except BaseException:
            undone(point)
            raise
        if not fits:
            point.rollback()
            return False
        point.commit()
        done = len(loans) - len(new)
        if loans and not new:
            progress(done)
        for part in _chunks(new, CHUNK):
            writer.insert_loans(part)
            done += len(part)
            progress(done)
        return True

    def _room_for(self, loans: Sequence[Loan], fund_id: str) -> bool:
        """Move the sums of a fund for loans that are new; tell whether one test is enough."""
        writer, on = self.writer, self.on
        limits = writer.rules.limits(fund_id, on=on)
        if limits.of_kinds(FundEntryKind.SUBLIMIT):
            return False
        if writer.rules.approved_among(fund_id, [loan.id for loan in loans]):
            return False
        for lender, first in {(loan.lender, loan.terms.disbursed_on) for loan in loans}:
            limits.require_active(fund_id, lender, on=first)
        lent_on = {day for loan in loans for day in lending_days(loan, since=0)}
        changes = _sum_up(loan_changes(loan, since=0) for loan in loans)
        self._stand_behind(limits, lent_on, changes)
        if not changes:
            writer.sums.mark(fund_id)
        return True


def _may_come_at_once(loans: Sequence[Loan]) -> bool:
    """Tell whether each loan is given once and has a guarantee."""
    return len({loan.id for loan in loans}) == len(loans) and all(loan.guarantee for loan in loans)


def _by_fund(loans: Iterable[Loan]) -> dict[str, list[Loan]]:
    found: dict[str, list[Loan]] = defaultdict(list)
    for loan in loans:
        if loan.guarantee is not None:
            found[loan.guarantee.fund_id].append(loan)
    return dict(sorted(found.items()))


def _sum_up(given: Iterable[Changes]) -> Changes:
    sums: dict[tuple[str, date], FundChange] = defaultdict(FundChange)
    for changes in given:
        for key, change in changes.items():
            sums[key] = sums[key].plus(change)
    return {key: change for key, change in sums.items() if any(change)}


def _chunks(loans: Sequence[Loan], size: int) -> Iterator[list[Loan]]:
    rest = iter(loans)
    while part := list(islice(rest, size)):
        yield part


@contextmanager
def named_by(loan: Loan) -> Iterator[None]:
    """Let the sentences of a refusal begin with the loan that does not fit.

    Args:
        loan: the loan.
    """
    try:
        yield
    except _DOES_NOT_FIT as refusal:
        raise type(refusal)(
            f"{loan.id}: {refusal}",
            zh=f"{loan.id}：{refusal.zh}",
            value=refusal.value,
            limit=refusal.limit,
        ) from None


def _guarantee_of(loan: Loan) -> Guarantee:
    if loan.guarantee is not None:
        return loan.guarantee
    raise NotGuaranteed(
        f"{loan.id} has no guarantee; save it instead",
        zh=f"{loan.id} 无担保，应直接保存",
        value=loan.id,
        limit="a guaranteed loan",
    )
