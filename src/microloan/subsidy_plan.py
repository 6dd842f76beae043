"""年度贴息计划: what the subsidy of a coming year will cost, by quarter and level of government."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from microloan.budget import Budget
from microloan.errors import YearBegun
from microloan.levels import LEVEL_COLUMNS, LevelAmount, Levels, add_up
from microloan.loan import Loan
from microloan.money import InYuan
from microloan.naming import refused_terms, require_whole
from microloan.periods import FIRST_YEAR, LAST_YEAR, InterestQuarter, plain_date
from microloan.policy import Level, PaymentMode, Policy, Provision, Shares
from microloan.policy.rulebook import require_policy
from microloan.portfolio import loans_by_id
from microloan.refund import repayment_record
from microloan.request_line import itemize
from microloan.subsidy import plan_subsidy
from microloan.subsidy_line import SubsidyLine
from microloan.table import Table, Tabular, columns_of, tabulate


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuarter:
    """计划季度: what the lines to be asked for after an interest quarter will cost each level."""

    quarter: InterestQuarter
    lines: int
    levels: Levels

    amount = InYuan("amount_fen", "What all levels will bear, in yuan.")

    COLUMNS = columns_of(
        "quarter lines amount",
        **LEVEL_COLUMNS,
    )

    @property
    def amount_fen(self) -> int:
        """Return what all levels will bear, in fen."""
        return sum(one.amount_fen for one in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLevel:
    """计划与预算: what a level will bear in the year, and its budget.

    ``left_fen`` is below nothing where the budget falls short.
    """

    level: Level
    planned_fen: int
    budget_fen: int

    planned = InYuan("planned_fen", "What the level will bear, in yuan.")
    budget = InYuan("budget_fen", "What the level has set aside, in yuan.")
    left = InYuan("left_fen", "What is left of the budget, in yuan.")

    COLUMNS = columns_of("level planned budget left covered")

    @property
    def left_fen(self) -> int:
        """Return what is left of the budget; below nothing, what it lacks, in fen."""
        return self.budget_fen - self.planned_fen

    @property
    def covered(self) -> bool:
        """Tell whether the budget covers the plan; exactly enough does."""
        return self.left_fen >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyPlan(Tabular):
    """年度贴息计划: the subsidy of a coming year if everything is paid on its day.

    Args:
        year: the year of the interest quarters.
        on: the day of the plan, before the year.
        loans: how many loans will have a line.
        quarters: the four quarters.
    """

    year: int
    on: date
    loans: int
    quarters: tuple[PlannedQuarter, ...]

    amount = InYuan("amount_fen", "What the year will cost, in yuan.")

    def as_table(self) -> Table:
        """Return one row for each of the quarters."""
        return tabulate(self.quarters, of=PlannedQuarter)

    @property
    def amount_fen(self) -> int:
        """Return what the year will cost, in fen."""
        return sum(one.amount_fen for one in self.quarters)

    @property
    def levels(self) -> Levels:
        """Return what each level will bear in the year, from the top down."""
        return add_up(part for one in self.quarters for part in one.levels)

    def against(self, budget: Budget) -> tuple[PlannedLevel, ...]:
        """Return plan and budget side by side, for each level that the budget names.

        Raises:
            InvalidTerms: the budget of another year, or one that tells levels apart which the
                shares do not.
        """
        if budget.year != self.year:
            raise refused_terms("the year of the budget", "预算年度", budget.year, self.year)
        return tuple(
            PlannedLevel(
                level=limit.level, planned_fen=wanted.amount_fen, budget_fen=limit.amount_fen
            )
            for limit, wanted in zip(budget.levels, budget.wanted(self.levels), strict=True)
        )


def plan_year(
    loans: Iterable[Loan],
    *,
    year: int,
    under: Policy,
    on: date,
    shares: Provision[Shares] | None = None,
) -> SubsidyPlan:
    """Return the subsidy plan of a coming year, from the plans of loans as they stand.

    A line counts in the quarter after which it may be asked for: that of its due day, or, where the
    subsidy is paid after settlement, that of the last due day, with all lines of the loan. A loan
    that was overdue by the day is not refunded after settlement and counts for nothing.

    Args:
        loans: the loans of all banks; those to be granted may be among them.
        year: the year of the interest quarters.
        under: the policy.
        on: the day of the plan, before the year begins.
        shares: which level bears which part where the policy does not know, with its reference.

    Raises:
        InvalidTerms: no policy.
        YearBegun: the year has begun on that day.
        LoanGivenTwice: the same loan twice.
        NotInForce, CategoryNeeded, RateAboveCap: as :func:`microloan.subsidy.plan_subsidy`, or
            nobody says which level bears what.
    """
    require_policy(under)
    require_whole(year, "the year", "年度", FIRST_YEAR + 1, LAST_YEAR)
    if plain_date(on, "a plan").year >= year:
        raise YearBegun(
            f"the subsidy of {year} is planned before the year, not on {on}",
            zh=f"{year} 年贴息计划应在年前编制，{on} 已迟",
            value=on,
            limit=date(year, 1, 1),
        )
    levels: dict[InterestQuarter, list[LevelAmount]] = {
        InterestQuarter(year, number): [] for number in (1, 2, 3, 4)
    }
    lines, with_lines = Counter[InterestQuarter](), set[str]()
    for loan in loans_by_id(loans, of="a plan", of_zh="贴息计划").values():
        for day, line in _payable(loan, under, on):
            for quarter in (one for one in levels if day in one):
                item = itemize(loan, line, under=under, shares=shares)
                levels[quarter] += item.levels
                lines[quarter] += 1
                with_lines.add(loan.id)
    return SubsidyPlan(
        year=year,
        on=on,
        loans=len(with_lines),
        quarters=tuple(
            PlannedQuarter(quarter=quarter, lines=lines[quarter], levels=add_up(amounts))
            for quarter, amounts in levels.items()
        ),
    )


def _payable(loan: Loan, under: Policy, on: date) -> Iterable[tuple[date, SubsidyLine]]:
    """Yield the lines of a loan with a subsidy, each with the day from which it may be paid."""
    borne = [line for line in plan_subsidy(loan, under=under) if line.treasury_fen]
    if not borne:
        return
    mode = under.payment_mode[loan.category.kind].at(loan.terms.signed_on).value
    settled = mode is PaymentMode.REFUNDED_AFTER_SETTLEMENT
    if settled and not repayment_record(loan, as_of=on).clean:
        return
    last = loan.schedule[-1].due_on
    for line in borne:
        yield last if settled else line.due_on, line
