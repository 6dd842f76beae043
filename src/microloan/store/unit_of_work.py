"""One transaction over one book: save, admit, close; all of it is rolled back unless committed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, NestedTransaction, Table, insert
from sqlalchemy.orm import Session

from microloan.errors import NotAdmitted, NotGuaranteed
from microloan.fund import GuaranteeFund, Leverage
from microloan.halfyear import draw_up, require_closable
from microloan.loan import Loan
from microloan.periods import HalfYear, plain_date
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.chain import chain
from microloan.store.closing import Closings
from microloan.store.fund_sums import Change, FundSums, fund_changes, loan_changes, plus
from microloan.store.heads import Heads, Move
from microloan.store.pairs import Pairs
from microloan.store.repositories import Closing, Funds, HalfYears, Loans
from microloan.store.rows import fund_entry_rows, fund_row, loan_entry_rows, loan_row
from microloan.store.transaction import begin_writing, joined, named_faults
from microloan.terms import identity


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
        self._pairs = Pairs()
        try:
            with named_faults():
                begin_writing(self._connection)
                if self._owned is None:
                    self._savepoint = self._connection.begin_nested()
        except BaseException:
            self._leave()
            raise
        return self

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
            elif self._savepoint is not None:
                self._savepoint.commit()

    @property
    def loans(self) -> Loans:
        """Return the loans of the book."""
        return Loans(self._connection, self.book)

    @property
    def funds(self) -> Funds:
        """Return the funds of the book."""
        return Funds(self._connection, self.book)

    @property
    def half_years(self) -> HalfYears:
        """Return the closed half-years of the book."""
        return HalfYears(self._connection, self.book)

    def leverage(self, fund_id: str, *, under: Policy, as_of: date) -> Leverage:
        """Return a fund's leverage at the end of a day, from the fund's own sums.

        Raises:
            NotFound: the book holds no such fund.
            NotInForce: the policy knows no cap on that day.
        """
        return self._sums.leverage(fund_id, under=under, as_of=as_of)

    def save(self, *aggregates: Loan | GuaranteeFund) -> None:
        """Store the new entries of loans and funds; what is stored already is left as it is.

        A new fund, and a new loan without a guarantee, is stored whole.

        Raises:
            NotAdmitted: a guaranteed loan that the book does not hold; it enters by :meth:`admit`.
            RefConflict: the identity already stands for another loan or fund.
            ConcurrentUpdate: the aggregate was changed since it was read; read again and repeat.
            PeriodClosed: a new entry is booked in a closed half-year.
        """
        with self._act():
            self._save_funds([one for one in aggregates if isinstance(one, GuaranteeFund)])
            self._save_loans([one for one in aggregates if isinstance(one, Loan)])

    def admit(self, loan: Loan, *, under: Policy, on: date) -> None:
        """Let a guaranteed loan enter the book, if its fund may stand behind it.

        The cap is tested under the fund's lock on every day from ``on`` forward. Admitting the
        same loan again changes nothing.

        Args:
            loan: the loan, with the entries known so far.
            under: the policy that sets the cap.
            on: the day of admission.

        Raises:
            NotGuaranteed: the loan has no guarantee; ``save`` it.
            NotFound: the book does not hold the fund.
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            RefConflict: the contract number already stands for another loan.
            PeriodClosed: an entry is booked in a closed half-year.
        """
        plain_date(on, "admission")
        if loan.guarantee is None:
            raise _no_guarantee(loan.id)
        fund_id = loan.guarantee.fund_id
        with self._act():
            if loan.id in self._heads(tables.loan).of([loan.id]):
                self._save_loans([loan])
                return
            self._sums.lock([fund_id])
            changes = loan_changes(loan, since=0)
            self._sums.stand_behind(fund_id, changes, under=under, on=on)
            self._insert_loans([loan])

    def close(self, half: HalfYear, *, on: date) -> Closing:
        """Close a half-year of the book: freeze the account of every loan, anchor all chains.

        Later facts of the half-year are booked in the open one and appear there as adjustments.
        Closing a closed half-year again changes nothing.

        Raises:
            PeriodNotOver: the half-year has not ended on that day.
            PreviousPeriodOpen: an earlier half-year is open.
        """
        plain_date(on, "closing")
        with self._act():
            if half in self.half_years.closed():
                return self.half_years.closing(half)
            require_closable(half, on=on, open_since=self._closings.open_since())
            return self._closings.freeze(draw_up(self.loans.all(), half), on=on)

    @property
    def _sums(self) -> FundSums:
        return FundSums(self._connection, self.book)

    @property
    def _closings(self) -> Closings:
        return Closings(self._connection, self.book)

    def _heads(self, table: Table) -> Heads:
        return Heads(self._connection, self.book, table)

    @contextmanager
    def _act(self) -> Iterator[None]:
        """Do one act whole or not at all: a refusal leaves the transaction as it was before."""
        with named_faults(), self._connection.begin_nested():
            yield

    def _save_funds(self, funds: Sequence[GuaranteeFund]) -> None:
        heads = self._heads(tables.fund)
        stored = heads.of(fund.id for fund in funds)
        for fund in funds:
            row = fund_row(fund, self.book)
            links = chain(row["genesis"], fund.entries)
            after = heads.first_new(fund.id, links, stored.get(fund.id))
            self._closings.require_open(fund.entries[after:])
            if fund.id not in stored:
                self._closings.write_book()
                sums = dict.fromkeys(("balance_fen", "exposure_fen", "covered_fen"), 0)
                self._insert(tables.fund, [row | sums | {"entries": 0, "head": links[0]}])
            self._insert(tables.fund_entry, fund_entry_rows(fund, self.book, links, after))
            if len(fund.entries) > after:
                move = Move(of=fund.id, was=after, entries=len(fund.entries), last=links[-1])
                heads.move([move])
                self._sums.add(fund_changes(fund, since=after))
            self._pairs.of_fund(fund, after)

    def _save_loans(self, loans: Sequence[Loan]) -> None:
        heads = self._heads(tables.loan)
        stored = heads.of(loan.id for loan in loans)
        new: list[Loan] = []
        moves: list[Move] = []
        entries: list[dict[str, Any]] = []
        changes: dict[tuple[str, date], Change] = {}
        for loan in loans:
            if loan.id not in stored:
                if loan.guarantee is not None:
                    raise _not_admitted(loan.id)
                new.append(loan)
                continue
            links = chain(loan_row(loan, self.book)["genesis"], loan.entries)
            after = heads.first_new(loan.id, links, stored[loan.id])
            if len(loan.entries) == after:
                continue
            self._closings.require_open(loan.entries[after:])
            moves.append(Move(of=loan.id, was=after, entries=len(loan.entries), last=links[-1]))
            entries += loan_entry_rows(loan, self.book, links, after)
            for key, change in loan_changes(loan, since=after).items():
                changes[key] = plus(changes.get(key, (0, 0, 0)), change)
            self._pairs.of_loan(loan, after)
        self._sums.lock({fund_id for fund_id, _ in changes})
        self._insert(tables.loan_entry, entries)
        heads.move(moves)
        self._sums.add(changes)
        self._insert_loans(new)

    def _insert_loans(self, loans: Sequence[Loan]) -> None:
        """Insert loans that the book does not hold, with all their entries."""
        rows, entries = [], []
        for loan in loans:
            self._closings.require_open(loan.entries)
            row = loan_row(loan, self.book)
            links = chain(row["genesis"], loan.entries)
            rows.append(row | {"entries": len(loan.entries), "head": links[-1]})
            entries += loan_entry_rows(loan, self.book, links, 0)
            self._pairs.of_loan(loan, 0)
        if rows:
            self._closings.write_book()
        self._insert(tables.loan, rows)
        self._insert(tables.loan_entry, entries)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _no_guarantee(loan_id: str) -> NotGuaranteed:
    return NotGuaranteed(
        f"{loan_id} has no guarantee; save it instead",
        zh=f"{loan_id} 无担保，应直接保存",
        value=loan_id,
        limit="a guaranteed loan",
    )


def _not_admitted(loan_id: str) -> NotAdmitted:
    return NotAdmitted(
        f"{loan_id} is guaranteed and not in the book; it enters through admit",
        zh=f"{loan_id} 为担保贷款且未入账，须经准入登记",
        value=loan_id,
        limit="admit",
    )
