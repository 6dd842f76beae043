"""A fund's sums: money, exposure and covered exposure, by day and on the fund's own row.

They are derived from entries and moved in the same transaction, under the fund's lock, so that the
cap is one comparison and leverage on a day one short sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update

from microloan.approval import as_to_be_lent
from microloan.errors import LeverageExceeded
from microloan.fund import GuaranteeFund, balance_steps
from microloan.fund_change import FundChange, commitment_steps, open_steps
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_path import LeveragePath, as_tested, last_known, require_room, trace_path
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.money import from_fen, show
from microloan.periods import asked_day
from microloan.policy import ExposureBasis, Policy
from microloan.portfolio import is_guaranteed_by
from microloan.store import tables
from microloan.store.fund_rules import FundRules
from microloan.store.repositories import not_found

Changes = Mapping[tuple[str, date], FundChange]
"""What happens to funds, by fund and day."""
_NAMES: Final = FundChange._fields
_ON_THE_ROW: Final = ("balance_fen", "exposure_fen", "covered_fen")
"""What the fund's own row sums up; commitments come to nothing in the end."""
_DAY: Final = timedelta(days=1)


def loan_changes(loan: Loan, *, since: int, commitments: Iterable[FundEntry] = ()) -> Changes:
    """Return what the entries after ``since`` do to what the loan's fund stands behind, by day.

    Args:
        loan: the loan.
        since: the number of its last entry that was counted before.
        commitments: the fund's entries that approve or release the loan; what is paid out uses
            them up.
    """
    if loan.guarantee is None:
        return {}
    lines, fund_id = tuple(commitments), loan.guarantee.fund_id
    before = [replace(loan, entries=loan.entries[:since])] if since else []
    by_day: dict[tuple[str, date], FundChange] = defaultdict(FundChange)
    for loans, sign in (([loan], 1), (before, -1)):
        for one in loans:
            for step in one.exposure_steps():
                moved = FundChange(0, sign * step.exposure_fen, sign * step.covered_fen)
                by_day[fund_id, step.on] = by_day[fund_id, step.on].plus(moved)
        for on, change in commitment_steps(lines, loans):
            moved = FundChange(committed_fen=sign * change)
            by_day[fund_id, on] = by_day[fund_id, on].plus(moved)
    return {key: change for key, change in by_day.items() if any(change)}


def ledger_changes(fund: GuaranteeFund, *, since: int, loans: Iterable[Loan] = ()) -> Changes:
    """Return what the entries after ``since`` do to the fund's balance and commitments, by day.

    Args:
        fund: the fund.
        since: the number of its last entry that was counted before.
        loans: the loans whose commitments the entries touch, as far as the book holds them.
    """
    known = [one for one in loans if is_guaranteed_by(one, fund.id)]
    by_day: dict[tuple[str, date], FundChange] = defaultdict(FundChange)
    for entries, sign in ((fund.entries, 1), (fund.entries[:since], -1)):
        for on, change in balance_steps(entries):
            moved = FundChange(balance_fen=sign * change)
            by_day[fund.id, on] = by_day[fund.id, on].plus(moved)
        for on, change in commitment_steps(entries, known):
            moved = FundChange(committed_fen=sign * change)
            by_day[fund.id, on] = by_day[fund.id, on].plus(moved)
    return {key: change for key, change in by_day.items() if any(change)}


