"""Writing loans and funds: new entries after those that stand, each aggregate from its head on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, Table, insert

from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.loan import Loan
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.chain import links_of
from microloan.store.closing import Closings, require_open
from microloan.store.closing_acts import KnownActs
from microloan.store.fund_rows import fund_entry_rows, fund_row
from microloan.store.fund_rules import FundRules
from microloan.store.fund_sums import Changes, FundSums, ledger_changes, loan_changes
from microloan.store.gate import (
    moves_disbursements,
    require_saveable_fund,
    require_saveable_loan,
)
from microloan.store.heads import Head, Heads, Move
from microloan.store.repositories import Loans, not_found
from microloan.store.rows import loan_entry_rows, loan_row
from microloan.store.written import ADMISSION, OPENING, Written

MoveSums: TypeAlias = Callable[[Changes], None]
"""How the sums of funds are moved: as they are, or only within the cap."""
_INSERT: Final = {
    table: insert(table)
    for table in (tables.fund, tables.fund_entry, tables.loan, tables.loan_entry)
}


class Grown(NamedTuple):
    """A loan that the book holds, its chain, and how many of its entries are stored."""

    loan: Loan
    links: list[str]
    after: int


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the aggregates of one book in one act, and counts the acts that two of them share."""

    connection: Connection
    book: str
    written: Written
    known: KnownActs

    @property
    def rules(self) -> FundRules:
        """Return what limits the funds."""
        return FundRules(self.connection, self.book)

    @property
    def closings(self) -> Closings:
        """Return which half-years are closed."""
        return Closings(self.connection, self.book, self.known)

    @property
    def sums(self) -> FundSums:
        """Return what the funds have and stand behind."""
        return FundSums(self.connection, self.book)

    def _heads(self, table: Table) -> Heads:
        return Heads(self.connection, self.book, table)

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
        funds = [one for one in once.values() if isinstance(one, GuaranteeFund)]
        loans = [one for one in once.values() if isinstance(one, Loan)]
        if once:
            closed_through = self._share_book(funds, loans)
            locked = self.sums.lock({one.id for one in funds} | guarantors(loans))
            self._save_funds(funds, locked, closed_through)
            self._save_loans(loans, closed_through)
        if again := [one for one in aggregates if once[type(one), one.id] is not one]:
            self.save(again)

    def _share_book(self, funds: Sequence[GuaranteeFund], loans: Sequence[Loan]) -> date | None:
        """Keep the book from being closed, and return the last day that is closed.

        Everybody locks in one order: the book, then funds, then loans. A fund, and a loan that no
        fund stands behind, moves no row that is there when it is new.
        """
        alone = [one.id for one in loans if one.guarantee is None]
        if self.connection.dialect.name == "postgresql" and (funds or alone):
            here = self._heads(tables.fund).of(one.id for one in funds)
            if len(here) < len(funds) or len(self._heads(tables.loan).of(alone)) < len(alone):
                return self.closings.hold_for_newcomers().closed_through
        return self.closings.keep_open().closed_through

    def save_tested(self, fund: GuaranteeFund, *, under: Policy, on: date) -> None:
        """Write what is new of a fund that gives money away or approves a loan; test the cap.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        closed_through = self.closings.keep_open().closed_through
        limits = partial(self.rules.limits, on=on)
        stand_behind = partial(self.sums.stand_behind, limits=limits, under=under, on=on)
        self._save_funds([fund], self.sums.lock([fund.id]), closed_through, tested=stand_behind)

    def _save_funds(
        self,
        funds: Sequence[GuaranteeFund],
        stored: Mapping[str, Head],
        closed_through: date | None,
        *,
        tested: MoveSums | None = None,
    ) -> None:
        """Write funds; ``tested`` moves the sums of one that lowers the room under its cap."""
        heads = self._heads(tables.fund)
        for fund in funds:
            row = fund_row(fund, self.book)
            links = links_of(row["genesis"], fund.entries)
            after = heads.first_new(fund.id, links, stored.get(fund.id))
            require_open(fund.entries[after:], closed_through)
            if tested is None:
                require_saveable_fund(fund, after, new=fund.id not in stored)
            if fund.id not in stored:
                sums = dict.fromkeys(("balance_fen", "exposure_fen", "covered_fen"), 0)
                self._insert(tables.fund, [row | sums | {"entries": 0, "head": links[0]}])
                self.written.add(fund.id, OPENING, fund.id)
            self._insert(tables.fund_entry, fund_entry_rows(fund, self.book, links, after))
            if len(fund.entries) > after:
                move = Move(of=fund.id, was=after, entries=len(fund.entries), last=links[-1])
                heads.move([move])
                loans = Loans(self.connection, self.book).some(approved_loans(fund, after))
                (tested or self.sums.add)(ledger_changes(fund, since=after, loans=loans))
            self.written.of_fund(fund, after)

    def lock(self, fund_id: str) -> None:
        """Lock a fund's row until the transaction ends, and keep the book from being closed.

        Raises:
            NotFound: the book does not hold it.
        """
        self.closings.keep_open()
        if fund_id not in self.sums.lock([fund_id]):
            raise not_found("fund", fund_id, self.book)

    def _save_loans(self, loans: Sequence[Loan], closed_through: date | None) -> None:
        """Write loans of which nothing has to be tested; their funds are locked already."""
        new, grown = self.told_apart(loans, closed_through)
        for loan in new:
            require_saveable_loan(loan, 0)
        for one in grown:
            require_saveable_loan(one.loan, one.after)
        self.append(grown, self.sums.add)
        self.insert_loans(new)

    def told_apart(
        self, loans: Sequence[Loan], closed_through: date | None
    ) -> tuple[list[Loan], list[Grown]]:
        """Return the loans that are new to the book, and those that have new entries.

        Their rows are locked, after those of the book and of the funds.
        """
        heads = self._heads(tables.loan)
        stored = heads.locked(loan.id for loan in loans)
        new: list[Loan] = []
        grown: list[Grown] = []
        for loan in loans:
            if loan.id not in stored:
                require_open(loan.entries, closed_through)
                new.append(loan)
                continue
            links = links_of(loan_row(loan, self.book)["genesis"], loan.entries)
            after = heads.first_new(loan.id, links, stored[loan.id])
            if after < len(loan.entries):
                require_open(loan.entries[after:], closed_through)
                grown.append(Grown(loan, links, after))
        return new, grown

    def append(self, grown: Sequence[Grown], move: MoveSums) -> None:
        """Write what is new of loans that the book holds, and move the sums of their funds.

        The funds were locked before anything of them is read: what another office approves or
        releases until then must be seen.
        """
        moves: list[Move] = []
        entries: list[dict[str, Any]] = []
        changes: dict[tuple[str, date], FundChange] = {}
        for loan, links, after in grown:
            moves.append(Move(of=loan.id, was=after, entries=len(loan.entries), last=links[-1]))
            entries += loan_entry_rows(loan, self.book, links, after)
            for key, change in self._changes(loan, after).items():
                changes[key] = changes.get(key, FundChange()).plus(change)
            self.written.of_loan(loan, after)
        self._insert(tables.loan_entry, entries)
        self._heads(tables.loan).move(moves)
        move(changes)

    def _changes(self, loan: Loan, after: int) -> Changes:
        """Return what is new of a loan does to its fund; only disbursements touch commitments."""
        approved: Sequence[FundEntry] = ()
        if loan.guarantee is not None and moves_disbursements(loan, since=after):
            approved = self.rules.commitments(loan.guarantee.fund_id, loan.id)
        return loan_changes(loan, since=after, commitments=approved)

    def insert_loans(self, loans: Sequence[Loan]) -> None:
        """Insert loans that the book does not hold, with all their entries, which are open."""
        rows, entries = [], []
        for loan in loans:
            row = loan_row(loan, self.book)
            links = links_of(row["genesis"], loan.entries)
            rows.append(row | {"entries": len(loan.entries), "head": links[-1]})
            entries += loan_entry_rows(loan, self.book, links, 0)
            self.written.add(loan.id, ADMISSION, loan.id)
            self.written.of_loan(loan, 0)
        self._insert(tables.loan, rows)
        self._insert(tables.loan_entry, entries)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(_INSERT[table], rows if len(rows) > 1 else rows[0])


def guarantors(loans: Iterable[Loan]) -> set[str]:
    """Return the funds that stand behind some loans."""
    return {one.guarantee.fund_id for one in loans if one.guarantee is not None}


def approved_loans(fund: GuaranteeFund, after: int) -> set[str]:
    """Return the loans whose approvals the entries after a number make, release or undo."""
    approvals = {line.ref: line for line in fund.entries if line.kind is FundEntryKind.COMMITMENT}
    found: set[str] = set()
    for line in fund.entries[after:]:
        act = fund.entries[line.undoes - 1] if line.undoes else line
        if act.kind is FundEntryKind.RELEASE:
            found.add(approvals[act.against].loan_id)
        elif act.kind is FundEntryKind.COMMITMENT:
            found.add(act.loan_id)
    return found
