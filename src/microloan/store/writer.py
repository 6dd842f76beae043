"""Writing loans and funds: new entries after those that stand, each aggregate from its head on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Table, insert

from microloan.approval import approval_of, lent_beyond
from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.guarantee import Guarantee
from microloan.loan import Loan
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.chain import links_of
from microloan.store.closing import Closings
from microloan.store.closing_acts import KnownActs
from microloan.store.fund_rows import fund_entry_rows, fund_row
from microloan.store.fund_rules import FundRules, Use
from microloan.store.fund_sums import Changes, FundSums, ledger_changes, loan_changes
from microloan.store.gate import (
    lending_days,
    moves_disbursements,
    require_saveable_fund,
    require_saveable_loan,
)
from microloan.store.heads import Heads, Move
from microloan.store.pairs import Pairs
from microloan.store.repositories import Loans
from microloan.store.rows import loan_entry_rows, loan_row

MoveSums: TypeAlias = Callable[[Changes], None]
"""How the sums of funds are moved: as they are, or only within the cap."""


class _Grown(NamedTuple):
    """A loan that the book holds, its chain, and how many of its entries are stored."""

    loan: Loan
    links: list[str]
    after: int


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the aggregates of one book in one act, and counts the acts that two of them share."""

    connection: Connection
    book: str
    pairs: Pairs
    known: KnownActs

    @property
    def rules(self) -> FundRules:
        """Return what limits the funds."""
        return FundRules(self.connection, self.book)

    @property
    def _closings(self) -> Closings:
        return Closings(self.connection, self.book, self.known)

    @property
    def _sums(self) -> FundSums:
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
        self._save_funds([one for one in once.values() if isinstance(one, GuaranteeFund)])
        self._save_loans([one for one in once.values() if isinstance(one, Loan)])
        if again := [one for one in aggregates if once[type(one), one.id] is not one]:
            self.save(again)

    def save_tested(self, fund: GuaranteeFund, *, under: Policy, on: date) -> None:
        """Write what is new of a fund that gives money away or approves a loan; test the cap.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        stand_behind = partial(self._sums.stand_behind, under=under, on=on)
        self._save_funds([fund], tested=stand_behind)

    def _save_funds(
        self, funds: Sequence[GuaranteeFund], *, tested: MoveSums | None = None
    ) -> None:
        """Write funds; ``tested`` moves the sums of one that lowers the room under its cap."""
        heads = self._heads(tables.fund)
        stored = heads.of(fund.id for fund in funds)
        for fund in funds:
            row = fund_row(fund, self.book)
            links = links_of(row["genesis"], fund.entries)
            after = heads.first_new(fund.id, links, stored.get(fund.id))
            self._closings.require_open(fund.entries[after:])
            if tested is None:
                require_saveable_fund(fund, after, new=fund.id not in stored)
            if fund.id not in stored:
                self._closings.write_book()
                sums = dict.fromkeys(("balance_fen", "exposure_fen", "covered_fen"), 0)
                self._insert(tables.fund, [row | sums | {"entries": 0, "head": links[0]}])
            self._insert(tables.fund_entry, fund_entry_rows(fund, self.book, links, after))
            if len(fund.entries) > after:
                move = Move(of=fund.id, was=after, entries=len(fund.entries), last=links[-1])
                heads.move([move])
                loans = Loans(self.connection, self.book).some(approved_loans(fund, after))
                (tested or self._sums.add)(ledger_changes(fund, since=after, loans=loans))
            self.pairs.of_fund(fund, after)

    def admit(self, loan: Loan, guarantee: Guarantee, *, under: Policy, on: date) -> None:
        """Write a guaranteed loan, or what is new of it, if its fund may stand behind it.

        What is paid out within an approval that holds on the day of the act was tested when it was
        approved, and takes the place of what was promised.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            LenderSuspended: the fund gives no new guarantees for the bank.
            SubLimitExceeded: a limit for the bank, a group or a period stands in the way.
            RefConflict, ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        fund_id = guarantee.fund_id
        new, grown = self._told_apart([loan])
        if not new and not grown:
            return
        self.lock(fund_id)
        after = 0 if new else grown[0].after
        move: MoveSums = self._sums.add
        if lent_on := lending_days(loan, since=after):
            approval = approval_of(loan, self.rules.commitments(fund_id, loan.id), on=on)
            first = loan.terms.disbursed_on
            # A part of a loan that the book holds is no new guarantee.
            if new and lent_beyond(loan, approval, through=first):
                self.rules.require_active(fund_id, loan.lender, on=first)
            approved = None if approval is None else approval.line
            if lent_beyond(loan, approval, since=after):
                move = partial(self._sums.stand_behind, under=under, on=on, lent_on=lent_on)
                approved = None
            use = Use(loan.lender, loan.category.groups)
            self.rules.require_sublimits(
                fund_id, use, on=on, loan=loan, lent_on=lent_on, approved=approved
            )
        changes = self._changes(loan, 0) if new else {}
        self.insert_loans(new)
        move(changes)
        self._append(grown, move)

    def lock(self, fund_id: str) -> None:
        """Lock a fund's row until the transaction ends.

        Raises:
            NotFound: the book does not hold it.
        """
        self._sums.lock([fund_id])

    def _save_loans(self, loans: Sequence[Loan]) -> None:
        """Write loans of which nothing has to be tested."""
        new, grown = self._told_apart(loans)
        for loan in new:
            require_saveable_loan(loan, 0)
        for one in grown:
            require_saveable_loan(one.loan, one.after)
        self._append(grown, self._sums.add)
        self.insert_loans(new)

    def _told_apart(self, loans: Sequence[Loan]) -> tuple[list[Loan], list[_Grown]]:
        """Return the loans that are new to the book, and those that have new entries."""
        heads = self._heads(tables.loan)
        stored = heads.of(loan.id for loan in loans)
        new: list[Loan] = []
        grown: list[_Grown] = []
        for loan in loans:
            if loan.id not in stored:
                new.append(loan)
                continue
            links = links_of(loan_row(loan, self.book)["genesis"], loan.entries)
            after = heads.first_new(loan.id, links, stored[loan.id])
            if after < len(loan.entries):
                self._closings.require_open(loan.entries[after:])
                grown.append(_Grown(loan, links, after))
        return new, grown

    def _append(self, grown: Sequence[_Grown], move: MoveSums) -> None:
        """Write what is new of loans that the book holds, and move the sums of their funds.

        The funds are locked before anything of them is read: what another office approves or
        releases until then must be seen.
        """
        self._sums.lock({one.loan.guarantee.fund_id for one in grown if one.loan.guarantee})
        moves: list[Move] = []
        entries: list[dict[str, Any]] = []
        changes: dict[tuple[str, date], FundChange] = {}
        for loan, links, after in grown:
            moves.append(Move(of=loan.id, was=after, entries=len(loan.entries), last=links[-1]))
            entries += loan_entry_rows(loan, self.book, links, after)
            for key, change in self._changes(loan, after).items():
                changes[key] = changes.get(key, FundChange()).plus(change)
            self.pairs.of_loan(loan, after)
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