@dataclass(frozen=True, slots=True)
class FundSums:
    """The sums of the funds of one book."""

    connection: Connection
    book: str

    @property
    def rules(self) -> FundRules:
        """Return what limits the funds."""
        return FundRules(self.connection, self.book)

    def lock(self, fund_ids: Iterable[str]) -> None:
        """Lock the rows of funds, in one order for everybody.

        Raises:
            NotFound: the book does not hold one of them.
        """
        table = tables.fund
        for fund_id in sorted(fund_ids):
            query = select(table.c.fund_id).where(*self._of(table, fund_id))
            if self.connection.scalar(query.with_for_update(key_share=True)) is None:
                raise not_found("fund", fund_id, self.book)

    def leverage(self, fund_id: str, *, under: Policy, as_of: date) -> Leverage:
        """Return a fund's leverage at the end of a day.

        Raises:
            NotFound: the book does not hold the fund.
            NotInForce: the policy knows no cap on that day.
        """
        day = asked_day(as_of)
        return self.path(fund_id, under=under, since=day, until=day).points[0]

    def path(
        self, fund_id: str, *, under: Policy, since: date | None, until: date | None
    ) -> LeveragePath:
        """Return a fund's leverage over time, from its sums by day.

        Raises:
            InvalidIdentity, NotFound: the book does not hold the fund.
            NotInForce, InvalidDate: as :func:`microloan.fund_path.leverage_path`.
            ChainBroken: a decision of the fund is not what was written.
        """
        first = None if since is None else asked_day(since)
        last = None if until is None else asked_day(until)
        self.rules.require_fund(fund_id)
        decisions = self.rules.of_kinds(fund_id, FundEntryKind.CAP_DECISION)
        changes = self._days(fund_id, since=first, until=last)
        return trace_path(fund_id, changes, decisions, under=under, since=since, until=until)

    def stand_behind(
        self, changes: Changes, *, under: Policy, on: date, lent_on: Iterable[date] = ()
    ) -> None:
        """Test the cap for each fund on every day that matters, and add the changes if it holds.

        The caller holds the lock of the funds. An act is tested from its day forward; what it lends
        on later days is tested from each of them, so that a decision which is over by then does not
        carry it. The state after all entries is guarded once more by the statement that moves the
        fund's own row.

        Args:
            changes: what the act changes, by fund and day; nothing is fine.
            under: the policy that sets the cap.
            on: the day of the act.
            lent_on: the days on which it lends.

        Raises:
            LeverageExceeded: a fund would stand behind more than its cap allows on some day.
        """
        starts = sorted({max(on, day) for day in lent_on}) or [on]
        for fund_id in sorted({fund_id for fund_id, _ in changes}):
            mine = {day: change for (name, day), change in changes.items() if name == fund_id}
            path = self._path_with(fund_id, mine, under=under, on=on, through=starts[-1])
            for start in starts:
                require_room(path, since=start)
            ends = [as_tested(path.points[-1], path.at(start)) for start in starts]
            least = min(ends, key=lambda end: end.cap.value)
            self._move_row(fund_id, _sum_of(mine.values()), within=least)
        self._move_days(changes)

    def _path_with(
        self,
        fund_id: str,
        changes: Mapping[date, FundChange],
        *,
        under: Policy,
        on: date,
        through: date,
    ) -> LeveragePath:
        """Return the path that changes would make, through the last day that is known of."""
        days = self._days(fund_id, since=on, until=None)
        for day, change in (*changes.items(), *self._not_lapsing(fund_id, on=on)):
            days[day] = days.get(day, FundChange()).plus(change)
        decisions = self.rules.of_kinds(fund_id, FundEntryKind.CAP_DECISION)
        until = max(through, last_known(days, decisions, under=under, since=on))
        return trace_path(fund_id, days, decisions, under=under, since=on, until=until)

    def _not_lapsing(self, fund_id: str, *, on: date) -> Iterator[tuple[date, FundChange]]:
        """Yield what the days hold too little where the approvals of a day are to be lent."""
        lines = self.rules.commitments_on(fund_id, on)
        if not lines:
            return
        paid = self.rules.paid_out_under(fund_id, on)
        for entries, sign in ((as_to_be_lent(lines, on=on), 1), (lines, -1)):
            for day, change in open_steps(entries, paid):
                yield day, FundChange(committed_fen=sign * change)

    def add(self, changes: Changes) -> None:
        """Add changes to the days of funds and to the sums on their own rows."""
        by_fund: dict[str, list[FundChange]] = defaultdict(list)
        for (fund_id, _), change in changes.items():
            by_fund[fund_id].append(change)
        for fund_id in sorted(by_fund):
            self._move_row(fund_id, _sum_of(by_fund[fund_id]), within=None)
        self._move_days(changes)

    def _days(
        self, fund_id: str, *, since: date | None, until: date | None
    ) -> dict[date, FundChange]:
        """Return the net changes by day; those before the first day as one, on its eve."""
        table = tables.fund_day
        day, mine = table.c.effective_on, self._of(table, fund_id)
        columns = [table.c[name] for name in _NAMES]
        query = select(day, *columns).where(*mine).order_by(day)
        query = query if since is None else query.where(day >= since)
        query = query if until is None else query.where(day <= until)
        days = {} if since is None else {_eve(since): self._sum(fund_id, day < since)}
        rows = self.connection.execute(query)
        return days | {row[0]: FundChange(*row[1:]) for row in rows if any(row[1:])}

    def _sum(self, fund_id: str, during: ColumnElement[bool]) -> FundChange:
        table = tables.fund_day
        sums = [func.coalesce(func.sum(table.c[name]), 0) for name in _NAMES]
        query = select(*sums).where(*self._of(table, fund_id), during)
        return FundChange(*map(int, self.connection.execute(query).one()))

    def _move_row(self, fund_id: str, change: FundChange, *, within: Leverage | None) -> None:
        """Move the sums on the fund's row; under a cap, only if they stay within it."""
        table = tables.fund
        moved = {name: getattr(change, name) for name in _ON_THE_ROW}
        statement = update(table).where(*self._of(table, fund_id)).values(_added(table, moved))
        if within is not None:
            name = "exposure_fen" if within.basis is ExposureBasis.FULL else "covered_fen"
            limit = within.cap.value * (table.c.balance_fen + change.balance_fen)
            statement = statement.where(table.c[name] + moved[name] <= limit)
        found = self.connection.execute(statement).rowcount
        if within is not None and not found:
            raise _no_room(within, change.exposure_fen)

    def _move_days(self, changes: Changes) -> None:
        table = tables.fund_day
        for (fund_id, on), change in sorted(changes.items()):
            where = (*self._of(table, fund_id), table.c.effective_on == on)
            moved = update(table).where(*where).values(_added(table, change._asdict()))
            if not self.connection.execute(moved).rowcount:
                row = change._asdict()
                keys = {"book_id": self.book, "fund_id": fund_id, "effective_on": on}
                self.connection.execute(insert(table), [row | keys])

    def _of(self, table: Table, fund_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.book_id == self.book, table.c.fund_id == fund_id


def _eve(day: date) -> date:
    """Return the day before; before the first day of all there is none, and nothing happened."""
    return max(day, date.min + _DAY) - _DAY


def _sum_of(changes: Iterable[FundChange]) -> FundChange:
    running = FundChange()
    for change in changes:
        running = running.plus(change)
    return running


def _added(table: Table, moved: Mapping[str, int]) -> dict[str, Any]:
    return {name: table.c[name] + part for name, part in moved.items()}


def _no_room(within: Leverage, exposure: int) -> LeverageExceeded:
    more = show(from_fen(exposure))
    return LeverageExceeded(
        f"{within.fund_id} has no room for {more} more on {within.as_of} under its cap of "
        f"{within.cap.value} times",
        zh=f"{within.fund_id} 在 {within.as_of} 按 {within.cap.value} 倍上限，可保余量不足 {more}",
        value=from_fen(exposure),
        limit="the cap on the fund's own row",
    )
