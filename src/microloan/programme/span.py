"""区间: the numbers a printed figure may stand for, and exact arithmetic on them."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from microloan.naming import refused_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """区间: all numbers from one to another, exact; published figures are never below nothing.

    Args:
        low: the least of them.
        high: the greatest; ``None`` where nothing bounds them.
        low_open: whether the least itself is left out.
        high_open: whether the greatest itself is left out.

    Raises:
        InvalidTerms: bounds that are no fractions, below nothing, or in the wrong order.
    """

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        """Refuse bounds between which no number lies."""
        for bound in (self.low, self.high):
            known = isinstance(bound, Fraction) and bound >= 0
            if not known and (bound is not None or bound is self.low):
                raise refused_terms("a bound of a span", "区间端点", bound, "a Fraction from 0")
        if self.high is None:
            return
        open_ended = self.low_open or self.high_open
        if self.high < self.low or (self.high == self.low and open_ended):
            raise refused_terms("the upper bound", "区间上限", self.high, f"above {self.low}")

    @classmethod
    def point(cls, number: Fraction) -> "Span":
        """Return the span of one number."""
        return cls(low=number, high=number)

    def plus(self, other: "Span") -> "Span":
        """Return what the sum of a number here and one there may be.

        >>> one = Span(low=Fraction(1), high=Fraction(2), high_open=True)
        >>> one.plus(one) == Span(low=Fraction(2), high=Fraction(4), high_open=True)
        True
        """
        bounded = self.high is not None and other.high is not None
        return Span(
            low=self.low + other.low,
            high=_sum(self.high, other.high),
            low_open=self.low_open or other.low_open,
            high_open=bounded and (self.high_open or other.high_open),
        )

    def over(self, other: "Span") -> "Span":
        """Return what a number here divided by one there may be; a divisor of nothing is left out.

        >>> Span.point(Fraction(3)).over(Span(low=Fraction(1), high=Fraction(2))).low
        Fraction(3, 2)
        """
        reached = other.high is not None and not other.high_open
        high = None if self.high is None or not other.low else self.high / other.low
        return Span(
            low=self.low / other.high if other.high else Fraction(0),
            high=high,
            low_open=self.low_open or (self.low > 0 and not reached),
            high_open=high is not None and bool(high) and (self.high_open or other.low_open),
        )

    def meets(self, other: "Span") -> bool:
        """Tell whether some number lies in both."""
        return self.may_be_at_most(other) and other.may_be_at_most(self)

    def lies_in(self, other: "Span") -> bool:
        """Tell whether every number of this one lies in the other."""
        if self.low < other.low or (self.low == other.low and other.low_open > self.low_open):
            return False
        if other.high is None:
            return True
        if self.high is None or self.high > other.high:
            return False
        return self.high < other.high or self.high_open >= other.high_open

    def is_at_most(self, other: "Span") -> bool:
        """Tell whether no number of this one is above any of the other."""
        return self.high is not None and self.high <= other.low

    def may_be_at_most(self, other: "Span") -> bool:
        """Tell whether some number of this one is not above some number of the other."""
        if other.high is None or self.low < other.high:
            return True
        return self.low == other.high and not (self.low_open or other.high_open)

    def multiple_of(self, step: int) -> Fraction | None:
        """Return the least multiple of a number above nothing in the span; ``None`` without one.

        >>> Span(low=Fraction(54_995), high=Fraction(55_002)).multiple_of(1_000)
        Fraction(55000, 1)
        """
        first = floor(self.low / step) + 1 if self.low_open else ceil(self.low / step)
        found = Fraction(max(1, first) * step)
        return found if Span.point(found).lies_in(self) else None


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
