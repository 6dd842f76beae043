"""Money: the only place that constructs, adds up, rounds, divides or converts amounts.

The public type is py-moneyed's ``Money`` in CNY. Inside, every amount is an integer number of fen,
so that a host's ambient ``Decimal`` context changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, Final, overload

from moneyed import CNY, Money

from microloan.errors import InvalidAmount, shown
from microloan.errors.personal import quoted, told

__all__ = ["Money"]

FEN_LIMIT: Final = 10**15
_FEN_PLACES: Final = 2
_MAX_EXPONENT: Final = 20
_MAX_DIGITS: Final = 40
_YUAN = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_ONE_FEN: Final = Decimal("0.01")
_FEN_A_YUAN: Final = Decimal(100)
_scale = _EXACT.multiply
_LOWEST_FEN: Final = -FEN_LIMIT


def cny(amount: int | Decimal | str) -> Money:
    """Return an amount of yuan, exact to the fen.

    Args:
        amount: whole yuan as ``int``, a ``Decimal``, or a plain string such as ``"7863.02"``.

    Raises:
        InvalidAmount: a float, a bool, NaN, Infinity, a third decimal, digits that are not ASCII,
            or an amount beyond 10^15 fen (decision 002).

    >>> cny("7863.02").amount
    Decimal('7863.02')
    """
    return from_fen(_fen_of_plain(amount))


def _fen_of_plain(amount: object) -> int:
    if isinstance(amount, bool):
        raise _not_an_amount(amount)
    if isinstance(amount, int):
        return _within_limit(amount * 100)
    if isinstance(amount, str) and _YUAN.fullmatch(amount):
        return _fen_of_decimal(Decimal(amount))
    if isinstance(amount, Decimal):
        return _fen_of_decimal(amount)
    raise _not_an_amount(amount)


def _fen_of_decimal(amount: Decimal) -> int:
    if amount.is_finite() and -_MAX_EXPONENT < amount.adjusted() < _MAX_EXPONENT:
        worth = int(_scale(amount, _FEN_A_YUAN))
        if _scale(worth, _ONE_FEN) == amount:
            return _within_limit(worth)
    return _fen_of_digits(amount)


def _fen_of_digits(amount: Decimal) -> int:
    """Return the fen of a decimal written in an unusual way, or refuse it."""
    sign, digits, exponent = amount.as_tuple()
    # Bounded before any arithmetic: 1E+400000 would be a number of 400,000 digits.
    if not isinstance(exponent, int) or abs(exponent) > _MAX_EXPONENT or len(digits) > _MAX_DIGITS:
        raise _not_an_amount(amount)
    whole = int("".join(map(str, digits)))
    over = 10 ** abs(exponent + _FEN_PLACES)
    worth, rest = (whole * over, 0) if exponent >= -_FEN_PLACES else divmod(whole, over)
    if rest:
        raise _not_an_amount(amount)
    return _within_limit(-worth if sign else worth)


def _within_limit(amount: int) -> int:
    if abs(amount) > FEN_LIMIT:
        raise InvalidAmount(
            f"{shown(amount)} fen is beyond the largest amount of {FEN_LIMIT} fen",
            zh=f"金额 {shown(amount)} 分超出上限 {FEN_LIMIT} 分",
            value=amount,
            limit=FEN_LIMIT,
        )
    return amount


def _not_an_amount(amount: object) -> InvalidAmount:
    return InvalidAmount(
        f"{quoted(amount)} is not an amount of yuan with at most two decimals",
        zh=f"{quoted(amount)} 不是至多两位小数的人民币金额",
        value=told(amount),
        limit="int, Decimal or str, at most 13 digits and two decimals",
    )


def from_fen(amount: int) -> Money:
    """Return the amount of so many fen.

    Raises:
        InvalidAmount: not an ``int``, or beyond 10^15 fen.

    >>> from_fen(786302) == cny("7863.02")
    True
    """
    if type(amount) is not int or not _LOWEST_FEN <= amount <= FEN_LIMIT:
        _refuse_fen(amount)
    return Money(_scale(amount, _ONE_FEN), CNY)


def _refuse_fen(amount: object) -> None:
    """Refuse what is no whole number of fen in range; an ``int`` of a class of its own may pass."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise _not_an_amount(amount)
    _within_limit(amount)


def fen(amount: Money) -> int:
    """Return how many fen an amount is.

    Raises:
        InvalidAmount: not ``Money``, not CNY, finer than a fen, NaN or out of range.

    >>> fen(cny("7863.02"))
    786302
    """
    if not isinstance(amount, Money):
        raise _not_an_amount(amount)
    if amount.currency is not CNY and amount.currency != CNY:  # one object, unless it was unpickled
        raise InvalidAmount(
            f"{amount!r} is in {amount.currency}; the book is kept in CNY",
            zh=f"币种为 {amount.currency}，台账只记人民币",
            value=amount,
            limit="CNY",
        )
    worth = amount.amount
    return _fen_of_decimal(worth) if type(worth) is Decimal else _fen_of_plain(worth)


