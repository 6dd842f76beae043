"""What the funds' sums should be: computed once more from the entries, loan by loan."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from microloan.finding import Finding
from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange, Paid, open_steps, paid_out
from microloan.loan import Loan
from microloan.store import tables
from microloan.store.verifying import not_as_written

_NAMES: Final = FundChange._fields
_ON_THE_ROW: Final = _NAMES[:3]


@dataclass(slots=True)
class Recomputed:
    """Gathers what funds and loans change, one after the other, all funds before the first loan."""

    funds: dict[str, GuaranteeFund] = field(default_factory=dict)
    approved: dict[str, set[str]] = field(default_factory=dict)
    paid: dict[tuple[str, str], list[Paid]] = field(default_factory=dict)
    days: dict[tuple[str, date], FundChange] = field(
        default_factory=lambda: defaultdict(FundChange)
    )

    def of_fund(self, fund: GuaranteeFund) -> None:
        """Add a fund's money; what it approved waits for the loans."""
        self.funds[fund.id] = fund
        self.approved[fund.id] = {line.loan_id for line in fund.entries}
        for line in fund.standing:
            self._add(fund.id, line.on, FundChange(balance_fen=line.effect_fen))

    def of_loan(self, loan: Loan) -> None:
        """Add what a loan's fund stands behind."""
        if loan.guarantee is None:
            return
        fund_id = loan.guarantee.fund_id
        for step in loan.exposure_steps():
            self._add(fund_id, step.on, FundChange(0, step.exposure_fen, step.covered_fen))
        if loan.id in self.approved.get(fund_id, ()):
            self.paid[fund_id, loan.id] = list(paid_out(loan))

    def _add(self, fund_id: str, on: date, change: FundChange) -> None:
        self.days[fund_id, on] = self.days[fund_id, on].plus(change)

    def findings(self, connection: Connection, book: str) -> Iterator[Finding]:
        """Yield the sums that are stored otherwise, where every chain was read."""
        for fund in self.funds.values():
            paid = {loan: parts for (name, loan), parts in self.paid.items() if name == fund.id}
            for on, change in open_steps(fund.entries, paid):
                self._add(fund.id, on, FundChange(committed_fen=change))
        yield from self._days(connection, book)
        yield from self._rows(connection, book)

    def _days(self, connection: Connection, book: str) -> Iterator[Finding]:
        table = tables.fund_day
        columns = [table.c[name] for name in _NAMES]
        query = select(table.c.fund_id, table.c.effective_on, *columns)
        rows = connection.execute(query.where(table.c.book_id == book)).all()
        stored = {(fund_id, on): tuple(sums) for fund_id, on, *sums in rows}
        nothing = tuple(FundChange())
        for fund_id, on in sorted(stored.keys() | self.days.keys()):
            there = stored.get((fund_id, on), nothing)
            if there != tuple(self.days.get((fund_id, on), nothing)):
                yield _differs(fund_id, f"its sums of {on}", f"{on} 的日计数")

    def _rows(self, connection: Connection, book: str) -> Iterator[Finding]:
        table = tables.fund
        query = select(table.c.fund_id, *(table.c[name] for name in _ON_THE_ROW))
        totals: dict[str, FundChange] = defaultdict(FundChange)
        for (fund_id, _), change in self.days.items():
            totals[fund_id] = totals[fund_id].plus(change)
        for fund_id, *stored in connection.execute(query.where(table.c.book_id == book)).all():
            if tuple(stored) != tuple(totals[fund_id])[:3]:
                yield _differs(fund_id, "the sums on its own row", "基金行上的合计")


def _differs(fund_id: str, what: str, zh: str) -> Finding:
    return not_as_written(
        "sums_differ",
        of=fund_id,
        sentence=f"{fund_id}: {what} are not those of the entries",
        zh=f"{fund_id}：{zh}与流水不符",
        settle_by="find out what changed them; the entries tell what they should be",
        settle_by_zh="查明改动原因，以流水为准",
    )
