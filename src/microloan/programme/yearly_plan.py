"""年度计划: targets of a year against what was reached, beside the part of the year gone by."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Final

from microloan.errors import InvalidDate
from microloan.finding import Finding, Severity
from microloan.money import from_fen, rounded, show
from microloan.naming import (
    identity,
    is_code,
    refused_terms,
    require_one_of,
    require_whole,
    several_of,
)
from microloan.party import tuple_of
from microloan.periods import FIRST_YEAR, LAST_YEAR, asked_day, plain_date
from microloan.quotient import Quotient
from microloan.table import columns_of

_MOST: Final = 10**15
_MONTHS: Final = 12
_HUNDRED: Final = 100


class Goal(Enum):
    """任务指标: what a yearly plan counts."""

    AMOUNT = "amount"
    """发放金额, in fen."""
    LOANS = "loans"
    """发放笔数."""
    PERSONS = "persons"
    """扶持人数."""
    VENTURES = "ventures"
    """创办实体数."""
    JOBS = "jobs"
    """带动就业人数."""
    TRAINED = "trained"
    """培训人数."""
    COLLEGE_VISITS = "college_visits"
    """高校行次数."""

    @property
    def zh(self) -> str:
        """Return the goal in Chinese."""
        return _ZH[self]


_ZH: Final = {
    Goal.AMOUNT: "发放金额",
    Goal.LOANS: "发放笔数",
    Goal.PERSONS: "扶持人数",
    Goal.VENTURES: "创办实体数",
    Goal.JOBS: "带动就业人数",
    Goal.TRAINED: "培训人数",
    Goal.COLLEGE_VISITS: "高校行次数",
}


def _check(goal: Goal, number: int, group: str, least: int) -> None:
    require_one_of(goal, Goal, "the goal", "任务指标")
    require_whole(number, "the number of a goal", "任务数", least, _MOST)
    if group != "" and not is_code(group):
        raise refused_terms("the group of a goal", "人员类别", group, "a code, or empty for all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """任务: a number to reach in a year.

    Args:
        goal: what is counted.
        number: how much of it; amounts in fen.
        group: the borrower group it is set for; empty for everybody.

    Raises:
        InvalidTerms: no :class:`Goal`, no number above nothing, or no code.
    """

    goal: Goal
    number: int
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse a target that nobody could reach or miss."""
        _check(self.goal, self.number, self.group, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieved:
    """完成数: what was reached from 1 January through a day.

    Args:
        goal: what is counted.
        number: how much of it; amounts in fen.
        on: the last day counted.
        group: the borrower group it is counted for; empty for everybody.

    Raises:
        InvalidTerms: no :class:`Goal`, a number below nothing, or no code.
        InvalidDate: not a plain date.
    """

    goal: Goal
    number: int
    on: date
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse a count of nothing or on no day."""
        _check(self.goal, self.number, self.group, 0)
        plain_date(self.on, "a count")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyPlan:
    """年度计划: the targets of one calendar year, with the paper that sets them.

    Args:
        year: the calendar year.
        targets: one for each goal and group.
        ref: the paper.

    Raises:
        InvalidDate: no year of 1990-2100.
        InvalidTerms: no targets, or two for one goal and group.
        InvalidIdentity: an unusable number of the paper.
    """

    year: int
    targets: tuple[Target, ...]
    ref: str

    def __post_init__(self) -> None:
        """Refuse a plan that says nothing, or two things of one goal."""
        if type(self.year) is not int or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise InvalidDate(
                f"the year of a plan must lie in {FIRST_YEAR}-{LAST_YEAR}, got {self.year!r}",
                zh=f"计划年度应在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，实为 {self.year!r}",
                value=self.year,
                limit=(FIRST_YEAR, LAST_YEAR),
            )
        tuple_of(self.targets, Target, "the targets", "任务")
        named = {(target.goal, target.group) for target in self.targets}
        if not named or len(named) < len(self.targets):
            raise refused_terms(
                "the targets", "任务", len(self.targets), "one for each goal and group"
            )
        identity(self.ref, "a plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """计划进度: one target, what was reached, and how much of the year is over.

    Args:
        target: the target.
        reached: how much by the last count known; 0 where nothing was counted.
        counted_on: the day of that count; that of the question where there is none.
        elapsed: the part of the year gone by on that day.
    """

    target: Target
    reached: int
    counted_on: date
    elapsed: Quotient

    COLUMNS = columns_of(
        "goal=target.goal group=target.group target_number=target.number reached_number=reached",
        "counted_on completion=completion.value elapsed=elapsed.value",
    )

    @property
    def completion(self) -> Quotient:
        """Return what was reached of the target 完成率."""
        name = f"{self.target.goal.value} reached ÷ target"
        return Quotient(name=name, part=self.reached, whole=self.target.number)

    @property
    def behind(self) -> Fraction:
        """Return by which part of the target the year is ahead of it; below 0 where it is not."""
        elapsed = Fraction(self.elapsed.part, self.elapsed.whole)
        return elapsed - Fraction(self.reached, self.target.number)


def year_elapsed(on: date) -> Quotient:
    """Return the part of its year that is over at the end of a day, by whole months and days.

    Raises:
        InvalidDate: not a plain date.

    >>> print(year_elapsed(date(2015, 8, 31)))
    year gone by: 66.67%
    """
    asked_day(on)
    in_month = calendar.monthrange(on.year, on.month)[1]
    return Quotient(
        name="year gone by", part=(on.month - 1) * in_month + on.day, whole=_MONTHS * in_month
    )


def follow_plan(
    plan: YearlyPlan, achieved: Iterable[Achieved], *, as_of: date
) -> tuple[Progress, ...]:
    """Return how far each target of a plan was reached, by the latest count known on a day.

    Counts of other years, goals and groups are left aside.

    Raises:
        InvalidTerms: no plan, or something that is no count.
        InvalidDate: not a plain date, or one before the year of the plan.
    """
    if not isinstance(plan, YearlyPlan):
        raise refused_terms("a plan", "年度计划", plan, "a YearlyPlan")
    if asked_day(as_of).year < plan.year:
        raise InvalidDate(
            f"{plan.ref} is a plan of {plan.year}, asked as of {as_of}",
            zh=f"{plan.ref} 为 {plan.year} 年计划，查询日 {as_of} 在其前",
            value=as_of,
            limit=date(plan.year, 1, 1),
        )
    counted = several_of(achieved, Achieved, "what was reached", "完成数")
    until = min(as_of, date(plan.year, 12, 31))
    return tuple(_progress(target, plan.year, counted, until) for target in plan.targets)


def _progress(target: Target, year: int, counted: list[Achieved], until: date) -> Progress:
    wanted = (target.goal, target.group, year)
    mine = (e for e in counted if (e.goal, e.group, e.on.year) == wanted and e.on <= until)
    none = Achieved(goal=target.goal, number=0, on=until, group=target.group)
    latest = max(mine, key=lambda each: (each.on, each.number), default=none)
    return Progress(
        target=target,
        reached=latest.number,
        counted_on=latest.on,
        elapsed=year_elapsed(latest.on),
    )


def behind_plan(
    plan: YearlyPlan, achieved: Iterable[Achieved], *, as_of: date, points: int
) -> tuple[Finding, ...]:
    """Return a finding for each target that the year is further ahead of than so many points.

    Exactly so many percentage points behind is not yet behind.

    Args:
        plan: the plan.
        achieved: what was counted.
        as_of: the day of the question.
        points: percentage points from 0 to 100 that a target may lag.

    Raises:
        InvalidTerms: no plan, something that is no count, or points out of range.
        InvalidDate: not a plain date, or one before the year of the plan.
    """
    require_whole(points, "the points behind", "进度差（百分点）", 0, _HUNDRED)
    return tuple(
        _behind(plan, progress)
        for progress in follow_plan(plan, achieved, as_of=as_of)
        if progress.behind > Fraction(points, _HUNDRED)
    )


def _behind(plan: YearlyPlan, progress: Progress) -> Finding:
    done, gone = (
        f"{rounded(Fraction(quotient.part, quotient.whole) * _HUNDRED, 1)}%"
        for quotient in (progress.completion, progress.elapsed)
    )
    target = progress.target
    of, of_zh = (f" of {target.group}", f"（{target.group}）") if target.group else ("", "")
    return Finding(
        code="programme.behind_plan",
        severity=Severity.QUESTION,
        subject=plan.ref,
        sentence=f"{target.goal.value}{of}: {done} of the target, {gone} of the year gone by",
        zh=f"{target.goal.zh}{of_zh}：完成计划的 {done}，时间进度 {gone}",
        figures=(
            ("reached", _shown(target.goal, progress.reached)),
            ("target", _shown(target.goal, target.number)),
            ("counted on", str(progress.counted_on)),
        ),
        settle_by="lend faster, or have the plan changed",
        settle_by_zh="加快进度或调整计划",
    )


def _shown(goal: Goal, number: int) -> str:
    return show(from_fen(number)) if goal is Goal.AMOUNT else f"{number:,}"
