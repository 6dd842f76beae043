"""应付贴息账龄: what was earned and is not paid, by how long ago it was earned."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from microloan.clearing import TreasuryPayment, require_distinct, require_each_once
from microloan.correction import Correction
from microloan.levels import LevelAmount, Levels
from microloan.money import InYuan
from microloan.naming import refused_terms
from microloan.periods import InterestQuarter, asked_day
from microloan.policy import Level
from microloan.request import SubsidyRequest
from microloan.request_line import RequestLine
from microloan.subsidy_line import SubsidyLine
from microloan.table import Table, Tabular, columns_of, tabulate

BUCKETS: Final = (30, 90, 180, 360)
"""The last day of each bucket: 0-30, 31-90, 91-180, 181-360 days, and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """未付贴息: what a line was to bring and has not brought yet.

    Args:
        loan_id: the loan.
        due_on: the day on which its interest fell due; on it the subsidy was earned.
        requested_in: the quarter whose request asks for it; ``None`` while none does.
        amount_fen: what is not paid.
        levels: which level has not paid what; empty while none was asked.
    """

    loan_id: str
    due_on: date
    requested_in: InterestQuarter | None
    amount_fen: int
    levels: Levels = ()

    amount = InYuan("amount_fen", "What is not paid, in yuan.")

    COLUMNS = columns_of("loan_id due_on requested_in amount")

    def days(self, *, as_of: date) -> int:
        """Return how many days ago it was earned."""
        return (as_of - self.due_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBucket:
    """账龄段: what was earned so many days ago and is not paid.

    Args:
        from_days: the first day of the bucket.
        to_days: its last day; ``None`` for the last bucket, which has no end.
        lines: how many lines are in it.
        amount_fen: what is not paid of them.
    """

    from_days: int
    to_days: int | None
    lines: int
    amount_fen: int

    amount = InYuan("amount_fen", "What is not paid, in yuan.")

    COLUMNS = columns_of("from_days to_days lines amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing(Tabular):
    """应付贴息账龄: what was earned by a day and is not paid, the oldest first.

    Args:
        as_of: the day.
        unpaid: what is not paid.
        limits: the last day of each bucket but the last.
    """

    as_of: date
    unpaid: tuple[Unpaid, ...]
    limits: tuple[int, ...]

    amount = InYuan("amount_fen", "What is not paid in all, in yuan.")

    def as_table(self) -> Table:
        """Return one row for each of the unpaid."""
        return tabulate(self.unpaid, of=Unpaid)

    @property
    def amount_fen(self) -> int:
        """Return what is not paid in all, in fen."""
        return sum(one.amount_fen for one in self.unpaid)

    @property
    def buckets(self) -> tuple[AgeBucket, ...]:
        """Return what is not paid, by age."""
        firsts = (0, *(last + 1 for last in self.limits))
        return tuple(
            self._bucket(first, last)
            for first, last in zip(firsts, (*self.limits, None), strict=True)
        )

    def _bucket(self, first: int, last: int | None) -> AgeBucket:
        amounts = [
            one.amount_fen
            for one in self.unpaid
            if first <= self._age(one) and (last is None or self._age(one) <= last)
        ]
        return AgeBucket(from_days=first, to_days=last, lines=len(amounts), amount_fen=sum(amounts))

    def older_than(self, days: int) -> tuple[Unpaid, ...]:
        """Return what was earned more than so many days ago."""
        return tuple(one for one in self.unpaid if self._age(one) > days)

    def _age(self, one: Unpaid) -> int:
        return one.days(as_of=self.as_of)


def age_unpaid(
    lines: Iterable[SubsidyLine],
    *,
    as_of: date,
    requests: Iterable[SubsidyRequest] = (),
    payments: Iterable[TreasuryPayment] = (),
    limits: Sequence[int] = BUCKETS,
) -> Ageing:
    """Return what was earned by a day and is not paid.

    A line that was requested counts with what was requested and corrected, any other with what it
    comes to. What a level paid for a request, and what it took back in it, meets that request's
    lines of the level, the oldest first.

    Args:
        lines: what the loans have earned, by :func:`microloan.subsidy.subsidize`.
        as_of: the day; later requests and payments do not count.
        requests: the requests of all banks.
        payments: what the treasury paid for them.
        limits: the last day of each bucket but the last.

    Raises:
        InvalidTerms: limits that do not rise.
        RefConflict: a voucher stands for two payments of one bank, level and quarter.
        AlreadyRequested: two requests of one bank for one quarter.
        InvalidDate: no plain date.
    """
    day, ends = asked_day(as_of), tuple(limits)
    whole = all(type(end) is int and end >= 0 for end in ends)
    if not whole or any(later <= end for end, later in pairwise(ends)):
        raise refused_terms("the limits of the buckets", "账龄分段", ends, "rising whole days")
    made = [request for request in requests if request.on <= day]
    paid = [one for one in payments if one.on <= day]
    require_distinct(paid)
    require_each_once(made)
    earned = {(line.loan_id, line.due_on): line for line in lines}  # a line counts once
    asked = {line.key for request in made for line in request.lines}
    unpaid = [one for request in made for one in _unpaid(request, paid)]
    unpaid += [
        Unpaid(
            loan_id=line.loan_id,
            due_on=line.due_on,
            requested_in=None,
            amount_fen=line.treasury_fen,
        )
        for line in earned.values()
        if line.treasury_fen and line.due_on <= day and (line.loan_id, line.due_on) not in asked
    ]
    in_order = sorted(unpaid, key=lambda one: (one.due_on, one.loan_id))
    return Ageing(as_of=day, unpaid=tuple(in_order), limits=ends)


def _unpaid(request: SubsidyRequest, payments: Iterable[TreasuryPayment]) -> Iterable[Unpaid]:
    """Yield what is not paid of a request, line by line."""
    credit = Counter[Level]()
    for payment in payments:
        if (payment.lender, payment.quarter) == (request.lender, request.quarter):
            credit[payment.level] += payment.amount_fen
    parts: list[RequestLine | Correction] = [*request.lines, *request.corrections]
    for part in parts:
        for one in part.levels:
            credit[one.level] += max(-one.amount_fen, 0)
    for part in sorted(parts, key=lambda part: (part.due_on, part.loan_id)):
        left = []
        for one in part.levels:
            met = min(max(one.amount_fen, 0), max(credit[one.level], 0))
            credit[one.level] -= met
            left.append(LevelAmount(level=one.level, amount_fen=max(one.amount_fen, 0) - met))
        if owed := sum(one.amount_fen for one in left):
            yield Unpaid(
                loan_id=part.loan_id,
                due_on=part.due_on,
                requested_in=request.quarter,
                amount_fen=owed,
                levels=tuple(one for one in left if one.amount_fen),
            )
