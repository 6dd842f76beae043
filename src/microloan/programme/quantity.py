"""公布数: a figure as it was printed, and the numbers it may stand for."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from microloan.errors import InvalidTerms, shown
from microloan.money import Money, fen, rounded
from microloan.naming import refused_terms, require_one_of
from microloan.programme.manner import (
    BARE,
    FIGURE,
    PLAIN,
    REST,
    SCALES,
    WORD_PLACES,
    WORDS,
    Manner,
)
from microloan.programme.span import Span

_MOST_CHARACTERS: Final = 40
_PLACES: Final = 4
MOST: Final = Fraction(10**20)
"""The largest figure that a report may print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """公布数: the number a figure prints, its last digit, and how it was printed.

    Args:
        printed: the number, in persons, yuan or as a fraction; 75 % is three quarters.
        unit: what one more in its last digit would be.
        manner: how it was printed.
        text: the figure as it stands in the report.

    Raises:
        InvalidTerms: a number below nothing, a unit that is none, or no :class:`Manner`.

    >>> print(Quantity.read("近115万元").span.high)
    1150000
    """

    printed: Fraction
    unit: Fraction
    manner: Manner
    text: str

    def __post_init__(self) -> None:
        """Refuse what no report could print."""
        if not isinstance(self.printed, Fraction) or not 0 <= self.printed <= MOST:
            raise refused_terms("a figure", "公布数", repr(self.text), "from 0 to 10^20")
        if not isinstance(self.unit, Fraction) or self.unit <= 0:
            raise refused_terms("the last digit", "末位单位", self.unit, "a Fraction above 0")
        require_one_of(self.manner, Manner, "the manner of a figure", "公布数表述")
        if self.manner is Manner.BELOW and not self.printed:
            raise refused_terms("a figure", "公布数", repr(self.text), "above 0")
        if not isinstance(self.text, str) or not self.text:
            raise refused_terms("the text of a figure", "公布数原文", self.text, "a text")

    @classmethod
    def exact(cls, number: int | Decimal | Fraction | Money) -> "Quantity":
        """Return a number that is known exactly; an amount counts in yuan.

        Raises:
            InvalidTerms: no exact number, or one below nothing.
            InvalidAmount: an amount that is none.

        >>> str(Quantity.exact(2_958))
        '2,958'
        """
        if isinstance(number, Money):
            worth = Fraction(fen(number), 100)
        elif _is_plain(number):
            worth = Fraction(number)
        else:
            raise refused_terms("a figure", "公布数", repr(number), "an exact number")
        if not 0 <= worth <= MOST:
            raise refused_terms("a figure", "公布数", shown(number), "from 0 to 10^20")
        return cls(printed=worth, unit=Fraction(1), manner=Manner.EXACT, text=show_number(worth))

    @classmethod
    def read(cls, text: str, *, whole: Manner = Manner.EXACT) -> "Quantity":
        """Return a figure as a report prints it: ``1.69亿``, ``over 400 thousand``, ``113%``.

        Args:
            text: a number from nothing, with thousands in commas, a Chinese or English word of
                scale or a percent sign, and a word that bounds it; characters may be traditional.
                ``3万5千`` and ``1亿零500万`` are read, and so are ``近万`` and ``百余``.
            whole: how a whole number without scale is taken: a count is exact, an average rounded.

        Raises:
            InvalidTerms: anything else.

        >>> Quantity.read("1.69亿").span == Span(
        ...     low=Fraction(168_500_000), high=Fraction(169_500_000), high_open=True
        ... )
        True
        """
        require_one_of(whole, Manner, "the manner of a whole number", "整数表述")
        if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
            raise _not_a_figure(text)
        plain = unicodedata.normalize("NFKC", text).lower().translate(PLAIN)
        found = FIGURE.fullmatch(" ".join(plain.split()))
        if found is None:
            raise _not_a_figure(text)
        manners = {WORDS[found[place]] for place in WORD_PLACES if found[place]}
        number = BARE.get(found["number"], found["number"])
        if len(manners) > 1 or not _is_whole(found, bounded=bool(manners)):
            raise _not_a_figure(text)
        printed, unit = _worth(number, SCALES.get(found["scale"], Fraction(1)))
        for piece in REST.finditer(found["rest"]):
            more, unit = _following(piece, unit, text)
            printed += more
        manner = manners.pop() if manners else Manner.ROUNDED
        if manner is Manner.ROUNDED and unit == 1 and (found["rest"] or not found["scale"]):
            manner = whole
        if manner in {Manner.ABOUT, Manner.AND_SOME} and printed:
            digits = str(printed / unit)
            unit *= 10 ** (len(digits) - len(digits.rstrip("0")))
        return cls(printed=printed, unit=unit, manner=manner, text=text.strip())

    @property
    def span(self) -> Span:
        """Return the numbers it may stand for."""
        match self.manner:
            case Manner.EXACT:
                return Span.point(self.printed)
            case Manner.ROUNDED:
                half = self.unit / 2
                return Span(
                    low=max(Fraction(0), self.printed - half),
                    high=self.printed + half,
                    high_open=True,
                )
            case Manner.ABOUT:
                low = max(Fraction(0), self.printed - self.unit)
                return Span(low=low, high=self.printed + self.unit)
            case Manner.OVER:
                return Span(low=self.printed, high=None)
            case Manner.AND_SOME:
                return Span(low=self.printed, high=self.printed + self.unit, high_open=True)
            case Manner.NEARLY | Manner.AT_MOST:
                return Span(low=Fraction(0), high=self.printed)
            case Manner.BELOW:
                return Span(low=Fraction(0), high=self.printed, high_open=True)
        assert_never(self.manner)

    @property
    def bounded(self) -> bool:
        """Tell whether the number itself is printed, and not a bound of it."""
        return self.manner in {Manner.EXACT, Manner.ROUNDED}

    def moved(self, factor: Fraction) -> "Quantity":
        """Return the figure with its decimal point elsewhere."""
        return Quantity(
            printed=self.printed * factor,
            unit=self.unit * factor,
            manner=self.manner,
            text=f"{self.text} × {factor}" if factor > 1 else f"{self.text} ÷ {1 / factor}",
        )

    def __str__(self) -> str:
        """Return the figure as printed."""
        return self.text


