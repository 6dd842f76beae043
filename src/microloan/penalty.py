"""罚息: what an overdue or misused yuan costs in place of the contract rate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from microloan.dated import Dated
from microloan.naming import refused_terms
from microloan.periods import DayCount
from microloan.rate import exact_rate, show_rate

_HEAVIEST_DAY: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Multiple:
    """A multiple of the contract rate: 1.5 where 50 % are added (银发〔2003〕251号, art. 3).

    Raises:
        InvalidRate: no decimal, or out of range.
        InvalidTerms: below 1, which would reward default.
    """

    of_contract_rate: Decimal

    def __post_init__(self) -> None:
        """Refuse a multiple that would reward default."""
        if exact_rate(self.of_contract_rate) < 1:
            raise refused_terms("the multiple", "罚息倍数", self.of_contract_rate, "at least 1")

    def __str__(self) -> str:
        """Return the multiple as it is printed."""
        return f"{self.of_contract_rate} × the contract rate"

    def charge(self, contract_rate: Decimal, days: DayCount, start: date, end: date) -> Fraction:
        """Return what one fen costs from one day to another, in fen.

        >>> half_more = Multiple(Decimal("1.5"))
        >>> half_more.charge(Decimal("0.06"), DayCount.ACT_360, date(2024, 6, 1), date(2024, 6, 11))
        Fraction(1, 400)
        """
        rate = Fraction(self.of_contract_rate) * Fraction(contract_rate)
        return rate * days.daily(start, end)


@dataclass(frozen=True, slots=True)
class Daily:
    """A rate a day, whatever the contract rate: 0.21‰ from 1999-06-10 through 2003-12-31.

    Raises:
        InvalidRate: no decimal, or negative.
        InvalidTerms: above one hundredth a day.
    """

    rate: Decimal

    def __post_init__(self) -> None:
        """Refuse a rate that no decree ever knew."""
        if exact_rate(self.rate) > _HEAVIEST_DAY:
            raise refused_terms("the daily rate", "日罚息率", self.rate, f"at most {_HEAVIEST_DAY}")

    def __str__(self) -> str:
        """Return the rate as it is printed."""
        return f"{show_rate(self.rate)} a day"

    def charge(self, contract_rate: Decimal, days: DayCount, start: date, end: date) -> Fraction:  # noqa: ARG002 — the same question as to a multiple
        """Return what one fen costs from one day to another, in fen.

        >>> Daily(Decimal("0.00021")).charge(
        ...     Decimal("0.06"), DayCount.ACT_360, date(2003, 6, 1), date(2003, 6, 11)
        ... )
        Fraction(21, 10000)
        """
        return Fraction(self.rate) * (end - start).days


PenaltyRate: TypeAlias = Multiple | Daily
"""How a penalty is stated."""


class Compounding(Enum):
    """复利: whether unpaid contract interest bears interest of its own."""

    NONE = "none"
    """The contract does not provide for it."""
    UNPAID_INTEREST = "unpaid_interest"
    """Unpaid contract interest bears the contract rate through maturity, the penalty rate after it
    (人民币利率管理规定, art. 20-21); penalty and compound interest bear none (decision 020)."""


def charge_of(
    agreed: Dated[PenaltyRate], contract_rate: Decimal, days: DayCount, start: date, end: date
) -> Fraction:
    """Return what one fen costs from one day to another while the agreed penalty changes by date.

    >>> agreed = Dated("penalty", (
    ...     (date(1999, 6, 10), Daily(Decimal("0.00021"))),
    ...     (date(2004, 1, 1), Multiple(Decimal("1.5"))),
    ... ))
    >>> cost = charge_of(
    ...     agreed, Decimal("0.06"), DayCount.ACT_360, date(2003, 12, 31), date(2004, 1, 2)
    ... )
    >>> cost == Fraction("0.00021") + Fraction("0.06") * Fraction("1.5") / 360
    True
    """
    cuts = [start, *(day for day in agreed.changes(start, end) if day < end), end]
    return sum(
        (
            agreed.at(opens).charge(contract_rate, days, opens, closes)
            for opens, closes in pairwise(cuts)
        ),
        start=Fraction(0),
    )
