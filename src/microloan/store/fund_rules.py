"""What a fund decided and approved, read from its entries without reading all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select

from microloan.fund import GuaranteeFund
from microloan.fund_decision import DECISIONS
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.loan import Loan
from microloan.store import tables
from microloan.store.fund_rows import fund_entry_of
from microloan.store.repositories import Funds, Loans
from microloan.sublimit import require_sublimits
from microloan.suspension import require_active_lender


class Use(NamedTuple):
    """Whose part of the fund is used: a bank's, for borrowers of some groups."""

    lender: str
    groups: Iterable[str]


@dataclass(frozen=True, slots=True)
class FundRules:
    """The entries of the funds of one book that limit what a fund may stand behind."""

    connection: Connection
    book: str

    def decisions(self, fund_id: str) -> list[FundEntry]:
        """Return the decisions of a fund that stand: caps, limits, suspensions and liftings."""
        kinds = sorted(kind.value for kind in DECISIONS)
        return self._standing(fund_id, tables.fund_entry.c.kind.in_(kinds))

    def commitments(self, fund_id: str, loan_id: str) -> list[FundEntry]:
        """Return the approvals of a loan by a fund that stand, and what released them."""
        table = tables.fund_entry
        approves = and_(table.c.kind == FundEntryKind.COMMITMENT.value, table.c.loan_id == loan_id)
        approved = self._standing(fund_id, approves)
        if not approved:
            return []
        refs = [line.ref for line in approved]
        releases = and_(table.c.kind == FundEntryKind.RELEASE.value, table.c.against.in_(refs))
        return approved + self._standing(fund_id, releases)

    def require_active(self, fund_id: str, lender: str, *, on: date) -> None:
        """Refuse a bank for which the fund gives no new guarantees on a day.

        Raises:
            LenderSuspended: names the day of the suspension and its reason.
        """
        require_active_lender(self.decisions(fund_id), lender, fund_id=fund_id, on=on)

    def require_sublimits(
        self, loans: Sequence[Loan], fund: GuaranteeFund | str, use: Use, *, on: date
    ) -> None:
        """Test the limits for parts that a bank and some groups fall under.

        The caller holds the fund's lock. Only where the fund has set limits are its loans read.

        Args:
            loans: loans as they will be; of the others those that the book holds are taken.
            fund: the fund as it will be, or its code where nothing in it changes.
            use: the bank and the groups.
            on: the first day.

        Raises:
            SubLimitExceeded: names the limit, the day, what would be used and what is allowed.
        """
        fund_id = fund if isinstance(fund, str) else fund.id
        if not any(line.kind is FundEntryKind.SUBLIMIT for line in self.decisions(fund_id)):
            return
        if isinstance(fund, str):
            fund = Funds(self.connection, self.book).get(fund_id)
        changed = {loan.id for loan in loans}
        stored = Loans(self.connection, self.book).guaranteed_by(fund_id)
        require_sublimits(
            fund.entries,
            [*loans, *(loan for loan in stored if loan.id not in changed)],
            fund_id=fund_id,
            lender=use.lender,
            groups=use.groups,
            since=on,
        )

    def _standing(self, fund_id: str, which: ColumnElement[bool]) -> list[FundEntry]:
        lines = self._read(fund_id, which)
        if not lines:
            return []
        table = tables.fund_entry
        undone = self._read(
            fund_id,
            and_(
                table.c.kind == FundEntryKind.REVERSAL.value,
                table.c.undoes.in_([line.number for line in lines]),
            ),
        )
        numbers = {line.undoes for line in undone}
        return [line for line in lines if line.number not in numbers]

    def _read(self, fund_id: str, which: ColumnElement[bool]) -> list[FundEntry]:
        table = tables.fund_entry
        query = select(table).where(table.c.book_id == self.book, table.c.fund_id == fund_id, which)
        rows = self.connection.execute(query.order_by(table.c.number)).mappings()
        return [fund_entry_of(row) for row in rows]
