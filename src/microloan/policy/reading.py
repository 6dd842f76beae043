"""Reading plain TOML values strictly: a wrong type, an unknown key, a missing key are refused."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, TypeVar

from microloan.money import cny, fen, positive_fen
from microloan.naming import is_code
from microloan.rate import exact_rate, percent

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Reader = Callable[[Any], Any]

_MOST: Final = 10**13 - 1
_MOST_COUNTED: Final = 600


def whole_number(value: object) -> int:
    """Return a whole number above nothing.

    Raises:
        ValueError: anything else.
    """
    if type(value) is not int or value <= 0:
        raise ValueError("a whole number above 0 is needed")
    if value > _MOST:
        raise ValueError("a whole number of 13 digits at most is needed")
    return value


def small_number(value: object) -> int:
    """Return a whole number from 1 to 600: of days, months, years or heads.

    Raises:
        ValueError: anything else.
    """
    if whole_number(value) > _MOST_COUNTED:
        raise ValueError(f"at most {_MOST_COUNTED}, got {value!r}")
    return whole_number(value)


def number_or_zero(value: object) -> int:
    """Return a whole number of at least nothing.

    Raises:
        ValueError: anything else.
    """
    return 0 if value == 0 and type(value) is int else whole_number(value)


def signed_number(value: object) -> int:
    """Return a whole number, below nothing too, of 600 at most either way.

    Raises:
        ValueError: anything else.
    """
    if type(value) is not int or abs(value) > _MOST_COUNTED:
        raise ValueError(f"a whole number within {_MOST_COUNTED} is needed, got {value!r}")
    return value


def yuan(value: object) -> int:
    """Return the fen of whole yuan, more than none.

    Raises:
        ValueError: anything but a whole number above nothing.
        InvalidAmount: beyond the largest amount.
    """
    return positive_fen(cny(whole_number(value)), "an amount of a policy")


def yuan_or_zero(value: object) -> int:
    """Return the fen of whole yuan; of none, nothing.

    Raises:
        ValueError: anything but a whole number.
        InvalidAmount: beyond the largest amount.
    """
    return fen(cny(number_or_zero(value)))


def text(value: object) -> str:
    """Return a text that says something.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"a text is needed, got {value!r}")
    return value


def code(value: object) -> str:
    """Return a code: lower-case letters, or a Chinese name.

    Raises:
        ValueError: anything else.
    """
    if not is_code(value):
        raise ValueError(f"a code is needed, got {value!r}")
    return str(value)


def decimal(value: object) -> Decimal:
    """Return a decimal written as text.

    Raises:
        ValueError: anything else; a number without quotes would be a float.
    """
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        raise ValueError(f"a decimal in quotes is needed, got {value!r}")
    return Decimal(value)


def part(value: object) -> Decimal:
    """Return a part of one, written as text.

    Raises:
        ValueError: no decimal in quotes, or above one.
    """
    found = decimal(value)
    if found > 1:
        raise ValueError(f"at most 1, got {value!r}")
    return found


def points(value: object) -> Decimal:
    """Return percentage points, written as text, as a fraction.

    Raises:
        ValueError: no decimal in quotes.
        InvalidRate: out of range.
    """
    return exact_rate(percent(decimal(value)))


def fraction(value: object) -> Fraction:
    """Return an exact fraction, written ``"7/10"`` or ``"0.70"``.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, str) and re.fullmatch(r"\d{1,4}/[1-9]\d{0,3}", value):
        return Fraction(value)
    return Fraction(decimal(value))


def one_of(choices: type[E]) -> Callable[[object], E]:
    """Return the reader of a choice."""
    return choices


def listed(read: Callable[[Any], T]) -> Callable[[object], tuple[T, ...]]:
    """Return the reader of a list without repetitions, of at least one."""

    def read_list(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError(f"a list is needed, got {value!r}")
        found = tuple(map(read, value))
        if len(set(found)) != len(found):
            raise ValueError(f"one stands twice in {value!r}")
        return found

    return read_list


def free_table(
    read_key: Reader, read_value: Reader
) -> Callable[[object], tuple[tuple[Any, Any], ...]]:
    """Return the reader of a table with free keys, of at least one."""

    def read_pairs(value: object) -> tuple[tuple[Any, Any], ...]:
        if not isinstance(value, dict) or not value:
            raise ValueError(f"a table is needed, got {value!r}")
        return tuple((read_key(key), read_value(inner)) for key, inner in value.items())

    return read_pairs


def fields(
    value: object, *, needed: Mapping[str, Reader], optional: Mapping[str, Reader]
) -> dict[str, Any]:
    """Return the fields of a table, each read by its reader.

    Raises:
        TypeError: no table.
        ValueError: an unknown key, a missing key.
    """
    if not isinstance(value, dict):
        raise TypeError(f"a table is needed, got {value!r}")
    unknown, missing = value.keys() - needed - optional.keys(), needed.keys() - value.keys()
    if unknown or missing:
        raise ValueError(f"unknown {sorted(unknown)}, missing {sorted(missing)}")
    readers = {**needed, **optional}
    return {key: readers[key](inner) for key, inner in value.items()}
