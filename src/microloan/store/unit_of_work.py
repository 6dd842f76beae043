"""One transaction over one book: save, admit, close; all of it is rolled back unless committed."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from types import TracebackType
from typing import Self, Unpack

from sqlalchemy import Connection

from microloan.bank_difference import BankDifference
from microloan.bank_list import BankRow
from microloan.checks import Audit, Facts, Progress
from microloan.finding import Finding
from microloan.fund import GuaranteeFund
from microloan.fund_path import LeveragePath
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.naming import identity, refused_terms
from microloan.periods import HalfYear
from microloan.policy import Policy
from microloan.reconciliation import Scope, reconcile
from microloan.store.act_key import ActKey
from microloan.store.admissions import Admissions, Loaded
from microloan.store.anchor import Anchor, anchor_now
from microloan.store.assignments import Assignments
from microloan.store.audit import AuditDesk
from microloan.store.binds import Bind, require_bind
from microloan.store.block import Block
from microloan.store.book_verifying import verify_book
from microloan.store.closing_acts import KnownActs
from microloan.store.closing_desk import ClosingDesk
from microloan.store.faults import named_faults
from microloan.store.follow_up import FollowUp
from microloan.store.fund_desk import FundDesk
from microloan.store.fund_sums import FundSums
from microloan.store.half_years import Closing, HalfYears, Reopening
from microloan.store.repositories import Loans
from microloan.store.requests import Requests
from microloan.store.transaction import Transaction
from microloan.store.writer import Writer


class UnitOfWork:
    """One transaction over one book, used with ``with``.

    With an :class:`~sqlalchemy.Engine` it owns the transaction: ``commit()`` keeps what was done,
    leaving the block without it rolls back. With a :class:`~sqlalchemy.Connection` or a
    :class:`~sqlalchemy.orm.Session` it joins the host's transaction by a savepoint: ``commit()``
    releases the savepoint, leaving without it undoes the block's work only, and the host's
    transaction is never committed, rolled back or closed.

    Args:
        bind: the host's engine, connection or session; an asynchronous host hands in what its
            ``run_sync`` gives.
        book: the book 台账 the work is for; nothing crosses books.

    Raises:
        InvalidIdentity: an unusable book.
        InvalidTerms: neither an engine nor a connection nor a session.
        AutocommitNotAllowed: the connection commits every statement by itself.
        SchemaMismatch: the tables are of another version, or there are none.
        RetryTransaction: another writer holds the database, or no connection came free.
        ConnectionLost: the database cannot be reached.
    """

    def __init__(self, bind: Bind, *, book: str) -> None:
        require_bind(bind)
        self.book = identity(book, "a book")
        self._block = Block(bind, self.book)

    def __enter__(self) -> Self:
        """Begin, or join the host's transaction."""
        self._block.enter()
        self._known = KnownActs()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Roll back whatever was not committed; the host's own work is left alone."""
        self._block.leave(in_error=error is not None)

    @property
    def _transaction(self) -> Transaction:
        return self._block.transaction

    def commit(self) -> None:
        """Keep what was done; of a joined transaction, leave the rest to the host.

        Raises:
            UnpairedEntry: only one side of a payout or recovery was saved.
            CommitOutcomeUnknown: the connection broke while committing; repeat the acts it names.
            RetryTransaction: another writer is in the way, or the database or the host ended the
                transaction inside the block.
            InvalidTerms: outside the block, or a savepoint inside it is open.
        """
        self._transaction.commit()

    @property
    def written(self) -> tuple[ActKey, ...]:
        """Return what was written since the last commit: what to repeat if that is lost."""
        return self._transaction.written_now()

    @property
    def _connection(self) -> Connection:
        return self._transaction.connection

    def _act(self) -> AbstractContextManager[None]:
        return self._transaction.act()

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
        return Requests(self._connection, self.book, self._act, self._transaction.written)

    @property
    def assignments(self) -> Assignments:
        """Return whose the loans of the book are; loans are assigned there too."""
        return Assignments(self._connection, self.book, self._act, self._transaction.written)

    @property
    def follow_up(self) -> FollowUp:
        """Return the visits and contacts of the book; they are recorded there too."""
        return FollowUp(self._connection, self.book, self._act, self._transaction.written)

    def audit(
        self, facts: Facts, *, under: Policy, as_of: date, progress: Progress | None = None
    ) -> Audit:
        """Return what all checks find about the book on a day; see :meth:`AuditDesk.audit`."""
        desk = AuditDesk(
            self.loans, self.funds, self.requests, self.follow_up, self.half_years, self._sums
        )
        return desk.audit(facts, under=under, as_of=as_of, progress=progress)

    def verify(self, *, anchor: Anchor | None = None) -> tuple[Finding, ...]:
        """Return all that is not as it was written, in one answer; a sound book has nothing.

        Args:
            anchor: the heads of all chains, kept elsewhere; today's must go on from them.

        Raises:
            InvalidTerms: no anchor at all, such as its text; or a host's transaction on PostgreSQL
                that sees what others commit and may not lock the book: verify in a REPEATABLE READ
                transaction.
        """
        if anchor is not None and not isinstance(anchor, Anchor):
            raise refused_terms("the anchor", "锚定值", type(anchor).__name__, "an Anchor")
        with named_faults():
            alone = self._transaction.is_untouched
            return verify_book(self._connection, self.book, anchor=anchor, is_untouched=alone)

    def anchor(self) -> Anchor:
        """Return how far every chain of the book has come, to print and keep elsewhere."""
        with named_faults():
            return anchor_now(self._connection, self.book)

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

        Without a first or a last day it goes from the first change to the last.

        Raises:
            NotFound, NotInForce, InvalidIdentity, ChainBroken: as :meth:`leverage`.
            InvalidDate: as :func:`microloan.fund_path.leverage_path`.
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
        with self._act():
            Admissions(self._writer, under, on).one(loan)

    def admit_all(
        self,
        loans: Iterable[Loan],
        *,
        under: Policy,
        on: date,
        progress: Loaded = lambda _: None,
    ) -> None:
        """Let many guaranteed loans enter the book in one act: all of them, or none.

        The answer is that of :meth:`admit` for one after another, and so are the refusals, which
        name the first loan that does not fit. To store them chunk by chunk instead, see
        :func:`microloan.store.load_loans`.

        Args:
            loans, under, on: as of :meth:`admit`.
            progress: called with how many loans are done, every 500.
        """
        with self._act():
            Admissions(self._writer, under, on).all(loans, progress)

    def close(self, half: HalfYear, *, on: date) -> Closing:
        """Close a half-year of the book; see :meth:`ClosingDesk.close`."""
        with self._act():
            return self._closing_desk.close(half, on=on)

    def reopen(self, half: HalfYear, *, on: date, reason: str) -> Reopening:
        """Open the half-year again that was closed last; see :meth:`ClosingDesk.reopen`."""
        with self._act():
            return self._closing_desk.reopen(half, on=on, reason=reason)

    @property
    def _closing_desk(self) -> ClosingDesk:
        return ClosingDesk(self._connection, self.book, self._transaction.written)

    @property
    def _sums(self) -> FundSums:
        return FundSums(self._connection, self.book)

    @property
    def _writer(self) -> Writer:
        return Writer(self._connection, self.book, self._transaction.written, self._known)