def show_number(number: Fraction) -> str:
    """Return a number as a finding prints it, to four places where it has that many.

    >>> show_number(Fraction(50_000, 6_000)), show_number(Fraction(3))
    ('8.3333', '3')
    """
    shown = f"{rounded(number, _PLACES):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _is_whole(found: re.Match[str], *, bounded: bool) -> bool:
    """Tell whether what was found is a figure: 近万 is one, 万 and 余 are none, nor 3.5万600."""
    if found["rest"] and ("." in found["number"] or found["within"]):
        return False
    if not found["number"]:
        return bounded and bool(found["scale"])
    return bounded or found["number"] not in BARE or found["number"] == "零"


def _worth(number: str, scale: Fraction) -> tuple[Fraction, Fraction]:
    """Return what digits are worth, and what one more in the last of them would be."""
    whole, _, part = number.replace(",", "").partition(".")
    unit = scale / 10 ** len(part)
    return unit * int(whole + part), unit


def _following(piece: re.Match[str], above: Fraction, text: str) -> tuple[Fraction, Fraction]:
    """Return what a further piece of a number is worth, such as 零500万 after 1亿, and its unit.

    It must fit below what stands before it: 3万5 may be 35,000 or 30,005, and is no figure.
    """
    worth, unit = _worth(piece["number"], SCALES.get(piece["scale"], Fraction(1)))
    clear = piece["zero"] or piece["scale"] or worth * 10 >= above
    if above <= 1 or worth >= above or not clear:
        raise _not_a_figure(text)
    return worth, unit


def _is_plain(number: object) -> bool:
    """Tell whether something is an exact number that can be written out."""
    if isinstance(number, Decimal):
        return number.is_finite() and abs(number.adjusted()) <= _MOST_CHARACTERS
    return isinstance(number, int | Fraction) and not isinstance(number, bool)


def _not_a_figure(text: object) -> InvalidTerms:
    return refused_terms("a figure", "公布数", repr(text), "a number such as 1.69亿 or over 400")
