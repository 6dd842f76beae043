"""Rates: exact decimal fractions of a year's interest or of a loss, never rounded."""

import re
from decimal import Context, Decimal
from typing import Final

from microloan.errors import InvalidRate, shown
from microloan.errors.personal import quoted, told

RATE_LIMIT: Final = 10
_PLACES: Final = 12
_PERCENT_PLACES: Final = 2
_PERCENT = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,10})?")
_EXACT = Context(prec=60)


def percent(rate: str | int | Decimal) -> Decimal:
    """Return a rate given in percent as the fraction the library works with.

    Raises:
        InvalidRate: a float, a bool, NaN, below 0 % or above 1,000 %, or finer than 10^-12.

    >>> percent("3.95")
    Decimal('0.0395')
    """
    plain = isinstance(rate, int | Decimal) or (isinstance(rate, str) and _PERCENT.fullmatch(rate))
    if isinstance(rate, bool) or not plain:
        raise _not_a_rate(rate)
    number = Decimal(rate)
    if not number.is_finite() or abs(number.adjusted()) > _PLACES:
        raise _not_a_rate(rate)
    return exact_rate(_EXACT.scaleb(number, -_PERCENT_PLACES))


def exact_rate(rate: Decimal) -> Decimal:
    """Return a rate, given as a fraction, if it is one the library accepts.

    Raises:
        InvalidRate: not a ``Decimal``, NaN, below 0, above 10, or with more than 12 decimals.

    >>> exact_rate(Decimal("0.0395"))
    Decimal('0.0395')
    """
    if not isinstance(rate, Decimal) or not rate.is_finite():
        raise _not_a_rate(rate)
    places = -int(rate.as_tuple().exponent)
    if not -_PERCENT_PLACES <= places <= _PLACES or rate.is_signed() or rate > RATE_LIMIT:
        raise _not_a_rate(rate)
    return rate


def _not_a_rate(rate: object) -> InvalidRate:
    given = quoted(rate) if isinstance(rate, str | bytes) else shown(rate)
    return InvalidRate(
        f"{given} is not a rate between 0 % and 1,000 % with at most {_PLACES} decimals",
        zh=f"{given} 不是 0 % 至 1000 % 之间的利率",
        value=told(rate),
        limit=f"Decimal fraction from 0 to {RATE_LIMIT}",
    )


def show_rate(rate: Decimal) -> str:
    """Return a rate in percent, as it is printed.

    >>> show_rate(percent("3.95")), show_rate(percent(0))
    ('3.95 %', '0 %')
    """
    in_percent = _EXACT.normalize(_EXACT.scaleb(rate, _PERCENT_PLACES))
    return f"{in_percent:f} %"
