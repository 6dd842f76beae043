"""What the rules say of the subsidy: its shape, who bears it at which level, when it is paid."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from microloan.category import LowProfit, Reference
from microloan.months import add_months
from microloan.naming import refused_terms


class SubsidyShape(Enum):
    """How the treasury's share of the interest is computed."""

    NONE = "none"
    """No subsidy."""
    FULL = "full"
    """全额贴息: all of it."""
    HALF = "half"
    """贴息 50%: half of the interest at the contract rate."""
    THIRDS = "thirds"
    """All in the first year, two thirds in the second, one third in the third."""
    HALF_REFERENCE = "half_reference"
    """基准利率的 50%: half of the reference rate of the signing day, whatever the contract rate."""
    OVER_LPR_MINUS_150 = "over_lpr_minus_150"
    """The part of the rate above the contract's LPR less 1.50 percentage points."""
    FLAT = "flat"
    """定额: so many percentage points of the contract rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyTier:
    """One line of a subsidy rule: for whom, and the shape. Empty ``groups`` means everybody.

    Args:
        shape: how the treasury's share is computed.
        groups: the borrower groups it is for.
        low_profit: the trade it is for; ``NOT_STATED`` where the line does not ask.
        principal_up_to_fen: for loans up to this amount; ``None`` for all.
        times: what the shape is multiplied by; a half where half of it is borne.
        points: the points of a flat subsidy, as a fraction.
        at_most_points: the most that is borne, in points of the rate, as a fraction.
        references: the reference rates of which half is borne.
    """

    shape: SubsidyShape
    groups: frozenset[str] = frozenset()
    low_profit: LowProfit = LowProfit.NOT_STATED
    principal_up_to_fen: int | None = None
    times: Fraction = Fraction(1)
    points: Decimal = Decimal(0)
    at_most_points: Decimal | None = None
    references: tuple[Reference, ...] = ()


class Level(Enum):
    """财政级次: a level of government whose budget bears a part of the subsidy."""

    CENTRAL = "central"
    """中央."""
    PROVINCE = "province"
    """省级 (自治区)."""
    CITY = "city"
    """市级."""
    COUNTY = "county"
    """县级."""
    LOCAL = "local"
    """地方: all levels below the central one, where the rule does not divide them."""

    @property
    def zh(self) -> str:
        """Return the level as the forms name it."""
        return _LEVELS_ZH[self]


_LEVELS_ZH = {
    Level.CENTRAL: "中央",
    Level.PROVINCE: "省级",
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.LOCAL: "地方",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """分担比例: which level of government bears which part of the subsidy; the parts make one.

    Args:
        parts: the level and its part, from the top down.
        not_for: shapes of subsidy for which nobody's part was found.

    Raises:
        InvalidTerms: parts below nothing, or that do not make one; a level twice.
    """

    parts: tuple[tuple[Level, Fraction], ...]
    not_for: frozenset[SubsidyShape] = frozenset()

    def __post_init__(self) -> None:
        """Refuse parts that do not make one."""
        levels, parts = [level for level, _ in self.parts], [part for _, part in self.parts]
        if sum(parts) != 1 or min(parts) < 0 or len(set(levels)) != len(levels):
            given = ", ".join(f"{level.value} {part}" for level, part in self.parts)
            limit = "of each level once, and make 1"
            raise refused_terms("the shares", "分担比例", given, limit)


class PaymentMode(Enum):
    """拨付方式: who gets the subsidy, and when."""

    BANK_APPLIES = "bank_applies"
    """财政直补: the bank applies by quarters; the borrower pays his own part."""
    REFUNDED = "refunded"
    """先付后贴: the borrower pays all the interest and is refunded."""
    REFUNDED_AFTER_SETTLEMENT = "refunded_after_settlement"
    """The borrower is refunded once, when the loan is repaid with a clean record."""


class After(Enum):
    """What a deadline counts from."""

    QUARTER = "quarter"
    """The settlement day of the interest quarter."""
    PREVIOUS = "previous"
    """The step before."""
    HALF_YEAR = "half_year"
    """The end of the half-year."""
    YEAR = "year"
    """The end of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """期限: by when a step of the subsidy's way to the bank is done; one of the four measures.

    Args:
        step: what is to be done, a code such as ``"bank_files"``.
        after: what it counts from.
        workdays: so many working days after it.
        days: so many calendar days after it.
        months: so many months after it.
        day: the so-many-th day of a later month, or its last one.
        months_later: which later month that is.

    >>> five = Deadline(step="bank_files", after=After.QUARTER, workdays=5)
    >>> five.day_after(date(2024, 3, 20), lambda day: day.weekday() < 5)
    datetime.date(2024, 3, 27)
    """

    step: str
    after: After
    workdays: int = 0
    days: int = 0
    months: int = 0
    day: int = 0
    months_later: int = 1

    def day_after(self, start: date, is_workday: Callable[[date], bool]) -> date:
        """Return the last day of the step, counted from a day."""
        if self.day:
            month = add_months(start.replace(day=1), self.months_later)
            last = monthrange(month.year, month.month)[1]
            return month.replace(day=min(self.day, last))
        reached = add_months(start, self.months) + timedelta(self.days)
        left = self.workdays
        while left:
            reached += timedelta(1)
            left -= is_workday(reached)
        return reached


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLoans:
    """新旧衔接: loans signed before a day get, from this rule's start, the subsidy of that day."""

    rule_of: date
