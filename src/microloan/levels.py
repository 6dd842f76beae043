"""分级承担: an amount of subsidy over the levels of government, to the fen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from microloan.money import InYuan, from_fen, show, split_fen
from microloan.naming import require_one_of
from microloan.policy import Level, Shares
from microloan.table import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAmount:
    """What one level of government bears; below nothing where money is taken back.

    Raises:
        InvalidTerms: no level.
    """

    level: Level
    amount_fen: int

    amount = InYuan("amount_fen", "What the level bears, in yuan.")

    COLUMNS = columns_of("level amount")

    def __post_init__(self) -> None:
        """Refuse what is no level."""
        require_one_of(self.level, Level, "a level", "财政级次")

    def __str__(self) -> str:
        """Return the level and its amount, such as ``central 46.41``."""
        return f"{self.level.value} {show(from_fen(self.amount_fen))}"


Levels = tuple[LevelAmount, ...]


def divide(amount_fen: int, shares: Shares) -> Levels:
    """Return what each level bears of an amount, by largest remainder; the parts add up to it.

    Of two levels that lose alike by rounding down, the one that stands first in the shares gets the
    fen.

    Raises:
        InvalidAmount: a negative amount.

    >>> half = Shares(parts=((Level.CENTRAL, Fraction(1, 2)), (Level.LOCAL, Fraction(1, 2))))
    >>> [str(part) for part in divide(49375, half)]
    ['central 246.88', 'local 246.87']
    """
    amounts = split_fen(amount_fen, [part for _, part in shares.parts])
    return tuple(
        LevelAmount(level=level, amount_fen=amount)
        for (level, _), amount in zip(shares.parts, amounts, strict=True)
    )


def move(was_fen: int, is_fen: int, shares: Shares) -> Levels:
    """Return by what each level's part changes when an amount does; the changes add up.

    A level's part afterwards is that of the new amount, so that no chain of changes leaves a level
    with a fen that is not its own.
    """
    before, after = divide(was_fen, shares), divide(is_fen, shares)
    return tuple(
        LevelAmount(level=old.level, amount_fen=new.amount_fen - old.amount_fen)
        for old, new in zip(before, after, strict=True)
    )


def part_of(level: Level) -> Callable[[Any], int]:
    """Return what reads the part of one level from a record with ``levels``; nothing is 0 fen."""
    return lambda record: sum(one.amount_fen for one in record.levels if one.level is level)


LEVEL_COLUMNS: Final = {level.value: part_of(level) for level in Level}
"""What each level of government bears, as columns of a table, from the top down."""


def add_up(amounts: Iterable[LevelAmount]) -> Levels:
    """Return the sum for each level that occurs, from the top down."""
    sums: dict[Level, int] = {}
    for one in amounts:
        sums[one.level] = sums.get(one.level, 0) + one.amount_fen
    return tuple(
        LevelAmount(level=level, amount_fen=sums[level]) for level in Level if level in sums
    )


def blend(weighed: Iterable[tuple[Shares, Fraction]]) -> Shares:
    """Return the shares of an amount of which parts of these weights fall under shares each.

    Levels stand in the order in which they first occur.

    >>> central = Shares(parts=((Level.CENTRAL, Fraction(1)),))
    >>> county = Shares(parts=((Level.COUNTY, Fraction(1)),))
    >>> blend([(central, Fraction(2)), (county, Fraction(1))]).parts[0][1]
    Fraction(2, 3)
    """
    listed = [(shares, weight) for shares, weight in weighed if weight]
    whole = sum(weight for _, weight in listed)
    parts: dict[Level, Fraction] = {}
    for shares, weight in listed:
        for level, part in shares.parts:
            parts[level] = parts.get(level, Fraction(0)) + part * weight / whole
    return Shares(parts=tuple(parts.items()))
