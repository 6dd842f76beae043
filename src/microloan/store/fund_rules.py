"""What limits the funds of a book: decisions and approvals, each row checked against its hash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from microloan.fund_change import Paid, paid_by
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.naming import identity
from microloan.store import tables
from microloan.store.fund_rows import sealed_fund_entry_of
from microloan.store.repositories import Loans, not_found
from microloan.store.rows import Row, chain_broken, sealed_entry_of
from microloan.sublimit import require_sublimits
from microloan.suspension import require_active_lender

T = TypeVar("T")
_LINE: Final = tables.fund_entry.c


class Use(NamedTuple):
    """Whose part of the fund is used: a bank's, for borrowers of some groups."""

    lender: str
    groups: Iterable[str]


@dataclass(frozen=True, slots=True)
class FundRules:
    """The entries of the funds of one book that limit what a fund may stand behind.

    They are asked for by kind, so that a question costs the same however long a fund's history is.
    A row that was changed behind the library's back does not match its own hash and is refused.
    What is not seen here is a row that is gone, or was changed so that it is not asked for any
    more, such as a suspension made a deposit: reading the whole fund by ``funds.get`` sees it.
    """

    connection: Connection
    book: str

    def require_fund(self, fund_id: str) -> None:
        """Refuse a fund that the book does not hold.

        Raises:
            InvalidIdentity: no identity at all.
            NotFound: the book holds no such fund.
        """
        table = tables.fund.c
        wanted = (table.book_id == self.book, table.fund_id == identity(fund_id, "a fund"))
        if self.connection.scalar(select(table.fund_id).where(*wanted)) is None:
            raise not_found("fund", fund_id, self.book)

    def of_kinds(self, fund_id: str, *kinds: FundEntryKind) -> list[FundEntry]:
        """Return the entries of some kinds, and the reversals that undo one of them.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        chosen = self._of(fund_id, *kinds)
        lines = self._entries(fund_id, chosen)
        return sorted([*lines, *self._undone(fund_id, chosen, lines)], key=_number)

    def commitments(self, fund_id: str, loan_id: str) -> list[FundEntry]:
        """Return the approvals of a loan by a fund, what released them, and what undid either."""
        return self._approvals(fund_id, _LINE.loan_id == loan_id)

    def commitments_on(self, fund_id: str, on: date) -> list[FundEntry]:
        """Return the approvals of a fund that have not lapsed on a day, and what ended them."""
        return self._approvals(fund_id, _unlapsed(on))

    def paid_out_under(self, fund_id: str, on: date) -> dict[str, list[Paid]]:
        """Return what was paid out of the loans whose approvals have not lapsed on a day.

        Of the loans only disbursements are read, and what undoes them.

        Raises:
            ChainBroken: one of the rows is not what was written.
        """
        loan, line = tables.loan.c, tables.loan_entry
        approved = select(_LINE.loan_id).where(
            self._of(fund_id, FundEntryKind.COMMITMENT), _unlapsed(on)
        )
        mine = select(loan.loan_id).where(loan.book_id == self.book, loan.fund_id == fund_id)
        kinds = (EntryKind.DISBURSEMENT.value, EntryKind.REVERSAL.value)
        query = select(line).where(line.c.book_id == self.book, line.c.kind.in_(kinds))
        query = query.where(line.c.loan_id.in_(mine.where(loan.loan_id.in_(approved))))
        rows = self._read(fund_id, query.order_by(line.c.loan_id, line.c.number))
        parts = groupby(rows, key=itemgetter("loan_id"))
        return {name: list(paid_by(map(sealed_entry_of, lines))) for name, lines in parts}

    def require_active(self, fund_id: str, lender: str, *, on: date) -> None:
        """Refuse a bank for which the fund gives no new guarantees on a day.

        Raises:
            LenderSuspended: names the day of the suspension and its reason.
        """
        entries = self.of_kinds(fund_id, FundEntryKind.SUSPENSION, FundEntryKind.LIFTING)
        require_active_lender(entries, lender, fund_id=fund_id, on=on)

    def require_sublimits(
        self,
        fund_id: str,
        use: Use,
        *,
        on: date,
        more: Sequence[FundEntry] = (),
        loan: Loan | None = None,
        lent_on: Iterable[date] = (),
        approved: FundEntry | None = None,
    ) -> None:
        """Test the limits for parts that a bank and some groups fall under.

        The caller holds the fund's lock. Only where the fund has set limits are its loans read.

        Args:
            fund_id: the fund.
            use: the bank and the groups.
            on: the first day.
            more: the fund's newest entries, which the book does not hold yet.
            loan: a loan as it will be; of the others those that the book holds are taken.
            lent_on: the days on which is lent what is new; they may lie in a period that is over.
            approved: the approval that the loan stays within; the limits it counted under are not
                tested again.

        Raises:
            SubLimitExceeded: names the limit, the day, what would be used and what is allowed.
        """
        limits = self.of_kinds(fund_id, FundEntryKind.SUBLIMIT)
        limits = [line for line in limits if not _counted_before(line, approved)]
        if not any(line.kind is FundEntryKind.SUBLIMIT for line in limits):
            return
        promised = self.of_kinds(fund_id, FundEntryKind.COMMITMENT, FundEntryKind.RELEASE)
        stored = Loans(self.connection, self.book).guaranteed_by(fund_id)
        changed = [] if loan is None else [loan]
        require_sublimits(
            [*limits, *promised, *more],
            [*changed, *(one for one in stored if loan is None or one.id != loan.id)],
            fund_id=fund_id,
            lender=use.lender,
            groups=use.groups,
            since=on,
            lent_on=lent_on,
        )

    def _of(self, fund_id: str, *kinds: FundEntryKind) -> ColumnElement[bool]:
        codes = [kind.value for kind in kinds]
        return and_(_LINE.book_id == self.book, _LINE.fund_id == fund_id, _LINE.kind.in_(codes))

    def _approvals(self, fund_id: str, which: ColumnElement[bool]) -> list[FundEntry]:
        approved = and_(self._of(fund_id, FundEntryKind.COMMITMENT), which)
        lines = self._entries(fund_id, approved)
        if not lines:
            return []
        refs = select(_LINE.ref).where(approved)
        ended = and_(self._of(fund_id, FundEntryKind.RELEASE), _LINE.against.in_(refs))
        lines += self._entries(fund_id, ended)
        return sorted([*lines, *self._undone(fund_id, or_(approved, ended), lines)], key=_number)

    def _undone(
        self, fund_id: str, chosen: ColumnElement[bool], lines: Sequence[FundEntry]
    ) -> list[FundEntry]:
        """Return the reversals of chosen entries; nothing undoes what is not there."""
        if not lines:
            return []
        numbers = select(_LINE.number).where(chosen)
        reversal = self._of(fund_id, FundEntryKind.REVERSAL)
        return self._entries(fund_id, and_(reversal, _LINE.undoes.in_(numbers)))

    def _entries(self, fund_id: str, which: ColumnElement[bool]) -> list[FundEntry]:
        rows = self._read(fund_id, select(tables.fund_entry).where(which))
        return list(map(sealed_fund_entry_of, rows))

    def _read(self, fund_id: str, query: Select[T]) -> Sequence[Row]:
        try:
            return self.connection.execute(query).mappings().all()
        except (TypeError, ValueError) as fault:  # SQLite keeps any text where a day should be
            raise chain_broken(fund_id, "a day") from fault


def _number(line: FundEntry) -> int:
    return line.number


def _unlapsed(on: date) -> ColumnElement[bool]:
    return and_(_LINE.effective_on <= on, _LINE.until_on > on)


def _counted_before(line: FundEntry, approved: FundEntry | None) -> bool:
    """Tell whether a line is a limit that an approval counted under."""
    return (
        approved is not None
        and line.kind is FundEntryKind.SUBLIMIT
        and line.lender in {"", approved.lender}
        and line.groups <= approved.groups
        and (line.until is None or line.on <= approved.on <= line.until)
    )
