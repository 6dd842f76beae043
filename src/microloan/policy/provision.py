"""What a policy value is: the value, the decree and clause behind it, and how far to trust it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Generic, TypeVar

from microloan.category import LowProfit
from microloan.penalty import Daily, Multiple, PenaltyRate

T = TypeVar("T")


class Evidence(Enum):
    """How a value is known."""

    SOURCE = "source"
    """Read in a page on the national text."""
    LOCAL = "local"
    """Read in a local rule only."""
    MEMORY = "memory"
    """From general knowledge, not read anywhere: check it before relying on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision(Generic[T]):
    """A value a decree sets, from a day, with its reference.

    Args:
        value: the value.
        since: the first day on which it governs; with a retroactive start, that day.
        decree: the document number.
        clause: what the clause says.
        read_in: where it was read.
        evidence: how it is known.
    """

    value: T
    since: date
    decree: str
    clause: str
    read_in: str
    evidence: Evidence

    def __str__(self) -> str:
        """Return the decree and the clause, marked where the value was not read in a source."""
        trust = "" if self.evidence is Evidence.SOURCE else f" [{self.evidence.value}]"
        return f"{self.decree}: {self.clause}{trust}"


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
    OVER_LPR_MINUS_150 = "over_lpr_minus_150"
    """The part of the rate above the contract's LPR less 1.50 percentage points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyTier:
    """One line of a subsidy rule: for whom, and the shape. Empty ``groups`` means everybody.

    ``low_profit`` is ``NOT_STATED`` where the line does not ask about the trade.
    """

    shape: SubsidyShape
    groups: frozenset[str]
    low_profit: LowProfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The largest principal with a subsidy, in fen: for anybody, and for some groups."""

    base_fen: int
    by_group_fen: Mapping[str, int]

    def for_groups(self, groups: AbstractSet[str]) -> int:
        """Return the highest ceiling that one of the groups opens, in fen."""
        return max([self.base_fen, *(self.by_group_fen.get(group, 0) for group in groups)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRange:
    """罚息幅度: the penalty a contract may agree: one rate a day, or a multiple within bounds."""

    lowest: PenaltyRate
    highest: PenaltyRate

    def agreed(self, multiple: Decimal) -> PenaltyRate | None:
        """Return the penalty in force where a contract agrees a multiple; ``None`` if it may not.

        A rate a day leaves nothing to agree.
        """
        if isinstance(self.lowest, Daily) or isinstance(self.highest, Daily):
            return self.lowest
        low, high = self.lowest.of_contract_rate, self.highest.of_contract_rate
        return Multiple(multiple) if low <= multiple <= high else None
