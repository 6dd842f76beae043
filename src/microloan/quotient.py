"""比率: a ratio that keeps what was divided by what, and says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from microloan.money import Money, fen, rounded
from microloan.naming import refused_terms
from microloan.table import columns_of

_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """A ratio with its numerator and denominator, in fen or as counts.

    Args:
        name: what it is, with what is divided by what.
        part: the numerator, whole fen or a count.
        whole: the denominator, in the same unit.

    Raises:
        InvalidTerms: parts that are no whole numbers of at least 0.

    >>> rate = Quotient(name="repaid ÷ fell due", part=62_200_000, whole=62_200_000)
    >>> print(rate)
    repaid ÷ fell due: 100.00%
    """

    name: str
    part: int
    whole: int

    COLUMNS = columns_of("name numerator=part denominator=whole ratio=value")

    def __post_init__(self) -> None:
        """Refuse what no ratio of amounts or counts can be made of."""
        for number in (self.part, self.whole):
            if type(number) is not int or number < 0:
                raise refused_terms(
                    "a part of a ratio", "比率的分子分母", number, "a whole number from 0"
                )

    @classmethod
    def of(
        cls, name: str, part: Money | Iterable[Money], whole: Money | Iterable[Money]
    ) -> "Quotient":
        """Return the ratio of two amounts, or of the sums of several."""
        return cls(name=name, part=_fen(part), whole=_fen(whole))

    @property
    def exact(self) -> Fraction | None:
        """Return the ratio exactly; ``None`` where the denominator is nothing."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def value(self) -> Decimal | None:
        """Return the ratio to four places, rounded half up; ``None`` without a denominator."""
        return self.to_places(_PLACES)

    def to_places(self, places: int) -> Decimal | None:
        """Return the ratio rounded half up to so many places; ``None`` without a denominator.

        >>> Quotient(name="people of 2014 ÷ people of 2004", part=1762, whole=42).to_places(2)
        Decimal('41.95')
        """
        return None if self.exact is None else rounded(self.exact, places)

    def reaches(self, threshold: Decimal) -> bool:
        """Tell whether the exact ratio is at least a threshold; without a denominator it is not.

        >>> nine = Decimal("0.90")
        >>> Quotient(name="r", part=90, whole=100).reaches(nine)
        True
        >>> Quotient(name="r", part=899_999, whole=1_000_000).reaches(nine)
        False
        >>> Quotient(name="r", part=0, whole=0).reaches(nine)
        False
        """
        return self.exact is not None and self.exact >= Fraction(threshold)

    def __str__(self) -> str:
        """Return the name and the ratio in percent, to two places."""
        if self.exact is None:
            return f"{self.name}: no denominator"
        return f"{self.name}: {rounded(self.exact * 100, 2)}%"


def require_ratio(value: object, what: str, zh: str) -> None:
    """Refuse a ratio without its numerator and denominator, such as a bare number.

    Raises:
        InvalidTerms: no quotient.
    """
    if not isinstance(value, Quotient):
        raise refused_terms(what, zh, value, "a Quotient")


def _fen(amounts: Money | Iterable[Money]) -> int:
    return fen(amounts) if isinstance(amounts, Money) else sum(map(fen, amounts))
