"""分级核查: what each level bears of a subsidy, by the agreed shares and in its budget (K13)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.checks.running_interest import lines_through
from microloan.checks.sketch import BookCase
from microloan.checks.sums import SubsidyRow
from microloan.finding import Finding
from microloan.levels import LevelAmount, Levels, add_up, divide
from microloan.money import fen, from_fen, show
from microloan.naming import refused_terms
from microloan.periods import InterestQuarter
from microloan.policy import Level, Shares
from microloan.request_line import itemize

_A_DAY: Final = timedelta(1)


def levels_that_differ(case: LoanCase) -> Iterator[Finding]:
    """K13: find shares of the levels that do not make the subsidy, or are not those agreed.

    Raises:
        InvalidTerms: a row does not say what each level bears.
    """
    for row in case.rows:
        whole = sum(one.amount_fen for one in row.levels)
        if row.levels and whole != fen(row.subsidy):
            parts, asked = show(from_fen(whole)), show(row.subsidy)
            yield Check.K13.found(
                "levels_differ",
                of=case.id,
                sentence=f"{row.ref}: the levels bear {parts} together, the subsidy is {asked}",
                zh=f"{row.ref}：各级承担合计 {parts} 元，贴息 {asked} 元",
                figures=(("levels", parts), ("subsidy", asked)),
                settle_by="a split that adds up",
                settle_by_zh="更正分级承担金额",
            )
    for row in case.asking:
        if not row.levels:
            raise refused_terms(f"the levels of {row.ref}", "分级承担", "none", "one at least")


def shares_that_differ(case: LoanCase) -> Iterator[Finding]:
    """K13: find what levels bear of a subsidy by other shares than those agreed.

    A level may differ by the tolerance. Rows whose levels do not add up are found as such.

    Raises:
        NotInForce, CategoryNeeded, RateAboveCap: nobody says which level bears what.
    """
    for row in case.asking:
        if sum(one.amount_fen for one in row.levels) == fen(row.subsidy):
            agreed = dict.fromkeys(_agreed(case, row))
            splits = [divide(fen(row.subsidy), shares) for shares in agreed]
            if splits and not any(_alike(case, row.levels, split) for split in splits):
                yield _other_shares(case, row, splits[0])


def _agreed(case: LoanCase, row: SubsidyRow) -> Iterator[Shares]:
    """Yield the shares of each interest period that a row touches."""
    for line in lines_through(case, (row,)):
        opens_on, closes_on = line.segments[0].opens_on, line.segments[-1].closes_on
        if line.treasury_fen and row.opens_on < closes_on and opens_on < row.closes_on:
            yield itemize(case.loan, line, under=case.under, shares=case.facts.shares).shares


def _alike(case: LoanCase, given: Levels, split: Levels) -> bool:
    """Tell whether levels bear what a split says; local ones together where it says no more."""
    right = {one.level: one.amount_fen for one in split}
    for one in given:
        level = one.level if one.level in right else Level.LOCAL
        right[level] = right.get(level, 0) - one.amount_fen
    return all(abs(left) <= fen(case.facts.limits.tolerance) for left in right.values())


def _other_shares(case: LoanCase, row: SubsidyRow, split: Levels) -> Finding:
    stated, right = ", ".join(map(str, row.levels)), ", ".join(map(str, split))
    return Check.K13.found(
        "other_shares",
        of=case.id,
        sentence=f"{row.ref}: the levels bear {stated}; by the agreed shares {right}",
        zh=f"{row.ref}：各级承担 {stated}，按约定比例应为 {right}",
        figures=(("levels", stated), ("agreed", right)),
        settle_by="a split by the agreed shares",
        settle_by_zh="按约定比例更正分级承担金额",
    )


def budgets_exceeded(case: BookCase) -> Iterator[Finding]:
    """K13: find levels of which a year's requests ask more than the budget; all of it is right.

    Raises:
        InvalidTerms: a budget names levels that the requests do not tell apart.
    """
    for budget in case.facts.budgets or ():
        asked: list[LevelAmount] = []
        for request in case.index.requests:
            asked += request.levels if request.quarter.year == budget.year else ()
        for row in case.facts.subsidies or ():
            asked += row.levels if _budget_year(row) == budget.year else ()
        for limit, wanted in zip(budget.levels, budget.wanted(add_up(asked)), strict=True):
            if wanted.amount_fen > limit.amount_fen:
                yield _over_budget(budget.year, limit, wanted)


def _budget_year(row: SubsidyRow) -> int:
    """Return the year whose interest quarters hold the last day of a row."""
    last = row.closes_on - _A_DAY
    return last.year + (last > InterestQuarter(last.year, 4).last_day)


def _over_budget(year: int, limit: LevelAmount, wanted: LevelAmount) -> Finding:
    over = show(from_fen(wanted.amount_fen - limit.amount_fen))
    has, asks = show(limit.amount), show(wanted.amount)
    return Check.K13.found(
        "over_budget",
        of=f"{year} {limit.level.value}",
        sentence=f"{asks} is asked of {limit.level.value} in {year}, its budget is {has}",
        zh=f"{year} 年{limit.level.zh}财政应承担 {asks} 元，预算 {has} 元",
        figures=(("asked", asks), ("budget", has), ("above", over)),
        settle_by="a supplement to the budget, or a lower request",
        settle_by_zh="追加预算或核减申请",
    )
