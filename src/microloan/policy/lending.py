"""What the rules say of lending: how much, at what rate, to whom, against what security."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from microloan.category import Category, Reference

Codes = tuple[str, ...]
"""Codes in the order in which a decree lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """额度: the largest principal, in fen: for anybody, for some groups, for some schemes.

    Args:
        base_fen: for anybody; of a partnership, for each head.
        by_group_fen: higher ones that a group opens.
        by_scheme_fen: those of a scheme, which go before all others.
        by_head: whether it counts for each head of a partnership.
        factor: what the sum over the heads is multiplied by (110 % since 2020).
        at_most_fen: the most for all heads together; ``None`` where there is no such limit.

    >>> from microloan.category import BorrowerKind
    >>> three = Category(kind=BorrowerKind.PARTNERSHIP, heads=3)
    >>> rule = Ceiling(base_fen=30_000_000, by_head=True, factor=Fraction(11, 10))
    >>> rule.for_category(three)
    99000000
    """

    base_fen: int
    by_group_fen: tuple[tuple[str, int], ...] = ()
    by_scheme_fen: tuple[tuple[str, int], ...] = ()
    by_head: bool = False
    factor: Fraction = Fraction(1)
    at_most_fen: int | None = None

    def for_category(self, category: Category) -> int:
        """Return the highest ceiling that a borrower's groups, scheme and heads open, in fen."""
        opened = [amount for group, amount in self.by_group_fen if group in category.groups]
        schemes = dict(self.by_scheme_fen)
        one = schemes.get(category.scheme, max([self.base_fen, *opened]))
        heads = category.heads if self.by_head else 1
        all_heads = int(one * heads * self.factor)
        return all_heads if self.at_most_fen is None else min(all_heads, self.at_most_fen)


class Beyond(Enum):
    """What becomes of a contract rate above the cap."""

    REFUSED = "refused"
    """The loan is none of the programme."""
    UNSUBSIDIZED = "unsubsidized"
    """The part above the cap is the borrower's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCap:
    """利率上限: so many points over a reference rate, or freely agreed.

    Args:
        references: the reference rates a contract may name; empty where the rate is free.
        over: what may be added, as a fraction.
        beyond: what becomes of a rate above the cap.
    """

    references: tuple[Reference, ...] = ()
    over: Decimal = Decimal(0)
    beyond: Beyond = Beyond.REFUSED

    @property
    def free(self) -> bool:
        """Tell whether lender and borrower agree the rate freely."""
        return not self.references


@dataclass(frozen=True, slots=True, kw_only=True)
class HiredRatio:
    """招用比例: what part of its staff an enterprise must have hired from the listed groups.

    Args:
        ratio: the part, as a fraction.
        large: the lower part for large enterprises.
        large_above: more staff than this makes an enterprise large; exactly so many does not.
        window_months: hired within so many months before applying; ``None`` where not said.

    >>> rule = HiredRatio(ratio=Decimal("0.10"), large=Decimal("0.05"), large_above=100)
    >>> rule.required(100), rule.required(101)
    (10, 6)
    """

    ratio: Decimal
    large: Decimal
    large_above: int
    window_months: int | None = None

    def required(self, staff: int) -> int:
        """Return how many must have been hired; a part of a person counts as one more."""
        part = self.large if staff > self.large_above else self.ratio
        return -int(-staff * Fraction(part) // 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLoans:
    """其他贷款: which other loans a household may have had.

    Args:
        look_back_years: years before applying that count; 0: only what is open on that day.
        exempt: kinds of loan that do not count.
        consumer_up_to_fen: consumer loans up to this sum do not count either.
    """

    look_back_years: int
    exempt: Codes
    consumer_up_to_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRule:
    """展期规定: how often and how long a loan may be extended; never with a subsidy."""

    times: int
    months: int


class GuaranteeWithSubsidy(Enum):
    """Whether an enterprise loan may have the fund's guarantee and the subsidy."""

    EITHER = "either"
    """One of the two."""
    BOTH = "both"
    """Both (since 财金〔2018〕22号)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterGuarantee:
    """反担保: how much may be asked for, and who need give none.

    Args:
        at_most: the most, as a part of the loan; ``None`` where not limited.
        waived_up_to_fen: no counter-guarantee for individual loans up to this amount.
        waived_for: codes of those who need give none.
    """

    at_most: Decimal | None = None
    waived_up_to_fen: int = 0
    waived_for: Codes = ()
