"""承诺出资: capital promised to a fund by a day, and how much of it arrived, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntry, FundEntryKind
from microloan.fund_soundness import running
from microloan.money import InYuan, Money, positive_fen
from microloan.naming import require_one_of
from microloan.periods import asked_day
from microloan.policy import Level
from microloan.table import columns_of


def promise_capital(
    fund: GuaranteeFund,
    amount: Money,
    *,
    level: Level,
    due_on: date,
    on: date,
    ref: str,
    booked_on: date | None = None,
) -> GuaranteeFund:
    """Return the fund with capital promised by a level of government 承诺出资.

    It is no money yet. What arrives is a deposit that names it:
    ``fund.deposit(…, against=ref)``. The same act again changes nothing.

    Args:
        fund: the fund.
        amount: what was promised, in yuan.
        level: the level of government that promised it.
        due_on: the day by which all of it is to be there.
        on: the day of the promise.
        ref: its voucher.
        booked_on: the day whose half-year carries it; by default ``on``.

    Raises:
        InvalidAmount: zero or below, not CNY, or finer than a fen.
        InvalidTerms: no level.
        InvalidDate: due before it was promised.
        RefConflict: the voucher already stands for another promise.
    """
    require_one_of(level, Level, "the level", "财政级次")
    return fund.with_entry(
        FundEntryKind.PLEDGE,
        on=on,
        ref=ref,
        booked_on=booked_on,
        amount_fen=positive_fen(amount, "a pledge"),
        level=level,
        until=due_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """承诺与到位: capital promised, and what of it arrived by a day.

    Args:
        ref: its voucher.
        on: the day of the promise.
        level: the level of government that promised it; ``None`` where it is not said.
        due_on: the day by which all of it was to be there.
        pledged_fen: what was promised.
        arrived_fen: the deposits against it.
        days_late: days from the due day to the day on which all was there, or to the day of the
            question while something is missing; 0 where none of them is past.
    """

    ref: str
    on: date
    level: Level | None
    due_on: date
    pledged_fen: int
    arrived_fen: int
    days_late: int

    pledged = InYuan("pledged_fen", "What was promised, in yuan.")
    arrived = InYuan("arrived_fen", "What arrived of it, in yuan.")
    short = InYuan("short_fen", "What is missing, in yuan; never below zero.")

    COLUMNS = columns_of(
        "ref on level arrives_by=due_on pledged arrived short in_full on_time days_late",
    )

    @property
    def short_fen(self) -> int:
        """Return what is missing, in fen; never below zero."""
        return max(self.pledged_fen - self.arrived_fen, 0)

    @property
    def in_full(self) -> bool:
        """Tell whether all of it is there 足额到位."""
        return not self.short_fen

    @property
    def on_time(self) -> bool:
        """Tell whether all of it was there by its due day 及早到位."""
        return self.in_full and not self.days_late


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPledges:
    """分级到位: what one level of government promised, and what of it arrived by a day.

    More than was promised under one pledge does not fill another.

    Args:
        level: the level of government; ``None`` where it is not said.
        pledges: its pledges, in order of their days.
    """

    level: Level | None
    pledges: tuple[Pledge, ...]

    pledged = InYuan("pledged_fen", "What it promised, in yuan.")
    arrived = InYuan("arrived_fen", "What arrived of it, in yuan.")
    short = InYuan("short_fen", "What is missing, in yuan.")

    COLUMNS = columns_of("level pledged arrived short in_full on_time")

    @property
    def pledged_fen(self) -> int:
        """Return what the level promised, in fen."""
        return sum(pledge.pledged_fen for pledge in self.pledges)

    @property
    def arrived_fen(self) -> int:
        """Return what arrived of it, in fen."""
        return sum(pledge.arrived_fen for pledge in self.pledges)

    @property
    def short_fen(self) -> int:
        """Return what is missing, in fen."""
        return sum(pledge.short_fen for pledge in self.pledges)

    @property
    def in_full(self) -> bool:
        """Tell whether every pledge of the level is there in full."""
        return all(pledge.in_full for pledge in self.pledges)

    @property
    def on_time(self) -> bool:
        """Tell whether every pledge of the level was there by its due day."""
        return all(pledge.on_time for pledge in self.pledges)


def pledges(fund: GuaranteeFund, *, as_of: date) -> tuple[Pledge, ...]:
    """Return what was promised to a fund by a day and what of it arrived, in order of days.

    >>> from microloan.money import cny, show
    >>> fund = promise_capital(
    ...     GuaranteeFund(id="F-01", name="示例县创业担保基金"), cny(5_000_000),
    ...     level=Level.COUNTY, due_on=date(2024, 3, 31), on=date(2024, 1, 5), ref="承诺1",
    ... )
    >>> fund = fund.deposit(cny(3_000_000), on=date(2024, 3, 1), ref="财预1", against="承诺1")
    >>> [pledge] = pledges(fund, as_of=date(2024, 4, 10))
    >>> show(pledge.short), pledge.days_late
    ('2,000,000.00', 10)
    """
    day = asked_day(as_of)
    known = [line for line in fund.standing if line.on <= day]
    deposits = [line for line in known if line.kind is FundEntryKind.DEPOSIT]
    return tuple(
        _pledge(line, line.until, [paid for paid in deposits if paid.against == line.ref], day)
        for line in sorted(known, key=lambda line: line.on)
        if line.kind is FundEntryKind.PLEDGE and line.until is not None
    )


def _pledge(line: FundEntry, due_on: date, deposits: list[FundEntry], day: date) -> Pledge:
    arrived = running((paid.on, paid.amount_fen) for paid in deposits)
    complete = (on for on, amount in arrived if amount >= line.amount_fen)
    return Pledge(
        ref=line.ref,
        on=line.on,
        level=line.level,
        due_on=due_on,
        pledged_fen=line.amount_fen,
        arrived_fen=sum(paid.amount_fen for paid in deposits),
        days_late=max((next(complete, day) - due_on).days, 0),
    )


def pledges_by_level(pledges: Iterable[Pledge]) -> tuple[LevelPledges, ...]:
    """Return pledges put together by level of government, from the top down."""
    listed = list(pledges)
    return tuple(
        LevelPledges(level=level, pledges=tuple(one for one in listed if one.level is level))
        for level in (*Level, None)
        if any(one.level is level for one in listed)
    )