def positive_fen(amount: Money, what: str) -> int:
    """Return how many fen an amount is, which must be more than nothing.

    Raises:
        InvalidAmount: as :func:`fen`, or zero or negative.

    >>> positive_fen(cny(1), "a deposit")
    100
    """
    worth = fen(amount)
    if worth <= 0:
        raise InvalidAmount(
            f"{what} must be more than 0.00 yuan, got {show(amount)}",
            zh=f"金额必须大于零，实为 {show(amount)}",
            value=amount,
            limit=ZERO,
        )
    return worth


ZERO: Final = from_fen(0)


class InYuan:
    """A view in yuan of a field kept in fen: ``principal = InYuan("principal_fen", "…")``."""

    def __init__(self, field: str, doc: str) -> None:
        self._field = field
        self.__doc__ = doc

    @overload
    def __get__(self, instance: None, owner: type) -> "InYuan": ...
    @overload
    def __get__(self, instance: object, owner: type) -> Money: ...
    def __get__(self, instance: object | None, owner: type) -> "InYuan | Money":
        """Return the amount, or on the class the view itself."""
        if instance is None:
            return self
        worth: Any = getattr(instance, self._field)
        return from_fen(worth)


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts; of none, 0.00 yuan.

    >>> total([cny("0.10"), cny("0.20")]) == cny("0.30")
    True
    """
    return from_fen(sum(map(fen, amounts)))


def settle(exact: Fraction) -> int:
    """Round an exact number of fen half up, away from zero: the only rounding of money.

    It is applied once, when an amount becomes payable (decision 003).

    >>> settle(Fraction(5, 2)), settle(Fraction(-5, 2))
    (3, -3)
    """
    return settle_ratio(exact.numerator, exact.denominator)


def settle_ratio(numerator: int, denominator: int) -> int:
    """Round ``numerator / denominator`` fen half up, away from zero; the denominator is positive.

    >>> settle_ratio(7, 2), settle_ratio(10, 4), settle_ratio(9, 4)
    (4, 3, 2)
    """
    doubled = (2 * abs(numerator) + denominator) // (2 * denominator)
    return doubled if numerator >= 0 else -doubled


def split(amount: Money, weights: Sequence[int | Fraction]) -> tuple[Money, ...]:
    """Split an amount by weights so that the parts add up to it, by largest remainder.

    Each part is first cut down to the fen; the fen left over go, one each, to the parts that lost
    most, the earlier part first where two lost alike.

    Raises:
        InvalidAmount: a negative amount, no weights, a weight that is negative or no exact number,
            or weights that are all zero.

    >>> [show(part) for part in split(cny("66.30"), [70, 21, 9])]
    ['46.41', '13.92', '5.97']
    """
    return tuple(map(from_fen, split_fen(fen(amount), weights)))


def split_fen(amount: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split so many fen by weights; see :func:`split`.

    >>> split_fen(100, [1, 1, 1])
    [34, 33, 33]
    """
    exact_weights = all(isinstance(weight, int | Fraction) and weight >= 0 for weight in weights)
    whole = sum(weights, start=Fraction(0)) if exact_weights else Fraction(0)
    if amount < 0 or not whole:
        raise InvalidAmount(
            f"cannot split {amount} fen by the weights {[str(weight) for weight in weights]}",
            zh=f"无法按权重分摊 {amount} 分",
            value=amount,
            limit="an amount and exact weights of at least 0, one weight above 0",
        )
    exact = [amount * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_loss[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def ratio(part: Money, whole: Money, *, places: int = 4) -> Decimal:
    """Return ``part / whole``, rounded half up to so many places.

    Raises:
        InvalidAmount: the whole is 0.00 yuan.

    >>> ratio(cny(84_600_000), cny(11_500_000), places=2)
    Decimal('7.36')
    """
    if not fen(whole):
        raise InvalidAmount(
            "a ratio to 0.00 yuan does not exist",
            zh="分母为零，比率不存在",
            value=whole,
            limit="more or less than 0.00 yuan",
        )
    return rounded(Fraction(fen(part), fen(whole)), places)


def rounded(exact: Fraction, places: int) -> Decimal:
    """Return an exact fraction as a decimal, rounded half up to so many places, for print.

    >>> rounded(Fraction(2, 3), 4)
    Decimal('0.6667')
    """
    units = settle(exact * 10**places)
    return _EXACT.scaleb(Decimal(units), -places)


def show(amount: Money) -> str:
    """Return an amount as an office prints it, the same in every locale.

    >>> show(cny(84_600_000))
    '84,600,000.00'
    """
    worth = fen(amount)
    yuan, odd = divmod(abs(worth), 100)
    return f"{'-' if worth < 0 else ''}{yuan:,}.{odd:02}"
