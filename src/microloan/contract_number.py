"""合同编号: how two people write one contract number, and which numbers are a slip apart."""

import re
import unicodedata
from typing import Final

_BLANKS: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\u2500\u30fc]")
_PAIR: Final = 2


def plain_number(written: str) -> str:
    """Return a contract number without what differs by the writer: width, case, blanks, dashes.

    >>> plain_number("ht— 2024 –0017")
    'HT-2024-0017'
    """
    narrow = unicodedata.normalize("NFKC", written).upper()
    return _DASHES.sub("-", _BLANKS.sub("", narrow))


def one_slip_apart(one: str, other: str) -> bool:
    """Tell whether a character is wrong, missing, too many, or two neighbors changed places.

    Two equal numbers are no slip apart, and the same counts as near.

    >>> one_slip_apart("HT-17", "HT-71"), one_slip_apart("HT-17", "HT-177")
    (True, True)
    >>> one_slip_apart("HT-17", "HT-28")
    False
    """
    start = 0
    shorter = min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if len(left) == len(right) == _PAIR:
        return left == right[::-1]
    return max(len(left), len(right)) <= 1


def with_one_left_out(number: str) -> frozenset[str]:
    """Return a number as it is and with each one of its characters left out.

    Two numbers that are one slip apart have one of these in common, so that a near number is found
    without comparing all with all.

    >>> sorted(with_one_left_out("171"))
    ['11', '17', '171', '71']
    """
    cut = (number[:place] + number[place + 1 :] for place in range(len(number)))
    return frozenset({number, *cut})
