"""表述: the words and the scales with which a report prints a figure."""

import re
from collections.abc import Iterable
from enum import Enum
from fractions import Fraction
from typing import Final


class Manner(Enum):
    """表述: how a figure was printed, which bounds what it may stand for."""

    EXACT = "exact"
    """整: exactly the number; so are whole numbers without a unit of ten thousand and the like."""
    ROUNDED = "rounded"
    """四舍五入: rounded half up to its last digit."""
    ABOUT = "about"
    """约: within one unit of its last digit that is not zero, either way."""
    OVER = "over"
    """超过、以上: the number or more."""
    AND_SOME = "and_some"
    """余、多: the number or more, by less than one unit of its last digit that is not zero."""
    NEARLY = "nearly"
    """近: the number or less."""
    AT_MOST = "at_most"
    """不超过、以内: the number or less."""
    BELOW = "below"
    """不足、不到: less than the number."""

    @property
    def zh(self) -> str:
        """Return the manner in Chinese."""
        return _ZH[self]


_ZH: Final = {
    Manner.EXACT: "整",
    Manner.ROUNDED: "四舍五入",
    Manner.ABOUT: "约",
    Manner.OVER: "超过",
    Manner.AND_SOME: "余",
    Manner.NEARLY: "近",
    Manner.AT_MOST: "不超过",
    Manner.BELOW: "不足",
}
_BEFORE: Final = {
    word: manner
    for manner, words in {
        Manner.EXACT: "exactly",
        Manner.ABOUT: "about|around|约|约为|大约|大概",
        Manner.OVER: "over|above|more than|at least|超过|超|逾|至少|上|多于|高于|不少于|不低于",
        Manner.NEARLY: "nearly|almost|close to|近|将近|接近",
        Manner.AT_MOST: "at most|up to|no more than|不超过|不超|不高于|不多于|至多|最多",
        Manner.BELOW: "below|under|less than|fewer than|不足|不到|不满|未满|未达|低于|少于|小于",
    }.items()
    for word in words.split("|")
}
_AFTER: Final = {
    **dict.fromkeys(("余", "多"), Manner.AND_SOME),
    **dict.fromkeys(("+", "以上"), Manner.OVER),
    **dict.fromkeys(("左右", "上下"), Manner.ABOUT),
    **dict.fromkeys(("以内", "以下"), Manner.AT_MOST),
    **dict.fromkeys(("整",), Manner.EXACT),
}
WORDS: Final = _BEFORE | _AFTER
SCALES: Final = {
    "亿": Fraction(10**8),
    "千万": Fraction(10**7),
    "百万": Fraction(10**6),
    "万": Fraction(10**4),
    "千": Fraction(10**3),
    "百": Fraction(10**2),
    "million": Fraction(10**6),
    "thousand": Fraction(10**3),
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
}
BARE: Final = {"零": "0", "十": "10", "百": "100", "千": "1000", "": "1"}
"""What stands for a number without a digit; all but nothing need a word that bounds it."""
PLAIN: Final = str.maketrans("萬億餘約過將戶個筆圓於滿達內〇", "万亿余约过将户个笔元于满达内零")
"""Traditional characters, and those of the mainland for them."""


def _one_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
FIGURE: Final = re.compile(
    rf"(?P<before>{_one_of(_BEFORE)})?\s*"
    rf"(?P<number>{_DIGITS}|零|十|百|千|)\s*"
    rf"(?P<within>{_one_of(_AFTER)})?\s*(?P<scale>{_one_of(SCALES)})?\s*"
    rf"(?P<rest>(?:零?{_DIGITS}(?:万|千|百))*(?:零?{_DIGITS})?)\s*"
    rf"(?P<between>{_one_of(_AFTER)})?\s*"
    r"(?:元|人次|人|名|户|家|个|笔|倍|次|天|yuan|people|loans|jobs|times|days)?\s*"
    rf"(?P<after>{_one_of(_AFTER)})?"
)
REST: Final = re.compile(rf"(?P<zero>零)?(?P<number>{_DIGITS})(?P<scale>万|千|百)?")
WORD_PLACES: Final = ("before", "within", "between", "after")
"""Where a word may stand in a figure."""
