"""分项限额使用: how much of the limits for a bank, a group or a period is used."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from microloan.approval import as_to_be_lent
from microloan.errors import SubLimitExceeded
from microloan.fund import standing_lines
from microloan.fund_change import commitment_steps, paid_out
from microloan.fund_decision import SubLimit, sublimits
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_soundness import running
from microloan.loan import Loan
from microloan.money import InYuan, from_fen, show
from microloan.periods import asked_day, plain_date
from microloan.portfolio import guaranteed_by
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SubLimitUse:
    """分项限额使用情况: a limit, and how much of it is used on a day.

    Args:
        limit: the limit.
        used_fen: exposure, or what was lent in its period, and what is approved and not paid out.
    """

    limit: SubLimit
    used_fen: int

    used = InYuan("used_fen", "How much of it is used, in yuan.")
    headroom = InYuan("headroom_fen", "How much of it is left, in yuan; never below zero.")

    COLUMNS = columns_of(
        "ref=limit.ref lender=limit.lender group=limit.group limit=limit.amount_fen used",
        "headroom within_limit",
    )

    @property
    def headroom_fen(self) -> int:
        """Return how much of the limit is left, in fen; never below zero."""
        return max(self.limit.amount_fen - self.used_fen, 0)

    @property
    def within_limit(self) -> bool:
        """Tell whether no more than the limit is used."""
        return self.used_fen <= self.limit.amount_fen


def measure_sublimits(
    entries: Iterable[FundEntry], loans: Iterable[Loan], *, fund_id: str, as_of: date
) -> tuple[SubLimitUse, ...]:
    """Return the limits for parts that hold on a day, each with what is used at its end.

    Args:
        entries: the fund's entries; its limits, commitments and releases are enough.
        loans: the loans; those that the fund does not guarantee do not count.
        fund_id: the fund.
        as_of: the day.

    Raises:
        InvalidDate: no plain date.
        InvalidTerms: something that is no entry of a fund, or no loan.
        LoanGivenTwice: the same loan twice.
    """
    day = asked_day(as_of)
    lines, mine = standing_lines(entries), _guaranteed(loans, fund_id)
    return tuple(
        SubLimitUse(
            limit=limit,
            used_fen=sum(change for on, change in _use_steps(limit, lines, mine) if on <= day),
        )
        for limit in sublimits(lines, as_of=day)
    )


def require_sublimits(
    entries: Iterable[FundEntry],
    loans: Iterable[Loan],
    *,
    fund_id: str,
    lender: str,
    groups: Iterable[str],
    since: date,
    lent_on: Iterable[date] = (),
) -> None:
    """Refuse a use above one of the limits that a bank or a borrower's groups fall under.

    Each is tested on every day from ``since`` on while it holds. What is approved on that day is to
    be lent and does not lapse. A limit for a period that was over
    by then is tested where something was lent in the period: a loan entered late counts under it
    no less. Limits for other banks and groups do not stand in the way.

    Args:
        entries, loans, fund_id: as of :func:`measure_sublimits`, with what is to be tested.
        lender: the bank.
        groups: the borrower's groups.
        since: the first day.
        lent_on: the days on which something is lent that is to be tested.

    Raises:
        SubLimitExceeded: names the limit, the day, what would be used and what is allowed.
        InvalidTerms, LoanGivenTwice: something that is no loan, or the same loan twice.
    """
    first = plain_date(since, "a test of limits")
    lines = as_to_be_lent(standing_lines(entries), on=first)
    mine, codes = _guaranteed(loans, fund_id), frozenset(groups)
    for day in sorted({plain_date(day, "a test of limits") for day in lent_on}):
        for limit in sublimits(lines, as_of=day):
            if limit.through and limit.through < first and limit.matches(lender, codes):
                _require_within(limit, running(_use_steps(limit, lines, mine)), day, first, fund_id)
    starts = [first, *_days_of_setting(lines, after=first), date.max]
    for start, end in pairwise(starts):
        for limit in sublimits(lines, as_of=start):
            if limit.matches(lender, codes):
                used = running([(start, 0), *_use_steps(limit, lines, mine)])
                _require_within(limit, used, start, end, fund_id)


def _guaranteed(loans: Iterable[Loan], fund_id: str) -> list[Loan]:
    return guaranteed_by(loans, fund_id, of="the limits for parts", of_zh="分项限额")


def _days_of_setting(lines: Sequence[FundEntry], *, after: date) -> list[date]:
    """Return the later days on which a limit begins to hold, in order.

    The end of a period is none of them: nothing that counts under it comes later.
    """
    days = {line.on for line in lines if line.kind is FundEntryKind.SUBLIMIT}
    return sorted(day for day in days if day > after)


def _use_steps(
    limit: SubLimit, lines: Sequence[FundEntry], loans: Sequence[Loan]
) -> Iterator[tuple[date, int]]:
    """Yield how the use of a limit changes, day by day, in fen."""
    for loan in loans:
        if limit.matches(loan.lender, loan.category.groups):
            yield from _lent(limit, loan) if limit.through else _exposed(loan)
    mine = [line for line in lines if _counts(limit, line) or line.kind is FundEntryKind.RELEASE]
    yield from commitment_steps(mine, loans)


def _counts(limit: SubLimit, line: FundEntry) -> bool:
    """Tell whether a commitment counts under a limit; of a period, where its day lies in it."""
    if line.kind is not FundEntryKind.COMMITMENT or not limit.matches(line.lender, line.groups):
        return False
    return _in_period(limit, line.on)


def _in_period(limit: SubLimit, on: date) -> bool:
    return limit.through is None or limit.since <= on <= limit.through


def _exposed(loan: Loan) -> Iterator[tuple[date, int]]:
    return ((step.on, step.exposure_fen) for step in loan.exposure_steps())


def _lent(limit: SubLimit, loan: Loan) -> Iterator[tuple[date, int]]:
    return ((on, part) for on, part in paid_out(loan) if _in_period(limit, on))


def _require_within(
    limit: SubLimit, used: Iterator[tuple[date, int]], start: date, end: date, fund_id: str
) -> None:
    for day, amount in used:
        if start <= day < end and amount > limit.amount_fen:
            raise _exceeded(limit, amount, day, fund_id)


def _exceeded(limit: SubLimit, amount: int, day: date, fund_id: str) -> SubLimitExceeded:
    period = f" from {limit.since} through {limit.through}" if limit.through else ""
    whom = " and ".join(filter(None, (limit.lender, limit.group))) or "all"
    used, short = show(from_fen(amount)), show(from_fen(amount - limit.amount_fen))
    return SubLimitExceeded(
        f"{fund_id}: {used} would be used on {day} of limit {limit.ref} for {whom}{period}; "
        f"it allows {show(limit.amount)}, {short} too much",
        zh=f"{fund_id}：{day} 限额 {limit.ref} 将用 {used}，超出 {show(limit.amount)} 共 {short}",
        value=from_fen(amount),
        limit=limit.amount,
    )
