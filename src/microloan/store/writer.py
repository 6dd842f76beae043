"""Writing loans and funds: new entries after those that stand, each aggregate from its head on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, insert

from microloan.errors import NotAdmitted
from microloan.fund import GuaranteeFund
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.chain import links_of
from microloan.store.closing import Closings
from microloan.store.fund_sums import (
    Change,
    Changes,
    FundSums,
    fund_changes,
    loan_changes,
    plus,
)
from microloan.store.heads import Heads, Move
from microloan.store.pairs import Pairs
from microloan.store.rows import fund_entry_rows, fund_row, loan_entry_rows, loan_row


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the aggregates of one book in one act, and counts the acts that two of them share."""

    connection: Connection
    book: str
    pairs: Pairs

    @property
    def _closings(self) -> Closings:
        return Closings(self.connection, self.book)

    @property
    def _sums(self) -> FundSums:
        return FundSums(self.connection, self.book)

    def _heads(self, table: Table) -> Heads:
        return Heads(self.connection, self.book, table)

    def holds(self, loan_id: str) -> bool:
        """Tell whether the book holds a loan."""
        return loan_id in self._heads(tables.loan).of([loan_id])

    def save(self, aggregates: Sequence[Loan | GuaranteeFund]) -> None:
        """Write what is new of loans and funds; one that is given twice is written in turn.

        Raises:
            NotAdmitted: a guaranteed loan that the book does not hold, or of which more was paid
                out.
            RefConflict: the identity already stands for another loan or fund.
            ConcurrentUpdate: the aggregate was changed since it was read.
            PeriodClosed: a new entry is booked in a closed half-year.
        """
        once: dict[tuple[type, str], Loan | GuaranteeFund] = {}
        for one in aggregates:
            once.setdefault((type(one), one.id), one)
        self._save_funds([one for one in once.values() if isinstance(one, GuaranteeFund)])
        loans = [one for one in once.values() if isinstance(one, Loan)]
        self._save_loans(loans, lend_more=None)
        if again := [one for one in aggregates if once[type(one), one.id] is not one]:
            self.save(again)

    def _save_funds(self, funds: Sequence[GuaranteeFund]) -> None:
        heads = self._heads(tables.fund)
        stored = heads.of(fund.id for fund in funds)
        for fund in funds:
            row = fund_row(fund, self.book)
            links = links_of(row["genesis"], fund.entries)
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
            self.pairs.of_fund(fund, after)

    def admit_more(self, loan: Loan, *, under: Policy, on: date) -> None:
        """Write what is new of a guaranteed loan that the book holds; test the cap if more is lent.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            RefConflict, ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        stand_behind = partial(self._sums.stand_behind_all, under=under, on=on)
        self._save_loans([loan], lend_more=stand_behind)

    def _save_loans(
        self, loans: Sequence[Loan], *, lend_more: Callable[[Changes], None] | None
    ) -> None:
        """Write loans; ``lend_more`` moves the sums of funds where more of a loan was paid out."""
        move: Callable[[Changes], None] = self._sums.add
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
            links = links_of(loan_row(loan, self.book)["genesis"], loan.entries)
            after = heads.first_new(loan.id, links, stored[loan.id])
            if len(loan.entries) == after:
                continue
            self._closings.require_open(loan.entries[after:])
            if pays_out_more(loan, since=after):
                if lend_more is None:
                    raise _not_admitted(loan.id)
                move = lend_more
            moves.append(Move(of=loan.id, was=after, entries=len(loan.entries), last=links[-1]))
            entries += loan_entry_rows(loan, self.book, links, after)
            for key, change in loan_changes(loan, since=after).items():
                changes[key] = plus(changes.get(key, (0, 0, 0)), change)
            self.pairs.of_loan(loan, after)
        self._sums.lock({fund_id for fund_id, _ in changes})
        self._insert(tables.loan_entry, entries)
        heads.move(moves)
        move(changes)
        self.insert_loans(new)

    def insert_loans(self, loans: Sequence[Loan]) -> None:
        """Insert loans that the book does not hold, with all their entries."""
        rows, entries = [], []
        for loan in loans:
            self._closings.require_open(loan.entries)
            row = loan_row(loan, self.book)
            links = links_of(row["genesis"], loan.entries)
            rows.append(row | {"entries": len(loan.entries), "head": links[-1]})
            entries += loan_entry_rows(loan, self.book, links, 0)
            self.pairs.of_loan(loan, 0)
        if rows:
            self._closings.write_book()
        self._insert(tables.loan, rows)
        self._insert(tables.loan_entry, entries)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)


def pays_out_more(loan: Loan, *, since: int) -> bool:
    """Tell whether entries after a number pay out more of a loan that a fund stands behind."""
    new = loan.entries[since:]
    return loan.guarantee is not None and any(entry.kind is EntryKind.DISBURSEMENT for entry in new)


def _not_admitted(loan_id: str) -> NotAdmitted:
    return NotAdmitted(
        f"{loan_id} is guaranteed; what is paid out of it enters the book through admit",
        zh=f"{loan_id} 为担保贷款，其放款须经准入登记",
        value=loan_id,
        limit="admit",
    )
