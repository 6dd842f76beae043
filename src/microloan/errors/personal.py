"""What no refusal prints: the number of a citizen or of a mobile phone, a text out of place."""

import re
import unicodedata
from datetime import date
from typing import Final

_MASK: Final = "***"
_NUMBER: Final = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")
_GAPS: Final = re.compile(r"[\s-]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
"""The last character by the remainder of the weighted sum of the other seventeen over eleven."""
_MOBILE: Final = 11
_LARGEST: Final = 10**16
_LONGEST: Final = 10**20
_PLAIN: Final = re.compile(
    r"[a-z][a-z0-9_]{0,23}|[A-Z]{1,4}-?[0-9]{1,6}|[0-9]{4}[HQ][1-4]|[<>=]{1,2}|NaN|Infinity"
    r"|[-+]?[0-9]+([.][0-9]+)?[eExX][-+]?[0-9]+"
    r"|[-\d\s.,:：，/%+_¥￥?？元年月日〇零一二三四五六七八九十百千万亿]{0,20}"
)
"""A text that is nobody's name or number: a word or code, a figure or a day that was misspelt."""


def check_character(number: str) -> str:
    """Return the last character that the first seventeen of a citizen's number ask for.

    >>> check_character("99010119800101001")
    '4'
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[weighted % len(_CHECKS)]


def is_personal(text: str) -> bool:
    """Tell whether a text is a citizen's number or that of a mobile phone, blanks and all.

    A citizen's number states a day of the calendar and ends in its check character; a mobile
    number has eleven digits and begins with 13 to 19.

    >>> is_personal("990101 19800101 0014"), is_personal("13900000000"), is_personal("B-0042")
    (True, True, False)
    """
    if sum(map(str.isdigit, text)) < _MOBILE:
        return False
    plain = _GAPS.sub("", unicodedata.normalize("NFKC", text))
    found = _NUMBER.fullmatch(plain)
    return found is not None and _stands_for_a_person(found)


def hidden(text: str) -> str:
    """Return a text with every such number in it struck out.

    >>> hidden("B-1: got 990101198001010014, phone 13900000000")
    'B-1: got ***, phone ***'
    """
    return _NUMBER.sub(lambda found: _MASK if _stands_for_a_person(found) else found[0], text)


def unsaid(given: object) -> str:
    """Return what a refusal says of something that may be personal: its type, or its length.

    >>> unsaid(17), unsaid("Li"), unsaid("")
    ('int', 'a text of 2 characters', '')
    """
    if not isinstance(given, str):
        return type(given).__name__
    return f"a text of {len(given)} characters" if given else ""


def told(given: object) -> object:
    """Return what a refusal carries of something that is none of what was wanted.

    A text that stands where a day, an amount or a choice was wanted may be a name or an account out
    of the next column; only a misspelt figure and a word or number of code are told as they are.

    >>> told("2024-02-30"), told("red"), told("Li Si"), told(7)
    ('2024-02-30', 'red', 'a text of 5 characters', 7)
    """
    if isinstance(given, str | bytes):
        return given if _is_plain(given) else unsaid(given)
    if isinstance(given, list | tuple | set | frozenset | dict):
        return type(given).__name__ if given else given
    return unsaid(given) if isinstance(given, int) and _is_a_number_of_somebody(given) else given


def quoted(given: object) -> str:
    """Return :func:`told` as a sentence has it.

    >>> quoted("2024-02-30"), quoted("Li Si"), quoted(7)
    ("'2024-02-30'", 'a text of 5 characters', '7')
    """
    what = told(given)
    return repr(what) if what is given else str(what)


def _is_a_number_of_somebody(given: int) -> bool:
    """Tell whether a number may be an account, a phone or a citizen's; no amount is as long."""
    if abs(given) > _LARGEST:
        return abs(given) < _LONGEST
    return is_personal(str(given))


def _is_plain(given: str | bytes) -> bool:
    if not isinstance(given, str) or _PLAIN.fullmatch(given) is None:
        return False
    return sum(map(str.isdigit, given)) < _MOBILE


def _stands_for_a_person(found: re.Match[str]) -> bool:
    number = found[0].upper()
    if len(number) == _MOBILE:
        return True
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[-1] == check_character(number)
