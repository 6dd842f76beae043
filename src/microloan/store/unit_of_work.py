"""One transaction over one book: save, admit, close; all of it is rolled back unless committed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from types import TracebackType
from typing import Self, Unpack

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.orm import Session

from microloan.bank_difference import BankDifference
from microloan.bank_list import BankRow
from microloan.checks import Audit, Facts, Progress
from microloan.errors import NotGuaranteed
from microloan.fund import GuaranteeFund
from microloan.fund_path import LeveragePath
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.naming import identity, refused_terms
from microloan.periods import HalfYear, plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.reconciliation import Scope, reconcile
from microloan.store.assignments import Assignments
from microloan.store.audit import AuditDesk
from microloan.store.closing_acts import KnownActs
from microloan.store.closing_desk import ClosingDesk
from microloan.store.follow_up import FollowUp
from microloan.store.fund_desk import FundDesk
from microloan.store.fund_sums import FundSums
from microloan.store.half_years import Closing, HalfYears, Reopening
from microloan.store.pairs import Pairs
from microloan.store.repositories import Loans
from microloan.store.requests import Requests
from microloan.store.transaction import begin_writing, joined, named_faults
from microloan.store.writer import Writer


class UnitOfWork:
    """One transaction over one book, used with ``with``.

    With an :class:`~sqlalchemy.Engine` it owns the transaction: ``commit()`` keeps what was done,
    leaving the block without it rolls back. With a :class:`~sqlalchemy.Connection` or a
    :class:`~sqlalchemy.orm.Session` it joins the host's transaction by a savepoint: ``commit()``
    releases the savepoint, leaving without it undoes the block's work only, and the host's
    transaction is never committed, rolled back or closed.

    Args:
        bind: the host's engine, connection or session.
        book: the book 台账 the work is for; nothing crosses books.

    Raises:
        InvalidIdentity: an unusable book.
        ConcurrentUpdate: another writer holds the database.
    """

    def __init__(self, bind: Engine | Connection | Session, *, book: str) -> None:
        self._bind = bind
        self.book = identity(book, "a book")

    def __enter__(self) -> Self:
        """Begin, or join the host's transaction."""
        if isinstance(self._bind, Engine):
            self._owned: Connection | None = self._bind.connect()
            self._connection = self._owned
        else:
            self._owned, self._connection = None, joined(self._bind)
        self._savepoint: NestedTransaction | None = None
        self._pairs, self._known = Pairs(), KnownActs()
        try:
            self._begin()
        except BaseException:
            self._leave()
            raise
        return self

    def _begin(self) -> None:
        """Begin to write, or set a savepoint in the host's transaction; anew after a commit."""
        with named_faults():
            begin_writing(self._connection)
            if self._owned is None and (self._savepoint is None or not self._savepoint.is_active):
                self._savepoint = self._connection.begin_nested()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Roll back whatever was not committed; the host's own work is left alone."""
        self._leave()

    def _leave(self) -> None:
        if self._owned is not None:
            self._owned.rollback()
            self._owned.close()
        elif self._savepoint is not None and self._savepoint.is_active:
            self._savepoint.rollback()
        del self._connection

    def commit(self) -> None:
        """Keep what was done; of a joined transaction, leave the rest to the host.

        Raises:
            UnpairedEntry: only one side of a payout or recovery was saved.
            ConcurrentUpdate: another writer came first.
        """
        self._pairs.require_both()
        with named_faults():
            if self._owned is not None:
                self._owned.commit()
            elif self._savepoint is not None and self._savepoint.is_active:
                self._savepoint.commit()

    @property
    def loans(self) -> Loans:
        """Return the loans of the book."""
        return Loans(self._connection, self.book)

    @property
    def funds(self) -> FundDesk:
        """Return the funds of the book; what lowers the room under a cap is done there too."""
        return FundDesk(self._connection, self.book, self._writer, self._act)

    @property
    def half_years(self) -> HalfYears:
        """Return the closed half-years of the book."""
        return HalfYears(self._connection, self.book)

    @property
    def requests(self) -> Requests:
        """Return the requests for a subsidy of the book; they are saved there too."""
        return Requests(self._connection, self.book, self._act)

    @property
    def assignments(self) -> Assignments:
        """Return whose the loans of the book are; loans are assigned there too."""
        return Assignments(self._connection, self.book, self._act)

    @property
    def follow_up(self) -> FollowUp:
        """Return the visits and contacts of the book; they are recorded there too."""
        return FollowUp(self._connection, self.book, self._act)

    def audit(
        self, facts: Facts, *, under: Policy, as_of: date, progress: Progress | None = None
    ) -> Audit:
        """Return what all checks find about the book on a day; nothing is changed.

        A chain that is broken is a finding, and what is sound is audited all the same.

        Args:
            facts: what the book does not hold, and the limits of the audit.
            under: the rules.
            as_of: the day.
            progress: called with how many loans are done and how many there are.

        Raises:
            InvalidTerms: no facts, or facts that the book itself holds.
            InvalidDate: no plain date.
        """
        desk = AuditDesk(
            self.loans, self.funds, self.requests, self.follow_up, self.half_years, self._sums
        )
        return desk.audit(facts, under=under, as_of=as_of, progress=progress)

    def reconcile(
        self, bank_rows: Iterable[BankRow], *, as_of: date, **scope: Unpack[Scope]
    ) -> tuple[BankDifference, ...]:
        """Return what differs from a bank's list: :func:`microloan.reconciliation.reconcile`."""
        handed = self.assignments.all()
        return reconcile(self.loans.all(), bank_rows, as_of=as_of, assignments=handed, **scope)

    def leverage(self, fund_id: str, *, under: Policy, as_of: date) -> Leverage:
        """Return a fund's leverage at the end of a day, from the fund's own sums.

        Raises:
            InvalidIdentity, NotFound: the book holds no such fund.
            NotInForce: the policy knows no cap on that day.
            ChainBroken: a decision of the fund is not what was written.
        """
        return self._sums.leverage(fund_id, under=under, as_of=as_of)

    def leverage_path(
        self, fund_id: str, *, under: Policy, since: date | None = None, until: date | None = None
    ) -> LeveragePath:
        """Return a fund's leverage over time, from the fund's own sums.

        Args:
            fund_id: the fund.
            under: the policy that sets the cap.
            since: the first day; by default that of the first change.
            until: the last day; by default that of the last change.

        Raises:
            NotFound: the book holds no such fund.
            NotInForce, InvalidDate: as :func:`microloan.fund_path.leverage_path`.
            InvalidIdentity: the fund is no text.
            ChainBroken: a decision of the fund is not what was written.
        """
        return self._sums.path(fund_id, under=under, since=since, until=until)

    def save(self, *aggregates: Loan | GuaranteeFund) -> None:
        """Store the new entries of loans and funds; what is stored already is left as it is.

        A new fund, and a new loan without a guarantee, is stored whole.

        Raises:
            NotAdmitted: a guaranteed loan that the book does not hold; it enters by :meth:`admit`.
                Or what lowers the room of a fund; it enters by ``funds.approve``,
                ``funds.withdraw``, ``funds.advance_subsidy`` or, where it undoes a release,
                ``funds.reverse``.
            RefConflict: the identity already stands for another loan or fund.
            ConcurrentUpdate: the aggregate was changed since it was read; read again and repeat.
            PeriodClosed: a new entry is booked in a closed half-year.
            InvalidTerms: neither a loan nor a fund, such as a tuple of both.
        """
        for one in aggregates:
            if not isinstance(one, Loan | GuaranteeFund):
                raise refused_terms(
                    "what is saved", "保存对象", type(one).__name__, "a Loan or a GuaranteeFund"
                )
        with self._act():
            self._writer.save(aggregates)

    def admit(self, loan: Loan, *, under: Policy, on: date) -> None:
        """Let a guaranteed loan enter the book, if its fund may stand behind it.

        The cap is tested under the fund's lock on every day from ``on`` forward, or from the day of
        lending where that is later. What is paid out within an approval that holds on ``on`` and on
        the day of lending takes its place and is not tested again; a loan that is entered after its
        approval lapsed is tested like any other. A loan of which more was paid out is admitted
        again. Admitting the same loan again changes nothing.

        Args:
            loan: the loan, with the entries known so far.
            under: the policy that sets the cap.
            on: the day of admission, on which the loan is entered.

        Raises:
            NotGuaranteed: the loan has no guarantee; ``save`` it.
            NotFound: the book does not hold the fund.
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            LenderSuspended: the fund gave no new guarantees for the bank on the day the loan was
                first paid out; a further part of a loan in the book is none.
            SubLimitExceeded: a limit for the bank, a group or a period would be exceeded.
            InvalidTerms: no loan, or no policy.
            ChainBroken: rows that limit the fund are not those that were written.
            RefConflict: the contract number already stands for another loan.
            PeriodClosed: an entry is booked in a closed half-year.
        """
        require_policy(under)
        plain_date(on, "admission")
        if not isinstance(loan, Loan):
            raise refused_terms("what is admitted", "准入对象", type(loan).__name__, "a Loan")
        if loan.guarantee is None:
            raise _no_guarantee(loan.id)
        with self._act():
            self._writer.admit(loan, loan.guarantee, under=under, on=on)

    def close(self, half: HalfYear, *, on: date) -> Closing:
        """Close a half-year of the book; see :meth:`ClosingDesk.close`."""
        with self._act():
            return ClosingDesk(self._connection, self.book).close(half, on=on)

    def reopen(self, half: HalfYear, *, on: date, reason: str) -> Reopening:
        """Open the half-year again that was closed last; see :meth:`ClosingDesk.reopen`."""
        with self._act():
            return ClosingDesk(self._connection, self.book).reopen(half, on=on, reason=reason)

    @property
    def _sums(self) -> FundSums:
        return FundSums(self._connection, self.book)

    @property
    def _writer(self) -> Writer:
        return Writer(self._connection, self.book, self._pairs, self._known)

    @contextmanager
    def _act(self) -> Iterator[None]:
        """Do one act whole or not at all: a refusal leaves the transaction as it was before."""
        self._begin()
        before, self._pairs = self._pairs, Pairs()
        try:
            with named_faults(), self._connection.begin_nested():
                yield
            before.take(self._pairs)
        finally:
            self._pairs = before


def _no_guarantee(loan_id: str) -> NotGuaranteed:
    return NotGuaranteed(
        f"{loan_id} has no guarantee; save it instead",
        zh=f"{loan_id} 无担保，应直接保存",
        value=loan_id,
        limit="a guaranteed loan",
    )
