"""What the rules say of the fund and of lenders: limits, waiting times, losses, rewards."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from microloan.clauses import Opening
from microloan.penalty import Daily, Multiple, PenaltyRate


class ExposureBasis(Enum):
    """在保口径: what of the guaranteed loans is held against the cap of a fund."""

    FULL = "full"
    """在保贷款余额全额: their outstanding principal, whole."""
    COVERED = "covered"
    """担保责任余额: the covered share of it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedCap:
    """提高后的放大倍数: up to so many times the balance, where last year's repayment rate allows.

    Args:
        at_most: the highest multiple the fund's manager may set.
        repayment_rate: the repayment rate of due loans of the year before that must be reached;
            reaching it is enough.
    """

    at_most: int
    repayment_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDelay:
    """代偿等待期: days past due before a claim, or months from default to payout at most."""

    days: int = 0
    opening: Opening = Opening.AT_OR_AFTER
    months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossShare:
    """银行风险分担: what part of a loss stays with the lender.

    Args:
        share: the part, as a fraction.
        up_to_fen: for loans up to this amount; ``None`` for all.
        when: the arrangement it holds for; empty for every one.
    """

    share: Decimal
    up_to_fen: int | None = None
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskReward:
    """风险补偿奖励: a fund that grew by so much gets a part of the new money once more."""

    growth: Decimal
    share: Decimal


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
