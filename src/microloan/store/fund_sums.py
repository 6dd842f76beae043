"""A fund's sums: money, exposure and covered exposure, by day and on the fund's own row.

They are derived from entries and moved in the same transaction, under the fund's lock, so that the
cap is one comparison and leverage on a day one short sum.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import sub
from typing import Any, Final

from sqlalchemy import Connection

from microloan.approval import as_to_be_lent
from microloan.errors import LeverageExceeded
from microloan.fund import GuaranteeFund, balance_steps
from microloan.fund_change import FundChange, commitment_steps, open_steps
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_path import LeveragePath, as_tested, last_known, require_room, trace_path
from microloan.leverage import Leverage
from microloan.loan import Loan
from microloan.money import from_fen, show
from microloan.naming import identity
from microloan.periods import asked_day
from microloan.policy import ExposureBasis, Policy
from microloan.portfolio import is_guaranteed_by
from microloan.store import tables
from microloan.store.faults import faults_named
from microloan.store.fund_rules import FundLimits, FundRules
from microloan.store.heads import Head, Heads
from microloan.store.repositories import not_found
from microloan.store.sum_queries import (
    DAYS_SINCE,
    LATER,
    MOVE,
    MOVE_DAY,
    MOVE_WITHIN_COVERED,
    MOVE_WITHIN_EXPOSURE,
    ON_THE_ROW,
    SUMS_SINCE,
)

Changes = Mapping[tuple[str, date], FundChange]
"""What happens to funds, by fund and day."""
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


@faults_named
@dataclass(frozen=True, slots=True)
class FundSums:
    """The sums of the funds of one book."""

    connection: Connection
    book: str

    @property
    def rules(self) -> FundRules:
        """Return what limits the funds."""
        return FundRules(self.connection, self.book)

    def lock(self, fund_ids: Iterable[str]) -> dict[str, Head]:
        """Lock the rows of funds in one order for everybody, and return their heads.

        A fund that the book does not hold is not among them.
        """
        return Heads(self.connection, self.book, tables.fund).locked(fund_ids)

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
        changes = self._days(identity(fund_id, "a fund"), since=first, until=last)
        decisions = self.rules.of_kinds(fund_id, FundEntryKind.CAP_DECISION)
        return trace_path(fund_id, changes, decisions, under=under, since=since, until=until)

    def stand_behind(
        self,
        changes: Changes,
        *,
        limits: Callable[[str], FundLimits],
        under: Policy,
        on: date,
        lent_on: Iterable[date] = (),
    ) -> None:
        """Test the cap for each fund on every day that matters, and add the changes if it holds.

        The caller holds the lock of the funds. An act is tested from its day forward; what it lends
        on later days is tested from each of them, so that a decision which is over by then does not
        carry it. The state after all entries is guarded once more by the statement that moves the
        fund's own row.

        Args:
            changes: what the act changes, by fund and day; nothing is fine.
            limits: what limits a fund on the day of the act.
            under: the policy that sets the cap.
            on: the day of the act.
            lent_on: the days on which it lends.

        Raises:
            LeverageExceeded: a fund would stand behind more than its cap allows on some day.
        """
        starts = sorted({max(on, day) for day in lent_on}) or [on]
        for fund_id in sorted({fund_id for fund_id, _ in changes}):
            mine = {day: change for (name, day), change in changes.items() if name == fund_id}
            path = self._path_with(
                fund_id, mine, limits(fund_id), under=under, on=on, through=starts[-1]
            )
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
        limits: FundLimits,
        *,
        under: Policy,
        on: date,
        through: date,
    ) -> LeveragePath:
        """Return the path that changes would make, through the last day that is known of."""
        days = self._days_to_test(fund_id, on=on)
        promised = self._not_lapsing(fund_id, limits.commitments_on(on), on=on)
        for day, change in (*changes.items(), *promised):
            days[day] = days.get(day, FundChange()).plus(change)
        decisions = limits.of_kinds(FundEntryKind.CAP_DECISION)
        until = max(through, last_known(days, decisions, under=under, since=on))
        return trace_path(fund_id, days, decisions, under=under, since=on, until=until)

    def _not_lapsing(
        self, fund_id: str, lines: Sequence[FundEntry], *, on: date
    ) -> Iterator[tuple[date, FundChange]]:
        """Yield what the days hold too little where the approvals of a day are to be lent."""
        if not lines:
            return
        paid = self.rules.paid_out_under(fund_id, lines)
        for entries, sign in ((as_to_be_lent(lines, on=on), 1), (lines, -1)):
            for day, change in open_steps(entries, paid):
                yield day, FundChange(committed_fen=sign * change)

    def mark(self, fund_id: str) -> None:
        """Write to a fund's own row what moves nothing, for whoever reads an older view of it."""
        self._move_row(fund_id, FundChange(), within=None)

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
        """Return the net changes by day; those before the first day as one, on its eve.

        Raises:
            NotFound: the book does not hold the fund.
        """
        span = {"since": since or date.min, "until": until or LATER}
        rows = self.connection.execute(SUMS_SINCE, self._of(fund_id) | span).all()
        if not rows:
            raise not_found("fund", fund_id, self.book)
        days = {row[3]: FundChange(*row[4:]) for row in rows if row[3] is not None}
        before = {}
        if since is not None:
            ever, later = FundChange(*rows[0][:3]), _sum_of(days.values())
            before[_eve(since)] = FundChange(*map(sub, ever, later))
        if until is not None:
            days.pop(LATER, None)
        return before | {day: change for day, change in days.items() if any(change)}

    def _days_to_test(self, fund_id: str, *, on: date) -> dict[date, FundChange]:
        """Return the net changes by day from a day on, those before as one, by the days alone."""
        asked = self._of(fund_id) | {"since": on, "eve": _eve(on)}
        rows = self.connection.execute(DAYS_SINCE, asked)
        return {row[0]: FundChange(*row[1:]) for row in rows if any(row[1:])}

    def _move_row(self, fund_id: str, change: FundChange, *, within: Leverage | None) -> None:
        """Move the sums on the fund's row; under a cap, only if they stay within it."""
        moved = self._of(fund_id) | {name: getattr(change, name) for name in ON_THE_ROW}
        if within is None:
            self.connection.execute(MOVE, moved)
            return
        full = within.basis is ExposureBasis.FULL
        guarded = MOVE_WITHIN_EXPOSURE if full else MOVE_WITHIN_COVERED
        if not self.connection.execute(guarded, moved | {"cap": within.cap.value}).rowcount:
            raise _no_room(within, change.exposure_fen)

    def _move_days(self, changes: Changes) -> None:
        rows = [
            {"book_id": self.book, "fund_id": fund_id, "effective_on": on, **change._asdict()}
            for (fund_id, on), change in sorted(changes.items())
        ]
        if rows:
            moved = MOVE_DAY[self.connection.dialect.name]
            self.connection.execute(moved, rows if len(rows) > 1 else rows[0])

    def _of(self, fund_id: str) -> dict[str, Any]:
        return {"book": self.book, "fund": fund_id}


def _eve(day: date) -> date:
    """Return the day before; before the first day of all there is none, and nothing happened."""
    return max(day, date.min + _DAY) - _DAY


def _sum_of(changes: Iterable[FundChange]) -> FundChange:
    running = FundChange()
    for change in changes:
        running = running.plus(change)
    return running


def _no_room(within: Leverage, exposure: int) -> LeverageExceeded:
    more = show(from_fen(exposure))
    return LeverageExceeded(
        f"{within.fund_id} has no room for {more} more on {within.as_of} under its cap of "
        f"{within.cap.value} times",
        zh=f"{within.fund_id} 在 {within.as_of} 按 {within.cap.value} 倍上限，可保余量不足 {more}",
        value=from_fen(exposure),
        limit="the cap on the fund's own row",
    )
