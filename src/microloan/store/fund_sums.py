"""A fund's sums: money, exposure and covered exposure, by day and on the fund's own row.

They are derived from entries and moved in the same transaction, under the fund's lock, so that the
cap is one comparison and leverage on a day one short sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update

from microloan.errors import LeverageExceeded
from microloan.fund import GuaranteeFund, Leverage, balance_steps, require_headroom
from microloan.loan import Loan
from microloan.money import from_fen, show
from microloan.policy import Policy
from microloan.store import tables
from microloan.store.repositories import not_found

Change = tuple[int, int, int]
"""What happens to a fund on a day: change of balance, exposure and covered exposure, in fen."""
Changes = Mapping[tuple[str, date], Change]
_NAMES: Final = ("balance_fen", "exposure_fen", "covered_fen")
_NONE: Final = (0, 0, 0)


def plus(one: Change, other: Change) -> Change:
    """Return two changes together.

    >>> plus((1, 2, 3), (10, 20, 30))
    (11, 22, 33)
    """
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def loan_changes(loan: Loan, *, since: int) -> Changes:
    """Return what the entries after ``since`` do to the exposure of the loan's fund, by day."""
    if loan.guarantee is None:
        return {}
    by_day: dict[tuple[str, date], Change] = defaultdict(lambda: _NONE)
    before = replace(loan, entries=loan.entries[:since]).exposure_steps() if since else ()
    for steps, sign in ((loan.exposure_steps(), 1), (before, -1)):
        for step in steps:
            key = (loan.guarantee.fund_id, step.on)
            by_day[key] = plus(by_day[key], (0, sign * step.exposure_fen, sign * step.covered_fen))
    return {key: change for key, change in by_day.items() if any(change)}


def fund_changes(fund: GuaranteeFund, *, since: int) -> Changes:
    """Return what the entries after ``since`` do to the fund's balance, by day."""
    by_day: dict[tuple[str, date], Change] = defaultdict(lambda: _NONE)
    for entries, sign in ((fund.entries, 1), (fund.entries[:since], -1)):
        for on, change in balance_steps(entries):
            by_day[fund.id, on] = plus(by_day[fund.id, on], (sign * change, 0, 0))
    return {key: change for key, change in by_day.items() if any(change)}


@dataclass(frozen=True, slots=True)
class FundSums:
    """The sums of the funds of one book."""

    connection: Connection
    book: str

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
        fund, day = tables.fund, tables.fund_day
        if self.connection.scalar(select(fund.c.name).where(*self._of(fund, fund_id))) is None:
            raise not_found("fund", fund_id, self.book)
        return _leverage(fund_id, as_of, self._sum(fund_id, day.c.effective_on <= as_of), under)

    def stand_behind(self, fund_id: str, changes: Changes, *, under: Policy, on: date) -> None:
        """Test the cap on every day from ``on`` forward, and add the changes if it holds.

        The caller holds the fund's lock. The state after all entries is guarded once more by the
        statement that moves the fund's own row.

        Raises:
            LeverageExceeded: the fund would stand behind more than its cap allows on some day.
        """
        running = self._sum(fund_id, tables.fund_day.c.effective_on < on)
        by_day = {on: _NONE} | self._days_from(fund_id, on)
        for (_, day), change in changes.items():
            first = max(day, on)
            by_day[first] = plus(by_day.get(first, _NONE), change)
        for day in under.leverage_cap.changes(on, date.max):
            by_day.setdefault(day, _NONE)
        for day in sorted(by_day):
            running = plus(running, by_day[day])
            require_headroom(_leverage(fund_id, day, running, under))
        cap = under.leverage_cap.at(max(by_day)).value
        self._move_row(fund_id, _sum_of(changes.values()), cap=cap)
        self._move_days(changes)

    def stand_behind_all(self, changes: Changes, *, under: Policy, on: date) -> None:
        """Test the cap and add the changes as :meth:`stand_behind`, fund by fund; none is fine."""
        for fund_id in sorted({fund_id for fund_id, _ in changes}):
            mine = {key: change for key, change in changes.items() if key[0] == fund_id}
            self.stand_behind(fund_id, mine, under=under, on=on)

    def add(self, changes: Changes) -> None:
        """Add changes to the days of funds and to the sums on their own rows."""
        by_fund: dict[str, list[Change]] = defaultdict(list)
        for (fund_id, _), change in changes.items():
            by_fund[fund_id].append(change)
        for fund_id in sorted(by_fund):
            self._move_row(fund_id, _sum_of(by_fund[fund_id]), cap=None)
        self._move_days(changes)

    def _sum(self, fund_id: str, during: ColumnElement[bool]) -> Change:
        table = tables.fund_day
        sums = [func.coalesce(func.sum(table.c[name]), 0) for name in _NAMES]
        query = select(*sums).where(*self._of(table, fund_id), during)
        balance, exposure, covered = map(int, self.connection.execute(query).one())
        return balance, exposure, covered

    def _days_from(self, fund_id: str, on: date) -> dict[date, Change]:
        table = tables.fund_day
        columns = [table.c[name] for name in _NAMES]
        query = select(table.c.effective_on, *columns)
        rows = self.connection.execute(
            query.where(*self._of(table, fund_id), table.c.effective_on >= on)
        )
        return {day: (balance, exposure, covered) for day, balance, exposure, covered in rows}

    def _move_row(self, fund_id: str, change: Change, *, cap: int | None) -> None:
        """Move the sums on the fund's row; under a cap, only if they stay within it."""
        table = tables.fund
        statement = update(table).where(*self._of(table, fund_id)).values(_added(table, change))
        if cap is not None:
            within = table.c.exposure_fen + change[1] <= cap * (table.c.balance_fen + change[0])
            statement = statement.where(within)
        if not self.connection.execute(statement).rowcount:
            raise _no_room(fund_id, change[1])

    def _move_days(self, changes: Changes) -> None:
        table = tables.fund_day
        for (fund_id, on), change in sorted(changes.items()):
            where = (*self._of(table, fund_id), table.c.effective_on == on)
            moved = update(table).where(*where).values(_added(table, change))
            if not self.connection.execute(moved).rowcount:
                row = dict(zip(_NAMES, change, strict=True))
                keys = {"book_id": self.book, "fund_id": fund_id, "effective_on": on}
                self.connection.execute(insert(table), [row | keys])

    def _of(self, table: Table, fund_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.book_id == self.book, table.c.fund_id == fund_id


def _leverage(fund_id: str, as_of: date, sums: Change, under: Policy) -> Leverage:
    return Leverage(
        fund_id=fund_id,
        as_of=as_of,
        balance_fen=sums[0],
        exposure_fen=sums[1],
        covered_fen=sums[2],
        cap=under.leverage_cap.at(as_of),
    )


def _sum_of(changes: Iterable[Change]) -> Change:
    running: Change = _NONE
    for change in changes:
        running = plus(running, change)
    return running


def _added(table: Table, change: Change) -> dict[str, Any]:
    return {name: table.c[name] + part for name, part in zip(_NAMES, change, strict=True)}


def _no_room(fund_id: str, exposure: int) -> LeverageExceeded:
    return LeverageExceeded(
        f"{fund_id} has no room for {show(from_fen(exposure))} more under its cap",
        zh=f"{fund_id} 可保余量不足 {show(from_fen(exposure))}",
        value=from_fen(exposure),
        limit="the cap on the fund's own row",
    )
