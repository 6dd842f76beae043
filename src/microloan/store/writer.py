"""Writing loans and funds: new entries after those that stand, each aggregate from its head on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Table, insert

from microloan.errors import NotAdmitted
from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.guarantee import Guarantee
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.chain import links_of
from microloan.store.closing import Closings
from microloan.store.fund_rows import fund_entry_rows, fund_row
from microloan.store.fund_rules import FundRules, Use
from microloan.store.fund_sums import Changes, FundSums, fund_changes, loan_changes
from microloan.store.heads import Heads, Move
from microloan.store.pairs import Pairs
from microloan.store.repositories import Loans
from microloan.store.rows import loan_entry_rows, loan_row

MoveSums: TypeAlias = Callable[[Changes], None]
"""How the sums of funds are moved: as they are, or only within the cap."""


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

    @property
    def rules(self) -> FundRules:
        """Return what limits the funds of the book."""
        return FundRules(self.connection, self.book)

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
        self._save_loans([one for one in once.values() if isinstance(one, Loan)])
        if again := [one for one in aggregates if once[type(one), one.id] is not one]:
            self.save(again)

    def save_tested(self, fund: GuaranteeFund, *, under: Policy, on: date) -> None:
        """Write what is new of a fund that gives money away or approves a loan; test the cap.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        stand_behind = partial(self._sums.stand_behind_all, under=under, on=on)
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
                _require_saveable(fund, after, new=fund.id not in stored)
            if fund.id not in stored:
                self._closings.write_book()
                sums = dict.fromkeys(("balance_fen", "exposure_fen", "covered_fen"), 0)
                self._insert(tables.fund, [row | sums | {"entries": 0, "head": links[0]}])
            self._insert(tables.fund_entry, fund_entry_rows(fund, self.book, links, after))
            if len(fund.entries) > after:
                move = Move(of=fund.id, was=after, entries=len(fund.entries), last=links[-1])
                heads.move([move])
                loans = Loans(self.connection, self.book).some(approved_loans(fund, after))
                (tested or self._sums.add)(fund_changes(fund, since=after, loans=loans))
            self.pairs.of_fund(fund, after)

    def admit(self, loan: Loan, guarantee: Guarantee, *, under: Policy, on: date) -> None:
        """Write a guaranteed loan, or what is new of it, if its fund may stand behind it.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
            LenderSuspended: the fund gives no new guarantees for the bank.
            SubLimitExceeded: a limit for the bank, a group or a period stands in the way.
            RefConflict, ConcurrentUpdate, PeriodClosed: as :meth:`save`.
        """
        fund_id = guarantee.fund_id
        if self.holds(loan.id):
            stand_behind = partial(self._sums.stand_behind_all, under=under, on=on)
            self._save_loans([loan], lend_more=stand_behind, on=on)
            return
        self.lock(fund_id)
        self.rules.require_active(fund_id, loan.lender, on=on)
        self._require_sublimits([loan], on)
        approved = self.rules.commitments(fund_id, loan.id)
        changes = loan_changes(loan, since=0, commitments=approved)
        self._sums.stand_behind(fund_id, changes, under=under, on=on)
        self.insert_loans([loan])

    def lock(self, fund_id: str) -> None:
        """Lock a fund's row until the transaction ends.

        Raises:
            NotFound: the book does not hold it.
        """
        self._sums.lock([fund_id])

    def _save_loans(
        self,
        loans: Sequence[Loan],
        *,
        lend_more: MoveSums | None = None,
        on: date = date.min,
    ) -> None:
        """Write loans; ``lend_more`` moves the sums of funds where more of a loan was paid out."""
        move: MoveSums = self._sums.add
        heads = self._heads(tables.loan)
        stored = heads.of(loan.id for loan in loans)
        new: list[Loan] = []
        moves: list[Move] = []
        entries: list[dict[str, Any]] = []
        changes: dict[tuple[str, date], FundChange] = {}
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
            for key, change in self._changes(loan, after).items():
                changes[key] = changes.get(key, FundChange()).plus(change)
            self.pairs.of_loan(loan, after)
        self._sums.lock({fund_id for fund_id, _ in changes})
        if lend_more is not None and moves:
            self._require_sublimits(loans, on)
        self._insert(tables.loan_entry, entries)
        heads.move(moves)
        move(changes)
        self.insert_loans(new)

    def _require_sublimits(self, loans: Sequence[Loan], on: date) -> None:
        """Test the limits for parts that loans fall under of which more is paid out."""
        for loan in loans:
            if loan.guarantee is not None:
                use = Use(loan.lender, loan.category.groups)
                self.rules.require_sublimits([loan], loan.guarantee.fund_id, use, on=on)

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


def pays_out_more(loan: Loan, *, since: int) -> bool:
    """Tell whether entries after a number pay out more of a loan that a fund stands behind."""
    new = loan.entries[since:]
    return loan.guarantee is not None and any(entry.kind is EntryKind.DISBURSEMENT for entry in new)


def moves_disbursements(loan: Loan, *, since: int) -> bool:
    """Tell whether entries after a number pay out more of a loan, or undo that."""
    acts = (loan.entries[entry.undoes - 1] if entry.undoes else entry for entry in loan.entries)
    return any(act.kind is EntryKind.DISBURSEMENT for act in tuple(acts)[since:])


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


_LOWERS_ROOM: Final = {
    FundEntryKind.COMMITMENT: "approve",
    FundEntryKind.WITHDRAWAL: "withdraw",
    FundEntryKind.ADVANCE: "advance_subsidy",
}
"""What lowers the room under the cap, and the way it enters the book."""


def _require_saveable(fund: GuaranteeFund, after: int, *, new: bool) -> None:
    """Refuse to save untested what lowers the room; a fund new to the book backs no loan yet."""
    for line in fund.entries[after:]:
        if line.kind in _LOWERS_ROOM and not (new and line.kind is not FundEntryKind.COMMITMENT):
            way = _LOWERS_ROOM[line.kind]
            raise NotAdmitted(
                f"{fund.id}: a {line.kind.value} lowers the room under the cap; "
                f"it enters the book through {way}",
                zh=f"{fund.id}：{line.kind.value} 占用可保余量，须经 {way} 登记",
                value=line.ref,
                limit=way,
            )


def _not_admitted(loan_id: str) -> NotAdmitted:
    return NotAdmitted(
        f"{loan_id} is guaranteed; what is paid out of it enters the book through admit",
        zh=f"{loan_id} 为担保贷款，其放款须经准入登记",
        value=loan_id,
        limit="admit",
    )
