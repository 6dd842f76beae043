"""放大倍数走势: a fund's leverage over time, exactly, from its entries and those of its loans."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Final

from microloan.approval import as_to_be_lent
from microloan.errors import InvalidDate
from microloan.fund import GuaranteeFund
from microloan.fund_change import FundChange, fund_changes
from microloan.fund_decision import (
    cap_changes,
    cap_in_force,
    decision_days,
    decision_in_force,
)
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.history import standing
from microloan.leverage import Leverage, require_headroom
from microloan.loan import Loan
from microloan.periods import asked_day
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.table import Table, Tabular, tabulate

_READ: Final = (
    *("as_of", "balance", "exposure", "committed", "multiple", "cap", "within_cap", "headroom"),
    *("top_up", "decision"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveragePath(Tabular):
    """放大倍数走势: a fund's leverage day by day, one point for each day on which it changes.

    Args:
        points: the first day, then every later day on which money, exposure, commitments or cap
            change; between two points nothing does.
        until: the last day.
    """

    points: tuple[Leverage, ...]
    until: date

    def as_table(self) -> Table:
        """Return one row for each of the points."""
        return tabulate(self.points, of=Leverage)

    def for_reading(self) -> Table:
        """Return the columns that tell how close to its cap the fund was."""
        return self.as_table().only(*_READ)

    @property
    def since(self) -> date:
        """Return the first day."""
        return self.points[0].as_of

    def at(self, day: date) -> Leverage:
        """Return the point whose figures hold on a day: that of the day, or the last before it.

        Raises:
            InvalidDate: the day is before the first or after the last.
        """
        place = bisect_right(self.points, asked_day(day), key=attrgetter("as_of"))
        if not place or day > self.until:
            raise InvalidDate(
                f"{day} is outside the path from {self.since} to {self.until}",
                zh=f"{day} 不在 {self.since} 至 {self.until} 之间",
                value=day,
                limit=(self.since, self.until),
            )
        return self.points[place - 1]

    @property
    def worst(self) -> Leverage:
        """Return the day of the highest multiple, the earliest of several.

        Exposure without money is worse than any multiple; no exposure is none.
        """
        return max(self.points, key=_burden)

    @property
    def best(self) -> Leverage:
        """Return the day of the lowest multiple, the earliest of several."""
        return min(self.points, key=_burden)

    @property
    def tightest(self) -> Leverage:
        """Return the day of the least room under the cap, the earliest of several."""
        return min(self.points, key=attrgetter("free_fen"))

    @property
    def over_cap(self) -> tuple[Leverage, ...]:
        """Return the points whose exposure is over the cap."""
        return tuple(point for point in self.points if not point.within_cap)


def _burden(point: Leverage) -> tuple[bool, Fraction]:
    if not point.balance_fen:
        return point.counted_fen > 0, Fraction(0)
    return False, Fraction(point.counted_fen, point.balance_fen)


def measure_leverage(
    fund: GuaranteeFund, loans: Iterable[Loan], *, under: Policy, as_of: date
) -> Leverage:
    """Return a fund's leverage at the end of a day, from the fund and the loans themselves.

    Loans that the fund does not guarantee do not count. A store answers the same question faster.

    Raises:
        NotInForce: the policy knows no cap on that day.
        InvalidTerms, LoanGivenTwice: something that is no loan, no policy, or the same loan twice.
    """
    day = asked_day(as_of)
    return leverage_path(fund, loans, under=under, since=day, until=day).points[0]


def leverage_path(
    fund: GuaranteeFund,
    loans: Iterable[Loan],
    *,
    under: Policy,
    since: date | None = None,
    until: date | None = None,
) -> LeveragePath:
    """Return a fund's leverage over time, exactly: every day on which it changes is a point.

    Args:
        fund: the fund.
        loans: the loans; those it does not guarantee do not count.
        under: the policy that sets the cap and its basis.
        since: the first day; by default that of the first change.
        until: the last day; by default that of the last change, be it the end of a decision.

    Raises:
        NotInForce: the policy knows no cap on one of the days.
        InvalidDate: no plain date, nothing ever changed and no days are given, or the days are in
            disorder.
        InvalidTerms, LoanGivenTwice: something that is no loan, no policy, or the same loan twice.
    """
    changes = fund_changes(fund, loans)
    return trace_path(fund.id, changes, fund.entries, under=under, since=since, until=until)


def path_ahead(
    fund: GuaranteeFund, loans: Iterable[Loan], *, under: Policy, since: date
) -> LeveragePath:
    """Return a fund's leverage as an act of a day is tested, from that day on.

    It ends on the last day on which its entries, those of its loans or the rules change something.
    What is approved on the first day is to be lent, so it takes room for good.

    Raises:
        NotInForce: the policy knows no cap on one of the days.
        InvalidTerms, LoanGivenTwice: something that is no loan, no policy, or the same loan twice.
    """
    changes = fund_changes(fund, loans, approvals=as_to_be_lent(fund.entries, on=since))
    until = last_known(changes, fund.entries, under=under, since=since)
    return trace_path(fund.id, changes, fund.entries, under=under, since=since, until=until)


def last_known(
    changes: Iterable[date], entries: Iterable[FundEntry], *, under: Policy, since: date
) -> date:
    """Return the last day on which something changes: on some days, by a decision or the rules."""
    require_policy(under)
    later = {*under.leverage_cap.changes(since, date.max), *decision_days(entries)}
    return max({since, *changes, *later, *under.exposure_basis.changes(since, date.max)})


def trace_path(
    fund_id: str,
    changes: Mapping[date, FundChange],
    entries: Sequence[FundEntry],
    *,
    under: Policy,
    since: date | None = None,
    until: date | None = None,
) -> LeveragePath:
    """Return the path that net changes by day make, under a policy and a fund's decisions.

    Args:
        fund_id: the fund.
        changes: what changes on each day.
        entries: the fund's entries; those that decide its cap are enough.
        under, since, until: as of :func:`leverage_path`.

    Raises:
        NotInForce, InvalidDate: as :func:`leverage_path`.
    """
    require_policy(under)
    decisions = [e for e in standing(tuple(entries)) if e.kind is FundEntryKind.CAP_DECISION]
    first, last = _span(fund_id, changes, since, until)
    if until is None:
        last = max({last, *decision_days(decisions)})
    days = {first, *cap_changes(decisions, under=under, since=first, until=last)}
    days |= {day for day in changes if first < day <= last}
    running, points = FundChange(), []
    for day in changes:
        running = running.plus(changes[day]) if day < first else running
    for day in sorted(days):
        running = running.plus(changes.get(day, FundChange()))
        points.append(leverage_of(fund_id, running, decisions, under=under, on=day))
    return LeveragePath(points=tuple(points), until=last)


def leverage_of(
    fund_id: str, sums: FundChange, decisions: Sequence[FundEntry], *, under: Policy, on: date
) -> Leverage:
    """Return the leverage that a fund's sums make on a day, under the cap in force then.

    Raises:
        NotInForce: the policy knows no cap on that day.
    """
    decision = decision_in_force(decisions, under=under, on=on)
    return Leverage(
        fund_id=fund_id,
        as_of=on,
        cap=cap_in_force(decisions, under=under, on=on),
        basis=under.exposure_basis.at(on).value,
        decision=decision.ref if decision else "",
        ordinary_cap=under.leverage_cap.at(on) if decision else None,
        **sums._asdict(),
    )


def _span(
    fund_id: str, changes: Mapping[date, FundChange], since: date | None, until: date | None
) -> tuple[date, date]:
    given = [asked_day(day) for day in (since, until) if day is not None]
    known = [*given, *changes]
    if not known:
        raise InvalidDate(
            f"{fund_id}: nothing has changed on any day; say since when the path is asked for",
            zh=f"{fund_id}：尚无任何变动，应指明起始日",
            value=since,
            limit="a first day",
        )
    first = min(changes, default=min(known)) if since is None else since
    last = max(known) if until is None else until
    if last < first:
        raise InvalidDate(
            f"{fund_id}: the path from {first} would end on {last}",
            zh=f"{fund_id}：起始日 {first} 晚于截止日 {last}",
            value=last,
            limit=first,
        )
    return first, last


def require_room(path: LeveragePath, *, since: date) -> None:
    """Refuse a path on which exposure and commitments exceed the cap on some day from ``since`` on.

    Each day is tested against its own cap. Only a decision that raised the cap may end without
    harm: what was admitted under it stays admitted, and the fund shows the top-up it then lacks.
    Where the rules are known to lower the ordinary cap too, that day is tested like any other.

    Raises:
        LeverageExceeded: names the first such day.
    """
    first = path.at(since)
    require_headroom(first)
    for point in path.points:
        if point.as_of > since:
            require_headroom(as_tested(point, first))


def as_tested(point: Leverage, first: Leverage) -> Leverage:
    """Return a point with the cap that an act of the first day is tested against."""
    over = not point.decision or point.as_of.year > first.as_of.year
    ended = first.decision and over and point.cap.value < first.cap.value
    # A rule that is known to fall binds whoever lends today; only the end of a decision does not.
    falls = _by_rule(point) < _by_rule(first)
    return replace(point, cap=first.cap) if ended and not falls else point


def _by_rule(point: Leverage) -> int:
    return (point.cap if point.ordinary_cap is None else point.ordinary_cap).value
