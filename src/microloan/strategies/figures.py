"""Amounts of money, yearly rates, and the numbers of citizens who do not exist."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from microloan.errors.personal import check_character
from microloan.money import Money, cny, fen, from_fen
from microloan.naming import refused_terms
from microloan.rate import exact_rate, percent

_BASIS_POINT = 4
_FINEST = 8
_NOWHERE = "990101"
"""A county code that was never given out: the number is well formed and nobody's."""
_A_FEN = cny("0.01")
_TEN_MILLION = cny(10_000_000)


def amounts(
    *, min_amount: Money = _A_FEN, max_amount: Money = _TEN_MILLION
) -> SearchStrategy[Money]:
    """Draw amounts of money in yuan, to the fen; simple ones are small.

    Args:
        min_amount: the smallest amount.
        max_amount: the largest one.
    """
    return st.integers(fen(min_amount), fen(max_amount)).map(from_fen)


_THIRTY_SIX = percent(36)
_NO_RATE = percent(0)


def rates(
    *, min_rate: Decimal = _NO_RATE, max_rate: Decimal = _THIRTY_SIX
) -> SearchStrategy[Decimal]:
    """Draw yearly rates as fractions: to a basis point as contracts state them, and finer.

    Args:
        min_rate: the lowest rate, as a fraction: ``percent(3)``.
        max_rate: the highest one.

    Raises:
        InvalidRate: a bound that is no rate.
        InvalidTerms: the highest rate is below the lowest.
    """
    if exact_rate(min_rate) > exact_rate(max_rate):
        raise refused_terms("the highest rate", "最高利率", max_rate, f"{min_rate} or more")
    return _scaled(min_rate, max_rate, _BASIS_POINT) | _scaled(min_rate, max_rate, _FINEST)


def _scaled(min_rate: Decimal, max_rate: Decimal, places: int) -> SearchStrategy[Decimal]:
    first = ceil(Fraction(exact_rate(min_rate)) * 10**places)
    last = floor(Fraction(exact_rate(max_rate)) * 10**places)
    if first > last:  # bounds closer than so many places tell apart
        return st.sampled_from((min_rate, max_rate))
    return st.integers(first, last).map(lambda units: Decimal(f"{units}E-{places}"))


_FIRST_BIRTH, _LAST_BIRTH = date(1940, 1, 1), date(2008, 12, 31)


def id_numbers(
    *, min_birth: date = _FIRST_BIRTH, max_birth: date = _LAST_BIRTH
) -> SearchStrategy[str]:
    """Draw citizens' numbers 身份证号 with a right check character, of a county that is none.

    Args:
        min_birth: the first day of birth.
        max_birth: the last one.
    """
    return st.builds(_id_number, st.dates(min_birth, max_birth), st.integers(1, 999))


def _id_number(born: date, place: int) -> str:
    number = f"{_NOWHERE}{born:%Y%m%d}{place:03}"
    return number + check_character(number)
