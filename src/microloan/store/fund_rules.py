"""What limits the funds of a book: decisions and approvals, from entries checked by their chain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from microloan.fund import GuaranteeFund
from microloan.fund_decision import DECISIONS
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.loan import Loan
from microloan.store import tables
from microloan.store.repositories import Funds, Loans
from microloan.sublimit import require_sublimits
from microloan.suspension import require_active_lender


class Use(NamedTuple):
    """Whose part of the fund is used: a bank's, for borrowers of some groups."""

    lender: str
    groups: Iterable[str]


@dataclass(frozen=True, slots=True)
class FundRules:
    """The entries of the funds of one book that limit what a fund may stand behind.

    A limit that was changed behind the library's back would let anything pass, so they are taken
    from whole funds, checked against their chains. A fund is read once in a transaction, and again
    when its head has moved on.
    """

    connection: Connection
    book: str
    read: dict[str, tuple[str | None, GuaranteeFund]] = field(default_factory=dict)

    def fund(self, fund_id: str) -> GuaranteeFund:
        """Return a fund as it is stored.

        Raises:
            NotFound: the book holds no such fund.
            ChainBroken: its rows are not those that were written.
        """
        table = tables.fund
        head: str | None = self.connection.scalar(
            select(table.c.head).where(table.c.book_id == self.book, table.c.fund_id == fund_id)
        )
        if head is None or self.read.get(fund_id, ("",))[0] != head:
            self.read[fund_id] = head, Funds(self.connection, self.book).get(fund_id)
        return self.read[fund_id][1]

    def decisions(self, fund_id: str) -> list[FundEntry]:
        """Return the decisions of a fund that stand: caps, limits, suspensions and liftings."""
        return [line for line in self.fund(fund_id).standing if line.kind in DECISIONS]

    def commitments(self, fund_id: str, loan_id: str) -> list[FundEntry]:
        """Return the approvals of a loan by a fund that stand, and what released them."""
        lines = self.fund(fund_id).standing
        made = [line for line in lines if line.kind is FundEntryKind.COMMITMENT]
        approved = [line for line in made if line.loan_id == loan_id]
        refs = {line.ref for line in approved}
        releases = (line for line in lines if line.kind is FundEntryKind.RELEASE)
        return approved + [line for line in releases if line.against in refs]

    def require_active(self, fund_id: str, lender: str, *, on: date) -> None:
        """Refuse a bank for which the fund gives no new guarantees on a day.

        Raises:
            LenderSuspended: names the day of the suspension and its reason.
        """
        require_active_lender(self.decisions(fund_id), lender, fund_id=fund_id, on=on)

    def require_sublimits(
        self,
        fund: GuaranteeFund,
        loans: Sequence[Loan],
        use: Use,
        *,
        on: date,
        lent_on: Iterable[date] = (),
        approved: Sequence[FundEntry] = (),
    ) -> None:
        """Test the limits for parts that a bank and some groups fall under.

        The caller holds the fund's lock. Only where the fund has set limits are its loans read.

        Args:
            fund: the fund as it will be.
            loans: loans as they will be; of the others those that the book holds are taken.
            use: the bank and the groups.
            on: the first day.
            lent_on: the days on which is lent what is new; they may lie in a period that is over.
            approved: approvals that the loans stay within; the limits they counted under are not
                tested again.

        Raises:
            SubLimitExceeded: names the limit, the day, what would be used and what is allowed.
        """
        entries = [line for line in fund.entries if not _counted_before(line, approved)]
        if not any(line.kind is FundEntryKind.SUBLIMIT for line in entries):
            return
        changed = {loan.id for loan in loans}
        stored = Loans(self.connection, self.book).guaranteed_by(fund.id)
        require_sublimits(
            entries,
            [*loans, *(loan for loan in stored if loan.id not in changed)],
            fund_id=fund.id,
            lender=use.lender,
            groups=use.groups,
            since=on,
            lent_on=lent_on,
        )


def _counted_before(line: FundEntry, approved: Sequence[FundEntry]) -> bool:
    """Tell whether a line is a limit that all of some approvals counted under."""
    if line.kind is not FundEntryKind.SUBLIMIT or not approved:
        return False
    return all(
        line.lender in {"", one.lender}
        and line.groups <= one.groups
        and (line.until is None or line.on <= one.on <= line.until)
        for one in approved
    )
