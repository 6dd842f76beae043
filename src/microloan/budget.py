"""贴息预算: what each level of government has set aside for the subsidy of a year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from microloan.errors import BudgetExceeded
from microloan.levels import LevelAmount, Levels, add_up
from microloan.money import Money, fen, from_fen, show
from microloan.naming import refused_terms, require_whole
from microloan.periods import FIRST_YEAR, LAST_YEAR
from microloan.policy import Level

_BELOW: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """贴息预算: the year and what each level may bear in it; a level not named has no limit here.

    A county usually knows its own line only. ``LOCAL`` stands for province, city and county
    together.

    Args:
        year: the calendar year; its interest quarters are those it is spent in.
        levels: what each level may bear.

    Raises:
        InvalidTerms: no year, the same level twice, or an amount below nothing.

    >>> from microloan.money import cny
    >>> print(*Budget.of(2024, {Level.COUNTY: cny(150_000)}).levels)
    county 150,000.00
    """

    year: int
    levels: Levels

    def __post_init__(self) -> None:
        """Refuse what no budget could say."""
        require_whole(self.year, "the year", "年度", FIRST_YEAR, LAST_YEAR)
        named = [one.level.value for one in self.levels]
        if len(set(named)) != len(named):
            raise refused_terms("the levels of a budget", "预算级次", named, "each level once")
        for one in self.levels:
            if one.amount_fen < 0:
                what = f"the budget of {one.level.value}"
                raise refused_terms(what, "预算", show(one.amount), "at least 0.00")

    @classmethod
    def of(cls, year: int, amounts: Mapping[Level, Money]) -> Self:
        """Return the budget of a year from each level's amount, in yuan.

        Raises:
            InvalidTerms: no year, no level, or an amount below nothing.
            InvalidAmount: not CNY, or finer than a fen.
        """
        levels = [LevelAmount(level=one, amount_fen=fen(yuan)) for one, yuan in amounts.items()]
        return cls(year=year, levels=tuple(levels))

    def wanted(self, amounts: Iterable[LevelAmount]) -> Levels:
        """Return what amounts ask of each level that the budget names, in its order.

        Raises:
            InvalidTerms: the budget names levels that the amounts do not tell apart.
        """
        sums = {one.level: one.amount_fen for one in add_up(amounts)}
        named = {one.level for one in self.levels}
        if sums.get(Level.LOCAL) and not named.isdisjoint(_BELOW):
            raise refused_terms(
                "the levels of the budget",
                "预算级次",
                [one.level.value for one in self.levels],
                "central and local, as in the shares",
            )
        if Level.LOCAL in named:
            sums[Level.LOCAL] = sums.get(Level.LOCAL, 0) + sum(
                sums.get(level, 0) for level in _BELOW
            )
        return tuple(
            LevelAmount(level=one.level, amount_fen=sums.get(one.level, 0)) for one in self.levels
        )

    def require(self, amounts: Iterable[LevelAmount]) -> None:
        """Refuse amounts of which a level would bear more than its budget.

        Raises:
            BudgetExceeded: names the level, the budget and what is wanted.
            InvalidTerms: the budget names levels that the amounts do not tell apart.
        """
        for limit, wanted in zip(self.levels, self.wanted(amounts), strict=True):
            if wanted.amount_fen > limit.amount_fen:
                raise _exceeded(self.year, limit, wanted)


def _exceeded(year: int, limit: LevelAmount, wanted: LevelAmount) -> BudgetExceeded:
    over = from_fen(wanted.amount_fen - limit.amount_fen)
    return BudgetExceeded(
        f"{limit.level.value} has {show(limit.amount)} for {year}; {show(wanted.amount)} is "
        f"wanted, {show(over)} too much",
        zh=f"{limit.level.zh}财政 {year} 年贴息预算为 {show(limit.amount)}，"
        f"需 {show(wanted.amount)}，超出 {show(over)}",
        value=wanted,
        limit=limit,
    )
